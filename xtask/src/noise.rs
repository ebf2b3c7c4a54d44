//! `cargo xtask noise`: what `check` says of healthy charts, rule by rule, as docs/noise.md.

use crate::{option, switch};
use chartlens_tests::command::command;
use chartlens_tests::corpus::Corpus;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// Findings of one rule.
#[derive(Default)]
struct Row {
    findings: usize,
    charts: BTreeSet<String>,
}

/// Checks every chart of the corpus with its default values, and writes the page or compares with it.
pub fn run(args: &[String]) -> bool {
    let dir = option(args, "--dir").unwrap_or("../shared/corpus");
    let Some(corpus) = Corpus::open(Path::new(dir)) else {
        eprintln!("no corpus at {dir}");
        return false;
    };
    let default = |case: &&Value| case["values_files"].as_array().is_some_and(Vec::is_empty);
    let renders = |case: &&Value| {
        case["helm4"]["exit"] == 0 && default(case) && case["args"].as_array().is_none_or(Vec::is_empty)
    };
    let cases = corpus.cases.iter().filter(renders);
    let charts: BTreeSet<&str> = cases.filter_map(|case| case["chart"].as_str()).collect();
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for chart in &charts {
        for (code, message) in findings(chart, &corpus) {
            if switch(args, "--verbose") {
                println!("{chart}: {code}: {message}");
            }
            let row = rows.entry(code).or_default();
            row.findings += 1;
            row.charts.insert((*chart).to_owned());
        }
    }
    let page = page(charts.len(), &rows);
    print!("{page}");
    if switch(args, "--check") {
        return std::fs::read_to_string("docs/noise.md").is_ok_and(|old| old == page);
    }
    std::fs::write("docs/noise.md", page).is_ok()
}

/// Code and message of what is found in a chart.
fn findings(chart: &str, corpus: &Corpus) -> Vec<(String, String)> {
    let args = ["check", &format!("corpus/charts/{chart}"), "--format", "json", "--seed", "noise", "--now", "0"];
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    let report: Value = serde_json::from_slice(&command(&args, &corpus.root).stdout).unwrap_or_default();
    let text = |found: &Value, name: &str| found[name].as_str().unwrap_or_default().to_owned();
    let found = report["diagnostics"].as_array().into_iter().flatten();
    found.map(|found| (text(found, "code"), text(found, "message"))).collect()
}

fn page(charts: usize, rows: &BTreeMap<String, Row>) -> String {
    let mut out = String::from("# What `check` says of healthy charts\n\n");
    let _ = writeln!(
        out,
        "Made by `cargo xtask noise`: {charts} public charts, each checked with its default values and the default\nversion of Kubernetes.\n"
    );
    out.push_str("| rule | findings | charts | findings a chart |\n|---|---|---|---|\n");
    for (code, row) in rows {
        let share = row.findings as f64 / charts.max(1) as f64;
        let _ = writeln!(out, "| `{code}` | {} | {} | {share:.3} |", row.findings, row.charts.len());
    }
    let values = ["values/unknown-key", "values/unused-key", "values/undefined-key"];
    let sum: usize = values.iter().filter_map(|code| rows.get(*code)).map(|row| row.findings).sum();
    let share = sum as f64 / charts.max(1) as f64;
    let _ = writeln!(out, "\nThe three rules on values that nobody reads or sets, together: {share:.3} a chart.");
    out
}
