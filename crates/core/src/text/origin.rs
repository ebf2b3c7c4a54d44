//! Origins: what caused a value or a piece of text.
//!
//! Every value carries an [`Origin`], a small number. In an untraced render it is always
//! [`Origin::NONE`] and costs nothing; in a traced one it names an entry of the [`Trace`].

use super::{FileId, Span, Str};
use std::num::NonZeroU32;
use std::ops::Range;

/// Index of an [`OriginKind`] in a [`Trace`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(u32);

impl Origin {
    /// No origin recorded: the render is untraced, or the cause is filled in by the caller.
    pub const NONE: Origin = Origin(0);

    /// Whether nothing is recorded.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The place of what is recorded among all, from 0.
    fn index(self) -> Option<usize> {
        (self.0 as usize).checked_sub(1)
    }
}

/// One call of a template: `include`, `template`, `block`, `tpl` or a rendered file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FrameId(pub u32);

/// A condition that let bytes appear, with the conditions around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GuardId(NonZeroU32);

impl GuardId {
    /// The place of the guard among all, from 0.
    fn index(self) -> usize {
        self.0.get() as usize - 1
    }

    /// The guard at a place among all.
    fn at(index: usize) -> Option<GuardId> {
        NonZeroU32::new(u32::try_from(index).ok()?.checked_add(1)?).map(GuardId)
    }
}

/// A part of a string: from the end of the piece before it up to `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Byte after the last of this piece, counted from the start of the string.
    pub end: u32,
    /// What the piece comes from.
    pub origin: Origin,
}

/// What a value or a piece of text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OriginKind {
    /// The bytes stand in a source text (a literal in a template).
    Source(Span),
    /// A node of a values tree.
    Values(Box<ValuesNode>),
    /// Made by an action or a function call out of its inputs.
    Call {
        /// The call in the template.
        span: Span,
        /// Origins of the arguments, at most eight.
        inputs: Box<[Origin]>,
    },
    /// A key that was asked for and is not there.
    Missing {
        /// The map that lacks it.
        parent: Origin,
        /// The key.
        key: Str,
    },
    /// A string whose parts have causes of their own.
    Pieces(Box<[Piece]>),
    /// A value that would be another one if a condition had gone the other way.
    Guarded {
        /// What it comes from.
        value: Origin,
        /// The condition.
        guard: GuardId,
    },
    /// Bytes that the executor wrote.
    Written {
        /// The text or action that wrote them.
        span: Span,
        /// The call they were written under.
        frame: FrameId,
        /// The innermost condition around the action.
        guard: Option<GuardId>,
        /// Origin of the value that was written; none for literal text.
        value: Origin,
    },
}

/// A node of a values tree: a key with its value, or an item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValuesNode {
    /// The map or list it stands in; none for the root of a text.
    pub parent: Origin,
    /// Its key or index there.
    pub step: Step,
    /// The value in its text.
    pub span: Span,
    /// The key in its text, for entries of maps.
    pub key: Option<Span>,
    /// Where the text came from.
    pub layer: Layer,
}

/// One step of a path through values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The root of a text.
    Root,
    /// A key of a map.
    Key(Str),
    /// An index of a list, from 0.
    Index(u32),
}

/// Where values come from, with the number of the flag (from 1) for those of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// The chart's own values.yaml.
    Default,
    /// `-f`
    File(u32),
    /// `--set`
    Set(u32),
    /// `--set-string`
    SetString(u32),
    /// `--set-json`
    SetJson(u32),
    /// `--set-file`
    SetFile(u32),
    /// `--set-literal`
    SetLiteral(u32),
    /// Another program's file, such as Terraform's.
    Program,
    /// The same, of what only a run of that program can tell: another value stands in its place.
    Unknown,
}

/// A call of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The frame that made the call; none for the outermost.
    pub parent: Option<FrameId>,
    /// The action that made the call; for the outermost the whole file.
    pub site: Span,
    /// The guard around the call.
    pub guard: Option<GuardId>,
}

/// A condition around actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The guard around this one.
    pub parent: Option<GuardId>,
    /// The pipeline of the `if`, `with` or `range`.
    pub site: Span,
    /// Origin of the value the condition had.
    pub value: Origin,
}

/// The origins recorded during one traced render.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    nodes: Vec<OriginKind>,
    frames: Vec<Frame>,
    guards: Vec<Guard>,
    /// Which origins a template has looked at.
    read: Origins,
    /// Values that a chart took over from one inside by `import-values`.
    imported: std::collections::HashSet<Origin>,
    /// Values that lost against others, by the winner.
    overrides: std::collections::HashMap<Origin, Vec<Origin>>,
    /// Values of another shape than the default they replaced.
    clashes: std::collections::BTreeMap<Origin, Clash>,
    /// Nulls that took a default away, by the map that lacks a key for it.
    nulls: std::collections::HashMap<(MapAt, Str), Origin>,
    /// Texts that templates could not read.
    unread: Vec<Unread>,
}

/// A set of the origins of one trace.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// Whether each is in it, by number.
    held: Vec<bool>,
}

impl Origins {
    /// Whether an origin is in it.
    pub fn contains(&self, origin: Origin) -> bool {
        self.held.get(origin.0 as usize).is_some_and(|held| *held)
    }

    fn insert(&mut self, origin: Origin) {
        let at = origin.0 as usize;
        if at >= self.held.len() {
            self.held.resize(at + 1, false);
        }
        if let Some(held) = self.held.get_mut(at) {
            *held = true;
        }
    }
}

/// A text that a template gave to `fromYaml` or its like, and that is no YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The text.
    pub text: Str,
    /// What it comes from.
    pub origin: Origin,
    /// Byte where the parser stopped.
    pub offset: u32,
    /// What the parser says.
    pub message: String,
}

/// A value of another shape than the default it replaced: `a map`, `a list` or `a scalar`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The shape of the value.
    pub given: &'static str,
    /// That of the default.
    pub default: &'static str,
}

/// A map of values: the whole of a text, of which there may be several nodes, or a node in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum MapAt {
    Whole(FileId),
    Node(Origin),
}

/// How many input origins a call keeps.
pub const MAX_INPUTS: usize = 8;

impl Trace {
    /// Records an origin.
    pub fn add(&mut self, kind: OriginKind) -> Origin {
        self.nodes.push(kind);
        Origin(self.nodes.len() as u32)
    }

    /// The recorded origin; `None` for [`Origin::NONE`].
    pub fn get(&self, origin: Origin) -> Option<&OriginKind> {
        self.nodes.get(origin.index()?)
    }

    /// Records a call and gives its frame.
    pub fn add_frame(&mut self, frame: Frame) -> FrameId {
        let id = FrameId(self.frames.len() as u32);
        self.frames.push(frame);
        id
    }

    /// The frame with this id.
    pub fn frame(&self, id: FrameId) -> Option<&Frame> {
        self.frames.get(id.0 as usize)
    }

    /// Records a condition.
    pub fn add_guard(&mut self, guard: Guard) -> Option<GuardId> {
        self.guards.push(guard);
        GuardId::at(self.guards.len() - 1)
    }

    /// The guard with this id.
    pub fn guard(&self, id: GuardId) -> Option<&Guard> {
        self.guards.get(id.index())
    }

    /// Notes that a template has looked at a value.
    pub fn note_read(&mut self, origin: Origin) {
        if !origin.is_none() {
            self.read.insert(origin);
        }
    }

    /// Whether a template has looked at the value with this origin.
    pub fn was_read(&self, origin: Origin) -> bool {
        self.read.contains(origin)
    }

    /// Notes that a value was taken over by `import-values`.
    pub fn note_import(&mut self, origin: Origin) {
        if !origin.is_none() {
            self.imported.insert(origin);
        }
    }

    /// Whether a value was taken over by `import-values`.
    pub fn was_imported(&self, origin: Origin) -> bool {
        self.imported.contains(&origin)
    }

    /// Notes that a value was set over another.
    pub fn note_override(&mut self, winner: Origin, loser: Origin) {
        if !winner.is_none() && !loser.is_none() && winner != loser {
            let losers = self.overrides.entry(winner).or_default();
            if !losers.contains(&loser) {
                losers.push(loser);
            }
        }
    }

    /// Values that the value with this origin was set over.
    pub fn overridden_by(&self, winner: Origin) -> impl Iterator<Item = Origin> {
        self.overrides.get(&winner).into_iter().flatten().copied()
    }

    /// Notes that a value has another shape than its default.
    pub fn note_clash(&mut self, winner: Origin, clash: Clash) {
        if !winner.is_none() {
            self.clashes.insert(winner, clash);
        }
    }

    /// The values of another shape than the default they replaced.
    pub fn clashes(&self) -> impl Iterator<Item = (Origin, Clash)> {
        self.clashes.iter().map(|(origin, clash)| (*origin, *clash))
    }

    /// Notes that a text could not be read. A few are enough.
    pub fn note_unread(&mut self, unread: Unread) {
        const MOST: usize = 50;
        if self.unread.len() < MOST {
            self.unread.push(unread);
        }
    }

    /// The texts that templates could not read.
    pub fn unread(&self) -> &[Unread] {
        &self.unread
    }

    /// Notes that a null took a default away.
    pub fn note_null(&mut self, null: Origin, default: Origin) {
        for origin in [default, null] {
            if let Some(OriginKind::Values(node)) = self.get(origin)
                && let Step::Key(key) = &node.step
            {
                let lacks = (self.map_at(node.parent), key.clone());
                self.nulls.insert(lacks, null);
            }
        }
    }

    /// The null that is why a map lacks a key: it stood in this map, or took a default of this map away.
    pub fn null_for(&self, map: Origin, key: &Str) -> Option<Origin> {
        self.nulls.get(&(self.map_at(map), key.clone())).copied().filter(|null| !null.is_none())
    }

    fn map_at(&self, origin: Origin) -> MapAt {
        match self.get(origin) {
            Some(OriginKind::Values(node)) if node.step == Step::Root => MapAt::Whole(node.span.file),
            _ => MapAt::Node(origin),
        }
    }

    /// All origins that something was made of: inputs of calls, pieces of texts, values written, conditions.
    pub fn used(&self) -> Origins {
        let mut used = Origins { held: vec![false; self.nodes.len() + 1] };
        self.guards.iter().for_each(|guard| used.insert(guard.value));
        for node in &self.nodes {
            match node {
                OriginKind::Call { inputs, .. } => inputs.iter().for_each(|input| used.insert(*input)),
                OriginKind::Pieces(pieces) => pieces.iter().for_each(|piece| used.insert(piece.origin)),
                OriginKind::Written { value, .. } | OriginKind::Guarded { value, .. } => {
                    used.insert(*value);
                }
                _ => {}
            }
        }
        used
    }

    /// Whether what was written stands in a template that another one called.
    pub fn is_nested(&self, origin: Origin) -> bool {
        let Some(OriginKind::Written { frame, .. }) = self.get(origin) else { return false };
        self.frame(*frame).is_some_and(|frame| frame.parent.is_some())
    }

    /// The parts of templates that wrote something, with their calls, in the order of execution.
    pub fn executed(&self) -> impl Iterator<Item = (Span, FrameId)> + '_ {
        self.nodes.iter().filter_map(|node| match node {
            OriginKind::Written { span, frame, .. } => Some((*span, *frame)),
            _ => None,
        })
    }

    /// Number of conditions met so far.
    pub fn condition_count(&self) -> usize {
        self.guards.len()
    }

    /// The origin of what depends on nothing but the conditions met since there were `count`, as many as a call keeps.
    pub fn conditions_since(&mut self, count: usize) -> Origin {
        let guards = (count..self.guards.len()).take(MAX_INPUTS).filter_map(GuardId::at);
        guards.fold(Origin::NONE, |origin, guard| self.guarded(origin, guard))
    }

    /// The origin of a value, or of each part of a text, that also depends on a condition.
    pub fn guarded(&mut self, value: Origin, guard: GuardId) -> Origin {
        if self.guard(guard).is_none_or(|guard| guard.value.is_none() || guard.value == value) {
            return value;
        }
        let Some(OriginKind::Pieces(pieces)) = self.get(value) else {
            return self.add(OriginKind::Guarded { value, guard });
        };
        let mut pieces = pieces.clone();
        for piece in &mut pieces {
            piece.origin = self.add(OriginKind::Guarded { value: piece.origin, guard });
        }
        self.add(OriginKind::Pieces(pieces))
    }

    /// A value that a call at `span` chose after looking at others, which are causes too. The parts of a text stay apart,
    /// and keep their writers.
    pub fn decided(&mut self, value: Origin, deciding: &[Origin], span: Span) -> Origin {
        let inputs = |value| std::iter::once(value).chain(deciding.iter().copied()).collect();
        let Some(OriginKind::Pieces(pieces)) = self.get(value) else {
            return self.add(OriginKind::Call { span, inputs: inputs(value) });
        };
        let mut pieces = pieces.clone();
        for piece in &mut pieces {
            if !matches!(self.get(piece.origin), Some(OriginKind::Written { .. })) {
                piece.origin = self.add(OriginKind::Call { span, inputs: inputs(piece.origin) });
            }
        }
        self.add(OriginKind::Pieces(pieces))
    }

    /// What a value comes from, whatever conditions it depends on beside.
    pub fn unguarded(&self, mut origin: Origin) -> Origin {
        while let Some(OriginKind::Guarded { value, .. }) = self.get(origin) {
            origin = *value;
        }
        origin
    }

    /// The conditions under which something was executed.
    pub fn guards(&self) -> impl Iterator<Item = &Guard> {
        self.guards.iter()
    }

    /// What actions wrote: the origin itself, the action, the value.
    pub fn written(&self) -> impl Iterator<Item = (Origin, Span, Origin)> + '_ {
        (1..).zip(&self.nodes).filter_map(|(i, node)| match node {
            OriginKind::Written { span, value, .. } if !value.is_none() => Some((Origin(i), *span, *value)),
            _ => None,
        })
    }

    /// Number of recorded origins.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Whether the text `whole` has parts of the text or value `part` in it.
    pub fn keeps(&self, whole: Origin, part: Origin) -> bool {
        let Some(OriginKind::Pieces(pieces)) = self.get(whole) else { return false };
        let has = |wanted: Origin| pieces.iter().any(|piece| piece.origin == wanted);
        has(part)
            || matches!(self.get(part), Some(OriginKind::Pieces(inner))
                if inner.iter().find(|piece| !piece.origin.is_none()).is_some_and(|piece| has(piece.origin)))
    }

    /// Gives every part of `origin` that has no cause yet the cause `filler`.
    ///
    /// Functions that build text leave the text they make themselves without a cause; the
    /// caller knows which call it was.
    pub fn fill(&mut self, origin: Origin, filler: Origin) -> Origin {
        if origin.is_none() {
            return filler;
        }
        if let Some(OriginKind::Pieces(pieces)) = origin.index().and_then(|index| self.nodes.get_mut(index)) {
            for piece in pieces.iter_mut().filter(|p| p.origin.is_none()) {
                piece.origin = filler;
            }
        }
        origin
    }

    /// The pieces of a text with this origin from the one on that holds the byte at `start`, without end: each as a
    /// whole, with its bytes in the text. What has one origin is one piece; behind the last of several comes one
    /// without origin.
    pub fn pieces_over(&self, origin: Origin, start: u32) -> impl Iterator<Item = (Range<usize>, Origin)> {
        let pieces: &[Piece] = match self.get(origin) {
            Some(OriginKind::Pieces(pieces)) => pieces,
            _ => &[],
        };
        let first = pieces.partition_point(|piece| piece.end <= start);
        let mut at = first.checked_sub(1).and_then(|before| pieces.get(before)).map_or(0, |before| before.end as usize);
        let rest = if pieces.is_empty() { origin } else { Origin::NONE };
        let rest = Piece { end: u32::MAX, origin: rest };
        pieces.get(first..).unwrap_or_default().iter().copied().chain([rest]).map(move |piece| {
            let from = std::mem::replace(&mut at, piece.end as usize);
            (from..piece.end as usize, piece.origin)
        })
    }

    /// Calls `each` with the origin of every part of bytes `start..end` of a string with this
    /// origin, and the length of the part.
    pub fn slice(&self, origin: Origin, start: u32, end: u32, mut each: impl FnMut(u32, Origin)) {
        if start < end && !matches!(self.get(origin), Some(OriginKind::Pieces(_))) {
            return each(end - start, origin);
        }
        let (start, end) = (start as usize, end as usize);
        for (piece, origin) in self.pieces_over(origin, start as u32).take_while(|(piece, _)| piece.start < end) {
            let len = piece.end.min(end).saturating_sub(piece.start.max(start));
            if len > 0 {
                each(len as u32, origin);
            }
        }
    }
}
