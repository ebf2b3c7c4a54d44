//! `chartlens schema`: values.schema.json, made of what is known of a chart's values.

use super::{Command, FAILED};
use crate::environment::{Environment, go_error};
use crate::flags::{Flag, Parsed, Takes, parse};
use crate::inputs::{Input, find};
use crate::schema::ValuesFile;
use crate::{parameters, schema};
use chartlens::chart::Chart;
use chartlens::host::{HelmVersion, Host};
use chartlens::report::PrettyOptions;
use similar::TextDiff;
use std::sync::Arc;

const SCHEMA: &[Flag] = &[
    Flag::new(
        "check",
        Takes::Switch,
        "change nothing: show what would change as a diff, and exit 1 if something would",
    ),
    Flag::new(
        "output",
        Takes::Text,
        "write to this file in place of the chart's values.schema.json, or - for standard output",
    )
    .short('o'),
    Flag::new(
        "values",
        Takes::List,
        "values files that the schema must accept beside the chart's own and its ci/*-values.yaml",
    )
    .short('f'),
    Flag::new("force", Takes::Switch, "replace a values.schema.json that was written by hand"),
    Flag::new("quiet", Takes::Switch, "print no findings").short('q'),
];

/// The verb.
pub static COMMAND: Command = Command {
    name: "schema",
    usage: "chartlens schema CHART… [flags]",
    summary: "Write a chart's values.schema.json",
    description: "Makes a schema of a chart's values: types from the defaults, from `@schema` comments, and from the fields of\nKubernetes that each value ends up in, which rendering shows. It accepts the chart's defaults and every\nci/*-values.yaml. Descriptions come from comments, in all the forms that `chartlens docs` reads.\n\n`# @schema` comments are blocks of YAML (`# @schema`, `# minimum: 0`, `# @schema`) or one line above or behind a\nvalue (`# @schema type:[integer, null];minimum:0`), and go over everything else.\n\nExit codes: 0 fine, 1 --check found differences or a schema cannot be made, 2 wrong usage.",
    examples: &[
        ("chartlens schema ./charts/web", "write ./charts/web/values.schema.json"),
        ("chartlens schema ./charts --check", "in CI: every schema up to date"),
        ("chartlens schema ./charts/web -f prod.yaml -o -", "show the schema; it accepts prod.yaml too"),
    ],
    flags: &[("Schema", SCHEMA)],
    run,
};

fn run(args: &[String], env: &mut Environment<'_>) -> u8 {
    match parse(&[SCHEMA], args) {
        Ok(parsed) if parsed.arguments.is_empty() => super::misused(&COMMAND, args, "expected a chart", env),
        Ok(parsed) => match all(&parsed, env) {
            Ok(code) => code,
            Err(message) => super::template::error(env, &message),
        },
        Err(message) => super::misused(&COMMAND, args, &message, env),
    }
}

fn all(parsed: &Parsed, env: &mut Environment<'_>) -> Result<u8, String> {
    let mut inputs = Vec::new();
    for argument in &parsed.arguments {
        find(env, argument, &mut inputs)?;
    }
    if inputs.len() > 1 && parsed.text("output").is_some_and(|output| output != "-") {
        return Err("--output names one file, and there are several charts".to_owned());
    }
    let mut differs = false;
    for input in inputs {
        let Input::Chart(name) = input else { return Err("expected a chart: there is no Chart.yaml".to_owned()) };
        differs |= one(&name, parsed, env).map_err(|message| format!("{name}: {message}"))?;
    }
    Ok(if differs { FAILED } else { 0 })
}

/// The values that a schema must accept beside the defaults: those of the chart's ci/ folder, and the files given.
pub fn sets(chart: &Chart, name: &str, files: &[String], env: &Environment<'_>) -> Result<Vec<ValuesFile>, String> {
    let is_ci =
        |name: &str| name.strip_prefix("ci/").is_some_and(|file| file.ends_with("-values.yaml") && !file.contains('/'));
    let own = chart.files.iter().filter(|file| is_ci(&file.name));
    let mut sets: Vec<ValuesFile> = own.map(|file| (file.name.clone(), file.data.clone())).collect();
    // What .helmignore keeps out of the chart is tested with all the same.
    let folder = env.path(name).join("ci");
    let mut entries: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for file in entries {
        let short = format!("ci/{}", file.file_name().to_string_lossy());
        if is_ci(&short) && !sets.iter().any(|(known, _)| *known == short) {
            sets.push((short.clone(), Arc::from(env.read(&file.path().to_string_lossy())?)));
        }
    }
    for file in files {
        sets.push((file.clone(), Arc::from(env.read(file)?)));
    }
    Ok(sets)
}

/// Makes one schema; whether it is not as it should be, where that is only checked.
fn one(name: &str, parsed: &Parsed, env: &mut Environment<'_>) -> Result<bool, String> {
    let chart = crate::folder::load(env, name, HelmVersion::V4, &mut Vec::new())?;
    let sets = sets(&chart, name, parsed.all("values"), env)?;
    let made = schema::make(&chart, &sets, &Host::default())?;
    if !parsed.on("quiet") {
        let text =
            chart.values.as_ref().map(|values| String::from_utf8_lossy(&values.text).into_owned()).unwrap_or_default();
        let report = parameters::report(name, &text, &made.problems);
        let concise = report.to_concise(&PrettyOptions { quiet: true, ..PrettyOptions::default() });
        let _ = env.stderr.write_all(concise.as_bytes());
        for line in &made.refused {
            let _ = writeln!(env.stderr, "Warning: {name}: {line}");
        }
    }
    let new = format!("{:#}\n", made.schema);
    let file = match parsed.text("output") {
        Some("-") => {
            let _ = env.stdout.write_all(new.as_bytes());
            return Ok(false);
        }
        Some(file) => file.to_owned(),
        None if env.path(name).is_dir() => format!("{}/values.schema.json", name.trim_end_matches('/')),
        None => {
            return Err(
                "an archive has no values.schema.json to write to: -o FILE, or -o - to show the schema".to_owned()
            );
        }
    };
    let old =
        if env.path(&file).exists() { String::from_utf8_lossy(&env.read(&file)?).into_owned() } else { String::new() };
    if old == new {
        return Ok(false);
    }
    if parsed.on("check") {
        let diff = TextDiff::from_lines(&old, &new);
        let _ = write!(env.stdout, "{}", diff.unified_diff().context_radius(3).header(&file, &file));
        return Ok(true);
    }
    let is_made = |text: &str| text.trim().is_empty() || text.contains(schema::MARK);
    if !is_made(&old) && !parsed.on("force") {
        return Err(format!(
            "{file} was not written by `chartlens schema`: --force replaces it, -o FILE writes elsewhere"
        ));
    }
    std::fs::write(env.path(&file), new).map_err(|error| format!("write {file}: {}", go_error(&error)))?;
    Ok(false)
}
