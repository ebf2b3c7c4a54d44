//! `cargo xtask bench`: how fast, as ratios of runs beside each other.

mod check;
mod counts;
mod edit;
mod growth;
mod helm;
mod kube;
mod lint;
mod many;
mod memory;
mod sdk;
mod stages;
mod traced;
mod warm;

pub use counts::charts as fixed_charts;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Runs a benchmark; whether it could run, and reached what it must.
pub fn run(args: &[String]) -> bool {
    match args.first().map(String::as_str) {
        Some("kube") => kube::run(args),
        Some("growth") => growth::run(),
        Some("traced") => traced::run(args),
        Some("check") => check::run(args),
        Some("warm") => warm::run(args),
        Some("lint") => lint::run(args),
        Some("edit") => edit::run(args),
        Some("counts") => counts::run(args),
        Some("sdk") => sdk::run(args),
        Some("stages") => stages::run(args),
        Some("memory") => memory::run(args),
        Some("many") => many::run(args),
        _ => helm::run(args),
    }
}

/// The released command, built beside this program.
fn chartlens() -> Option<PathBuf> {
    let path = std::env::current_exe().ok()?.parent()?.join("chartlens");
    if !path.exists() {
        eprintln!("build the command first: cargo build --release --package chartlens-cli");
        return None;
    }
    Some(path)
}

/// Seconds of one run, process start included.
fn time(program: &Path, args: &[String], folder: &Path) -> f64 {
    let started = Instant::now();
    let _ = command(program, args, folder).status();
    started.elapsed().as_secs_f64()
}

fn command(program: &Path, args: &[String], folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(folder).env("TZ", "UTC").env("KUBECONFIG", "/dev/null");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// The quickest of several rounds: what else runs on the machine only adds.
fn least(seconds: impl IntoIterator<Item = f64>) -> f64 {
    seconds.into_iter().fold(f64::INFINITY, f64::min)
}

/// Peak memory in MiB, where GNU time is at hand.
fn peak_memory(program: &Path, args: &[String], root: &Path) -> Option<f64> {
    let output = Command::new("/usr/bin/time")
        .args(["-f", "peak %M"])
        .arg(program)
        .args(args)
        .current_dir(root)
        .env("KUBECONFIG", "/dev/null")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    text.lines().rev().find_map(|line| line.strip_prefix("peak ")?.parse::<f64>().ok()).map(|kib| kib / 1024.0)
}
