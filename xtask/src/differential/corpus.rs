//! Real charts with one value or one token of a template changed.

use super::rng::Rng;
use super::{Case, mutate};
use chartlens::json::Numbers;
use chartlens::value::{Heap, Repr, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// A chart on disk and the paths of its values.
#[derive(Debug)]
pub struct Real {
    path: String,
    leaves: Vec<Vec<String>>,
    /// Its files, where all of them are texts.
    files: Option<BTreeMap<String, String>>,
    templates: Vec<String>,
}

/// The charts in a folder.
pub fn charts(dir: &Path) -> Vec<Real> {
    let Ok(entries) = std::fs::read_dir(dir.join("charts")) else { return Vec::new() };
    let mut folders: Vec<_> = entries.filter_map(|entry| entry.ok()?.path().canonicalize().ok()).collect();
    folders.sort();
    let real = |folder: &std::path::PathBuf| {
        // The engine alone would render a library too.
        let metadata = std::fs::read_to_string(folder.join("Chart.yaml")).ok()?;
        if metadata.contains("type: library") {
            return None;
        }
        let text = std::fs::read(folder.join("values.yaml")).ok()?;
        let mut heap = Heap::new();
        let value = chartlens::yaml::from_text(&mut heap, &text, Numbers::Float, &mut ()).ok()?;
        let mut leaves = Vec::new();
        collect(&heap, &value, &mut Vec::new(), &mut leaves);
        let files = texts(folder);
        let is_template = |name: &&String| name.contains("templates/") || name.ends_with(".tpl");
        let templates = files.iter().flat_map(BTreeMap::keys).filter(is_template).cloned().collect();
        (!leaves.is_empty()).then(|| Real { path: folder.display().to_string(), leaves, files, templates })
    };
    folders.iter().filter_map(real).collect()
}

/// The files of a folder, where all are texts.
fn texts(folder: &Path) -> Option<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).ok()? {
            let path = entry.ok()?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).ok()?.to_str()?.to_owned();
            files.insert(name, String::from_utf8(std::fs::read(&path).ok()?).ok()?);
        }
    }
    Some(files)
}

fn collect(heap: &Heap, value: &Value, path: &mut Vec<String>, into: &mut Vec<Vec<String>>) {
    if !path.is_empty() {
        into.push(path.clone());
    }
    if let (Repr::Map(map), true) = (&value.repr, path.len() < 12) {
        for (key, inner) in &heap.map(*map).entries {
            path.push(key.to_string());
            collect(heap, inner, path, into);
            path.pop();
        }
    }
}

const VALUES: &[&str] = &[
    "null",
    "\"\"",
    "\"x\"",
    "0",
    "1",
    "-1",
    "1.5",
    "true",
    "false",
    "[]",
    "{}",
    "[\"a\"]",
    "{\"a\": 1}",
    "[{\"name\": \"n\"}]",
    "\"{{ .Release.Name }}\"",
    "\"1\"",
    "100000000",
    "\"a: b\"",
    "[null]",
    "{\"a\": null}",
];

/// The case with this number: each chart in turn, one of its values set to something else or a token of one of its
/// templates changed.
pub fn case(real: &[Real], seed: u64, number: u64) -> Option<Case> {
    let mut rng = Rng::new(seed, number);
    let chart = real.get(number as usize % real.len().max(1))?;
    if let (Some(files), false, true) = (&chart.files, chart.templates.is_empty(), rng.one_in(2)) {
        let mut files = files.clone();
        let name = rng.pick(&chart.templates);
        let text = mutate::template(&mut rng, &files[name]);
        files.insert(name.clone(), text);
        return Some(Case { files, ..Case::default() });
    }
    let path = rng.pick(&chart.leaves);
    let mut values = rng.word(VALUES).to_owned();
    for key in path.iter().rev() {
        values = format!("{{{}: {values}}}", serde_json::json!(key));
    }
    Some(Case { chart: Some(chart.path.clone()), values, ..Case::default() })
}
