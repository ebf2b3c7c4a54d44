//! Random charts.

use super::Case;
use super::expr::{Maker, Scope};
use super::functions::Function;
use super::mutate;
use super::rng::Rng;
use super::values::{self, Node};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The chart with this number.
pub fn case(seed: u64, number: u64, functions: &[Function]) -> Case {
    let mut rng = Rng::new(seed, number);
    let mut files = BTreeMap::new();
    let mut templates = Vec::new();
    chart(&mut rng, functions, "", "t", 0, &mut files, &mut templates);
    let user = match rng.below(3) {
        0 => String::new(),
        _ => {
            let map = values::map(&mut rng, 2);
            let mut out = values::file(&map, &mut rng);
            if out.contains("\n---") || out.starts_with('\t') {
                out = String::new();
            }
            out
        }
    };
    let mut case = Case { files, chart: None, values: user };
    if rng.one_in(6) {
        one_token(&mut rng, &mut case);
    }
    case
}

/// Changes a token of one of the texts.
fn one_token(rng: &mut Rng, case: &mut Case) {
    if rng.one_in(6) {
        let text = mutate::yaml(rng, &case.values);
        // Nor does it know documents.
        if text.contains("\n---") || text.starts_with("---") {
            return;
        }
        case.values = text;
        // The command ends the last line before it reads; the engine alone does not.
        if !case.values.ends_with('\n') {
            case.values.push('\n');
        }
        return;
    }
    let names: Vec<String> = case.files.keys().cloned().collect();
    let name = rng.pick(&names);
    let text = &case.files[name];
    let text = match name {
        name if name.ends_with(".json") => mutate::json(rng, text),
        name if name.contains("templates/") => mutate::template(rng, text),
        _ => mutate::yaml(rng, text),
    };
    // The engine alone knows no formats of charts.
    if name == "Chart.yaml" && !text.contains("apiVersion: v2\n") && !text.contains("apiVersion: v1\n") {
        return;
    }
    case.files.insert(name.clone(), text);
}

const SUBCHARTS: &[&str] = &["sub", "db", "lib", "nested"];

fn chart(
    rng: &mut Rng,
    functions: &[Function],
    prefix: &str,
    name: &str,
    depth: usize,
    files: &mut BTreeMap<String, String>,
    templates: &mut Vec<String>,
) {
    let old = rng.one_in(20);
    let api = if old { "v1" } else { "v2" };
    let mut metadata = format!("apiVersion: {api}\nname: {name}\nversion: 0.1.{depth}\n");
    if rng.one_in(3) {
        let entry = rng.word(METADATA);
        // The engine alone knows no charts that the command refuses.
        if depth > 0 || !matches!(entry, "type: library\n" | "apiVersion: v3\n") {
            metadata.push_str(entry);
        }
    }
    let mut subcharts = Vec::new();
    while depth < 2 && rng.one_in(if depth == 0 { 3 } else { 4 }) && subcharts.len() < 2 {
        let sub = *rng.pick(SUBCHARTS);
        if !subcharts.contains(&sub) {
            chart(rng, functions, &format!("{prefix}charts/{sub}/"), sub, depth + 1, files, templates);
            subcharts.push(sub);
        }
    }
    if !subcharts.is_empty() && rng.below(4) > 0 {
        let mut declared = String::new();
        dependencies(rng, &subcharts, &mut declared);
        match old {
            true => drop(files.insert(format!("{prefix}requirements.yaml"), declared)),
            false => metadata.push_str(&declared),
        }
    }
    if name == "lib" && rng.one_in(2) {
        metadata.push_str("type: library\n");
    }
    files.insert(format!("{prefix}Chart.yaml"), metadata);
    let Node::Map(mut entries) = values::root(rng) else { return };
    for sub in &subcharts {
        match rng.below(6) {
            0..=2 => entries.push((*sub, values::map(rng, 2))),
            3 => entries.push((*sub, values::node(rng, 2))),
            _ => {}
        }
    }
    let root = Node::Map(entries);
    let mut paths = Vec::new();
    root.paths(".Values", &mut paths);
    if rng.below(12) > 0 {
        files.insert(format!("{prefix}values.yaml"), values::file(&root, rng));
    }
    if rng.one_in(6) {
        files.insert(format!("{prefix}values.schema.json"), super::schema::schema(rng, &root));
    }
    if rng.one_in(2) {
        files.insert(format!("{prefix}conf/a.yaml"), "k: v\nx: {{ .Release.Name }}\n".to_owned());
        files.insert(format!("{prefix}conf/b.yaml"), "b: |\n  text\n".to_owned());
        files.insert(format!("{prefix}lines.txt"), rng.word(&["a\nb\n", "", "one", "\n\n"]).to_owned());
    }
    if rng.one_in(6) {
        let (name, text) = *rng.pick(EXTRA_FILES);
        files.insert(format!("{prefix}{name}"), text.to_owned());
    }
    let own: Vec<String> = (0..1 + rng.below(4)).map(|i| format!("{name}.h{i}")).collect();
    let mut maker = Maker { rng, functions };
    let scope = Scope { paths, templates: templates.clone(), ..Scope::default() };
    let helpers = maker.helpers(&scope, &own);
    files.insert(format!("{prefix}templates/_helpers.tpl"), helpers);
    templates.extend(own);
    let scope = Scope { templates: templates.clone(), ..scope };
    let names = *maker.rng.pick(&[
        ["a.yaml", "b.yaml", "NOTES.txt"],
        ["a.yaml", "b.yaml", "NOTES.txt"],
        ["a.yaml", "deep/b.yml", "tests/c.yaml"],
        ["a.yaml", "b", "_c.yaml"],
        ["a.yaml", "deep/NOTES.txt", "a.txt"],
    ]);
    for file in names.iter().take(1 + maker.rng.below(3)) {
        let text = maker.file(&scope);
        files.insert(format!("{prefix}templates/{file}"), text);
    }
}

fn dependencies(rng: &mut Rng, subcharts: &[&'static str], out: &mut String) {
    out.push_str("dependencies:\n");
    for sub in subcharts {
        for _ in 0..if rng.one_in(6) { 2 } else { 1 } {
            let _ = writeln!(
                out,
                "- name: {sub}\n  version: \"{}\"",
                rng.pick(&["*", "0.1.x", ">=0.1.0", "0.1.1", "", "9.9"])
            );
            if rng.one_in(4) {
                let _ = writeln!(out, "  alias: {}", rng.pick(&["other", "alias2", "sub"]));
            }
            if rng.one_in(4) {
                let _ = writeln!(
                    out,
                    "  condition: {}",
                    rng.pick(&["sub.enabled", "enabled", "sub.a,enabled", "nope.x", "name"])
                );
            }
            if rng.one_in(4) {
                let _ = writeln!(out, "  tags: [{}]", rng.pick(&["front", "back", "front, back"]));
            }
            if rng.one_in(4) {
                out.push_str("  import-values:\n");
                for _ in 0..1 + rng.below(2) {
                    out.push_str(rng.word(&[
                        "  - a\n",
                        "  - child: nested\n    parent: imported\n",
                        "  - child: config\n    parent: .\n",
                        "  - {child: nope, parent: x.y}\n",
                        "  - child: global\n    parent: got\n",
                        "  - child: labels\n    parent: nested.labels\n",
                        "  - exported\n",
                        "  - 5\n",
                    ]));
                }
            }
        }
    }
}

const EXTRA_FILES: &[(&str, &str)] = &[
    ("crds/c.yaml", "kind: CustomResourceDefinition\n"),
    ("charts/.hidden/Chart.yaml", "x"),
    ("charts/_old/Chart.yaml", "x"),
    ("charts/README.md", "text"),
    ("charts/empty/templates/a.yaml", "a: 1"),
    ("charts/db/values.yaml", "port: 1\n"),
    ("Chart.lock", "dependencies: []\n"),
    ("Chart.lock", "x: ["),
    ("requirements.lock", "x: ["),
    ("requirements.yaml", "dependencies:\n- name: sub\n  version: 1.x\n"),
    (".helmignore", "*.yaml\n"),
    ("templates/z.yaml", ""),
    ("templates/z.yaml", "\u{feff}kind: A\n---\n{{ .Values.name }}\n"),
    ("templates/z.yaml", "kind: A\r\n---\r\nkind: B\r\n"),
    ("templates/z.yaml", "a: |\n  x\n---\n  y\n"),
    ("templates/z.yaml", "kind: [x]\n"),
    ("templates/z.yaml", "- 1\n"),
    ("templates/z.yaml", "metadata: {annotations: {helm.sh/hook: test, helm.sh/hook-delete-policy: x}}\nkind: Pod\n"),
    ("templates/z.yaml", "kind: List\nitems: [{kind: A, metadata: {annotations: {helm.sh/hook: test}}}]\n"),
    ("conf/a.yaml", "ünï\n"),
    ("values.yml", "name: other\n"),
];

const METADATA: &[&str] = &[
    "appVersion: 1.16\n",
    "appVersion: \"1.16.0\"\ndescription: A chart\n",
    "keywords: [a, b]\nhome: http://x\n",
    "annotations: {a: b, c: \"1\"}\n",
    "kubeVersion: \">=1.20-0\"\n",
    "maintainers:\n- name: m\n  email: m@x\n",
    "icon: x\nsources: [y]\n",
    "unknown: field\n",
    "version: v1.2.3-rc.1+b\n",
    "name: [x]\n",
    "kubeVersion: \"<1.0\"\n",
    "version: \"not\"\n",
    "appVersion: yes\n",
    "deprecated: true\n",
    "type: library\n",
    "type: other\n",
    "dependencies: []\n",
    "dependencies:\n- name: gone\n  version: 1.0.0\n",
    "dependencies:\n- \n",
    "condition: x\ntags: a\n",
    "maintainers: [{}]\n",
    "maintainers: [null]\n",
    "annotations: null\nkeywords: null\n",
    "annotations: {a: 1}\n",
    "name: \"a/b\"\n",
    "name: other\n",
    "apiVersion: v3\n",
    "kubeVersion: \"1.x || >=2\"\n",
    "kubeVersion: bad\n",
];
