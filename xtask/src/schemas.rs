//! `cargo xtask values-schemas`: schemas of values for real charts. Each must accept the chart's defaults and the values files that
//! its authors test it with, and should refuse planted values of a wrong type.

use crate::option;
use chartlens_tests::corpus::Corpus;
use chartlens_tests::faults::Faults;
use chartlens_tests::schemas::{own, planted};
use std::path::Path;

/// How many percent of the planted faults must be refused.
const ENOUGH: usize = 90;

/// Makes the schemas and counts; whether they are as they should be.
pub fn run(args: &[String]) -> bool {
    let dir = Path::new(option(args, "--dir").unwrap_or("../shared"));
    let every = option(args, "--every").and_then(|every| every.parse().ok()).unwrap_or(1);
    let (Some(corpus), Some(faults)) = (Corpus::open(&dir.join("corpus")), Faults::open(&dir.join("faults"))) else {
        eprintln!("there is no corpus with faults in {}", dir.display());
        return false;
    };
    let (mut charts, mut sets, mut refused, mut found, mut all) = (0, 0, 0, 0, 0);
    for made in own(&corpus, every) {
        charts += 1;
        sets += made.sets.len();
        refused += made.refused.len();
        made.refused.iter().for_each(|line| println!("{}: {line}", made.name));
        for fault in planted(&faults, "values-type", &made.name) {
            let Some(is_refused) = made.refuses(fault) else { continue };
            all += 1;
            found += usize::from(is_refused);
            if !is_refused {
                println!("{}: accepted", fault["id"].as_str().unwrap_or_default());
            }
        }
    }
    println!("{charts} charts and {sets} sets of values: {refused} refused in vain");
    println!("{found} of {all} planted values of a wrong type refused");
    refused == 0 && found * 100 >= all * ENOUGH
}
