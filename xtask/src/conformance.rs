//! `cargo xtask conformance`: recorded small cases against this engine.

use crate::{option, switch};
use chartlens::host::HelmVersion;
use chartlens_tests::recordings::Recordings;

/// Runs all cases; whether all passed that must.
pub fn run(args: &[String]) -> bool {
    let dir = option(args, "--dir").unwrap_or("../shared/conformance");
    let helm = if option(args, "--helm-version") == Some("3") { HelmVersion::V3 } else { HelmVersion::V4 };
    let (area, id) = (option(args, "--area"), option(args, "--id"));
    let without = option(args, "--without");
    let verbose = switch(args, "--verbose");
    let recordings = match Recordings::open(dir) {
        Ok(recordings) => recordings,
        Err(error) => {
            eprintln!("no recordings at {dir}: {error}");
            return false;
        }
    };
    let mut table = Vec::new();
    for name in recordings.areas().into_iter().filter(|name| area.is_none_or(|area| area == name)) {
        if without == Some(name.as_str()) {
            println!("{name} is left out: {} cases", recordings.cases(&name).len());
            continue;
        }
        let report = recordings.replay(&name, helm, |case| id.is_none_or(|id| id == case.id()));
        for (id, difference) in &report.failed {
            if verbose { println!("{id} {difference}") } else { println!("failing: {id}") }
        }
        table.push((name, report));
    }
    println!("{:<20} {:>7} {:>7} {:>7}", "area", "passed", "failed", "listed");
    for (area, report) in &table {
        println!("{area:<20} {:>7} {:>7} {:>7}", report.passed, report.failed.len(), report.listed);
    }
    let passed: usize = table.iter().map(|(_, report)| report.passed).sum();
    let failed: usize = table.iter().map(|(_, report)| report.failed.len()).sum();
    let listed: usize = table.iter().map(|(_, report)| report.listed).sum();
    println!("{listed} differ as COMPATIBILITY.md lists");
    println!("{passed} passed, {failed} failed");
    failed == 0
}
