//! `--crds`: custom resources from folders and files.

use crate::environment::Environment;
use chartlens::budget::Budget;
use chartlens::kube::crds::Crds;
use std::path::Path;

/// Folders nested deeper than this are not looked into.
const MAX_DEPTH: u32 = 16;

/// Reads CRDs (YAML) and JSON Schemas (`group/kind_version.json`) at the paths.
pub fn read(env: &Environment<'_>, paths: &[String]) -> Result<Crds, String> {
    let mut crds = Crds::default();
    let budget = Budget::default();
    for name in paths {
        let path = env.path(name);
        if !path.exists() {
            return Err(format!("--crds {name}: no such file or directory"));
        }
        add(&mut crds, &path, &budget, 0).map_err(|e| format!("--crds {name}: {e}"))?;
        if crds.is_empty() {
            return Err(format!("--crds {name}: neither CRDs nor schemas called group/kind_version.json"));
        }
    }
    Ok(crds)
}

fn add(crds: &mut Crds, path: &Path, budget: &Budget, depth: u32) -> Result<(), String> {
    if path.is_dir() {
        if depth > MAX_DEPTH {
            return Ok(());
        }
        let mut entries: Vec<_> = std::fs::read_dir(path)
            .map_err(|e| e.to_string())?
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .collect();
        entries.sort();
        return entries.iter().try_for_each(|entry| add(crds, entry, budget, depth + 1));
    }
    let name = path.to_string_lossy();
    let read = || std::fs::read(path).map_err(|e| format!("{name}: {e}"));
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("yaml" | "yml") => {
            for document in chartlens::yaml::documents(&read()?).into_iter().flatten() {
                crds.add(&document, budget).map_err(|e| format!("{name}: {e}"))?;
            }
            Ok(())
        }
        // Other JSON files beside the schemas are none of ours.
        Some("json") if name.contains('_') => crds.add_json_schema(&name, &read()?, budget),
        _ => Ok(()),
    }
}
