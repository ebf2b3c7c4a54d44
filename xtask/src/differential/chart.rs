//! Random charts.

use super::Case;
use super::expr::{Maker, Scope};
use super::functions::Function;
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
    Case { files, chart: None, values: user }
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
    let mut metadata = format!("apiVersion: v2\nname: {name}\nversion: 0.1.{depth}\n");
    if rng.one_in(3) {
        metadata.push_str(rng.word(METADATA));
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
        dependencies(rng, &subcharts, &mut metadata);
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
    let own: Vec<String> = (0..1 + rng.below(4)).map(|i| format!("{name}.h{i}")).collect();
    let mut maker = Maker { rng, functions };
    let scope = Scope { paths, templates: templates.clone(), ..Scope::default() };
    let helpers = maker.helpers(&scope, &own);
    files.insert(format!("{prefix}templates/_helpers.tpl"), helpers);
    templates.extend(own);
    let scope = Scope { templates: templates.clone(), ..scope };
    for file in ["a.yaml", "b.yaml", "NOTES.txt"].iter().take(1 + maker.rng.below(3)) {
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
];
