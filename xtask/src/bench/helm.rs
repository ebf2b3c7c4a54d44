//! `cargo xtask bench --helm PATH`: whole processes against the real Helm, in one run, alternating.

use super::{chartlens, median, peak_memory, time};
use crate::option;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// One measured pair.
struct Row {
    id: String,
    ours: f64,
    theirs: f64,
    our_memory: Option<f64>,
    their_memory: Option<f64>,
    keys: bool,
}

/// Runs the benchmark; whether it could run.
pub fn run(args: &[String]) -> bool {
    let Some(helm) = option(args, "--helm") else {
        eprintln!("give the real Helm: cargo xtask bench --helm PATH");
        return false;
    };
    let dir = PathBuf::from(option(args, "--dir").unwrap_or("../shared/corpus"));
    let rounds: usize = option(args, "--rounds").and_then(|r| r.parse().ok()).unwrap_or(7);
    let count: usize = option(args, "--cases").and_then(|c| c.parse().ok()).unwrap_or(30);
    let Some(ours) = chartlens() else { return false };
    let Ok(manifest) = std::fs::read_to_string(dir.join("manifest.json")) else {
        eprintln!("no corpus at {}", dir.display());
        return false;
    };
    let cases: Vec<Value> = serde_json::from_str(&manifest).expect("a list of cases");
    let Some(root) = dir.canonicalize().ok().and_then(|d| d.parent().map(Path::to_owned)) else { return false };
    let mut cases: Vec<&Value> =
        cases.iter().filter(|c| c["helm4"]["exit"] == 0 && chartlens_tests::corpus::is_complete(c, &root)).collect();
    cases.sort_by_key(|c| std::cmp::Reverse(c["helm4"]["bytes"].as_u64().unwrap_or(0)));
    let middle = cases.len() / 2;
    let groups = [
        ("largest", cases.iter().take(count).copied().collect::<Vec<_>>()),
        ("median", cases.iter().skip(middle.saturating_sub(count / 2)).take(count).copied().collect()),
    ];
    for (name, group) in groups {
        let rows: Vec<Row> = group.iter().map(|case| measure(case, &root, &ours, Path::new(helm), rounds)).collect();
        report(name, &rows);
    }
    true
}

fn measure(case: &Value, root: &Path, ours: &Path, helm: &Path, rounds: usize) -> Row {
    let args = chartlens_tests::corpus::arguments(case);
    let (mut a, mut b) = (Vec::new(), Vec::new());
    time(ours, &args, root);
    time(helm, &args, root);
    for _ in 0..rounds {
        a.push(time(ours, &args, root));
        b.push(time(helm, &args, root));
    }
    Row {
        id: case["id"].as_str().unwrap_or_default().to_owned(),
        ours: median(&mut a),
        theirs: median(&mut b),
        our_memory: peak_memory(ours, &args, root),
        their_memory: peak_memory(helm, &args, root),
        keys: case["nondeterministic"] == true && case["uses_clock"] == true,
    }
}

fn report(name: &str, rows: &[Row]) {
    println!("\n{name}: milliseconds (and MiB) of whole processes, medians");
    println!("{:<70} {:>8} {:>8} {:>7} {:>7} {:>7}", "case", "ours", "helm", "ratio", "MiB", "MiB");
    for row in rows {
        println!(
            "{:<70} {:>8.1} {:>8.1} {:>7.1} {:>7.1} {:>7.1}{}",
            row.id,
            row.ours * 1e3,
            row.theirs * 1e3,
            row.theirs / row.ours,
            row.our_memory.unwrap_or(0.0),
            row.their_memory.unwrap_or(0.0),
            if row.keys { "  (keys)" } else { "" }
        );
    }
    let of = |pick: fn(&Row) -> f64| median(&mut rows.iter().filter(|row| !row.keys).map(pick).collect::<Vec<_>>());
    let speed = of(|row| row.theirs / row.ours);
    let memory = of(|row| row.our_memory.unwrap_or(0.0) / row.their_memory.unwrap_or(1.0));
    println!(
        "{name}: helm takes {speed:.1} times as long; peak memory is {memory:.2} of Helm's (medians, key generation apart)"
    );
}
