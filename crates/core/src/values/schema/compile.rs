//! From JSON to schemas: `compiler.go` and `objcompiler.go` of santhosh-tekuri/jsonschema.

use super::address::{Place, join, split_fragment};
use super::decimal::Decimal;
use super::doc::{Doc, Node, NodeId};
use super::draft::Draft;
use super::roots::{Resource, Roots, step};
use crate::gotmpl::funcs::compile_regex;
use crate::text::quote;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Number of a schema in a [`Compiled`].
pub type Id = usize;

/// Types of JSON, in the library's order.
pub const TYPES: [&str; 7] = ["null", "boolean", "number", "integer", "string", "array", "object"];

/// A set of types: bits in the order of [`TYPES`].
pub type Types = u8;

/// The bit of a type.
pub fn type_bit(name: &str) -> Types {
    TYPES.iter().position(|known| *known == name).map_or(0, |at| 1 << at)
}

/// The type of a value.
pub fn type_of(node: &Node) -> &'static str {
    match node {
        Node::Null => "null",
        Node::Bool(_) => "boolean",
        Node::Number(_) => "number",
        Node::Text(_) => "string",
        Node::List(_) => "array",
        Node::Map(_) => "object",
        Node::Other(_) => "",
    }
}

/// What may stand beside what is named: a schema, or none of it.
#[derive(Clone, Copy, Debug)]
pub enum More {
    /// Allowed or not.
    Bool(bool),
    /// Allowed if it fits.
    Schema(Id),
}

/// `dependencies`
#[derive(Clone, Debug)]
pub enum Dependency {
    /// Names that must be there too.
    Names(Vec<String>),
    /// What the whole must fit.
    Schema(Id),
}

/// `items` before 2020-12.
#[derive(Clone, Debug)]
pub enum Items {
    /// One for all.
    All(Id),
    /// One for each.
    Each(Vec<Id>),
}

/// A compiled schema.
#[derive(Clone, Debug)]
pub struct Schema {
    pub place: Place,
    pub location: String,
    pub draft: Draft,
    /// The schema with a URL around it.
    pub resource: Id,
    pub dynamic_anchors: BTreeMap<String, Id>,
    /// The document that constants are in.
    pub doc: Arc<Doc>,
    pub bool: Option<bool>,
    pub reference: Option<Id>,
    pub recursive_ref: Option<Id>,
    pub recursive_anchor: bool,
    pub dynamic_ref: Option<(Id, String)>,
    pub dynamic_anchor: String,
    pub types: Types,
    pub constant: Option<NodeId>,
    pub choices: Option<(Types, Vec<NodeId>)>,
    pub format: Option<String>,
    pub all_of: Vec<Id>,
    pub any_of: Vec<Id>,
    pub one_of: Vec<Id>,
    pub not: Option<Id>,
    pub condition: Option<Id>,
    pub then: Option<Id>,
    pub otherwise: Option<Id>,
    pub min_properties: Option<i64>,
    pub max_properties: Option<i64>,
    pub required: Vec<String>,
    pub properties: BTreeMap<String, Id>,
    pub pattern_properties: Vec<(String, Id)>,
    pub additional_properties: Option<More>,
    pub property_names: Option<Id>,
    pub dependencies: BTreeMap<String, Dependency>,
    pub dependent_required: BTreeMap<String, Vec<String>>,
    pub dependent_schemas: BTreeMap<String, Id>,
    pub unevaluated_properties: Option<Id>,
    pub min_items: Option<i64>,
    pub max_items: Option<i64>,
    pub unique_items: bool,
    pub contains: Option<Id>,
    pub min_contains: Option<i64>,
    pub max_contains: Option<i64>,
    pub items: Option<Items>,
    pub additional_items: Option<More>,
    pub prefix_items: Vec<Id>,
    pub items_2020: Option<Id>,
    pub unevaluated_items: Option<Id>,
    pub min_length: Option<i64>,
    pub max_length: Option<i64>,
    pub pattern: Option<String>,
    pub minimum: Option<Decimal>,
    pub maximum: Option<Decimal>,
    pub exclusive_minimum: Option<Decimal>,
    pub exclusive_maximum: Option<Decimal>,
    pub multiple_of: Option<Decimal>,
}

impl Schema {
    fn new(place: Place) -> Schema {
        Schema {
            location: place.location(),
            place,
            draft: Draft::D2020,
            resource: 0,
            dynamic_anchors: BTreeMap::new(),
            doc: Arc::default(),
            bool: None,
            reference: None,
            recursive_ref: None,
            recursive_anchor: false,
            dynamic_ref: None,
            dynamic_anchor: String::new(),
            types: 0,
            constant: None,
            choices: None,
            format: None,
            all_of: Vec::new(),
            any_of: Vec::new(),
            one_of: Vec::new(),
            not: None,
            condition: None,
            then: None,
            otherwise: None,
            min_properties: None,
            max_properties: None,
            required: Vec::new(),
            properties: BTreeMap::new(),
            pattern_properties: Vec::new(),
            additional_properties: None,
            property_names: None,
            dependencies: BTreeMap::new(),
            dependent_required: BTreeMap::new(),
            dependent_schemas: BTreeMap::new(),
            unevaluated_properties: None,
            min_items: None,
            max_items: None,
            unique_items: false,
            contains: None,
            min_contains: None,
            max_contains: None,
            items: None,
            additional_items: None,
            prefix_items: Vec::new(),
            items_2020: None,
            unevaluated_items: None,
            min_length: None,
            max_length: None,
            pattern: None,
            minimum: None,
            maximum: None,
            exclusive_minimum: None,
            exclusive_maximum: None,
            multiple_of: None,
        }
    }

    /// Whether nothing of a map is left for `unevaluatedProperties`.
    pub fn all_properties_evaluated(&self) -> bool {
        self.additional_properties.is_some()
    }

    /// Whether nothing of a list is left for `unevaluatedItems`, else the number of items at its start that are not.
    pub fn items_evaluated(&self) -> Option<usize> {
        if self.draft >= Draft::D2020 {
            return self.items_2020.is_none().then_some(self.prefix_items.len());
        }
        match &self.items {
            _ if self.additional_items.is_some() => None,
            Some(Items::All(_)) => None,
            Some(Items::Each(each)) => Some(each.len()),
            None => Some(0),
        }
    }
}

/// Schemas that refer to each other.
#[derive(Debug, Default)]
pub struct Compiled {
    /// All of them.
    pub schemas: Vec<Schema>,
    known: HashMap<Place, Id>,
}

impl Compiled {
    fn enqueue(&mut self, place: Place) -> Id {
        if let Some(&id) = self.known.get(&place) {
            return id;
        }
        let id = self.schemas.len();
        self.known.insert(place.clone(), id);
        self.schemas.push(Schema::new(place));
        id
    }

    /// Compiles the schema at a place and all that it refers to. `formats` says whether formats count in all drafts.
    pub fn compile(&mut self, roots: &mut Roots<'_>, place: Place, formats: bool) -> Result<Id, String> {
        let mut next = self.schemas.len();
        let first = self.enqueue(place);
        while let Some(schema) = self.schemas.get(next) {
            let place = schema.place.clone();
            roots.ensure(&place)?;
            let compiled = self.one(roots, next, place, formats)?;
            if let Some(slot) = self.schemas.get_mut(next) {
                *slot = compiled;
            }
            next += 1;
        }
        Ok(first)
    }

    /// `compileValue`
    fn one(&mut self, roots: &mut Roots<'_>, _own: Id, place: Place, formats: bool) -> Result<Schema, String> {
        let mut schema = Schema::new(place.clone());
        let Some(root) = roots.get(&place.url) else { return Ok(schema) };
        let value = root.lookup(&place)?;
        let Some(resource) = root.resource(&place.pointer).cloned() else { return Ok(schema) };
        let doc = root.doc.clone();
        schema.draft = resource.draft;
        schema.doc = doc.clone();
        let base = Place { url: place.url.clone(), pointer: resource.pointer.clone() };
        schema.resource = self.enqueue(base.clone());
        if schema.draft >= Draft::D2020 && place == base {
            for (anchor, pointer) in &resource.anchors {
                if resource.dynamic_anchors.contains(anchor) {
                    let id = self.enqueue(Place { url: place.url.clone(), pointer: pointer.clone() });
                    schema.dynamic_anchors.insert(anchor.clone(), id);
                }
            }
        }
        match doc.node(value) {
            Node::Bool(b) => schema.bool = Some(*b),
            Node::Map(map) if map.is_empty() => schema.bool = Some(true),
            Node::Map(map) => {
                Object { compiled: self, roots, doc: &doc, map, place: &place, resource: &resource, formats }
                    .compile(&mut schema)?;
            }
            _ => {}
        }
        Ok(schema)
    }
}

/// `objCompiler`
struct Object<'o, 'v> {
    compiled: &'o mut Compiled,
    roots: &'o mut Roots<'v>,
    doc: &'o Doc,
    map: &'o BTreeMap<String, NodeId>,
    place: &'o Place,
    resource: &'o Resource,
    formats: bool,
}

impl Object<'_, '_> {
    fn compile(&mut self, schema: &mut Schema) -> Result<(), String> {
        schema.reference = self.reference("$ref")?;
        if schema.draft >= Draft::D2019 || schema.reference.is_none() {
            // Before 2019-09 everything beside a `$ref` is ignored.
            self.applicators(schema)?;
            self.validation(schema)?;
        }
        if schema.draft >= Draft::D6 {
            schema.contains = self.schema("contains");
            schema.property_names = self.schema("propertyNames");
            schema.constant = self.map.get("const").copied();
        }
        if schema.draft >= Draft::D7 {
            self.conditions(schema);
        }
        if schema.draft >= Draft::D2019 {
            self.draft_2019(schema)?;
        }
        if schema.draft >= Draft::D2020 {
            self.draft_2020(schema)?;
        }
        Ok(())
    }

    fn applicators(&mut self, schema: &mut Schema) -> Result<(), String> {
        schema.all_of = self.list("allOf");
        schema.any_of = self.list("anyOf");
        schema.one_of = self.list("oneOf");
        schema.not = self.schema("not");
        if schema.draft < Draft::D2020 {
            match self.map.get("items").map(|id| self.doc.node(*id)) {
                Some(Node::List(_)) => {
                    schema.items = Some(Items::Each(self.list("items")));
                    schema.additional_items = self.more("additionalItems");
                }
                Some(_) => schema.items = self.schema("items").map(Items::All),
                None => {}
            }
        }
        schema.properties = self.entries("properties");
        for (pattern, id) in self.entries("patternProperties") {
            self.check_regex("patternProperties", &pattern)?;
            schema.pattern_properties.push((pattern, id));
        }
        schema.additional_properties = self.more("additionalProperties");
        let dependencies = self.map.get("dependencies").and_then(|id| self.doc.map(*id));
        for (name, value) in dependencies.into_iter().flatten() {
            let dependency = match self.doc.node(*value) {
                Node::List(items) => Dependency::Names(self.texts(items)),
                _ => {
                    let pointer = step(&step(&self.place.pointer, "dependencies"), name);
                    Dependency::Schema(self.enqueue(pointer))
                }
            };
            schema.dependencies.insert(name.clone(), dependency);
        }
        Ok(())
    }

    fn validation(&mut self, schema: &mut Schema) -> Result<(), String> {
        if let Some(&types) = self.map.get("type") {
            schema.types = match self.doc.node(types) {
                Node::Text(name) => type_bit(name),
                Node::List(items) => self.texts(items).iter().fold(0, |all, name| all | type_bit(name)),
                _ => 0,
            };
        }
        if let Some(items) = self.items("enum") {
            let types = items.iter().fold(0, |all, id| all | type_bit(type_of(self.doc.node(*id))));
            schema.choices = Some((types, items.to_vec()));
        }
        schema.multiple_of = self.number("multipleOf");
        schema.maximum = self.number("maximum");
        schema.exclusive_maximum = match self.boolean("exclusiveMaximum") {
            true => schema.maximum.take(),
            false => self.number("exclusiveMaximum"),
        };
        schema.minimum = self.number("minimum");
        schema.exclusive_minimum = match self.boolean("exclusiveMinimum") {
            true => schema.minimum.take(),
            false => self.number("exclusiveMinimum"),
        };
        schema.min_length = self.integer("minLength");
        schema.max_length = self.integer("maxLength");
        if let Some(pattern) = self.text("pattern") {
            self.check_regex("pattern", &pattern)?;
            schema.pattern = Some(pattern);
        }
        schema.min_items = self.integer("minItems");
        schema.max_items = self.integer("maxItems");
        schema.unique_items = self.boolean("uniqueItems");
        schema.max_properties = self.integer("maxProperties");
        schema.min_properties = self.integer("minProperties");
        schema.required = self.items("required").map(|items| self.texts(items)).unwrap_or_default();
        if self.formats || schema.draft < Draft::D2019 {
            schema.format = self.text("format").filter(|name| super::format::is_known(name));
        }
        Ok(())
    }

    fn conditions(&mut self, schema: &mut Schema) {
        schema.condition = self.schema("if");
        if schema.condition.is_some() {
            let known = self.bool("if");
            if known != Some(false) {
                schema.then = self.schema("then");
            }
            if known != Some(true) {
                schema.otherwise = self.schema("else");
            }
        }
    }

    fn draft_2019(&mut self, schema: &mut Schema) -> Result<(), String> {
        schema.recursive_ref = self.reference("$recursiveRef")?;
        schema.recursive_anchor = self.boolean("$recursiveAnchor");
        if schema.contains.is_some() {
            schema.min_contains = self.integer("minContains");
            schema.max_contains = self.integer("maxContains");
        }
        let required = self.map.get("dependentRequired").and_then(|id| self.doc.map(*id));
        for (name, value) in required.into_iter().flatten() {
            if let Node::List(items) = self.doc.node(*value) {
                schema.dependent_required.insert(name.clone(), self.texts(items));
            }
        }
        schema.dependent_schemas = self.entries("dependentSchemas");
        schema.unevaluated_items = self.schema("unevaluatedItems");
        schema.unevaluated_properties = self.schema("unevaluatedProperties");
        Ok(())
    }

    fn draft_2020(&mut self, schema: &mut Schema) -> Result<(), String> {
        if let Some(id) = self.reference("$dynamicRef")? {
            let text = self.text("$dynamicRef").unwrap_or_default();
            let (_, fragment) = split_fragment(&text)?;
            let anchor = if fragment.starts_with('/') { String::new() } else { fragment };
            schema.dynamic_ref = Some((id, anchor));
        }
        schema.dynamic_anchor = self.text("$dynamicAnchor").unwrap_or_default();
        schema.prefix_items = self.list("prefixItems");
        schema.items_2020 = self.schema("items");
        Ok(())
    }

    fn check_regex(&self, keyword: &str, pattern: &str) -> Result<(), String> {
        compile_regex(pattern).map_err(|error| {
            let (pattern, place) = (quote(pattern.as_bytes()), quote(self.place.below(keyword).as_bytes()));
            format!("invalid regex {pattern} at {place}: {error}")
        })
    }

    fn enqueue(&mut self, pointer: String) -> Id {
        self.compiled.enqueue(Place { url: self.place.url.clone(), pointer })
    }

    fn reference(&mut self, keyword: &str) -> Result<Option<Id>, String> {
        let Some(text) = self.text(keyword) else { return Ok(None) };
        let address = join(&self.resource.id, &text)?;
        let root = self.roots.get(&self.place.url);
        let local = root.map(|root| root.resolve(&address)).transpose()?.flatten();
        let place = match local {
            Some(place) => place,
            None => self.roots.resolve_fragment(&address)?,
        };
        Ok(Some(self.compiled.enqueue(place)))
    }

    fn schema(&mut self, keyword: &str) -> Option<Id> {
        self.map.get(keyword)?;
        Some(self.enqueue(step(&self.place.pointer, keyword)))
    }

    fn list(&mut self, keyword: &str) -> Vec<Id> {
        let count = self.items(keyword).map_or(0, <[NodeId]>::len);
        let at = step(&self.place.pointer, keyword);
        (0..count).map(|i| self.enqueue(format!("{at}/{i}"))).collect()
    }

    fn entries(&mut self, keyword: &str) -> BTreeMap<String, Id> {
        let at = step(&self.place.pointer, keyword);
        let entries = self.map.get(keyword).and_then(|id| self.doc.map(*id));
        let names = entries.into_iter().flatten().map(|(name, _)| name);
        names.map(|name| (name.clone(), self.enqueue(step(&at, name)))).collect()
    }

    fn more(&mut self, keyword: &str) -> Option<More> {
        match self.bool(keyword) {
            Some(b) => Some(More::Bool(b)),
            None => self.schema(keyword).map(More::Schema),
        }
    }

    fn bool(&self, keyword: &str) -> Option<bool> {
        match self.doc.node(*self.map.get(keyword)?) {
            Node::Bool(b) => Some(*b),
            _ => None,
        }
    }

    fn boolean(&self, keyword: &str) -> bool {
        self.bool(keyword).unwrap_or(false)
    }

    fn text(&self, keyword: &str) -> Option<String> {
        self.doc.text(*self.map.get(keyword)?).map(str::to_owned)
    }

    fn number(&self, keyword: &str) -> Option<Decimal> {
        match self.doc.node(*self.map.get(keyword)?) {
            Node::Number(text) => Decimal::parse(text),
            _ => None,
        }
    }

    fn integer(&self, keyword: &str) -> Option<i64> {
        let number = self.number(keyword)?;
        number.is_integer().then(|| number.to_int().unwrap_or(i64::MAX))
    }

    fn items(&self, keyword: &str) -> Option<&[NodeId]> {
        match self.doc.node(*self.map.get(keyword)?) {
            Node::List(items) => Some(items),
            _ => None,
        }
    }

    fn texts(&self, items: &[NodeId]) -> Vec<String> {
        items.iter().filter_map(|id| self.doc.text(*id).map(str::to_owned)).collect()
    }
}
