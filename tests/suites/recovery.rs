//! Whatever is broken, the rest is still checked.

use chartlens_tests::command::command;
use chartlens_tests::folder::Folder;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Twenty files, each with one fault: its name, its text, the code and the line that is to be found.
const FAULTS: &[(&str, &str, &str, u64)] = &[
    ("templates/f01.yaml", "kind: ConfigMap\nmetadata: {{ nope }}\n", "render/unknown-function", 2),
    ("templates/f02.yaml", "kind: ConfigMap\n{{ if .Values.a }}\nmetadata: {}\n", "render/parse-error", 2),
    ("templates/f03.yaml", "kind: ConfigMap\nmetadata: {{ .Values.missing.deep }}\n", "render/nil-pointer", 2),
    ("templates/f04.yaml", "kind: ConfigMap\nmetadata: {{ include \"no.such\" . }}\n", "render/unknown-template", 2),
    ("templates/f05.yaml", "kind: ConfigMap\nmetadata: {{ fail \"stop here\" }}\n", "render/fail", 2),
    (
        "templates/f06.yaml",
        "kind: ConfigMap\nmetadata: {{ required \"say name\" .Values.nobody }}\n",
        "render/required",
        2,
    ),
    (
        "templates/f07.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: b: c\n",
        "yaml/invalid",
        5,
    ),
    (
        "templates/f08.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndate: {}\n",
        "schema/unknown-field",
        4,
    ),
    (
        "templates/f09.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {a: 1}\n",
        "schema/wrong-type",
        4,
    ),
    ("templates/f10.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: UPPER}\n", "api/object-name", 3),
    (
        "templates/f11.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: c}\nspec: {ports: [{port: 99999}]}\n",
        "api/service-ports",
        4,
    ),
    (
        "templates/f12.yaml",
        "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: d}\n",
        "api/removed-version",
        1,
    ),
    (
        "templates/f13.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: e}\ndata: {a: b}\ndata: {c: d}\n",
        "yaml/duplicate-key",
        5,
    ),
    (
        "templates/f14.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ printf \"%s\" .Release.Nam.x }}}\n",
        "render/nil-pointer",
        3,
    ),
    ("templates/f15.yaml", "kind: ConfigMap\nmetadata: {{ $undeclared }}\n", "render/parse-error", 2),
    ("templates/f16.yaml", "kind: ConfigMap\nmetadata: {{ .Values.text.inner }}\n", "render/wrong-type", 2),
    (
        "templates/f17.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: f}\ndata: {a: \"%%\"}\n",
        "api/secret-data",
        4,
    ),
    (
        "templates/_helpers.tpl",
        "{{ define \"fine\" }}x: z{{ end }}\n{{ define \"broken\" }}{{ .x ) }}{{ end }}\n",
        "render/parse-error",
        2,
    ),
    ("charts/sub/values.yaml", "a: 1\nb: x: y\nc: 2\n", "values/invalid", 2),
    ("values.yaml", "text: hello\nbad: [1\na: true\n", "values/invalid", 2),
];

fn chart(folder: &Path) {
    let files = [
        ("Chart.yaml", "apiVersion: v2\nname: ill\nversion: 0.1.0\n"),
        ("charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 0.1.0\n"),
        (
            "templates/fine.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fine}\ndata: { {{ include \"fine\" . }} }\n",
        ),
        ("templates/follows.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ include \"broken\" . }} }\n"),
    ];
    let faults = FAULTS.iter().map(|(name, text, ..)| (*name, *text));
    for (name, text) in files.into_iter().chain(faults) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn twenty_faults_in_twenty_files_are_twenty_findings() {
    let folder = tempfile::tempdir().unwrap();
    chart(folder.path());
    let args = ["check", ".", "--format", "json"].map(str::to_owned);
    let output = command(&args, folder.path());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let place = |found: &Value| {
        let cause = &found["cause"];
        let place = if cause["template"].is_null() { &cause["values"][0] } else { &cause["template"] };
        (place["file"].as_str().unwrap_or_default().to_owned(), place["line"].as_u64().unwrap_or_default())
    };
    let found: Vec<(String, String, u64)> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| {
            let (file, line) = place(found);
            (file, found["code"].as_str().unwrap().to_owned(), line)
        })
        .collect();
    let mut wanted: Vec<_> =
        FAULTS.iter().map(|(file, _, code, line)| ((*file).to_owned(), (*code).to_owned(), *line)).collect();
    let mut seen = found.clone();
    wanted.sort();
    seen.sort();
    assert_eq!(seen, wanted, "{}", serde_json::to_string_pretty(&report["diagnostics"]).unwrap());
}

#[test]
fn nothing_is_green_that_was_not_checked() {
    let folder = Folder::template("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: x}\n");
    for version in ["1.99", "1.19", "2.0"] {
        let shown = folder.run(&format!("check ./t --kube-version {version}"));
        assert_eq!(shown.exit, 2, "{version}: {}", shown.stdout);
        assert!(shown.stderr.contains("expected a version from 1.20 to"), "{}", shown.stderr);
    }
    let newest = chartlens::kube::versions().next_back().unwrap();
    let next: u32 = newest.strip_prefix("1.").unwrap().parse::<u32>().unwrap() + 1;
    let shown = folder.run(&format!("check ./t --kube-version 1.{next} --format concise"));
    assert_eq!(shown.exit, 1);
    assert!(
        shown.stdout.contains("[schema/wrong-type]") && shown.stdout.contains("[api/unknown-version]"),
        "{}",
        shown.stdout
    );
    assert_eq!(folder.run("check ./t --kube-version 1.31.9 --format concise").exit, 1);
    let shown = folder.run_with("check -", " \n");
    assert_eq!(shown.exit, 2);
    assert!(shown.stderr.contains("standard input is empty"), "{}", shown.stderr);
}

#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::from(std::io::ErrorKind::StorageFull))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let folder = Folder::template("kind: A\n");
    let mut stderr = Vec::new();
    let mut env = chartlens_cli::Environment {
        folder: folder.join("."),
        variable: &|_| None,
        stdin: &mut std::io::empty(),
        stdout: &mut Full,
        stderr: &mut stderr,
        terminal: None,
    };
    assert_eq!(chartlens_cli::run(&["check".to_owned(), "./t".to_owned()], &mut env), 2);
    assert!(String::from_utf8_lossy(&stderr).contains("write standard output"));
}

#[test]
fn what_follows_from_an_unreadable_values_file_is_told_with_it() {
    let folder = Folder::template("kind: ConfigMap\nmetadata: {name: {{ .Values.image.tag | required \"tag!\" }}}\n");
    let values = "image:\n  repository: nginx\n tag: \"1.2\"\n";
    let folder = folder
        .with("t/values.yaml", values)
        .with("t/templates/b.yaml", "a: {{ .Values.image.tag.name }}\n")
        .with("t/templates/c.yaml", "b: {{ .Values.nowhere.deep }}\n");
    let shown = folder.run("check ./t --format concise --show-secrets");
    let codes: Vec<&str> = shown
        .stdout
        .lines()
        .filter_map(|line| line.split(['[', ']']).nth(1))
        .filter(|code| code.contains('/'))
        .collect();
    assert_eq!(codes, ["values/invalid", "render/nil-pointer"], "{}", shown.stdout);
    assert!(shown.stdout.contains("t/values.yaml:3"), "{}", shown.stdout);
    let shown = folder.run("check ./t");
    assert!(shown.stdout.contains("and so `image.tag` was taken as missing"), "{}", shown.stdout);
    assert!(shown.stdout.contains("indent by 1 more: 2 instead of 1"), "{}", shown.stdout);
    assert!(!shown.stdout.contains("nindent"), "{}", shown.stdout);
}

#[test]
fn a_hyphen_that_takes_a_needed_line_break_is_told_and_mended() {
    let folder = Folder::template(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name -}}\n  labels:\n    a: b\n",
    );
    let shown = folder.run("check ./t --format concise");
    assert_eq!(shown.stdout.lines().count(), 2, "{}", shown.stdout);
    assert!(shown.stdout.starts_with("./t/templates/t.yaml:4:9: error:"), "{}", shown.stdout);
    let shown = folder.run("check ./t");
    assert!(
        shown.stdout.contains("`-}}` takes away the line break that is needed here: write `}}`"),
        "{}",
        shown.stdout
    );
    assert_eq!(folder.run("check ./t --fix --unsafe-fixes").exit, 0);
}

#[test]
fn a_values_file_that_ends_too_soon_is_told_where() {
    let folder = Folder::template("kind: ConfigMap\nmetadata: {name: {{ .Values.image.tag }}}\n");
    let folder = folder.with("t/values.yaml", " replicas: 1\n\nimage:\n  tag: x\n");
    let shown = folder.run("check ./t --format concise");
    assert_eq!(shown.stdout.lines().next().and_then(|line| line.split(' ').next()), Some("./t/values.yaml:3:1:"));
    assert!(!shown.stdout.contains("nil pointer"), "{}", shown.stdout);
}

/// A line of a template below `data:`, a line of values, the line to blame and words of the help.
const BROKEN_LINES: &[(&str, &str, &str, &str)] = &[
    ("  a: {{ .Values.v }}", "v: \"x\\ny: z\"", "5:6", "the value has line breaks: write `| quote`"),
    ("  a: {{ toYaml .Values.v }}", "v: {x: 1, y: 2}", "5:6", "begin a new one, `{{- toYaml … | nindent 4 }}`"),
    ("  a: {{ .Values.v }}", "v: \"- x\"", "5:6", "begins an item of a list"),
    ("  a: \"{{ .Values.v }}\"", "v: 'C:\\new\\users'", "5:7", "a backslash begins an escape"),
    ("\u{a0} a: b", "v: 1", "5:1", "non-breaking space"),
    ("\ta: b", "v: 1", "5:1", "replace the tab"),
    ("  a: { { .Values.v } }", "v: 1", "5:1", "without blanks between the braces"),
];

#[test]
fn the_line_that_is_no_yaml_is_blamed_with_help_that_fits() {
    for (line, values, place, word) in BROKEN_LINES {
        let template = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n{line}\n  z: q\n");
        let folder = Folder::template(template).with("t/values.yaml", format!("{values}\n"));
        let shown = folder.run("check ./t --format concise");
        assert!(shown.stdout.starts_with(&format!("./t/templates/t.yaml:{place}: error:")), "{line}: {}", shown.stdout);
        let shown = folder.run("check ./t").stdout.replace("\n        ", " ");
        assert!(shown.contains(word), "{line}: {shown}");
    }
}

/// Code and line of every finding, in order.
fn codes(folder: &Folder) -> Vec<(String, String)> {
    let lines = folder.run("check ./t --format concise --quiet").stdout;
    let told = lines.lines().map(|line| {
        let place: Vec<&str> = line.split(':').take(2).collect();
        let code = line.rsplit_once('[').and_then(|(_, code)| code.split(']').next()).unwrap_or_default();
        (place.join(":").trim_start_matches("./t/templates/").to_owned(), code.to_owned())
    });
    told.collect()
}

fn told(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(place, code)| ((*place).to_owned(), (*code).to_owned())).collect()
}

#[test]
fn a_broken_helper_hides_no_fault_of_who_calls_it() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels:\n    {{- include \"labels\" . | nindent 4 }}\nspec:\n  \
        containers:\n    - name: a\n      image: a:1\n      imgaePullPolicy: Always\n      volumeMounts: [{name: confg, mountPath: /a}]\n  \
        volumes: [{name: config, emptyDir: {}}]\n";
    for helper in [
        "{{ define \"labels\" }}\na: b\nc: {{ nope }}\n{{ end }}",
        "{{ define \"labels\" }}\na: b\nc: {{ include \"no\" . }}\n{{ end }}",
    ] {
        let folder = Folder::template(pod).with("t/templates/_h.tpl", helper);
        let first = if helper.contains("nope") { "render/unknown-function" } else { "render/unknown-template" };
        let rest = [("t.yaml:11", "schema/unknown-field"), ("t.yaml:12", "api/mount-without-volume")];
        assert_eq!(codes(&folder), told(&[&[("_h.tpl:3", first)], &rest[..]].concat()), "{helper}");
    }
}

#[test]
fn behind_a_fault_only_what_is_sure_is_told() {
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n{{- $x := include \"no.such\" . }}\n  a: {{ $x.y.z }}\n  \
        b: {{ required \"x\" $x }}\n  c: {{ include \"none\" . }}\n{{- range list 1 }}\n  d: {{ .Values.e }}\n{{- end }}\n  f: {{ include \"g\" }}\n";
    let expected = [
        ("t.yaml:6", "render/unknown-template"),
        ("t.yaml:9", "render/unknown-template"),
        ("t.yaml:11", "render/wrong-type"),
        ("t.yaml:13", "render/error"),
    ];
    assert_eq!(codes(&Folder::template(template)), told(&expected));
}

#[test]
fn values_that_are_not_there_are_told_behind_a_fault_where_no_template_sets_any() {
    let template = "a: {{ include \"nobody\" . }}\nb: {{ .Values.image.tag }}\nc: {{ .Values.image.name }}\n";
    let other = "d: {{ $.Values.image.tag }}\n";
    let folder =
        Folder::chart([("values.yaml", "x: 1\n"), ("templates/a.yaml", template), ("templates/b.yaml", other)]);
    // What is not there is missing once, wherever it is asked for.
    let expected = [("b.yaml:1", "render/nil-pointer"), ("a.yaml:1", "render/unknown-template")];
    assert_eq!(codes(&folder), told(&expected));
    let help = "note: the same in templates/a.yaml:2, templates/a.yaml:3\n";
    assert!(folder.run("check t").stdout.contains(help), "{}", folder.run("check t").stdout);
    // What a template may have set, had it run to its end, is not known to be missing.
    let setting =
        folder.with("t/templates/_h.tpl", "{{ define \"h\" }}{{ $_ := set .Values \"image\" dict }}{{ end }}");
    assert!(!setting.run("check t").stdout.contains("the same in"));
}

#[test]
fn an_api_version_that_nobody_serves_hides_no_fault_of_others() {
    let text = "apiVersion: app/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: \"a:1\", ports: [{name: http, containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: htp}]}
";
    let folder = Folder::template(text);
    let expected = [("t.yaml:1", "schema/unknown-kind"), ("t.yaml:13", "reference/target-port")];
    assert_eq!(codes(&folder), told(&expected));
}

#[test]
fn a_block_without_end_takes_no_later_helper_with_it() {
    let helpers = "{{ define \"a\" }}\n{{ if .Values.x }}\na: b\n{{ end }}\n{{ define \"b\" }}c: d{{ end }}\n";
    let folder =
        Folder::template("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndate: { {{ include \"b\" . }} }\n")
            .with("t/templates/_h.tpl", helpers);
    let expected = [("_h.tpl:1", "render/parse-error"), ("t.yaml:4", "schema/unknown-field")];
    assert_eq!(codes(&folder), told(&expected));
}

#[test]
fn all_errors_of_a_values_file_are_told() {
    let folder = Folder::template("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
        .with("v.yaml", "a: 1\nb: x: y\nc: 2\nd: @e\nf: \u{201c}g: h\u{201d}\n");
    let shown = folder.run("check ./t -f v.yaml --format concise --quiet").stdout;
    let places: Vec<&str> = shown.lines().filter_map(|line| line.split(": error").next()).collect();
    assert_eq!(places, ["v.yaml:2:1", "v.yaml:4:1", "v.yaml:5:1"], "{shown}");
    folder.run("check ./t -f v.yaml --fix --unsafe-fixes");
    let text = fs::read_to_string(folder.join("v.yaml")).unwrap();
    assert_eq!(text, "a: 1\nb: 'x: y'\nc: 2\nd: '@e'\nf: \"g: h\"\n");
}
