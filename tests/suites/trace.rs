//! `chartlens trace`, and the findings that rest on causes: errors with their places, values that nobody reads.

use chartlens_tests::folder::Folder;
use serde_json::Value;

fn folder() -> Folder {
    Folder::chart([
        ("values.yaml", "replicaCount: 1\nimage:\n  tag: v1\nfeature: {on: false, size: 3}\n"),
        ("templates/_helpers.tpl", "{{ define \"tag\" -}}\nv-{{ .Values.image.tag }}\n{{- end }}\n"),
        (
            "templates/t.yaml",
            "kind: A\nspec:\n  tag: {{ include \"tag\" . }}\n  {{- if .Values.feature.on }}\n  size: {{ .Values.feature.size }}\n  {{- end }}\n",
        ),
        ("templates/u.yaml", "kind: B\nn: {{ .Values.replicaCount }}\n"),
    ])
    .with("f.yaml", "image: {tag: v2}\nreplicaCont: 3\nfeature: {size: 5}\n")
}

fn trace(question: &str) -> String {
    folder().run(&format!("trace r ./t -f f.yaml {question}")).ok()
}

#[test]
fn a_place_leads_to_template_calls_and_values() {
    let shown = trace("--at t/templates/t.yaml:3:11");
    assert!(shown.contains("written by   templates/_helpers.tpl:2:"), "{shown}");
    assert!(shown.contains("called from  templates/t.yaml:3:"), "{shown}");
    assert!(shown.contains("value        image.tag  f.yaml:1:14"), "{shown}");
    assert!(shown.contains("overrode   image.tag  values.yaml:3:8"), "{shown}");
}

#[test]
fn lines_of_the_whole_output_are_places_too() {
    let output = folder().run("template r ./t -f f.yaml").ok();
    let line = output.lines().position(|line| line.starts_with("n: ")).expect("the line") + 1;
    assert!(trace(&format!("--at {line}")).contains("value        replicaCount"));
    assert!(trace(&format!("--at {line}:4")).contains("value        replicaCount"));
    assert!(trace("--at 1").contains("a separator that the pipeline wrote"));
    let json: Value = serde_json::from_str(&trace("--at 2 --format json")).expect("JSON");
    assert_eq!(json["cause"]["generated"], "source-comment");
    assert!(folder().run("trace r ./t --at 999").error().contains("the output has"));
    assert!(folder().run("trace r ./t --at t/templates/x.yaml:1").error().contains("no document"));
}

#[test]
fn values_and_template_lines_lead_to_the_output() {
    assert!(trace("--value image.tag").contains("t/templates/t.yaml#1:3: tag: v-v2"));
    assert!(trace("--value feature.size").contains("nothing in the output comes from it"));
    assert!(trace("--template templates/_helpers.tpl:2").contains("t/templates/t.yaml#1:3:"));
    let table = trace("--explain-values");
    let row = table.lines().find(|line| line.contains("image.tag")).expect("a row");
    assert!(row.contains("v2") && row.contains("f.yaml:1"), "{row}");
}

#[test]
fn values_that_nobody_reads_are_found() {
    let shown = folder().run("check t -f f.yaml --format concise").stdout;
    assert!(shown.contains("f.yaml:2:1: warning: no template reads the value `replicaCont`"), "{shown}");
    assert!(shown.contains("note: no template read the value `feature.size` in this render"), "{shown}");
    let help = folder().run("check t -f f.yaml").stdout;
    assert!(help.contains("did you mean `replicaCount`?"), "{help}");
    // Whatever reads all of a map reads what is in it.
    for reads in [
        "{{ toYaml .Values.extra }}",
        "{{ range $k, $v := .Values.extra }}{{ $k }}{{ end }}",
        "{{ dig \"a\" 1 .Values.extra }}",
    ] {
        let quiet = Folder::chart([("values.yaml", "extra: {}\n"), ("templates/t.yaml", reads)])
            .with("f.yaml", "extra: {a: 1}\n");
        assert!(!quiet.run("check t -f f.yaml --format concise").stdout.contains("values/"), "{reads}");
    }
}

#[test]
fn keys_that_nobody_sets_are_found_unless_guarded() {
    let found = |template: &str| {
        let chart = Folder::chart([("values.yaml", "image: {tag: v1}\n"), ("templates/t.yaml", template)]);
        chart.run("check t --format concise").stdout.contains("values/undefined-key")
    };
    assert!(found("kind: A\nt: {{ .Values.image.tga }}\n"));
    assert!(found("kind: A\nt: {{ .Values.nmae }}\n"));
    for guarded in [
        "{{ if .Values.image.tga }}t: {{ .Values.image.tga }}{{ end }}",
        "{{ with .Values.image.tga }}t: {{ . }}{{ end }}",
        "t: {{ .Values.image.tga | default 1 }}",
        "t: {{ coalesce .Values.image.tga .Values.image.tag }}",
        "t: {{ dig \"tga\" 1 .Values.image }}",
    ] {
        assert!(!found(&format!("kind: A\nu: {{{{ .Values.image.tag }}}}\n{guarded}\n")), "{guarded}");
    }
    // Of two names that nobody reads and nobody sets each is likely the other one.
    assert!(found("kind: A\n{{ if .Values.image.tga }}t: x{{ end }}\n"));
}

#[test]
fn template_shows_helms_text_unless_asked_for_more() {
    let chart = Folder::template("a: {{ .Values.a.b }}\n");
    let plain = chart.run("template r ./t");
    assert_eq!(plain.exit, 1);
    assert!(plain.stderr.contains("nil pointer evaluating interface {}.b"), "{}", plain.stderr);
    assert!(!plain.stderr.contains('│'));
    let full = chart.run("template r ./t --diagnostics");
    assert_eq!(full.exit, 1);
    assert!(full.stderr.contains('│') && full.stderr.contains("templates/t.yaml:1:"), "{}", full.stderr);
}

#[test]
fn what_looks_secret_is_masked_in_every_answer() {
    let folder = Folder::chart([
        ("values.yaml", "db: {password: hunter2}\n"),
        ("templates/t.yaml", "stringData: {password: {{ .Values.db.password }}, port: 5}\n"),
    ]);
    for question in ["--at t/templates/t.yaml:1", "--value db.password", "--template templates/t.yaml:1"] {
        for format in ["text", "json"] {
            let ask = format!("trace ./t {question} --format {format}");
            let answer = folder.run(&ask).ok();
            assert!(answer.contains("{password: *******, port: 5}") && !answer.contains("hunter2"), "{ask}: {answer}");
            assert!(folder.run(&format!("{ask} --show-secrets")).ok().contains("{password: hunter2, port: 5}"));
        }
    }
}
