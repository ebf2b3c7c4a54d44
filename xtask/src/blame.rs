//! `cargo xtask blame`: change one value at a time, and compare what changes with what causes predict.

use crate::{option, switch};
use chartlens_tests::blame::{Score, experiment};
use chartlens_tests::command::with_environment;
use chartlens_tests::corpus::{Corpus, arguments};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs the experiments; whether the folder is there.
pub fn run(args: &[String]) -> bool {
    let dir = option(args, "--dir").unwrap_or("../shared/corpus");
    let sample: usize = option(args, "--sample").and_then(|n| n.parse().ok()).unwrap_or(10);
    let filter = option(args, "--filter");
    let Some(corpus) = Corpus::open(Path::new(dir)) else {
        eprintln!("no corpus at {dir}");
        return false;
    };
    // Draws and clocks differ from run to run by nature, unless both are fixed, as they are here.
    let wanted: Vec<_> = corpus
        .cases
        .iter()
        .filter(|case| case["helm4"]["exit"] == 0)
        .filter(|case| filter.is_none_or(|text| case["id"].as_str().is_some_and(|id| id.contains(text))))
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some(&case) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut args = arguments(case);
            args.extend(["--seed", "blame", "--now", "0"].map(str::to_owned));
            let scores = with_environment(&corpus.root, &mut Vec::new(), &mut Vec::new(), |env| {
                let prepared = chartlens_cli::prepare(&args[1..], env).ok()?;
                experiment(&prepared.chart, &prepared.options, &prepared.host, sample)
            });
            done.extend(scores.map(|scores| (case["id"].as_str().unwrap_or_default(), scores)));
        }
        done
    };
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    let mut all: Vec<(&str, Vec<(String, Score)>)> = std::thread::scope(|scope| {
        let spawn = || std::thread::Builder::new().stack_size(256 << 20).spawn_scoped(scope, work).expect("a thread");
        let workers: Vec<_> = (0..threads).map(|_| spawn()).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    });
    all.sort_by_key(|(id, _)| *id);
    let mut sum = Score::default();
    for (id, scores) in &all {
        let mut chart = Score::default();
        for (path, score) in scores {
            chart.add(*score);
            if switch(args, "--verbose") && score.differs() {
                println!("{id}: {path}: {}", line(score));
            }
        }
        println!("{id}: {}", line(&chart));
        sum.add(chart);
    }
    println!(
        "{} cases, {} values changed: {} made the render fail, {} moved the flow of control",
        all.len(),
        sum.leaves,
        sum.failed,
        sum.control
    );
    println!("{}", line(&sum));
    true
}

fn line(score: &Score) -> String {
    let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
    format!(
        "recall {:.2} % of {} bytes, precision {:.2} % of {} ranges, guard recall {:.2} % of {} lines",
        share(score.changed_predicted, score.changed),
        score.changed,
        share(score.predicted_changed, score.predicted),
        score.predicted,
        share(score.guarded_predicted, score.guarded),
        score.guarded
    )
}
