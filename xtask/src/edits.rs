//! `cargo xtask edits`: random edits of charts with a question after each. What is found must be what a fresh start finds,
//! nothing may panic, and no answer may take too long.

use crate::bench::median;
use crate::option;
use chartlens::chart::File;
use chartlens_tests::ide::typing::{charts, session};
use std::path::Path;

/// So many edits, over all charts.
const EDITS: usize = 10_000;

/// So many charts are drawn beside the examples and the two large ones.
const OTHERS: usize = 8;

/// Prints a line for each question; whether all is well.
pub fn run(args: &[String]) -> bool {
    let number = |name, default| option(args, name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let (edits, seed) = (number("--edits", EDITS), number("--seed", 1) as u64);
    let folder = Path::new(option(args, "--dir").unwrap_or("../shared/corpus"));
    let charts = charts(Some(folder), number("--charts", OTHERS), seed);
    let names: Vec<&str> = charts.iter().map(|(name, _)| name.as_str()).collect();
    println!("{edits} edits from seed {seed} of {}", names.join(", "));
    let found = session(&charts, seed, edits);
    println!("{:<20} {:>8} {:>8} {:>8}", "milliseconds", "answers", "median", "longest");
    for (question, answers) in &found.answers {
        let mut times: Vec<f64> = answers.times.iter().map(|time| time.as_secs_f64() * 1e3).collect();
        let (longest, what) = &answers.slowest;
        let (middle, longest) = (median(&mut times), longest.as_secs_f64() * 1e3);
        println!("{question:<20} {:>8} {middle:>8.0} {longest:>8.0}  {what}", times.len());
    }
    println!("held against a fresh start {} times, {} faults", found.compared, found.wrong.len());
    found.wrong.iter().for_each(|wrong| println!("{wrong}"));
    for (number, (what, files)) in found.slow.iter().enumerate() {
        println!("too long: {what}");
        if let Some(folder) = option(args, "--keep") {
            keep(&Path::new(folder).join(number.to_string()), files);
        }
    }
    found.wrong.is_empty() && (cfg!(debug_assertions) || found.slow.is_empty())
}

/// Writes a chart down as it was when an answer took too long.
fn keep(folder: &Path, files: &[File]) {
    for file in files {
        let path = folder.join(&file.name);
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        made.and_then(|()| std::fs::write(&path, &file.data)).expect("written");
    }
}
