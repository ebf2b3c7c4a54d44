//! The schemas in definitions of custom resources: structural ones, which say of every value what it is.

use crate::kube::tree::{Data, Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::table::{is_blank, text};
use std::collections::HashSet;

/// Where a schema stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// It is that of the whole object.
    Root,
    /// It is that of a field or of further fields.
    Field,
    /// It is that of items.
    Item,
    /// It is a part of `allOf` and the like, and only says more of values.
    Part,
}

check! {
    /// The schema of a custom resource is structural: each field says its type, in one place and outside of `allOf` and
    /// its kin; lists and maps that are merged by keys have such keys; and nothing is there that the server does not
    /// support, such as `$ref`.
    CRD_SCHEMA = "api/crd-schema", schemas;
    mirrors "apiextensions structural schema.ValidateStructural, validation.ValidateCustomResourceDefinitionOpenAPISchema, ValidateCustomResourceListOrMapKeys";
    on &["io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition"];
    accepted "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.example.com}\nspec: {group: example.com, scope: Cluster, names: {kind: Foo, plural: foos}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object}}}}}]}\n";
    rejected "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.example.com}\nspec: {group: example.com, scope: Cluster, names: {kind: Foo, plural: foos}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {description: all}}}}}]}\n";
}

fn schemas(cx: &mut Context<'_, '_>, crd: Node<'_>) {
    for version in crd.get("spec").into_iter().flat_map(|spec| spec.list("versions")) {
        let Some(root) = version.path(&["schema", "openAPIV3Schema"]).filter(|root| root.is_map()) else { continue };
        let mut work = vec![(root, Level::Root, false)];
        while let Some((schema, level, any)) = work.pop() {
            if schema.is_map() {
                one(cx, schema, level, any);
                parts(schema, level, &mut work);
            }
        }
    }
}

/// Whether `anyOf` says integer or string, as `x-kubernetes-int-or-string` allows.
fn is_int_or_string(list: Option<Node<'_>>) -> bool {
    let types: Vec<Option<&str>> = list.into_iter().flat_map(Node::items).map(|part| part.str("type")).collect();
    types == [Some("integer"), Some("string")]
}

/// The schemas in a schema; the last of each says whether it may have a type though it is a part.
fn parts<'t>(schema: Node<'t>, level: Level, work: &mut Vec<(Node<'t>, Level, bool)>) {
    let inner = |other: Level| if level == Level::Part { Level::Part } else { other };
    for (_, property) in schema.map("properties") {
        work.push((property, inner(Level::Field), false));
    }
    for (key, other) in [("additionalProperties", Level::Field), ("items", Level::Item)] {
        if let Some(part) = schema.get(key).filter(|part| part.is_map()) {
            work.push((part, inner(other), false));
        }
    }
    let int_or_string = schema.bool("x-kubernetes-int-or-string") == Some(true);
    let any = schema.get("anyOf");
    let free = int_or_string && is_int_or_string(any);
    any.into_iter().flat_map(Node::items).for_each(|part| work.push((part, Level::Part, free)));
    for (n, part) in schema.list("allOf").enumerate() {
        let any = part.get("anyOf");
        if n == 0 && int_or_string && is_int_or_string(any) && part.len() == 1 {
            continue;
        }
        work.push((part, Level::Part, false));
    }
    schema.list("oneOf").for_each(|part| work.push((part, Level::Part, false)));
    if let Some(part) = schema.get("not") {
        work.push((part, Level::Part, false));
    }
}

const TYPES: &[&str] = &["array", "boolean", "integer", "number", "object", "string"];

fn one(cx: &mut Context<'_, '_>, schema: Node<'_>, level: Level, free: bool) {
    for key in ["$ref", "additionalItems", "definitions", "dependencies", "id", "patternProperties"] {
        if let Some(node) =
            schema.get(key).filter(|node| !is_blank(*node) || matches!(key, "additionalItems" | "dependencies"))
        {
            cx.error(node, format!("the server does not support `{key}`"));
        }
    }
    if let Some(node) = schema.get("$schema").filter(|node| !is_blank(*node)) {
        cx.error(node, "the server does not support `$schema`");
    }
    if let Some(node) = schema.get("uniqueItems").filter(|node| node.as_bool() == Some(true)) {
        cx.error_help(node, "the server does not support `uniqueItems`", "use x-kubernetes-list-type: set");
    }
    if let Some(node) = schema.get("items").filter(|node| node.is_list()) {
        cx.error(node, "expected one schema for all items, found a list of them");
    }
    if let Some((node, kind)) = text(schema, "type")
        && !kind.is_empty()
        && !TYPES.contains(&kind)
    {
        cx.error(node, format!("expected one of {}, found {}", TYPES.join(", "), quoted(kind)));
    }
    if let Some((node, pattern)) = text(schema, "pattern")
        && !pattern.contains("\\Q")
        && let Err(regex::Error::Syntax(_)) = regex::Regex::new(pattern)
    {
        cx.error(node, format!("expected a regular expression, found {}", quoted(pattern)));
    }
    if level == Level::Part {
        return part(cx, schema, free);
    }
    whole(cx, schema, level);
    lists(cx, schema);
    if let Some(default) = schema.get("default")
        && let Err(problem) = super::defaults::fits(default, schema)
    {
        let pointer = default;
        cx.error(pointer, problem);
    }
}

/// A part of `allOf` and the like says nothing that a structural schema says itself.
fn part(cx: &mut Context<'_, '_>, schema: Node<'_>, free: bool) {
    const EMPTY: &[&str] = &[
        "type",
        "default",
        "title",
        "description",
        "nullable",
        "x-kubernetes-preserve-unknown-fields",
        "x-kubernetes-embedded-resource",
        "x-kubernetes-int-or-string",
        "x-kubernetes-list-map-keys",
        "x-kubernetes-list-type",
        "x-kubernetes-map-type",
        "additionalProperties",
    ];
    for key in EMPTY.iter().filter(|key| !free || **key != "type") {
        let Some(node) = schema.get(key) else { continue };
        if !is_blank(node) && node.as_bool() != Some(false) {
            cx.error(node, format!("`{key}` cannot be said inside of allOf, anyOf, oneOf or not"));
        }
    }
    if let Some(node) = schema.get("properties").and_then(|properties| properties.get("metadata")) {
        cx.error(node, "nothing can be said of `metadata` here");
    }
}

/// What a schema with a type of its own must say.
fn whole(cx: &mut Context<'_, '_>, schema: Node<'_>, level: Level) {
    let yes = |key: &str| schema.bool(key) == Some(true);
    let (open, embedded) = (yes("x-kubernetes-preserve-unknown-fields"), yes("x-kubernetes-embedded-resource"));
    let int_or_string = yes("x-kubernetes-int-or-string");
    let kind = schema.str("type").unwrap_or("");
    if let Some(node) = schema.get("x-kubernetes-preserve-unknown-fields").filter(|node| node.as_bool() == Some(false))
    {
        cx.error(node, "expected true, or nothing");
    }
    if int_or_string && (open || embedded) {
        let key = if open { "x-kubernetes-preserve-unknown-fields" } else { "x-kubernetes-embedded-resource" };
        cx.at(schema, &[key], "a value that is an integer or a string has no fields");
    }
    if kind == "array" && schema.get("items").is_none() {
        cx.missing(schema, "items", "the schema does not say what the items are");
    }
    if let (Some(properties), Some(additional)) = (schema.get("properties"), schema.get("additionalProperties"))
        && !is_blank(properties)
        && additional.as_bool() != Some(false)
    {
        cx.error(additional, "a schema has `properties` or `additionalProperties`, not both");
    }
    if let Some(node) = schema.get("additionalProperties").filter(|node| node.as_bool() == Some(false)) {
        cx.error(node, "unknown fields are dropped, so they cannot be forbidden");
    }
    if embedded && kind != "object" {
        cx.at(schema, &["type"], "a resource inside is an object");
    } else if kind.is_empty() && !int_or_string && !open {
        cx.at(schema, &["type"], "the schema does not say the type");
    }
    if embedded && !open && schema.get("properties").is_none_or(is_blank) {
        cx.at(schema, &["properties"], "a resource inside has properties, or keeps what is not known");
    }
    if embedded && let Some(node) = schema.get("additionalProperties") {
        cx.error(node, "a resource inside has no `additionalProperties`");
    }
    if level == Level::Root {
        if !matches!(kind, "" | "object") {
            cx.at(schema, &["type"], "the whole resource is an object");
        }
        if let Some(node) = schema.get("nullable").filter(|node| node.as_bool() == Some(true)) {
            cx.error(node, "the whole resource cannot be null");
        }
        if let Some(node) = schema.get("additionalProperties").filter(|node| node.is_map()) {
            cx.error(node, "the whole resource has no `additionalProperties`");
        }
    }
    if level == Level::Root || embedded {
        metadata(cx, schema, level);
    }
}

/// What the server says itself of `apiVersion`, `kind` and `metadata`.
fn metadata(cx: &mut Context<'_, '_>, schema: Node<'_>, level: Level) {
    let Some(properties) = schema.get("properties") else { return };
    for (key, wanted) in [("apiVersion", "string"), ("kind", "string"), ("metadata", "object")] {
        let Some(property) = properties.get(key).filter(|property| property.is_map()) else { continue };
        if property.str("type") != Some(wanted) {
            cx.at(property, &["type"], format!("expected {wanted} as the type of `{key}`"));
        }
    }
    let Some(metadata) = properties.get("metadata").filter(|_| level == Level::Root) else { return };
    let named = |key: &str| matches!(key, "name" | "generateName");
    let more =
        metadata.entries().any(|(key, value)| !matches!(key, "type" | "properties" | "default") && !value.is_null());
    if more || metadata.map("properties").any(|(key, _)| !named(key)) {
        cx.error(metadata, "only name and generateName can be said something of here");
    }
}

/// Lists and maps that are merged by keys.
fn lists(cx: &mut Context<'_, '_>, schema: Node<'_>) {
    const LIST: &str = "x-kubernetes-list-type";
    const KEYS: &str = "x-kubernetes-list-map-keys";
    const MAP: &str = "x-kubernetes-map-type";
    let kind = schema.str("type").unwrap_or("");
    if let Some((node, merge)) = text(schema, MAP) {
        if kind != "object" {
            cx.at(schema, &["type"], format!("expected object beside `{MAP}`"));
        }
        if !matches!(merge, "atomic" | "granular") {
            cx.error(node, format!("expected atomic or granular, found {}", quoted(merge)));
        }
    }
    let list = text(schema, LIST);
    let keys = schema.get(KEYS).filter(|keys| keys.is_list() && !keys.is_empty());
    match (list, keys) {
        (None, Some(_)) => return cx.missing(schema, LIST, format!("`{KEYS}` need `{LIST}: map`")),
        (Some((node, merge)), Some(_)) if merge != "map" => cx.error(node, format!("`{KEYS}` need `{LIST}: map`")),
        _ => {}
    }
    let Some((node, merge)) = list else { return };
    if kind != "array" {
        cx.at(schema, &["type"], format!("expected array beside `{LIST}`"));
    }
    if !matches!(merge, "atomic" | "set" | "map") {
        cx.error(node, format!("expected atomic, set or map, found {}", quoted(merge)));
    }
    let Some(items) = schema.get("items").filter(|items| items.is_map()) else { return };
    if matches!(merge, "set" | "map")
        && let Some(node) = items.get("nullable").filter(|node| node.as_bool() == Some(true))
    {
        cx.error(node, format!("items of a list that is a {merge} cannot be null"));
    }
    if merge == "set" {
        let (key, of) = match items.str("type") {
            Some("object") => (MAP, "object"),
            Some("array") => (LIST, "array"),
            _ => return,
        };
        let atomic = items.str(key).map_or(of == "array", |merge| merge == "atomic");
        if !atomic {
            cx.at(items, &[key], "items of a set are replaced as a whole: expected atomic");
        }
    }
    if merge == "map" {
        map_keys(cx, schema, keys, items);
    }
}

fn map_keys(cx: &mut Context<'_, '_>, schema: Node<'_>, keys: Option<Node<'_>>, items: Node<'_>) {
    const KEYS: &str = "x-kubernetes-list-map-keys";
    let Some(keys) = keys else { return cx.missing(schema, KEYS, "a list that is a map has keys") };
    if items.str("type") != Some("object") {
        return cx.at(schema, &["items", "type"], "items of a list that is a map are objects");
    }
    let required: HashSet<&str> = items.list("required").filter_map(Node::as_str).collect();
    let mut seen = HashSet::new();
    for key in keys.items() {
        let name = key.as_str().unwrap_or("");
        let Some(property) = items.get("properties").and_then(|properties| properties.get(name)) else {
            cx.beside(keys, key, format!("items have no property {}", quoted(name)));
            continue;
        };
        if !seen.insert(name) {
            cx.beside(keys, key, format!("the key {} is named twice", quoted(name)));
        }
        if matches!(property.str("type"), Some("object" | "array")) {
            cx.at(property, &["type"], "a key is a scalar");
        }
        if property.bool("nullable") == Some(true) {
            cx.at(property, &["nullable"], "a key cannot be null");
        }
        let default = property.get("default").filter(|default| !matches!(default.data(), Data::Null));
        if default.is_none() && !required.contains(name) {
            cx.at(property, &["default"], format!("the key {} is required or has a default", quoted(name)));
        }
    }
}
