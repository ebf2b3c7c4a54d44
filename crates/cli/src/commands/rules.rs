//! `chartlens rules`: all codes that findings can have.

use super::{Command, FAILED, USAGE};
use crate::config::Found;
use crate::environment::Environment;
use crate::flags::{Flag, Parsed, Takes, parse};
use chartlens::codes::{self, Code};

const FLAGS: &[Flag] = &[
    Flag::new("format", Takes::Text, "text, json or markdown (default text)")
        .choices(|| vec!["text", "json", "markdown"]),
    Flag::new("test", Takes::Switch, "run the examples of the rules in chartlens.toml"),
    Flag::new("config", Takes::Text, "a chartlens.toml (default: the nearest one at the working folder or above it)"),
    Flag::new("category", Takes::Text, "only those of a category, such as render or security").choices(categories),
];

/// The categories, each once.
fn categories() -> Vec<&'static str> {
    let mut names: Vec<&str> = codes::all().iter().filter_map(|code| Some(code.code.split_once('/')?.0)).collect();
    names.dedup();
    names
}

/// The verb.
pub static COMMAND: Command = Command {
    name: "rules",
    usage: "chartlens rules [flags]",
    summary: "List all codes that findings can have",
    description: "Lists every code with its default level and a line on what it says. 'chartlens explain CODE' says more.",
    examples: &[
        ("chartlens rules", "all of them"),
        ("chartlens rules --category render", "those about templates that fail"),
        ("chartlens rules --format json", "for other programs"),
        ("chartlens rules --test", "the examples of your own rules"),
        ("chartlens rules --format markdown > codes.md", "all pages in one"),
    ],
    flags: &[("Rules", FLAGS)],
    run,
};

fn run(args: &[String], env: &mut Environment<'_>) -> u8 {
    let parsed = match parse(&[FLAGS], args) {
        Ok(parsed) if parsed.on("test") => return test(&parsed, env),
        parsed => parsed,
    };
    match parsed.and_then(|parsed| list(&parsed)) {
        Ok(text) => {
            let _ = env.stdout.write_all(text.as_bytes());
            0
        }
        Err(message) => super::misused(&COMMAND, args, &message, env),
    }
}

/// Runs the examples of the user's own rules.
fn test(parsed: &Parsed, env: &mut Environment<'_>) -> u8 {
    let found = match parsed.text("config") {
        Some(file) => Found::read(env.path(file)),
        None => Found::above(&env.folder),
    };
    let tested = found.and_then(|found| {
        let wrong = found.config.rules.iter().map(|rule| rule.test()).collect::<Result<Vec<_>, _>>()?;
        Ok((found.config.rules.len(), wrong.concat()))
    });
    match tested {
        Ok((count, wrong)) => {
            for line in &wrong {
                let _ = writeln!(env.stdout, "{line}");
            }
            let _ = writeln!(env.stdout, "{count} rules, {} problems", wrong.len());
            if wrong.is_empty() { 0 } else { FAILED }
        }
        Err(message) => {
            let _ = writeln!(env.stderr, "Error: {message}");
            USAGE
        }
    }
}

fn list(parsed: &Parsed) -> Result<String, String> {
    if let Some(first) = parsed.arguments.first() {
        return Err(format!("unexpected argument {first:?}"));
    }
    let mut all = codes::all();
    if let Some(category) = parsed.text("category") {
        let mut known: Vec<&str> = all.iter().map(Code::category).collect();
        known.dedup();
        if !known.contains(&category) {
            return Err(format!("unknown category {category:?}: expected one of {}", known.join(", ")));
        }
        all.retain(|code| code.category() == category);
    }
    match parsed.text("format").unwrap_or("text") {
        "text" => {
            let width = all.iter().map(|code| code.code.len()).max().unwrap_or(0);
            let line = |code: &Code| format!("{:<width$}  {:<7}  {}\n", code.code, code.level.name(), code.summary);
            Ok(all.iter().map(line).collect())
        }
        "json" => serde_json::to_string_pretty(&all).map(|text| text + "\n").map_err(|error| error.to_string()),
        "markdown" => Ok(all.iter().map(|code| code.page() + "\n").collect()),
        other => Err(format!("unknown format {other:?}: expected text, json or markdown")),
    }
}
