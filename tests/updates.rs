//! Updates that a real API server was asked about: `tests/server/updates.yaml`.

use crate::server::{self, Outcome};
use chartlens::budget::Budget;
use chartlens::kube::crds::Crds;
use chartlens::kube::tree::{Node, Tree};
use chartlens::validate::Validator;
use chartlens::validate::update::Objects;
use chartlens::yaml;
use serde_json::{Map, Value};
use std::path::Path;
use std::sync::Arc;

/// An object that is there, and what it may become.
pub struct Update {
    /// What it is called.
    pub name: String,
    /// The definition of its kind, where that is no kind of Kubernetes.
    pub needs: Option<Value>,
    /// What is there.
    pub old: Value,
    /// What it becomes.
    pub new: Vec<Value>,
    /// What differs.
    pub notes: Vec<String>,
}

/// Reads the file.
pub fn read(path: &Path) -> Vec<Update> {
    let text = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut all = Vec::new();
    for document in yaml::documents(&text) {
        let document = document.unwrap_or_else(|error| panic!("{}: {}", path.display(), error.message));
        let tree = Tree::build(&document, &Budget::default()).expect("plain data");
        let Some(root) = tree.root() else { continue };
        let old = root.get("old").map(Node::to_json).expect("`old`");
        let changes: Vec<Value> = root.list("changes").map(Node::to_json).collect();
        let new = changes.iter().map(|change| changed(&old, change)).collect();
        let notes = changes.iter().map(Value::to_string).collect();
        let name = root.str("name").expect("`name`").to_owned();
        all.push(Update { name, needs: root.get("needs").map(Node::to_json), old, new, notes });
    }
    all
}

/// An object with the values at pointers replaced.
fn changed(old: &Value, change: &Value) -> Value {
    let mut new = old.clone();
    for (pointer, value) in change.as_object().into_iter().flatten() {
        put(&mut new, pointer, value);
    }
    new
}

/// Puts a value behind a pointer, makes maps and lists on the way, or takes away what is there.
fn put(root: &mut Value, pointer: &str, value: &Value) {
    let steps: Vec<String> = pointer.split('/').skip(1).map(|s| s.replace("~1", "/").replace("~0", "~")).collect();
    let Some((last, before)) = steps.split_last() else { return };
    let mut at = root;
    for step in before {
        at = match at {
            Value::Array(items) => step.parse::<usize>().ok().and_then(|n| items.get_mut(n)).expect("an item"),
            Value::Object(map) => map.entry(step.clone()).or_insert_with(|| Value::Object(Map::new())),
            _ => panic!("{pointer}: {step} is in no collection"),
        };
    }
    match at {
        Value::Object(map) if value.is_null() => drop(map.remove(last)),
        Value::Object(map) => drop(map.insert(last.clone(), value.clone())),
        Value::Array(items) => {
            let number: usize = last.parse().expect("a number");
            match number {
                n if value.is_null() => drop(items.remove(n)),
                n if n < items.len() => items[n] = value.clone(),
                _ => items.push(value.clone()),
            }
        }
        _ => panic!("{pointer}: nothing to put it into"),
    }
}

/// What chartlens says of the updates that a server of this version was asked about.
pub fn replay(folder: &Path, version: &str) -> Option<Vec<Outcome>> {
    let rows = server::read(&folder.join(format!("updates-{version}.jsonl")))?;
    let all = read(&folder.join("updates.yaml"));
    let mut outcomes = Vec::new();
    for row in rows {
        let (name, number) = row["id"].as_str()?.rsplit_once('/')?;
        let update = all.iter().find(|update| update.name == name)?;
        let number: usize = number.parse().ok()?;
        let mut crds = Crds::default();
        let parsed = |value: &Value| yaml::parse(value.to_string().as_bytes()).expect("JSON is YAML");
        if let Some(needs) = &update.needs {
            crds.add(&parsed(needs), &Budget::default()).expect("a definition");
        }
        let validator = Validator::new(version, Arc::new(crds), Default::default())?;
        let mut before = Objects::new("default");
        before.add(&parsed(&update.old), &Budget::default()).expect("an object");
        let text = update.new.get(number)?.to_string();
        let mut errors = server::errors(&validator, &text);
        let document = yaml::parse(text.as_bytes()).expect("JSON is YAML");
        let changes = validator.check_update(&before, &document, text.as_bytes(), &Budget::default()).ok()?;
        errors.extend(changes.into_iter().map(server::Said::from));
        let mut outcome = server::outcome(&row, &errors);
        outcome.group = name.to_owned();
        outcome.note = update.notes.get(number)?.clone();
        outcomes.push(outcome);
    }
    Some(outcomes)
}
