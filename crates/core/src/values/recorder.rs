//! Giving values their origins while they are read.

use crate::text::{Composed, FileId, Layer, Origin, OriginKind, SourceMap, Span, Step, Str, Trace, ValuesNode};
use crate::yaml::{NodeKind, Origins, Place};
use std::ops::Range;

/// A text that was put together, whose sources are among those of a render.
#[derive(Debug)]
pub struct Located<'c> {
    composed: &'c Composed,
    files: Vec<FileId>,
}

impl<'c> Located<'c> {
    /// Adds the sources of a text that are not there yet.
    pub fn new(composed: &'c Composed, sources: &mut SourceMap) -> Located<'c> {
        let mut add = |(name, text): &(String, std::sync::Arc<[u8]>)| {
            let known = sources.iter().find(|(_, file)| *file.name == **name && file.text == *text).map(|(id, _)| id);
            known.unwrap_or_else(|| sources.add(name.as_str(), text.clone()))
        };
        let files = composed.sources.iter().map(&mut add).collect();
        Located { composed, files }
    }

    /// Where a range of the text stands.
    pub fn span(&self, range: &Range<usize>) -> Option<Span> {
        let (source, range) = self.composed.place(range)?;
        self.files.get(source).map(|file| Span::new(*file, range.start, range.end))
    }
}

/// Notes where the values of one text stand. Without a trace it does nothing.
#[derive(Debug)]
pub struct Recorder<'t> {
    trace: Option<&'t mut Trace>,
    /// The text; none for one that was put together of nothing that stands anywhere.
    file: Option<FileId>,
    layer: Layer,
    root: Origin,
    /// Offset of the document in its text.
    base: usize,
    /// Where the parts of the text stand, where that is not the text itself.
    located: Option<&'t Located<'t>>,
    /// How many items of each list have been seen.
    items: foldhash::HashMap<Origin, u32>,
}

impl<'t> Recorder<'t> {
    /// A recorder for the text `file` of `layer`.
    pub fn new(trace: Option<&'t mut Trace>, file: FileId, layer: Layer) -> Recorder<'t> {
        Recorder::start(trace, Some(file), layer, None)
    }

    /// A recorder for a text that was put together.
    pub fn of_program(trace: Option<&'t mut Trace>, located: &'t Located<'t>) -> Recorder<'t> {
        Recorder::start(trace, located.files.first().copied(), Layer::Program, Some(located))
    }

    fn start(
        trace: Option<&'t mut Trace>,
        file: Option<FileId>,
        layer: Layer,
        located: Option<&'t Located<'t>>,
    ) -> Recorder<'t> {
        let mut recorder =
            Recorder { trace, file, layer, root: Origin::NONE, base: 0, located, items: Default::default() };
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
        let layer = self.layer(&span);
        self.in_layer(parent, step, span, key, layer)
    }

    /// The layer of what stands in a range.
    fn layer(&self, range: &Range<usize>) -> Layer {
        match self.located {
            Some(located) if !located.composed.is_known(range) => Layer::Unknown,
            _ => self.layer,
        }
    }

    fn in_layer(
        &mut self,
        parent: Origin,
        step: Step,
        span: Range<usize>,
        key: Option<Range<usize>>,
        layer: Layer,
    ) -> Origin {
        let located = self.located;
        let Some((trace, file)) = self.trace.as_mut().zip(self.file) else { return Origin::NONE };
        let place = |range: Range<usize>| match located {
            Some(located) => located.span(&range).unwrap_or(Span::new(file, 0, 0)),
            None => Span::new(file, range.start, range.end),
        };
        let (span, key) = (place(span), key.map(place));
        trace.add(OriginKind::Values(Box::new(ValuesNode { parent, step, span, key, layer })))
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
        // Of a map or a list its first byte says whether it is known: what is inside has its own origins.
        let layer = match place.document.node(place.node).kind {
            NodeKind::Mapping { .. } | NodeKind::Sequence { .. } => self.layer(&(span.start..span.start + 1)),
            _ => self.layer(&span),
        };
        self.in_layer(parent, step, span, key, layer)
    }
}
