//! What is there of the charts that a chart asks for: Helm's `helm dependency list`.

use crate::model::Dependency;
use chartlens::chart::Chart;
use chartlens::semver::{Constraint, Version};
use std::path::Path;

/// Loads a chart, folder or archive.
pub type LoadPath<'l> = &'l dyn Fn(&Path) -> Option<Chart>;

/// The rows of the table: name, version, repository, status.
pub fn dependency_rows(folder: &Path, chart: &Chart, load: LoadPath<'_>) -> Vec<[String; 4]> {
    let one = |dependency: Dependency| {
        let status = status(folder, &dependency, chart, load).to_owned();
        [dependency.name, dependency.version, dependency.repository, status]
    };
    crate::model::dependencies(chart).unwrap_or_default().into_iter().map(one).collect()
}

/// `dependencyStatus`
fn status(folder: &Path, wanted: &Dependency, parent: &Chart, load: LoadPath<'_>) -> &'static str {
    let prefix = format!("{}-", wanted.name);
    let archives = names(&folder.join("charts"));
    let fits = |name: &&String| name.starts_with(&prefix) && name.ends_with(".tgz");
    let mut archives: Vec<&String> = archives.iter().filter(fits).collect();
    if archives.len() > 1 {
        archives.retain(|name| {
            let version = name.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix(".tgz"));
            version.is_some_and(|version| Version::parse_strict(version).is_ok())
        });
        if archives.len() > 1 {
            return "too many matches";
        }
    }
    if let Some(archive) = archives.first() {
        return match load(&folder.join("charts").join(archive)) {
            None => "corrupt",
            Some(chart) if chart.metadata.name != wanted.name => "misnamed",
            Some(chart) => fit(&chart.metadata.version, &wanted.version).unwrap_or("ok"),
        };
    }
    match parent.dependencies.iter().rev().find(|inner| inner.metadata.name == wanted.name) {
        None => "missing",
        Some(chart) => fit(&chart.metadata.version, &wanted.version).unwrap_or("unpacked"),
    }
}

/// What is wrong with a version.
fn fit(found: &str, wanted: &str) -> Option<&'static str> {
    if found == wanted {
        return None;
    }
    let (Ok(constraint), Ok(version)) = (Constraint::parse(wanted), Version::parse(found)) else {
        return Some("invalid version");
    };
    (!constraint.check(&version)).then_some("wrong version")
}

/// What lies in `charts/` and was not asked for, a line each: `printMissing`.
pub fn undeclared(folder: &Path, shown: &str, chart: &Chart, load: LoadPath<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for name in names(&folder.join("charts")) {
        let path = folder.join("charts").join(&name);
        if !path.is_dir() && !name.ends_with(".tgz") {
            continue;
        }
        let shown = chartlens::text::path::clean(&format!("{shown}/charts/{name}"));
        let shown = chartlens::text::quote(shown.as_bytes());
        match load(&path) {
            None => lines.push(format!("WARNING: {shown} is not a chart.")),
            Some(found) => {
                let declared = chart.metadata.dependencies.iter().flatten();
                if !declared.into_iter().any(|wanted| wanted.name == found.metadata.name) {
                    lines.push(format!("WARNING: {shown} is not in Chart.yaml."));
                }
            }
        }
    }
    lines
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
