//! From JSON to schemas: `schema.go`, `schemaPool.go` and `draft.go` of gojsonschema.

use super::super::address::{Address, join};
use super::super::compile::{Dependency, Id, More};
use super::super::decimal::Decimal;
use super::super::doc::{Doc, Node, NodeId};
use super::super::draft::metaschema;
use super::marshal;
use crate::gotmpl::funcs::compile_regex;
use crate::gotmpl::funcs::url::Url;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The draft of schemas that name none: everything counts.
pub const HYBRID: u32 = u32::MAX;

/// The types, in the library's order.
const TYPES: [&str; 7] = ["array", "boolean", "integer", "number", "null", "object", "string"];

/// A schema, `subSchema`.
#[derive(Clone, Debug, Default)]
pub struct Sub {
    pub draft: u32,
    pub pass: Option<bool>,
    pub types: Vec<String>,
    pub reference: Option<Id>,
    pub items: Vec<Id>,
    pub single: bool,
    pub properties: Vec<(String, Id)>,
    pub multiple_of: Option<Decimal>,
    pub maximum: Option<Decimal>,
    pub exclusive_maximum: Option<Decimal>,
    pub minimum: Option<Decimal>,
    pub exclusive_minimum: Option<Decimal>,
    pub min_length: Option<i64>,
    pub max_length: Option<i64>,
    pub pattern: Option<String>,
    pub format: String,
    pub min_properties: Option<i64>,
    pub max_properties: Option<i64>,
    pub required: Vec<String>,
    pub dependencies: BTreeMap<String, Dependency>,
    pub additional_properties: Option<More>,
    pub pattern_properties: Vec<(String, Id)>,
    pub property_names: Option<Id>,
    pub min_items: Option<i64>,
    pub max_items: Option<i64>,
    pub unique_items: bool,
    pub contains: Option<Id>,
    pub additional_items: Option<More>,
    pub constant: Option<String>,
    pub choices: Vec<String>,
    pub one_of: Vec<Id>,
    pub any_of: Vec<Id>,
    pub all_of: Vec<Id>,
    pub not: Option<Id>,
    pub condition: Option<Id>,
    pub then: Option<Id>,
    pub otherwise: Option<Id>,
}

/// A place in one of the documents.
#[derive(Clone, Debug)]
struct At {
    doc: Arc<Doc>,
    node: NodeId,
}

/// A document of the pool and its draft.
#[derive(Clone, Debug)]
struct Pooled {
    at: At,
    draft: Option<u32>,
}

/// A compiled schema; the root is the first.
#[derive(Debug, Default)]
pub struct Schema {
    /// All schemas.
    pub subs: Vec<Sub>,
    pool: HashMap<String, Pooled>,
    /// Schemas that references have led to.
    referenced: HashMap<String, Id>,
    /// References as seen from the document's own address, by document and node.
    absolute: HashMap<(usize, NodeId), String>,
}

type Parsed = Result<(), String>;

fn invalid_type(expected: &str, given: &str) -> String {
    format!("Invalid type. Expected: {expected}, given: {given}")
}

/// `parseSchemaURL`
fn draft_of(at: &At) -> Result<Option<u32>, String> {
    let map = match at.doc.node(at.node) {
        Node::Bool(_) => return Ok(None),
        Node::Map(map) => map,
        _ => return Err("schema is invalid".to_owned()),
    };
    let Some(schema) = map.get("$schema") else { return Ok(None) };
    let Some(text) = at.doc.text(*schema) else { return Err("$schema must be of type string".to_owned()) };
    let url = Url::parse(text.as_bytes())?.text();
    Ok(match url.as_slice() {
        b"http://json-schema.org/draft-04/schema" => Some(4),
        b"http://json-schema.org/draft-06/schema" => Some(6),
        b"http://json-schema.org/draft-07/schema" => Some(7),
        _ => None,
    })
}

/// A reference as one text: `JsonReference.String`.
fn shown(address: &Address) -> String {
    match address.fragment.as_str() {
        "" => address.url.clone(),
        fragment => format!("{}#{fragment}", address.url),
    }
}

impl Schema {
    /// Compiles a document.
    pub fn new(doc: Arc<Doc>) -> Result<Schema, String> {
        let mut schema = Schema::default();
        let root = At { node: doc.root(), doc };
        schema.pool_document(&root, "")?;
        let draft = draft_of(&root)?.unwrap_or(HYBRID);
        schema.subs.push(Sub { draft, ..Sub::default() });
        schema.parse(&root, 0)?;
        Ok(schema)
    }

    /// `parseReferences`
    fn pool_document(&mut self, root: &At, reference: &str) -> Parsed {
        let draft = draft_of(root)?;
        let found = self.references(root, reference, draft);
        self.pool.insert(reference.to_owned(), Pooled { at: root.clone(), draft });
        found
    }

    /// `parseReferencesRecursive`
    fn references(&mut self, at: &At, base: &str, draft: Option<u32>) -> Parsed {
        let inner = |node: NodeId| At { doc: at.doc.clone(), node };
        match at.doc.node(at.node) {
            Node::List(items) => {
                for item in items {
                    let _ = crate::stack::grow(|| self.references(&inner(*item), base, draft));
                }
            }
            Node::Map(map) => {
                let mut base = base.to_owned();
                let key = if map.contains_key("id") { "id" } else { "$id" };
                if let Some(id) = map.get(key).and_then(|id| at.doc.text(*id))
                    && let Ok(address) = join(&base, id)
                {
                    base = shown(&address);
                    if self.pool.contains_key(&base) {
                        return Err(format!("Reference already exists: \"{base}\""));
                    }
                    self.pool.insert(base.clone(), Pooled { at: at.clone(), draft });
                }
                let plain = base.split('#').next().unwrap_or_default().to_owned();
                if let Some(node) = map.get("$ref")
                    && let Some(Ok(address)) = at.doc.text(*node).map(|text| join(&plain, text))
                {
                    self.absolute.insert((Arc::as_ptr(&at.doc) as usize, at.node), shown(&address));
                }
                for (name, value) in map.iter().filter(|(name, _)| !matches!(name.as_str(), "const" | "enum")) {
                    let names = matches!(name.as_str(), "properties" | "dependencies" | "patternProperties");
                    match (names, at.doc.node(*value)) {
                        (true, Node::Map(entries)) => {
                            for value in entries.values() {
                                let _ = crate::stack::grow(|| self.references(&inner(*value), &base, draft));
                            }
                        }
                        (true, _) => {}
                        (false, _) => {
                            let _ = crate::stack::grow(|| self.references(&inner(*value), &base, draft));
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// `GetDocument`
    fn document(&mut self, reference: &str) -> Result<Pooled, String> {
        if let Some(known) = self.pool.get(reference) {
            return Ok(known.clone());
        }
        let (url, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        if !self.pool.contains_key(url) {
            let parsed = Url::parse(url.as_bytes())?;
            let canonical = match parsed.scheme.as_slice() {
                b"file" => parsed.path.starts_with(b"/"),
                scheme => !scheme.is_empty() && !parsed.host.is_empty(),
            };
            if !canonical {
                return Err(format!("Reference {reference} must be canonical"));
            }
            let text = match (metaschema(url), parsed.scheme.as_slice()) {
                (Some(text), b"http") => text,
                (_, b"file") => {
                    let path = String::from_utf8_lossy(&parsed.path).into_owned();
                    return Err(format!("open {path}: no such file or directory"));
                }
                _ => return Err(format!("chartlens does not fetch schemas: {url}")),
            };
            let doc = Arc::new(Doc::parse(text));
            self.pool_document(&At { node: doc.root(), doc }, url)?;
        }
        let Some(whole) = self.pool.get(url).cloned() else { return Err("no document".to_owned()) };
        let node = pointer(&whole.at.doc, whole.at.node, fragment)?;
        Ok(Pooled { at: At { node, ..whole.at }, draft: whole.draft })
    }

    fn new_sub(&mut self, parent: Id) -> Id {
        let draft = self.subs.get(parent).map_or(HYBRID, |sub| sub.draft);
        self.subs.push(Sub { draft, ..Sub::default() });
        self.subs.len() - 1
    }

    /// A schema below another one.
    fn child(&mut self, at: &At, node: NodeId, parent: Id) -> Result<Id, String> {
        let id = self.new_sub(parent);
        let at = At { doc: at.doc.clone(), node };
        crate::stack::grow(|| self.parse(&at, id))?;
        Ok(id)
    }

    /// `parseSchema`
    fn parse(&mut self, at: &At, id: Id) -> Parsed {
        let draft = self.subs.get(id).map_or(HYBRID, |sub| sub.draft);
        let mut sub = Sub { draft, ..Sub::default() };
        let node = at.doc.node(at.node);
        if let (Node::Bool(pass), true) = (node, draft >= 6) {
            sub.pass = Some(*pass);
            return self.store(id, sub);
        }
        let Node::Map(map) = node else { return Err("Expected: valid schema, given: Invalid JSON".to_owned()) };
        let keywords = Keywords { at, map };
        keywords.texts(draft)?;
        if let Some(definitions) = map.get("definitions") {
            let wrong = || invalid_type("array of schemas", "definitions");
            let Node::Map(entries) = at.doc.node(*definitions) else { return Err(wrong()) };
            for value in entries.values() {
                if !matches!(at.doc.node(*value), Node::Map(_) | Node::Bool(_)) {
                    return Err(wrong());
                }
                self.child(at, *value, id)?;
            }
        }
        keywords.text("title")?;
        keywords.text("description")?;
        if keywords.text("$ref")?.is_some() {
            let absolute = self.absolute.get(&(Arc::as_ptr(&at.doc) as usize, at.node)).cloned().unwrap_or_default();
            match self.referenced.get(&absolute) {
                Some(&known) => sub.reference = Some(known),
                None => {
                    sub.reference = Some(self.follow(&absolute, id)?);
                    return self.store(id, sub);
                }
            }
        }
        keywords.types(&mut sub)?;
        self.object_keywords(&keywords, id, &mut sub)?;
        self.array_schemas(&keywords, id, &mut sub)?;
        keywords.numbers(&mut sub)?;
        keywords.limits(&mut sub)?;
        if let (Some(contains), true) = (map.get("contains"), draft >= 6) {
            sub.contains = Some(self.child(at, *contains, id)?);
        }
        if let (Some(constant), true) = (map.get("const"), draft >= 6) {
            sub.constant = Some(marshal(&at.doc, *constant));
        }
        keywords.choices(&mut sub)?;
        self.combined(&keywords, id, &mut sub)?;
        self.store(id, sub)
    }

    fn store(&mut self, id: Id, sub: Sub) -> Parsed {
        if let Some(slot) = self.subs.get_mut(id) {
            *slot = sub;
        }
        Ok(())
    }

    /// `parseReference`
    fn follow(&mut self, reference: &str, parent: Id) -> Result<Id, String> {
        let id = self.new_sub(parent);
        self.referenced.insert(reference.to_owned(), id);
        let found = self.document(reference)?;
        if let (Some(sub), Some(draft)) = (self.subs.get_mut(id), found.draft) {
            sub.draft = draft;
        }
        if !matches!(found.at.doc.node(found.at.node), Node::Map(_) | Node::Bool(_)) {
            return Err("valid schema must be of type object".to_owned());
        }
        crate::stack::grow(|| self.parse(&found.at, id))?;
        Ok(id)
    }

    fn object_keywords(&mut self, keywords: &Keywords<'_>, id: Id, sub: &mut Sub) -> Parsed {
        let (at, map) = (keywords.at, keywords.map);
        let doc = at.doc.clone();
        if let Some(properties) = map.get("properties") {
            let Node::Map(entries) = doc.node(*properties) else {
                return Err("properties must be of type object".to_owned());
            };
            for (name, value) in entries {
                sub.properties.push((name.clone(), self.child(at, *value, id)?));
            }
        }
        sub.additional_properties = self.more(keywords, "additionalProperties", id)?;
        if let Some(patterns) = map.get("patternProperties") {
            let Node::Map(entries) = doc.node(*patterns) else {
                return Err(invalid_type("valid schema", "patternProperties"));
            };
            for (pattern, value) in entries {
                if compile_regex(pattern).is_err() {
                    return Err(format!("Invalid regex pattern '{pattern}'"));
                }
                sub.pattern_properties.push((pattern.clone(), self.child(at, *value, id)?));
            }
        }
        if let (Some(names), true) = (map.get("propertyNames"), sub.draft >= 6) {
            if !matches!(doc.node(*names), Node::Map(_) | Node::Bool(_)) {
                return Err(invalid_type("valid schema", "patternProperties"));
            }
            sub.property_names = Some(self.child(at, *names, id)?);
        }
        let Some(dependencies) = map.get("dependencies") else { return Ok(()) };
        let Node::Map(entries) = doc.node(*dependencies) else {
            return Err("dependencies must be of type object".to_owned());
        };
        for (name, value) in entries {
            let wrong = || "dependency must be of type schema or array of strings".to_owned();
            let dependency = match doc.node(*value) {
                Node::List(items) => {
                    let names = items.iter().map(|item| doc.text(*item).map(str::to_owned).ok_or_else(wrong));
                    Dependency::Names(names.collect::<Result<_, _>>()?)
                }
                Node::Map(_) | Node::Bool(_) => Dependency::Schema(self.child(at, *value, id)?),
                _ => return Err(wrong()),
            };
            sub.dependencies.insert(name.clone(), dependency);
        }
        Ok(())
    }

    fn more(&mut self, keywords: &Keywords<'_>, name: &str, id: Id) -> Result<Option<More>, String> {
        let Some(value) = keywords.map.get(name) else { return Ok(None) };
        Ok(Some(match keywords.at.doc.node(*value) {
            Node::Bool(b) => More::Bool(*b),
            Node::Map(_) => More::Schema(self.child(keywords.at, *value, id)?),
            _ => return Err(invalid_type("boolean/valid schema", name)),
        }))
    }

    fn array_schemas(&mut self, keywords: &Keywords<'_>, id: Id, sub: &mut Sub) -> Parsed {
        let at = keywords.at;
        let doc = at.doc.clone();
        if let Some(items) = keywords.map.get("items") {
            let wrong = || invalid_type("valid schema/array of schemas", "items");
            match doc.node(*items) {
                Node::List(each) => {
                    for item in each {
                        if !matches!(doc.node(*item), Node::Map(_) | Node::Bool(_)) {
                            return Err(wrong());
                        }
                        sub.items.push(self.child(at, *item, id)?);
                    }
                }
                Node::Map(_) | Node::Bool(_) => {
                    sub.items.push(self.child(at, *items, id)?);
                    sub.single = true;
                }
                _ => return Err(wrong()),
            }
        }
        sub.additional_items = self.more(keywords, "additionalItems", id)?;
        Ok(())
    }

    /// The keywords that apply other schemas to the same value.
    fn combined(&mut self, keywords: &Keywords<'_>, id: Id, sub: &mut Sub) -> Parsed {
        sub.one_of = self.list(keywords, "oneOf", "oneOf", id)?;
        sub.any_of = self.list(keywords, "anyOf", "anyOf", id)?;
        // The library names the wrong keyword here.
        sub.all_of = self.list(keywords, "allOf", "anyOf", id)?;
        sub.not = self.one(keywords, "not", id)?;
        if sub.draft >= 7 {
            sub.condition = self.one(keywords, "if", id)?;
            sub.then = self.one(keywords, "then", id)?;
            sub.otherwise = self.one(keywords, "else", id)?;
        }
        Ok(())
    }

    fn list(&mut self, keywords: &Keywords<'_>, name: &str, named: &str, id: Id) -> Result<Vec<Id>, String> {
        let Some(value) = keywords.map.get(name) else { return Ok(Vec::new()) };
        let doc = keywords.at.doc.clone();
        let Node::List(items) = doc.node(*value) else { return Err(format!("{named} must be of an array")) };
        items.iter().map(|item| self.child(keywords.at, *item, id)).collect()
    }

    fn one(&mut self, keywords: &Keywords<'_>, name: &str, id: Id) -> Result<Option<Id>, String> {
        let Some(value) = keywords.map.get(name) else { return Ok(None) };
        match keywords.at.doc.node(*value) {
            Node::Map(_) | Node::Bool(_) => self.child(keywords.at, *value, id).map(Some),
            _ => Err(format!("{name} must be of an object")),
        }
    }
}

/// What gojsonpointer finds.
fn pointer(doc: &Doc, root: NodeId, fragment: &str) -> Result<NodeId, String> {
    let mut at = root;
    // A fragment that is no pointer counts as an empty one.
    let tokens = fragment.strip_prefix('/').map(|rest| rest.split('/'));
    for token in tokens.into_iter().flatten() {
        at = match doc.node(at) {
            Node::Map(map) => {
                let key = token.replace("~1", "/").replace("~0", "~");
                *map.get(&key).ok_or_else(|| format!("Object has no key '{key}'"))?
            }
            Node::List(items) => {
                let index = crate::value::number::atoi(token).map_err(|_| format!("Invalid array index '{token}'"))?;
                let found = usize::try_from(index).ok().and_then(|i| items.get(i)).copied();
                found.ok_or_else(|| format!("Out of bound array[0,{}] index '{index}'", items.len()))?
            }
            _ => return Err(format!("Invalid token reference '{token}'")),
        };
    }
    Ok(at)
}

/// The keywords of one schema that hold no others.
struct Keywords<'k> {
    at: &'k At,
    map: &'k BTreeMap<String, NodeId>,
}

impl Keywords<'_> {
    fn node(&self, name: &str) -> Option<&Node> {
        self.map.get(name).map(|id| self.at.doc.node(*id))
    }

    fn text(&self, name: &str) -> Result<Option<&str>, String> {
        match self.node(name) {
            None => Ok(None),
            Some(Node::Text(text)) => Ok(Some(text)),
            Some(_) => Err(invalid_type("string", name)),
        }
    }

    /// The keyword that names the schema.
    fn texts(&self, draft: u32) -> Parsed {
        let key = match draft {
            4 => "id",
            HYBRID if self.map.contains_key("id") => "id",
            _ => "$id",
        };
        if let Some(id) = self.text(key)? {
            Url::parse(id.as_bytes())?;
        }
        Ok(())
    }

    fn types(&self, sub: &mut Sub) -> Parsed {
        let wrong = || invalid_type("string/array of strings", "type");
        let names: Vec<&str> = match self.node("type") {
            None => return Ok(()),
            Some(Node::Text(name)) => vec![name],
            Some(Node::List(items)) => {
                items.iter().map(|item| self.at.doc.text(*item).ok_or_else(wrong)).collect::<Result<_, _>>()?
            }
            Some(_) => return Err(wrong()),
        };
        for name in names {
            if !TYPES.contains(&name) {
                let known = TYPES.join(" ");
                let head = "has a primitive type that is NOT VALID -- given";
                return Err(format!("{head}: /{name}/ Expected valid values are:[{known}]"));
            }
            if sub.types.iter().any(|known| known == name) {
                return Err(format!("{name} type is duplicated"));
            }
            sub.types.push(name.to_owned());
        }
        Ok(())
    }

    fn number(&self, name: &str) -> Option<Decimal> {
        match self.node(name)? {
            Node::Number(text) => Decimal::parse(text),
            _ => None,
        }
    }

    fn numbers(&self, sub: &mut Sub) -> Parsed {
        if self.map.contains_key("multipleOf") {
            let number = self.number("multipleOf").ok_or_else(|| invalid_type("number", "multipleOf"))?;
            if Decimal::parse("0").is_some_and(|zero| number <= zero) {
                return Err("multipleOf must be strictly greater than 0".to_owned());
            }
            sub.multiple_of = Some(number);
        }
        let pair = |name: &str, exclusive: &str| -> Result<(Option<Decimal>, Option<Decimal>), String> {
            let mut plain = None;
            if self.map.contains_key(name) {
                plain = Some(self.number(name).ok_or_else(|| format!("{name} must be of a number"))?);
            }
            let expected = match sub.draft {
                4 => "boolean",
                HYBRID => "boolean/number",
                _ => "number",
            };
            match self.node(exclusive) {
                None => Ok((plain, None)),
                Some(Node::Bool(on)) if matches!(sub.draft, 4 | HYBRID) => match (plain, on) {
                    (None, _) => Err(format!("{exclusive} cannot be used without {name}")),
                    (plain, true) => Ok((None, plain)),
                    (plain, false) => Ok((plain, None)),
                },
                Some(Node::Number(_)) if sub.draft != 4 => Ok((plain, self.number(exclusive))),
                Some(_) => Err(invalid_type(expected, exclusive)),
            }
        };
        let (minimum, exclusive_minimum) = pair("minimum", "exclusiveMinimum")?;
        let (maximum, exclusive_maximum) = pair("maximum", "exclusiveMaximum")?;
        (sub.minimum, sub.exclusive_minimum) = (minimum, exclusive_minimum);
        (sub.maximum, sub.exclusive_maximum) = (maximum, exclusive_maximum);
        Ok(())
    }

    fn count(&self, name: &str) -> Result<Option<i64>, String> {
        if !self.map.contains_key(name) {
            return Ok(None);
        }
        // `Number.Int64` wants the plain spelling of an integer.
        let number = match self.node(name) {
            Some(Node::Number(text)) => crate::value::number::parse_int(text, 10, 64).ok(),
            _ => None,
        };
        match number {
            None => Err(format!("{name} must be of an integer")),
            Some(number) if number < 0 => Err(format!("{name} must be greater than or equal to 0")),
            number => Ok(number),
        }
    }

    fn limits(&self, sub: &mut Sub) -> Parsed {
        sub.min_length = self.count("minLength")?;
        sub.max_length = self.count("maxLength")?;
        if sub.min_length.zip(sub.max_length).is_some_and(|(min, max)| min > max) {
            return Err("minLength cannot be greater than maxLength".to_owned());
        }
        match self.node("pattern") {
            None => {}
            Some(Node::Text(pattern)) if compile_regex(pattern).is_ok() => sub.pattern = Some(pattern.clone()),
            Some(Node::Text(_)) => return Err("pattern must be a valid regex".to_owned()),
            Some(_) => return Err("pattern must be of a string".to_owned()),
        }
        match self.node("format") {
            None => {}
            Some(Node::Text(format)) => sub.format = format.clone(),
            Some(_) => return Err("format must be of type string".to_owned()),
        }
        sub.min_properties = self.count("minProperties")?;
        sub.max_properties = self.count("maxProperties")?;
        if sub.min_properties.zip(sub.max_properties).is_some_and(|(min, max)| min > max) {
            return Err("minProperties cannot be greater than maxProperties".to_owned());
        }
        match self.node("required") {
            None => {}
            Some(Node::List(items)) => {
                for item in items {
                    let Some(name) = self.at.doc.text(*item) else {
                        return Err("required items must be string".to_owned());
                    };
                    if sub.required.iter().any(|known| known == name) {
                        return Err("required items must be unique".to_owned());
                    }
                    sub.required.push(name.to_owned());
                }
            }
            Some(_) => return Err("required must be of an array".to_owned()),
        }
        sub.min_items = self.count("minItems")?;
        sub.max_items = self.count("maxItems")?;
        match self.node("uniqueItems") {
            None => {}
            Some(Node::Bool(unique)) => sub.unique_items = *unique,
            Some(_) => return Err("uniqueItems must be of a boolean".to_owned()),
        }
        Ok(())
    }

    fn choices(&self, sub: &mut Sub) -> Parsed {
        match self.node("enum") {
            None => Ok(()),
            Some(Node::List(items)) => {
                for item in items {
                    let choice = marshal(&self.at.doc, *item);
                    if sub.choices.contains(&choice) {
                        return Err("enum items must be unique".to_owned());
                    }
                    sub.choices.push(choice);
                }
                Ok(())
            }
            Some(_) => Err("enum must be of an array".to_owned()),
        }
    }
}
