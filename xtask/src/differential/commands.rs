//! Random command lines: what the real command prints and writes, and what chartlens does.

use super::functions::Function;
use super::rng::Rng;
use super::{Answer, Case, chart, oracle, shrink, signature, values};
use chartlens_tests::command::command;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// A chart, files beside it, and the words of a command line.
#[derive(Clone, Debug, Default)]
pub struct Line {
    files: BTreeMap<String, String>,
    words: Vec<String>,
}

/// The command line with this number.
pub fn line(seed: u64, number: u64, functions: &[Function]) -> Line {
    let mut rng = Rng::new(seed, number);
    let rng = &mut rng;
    let mut files = BTreeMap::new();
    let inner = match rng.below(4) {
        0 => chart::case(seed, number, functions).files,
        _ => small(rng),
    };
    files.extend(inner.into_iter().map(|(name, text)| (format!("t/{name}"), text)));
    for name in ["v1.yaml", "v2.yaml"] {
        files.insert(name.to_owned(), values::file(&values::map(rng, 2), rng));
    }
    files.insert("f.txt".to_owned(), rng.word(&["text", "a: 1\n", "", "x,y={1}\n"]).to_owned());
    let verb = if rng.one_in(4) { "install" } else { "template" };
    let mut words = vec![verb.to_owned()];
    words.extend(rng.word(POSITIONS).split(' ').map(str::to_owned));
    if verb == "install" && rng.below(12) > 0 {
        words.push("--dry-run=client".to_owned());
    }
    for _ in 0..rng.below(5) {
        flag(rng, verb, &mut words);
    }
    if rng.one_in(10) {
        let (from, to) = (1 + rng.below(words.len() - 1), 1 + rng.below(words.len() - 1));
        words.swap(from, to);
    }
    Line { files, words }
}

const POSITIONS: &[&str] = &[
    "r ./t",
    "r ./t",
    "r ./t",
    "r ./t",
    "r ./t",
    "r t",
    "r t/",
    "./t",
    "./t -g",
    "r ./nope",
    "r",
    "R ./t",
    "a.b ./t",
    "r r ./t",
    "a_b ./t",
    "r ./v1.yaml",
    "--generate-name ./t",
    "r ./t/templates",
    "r ./t/Chart.yaml",
    "r- ./t",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ./t",
    "r . ./t",
];

/// A chart that shows what the command line does.
fn small(rng: &mut Rng) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut add = |name: &str, text: &str| drop(files.insert(name.to_owned(), text.to_owned()));
    add("templates/a.yaml", ALL);
    add("values.yaml", &values::file(&values::root(rng), rng));
    let mut metadata = "apiVersion: v2\nname: t\nversion: 0.1.0\n".to_owned();
    for (name, text) in PARTS {
        if rng.one_in(2) {
            add(name, text);
        }
    }
    if rng.one_in(3) {
        add("charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 0.1.0\n");
        add("charts/sub/values.yaml", &values::file(&values::map(rng, 2), rng));
        add("charts/sub/templates/s.yaml", "kind: Sub\nv: {{ .Values | toJson }}\n");
        add("charts/sub/templates/NOTES.txt", "notes of sub\n");
        if rng.one_in(2) {
            let declared = rng.word(&[
                "dependencies: [{name: sub, version: 0.1.0}]\n",
                "dependencies: [{name: sub, version: 0.1.0, condition: sub.enabled}]\n",
                "dependencies: [{name: sub, version: 0.1.0, alias: other, import-values: [a]}]\n",
                "dependencies: [{name: sub, version: 0.1.0, tags: [front]}]\n",
                "dependencies: [{name: sub, version: 9.9.9}, {name: gone, version: 1.0.0}]\n",
            ]);
            metadata.push_str(declared);
        }
    }
    if rng.one_in(5) {
        metadata.push_str(rng.word(&[
            "deprecated: true\n",
            "type: library\n",
            "kubeVersion: \">=1.30.0\"\n",
            "kubeVersion: \"<1.30.0-0\"\n",
            "apiVersion: v3\n",
            "apiVersion: v1\n",
            "name: \"\"\n",
            "appVersion: \"1.2\"\n",
        ]));
    }
    add("Chart.yaml", &metadata);
    files
}

const ALL: &str = "kind: All\nvalues:\n{{ toYaml .Values | indent 2 }}\nrelease: {{ toJson .Release }}\n\
kube: {{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion.Major }} {{ .Capabilities.KubeVersion.Minor }}\n\
apis: {{ .Capabilities.APIVersions.Has \"x/v1\" }} {{ .Capabilities.APIVersions.Has \"y/v1/Z\" }}\n";

const PARTS: &[(&str, &str)] = &[
    ("templates/b.yaml", "kind: Service\nmetadata: {name: b}\n---\nkind: Secret\nmetadata: {name: c}\n"),
    ("templates/NOTES.txt", "\nnotes of {{ .Release.Name }}\n{{ .Values.name | quote }}\n\n"),
    (
        "templates/hook.yaml",
        "kind: Job\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: \"pre-install,post-upgrade\", helm.sh/hook-weight: \"5\", helm.sh/hook-delete-policy: hook-succeeded}\n",
    ),
    ("templates/tests/test.yaml", "kind: Pod\nmetadata:\n  name: test\n  annotations: {helm.sh/hook: test}\n"),
    ("templates/deep/er/x.yaml", "{{ if .Values.enabled }}kind: Deep{{ end }}\n"),
    ("templates/empty.yaml", "{{/* nothing */}}\n"),
    (
        "templates/two.yaml",
        "# note\n---\nkind: Two\nmetadata: {annotations: {helm.sh/hook: pre-delete}}\n---\nkind: A\n",
    ),
    ("crds/a.yaml", "kind: CustomResourceDefinition\nmetadata: {name: a}\n---\nkind: CustomResourceDefinition\n"),
    ("crds/b.yaml", "kind: CustomResourceDefinition"),
];

/// Adds a flag, with its value.
fn flag(rng: &mut Rng, verb: &str, words: &mut Vec<String>) {
    let mut add = |name: &str, value: String, rng: &mut Rng| match rng.one_in(2) {
        true => words.push(format!("{name}={value}")),
        false => words.extend([name.to_owned(), value]),
    };
    match rng.below(16) {
        0..=4 => {
            let name =
                rng.word(&["--set", "--set", "--set", "--set-string", "--set-json", "--set-literal", "--set-file"]);
            let value = match name {
                "--set-json" => format!("{}={}", path(rng), rng.word(JSON)),
                "--set-file" => format!("{}={}", path(rng), rng.word(&["f.txt", "v1.yaml", "nope", ""])),
                _ => assignments(rng),
            };
            add(name, value, rng);
        }
        5..=7 => {
            let (name, value) = (
                rng.word(&["-f", "--values"]),
                rng.word(&["v1.yaml", "v2.yaml", "v1.yaml,v2.yaml", "nope.yaml", "f.txt", "\"v1.yaml\"", ""]),
            );
            match name {
                "-f" if rng.one_in(2) => words.push(format!("-f{value}")),
                "-f" => words.extend(["-f".to_owned(), value.to_owned()]),
                _ => add(name, value.to_owned(), rng),
            }
        }
        8 | 9 if verb == "template" => {
            let shown = rng.word(&[
                "templates/a.yaml",
                "templates/b.yaml",
                "templates/*.yaml",
                "templates/nope.yaml",
                "charts/sub/templates/s.yaml",
                "templates/tests/*",
                "templates/hook.yaml",
                "templates/deep/er/x.yaml",
                "crds/a.yaml",
                "templates/[",
                "",
            ]);
            add(rng.word(&["--show-only", "-s"]), shown.to_owned(), rng);
        }
        10 => add("--kube-version", rng.word(VERSIONS).to_owned(), rng),
        11 if verb == "template" => {
            let apis = rng.word(&["x/v1", "x/v1,y/v1/Z", "\"x/v1\"", "", "a\"b", "x/v1,"]);
            add(rng.word(&["--api-versions", "-a"]), apis.to_owned(), rng);
        }
        12 => add("--name-template", rng.word(NAMES).to_owned(), rng),
        13 => add(rng.word(&["--namespace", "-n"]), rng.word(&["ns", "", "N S", "kube-system"]).to_owned(), rng),
        _ => {
            let flags = if verb == "install" { INSTALL } else { TEMPLATE };
            words.extend(rng.word(flags).split(' ').map(str::to_owned));
        }
    }
}

const VERSIONS: &[&str] = &["1.20", "v1.30.2", "1.31.0-gke.1+x", "x", "", "1", "v1.2.3.4", "1.25.0-alpha"];

const NAMES: &[&str] = &[
    "n-{{ randAlpha 3 | len }}",
    "fixed",
    "{{ .x",
    "{{ nope }}",
    "",
    "{{ fail \"no\" }}",
    "BAD",
    "{{ .Values }}",
    "{{ \"a\" | upper | lower }}",
    "{{ include \"x\" . }}",
];

const JSON: &[&str] =
    &["1", "null", "[1,2]", "{\"a\":{\"b\":null}}", "{", "\"x\"", "", "1.50", "[]", "true", "1e3", "{}x"];

const TEMPLATE: &[&str] = &[
    "--include-crds",
    "--skip-tests",
    "--no-hooks",
    "--is-upgrade",
    "--skip-schema-validation",
    "--skip-crds",
    "--debug",
    "--output-dir out",
    "--output-dir out --release-name",
    "--dry-run",
    "--dry-run=client",
    "--dry-run=none",
    "--dry-run=true",
    "--dry-run=x",
    "--hide-notes",
    "--render-subchart-notes",
    "--nope",
    "-z",
    "--set",
    "--include-crds=false",
    "--is-upgrade=maybe",
    "--dependency-update",
    "--atomic",
    "--force",
    "--replace",
    "--devel",
    "--version 1.0.0",
    "--description x",
    "--labels a=b",
    "--labels a",
    "--wait",
    "--wait=watcher",
    "--wait=x",
    "--timeout 5m",
    "--timeout x",
    "--",
    "--no-hooks=false",
    "--create-namespace",
    "--wait-for-jobs",
    "--enable-dns",
    "--disable-openapi-validation",
    "--take-ownership",
    "--burst-limit 5",
    "--burst-limit x",
    "--qps 1.5",
    "--qps x",
    "--kube-token x",
    "--color never",
    "--colour always",
    "--color x",
    "--server-side=false",
    "--server-side=x",
    "--force-conflicts --force-replace",
    "--rollback-on-failure",
    "-l a=b,c=d",
    "--output-dir=",
    "--insecure-skip-tls-verify",
    "--kube-as-group a",
    "--labels name=x",
    "--labels owner=x",
    "-o json",
    "--hide-secret",
    "--force --force-conflicts",
];

const INSTALL: &[&str] = &[
    "-o json",
    "-o yaml",
    "--output table",
    "-o x",
    "--output",
    "--debug",
    "--hide-notes",
    "--hide-secret",
    "--render-subchart-notes",
    "--no-hooks",
    "--dry-run",
    "--dry-run=true",
    "--dry-run=x",
    "--skip-crds",
    "--description d",
    "--is-upgrade",
    "--include-crds",
    "--api-versions x/v1",
    "--skip-schema-validation",
    "--labels a=b",
    "--labels owner=x",
    "--create-namespace",
    "--wait",
    "--timeout 1s",
    "--replace",
    "--devel",
    "--set",
    "--nope",
    "--show-only x",
    "--atomic",
    "--force",
    "-o json --hide-secret",
    "-o yaml --debug",
    "--server-side=false",
    "--server-side=auto",
    "--dependency-update",
];

fn path(rng: &mut Rng) -> String {
    let mut out = String::new();
    for i in 0..1 + rng.below(3) {
        if i > 0 {
            out.push('.');
        }
        out.push_str(rng.word(&[
            "name", "image", "a", "b", "items", "list", "labels", "nested", "sub", "global", "enabled", "tags",
            "front", "x-y", "a\\.b", "", "1", "config", "env", "\"q\"", "é", "t.y",
        ]));
        while rng.one_in(5) {
            out.push_str(rng.word(&["[0]", "[1]", "[3]", "[-1]", "[x]", "[", "[0", "[65537]", "[]", "[0][0]"]));
        }
    }
    out
}

fn assignments(rng: &mut Rng) -> String {
    let mut out = String::new();
    for i in 0..1 + rng.below(2) + rng.below(2) {
        if i > 0 {
            out.push(',');
        }
        let path = path(rng);
        let value = rng.word(&[
            "1",
            "0",
            "-5",
            "+1",
            "007",
            "1.5",
            "1e3",
            "0x1f",
            "true",
            "false",
            "True",
            "null",
            "NULL",
            "nil",
            "text",
            "",
            "a b",
            "{a,b}",
            "{}",
            "{1,null,{x}}",
            "{a",
            "a}",
            "a\\,b",
            "a=b",
            "[1]",
            "\"q\"",
            "\\",
            "{{ .x }}",
            "é",
            "9223372036854775808",
            "99999999999",
            "{a\\,b,c}",
            "a,",
            "on",
            "{ a , b }",
            "{,}",
        ]);
        let _ = match rng.below(20) {
            0 => write!(out, "{path}"),
            1 => write!(out, "{path}="),
            2 => write!(out, "{path}=={value}"),
            _ => write!(out, "{path}={value}"),
        };
    }
    out
}

/// Runs random command lines; whether all are equal.
pub fn run(helm: &Path, three: bool, (count, seed, first): (u64, u64, u64), functions: &[Function]) -> bool {
    let mut groups: BTreeMap<String, (u64, String)> = BTreeMap::new();
    let mut varying = 0;
    for number in first..first + count {
        let line = line(seed, number, functions);
        let Some((theirs, own)) = difference(helm, three, &line) else { continue };
        // What has an order or a time of its own comes out otherwise the next time.
        if (0..4).any(|_| difference(helm, three, &line).is_none_or(|(again, _)| again != theirs)) {
            varying += 1;
            eprintln!("line {number} varies: {:?}", line.words);
            continue;
        }
        let signature = signature::signature(&theirs, &own);
        if let Some((known, _)) = groups.get_mut(&signature) {
            *known += 1;
            continue;
        }
        eprintln!("line {number}: {signature}");
        let small = shorten(line, &mut |line| {
            difference(helm, three, line).is_some_and(|(a, b)| signature::signature(&a, &b) == signature)
        });
        groups.insert(signature, (1, report(helm, three, number, &small)));
    }
    let mut sorted: Vec<_> = groups.iter().collect();
    sorted.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
    for (signature, (count, text)) in &sorted {
        println!("## {count} × {signature}\n{text}");
    }
    let total: u64 = sorted.iter().map(|(_, (count, _))| count).sum();
    println!("{varying} vary in Helm itself\n{count} command lines, {total} differ");
    total == 0
}

fn report(helm: &Path, three: bool, number: u64, line: &Line) -> String {
    let mut out = format!("(line {number}) {:?}\n", line.words);
    let case = Case { files: line.files.clone(), ..Case::default() };
    out.push_str(&super::show(&case));
    if let Some((helm, own)) = difference(helm, three, line) {
        let _ = writeln!(out, "--- Helm {}\n{}--- and\n{}", helm.exit, helm.stdout, helm.stderr);
        let _ = writeln!(out, "--- chartlens {}\n{}--- and\n{}", own.exit, own.stdout, own.stderr);
    }
    out
}

/// Fewer words, then fewer files and lines.
fn shorten(line: Line, differs: &mut dyn FnMut(&Line) -> bool) -> Line {
    let mut best = line;
    let mut at = 1;
    while at < best.words.len() {
        let mut next = best.clone();
        next.words.remove(at);
        if differs(&next) { best = next } else { at += 1 }
    }
    let words = best.words.clone();
    let case = Case { files: best.files, ..Case::default() };
    let line = |case: &Case| Line { files: case.files.clone(), words: words.clone() };
    let small = shrink::shrink(&case, 150, &mut |case| differs(&line(case)));
    line(&small)
}

/// What both print, where it is not the same.
fn difference(helm: &Path, three: bool, line: &Line) -> Option<(Answer, Answer)> {
    let folder = tempfile::tempdir().ok()?;
    for (name, text) in &line.files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent()?).ok()?;
        std::fs::write(path, text).ok()?;
    }
    let output = oracle::program(helm, folder.path()).args(&line.words).output().ok()?;
    let theirs = answer(output.status.code().unwrap_or(99) as u8, &output.stdout, &output.stderr, folder.path());
    let mut words = line.words.clone();
    if three {
        words.insert(1, "--helm-version=3".to_owned());
    }
    let outcome = command(&words, folder.path());
    let own = answer(outcome.exit, &outcome.stdout, &outcome.stderr, folder.path());
    // What chartlens does not do is no difference.
    if own.stderr.contains("chartlens ") {
        return None;
    }
    (theirs != own).then_some((theirs, own))
}

/// What was printed, and what was written into a folder, without times.
fn answer(exit: u8, stdout: &[u8], stderr: &[u8], folder: &Path) -> Answer {
    let mut text = String::from_utf8_lossy(stdout).into_owned();
    let out = folder.join("out");
    written(&out, &out, &mut text);
    let _ = std::fs::remove_dir_all(&out);
    let plain = |text: &str| timeless(text).replace(&folder.display().to_string(), "FOLDER");
    Answer { exit, stdout: plain(&text), stderr: plain(&String::from_utf8_lossy(stderr)) }
}

fn written(root: &Path, dir: &Path, into: &mut String) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            written(root, &path, into);
            continue;
        }
        let text = std::fs::read(&path).unwrap_or_default();
        let name = path.strip_prefix(root).unwrap_or(&path).display();
        let _ = write!(into, "=== wrote {name}\n{}", String::from_utf8_lossy(&text));
    }
}

/// The text without the time of the run: the line of an installation, the number in a generated name, and times of
/// day in JSON and in log lines.
fn timeless(text: &str) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        if line.starts_with("LAST DEPLOYED: ") {
            out.push_str("LAST DEPLOYED\n");
            continue;
        }
        for part in line.split_inclusive(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | ':' | 'T' | '.' | 'Z')) {
            let day = part.find('T').is_some_and(|at| at >= 10) && part.contains(':');
            let second = part.len() >= 10 && part.trim_start_matches('-').bytes().take(10).all(|b| b.is_ascii_digit());
            match part.starts_with("20") && day {
                true => out.push('T'),
                false if second && part.trim_start_matches('-').starts_with("17") => out.push('N'),
                false if second && part.trim_start_matches('-').starts_with("18") => out.push('N'),
                false => out.push_str(part),
            }
        }
    }
    out
}
