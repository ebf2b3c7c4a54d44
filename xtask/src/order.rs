//! `cargo xtask order`: the command once more, with the functions that a render runs side by side in its file.
//!
//! The system reads a program by pieces of its file. A render runs a tenth of the functions, which are all over it: so nearly all
//! pieces are read and count as memory. `crates/cli/build.rs` hands the linker the order that this writes.

use crate::bench::fixed_charts;
use crate::option;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the command, watches it render, and builds it again; whether that went well.
pub fn run(args: &[String]) -> bool {
    let profile = option(args, "--profile").unwrap_or("release");
    let Some(target) = std::env::current_exe().ok().and_then(|path| Some(path.parent()?.parent()?.to_owned())) else {
        return false;
    };
    let (command, order) = (target.join(profile).join("chartlens"), target.join(profile).join("order.txt"));
    let Ok(folder) = tempfile::tempdir() else { return false };
    let mut charts: Vec<PathBuf> = fixed_charts(folder.path()).into_iter().map(|(_, chart)| chart).collect();
    charts.extend(args.iter().skip_while(|arg| *arg != "--charts").skip(1).map(PathBuf::from));
    if !build(profile, None) {
        return false;
    }
    let Some(functions) = charts.iter().map(|chart| functions(&command, chart)).collect::<Option<Vec<_>>>() else {
        eprintln!("valgrind is needed, and the charts must render");
        return false;
    };
    let functions: BTreeSet<String> = functions.into_iter().flatten().collect();
    let lines: String = functions.iter().map(|name| format!("{name}\n")).collect();
    println!("{} functions of {} renders: {}", functions.len(), charts.len(), order.display());
    std::fs::write(&order, lines).is_ok() && build(profile, Some(&order))
}

fn build(profile: &str, order: Option<&Path>) -> bool {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.args(["build", "--package", "chartlens-cli", "--bin", "chartlens", "--profile", profile]);
    match order {
        Some(order) => cargo.env("CHARTLENS_ORDER", order),
        None => cargo.env_remove("CHARTLENS_ORDER"),
    };
    cargo.status().is_ok_and(|status| status.success())
}

/// The functions that a render of a chart runs, as the linker knows them.
fn functions(command: &Path, chart: &Path) -> Option<Vec<String>> {
    let out = tempfile::NamedTempFile::new().ok()?;
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--demangle=no"]);
    valgrind.arg(format!("--callgrind-out-file={}", out.path().display()));
    let output = valgrind.arg(command).args(["template", "r"]).arg(chart).env("TZ", "UTC").output().ok()?;
    let text = std::fs::read_to_string(out.path()).ok().filter(|_| output.status.success())?;
    // `fn=(12) name`, with a mark behind where it runs within itself.
    let names = text.lines().filter_map(|line| line.strip_prefix("fn=(")?.split_once(") "));
    Some(names.map(|(_, name)| name.split('\'').next().unwrap_or(name).to_owned()).collect())
}
