//! `cargo xtask advice`: every fix that a check offers is carried out by itself, and the chart is checked again.

use crate::faults::replay;
use crate::{option, switch};
use chartlens_tests::advice::{Proof, prove};
use chartlens_tests::faults::{Faults, copy};
use std::path::{Path, PathBuf};

/// Carries out the advice for planted faults, for reports and for healthy charts; whether all of it was true.
pub fn run(args: &[String]) -> bool {
    let dir = Path::new(option(args, "--dir").unwrap_or("../shared"));
    let every: usize = option(args, "--sample").and_then(|n| n.parse().ok()).unwrap_or(1).max(1);
    let mut proof = Proof::default();
    if let Some(faults) = Faults::open(&dir.join("faults")) {
        let wanted: Vec<_> = faults.faults.iter().step_by(every).filter(|fault| faults.is_complete(fault)).collect();
        add(&mut proof, "faults", replay(&wanted, |fault, scratch| faults.advise(fault, scratch)));
    }
    for (name, folder, profile) in [("reports", "reports", "default"), ("charts", "corpus/charts", "strict")] {
        let charts: Vec<PathBuf> = charts(&dir.join(folder)).into_iter().step_by(every).collect();
        let wanted: Vec<&PathBuf> = charts.iter().collect();
        add(
            &mut proof,
            name,
            replay(&wanted, |chart, scratch| {
                let _ = std::fs::remove_dir_all(scratch);
                copy(chart, &scratch.join("chart"));
                let args = ["chart", "--seed", "s", "--now", "0", "--profile", profile];
                prove(&args.map(str::to_owned), scratch)
            }),
        );
    }
    println!("{:<32} {:>8} {:>8} {:>8}", "code", "offered", "true", "false");
    let mut sum = (0, 0);
    for (code, (offered, good)) in &proof.codes {
        println!("{code:<32} {offered:>8} {good:>8} {:>8}", offered - good);
        sum = (sum.0 + offered, sum.1 + good);
    }
    if switch(args, "--verbose") {
        proof.failed.iter().for_each(|line| println!("{line}"));
    }
    println!("{} offered, {} true, {} false", sum.0, sum.1, sum.0 - sum.1);
    sum.0 > 0 && sum.0 == sum.1
}

fn add<F>(proof: &mut Proof, what: &str, all: Vec<(&F, Proof)>) {
    println!("{what}: {}", all.len());
    all.into_iter().for_each(|(_, other)| proof.extend(other));
}

/// The folders that are charts, or have one named `chart`.
fn charts(dir: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = std::fs::read_dir(dir)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .map(|path| if path.join("chart").is_dir() { path.join("chart") } else { path })
        .filter(|path| path.join("Chart.yaml").exists())
        .collect();
    all.sort();
    all
}
