//! Going on behind what fails while templates run, and over what did not parse.
//!
//! Go's executor ends with the first error. Where all are wanted, what fails writes nothing, and the next action runs: the
//! text has a hole. What comes later may fail for want of what is missing, so of the errors behind the first hole only
//! those count that no value has to do with.

use super::ast::{NodeId, NodeKind};
use super::error::ExecError;
use super::exec::{Exec, Flow, Operand, Result, State};
use super::funcs::Mark;
use crate::diag::Fact;
use crate::text::Origin;
use crate::value::Value;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// So many templates within one are taken for one that calls itself without end.
const DEEP: u32 = 10_000;

/// So many errors of one file are enough; a template that calls itself without end has more.
const MOST: usize = 100;

/// What is missing in what a file writes.
#[derive(Debug, Default)]
pub struct Holes {
    /// Whether to go on behind errors.
    recovers: bool,
    /// How many actions wrote nothing that should have.
    count: usize,
    /// The errors that were passed and count.
    errors: Vec<ExecError>,
}

impl Holes {
    /// Nothing is missing yet. Without `recovers` the first error ends the run.
    pub fn new(recovers: bool) -> Holes {
        Holes { recovers, ..Holes::default() }
    }

    /// How many templates may be within one where errors are passed: what goes so deep does not end, and going to Go's bound in
    /// file after file keeps whoever waits.
    pub(super) fn depth(&self) -> Option<u32> {
        self.recovers.then_some(DEEP)
    }

    /// Whether the run goes on behind errors.
    pub(super) fn recovers(&self) -> bool {
        self.recovers
    }

    /// Whether something is missing, and the errors that count; the next file begins without holes.
    pub fn take(&mut self) -> (bool, Vec<ExecError>) {
        let Holes { count, errors, .. } = std::mem::replace(self, Holes::new(self.recovers));
        let mut kept: Vec<(u64, ExecError)> = Vec::new();
        for error in errors {
            // A loop meets one error again and again. Of a template that calls itself each has a thousand places, which
            // are compared only where they may be the same.
            let way = way(&error);
            if !kept.iter().any(|(known, old)| *known == way && *old == error) {
                kept.push((way, error));
            }
        }
        (count > 0, kept.into_iter().map(|(_, error)| error).collect())
    }

    /// How many errors count so far.
    pub(super) fn passed(&self) -> usize {
        self.errors.len()
    }

    /// Adds what lies around the errors that were passed since there were `from`.
    pub(super) fn wrap(&mut self, from: usize, around: impl Fn(ExecError) -> ExecError) {
        let inner: Vec<_> = self.errors.drain(from.min(self.errors.len())..).collect();
        self.errors.extend(inner.into_iter().map(around));
    }
}

impl Exec<'_, '_> {
    /// Notes an error where the run is to go on behind it.
    pub(super) fn pass(&mut self, error: ExecError) -> Result<Flow> {
        let holes = &self.holes;
        if !holes.recovers || holes.count >= MOST || error.exhausted().is_some() {
            return Err(error);
        }
        if holes.count == 0 || is_sure(&error) || (asks_values(&error) && !self.changes_values()) {
            self.holes.errors.push(error);
        }
        self.holes.count += 1;
        Ok(Flow::Next)
    }

    /// Whether a template may set a key of a map, so that a hole may be why one is not there.
    fn changes_values(&self) -> bool {
        *self.changes_values.get_or_init(|| {
            let mut seen = HashSet::new();
            let trees = self.set.iter().map(|template| &template.source.tree);
            let mut trees = trees.filter(|tree| seen.insert(Arc::as_ptr(tree)));
            trees.any(|tree| tree.nodes().any(|(_, node)| changes(&node.kind)))
        })
    }

    /// Adds the call `id` to the way of the errors that were passed in it, since there were `from`.
    pub(super) fn passed_in(&mut self, state: &mut State<'_>, id: NodeId, from: usize, name: &str) {
        if self.holes.passed() > from {
            state.at = id;
            let site = Arc::new(self.site(state, format!("error calling {name}: "), Origin::NONE, None));
            self.holes.wrap(from, |error| ExecError::at(site.clone(), Some(error)));
        }
    }

    /// Something did not parse that would be written here.
    pub(super) fn note_hole(&mut self) {
        self.holes.count += 1;
    }

    /// What a condition gives; none where that cannot be known.
    pub(super) fn condition(&mut self, state: &mut State<'_>, dot: &Operand, pipe: NodeId) -> Result<Option<Value>> {
        if matches!(state.source.node(pipe).kind, NodeKind::Hole) {
            self.note_hole();
            return Ok(None);
        }
        match self.pipeline(state, dot, pipe) {
            Ok(value) => Ok(Some(value)),
            Err(error) => self.pass(error).map(|_| None),
        }
    }
}

/// A number for the places that an error passed: errors that passed others have another.
fn way(error: &ExecError) -> u64 {
    let mut state = DefaultHasher::new();
    error.sites().for_each(|site| site.span.hash(&mut state));
    state.finish()
}

/// Whether a node names a function that changes a map: `set`, `merge` and their like.
fn changes(kind: &NodeKind) -> bool {
    matches!(kind, NodeKind::Identifier(callee) if callee.function.is(Mark::Changes))
}

/// Whether an error is that the values lack a map: `.Values.image.tag` without `image`.
fn asks_values(error: &ExecError) -> bool {
    let sites = error.sites();
    let (Some(Fact::NilAccess { field }), Some(site)) = (error.fact(), sites.last()) else {
        return false;
    };
    let path = site.context.strip_prefix('$').unwrap_or(&site.context);
    let mut asked = path.strip_prefix(".Values.").unwrap_or_default().split('.').skip(1);
    asked.next() == Some(field)
}

/// Whether an error is there whatever values are: a name that nobody defines, a call with too few arguments, a dot that
/// is not the top.
fn is_sure(error: &ExecError) -> bool {
    let Some(fact) = error.fact() else { return false };
    let of_top = || error.sites().last().is_some_and(|site| site.top_field().is_some() && site.lacks(fact));
    matches!(fact, Fact::UnknownTemplate { .. } | Fact::ArgumentCount { .. }) || of_top()
}
