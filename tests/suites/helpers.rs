//! Helpers run once for what they write again and again; nothing may show that. A render with origins runs them every time, so
//! charts are held against that.

use crate::session::drawn;
use chartlens::chart::{ArchiveLimits, File, load_files};
use chartlens::host::{HelmVersion, Host, seed_from_text};
use chartlens::render::{OutputOptions, RenderOptions, render, template_output};
use chartlens_tests::folder::CHART_YAML;

/// What the files of a chart render to.
fn written(files: &[(&str, &str)], trace: bool) -> String {
    let mut all = vec![File::new("Chart.yaml", CHART_YAML), File::new("values.yaml", VALUES)];
    all.extend(files.iter().map(|(name, text)| File::new(*name, *text)));
    let chart = load_files(all, &ArchiveLimits::default(), HelmVersion::V4).expect("a chart");
    let options = RenderOptions { trace, ..RenderOptions::default() };
    let host = Host { seed: seed_from_text("helpers"), ..Host::default() };
    match render(&chart, &options, &host, &|_| Err("no files".to_owned())) {
        Ok(rendered) => {
            let bytes = template_output(&rendered, &OutputOptions::default(), options.helm).expect("output");
            String::from_utf8(bytes).expect("text")
        }
        Err(error) => format!("error: {error}"),
    }
}

const VALUES: &str = "a: 1\nb: {c: x, d: {e: y}}\nlist: [z, y, x]\nother: {a: 1.5}\n";

/// One helper, called twice over the same, with something between the calls.
fn twice(helper: &str, between: &str) -> String {
    let helper = format!("{{{{ define \"h\" }}}}{helper}{{{{ end }}}}");
    let file = format!("first: 1 # {{{{ include \"h\" . }}}}\n{between}second: 2 # {{{{ include \"h\" . }}}}\n");
    let files = [("templates/_h.tpl", helper.as_str()), ("templates/a.yaml", &file), ("templates/b.yaml", &file)];
    let plain = written(&files, false);
    assert_eq!(plain, written(&files, true), "{helper} {between}");
    plain
}

#[test]
fn what_changed_between_two_calls_shows() {
    let text = twice("{{ .Values.a }}", "{{ $_ := set .Values \"a\" 2 }}");
    assert!(text.contains("first: 1 # 1\nsecond: 2 # 2\n"), "{text}");
    assert!(text.contains("first: 1 # 2\nsecond: 2 # 2\n"), "{text}");
    twice("{{ .Values.b.d.e }}", "{{ $_ := set .Values.b.d \"e\" \"other\" }}");
    twice("{{ .Values.b.d.e }}", "{{ $_ := unset .Values.b \"d\" }}");
    twice("{{ toJson .Values.b }}", "{{ $_ := merge .Values.b (dict \"new\" 1) }}");
    twice("{{ .Values.list }}", "{{ $_ := sortAlpha .Values.list }}");
    twice("{{ .Values.new }}", "{{ $_ := set .Values \"new\" .Values.list }}");
}

#[test]
fn helpers_that_change_something_change_it_at_every_call() {
    let text = twice("{{ $_ := set .Values \"a\" (add1 .Values.a) }}{{ .Values.a }}", "");
    assert!(text.contains("first: 1 # 2\nsecond: 2 # 3\n"), "{text}");
    twice("{{ $_ := set .Release \"n\" (add1 (.Release.n | default 0)) }}", "# {{ .Release.n }}\n");
}

#[test]
fn chance_and_the_name_of_the_file_are_asked_at_every_call() {
    let text = twice("{{ randAlphaNum 12 }}", "");
    let mut words: Vec<&str> = text.lines().filter_map(|line| Some(line.split_once(" # ")?.1)).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), 4, "{text}");
    let text = twice("{{ .Template.Name }}", "");
    assert!(
        text.contains("second: 2 # t/templates/a.yaml") && text.contains("second: 2 # t/templates/b.yaml"),
        "{text}"
    );
    let text = twice("{{ toJson . }}", "");
    assert!(
        text.contains("\"Name\":\"t/templates/a.yaml\"") && text.contains("\"Name\":\"t/templates/b.yaml\""),
        "{text}"
    );
    twice("{{ range $k, $v := . }}{{ $v }}{{ end }}", "");
    twice("{{ (deepCopy .).Template }}", "");
}

#[test]
fn values_that_look_alike_are_not_the_same() {
    let define = "{{ define \"h\" }}{{ printf \"%T %v\" .x .x }} {{ .x.y }}{{ end }}";
    let file = "\
{{ range $x := list 1 1.0 \"1\" (int64 1) true \"true\" nil \"\" dict list (dict \"y\" nil) (dict \"y\" \"\") .Values.other }}
- 1 # {{ include \"h\" (dict \"x\" $x) }}
{{- end }}";
    // Each in a file of its own, for some are errors.
    for x in [
        "1",
        "1.0",
        "\"1\"",
        "(int64 1)",
        "true",
        "nil",
        "dict",
        "list",
        "(dict \"y\" nil)",
        ".Values.other",
        ".Values",
    ] {
        let file = file.replace("$x := list", &format!("$x := list {x}"));
        let files = [("templates/_h.tpl", define), ("templates/a.yaml", &file)];
        assert_eq!(written(&files, false), written(&files, true));
    }
    let define = "{{ define \"h\" }}{{ printf \"%T %v\" .x .x }}{{ end }}";
    let files = [("templates/_h.tpl", define), ("templates/a.yaml", file)];
    assert_eq!(written(&files, false), written(&files, true));
}

#[test]
fn a_text_under_tpl_calls_its_own_helpers() {
    let define = "{{ define \"h\" }}outer{{ end }}{{ define \"g\" }}{{ include \"h\" . }}{{ end }}";
    let file = "\
a: 1 # {{ include \"g\" . }}
b: 1 # {{ tpl \"{{ define \\\"h\\\" }}inner{{ end }}{{ include \\\"g\\\" . }}\" . }}
c: 1 # {{ include \"g\" . }}
";
    let files = [("templates/_h.tpl", define), ("templates/a.yaml", file)];
    let plain = written(&files, false);
    assert!(plain.contains("a: 1 # outer\nb: 1 # inner\nc: 1 # outer\n"), "{plain}");
    assert_eq!(plain, written(&files, true));
}

#[test]
fn helpers_within_themselves_end_where_helm_ends_them() {
    for depth in [50, 199, 201, 900, 999, 1000, 1001, 1002] {
        let define = "{{ define \"h\" }}{{ if gt . 0 }}{{ include \"h\" (sub . 1) }}{{ end }}x{{ end }}";
        let file = format!("a: {{{{ include \"h\" 990 | len }}}}\nb: {{{{ include \"h\" {depth} | len }}}}\n");
        let files = [("templates/_h.tpl", define), ("templates/a.yaml", &file)];
        assert_eq!(written(&files, false), written(&files, true), "{depth}");
    }
}

/// Pieces that helpers and files are made of.
const PIECES: &[&str] = &[
    "{{ .Values.a }}",
    "{{ .Values.b.d.e }}",
    "{{ .Release.Name }}",
    "{{ .x }}",
    "{{ .Values.other | toJson }}",
    "{{ $_ := set .Values \"a\" (add1 .Values.a) }}",
    "{{ $_ := set .Values.b.d \"e\" (printf \"%v\" .Values.a) }}",
    "{{ $_ := unset .Values.b \"c\" }}",
    "{{ $_ := set . \"x\" .Values.a }}",
    "{{ $d := dict \"Values\" .Values \"Release\" .Release }}{{ $_ := set $d \"x\" 1 }}{{ include \"HELPER\" $d }}",
    "{{ include \"HELPER\" . }}",
    "{{ include \"HELPER\" . }}",
    "{{ include \"HELPER\" (dict \"Values\" .Values \"Release\" .Release \"x\" .Values.a) }}",
    "{{ include \"HELPER\" (dict \"Values\" (dict \"a\" 7 \"b\" .Values.b) \"Release\" .Release) }}",
    "{{ include \"HELPER\" (merge (dict \"x\" (list 1 2)) .) }}",
    "{{ tpl \"{{ include \\\"HELPER\\\" . }}\" . }}",
    "{{ range $i := until 2 }}{{ include \"HELPER\" $ }}{{ end }}",
    "{{ with .Template }}{{ .Name }}{{ end }}",
    "{{ .Values.list | sortAlpha | join \",\" }}",
    "{{ randInt 0 1000 }}",
    "{{ $y := fromYaml (include \"HELPER\" .) }}{{ $_ := set $y \"k\" 1 }}{{ $y }}",
];

#[test]
fn any_chart_renders_as_if_helpers_ran_every_time() {
    let mut random = 7;
    let mut whole = 0;
    for _ in 0..400 {
        let mut body = |below: usize| -> String {
            let mut piece = |_| {
                let piece = PIECES[drawn(&mut random, PIECES.len())];
                match below {
                    0 if piece.contains("HELPER") => "-".to_owned(),
                    _ => piece.replace("HELPER", &format!("h{}", drawn(&mut random, below))),
                }
            };
            (0..3).map(&mut piece).collect()
        };
        // A helper calls those before it.
        let helpers: String = (0..5).map(|i| format!("{{{{ define \"h{i}\" }}}}{}{{{{ end }}}}\n", body(i))).collect();
        let files: Vec<String> = (0..3).map(|_| format!("v: 1 # {} {}\n", body(5), body(5))).collect();
        let files = [
            ("templates/_h.tpl", helpers.as_str()),
            ("templates/a.yaml", &files[0]),
            ("templates/b.yaml", &files[1]),
            ("templates/c.yaml", &files[2]),
        ];
        let plain = written(&files, false);
        whole += usize::from(!plain.starts_with("error"));
        assert_eq!(plain, written(&files, true), "{files:#?}");
    }
    assert!(whole > 100, "only {whole} charts rendered");
}
