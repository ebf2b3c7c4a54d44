//! `chartlens config`: the configuration that counts for a path, and where it comes from.

use super::Command;
use super::check::{CONFIG, choice, config};
use crate::environment::Environment;
use crate::flags::{Flag, Parsed, Takes, parse};
use chartlens::codes;

/// The verb.
pub static COMMAND: Command = Command {
    name: "config",
    usage: "chartlens config [PATH] [flags]",
    summary: "Print the configuration that counts for a path",
    description: "Prints what chartlens.toml says for a path, with the flags of 'check' on top, the file that it comes from, and\nthe rules that run.",
    examples: &[
        ("chartlens config ./charts/web", "what counts for a chart"),
        ("chartlens config ./charts/web --profile strict", "with a flag on top"),
        ("chartlens config --schema > chartlens.schema.json", "the JSON Schema of chartlens.toml, for editors"),
    ],
    flags: &[("Config", CONFIG), ("Output", OUTPUT)],
    run,
};

const OUTPUT: &[Flag] = &[Flag::new("schema", Takes::Switch, "print the JSON Schema of chartlens.toml")];

fn run(args: &[String], env: &mut Environment<'_>) -> u8 {
    let text = parse(&[CONFIG, OUTPUT], args).and_then(|parsed| match () {
        () if parsed.on("schema") => Ok(crate::config::SCHEMA.to_owned()),
        () => print(&parsed, env),
    });
    match text {
        Ok(text) => {
            let _ = env.stdout.write_all(text.as_bytes());
            0
        }
        Err(message) => super::misused(&COMMAND, args, &message, env),
    }
}

fn print(parsed: &Parsed, env: &Environment<'_>) -> Result<String, String> {
    let path = parsed.arguments.first().map_or(".", String::as_str);
    let found = config(parsed, &env.path(path), env)?;
    let chosen = found.choice(&choice(parsed))?;
    let selection = codes::select(&chosen).map_err(|error| error.to_string())?;
    let mut effective = found.config.clone();
    effective.profile = chosen.profile.or_else(|| chosen.select.is_empty().then(|| "default".to_owned()));
    effective.select = chosen.select;
    effective.extend_select = chosen.extend_select;
    effective.ignore = chosen.ignore;
    let from = found.file.as_ref().map_or("no chartlens.toml".to_owned(), |file| file.display().to_string());
    let text = toml::to_string(&effective).map_err(|error| error.to_string())?;
    let own = selection.own().iter().map(|rule| rule.code.as_str());
    let rules: Vec<&str> = selection.rules().map(|rule| rule.code).chain(own).collect();
    let mut out = format!("# {from}\n{text}\n# {} rules run:\n", rules.len());
    rules.iter().for_each(|rule| out.push_str(&format!("#   {rule}\n")));
    Ok(out)
}
