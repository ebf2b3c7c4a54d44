//! `chartlens config`: the configuration that counts for a path, and where it comes from.

use super::Command;
use super::check::{CONFIG, choice, config};
use crate::config::{Config, Found};
use crate::environment::Environment;
use crate::flags::{Flag, Parsed, Takes, parse};
use chartlens::codes;
use chartlens::lint::Choice;

/// The verb.
pub static COMMAND: Command = Command {
    name: "config",
    usage: "chartlens config [PATH] [flags]",
    summary: "Print the configuration that counts for a path",
    description: "Prints what chartlens.toml says for a path, with the flags of 'check' on top, where each of it comes from, and\nthe rules that run.",
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
    let path = env.path(parsed.arguments.first().map_or(".", String::as_str));
    if !path.exists() {
        return Err(format!("no such file or folder: {}", path.display()));
    }
    let (found, flags) = (config(parsed, &path, env)?, choice(parsed));
    let chosen = found.choice(&flags)?;
    let selection = codes::select(&chosen).map_err(|error| error.to_string())?;
    let own = selection.own().iter().map(|rule| rule.code.as_str());
    let rules: Vec<&str> = selection.rules().map(|rule| rule.code).chain(own).collect();
    let mut out = chosen_lines(&found, &chosen, &flags);
    out.push_str(&rest(&found)?);
    let count = match rules.as_slice() {
        [] => "no rule runs".to_owned(),
        [_] => "1 rule runs:".to_owned(),
        several => format!("{} rules run:", several.len()),
    };
    out.push_str(&format!("\n# {count}\n"));
    rules.iter().for_each(|rule| out.push_str(&format!("#   {rule}\n")));
    Ok(out)
}

/// What flags can say too, each with where it comes from.
fn chosen_lines(found: &Found, chosen: &Choice, flags: &Choice) -> String {
    let file = found.file.as_ref().map_or("no chartlens.toml".to_owned(), |file| file.display().to_string());
    let mut out = format!("# {file}\n");
    let file = found.file.as_ref().and_then(|file| file.file_name()).unwrap_or_default().to_string_lossy();
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let profile = chosen.profile.as_deref().or(chosen.select.is_empty().then_some("default"));
    if let Some(profile) = profile {
        let from = match (&flags.profile, &chosen.profile) {
            (Some(_), _) => "--profile",
            (None, Some(_)) => &file,
            (None, None) => "nothing says otherwise",
        };
        out.push_str(&format!("profile = {}  # {from}\n", quoted(profile)));
    }
    let lists = [
        ("select", &chosen.select, &flags.select),
        ("extend-select", &chosen.extend_select, &flags.extend_select),
        ("ignore", &chosen.ignore, &flags.ignore),
    ];
    for (key, names, of_flags) in lists.into_iter().filter(|(_, names, _)| !names.is_empty()) {
        // Those of flags come behind those of the file.
        let of_file = names.len().saturating_sub(of_flags.len());
        let parts = [(names.get(..of_file), &*file), (names.get(of_file..), &format!("--{key}"))];
        out.push_str(&format!("{key} = [\n"));
        for (names, from) in parts {
            names
                .unwrap_or_default()
                .iter()
                .for_each(|name| out.push_str(&format!("    {},  # {from}\n", quoted(name))));
        }
        out.push_str("]\n");
    }
    out
}

/// What the file alone says.
fn rest(found: &Found) -> Result<String, String> {
    let rest = Config {
        profile: None,
        select: Vec::new(),
        extend_select: Vec::new(),
        ignore: Vec::new(),
        ..found.config.clone()
    };
    if rest == Config::default() {
        return Ok(String::new());
    }
    let value = toml::Table::try_from(&rest).map_err(|error| error.to_string())?;
    let is_said = |value: &toml::Value| match value {
        toml::Value::Array(items) => !items.is_empty(),
        toml::Value::Table(entries) => !entries.is_empty(),
        _ => true,
    };
    let said: toml::Table = value.into_iter().filter(|(_, value)| is_said(value)).collect();
    toml::to_string(&said).map_err(|error| error.to_string())
}
