//! `chartlens lint`: what `helm lint` says, in its words.

use super::options::{OWN, VALUES, host, render_options, values};
use super::{Command, FAILED};
use crate::environment::{Environment, absolute, go_error};
use crate::flags::{Flag, Parsed, Takes, parse};
use crate::folder::read_folder;
use crate::references::{self, PLACES, REFERENCE, SERVER};
use chartlens::chart::{ArchiveLimits, File, load_for_lint, unpack};
use chartlens::host::HelmVersion;
use chartlens::lint::helm::{Entry, Folder, LintOptions, Message, Weight, lint};
use chartlens::log::Log;
use chartlens::render::KubeVersion;
use std::collections::BTreeMap;
use std::path::Path;

const LINT: &[Flag] = &[
    Flag::new("strict", Takes::Switch, "fail on warnings too"),
    Flag::new("with-subcharts", Takes::Switch, "lint the charts inside too"),
    Flag::new("quiet", Takes::Switch, "print only warnings and errors"),
    Flag::new("kube-version", Takes::Text, "version of Kubernetes for capabilities and deprecations")
        .choices(|| chartlens::kube::versions().collect()),
    Flag::new("namespace", Takes::Text, "namespace of the release (default \"default\")").short('n'),
];

const FLAGS: &[(&str, &[Flag])] = &[
    ("Lint", LINT),
    ("Values", VALUES),
    ("Chart", REFERENCE),
    ("Servers", SERVER),
    ("Places", PLACES),
    ("Reproducibility", OWN),
];

/// The verb.
pub static COMMAND: Command = Command {
    name: "lint",
    usage: "chartlens lint PATH… [flags]",
    summary: "Examine charts as `helm lint` does",
    description: "Runs the rules of `helm lint` over charts and prints what they say, with Helm's words and exit codes.\n`chartlens check` looks deeper, and shows the template line and the values key behind every finding.",
    examples: &[
        ("chartlens lint ./charts/web", "a chart"),
        ("chartlens lint --strict --with-subcharts ./charts/web -f prod.yaml", "strictly, with its subcharts"),
        ("chartlens lint oci://registry.example/charts/web", "a chart from a registry"),
        ("chartlens lint web-1.2.3.tgz --kube-version 1.31", "a packed chart, for a version of Kubernetes"),
    ],
    flags: FLAGS,
    run,
};

fn run(args: &[String], env: &mut Environment<'_>) -> u8 {
    let groups: Vec<&[Flag]> = FLAGS.iter().map(|(_, flags)| *flags).collect();
    let parsed = match parse(&groups, args) {
        Ok(parsed) => parsed,
        Err(message) => return failed(&message, env),
    };
    for warning in &parsed.warnings {
        let _ = writeln!(env.stderr, "{warning}");
    }
    if parsed.arguments.is_empty() {
        return failed("\"helm lint\" requires at least 1 argument\n\nUsage:  helm lint PATH [flags]", env);
    }
    match lint_all(&parsed, env) {
        Ok(()) => 0,
        Err(message) => failed(&message, env),
    }
}

fn failed(message: &str, env: &mut Environment<'_>) -> u8 {
    let _ = writeln!(env.stderr, "Error: {message}");
    FAILED
}

fn lint_all(parsed: &Parsed, env: &mut Environment<'_>) -> Result<(), String> {
    let mut render = render_options(parsed, env)?;
    if let Some(text) = parsed.text("kube-version") {
        let version = KubeVersion::parse(text, render.helm);
        render.kube_version = Some(version.map_err(|error| format!("invalid kube version '{text}': {error}"))?);
    }
    let mut paths = parsed.arguments.clone();
    let (mut fetched, mut said) = (BTreeMap::new(), Vec::new());
    for path in &paths {
        if let Some(file) = references::located(parsed, env, path, true, &mut said)? {
            fetched.insert(path.clone(), file);
        }
    }
    env.log(&said, render.helm, false);
    if parsed.on("with-subcharts") {
        for path in &parsed.arguments {
            inside(&env.path(path).join("charts"), &format!("{}/charts", clean(path)), &mut paths);
        }
    }
    render.values = values(parsed, env, render.helm)?;
    chartlens::values::check(&render.values, render.helm, &|file| env.read(file)).map_err(|error| error.message)?;
    let host = host(parsed, env)?;
    let (strict, quiet) = (parsed.on("strict"), parsed.on("quiet"));
    let (mut text, mut failed, mut noticed) = (String::new(), 0, 0);
    for path in &paths {
        let looked = match fetched.get(path) {
            Some(file) => packed(file, render.helm, env),
            None => folder(path, render.helm, env),
        };
        let result = looked.map(|folder| {
            let options = LintOptions { render: &render, host: &host };
            lint(&folder, options, &|file| env.read(file))
        });
        let (messages, errors, log) = match result {
            Ok((messages, log)) => (messages, Vec::new(), log),
            Err(error) => (Vec::new(), vec![error], Vec::new()),
        };
        env.log(&log, render.helm, false);
        let least = if strict { Weight::Warning } else { Weight::Error };
        let loud = messages.iter().any(|message| message.weight > Weight::Info) || !errors.is_empty();
        noticed += usize::from(loud);
        if quiet && !loud {
            continue;
        }
        text.push_str(&section(path, &messages, &errors, quiet));
        failed += usize::from(!errors.is_empty() || messages.iter().any(|message| message.weight >= least));
    }
    let _ = env.stdout.write_all(text.as_bytes());
    let summary = format!("{} chart(s) linted, {failed} chart(s) failed", paths.len());
    if failed > 0 {
        return Err(summary);
    }
    if !quiet || noticed > 0 {
        let _ = writeln!(env.stdout, "{summary}");
    }
    Ok(())
}

/// What is said of one chart.
fn section(path: &str, messages: &[Message], errors: &[String], quiet: bool) -> String {
    let mut text = format!("==> Linting {path}\n");
    text.extend(errors.iter().map(|error| format!("Error {error}\n")));
    let shown = messages.iter().filter(|message| !quiet || message.weight > Weight::Info);
    text.extend(shown.map(|message| format!("{message}\n")));
    text.push('\n');
    text
}

/// Go's `filepath.Clean`, as far as arguments need it.
fn clean(path: &str) -> String {
    chartlens::text::path::clean(path)
}

/// The charts below a folder, in the order of Go's `filepath.Walk`.
fn inside(path: &Path, name: &str, into: &mut Vec<String>) {
    let mut entries: Vec<_> = std::fs::read_dir(path).into_iter().flatten().filter_map(Result::ok).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let file = entry.file_name().to_string_lossy().into_owned();
        let inner = format!("{name}/{file}");
        if file == "Chart.yaml" {
            into.push(name.to_owned());
        } else if file.ends_with(".tgz") || file.ends_with(".tar.gz") {
            into.push(inner.clone());
        }
        if entry.file_type().is_ok_and(|ty| ty.is_dir()) {
            inside(&entry.path(), &inner, into);
        }
    }
}

/// What the linter looks at; the error is Helm's text.
fn folder(path: &str, helm: HelmVersion, env: &Environment<'_>) -> Result<Folder, String> {
    if path.ends_with(".tgz") || path.ends_with(".tar.gz") {
        return packed(path, helm, env);
    }
    let (root, full) = (env.path(path), absolute(&env.folder, path));
    let chart = format!("{}/Chart.yaml", clean(path));
    if let Err(error) = std::fs::metadata(root.join("Chart.yaml")) {
        let reason = format!("stat {chart}: {}", go_error(&error));
        return Err(format!("unable to check Chart.yaml file in chart: {reason}"));
    }
    let limits = ArchiveLimits::default();
    let mut log = Vec::new();
    let files = read_folder(&root, &full, &limits, &mut log);
    let loaded = files.and_then(|files| {
        load_for_lint(files, &limits, helm).map_err(|error| {
            log.extend(error.log);
            error.message
        })
    });
    let entry = |name: &str| entry(&root.join(name));
    Ok(Folder {
        path: full,
        chart_yaml: entry("Chart.yaml"),
        values: entry("values.yaml"),
        schema: entry("values.schema.json"),
        templates: entry("templates"),
        crds: entry("crds"),
        chart: with_log(loaded, log),
    })
}

fn entry(path: &Path) -> Entry {
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => Entry::Folder,
        Ok(_) => std::fs::read(path).map_or(Entry::Missing, |text| Entry::File(text.into())),
        Err(_) => Entry::Missing,
    }
}

/// The chart, with all that loading had to say.
fn with_log(
    loaded: Result<chartlens::chart::Chart, String>,
    mut log: Vec<Log>,
) -> (Result<chartlens::chart::Chart, String>, Vec<Log>) {
    if let Ok(chart) = &loaded {
        log.extend(chart.walk().into_iter().flat_map(|chart| chart.log.iter().cloned()));
    }
    (loaded, log)
}

/// A packed chart, which Helm unpacks first.
fn packed(path: &str, helm: HelmVersion, env: &Environment<'_>) -> Result<Folder, String> {
    let bytes = std::fs::read(env.path(path))
        .map_err(|error| format!("unable to open tarball: open {path}: {}", go_error(&error)))?;
    let limits = ArchiveLimits::default();
    let files = unpack(&bytes, &limits).map_err(|error| format!("unable to extract tarball: {error}"))?;
    let file = |name: &str| files.iter().find(|file| file.name == name).map(|file| Entry::File(file.data.clone()));
    let below = |name: &str| files.iter().any(|file: &File| file.name.starts_with(name)).then_some(Entry::Folder);
    let folder = Folder {
        path: absolute(&env.folder, path),
        chart_yaml: file("Chart.yaml").unwrap_or_default(),
        values: file("values.yaml").unwrap_or_default(),
        schema: file("values.schema.json").unwrap_or_default(),
        templates: below("templates/").unwrap_or_default(),
        crds: below("crds/").unwrap_or_default(),
        chart: with_log(load_for_lint(files.clone(), &limits, helm).map_err(|error| error.message), Vec::new()),
    };
    if folder.chart_yaml == Entry::Missing {
        return Err("unable to check Chart.yaml file in chart: it is not in the archive".to_owned());
    }
    Ok(folder)
}
