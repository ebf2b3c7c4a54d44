//! `chartlens.check`.

use crate::chart::Chart;
use crate::errors::Class;
use crate::exit::Call;
use crate::options::{Release, kube_version, no_files, with_environment};
use crate::report::Report;
use chartlens::chart;
use chartlens::codes;
use chartlens::host::{HelmVersion, Host};
use chartlens::lint::{Choice, Options, Setting};
use chartlens::report;
use chartlens::session::{self, Against, CheckOptions};
use chartlens_cli::{Input, against_path, check_path, find, read_crds};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyMapping, PyString, PyTuple};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Something to check.
enum Target {
    /// A loaded chart, and what it is called.
    Chart(Arc<chart::Chart>, String),
    /// What stands at a path.
    Path(Input),
}

/// Renders charts and checks what comes out against the schemas and rules of Kubernetes.
///
/// Args:
///     target: A chart, or a path as the command takes it: a chart's folder or archive, a folder of charts, a manifest
///         or a folder of manifests; or a list of these.
///     kube_version: Version of Kubernetes, or several to render and check for.
///     values_sets: Values by the name of their set, each on top of `values`; the chart is checked with every set.
///     ci_values: Whether to check with each of a chart's ci/*-values.yaml too.
///     crds: Paths of folders or files of CRDs, or of JSON Schemas laid out group/kind_version.json.
///     strict_kinds: Whether a kind that nothing is known of is an error.
///     profile: Rules of the linter: default, strict, security, pss-baseline, pss-restricted, gke-autopilot or none.
///     select: Only these codes, rules or categories, in place of the profile.
///     extend_select: These too.
///     ignore: Not these.
///     rule_options: What is set of rules: `{"availability/few-replicas": {"least": 3}}`.
///     rules: Rules of your own: functions under `@chartlens.rule`.
///     show_secrets: Whether values whose names look secret are shown.
///     against: What is there now, a chart or a path as above: changes that an update would refuse are findings.
///     against_values: The values that are in use now, in place of those of the check; without `against` for the same
///         chart.
///
/// The other arguments are those of `Chart.render`. A chart that does not load or render is a finding.
///
/// Raises:
///     UsageError: An argument makes no sense, or there is nothing at a path.
///
/// Example:
///     >>> import chartlens
///     >>> chart = chartlens.load({
///     ...     "Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
///     ...     "templates/a.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: 80}\n",
///     ... })
///     >>> for found in chartlens.check(chart):
///     ...     print(found.code, found.pointer, found.file, found.line)
///     schema/wrong-type /spec/ports templates/a.yaml 4
#[pyfunction]
#[pyo3(signature = (target, *, values = None, values_sets = None, set = None, set_string = None, name = "release-name",
    namespace = "default", kube_version = None, api_versions = Vec::new(), is_upgrade = false,
    skip_schema_validation = false, ci_values = false, crds = None, strict_kinds = false, profile = None,
    select = Vec::new(), extend_select = Vec::new(), ignore = Vec::new(), rule_options = None, rules = Vec::new(), show_secrets = false, against = None,
    against_values = None,
    helm_version = None, seed = None, now = None, timezone = None))]
#[expect(clippy::too_many_arguments, reason = "they are keyword arguments")]
pub fn check(
    py: Python<'_>,
    target: &Bound<'_, PyAny>,
    values: Option<&Bound<'_, PyAny>>,
    values_sets: Option<&Bound<'_, PyMapping>>,
    set: Option<&Bound<'_, PyMapping>>,
    set_string: Option<&Bound<'_, PyMapping>>,
    name: &str,
    namespace: &str,
    kube_version: Option<&Bound<'_, PyAny>>,
    api_versions: Vec<String>,
    is_upgrade: bool,
    skip_schema_validation: bool,
    ci_values: bool,
    crds: Option<&Bound<'_, PyAny>>,
    strict_kinds: bool,
    profile: Option<String>,
    select: Vec<String>,
    extend_select: Vec<String>,
    ignore: Vec<String>,
    rule_options: Option<BTreeMap<String, BTreeMap<String, Bound<'_, PyAny>>>>,
    rules: Vec<Bound<'_, PyAny>>,
    show_secrets: bool,
    against: Option<&Bound<'_, PyAny>>,
    against_values: Option<&Bound<'_, PyAny>>,
    helm_version: Option<&Bound<'_, PyAny>>,
    seed: Option<&Bound<'_, PyAny>>,
    now: Option<&Bound<'_, PyAny>>,
    timezone: Option<String>,
) -> PyResult<Report> {
    let _call = Call::enter(py);
    let release = Release {
        name,
        namespace,
        values,
        set,
        set_string,
        api_versions,
        is_upgrade,
        skip_schema_validation,
        helm_version,
        seed,
        now,
        timezone,
    };
    let (render, host) = release.options(py)?;
    let mut sets = Vec::new();
    if let Some(map) = values_sets {
        for item in map.items()?.iter() {
            let (name, values): (String, Bound<'_, PyAny>) = item.extract()?;
            sets.push((name, crate::values::files(&values)?));
        }
    }
    let kube_versions = kube_version.map_or(Ok(Vec::new()), |versions| kube_versions(versions, render.helm))?;
    let targets = targets(target, render.helm)?;
    let crds = crds.map_or(Ok(Vec::new()), paths)?;
    let crds = py.detach(|| with_environment(|env| read_crds(env, &crds)));
    let options = rule_options.map_or(Ok(Options::new()), rule_options_of)?;
    let own = crate::own::rules(py, &rules)?;
    let choice = Choice { profile, select, extend_select, ignore, options, own, ..Choice::default() };
    let selection = codes::select(&choice).map_err(|error| Class::Usage.error(py, &error.to_string()))?;
    let (cancel, seen) = (render.cancel.clone(), render.cancel.clone());
    let against = before(against, against_values, render.helm)?;
    let options = CheckOptions {
        render,
        kube_versions,
        values_sets: sets,
        strict_kinds,
        crds: Arc::new(crds.map_err(|message| Class::Usage.error(py, &message))?),
        show_secrets,
        against,
        selection: Arc::new(selection),
        // Files that are named one by one are parts of something.
        is_part: targets.iter().filter(|target| matches!(target, Target::Path(Input::Manifests(_)))).count() > 1,
        ..CheckOptions::default()
    };
    let report = crate::work::run(py, &cancel, move || {
        let mut report = report::Report::default();
        for target in targets.iter().take_while(|_| !seen.is_cancelled()) {
            report.merge(target.check(&options, ci_values, &host));
        }
        report.finish();
        report
    })?;
    Ok(Report::new(report))
}

impl Target {
    fn check(&self, options: &CheckOptions, ci_values: bool, host: &Host) -> report::Report {
        match self {
            Target::Chart(chart, name) => check_chart(chart, name, options, ci_values, host),
            Target::Path(Input::Manifests(files)) => crate::work::SESSION.check_manifests(files, options),
            Target::Path(Input::Chart(name)) => {
                with_environment(|env| check_path(&crate::work::SESSION, name, options, ci_values, host, env))
            }
        }
    }
}

fn check_chart(
    chart: &chart::Chart,
    name: &str,
    options: &CheckOptions,
    ci_values: bool,
    host: &Host,
) -> report::Report {
    let mut options = options.clone();
    if ci_values {
        options.values_sets.extend(session::ci_values(chart));
    }
    crate::work::SESSION.check(chart, name, &options, host, &no_files)
}

fn targets(target: &Bound<'_, PyAny>, helm: HelmVersion) -> PyResult<Vec<Target>> {
    if target.is_instance_of::<PyList>() || target.is_instance_of::<PyTuple>() {
        let each = target.try_iter()?.map(|target| one_target(&target?, helm));
        return Ok(each.collect::<PyResult<Vec<_>>>()?.into_iter().flatten().collect());
    }
    one_target(target, helm)
}

/// A chart, or what stands at a path.
fn one_target(target: &Bound<'_, PyAny>, helm: HelmVersion) -> PyResult<Vec<Target>> {
    let py = target.py();
    if let Ok(chart) = target.cast::<Chart>() {
        let chart = chart.get();
        return Ok(vec![Target::Chart(chart.of(py, helm)?, chart.shown())]);
    }
    let Ok(path) = target.extract::<PathBuf>() else {
        let kind = target.get_type().qualname()?;
        return Err(PyTypeError::new_err(format!("expected a chart, a path or a list of these, found {kind}")));
    };
    // A dash is standard input to the command, and a file's name here.
    let path = if path.as_os_str() == "-" { PathBuf::from("./-") } else { path };
    let mut inputs = Vec::new();
    with_environment(|env| find(env, &path.to_string_lossy(), &mut inputs))
        .map_err(|message| Class::Usage.error(py, &message))?;
    Ok(inputs.into_iter().map(Target::Path).collect())
}

/// What is there before an update: a chart or a path, and the values that it has.
fn before(
    target: Option<&Bound<'_, PyAny>>,
    values: Option<&Bound<'_, PyAny>>,
    helm: HelmVersion,
) -> PyResult<Option<Against>> {
    let values = values.map(crate::values::files).transpose()?;
    let Some(target) = target else {
        return Ok(values.map(|values| Against::Release { chart: None, values: Some(values) }));
    };
    let py = target.py();
    if let Ok(chart) = target.cast::<Chart>() {
        return Ok(Some(Against::Release { chart: Some(chart.get().of(py, helm)?), values }));
    }
    let path: PathBuf = target.extract()?;
    let found = with_environment(|env| against_path(&path.to_string_lossy(), values, helm, env));
    found.map(Some).map_err(|message| Class::Usage.error(py, &message))
}

/// A path, or a list of paths.
fn paths(value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let paths = match value.extract::<PathBuf>() {
        Ok(path) => vec![path],
        Err(_) => value.extract::<Vec<PathBuf>>()?,
    };
    Ok(paths.iter().map(|path| path.to_string_lossy().into_owned()).collect())
}

fn kube_versions(versions: &Bound<'_, PyAny>, helm: HelmVersion) -> PyResult<Vec<chartlens::render::KubeVersion>> {
    match versions.is_instance_of::<PyString>() || versions.try_iter().is_err() {
        true => Ok(vec![kube_version(versions, helm)?]),
        false => versions.try_iter()?.map(|version| kube_version(&version?, helm)).collect(),
    }
}

/// The options of rules: numbers, texts and lists of texts.
fn rule_options_of(given: BTreeMap<String, BTreeMap<String, Bound<'_, PyAny>>>) -> PyResult<Options> {
    let setting = |value: &Bound<'_, PyAny>| match (value.extract(), value.extract()) {
        (Ok(number), _) => Ok(Setting::Number(number)),
        (_, Ok(text)) => Ok(Setting::Text(text)),
        _ => value.extract().map(Setting::Words),
    };
    let options = |(rule, options): (String, BTreeMap<String, Bound<'_, PyAny>>)| {
        let options = options.iter().map(|(name, value)| Ok((name.clone(), setting(value)?)));
        Ok((rule, options.collect::<PyResult<_>>()?))
    };
    given.into_iter().map(options).collect()
}
