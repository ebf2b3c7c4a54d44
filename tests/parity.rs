//! The rules of kube-linter, kube-score and polaris beside the project's own: `tests/fixtures/parity` has a row for every concept of
//! theirs, with objects that are bad and objects that are good.

use crate::folder::Folder;
use chartlens::budget::Budget;
use chartlens::kube::tree::{Node, Tree};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The tools, as the fixtures name them.
pub const PEERS: [&str; 3] = ["kube-linter", "kube-score", "polaris"];

/// What is said of objects that are bad, and of objects that are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether something is said of the bad ones.
    pub bad: bool,
    /// Whether something is said of the good ones.
    pub good: bool,
}

/// A concept that other tools have a rule for.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its number in the catalogue.
    pub number: u64,
    /// What is wrong with the bad objects.
    pub concept: String,
    /// The peers' names for it: tool and name, with what the tool says by its documentation.
    pub names: Vec<(&'static str, String, Verdict)>,
    /// Why the verdicts differ, where they do.
    pub differs: Option<String>,
    /// The objects.
    pub bad: String,
    /// The objects.
    pub good: String,
    /// For rules that exist as a template only: the check of kube-linter.
    check: Option<Value>,
    /// For expressions of one's own: the expression.
    rule: Option<String>,
}

/// The rows in the order of their numbers.
pub fn rows() -> Vec<Row> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/parity");
    let files = std::fs::read_dir(&dir).expect("fixtures").filter_map(|entry| Some(entry.ok()?.path()));
    let mut rows: Vec<Row> = files.flat_map(|path| read(&path)).collect();
    rows.sort_by_key(|row| row.number);
    rows
}

fn read(path: &Path) -> Vec<Row> {
    let text = std::fs::read(path).expect("a fixture");
    let document = chartlens::yaml::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let tree = Tree::build(&document, &Budget::default()).expect("plain data");
    let rows = tree.root().map(Node::to_json).expect("rows");
    rows.as_array().expect("a list").iter().map(row).collect()
}

fn row(row: &Value) -> Row {
    let text = |key: &str| row[key].as_str().map(str::to_owned);
    let named = |peer: &'static str| {
        let names = row[peer].as_str().unwrap_or_default().split_whitespace();
        names.map(move |name| {
            let says = |key: &str, plain: bool| row["says"][name][key].as_bool().unwrap_or(plain);
            (peer, name.to_owned(), Verdict { bad: says("bad", true), good: says("good", false) })
        })
    };
    Row {
        number: row["row"].as_u64().expect("a number"),
        concept: text("concept").expect("a concept"),
        names: PEERS.into_iter().flat_map(named).collect(),
        differs: text("differs"),
        bad: objects(row, "bad"),
        good: objects(row, "good"),
        check: row.get("check").cloned(),
        rule: text("rule"),
    }
}

/// The objects of a row: as they are, or a Deployment with what the row says of its container, pod or spec. `beside` puts a
/// `deployment` or a `service` beside them.
fn objects(row: &Value, which: &str) -> String {
    let nothing = Map::new();
    let part = |form: &str| row[form][which].as_object().cloned().unwrap_or_default();
    let own = match row["objects"][which].as_str() {
        Some(text) => text.to_owned(),
        None => format!("{}\n", deployment(&part("container"), &part("pod"), &part("spec"))),
    };
    match row["beside"].as_str() {
        Some("deployment") => format!("{}\n---\n{own}", deployment(&nothing, &nothing, &nothing)),
        Some(_) => format!(
            "{}\n---\n{own}",
            json!({
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": "web", "namespace": "a"},
                "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
            })
        ),
        None => own,
    }
}

fn deployment(container: &Map<String, Value>, pod: &Map<String, Value>, spec: &Map<String, Value>) -> Value {
    let with = |mut map: Value, more: &Map<String, Value>| {
        if let Some(map) = map.as_object_mut() {
            map.extend(more.clone());
        }
        map
    };
    let container = with(json!({"name": "web", "image": "example.com/web:1.2"}), container);
    let pod = with(json!({"containers": [container]}), pod);
    let template = json!({"metadata": {"labels": {"app": "web"}}, "spec": pod});
    let spec = with(json!({"selector": {"matchLabels": {"app": "web"}}, "template": template}), spec);
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "a"}, "spec": spec})
}

impl Row {
    /// What chartlens says of the row's objects under a peer's name for a rule.
    pub fn own(&self, name: &str) -> Verdict {
        let quoted = |text: &str| json!(text).to_string();
        let rules = self.rule.iter().map(|expression| {
            format!("[[rules]]\ncode = \"own/{name}\"\nexpression = {}\nmessage = \"no\"\n", quoted(expression))
        });
        let folder = Folder::default().with("rules.toml", rules.collect::<String>());
        let says = |objects: &str| {
            crate::files::write(folder.path(), "a.yaml", objects);
            let shown = folder.run(&format!("check a.yaml --config rules.toml --select {name} --format json"));
            let report: Value =
                serde_json::from_str(&shown.stdout).unwrap_or_else(|_| panic!("{name}: {}", shown.stderr));
            report["diagnostics"].as_array().is_some_and(|found| !found.is_empty())
        };
        Verdict { bad: says(&self.bad), good: says(&self.good) }
    }

    /// The names under which chartlens says otherwise than a verdict: the tool, the name, what is wanted, what is said.
    pub fn differences(&self) -> Vec<(&'static str, &str, Verdict, Verdict)> {
        let compared = self.names.iter().map(|(peer, name, wanted)| (*peer, name.as_str(), *wanted, self.own(name)));
        compared.filter(|(_, _, wanted, own)| wanted != own).collect()
    }
}

/// The programs of the peers.
#[derive(Clone, Debug)]
pub struct Tool {
    /// Its name.
    pub peer: &'static str,
    /// Where it is.
    pub program: PathBuf,
}

impl Tool {
    /// What the tool itself says of a row's objects under one of its names.
    ///
    /// # Errors
    ///
    /// A tool that does not start, or whose answer is no JSON.
    pub fn ask(&self, row: &Row, name: &str) -> Result<Verdict, String> {
        Ok(Verdict { bad: self.says(row, name, &row.bad)?, good: self.says(row, name, &row.good)? })
    }

    fn says(&self, row: &Row, name: &str, objects: &str) -> Result<bool, String> {
        let folder = Folder::default().with("a.yaml", objects);
        let config = kube_linter(row, name).to_string();
        let folder = folder.with("config.yaml", config);
        let mut command = Command::new(&self.program);
        command.current_dir(folder.path());
        match self.peer {
            "kube-linter" => command.args(["lint", "a.yaml", "--config", "config.yaml", "--format", "json"]),
            "kube-score" => command.args(["score", "a.yaml", "-o", "json", "--enable-optional-test", name]),
            _ => command.args(["audit", "--audit-path", "a.yaml", "--format", "json", "--quiet"]),
        };
        let output = command.output().map_err(|error| format!("{}: {error}", self.program.display()))?;
        let answer: Value = serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("{name}: {error}: {}", String::from_utf8_lossy(&output.stderr)))?;
        Ok(match self.peer {
            "kube-linter" => answer["Reports"].as_array().is_some_and(|reports| !reports.is_empty()),
            "kube-score" => scored(&answer, name),
            _ => audited(&answer, name),
        })
    }
}

/// A configuration of kube-linter that asks for one check.
fn kube_linter(row: &Row, name: &str) -> Value {
    let custom: Vec<Value> = row
        .check
        .iter()
        .map(|check| json!({"name": format!("own-{name}"), "template": check["template"], "params": check["params"]}))
        .collect();
    let include = if custom.is_empty() { vec![name.to_owned()] } else { vec![format!("own-{name}")] };
    json!({"checks": {"doNotAutoAddDefaults": true, "include": include}, "customChecks": custom})
}

/// Whether kube-score grades an object below its best for a test.
fn scored(answer: &Value, name: &str) -> bool {
    let checks =
        answer.as_array().into_iter().flatten().flat_map(|object| object["checks"].as_array().into_iter().flatten());
    let mut failed =
        checks.filter(|check| check["skipped"] != true && check["grade"].as_u64().is_some_and(|grade| grade < 10));
    failed.any(|check| check["check"]["id"] == name)
}

/// Whether polaris has a check without success, wherever in its answer.
fn audited(answer: &Value, name: &str) -> bool {
    match answer {
        Value::Object(map) => map.iter().any(|(key, inner)| match key == name {
            true => inner["Success"] == false,
            false => audited(inner, name),
        }),
        Value::Array(items) => items.iter().any(|inner| audited(inner, name)),
        _ => false,
    }
}

/// The rows where verdicts differ, with the reasons, as the table in `docs/lint.md`.
pub fn page(rows: &[Row]) -> String {
    let mut out = "| what is wrong | names | why the verdicts differ |\n|---|---|---|\n".to_owned();
    for row in rows {
        let Some(reason) = &row.differs else { continue };
        let mut names: Vec<String> = row.differences().iter().map(|(_, name, ..)| format!("`{name}`")).collect();
        names.dedup();
        out += &format!("| {} | {} | {reason} |\n", row.concept, names.join(", "));
    }
    out
}
