//! `cargo xtask edits`: random edits of charts with a question after each. What is found at the end must be what a fresh
//! start finds, and no answer may take too long.

use crate::option;
use chartlens_tests::ide::typing::{charts, session};
use std::path::Path;
use std::time::Duration;

/// So many edits, over all charts.
const EDITS: usize = 10_000;

/// No answer may take longer, where programs are built to be fast.
const LONGEST: Duration = Duration::from_millis(500);

/// Prints a line for each chart; whether all is well.
pub fn run(args: &[String]) -> bool {
    let number = |name, default| option(args, name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let (edits, first) = (number("--edits", EDITS), number("--seed", 1));
    let charts = charts(Some(Path::new(option(args, "--dir").unwrap_or("../shared/corpus"))));
    let mut is_well = true;
    for (seed, (name, files)) in (first as u64..).zip(&charts) {
        let found = session(name, files, seed, edits / charts.len());
        let (time, what) = &found.slowest;
        let [first, slowest] = [found.first, *time].map(|time| time.as_secs_f64() * 1e3);
        println!("{name:<44} seed {seed:>4}  first check {first:>6.1} ms  slowest answer {slowest:>6.1} ms: {what}");
        if found.ends.0 != found.ends.1 {
            println!("{name}: what is found after the edits is not what a fresh start finds");
            is_well = false;
        }
        is_well &= cfg!(debug_assertions) || *time < LONGEST;
    }
    is_well
}
