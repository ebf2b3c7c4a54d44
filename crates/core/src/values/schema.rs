//! Checking values against values.schema.json: the `jsonschema` crate decides, Helm's words report.
//!
//! Helm uses the Go library santhosh-tekuri/jsonschema, whose errors form a tree: a keyword that
//! applies several schemas (`allOf`, `anyOf`, …) has their errors below it. The crate reports a
//! flat list with the path through the schema that led to each error; the tree is built from those.

use super::tree::{ChartId, ChartTree};
use crate::budget::Budget;
use crate::host::HelmVersion;
use crate::text::Origin;
use crate::value::{Heap, MapId, Repr, Value};
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{Draft, ValidationError};
use serde_json::Value as Json;
use std::sync::Arc;

/// What values.schema.json has against the values.
#[derive(Clone, Debug, Default)]
pub struct SchemaFaults {
    /// Helm's text; empty if all is well.
    pub text: String,
    /// Each fault by itself.
    pub faults: Vec<SchemaFault>,
}

/// One thing that a schema has against a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFault {
    /// Name or alias of the chart whose schema it is.
    pub chart: String,
    /// Where the chart is in the root chart: empty, or a path that ends with a slash.
    pub location: String,
    /// JSON pointer in the values of that chart.
    pub pointer: String,
    /// What is wrong, in the words of Helm's library; without a pointer if the schema itself is.
    pub message: String,
    /// Origin of the value.
    pub about: Origin,
}

impl SchemaFault {
    /// The property that is missing, where that is the fault. Its words are made by this module alone.
    pub fn missing(&self) -> Option<&str> {
        self.message.strip_prefix(MISSING)?.strip_prefix(" '")?.strip_suffix('\'')
    }
}

const MISSING: &str = "missing property";

/// Checks the values of the root chart and of all inside.
pub fn validate(heap: &Heap, budget: &Budget, tree: &ChartTree<'_>, values: MapId) -> SchemaFaults {
    let mut faults = SchemaFaults::default();
    validate_chart(heap, budget, tree, tree.root(), values, &mut faults);
    faults
}

fn validate_chart(
    heap: &Heap,
    budget: &Budget,
    tree: &ChartTree<'_>,
    chart: ChartId,
    values: MapId,
    faults: &mut SchemaFaults,
) {
    if let Some(schema) = &tree.chart(chart).schema
        && let Err(fault) = validate_one(heap, budget, values, schema)
    {
        let name = tree.name(chart);
        let location = &tree.chart(chart).location;
        faults.text.push_str(&format!("{name}:\n{}", fault.text));
        faults.faults.extend(fault.leaves.into_iter().map(|(pointer, message)| {
            let about = origin_at(heap, values, &pointer);
            SchemaFault { chart: name.to_owned(), location: location.clone(), pointer, message, about }
        }));
    }
    for &child in tree.children(chart) {
        let name = tree.name(child);
        match heap.get(values, name.as_bytes()) {
            None => {}
            Some(value) if value.is_nil() => {}
            Some(Value { repr: Repr::Map(inner), .. }) => {
                let inner = *inner;
                crate::stack::grow(|| validate_chart(heap, budget, tree, child, inner, faults));
            }
            Some(other) => {
                let ty = other.type_name(heap).unwrap_or("<nil>");
                let message = format!("invalid type for values: expected object (map), got {ty}");
                faults.text.push_str(&format!("{name}:\n{message}\n"));
                let (chart, about) = (name.to_owned(), other.origin);
                let location = tree.chart(child).location.clone();
                faults.faults.push(SchemaFault { chart, location, pointer: String::new(), message, about });
            }
        }
    }
}

/// The root of all schemas, as Helm names it.
const ROOT: &str = "file:///values.schema.json";

/// Origin of the value at a pointer, or of the nearest one around it that has one.
fn origin_at(heap: &Heap, values: MapId, pointer: &str) -> Origin {
    let mut at = Value::new(Repr::Map(values));
    let mut found = Origin::NONE;
    for step in segments(pointer) {
        let next = match at.repr {
            Repr::Map(map) => heap.get(map, step.as_bytes()).cloned(),
            Repr::List(list) => step.parse().ok().and_then(|i: usize| heap.list(list).items.get(i).cloned()),
            _ => None,
        };
        let Some(next) = next else { break };
        if !next.origin.is_none() {
            found = next.origin;
        }
        at = next;
    }
    found
}

/// The text about one chart, and its parts.
struct Fault {
    text: String,
    /// Pointer and message of each fault.
    leaves: Vec<(String, String)>,
}

impl From<String> for Fault {
    fn from(text: String) -> Self {
        let leaves = vec![(String::new(), text.clone())];
        Fault { text, leaves }
    }
}

fn validate_one(heap: &Heap, budget: &Budget, values: MapId, schema: &Arc<[u8]>) -> Result<(), Fault> {
    let schema: Json = serde_json::from_slice(schema).map_err(|error| json_error(&error, schema))?;
    let draft = draft_of(&schema);
    let options = || {
        jsonschema::options()
            .with_draft(draft)
            .with_base_uri(ROOT)
            .should_validate_formats(matches!(draft, Draft::Draft4 | Draft::Draft6 | Draft::Draft7))
            .with_retriever(Offline)
    };
    let validator = options().build(&schema).map_err(|error| match meta_errors(&schema, draft) {
        Some(text) => text,
        None => build_error(&error, &schema),
    })?;
    let instance = to_json(heap, budget, &Value::new(Repr::Map(values)));
    let errors: Vec<ValidationError<'_>> = validator.iter_errors(&instance).collect();
    if errors.is_empty() {
        return Ok(());
    }
    let reporter = Reporter { schema: &schema, root: &instance, options: &options };
    let (text, leaves) = reporter.text(errors);
    Err(Fault { text: format!("{text}\n"), leaves })
}

/// Nothing is fetched. Files beside the schema do not exist for Helm either.
struct Offline;

impl jsonschema::Retrieve for Offline {
    fn retrieve(&self, uri: &jsonschema::Uri<String>) -> Result<Json, Box<dyn std::error::Error + Send + Sync>> {
        let uri = uri.as_str();
        Err(match uri.strip_prefix("file://") {
            Some(path) => format!("failing loading \"{uri}\": open {path}: no such file or directory").into(),
            None => format!("failing loading \"{uri}\": chartlens does not fetch schemas").into(),
        })
    }
}

fn draft_of(schema: &Json) -> Draft {
    match schema.get("$schema").and_then(Json::as_str).map(|uri| uri.trim_end_matches('#')) {
        Some("http://json-schema.org/draft-04/schema") => Draft::Draft4,
        Some("http://json-schema.org/draft-06/schema") => Draft::Draft6,
        Some("http://json-schema.org/draft-07/schema") => Draft::Draft7,
        Some("https://json-schema.org/draft/2019-09/schema") => Draft::Draft201909,
        _ => Draft::Draft202012,
    }
}

fn meta_uri(draft: Draft) -> &'static str {
    match draft {
        Draft::Draft4 => "http://json-schema.org/draft-04/schema#",
        Draft::Draft6 => "http://json-schema.org/draft-06/schema#",
        Draft::Draft7 => "http://json-schema.org/draft-07/schema#",
        Draft::Draft201909 => "https://json-schema.org/draft/2019-09/schema#",
        _ => "https://json-schema.org/draft/2020-12/schema#",
    }
}

/// Helm's text for a schema that is none.
fn meta_errors(schema: &Json, draft: Draft) -> Option<String> {
    let uri = meta_uri(draft);
    let meta = serde_json::json!({ "$ref": uri.trim_end_matches('#') });
    let options = || jsonschema::options().with_draft(draft);
    let validator = options().build(&meta).ok()?;
    let errors: Vec<ValidationError<'_>> = validator.iter_errors(schema).collect();
    if errors.is_empty() {
        return None;
    }
    let reporter = Reporter { schema: &meta, root: schema, options: &options };
    let (text, _) = reporter.text(errors);
    Some(format!("\"{ROOT}#\" is not valid against metaschema: jsonschema validation failed with '{uri}'\n{text}"))
}

fn json_error(error: &serde_json::Error, text: &[u8]) -> String {
    if error.is_eof() {
        return if text.trim_ascii().is_empty() { "EOF".to_owned() } else { "unexpected EOF".to_owned() };
    }
    let mut heap = Heap::new();
    crate::json::decode(&mut heap, text).err().unwrap_or_else(|| error.to_string())
}

fn build_error(error: &ValidationError<'_>, schema: &Json) -> String {
    if let Kind::Referencing(inner) = error.kind() {
        let text = inner.to_string();
        if let Some(at) = text.find("failing loading") {
            return text.get(at..).unwrap_or_default().to_owned();
        }
        if let Some(pointer) = missing_pointer(schema, schema) {
            return format!("json-pointer in \"{ROOT}#{pointer}\" not found");
        }
    }
    error.to_string()
}

/// The first local reference that leads nowhere.
fn missing_pointer(root: &Json, at: &Json) -> Option<String> {
    match at {
        Json::Object(map) => {
            let own = map.get("$ref").and_then(Json::as_str).and_then(|r| r.strip_prefix('#'));
            match own {
                Some(pointer) if pointer.starts_with('/') && root.pointer(pointer).is_none() => {
                    Some(pointer.to_owned())
                }
                _ => map.values().find_map(|inner| missing_pointer(root, inner)),
            }
        }
        Json::Array(items) => items.iter().find_map(|inner| missing_pointer(root, inner)),
        _ => None,
    }
}

/// Values as the crate wants them; whole floats are integers to JSON Schema.
fn to_json(heap: &Heap, budget: &Budget, value: &Value) -> Json {
    let mut out = crate::text::TextBuilder::new(false);
    let style = crate::json::Style { escape_html: false, indent: false, helm: HelmVersion::V4 };
    match crate::json::encode(heap, budget, value, style, &mut out) {
        Ok(()) => serde_json::from_slice(out.as_bytes()).unwrap_or(Json::Null),
        Err(_) => Json::Null,
    }
}

/// An error of the Go library with those below it.
#[derive(Debug)]
struct Node {
    /// Where in the instance, as a JSON pointer.
    at: String,
    text: String,
    causes: Vec<Node>,
    /// A reference with one cause is not shown itself.
    reference: bool,
    /// A group melts into the root or a reference.
    group: bool,
    /// The property that should not be there, for errors about one.
    about: Option<String>,
}

impl Node {
    fn leaf(at: &str, text: impl Into<String>) -> Node {
        Node { at: at.to_owned(), text: text.into(), causes: Vec::new(), reference: false, group: false, about: None }
    }

    /// The ends of the tree: pointer and message. Alternatives that all fail are one fault.
    fn leaves(&self, into: &mut Vec<(String, String)>) {
        let one = self.causes.is_empty() || self.text.starts_with("'anyOf'") || self.text.starts_with("'oneOf'");
        match one {
            true => {
                let at = self.about.as_ref().map_or_else(
                    || self.at.clone(),
                    |name| format!("{}/{}", self.at, name.replace('~', "~0").replace('/', "~1")),
                );
                into.push((at, self.summary()));
            }
            false => self.causes.iter().for_each(|cause| cause.leaves(into)),
        }
    }

    /// The message with those of alternatives behind it.
    fn summary(&self) -> String {
        let mut ends: Vec<String> = self.causes.iter().map(Node::summary).collect();
        ends.dedup();
        if ends.is_empty() { self.text.clone() } else { ends.join(", or ") }
    }

    fn display(&self, out: &mut String, indent: usize) {
        let mut indent = indent;
        if !(self.reference && self.causes.len() == 1) {
            out.push('\n');
            out.push_str(&"  ".repeat(indent));
            out.push_str(&format!("- at {}: {}", quoted(&self.at), self.text));
            indent += 1;
        }
        for cause in &self.causes {
            cause.display(out, indent);
        }
    }
}

/// One error of the crate on its way into the tree.
struct Item<'e> {
    /// What is left of the path through the schema.
    path: Vec<String>,
    error: &'e ValidationError<'e>,
}

struct Reporter<'r, 'i> {
    schema: &'r Json,
    root: &'r Json,
    options: &'r dyn Fn() -> jsonschema::ValidationOptions<'i>,
}

fn segments(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(|s| s.replace("~1", "/").replace("~0", "~")).collect()
}

impl Reporter<'_, '_> {
    /// The text about all errors, and pointer and message of each.
    fn text(&self, errors: Vec<ValidationError<'_>>) -> (String, Vec<(String, String)>) {
        let items =
            errors.iter().map(|error| Item { path: segments(error.evaluation_path().as_str()), error }).collect();
        let mut out = String::new();
        let mut leaves = Vec::new();
        let Some(root) = self.node("", items) else { return (out, leaves) };
        root.leaves(&mut leaves);
        // A metaschema is reached through a reference of our own, which is no step.
        let own =
            root.reference && self.schema.as_object().is_some_and(|map| map.len() == 1 && map.contains_key("$ref"));
        let causes = if root.group || own { root.causes } else { vec![root] };
        for cause in causes {
            cause.display(&mut out, 0);
        }
        (out.trim_start_matches('\n').to_owned(), leaves)
    }

    /// The error of one schema at one place: none, one, or a group.
    fn node(&self, at: &str, items: Vec<Item<'_>>) -> Option<Node> {
        let mut nodes = self.errors(at, items);
        match nodes.len() {
            0 | 1 => nodes.pop(),
            _ => Some(Node { group: true, causes: nodes, ..Node::leaf(at, "validation failed") }),
        }
    }

    fn errors(&self, at: &str, mut items: Vec<Item<'_>>) -> Vec<Node> {
        // The Go library stops at a wrong type, constant, enumeration or format.
        for first in ["type", "const", "enum", "format"] {
            if let Some(i) = items.iter().position(|item| matches!(item.path.as_slice(), [only] if only == first)) {
                let item = items.swap_remove(i);
                return vec![self.leaf(at, item.error)];
            }
        }
        items.sort_by_key(|item| rank(item.path.first().map_or("", String::as_str)));
        let mut nodes = Vec::new();
        let mut rest = items.into_iter().peekable();
        while let Some(item) = rest.next() {
            let keyword = item.path.first().cloned().unwrap_or_default();
            let mut same = vec![item];
            while let Some(next) = rest.next_if(|next| next.path.first() == Some(&keyword)) {
                same.push(next);
            }
            self.keyword(at, &keyword, same, &mut nodes);
        }
        nodes
    }

    /// The errors of one keyword.
    fn keyword(&self, at: &str, keyword: &str, items: Vec<Item<'_>>, nodes: &mut Vec<Node>) {
        let drop = |n: usize, item: Item<'_>| -> (Vec<String>, Vec<String>) {
            let mut path = item.path;
            let rest = path.split_off(n.min(path.len()));
            (path, rest)
        };
        match keyword {
            "required" => {
                let names = items.iter().filter_map(|item| match item.error.kind() {
                    Kind::Required { property } => property.as_str().map(quoted),
                    _ => None,
                });
                let names: Vec<String> = names.collect();
                nodes.push(Node::leaf(at, plural(MISSING, "missing properties", &names)));
            }
            "dependencies" | "dependentRequired"
                if items.iter().all(|i| matches!(i.error.kind(), Kind::Required { .. })) =>
            {
                for item in items {
                    let Kind::Required { property } = item.error.kind() else { continue };
                    let name = property.as_str().map(quoted).unwrap_or_default();
                    let by = self.dependent(at, keyword, &item, property);
                    nodes.push(Node::leaf(at, format!("properties {name} required, if {} exists", quoted(&by))));
                }
            }
            "$ref" | "$dynamicRef" | "$recursiveRef" => {
                let inner = items.into_iter().map(|item| {
                    let error = item.error;
                    Item { path: drop(1, item).1, error }
                });
                if let Some(inner) = self.node(at, inner.collect()) {
                    let causes = if inner.group { inner.causes } else { vec![inner] };
                    nodes.push(Node { reference: true, causes, ..Node::leaf(at, "validation failed") });
                }
            }
            "allOf" => {
                let causes = self.apply(at, items, 2, false);
                nodes.push(Node { causes, ..Node::leaf(at, "'allOf' failed") });
            }
            "properties" | "patternProperties" | "prefixItems" => nodes.extend(self.apply(at, items, 2, true)),
            "additionalProperties" | "items" | "additionalItems" | "unevaluatedItems" | "unevaluatedProperties" => {
                let (own, below): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| item.path.len() == 1);
                nodes.extend(own.iter().map(|item| self.leaf(at, item.error)));
                // A list of schemas has an index behind the keyword.
                let indexed = |item: &Item<'_>| item.path.get(1).is_some_and(|s| s.bytes().all(|b| b.is_ascii_digit()));
                let (lists, single): (Vec<_>, Vec<_>) = below.into_iter().partition(indexed);
                nodes.extend(self.apply(at, lists, 2, true));
                nodes.extend(self.apply(at, single, 1, true));
            }
            "if" | "then" | "else" => nodes.extend(self.apply(at, items, 1, false)),
            "dependentSchemas" | "dependencies" => nodes.extend(self.apply(at, items, 2, false)),
            _ => nodes.extend(items.iter().map(|item| self.leaf(at, item.error))),
        }
    }

    /// Groups errors by the schema they come from and the place they are at.
    fn apply(&self, at: &str, items: Vec<Item<'_>>, steps: usize, deeper: bool) -> Vec<Node> {
        type Key = (Vec<String>, String);
        let mut groups: Vec<(Key, Vec<Item<'_>>)> = Vec::new();
        for mut item in items {
            let rest = item.path.split_off(steps.min(item.path.len()));
            let place = if deeper { child_place(at, item.error.instance_path().as_str()) } else { at.to_owned() };
            let key = (std::mem::take(&mut item.path), place);
            let item = Item { path: rest, error: item.error };
            match groups.iter_mut().find(|(k, _)| *k == key) {
                Some((_, group)) => group.push(item),
                None => groups.push((key, vec![item])),
            }
        }
        groups.into_iter().filter_map(|((_, place), group)| self.node(&place, group)).collect()
    }

    /// Which property asks for another one.
    fn dependent(&self, at: &str, keyword: &str, item: &Item<'_>, wanted: &Json) -> String {
        if let Some(name) = item.path.get(1) {
            return name.clone();
        }
        let schema = self.schema.pointer(item.error.schema_path().as_str().trim_end_matches('/'));
        let schema = schema.filter(|s| s.is_object()).or_else(|| self.schema.get(keyword));
        let instance = self.root.pointer(at);
        // The only metaschema that has this keyword.
        match wanted.as_str() {
            Some("maximum") if schema.is_none() => return "exclusiveMaximum".to_owned(),
            Some("minimum") if schema.is_none() => return "exclusiveMinimum".to_owned(),
            _ => {}
        }
        let asks = |(name, list): &(&String, &Json)| {
            list.as_array().is_some_and(|l| l.contains(wanted))
                && instance.is_some_and(|i| i.get(name.as_str()).is_some())
        };
        schema
            .and_then(Json::as_object)
            .and_then(|map| map.iter().find(asks))
            .map(|(name, _)| name.clone())
            .unwrap_or_default()
    }

    fn context(&self, at: &str, context: &[Vec<ValidationError<'_>>], keyword: &str) -> Vec<Node> {
        let below = |error: &ValidationError<'_>| {
            let path = segments(error.evaluation_path().as_str());
            // The path starts at the root; what counts is what follows this keyword and its index.
            let skip = (0..path.len())
                .rev()
                .find(|&i| {
                    path.get(i).is_some_and(|s| s == keyword)
                        && path.get(i + 1).is_some_and(|s| s.bytes().all(|b| b.is_ascii_digit()))
                })
                .map_or(0, |i| i + 2);
            path.get(skip..).unwrap_or_default().to_vec()
        };
        context
            .iter()
            .filter_map(|branch| self.node(at, branch.iter().map(|error| Item { path: below(error), error }).collect()))
            .collect()
    }

    fn leaf(&self, at: &str, error: &ValidationError<'_>) -> Node {
        let instance = &**error.instance();
        let count = |n: usize| number(&Json::from(n));
        let limit = |name: &str, got: String, want: String| format!("{name}: got {got}, want {want}");
        let length = || count(instance.as_str().map_or(0, |s| s.chars().count()));
        let items = || count(instance.as_array().map_or(0, Vec::len));
        let keys = || count(instance.as_object().map_or(0, serde_json::Map::len));
        let text = match error.kind() {
            Kind::AnyOf { context } => {
                return Node { causes: self.context(at, context, "anyOf"), ..Node::leaf(at, "'anyOf' failed") };
            }
            Kind::OneOfNotValid { context } => {
                return Node {
                    causes: self.context(at, context, "oneOf"),
                    ..Node::leaf(at, "'oneOf' failed, none matched")
                };
            }
            Kind::OneOfMultipleValid { context } => {
                let matched: Vec<String> = context
                    .iter()
                    .enumerate()
                    .filter(|(_, c)| c.is_empty())
                    .take(2)
                    .map(|(i, _)| i.to_string())
                    .collect();
                format!("'oneOf' failed, subschemas {} matched", matched.join(", "))
            }
            Kind::Not { .. } => "'not' failed".to_owned(),
            Kind::FalseSchema => "false schema".to_owned(),
            Kind::Type { kind } => format!("got {}, want {}", type_name(instance), wanted_types(kind)),
            Kind::Constant { expected_value } if is_container(expected_value) => "const failed".to_owned(),
            Kind::Constant { expected_value } => format!("value must be {}", shown(expected_value)),
            Kind::Enum { options } => match options.as_array() {
                Some(all) if all.iter().any(is_container) => "enum failed".to_owned(),
                Some(all) => {
                    let all: Vec<String> = all.iter().map(shown).collect();
                    plural("value must be", "value must be one of", &all)
                }
                None => "enum failed".to_owned(),
            },
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                let word = if matches!(error.kind(), Kind::AdditionalProperties { .. }) {
                    "additional"
                } else {
                    "unevaluated"
                };
                let names: Vec<String> = unexpected.iter().map(|name| quoted(name)).collect();
                if word == "unevaluated" {
                    return self.false_schemas(at, unexpected);
                }
                let text = format!("additional properties {} not allowed", names.join(", "));
                return Node { about: unexpected.first().cloned(), ..Node::leaf(at, text) };
            }
            Kind::AdditionalItems { limit } => {
                let extra = instance.as_array().map_or(0, Vec::len).saturating_sub(*limit);
                format!("last {extra} additionalItem(s) not allowed")
            }
            Kind::UnevaluatedItems { .. } => {
                let all = instance.as_array().map_or(0, Vec::len);
                return self.false_schemas(at, &(0..all).map(|i| i.to_string()).collect::<Vec<_>>());
            }
            Kind::MinLength { limit: n } => limit("minLength", length(), number(&Json::from(*n))),
            Kind::MaxLength { limit: n } => limit("maxLength", length(), number(&Json::from(*n))),
            Kind::MinItems { limit: n } => limit("minItems", items(), number(&Json::from(*n))),
            Kind::MaxItems { limit: n } => limit("maxItems", items(), number(&Json::from(*n))),
            Kind::MinProperties { limit: n } => limit("minProperties", keys(), number(&Json::from(*n))),
            Kind::MaxProperties { limit: n } => limit("maxProperties", keys(), number(&Json::from(*n))),
            Kind::Minimum { limit: n } => limit("minimum", number(instance), number(n)),
            Kind::Maximum { limit: n } => limit("maximum", number(instance), number(n)),
            Kind::ExclusiveMinimum { limit: n } => limit("exclusiveMinimum", number(instance), number(n)),
            Kind::ExclusiveMaximum { limit: n } => limit("exclusiveMaximum", number(instance), number(n)),
            Kind::MultipleOf { multiple_of } => {
                limit("multipleOf", number(instance), number(&Json::from(*multiple_of)))
            }
            Kind::Pattern { pattern } => {
                format!("{} does not match pattern {}", quoted(instance.as_str().unwrap_or_default()), quoted(pattern))
            }
            Kind::Format { format } => {
                let text = instance.as_str().unwrap_or_default();
                format!("{} is not valid {format}: {}", quoted(text), format_reason(format, text))
            }
            Kind::UniqueItems => {
                let all = instance.as_array().map(Vec::as_slice).unwrap_or_default();
                let pair = (1..all.len()).find_map(|i| (0..i).find(|&j| all.get(i) == all.get(j)).map(|j| (j, i)));
                let (j, i) = pair.unwrap_or_default();
                format!("items at {j} and {i} are equal")
            }
            Kind::Contains => {
                return Node {
                    causes: self.contained(at, error, instance),
                    ..Node::leaf(at, "no items match contains schema")
                };
            }
            Kind::PropertyNames { error } => {
                let name = error.instance().as_str().unwrap_or_default();
                let inner = vec![self.leaf(at, error)];
                return Node { causes: inner, ..Node::leaf(at, format!("invalid propertyName {}", quoted(name))) };
            }
            _ => error.to_string(),
        };
        Node::leaf(at, text)
    }

    fn false_schemas(&self, at: &str, names: &[String]) -> Node {
        let causes: Vec<Node> = names.iter().map(|name| Node::leaf(&format!("{at}/{name}"), "false schema")).collect();
        match causes.len() {
            1 => causes.into_iter().next().unwrap_or_else(|| Node::leaf(at, "false schema")),
            _ => Node { causes, group: true, ..Node::leaf(at, "validation failed") },
        }
    }

    /// Why each item fails a `contains` schema.
    fn contained(&self, at: &str, error: &ValidationError<'_>, instance: &Json) -> Vec<Node> {
        let pointer = error.schema_path().as_str();
        let Some(inner) = self.schema.pointer(pointer) else { return Vec::new() };
        let Ok(validator) = (self.options)().build(inner) else { return Vec::new() };
        let items = instance.as_array().map(Vec::as_slice).unwrap_or_default();
        let fails = |(i, item): (usize, &Json)| {
            let errors: Vec<ValidationError<'_>> = validator.iter_errors(item).collect();
            let items =
                errors.iter().map(|error| Item { path: segments(error.evaluation_path().as_str()), error }).collect();
            self.node(&format!("{at}/{i}"), items)
        };
        items.iter().enumerate().filter_map(fails).collect()
    }
}

/// The order in which the Go library looks at keywords.
fn rank(keyword: &str) -> u32 {
    match keyword {
        "$ref" => 0,
        "minProperties" | "maxProperties" => 1,
        "required" => 2,
        "dependencies" => 3,
        "properties" | "patternProperties" => 4,
        "additionalProperties" => 5,
        "propertyNames" => 6,
        "dependentSchemas" | "dependentRequired" => 7,
        "minLength" | "minimum" | "minItems" => 8,
        "maxLength" | "maximum" | "maxItems" => 9,
        "exclusiveMinimum" | "uniqueItems" => 10,
        "exclusiveMaximum" => 11,
        "pattern" | "multipleOf" | "prefixItems" | "items" => 12,
        "additionalItems" => 13,
        "contains" => 14,
        "$recursiveRef" | "$dynamicRef" => 20,
        "not" => 21,
        "allOf" => 22,
        "anyOf" => 23,
        "oneOf" => 24,
        "if" | "then" | "else" => 25,
        _ => 30,
    }
}

/// The place one step below `at` on the way to `full`.
fn child_place(at: &str, full: &str) -> String {
    let rest = full.get(at.len()..).unwrap_or_default();
    let step = rest.get(1..).and_then(|r| r.split('/').next()).unwrap_or_default();
    if rest.is_empty() { at.to_owned() } else { format!("{at}/{step}") }
}

fn plural(one: &str, many: &str, items: &[String]) -> String {
    format!("{} {}", if items.len() == 1 { one } else { many }, items.join(", "))
}

fn type_name(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

fn wanted_types(kind: &TypeKind) -> String {
    const ORDER: [&str; 7] = ["null", "boolean", "number", "integer", "string", "array", "object"];
    let names: Vec<String> = match kind {
        TypeKind::Single(one) => vec![one.to_string()],
        TypeKind::Multiple(set) => set.iter().map(|one| one.to_string()).collect(),
    };
    let mut names: Vec<&str> = names.iter().map(|n| n.trim_matches('"')).collect();
    names.sort_by_key(|name| ORDER.iter().position(|known| known == name));
    names.join(" or ")
}

fn is_container(value: &Json) -> bool {
    value.is_array() || value.is_object()
}

/// The library's `display`.
fn shown(value: &Json) -> String {
    match value {
        Json::String(text) => quoted(text),
        Json::Null => "<nil>".to_owned(),
        Json::Bool(b) => b.to_string(),
        Json::Number(n) => n.to_string(),
        _ => "value".to_owned(),
    }
}

/// The library's `quote`: Go's quoting with single quotes.
fn quoted(text: &str) -> String {
    let double = crate::text::quote(text.as_bytes());
    let inner = double.get(1..double.len().saturating_sub(1)).unwrap_or_default();
    format!("'{}'", inner.replace("\\\"", "\"").replace('\'', "\\'"))
}

/// A number as golang.org/x/text prints it in English: thousands are separated.
fn number(value: &Json) -> String {
    let text = match value.as_f64() {
        Some(f) if f.fract() == 0.0 && f.abs() < 1e15 => format!("{f:.0}"),
        _ => value.to_string(),
    };
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    if !whole.bytes().all(|b| b.is_ascii_digit()) {
        return text;
    }
    let mut grouped = String::new();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(c);
    }
    match fraction {
        Some(fraction) => format!("{sign}{grouped}.{fraction}"),
        None => format!("{sign}{grouped}"),
    }
}

/// What the library says of a text that has not the format.
fn format_reason(format: &str, text: &str) -> String {
    match format {
        "uri" | "iri" => "relative url".to_owned(),
        "ipv4" => "expected four decimals".to_owned(),
        "email" if !text.contains('@') => "missing @".to_owned(),
        "hostname" if text.is_empty() => "empty label".to_owned(),
        _ => format!("invalid {format}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::from_text;

    fn check(schema: &str, values: &str) -> String {
        let mut heap = Heap::new();
        let value = from_text(&mut heap, values.as_bytes(), crate::json::Numbers::Float, &mut ()).unwrap();
        let map = value.as_map().unwrap();
        validate_one(&heap, &Budget::default(), map, &Arc::from(schema.as_bytes()))
            .err()
            .map_or_else(String::new, |fault| fault.text)
    }

    #[test]
    fn leaves_read_like_the_go_library() {
        assert_eq!(
            check(r#"{"properties": {"a": {"type": "integer"}}}"#, "a: x"),
            "- at '/a': got string, want integer\n"
        );
        assert_eq!(check(r#"{"required": ["a", "b"]}"#, "c: 1"), "- at '': missing properties 'a', 'b'\n");
        assert_eq!(
            check(r#"{"properties": {"a": {"enum": [1, "x", null]}}}"#, "a: 2"),
            "- at '/a': value must be one of 1, 'x', <nil>\n"
        );
        assert_eq!(
            check(r#"{"properties": {"a": {"maximum": 1000}}}"#, "a: 12345"),
            "- at '/a': maximum: got 12,345, want 1,000\n"
        );
        assert_eq!(check(r#"{"properties": {"a": {"type": "integer"}}}"#, "a: 2.0"), "");
    }

    #[test]
    fn branches_have_their_causes_below() {
        assert_eq!(
            check(r#"{"properties": {"a": {"anyOf": [{"type": "string"}, {"minimum": 5}]}}}"#, "a: 1"),
            "- at '/a': 'anyOf' failed\n  - at '/a': got number, want string\n  - at '/a': minimum: got 1, want 5\n"
        );
        assert_eq!(
            check(
                r##"{"$defs": {"s": {"minLength": 3, "pattern": "^b"}}, "properties": {"a": {"$ref": "#/$defs/s"}}}"##,
                "a: x"
            ),
            "- at '/a': validation failed\n  - at '/a': minLength: got 1, want 3\n  - at '/a': 'x' does not match pattern '^b'\n"
        );
    }
}
