//! `chartlens check`: its reports in every form, its exit codes, and what it makes of bad input.
//!
//! `BLESS=1 cargo test -p chartlens-tests --test suites check` writes the golden files anew.

use chartlens_tests::folder::{CHART_YAML, Folder, Shown};
use chartlens_tests::json_schema::refusal;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The chart with one of everything, in a folder with its values.
fn ailing() -> Folder {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/ailing");
    let mut folder = Folder::default();
    for name in
        ["Chart.yaml", "values.yaml", "templates/_helpers.tpl", "templates/deployment.yaml", "templates/rest.yaml"]
    {
        folder = folder.with(&format!("ailing/{name}"), fs::read(from.join(name)).expect("the fixture"));
    }
    folder.with("prod.yaml", fs::read(from.join("prod.yaml")).expect("the fixture"))
}

fn check(args: &str) -> Shown {
    ailing().run(&format!("check ailing -f prod.yaml --kube-version 1.24,1.37 {args}"))
}

fn golden(name: &str, text: &str) {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, text).expect("golden files can be written");
    }
    let wanted = fs::read_to_string(&path).unwrap_or_default();
    assert!(wanted == text, "{name} differs; if that is meant, run with BLESS=1\n{text}");
}

#[test]
fn reports_have_their_forms() {
    for format in ["pretty", "concise", "json", "jsonl", "sarif", "junit", "tap", "github", "gitlab"] {
        let shown = check(&format!("--format {format}"));
        assert_eq!(shown.exit, 1, "{format}: {}", shown.stderr);
        golden(&format!("check.{format}"), &shown.stdout);
    }
    golden("check.verbose", &check("-v").stdout);
}

#[test]
fn json_is_as_its_schema_says() {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    let schema = SCHEMA.get_or_init(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/report.schema.json");
        serde_json::from_slice(&fs::read(path).expect("the schema of reports")).expect("JSON")
    });
    let report: Value = serde_json::from_str(&check("--format json").stdout).expect("JSON");
    assert_eq!(refusal(schema, &report), None);
    let mut broken = report;
    broken["diagnostics"][0]["severity"] = "grave".into();
    assert!(refusal(schema, &broken).is_some_and(|text| text.contains("severity")));
}

#[test]
fn sarif_points_into_templates() {
    let sarif: Value = serde_json::from_str(&check("--format sarif").stdout).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    let lines = fs::read_to_string(ailing().join("ailing/templates/_helpers.tpl")).expect("the fixture");
    let mut seen = 0;
    for result in results {
        assert_eq!(rules[result["ruleIndex"].as_u64().expect("an index") as usize]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        if place["artifactLocation"]["uri"] == "ailing/templates/_helpers.tpl" {
            let line = place["region"]["startLine"].as_u64().expect("a line") as usize;
            let from = place["region"]["startColumn"].as_u64().expect("a column") as usize;
            let to = place["region"]["endColumn"].as_u64().expect("a column") as usize;
            let text = &lines.lines().nth(line - 1).expect("the line is there")[from - 1..to - 1];
            assert!(
                ["{{ .Values.image.tag }}", "imagePullPolcy", "{{ .Values.debug }}", "a-name-that-is-too-long"]
                    .contains(&text),
                "{text}"
            );
            seen += 1;
        }
    }
    assert_eq!(seen, 4);
}

#[test]
fn exit_codes_follow_the_gravest_finding() {
    assert_eq!(check("").exit, 1);
    let quiet =
        Folder::chart([("templates/t.yaml", "apiVersion: example.org/v1\nkind: Gadget\nmetadata: {name: x}\n")]);
    assert_eq!(quiet.run("check t").exit, 0);
    assert_eq!(quiet.run("check t --fail-on warning").exit, 1);
    assert_eq!(quiet.run("check t --strict-kinds").exit, 1);
    assert_eq!(quiet.run("check t --format nonsense").exit, 2);
    assert_eq!(quiet.run("check t --kube-version x").exit, 2);
    assert_eq!(quiet.run("check nowhere").exit, 2);
    assert_eq!(quiet.run("check").exit, 2);
}

#[test]
fn several_reports_are_written_at_once() {
    let folder = ailing();
    let shown = folder.run("check ailing --format concise -o sarif=out.sarif -o junit=out.xml");
    assert!(shown.stdout.contains("schema/unknown-field"));
    assert!(fs::read_to_string(folder.join("out.sarif")).expect("written").contains("\"version\": \"2.1.0\""));
    assert!(fs::read_to_string(folder.join("out.xml")).expect("written").starts_with("<?xml"));
    assert_eq!(folder.run("check ailing -o sarif=no/such/folder.sarif").exit, 2);
}

#[test]
fn the_quiet_print_findings_and_nothing_else() {
    let folder =
        Folder::chart([("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {b: 1}\n")]);
    for format in ["pretty", "concise"] {
        let shown = |more: &str| folder.run(&format!("check t --format {format} {more}")).stdout;
        let counts = "1 error, 0 warnings, 0 notes in 1 chart and 1 document\n";
        let (said, quiet) = (shown(""), shown("-q"));
        assert_eq!(said.strip_suffix(counts), Some(quiet.as_str()));
        assert!(quiet.contains("schema/wrong-type"), "{quiet}");
    }
    let healthy = Folder::chart([("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")]);
    assert_eq!(healthy.run("check t -q").stdout, "");
}

#[test]
fn colours_are_for_those_who_ask() {
    assert!(!check("").stdout.contains('\u{1b}'));
    assert!(check("--color always").stdout.contains('\u{1b}'));
    assert!(!check("--color never").stdout.contains('\u{1b}'));
}

#[test]
fn secrets_stay_secret() {
    for format in ["pretty", "concise", "json", "sarif"] {
        assert!(!check(&format!("-v --format {format}")).stdout.contains("hunter2"), "{format}");
    }
    assert!(check("--show-secrets").stdout.contains("hunter2"));
}

#[test]
fn values_sets_are_checked_one_by_one() {
    let folder = Folder::chart([
        ("values.yaml", "replicas: 1\n"),
        ("ci/odd-values.yaml", "replicas: many\n"),
        ("templates/t.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec:\n  replicas: {{ .Values.replicas }}\n  selector: {matchLabels: {app: x}}\n  template:\n    metadata: {labels: {app: x}}\n    spec: {containers: [{name: x, image: x}]}\n"),
    ])
    .with("a.yaml", "replicas: 2\n")
    .with("b.yaml", "replicas: [3]\n");
    assert_eq!(folder.run("check t").exit, 0);
    assert!(folder.run("check t --ci-values").stdout.contains("odd-values.yaml"));
    let shown = folder.run("check t --values-set good=a.yaml --values-set bad=a.yaml,b.yaml --format json");
    let report: Value = serde_json::from_str(&shown.stdout).expect("JSON");
    let found = report["diagnostics"].as_array().expect("findings");
    assert_eq!(found.len(), 1, "{}", shown.stdout);
    assert_eq!(found[0]["targets"][0]["values_set"], "bad", "{}", shown.stdout);
}

#[test]
fn folders_of_charts_and_manifests_are_checked() {
    let bad = "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {prts: []}\n";
    let folder = Folder::default()
        .with("charts/a/Chart.yaml", CHART_YAML)
        .with("charts/a/templates/t.yaml", bad)
        .with("charts/b/Chart.yaml", CHART_YAML.replace("name: t", "name: b"))
        .with("charts/b/templates/t.yaml", bad)
        .with("plain/one.yaml", bad)
        .with("plain/two.yml", format!("{bad}---\n{bad}"))
        .with("plain/readme.md", "no manifest\n");
    assert_eq!(folder.run("check charts --format concise").stdout.matches("unknown field `prts`").count(), 2);
    assert_eq!(folder.run("check plain --format concise").stdout.matches("unknown field `prts`").count(), 3);
    assert_eq!(folder.run_with("check - --format concise", bad).stdout.matches("unknown field `prts`").count(), 1);
    let both = folder.run("check plain/one.yaml charts/a --format concise");
    assert_eq!(both.stdout.matches("unknown field `prts`").count(), 2);
}

/// One bad file beside a good one that has a finding of its own.
fn beside_bad(name: &str, bad: impl AsRef<[u8]>) -> Shown {
    let good = "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {prts: []}\n";
    Folder::default().with(&format!("m/{name}"), bad).with("m/z.yaml", good).run("check m --format concise")
}

#[test]
fn bad_files_do_not_hide_the_others() {
    let alias_bomb = {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let names = vec![format!("*a{}", level - 1); 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{names}]\n"));
        }
        text
    };
    let crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: no.such}\nspec: {group: 1, versions: {}, names: []}\n";
    let cases: [(&str, Vec<u8>); 6] = [
        ("truncated.yaml", b"apiVersion: v1\nkind: Service\nmetadata: {name: \"x\n".to_vec()),
        ("binary.yaml", vec![0, 159, 146, 150, 0, 1, 2]),
        ("text.yaml", b"just words\n".to_vec()),
        ("bomb.yaml", alias_bomb.into_bytes()),
        ("crd.yaml", crd.into()),
        ("deep.yaml", [b'['; 100_000].to_vec()),
    ];
    for (name, bad) in cases {
        let shown = beside_bad(name, bad);
        assert_eq!(shown.exit, 1, "{name}: {}", shown.stderr);
        assert!(shown.stdout.contains("unknown field `prts`"), "{name}: {}", shown.stdout);
        assert!(shown.stdout.lines().any(|line| line.contains(name)), "{name}: {}", shown.stdout);
    }
}

#[test]
fn rules_without_end_are_not_evaluated_to_the_end() {
    let crd = r#"apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Gadget, plural: gadgets, singular: gadget, listKind: GadgetList}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                items: {type: array, items: {type: integer}}
              x-kubernetes-validations:
                - rule: self.items.all(a, self.items.all(b, self.items.all(c, self.items.all(d, a + b + c + d < 0 || true))))
"#;
    let items = (0..2000).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let object =
        format!("apiVersion: example.org/v1\nkind: Gadget\nmetadata: {{name: x}}\nspec: {{items: [{items}]}}\n");
    let shown = Folder::default().with("crd.yaml", crd).with("g.yaml", object).run("check g.yaml --crds crd.yaml");
    assert!(shown.stdout.contains("not evaluated") || shown.stdout.contains("limit"), "{}", shown.stdout);
}

/// A deployment whose selector has the labels of the values, in a chart that renders it.
fn selector() -> Folder {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector:\n    matchLabels: {app: web, tier: {{ .Values.tier }}}\n  template:\n    metadata: {labels: {app: web, tier: {{ .Values.tier }}}}\n    spec: {containers: [{name: a, image: a}]}\n";
    let mut folder = Folder::default().with("new.yaml", "tier: back\n").with("same.yaml", "tier: front\nother: 1\n");
    for chart in ["t", "older"] {
        let tier = if chart == "t" { "front" } else { "side" };
        folder = folder
            .with(&format!("{chart}/Chart.yaml"), CHART_YAML)
            .with(&format!("{chart}/values.yaml"), format!("tier: {tier}\n"))
            .with(&format!("{chart}/templates/a.yaml"), text);
    }
    folder
}

#[test]
fn updates_are_held_against_values_charts_and_manifests() {
    let folder = selector();
    assert_eq!(folder.run("check t").exit, 0);
    assert_eq!(folder.run("check t --against-values same.yaml").exit, 0);
    assert_eq!(folder.run("check t --against t").exit, 0);
    let shown = folder.run("check t -f new.yaml --against t --against-values same.yaml --format json");
    assert_eq!(shown.exit, 1, "{}", shown.stderr);
    let report: Value = serde_json::from_str(&shown.stdout).expect("JSON");
    let found = &report["diagnostics"][0];
    assert_eq!(found["code"], "update/selector");
    assert_eq!(found["pointer"], "/spec/selector");
    assert_eq!(found["facts"][0]["place"], "/spec/selector/matchLabels/tier");
    assert_eq!(found["facts"][0]["was"]["text"], "front");
    assert_eq!(found["cause"]["values"][0]["path"], "tier");
    assert_eq!(found["cause"]["values"][0]["file"], "new.yaml");
    assert_eq!(found["rendered"]["line"], 6);
    assert_eq!(folder.run("check t --against older").exit, 1);
    let manifest = folder.run("template t").ok();
    let folder = folder.with("live/a.yaml", manifest);
    assert_eq!(folder.run("check t --against live").exit, 0);
    assert_eq!(folder.run("check older --against live").exit, 1);
    assert_eq!(folder.run("check live --against live/a.yaml").exit, 0);
    assert_eq!(folder.run("check t --against nowhere").exit, 2);
    assert_eq!(folder.run("check t --against live --against-values new.yaml").exit, 2);
}

#[test]
fn what_is_there_and_does_not_render_is_told() {
    let folder = selector().with("older/templates/b.yaml", "{{ fail \"no\" }}");
    let shown = folder.run("check t --against older --format concise");
    assert!(shown.stdout.contains("update/unknown-before"), "{}", shown.stdout);
    // The rest is compared.
    assert!(shown.stdout.contains("update/selector"), "{}", shown.stdout);
}

#[test]
fn a_chart_that_changes_gets_a_higher_version() {
    let chart = |version: &str| format!("apiVersion: v2\nname: t\nversion: {version}\n");
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let folder = Folder::default().with("older/Chart.yaml", chart("1.2.0")).with("older/templates/a.yaml", text);
    let folder = folder.with("t/Chart.yaml", chart("1.2.0")).with("t/templates/a.yaml", text);
    let said = |folder: &Folder| folder.run("check t --against older --format concise").stdout;
    assert!(!said(&folder).contains("update/"), "nothing has changed");
    let folder = folder.with("t/templates/a.yaml", text.replace("name: a", "name: b"));
    let shown = said(&folder);
    assert!(shown.contains("t/Chart.yaml:3:10: warning: the version is 1.2.0, and the chart"), "{shown}");
    assert!(said(&folder.with("t/Chart.yaml", chart("1.1.9"))).contains("update/version-not-raised"));
    let folder = Folder::default().with("older/Chart.yaml", chart("1.2.0")).with("t/Chart.yaml", chart("1.2.1"));
    assert!(!said(&folder.with("t/templates/a.yaml", text)).contains("update/"));
}

/// A command that ends with the test.
struct Watching(std::process::Child);

impl Watching {
    /// Watches charts of a folder, and what it says on one of its streams, line by line.
    fn start(folder: &Folder, args: &[&str], errors: bool) -> (Watching, std::sync::mpsc::Receiver<String>) {
        use std::io::{BufRead as _, BufReader, Read};
        use std::process::{Command, Stdio};
        let (out, err) = if errors { (Stdio::null(), Stdio::piped()) } else { (Stdio::piped(), Stdio::null()) };
        let mut command = Command::new(env!("CARGO_BIN_EXE_chartlens-under-test"));
        command.args(["check", "--watch", "--format", "concise"]).args(args).current_dir(folder.path());
        let mut child = command.stdout(out).stderr(err).spawn().expect("the command starts");
        let stream: Box<dyn Read + Send> = match errors {
            true => Box::new(child.stderr.take().expect("a pipe")),
            false => Box::new(child.stdout.take().expect("a pipe")),
        };
        let (sender, lines) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            BufReader::new(stream).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        (Watching(child), lines)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_watched_chart_is_checked_again_when_a_file_changes() {
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {b: 1}\n";
    let folder = Folder::chart([("templates/a.yaml", template)]);
    let (mut watching, lines) = Watching::start(&folder, &["t"], false);
    let next = || lines.recv_timeout(std::time::Duration::from_secs(60)).expect("a line within a minute");
    assert!(next().contains("[schema/wrong-type]"));
    assert!(next().starts_with("1 error, "));
    fs::write(folder.join("t/templates/a.yaml"), template.replace("b: 1", "b: \"one\"")).expect("written");
    assert!(next().starts_with("0 errors, "));
    assert!(watching.0.try_wait().expect("a child").is_none(), "it goes on watching");
    assert_eq!(folder.run("check - --watch").exit, 2);
    assert_eq!(folder.run("check t --watch --fix").exit, 2);
}

#[test]
fn of_watched_charts_those_that_changed_are_checked_again() {
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {b: {{ .Values.b }}}\n";
    let mut folder = Folder::default().with("more.yaml", "b: 1\n").with("chartlens.toml", "");
    for chart in ["x", "y", "z"] {
        folder = folder
            .with(&format!("{chart}/Chart.yaml"), CHART_YAML)
            .with(&format!("{chart}/templates/a.yaml"), template);
    }
    let (_watching, lines) = Watching::start(&folder, &["x", "y", "z", "-f", "more.yaml"], true);
    let next = || lines.recv_timeout(std::time::Duration::from_secs(60)).expect("a line within a minute");
    assert!(next().starts_with("checked 3 of 3; watching for changes"));
    fs::write(folder.join("y/templates/a.yaml"), format!("# longer\n{template}")).expect("written");
    assert!(next().starts_with("checked 1 of 3; "));
    // What counts for all is reason to check all.
    fs::write(folder.join("more.yaml"), "b: 1234\n").expect("written");
    assert!(next().starts_with("checked 3 of 3; "));
    fs::write(folder.join("chartlens.toml"), "ignore = [\"schema\"]\n").expect("written");
    assert!(next().starts_with("checked 3 of 3; "));
}
