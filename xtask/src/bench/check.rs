//! `cargo xtask bench check`: `check` against `helm template` followed by kubernetes-validate, as whole processes.

use super::{chartlens, command, median, time};
use crate::option;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

/// Times both; whether they could run.
pub fn run(args: &[String]) -> bool {
    let (Some(helm), Some(ours)) = (option(args, "--helm"), chartlens()) else {
        eprintln!("give the real Helm: cargo xtask bench check --helm PATH");
        return false;
    };
    let python = option(args, "--python").unwrap_or("python3");
    let chart = option(args, "--chart").unwrap_or("../shared/corpus/charts/argo--argo-cd");
    let rounds: usize = option(args, "--rounds").and_then(|rounds| rounds.parse().ok()).unwrap_or(7);
    let here = Path::new(".");
    let known = ["-c", "import kubernetes_validate"].map(str::to_owned);
    if !command(Path::new(python), &known, here).status().is_ok_and(|status| status.success()) {
        eprintln!("{python} has no kubernetes-validate: pip install kubernetes-validate");
        return false;
    }
    let check = ["check", chart, "--kube-version", "1.37"].map(str::to_owned);
    let (mut a, mut b, mut c) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=rounds {
        let checked = time(&ours, &check, here);
        let Some((rendered, validated)) = theirs(helm, python, chart) else {
            eprintln!("{helm} cannot be run");
            return false;
        };
        // The first run warms caches.
        if round > 0 {
            a.push(checked);
            b.push(rendered);
            c.push(validated);
        }
    }
    let (a, b, c) = (median(&mut a), median(&mut b), median(&mut c));
    println!("{chart}: milliseconds of whole processes, medians of {rounds}");
    println!("chartlens check            {:>9.1}", a * 1e3);
    println!("helm template              {:>9.1}   {:.1} times as long", b * 1e3, b / a);
    println!("  and kubernetes-validate  {:>9.1}   {:.1} times as long", (b + c) * 1e3, (b + c) / a);
    true
}

/// Seconds for Helm's render, and for the validation of what it wrote.
fn theirs(helm: &str, python: &str, chart: &str) -> Option<(f64, f64)> {
    let here = Path::new(".");
    let file = std::env::temp_dir().join(format!("chartlens-bench-{}.yaml", std::process::id()));
    let started = Instant::now();
    let render = ["template", chart, "--kube-version", "1.37"].map(str::to_owned);
    let out = std::fs::File::create(&file).ok()?;
    command(Path::new(helm), &render, here).stdout(Stdio::from(out)).status().ok()?;
    let rendered = started.elapsed().as_secs_f64();
    let validate = ["-m", "kubernetes_validate", "-k", "1.37", &file.to_string_lossy()].map(str::to_owned);
    let validated = time(Path::new(python), &validate, here);
    std::fs::remove_file(file).ok()?;
    Some((rendered, validated))
}
