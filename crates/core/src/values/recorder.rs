//! Giving values their origins while they are read.

use crate::text::{FileId, Layer, Origin, OriginKind, Span, Step, Trace, ValuesNode};
use std::ops::Range;

/// Notes where the values of one text stand. Without a trace it does nothing.
#[derive(Debug)]
pub struct Recorder<'t> {
    trace: Option<&'t mut Trace>,
    file: FileId,
    layer: Layer,
    root: Origin,
}

impl<'t> Recorder<'t> {
    /// A recorder for the text `file` of `layer`.
    pub fn new(trace: Option<&'t mut Trace>, file: FileId, layer: Layer) -> Recorder<'t> {
        let mut recorder = Recorder { trace, file, layer, root: Origin::NONE };
        recorder.root = recorder.node(Origin::NONE, Step::Root, 0..0, None);
        recorder
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
