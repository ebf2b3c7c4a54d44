//! Values as YAML and JSON, and back, with the places of everything.

use super::eval::{Eval, Scope};
use super::text::Text;
use super::value::{Data, Place, Type, Value};
use chartlens::budget::{Budget, Exhausted};
use chartlens::kube::tree::{Data as NodeData, Node};
use std::collections::BTreeMap;

impl Eval<'_> {
    /// `yamlencode`: blocks, with every key and text in quotation marks.
    pub fn yaml(&self, value: &Value) -> Result<Text, Exhausted> {
        let mut out = Text::default();
        write(&self.budget, value, 0, true, &mut out)?;
        if !out.as_str().ends_with('\n') {
            out.push("\n", value.place);
        }
        Ok(out)
    }

    /// `jsonencode`
    pub fn json(&self, value: &Value) -> Result<Text, Exhausted> {
        let mut out = Text::default();
        flow(&self.budget, value, &mut out)?;
        Ok(out)
    }

    /// `yamldecode` and `jsondecode`: what a text says, if it is one document.
    pub fn decoded(&self, text: &Text, place: Place) -> Result<Value, Exhausted> {
        self.budget.spend(text.as_str().len() as u64)?;
        let Ok(document) = chartlens::yaml::parse(text.as_str().as_bytes()) else { return Ok(Value::failed(place)) };
        let Ok(tree) = crate::plain::tree(&document) else { return Ok(Value::failed(place)) };
        match tree.root() {
            Some(root) => self.node(root, text, place),
            None => Ok(Value::null(place)),
        }
    }

    fn node(&self, node: Node<'_>, text: &Text, around: Place) -> Result<Value, Exhausted> {
        self.budget.tick()?;
        let range = node.range();
        let place = text.place(range.clone()).unwrap_or(around);
        let is_known = |range| text.is_known_at(range);
        Ok(match node.data() {
            NodeData::Map => {
                let mut entries = BTreeMap::new();
                for (key, value) in node.entries() {
                    let at = text.place(value.key_range()).unwrap_or(place);
                    entries.insert(key.to_string(), (at, self.node(value, text, place)?));
                }
                Value::map(place, entries, None)?
            }
            NodeData::List => {
                let items = node.children().map(|item| self.node(item, text, place));
                Value::list(place, items.collect::<Result<_, _>>()?)?
            }
            _ if !is_known(range) => Value::unknown(place, Type::Any),
            _ => match node.to_json() {
                serde_json::Value::Null => Value::null(place),
                serde_json::Value::Bool(value) => Value::new(place, Data::Bool(value)),
                serde_json::Value::Number(number) => Value::new(place, Data::Number(number)),
                serde_json::Value::String(text) => Value::text(place, text),
                _ => Value::failed(place),
            },
        })
    }

    /// The text of a file.
    pub fn file(&self, name: &str) -> Option<Text> {
        let known = self.sources.borrow().iter().position(|(known, _)| known == name);
        let number = match known {
            Some(number) => number,
            None => self.add_source(name, (self.files.read)(name).ok()?),
        };
        let sources = self.sources.borrow();
        let (_, text) = sources.get(number)?;
        let text = std::str::from_utf8(text).ok()?;
        let mut out = Text::default();
        out.push_verbatim(text, Place { source: number, start: 0, end: text.len() });
        Some(out)
    }

    /// `templatefile`: the text of a file with names that stand for values.
    pub fn template_file(&self, name: &str, names: &Value, place: Place) -> Result<Value, Exhausted> {
        let Some(map) = names.entries().filter(|map| map.open.is_none()) else {
            return Ok(Value::unknown(place, Type::Text));
        };
        let Some(text) = self.file(name) else { return Ok(Value::failed(place)) };
        let source = text.start().map_or(place.source, |start| start.source);
        if super::guard::check(text.as_str()).is_err() {
            return Ok(Value::failed(place));
        }
        let Ok(template) = hcl_edit::parser::parse_template(text.as_str()) else { return Ok(Value::failed(place)) };
        let mut scope = Scope::new(None, source);
        for (name, (_, value)) in &map.entries {
            scope.set(name, value.clone());
        }
        self.template(&template, super::template::Form::Raw { source, indent: 0 }, &scope)
    }
}

/// Appends a value as YAML. `is_first` is a value with no key or mark in front of it in its line.
fn write(budget: &Budget, value: &Value, depth: usize, is_first: bool, out: &mut Text) -> Result<(), Exhausted> {
    budget.tick()?;
    out.check(budget)?;
    let place = value.place;
    match &value.data {
        Data::List(list) if !list.items.is_empty() => {
            for (number, item) in list.items.iter().enumerate() {
                if number > 0 || !is_first {
                    out.push(&format!("\n{}", "  ".repeat(depth)), item.place);
                }
                // So the list as a whole begins where it does in its file.
                out.push("- ", place);
                write(budget, item, depth + 1, true, out)?;
            }
        }
        Data::Map(map) if !map.entries.is_empty() => {
            for (number, (key, (at, value))) in map.entries.iter().enumerate() {
                if number > 0 || !is_first {
                    out.push(&format!("\n{}", "  ".repeat(depth)), *at);
                }
                let quoted = serde_json::Value::from(key.as_str()).to_string();
                // Of an open map no key is sure to be the one that counts.
                match map.open {
                    Some(open) => out.push_unknown(&quoted, open),
                    None => out.push(&quoted, *at),
                }
                out.push(":", *at);
                let is_nested = match &value.data {
                    Data::Map(map) => !map.entries.is_empty(),
                    Data::List(list) => !list.items.is_empty(),
                    _ => false,
                };
                if !is_nested {
                    out.push(" ", *at);
                }
                write(budget, value, depth + 1, !is_nested, out)?;
            }
        }
        _ => scalar(value, place, out),
    }
    Ok(())
}

/// Appends a value as JSON.
fn flow(budget: &Budget, value: &Value, out: &mut Text) -> Result<(), Exhausted> {
    budget.tick()?;
    out.check(budget)?;
    let place = value.place;
    match &value.data {
        Data::List(list) if !list.items.is_empty() => {
            for (number, item) in list.items.iter().enumerate() {
                out.push(if number == 0 { "[" } else { "," }, place);
                flow(budget, item, out)?;
            }
            out.push("]", place);
        }
        Data::Map(map) if !map.entries.is_empty() => {
            for (number, (key, (at, value))) in map.entries.iter().enumerate() {
                let sign = if number == 0 { "{" } else { "," };
                match map.open {
                    Some(open) => out.push_unknown(sign, open),
                    None => out.push(sign, place),
                }
                out.push(&format!("{}:", serde_json::Value::from(key.as_str())), *at);
                flow(budget, value, out)?;
            }
            out.push("}", place);
        }
        _ => scalar(value, place, out),
    }
    Ok(())
}

/// Appends what has nothing inside.
fn scalar(value: &Value, place: Place, out: &mut Text) {
    match &value.data {
        Data::Null => out.push("null", place),
        Data::Bool(value) => out.push(&value.to_string(), place),
        Data::Number(number) => out.push(&number.to_string(), place),
        Data::Text(text) => {
            let quoted = serde_json::Value::from(text.as_str()).to_string();
            match text.is_known() {
                true => out.push(&quoted, place),
                false => out.push_unknown(&quoted, place),
            }
        }
        Data::List(_) => out.push("[]", place),
        Data::Map(map) => match map.open {
            Some(open) => out.push_unknown("{}", open),
            None => out.push("{}", place),
        },
        Data::Failed => out.push_unknown("\"unknown\"", place),
        Data::Unknown(ty) => out.push_unknown(&placeholder(ty), place),
    }
}

/// What stands in the place of a value of a type.
fn placeholder(ty: &Type) -> String {
    match ty {
        Type::Any | Type::Text => "\"unknown\"".to_owned(),
        Type::Number => "1".to_owned(),
        Type::Bool => "true".to_owned(),
        Type::List(of) => format!("[{}]", placeholder(of)),
        Type::Map(_) => "{}".to_owned(),
        Type::Object(attributes) => {
            let entry = |(name, (ty, _)): (&String, &(Type, _))| {
                format!("{}: {}", serde_json::Value::from(name.as_str()), placeholder(ty))
            };
            format!("{{{}}}", attributes.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}
