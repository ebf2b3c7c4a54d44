//! `chartlens trace`: what caused a line, and where a value or a template line ends up.

use super::options::{HELM, OWN, RELEASE, VALUES};
use super::template::{error, prepare_parsed, warn};
use super::{Command, FAILED};
use crate::environment::Environment;
use crate::flags::{Flag, Takes, parse};
use crate::references::{PLACES, REFERENCE, SERVER};
use chartlens::render::render;
use chartlens::session::{Question, trace};

const QUESTION: &[Flag] = &[
    Flag::new(
        "at",
        Takes::Text,
        "what caused this place: SOURCE[#N]:LINE[:COLUMN], or LINE[:COLUMN] of the whole output",
    ),
    Flag::new("value", Takes::Text, "where does this value end up: a.b.c"),
    Flag::new("template", Takes::Text, "what did this template line write: FILE:LINE"),
    Flag::new(
        "explain-values",
        Takes::Switch,
        "a table of all values: where each was set, what it overrode, whether it was read",
    ),
    Flag::new("show-secrets", Takes::Switch, "do not mask values whose names look secret"),
    Flag::new("format", Takes::Text, "text or json (default text)").choices(|| vec!["text", "json"]),
    Flag::new("kube-version", Takes::Text, "version of Kubernetes in .Capabilities.KubeVersion")
        .choices(|| chartlens::kube::versions().collect()),
    Flag::new("api-versions", Takes::List, "API versions in .Capabilities.APIVersions beside the usual ones")
        .short('a'),
    Flag::new("is-upgrade", Takes::Switch, "render an upgrade: .Release.IsUpgrade is true"),
];

/// The verb.
pub static COMMAND: Command = Command {
    name: "trace",
    usage: "chartlens trace [NAME] CHART (--at PLACE | --value PATH | --template FILE:LINE | --explain-values) [flags]",
    summary: "Show what caused a rendered line, and where a value ends up",
    description: "Renders a chart with causes and answers one question about the result.",
    examples: &[
        (
            "chartlens trace ./charts/web --at web/templates/deployment.yaml:12",
            "which template line and which value wrote line 12 of that document",
        ),
        ("chartlens trace ./charts/web --at 40", "the same for line 40 of the whole output"),
        ("chartlens trace ./charts/web --value image.tag", "every line that a value reaches"),
        ("chartlens trace ./charts/web --template templates/_helpers.tpl:9", "every line that a template line wrote"),
        ("chartlens trace ./charts/web -f prod.yaml --explain-values", "all values and where they were set"),
    ],
    flags: FLAGS,
    run,
};

const FLAGS: &[(&str, &[Flag])] = &[
    ("Question", QUESTION),
    ("Values", VALUES),
    ("Release", RELEASE),
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
        Err(message) => return super::misused(&COMMAND, args, &message, env),
    };
    let json = match parsed.text("format") {
        None | Some("text") => false,
        Some("json") => true,
        Some(other) => {
            return super::misused(&COMMAND, args, &format!("invalid --format {other:?}: expected text or json"), env);
        }
    };
    let mut prepared = match prepare_parsed(parsed, env, FLAGS, Some("release-name")) {
        Ok(prepared) => prepared,
        Err(failure) => {
            warn(env, &failure.warnings);
            return error(env, &failure.message);
        }
    };
    prepared.options.trace = true;
    let result = {
        let read = |file: &str| env.read(file);
        render(&prepared.chart, &prepared.options, &prepared.host, &read)
    };
    let rendered = match result {
        Ok(rendered) => rendered,
        Err(failure) => return error(env, &failure.kind.helm_text(prepared.options.helm)),
    };
    let parsed = &prepared.parsed;
    let question = if let Some(place) = parsed.text("at") {
        Question::At(place)
    } else if let Some(path) = parsed.text("value") {
        Question::Value(path)
    } else if let Some(place) = parsed.text("template") {
        Question::Template(place)
    } else if parsed.on("explain-values") {
        Question::ExplainValues
    } else {
        return super::misused(&COMMAND, args, "expected one of --at, --value, --template, --explain-values", env);
    };
    match trace(&rendered, &question, prepared.options.helm, parsed.on("show-secrets")) {
        Ok(answer) => {
            let text = if json { format!("{:#}\n", answer.json) } else { answer.text };
            let _ = env.stdout.write_all(text.as_bytes());
            0
        }
        Err(message) => {
            let _ = writeln!(env.stderr, "Error: {message}");
            FAILED
        }
    }
}
