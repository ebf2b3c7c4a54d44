//! `cargo xtask corpus`: real charts against recorded renders.

use crate::{option, switch};
use chartlens_tests::corpus::Corpus;
use chartlens_tests::findings;
use std::path::Path;
use std::time::Instant;

/// Renders all cases and compares; whether all agree.
pub fn run(args: &[String]) -> bool {
    let dir = option(args, "--dir").unwrap_or("../shared/corpus");
    let filter = option(args, "--filter").unwrap_or("");
    let traced = switch(args, "--traced");
    let Some(corpus) = Corpus::open(Path::new(dir)) else {
        eprintln!("no corpus at {dir}");
        return false;
    };
    let started = Instant::now();
    let (mut passed, mut failed, mut left_out, mut found) = (0, 0, 0, 0);
    for case in corpus.cases.iter().filter(|c| c["id"].as_str().is_some_and(|id| id.contains(filter))) {
        if case["helm4"]["exit"] == 0 && !chartlens_tests::corpus::is_complete(case, &corpus.root) {
            left_out += 1;
            continue;
        }
        let result = match traced {
            true => corpus.check_traced(case),
            false => corpus.check(case).and_then(|()| findings::check(&corpus, case)).map(|count| found += count),
        };
        match result {
            Ok(()) => passed += 1,
            Err(difference) => {
                failed += 1;
                println!("{}: {difference}", case["id"].as_str().unwrap_or_default());
            }
        }
    }
    println!("{:.1} s", started.elapsed().as_secs_f64());
    if left_out > 0 {
        println!("{left_out} left out: charts that they need are missing from the data");
    }
    if !traced {
        println!("{found} findings of `check`, each with a cause that is there");
    }
    println!("{passed} passed, {failed} failed");
    failed == 0
}
