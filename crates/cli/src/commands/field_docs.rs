//! `chartlens field-docs`: keeps what an OpenAPI document says of the fields of Kubernetes, for the hovers of editors.

use super::{Command, FAILED};
use crate::environment::{Environment, go_error};
use crate::flags::{Flag, Parsed, Takes, parse};
use chartlens::ide::FieldDocs;
use etcetera::{BaseStrategy, choose_base_strategy};
use std::path::PathBuf;

const FLAGS: &[Flag] = &[Flag::new(
    "output",
    Takes::Text,
    "write to this file in place of the one that `chartlens lsp` finds, or - for standard output",
)
.short('o')];

/// The verb.
pub static COMMAND: Command = Command {
    name: "field-docs",
    usage: "chartlens field-docs FILE… [flags]",
    summary: "Keep the documentation of Kubernetes' fields for the hovers of editors",
    description: "Reads OpenAPI documents, version 2 or 3, of a cluster or of Kubernetes' own repository, and keeps what they\nsay of fields where `chartlens lsp` finds it: hovers and completion show it from then on. Where several say\nsomething of a kind, the last counts. Custom resources that a cluster knows are among it.\n\nExit codes: 0 fine, 1 a file cannot be read or is no OpenAPI document, 2 wrong usage.",
    examples: &[
        ("kubectl get --raw /openapi/v2 | chartlens field-docs -", "those of your cluster"),
        ("chartlens field-docs swagger.json", "those of a file, such as api/openapi-spec/swagger.json of Kubernetes"),
        ("chartlens field-docs a.json b.json -o docs.json", "for `chartlens lsp --field-docs docs.json`"),
    ],
    flags: &[("Documentation", FLAGS)],
    run,
};

fn run(args: &[String], env: &mut Environment<'_>) -> u8 {
    match parse(&[FLAGS], args) {
        Ok(parsed) if parsed.arguments.is_empty() => {
            let wanted = "expected an OpenAPI document, or - for standard input";
            super::misused(&COMMAND, args, wanted, env)
        }
        Ok(parsed) => match keep(&parsed, env) {
            Ok(()) => 0,
            Err(message) => {
                let _ = writeln!(env.stderr, "Error: {message}");
                FAILED
            }
        },
        Err(message) => super::misused(&COMMAND, args, &message, env),
    }
}

/// The file that is kept for the user, whether it is there or not.
pub fn kept() -> Option<PathBuf> {
    Some(choose_base_strategy().ok()?.data_dir().join("chartlens/field-docs.json"))
}

fn keep(parsed: &Parsed, env: &mut Environment<'_>) -> Result<(), String> {
    let mut docs = FieldDocs::default();
    for name in &parsed.arguments {
        docs.extend(read(name, env)?);
    }
    let json = docs.to_json();
    let file = match parsed.text("output") {
        Some("-") => return env.stdout.write_all(json.as_bytes()).map_err(|error| error.to_string()),
        Some(name) => env.path(name),
        None => kept().ok_or("there is no home folder to keep it in: -o FILE writes elsewhere")?,
    };
    let written = file.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&file, &json));
    written.map_err(|error| format!("write {}: {}", file.display(), go_error(&error)))?;
    let _ = writeln!(env.stdout, "{}: {} kinds", file.display(), docs.kinds());
    Ok(())
}

fn read(name: &str, env: &mut Environment<'_>) -> Result<FieldDocs, String> {
    let text = match name {
        "-" => {
            let mut text = Vec::new();
            env.stdin.read_to_end(&mut text).map_err(|error| format!("standard input: {}", go_error(&error)))?;
            text
        }
        name => env.read(name)?,
    };
    let shown = if name == "-" { "standard input" } else { name };
    FieldDocs::read(&text).map_err(|reason| format!("{shown}: {reason}"))
}
