//! `chartlens docs`: tables as the tools make them that people know, READMEs, findings.

use chartlens_tests::folder::{Folder, Shown};
use chartlens_tests::parameters::{differences, fixtures, folder};
use serde_json::Value;
use std::fs;

/// Every annotation gives the table that the tool made of it: `cargo xtask docs-parity --write` asked it.
#[test]
fn tables_are_those_of_the_tools() {
    let all = fixtures();
    assert!(all.len() >= 9, "{all:?}");
    for sample in all {
        let theirs = fs::read_to_string(folder().join(format!("{}.md", sample.name))).expect("the tool's table");
        let (ours, problems) = sample.own().expect("a table");
        assert_eq!(differences(theirs.trim(), &ours), Ok(Vec::new()), "{}", sample.name);
        assert!(sample.dialect == chartlens_cli::parameters::Dialect::HelmDocs || problems == 0, "{}", sample.name);
    }
}

const VALUES: &str = "# How many pods.\nreplicas: 2\nimage:\n  tag: \"\" # the chart's version if empty\n";

fn readme(folder: &Folder) -> String {
    fs::read_to_string(folder.join("t/README.md")).expect("a README")
}

#[test]
fn a_readme_is_written_and_then_is_up_to_date() {
    let folder = Folder::chart([("values.yaml", VALUES)]);
    let check = |folder: &Folder| folder.run("docs t --check");
    let shown = check(&folder);
    assert_eq!(shown.exit, 1);
    assert!(shown.stdout.contains("+| `replicas`  | How many pods."), "{}", shown.stdout);
    assert!(
        shown.stderr.contains("t/README.md:1:1: error: ") && shown.stderr.contains("[docs/outdated]"),
        "{}",
        shown.stderr
    );
    assert!(!folder.join("t/README.md").exists(), "--check writes nothing");
    folder.run("docs t").ok();
    assert_eq!(check(&folder), Shown { exit: 0, stdout: String::new(), stderr: String::new() });
    assert!(readme(&folder).starts_with("# t\n\n## Parameters\n\n| Name"), "{}", readme(&folder));
    let folder = folder.with("t/values.yaml", VALUES.replace('2', "3"));
    let shown = check(&folder);
    assert!(shown.stdout.contains("\n-| `replicas`") && shown.stdout.contains("\n+| `replicas`"), "{}", shown.stdout);
    assert!(shown.stderr.starts_with("t/README.md:7:1: error: "), "{}", shown.stderr);
}

#[test]
fn the_rest_of_a_readme_stays() {
    let text = "# t\n\nIntro | with a bar\n\n## Parameters\n\nOld words.\n\n| a |\n| - |\n\nNotes stay.\n\n```\n## no heading\n```\n\n## License\n";
    let folder = Folder::chart([("values.yaml", VALUES), ("README.md", text)]);
    folder.run("docs t").ok();
    let new = readme(&folder);
    let (before, after) = new.split_once("| Name").expect("a table");
    assert_eq!(before, "# t\n\nIntro | with a bar\n\n## Parameters\n\n");
    assert!(after.ends_with("|\n\nNotes stay.\n\n```\n## no heading\n```\n\n## License\n"), "{after}");
    let marked = "<!-- chartlens docs: begin -->\nold\n<!-- chartlens docs: end -->\n# Last\n## Parameters\n";
    let folder = folder.with("t/README.md", marked);
    folder.run("docs t").ok();
    assert!(
        readme(&folder).ends_with("|\n\n<!-- chartlens docs: end -->\n# Last\n## Parameters\n"),
        "{}",
        readme(&folder)
    );
    let folder = folder.with("t/README.md", "<!-- chartlens docs: begin -->\n");
    assert!(folder.run("docs t").error().contains("t/README.md: line 1: "));
}

#[test]
fn findings_have_codes_and_places() {
    let values = "## @section A\n## @param a [arrays] x\na: []\n## @param gone x\nb: 1\n";
    let shown = Folder::chart([("values.yaml", values)]).run("docs t -o -");
    assert_eq!(shown.exit, 0);
    let said: Vec<&str> = shown.stderr.lines().collect();
    assert_eq!(said.len(), 3, "{}", shown.stderr);
    assert!(said[0].starts_with("t/values.yaml:2:14: warning: ") && said[0].ends_with("[docs/unknown-annotation]"));
    assert!(said[1].starts_with("t/values.yaml:4:11: warning: ") && said[1].ends_with("[docs/unknown-value]"));
    assert!(said[2].starts_with("t/values.yaml:5:1: warning: ") && said[2].ends_with("[docs/undocumented-value]"));
    let strict = Folder::chart([("values.yaml", values)]).run("docs t -o - --fail-on warning");
    assert_eq!(strict.exit, 1);
}

#[test]
fn other_forms_have_the_same_rows() {
    let folder = Folder::chart([("values.yaml", VALUES)]);
    let json: Value = serde_json::from_str(&folder.run("docs t --format json").ok()).expect("JSON");
    let rows = &json["sections"][0]["parameters"];
    assert_eq!((&rows[0]["name"], &rows[0]["default"]), (&Value::from("replicas"), &Value::from(2)));
    assert_eq!(rows[1]["description"], "the chart's version if empty");
    let html = folder.run("docs t --format html").ok();
    assert!(
        html.contains("<tr><td><code>replicas</code></td><td>How many pods.</td><td><code>2</code></td></tr>"),
        "{html}"
    );
    let wide = folder.run("docs t -o - --style helm-docs").ok();
    assert!(wide.contains("| replicas | int | `2` | How many pods. |"), "{wide}");
}

#[test]
fn charts_without_values_and_bad_input_are_told() {
    assert_eq!(Folder::chart([("NOTES", "")]).run("docs t -o -").ok(), "");
    let bad = Folder::chart([("values.yaml", "a: [\n")]).run("docs t");
    assert!(bad.error().contains("values.yaml"));
    assert_eq!(Folder::default().run("docs").exit, 2);
    assert!(Folder::default().run("docs nowhere").error().contains("nowhere: no such file or directory"));
    assert_eq!(Folder::default().run("docs . --format pdf").exit, 2);
    // Comments that nest, quote and end oddly are no reason to fail.
    let odd = "# -- (\n# @default --\n# @raw\n#\n\"a b\": |\n  # -- no\n  x\n? [k]\n: 1\n";
    let shown = Folder::chart([("values.yaml", odd)]).run("docs t -o -");
    assert!(shown.exit <= 1, "{}", shown.stderr);
}
