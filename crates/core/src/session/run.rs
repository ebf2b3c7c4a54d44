//! One run of a check: a chart for one version of Kubernetes and one set of values.

use super::trial::Trial;
use super::{CheckOptions, Said, Session, allow, explain, look, once, place};
use crate::analysis::Analysis;
use crate::budget::Budget;
use crate::chart::Chart;
use crate::diag::{Cause, Diagnostic, Finding, Severity, Target};
use crate::host::{HelmVersion, Host};
use crate::lint::{Render, lint_renders, wants_long_name, wants_other_helm};
use crate::render::{Document, KubeVersion, RenderError, RenderOptions, Rendered};
use crate::report::Report;
use crate::validate::Validator;
use crate::values::{ReadFile, ValuesSource};
use std::collections::HashSet;
use std::sync::Arc;

/// The length of the longest release name that Helm takes.
const LONGEST: usize = 53;

/// One combination of a version of Kubernetes and a set of values.
pub(super) struct Run {
    pub render: RenderOptions,
    pub target: Target,
}

/// A set of values with its name.
type Set = (String, Vec<ValuesSource>);

impl Run {
    fn new(options: &CheckOptions, version: KubeVersion, set: Option<&Set>) -> Run {
        let mut render = options.render.clone();
        render.values.extend(set.into_iter().flat_map(|(_, values)| values).cloned());
        let target = Target {
            kube_version: format!("{}.{}", version.major, version.minor),
            helm_version: if render.helm >= HelmVersion::V4 { "4" } else { "3" }.to_owned(),
            values_set: set.map(|(name, _)| name.clone()),
        };
        render.kube_version = Some(version);
        (render.trace, render.keep_going) = (true, true);
        render.is_upgrade |= options.against.is_some();
        render.keep_values = options.selection.looks_around();
        Run { render, target }
    }

    /// The run that a check begins with.
    pub fn first(options: &CheckOptions) -> Run {
        let version = options.kube_versions.first().cloned().unwrap_or_else(|| usual(options));
        Run::new(options, version, options.values_sets.first())
    }
}

/// The version of Kubernetes where a check names none.
fn usual(options: &CheckOptions) -> KubeVersion {
    options.render.kube_version.clone().unwrap_or_else(|| KubeVersion::default_of(options.render.helm))
}

/// The runs that a check takes: every version with every set of values.
pub(super) fn targets(options: &CheckOptions) -> Vec<Run> {
    let versions = match options.kube_versions.is_empty() {
        true => vec![usual(options)],
        false => options.kube_versions.clone(),
    };
    let sets: Vec<Option<&Set>> = match options.values_sets.is_empty() {
        true => vec![None],
        false => options.values_sets.iter().map(Some).collect(),
    };
    let runs = versions.iter().flat_map(|version| sets.iter().map(|set| Run::new(options, version.clone(), *set)));
    runs.collect()
}

/// What a check is about, and what it is done with.
pub(super) struct About<'a> {
    pub session: &'a Session,
    pub chart: &'a Chart,
    pub name: &'a str,
    pub analysis: &'a Analysis<'a>,
    /// What is found in the chart's files.
    pub said: &'a Said<'a>,
    pub options: &'a CheckOptions,
    pub host: &'a Host,
    pub read: ReadFile<'a>,
}

impl About<'_> {
    /// Adds to a report what a run finds in what it rendered.
    pub fn check(
        &self,
        run: &Run,
        rendered: Result<&Rendered, &RenderError>,
        allowed: &mut allow::Comments,
        report: &mut Report,
    ) {
        let mut found = Vec::new();
        match rendered {
            Ok(rendered) => {
                let documents = rendered.documents.len() + rendered.hooks.len();
                report.summary.documents = report.summary.documents.max(documents);
                let budget = Budget::new(run.render.limits.clone(), run.render.cancel.clone());
                let validator = self.validator(run, rendered, &budget, &mut found);
                let trial = Trial::new(validator.as_ref(), &budget).remembering(&self.session.memory);
                look::look(self, run, rendered, &trial, &mut found);
                trial.withdraw(&mut found);
                if let Some(causes) = &rendered.trace {
                    allowed.read(causes);
                    for (number, fault) in rendered.faults.iter().enumerate() {
                        // Helm would have stopped at the first, if not before, where it loads the chart.
                        let stops = |found| Diagnostic { stops: number == 0 && self.loads(), ..found };
                        let mut told = explain::fault(fault, causes, &trial);
                        explain::note_helpers(fault, self.analysis.helpers(), &mut told);
                        found.extend(told.into_iter().map(stops));
                    }
                    place::keep_texts(report, self.name, causes, &found);
                }
            }
            Err(error) => {
                let stops = |found| Diagnostic { stops: true, ..found };
                found.extend(explain::render_error(error).into_iter().map(stops));
                if let Some(causes) = &error.trace {
                    allowed.read(causes);
                    place::keep_texts(report, self.name, causes, &found);
                }
            }
        }
        self.tell(found, std::slice::from_ref(&run.target), allowed, report);
    }

    /// Adds to a report what several renders show together. `first` is what the first of the runs rendered.
    pub fn compare(
        &self,
        runs: &[Run],
        mut renders: Vec<Render>,
        first: Option<&Rendered>,
        allowed: &mut allow::Comments,
        report: &mut Report,
    ) {
        let selection = &self.options.selection;
        let targets: Vec<Target> = renders.iter().map(|render| render.target.clone()).collect();
        if let Some(run) = runs.first().filter(|_| first.is_some() && wants_other_helm(selection)) {
            renders.extend(self.with_other_helm(run));
        }
        let alone = runs.first().zip(first).filter(|(_, rendered)| rendered.faults.is_empty());
        let refused = match alone.filter(|_| wants_long_name(selection)) {
            Some((run, rendered)) => self.with_long_name(run, rendered).unwrap_or_default(),
            None => Vec::new(),
        };
        let found = lint_renders(self.analysis, &renders, &refused, selection);
        if let Some(causes) = first.and_then(|rendered| rendered.trace.as_ref()) {
            place::keep_texts(report, self.name, causes, &found);
        }
        self.tell(found, &targets, allowed, report);
    }

    /// The same run with the other version of Helm; none where it fails.
    fn with_other_helm(&self, run: &Run) -> Option<Render> {
        let (helm, name) = match run.render.helm {
            HelmVersion::V3 => (HelmVersion::V4, "4"),
            HelmVersion::V4 => (HelmVersion::V3, "3"),
        };
        let options = RenderOptions { helm, trace: false, ..run.render.clone() };
        let rendered = self.session.render(self.chart, &options, self.host, self.read).ok()?;
        Some(Render::new(Target { helm_version: name.to_owned(), ..run.target.clone() }, &rendered))
    }

    /// What the API server refuses with the longest release name, and takes with the name of a run; none where it does not come so far.
    fn with_long_name(&self, run: &Run, rendered: &Rendered) -> Option<Vec<(Cause, String)>> {
        let missing = LONGEST.checked_sub(run.render.name.len() + 1)?;
        let name = format!("{}-{}", run.render.name, "x".repeat(missing));
        let options = RenderOptions { name, ..run.render.clone() };
        let long = self.session.render(self.chart, &options, self.host, self.read).ok()?;
        let causes = long.trace.as_ref().filter(|_| long.faults.is_empty())?;
        let budget = Budget::new(run.render.limits.clone(), run.render.cancel.clone());
        let validator = self.validator(run, rendered, &budget, &mut Vec::new())?;
        let (memory, selection) = (&self.session.memory, &self.options.selection);
        let documents = |rendered: &Rendered| -> Vec<Document> {
            rendered.documents.iter().chain(&rendered.hooks).cloned().collect()
        };
        let refused = |document: &Document| {
            let checked = memory.check(&validator, selection, &document.text, &budget).ok().flatten();
            let found = checked.map(|checked| checked.findings.clone()).unwrap_or_default();
            found.into_iter().filter(|found| found.severity == Severity::Error).collect::<Vec<_>>()
        };
        let known: HashSet<(String, u32, String)> = documents(rendered)
            .iter()
            .flat_map(|document| {
                let key = |found: Finding| (document.source.clone(), document.number, found.pointer);
                refused(document).into_iter().map(key).collect::<Vec<_>>()
            })
            .collect();
        let mut all = Vec::new();
        for document in documents(&long) {
            for found in refused(&document) {
                if !known.contains(&(document.source.clone(), document.number, found.pointer.clone())) {
                    all.push((causes.of_range(&document, found.range.clone()), found.message));
                }
            }
        }
        Some(all)
    }

    /// Adds what was found to a report, as far as it is told.
    fn tell(&self, found: Vec<Diagnostic>, targets: &[Target], allowed: &mut allow::Comments, report: &mut Report) {
        let told = found.into_iter().filter_map(|finding| {
            let severity = self.options.selection.told_of(&finding)?;
            (!allowed.allow(&finding)).then_some(Diagnostic { severity, ..finding })
        });
        for mut finding in once::told(told.collect()) {
            finding.chart = Some(self.name.to_owned());
            finding.targets = targets.to_vec();
            if !self.options.show_secrets {
                place::mask(&mut finding);
            }
            report.add(finding);
        }
    }

    /// Whether all files of the chart, and of those inside, could be read.
    pub fn loads(&self) -> bool {
        self.chart.walk().iter().all(|chart| chart.errors.is_empty())
    }

    /// The validator for what was rendered; none where its version is not known or a limit is reached, which is said.
    fn validator(
        &self,
        run: &Run,
        rendered: &Rendered,
        budget: &Budget,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Arc<Validator>> {
        match self.session.memory.crds(definitions(rendered), &self.options.crds, budget) {
            Ok(crds) => {
                let strict = self.options.strict_kinds;
                let (validator, unknown) = self.session.validator(&run.target.kube_version, crds, strict);
                found.extend(unknown);
                validator
            }
            Err(end) => {
                found.push(explain::limit(end));
                None
            }
        }
    }
}

/// The texts that may define custom resources: those of the chart's `crds/`, and of what it renders.
fn definitions(rendered: &Rendered) -> Vec<Arc<[u8]>> {
    let defines = |text: &[u8]| memchr::memmem::find(text, b"CustomResourceDefinition").is_some();
    let documents = rendered.documents.iter().chain(&rendered.hooks).filter(|document| defines(&document.text));
    let files = rendered.crds.iter().map(|(_, file)| file.data.clone());
    files.chain(documents.map(|document| Arc::from(&*document.text))).collect()
}
