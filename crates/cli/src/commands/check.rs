//! `chartlens check`: will the API server take what charts render, and if not, what is to blame?

use super::options::{OWN, RELEASE, VALUES, host, render_options, values};
use super::{Command, FAILED, asked};
use crate::baseline;
use crate::config::Found;
use crate::environment::Environment;
use crate::fix::{Fixed, ROUNDS};
use crate::flags::{Flag, Parsed, Takes, parse};
use crate::inputs::{Input, Place, find};
use crate::objects;
use crate::output::Output;
use crate::parallel;
use crate::references::{self, PLACES, REFERENCE, SERVER};
use crate::releases::{Found as Asked, is_unsure, settled};
use crate::watch::{Kept, Stamp};
use chartlens::chart::Ignore;
use chartlens::diag::{Diagnostic, Severity};
use chartlens::host::HelmVersion;
use chartlens::lint::Choice;
use chartlens::render::KubeVersion;
use chartlens::report::{FORMATS, Report, counted};
use chartlens::session::{self, Against, CheckOptions, Session};
use chartlens::text::path::clean;
use chartlens::values::ValuesSource;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const CHECK: &[Flag] = &[
    Flag::new("kube-version", Takes::List, "versions of Kubernetes to render and check for: 1.31,1.34,1.37")
        .choices(|| chartlens::kube::versions().collect()),
    Flag::new("values-set", Takes::Each, "a named set of values on top of the others: prod=a.yaml,b.yaml"),
    Flag::new("ci-values", Takes::Switch, "check with each of a chart's ci/*-values.yaml too"),
    Flag::new(
        "against",
        Takes::Text,
        "what is there now: manifests, or an older version of the chart; says which changes an update would refuse",
    ),
    Flag::new("against-values", Takes::List, "the values that are in use now, in place of those of --values and --set"),
    Flag::new("strict-kinds", Takes::Switch, "a kind that nothing is known of is an error"),
    Flag::new("crds", Takes::Each, "folder or file of CRDs, or of JSON Schemas laid out group/kind_version.json"),
    Flag::new("fix", Takes::Switch, "mend what can be mended safely, and check again"),
    Flag::new(
        "unsafe-fixes",
        Takes::Switch,
        "with --fix or --diff: also what may change the meaning of something else",
    ),
    Flag::new("diff", Takes::Switch, "show what --fix would change, and change nothing"),
    Flag::new("baseline", Takes::Text, "leave out what a file of --write-baseline knows"),
    Flag::new("write-baseline", Takes::Text, "write all findings to a file, to be told only of new ones later"),
    Flag::new("fetch", Takes::Switch, "fetch the charts that Argo CD, Flux and Terraform name by a reference"),
    Flag::new(
        "var-file",
        Takes::Each,
        "a .tfvars file with Terraform's variables, over those that Terraform finds itself",
    ),
    Flag::new("watch", Takes::Switch, "check again whenever a file changes, until Ctrl-C"),
    Flag::new("fail-on", Takes::Text, "what makes the exit code 1: error, warning or note (default error)")
        .choices(|| vec!["error", "warning", "note"]),
    Flag::new(
        "format",
        Takes::Text,
        "pretty, concise, json, jsonl, sarif, junit, tap, github or gitlab (default pretty)",
    )
    .choices(|| FORMATS.iter().map(|format| format.name).collect()),
    Flag::new(
        "output",
        Takes::Each,
        "write a form of the report to a file, several times if need be: json=report.json",
    )
    .short('o'),
    Flag::new("verbose", Takes::Switch, "show all findings, with the rendered lines").short('v'),
    Flag::new("quiet", Takes::Switch, "print findings and nothing else: no counts, no progress").short('q'),
    Flag::new("show-secrets", Takes::Switch, "do not mask values whose names look secret"),
    Flag::new("color", Takes::Text, "always, never or auto (default auto)").choices(|| vec!["always", "never", "auto"]),
    Flag::new("api-versions", Takes::List, "API versions in .Capabilities.APIVersions beside the usual ones")
        .short('a'),
    Flag::new("is-upgrade", Takes::Switch, "render an upgrade: .Release.IsUpgrade is true"),
];

/// The codes, for completion.
fn codes() -> Vec<&'static str> {
    chartlens::codes::all().iter().map(|code| code.code).collect()
}

/// What is told, and what says so.
pub const CONFIG: &[Flag] = &[
    Flag::new(
        "profile",
        Takes::Text,
        "rules of the linter: default, strict, security, pss-baseline, pss-restricted, gke-autopilot or none",
    )
    .choices(|| vec!["default", "strict", "security", "pss-baseline", "pss-restricted", "gke-autopilot", "none"]),
    Flag::new("select", Takes::List, "only these codes, rules or categories, in place of the profile").choices(codes),
    Flag::new("extend-select", Takes::List, "these too: image/latest-tag,probes").choices(codes),
    Flag::new("ignore", Takes::List, "not these codes, rules or categories").choices(codes),
    Flag::new(
        "config",
        Takes::Text,
        "a chartlens.toml, or the file of kube-linter or polaris (default: the nearest one at a chart or above it)",
    ),
    Flag::new("isolated", Takes::Switch, "read no configuration"),
];

const FLAGS: &[(&str, &[Flag])] = &[
    ("Check", CHECK),
    ("Rules", CONFIG),
    ("Values", VALUES),
    ("Release", RELEASE),
    ("Chart", REFERENCE),
    ("Servers", SERVER),
    ("Places", PLACES),
    ("Reproducibility", OWN),
];

/// The verb.
pub static COMMAND: Command = Command {
    name: "check",
    usage: "chartlens check PATH… [flags]",
    summary: "Check charts and manifests against Kubernetes, and show what is to blame",
    description: "Renders charts and checks what comes out against the schemas and rules of Kubernetes, without a\ncluster and without a network, unless a PATH is a reference to a chart that is to be fetched. Every finding names the template line and the values key that caused it.\nA PATH is a chart (folder or .tgz), a folder of charts, a manifest, a folder of manifests, or - for\nmanifests on standard input, or a reference (oci://…, REPOSITORY/CHART, an address), or Terraform files.\nCharts that objects of Argo CD and Flux and resources of Terraform name are checked with the values they give.\n\nExit codes: 0 nothing found, 1 findings at or above --fail-on, 2 wrong usage.",
    examples: &[
        ("chartlens check ./charts/web", "one chart with its default values"),
        ("chartlens check ./charts/web -f prod.yaml --kube-version 1.31,1.37", "for two versions of Kubernetes"),
        ("chartlens check ./charts", "every chart below a folder"),
        ("chartlens check ./charts/web --against web-1.2.0.tgz", "will an upgrade from an older version be refused?"),
        ("chartlens check ./charts/web -f new.yaml --against-values old.yaml", "or a change of values?"),
        ("chartlens check deployment.yaml service.yaml", "plain manifests"),
        ("chartlens check oci://registry.example/charts/web --version '^1.2'", "a chart from a registry"),
        ("chartlens check web --repo https://charts.example -f prod.yaml", "a chart from a repository"),
        ("chartlens check ./infra --var-file prod.tfvars", "charts and objects as Terraform would install them"),
        ("kustomize build . | chartlens check -", "manifests from another program"),
        ("chartlens check ./charts/web --profile strict", "what a careful reviewer would say, too"),
        ("chartlens check ./charts/web --fix", "mend what can be mended safely"),
        ("chartlens check ./charts/web --watch", "while you write"),
        ("chartlens check ./charts/web --format json", "for other programs"),
    ],
    flags: FLAGS,
    run,
};

fn run(args: &[String], env: &mut Environment<'_>) -> u8 {
    let groups: Vec<&[Flag]> = FLAGS.iter().map(|(_, flags)| *flags).collect();
    match parse(&groups, args).and_then(|parsed| check(&parsed, env)) {
        Ok(code) => code,
        Err(message) => super::misused(&COMMAND, args, &message, env),
    }
}

fn check(parsed: &Parsed, env: &mut Environment<'_>) -> Result<u8, String> {
    if parsed.arguments.is_empty() {
        return Err("expected a chart, a folder or manifests to check".to_owned());
    }
    let level = match parsed.text("fail-on") {
        None | Some("error") => Severity::Error,
        Some("warning") => Severity::Warning,
        Some("note") => Severity::Note,
        Some(other) => return Err(format!("invalid --fail-on {other:?}: expected error, warning or note")),
    };
    let output = Output::read(parsed, env)?;
    let session = Session::new();
    let fetched = fetched(parsed, env)?;
    if parsed.on("watch") {
        return watch(parsed, &fetched, &session, &output, env);
    }
    let mut report = look(parsed, &fetched, &session, None, env)?;
    let (with_unsafe, given) = (parsed.on("unsafe-fixes"), parsed.all("values"));
    let mends = parsed.on("fix") || parsed.on("diff");
    if mends && parsed.arguments.iter().any(|argument| argument == "-") {
        return Err("standard input cannot be fixed: there is no file to write to".to_owned());
    }
    if parsed.on("diff") {
        let mut fixed = Fixed::default();
        fixed.apply(&report, with_unsafe, given, env)?;
        let _ = env.stdout.write_all(fixed.diff().as_bytes());
        let found = counted(report.diagnostics.len(), "finding");
        let _ = writeln!(env.stderr, "{} of {found} would be fixed", fixed.applied);
        return Ok(if fixed.applied == 0 { 0 } else { FAILED });
    }
    if parsed.on("fix") {
        let mut applied = 0;
        for _ in 0..ROUNDS {
            let mut fixed = Fixed::default();
            if !fixed.apply(&report, with_unsafe, given, env)? {
                break;
            }
            fixed.write(env)?;
            applied += fixed.applied;
            report = look(parsed, &fetched, &session, None, env)?;
        }
        let _ = writeln!(env.stderr, "{applied} fixed");
    }
    if let Some(name) = parsed.text("write-baseline") {
        let known = baseline::write(&report, name, env)?;
        let _ = writeln!(env.stderr, "{} written to {name}", counted(known, "finding"));
        return Ok(0);
    }
    if let Some(name) = parsed.text("baseline") {
        let known = baseline::leave_out(&mut report, name, env)?;
        let _ = writeln!(env.stderr, "{} left out", counted(known, "known finding"));
    }
    output.write(&report, env)?;
    Ok(if report.is_ok(level) { 0 } else { FAILED })
}

/// The charts that were fetched: the path of each, and its reference.
type Fetched = BTreeMap<String, String>;

/// Fetches the charts that are named by a reference.
fn fetched(parsed: &Parsed, env: &mut Environment<'_>) -> Result<Fetched, String> {
    let (mut fetched, mut log) = (Fetched::new(), Vec::new());
    for argument in parsed.arguments.iter().filter(|argument| *argument != "-") {
        if let Some(path) = references::located(parsed, env, argument, true, &mut log)? {
            fetched.insert(path, argument.clone());
        } else if parsed.on("verify") {
            references::verify(parsed, env, argument)?;
        }
    }
    env.log(&log, HelmVersion::V4, false);
    Ok(fetched)
}

/// Checks again whenever something changes; what stayed the same is known from the time before.
fn watch(
    parsed: &Parsed,
    fetched: &Fetched,
    session: &Session,
    output: &Output,
    env: &mut Environment<'_>,
) -> Result<u8, String> {
    if parsed.arguments.iter().any(|argument| argument == "-") {
        return Err("standard input cannot be watched: name files or folders".to_owned());
    }
    if let Some(flag) = ["fix", "diff", "write-baseline"].iter().find(|flag| parsed.given(flag)) {
        return Err(format!("--watch does not go with --{flag}"));
    }
    let mut kept = Kept::default();
    loop {
        let stamp = Stamp::of(parsed, env);
        match look(parsed, fetched, session, Some(&mut kept), env) {
            Ok(mut report) => {
                if let Some(name) = parsed.text("baseline") {
                    baseline::leave_out(&mut report, name, env)?;
                }
                output.write(&report, env)?;
            }
            // The next change may mend it.
            Err(message) => {
                let _ = writeln!(env.stderr, "Error: {message}");
            }
        }
        if !parsed.on("quiet") {
            let (again, all) = kept.again;
            let _ = writeln!(env.stderr, "checked {again} of {all}; watching for changes, Ctrl-C ends");
        }
        stamp.wait(parsed, env);
    }
}

/// Reads what is to be checked, and checks it; with what is kept of the last time only what has changed since.
fn look(
    parsed: &Parsed,
    fetched: &Fetched,
    session: &Session,
    mut kept: Option<&mut Kept>,
    env: &mut Environment<'_>,
) -> Result<Report, String> {
    let options = options(parsed, env)?;
    let host = host(parsed, env)?;
    let (mut inputs, mut places) = (Vec::new(), Vec::new());
    for argument in &parsed.arguments {
        let place = (argument != "-").then(|| Place::of(env, argument));
        match fetched.iter().find(|(_, reference)| *reference == argument) {
            Some((path, _)) => inputs.push(Input::Chart(path.clone())),
            None => match &place {
                Some(place) => place.find(env, &mut inputs)?,
                None => find(env, argument, &mut inputs)?,
            },
        }
        places.extend(place);
    }
    for name in parsed.all("var-file") {
        env.read(name)?;
    }
    let asked = asked::found(parsed, &places, env);
    drop(places);
    without(&mut inputs, &asked.read);
    // Files that are named one by one are parts of something.
    let manifests = inputs.iter().filter(|input| matches!(input, Input::Manifests(_))).count();
    let (mut jobs, mut warnings, mut report) = (Vec::new(), BTreeSet::new(), Report::default());
    // Many charts share a file of configuration, or have none.
    let mut applied: BTreeMap<Option<PathBuf>, CheckOptions> = BTreeMap::new();
    if let Some(kept) = kept.as_deref_mut() {
        kept.begin(parsed, env);
    }
    for input in inputs {
        let found = configuration(&input, parsed, env)?;
        warnings.extend(found.warnings.iter().cloned());
        let known = kept.as_deref_mut().map(|kept| kept.known(&input, found.file.as_deref(), env));
        let stamp = match known {
            Some((_, Some(known))) => {
                report.merge(known);
                continue;
            }
            known => known.map(|(stamp, _)| stamp),
        };
        let mut options = match applied.entry(found.file.clone()) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(new) => new.insert(found.apply(&options, &choice(parsed), env)?).clone(),
        };
        options.is_part = manifests > 1;
        jobs.push(Job { shown: None, input, options, stamp, open: Vec::new() });
    }
    jobs.extend(releases(&asked, &options, parsed, env)?);
    for warning in warnings {
        let _ = writeln!(env.stderr, "Warning: {warning}");
    }
    let folder = &env.folder;
    let one = |job: &Job| match &job.input {
        Input::Chart(name) => {
            let shown = job.shown.as_ref().or(fetched.get(name)).unwrap_or(name);
            let check = |env: &mut Environment<'_>| {
                check_named(session, [name, shown], &job.options, parsed.on("ci-values"), &host, env)
            };
            let mut report = Environment::of_folder(folder.clone(), check);
            report.diagnostics.retain(|found| !is_unsure(found, &job.open));
            report
        }
        Input::Manifests(files) => session.check_manifests(files, &job.options),
    };
    let reports = parallel::map(&jobs, env.terminal.is_some() && !parsed.on("quiet"), one);
    for (job, found) in jobs.iter().zip(reports) {
        if let (Some(kept), Some(stamp)) = (kept.as_deref_mut(), &job.stamp) {
            kept.keep(&job.input, stamp.clone(), &found);
        }
        report.merge(found);
    }
    report.merge(beside(&asked, session, &options, parsed, env)?);
    report.finish();
    let (charts, documents) = (report.summary.charts, report.summary.documents);
    if charts == 0 && documents == 0 && report.diagnostics.is_empty() {
        return Err(format!("{}: there is nothing to check in it", parsed.arguments.join(", ")));
    }
    Ok(report)
}

/// One thing to check.
struct Job {
    input: Input,
    /// What the user calls its chart, where that is not its path.
    shown: Option<String>,
    options: CheckOptions,
    stamp: Option<Stamp>,
    /// Paths below which values are not known.
    open: Vec<String>,
}

/// Takes files out that were read for something else: beside Terraform, YAML is values and templates.
fn without(inputs: &mut Vec<Input>, read: &[String]) {
    if read.is_empty() {
        return;
    }
    let read: BTreeSet<String> = read.iter().map(|name| clean(name)).collect();
    for input in inputs.iter_mut() {
        if let Input::Manifests(files) = input {
            files.retain(|(name, _)| !read.contains(&clean(name)));
        }
    }
    inputs.retain(|input| !matches!(input, Input::Manifests(files) if files.is_empty()));
}

/// The releases that files in the arguments ask for; what cannot be looked at is told.
fn releases(
    asked: &Asked,
    options: &CheckOptions,
    parsed: &Parsed,
    env: &mut Environment<'_>,
) -> Result<Vec<Job>, String> {
    let (mut jobs, mut notes) = (Vec::new(), asked.notes.clone());
    for release in &asked.releases {
        let path = match asked::located(release, parsed, env) {
            Ok(path) => path,
            Err(why) if parsed.on("fetch") => return Err(format!("{}: {why}", release.by)),
            Err(why) => {
                notes.push(format!("{}: {why}", release.by));
                continue;
            }
        };
        let defaults = asked::defaults(&path, &release.values, env);
        let (values, open) = settled(release.values.clone(), &defaults);
        let input = Input::Chart(path.clone());
        let found = configuration(&input, parsed, env)?;
        let mut options = found.apply(options, &choice(parsed), env)?;
        // Flags go over what the file says.
        options.render.values.splice(0..0, values);
        options.render.name = release.name.clone();
        if let Some(namespace) = release.namespace.as_ref().filter(|_| !parsed.given("namespace")) {
            options.render.namespace.clone_from(namespace);
        }
        let shown = release.chart.shown();
        jobs.push(Job { shown: Some(shown).filter(|shown| *shown != path), input, options, stamp: None, open });
    }
    for note in notes.iter().filter(|_| !parsed.on("quiet")) {
        let _ = writeln!(env.stderr, "Note: {note}");
    }
    Ok(jobs)
}

/// What is found in files of other languages: objects, and what cannot be read.
fn beside(
    asked: &Asked,
    session: &Session,
    options: &CheckOptions,
    parsed: &Parsed,
    env: &Environment<'_>,
) -> Result<Report, String> {
    if asked.objects.is_empty() && asked.faults.is_empty() {
        return Ok(Report::default());
    }
    let first = parsed.arguments.first().map(String::as_str).unwrap_or_default();
    let options = config(parsed, &env.path(first), env)?.apply(options, &choice(parsed), env)?;
    let mut report = objects::check(session, &asked.objects, &options);
    for (fault, text) in &asked.faults {
        let Some(severity) = options.selection.told_of(fault) else { continue };
        report.texts.add(None, fault.file().unwrap_or_default(), text.clone());
        report.add(Diagnostic { severity, ..fault.clone() });
    }
    Ok(report)
}

/// The configuration for one of the inputs.
fn configuration(input: &Input, parsed: &Parsed, env: &Environment<'_>) -> Result<Found, String> {
    let path = match input {
        Input::Chart(name) => env.path(name),
        Input::Manifests(files) => files.first().map_or(env.folder.clone(), |(name, _)| env.path(name)),
    };
    config(parsed, &path, env)
}

/// The configuration for a path.
pub fn config(parsed: &Parsed, path: &Path, env: &Environment<'_>) -> Result<Found, String> {
    match parsed.text("config") {
        Some(file) => Found::read(env.path(file)),
        None if parsed.on("isolated") => Ok(Found::default()),
        None => Found::above(path),
    }
}

/// What flags choose.
pub fn choice(parsed: &Parsed) -> Choice {
    Choice {
        profile: parsed.text("profile").map(str::to_owned),
        select: parsed.all("select").to_vec(),
        extend_select: parsed.all("extend-select").to_vec(),
        ignore: parsed.all("ignore").to_vec(),
        ..Choice::default()
    }
}

fn options(parsed: &Parsed, env: &mut Environment<'_>) -> Result<CheckOptions, String> {
    let mut render = render_options(parsed, env)?;
    render.values = values(parsed, env, render.helm)?;
    if let Some(template) = parsed.text("name-template") {
        render.name = chartlens::render::run_text(template, &host(parsed, env)?, render.helm)?;
    }
    let version = |text: &String| {
        KubeVersion::parse(text, render.helm).map_err(|e| format!("invalid kube version '{text}': {e}"))
    };
    let kube_versions = parsed.all("kube-version").iter().map(version).collect::<Result<Vec<_>, _>>()?;
    for version in &kube_versions {
        chartlens::kube::known_version(&format!("{}.{}", version.major, version.minor))?;
    }
    let mut values_sets = Vec::new();
    for set in parsed.all("values-set") {
        let (name, files) = set
            .split_once('=')
            .ok_or_else(|| format!("invalid --values-set {set:?}: expected NAME=FILE,FILE, such as prod=prod.yaml"))?;
        let files = files.split(',').map(|file| values_file(file, env)).collect::<Result<_, _>>()?;
        values_sets.push((name.to_owned(), files));
    }
    let against = against(parsed, render.helm, env)?;
    Ok(CheckOptions {
        render,
        kube_versions,
        values_sets,
        strict_kinds: parsed.on("strict-kinds"),
        crds: Arc::new(crate::crds::read(env, parsed.all("crds"))?),
        show_secrets: parsed.on("show-secrets"),
        against,
        ..CheckOptions::default()
    })
}

/// What is there before an update.
fn against(parsed: &Parsed, helm: HelmVersion, env: &mut Environment<'_>) -> Result<Option<Against>, String> {
    let values = match parsed.all("against-values") {
        [] => None,
        files => Some(files.iter().map(|file| values_file(file, env)).collect::<Result<_, _>>()?),
    };
    match parsed.text("against") {
        Some(name) => against_path(name, values, helm, env).map(Some),
        None => Ok(values.map(|values| Against::Release { chart: None, values: Some(values) })),
    }
}

/// What is there, by a path: manifests or a chart, which may have values of its own.
pub fn against_path(
    name: &str,
    values: Option<Vec<ValuesSource>>,
    helm: HelmVersion,
    env: &mut Environment<'_>,
) -> Result<Against, String> {
    let mut inputs = Vec::new();
    find(env, name, &mut inputs)?;
    match inputs.as_slice() {
        [Input::Manifests(files)] if values.is_none() => Ok(Against::Manifests(files.clone())),
        [Input::Manifests(_)] => Err(format!("{name}: manifests have no values: leave out the values to go with them")),
        [Input::Chart(path)] => {
            let chart = crate::folder::load(env, path, helm, &mut Vec::new())?;
            Ok(Against::Release { chart: Some(Arc::new(chart)), values })
        }
        _ => Err(format!("{name}: expected one chart or manifests to hold an update against")),
    }
}

fn values_file(name: &str, env: &Environment<'_>) -> Result<ValuesSource, String> {
    Ok(ValuesSource::File { name: name.to_owned(), text: Arc::from(env.read(name)?) })
}

/// Checks the chart at a path, if wanted with the sets of values that it brings; one that does not load is a finding.
pub fn check_path(
    session: &Session,
    name: &str,
    options: &CheckOptions,
    ci_values: bool,
    host: &chartlens::host::Host,
    env: &Environment<'_>,
) -> Report {
    check_named(session, [name, name], options, ci_values, host, env)
}

/// The same for a chart at a path that the user knows by another name.
fn check_named(
    session: &Session,
    [path, name]: [&str; 2],
    options: &CheckOptions,
    ci_values: bool,
    host: &chartlens::host::Host,
    env: &Environment<'_>,
) -> Report {
    let mut log = Vec::new();
    let helm = options.render.helm;
    let read = crate::folder::read_chart(env, path, helm, &mut log);
    let chart = match read.and_then(|source| source.load_all(helm)) {
        Ok(chart) => chart,
        Err(error) => {
            let mut report = Report::default();
            let mut found = session::chart_error(&error);
            found.chart = Some(name.to_owned());
            report.add(found);
            report.summary.charts = 1;
            return report;
        }
    };
    let mut options = options.clone();
    if ci_values {
        options.values_sets.extend(session::ci_values(&chart));
    }
    let mut report = session.check(&chart, name, &options, host, &|file| env.read(file));
    if let Some(found) = report.diagnostics.iter_mut().find(|found| found.code == "chart/invalid")
        && let Some(help) = ignored(&env.path(path))
    {
        found.help = Some(help);
    }
    report
}

/// Why a Chart.yaml that is there is not read: `.helmignore` may keep it out.
fn ignored(folder: &std::path::Path) -> Option<String> {
    folder.join("Chart.yaml").is_file().then_some(())?;
    let (line, rule) = Ignore::blame(&std::fs::read(folder.join(".helmignore")).ok()?, "Chart.yaml")?;
    let why = if rule.starts_with('!') { " (Helm ignores every file that a rule with `!` does not match)" } else { "" };
    Some(format!("Chart.yaml is there, but .helmignore:{line} `{rule}` leaves it out{why}"))
}
