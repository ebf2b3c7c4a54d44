//! Looking at what a chart rendered: each document by itself, all documents together, and the values.

use super::against::Before;
use super::memory::Checked;
use super::placed::{Placing, Said};
use super::reread::Reread;
use super::run::{About, Run};
use super::trial::{Held, Sight, Trial};
use super::{explain, misread, place, refine, unread};
use crate::budget::{Budget, Exhausted};
use crate::diag::{Diagnostic, Fact, Finding, did_you_mean};
use crate::kube::tree::Tree;
use crate::lint::{CauseOf, Found, Output, OwnRelease, Release, UNKNOWN_HOOK, lint_around, lint_output};
use crate::render::{Causes, Document, Rendered};
use crate::threads::{Done, ahead};
use crate::validate::Validator;
use crate::validate::update::Objects;
use std::sync::Arc;

/// Validates and lints what was rendered, and looks for values that nobody reads.
pub(super) fn look(about: &About<'_>, run: &Run, rendered: &Rendered, trial: &Trial<'_>, found: &mut Vec<Diagnostic>) {
    let Some(causes) = &rendered.trace else { return };
    let reread = Reread::of(rendered, causes, trial);
    found.extend(reread.findings());
    let mut look =
        Look { about, run, causes, trial, reread, found, objects: Vec::new(), complete: 0, said: Vec::new() };
    if let Err(end) = look.all(rendered) {
        found.push(explain::limit(end));
    }
}

/// A document to look at, whether it is all there, and what it is held against.
type Listed<'l> = (&'l Document, bool, &'l Arc<Validator>);

/// What there is to say of a document by itself; nothing where that is no YAML.
type CheckedOnce = Result<Option<Arc<Checked>>, Exhausted>;

/// Looks at what one run rendered.
struct Look<'l> {
    about: &'l About<'l>,
    run: &'l Run,
    causes: &'l Arc<Causes>,
    trial: &'l Trial<'l>,
    reread: Reread<'l>,
    found: &'l mut Vec<Diagnostic>,
    /// The documents, and what was found in each.
    objects: Vec<(&'l Document, Arc<Checked>)>,
    /// How many of them, from the first on, are all there.
    complete: usize,
    /// What there is to say, most of it still without causes.
    said: Vec<Said>,
}

impl<'l> Look<'l> {
    fn all(&mut self, rendered: &'l Rendered) -> Result<(), Exhausted> {
        let whole = rendered.faults.is_empty() && self.about.loads() && self.reread.is_empty();
        let (analysis, causes, is_long) = (self.about.analysis, self.causes, self.about.analysis.is_long());
        let slips = &self.about.session.slips;
        let of_values = || {
            let mut found = unread::findings(analysis, causes, whole);
            found.extend(misread::findings(analysis, causes, slips, &found));
            found
        };
        let (memory, selection) = (&self.about.session.memory, &self.about.options.selection);
        let (trial, listed) = (self.trial, self.listed(rendered));
        let check = |budget: &_, (document, _, validator): &Listed<'_>| {
            memory.check(validator, selection, &document.text, budget)
        };
        let (of_values, checked) = ahead(is_long, trial.budget, &listed, check, of_values);
        let looked = self.documents(&listed, checked).and_then(|()| self.idle(rendered));
        let (said, mut found) = (std::mem::take(&mut self.said), std::mem::take(self.found));
        let placing = Placing { objects: &self.objects, causes, memory };
        let further = || looked.map(|()| self.further(rendered, whole));
        let further = placing.all(said, trial, is_long, &mut found, further);
        let looked = further.and_then(|(said, looked)| {
            // Another thread may have found these meanwhile.
            found.extend_from_slice(self.about.said.get());
            placing.all(said, trial, false, &mut found, || ());
            looked
        });
        *self.found = found;
        looked?;
        self.found.extend(of_values);
        Ok(())
    }

    /// Looks at the output with its causes, and at all objects together. An error says which limit of the host ended that.
    fn further(&self, rendered: &Rendered, whole: bool) -> (Vec<Said>, Result<(), Exhausted>) {
        let mut said = self.output();
        let looked = self.around(rendered).map(|around| {
            said.extend(around.into_iter().map(Said::Found));
            said.extend(self.release(whole).into_iter().map(Said::Found));
        });
        (said, looked)
    }

    /// The documents to look at, and whether each is all there.
    fn listed(&self, rendered: &'l Rendered) -> Vec<Listed<'l>> {
        let whole = rendered.documents.iter().chain(&rendered.hooks);
        let (broken, whole): (Vec<_>, Vec<_>) = whole.partition(|document| self.reread.is_in(document));
        let documents = whole.into_iter().map(|document| (document, true));
        let documents = documents.chain(broken.into_iter().chain(&rendered.patched).map(|document| (document, false)));
        let validators = self.trial.validator.iter().copied().cycle();
        documents.zip(validators).map(|((document, is_whole), validator)| (document, is_whole, validator)).collect()
    }

    /// Looks at each document by itself.
    fn documents(&mut self, listed: &[Listed<'l>], checked: Vec<Done<CheckedOnce>>) -> Result<(), Exhausted> {
        let before = self.before()?;
        for (listed, (checked, steps)) in listed.iter().zip(checked) {
            let checked = match checked {
                Ok(checked) => {
                    self.trial.budget.spend(steps)?;
                    checked
                }
                Err(end) => return Err(end),
            };
            if let Some(checked) = checked {
                self.document(listed, checked, &before)?;
            }
        }
        Ok(())
    }

    /// What is there before an update.
    fn before(&mut self) -> Result<Objects, Exhausted> {
        let About { session, options, host, read, .. } = *self.about;
        let before = Before { session, options, host, read };
        let (before, unknown) = before.objects(self.about.chart, &self.run.render, self.trial.budget)?;
        self.said.extend(unknown.into_iter().map(Said::from));
        Ok(before)
    }

    fn document(
        &mut self,
        (document, is_whole, validator): &Listed<'l>,
        checked: Arc<Checked>,
        before: &Objects,
    ) -> Result<(), Exhausted> {
        let mut findings = checked.findings.clone();
        if !before.is_empty() && document.hook.is_none() {
            findings.extend(update(validator, before, &document.text, self.trial.budget)?);
        }
        // What is missing may stand in the lines that could not be read.
        findings.retain(|found| *is_whole || refine::is_there(found, &document.text));
        if !is_whole && self.reread.is_in(document) {
            findings.retain(|found| !self.reread.explains(found));
        }
        let number = self.objects.len();
        let found = |finding| Said::Found(Found { document: number, finding, other: None });
        self.said.extend(refine::fold(findings).into_iter().map(found));
        let linted = if *is_whole { checked.lint.len() } else { 0 };
        self.said.extend((0..linted).map(|finding| Said::Linted(number, finding)));
        self.objects.push((document, checked));
        self.complete += usize::from(*is_whole);
        Ok(())
    }

    /// Says of documents that Helm leaves out that it does: what else is wrong with them nobody sees.
    fn idle(&mut self, rendered: &Rendered) -> Result<(), Exhausted> {
        for (document, validator) in rendered.idle.iter().zip(self.trial.validator.iter().cycle()) {
            let memory = &self.about.session.memory;
            let checked = memory.check(validator, &self.about.options.selection, &document.text, self.trial.budget)?;
            let Some(checked) = checked else { continue };
            let held = Held { trial: self.trial, checked: &checked, sight: &Sight::default() };
            let hooks = checked.lint.iter().filter(|found| found.code == UNKNOWN_HOOK.code);
            let place = |found: &Finding| {
                place::diagnostic(found.clone(), document, checked.object.clone(), self.causes, &held)
            };
            self.said.extend(hooks.map(place).map(Said::from));
        }
        Ok(())
    }

    /// Runs the rules that look at the output with its causes.
    fn output(&self) -> Vec<Said> {
        let documents = self.objects.iter().map(|(document, checked)| (*document, checked.asides.as_slice()));
        let output = Output::new(documents, self.causes);
        let (values, in_documents) = lint_output(&output, &self.about.options.selection);
        let is_told = |found: &Found| {
            let document = self.objects.get(found.document);
            document.is_some_and(|(document, _)| self.reread.is_in(document) && self.reread.explains(&found.finding))
        };
        let in_documents = in_documents.into_iter().filter(|found| !is_told(found)).map(Said::Found);
        values.into_iter().map(Said::from).chain(in_documents).collect()
    }

    /// Runs the rules of the user's own that look further than an object.
    fn around(&self, rendered: &Rendered) -> Result<Vec<Found>, Exhausted> {
        let selection = &self.about.options.selection;
        if !selection.looks_around() {
            return Ok(Vec::new());
        }
        let release = OwnRelease {
            name: self.run.render.name.clone(),
            namespace: self.run.render.namespace.clone(),
            target: self.run.target.clone(),
            chart: self.chart_yaml(),
            values: rendered.values.clone(),
            objects: Vec::new(),
        };
        let (documents, causes): (Vec<Document>, _) =
            (self.objects.iter().map(|(document, _)| (*document).clone()).collect(), self.causes.clone());
        // A document that is no YAML was told of, and is not among them.
        let parsed = documents.iter().map(|document| crate::yaml::parse(&document.text).unwrap_or_default()).collect();
        let causes: CauseOf = Arc::new(move |number, range| {
            documents.get(number).map(|document| causes.of_range(document, range)).unwrap_or_default()
        });
        lint_around(selection, parsed, release, &causes, self.trial.budget)
    }

    /// The chart's own Chart.yaml as plain data.
    fn chart_yaml(&self) -> serde_json::Value {
        let text = self.about.chart.chart_yaml.as_ref().map(|file| file.data.clone()).unwrap_or_default();
        let document = crate::yaml::parse(&text).unwrap_or_default();
        let tree = Tree::build(&document, self.trial.budget).ok();
        tree.and_then(|tree| Some(tree.root()?.to_json())).unwrap_or_default()
    }

    /// Looks at all objects together. Of a release that is not whole nobody knows what is missing in it; but what selected
    /// pods lack they lack, and of pods that are not all there either a port that nearly has the name is meant.
    fn release(&self, whole: bool) -> Vec<Found> {
        let lint = |count: usize, is_sure: &dyn Fn(&Fact) -> bool| {
            let objects = self.objects.iter().take(count).enumerate();
            let summaries = objects.flat_map(|(n, (_, checked))| checked.summaries.iter().map(move |s| (n, s)));
            let release = Release::new(summaries.collect(), &self.about.options.external, &self.run.render.namespace);
            let said = release.lint(&self.about.options.selection).into_iter();
            said.filter(|said| said.finding.facts.first().is_some_and(is_sure)).collect::<Vec<_>>()
        };
        let is_near = |fact: &Fact| match fact {
            Fact::NoSuchPort { port, known, .. } => did_you_mean(port, known.iter().map(String::as_str)).is_some(),
            _ => false,
        };
        let mut said = match whole {
            true => lint(self.objects.len(), &|_| true),
            false => lint(self.complete, &|fact| matches!(fact, Fact::NoSuchPort { .. })),
        };
        for found in lint(if whole { 0 } else { self.objects.len() }, &is_near) {
            if !said.contains(&found) {
                said.push(found);
            }
        }
        said
    }
}

/// What a document changes that is fixed.
fn update(validator: &Validator, before: &Objects, text: &[u8], budget: &Budget) -> Result<Vec<Finding>, Exhausted> {
    match crate::yaml::parse(text) {
        Ok(document) => validator.check_update(before, &document, text, budget),
        Err(_) => Ok(Vec::new()),
    }
}
