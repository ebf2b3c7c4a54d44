//! A custom resource against the schema of its kind.
//!
//! As in an API server, nulls that the schema does not allow are dropped first where they are fields, so what a
//! template leaves empty is as good as absent.

#[cfg(feature = "cel")]
pub(super) mod cel;
mod limits;

use super::Sink;
use crate::budget::{Budget, Exhausted};
use crate::diag::words::one_of;
use crate::diag::{Fact, Finding, Type};
use crate::kube::crds::{Const, Custom, CustomSchema, SchemaId, Schemas};
use crate::kube::tree::{Data, Node};
use crate::stack;
use std::collections::HashSet;

/// What looks at the metadata of an object that is part of another one.
pub(super) type Metadata<'a> = &'a dyn Fn(Node<'_>, &mut Sink<'_>) -> Result<(), Exhausted>;

/// Checks a custom resource.
pub(super) fn check(
    root: Node<'_>,
    custom: &Custom,
    metadata: Metadata<'_>,
    sink: &mut Sink<'_>,
    budget: &Budget,
) -> Result<(), Exhausted> {
    let Some(schema) = custom.schemas.root() else { return Ok(()) };
    Walk { schemas: &custom.schemas, root: schema, metadata, sink, budget, depth: 0 }.value(root, schema)
}

struct Walk<'s, 'x, 'b> {
    schemas: &'s Schemas,
    /// That of the whole object.
    root: &'s CustomSchema,
    metadata: Metadata<'s>,
    sink: &'s mut Sink<'x>,
    budget: &'b Budget,
    /// Inside `allOf` and the like, whose findings may not count.
    depth: u32,
}

impl<'s> Walk<'s, '_, '_> {
    fn value(&mut self, node: Node<'_>, schema: &'s CustomSchema) -> Result<(), Exhausted> {
        self.budget.tick()?;
        if node.is_null() {
            self.null(node, schema);
            return Ok(());
        }
        if !fits(node, schema) {
            self.sink.wrong_type(node, expected(schema));
            return Ok(());
        }
        #[cfg(feature = "cel")]
        let before = self.sink.len();
        match node.data() {
            Data::Map => stack::grow(|| self.map(node, schema))?,
            Data::List => stack::grow(|| self.list(node, schema))?,
            _ => {}
        }
        if let Some(more) = &schema.more {
            limits::check(node, more, self.sink);
            stack::grow(|| self.junctors(node, schema))?;
            #[cfg(feature = "cel")]
            if self.depth == 0 && self.sink.len() == before && !more.rules.is_empty() {
                cel::check(node, schema, self.schemas, self.sink, self.budget)?;
            }
        }
        Ok(())
    }

    /// A null that is not a field: those were dropped.
    fn null(&mut self, node: Node<'_>, schema: &CustomSchema) {
        let any = schema.types.is_any() && !schema.int_or_string;
        if !schema.nullable && !any {
            self.sink.wrong_type(node, expected(schema));
        }
    }

    fn map(&mut self, node: Node<'_>, schema: &'s CustomSchema) -> Result<(), Exhausted> {
        for name in &schema.required {
            let value = node.get_raw(name);
            let property = schema.property(name).and_then(|id| self.schemas.get(id));
            let default = property.is_some_and(|property| property.default.is_some());
            let null_is_fine = property.is_some_and(|property| property.nullable);
            let (null, place) = match value {
                Some(value) if value.is_null() => (true, value.range()),
                Some(_) => continue,
                None if node.key().is_empty() => (false, node.range()),
                None => (false, node.key_range()),
            };
            if default || (null && null_is_fine) {
                continue;
            }
            let fact = Fact::MissingField { field: name.to_string(), null };
            self.sink.push(Finding::of("schema/missing-field", fact, node.pointer_to(name), place));
        }
        if schema.resource {
            self.object(node, schema)?;
        }
        for (name, child) in node.entries() {
            if schema.resource && matches!(name, "apiVersion" | "kind" | "metadata") {
                continue;
            }
            match schema.property(name).or(schema.additional).and_then(|id| self.schemas.get(id)) {
                // The server drops such a null before it looks.
                Some(property) if child.is_null() && !property.nullable => {}
                Some(property) => self.value(child, property)?,
                None if schema.open => {}
                None => {
                    let known = schema.properties.iter().map(|(known, _)| &**known);
                    self.sink.unknown_field(node, child, known.collect(), &|| None);
                }
            }
        }
        Ok(())
    }

    /// The names of the whole object, and what an object that is part of another one has (validateEmbeddedResource).
    fn object(&mut self, node: Node<'_>, schema: &'s CustomSchema) -> Result<(), Exhausted> {
        let property = |schema: &CustomSchema, name: &str| schema.property(name).and_then(|id| self.schemas.get(id));
        let metadata = node.get("metadata");
        if let (Some(metadata), Some(of)) = (metadata, property(schema, "metadata")) {
            for name in ["name", "generateName"] {
                if let (Some(child), Some(property)) = (metadata.get(name), property(of, name)) {
                    self.value(child, property)?;
                }
            }
        }
        if std::ptr::eq(schema, self.root) || self.depth > 0 {
            return Ok(());
        }
        for name in ["apiVersion", "kind"] {
            let place = if node.key().is_empty() { node.range() } else { node.key_range() };
            let missing = Fact::MissingField { field: name.to_owned(), null: false };
            match node.get(name).map(|child| (child, child.as_str())) {
                None => self.sink.push(Finding::of("schema/missing-field", missing, node.pointer_to(name), place)),
                Some((child, None)) => drop(self.sink.wrong_type(child, vec![Type::String])),
                Some((child, Some(text)))
                    if text.is_empty() || (name == "apiVersion" && text.matches('/').count() > 1) =>
                {
                    let format = if name == "kind" { "the name of a kind" } else { "a group and a version" };
                    self.sink.fact(
                        "schema/format",
                        child,
                        Fact::Format { format: format.to_owned(), found: child.found() },
                    );
                }
                Some(_) => {}
            }
        }
        match metadata {
            Some(metadata) => (self.metadata)(metadata, self.sink),
            None => Ok(()),
        }
    }

    fn list(&mut self, node: Node<'_>, schema: &'s CustomSchema) -> Result<(), Exhausted> {
        if let Some(items) = schema.items.and_then(|id| self.schemas.get(id)) {
            for item in node.items() {
                self.value(item, items)?;
            }
        }
        if node.len() > 1 && (schema.is_set || !schema.list_map_keys.is_empty()) {
            self.duplicates(node, schema);
        }
        Ok(())
    }

    /// Items of a set, and the keys of items of a list that is a map, occur once.
    fn duplicates(&mut self, node: Node<'_>, schema: &CustomSchema) {
        let mut seen = HashSet::new();
        for item in node.items() {
            let key: Option<Vec<String>> = if schema.is_set {
                scalar(item).map(|text| vec![text])
            } else {
                let of = schema.items.and_then(|id| self.schemas.get(id));
                let default = |key: &str| {
                    let default = self.schemas.get(of?.property(key)?)?.default.as_deref()?;
                    match default {
                        Const::Str(text) => Some(crate::kube::tree::quoted(text)),
                        Const::Int(n) => Some(n.to_string()),
                        _ => None,
                    }
                };
                let text = |node: Node<'_>| match node.as_str() {
                    Some(text) => Some(crate::kube::tree::quoted(text)),
                    None => node.as_int().map(|n| n.to_string()).or_else(|| scalar(node)),
                };
                let part = |key: &str| item.get(key).map_or_else(|| Some(default(key).unwrap_or_default()), text);
                schema.list_map_keys.iter().map(|key| part(key)).collect()
            };
            let Some(key) = key else { continue };
            if !seen.insert(key) {
                let fields = || schema.list_map_keys.iter().map(|key| key.to_string()).collect();
                let fact = match schema.is_set {
                    true => Fact::DuplicateItem { found: item.found() },
                    false => Fact::DuplicateKeys { fields: fields(), values: Vec::new() },
                };
                self.sink.fact("schema/duplicate-item", item, fact);
            }
        }
    }

    fn junctors(&mut self, node: Node<'_>, schema: &'s CustomSchema) -> Result<(), Exhausted> {
        let Some(more) = &schema.more else { return Ok(()) };
        for id in &more.all_of {
            if let Some(part) = self.schemas.get(*id) {
                self.depth += 1;
                let done = self.value(node, part);
                self.depth -= 1;
                done?;
            }
        }
        if !more.any_of.is_empty() && !schema.int_or_string && self.count(node, &more.any_of)?.0 == 0 {
            let fact = Fact::Alternatives { expected: self.alternatives(&more.any_of), fit: 0 };
            self.sink.fact("schema/no-alternative", node, fact);
        }
        if !more.one_of.is_empty() && !schema.int_or_string {
            let (count, _) = self.count(node, &more.one_of)?;
            let code = if count == 0 { "schema/no-alternative" } else { "schema/many-alternatives" };
            if count != 1 {
                let fact = Fact::Alternatives { expected: self.alternatives(&more.one_of), fit: count as u32 };
                self.sink.fact(code, node, fact);
            }
        }
        if let Some(not) = more.not
            && self.count(node, &[not])?.0 == 1
        {
            let fields = self.schemas.get(not).map(|part| part.required.iter().map(|name| name.to_string()).collect());
            self.sink.fact("schema/forbidden", node, Fact::Forbidden { fields: fields.unwrap_or_default() });
        }
        Ok(())
    }

    /// How many of the schemas hold, and how many there are.
    fn count(&mut self, node: Node<'_>, ids: &[SchemaId]) -> Result<(usize, usize), Exhausted> {
        let mut count = 0;
        for part in ids.iter().filter_map(|id| self.schemas.get(*id)) {
            let mut scratch = Sink::new(&[]);
            let mut walk = Walk {
                schemas: self.schemas,
                root: self.root,
                metadata: self.metadata,
                sink: &mut scratch,
                budget: self.budget,
                depth: self.depth + 1,
            };
            walk.value(node, part)?;
            count += usize::from(scratch.len() == 0);
        }
        Ok((count, ids.len()))
    }

    /// What schemas ask for, as far as it fits into a line.
    fn alternatives(&self, ids: &[SchemaId]) -> String {
        let parts: Vec<String> = ids
            .iter()
            .filter_map(|id| self.schemas.get(*id))
            .map(|part| match part.required.as_slice() {
                [] if part.types.is_any() => "another form".to_owned(),
                [] => one_of(&expected(part).iter().map(ToString::to_string).collect::<Vec<_>>()),
                fields => format!("`{}`", fields.join("` with `")),
            })
            .collect();
        if parts.iter().all(|part| part == "another form") {
            return "a value of one of the forms that the schema lists".to_owned();
        }
        one_of(&parts.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

fn scalar(node: Node<'_>) -> Option<String> {
    match node.data() {
        Data::List | Data::Map | Data::Null => None,
        _ => Some(node.found().to_string()),
    }
}

fn fits(node: Node<'_>, schema: &CustomSchema) -> bool {
    if schema.int_or_string {
        return node.as_str().is_some() || is_integer(node);
    }
    let types = schema.types;
    types.is_any()
        || match node.data() {
            Data::Null => schema.nullable,
            Data::Bool(_) => types.boolean,
            Data::Int(_) | Data::Uint(_) | Data::Float(_) => types.number || (types.integer && is_integer(node)),
            Data::Str(_) => types.string,
            Data::List => types.array,
            Data::Map => types.object,
        }
}

fn is_integer(node: Node<'_>) -> bool {
    match node.data() {
        Data::Int(_) | Data::Uint(_) => true,
        Data::Float(n) => n.fract() == 0.0,
        _ => false,
    }
}

/// What a schema wants.
fn expected(schema: &CustomSchema) -> Vec<Type> {
    if schema.int_or_string {
        return vec![Type::Integer, Type::String];
    }
    let types = schema.types;
    let all = [
        (types.string, Type::String),
        (types.integer, Type::Integer),
        (types.number, Type::Number),
        (types.boolean, Type::Boolean),
        (types.array, Type::List),
        (types.object, Type::Map),
    ];
    all.into_iter().filter(|(allowed, _)| *allowed).map(|(_, ty)| ty).collect()
}
