//! `cargo xtask gen schemas`: the bundle of `crates/schemas` from the JSON schemas of two Python packages.

use super::archive;
use super::bundle::{Bundle, Definitions};
use super::write_or_check;
use crate::option;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The releases of `kubernetes-validate` that hold the versions, and which they hold.
const SOURCES: &[(&str, &str, std::ops::RangeInclusive<u32>)] = &[
    ("1.24.1", "kubernetes-validate-1.24.1.tar.gz", 20..=24),
    ("1.37.0", "kubernetes_validate-1.37.0-py3-none-any.whl", 25..=37),
];

const BUNDLE: &str = "crates/schemas/data/kubernetes.bin";

/// Makes or checks the bundle; whether it went well.
pub fn run(args: &[String]) -> bool {
    let dir = option(args, "--from").map_or_else(|| PathBuf::from("target/schemas-src"), PathBuf::from);
    let bytes = download(&dir).and_then(|()| versions(&dir)).and_then(|versions| Bundle::default().make(&versions));
    match bytes {
        Ok(bytes) => write_or_check(Path::new(BUNDLE), &bytes, args),
        Err(error) => {
            eprintln!("{error}");
            false
        }
    }
}

/// Fetches the packages that are not there yet.
fn download(dir: &Path) -> Result<(), String> {
    std::fs::create_dir_all(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
    for (release, file, _) in SOURCES.iter().filter(|(_, file, _)| !dir.join(file).exists()) {
        let package = format!("kubernetes-validate=={release}");
        let mut pip = Command::new("pip");
        let status = pip.args(["download", "--quiet", "--no-deps", "--dest"]).arg(dir).arg(&package).status();
        if !status.is_ok_and(|status| status.success()) || !dir.join(file).exists() {
            return Err(format!("pip could not download {package} into {}", dir.display()));
        }
    }
    Ok(())
}

/// The definitions of each version by its name.
fn versions(dir: &Path) -> Result<Vec<(String, Definitions)>, String> {
    let mut all = Vec::new();
    for (_, file, minors) in SOURCES {
        let wanted = |name: &str| name.ends_with("-local-strict/_definitions.json");
        let files = archive::read(&dir.join(file), &wanted)?;
        for minor in minors.clone() {
            let folder = format!("/v1.{minor}.0-local-strict/");
            let Some((_, text)) = files.iter().find(|(name, _)| name.contains(&folder)) else {
                return Err(format!("{file} has no definitions of 1.{minor}"));
            };
            let root: Value = serde_json::from_slice(text).map_err(|error| format!("{file}: 1.{minor}: {error}"))?;
            let definitions = root.get("$defs").or(root.get("definitions")).and_then(Value::as_object);
            let Some(definitions) = definitions else { return Err(format!("{file}: 1.{minor}: no definitions")) };
            let sorted = definitions.iter().map(|(name, schema)| (name.clone(), schema.clone())).collect();
            all.push((format!("1.{minor}"), sorted));
        }
    }
    Ok(all)
}
