//! `cargo xtask bench`: how fast, as ratios of runs beside each other.

mod check;
mod growth;
mod helm;
mod kube;
mod traced;

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

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
