//! What a traced render records of its origins.
//!
//! What is recorded before templates run, and by each template, is a [`Segment`] of its own, so that a later render can take over
//! those of the templates that nothing has changed for. Numbers are those of the whole trace, and no two segments share one.

use super::origin::{Clash, Frame, FrameId, Guard, GuardId, Origin, OriginKind, Piece, Step, Unread};
use super::{FileId, Span, Str};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// How many input origins a call keeps.
pub const MAX_INPUTS: usize = 8;

/// How many texts that templates could not read are kept.
const MOST_UNREAD: usize = 50;

/// How many numbers of origins share an entry of the table that leads to segments.
const BLOCK: u32 = 64;

/// The origins recorded during one traced render.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// What was recorded before `open`, in the order of execution.
    segments: Vec<Arc<Segment>>,
    /// The first numbers of `segments`, in order, and their places: what looks for a number looks here alone.
    numbered: Vec<(Numbers, u32)>,
    /// For each block of numbers of origins how many of `numbered` begin at its first number or before: origins are asked for more
    /// than anything else.
    blocks: Vec<u32>,
    /// What is being recorded.
    open: Segment,
    /// Which origins a template has looked at.
    read: Origins,
    /// What putting values together recorded.
    layers: Arc<Layers>,
    /// Whether something in a segment that was complete has changed since.
    is_changed: bool,
}

/// What was recorded in one go: before templates run, or by one of them.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    /// The numbers of the first things in it.
    first: Numbers,
    nodes: Vec<OriginKind>,
    frames: Vec<Frame>,
    guards: Vec<Guard>,
    /// The origins of segments before it that were looked at.
    read: Origins,
    /// Texts that could not be read.
    unread: Vec<Unread>,
}

/// Numbers of an origin, a frame and a guard, from 0. Of two segments one has none of them lower than the other; where one recorded
/// no origins, the others tell which was first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Numbers {
    node: u32,
    frame: u32,
    guard: u32,
}

impl Segment {
    /// The numbers behind those of what is in it.
    fn end(&self) -> Numbers {
        Numbers {
            node: self.first.node + self.nodes.len() as u32,
            frame: self.first.frame + self.frames.len() as u32,
            guard: self.first.guard + self.guards.len() as u32,
        }
    }

    /// How many origins are in it.
    pub fn origins(&self) -> usize {
        self.nodes.len()
    }

    /// The number behind that of its last origin.
    pub fn last_number(&self) -> usize {
        self.end().node as usize
    }

    /// Whether another segment has the same things under the same numbers, wherever they stand in texts.
    fn has_shape_of(&self, other: &Segment) -> bool {
        let node = |pair: (&OriginKind, &OriginKind)| match pair {
            (OriginKind::Source(a), OriginKind::Source(b)) => a.file == b.file,
            (OriginKind::Values(a), OriginKind::Values(b)) => {
                let file = |key: Option<Span>| key.map(|key| key.file);
                (a.parent, &a.step, a.layer, a.span.file, file(a.key))
                    == (b.parent, &b.step, b.layer, b.span.file, file(b.key))
            }
            (OriginKind::Call { inputs: a, .. }, OriginKind::Call { inputs: b, .. }) => a == b,
            (a, b) => a == b,
        };
        let guard = |(a, b): (&Guard, &Guard)| (a.parent, a.site.file, a.value) == (b.parent, b.site.file, b.value);
        (self.nodes.len(), self.guards.len()) == (other.nodes.len(), other.guards.len())
            && self.frames == other.frames
            && self.nodes.iter().zip(&other.nodes).all(node)
            && self.guards.iter().zip(&other.guards).all(guard)
    }

    fn starting(first: Numbers) -> Segment {
        Segment { first, ..Segment::default() }
    }

    fn node(&self, number: u32) -> Option<&OriginKind> {
        self.nodes.get(number.checked_sub(self.first.node)? as usize)
    }

    fn frame(&self, number: u32) -> Option<&Frame> {
        self.frames.get(number.checked_sub(self.first.frame)? as usize)
    }

    fn guard(&self, number: u32) -> Option<&Guard> {
        self.guards.get(number.checked_sub(self.first.guard)? as usize)
    }
}

/// What is known of values and the layers that they come from.
#[derive(Clone, Debug, Default)]
struct Layers {
    /// Values that a chart took over from one inside by `import-values`.
    imported: HashSet<Origin>,
    /// Values that lost against others, by the winner.
    overrides: HashMap<Origin, Vec<Origin>>,
    /// Values of another shape than the default they replaced.
    clashes: BTreeMap<Origin, Clash>,
    /// Nulls that took a default away, by the map that lacks a key for it.
    nulls: HashMap<(MapAt, Str), Origin>,
}

/// A set of the origins of one trace.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// Whether each is in it, a bit for each number.
    held: Vec<u64>,
}

impl Origins {
    /// Whether an origin is in it.
    pub fn contains(&self, origin: Origin) -> bool {
        let Some(number) = origin.number() else { return false };
        self.held.get(number as usize / 64).is_some_and(|held| held >> (number % 64) & 1 == 1)
    }

    /// Puts an origin into it; whether it was not there.
    pub fn insert(&mut self, origin: Origin) -> bool {
        let Some(number) = origin.number() else { return false };
        let (at, bit) = (number as usize / 64, 1 << (number % 64));
        if at >= self.held.len() {
            self.held.resize(at + 1, 0);
        }
        self.held.get_mut(at).is_some_and(|held| std::mem::replace(held, *held | bit) & bit == 0)
    }

    fn extend(&mut self, others: &Origins) {
        if self.held.len() < others.held.len() {
            self.held.resize(others.held.len(), 0);
        }
        self.held.iter_mut().zip(&others.held).for_each(|(held, other)| *held |= other);
    }
}

/// A map of values: the whole of a text, of which there may be several nodes, or a node in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum MapAt {
    Whole(FileId),
    Node(Origin),
}

impl Trace {
    /// Records an origin.
    pub fn add(&mut self, kind: OriginKind) -> Origin {
        let number = self.open.end().node;
        self.open.nodes.push(kind);
        Origin::at(number)
    }

    /// The recorded origin; `None` for [`Origin::NONE`].
    #[inline]
    pub fn get(&self, origin: Origin) -> Option<&OriginKind> {
        let number = origin.number()?;
        if number >= self.open.first.node {
            return self.open.node(number);
        }
        let before = self.blocks.get((number / BLOCK) as usize).map_or(0, |before| *before as usize);
        let others = self.numbered.get(before..)?.iter().take_while(|(first, _)| first.node <= number).count();
        let (_, at) = self.numbered.get((before + others).checked_sub(1)?)?;
        self.segments.get(*at as usize)?.node(number)
    }

    /// Records a call and gives its frame.
    pub fn add_frame(&mut self, frame: Frame) -> FrameId {
        let id = FrameId(self.open.end().frame);
        self.open.frames.push(frame);
        id
    }

    /// The frame with this id.
    pub fn frame(&self, id: FrameId) -> Option<&Frame> {
        self.segment(id.0, |first| first.frame)?.frame(id.0)
    }

    /// Records a condition.
    pub fn add_guard(&mut self, guard: Guard) -> Option<GuardId> {
        let number = self.open.end().guard;
        self.open.guards.push(guard);
        GuardId::at(number)
    }

    /// The guard with this id.
    pub fn guard(&self, id: GuardId) -> Option<&Guard> {
        let number = id.number();
        self.segment(number, |first| first.guard)?.guard(number)
    }

    /// The segment that may hold a number.
    fn segment(&self, number: u32, first: impl Fn(&Numbers) -> u32) -> Option<&Segment> {
        if number >= first(&self.open.first) {
            return Some(&self.open);
        }
        let behind = self.numbered.partition_point(|(numbers, _)| first(numbers) <= number);
        let (_, at) = self.numbered.get(behind.checked_sub(1)?)?;
        self.segments.get(*at as usize).map(|segment| &**segment)
    }

    /// All segments, in the order of execution.
    fn all(&self) -> impl Iterator<Item = &Segment> {
        self.segments.iter().map(|segment| &**segment).chain([&self.open])
    }

    /// Completes what is being recorded, and gives it. What comes is a segment of its own.
    pub fn complete(&mut self) -> Arc<Segment> {
        let next = Segment::starting(self.open.end());
        let segment = Arc::new(std::mem::replace(&mut self.open, next));
        self.push(segment.clone());
        segment
    }

    /// Takes over what another trace, which began with the same segments, recorded beside. What is recorded from here on has to be
    /// [`behind`](Trace::begin_behind) it.
    pub fn take_over(&mut self, segment: &Arc<Segment>) {
        self.read.extend(&segment.read);
        self.push(segment.clone());
    }

    /// Begins behind the numbers of some segments that are to be taken over.
    pub fn begin_behind<'s>(&mut self, segments: impl Iterator<Item = &'s Arc<Segment>>) {
        let first = &mut self.open.first;
        for end in segments.map(|segment| segment.end()) {
            first.node = first.node.max(end.node);
            first.frame = first.frame.max(end.frame);
            first.guard = first.guard.max(end.guard);
        }
    }

    fn push(&mut self, segment: Arc<Segment>) {
        let (place, first, end) = (self.segments.len() as u32, segment.first, segment.end());
        self.segments.push(segment);
        let at = self.numbered.partition_point(|(before, _)| *before <= first);
        self.numbered.insert(at, (first, place));
        let behind = self.blocks.iter_mut().skip(first.node.div_ceil(BLOCK) as usize);
        behind.for_each(|before| *before += 1);
        let starts = (self.blocks.len() as u32..).map(|block| block * BLOCK).take_while(|start| *start < end.node);
        let before = |start: u32| self.numbered.partition_point(|(first, _)| first.node <= start) as u32;
        self.blocks.extend(starts.map(before));
    }

    /// Whether another trace has the same things under the same numbers, wherever they stand in texts.
    pub fn has_shape_of(&self, other: &Trace) -> bool {
        self.segments.len() == other.segments.len() && self.all().zip(other.all()).all(|(a, b)| a.has_shape_of(b))
    }

    /// Whether something in a segment that was complete has changed since.
    pub fn is_changed(&self) -> bool {
        self.is_changed
    }

    /// How many numbers of origins are taken, and how many of them name something.
    pub fn numbers(&self) -> (usize, usize) {
        (self.open.end().node as usize, self.all().map(|segment| segment.nodes.len()).sum())
    }

    /// Notes that a template has looked at a value.
    pub fn note_read(&mut self, origin: Origin) {
        // What a template made itself nobody asks for.
        if origin.number().is_some_and(|number| number < self.open.first.node) {
            self.open.read.insert(origin);
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
            Arc::make_mut(&mut self.layers).imported.insert(origin);
        }
    }

    /// Whether a value was taken over by `import-values`.
    pub fn was_imported(&self, origin: Origin) -> bool {
        self.layers.imported.contains(&origin)
    }

    /// Notes that a value was set over another.
    pub fn note_override(&mut self, winner: Origin, loser: Origin) {
        if !winner.is_none() && !loser.is_none() && winner != loser {
            let losers = Arc::make_mut(&mut self.layers).overrides.entry(winner).or_default();
            if !losers.contains(&loser) {
                losers.push(loser);
            }
        }
    }

    /// Values that the value with this origin was set over.
    pub fn overridden_by(&self, winner: Origin) -> impl Iterator<Item = Origin> {
        self.layers.overrides.get(&winner).into_iter().flatten().copied()
    }

    /// Notes that a value has another shape than its default.
    pub fn note_clash(&mut self, winner: Origin, clash: Clash) {
        if !winner.is_none() {
            Arc::make_mut(&mut self.layers).clashes.insert(winner, clash);
        }
    }

    /// The values of another shape than the default they replaced.
    pub fn clashes(&self) -> impl Iterator<Item = (Origin, Clash)> {
        self.layers.clashes.iter().map(|(origin, clash)| (*origin, *clash))
    }

    /// Notes that a text could not be read. A few are enough.
    pub fn note_unread(&mut self, unread: Unread) {
        if self.open.unread.len() < MOST_UNREAD {
            self.open.unread.push(unread);
        }
    }

    /// The texts that templates could not read.
    pub fn unread(&self) -> impl Iterator<Item = &Unread> {
        self.all().flat_map(|segment| &segment.unread).take(MOST_UNREAD)
    }

    /// Notes that a null took a default away.
    pub fn note_null(&mut self, null: Origin, default: Origin) {
        for origin in [default, null] {
            if let Some(OriginKind::Values(node)) = self.get(origin)
                && let Step::Key(key) = &node.step
            {
                let lacks = (self.map_at(node.parent), key.clone());
                Arc::make_mut(&mut self.layers).nulls.insert(lacks, null);
            }
        }
    }

    /// The null that is why a map lacks a key: it stood in this map, or took a default of this map away.
    pub fn null_for(&self, map: Origin, key: &Str) -> Option<Origin> {
        self.layers.nulls.get(&(self.map_at(map), key.clone())).copied().filter(|null| !null.is_none())
    }

    fn map_at(&self, origin: Origin) -> MapAt {
        match self.get(origin) {
            Some(OriginKind::Values(node)) if node.step == Step::Root => MapAt::Whole(node.span.file),
            _ => MapAt::Node(origin),
        }
    }

    /// All origins that something was made of: inputs of calls, pieces of texts, values written, conditions.
    pub fn used(&self) -> Origins {
        let mut used = Origins { held: vec![0; self.numbers().0 / 64 + 1] };
        self.guards().for_each(|guard| _ = used.insert(guard.value));
        for node in self.all().flat_map(|segment| &segment.nodes) {
            match node {
                OriginKind::Call { inputs, .. } => inputs.iter().for_each(|input| _ = used.insert(*input)),
                OriginKind::Pieces(pieces) => pieces.iter().for_each(|piece| _ = used.insert(piece.origin)),
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
        self.all().flat_map(|segment| &segment.nodes).filter_map(|node| match node {
            OriginKind::Written { span, frame, .. } => Some((*span, *frame)),
            _ => None,
        })
    }

    /// Number of conditions met so far.
    pub fn condition_count(&self) -> usize {
        self.open.guards.len()
    }

    /// The origin of what depends on nothing but the conditions met since there were `count`, as many as a call keeps.
    pub fn conditions_since(&mut self, count: usize) -> Origin {
        let first = self.open.first.guard;
        let guards = (first + count as u32..self.open.end().guard).take(MAX_INPUTS).filter_map(GuardId::at);
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
        self.all().flat_map(|segment| &segment.guards)
    }

    /// What actions wrote: the origin itself, the action, the value.
    pub fn written(&self) -> impl Iterator<Item = (Origin, Span, Origin)> + '_ {
        let numbered = self.all().flat_map(|segment| (segment.first.node..).zip(&segment.nodes));
        numbered.filter_map(|(number, node)| match node {
            OriginKind::Written { span, value, .. } if !value.is_none() => Some((Origin::at(number), *span, *value)),
            _ => None,
        })
    }

    /// Number of recorded origins.
    pub fn len(&self) -> usize {
        self.numbers().1
    }

    /// Whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
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
        if let Some(OriginKind::Pieces(pieces)) = self.get(origin)
            && pieces.iter().any(|piece| piece.origin.is_none())
            && let Some(OriginKind::Pieces(pieces)) = self.get_mut(origin)
        {
            for piece in pieces.iter_mut().filter(|p| p.origin.is_none()) {
                piece.origin = filler;
            }
        }
        origin
    }

    fn get_mut(&mut self, origin: Origin) -> Option<&mut OriginKind> {
        let number = origin.number()?;
        let segment = if number >= self.open.first.node {
            &mut self.open
        } else {
            self.is_changed = true;
            let segments = self.segments.iter_mut();
            let mut holding = segments.filter(|it| (it.first.node..it.end().node).contains(&number));
            Arc::make_mut(holding.next()?)
        };
        segment.nodes.get_mut(number.checked_sub(segment.first.node)? as usize)
    }

    /// The pieces of a text with this origin from the one on that holds the byte at `start`, without end: each as a
    /// whole, with its bytes in the text. What has one origin is one piece; behind the last of several comes one
    /// without origin.
    #[inline]
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A segment of so many origins behind what a trace holds.
    fn recorded(trace: &mut Trace, origins: u32) -> (Arc<Segment>, Vec<Origin>) {
        let site = Span { file: FileId(0), start: 0, end: 0 };
        trace.add_frame(Frame { parent: None, site, guard: None });
        let origins = (0..origins).map(|start| trace.add(OriginKind::Source(Span { start, ..site }))).collect();
        (trace.complete(), origins)
    }

    #[test]
    fn what_is_taken_over_is_found_in_any_order() {
        let mut first = Trace::default();
        recorded(&mut first, 3);
        let mut made = first.clone();
        let (empty, _) = recorded(&mut made, 0);
        let (full, origins) = recorded(&mut made, 3 * BLOCK);
        for order in [[&empty, &full], [&full, &empty]] {
            let mut later = first.clone();
            later.begin_behind(order.into_iter());
            order.into_iter().for_each(|segment| later.take_over(segment));
            let (_, new) = recorded(&mut later, 1);
            let found = |at: &Origin| later.get(*at).cloned();
            assert_eq!(
                origins.iter().map(found).collect::<Vec<_>>(),
                origins.iter().map(|at| made.get(*at).cloned()).collect::<Vec<_>>()
            );
            assert!(new.iter().all(|at| later.get(*at).is_some() && !origins.contains(at)));
            assert!((0..4).all(|frame| later.frame(FrameId(frame)).is_some()) && later.frame(FrameId(4)).is_none());
        }
    }
}
