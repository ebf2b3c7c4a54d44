//! `cargo xtask advice`: every fix that a check offers is carried out by itself, and the chart is checked again.
//! `cargo xtask fixes`: the same for the fixes of all rules over healthy charts, by themselves and together.

use crate::faults::replay;
use crate::{option, switch};
use chartlens_tests::advice::{Proof, prove, together};
use chartlens_tests::faults::{Faults, copy};
use std::path::{Path, PathBuf};

/// So many mistakes of each further kind are planted.
const PLANTED: usize = 10;

/// Carries out the advice for planted faults, for reports and for healthy charts; whether all of it was true.
pub fn run(args: &[String]) -> bool {
    let dir = Path::new(option(args, "--dir").unwrap_or("../shared"));
    let every: usize = option(args, "--sample").and_then(|n| n.parse().ok()).unwrap_or(1).max(1);
    let mut proof = Proof::default();
    if let Some(faults) = Faults::open(&dir.join("faults")) {
        let wanted: Vec<_> = faults.faults.iter().step_by(every).filter(|fault| faults.is_complete(fault)).collect();
        add(&mut proof, "faults", replay(&wanted, |fault, scratch| faults.advise(fault, scratch)));
        let planted = crate::planted::plant(&faults.charts, 1, PLANTED.div_ceil(every), None);
        let wanted: Vec<_> = planted.iter().collect();
        add(&mut proof, "planted", replay(&wanted, |fault, scratch| faults.advise(fault, scratch)));
    }
    for (name, folder, profile) in [("reports", "reports", "default"), ("charts", "corpus/charts", "strict")] {
        let charts = charts(&dir.join(folder), every);
        let wanted: Vec<&PathBuf> = charts.iter().collect();
        let found = replay(&wanted, |chart, scratch| prove(&laid(chart, scratch, profile), scratch, &[]));
        add(&mut proof, name, found);
    }
    let (offered, good) = table(&proof, args);
    println!("{offered} offered, {good} true, {} false, {} findings told twice", offered - good, proof.twice.len());
    offered > 0 && offered == good && proof.twice.is_empty()
}

/// Carries out the fixes of all rules over healthy charts, one at a time and all together; whether each is proved.
pub fn fixes(args: &[String]) -> bool {
    let dir = Path::new(option(args, "--dir").unwrap_or("../shared/corpus"));
    let every: usize = option(args, "--sample").and_then(|n| n.parse().ok()).unwrap_or(1).max(1);
    let charts = charts(&dir.join("charts"), every);
    let wanted: Vec<&PathBuf> = charts.iter().collect();
    let found = replay(&wanted, |chart, scratch| {
        let args = laid(chart, scratch, "strict");
        (prove(&args, scratch, &[]), together(&args, scratch))
    });
    let (mut proof, mut applied, mut whole) = (Proof::default(), 0, 0);
    for (chart, (alone, all)) in found {
        proof.extend(alone);
        match all {
            Ok(number) => (applied, whole) = (applied + number, whole + 1),
            Err(why) => proof.failed.push(format!("{}: {why}", chart.display())),
        }
    }
    let (offered, proved) = table(&proof, args);
    println!("{offered} offered, {proved} proved one at a time");
    println!("{applied} applied together, {whole} of {} charts proved", charts.len());
    offered > 0 && offered == proved && whole == charts.len()
}

/// Copies a chart into a scratch folder; the arguments to check it there.
fn laid(chart: &Path, scratch: &Path, profile: &str) -> Vec<String> {
    let _ = std::fs::remove_dir_all(scratch);
    copy(chart, &scratch.join("chart"));
    ["chart", "--seed", "s", "--now", "0", "--profile", profile].map(str::to_owned).to_vec()
}

/// Prints the fixes by code; how many were offered, and how many of these are true.
fn table(proof: &Proof, args: &[String]) -> (usize, usize) {
    println!("{:<32} {:>8} {:>8} {:>8}", "code", "offered", "true", "false");
    let mut sum = (0, 0);
    for (code, (offered, good)) in &proof.codes {
        println!("{code:<32} {offered:>8} {good:>8} {:>8}", offered - good);
        sum = (sum.0 + offered, sum.1 + good);
    }
    if switch(args, "--verbose") {
        proof.failed.iter().for_each(|line| println!("{line}"));
        proof.twice.iter().for_each(|line| println!("twice: {line}"));
    }
    sum
}

fn add<F>(proof: &mut Proof, what: &str, all: Vec<(&F, Proof)>) {
    println!("{what}: {}", all.len());
    all.into_iter().for_each(|(_, other)| proof.extend(other));
}

/// Every nth of the folders that are charts, or have one named `chart`.
fn charts(dir: &Path, every: usize) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = std::fs::read_dir(dir)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .map(|path| if path.join("chart").is_dir() { path.join("chart") } else { path })
        .filter(|path| path.join("Chart.yaml").exists())
        .collect();
    all.sort();
    all.into_iter().step_by(every).collect()
}
