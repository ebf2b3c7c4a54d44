//! Findings in rendered documents get their places, their causes and what mends them: document by document, on two
//! threads where there are many.

use super::memory::{Checked, Memory};
use super::trial::{Held, Sight, Trial};
use super::{duplicate, place};
use crate::diag::{Diagnostic, Finding};
use crate::lint::Found;
use crate::render::{Causes, Document};
use crate::threads::ahead;
use std::sync::Arc;

/// How many findings are worth a thread.
const MANY: usize = 64;

/// Something that is said of what was rendered.
pub enum Said {
    /// A finding with its place and its cause.
    Told(Box<Diagnostic>),
    /// A finding in a document.
    Found(Found),
    /// A finding of the linter in a document by itself: their numbers.
    Linted(usize, usize),
}

impl From<Diagnostic> for Said {
    fn from(found: Diagnostic) -> Said {
        Said::Told(Box::new(found))
    }
}

/// What is said of one document, each with its number in what is said of all.
type OfDocument = (usize, Vec<(usize, Said)>);

/// The documents that findings are in.
pub struct Placing<'p> {
    /// The documents, and what was found in each.
    pub objects: &'p [(&'p Document, Arc<Checked>)],
    /// What caused them.
    pub causes: &'p Causes,
    /// What was tried before.
    pub memory: &'p Memory,
}

impl Placing<'_> {
    /// Adds all that is said to what was found, in its order, with places and causes, and gives what comes of `first`, which is
    /// something else. `is_long` is whether a thread of its own may be worth it.
    pub fn all<A>(
        &self,
        said: Vec<Said>,
        trial: &Trial<'_>,
        is_long: bool,
        found: &mut Vec<Diagnostic>,
        first: impl FnOnce() -> A,
    ) -> A {
        let mut told = Vec::with_capacity(said.len());
        let mut waiting: Vec<OfDocument> = (0..self.objects.len()).map(|document| (document, Vec::new())).collect();
        let mut count = 0;
        for said in said {
            let document = match said {
                Said::Told(found) => {
                    told.push(Some(*found));
                    continue;
                }
                Said::Found(Found { document, .. }) | Said::Linted(document, _) => document,
            };
            if let Some((_, of)) = waiting.get_mut(document) {
                of.push((told.len(), said));
                told.push(None);
                count += 1;
            }
        }
        waiting.retain(|(_, said)| !said.is_empty());
        let mut put = |placed: Vec<(usize, Diagnostic)>| {
            for (number, found) in placed {
                if let Some(slot) = told.get_mut(number) {
                    *slot = Some(found);
                }
            }
        };
        let first = match is_long && count > MANY {
            true => self.side_by_side(&waiting, trial, &mut put, first),
            false => {
                let first = first();
                waiting.iter().for_each(|of| put(self.document(of, trial)));
                first
            }
        };
        found.reserve(told.len());
        found.extend(told.into_iter().flatten());
        first
    }

    fn side_by_side<A>(
        &self,
        waiting: &[OfDocument],
        trial: &Trial<'_>,
        put: &mut impl FnMut(Vec<(usize, Diagnostic)>),
        first: impl FnOnce() -> A,
    ) -> A {
        let validator = trial.validator;
        let work = |budget: &_, of: &OfDocument| {
            let trial = Trial::aside(validator, self.memory, budget);
            (self.document(of, &trial), trial.spent())
        };
        let (first, done) = ahead(true, trial.budget, waiting, work, first);
        for (of, ((placed, spent), steps)) in waiting.iter().zip(done) {
            put(if trial.take(&spent, steps) { placed } else { self.document(of, trial) });
        }
        first
    }

    /// What is said of one document.
    fn document(&self, (number, said): &OfDocument, trial: &Trial<'_>) -> Vec<(usize, Diagnostic)> {
        let Some((document, checked)) = self.objects.get(*number) else { return Vec::new() };
        let held = Held { trial, checked, sight: &Sight::default() };
        let place = |finding| place::diagnostic(finding, document, checked.object.clone(), self.causes, &held);
        let placed = said.iter().filter_map(|(number, said)| {
            let found = match said {
                Said::Told(found) => (**found).clone(),
                Said::Linted(_, finding) => place(checked.lint.get(*finding)?.clone()),
                Said::Found(Found { finding, other, .. }) => {
                    let other = other.and_then(|other| self.objects.get(other)).map(|(other, _)| *other);
                    let about =
                        other.map(|other| format!("the other one is document {} of {}", other.number, other.source));
                    let mut finding: Finding = finding.clone();
                    finding.notes.extend(about);
                    let mut found = place(finding);
                    found.fixes.extend(other.and_then(|other| duplicate::object(document, other, self.causes)));
                    found
                }
            };
            // Reports are in the order of lines: those of a text are counted here, where there may be two to do it.
            found.place().into_iter().for_each(|place| _ = place.source.lines());
            Some((*number, found))
        });
        placed.collect()
    }
}
