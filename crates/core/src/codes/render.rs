//! Templates that do not parse or fail.

use super::Example::Chart;
use super::{Row, row};

/// A chart with one template.
macro_rules! template {
    ($text:literal) => {
        Chart(&[
            ("values.yaml", "image: {tag: \"1\"}\ntext: hello\n"),
            (
                "templates/a.yaml",
                concat!("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: ", $text, "\n"),
            ),
        ])
    };
}

pub(super) const CODES: &[Row] = &[
    row!(
        "render/parse-error",
        Error,
        "a text that is no template",
        "The words are those of Go's parser. Everything else in the text is still read, and all errors are told at once; what\n\
         needs the broken part is left out.",
        "`text/template/parse` of Go",
        template!("{{ if .Values.text }}y"),
        template!("{{ if .Values.text }}y{{ end }}")
    ),
    row!(
        "render/unknown-function",
        Error,
        "a function that neither Go nor Helm has",
        "Mostly misspelt, or one of a newer version of Helm.",
        "`text/template/parse` of Go",
        template!("{{ .Values.text | qoute }}"),
        template!("{{ .Values.text | quote }}")
    ),
    row!(
        "render/unknown-template",
        Error,
        "an include of a name that nobody defines",
        "No template of the chart or of those inside has a `define` of this name. Names of helpers carry the name of their\n\
         chart in front, which is easily forgotten when a chart is copied.",
        "`Engine.initFunMap` of Helm",
        template!("{{ include \"no.such\" . }}"),
        template!("{{ .Values.text }}")
    ),
    row!(
        "render/nil-pointer",
        Error,
        "a field of something that is not there",
        "A path goes on behind a key that is not set. Set the key, give it a default, or ask first: `{{ with .Values.a }}`,\n\
         `{{ (.Values.a).b }}`, `{{ dig \"a\" \"b\" \"default\" .Values.AsMap }}`.",
        "`text/template` of Go",
        template!("{{ .Values.img.tag }}"),
        template!("{{ .Values.image.tag }}")
    ),
    row!(
        "render/wrong-type",
        Error,
        "a value of another type than the template takes",
        "A text where a map was meant, or the other way round. Inside `range` and `with` the dot is something else: `$` still\n\
         leads to the top.",
        "`text/template` of Go",
        template!("{{ .Values.text.inner }}"),
        template!("{{ .Values.text }}")
    ),
    row!(
        "render/required",
        Error,
        "a value that the chart requires",
        "The chart calls `required`; its message says what to set.",
        "`required` of Helm",
        template!("{{ required \"say who\" .Values.who }}"),
        template!("{{ required \"say it\" .Values.text }}")
    ),
    row!(
        "render/fail",
        Error,
        "the chart itself refuses these values",
        "The chart calls `fail`; its message says why. The conditions around the call, named with the finding, say what led\n\
         there.",
        "`fail` of Helm",
        template!("{{ if .Values.text }}{{ fail \"text is no longer used\" }}{{ end }}"),
        template!("{{ .Values.text }}")
    ),
    row!(
        "render/error",
        Error,
        "a template that fails",
        "A function refused its arguments, or something else went wrong; the words are those of Go or of the function.",
        "`text/template` of Go, sprig and Helm",
        template!("{{ index .Values.text \"a\" }}"),
        template!("{{ index .Values.image \"tag\" }}")
    ),
    row!(
        "render/replaced-helper",
        Warning,
        "a helper that another chart's definition of the same name replaces",
        "A chart and all charts inside share one set of names. Where two define the same helper with other bodies, one of them\n\
         silently gets the other's. Put the name of the chart in front of every helper's.",
        "`Engine.render` of Helm, where a later definition replaces an earlier one",
        Chart(&[
            ("charts/a/Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\n"),
            ("charts/a/templates/_h.tpl", "{{ define \"image\" }}a{{ end }}"),
            ("charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\n"),
            ("charts/b/templates/_h.tpl", "{{ define \"image\" }}b{{ end }}"),
            ("charts/b/templates/b.yaml", "# {{ include \"image\" . }}\n"),
        ]),
        Chart(&[
            ("charts/a/Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\n"),
            ("charts/a/templates/_h.tpl", "{{ define \"a.image\" }}a{{ end }}"),
            ("charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\n"),
            ("charts/b/templates/_h.tpl", "{{ define \"b.image\" }}b{{ end }}"),
            ("charts/b/templates/b.yaml", "# {{ include \"b.image\" . }}\n"),
        ])
    ),
    row!(
        "render/jinja-error",
        Error,
        "a Jinja template that does not parse or fails",
        "Templates that end with `.j2`, `.jinja` or `.jinja2` are rendered by Jinja.",
        "minijinja",
        Chart(&[(
            "templates/a.yaml.j2",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: {% if %} }\n"
        )]),
        Chart(&[("templates/a.yaml.j2", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")])
    ),
];
