//! `chartlens package`: a chart's folder as an archive.

use super::{Arguments, GENERAL, run};
use crate::commands::Command;
use crate::environment::{Environment, absolute, go_error, now};
use crate::flags::{Flag, Parsed, Takes};
use crate::folder;
use crate::references::{self, PLACES, SERVER};
use chartlens::host::HelmVersion;
use chartlens::log::Log;
use chartlens_registry::{PackageOptions, source_date_epoch};

const SIGN: &str = "chartlens does not sign: sign with `helm package --sign`";

const PACKAGE: &[Flag] = &[
    Flag::new("version", Takes::Text, "set the version of the chart"),
    Flag::new("app-version", Takes::Text, "set the appVersion of the chart"),
    Flag::new("destination", Takes::Text, "folder to write to (default .)").short('d'),
    Flag::new("dependency-update", Takes::Switch, "bring the charts that Chart.yaml asks for into charts/ before")
        .short('u'),
    Flag::new("sign", Takes::Switch, "refused: nothing is signed").refused(SIGN),
    Flag::new("key", Takes::Text, "refused: nothing is signed").refused(SIGN),
    Flag::new("keyring", Takes::Text, "keys that are trusted (default ~/.gnupg/pubring.gpg)"),
    Flag::new("passphrase-file", Takes::Text, "refused: nothing is signed").refused(SIGN),
];

/// The verb.
pub static COMMAND: Command = Command {
    name: "package",
    usage: "chartlens package [CHART_PATH] [...] [flags]",
    summary: "Pack a chart into an archive, as `helm package` does",
    description: "Packs charts into NAME-VERSION.tgz, with the entries in the order in which Helm has them. The same chart gives the\nsame bytes with SOURCE_DATE_EPOCH.",
    examples: &[
        ("chartlens package charts/web", "into this folder"),
        ("chartlens package charts/web -d dist --version 1.2.0 --app-version 2.0", "with another version"),
        ("chartlens package charts/web -u", "with its dependencies brought before"),
    ],
    flags: &[("Package", PACKAGE), ("Servers", SERVER), ("Places", PLACES), ("General", GENERAL)],
    run: |args, env| run(&COMMAND, Arguments::AtLeast(0), args, env, package),
};

/// Times of packed charts.
pub fn times(env: &Environment<'_>) -> Result<PackageOptions, String> {
    let epoch = source_date_epoch((env.variable)("SOURCE_DATE_EPOCH"))?;
    Ok(PackageOptions { epoch, now: now(), ..PackageOptions::default() })
}

fn package(parsed: &Parsed, env: &mut Environment<'_>, log: &mut Vec<Log>) -> Result<(), String> {
    if parsed.arguments.is_empty() {
        return Err("need at least one argument, the path to the chart".to_owned());
    }
    crate::commands::options::refuse(parsed, COMMAND.flags)?;
    let text = |flag: &str| parsed.text(flag).unwrap_or_default().to_owned();
    let options = PackageOptions { version: text("version"), app_version: text("app-version"), ..times(env)? };
    let folder = parsed.text("destination").unwrap_or(".");
    for path in &parsed.arguments {
        let metadata =
            std::fs::metadata(env.path(path)).map_err(|error| format!("stat {path}: {}", go_error(&error)))?;
        if !metadata.is_dir() {
            return Err(format!("{path}: expected the folder of a chart"));
        }
        if parsed.on("dependency-update") {
            references::update(parsed, env, path, &mut std::io::sink(), log)?;
        }
        let chart = folder::load(env, &absolute(&env.folder, path), HelmVersion::V4, log)?;
        let name = chartlens_registry::package(chart, &env.path(folder), &options)?;
        let shown = match folder {
            "." => absolute(&env.folder, &name),
            folder => chartlens::text::path::clean(&format!("{folder}/{name}")),
        };
        let _ = writeln!(env.stdout, "Successfully packaged chart and saved it to: {shown}");
    }
    Ok(())
}
