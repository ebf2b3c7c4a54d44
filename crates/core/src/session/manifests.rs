//! Plain manifests: documents without templates.

use super::explain::Wrong;
use super::memory::{Checked, Memory};
use super::plain::Plain;
use super::trial::{Held, Sight, Trial};
use super::{Against, CheckOptions, Session, against, allow, explain, place, straighten};
use crate::budget::Budget;
use crate::diag::{Cause, Diagnostic, Fact, Finding, ObjectRef, Place, RenderedPlace, Target};
use crate::lint::{CauseOf, Found, OwnRelease, Release, Summary, Written, lint_around};
use crate::render::KubeVersion;
use crate::report::Report;
use crate::text::SourceFile;
use crate::threads::ahead;
use crate::validate::Validator;
use crate::validate::update::Objects;
use crate::yaml::{Document, YamlError};
use std::ops::Range;
use std::sync::Arc;

/// Checks manifests: name and text of each file.
pub(super) fn check(session: &Session, files: &[(String, Arc<[u8]>)], options: &CheckOptions) -> Report {
    let mut report = Report::default();
    let versions = match options.kube_versions.as_slice() {
        [] => vec![KubeVersion::default_of(options.render.helm)],
        versions => versions.to_vec(),
    };
    let mut crds = (*options.crds).clone();
    let budget = Budget::new(options.render.limits.clone(), options.render.cancel.clone());
    // Custom resources may stand in front of what defines them, so definitions are read first, where there are any.
    let definition = memchr::memmem::Finder::new("CustomResourceDefinition");
    let defines = |text: &[u8]| definition.find(text).is_some();
    for (_, text) in files.iter().filter(|(_, text)| defines(text)) {
        crate::yaml::each_document(text, |document| {
            // A limit shows again where the document itself is checked.
            let _ = document.map(|document| crds.add(&document, &budget));
        });
    }
    let crds = Arc::new(crds);
    let before = match &options.against {
        Some(Against::Manifests(files)) => match against::manifests(files, &options.render.namespace, &budget) {
            Ok((before, unknown)) => {
                unknown.into_iter().for_each(|found| report.add(found));
                before
            }
            Err(end) => {
                report.add(explain::limit(end));
                Objects::default()
            }
        },
        _ => Objects::default(),
    };
    let memory = &session.memory;
    let sources: Vec<_> = files.iter().map(|(name, text)| SourceFile::new(&**name, text.clone())).collect();
    let numbered: Vec<_> = sources.iter().enumerate().collect();
    let is_release = !options.is_part && options.selection.looks_at_releases();
    let keeps_objects = is_release || options.selection.looks_around();
    let mut allowed = allow::Comments::default();
    for version in versions {
        let target = Target {
            kube_version: format!("{}.{}", version.major, version.minor),
            helm_version: "4".to_owned(),
            values_set: None,
        };
        let (validator, unknown) = session.validator(&target.kube_version, crds.clone(), options.strict_kinds);
        if let Some(found) = unknown {
            report.add(Diagnostic { targets: vec![target.clone()], ..found });
        }
        let Some(validator) = validator else { continue };
        let budget = Budget::new(options.render.limits.clone(), options.render.cancel.clone());
        let look = Look { options, validator: &validator, memory, before: &before, keeps_objects };
        let work = |budget: &Budget, (number, source): &(usize, &Arc<SourceFile>)| look.file(*number, source, budget);
        let mut all = Looked::default();
        let ((), done) = ahead(numbered.len() > MANY, &budget, &numbered, work, || ());
        for (file, (looked, steps)) in numbered.iter().zip(done) {
            let is_paid = steps <= budget.left() && budget.spend(steps).is_ok();
            all.add(if is_paid { looked } else { work(&budget, file) });
        }
        look.around(&sources, &target, &budget, &mut all);
        if is_release {
            look.release(&sources, &mut all);
        }
        for (number, mut found) in all.found {
            let Some(severity) = options.selection.told_of(&found) else { continue };
            let Some(source) = sources.get(number) else { continue };
            allowed.read_text(source, Written::Yaml);
            if allowed.allow(&found) {
                continue;
            }
            (found.severity, found.targets) = (severity, vec![target.clone()]);
            if !options.show_secrets {
                place::mask(&mut found);
            }
            report.texts.add(None, &source.name, source.text.clone());
            report.add(found);
        }
        report.summary.documents = report.summary.documents.max(all.documents);
    }
    for source in &sources {
        allowed.read_text(source, Written::Yaml);
    }
    for found in allowed.unused(None, &options.selection) {
        report.add(found);
    }
    report.finish();
    report
}

/// So many files are worth a thread.
const MANY: usize = 64;

/// Looks at the documents of manifests.
#[derive(Clone, Copy)]
struct Look<'l> {
    options: &'l CheckOptions,
    validator: &'l Arc<Validator>,
    memory: &'l Memory,
    /// What is there before an update.
    before: &'l Objects,
    /// Whether somebody asks for all objects together.
    keeps_objects: bool,
}

/// What there is to say of documents.
#[derive(Default)]
struct Looked {
    /// What was found, each with the number of its file.
    found: Vec<(usize, Diagnostic)>,
    /// How many documents there are.
    documents: usize,
    /// What they have to do with each other, where somebody asks for that.
    objects: Vec<Object>,
}

impl Looked {
    fn add(&mut self, other: Looked) {
        self.found.extend(other.found);
        self.documents += other.documents;
        self.objects.extend(other.objects);
    }
}

/// Looks at one file.
struct LookAt<'l> {
    look: Look<'l>,
    file: File<'l>,
    trial: Trial<'l>,
    budget: &'l Budget,
    looked: Looked,
}

/// A document of manifests.
struct Object {
    file: usize,
    /// Its number among the documents of the file, from 1.
    number: u32,
    object: Option<Arc<ObjectRef>>,
    summaries: Vec<Summary>,
}

/// A file that findings are in.
struct File<'f> {
    number: usize,
    source: &'f Arc<SourceFile>,
    plain: Option<Plain>,
}

impl<'f> File<'f> {
    fn new(number: usize, source: &'f Arc<SourceFile>) -> File<'f> {
        File { number, source, plain: None }
    }

    /// The file as the cause of its documents.
    fn plain(&mut self) -> &mut Plain {
        self.plain.get_or_insert_with(|| Plain::new(self.source))
    }

    /// The finding at its place. A manifest is its own cause.
    fn at(&self, document: u32, range: Range<usize>, found: Diagnostic) -> (usize, Diagnostic) {
        let place = Place::new(self.source, place::first_line(&self.source.text, range));
        let rendered = RenderedPlace { n: document, place: place.clone() };
        let cause = Some(Cause { template: Some(place), ..Cause::default() });
        (self.number, Diagnostic { rendered: Some(rendered), cause, ..found })
    }
}

impl LookAt<'_> {
    /// A document that is no YAML.
    fn unread(&mut self, number: u32, error: YamlError) {
        let message = format!("the file is no YAML: {}", error.message);
        let found = Diagnostic::of("yaml/invalid", Fact::NoYaml { reason: error.message });
        let file = &mut self.file;
        let offset = error.offset as usize;
        let (document, start) = file.plain().document(number, offset);
        let guess = crate::yaml::culprit(&document.text, offset.saturating_sub(start));
        let straight = match guess.is_indented() {
            true => straighten::document(&document, guess.blame, &file.plain().causes, &self.trial),
            false => None,
        };
        if let Some(straight) = straight {
            let (help, fixes) = (Some(straight.help), vec![straight.fix]);
            let range = start + guess.range.start..start + guess.range.end;
            self.looked.found.push(file.at(number, range, Diagnostic { message, help, fixes, ..found }));
            return;
        }
        let Wrong { range, advice } = Wrong::at(&file.source.text, error.offset);
        let edit = advice.as_ref().and_then(|advice| advice.edit.clone());
        let fix = edit.map(|(line, new)| explain::mended(Place::new(file.source, line), new));
        let help = advice.map(|advice| advice.help.words());
        let fixes = fix.into_iter().collect();
        self.looked.found.push(file.at(number, range, Diagnostic { message, help, fixes, ..found }));
    }

    fn document(&mut self, number: u32, parsed: &Document) {
        let Look { options, validator, keeps_objects, .. } = self.look;
        match Checked::of(parsed, &self.file.source.text, validator, &options.selection, self.budget) {
            Ok(checked) => {
                let held = Held { trial: &self.trial, checked: &checked, sight: &Sight::default() };
                let mut own = None;
                for finding in checked.findings.iter().chain(&checked.lint) {
                    let range = finding.range.clone();
                    let (document, start) = own.get_or_insert_with(|| self.file.plain().document(number, range.start));
                    let inside = |at: usize| at.saturating_sub(*start);
                    let finding = Finding { range: inside(range.start)..inside(range.end), ..finding.clone() };
                    let causes = &self.file.plain().causes;
                    let (found, _) = place::mended(finding, document, checked.object.clone(), causes, &held);
                    self.looked.found.push(self.file.at(number, range, found));
                }
                let Checked { object, summaries, .. } = checked;
                self.changes(number, parsed, object.as_ref());
                self.looked.documents += 1;
                if keeps_objects {
                    self.looked.objects.push(Object { file: self.file.number, number, object, summaries });
                }
            }
            Err(end) => self.looked.found.push(self.file.at(number, 0..0, explain::limit(end))),
        }
    }

    /// What of a document changes what is fixed.
    fn changes(&mut self, document: u32, parsed: &Document, object: Option<&Arc<ObjectRef>>) {
        let (Look { before, validator, .. }, file) = (self.look, &self.file);
        if before.is_empty() {
            return;
        }
        match validator.check_update(before, parsed, &file.source.text, self.budget) {
            Ok(findings) => {
                for finding in findings {
                    let range = finding.range.clone();
                    let found = place::without_place(finding, object.cloned());
                    self.looked.found.push(file.at(document, range, found));
                }
            }
            Err(end) => self.looked.found.push(file.at(document, 0..0, explain::limit(end))),
        }
    }
}

impl Look<'_> {
    fn file(&self, number: usize, source: &Arc<SourceFile>, budget: &Budget) -> Looked {
        let (file, looked) = (File::new(number, source), Looked::default());
        let trial = Trial::of_files(self.validator, budget).remembering(self.memory);
        let mut at = LookAt { look: *self, file, trial, budget, looked };
        let mut document = 0;
        crate::yaml::each_document(&source.text, |parsed| {
            document += 1;
            match parsed {
                Ok(parsed) => at.document(document, &parsed),
                Err(error) => at.unread(document, error),
            }
        });
        at.looked
    }

    /// Runs the rules of the user's own that look further than an object.
    fn around(&self, sources: &[Arc<SourceFile>], target: &Target, budget: &Budget, all: &mut Looked) {
        if !self.options.selection.looks_around() {
            return;
        }
        let render = &self.options.render;
        let release = OwnRelease {
            name: render.name.clone(),
            namespace: render.namespace.clone(),
            target: target.clone(),
            chart: serde_json::Value::Null,
            values: serde_json::Value::Null,
            objects: Vec::new(),
        };
        let (mut documents, mut places) = (Vec::new(), Vec::new());
        for (number, source) in sources.iter().enumerate() {
            let mut n = 0;
            crate::yaml::each_document(&source.text, |document| {
                n += 1;
                places.push((number, n));
                // What is no YAML was told of.
                documents.push(document.unwrap_or_default());
            });
        }
        let sources = sources.to_vec();
        let places: Arc<[(usize, u32)]> = places.into();
        let at = {
            let places = places.clone();
            move |document: usize, range: Range<usize>, found| {
                let (number, n) = *places.get(document)?;
                Some(File::new(number, sources.get(number)?).at(n, range, found))
            }
        };
        let causes: CauseOf = {
            let at = at.clone();
            Arc::new(move |document, range| {
                at(document, range, Diagnostic::default()).and_then(|(_, found)| found.cause).unwrap_or_default()
            })
        };
        match lint_around(&self.options.selection, documents, release, &causes, budget) {
            Ok(said) => {
                for Found { document, finding, .. } in said {
                    let is_it = |object: &&Object| places.get(document) == Some(&(object.file, object.number));
                    let object = all.objects.iter().find(is_it).and_then(|object| object.object.clone());
                    let range = finding.range.clone();
                    all.found.extend(at(document, range, place::without_place(finding, object)));
                }
            }
            Err(end) => all.found.extend(at(0, 0..0, explain::limit(end))),
        }
    }

    /// Looks at all objects together.
    fn release(&self, sources: &[Arc<SourceFile>], all: &mut Looked) {
        let summaries = all.objects.iter().enumerate();
        let summaries = summaries.flat_map(|(n, object)| object.summaries.iter().map(move |summary| (n, summary)));
        let release = Release::new(summaries.collect(), &self.options.external, &self.options.render.namespace);
        for Found { document, mut finding, other } in release.lint(&self.options.selection) {
            if let Some(other) = other.and_then(|other| all.objects.get(other)) {
                let name = sources.get(other.file).map_or("", |source| &source.name);
                finding.notes.push(format!("the other one is document {} of {name}", other.number));
            }
            let Some(object) = all.objects.get(document) else { continue };
            let Some(source) = sources.get(object.file) else { continue };
            let file = File::new(object.file, source);
            let range = finding.range.clone();
            let found = place::without_place(finding, object.object.clone());
            all.found.push(file.at(object.number, range, found));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Limits;
    use crate::render::RenderOptions;

    type Files = [(String, Arc<[u8]>)];

    /// The file and the code of each finding.
    fn told(files: &Files, fuel: u64) -> Vec<(String, String)> {
        let limits = Limits { fuel, ..Limits::default() };
        let render = RenderOptions { limits, ..RenderOptions::default() };
        let options = CheckOptions { render, is_part: true, ..CheckOptions::default() };
        let report = Session::new().check_manifests(files, &options);
        let found = report.diagnostics.iter();
        found.map(|found| (found.file().unwrap_or_default().to_owned(), found.code.to_string())).collect()
    }

    #[test]
    fn what_is_told_of_many_files_does_not_depend_on_threads() {
        let text = |n: usize| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a{n}}}\ndata: {{a: {n}}}\n");
        let file = |n: usize| (format!("{n:03}.yaml"), text(n).into_bytes().into());
        let many: Vec<(String, Arc<[u8]>)> = (0..4 * MANY).map(file).collect();
        let few = &many[..MANY];
        let wrong = |files: &Files, fuel| {
            let mut told = told(files, fuel);
            told.retain(|(_, code)| code == "schema/wrong-type");
            told
        };
        let all = wrong(&many, Limits::default().fuel);
        assert!(all.iter().map(|(file, _)| file).eq(many.iter().map(|(name, _)| name)));
        // A limit ends the work where it does without threads.
        let fuel = (1..).map(|n| n * 100).find(|fuel| wrong(few, *fuel).len() > MANY / 2).unwrap();
        assert_eq!(wrong(&many, fuel), wrong(few, fuel));
        assert!(told(&many, fuel).iter().any(|(_, code)| code.starts_with("limit/")));
    }
}
