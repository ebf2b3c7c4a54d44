//! Values: files that cannot be read, schemas, keys that nobody reads or sets.

use super::Example::Chart;
use super::{Row, row};

pub(super) const CODES: &[Row] = &[
    row!(
        "values/invalid",
        Error,
        "a values file or a flag that cannot be read",
        "Helm stops here. The chart is checked with what can be read of the file.",
        "`chartutil.ReadValues` and `strvals` of Helm",
        Chart(&[("values.yaml", "a: 1\nb: x: y\n")]),
        Chart(&[("values.yaml", "a: 1\nb: \"x: y\"\n")])
    ),
    row!(
        "values/schema",
        Error,
        "values that values.schema.json refuses",
        "Helm stops here too. The place is the value, in the file or flag that set it.",
        "santhosh-tekuri/jsonschema, which Helm uses",
        Chart(&[
            ("values.schema.json", "{\"properties\": {\"port\": {\"type\": \"integer\"}}}"),
            ("values.yaml", "port: http\n")
        ]),
        Chart(&[
            ("values.schema.json", "{\"properties\": {\"port\": {\"type\": \"integer\"}}}"),
            ("values.yaml", "port: 80\n")
        ])
    ),
    row!(
        "values/unknown-key",
        Warning,
        "a value that no template reads and the chart has no default for",
        "Set by the user, and without effect: mostly misspelt, or meant for a chart inside and given to the wrong one.",
        "",
        super::Example::None("it is about values that users give, which an example of a chart has none of"),
        Chart(&[("values.yaml", "a: 1\n"), ("templates/a.yaml", "# {{ .Values.a }}\n")])
    ),
    row!(
        "values/unused-key",
        Note,
        "a value that no template read in this render",
        "Set by the user, known to the chart, and without effect now: a switch elsewhere in the values may turn on what\n\
         reads it.",
        "",
        super::Example::None("it is about values that users give, which an example of a chart has none of"),
        Chart(&[("values.yaml", "a: 1\n"), ("templates/a.yaml", "# {{ .Values.a }}\n")])
    ),
    row!(
        "values/undefined-key",
        Warning,
        "a template writes a value that nobody sets",
        "Helm writes nothing in its place, and the line says less than it should. Set it in values.yaml, or guard the use\n\
         with `with`, `if` or `default`.",
        "",
        Chart(&[
            ("values.yaml", "name: a\n"),
            (
                "templates/a.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: a{{ .Values.nam }}\n"
            )
        ]),
        Chart(&[
            ("values.yaml", "name: a\n"),
            (
                "templates/a.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: a{{ .Values.name }}\n"
            )
        ])
    ),
];
