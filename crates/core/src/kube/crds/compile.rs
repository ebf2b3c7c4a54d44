//! From the text of a schema to [`Schemas`].

use super::schema::{Bound, Const, CustomSchema, More, Pattern, Rule, SchemaId, Schemas, Types};
use crate::budget::{Budget, Exhausted};
use crate::kube::tree::{Data, Node};
use crate::stack;

/// The structural schema of a CRD; none of it means that everything is fine. `keep` unknown fields everywhere.
pub(super) fn structural(root: Option<Node<'_>>, keep: bool, budget: &Budget) -> Result<Schemas, Exhausted> {
    compile(root, keep, true, budget)
}

/// A JSON Schema made from a CRD, where only `additionalProperties: false` forbids unknown fields.
pub(super) fn json_schema(root: Node<'_>, budget: &Budget) -> Result<Schemas, Exhausted> {
    compile(Some(root), false, false, budget)
}

fn compile(root: Option<Node<'_>>, keep: bool, structural: bool, budget: &Budget) -> Result<Schemas, Exhausted> {
    let mut compiler = Compiler { schemas: Schemas::default(), keep, structural, budget };
    match root {
        None => compiler.schemas.all.push(CustomSchema { open: true, resource: true, ..CustomSchema::default() }),
        Some(root) => {
            let id = compiler.schema(root, false)?;
            if let Some(schema) = compiler.schemas.all.get_mut(id.0 as usize) {
                schema.resource = true;
            }
        }
    }
    Ok(compiler.schemas)
}

struct Compiler<'b> {
    schemas: Schemas,
    keep: bool,
    structural: bool,
    budget: &'b Budget,
}

impl Compiler<'_> {
    /// A schema; `junctor` where it stands in `allOf` and the like, which know nothing of unknown fields.
    fn schema(&mut self, node: Node<'_>, junctor: bool) -> Result<SchemaId, Exhausted> {
        self.budget.tick()?;
        let id = SchemaId(self.schemas.all.len() as u32);
        self.schemas.all.push(CustomSchema::default());
        let schema = stack::grow(|| self.parts(node, junctor))?;
        if let Some(slot) = self.schemas.all.get_mut(id.0 as usize) {
            *slot = schema;
        }
        Ok(id)
    }

    fn parts(&mut self, node: Node<'_>, junctor: bool) -> Result<CustomSchema, Exhausted> {
        let yes = |key: &str| node.bool(key) == Some(true);
        let (types, null) = types(node);
        let additional = node.get("additionalProperties");
        let closed = additional.and_then(Node::as_bool) == Some(false);
        let preserve = yes("x-kubernetes-preserve-unknown-fields");
        let has_additional = additional.is_some_and(|node| node.is_map() || node.as_bool() == Some(true));
        let known = if self.structural { !has_additional && !types.is_any() } else { closed };
        let mut schema = CustomSchema {
            types,
            nullable: null || yes("nullable"),
            int_or_string: yes("x-kubernetes-int-or-string") || node.str("format") == Some("int-or-string"),
            open: self.keep || preserve || junctor || !known,
            resource: yes("x-kubernetes-embedded-resource"),
            default: node.get("default").map(|default| Box::new(constant(default))),
            required: texts(node, "required"),
            is_set: node.str("x-kubernetes-list-type") == Some("set"),
            ..CustomSchema::default()
        };
        if node.str("x-kubernetes-list-type") == Some("map") {
            schema.list_map_keys = texts(node, "x-kubernetes-list-map-keys");
        }
        for (name, property) in node.map("properties") {
            let id = self.schema(property, junctor)?;
            schema.properties.push((name.into(), id));
        }
        schema.properties.sort_by(|(a, _), (b, _)| a.cmp(b));
        if let Some(other) = additional.filter(|other| other.is_map()) {
            schema.additional = Some(self.schema(other, junctor)?);
        }
        if let Some(items) = node.get("items").filter(|items| items.is_map()) {
            schema.items = Some(self.schema(items, junctor)?);
        }
        schema.more = self.more(node)?;
        Ok(schema)
    }

    fn more(&mut self, node: Node<'_>) -> Result<Option<Box<More>>, Exhausted> {
        const RARE: &[&str] = &[
            "enum",
            "format",
            "pattern",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties",
            "uniqueItems",
            "allOf",
            "anyOf",
            "oneOf",
            "not",
            "x-kubernetes-validations",
        ];
        if !node.entries().any(|(key, _)| RARE.contains(&key)) {
            return Ok(None);
        }
        let count = |key: &str| node.int(key).and_then(|n| u64::try_from(n).ok());
        Ok(Some(Box::new(More {
            values: node.list("enum").map(constant).collect(),
            format: node.str("format").map(Into::into),
            pattern: node.str("pattern").map(Pattern::new),
            number: (bound(node, "minimum", "exclusiveMinimum"), bound(node, "maximum", "exclusiveMaximum")),
            multiple_of: node.get("multipleOf").and_then(number),
            length: (count("minLength"), count("maxLength")),
            items: (count("minItems"), count("maxItems")),
            entries: (count("minProperties"), count("maxProperties")),
            unique: node.bool("uniqueItems") == Some(true),
            all_of: self.junctors(node, "allOf")?,
            any_of: self.junctors(node, "anyOf")?,
            one_of: self.junctors(node, "oneOf")?,
            not: match node.get("not").filter(|not| not.is_map()) {
                Some(not) => Some(self.schema(not, true)?),
                None => None,
            },
            rules: node.list("x-kubernetes-validations").filter_map(rule).collect(),
        })))
    }

    fn junctors(&mut self, node: Node<'_>, key: &str) -> Result<Vec<SchemaId>, Exhausted> {
        node.list(key).filter(|part| part.is_map()).map(|part| self.schema(part, true)).collect()
    }
}

/// The types of a schema, and whether null is among them.
fn types(node: Node<'_>) -> (Types, bool) {
    let mut types = Types::default();
    let mut null = false;
    let Some(declared) = node.get("type") else { return (types, null) };
    let names = declared.as_str().into_iter().chain(declared.items().filter_map(Node::as_str));
    for name in names {
        match name {
            "string" => types.string = true,
            "integer" => types.integer = true,
            "number" => types.number = true,
            "boolean" => types.boolean = true,
            "object" => types.object = true,
            "array" => types.array = true,
            "null" => null = true,
            _ => {}
        }
    }
    (types, null)
}

fn texts(node: Node<'_>, key: &str) -> Vec<Box<str>> {
    node.list(key).filter_map(Node::as_str).map(Into::into).collect()
}

fn number(node: Node<'_>) -> Option<f64> {
    match node.data() {
        Data::Int(n) => Some(*n as f64),
        Data::Uint(n) => Some(*n as f64),
        Data::Float(n) => Some(*n),
        _ => None,
    }
}

/// A bound in the notation of OpenAPI (a flag beside it) or of later JSON Schemas (a number of its own).
fn bound(node: Node<'_>, key: &str, exclusive: &str) -> Option<Bound> {
    let strict = node.get(exclusive);
    if let Some(value) = strict.and_then(number) {
        return Some(Bound { value, exclusive: true });
    }
    let value = node.get(key).and_then(number)?;
    Some(Bound { value, exclusive: strict.and_then(Node::as_bool) == Some(true) })
}

fn constant(node: Node<'_>) -> Const {
    stack::grow(|| match node.data() {
        Data::Null => Const::Null,
        Data::Bool(b) => Const::Bool(*b),
        Data::Str(text) => Const::Str((&**text).into()),
        Data::Int(n) => Const::Int(*n),
        Data::List => Const::List(node.items().map(constant).collect()),
        Data::Map => Const::Map(node.entries().map(|(key, value)| (key.into(), constant(value))).collect()),
        _ => number(node).map_or(Const::Null, Const::Number),
    })
}

fn rule(node: Node<'_>) -> Option<Rule> {
    Some(Rule {
        rule: node.str("rule")?.into(),
        message: node.str("message").map(Into::into),
        message_expression: node.str("messageExpression").map(Into::into),
        #[cfg(feature = "cel")]
        program: super::schema::Compiled::default(),
    })
}
