//! `chartlens pull`: a chart from a repository or registry, as a file or a folder.

use super::{Arguments, GENERAL, run, tell};
use crate::commands::Command;
use crate::environment::Environment;
use crate::flags::{Flag, Parsed, Takes};
use crate::references::{PLACES, REFERENCE, SERVER, keyring, registry, wanted};
use chartlens::log::{Level, Log};

const PULL: &[Flag] = &[
    Flag::new("untar", Takes::Switch, "unpack the chart"),
    Flag::new("untardir", Takes::Text, "folder to unpack it into, below --destination (default .)"),
    Flag::new("destination", Takes::Text, "folder to write to (default .)").short('d'),
    Flag::new("prov", Takes::Switch, "fetch the provenance file too, without verifying it"),
];

/// The verb.
pub static COMMAND: Command = Command {
    name: "pull",
    usage: "chartlens pull [chart URL | repo/chartname] [...] [flags]",
    summary: "Fetch a chart from a repository or registry, as `helm pull` does",
    description: "Fetches charts by reference: `oci://…`, REPOSITORY/CHART of a repository that was added, the address of a .tgz, or a\nname with --repo. Flags, words and exit codes are those of `helm pull`.",
    examples: &[
        ("chartlens pull oci://registry.example/charts/web --version '^1.2'", "the newest 1.x from a registry"),
        ("chartlens pull web --repo https://charts.example --untar", "from a repository, as a folder"),
        ("chartlens pull charts/web -d archives", "from a repository that was added, into a folder"),
        ("chartlens pull https://charts.example/web-1.2.0.tgz --verify", "an archive, only if its signature holds"),
    ],
    flags: &[("Pull", PULL), ("Chart", REFERENCE), ("Servers", SERVER), ("Places", PLACES), ("General", GENERAL)],
    run: |args, env| run(&COMMAND, Arguments::AtLeast(1), args, env, pull),
};

fn pull(parsed: &Parsed, env: &mut Environment<'_>, log: &mut Vec<Log>) -> Result<(), String> {
    let (registry, keyring) = (registry(parsed, env), keyring(parsed, env));
    let folder = parsed.text("destination").unwrap_or(".");
    let untar = parsed.on("untar").then(|| parsed.text("untardir").unwrap_or("."));
    if parsed.on("devel") && parsed.text("version").unwrap_or_default().is_empty() {
        log.push(Log::new(Level::Debug, "setting version to >0.0.0-0"));
    }
    registry.check()?;
    for reference in &parsed.arguments {
        let pulled = registry.pull(&wanted(parsed, reference, &keyring), folder, untar, log);
        tell(&registry, env);
        let _ = write!(env.stdout, "{}", pulled?);
    }
    Ok(())
}
