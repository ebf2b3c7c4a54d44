//! Giving values their origins while they are read.

use crate::text::{FileId, Layer, Origin, OriginKind, Span, Step, Str, Trace, ValuesNode};
use crate::yaml::{Origins, Place};
use std::collections::HashMap;
use std::ops::Range;

/// Notes where the values of one text stand. Without a trace it does nothing.
#[derive(Debug)]
pub struct Recorder<'t> {
    trace: Option<&'t mut Trace>,
    file: FileId,
    layer: Layer,
    root: Origin,
    /// Offset of the document in its text.
    base: usize,
    /// How many items of each list have been seen.
    items: HashMap<Origin, u32>,
}

impl<'t> Recorder<'t> {
    /// A recorder for the text `file` of `layer`.
    pub fn new(trace: Option<&'t mut Trace>, file: FileId, layer: Layer) -> Recorder<'t> {
        let mut recorder = Recorder { trace, file, layer, root: Origin::NONE, base: 0, items: HashMap::new() };
        recorder.root = recorder.node(Origin::NONE, Step::Root, 0..0, None);
        recorder
    }

    /// The same recorder for a document that starts at `base` in the text.
    pub fn at(mut self, base: usize) -> Recorder<'t> {
        self.base = base;
        self
    }

    /// Whether origins are noted at all.
    pub fn is_tracing(&self) -> bool {
        self.trace.is_some()
    }

    /// Origin of the text as a whole.
    pub fn root(&self) -> Origin {
        self.root
    }

    /// Origin of a value under `parent`.
    pub fn node(&mut self, parent: Origin, step: Step, span: Range<usize>, key: Option<Range<usize>>) -> Origin {
        let Some(trace) = &mut self.trace else { return Origin::NONE };
        let span = Span::new(self.file, span.start, span.end);
        let key = key.map(|key| Span::new(self.file, key.start, key.end));
        trace.add(OriginKind::Values(Box::new(ValuesNode { parent, step, span, key, layer: self.layer })))
    }

    /// Notes that a value replaced another.
    pub fn replaced(&mut self, winner: Origin, loser: Origin) {
        if let Some(trace) = &mut self.trace {
            trace.note_override(winner, loser);
        }
    }
}

impl Origins for Recorder<'_> {
    fn node(&mut self, place: Place<'_>) -> Origin {
        if self.trace.is_none() {
            return Origin::NONE;
        }
        let range = |id| {
            let node = place.document.node(id);
            self.base + node.start as usize..self.base + node.end as usize
        };
        let span = range(place.node);
        let key = place.key.map(range);
        let parent = if place.parent.is_none() { self.root } else { place.parent };
        let step = match place.key {
            Some(key) => Step::Key(Str::from(place.document.scalar(key))),
            None if place.parent.is_none() => return self.root,
            None => {
                let next = self.items.entry(parent).or_insert(0);
                let step = Step::Index(*next);
                *next += 1;
                step
            }
        };
        Recorder::node(self, parent, step, span, key)
    }
}
