//! Sessions: what they remember never changes what they say.

use chartlens::budget::Limits;
use chartlens::chart::{ArchiveLimits, File, load_all};
use chartlens::codes;
use chartlens::host::{HelmVersion, Host, seed_from_text};
use chartlens::lint::Choice;
use chartlens::render::{KubeVersion, RenderOptions};
use chartlens::session::{CheckOptions, Session, cause_in_document};
use std::fs;
use std::path::Path;
use std::sync::Arc;

const NAMES: [&str; 5] =
    ["Chart.yaml", "values.yaml", "templates/_helpers.tpl", "templates/deployment.yaml", "templates/rest.yaml"];

fn files() -> Vec<File> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/ailing");
    NAMES.iter().map(|name| File::new(*name, fs::read(folder.join(name)).expect("the fixture"))).collect()
}

fn check(session: &Session, files: Vec<File>, options: &CheckOptions) -> String {
    let chart = load_all(files, &ArchiveLimits::default(), HelmVersion::V4);
    let host = Host { seed: seed_from_text("session"), ..Host::default() };
    session.check(&chart, "ailing", options, &host, &|_| Err("no files".to_owned())).to_json()
}

/// The next number below another.
pub(crate) fn drawn(random: &mut u64, below: usize) -> usize {
    // Knuth's MMIX generator: its upper bits are good enough to choose lines.
    *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*random >> 33) as usize % below.max(1)
}

/// A change of the files: drops, doubles or swaps lines, by numbers that a seed gives.
fn edit(files: &mut [File], random: &mut u64) {
    let mut next = |below| drawn(random, below);
    let file = &mut files[next(NAMES.len())];
    let text = String::from_utf8_lossy(&file.data).into_owned();
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (at, other) = (next(lines.len()), next(lines.len()));
    match next(3) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[at]),
        _ => lines.swap(at, other),
    }
    file.data = lines.concat().into_bytes().into();
}

fn options(choice: Choice) -> CheckOptions {
    CheckOptions { selection: Arc::new(codes::select(&choice).expect("a selection")), ..CheckOptions::default() }
}

#[test]
fn a_session_says_after_edits_what_a_new_one_says() {
    let session = Session::new();
    let strict = options(Choice { profile: Some("strict".to_owned()), ..Choice::default() });
    let mut random = 1;
    for round in 0..40 {
        // Edits pile up, and now and then the text is as it was.
        let mut now = files();
        for _ in 0..round % 5 {
            edit(&mut now, &mut random);
        }
        let options = if round % 2 == 0 { &strict } else { &CheckOptions::default() };
        let known = check(&session, now.clone(), options);
        assert_eq!(known, check(&Session::new(), now, options), "round {round}");
    }
    assert!(session.bytes() > 0);
}

#[test]
fn versions_values_and_rules_do_not_mix() {
    let session = Session::new();
    let old = KubeVersion::parse("1.24", HelmVersion::V4).expect("a version");
    let release = RenderOptions { name: "other".to_owned(), ..RenderOptions::default() };
    let all = [
        CheckOptions::default(),
        CheckOptions { kube_versions: vec![old], ..CheckOptions::default() },
        CheckOptions { render: release, ..CheckOptions::default() },
        options(Choice { profile: Some("none".to_owned()), ..Choice::default() }),
        CheckOptions { strict_kinds: true, ..CheckOptions::default() },
    ];
    for options in all.iter().chain(all.iter().rev()) {
        assert_eq!(check(&session, files(), options), check(&Session::new(), files(), options));
    }
}

#[test]
fn threads_share_a_session() {
    let session = Session::new();
    let wanted = check(&Session::new(), files(), &CheckOptions::default());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(check(&session, files(), &CheckOptions::default()), wanted));
        }
    });
}

/// A chart whose templates depend on each other, on chance, on the clock, on files and on texts in values.
fn woven() -> Vec<File> {
    let files = [
        ("Chart.yaml", "apiVersion: v2\nname: woven\nversion: 1.0.0\n"),
        (
            "values.yaml",
            "name: web\nport: 80\ngreeting: 'hello {{ .Release.Name }}'\nlabels: {a: one, b: two}\ninner: {size: 3}\n",
        ),
        ("notes/motd.txt", "line one\nline two\n"),
        ("charts/inner/Chart.yaml", "apiVersion: v2\nname: inner\nversion: 1.0.0\n"),
        ("charts/inner/values.yaml", "size: 1\n"),
        (
            "charts/inner/templates/map.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.size }}-inner\ndata:\n  size: {{ .Values.size | quote }}\n",
        ),
        ("charts/inner/templates/_lib.tpl", "{{- define \"inner.size\" -}}\n{{ .Values.size }}\n{{- end -}}\n"),
        (
            "templates/_helpers.tpl",
            "{{- define \"woven.name\" -}}\n{{ .Values.name }}-x\n{{- end -}}\n{{- define \"woven.labels\" -}}\n{{ toYaml .Values.labels }}\n{{- end -}}\n",
        ),
        ("templates/_more.tpl", "{{- define \"woven.port\" -}}\n{{ .Values.port }}\n{{- end -}}\n"),
        (
            "templates/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include \"woven.name\" . }}-a\n  labels:\n    {{- include \"woven.labels\" . | nindent 4 }}\ndata:\n  greeting: {{ tpl .Values.greeting . }}\n  motd: |\n    {{- .Files.Get \"notes/motd.txt\" | nindent 4 }}\n",
        ),
        (
            "templates/b.yaml",
            "{{- $own := dict \"x\" .Values.port }}\n{{- $_ := set $own \"y\" \"z\" }}\napiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\nspec:\n  ports:\n    - port: {{ include \"woven.port\" . }}\n      name: {{ $own.y }}\n",
        ),
        (
            "templates/c.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: c\n  annotations:\n    sum: {{ include (print $.Template.BasePath \"/a.yaml\") . | sha256sum }}\nstringData:\n  word: {{ randAlphaNum 5 }}\n  now: {{ now | date \"2006\" | quote }}\n",
        ),
        (
            "templates/d.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: d\ndata:\n  word: {{ randAlphaNum 5 }}\n  text: {{ tpl \"{{ .Values.greeting }}\" . | quote }}\n  inner: {{ .Subcharts.inner.Values.size | quote }}\n  at: {{ .Subcharts.inner.Template.Name }}\n",
        ),
        (
            "templates/e.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ required \"a name\" .Values.name }}-e\ndata:\n  all: {{ .Values | toJson | quote }}\n",
        ),
        ("templates/f.yaml", "{{- /* nothing */ -}}"),
        ("templates/aa.yaml", "{{- if .Values.name -}}{{- end -}}"),
        ("templates/NOTES.txt", "{{ .Values.name }}\n"),
    ];
    files.map(|(name, text)| File::new(name, text)).to_vec()
}

/// What was rendered, with the cause of each line and the faults.
fn rendered(session: &Session, files: Vec<File>) -> Vec<String> {
    let chart = load_all(files, &ArchiveLimits::default(), HelmVersion::V4);
    let host = Host { seed: seed_from_text("session"), ..Host::default() };
    let rendered = session.render_first(&chart, &CheckOptions::default(), &host, &|_| Err("no files".to_owned()));
    let rendered = match &rendered {
        Ok(rendered) => rendered,
        Err(error) => return vec![error.to_string()],
    };
    let mut told: Vec<String> = rendered.faults.iter().map(|fault| fault.helm_text(HelmVersion::V4)).collect();
    told.push(rendered.notes.clone());
    for document in rendered.documents.iter().chain(&rendered.hooks).chain(&rendered.patched) {
        told.push(format!("{} {}", document.source, document.number));
        for (number, line) in String::from_utf8_lossy(&document.text).lines().enumerate() {
            let cause = cause_in_document(rendered, document, number + 1, line.len().max(1));
            told.push(format!("{line} <- {cause:?}"));
        }
    }
    told
}

/// A text with a line taken away, doubled, moved, or with one of `makes` put in.
fn retyped(text: &str, random: &mut u64, makes: &[&str]) -> String {
    let mut next = |below| drawn(random, below);
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let at = next(lines.len());
    match next(6) {
        0 if lines.len() > 1 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[at]),
        2 => lines.swap(0, at),
        _ => lines.insert(at, makes[next(makes.len())]),
    }
    lines.concat()
}

#[test]
fn what_an_edit_has_nothing_to_do_with_is_taken_over() {
    let makes = [
        "# a line\n",
        "{{- $_ := set .Values \"port\" 81 }}\n",
        "{{- $_ := set .Values.labels \"c\" \"three\" }}\n",
        "{{- define \"woven.name\" }}other{{ end }}\n",
        "{{- define \"inner.size\" }}{{ randAlpha 3 }}{{ end }}\n",
        "  more: {{ include \"inner.size\" . }}\n",
        "  more: {{ tpl \"{{ .Values.port }}\" . }}\n",
        "  more: {{ .Values.nothing.here }}\n",
        "  more: {{ include \"woven.port\" . | quote }}\n",
        "  more: {{ if }}\n",
        "  drawn: {{ randNumeric 4 | quote }}\n",
        "  list: {{ list 3 1 2 | sortAlpha | toJson }}\n",
        "{{- end }}\n",
    ];
    let values = [
        ("values.yaml", "name: ", "# above\nname: "),
        ("values.yaml", "port: 8", "port: 88"),
        ("values.yaml", "hello", "good day, hello"),
        ("values.yaml", "Name }}", "Name }} {{ .Values.port }}"),
        ("values.yaml", "b: two", "b: three"),
        ("values.yaml", "b: two", "b: two, c: [x]"),
        ("values.yaml", "size: 3", "size: 4"),
        ("values.yaml", "name: web", "name: ''"),
        ("charts/inner/values.yaml", "size: 1", "size: 2 # more"),
        ("charts/inner/values.yaml", "size: 1", "size: 1\nother: 2"),
        ("notes/motd.txt", "two", "three"),
        ("Chart.yaml", "1.0.0", "1.0.1"),
    ];
    let session = Session::new();
    let mut random = 7;
    let mut files = woven();
    for round in 0..800 {
        if round % 12 == 0 {
            files = woven();
        }
        let text = |file: &File| String::from_utf8_lossy(&file.data).into_owned();
        let at = match round % 3 {
            0 => {
                let (name, old, new) = values[drawn(&mut random, values.len())];
                let at = files.iter().position(|file| file.name == name).expect("a file");
                files[at] = File::new(name, text(&files[at]).replacen(old, new, 1).as_str());
                at
            }
            _ => {
                let templates: Vec<usize> =
                    (0..files.len()).filter(|at| files[*at].name.contains("templates/")).collect();
                let at = templates[drawn(&mut random, templates.len())];
                // A helper that calls itself ends with the limits alone.
                let makes = if files[at].name.ends_with(".tpl") { &makes[..5] } else { &makes[..] };
                let text = retyped(&text(&files[at]), &mut random, makes);
                files[at] = File::new(files[at].name.clone(), text.as_str());
                at
            }
        };
        let anew = rendered(&Session::new(), files.clone());
        assert_eq!(
            rendered(&session, files.clone()),
            anew,
            "round {round}: {} is\n{}",
            files[at].name,
            text(&files[at])
        );
    }
}

/// A chart with so much text in its templates as asked for, and a pod for each number in its values.
fn pods(text: usize, limits: &Limits) -> String {
    let numbers: Vec<String> = (0..40).map(|number| number.to_string()).collect();
    let template = "{{- range .Values.numbers }}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: \"a-{{ . }}\"}\nspec:\n  \
        hostNetwork: {{ eq . 3 }}\n  containers:\n  - name: b\n    image: \"c:{{ . }}\"\n    tyt: true\n{{- end }}\n";
    let files = vec![
        File::new("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\n"),
        File::new("values.yaml", format!("numbers: [{}]\n", numbers.join(", "))),
        File::new("templates/a.yaml", template),
        File::new("templates/b.yaml", format!("{{{{/*{}*/}}}}\n", "x".repeat(text))),
    ];
    let choice = Choice { extend_select: vec!["ALL".to_owned()], ..Choice::default() };
    let mut options = options(choice);
    options.render.limits = limits.clone();
    check(&Session::new(), files, &options)
}

#[test]
fn two_threads_say_what_one_says() {
    let mut limits = Limits::default();
    let report = pods(1, &limits);
    assert!(report.matches("\"schema/unknown-field\"").count() > 0 && report.contains("fixes"));
    assert_eq!(pods(100_000, &limits), report);
    // Nor does it show where a limit ends the work.
    for fuel in [5_000, 20_000, 40_000, 60_000, 80_000, 120_000] {
        limits.fuel = fuel;
        assert_eq!(pods(100_000, &limits), pods(1, &limits), "{fuel}");
    }
}
