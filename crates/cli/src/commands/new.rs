//! `chartlens new`: a chart to start from, of a Compose file, or of plain manifests.

use super::Command;
use crate::environment::{Environment, go_error};
use crate::flags::{Flag, Parsed, Takes, parse};
use crate::parameters;
use crate::readme::{Look, Style, insert, markdown};
use crate::scaffold::{Scaffold, check_name, compose, manifests, starter};
use crate::schema::ValuesFile;
use chartlens::host::Host;
use chartlens::report::counted;
use std::path::Path;

const NEW: &[Flag] = &[
    Flag::new(
        "from",
        Takes::Text,
        "what the chart is made of: compose, with a Compose file, or manifests, with a folder or file",
    )
    .choices(|| vec!["compose", "manifests"]),
    Flag::new("network-policies", Takes::Switch, "with --from compose: make NetworkPolicies of the networks"),
    Flag::new("output", Takes::Text, "folder to write the chart's folder into (default the working folder)").short('o'),
];

/// The verb.
pub static COMMAND: Command = Command {
    name: "new",
    usage: "chartlens new NAME [--from compose FILE | --from manifests PATH] [flags]",
    summary: "Make a chart: to start from, of a Compose file, or of plain manifests",
    description: "Writes a chart into a folder of its name, with README.md and values.schema.json. Without --from it is a small web\nservice that `chartlens check --profile strict` has nothing against.\n\n--from compose FILE makes workloads, Services, claims, ConfigMaps and Secrets of the services. Whatever has no\nequivalent or had to be guessed is listed.\n\n--from manifests PATH keeps the files with their comments, pulls images, numbers of pods, resources, ports, hosts,\nsizes and names out into values, and proves that the chart renders to the same objects.\n\nExit codes: 0 made, 1 it cannot be made, 2 wrong usage.",
    examples: &[
        ("chartlens new web", "a chart to start from, in ./web"),
        ("chartlens new shop --from compose compose.yaml", "a chart of a Compose file"),
        ("chartlens new shop --from manifests k8s/ -o charts", "a chart of plain manifests, in charts/shop"),
    ],
    flags: &[("New", NEW)],
    run,
};

fn run(args: &[String], env: &mut Environment<'_>) -> u8 {
    let parsed = parse(&[NEW], args).and_then(|parsed| match (parsed.text("from"), parsed.arguments.as_slice()) {
        (None, [name]) | (Some("compose" | "manifests"), [name, _]) => check_name(name).map(|()| parsed),
        (None, [_, extra, ..]) => Err(format!("unexpected argument {extra:?}: --from says what it is")),
        (Some(from @ ("compose" | "manifests")), [_]) => Err(format!("expected a path behind --from {from}")),
        (Some(other), [_, ..]) if other != "compose" && other != "manifests" => {
            Err(format!("invalid --from {other:?}: expected compose or manifests"))
        }
        _ => Err("expected the name of the chart".to_owned()),
    });
    match parsed {
        Ok(parsed) => match make(&parsed, env) {
            Ok(code) => code,
            Err(message) => super::template::error(env, &message),
        },
        Err(message) => super::misused(&COMMAND, args, &message, env),
    }
}

fn make(parsed: &Parsed, env: &mut Environment<'_>) -> Result<u8, String> {
    let name = parsed.arguments.first().cloned().unwrap_or_default();
    let from = parsed.arguments.get(1).map(String::as_str).unwrap_or_default();
    let folder = parsed.text("output").unwrap_or(".").trim_end_matches('/');
    let shown = if folder == "." { name.clone() } else { format!("{folder}/{name}") };
    let target = env.path(&shown);
    if target.exists() {
        return Err(format!("{shown} is there already: choose another name, or another folder with -o"));
    }
    let mut made = match parsed.text("from") {
        Some("compose") => of_compose(&name, from, parsed.on("network-policies"), env),
        Some(_) => of_manifests(&name, from, env),
        None => Ok(starter(&name)),
    }
    .map_err(|message| if from.is_empty() { message } else { format!("{from}: {message}") })?;
    describe(&mut made)?;
    write(&made, &target).map_err(|(file, error)| format!("write {shown}/{file}: {}", go_error(&error)))?;
    let _ = writeln!(env.stdout, "{shown}: {}", counted(made.files.len(), "file"));
    for note in &made.notes {
        let _ = writeln!(env.stdout, "  {note}");
    }
    let _ = writeln!(env.stdout, "\nchartlens check {shown} --profile strict");
    Ok(0)
}

/// Adds the README and the schema, as `docs` and `schema` write them.
fn describe(made: &mut Scaffold) -> Result<(), String> {
    let chart = made.chart();
    let values =
        chart.values.as_ref().map(|values| String::from_utf8_lossy(&values.text).into_owned()).unwrap_or_default();
    let parameters = parameters::read(&values, None)?;
    let look = Look { style: Style::Bitnami, types: None };
    let title = super::docs::title(&chart.metadata);
    let readme = insert(&title, &look.style.headings(), &|level| markdown(&parameters, &look, level))?;
    let sets: Vec<ValuesFile> = chart
        .files
        .iter()
        .filter(|file| file.name.starts_with("ci/"))
        .map(|file| (file.name.clone(), file.data.clone()))
        .collect();
    let schema = crate::schema::make(&chart, &sets, &Host::default())?.schema;
    made.files.push(("README.md".to_owned(), readme.into_bytes()));
    made.files.push(("values.schema.json".to_owned(), format!("{schema:#}\n").into_bytes()));
    Ok(())
}

fn write(made: &Scaffold, target: &Path) -> Result<(), (String, std::io::Error)> {
    for (name, bytes) in &made.files {
        let path = target.join(name);
        let parent = path.parent().unwrap_or(target);
        let written = std::fs::create_dir_all(parent).and_then(|()| std::fs::write(&path, bytes));
        written.map_err(|error| (name.clone(), error))?;
    }
    Ok(())
}

fn text(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|_| "the file is no UTF-8".to_owned())
}

fn of_compose(name: &str, file: &str, policies: bool, env: &Environment<'_>) -> Result<Scaffold, String> {
    let bytes = std::fs::read(env.path(file)).map_err(|error| go_error(&error))?;
    let path = env.path(file);
    let folder = path.parent().unwrap_or(&env.folder).to_owned();
    let variables = std::fs::read_to_string(folder.join(".env")).unwrap_or_default();
    let read = |named: &str| {
        let path = folder.join(named);
        if Path::new(named).is_absolute() {
            return Err("it is a path of the host".to_owned());
        }
        if path.is_dir() {
            return Err("it is a folder".to_owned());
        }
        std::fs::read(&path).map_err(|error| go_error(&error))
    };
    compose::chart(name, &compose::Source { text: &text(bytes)?, env: &variables, read: &read, policies })
}

/// Folders nested deeper than this are not looked into.
const MAX_DEPTH: u32 = 32;

fn of_manifests(name: &str, path: &str, env: &Environment<'_>) -> Result<Scaffold, String> {
    let full = env.path(path);
    let mut files = Vec::new();
    if full.is_dir() {
        collect(&full, "", 0, &mut files)?;
    } else {
        let file = full.file_name().map(|file| file.to_string_lossy().into_owned()).unwrap_or_default();
        files.push((file, text(std::fs::read(&full).map_err(|error| go_error(&error))?)?));
    }
    if files.is_empty() {
        return Err("there are no .yaml, .yml or .json files in this folder".to_owned());
    }
    manifests::chart(name, &files)
}

fn collect(folder: &Path, shown: &str, depth: u32, files: &mut Vec<(String, String)>) -> Result<(), String> {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).map_err(|error| go_error(&error))?.filter_map(Result::ok).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let file = entry.file_name().to_string_lossy().into_owned();
        let (path, name) = (entry.path(), if shown.is_empty() { file.clone() } else { format!("{shown}/{file}") });
        let is_yaml =
            path.extension().is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|known| ending == *known));
        match () {
            () if file.starts_with('.') || entry.file_type().is_ok_and(|ty| ty.is_symlink()) => {}
            () if path.is_dir() && depth < MAX_DEPTH => collect(&path, &name, depth + 1, files)?,
            () if is_yaml => {
                let bytes = std::fs::read(&path).map_err(|error| format!("{name}: {}", go_error(&error)))?;
                files.push((name.clone(), text(bytes).map_err(|message| format!("{name}: {message}"))?));
            }
            () => {}
        }
    }
    Ok(())
}
