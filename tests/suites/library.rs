//! The library as programs use it: charts from memory, limits, cancelling, reproducible renders.

use chartlens::budget::{CancelToken, Limits};
use chartlens::chart::{ArchiveLimits, Chart, File, load_archive, load_files};
use chartlens::host::{HelmVersion, Host, Lookup, seed_from_text};
use chartlens::render::{OutputOptions, RenderError, RenderOptions, Rendered, render, template_output};
use chartlens::values::ValuesSource;
use chartlens_tests::files::pack;
use chartlens_tests::folder::CHART_YAML;
use std::sync::Arc;
use std::time::{Duration, Instant};

const CONFIG: &str = "\
kind: ConfigMap
apiVersion: v1
metadata:
  name: {{ .Release.Name }}-{{ .Values.name | default \"none\" }}
data:
{{- range $k, $v := .Values.data }}
  {{ $k }}: {{ $v | quote }}
{{- end }}
";

fn files(template: &str) -> Vec<File> {
    vec![
        File::new("Chart.yaml", CHART_YAML),
        File::new("values.yaml", "name: a\ndata: {x: 1, z: two}\n"),
        File::new("templates/t.yaml", template),
    ]
}

fn chart(template: &str) -> Chart {
    load_files(files(template), &ArchiveLimits::default(), HelmVersion::V4).expect("a chart")
}

fn set(text: &str) -> RenderOptions {
    RenderOptions { values: vec![ValuesSource::Set(text.to_owned())], ..RenderOptions::default() }
}

fn no_file(name: &str) -> Result<Vec<u8>, String> {
    Err(format!("open {name}: no such file or directory"))
}

fn run(chart: &Chart, options: &RenderOptions, host: &Host) -> Result<Rendered, RenderError> {
    render(chart, options, host, &no_file)
}

fn text(chart: &Chart, options: &RenderOptions, host: &Host) -> String {
    let rendered = run(chart, options, host).expect("a chart that renders");
    let bytes = template_output(&rendered, &OutputOptions::default(), options.helm).expect("output");
    String::from_utf8(bytes).expect("text")
}

#[test]
fn a_chart_renders_again_and_again() {
    let chart = chart(CONFIG);
    let host = Host::default();
    let first = text(&chart, &RenderOptions::default(), &host);
    assert_eq!(first, text(&chart, &RenderOptions::default(), &host));
    assert!(first.contains("name: release-name-a\ndata:\n  x: \"1\"\n  z: \"two\"\n"), "{first}");
    let other = text(&chart, &set("name=b,data.x=null"), &host);
    assert!(other.contains("name: release-name-b\ndata:\n  z: \"two\"\n"), "{other}");
    assert_eq!(first, text(&chart, &RenderOptions::default(), &host), "a render changes the chart");
}

#[test]
fn documents_know_what_they_are() {
    let rendered = run(&chart(CONFIG), &RenderOptions::default(), &Host::default()).expect("a render");
    let [document] = rendered.documents.as_slice() else { panic!("{rendered:?}") };
    assert_eq!(document.source, "t/templates/t.yaml");
    assert_eq!((document.head.kind.as_str(), document.head.name.as_str()), ("ConfigMap", "release-name-a"));
}

#[test]
fn archives_are_charts_too() {
    let files = files(CONFIG);
    let names: Vec<String> = files.iter().map(|file| format!("t/{}", file.name)).collect();
    let packed = pack(names.iter().zip(&files).map(|(name, file)| (name.as_str(), &*file.data)));
    let packed = load_archive(&packed, &ArchiveLimits::default(), HelmVersion::V4).expect("a chart");
    let (options, host) = (RenderOptions::default(), Host::default());
    assert_eq!(text(&packed, &options, &host), text(&chart(CONFIG), &options, &host));
}

#[test]
fn types_cross_threads() {
    fn crosses<T: Send + Sync>() {}
    crosses::<Chart>();
    crosses::<RenderOptions>();
    crosses::<Host>();
    crosses::<RenderError>();
    crosses::<Rendered>();
    crosses::<CancelToken>();

    let chart = Arc::new(chart(CONFIG));
    let render = |name: String| {
        let chart = chart.clone();
        std::thread::spawn(move || text(&chart, &set(&format!("name={name}")), &Host::default()))
    };
    let threads: Vec<_> = (0..4).map(|i| render(format!("n{i}"))).collect();
    for (i, thread) in threads.into_iter().enumerate() {
        assert!(thread.join().expect("no panic").contains(&format!("release-name-n{i}")));
    }
}

const RANDOM: &str = "\
a: {{ randAlphaNum 20 }}
b: {{ uuidv4 }}
c: {{ randBytes 12 }}
d: {{ shuffle \"abcdefghijk\" }}
e: {{ now | unixEpoch | quote }}
f: {{ randInt 0 1000000 | quote }}
g: {{ genPrivateKey \"ed25519\" | b64enc }}
";

#[test]
fn equal_seeds_give_equal_bytes() {
    let chart = chart(RANDOM);
    let with = |seed: &str| Host { seed: seed_from_text(seed), ..Host::default() };
    let options = RenderOptions::default();
    let first = text(&chart, &options, &with("one"));
    assert_eq!(first, text(&chart, &options, &with("one")));
    let other = text(&chart, &options, &with("two"));
    for (a, b) in first.lines().zip(other.lines()).filter(|(a, _)| a.len() > 3 && !a.starts_with(['-', '#', 'e'])) {
        assert_ne!(a, b, "the seed makes no difference");
    }
    assert!(first.contains("e: \"0\""), "the clock is the host's: {first}");
}

#[test]
fn recording_causes_changes_no_byte() {
    for template in [CONFIG, RANDOM_TRACED, TOUR] {
        let chart = chart(template);
        let traced = RenderOptions { trace: true, ..RenderOptions::default() };
        let rendered = run(&chart, &traced, &Host::default()).expect("a render");
        assert!(rendered.trace.is_some());
        assert_eq!(text(&chart, &traced, &Host::default()), text(&chart, &RenderOptions::default(), &Host::default()));
    }
    let failing = chart("{{ fail .Values.name }}");
    let traced = RenderOptions { trace: true, ..RenderOptions::default() };
    let error = |options| run(&failing, options, &Host::default()).expect_err("fail fails").to_string();
    assert_eq!(error(&traced), error(&RenderOptions::default()));
}

const RANDOM_TRACED: &str = "a: {{ randAlphaNum 9 }}\nb: {{ uuidv4 }}\nc: {{ randNumeric 3 | quote }}\n";

/// Blocks, variables, includes, `tpl` and text functions in one.
const TOUR: &str = "\
{{- define \"labels\" -}}
app: {{ .Release.Name | trunc 5 | trimSuffix \"-\" }}
{{- end }}
a: {{- include \"labels\" . | nindent 2 }}
b: {{ tpl \"{{ .Values.name | upper }}\" . }}
{{- with .Values.data }}
c: {{ toYaml . | nindent 2 }}
{{- end }}
d: {{ printf \"%s-%d\" .Values.name 3 | replace \"-\" \"+\" | quote }}
e: {{ range $i, $x := list 1 2 3 }}{{ if eq $i 1 }}{{ continue }}{{ end }}{{ $x }}{{ end }}
f: {{ .Values.missing }}
g: {{ b64enc .Values.name | b64dec | sha256sum }}
h: {{ .Values.data | toJson | fromJson | keys | sortAlpha | join \",\" }}
";

#[test]
fn limits_are_named() {
    let limits = |limits: Limits| RenderOptions { limits, ..RenderOptions::default() };
    let error = |template: &str, options: &RenderOptions| {
        run(&chart(template), options, &Host::default()).expect_err("a limit").to_string()
    };
    let mut small = Limits::default();
    small.fuel = 10_000;
    assert!(error("{{ range 100000000000 }}{{ end }}", &limits(small)).contains("limit `fuel`"));
    let mut small = Limits::default();
    small.output = 100;
    assert!(error("{{ range until 200 }}x{{ end }}", &limits(small)).contains("limit `output`"));
    let mut small = Limits::default();
    small.string = 100;
    assert!(error("{{ repeat 101 \"x\" }}", &limits(small)).contains("limit `string`"));
    let mut small = Limits::default();
    small.objects = 100;
    assert!(error("{{ range until 90 }}{{ $x := dict }}{{ end }}", &limits(small)).contains("limit `objects`"));
}

#[test]
fn work_can_be_cancelled() {
    // Each of these runs for minutes if it is left alone.
    for template in [
        "{{ range 100000000000 }}{{ end }}",
        "{{ define \"a\" }}{{ range 1000000 }}{{ include \"b\" . }}{{ end }}{{ end }}{{ define \"b\" }}{{ range 1000000 }}x{{ end }}{{ end }}{{ $x := include \"a\" . }}",
        "{{ $l := until 100000 }}{{ range 1000000 }}{{ $x := toYaml $l }}{{ end }}",
        "{{ $s := repeat 1000000 \"ab\" }}{{ range 100000000 }}{{ $x := regexReplaceAll \"(a)(b)\" $s \"$2$1\" }}{{ end }}",
        "{{ $s := repeat 1000000 \"ab \" }}{{ range 100000000 }}{{ $x := splitList \" \" $s | sortAlpha }}{{ end }}",
    ] {
        let chart = chart(template);
        let cancel = CancelToken::default();
        let mut limits = Limits::default();
        limits.fuel = u64::MAX;
        limits.objects = u64::MAX;
        let options = RenderOptions { cancel: cancel.clone(), limits, ..RenderOptions::default() };
        let work = std::thread::spawn(move || {
            let result = render(&chart, &options, &Host::default(), &no_file);
            (Instant::now(), result.map(|_| ()).map_err(|error| error.to_string()))
        });
        std::thread::sleep(Duration::from_millis(300));
        assert!(!work.is_finished(), "{template} ends by itself");
        let asked = Instant::now();
        cancel.cancel();
        let (ended, result) = work.join().expect("no panic");
        assert_eq!(result, Err("cancelled".to_owned()));
        let took = ended.duration_since(asked);
        assert!(took < PATIENCE, "{template}: {took:?}");
    }
}

/// A tenth of a second; more without optimisation and on busy machines.
const PATIENCE: Duration = Duration::from_millis(if cfg!(debug_assertions) { 1000 } else { 100 });

struct Secrets;

impl Lookup for Secrets {
    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Option<String> {
        (api_version == "v1" && kind == "Secret" && namespace == "ns" && name == "s")
            .then(|| r#"{"data": {"password": "cHc="}}"#.to_owned())
    }
}

#[test]
fn lookup_asks_the_host() {
    let chart = chart("a: {{ (lookup \"v1\" \"Secret\" \"ns\" .Values.name).data | toJson }}\n");
    let host = Host { lookup: Some(Arc::new(Secrets)), ..Host::default() };
    assert!(text(&chart, &set("name=s"), &host).contains("a: {\"password\":\"cHc=\"}"));
    assert!(text(&chart, &set("name=other"), &host).contains("a: null"));
    assert!(text(&chart, &set("name=s"), &Host::default()).contains("a: null"));
}

#[test]
fn errors_name_their_place() {
    let error = run(&chart("a:\n  {{ .Values.name.x.y }}\n"), &RenderOptions::default(), &Host::default());
    let error = error.expect_err("a text has no fields").to_string();
    assert!(error.starts_with("t/templates/t.yaml:2:12\n"), "{error}");
}
