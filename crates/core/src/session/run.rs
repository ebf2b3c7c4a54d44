//! One run of a check: a chart for one version of Kubernetes and one set of values.

use super::against::Before;
use super::trial::{Held, Trial};
use super::{CheckOptions, Session, allow, duplicate, explain, misread, place, refine, unread};
use crate::analysis::Analysis;
use crate::budget::{Budget, Exhausted};
use crate::chart::Chart;
use crate::diag::{Diagnostic, Fact, Finding, Severity, Target};
use crate::host::{HelmVersion, Host};
use crate::lint::{
    Found, Output, OwnRelease, Release, Render, lint_functions, lint_output, lint_renders, wants_other_helm,
};
use crate::render::{Causes, Document, KubeVersion, RenderOptions, Rendered};
use crate::report::Report;
use crate::validate::Validator;
use crate::validate::update::Objects;
use crate::values::ReadFile;
use std::sync::Arc;

/// One combination of a version of Kubernetes and a set of values.
pub(super) struct Run {
    render: RenderOptions,
    pub target: Target,
}

/// The runs that a check takes: every version with every set of values.
pub(super) fn targets(options: &CheckOptions) -> Vec<Run> {
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
            render.is_upgrade |= options.against.is_some();
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

/// What a check is about, and what it is done with.
pub(super) struct About<'a> {
    pub session: &'a Session,
    pub chart: &'a Chart,
    pub name: &'a str,
    pub analysis: &'a Analysis<'a>,
    /// What is found in the chart's files, whatever it is rendered for.
    pub said: &'a [Diagnostic],
    pub options: &'a CheckOptions,
    pub host: &'a Host,
    pub read: ReadFile<'a>,
}

impl About<'_> {
    /// Adds to a report what a run finds, and gives what it rendered.
    pub fn check(&self, run: &Run, allowed: &mut allow::Comments, report: &mut Report) -> Option<Rendered> {
        let mut found = Vec::new();
        let rendered = match self.session.render(self.chart, &run.render, self.host, self.read) {
            Ok(rendered) => {
                let documents = rendered.documents.len() + rendered.hooks.len();
                report.summary.documents = report.summary.documents.max(documents);
                let budget = Budget::new(run.render.limits.clone(), run.render.cancel.clone());
                let validator = self.validator(run, &rendered, &budget, &mut found);
                let trial = Trial::new(validator.as_ref(), &budget);
                self.look(run, &rendered, &trial, &mut found);
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
                Some(rendered)
            }
            Err(error) => {
                let stops = |found| Diagnostic { stops: true, ..found };
                found.extend(explain::render_error(&error).into_iter().map(stops));
                if let Some(causes) = &error.trace {
                    allowed.read(causes);
                    place::keep_texts(report, self.name, causes, &found);
                }
                None
            }
        };
        self.tell(found, std::slice::from_ref(&run.target), allowed, report);
        rendered
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
        let found = lint_renders(self.analysis, &renders, selection);
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

    /// Adds what was found to a report, as far as it is told.
    fn tell(&self, found: Vec<Diagnostic>, targets: &[Target], allowed: &mut allow::Comments, report: &mut Report) {
        for mut finding in one_for_all_kinds(shapes_told_once(found)) {
            let Some(severity) = self.options.selection.told_of(&finding) else { continue };
            if allowed.allow(&finding) {
                continue;
            }
            finding.severity = severity;
            finding.chart = Some(self.name.to_owned());
            finding.targets = targets.to_vec();
            if !self.options.show_secrets {
                place::mask(&mut finding);
            }
            report.add(finding);
        }
    }

    /// Whether all files of the chart, and of those inside, could be read.
    fn loads(&self) -> bool {
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

    /// What the functions among the user's own rules say of the documents.
    fn functions(
        &self,
        run: &Run,
        documents: &[&Document],
        causes: &Causes,
        budget: &Budget,
    ) -> Result<Vec<Found>, Exhausted> {
        let selection = &self.options.selection;
        if !selection.has_functions() {
            return Ok(Vec::new());
        }
        let release = OwnRelease {
            name: run.render.name.clone(),
            namespace: run.render.namespace.clone(),
            target: run.target.clone(),
            objects: Vec::new(),
        };
        let cause = |number: usize, range: std::ops::Range<usize>| {
            let of = |document: &&Document| causes.of_document(document, range.start);
            documents.get(number).map(of).unwrap_or_default()
        };
        lint_functions(selection, &parsed(documents), release, &cause, budget)
    }

    /// Validates the documents and looks for values that nobody reads.
    fn look(&self, run: &Run, rendered: &Rendered, trial: &Trial<'_>, found: &mut Vec<Diagnostic>) {
        let Some(causes) = &rendered.trace else { return };
        let budget = trial.budget;
        let memory = &self.session.memory;
        let (session, options) = (self.session, self.options);
        let before = Before { session, options, host: self.host, read: self.read };
        let before = match before.objects(self.chart, &run.render, budget) {
            Ok((before, unknown)) => {
                found.extend(unknown);
                before
            }
            Err(end) => return found.push(explain::limit(end)),
        };
        let whole = rendered.documents.iter().chain(&rendered.hooks).map(|document| (document, true));
        let documents = whole.chain(rendered.patched.iter().map(|document| (document, false)));
        let (mut objects, mut complete) = (Vec::new(), 0);
        for ((document, is_whole), validator) in documents.zip(trial.validator.iter().cycle()) {
            let checked = match memory.check(validator, &self.options.selection, &document.text, budget) {
                Ok(checked) => checked,
                Err(end) => return found.push(explain::limit(end)),
            };
            let Some(checked) = checked else { continue };
            let mut findings = checked.findings.clone();
            if !before.is_empty() && document.hook.is_none() {
                match update(validator, &before, &document.text, budget) {
                    Ok(changes) => findings.extend(changes),
                    Err(end) => return found.push(explain::limit(end)),
                }
            }
            // What is missing may stand in the lines that could not be read.
            findings.retain(|found| is_whole || refine::is_there(found, &document.text));
            findings = refine::fold(findings);
            findings.extend(checked.lint.iter().filter(|_| is_whole).cloned());
            let held = Held { trial, findings: &checked.findings };
            let place = |finding| place::diagnostic(finding, document, checked.object.clone(), causes, &held);
            found.extend(findings.into_iter().map(place));
            objects.push((document, checked));
            complete += usize::from(is_whole);
        }
        found.extend(self.said.iter().cloned());
        let whole = rendered.faults.is_empty() && self.loads();
        let output = Output::new(objects.iter().map(|(document, _)| *document).collect(), causes);
        let (values, in_documents) = lint_output(&output, &self.options.selection);
        found.extend(values);
        let place = |Found { document, mut finding, other }| {
            if let Some((other, _)) = other.and_then(|other: usize| objects.get(other)) {
                finding.notes.push(format!("the other one is document {} of {}", other.number, other.source));
            }
            let (document, checked) = objects.get(document)?;
            let held = Held { trial, findings: &checked.findings };
            let mut found = place::diagnostic(finding, document, checked.object.clone(), causes, &held);
            let twice = other.and_then(|other| objects.get(other));
            found.fixes.extend(twice.and_then(|(other, _)| duplicate::object(document, other, causes)));
            Some(found)
        };
        found.extend(in_documents.into_iter().filter_map(place));
        match self.functions(run, &objects.iter().map(|(document, _)| *document).collect::<Vec<_>>(), causes, budget) {
            Ok(said) => found.extend(said.into_iter().filter_map(place)),
            Err(end) => return found.push(explain::limit(end)),
        }
        // Of a release that is not whole nobody knows what is missing in it; but what selected pods lack they lack.
        let summaries = objects.iter().take(if whole { objects.len() } else { complete }).enumerate();
        let summaries = summaries.flat_map(|(n, (_, checked))| checked.summaries.iter().map(move |s| (n, s)));
        let release = Release::new(summaries.collect(), &self.options.external);
        let said = release.lint(&self.options.selection).into_iter();
        let is_sure = |said: &Found| whole || matches!(said.finding.facts.first(), Some(Fact::NoSuchPort { .. }));
        found.extend(said.filter(is_sure).filter_map(place));
        let unread = unread::findings(self.analysis, causes, whole);
        let misread = misread::findings(self.analysis, causes, &unread);
        found.extend(unread.into_iter().chain(misread));
    }
}

/// The texts of documents, read once more.
fn parsed(documents: &[&Document]) -> Vec<crate::yaml::Document> {
    // A document that is no YAML was told of, and is not among them.
    documents.iter().map(|document| crate::yaml::parse(&document.text).unwrap_or_default()).collect()
}

/// What a document changes that is fixed.
fn update(validator: &Validator, before: &Objects, text: &[u8], budget: &Budget) -> Result<Vec<Finding>, Exhausted> {
    match crate::yaml::parse(text) {
        Ok(document) => validator.check_update(before, &document, text, budget),
        Err(_) => Ok(Vec::new()),
    }
}

/// The texts that may define custom resources: those of the chart's `crds/`, and of what it renders.
fn definitions(rendered: &Rendered) -> Vec<Arc<[u8]>> {
    let defines = |text: &[u8]| memchr::memmem::find(text, b"CustomResourceDefinition").is_some();
    let documents = rendered.documents.iter().chain(&rendered.hooks).filter(|document| defines(&document.text));
    let files = rendered.crds.iter().map(|(_, file)| file.data.clone());
    files.chain(documents.map(|document| Arc::from(&*document.text))).collect()
}

/// That a value has another shape than its default is said where nothing else is said of the value.
fn shapes_told_once(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let is_shape = |found: &Diagnostic| found.code == OTHER_SHAPE;
    let places = |found: &Diagnostic| -> Vec<(Option<String>, u32)> {
        let values = found.cause.iter().flat_map(|cause| &cause.values);
        values.filter(|value| !value.missing).map(|value| (value.file.clone(), value.line)).collect()
    };
    if !found.iter().any(is_shape) {
        return found;
    }
    let told: Vec<_> = found.iter().filter(|found| !is_shape(found)).flat_map(places).collect();
    found.retain(|found| !is_shape(found) || !places(found).iter().any(|place| told.contains(place)));
    found
}

/// The rule about values of another shape.
const OTHER_SHAPE: &str = "values/other-type";

/// Kinds of which nothing is known are said once, with the number of their objects: one finding tells what to do.
fn one_for_all_kinds(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut kept: Vec<Diagnostic> = Vec::new();
    let mut first = None;
    let mut kinds: Vec<(Fact, usize)> = Vec::new();
    for finding in found {
        // With a name that is near, or where it is an error, each has an answer of its own.
        let is_plain = finding.severity != Severity::Error;
        match finding.fact() {
            Some(fact @ Fact::UnknownKind { near: None, .. }) if is_plain => {
                match kinds.iter_mut().find(|(known, _)| known == fact) {
                    Some((_, more)) => *more += 1,
                    None => kinds.push((fact.clone(), 0)),
                }
                if first.is_some() {
                    continue;
                }
                first = Some(kept.len());
            }
            _ => {}
        }
        kept.push(finding);
    }
    let Some(finding) = first.and_then(|first| kept.get_mut(first)) else { return kept };
    for (number, (fact, more)) in kinds.into_iter().enumerate() {
        let Fact::UnknownKind { api_version, of, .. } = &fact else { continue };
        match (number, more) {
            (0, 0) => {}
            (0, more) => finding.notes.push(format!("and of {more} more of this kind")),
            (_, more) => {
                let more = if more > 0 { format!(" ({more} more)") } else { String::new() };
                finding.notes.push(format!("nor of the kind {of} of {api_version}{more}"));
                finding.facts.push(fact);
            }
        }
    }
    kept
}
