//! Dependencies: `rules/dependencies.go`.

use super::{Linter, Weight};
use crate::chart::Chart;

pub(super) fn run(linter: &mut Linter<'_>) {
    let loaded = linter.load();
    let chart = match loaded {
        Ok(chart) => chart,
        Err(text) => {
            linter.rule(Weight::Error, "", Err(format!("unable to load chart\n\t{text}")));
            return;
        }
    };
    let path = linter.folder.path.clone();
    linter.rule(Weight::Error, &path, in_metadata(chart));
    linter.rule(Weight::Error, &path, unique(chart));
    linter.rule(Weight::Warning, &path, in_folder(chart));
}

fn listed(what: &str, names: &[&str]) -> Result<(), String> {
    if names.is_empty() { Ok(()) } else { Err(format!("{what}: {}", names.join(","))) }
}

fn in_metadata(chart: &Chart) -> Result<(), String> {
    let wanted = |name: &str| chart.metadata.dependencies.iter().flatten().any(|wanted| wanted.name == name);
    let names = chart.dependencies.iter().map(|chart| chart.metadata.name.as_str());
    let missing: Vec<&str> = names.filter(|name| !wanted(name)).collect();
    listed("chart metadata is missing these dependencies", &missing)
}

fn in_folder(chart: &Chart) -> Result<(), String> {
    let there = |name: &str| chart.dependencies.iter().any(|chart| chart.metadata.name == name);
    let names = chart.metadata.dependencies.iter().flatten().map(|wanted| wanted.name.as_str());
    let missing: Vec<&str> = names.filter(|name| !there(name)).collect();
    listed("chart directory is missing these dependencies", &missing)
}

fn unique(chart: &Chart) -> Result<(), String> {
    let (mut seen, mut shadowing): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for dependency in chart.metadata.dependencies.iter().flatten() {
        let key = if dependency.alias.is_empty() { &dependency.name } else { &dependency.alias };
        if seen.contains(&key.as_str()) {
            shadowing.push(key);
        }
        seen.push(key);
    }
    listed("multiple dependencies with name or alias", &shadowing)
}
