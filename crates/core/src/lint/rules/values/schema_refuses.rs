//! `values/schema-refuses`: a value that a template reads and values.schema.json refuses.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;
use serde_json::Value as Json;

rule! {
    /// The schema has `additionalProperties: false` there and no such property: nobody can set what the template asks for, and its branch
    /// is dead.
    SCHEMA_REFUSES = "values/schema-refuses", Warning, "a value that a template reads and values.schema.json refuses";
    help "add the property to values.schema.json, or read another value";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("values.schema.json", "{\"properties\": {\"name\": {\"type\": \"string\"}}, \"additionalProperties\": false}"), ("values.yaml", "name: a\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.name }}\ndata:\n  a: {{ .Values.title | default \"b\" }}\n")];
    good chart [("values.schema.json", "{\"properties\": {\"name\": {\"type\": \"string\"}, \"title\": {\"type\": \"string\"}}, \"additionalProperties\": false}"), ("values.yaml", "name: a\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.name }}\ndata:\n  a: {{ .Values.title | default \"b\" }}\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let Some(schema) = analysis.schema(0) else { return };
    for (path, used) in analysis.reads(0).uses().filter(|(path, _)| path.first().is_some_and(|key| key != "global")) {
        // Of a path to something missing the first part that is refused is told, where it is read itself.
        let Some(refused) = refused(schema, path) else { continue };
        let own =
            used.spans.iter().find(|span| analysis.templates().get(span.file.0 as usize).is_some_and(|t| t.chart == 0));
        if let Some(span) = own {
            let says =
                format!("values.schema.json has no `{}` and allows nothing beside its properties", refused.join("."));
            lint.in_template(analysis, *span, Fact::Remark { says });
        }
    }
}

/// The part of a path that a schema refuses, where it says so itself: what it refers to and combines is not looked into.
fn refused<'p>(schema: &Json, path: &'p [String]) -> Option<&'p [String]> {
    let mut at = schema;
    for (depth, key) in path.iter().enumerate() {
        let plain = ["$ref", "allOf", "anyOf", "oneOf", "if", "patternProperties", "$dynamicRef"];
        let is_plain = at.is_object() && !plain.iter().any(|word| at.get(*word).is_some());
        match at.get("properties").and_then(|properties| properties.get(key)) {
            _ if !is_plain => return None,
            Some(inner) => at = inner,
            None if at.get("additionalProperties") == Some(&Json::Bool(false)) => return path.get(..=depth),
            None => return None,
        }
    }
    None
}
