//! `values/schema-default`: a default in values.schema.json that is not the one in values.yaml.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::kube::tree::{Node, Tree};
use crate::lint::chart::{FileLint, values_files};
use crate::lint::rule::rule;
use serde_json::Value as Json;

rule! {
    /// Helm takes no notice of `default` in a schema: whoever reads it there, or in an editor, is told something that is not true.
    SCHEMA_DEFAULT = "values/schema-default", Note, "a default in values.schema.json that is not the one in values.yaml";
    help "write the default of values.yaml into the schema, or leave it out";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("values.schema.json", "{\"properties\": {\"replicas\": {\"type\": \"integer\", \"default\": 3}}}"), ("values.yaml", "replicas: 1\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.replicas | quote }}\n")];
    good chart [("values.schema.json", "{\"properties\": {\"replicas\": {\"type\": \"integer\", \"default\": 1}}}"), ("values.yaml", "replicas: 1\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.replicas | quote }}\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let Some(schema) = analysis.schema(0) else { return };
    for values in values_files(analysis).filter(|values| values.chart == 0) {
        let Ok(tree) = Tree::build(values.document, &crate::budget::Budget::default()) else { continue };
        let mut pending: Vec<(Node<'_>, &Json)> = tree.root().map(|root| (root, schema)).into_iter().collect();
        while let Some((node, schema)) = pending.pop() {
            let properties = schema.get("properties").and_then(Json::as_object);
            for (key, property) in properties.into_iter().flatten() {
                let Some(value) = node.get(key) else { continue };
                let default = property.get("default").filter(|default| !default.is_object() && !default.is_array());
                if let Some(default) =
                    default.filter(|default| !value.is_map() && !value.is_list() && differ(default, value))
                {
                    let range = value.range();
                    let range = values.range(range.start as u32, range.end as u32);
                    let says = format!("values.schema.json says that the default of `{key}` is {default}");
                    lint.at(&values.file, values.text, range, Fact::Remark { says });
                }
                pending.push((value, property));
            }
        }
    }
}

/// Whether a default is another scalar than a value; `1` and `1.0` are one number.
fn differ(default: &Json, value: Node<'_>) -> bool {
    let value = value.to_json();
    match (default.as_f64(), value.as_f64()) {
        (Some(one), Some(other)) => one != other,
        _ => *default != value,
    }
}
