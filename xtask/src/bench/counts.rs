//! `cargo xtask bench counts`: instructions of fixed renders, which are the same on a busy machine as on an idle one.

use super::{chartlens, growth, stages};
use crate::option;
use crate::switch;
use chartlens::chart::File;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the counts are kept.
const KEPT: &str = "xtask/counts.txt";

/// More than this over the count kept is a fault; processors and compilers differ a little.
const LIMIT: f64 = 1.15;

/// Counts, and prints them beside those kept; with `--check`, whether none has grown too far. `--keep` keeps them.
pub fn run(args: &[String]) -> bool {
    let Some(command) = chartlens() else { return false };
    let kept = kept();
    let mut counts = BTreeMap::new();
    println!("{:<28} {:>14} {:>14} {:>7}", "instructions", "kept", "now", "ratio");
    let Ok(folder) = tempfile::tempdir() else { return false };
    let filter = option(args, "--filter").unwrap_or("");
    for (name, chart) in charts(folder.path()).into_iter().filter(|(name, _)| name.contains(filter)) {
        let Some(count) = count(&command, &chart) else {
            eprintln!("valgrind is needed, and the chart {name} must render");
            return false;
        };
        let before = kept.get(name).copied().unwrap_or(count);
        println!("{name:<28} {before:>14} {count:>14} {:>7.3}", count as f64 / before as f64);
        counts.insert(name, (before, count));
    }
    if switch(args, "--keep") {
        let lines = counts.iter().map(|(name, (_, count))| format!("{name} {count}\n"));
        return std::fs::write(KEPT, lines.collect::<String>()).is_ok();
    }
    !switch(args, "--check") || counts.values().all(|(before, count)| *count as f64 <= *before as f64 * LIMIT)
}

fn kept() -> BTreeMap<String, u64> {
    let text = std::fs::read_to_string(KEPT).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(name, n)| Some((name.to_owned(), n.parse().ok()?)))
        .collect()
}

/// The charts, in folders: those of the repository, and made ones.
pub fn charts(folder: &Path) -> Vec<(&'static str, PathBuf)> {
    let made = |name: &'static str, files: Vec<File>| {
        let chart = folder.join(name);
        for file in files {
            let path = chart.join(&file.name);
            let parent = path.parent().unwrap_or(&chart);
            let _ = std::fs::create_dir_all(parent).and_then(|()| std::fs::write(&path, &*file.data));
        }
        (name, chart)
    };
    let mut charts = vec![
        ("web", PathBuf::from("examples/web")),
        ("jinja", PathBuf::from("examples/jinja")),
        made("subcharts", growth::deep(25)),
        made("templates", growth::wide(200)),
    ];
    charts.extend(stages::small().into_iter().map(|(name, files)| made(name, files)));
    charts
}

fn count(command: &Path, chart: &Path) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(command)
        .args(["template", "r"])
        .arg(chart)
        .env("TZ", "UTC")
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    text.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok())
}
