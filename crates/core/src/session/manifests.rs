//! Plain manifests: documents without templates.

use super::{Against, CheckOptions, Session, against, explain, place};
use crate::budget::Budget;
use crate::diag::{Cause, Diagnostic, Fact, Place, Target};
use crate::render::KubeVersion;
use crate::report::Report;
use crate::text::LineIndex;
use crate::validate::update::Objects;
use crate::validate::{Validator, object_ref};
use std::cell::OnceCell;
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
    let defines = |text: &[u8]| memchr::memmem::find(text, b"CustomResourceDefinition").is_some();
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
        let mut documents = 0;
        for (name, text) in files {
            for mut found in file(name, text, (&validator, &before), &budget, &mut documents) {
                found.targets = vec![target.clone()];
                if !options.show_secrets {
                    place::mask(&mut found);
                }
                report.texts.add(None, name, text.clone());
                report.add(found);
            }
        }
        report.summary.documents = report.summary.documents.max(documents);
    }
    report.finish();
    report
}

fn file(
    name: &str,
    text: &[u8],
    (validator, before): (&Validator, &Objects),
    budget: &Budget,
    documents: &mut usize,
) -> Vec<Diagnostic> {
    let mut all = Vec::new();
    let index = OnceCell::new();
    let lines = || index.get_or_init(|| LineIndex::new(text));
    let mut number = 0;
    crate::yaml::each_document(text, |parsed| {
        number += 1;
        let mut add = |found: Diagnostic, range| {
            let rendered = place::in_text(name, number, text, lines(), place::first_line(text, range));
            // A manifest is its own cause.
            let place = Place {
                file: name.to_owned(),
                line: rendered.line,
                column: rendered.column,
                end_line: rendered.end_line,
                end_column: rendered.end_column,
            };
            let cause = Some(Cause { template: Some(place), ..Cause::default() });
            all.push(Diagnostic { rendered: Some(rendered), cause, ..found });
        };
        match parsed {
            Ok(parsed) => {
                *documents += 1;
                let object = object_ref(&parsed, budget);
                let changes = match before.is_empty() {
                    true => Ok(Vec::new()),
                    false => validator.check_update(before, &parsed, text, budget),
                };
                match validator.check(&parsed, text, budget).and_then(|found| Ok([found, changes?].concat())) {
                    Ok(findings) => {
                        for finding in findings {
                            let range = finding.range.clone();
                            add(place::without_place(finding, object.clone()), range);
                        }
                    }
                    Err(end) => add(super::explain::limit(end), 0..0),
                }
            }
            Err(error) => {
                let guess = super::indent::culprit(text, error.offset as usize);
                let message = format!("the file is no YAML: {}", error.message);
                let offset = error.offset as usize;
                let found = Diagnostic::of("yaml/invalid", Fact::NoYaml { reason: error.message });
                let help = guess.help.or_else(|| super::traps::help(text, offset));
                add(Diagnostic { message, help, ..found }, guess.range);
            }
        }
    });
    all
}
