//! Looking at what a chart rendered: each document by itself, all documents together, and the values.

use super::against::Before;
use super::memory::Checked;
use super::reread::Reread;
use super::run::{About, Run};
use super::trial::{Held, Sight, Trial};
use super::{duplicate, explain, misread, place, refine, unread};
use crate::budget::{Budget, Exhausted};
use crate::diag::{Diagnostic, Fact, Finding, did_you_mean};
use crate::kube::tree::Tree;
use crate::lint::{CauseOf, Found, Output, OwnRelease, Release, UNKNOWN_HOOK, lint_around, lint_output};
use crate::render::{Causes, Document, Rendered};
use crate::threads::beside;
use crate::validate::Validator;
use crate::validate::update::Objects;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// Validates and lints what was rendered, and looks for values that nobody reads.
pub(super) fn look(about: &About<'_>, run: &Run, rendered: &Rendered, trial: &Trial<'_>, found: &mut Vec<Diagnostic>) {
    let Some(causes) = &rendered.trace else { return };
    let reread = Reread::of(rendered, causes, trial);
    found.extend(reread.findings());
    let mut look =
        Look { about, run, causes, trial, reread, found, objects: Vec::new(), complete: 0, last: RefCell::default() };
    if let Err(end) = look.all(rendered) {
        found.push(explain::limit(end));
    }
}

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
    /// The document that a finding was placed in last.
    last: RefCell<(usize, Rc<Sight>)>,
}

impl<'l> Look<'l> {
    fn all(&mut self, rendered: &'l Rendered) -> Result<(), Exhausted> {
        let whole = rendered.faults.is_empty() && self.about.loads() && self.reread.is_empty();
        let (analysis, causes) = (self.about.analysis, self.causes);
        let of_values = || {
            let mut found = unread::findings(analysis, causes, whole);
            found.extend(misread::findings(analysis, causes, &found));
            found
        };
        let (of_values, looked) = beside(analysis.is_long(), of_values, || {
            self.documents(rendered)?;
            self.idle(rendered)?;
            self.found.extend(self.about.said.get().iter().cloned());
            self.output();
            self.around(rendered)?;
            self.release(whole);
            Ok(())
        });
        looked?;
        self.found.extend(of_values);
        Ok(())
    }

    /// Looks at each document by itself.
    fn documents(&mut self, rendered: &'l Rendered) -> Result<(), Exhausted> {
        let before = self.before()?;
        let whole = rendered.documents.iter().chain(&rendered.hooks);
        let (broken, whole): (Vec<_>, Vec<_>) = whole.partition(|document| self.reread.is_in(document));
        let documents = whole.into_iter().map(|document| (document, true));
        let documents = documents.chain(broken.into_iter().chain(&rendered.patched).map(|document| (document, false)));
        for ((document, is_whole), validator) in documents.zip(self.trial.validator.iter().cycle()) {
            self.document(document, is_whole, validator, &before)?;
        }
        Ok(())
    }

    /// What is there before an update.
    fn before(&mut self) -> Result<Objects, Exhausted> {
        let About { session, options, host, read, .. } = *self.about;
        let before = Before { session, options, host, read };
        let (before, unknown) = before.objects(self.about.chart, &self.run.render, self.trial.budget)?;
        self.found.extend(unknown);
        Ok(before)
    }

    fn document(
        &mut self,
        document: &'l Document,
        is_whole: bool,
        validator: &Arc<Validator>,
        before: &Objects,
    ) -> Result<(), Exhausted> {
        let budget = self.trial.budget;
        let memory = &self.about.session.memory;
        let checked = memory.check(validator, &self.about.options.selection, &document.text, budget)?;
        let Some(checked) = checked else { return Ok(()) };
        let mut findings = checked.findings.clone();
        if !before.is_empty() && document.hook.is_none() {
            findings.extend(update(validator, before, &document.text, budget)?);
        }
        // What is missing may stand in the lines that could not be read.
        findings.retain(|found| is_whole || refine::is_there(found, &document.text));
        if !is_whole && self.reread.is_in(document) {
            findings.retain(|found| !self.reread.explains(found));
        }
        findings = refine::fold(findings);
        findings.extend(checked.lint.iter().filter(|_| is_whole).cloned());
        self.objects.push((document, checked));
        self.complete += usize::from(is_whole);
        let number = self.objects.len() - 1;
        let place = |finding| self.place(Found { document: number, finding, other: None });
        let placed: Vec<_> = findings.into_iter().filter_map(place).collect();
        self.found.extend(placed);
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
            self.found.extend(hooks.map(place));
        }
        Ok(())
    }

    /// A finding in one of the documents with its cause; where another object is named, with that.
    fn place(&self, found: Found) -> Option<Diagnostic> {
        let Found { document, mut finding, other } = found;
        let other = other.and_then(|other| self.objects.get(other)).map(|(other, _)| *other);
        if let Some(other) = other {
            finding.notes.push(format!("the other one is document {} of {}", other.number, other.source));
        }
        let sight = self.sight(document);
        let (document, checked) = self.objects.get(document)?;
        let held = Held { trial: self.trial, checked, sight: &sight };
        let mut found = place::diagnostic(finding, document, checked.object.clone(), self.causes, &held);
        found.fixes.extend(other.and_then(|other| duplicate::object(document, other, self.causes)));
        Some(found)
    }

    /// What findings in a document have in common: most come document by document.
    fn sight(&self, document: usize) -> Rc<Sight> {
        let mut last = self.last.borrow_mut();
        if last.0 != document {
            *last = (document, Rc::default());
        }
        last.1.clone()
    }

    /// Runs the rules that look at the output with its causes.
    fn output(&mut self) {
        let documents = self.objects.iter().map(|(document, checked)| (*document, checked.asides.as_slice()));
        let output = Output::new(documents, self.causes);
        let (values, in_documents) = lint_output(&output, &self.about.options.selection);
        self.found.extend(values);
        let is_told = |found: &Found| {
            let document = self.objects.get(found.document);
            document.is_some_and(|(document, _)| self.reread.is_in(document) && self.reread.explains(&found.finding))
        };
        let in_documents = in_documents.into_iter().filter(|found| !is_told(found));
        let placed: Vec<_> = in_documents.filter_map(|found| self.place(found)).collect();
        self.found.extend(placed);
    }

    /// Runs the rules of the user's own that look further than an object.
    fn around(&mut self, rendered: &Rendered) -> Result<(), Exhausted> {
        let selection = &self.about.options.selection;
        if !selection.looks_around() {
            return Ok(());
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
        let said = lint_around(selection, parsed, release, &causes, self.trial.budget)?;
        let placed: Vec<_> = said.into_iter().filter_map(|found| self.place(found)).collect();
        self.found.extend(placed);
        Ok(())
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
    fn release(&mut self, whole: bool) {
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
        let placed: Vec<_> = said.into_iter().filter_map(|found| self.place(found)).collect();
        self.found.extend(placed);
    }
}

/// What a document changes that is fixed.
fn update(validator: &Validator, before: &Objects, text: &[u8], budget: &Budget) -> Result<Vec<Finding>, Exhausted> {
    match crate::yaml::parse(text) {
        Ok(document) => validator.check_update(before, &document, text, budget),
        Err(_) => Ok(Vec::new()),
    }
}
