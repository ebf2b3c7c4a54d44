//! `cargo xtask bench traced`: what recording causes costs, chart by chart in one process.

use super::median;
use crate::option;
use chartlens::render::{RenderOptions, render};
use chartlens_tests::command::with_environment;
use chartlens_tests::corpus::{Corpus, arguments, is_complete};
use std::path::Path;
use std::time::Instant;

/// Renders every case with and without causes, alternating; whether the goal is reached.
pub fn run(args: &[String]) -> bool {
    let rounds: usize = option(args, "--rounds").and_then(|rounds| rounds.parse().ok()).unwrap_or(7);
    let Some(corpus) = Corpus::open(Path::new(option(args, "--dir").unwrap_or("../shared/corpus"))) else {
        eprintln!("no corpus");
        return false;
    };
    let mut ratios = Vec::new();
    let (mut plain_sum, mut traced_sum) = (0.0, 0.0);
    for case in corpus.cases.iter().filter(|case| case["helm4"]["exit"] == 0 && is_complete(case, &corpus.root)) {
        let args = arguments(case);
        let measured = with_environment(&corpus.root, &mut Vec::new(), &mut Vec::new(), |env| {
            let prepared = chartlens_cli::prepare(&args[1..], env).ok()?;
            let once = |trace| {
                let options = RenderOptions { trace, ..prepared.options.clone() };
                let started = Instant::now();
                render(&prepared.chart, &options, &prepared.host, &|_| Err("no files".to_owned())).ok()?;
                Some(started.elapsed().as_secs_f64())
            };
            once(false).zip(once(true))?;
            let (mut plain, mut traced) = (Vec::new(), Vec::new());
            for _ in 0..rounds {
                plain.push(once(false)?);
                traced.push(once(true)?);
            }
            Some((median(&mut plain), median(&mut traced)))
        });
        // Cases whose flags read files cannot run here.
        let Some((plain, traced)) = measured else { continue };
        ratios.push(traced / plain);
        plain_sum += plain;
        traced_sum += traced;
    }
    let half = median(&mut ratios);
    let at = |share: f64| ratios.get((ratios.len() as f64 * share) as usize).copied().unwrap_or(0.0);
    println!("{} cases: a render that records causes takes {half:.2} times as long at the median,", ratios.len());
    println!("{:.2} at the 95th percentile, {:.2} over all together (goal 2.5)", at(0.95), traced_sum / plain_sum);
    half <= 2.5
}
