//! Rendered documents that are no YAML, or no JSON.

use super::Example::{Chart, Manifest};
use super::{Row, row};

pub(super) const CODES: &[Row] = &[
    row!(
        "yaml/invalid",
        Error,
        "a rendered document that is no YAML",
        "What a template wrote cannot be read. The place is the template line that wrote the line at fault, which is often\n\
         not the one where the parser gave up: an indentation that is off shows some lines later. Look at the number of\n\
         `nindent`, at values with `: `, `#` or quotation marks in them, and at trim marks (`{{-`) that join two lines.",
        "`releaseutil.SplitManifests` and `SortManifests` of Helm, which stop here",
        Chart(&[("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n   labels: {}\n")]),
        Chart(&[("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels: {}\n")])
    ),
    row!(
        "yaml/no-json",
        Error,
        "a document that YAML can write and JSON cannot",
        "Kubernetes reads YAML as JSON. Keys that are lists or maps, and aliases that lead back into themselves, cannot be\n\
         said in JSON.",
        "`yaml.YAMLToJSON` of sigs.k8s.io/yaml",
        Manifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {[a, b]: c}\n"),
        Manifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: c}\n")
    ),
    row!(
        "yaml/duplicate-key",
        Error,
        "a key that occurs twice in one map",
        "Helm lets the last one count without a word; kubectl refuses both. Often two `{{ include … }}` write the same label,\n\
         or a block that was copied still has its old key.",
        "`yaml.YAMLToJSONStrict` of sigs.k8s.io/yaml, which kubectl and the API server use",
        Manifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: x\n  a: y\n"),
        Manifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: x\n"),
        "duplicate-keys"
    ),
];
