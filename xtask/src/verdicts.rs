//! `cargo xtask verdicts`: recorded verdicts of schema validation on plain manifests.

use crate::{option, switch};
use chartlens_tests::verdicts::Verdicts;
use std::collections::BTreeMap;
use std::path::Path;

/// Replays the records; whether all agree.
pub fn run(args: &[String]) -> bool {
    let dir = option(args, "--dir").unwrap_or("../shared/manifests");
    let verbose = switch(args, "--verbose");
    let Some(verdicts) = Verdicts::open(Path::new(dir)) else {
        eprintln!("no verdicts at {dir}");
        return false;
    };
    let tallies = verdicts.replay();
    let (mut passed, mut failed) = (0, 0);
    println!(
        "{:<8} {:>6} {:>8} {:>13} {:>7} {:>7} {:>14}",
        "version", "ok", "invalid", "unknown-kind", "passed", "failed", "beyond schema"
    );
    for (version, tally) in &tallies {
        let count = |verdict: &str| tally.verdicts.get(verdict).copied().unwrap_or(0);
        println!(
            "{version:<8} {:>6} {:>8} {:>13} {:>7} {:>7} {:>14}",
            count("ok"),
            count("invalid"),
            count("unknown-kind"),
            tally.passed,
            tally.failed.len(),
            tally.beyond.len()
        );
        passed += tally.passed;
        failed += tally.failed.len();
    }
    let mut seen: BTreeMap<&String, Vec<&str>> = BTreeMap::new();
    for (version, tally) in &tallies {
        for failure in &tally.failed {
            seen.entry(failure).or_default().push(version);
        }
    }
    for (failure, versions) in seen {
        println!("{failure} [{}]", versions.join(" "));
    }
    if let Some(tally) = tallies.values().last() {
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        for (code, text) in &tally.beyond {
            *codes.entry(code).or_default() += 1;
            if verbose {
                println!("{code} {text}");
            }
        }
        println!("beyond the schema, newest version: {codes:?}");
    }
    println!("{passed} passed, {failed} failed");
    failed == 0
}
