//! `chartlens check` of Terraform files: the charts and objects they ask for are checked, and findings stand in the files.
//!
//! A case is a file of `fixtures/terraform`: the files of a tree behind `---` and their names. A comment of `^^^` in them marks what
//! is blamed in the line above, with the code, and the path of the value where there is one; such lines are no part of the
//! file. `--- notes` has the lines that are told beside findings, `--- expected` places in files that have no comments.

use chartlens_tests::folder::{CHART_YAML, Folder};
use serde_json::Value;
use std::collections::BTreeSet;

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}}\nspec:\n  ports:\n    - port: {{ toJson .Values.port }}\n      targetPort: {{ toJson .Values.target }}\n";

/// A tree with one chart.
fn tree() -> Folder {
    Folder::default()
        .with("charts/t/Chart.yaml", CHART_YAML)
        .with("charts/t/values.yaml", "port: 80\ntarget: http\nnames: []\n")
        .with("charts/t/templates/service.yaml", SERVICE)
}

/// A case: its tree, what is blamed, and what is told.
struct Case {
    folder: Folder,
    expected: BTreeSet<String>,
    notes: BTreeSet<String>,
}

fn case(text: &str) -> Case {
    let mut case = Case { folder: tree(), expected: BTreeSet::new(), notes: BTreeSet::new() };
    for section in text.split("\n--- ").skip(1) {
        let (name, text) = section.split_once('\n').expect("a name and a text");
        match name {
            "notes" => case.notes.extend(text.lines().map(str::to_owned)),
            "expected" => case.expected.extend(text.lines().map(str::to_owned)),
            name => {
                let mut lines: Vec<&str> = Vec::new();
                for line in text.lines() {
                    let Some(at) = line.find('^').filter(|_| line.trim_start().starts_with('#')) else {
                        lines.push(line);
                        continue;
                    };
                    let what = line[at..].trim_start_matches('^').trim();
                    case.expected.insert(format!("{name}:{}:{} {what}", lines.len(), at + 1));
                }
                case.folder = case.folder.with(name, lines.join("\n") + "\n");
            }
        }
    }
    case
}

/// What a finding blames: a value in a file that is none of the chart's, or a place in such a file.
fn blamed(found: &Value) -> String {
    let code = found["code"].as_str().unwrap_or_default();
    let value = found["cause"]["values"].get(0);
    let place = value.unwrap_or(&found["cause"]["template"]);
    let path = value.and_then(|value| value["path"].as_str()).unwrap_or_default();
    let file = place["file"].as_str().unwrap_or_default();
    format!("{file}:{}:{} {code} {path}", place["line"], place["column"]).trim_end().to_owned()
}

fn report(folder: &Folder, args: &str) -> (Vec<Value>, BTreeSet<String>) {
    let shown = folder.run(&format!("check {args} --format json --select schema,values/invalid,terraform,yaml,render"));
    let report: Value = serde_json::from_str(&shown.stdout).unwrap_or_else(|_| panic!("{}", shown.stderr));
    let notes = shown.stderr.lines().filter_map(|line| line.strip_prefix("Note: ")).map(str::to_owned).collect();
    (report["diagnostics"].as_array().expect("findings").clone(), notes)
}

#[test]
fn what_is_marked_is_blamed() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/terraform");
    let mut wrong = Vec::new();
    let mut cases = 0;
    for entry in std::fs::read_dir(folder).expect("the cases").flatten() {
        let text = std::fs::read_to_string(entry.path()).expect("a case");
        let case = case(&text);
        let (found, notes) = report(&case.folder, "infra");
        let found: BTreeSet<String> = found.iter().map(blamed).collect();
        let name = entry.file_name().to_string_lossy().into_owned();
        for (says, found, expected) in [("blamed", &found, &case.expected), ("told", &notes, &case.notes)] {
            wrong.extend(expected.difference(found).map(|one| format!("{name}: not {says}: {one}")));
            wrong.extend(found.difference(expected).map(|one| format!("{name}: {says} in vain: {one}")));
        }
        cases += 1;
    }
    assert!(wrong.is_empty() && cases > 10, "{cases} cases\n{}", wrong.join("\n"));
}

#[test]
fn a_single_file_and_other_files_of_variables() {
    let release = "resource \"helm_release\" \"web\" {\n  name = \"web\"\n  chart = \"./charts/t\"\n  values = [yamlencode({ port = var.port })]\n}\n";
    let folder = tree()
        .with("main.tf", release)
        .with("more.tf", release.replace("\"web\" {", "\"more\" {"))
        .with("variables.tf", "variable \"port\" {\n  default = \"eighty\"\n}\n")
        .with("prod.tfvars", "port = \"ninety\"\n");
    let (found, _) = report(&folder, "main.tf");
    assert_eq!(found.iter().map(blamed).collect::<Vec<_>>(), ["variables.tf:2:13 schema/wrong-type port"]);
    let (found, _) = report(&folder, "main.tf --var-file prod.tfvars");
    assert_eq!(found.iter().map(blamed).collect::<Vec<_>>(), ["prod.tfvars:1:8 schema/wrong-type port"]);
    let (found, _) = report(&folder, "main.tf --set port=80");
    assert_eq!(found.len(), 0, "flags go over what the file says");
    assert_eq!(folder.run("check variables.tf").exit, 2, "nothing in it asks for anything");
    assert_eq!(folder.run("check gone.tf").exit, 2);
}

#[test]
fn values_files_of_terraform_are_no_manifests() {
    let folder = tree()
        .with("infra/values.yaml", "port: 81\n")
        .with("infra/loose.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: 1}\n")
        .with("infra/main.tf", "resource \"helm_release\" \"web\" {\n  name = \"web\"\n  chart = \"../charts/t\"\n  values = [file(\"values.yaml\")]\n}\n");
    let (found, _) = report(&folder, "infra");
    assert_eq!(found.iter().map(blamed).collect::<Vec<_>>(), ["infra/loose.yaml:4:11 schema/wrong-type"]);
}

#[test]
fn a_name_that_is_not_known_is_not_told() {
    let object = |name: &str| {
        let text = format!(
            "resource \"kubernetes_manifest\" \"a\" {{\n  manifest = {{\n    apiVersion = \"v1\"\n    kind = \"ConfigMap\"\n    metadata = {{ name = {name} }}\n    dta = {{}}\n  }}\n}}\n"
        );
        report(&tree().with("main.tf", text), "main.tf").0[0]["object"]["name"].clone()
    };
    assert_eq!(object("\"web\""), "web");
    assert_eq!(object("data.a.b.c"), Value::Null);
}

#[test]
fn fixes_leave_terraform_files_alone() {
    let text = "resource \"kubernetes_manifest\" \"a\" {\n  manifest = {\n    apiVersion = \"v1\"\n    kind = \"ConfigMap\"\n    metadata = { name = \"a\" }\n    data = { a = 1 }\n  }\n}\n\nresource \"helm_release\" \"web\" {\n  name = \"web\"\n  chart = \"./charts/t\"\n  values = [yamlencode({ port = \"80\" })]\n}\n";
    let folder = tree().with("main.tf", text);
    folder.run("check main.tf --fix --unsafe-fixes");
    assert_eq!(std::fs::read_to_string(folder.join("main.tf")).expect("the file"), text);
}

#[test]
fn hostile_files_end_with_a_word() {
    let release = "resource \"helm_release\" \"web\" {\n  name = \"web\"\n  chart = \"./charts/t\"\n  values = [yamlencode(local.a)]\n}\n";
    let doubled = |start: &str, step: fn(usize) -> String| {
        (1..64).fold(format!("  x0 = {start}\n"), |text, n| text + &format!("  x{n} = {}\n", step(n - 1)))
    };
    let laughs = doubled("\"lol\"", |n| format!("\"${{local.x{n}}}${{local.x{n}}}\""));
    let lists = doubled("[1]", |n| format!("[local.x{n}, local.x{n}]"));
    let deeper = |n: usize| format!("  x{n} = {{ a = {{ a = {{ a = {{ a = local.x{} }} }} }} }}\n", n - 1);
    let nested = (1..100).fold("  x0 = {}\n".to_owned(), |text, n| text + &deeper(n));
    let chain = (1..400).fold("  x0 = 1\n".to_owned(), |text, n| text + &format!("  x{n} = local.x{}\n", n - 1));
    let many = (0..9000).map(|n| format!("    k{n} = {n}\n")).collect::<String>();
    let locals = |body: &str, last: &str| format!("locals {{\n{body}  a = {{ port = {last} }}\n}}\n{release}");
    let cases = [
        (
            "brackets",
            locals("", &format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000))),
            "at most 64 nested levels",
        ),
        ("blocks", "a {\n".repeat(100_000), "at most 64 nested levels"),
        ("parentheses", locals("", &format!("{}1", "(".repeat(100_000))), "at most 64 nested levels"),
        ("minus", locals("", &format!("{}1", "-".repeat(100_000))), "nest"),
        ("operators", locals("", &format!("1{}", " + 1".repeat(100_000))), "at most 128 chained binary operators"),
        (
            "texts",
            locals("", &format!("{}x{}", "\"${".repeat(100_000), "}\"".repeat(100_000))),
            "at most 64 nested levels",
        ),
        ("laughs", locals(&laughs, "local.x63"), "limit"),
        ("lists", locals(&lists, "local.x63"), "limit"),
        ("nested", locals(&nested, "local.x99"), "limit `depth`"),
        ("chain", locals(&chain, "local.x399"), "not known without running Terraform"),
        ("entries", locals("", &format!("{{\n{many}  }}")), "limit `entries`"),
        ("large", format!("# {}\n", "x".repeat(17 << 20)), "limit `file`"),
        ("unclosed", "a = \"${".to_owned(), "main.tf:1:"),
        ("heredoc", format!("a = <<X\n{}", "x\n".repeat(1 << 18)), "main.tf:"),
        ("circle", locals("  x = local.y\n  y = local.x\n", "local.x"), "local.x is not known"),
        ("self", "resource \"a\" \"b\" {\n  x = [a.b.x, a.b.x]\n}\n".to_owned() + &locals("", "a.b.x"), "limit `fuel`"),
        ("bytes", "a = \"\u{0}\u{1}\"\n\u{feff}".to_owned(), ""),
    ];
    for (name, text, says) in cases {
        let shown = tree().with("main.tf", text).run("check main.tf --format concise");
        let said = shown.stdout.clone() + &shown.stderr;
        let ends = shown.exit <= 1 || said.contains("there is nothing to check in it");
        assert!(said.contains(says) && ends, "{name}: {}\n{}", shown.exit, &said[..said.len().min(500)]);
    }
    let circle = tree()
        .with("a/main.tf", "module \"b\" {\n  source = \"../b\"\n}\n")
        .with("b/main.tf", "module \"a\" {\n  source = \"../a\"\n}\n")
        .with("c/main.tf", "module \"a\" {\n  source = \"../a\"\n}\n");
    let shown = circle.run("check a b c");
    assert!(shown.stderr.contains("module.b: there is no module at ../b, or it calls itself"), "{}", shown.stderr);
    assert_eq!(shown.exit, 2, "nothing was checked");
}

#[test]
fn nothing_is_green_that_was_not_checked() {
    let remote = "resource \"helm_release\" \"a\" {\n  name = \"a\"\n  repository = \"https://charts.example.com\"\n  chart = \"a\"\n}\n";
    for text in ["variable \"a\" {}\n", remote] {
        let shown = tree().with("infra/main.tf", text).run("check infra");
        assert_eq!(shown.exit, 2, "{}", shown.stdout);
        assert!(shown.stderr.contains("Error: infra: there is nothing to check in it\n"), "{}", shown.stderr);
    }
    let shown = tree().with("infra/main.tf", "variable \"a\" {}\n").run("check infra --var-file none.tfvars");
    assert_eq!(shown.exit, 2);
    assert!(shown.stderr.starts_with("Error: open none.tfvars: no such file or directory\n"), "{}", shown.stderr);
}
