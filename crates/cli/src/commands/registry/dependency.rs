//! `chartlens dependency`: the charts that a chart needs, in its `charts/`.

use super::table::table;
use super::{Arguments, GENERAL, run};
use crate::commands::Command;
use crate::environment::{Environment, go_error};
use crate::flags::{Flag, Parsed, Takes};
use crate::folder;
use crate::references::{PLACES, SERVER, manage};
use chartlens::host::HelmVersion;
use chartlens::log::Log;
use chartlens_registry::{Verify, dependency_rows, undeclared};
use std::path::Path;

const LIST: &[Flag] = &[Flag::new("max-col-width", Takes::Number, "widest column of the table (default 80)")];

const FETCH: &[Flag] = &[
    Flag::new("skip-refresh", Takes::Switch, "take the indexes of repositories as they are in the cache"),
    Flag::new("verify", Takes::Switch, "verify the charts' provenance files"),
    Flag::new("keyring", Takes::Text, "keys that are trusted, for --verify (default ~/.gnupg/pubring.gpg)"),
];

/// The verb.
pub static LIST_COMMAND: Command = Command {
    name: "dependency list",
    usage: "chartlens dependency list CHART [flags]",
    summary: "List the charts that a chart needs, and whether they are there",
    description: "Prints what Chart.yaml asks for with its state in charts/, in the words of `helm dependency list`.",
    examples: &[("chartlens dependency list charts/web", "what is there and what is missing")],
    flags: &[("List", LIST), ("General", GENERAL)],
    run: |args, env| run(&LIST_COMMAND, Arguments::AtMost(1), args, env, list),
};

/// The verb.
pub static BUILD_COMMAND: Command = Command {
    name: "dependency build",
    usage: "chartlens dependency build CHART [flags]",
    summary: "Bring the charts that Chart.lock names into charts/",
    description: "Brings exactly the versions of Chart.lock, or does as `dependency update` where there is none.",
    examples: &[("chartlens dependency build charts/web", "as the lock file says")],
    flags: &[("Dependencies", FETCH), ("Servers", SERVER), ("Places", PLACES), ("General", GENERAL)],
    run: |args, env| run(&BUILD_COMMAND, Arguments::AtMost(1), args, env, build),
};

/// The verb.
pub static UPDATE_COMMAND: Command = Command {
    name: "dependency update",
    usage: "chartlens dependency update CHART [flags]",
    summary: "Find versions for what Chart.yaml asks, bring them, and write Chart.lock",
    description: "Takes the newest versions that fit, brings them into charts/, takes outdated ones away, and writes Chart.lock as\nHelm does.",
    examples: &[("chartlens dependency update charts/web", "the newest that fit")],
    flags: &[("Dependencies", FETCH), ("Servers", SERVER), ("Places", PLACES), ("General", GENERAL)],
    run: |args, env| run(&UPDATE_COMMAND, Arguments::AtMost(1), args, env, update),
};

/// The chart's path, clean as Go makes it.
fn path(parsed: &Parsed) -> String {
    chartlens::text::path::clean(parsed.arguments.first().map_or(".", String::as_str))
}

fn list(parsed: &Parsed, env: &mut Environment<'_>, log: &mut Vec<Log>) -> Result<(), String> {
    let path = path(parsed);
    if let Err(error) = std::fs::metadata(env.path(&path)) {
        return Err(format!("stat {path}: {}", go_error(&error)));
    }
    let chart = folder::load(env, &path, HelmVersion::V4, log)?;
    if chart.metadata.dependencies.is_none() {
        let shown = chartlens::text::path::clean(&format!("{path}/charts"));
        let _ = writeln!(env.stdout, "WARNING: no dependencies at {shown}");
        return Ok(());
    }
    let most = parsed.text("max-col-width").and_then(|text| text.parse().ok()).unwrap_or(80);
    let inner = |path: &Path| folder::load(env, &path.to_string_lossy(), HelmVersion::V4, &mut Vec::new()).ok();
    let root = env.path(&path);
    let mut rows = vec![["NAME", "VERSION", "REPOSITORY", "STATUS"].map(str::to_owned).to_vec()];
    rows.extend(dependency_rows(&root, &chart, &inner).into_iter().map(|row| row.to_vec()));
    let mut text = format!("{}\n\n", table(&rows, most));
    text.extend(undeclared(&root, &path, &chart, &inner).into_iter().map(|line| format!("{line}\n")));
    let _ = env.stdout.write_all(text.as_bytes());
    Ok(())
}

fn build(parsed: &Parsed, env: &mut Environment<'_>, log: &mut Vec<Log>) -> Result<(), String> {
    let verify = if parsed.on("verify") { Verify::IfPossible } else { Verify::Never };
    printing(env, |env, out| manage(parsed, env, &path(parsed), verify, out, log, |manager| manager.build()))
}

fn update(parsed: &Parsed, env: &mut Environment<'_>, log: &mut Vec<Log>) -> Result<(), String> {
    let verify = if parsed.on("verify") { Verify::Always } else { Verify::Never };
    printing(env, |env, out| manage(parsed, env, &path(parsed), verify, out, log, |manager| manager.update()))
}

/// Runs what prints while the rest of the environment is looked at.
fn printing(
    env: &mut Environment<'_>,
    work: impl FnOnce(&Environment<'_>, &mut dyn std::io::Write) -> Result<(), String>,
) -> Result<(), String> {
    let Environment { folder, variable, stdin, stdout, stderr, terminal } = env;
    let mut nowhere = std::io::sink();
    let inner = Environment {
        folder: folder.clone(),
        variable: *variable,
        stdin: &mut **stdin,
        stdout: &mut nowhere,
        stderr: &mut **stderr,
        terminal: *terminal,
    };
    work(&inner, &mut **stdout)
}
