//! `chartlens template`: a drop-in for `helm template`.

use super::options::{
    HELM, OWN, RELEASE, VALUES, check_dry_run_3, check_groups, colours_are_known, dry_run, helm_version, host, refuse,
    render_options, values,
};
use super::{Command, FAILED};
use crate::environment::Environment;
use crate::flags::{Flag, NO_EFFECT, Parsed, Takes, parse};
use crate::folder;
use crate::references;
use crate::references::{PLACES, REFERENCE, SERVER};
use chartlens::chart::Chart;
use chartlens::host::{HelmVersion, Host};
use chartlens::log::{Level, Log};
pub use chartlens::render::check_release_name;
use chartlens::render::{OutputOptions, RenderOptions, check_installable, render, template_output};
use chartlens::report::PrettyOptions;
use chartlens::session::{CheckOptions, Session};
use std::collections::HashSet;
use std::io::Write as _;

const OUTPUT: &[Flag] = &[
    Flag::new("show-only", Takes::Each, "print only what these templates write; patterns are allowed").short('s'),
    Flag::new("diagnostics", Takes::Switch, "after an error, show the template line and the values that caused it"),
    Flag::new("include-crds", Takes::Switch, "print the files under crds/ too"),
    Flag::new("skip-tests", Takes::Switch, "leave test hooks out"),
    Flag::new("output-dir", Takes::Text, "write files into this folder instead of standard output"),
    Flag::new("release-name", Takes::Switch, "put the release's name into the paths under --output-dir"),
    Flag::new("is-upgrade", Takes::Switch, "render an upgrade: .Release.IsUpgrade is true"),
    Flag::new("kube-version", Takes::Text, "version of Kubernetes in .Capabilities.KubeVersion")
        .choices(|| chartlens::kube::versions().collect()),
    Flag::new("api-versions", Takes::List, "API versions in .Capabilities.APIVersions beside the usual ones")
        .short('a'),
    Flag::new("validate", Takes::Switch, "refused: there is no cluster").deprecated("use '--dry-run=server' instead"),
    Flag::new("dry-run", Takes::OptionalText("unset"), "client; a render is always that"),
    Flag::new("hide-notes", Takes::Switch, NO_EFFECT)
        .deprecated("this flag has no effect for 'helm template' and will be removed in Helm 5"),
    Flag::new("render-subchart-notes", Takes::Switch, NO_EFFECT)
        .deprecated("this flag has no effect for 'helm template' and will be removed in Helm 5"),
];

/// The verb.
pub static COMMAND: Command = Command {
    name: "template",
    usage: "chartlens template [NAME] CHART [flags]",
    summary: "Render a chart as `helm template` does, byte for byte",
    description: "Renders a chart folder, an archive or a chart that is fetched, and prints the manifests. Flags, output, errors and exit\ncodes are those of `helm template`.",
    examples: &[
        ("chartlens template web ./charts/web", "render a chart"),
        ("chartlens template web ./charts/web -f prod.yaml --set image.tag=1.2", "with values"),
        (
            "chartlens template web web-1.2.0.tgz --kube-version 1.31 --include-crds",
            "an archive, for Kubernetes 1.31, with CRDs",
        ),
        ("chartlens template web ./charts/web -s templates/service.yaml", "only one template's output"),
        ("chartlens template web oci://registry.example/charts/web --version '^1.2'", "a chart from a registry"),
        ("chartlens template web web --repo https://charts.example", "a chart from a repository"),
    ],
    flags: FLAGS,
    run,
};

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

/// A command line made ready to render.
pub struct Prepared {
    /// The chart.
    pub chart: Chart,
    /// What to render.
    pub options: RenderOptions,
    /// The world as templates see it.
    pub host: Host,
    /// What there was to say so far.
    pub log: Vec<Log>,
    /// The flags.
    pub parsed: Parsed,
}

/// An error with Helm's text.
pub struct Failure {
    /// What follows `Error: `.
    pub message: String,
    /// Log lines before it.
    pub log: Vec<Log>,
    /// Lines about flags before it.
    pub warnings: Vec<String>,
    /// Whose words these are.
    pub helm: HelmVersion,
}

/// Parses the flags of `template`, reads the values files and loads the chart.
pub fn prepare(args: &[String], env: &mut Environment<'_>) -> Result<Prepared, Failure> {
    let groups: Vec<&[Flag]> = FLAGS.iter().map(|(_, flags)| *flags).collect();
    let fail = |message: String| Failure { message, log: Vec::new(), warnings: Vec::new(), helm: HelmVersion::V4 };
    let parsed = parse(&groups, args).map_err(fail)?;
    prepare_parsed(parsed, env, FLAGS, Some("release-name"))
}

/// The same for flags that are parsed already; `release` is the name where none is given.
pub fn prepare_parsed(
    parsed: Parsed,
    env: &mut Environment<'_>,
    flags: &[(&str, &[Flag])],
    release: Option<&str>,
) -> Result<Prepared, Failure> {
    let mut log = Vec::new();
    let helm = helm_version(&parsed).unwrap_or_default();
    let mut parsed = parsed;
    if helm < HelmVersion::V4 {
        // The flags on their way out are Helm 4's.
        parsed.warnings.clear();
    }
    let warnings = parsed.warnings.clone();
    match prepare_inner(parsed, env, flags, release, &mut log) {
        Ok((parsed, chart, options, host)) => Ok(Prepared { chart, options, host, log, parsed }),
        Err(message) => Err(Failure { message, log, warnings, helm }),
    }
}

fn prepare_inner(
    parsed: Parsed,
    env: &mut Environment<'_>,
    flags: &[(&str, &[Flag])],
    release: Option<&str>,
    log: &mut Vec<Log>,
) -> Result<(Parsed, Chart, RenderOptions, Host), String> {
    refuse(&parsed, flags)?;
    if !parsed.arguments.is_empty() && helm_version(&parsed)? >= HelmVersion::V4 {
        check_groups(&parsed)?;
    }
    let mut options = render_options(&parsed, env)?;
    let helm = options.helm;
    if release.is_some() && helm >= HelmVersion::V4 {
        if parsed.on("validate") {
            return Err("--validate: chartlens never talks to a cluster".to_owned());
        }
        dry_run(&parsed, true, log)?;
    }
    let host = host(&parsed, env)?;
    let version = parsed.text("version").unwrap_or_default();
    if !parsed.arguments.is_empty() {
        log.push(Log::new(Level::Debug, "Original chart version").with("version", version));
    }
    if version.is_empty() && parsed.on("devel") {
        log.push(Log::new(Level::Debug, "setting version to >0.0.0-0"));
    }
    let (name, chart_name) = name_and_chart(&parsed, release, &host, helm)?;
    let chart_name = match references::located(&parsed, env, &chart_name, false, log)? {
        Some(fetched) => fetched,
        None => {
            if env.is_there(&chart_name) {
                references::verify(&parsed, env, &chart_name)?;
            }
            chart_name
        }
    };
    if env.is_there(&chart_name) {
        let full = crate::environment::absolute(&env.folder, &chart_name);
        log.push(Log::new(Level::Debug, "Chart path").with("path", full));
        options.values = values(&parsed, env, helm)?;
        chartlens::values::check(&options.values, helm, &|file| env.read(file)).map_err(|e| e.message)?;
    }
    let mut chart = folder::load(env, &chart_name, helm, log)?;
    if parsed.on("dependency-update") && chart.missing_dependencies().is_some() && env.path(&chart_name).is_dir() {
        let mut said = Vec::new();
        let updated = references::update(&parsed, env, &chart_name, &mut said, log);
        let _ = env.stdout.write_all(&said);
        updated?;
        chart = folder::load(env, &chart_name, helm, log)?;
    }
    if helm < HelmVersion::V4 {
        check_dry_run_3(&parsed)?;
    }
    let mut named = Vec::new();
    if let Err(message) = check_release_name(&name, helm, &mut named) {
        // Helm looks at the chart before.
        check_installable(&chart, helm, log)?;
        log.append(&mut named);
        return Err(message);
    }
    options.name = name;
    Ok((parsed, chart, options, host))
}

/// Helm's `Install.NameAndChart`.
fn name_and_chart(
    parsed: &Parsed,
    release: Option<&str>,
    host: &Host,
    helm: HelmVersion,
) -> Result<(String, String), String> {
    let template = parsed.text("name-template").filter(|t| !t.is_empty());
    let generate = parsed.on("generate-name");
    match parsed.arguments.as_slice() {
        [] => Err("requires at least 1 argument".to_owned()),
        [_, _, extra @ ..] if !extra.is_empty() => {
            Err(format!("expected at most two arguments, unexpected arguments: {}", extra.join(", ")))
        }
        [name, chart, ..] => {
            if generate {
                return Err("cannot set --generate-name and also specify a name".to_owned());
            }
            if template.is_some() {
                return Err("cannot set --name-template and also specify a name".to_owned());
            }
            Ok((name.clone(), chart.clone()))
        }
        [chart] => {
            if let Some(template) = template {
                let name = chartlens::render::run_text(template, host, helm)?;
                return Ok((name, chart.clone()));
            }
            if let Some(release) = release {
                return Ok((release.to_owned(), chart.clone()));
            }
            if !generate {
                return Err("must either provide a name or specify --generate-name".to_owned());
            }
            let base = chartlens::text::path::base(chart);
            let base = if matches!(base, "." | "") { "chart" } else { base };
            let base = base.split('.').next().unwrap_or(base);
            Ok((format!("{base}-{}", host.now.seconds), chart.clone()))
        }
    }
}

fn run(args: &[String], env: &mut Environment<'_>) -> u8 {
    let groups: Vec<&[Flag]> = FLAGS.iter().map(|(_, flags)| *flags).collect();
    let parsed = match parse(&groups, args) {
        Ok(parsed) => parsed,
        Err(message) => return error(env, &message),
    };
    if !colours_are_known(&parsed, env) {
        return FAILED;
    }
    let mut prepared = match prepare_parsed(parsed, env, FLAGS, Some("release-name")) {
        Ok(prepared) => prepared,
        Err(failure) => return fail(env, &failure, args),
    };
    let (debug, helm) = (prepared.parsed.on("debug"), prepared.options.helm);
    warn(env, &prepared.parsed.warnings);
    let result = {
        let read = |file: &str| env.read(file);
        render(&prepared.chart, &prepared.options, &prepared.host, &read)
    };
    let output = OutputOptions {
        include_crds: prepared.parsed.on("include-crds"),
        no_hooks: prepared.parsed.on("no-hooks"),
        skip_tests: prepared.parsed.on("skip-tests"),
        show_only: prepared.parsed.all("show-only").to_vec(),
    };
    match result {
        Ok(rendered) => {
            prepared.log.extend(rendered.log.iter().cloned());
            env.log(&prepared.log, helm, debug);
            if let Some(folder) = prepared.parsed.text("output-dir").filter(|d| !d.is_empty()) {
                return write_folder(env, folder, &prepared, &rendered, &output);
            }
            match template_output(&rendered, &output, helm) {
                Ok(bytes) => {
                    let _ = env.stdout.write_all(&bytes);
                    0
                }
                Err(message) => error(env, &message),
            }
        }
        Err(failure) => {
            prepared.log.extend(failure.log.iter().cloned());
            env.log(&prepared.log, helm, debug);
            let mut message = failure.kind.helm_text(helm);
            if debug {
                print_partial(env, &failure);
            } else if failure.kind.after_release() {
                message.push_str("\n\nUse --debug flag to render out invalid YAML");
            }
            let code = error(env, &message);
            if prepared.parsed.on("diagnostics") {
                explain(&prepared, env);
            }
            code
        }
    }
}

/// Shows why the render failed: excerpts of the template and of the values, with what to do.
fn explain(prepared: &Prepared, env: &mut Environment<'_>) {
    let options = CheckOptions { render: prepared.options.clone(), ..CheckOptions::default() };
    let name = prepared.parsed.arguments.last().cloned().unwrap_or_default();
    let read = |file: &str| env.read(file);
    let mut report = Session::new().check(&prepared.chart, &name, &options, &prepared.host, &read);
    report.diagnostics.retain(|found| found.stops);
    report.finish();
    let pretty = PrettyOptions { width: env.terminal.unwrap_or(100), ..PrettyOptions::default() };
    let _ = write!(env.stderr, "\n{}", report.to_pretty(&pretty));
}

/// What `--debug` shows of a render that failed on YAML.
fn print_partial(env: &mut Environment<'_>, failure: &chartlens::render::RenderError) {
    if !failure.kind.after_release() {
        return;
    }
    let mut out = Vec::new();
    for (name, text) in failure.partial.iter().filter(|(_, text)| !text.trim_ascii().is_empty()).rev() {
        out.extend_from_slice(format!("---\n# Source: {name}\n").as_bytes());
        out.extend_from_slice(text);
        out.push(b'\n');
    }
    let _ = env.stdout.write_all(out.trim_ascii());
    let _ = env.stdout.write_all(b"\n");
}

/// Prints an error as Helm does.
pub fn error(env: &mut Environment<'_>, message: &str) -> u8 {
    let _ = env.stdout.flush();
    let _ = writeln!(env.stderr, "Error: {message}");
    FAILED
}

/// Prints what pflag has to say of flags on their way out.
pub fn warn(env: &mut Environment<'_>, warnings: &[String]) {
    for line in warnings {
        let _ = writeln!(env.stderr, "{line}");
    }
}

fn fail(env: &mut Environment<'_>, failure: &Failure, args: &[String]) -> u8 {
    warn(env, &failure.warnings);
    let debug = args.iter().any(|a| a == "--debug");
    env.log(&failure.log, failure.helm, debug);
    if failure.message == "requires at least 1 argument" {
        return error(
            env,
            "\"helm template\" requires at least 1 argument\n\nUsage:  helm template [NAME] [CHART] [flags]",
        );
    }
    error(env, &failure.message)
}

/// Writes documents into files under a folder, as `--output-dir` asks.
fn write_folder(
    env: &mut Environment<'_>,
    folder: &str,
    prepared: &Prepared,
    rendered: &chartlens::render::Rendered,
    output: &OutputOptions,
) -> u8 {
    let base = if prepared.parsed.on("release-name") {
        format!("{folder}/{}", prepared.options.name)
    } else {
        folder.to_owned()
    };
    let mut written = HashSet::new();
    let mut documents: Vec<(String, &str, &[u8])> = Vec::new();
    if output.include_crds {
        documents.extend(rendered.crds.iter().map(|(source, file)| (folder.to_owned(), source.as_str(), &*file.data)));
    }
    documents.extend(rendered.documents.iter().map(|d| (base.clone(), d.source.as_str(), &*d.text)));
    let hooks = chartlens::render::shown_hooks(rendered, output);
    documents.extend(hooks.map(|d| (base.clone(), d.source.as_str(), &*d.text)));
    for (base, source, text) in documents {
        let shown = format!("{base}/{source}");
        let path = env.path(&shown);
        let append = !written.insert(shown.clone());
        let result = (|| {
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            let mut file =
                std::fs::OpenOptions::new().create(true).write(true).append(append).truncate(!append).open(&path)?;
            write!(file, "---\n# Source: {source}\n")?;
            file.write_all(text)?;
            file.write_all(b"\n")
        })();
        if let Err(e) = result {
            return error(env, &format!("open {shown}: {}", crate::environment::go_error(&e)));
        }
        let _ = writeln!(env.stdout, "wrote {shown}");
    }
    let _ = env.stdout.write_all(b"\n");
    0
}
