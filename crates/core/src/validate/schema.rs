//! An object against the OpenAPI schema of its kind.
//!
//! The walk goes side by side through data and schema and allocates nothing unless it finds something. Nulls on
//! optional fields are as good as absent, since the API server drops them.

use super::fields::{self, Missing};
use super::formats;
use super::{Sink, api};
use crate::budget::{Budget, Exhausted};
use crate::diag::{Fact, Finding, Severity, Type};
use crate::kube::tree::{Data, Node};
use chartlens_schemas::{Additional, ListType, Schema, Types};
use std::borrow::Cow;

/// Room for what waits in a usual object.
const USUAL: usize = 32;

/// A place where checks beyond the schema look: the definition's number and the node.
pub(super) type Visit = (u32, u32);

/// Checks a value, and notes the places that `table` has checks for.
pub(super) fn check(
    root: Node<'_>,
    schema: Schema,
    table: &api::Table,
    visits: &mut Vec<Visit>,
    sink: &mut Sink<'_>,
    budget: &Budget,
) -> Result<(), Exhausted> {
    check_where(root, schema, table, visits, sink, budget, |_| true)
}

/// The same, for those values alone that are `wanted`, and are in such that are.
pub(super) fn check_where(
    root: Node<'_>,
    schema: Schema,
    table: &api::Table,
    visits: &mut Vec<Visit>,
    sink: &mut Sink<'_>,
    budget: &Budget,
    wanted: impl Fn(u32) -> bool,
) -> Result<(), Exhausted> {
    let minor = table.minor();
    let mut work = Vec::with_capacity(USUAL);
    work.push((root, schema, Zone::Seen));
    visits.reserve(USUAL);
    let mut walk = Walk { root: schema, work, zone: Zone::Seen, minor, sink };
    while let Some((node, schema, zone)) = walk.work.pop() {
        if !wanted(node.id()) {
            continue;
        }
        budget.tick()?;
        if let Some(definition) = schema.definition()
            && zone != Zone::Dropped
            && table.has(definition)
        {
            visits.push((definition, node.id()));
        }
        walk.zone = zone;
        walk.value(node, schema);
    }
    Ok(())
}

/// How far the server looks at a part of an object, beyond reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Zone {
    /// All the way.
    Seen,
    /// It drops the part, as it does with the status of new objects and with fields whose feature is off.
    Dropped,
    /// When it makes pods of it.
    Later,
}

struct Walk<'t, 's, 'x> {
    /// That of the whole object.
    root: Schema,
    work: Vec<(Node<'t>, Schema, Zone)>,
    /// Of the value at hand.
    zone: Zone,
    minor: u32,
    sink: &'s mut Sink<'x>,
}

impl<'t> Walk<'t, '_, '_> {
    fn value(&mut self, node: Node<'t>, schema: Schema) {
        if schema.is_int_or_string() {
            let fits = matches!(node.data(), Data::Null | Data::Str(_)) || is_integer(node);
            return self.expect(fits, node, schema);
        }
        if schema.is_quantity() {
            let fits = !matches!(node.data(), Data::Bool(_) | Data::List | Data::Map);
            return self.expect(fits, node, schema);
        }
        let types = schema.types();
        if types.is_any() {
            return;
        }
        match node.data() {
            Data::Null => self.null(node, schema),
            Data::Map if types.has(Types::OBJECT) => self.map(node, schema),
            Data::List if types.has(Types::ARRAY) => self.list(node, schema),
            Data::Str(text) if types.has(Types::STRING) => self.string(node, text, schema),
            Data::Bool(_) if types.has(Types::BOOLEAN) => {}
            Data::Int(_) | Data::Uint(_) | Data::Float(_) if types.has(Types::NUMBER) => {}
            Data::Int(_) | Data::Uint(_) | Data::Float(_) if types.has(Types::INTEGER) && is_integer(node) => {
                self.integer(node, schema);
            }
            _ => self.expect(false, node, schema),
        }
    }

    /// Says that a value has the wrong type, unless it fits.
    fn expect(&mut self, fits: bool, node: Node<'t>, schema: Schema) {
        if fits {
            return;
        }
        self.sink.wrong_type(node, expected(schema));
    }

    /// A null that is no required field: Go makes zero of it.
    fn null(&mut self, node: Node<'t>, schema: Schema) {
        if node.parent().is_some_and(Node::is_list) && schema.types().has(Types::OBJECT) {
            return self.required(node, schema);
        }
        if !schema.is_nullable() {
            client_side(self.sink.wrong_type(node, expected(schema)));
        }
    }

    fn map(&mut self, node: Node<'t>, schema: Schema) {
        let additional = schema.additional();
        if schema.property_count() > 0 {
            self.required(node, schema);
        }
        let definition = schema.definition_name().unwrap_or("");
        let drops = self.zone != Zone::Dropped && fields::may_drop(definition, self.minor);
        for child in node.children() {
            match schema.property(child.key()) {
                Some(property) if property.required && child.is_null() => {}
                Some(property) => {
                    let zone = match self.zone {
                        Zone::Dropped => Zone::Dropped,
                        _ if drops && fields::is_dropped(definition, child.key(), self.minor) => Zone::Dropped,
                        _ if is_status(child) => Zone::Dropped,
                        zone => self.later(child, zone),
                    };
                    self.work.push((child, property.schema, zone));
                }
                None => match additional {
                    Additional::Schema(schema) => self.work.push((child, schema, self.zone)),
                    Additional::Open => {}
                    Additional::Closed => self.unknown(node, child, schema),
                },
            }
        }
    }

    /// The specification of the pods of a StatefulSet, which older servers do not look at.
    fn later(&self, child: Node<'t>, zone: Zone) -> Zone {
        let template = |node: Node<'t>| node.key() == "template" && self.minor < api::STATEFUL_TEMPLATES;
        if child.key() == "spec" && child.parent().is_some_and(template) && api::in_stateful_template(child) {
            return Zone::Later;
        }
        zone
    }

    fn required(&mut self, node: Node<'t>, schema: Schema) {
        for name in schema.required() {
            let value = node.get_raw(name);
            if value.is_some_and(|value| !value.is_null()) {
                continue;
            }
            let definition = schema.definition_name().unwrap_or("");
            let missing = match self.zone {
                Zone::Dropped => Missing::Fine,
                _ => fields::missing(definition, name, self.minor),
            };
            let mut pointer = node.pointer_to(name);
            if let Missing::Below(path) = missing {
                path.iter().for_each(|key| pointer.extend(["/", key]));
            }
            let property = schema.property(name).map(|property| property.schema);
            let fact = Fact::MissingField { field: name.to_owned(), null: value.is_some() };
            let finding = match (value, property) {
                (None, _) => self.sink.add(Finding::of("schema/missing-field", fact, pointer, place(node))),
                (Some(value), Some(schema)) if missing == Missing::Fine && !schema.is_nullable() => {
                    self.sink.fact("schema/wrong-type", value, Fact::NullField { field: name.to_owned() })
                }
                (Some(_), _) if missing == Missing::Fine => continue,
                (Some(value), _) => self.sink.add(Finding::of("api/required-null", fact, pointer, value.range())),
            };
            match (missing, self.zone) {
                (Missing::Fine, _) => client_side(finding),
                (_, Zone::Later) => {
                    finding.severity = Severity::Warning;
                    finding.notes.push(api::LATER.to_owned());
                }
                _ => {}
            }
        }
    }

    fn unknown(&mut self, node: Node<'t>, child: Node<'t>, schema: Schema) {
        let known = schema.properties().map(|property| property.name);
        let root = self.root;
        self.sink.unknown_field(node, child, known.collect(), &|| super::belongs::place(child, node, root));
    }

    fn list(&mut self, node: Node<'t>, schema: Schema) {
        if let Some(items) = schema.items() {
            let zone = self.zone;
            self.work.extend(node.items().map(|item| (item, items, zone)));
        }
        match schema.list_type() {
            Some(ListType::Map) if node.len() > 1 => self.keyed(node, schema),
            Some(ListType::Set) if node.len() > 1 => self.set(node),
            _ => {}
        }
    }

    /// Two items with the same keys: server-side apply refuses them.
    fn keyed(&mut self, node: Node<'t>, schema: Schema) {
        let keys: Vec<&str> = schema.list_map_keys().collect();
        let key_of = |item: Node<'t>| -> Option<Vec<Cow<'t, str>>> {
            let part = |key: &&str| match item.get(key).map(Node::data) {
                Some(Data::Str(text)) => Some(Cow::Borrowed(&**text)),
                Some(Data::Int(n)) => Some(Cow::Owned(n.to_string())),
                // The only key that has a default.
                None if *key == "protocol" => Some(Cow::Borrowed("TCP")),
                _ => None,
            };
            keys.iter().map(part).collect()
        };
        let mut seen = foldhash::HashSet::default();
        for item in node.items() {
            let Some(key) = key_of(item) else { continue };
            if let Some(key) = seen.replace(key) {
                let fields = keys.iter().map(|key| (*key).to_owned()).collect();
                let fact = Fact::DuplicateKeys { fields, values: key.into_iter().map(Cow::into_owned).collect() };
                let finding = self.sink.fact("api/duplicate-list-item", item, fact);
                finding.severity = Severity::Warning;
                finding.help = Some("remove one: server-side apply refuses such a list".to_owned());
            }
        }
    }

    fn set(&mut self, node: Node<'t>) {
        let mut seen = foldhash::HashSet::default();
        for item in node.items() {
            if let Some(text) = item.as_str()
                && !seen.insert(text)
            {
                let fact = Fact::DuplicateItem { found: item.found() };
                let finding = self.sink.fact("api/duplicate-list-item", item, fact);
                finding.severity = Severity::Warning;
                finding.help = Some("remove one: server-side apply refuses such a list".to_owned());
            }
        }
    }

    fn string(&mut self, node: Node<'t>, text: &str, schema: Schema) {
        match schema.format() {
            Some("date-time") => {
                let micro = schema.definition_name().is_some_and(|name| name.ends_with("MicroTime"));
                if !formats::is_time(text, micro) {
                    let example = if micro { "2006-01-02T15:04:05.000000Z" } else { "2006-01-02T15:04:05Z" };
                    let fact = Fact::Format { format: format!("a time such as {example}"), found: node.found() };
                    self.sink.fact("api/time", node, fact);
                }
            }
            // The data of Secrets and ConfigMaps are looked at by a check of their own.
            Some("byte") if !node.parent().is_some_and(|map| matches!(map.key(), "data" | "binaryData")) => {
                let plain: Vec<u8> = text.bytes().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
                if crate::text::base64_decode(&plain).is_none() {
                    let fact = Fact::Format { format: "base64".to_owned(), found: node.found() };
                    self.sink.fact("api/base64", node, fact);
                }
            }
            _ => {}
        }
        let mut values = schema.values().peekable();
        if values.peek().is_none() || values.any(|value| value == text) {
            return;
        }
        let allowed: Vec<String> = schema.values().map(str::to_owned).collect();
        let finding = self.sink.not_listed(node, allowed);
        // What kind an object is that is part of another one is told by its place.
        if matches!(node.key(), "kind" | "apiVersion") && schema.values().nth(1).is_none() {
            client_side(finding);
        }
    }

    /// Go decodes into integers of a size and refuses what does not fit.
    fn integer(&mut self, node: Node<'t>, schema: Schema) {
        let fits = match (node.as_int(), schema.format()) {
            (Some(n), Some("int32")) => i32::try_from(n).is_ok(),
            (Some(_), _) => true,
            (None, format) => format.is_none(),
        };
        if !fits {
            let bits = if schema.format() == Some("int32") { 32 } else { 64 };
            self.sink.fact("api/integer-range", node, Fact::IntegerRange { bits, found: node.found() });
        }
    }
}

/// Whether a node is the status of an object, which no one can set by creating it. The status of a node is the one
/// that is looked at.
fn is_status(node: Node<'_>) -> bool {
    node.key() == "status"
        && node.parent().is_some_and(|object| {
            object.get_raw("kind").is_some()
                && object.get_raw("apiVersion").is_some()
                && object.str("kind") != Some("Node")
        })
}

/// The bytes to blame for what a map lacks: its key, which says where it starts.
fn place(node: Node<'_>) -> std::ops::Range<usize> {
    if node.key().is_empty() { node.range() } else { node.key_range() }
}

/// Only those who hold the object against the published schema refuse it.
fn client_side(finding: &mut Finding) {
    finding.severity = Severity::Warning;
    finding.notes.push(
        "the API server takes it; Helm 3 and older versions of kubectl refuse it before they ask the server".to_owned(),
    );
}

fn is_integer(node: Node<'_>) -> bool {
    match node.data() {
        Data::Int(_) | Data::Uint(_) => true,
        Data::Float(n) => n.fract() == 0.0,
        _ => false,
    }
}

/// What a schema wants.
fn expected(schema: Schema) -> Vec<Type> {
    let types = schema.types();
    let of = [
        (Types::STRING, Type::String),
        (Types::INTEGER, Type::Integer),
        (Types::NUMBER, Type::Number),
        (Types::BOOLEAN, Type::Boolean),
        (Types::ARRAY, Type::List),
    ];
    match () {
        () if schema.is_int_or_string() => vec![Type::Integer, Type::String],
        () if schema.is_quantity() => vec![Type::Quantity],
        () => vec![of.iter().find(|(bit, _)| types.has(*bit)).map_or(Type::Map, |(_, ty)| *ty)],
    }
}
