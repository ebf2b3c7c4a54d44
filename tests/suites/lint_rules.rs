//! The rules of the linter: each finds its bad example and not its good one, and every row of the merged catalogue of
//! other tools has one.

use chartlens::chart::{ArchiveLimits, File, load_all};
use chartlens::codes::{self, Example};
use chartlens::diag::{Diagnostic, Severity};
use chartlens::host::{HelmVersion, Host};
use chartlens::lint::{Choice, Judge, OwnFunction, OwnRelease, OwnRule, RULES, Rule, Wrong};
use chartlens::render::KubeVersion;
use chartlens::session::{CheckOptions, Session};
use chartlens_tests::examples::several;
use chartlens_tests::folder::Folder;
use chartlens_tests::recordings::Recordings;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// What a rule alone finds in an example.
fn found(rule: &Rule, example: &Example) -> Vec<Diagnostic> {
    let choice = Choice { select: vec![rule.code.to_owned()], ..Choice::default() };
    let mut options = CheckOptions { selection: Arc::new(codes::select(&choice).unwrap()), ..CheckOptions::default() };
    let session = Session::new();
    let report = match example {
        Example::Manifest(text) => session.check_manifests(&[("a.yaml".to_owned(), text.as_bytes().into())], &options),
        Example::Chart(files) => {
            let plain = ("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\n");
            let own = files.iter().any(|(name, _)| *name == "Chart.yaml");
            let files = files.iter().chain((!own).then_some(&plain));
            let files = files.map(|(name, text)| File::new(*name, *text)).collect();
            let chart = load_all(files, &ArchiveLimits::default(), HelmVersion::V4);
            several(&chart, &mut options);
            session.check(&chart, "a", &options, &Host::default(), &|_| Err("no files".to_owned()))
        }
        _ => return Vec::new(),
    };
    report.diagnostics
}

#[test]
fn rules_find_their_bad_examples_alone() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let (bad, good) = (found(rule, &rule.bad), found(rule, &rule.good));
        if !matches!(rule.bad, Example::None(_)) && !bad.iter().any(|found| found.code == rule.code) {
            wrong.push(format!("{}: the bad example is not found: {bad:?}", rule.code));
        }
        if !good.is_empty() {
            wrong.push(format!("{}: the good example has {good:?}", rule.code));
        }
        for found in bad {
            if found.help.is_none() || found.facts.is_empty() {
                wrong.push(format!("{}: no help or no fact", rule.code));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn examples_are_what_an_api_server_takes() {
    let options = CheckOptions { selection: Arc::new(chartlens::lint::Selection::none()), ..CheckOptions::default() };
    for rule in RULES {
        if let Example::Manifest(text) = rule.good {
            let report = Session::new().check_manifests(&[("a.yaml".to_owned(), text.as_bytes().into())], &options);
            let errors: Vec<_> =
                report.diagnostics.iter().filter(|found| !found.code.ends_with("unknown-kind")).collect();
            assert!(errors.is_empty(), "{}: {errors:?}", rule.code);
        }
    }
}

#[test]
fn names_are_there_once() {
    let mut names = BTreeSet::new();
    for rule in RULES {
        assert!(names.insert(rule.code.split_once('/').unwrap().1), "{} has the name of another rule", rule.code);
        assert!(rule.doc.len() > 20 && !rule.help.is_empty(), "{} says too little", rule.code);
    }
}

/// The names in the merged catalogue of kube-linter, kube-score and polaris: the last three columns of its rows.
fn catalogue(text: &str) -> BTreeSet<String> {
    let rows =
        text.lines().filter(|line| line.starts_with("| ") && line[2..].starts_with(|c: char| c.is_ascii_digit()));
    let cells = rows.flat_map(|row| row.split('|').skip(3).map(str::to_owned).collect::<Vec<_>>());
    let words = cells.flat_map(|cell| {
        let word = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
        cell.split(word).map(str::to_owned).collect::<Vec<_>>()
    });
    let is_name = |word: &String| {
        let hump = word.as_bytes().windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
        word.len() > 4 && (word.trim_matches('-').contains('-') || hump)
    };
    words.filter(is_name).collect()
}

#[test]
fn the_names_of_other_tools_select_rules() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/design/RULES.md");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: the merged catalogue is not beside the repository");
        return;
    };
    let section = text.split("## 2.").next().unwrap_or_default();
    // Expressions of one's own are configuration in each tool, no rule.
    let own = ["cel-expression", "JSON-Schema"];
    let names = catalogue(section).into_iter().filter(|name| !own.contains(&name.as_str()));
    let unknown: Vec<String> = names
        .filter(|name| codes::select(&Choice { select: vec![name.clone()], ..Choice::default() }).is_err())
        .collect();
    assert_eq!(unknown, [""; 0]);
}

#[test]
fn where_helm_lint_warns_check_has_a_finding() {
    let (mut silent, mut looked) = (Vec::new(), 0);
    for case in Recordings::bundled().cases("lint") {
        let folder = Folder::default();
        let (args, printed) = case.lay(folder.path());
        let weighs = |line: &str| line.starts_with("[WARNING]") || line.starts_with("[ERROR]");
        let wanted: Vec<&str> = printed.lines().filter(|line| weighs(line)).collect();
        let flags = ["--strict", "--quiet", "--with-subcharts"];
        let args: Vec<&str> = args.iter().map(String::as_str).filter(|arg| !flags.contains(arg)).collect();
        if wanted.is_empty() || args.contains(&"--kube-version") {
            continue;
        }
        looked += 1;
        let check = format!("check {} --profile strict --isolated --format concise --fail-on warning", args.join(" "));
        if folder.run(&check).exit != 1 {
            silent.push(format!("{} {}", case.id(), wanted[0]));
        }
    }
    assert!(looked > 50, "only {looked} cases were looked at");
    assert_eq!(silent, [""; 0]);
}

#[test]
fn cures_of_rules_cure_their_bad_examples() {
    let mut wrong = Vec::new();
    for rule in RULES.iter().filter(|rule| !rule.cure.is_empty()) {
        let Example::Manifest(text) = rule.bad else { continue };
        let folder = Folder::chart([("templates/a.yaml", text)]);
        let shown = folder.run(&format!("check t --select {} --fix --unsafe-fixes --format concise", rule.code));
        let again = folder.run(&format!("check t --select {} --fix --unsafe-fixes --format concise", rule.code));
        if shown.stdout.contains(rule.code) || shown.stderr.starts_with("0 ") || again.stderr != "0 fixed\n" {
            wrong.push(format!("{}: {} {}", rule.code, shown.stderr, shown.stdout));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What people reported as silent: what is checked, and the codes and places that it should have.
const SILENT: &[(&str, &[&str])] = &[
    (
        "01-large-int/chart",
        &[
            "templates/cm.yaml:11:9: warning",
            "templates/cm.yaml:12:8: warning",
            "templates/cm.yaml:15:8: warning",
            "templates/cm.yaml:21:8: warning",
            "values/number-form",
        ],
    ),
    ("12-fromyaml/chart", &["templates/error-in-output"]),
    ("20-import-alias/chart", &["Chart.yaml:20:33: warning", "chart/import-nothing", "chart/condition-type"]),
    ("22-conditions/chart", &["values.yaml:1:14: warning", "chart/condition-type"]),
    ("30-duplicate-object/chart", &["release/duplicate-object"]),
    ("31-unused-typo/chart", &["values.yaml:5:3: warning", "values.yaml:8:1: warning", "values/unread-default"]),
    (
        "40-cross-references/all.yaml",
        &["`wbe`", "`htpp`", "`missing`", "`nope`", "`8080`", "`nosuch`", "app=wbe", "`httq`", "`nokey`"],
    ),
    ("46-everyday/chart -f 46-everyday/v.yaml", &["`1.10` and comes out", "`012` and comes out"]),
];

#[test]
fn what_was_reported_as_silent_is_told() {
    let reports = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reports");
    if !reports.is_dir() {
        println!("skipped: the reports are not beside the repository");
        return;
    }
    let folder = Folder::default();
    chartlens_tests::faults::copy(&reports, &folder.join("."));
    for (path, wanted) in SILENT {
        let shown = folder.run(&format!("check {path} --profile strict --isolated --format concise")).stdout;
        for part in *wanted {
            assert!(shown.contains(part), "{path}: {part}\n{shown}");
        }
    }
}

#[test]
fn values_that_do_not_arrive_whole_are_told() {
    let cases = [
        ("host: {{ .Values.v }}", "v: \"pass #word\"", "templates/cut-text"),
        ("host: {{ .Values.v }}", "v: \"!x y\"", "templates/cut-text"),
        ("host: {{ .Values.v | quote }}", "v: [a, b]", "templates/go-syntax"),
        ("host: \"{{ .Values.v }}-x\"", "v:\n  - a\n  - b", "templates/go-syntax"),
        ("host: \"{{ .Values.v }}\"", "v: \"a\\nb\\n\\nc\"", "templates/folded-text"),
        ("host: '{{ .Values.v }}'", "v: \"a\\nb\"", "templates/folded-text"),
        ("host: {{ .Values.v | quote }}", "v: \"a\\nb\"", ""),
        ("host: {{ .Values.v | quote }}", "v: \"[a b]\"", ""),
        ("host: {{ .Values.v | quote }}", "v: \"pass #word\"", ""),
    ];
    for (line, values, code) in cases {
        let text = format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  {line} # a comment\n");
        let folder = Folder::chart([("templates/a.yaml", text.as_str()), ("values.yaml", values)]);
        let shown = folder.run("check t --isolated --format concise").stdout;
        let told = shown.lines().filter(|line| line.contains("[templates/")).count();
        assert!(shown.contains(code) && told == usize::from(!code.is_empty()), "{line} {values}\n{shown}");
    }
}

#[test]
fn the_same_object_twice_names_both_templates() {
    let same = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: same\n";
    let folder = Folder::chart([("templates/a.yaml", same), ("templates/b.yaml", same)]);
    let shown = folder.run("check t --isolated --color never").stdout;
    assert!(shown.contains("templates/b.yaml:4") && shown.contains("document 1 of t/templates/a.yaml"), "{shown}");
}

#[test]
fn several_renders_show_what_one_does_not() {
    let map = |name: &str, data: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  {data}\n")
    };
    let never = format!("{{{{ if .Values.never }}}}\n{}{{{{ end }}}}\n", map("never", "a: b"));
    let versions = map("versions", "new: {{ semverCompare \">=1.30-0\" .Capabilities.KubeVersion.Version | quote }}");
    let helms = map("helms", "helm: {{ .Capabilities.HelmVersion.Version }}");
    let folder = Folder::chart([
        ("templates/never.yaml", never.as_str()),
        ("templates/versions.yaml", versions.as_str()),
        ("templates/helms.yaml", helms.as_str()),
        ("ci/a-values.yaml", "x: 1\n"),
        ("ci/b-values.yaml", "x: 2\n"),
    ]);
    let check = |flags: &str| {
        let shown = folder.run(&format!("check t --isolated --format concise --profile strict {flags}")).stdout;
        let told = |code: &str| shown.lines().find(|line| line.contains(code)).map(str::to_owned);
        ["renders-nothing", "version-branch", "helm-branch"].map(told)
    };
    // One render has nothing to be compared with, but for the other version of Helm.
    let [nothing, version, helm] = check("");
    assert_eq!((nothing, version), (None, None));
    let helm = helm.expect("the other version of Helm writes another version");
    assert!(helm.contains("t/templates/helms.yaml:6:12: note:") && helm.contains("with Helm 4"), "{helm}");
    let [nothing, version, _] = check("--ci-values --kube-version 1.29,1.37");
    assert!(nothing.is_some_and(|line| line.contains("t/templates/never.yaml:1:1: note:")));
    let version = version.expect("the versions of Kubernetes differ");
    assert!(version.contains("writes `new: \"false\"` for Kubernetes 1.29, and `new: \"true\"` for 1.37"), "{version}");
    // A comment in the template allows it as any other finding.
    let allowed = format!("{{{{- /* chartlens: allow-file version-branch -- both are wanted */}}}}\n{versions}");
    chartlens_tests::files::write(folder.path(), "t/templates/versions.yaml", allowed);
    assert_eq!(check("--kube-version 1.29,1.37")[1], None);
}

#[test]
fn charts_of_v1_have_the_rules_about_chart_yaml_and_dependencies() {
    let folder = Folder::chart([
        ("Chart.yaml", "apiVersion: v1\nname: t\nversion: 1.0\ntype: application\n"),
        (
            "requirements.yaml",
            "dependencies:\n  - {name: b, version: 0.1.0, condition: b.enabled, import-values: [nope]}\n",
        ),
        ("charts/b/Chart.yaml", "apiVersion: v1\nname: b\nversion: 0.1.0\n"),
        ("charts/c/Chart.yaml", "apiVersion: v1\nname: c\nversion: 0.1.0\n"),
        ("values.yaml", "b:\n  enabled: \"false\"\n"),
    ]);
    let shown = folder.run("check t --isolated --format concise --profile strict").stdout;
    let wanted = [
        ("t/Chart.yaml:3:10: ", "chart/loose-version"),
        ("t/Chart.yaml:4:7: ", "chart/type-of-v1"),
        ("t/Chart.yaml:1:1: ", "chart/no-icon"),
        ("t/requirements.yaml:1:1: ", "chart/undeclared-dependency"),
        ("t/requirements.yaml:2:69: ", "chart/import-nothing"),
        ("t/values.yaml:2:12: ", "chart/condition-type"),
    ];
    for (place, code) in wanted {
        let told = shown.lines().any(|line| line.starts_with(place) && line.contains(code));
        assert!(told, "{place} {code}\n{shown}");
    }
    let twice = "dependencies:\n  - {name: b, version: 0.1.0}\n  - {name: b, version: 0.1.0}\n";
    chartlens_tests::files::write(folder.path(), "t/requirements.yaml", twice);
    let shown = folder.run("check t --isolated --format concise").stdout;
    assert!(shown.contains("more than one dependency with name or alias"), "{shown}");
}

/// A rule in the language of the host: names have at least three letters.
#[derive(Debug)]
struct LongNames;

impl OwnFunction for LongNames {
    fn judge(&self, release: &OwnRelease, about: &[usize]) -> Vec<Result<Vec<Wrong>, String>> {
        let one = |number: &usize| {
            let object = &release.objects[*number];
            let name = object.object["metadata"]["name"].as_str().ok_or("there is no name")?;
            let file = object.cause.template.as_ref().map_or("", |place| place.file());
            let message = Some(format!("{name} in {file} is one of {}", release.objects.len()));
            let wrong = Wrong { pointer: "/metadata/name".to_owned(), message };
            Ok(if name.len() < 3 { vec![wrong] } else { Vec::new() })
        };
        about.iter().map(one).collect()
    }
}

#[test]
fn functions_of_the_host_are_rules() {
    let rule = OwnRule {
        code: "team/long-names".to_owned(),
        level: Severity::Note,
        message: "a short name".to_owned(),
        help: None,
        kinds: vec!["ConfigMap".to_owned()],
        judge: Judge::Function(Arc::new(LongNames)),
    };
    let choice = Choice { profile: Some("none".to_owned()), own: vec![rule], ..Choice::default() };
    let options = CheckOptions { selection: Arc::new(codes::select(&choice).unwrap()), ..CheckOptions::default() };
    let map = |name: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n");
    let chart = [
        ("Chart.yaml".to_owned(), "apiVersion: v2\nname: a\nversion: 0.1.0\n".to_owned()),
        ("values.yaml".to_owned(), "name: b\n".to_owned()),
        ("templates/a.yaml".to_owned(), map("{{ .Values.name }}")),
        ("templates/c.yaml".to_owned(), map("long")),
    ];
    let chart =
        load_all(chart.map(|(name, text)| File::new(name, text)).to_vec(), &ArchiveLimits::default(), HelmVersion::V4);
    let report = Session::new().check(&chart, "a", &options, &Host::default(), &|_| Err("no files".to_owned()));
    let [found] = report.diagnostics.as_slice() else { panic!("{:?}", report.diagnostics) };
    assert_eq!((&*found.code, found.message.as_str()), ("team/long-names", "b in templates/a.yaml is one of 2"));
    let cause = found.cause.as_ref().expect("a cause");
    assert_eq!(cause.template.as_ref().map(|place| (place.start().line, place.start().column)), Some((4, 9)));
    assert_eq!(cause.values.first().map(|value| value.path.as_str()), Some("name"));
    let text = format!("{}---\n{}", map("long"), map("b"));
    let report = Session::new().check_manifests(&[("m.yaml".to_owned(), text.as_bytes().into())], &options);
    let [found] = report.diagnostics.as_slice() else { panic!("{:?}", report.diagnostics) };
    assert_eq!(found.message, "b in m.yaml is one of 2");
    assert_eq!(found.rendered.as_ref().map(|rendered| (rendered.n, rendered.place.line())), Some((2, 9)));
}

#[test]
fn what_is_there_twice_is_removed_where_that_changes_nothing() {
    let head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n";
    let fixed = |data: &str| {
        let template = format!("{head}{data}");
        let folder = Folder::chart([("templates/a.yaml", template.as_str()), ("values.yaml", "x: 1\n")]);
        let before = folder.run("template t");
        let shown = folder.run("check t --isolated --fix --format concise");
        let text = std::fs::read_to_string(folder.join("t/templates/a.yaml")).unwrap_or_default();
        // YAML takes the last, so what an API server gets stays the same.
        assert_eq!(last_of_each(&before.stdout), last_of_each(&folder.run("template t").stdout), "{}", shown.stdout);
        text.strip_prefix(head).unwrap_or_default().to_owned()
    };
    assert_eq!(fixed("  b: one\n  c: two\n  b: three\n"), "  c: two\n  b: three\n");
    assert_eq!(fixed("  b: {{ .Values.x | quote }} # old\n  c: two\n  b: three\n"), "  c: two\n  b: three\n");
    assert_eq!(fixed("  b: |\n    one\n    two\n  c: two\n  b: three\n"), "  c: two\n  b: three\n");
    // The last may be gone while the first is there.
    let guarded = "  b: one\n  {{- if .Values.x }}\n  b: three\n  {{- end }}\n";
    assert_eq!(fixed(guarded), guarded);

    let same = format!("{head}  b: c\n");
    let folder = Folder::chart([("templates/a.yaml", same.as_str()), ("templates/b.yaml", same.as_str())]);
    let shown = folder.run("check t --isolated --fix --format concise");
    assert_eq!((shown.exit, shown.stderr.as_str()), (0, "1 fixed\n"), "{}", shown.stdout);
    assert_eq!(folder.run("template t").stdout.matches("name: a").count(), 1);
}

/// The lines of a text, of those with the same key the last.
fn last_of_each(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().map(|line| line.split(" #").next().unwrap_or(line)).collect();
    let key = |line: &&str| line.split(':').next().map(str::to_owned);
    let is_last = |(n, line): &(usize, &&str)| !lines.iter().skip(n + 1).any(|later| key(later) == key(line));
    lines.iter().enumerate().filter(is_last).map(|(_, line)| *line).filter(|line| !line.starts_with("    ")).collect()
}

#[test]
fn a_value_that_a_later_file_sets_again_is_told_where_it_is_asked_for() {
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.name }}\n";
    let folder = Folder::chart([("templates/a.yaml", template), ("values.yaml", "name: x\n")])
        .with("one.yaml", "name: one\n")
        .with("two.yaml", "name: two\n");
    let check = |flags: &str| folder.run(&format!("check t --isolated --format concise {flags}")).stdout;
    let told = check("--extend-select overridden -f one.yaml -f two.yaml");
    assert!(told.contains("one.yaml:1:7: note: `name` is set again by two.yaml [values/overridden]"), "{told}");
    assert!(!check("-f one.yaml -f two.yaml").contains("set again"));
    assert!(!check("--extend-select overridden -f two.yaml").contains("set again"));
}

#[test]
fn texts_for_nothing_are_nothing_without_their_quotes() {
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: {{ .Values.a }}\n  b: {{ .Values.b }}\n  \
        c: {{ .Values.a | quote }}\n  d: \"{{ .Values.b }}\"\n  e: x{{ .Values.a }}\n  f: {{ .Values.c }}\n  g: {{ .Values.d }}\n";
    let values = "a: \"~\"\nb: 'null'\nc: nil\nd: ~\n";
    let folder = Folder::chart([("values.yaml", values), ("templates/a.yaml", template)]);
    let check = |flags: &str| {
        let run = format!("check t --select values/number-form --format concise --quiet {flags}");
        let shown = folder.run(&run).stdout;
        shown.lines().filter_map(|line| line.split(" (").next()).map(str::to_owned).collect::<Vec<_>>()
    };
    let says = |line: u8, text: &str| {
        format!(
            "t/templates/a.yaml:{line}:6: warning: the value is written `{text}` and comes out as `null` [values/number-form]"
        )
    };
    assert_eq!(check(""), [says(5, "\"~\""), says(6, "'null'")]);
    assert_eq!(check("--set-string c=null").get(2), Some(&says(10, "null")));
}

#[test]
fn a_text_where_the_default_is_a_number_is_told_where_it_is_asked_for() {
    let folder = Folder::template("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: {{ .Values.port | quote }}, b: {{ .Values.on | quote }} }\n")
        .with("t/values.yaml", "port: 80\non: true\n")
        .with("v.yaml", "port: many\non: false\n");
    let shown = folder
        .run("check ./t -f v.yaml --profile none --select values/text-for-number --format concise --quiet")
        .stdout;
    let said =
        "v.yaml:1:7: warning: `port` is a number in the chart's default, 80, and a text here [values/text-for-number]";
    assert!(shown.starts_with(said) && shown.lines().count() == 1, "{shown}");
    let shown = folder.run("check ./t --set port=\"8080\" --profile none --select values/text-for-number --quiet");
    assert_eq!(shown.stdout, "", "{}", shown.stderr);
}

#[test]
fn the_pod_security_standards_go_by_the_version() {
    const GOOD: &str = "runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}";
    let pointers = |standard: &str, minor: u32, pod: &str, container: &str| {
        let choice = Choice { profile: Some(standard.to_owned()), ..Choice::default() };
        let options = CheckOptions {
            selection: Arc::new(codes::select(&choice).unwrap()),
            kube_versions: vec![KubeVersion::parse(&format!("1.{minor}"), HelmVersion::V4).unwrap()],
            ..CheckOptions::default()
        };
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  {pod}\n  containers:\n    - name: a\n      \
             image: example.com/a:1\n      securityContext: {{{container}}}\n"
        );
        let report = Session::new().check_manifests(&[("a.yaml".to_owned(), text.as_bytes().into())], &options);
        let found = report.diagnostics.iter().filter(|found| found.code.starts_with("security/pss"));
        found.filter_map(|found| found.pointer.clone()).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(pointers("pss-restricted", 37, "hostNetwork: false", GOOD), none);
    assert_eq!(pointers("pss-baseline", 37, "hostNetwork: false", ""), none);
    for (pod, pointer) in [
        ("hostPID: true", "/spec/hostPID"),
        ("volumes: [{name: a, hostPath: {path: /a}}]", "/spec/volumes/0/hostPath"),
        ("securityContext: {seLinuxOptions: {type: spc_t}}", "/spec/securityContext/seLinuxOptions/type"),
        ("securityContext: {appArmorProfile: {type: Unconfined}}", "/spec/securityContext/appArmorProfile/type"),
    ] {
        assert_eq!(pointers("pss-baseline", 37, pod, ""), [pointer], "{pod}");
        assert_eq!(pointers("pss-restricted", 37, pod, GOOD), [pointer], "{pod}");
    }
    let sysctl = "securityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: \"1\"}]}";
    assert_eq!(pointers("pss-baseline", 31, sysctl, ""), ["/spec/securityContext/sysctls/0/name"]);
    assert_eq!(pointers("pss-baseline", 32, sysctl, ""), none);
    let engine = "securityContext: {seLinuxOptions: {type: container_engine_t}}";
    assert_eq!(pointers("pss-baseline", 30, engine, "").len(), 1);
    assert_eq!(pointers("pss-baseline", 31, engine, ""), none);
    let users = "hostUsers: false";
    let bare = GOOD.replace("runAsNonRoot: true, ", "");
    assert_eq!(pointers("pss-restricted", 34, users, &bare), ["/spec/containers/0/securityContext/runAsNonRoot"]);
    assert_eq!(pointers("pss-restricted", 35, users, &bare), none);
    assert_eq!(
        pointers("pss-restricted", 37, "volumes: [{name: a, nfs: {server: a, path: /}}]", GOOD),
        ["/spec/volumes/0/nfs"]
    );
    let pod = "securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}";
    assert_eq!(
        pointers("pss-restricted", 37, pod, "allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}"),
        none
    );
    let windows = "os: {name: windows}";
    assert_eq!(pointers("pss-restricted", 37, windows, "runAsNonRoot: true"), none);
    let added = GOOD.replace("drop: [ALL]", "drop: [ALL], add: [CHOWN]");
    let pointer = "/spec/containers/0/securityContext/capabilities/add/0";
    assert_eq!(pointers("pss-restricted", 37, "hostNetwork: false", &added), [pointer]);
    assert_eq!(pointers("pss-baseline", 37, "hostNetwork: false", &added), none);
}
