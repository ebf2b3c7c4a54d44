//! The front door: charts and manifests in, a [`Report`] out.
//!
//! [`check`] renders a chart for every target, validates what comes out, and gives each finding its cause. It goes
//! on after faults: a template that fails hides no finding in the others.

mod advice;
mod dot;
mod explain;
mod helpers;
mod indent;
mod manifests;
mod place;
mod position;
mod references;
mod refine;
mod trace;
mod traps;
mod unread;

pub use explain::{chart_error, render_error};
pub use manifests::check_manifests;
pub use position::{cause_in_document, cause_in_output};
pub use trace::{Answer, Question, trace};

use crate::budget::{Budget, Exhausted};
use crate::chart::Chart;
use crate::diag::{Diagnostic, Fact, Severity, Target};
use crate::host::{HelmVersion, Host};
use crate::kube::crds::Crds;
use crate::render::{KubeVersion, RenderOptions, Rendered, render};
use crate::report::Report;
use crate::validate::{Options, Validator};
use crate::values::{ReadFile, ValuesSource};
use std::sync::Arc;

/// What to check for.
#[derive(Clone, Debug, Default)]
pub struct CheckOptions {
    /// The release and its values.
    pub render: RenderOptions,
    /// Versions of Kubernetes to render and validate for; none for the one that Helm imagines.
    pub kube_versions: Vec<KubeVersion>,
    /// Sets of values, each with a name, that come on top of those of `render`; none for those alone.
    pub values_sets: Vec<(String, Vec<ValuesSource>)>,
    /// Whether a kind that nothing is known of is an error.
    pub strict_kinds: bool,
    /// Custom resources beyond those of the chart.
    pub crds: Arc<Crds>,
    /// Whether values whose names look secret are shown.
    pub show_secrets: bool,
}

/// Checks a chart. `name` is what it is called in the report, the path as it was given.
pub fn check(chart: &Chart, name: &str, options: &CheckOptions, host: &Host, read: ReadFile<'_>) -> Report {
    inspect(chart, name, options, host, read).0
}

/// Checks a chart and keeps what it rendered for the first target, with causes: all that did not fail.
pub fn inspect(
    chart: &Chart,
    name: &str,
    options: &CheckOptions,
    host: &Host,
    read: ReadFile<'_>,
) -> (Report, Option<Rendered>) {
    let mut report = Report::default();
    report.summary.charts = 1;
    for found in explain::chart_errors(chart, name, &mut report) {
        report.add(found);
    }
    // The definitions are those of the chart, whatever it is rendered for.
    let helpers = helpers::Helpers::new(chart);
    let mut runs = targets(options).into_iter();
    let first = runs.next().and_then(|run| run.check(chart, name, &helpers, options, host, read, &mut report));
    for run in runs {
        run.check(chart, name, &helpers, options, host, read, &mut report);
    }
    report.finish();
    (report, first)
}

/// The sets of values that a chart brings for its own tests: `ci/*-values.yaml`.
pub fn ci_values(chart: &Chart) -> Vec<(String, Vec<ValuesSource>)> {
    let set = |file: &crate::chart::File| {
        let name = file.name.strip_prefix("ci/")?.strip_suffix("-values.yaml")?;
        let source = ValuesSource::File { name: file.name.clone(), text: file.data.clone() };
        (!name.contains('/')).then(|| (name.to_owned(), vec![source]))
    };
    chart.files.iter().filter_map(set).collect()
}

/// The custom resources of a run: those given, those of the chart's `crds/`, and those that it renders.
fn crds<'d>(
    options: &CheckOptions,
    rendered: &Rendered,
    documents: impl Iterator<Item = &'d crate::yaml::Document>,
    budget: &Budget,
) -> Result<Arc<Crds>, Exhausted> {
    let mut crds = Crds::default();
    for (_, file) in &rendered.crds {
        for document in crate::yaml::documents(&file.data).into_iter().flatten() {
            crds.add(&document, budget)?;
        }
    }
    for document in documents {
        crds.add(document, budget)?;
    }
    if crds.is_empty() {
        return Ok(options.crds.clone());
    }
    crds.extend(&options.crds);
    Ok(Arc::new(crds))
}

/// The validator for a version of Kubernetes, and what is to be said where its own schemas are not there.
fn validator(version: &str, crds: Arc<Crds>, settings: Options) -> (Option<Validator>, Option<Diagnostic>) {
    let known = crate::kube::known_version(version).ok();
    let validator = known.and_then(|known| Validator::new(known, crds, settings));
    if known == Some(version) {
        return (validator, None);
    }
    let fact = Fact::UnknownKubeVersion {
        version: version.to_owned(),
        instead: known.map(str::to_owned),
        known: crate::kube::versions().map(str::to_owned).collect(),
    };
    let severity = if known.is_some() { Severity::Warning } else { Severity::Error };
    (validator, Some(Diagnostic { severity, ..Diagnostic::of("api/unknown-version", fact) }))
}

/// One combination of a version of Kubernetes and a set of values.
struct Run {
    render: RenderOptions,
    target: Target,
}

fn targets(options: &CheckOptions) -> Vec<Run> {
    let helm = options.render.helm;
    let default = || options.render.kube_version.clone().unwrap_or_else(|| KubeVersion::default_of(helm));
    let versions = match options.kube_versions.is_empty() {
        true => vec![default()],
        false => options.kube_versions.clone(),
    };
    let no_set = [(String::new(), Vec::new())];
    let sets = if options.values_sets.is_empty() { no_set.as_slice() } else { &options.values_sets };
    let mut runs = Vec::new();
    for version in versions {
        for (set, values) in sets {
            let mut render = options.render.clone();
            render.values.extend(values.iter().cloned());
            render.kube_version = Some(version.clone());
            (render.trace, render.keep_going) = (true, true);
            let target = Target {
                kube_version: format!("{}.{}", version.major, version.minor),
                helm_version: if helm >= HelmVersion::V4 { "4" } else { "3" }.to_owned(),
                values_set: (!set.is_empty()).then(|| set.clone()),
            };
            runs.push(Run { render, target });
        }
    }
    runs
}

impl Run {
    #[expect(clippy::too_many_arguments, reason = "what a check is about, and what it is done with")]
    fn check(
        &self,
        chart: &Chart,
        name: &str,
        helpers: &helpers::Helpers<'_>,
        options: &CheckOptions,
        host: &Host,
        read: ReadFile<'_>,
        report: &mut Report,
    ) -> Option<Rendered> {
        let mut found = Vec::new();
        let rendered = match render(chart, &self.render, host, read) {
            Ok(rendered) => {
                let documents = rendered.documents.len() + rendered.hooks.len();
                report.summary.documents = report.summary.documents.max(documents);
                self.look(chart, &rendered, helpers, options, &mut found);
                if let Some(causes) = &rendered.trace {
                    for (number, fault) in rendered.faults.iter().enumerate() {
                        // Helm would have stopped at the first.
                        let stops = |found| Diagnostic { stops: number == 0, ..found };
                        let mut told = explain::fault(fault, causes);
                        explain::note_helpers(fault, helpers, &mut told);
                        found.extend(told.into_iter().map(stops));
                    }
                    place::keep_texts(report, name, causes, &found);
                }
                Some(rendered)
            }
            Err(error) => {
                match &error.trace {
                    Some(causes) => {
                        let stops = |found| Diagnostic { stops: true, ..found };
                        found.extend(explain::fault(&error.kind, causes).into_iter().map(stops));
                        place::keep_texts(report, name, causes, &found);
                    }
                    None => found.push(Diagnostic { stops: true, ..explain::plain(&error.kind) }),
                }
                None
            }
        };
        for mut finding in found {
            finding.chart = Some(name.to_owned());
            finding.targets = vec![self.target.clone()];
            if !options.show_secrets {
                place::mask(&mut finding);
            }
            report.add(finding);
        }
        rendered
    }

    /// Validates the documents and looks for values that nobody reads.
    fn look(
        &self,
        chart: &Chart,
        rendered: &Rendered,
        helpers: &helpers::Helpers<'_>,
        options: &CheckOptions,
        found: &mut Vec<Diagnostic>,
    ) {
        let Some(causes) = &rendered.trace else { return };
        let settings = Options { strict_kinds: options.strict_kinds, ..Options::default() };
        let budget = Budget::new(self.render.limits.clone(), self.render.cancel.clone());
        let documents = rendered.documents.iter().chain(&rendered.hooks);
        let parsed: Vec<_> = documents.filter_map(|d| Some((d, crate::yaml::parse(&d.text).ok()?))).collect();
        let crds = match crds(options, rendered, parsed.iter().map(|(_, parsed)| parsed), &budget) {
            Ok(crds) => crds,
            Err(end) => return found.push(explain::limit(end)),
        };
        let patched = rendered.patched.iter().filter_map(|d| Some((d, crate::yaml::parse(&d.text).ok()?)));
        let whole = parsed.iter().map(|(document, parsed)| (*document, parsed, true));
        let patched: Vec<_> = patched.collect();
        let rest = patched.iter().map(|(document, parsed)| (*document, parsed, false));
        let (validator, unknown) = validator(&self.target.kube_version, crds, settings);
        found.extend(unknown);
        if let Some(validator) = validator {
            for (document, parsed, is_whole) in whole.chain(rest) {
                match validator.check(parsed, &document.text, &budget) {
                    Ok(findings) if findings.is_empty() => {}
                    Ok(mut findings) => {
                        // What is missing may stand in the lines that could not be read.
                        findings.retain(|found| is_whole || refine::is_there(found));
                        let object = crate::validate::object_ref(parsed, &budget);
                        let place = |finding| place::diagnostic(finding, document, object.clone(), causes);
                        found.extend(refine::fold(findings).into_iter().map(place));
                    }
                    Err(end) => {
                        found.push(explain::limit(end));
                        return;
                    }
                }
            }
        }
        found.extend(helpers.findings());
        let whole = rendered.faults.is_empty() && chart.walk().iter().all(|chart| chart.errors.is_empty());
        found.extend(unread::findings(chart, causes, whole));
    }
}
