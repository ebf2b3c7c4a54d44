//! `chartlens install --dry-run=client`: what Helm would print, notes and hooks included.

use super::options::{HELM, OWN, RELEASE, VALUES, colours_are_known, dry_run, helm_version};
use super::template::{Prepared, error, prepare_parsed, warn};
use super::{Command, FAILED};
use crate::environment::Environment;
use crate::flags::{Flag, Takes, parse};
use crate::references::{PLACES, REFERENCE, SERVER};
use chartlens::host::HelmVersion;
use chartlens::render::{InstallOptions, Record, ReleaseOptions, Rendered, install_report, render_and_record};

const OUTPUT: &[Flag] = &[
    Flag::new(
        "dry-run",
        Takes::OptionalText("unset"),
        "client: print what would be installed; anything else is refused",
    ),
    Flag::new("output", Takes::Text, "how the release is written: table, json or yaml")
        .short('o')
        .checked(format)
        .choices(|| vec!["table", "json", "yaml"]),
    Flag::new("hide-notes", Takes::Switch, "leave the notes out"),
    Flag::new("hide-secret", Takes::Switch, "leave the content of Secrets out"),
    Flag::new("render-subchart-notes", Takes::Switch, "print the notes of charts inside too"),
];

/// The verb.
pub static COMMAND: Command = Command {
    name: "install",
    usage: "chartlens install NAME CHART --dry-run=client [flags]",
    summary: "Print what `helm install --dry-run=client` prints: hooks, manifests and notes",
    description: "Renders a chart as an installation and prints hooks, manifests and notes. chartlens never talks to a cluster, so\nnothing but --dry-run=client works.",
    examples: &[("chartlens install web ./charts/web --dry-run=client", "show the notes that users will see")],
    flags: FLAGS,
    run,
};

/// Helm's `output.ParseFormat`.
pub fn format(value: &str) -> Result<Option<String>, String> {
    match value {
        "table" | "json" | "yaml" => Ok(None),
        _ => Err("invalid format type".to_owned()),
    }
}

const FLAGS: &[(&str, &[Flag])] = &[
    ("Values", VALUES),
    ("Release", RELEASE),
    ("Output", OUTPUT),
    ("Chart", REFERENCE),
    ("Servers", SERVER),
    ("Places", PLACES),
    ("Reproducibility", OWN),
    ("As in Helm", HELM),
];

fn run(args: &[String], env: &mut Environment<'_>) -> u8 {
    let groups: Vec<&[Flag]> = FLAGS.iter().map(|(_, flags)| *flags).collect();
    let parsed = match parse(&groups, args) {
        Ok(parsed) => parsed,
        Err(message) => return error(env, &message),
    };
    if !colours_are_known(&parsed, env) {
        return FAILED;
    }
    let mut log = Vec::new();
    let dry = match helm_version(&parsed).unwrap_or_default() {
        HelmVersion::V3 => Ok(matches!(parsed.text("dry-run"), Some("client" | "true" | "unset"))),
        HelmVersion::V4 => dry_run(&parsed, false, &mut log),
    };
    match dry {
        Ok(true) => {}
        Ok(false) => {
            let text = "chartlens never talks to a cluster: use --dry-run=client to see what would be installed";
            return error(env, text);
        }
        Err(message) => return error(env, &message),
    }
    let debug = parsed.on("debug");
    env.log(&log, HelmVersion::V4, debug);
    let prepared = match prepare_parsed(parsed, env, FLAGS, None) {
        Ok(prepared) => prepared,
        Err(failure) => {
            warn(env, &failure.warnings);
            env.log(&failure.log, failure.helm, debug);
            return error(env, &format!("INSTALLATION FAILED: {}", failure.message));
        }
    };
    let helm = prepared.options.helm;
    warn(env, &prepared.parsed.warnings);
    let result = {
        let read = |file: &str| env.read(file);
        render_and_record(&prepared.chart, &prepared.options, &prepared.host, &read)
    };
    let log = match &result {
        Ok((rendered, _)) => &rendered.log,
        Err(failure) => &failure.log,
    };
    let log: Vec<_> = prepared.log.iter().chain(log).cloned().collect();
    env.log(&log, helm, debug);
    match result.map(|(rendered, record)| print(&rendered, record, &prepared)) {
        Ok(Ok(text)) => {
            let _ = env.stdout.write_all(&text);
            0
        }
        Ok(Err(message)) => error(env, &message),
        Err(failure) => error(env, &format!("INSTALLATION FAILED: {}", failure.kind.helm_text(helm))),
    }
}

/// The release in the form that was asked for. The error is Go's text.
fn print(rendered: &Rendered, record: Option<Record>, prepared: &Prepared) -> Result<Vec<u8>, String> {
    let (parsed, options, host) = (&prepared.parsed, &prepared.options, &prepared.host);
    let release = ReleaseOptions {
        now: host.now,
        zone: host.zone.clone(),
        hide_secrets: parsed.on("hide-secret"),
        server_side: parsed.text("server-side").is_none() || parsed.on("server-side"),
    };
    match (parsed.text("output"), record) {
        (Some("json"), Some(record)) => record.to_json(rendered, options, &release),
        (Some("yaml"), Some(record)) => record.to_yaml(rendered, options, &release),
        (_, record) => {
            let record = record.filter(|_| parsed.on("debug"));
            let install = InstallOptions {
                time: &chartlens::format_time(host.now, "Mon Jan  2 15:04:05 2006"),
                hide_notes: parsed.on("hide-notes"),
                hide_secrets: release.hide_secrets,
                values: record.map(|record| record.values()).transpose()?,
            };
            Ok(install_report(rendered, options, &install))
        }
    }
}
