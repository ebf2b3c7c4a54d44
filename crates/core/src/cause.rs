//! Causes: from a place in the result back to the template and to the values.

use crate::diag::{Call, Cause, Condition, Place, ValueCause};
use crate::render::{Causes, Document, Known, KnownCauses};
use crate::text::{FileId, FrameId, Guard, GuardId, Layer, Origin, OriginKind, Span, Step, Str, lossy};
use foldhash::HashSet;
use std::collections::VecDeque;
use std::hash::Hash;
use std::ops::{ControlFlow, Range};
use std::sync::{Arc, PoisonError};

/// How many values a cause names.
const MAX_VALUES: usize = 8;
/// How many causes are kept, and how many of what they are made of.
const MOST_KNOWN: usize = 1024;

/// The values of a cause that are told, and how many more there are.
#[derive(Default)]
struct Told {
    first: Vec<ValueCause>,
    more: usize,
}

/// A value behind an origin.
enum Behind<'t> {
    /// This one.
    Value(Origin),
    /// The null that is why there is none.
    Null(Origin),
    /// A key that a map lacks.
    Lacking(Origin, &'t Str),
}

/// Conditions without those that stand where one before them does.
fn distinct(conditions: impl Iterator<Item = Condition>) -> Arc<[Condition]> {
    let mut places = HashSet::default();
    conditions.filter(|at| places.insert((at.place.source.name.clone(), at.place.range.start))).collect()
}

impl Causes {
    /// What caused the byte at `offset` of a document.
    pub fn of_document(&self, document: &Document, offset: usize) -> Cause {
        self.of_origin(self.origin_at(document, offset))
    }

    /// What caused a range of a document: of its parts the first that a value had a part in, else the first.
    pub fn of_range(&self, document: &Document, range: Range<usize>) -> Cause {
        let (start, end) = (range.start, range.end.max(range.start + 1));
        let mut found = None;
        for (part, origin) in self.parts_over(document, start..end) {
            let mut cause = self.of_origin(origin);
            if !cause.values.is_empty() {
                return cause;
            }
            if found.is_none() {
                if let Some(place) = self.narrowed(origin, &part, &(start.max(part.start)..end.min(part.end))) {
                    cause.template = Some(place);
                }
                found = Some(cause);
            }
        }
        found.unwrap_or_default()
    }

    /// Origin of the byte at `offset` of a document.
    pub fn origin_at(&self, document: &Document, offset: usize) -> Origin {
        let at = (document.start + offset) as u32;
        let mut origin = Origin::NONE;
        self.trace.slice(document.origin, at, at + 1, |_, found| origin = found);
        origin
    }

    /// The part of a template that wrote it, and the call it stands in.
    pub fn writer(&self, origin: Origin) -> Option<(Span, FrameId)> {
        match self.trace.get(origin)? {
            OriginKind::Written { span, frame, .. } => Some((*span, *frame)),
            _ => None,
        }
    }

    /// Whether an action wrote it whose text holds `word`, or a call made it for a variable whose text does.
    pub fn writes_with(&self, origin: Origin, word: &str) -> bool {
        let Some(OriginKind::Written { span, value, .. }) = self.trace.get(origin) else { return false };
        let holds = |span: &Span| {
            let text = self.sources.get(span.file).and_then(|f| f.text.get(span.start as usize..span.end as usize));
            text.is_some_and(|text| memchr::memmem::find(text, word.as_bytes()).is_some())
        };
        let mut at = *value;
        while let Some(OriginKind::Guarded { value, .. }) = self.trace.get(at) {
            at = *value;
        }
        let made = || matches!(self.trace.get(at), Some(OriginKind::Call { span, .. }) if holds(span));
        !value.is_none() && (holds(span) || made())
    }

    /// Where the calls stand that led to a frame, the innermost first.
    pub fn calls(&self, frame: FrameId) -> impl Iterator<Item = Span> + '_ {
        let inner = self.trace.frame(frame);
        let frames = std::iter::successors(inner, |frame| self.trace.frame(frame.parent?));
        frames.take_while(|frame| frame.parent.is_some()).map(|frame| frame.site)
    }

    /// The action that wrote it, as it stands in its template.
    pub fn action_text(&self, origin: Origin) -> Option<String> {
        let (span, _) = self.writer(origin)?;
        let text = self.sources.get(span.file)?.text.get(span.start as usize..span.end as usize)?;
        let text = lossy(text).into_owned();
        (text.starts_with("{{") && text.len() < 120 && !text.contains('\n')).then_some(text)
    }

    /// The call in the frame `outer` that led to the frame `inner`, as a cause.
    pub fn call_between(&self, outer: FrameId, inner: FrameId) -> Option<Cause> {
        let mut at = inner;
        while at != outer {
            let frame = self.trace.frame(at)?;
            let parent = frame.parent?;
            if parent == outer {
                return Some(Cause { template: self.place(frame.site), stack: self.stack(outer), ..Cause::default() });
            }
            at = parent;
        }
        None
    }

    /// Of a part of a document that is template text word for word, the place of some bytes of it.
    fn narrowed(&self, origin: Origin, part: &Range<usize>, inner: &Range<usize>) -> Option<Place> {
        let Some(OriginKind::Written { span, value: Origin::NONE, .. }) = self.trace.get(origin) else { return None };
        if (span.end - span.start) as usize != part.len() {
            return None;
        }
        let start = span.start + (inner.start - part.start) as u32;
        self.place(Span { start, end: start + inner.len() as u32, ..*span })
    }

    /// Where bytes of a document stand word for word in a template file; none where more than its text wrote them.
    pub fn literal(&self, document: &Document, range: &Range<usize>) -> Option<Span> {
        let (part, origin) = self.part_around(document, range)?;
        let span = self.template_text(origin).filter(|span| (span.end - span.start) as usize == part.len())?;
        let start = span.start + (range.start - part.start) as u32;
        Some(Span { start, end: start + range.len() as u32, ..span })
    }

    /// The action in a template file that wrote all bytes of a range, and nothing else.
    pub fn action(&self, document: &Document, range: &Range<usize>) -> Option<Span> {
        let (_, origin) = self.part_around(document, range)?;
        match self.trace.get(origin)? {
            OriginKind::Written { span, value, .. } if !value.is_none() && self.text_of(span.file).is_none() => {
                Some(*span)
            }
            _ => None,
        }
    }

    /// The action in a template file that wrote all bytes of a range, in however many parts.
    pub fn only_action(&self, document: &Document, range: &Range<usize>) -> Option<Span> {
        let parts = self.parts_over(document, range.clone()).filter(|(part, _)| part.end > range.start);
        let spans: Option<Vec<Span>> = parts.map(|(_, origin)| self.writer(origin).map(|(span, _)| span)).collect();
        let (first, others) = spans.as_deref()?.split_first()?;
        let is_action = self.text(*first).is_some_and(|text| text.starts_with("{{"));
        (is_action && self.text_of(first.file).is_none() && others.iter().all(|other| other == first)).then_some(*first)
    }

    /// Where a value stands in the text that set it.
    pub fn span_of(&self, value: &ValueCause) -> Option<Span> {
        let (file, _) = self.sources.iter().find(|(_, source)| *source.name == *value.place.file())?;
        let Range { start, end } = value.place.range;
        Some(Span { file, start, end })
    }

    /// The text of a span.
    pub fn text(&self, span: Span) -> Option<&str> {
        std::str::from_utf8(self.sources.get(span.file)?.text.get(span.start as usize..span.end as usize)?).ok()
    }

    /// The text of a template file that wrote an origin's bytes word for word.
    pub fn template_text(&self, origin: Origin) -> Option<Span> {
        match self.trace.get(origin)? {
            OriginKind::Written { span, value: Origin::NONE, .. } if self.text_of(span.file).is_none() => Some(*span),
            _ => None,
        }
    }

    fn part_around(&self, document: &Document, range: &Range<usize>) -> Option<(Range<usize>, Origin)> {
        let around = |(part, _): &(Range<usize>, Origin)| part.start <= range.start && range.end <= part.end;
        // Where nothing is, the part that ends there is around it.
        self.parts_over(document, range.start.saturating_sub(1)..range.end + 1).find(around)
    }

    /// The parts of a document with their origins: byte range in the document, origin.
    pub fn parts(&self, document: &Document) -> Vec<(Range<usize>, Origin)> {
        self.parts_over(document, 0..document.text.len()).collect()
    }

    /// Of the parts of a document those that have bytes in a range, each as a whole.
    #[inline]
    pub(crate) fn parts_over(
        &self,
        document: &Document,
        range: Range<usize>,
    ) -> impl Iterator<Item = (Range<usize>, Origin)> {
        let (from, len) = (document.start, document.text.len());
        let over = self.trace.pieces_over(document.origin, (from + range.start) as u32);
        let parts = over.map(move |(piece, origin)| {
            (piece.start.saturating_sub(from)..piece.end.saturating_sub(from).min(len), origin)
        });
        parts.take_while(move |(part, _)| part.start < range.end.min(len))
    }

    /// The cause that an origin stands for.
    pub fn of_origin(&self, origin: Origin) -> Cause {
        self.once(|known| &mut known.causes, origin, "", || self.work_out(origin))
    }

    /// What was worked out before for the chart in a folder; else what `work_out` gives, which is kept.
    fn once<K: Eq + Hash, V: Clone>(
        &self,
        of: impl Fn(&mut KnownCauses) -> &mut Known<K, V>,
        key: K,
        owner: &str,
        work_out: impl FnOnce() -> V,
    ) -> V {
        let lock = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = of(&mut lock()).get(&key).filter(|(of, _)| of == owner) {
            return known.clone();
        }
        let found = work_out();
        let mut known = lock();
        let known = of(&mut known);
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert(key, (owner.to_owned(), found.clone()));
        found
    }

    fn work_out(&self, origin: Origin) -> Cause {
        let mut cause = Cause::default();
        let chart = |file: &str| {
            let at = memchr::memmem::find(file.as_bytes(), b"templates/");
            at.and_then(|at| file.get(..at)).unwrap_or_default().to_owned()
        };
        let mut values = Told::default();
        match self.trace.get(origin) {
            Some(&OriginKind::Written { span, frame, guard, value }) => {
                cause.template = self.place(span);
                cause.stack = self.stack(frame);
                let owner = cause
                    .stack
                    .first()
                    .map(|call| &call.place)
                    .or(cause.template.as_ref())
                    .map(|place| chart(place.file()))
                    .unwrap_or_default();
                let mut seen = HashSet::default();
                self.collect(value, &owner, &mut values, &mut seen);
                cause.guards = self.guards(guard, &owner);
                let choices = self.choices(&seen, &owner);
                if !choices.is_empty() {
                    cause.guards = distinct(cause.guards.iter().cloned().chain(choices));
                }
            }
            Some(_) => self.collect(origin, "", &mut values, &mut HashSet::default()),
            None => {}
        }
        (cause.values, cause.more) = (values.first, values.more);
        cause
    }

    /// The place of a span, or of what stands behind it: the text of a `tpl` stands in a values file.
    pub fn place(&self, span: Span) -> Option<Place> {
        if let Some(text) = self.text_of(span.file) {
            let mut inner = Origin::NONE;
            self.trace.slice(text, span.start, span.start + 1, |_, found| inner = found);
            return match self.trace.get(self.trace.unguarded(inner)) {
                Some(OriginKind::Values(node)) => self.inside(node.span, span).or_else(|| self.place(node.span)),
                Some(OriginKind::Source(span) | OriginKind::Written { span, .. }) => self.place(*span),
                _ => self.plain_place(span),
            };
        }
        self.plain_place(span)
    }

    /// The place in a values file of a part of a text that stands there: of a block scalar the line, of a text on one
    /// line the column.
    fn inside(&self, value: Span, part: Span) -> Option<Place> {
        let file = self.sources.get(value.file)?;
        let whole = file.text.get(value.start as usize..value.end as usize)?;
        let source = self.sources.get(part.file)?;
        let (text, line) = (&source.text, source.lines().line(part.start));
        let line_start = source.lines().start_of(line) as usize;
        let rest = text.get(line_start..)?;
        let wanted = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len()))?;
        let wanted = wanted.strip_suffix(b"\r").unwrap_or(wanted);
        // The lines of a block scalar stand below its header, each behind the indentation.
        let lines = whole.split(|b| *b == b'\n').scan(0, |at, line| {
            let start = *at;
            *at += line.len() + 1;
            Some((start, line))
        });
        let is_block = matches!(whole.first(), Some(b'|' | b'>'));
        let mut lines = lines.skip(if is_block { line as usize } else { 0 });
        let (start, at) = lines.find_map(|(start, line)| Some((start, memchr::memmem::find(line, wanted)?)))?;
        let offset = value.start as usize + start + at + (part.start as usize - line_start);
        let len = (part.end.saturating_sub(part.start) as usize).min(wanted.len());
        self.plain_place(Span::new(value.file, offset, offset + len))
    }

    fn plain_place(&self, span: Span) -> Option<Place> {
        Some(Place::new(self.sources.get(span.file)?, span.start as usize..span.end as usize))
    }

    /// Origin of the text of a file that came into being during the render.
    fn text_of(&self, file: FileId) -> Option<Origin> {
        let at = self.virtual_files.binary_search_by_key(&file, |(id, _)| *id).ok()?;
        self.virtual_files.get(at).map(|(_, origin)| *origin).filter(|o| !o.is_none())
    }

    fn stack(&self, frame: FrameId) -> Arc<[Call]> {
        self.once(|known| &mut known.stacks, frame, "", || self.work_out_stack(frame))
    }

    fn work_out_stack(&self, frame: FrameId) -> Arc<[Call]> {
        let mut calls = Vec::new();
        let mut at = frame;
        while let Some(frame) = self.trace.frame(at) {
            // The outermost frame is the file itself, which nobody called.
            let Some(parent) = frame.parent else { break };
            if let Some(place) = self.place(frame.site) {
                calls.push(Call { place: place.first(), call: self.call_text(frame.site) });
            }
            at = parent;
        }
        calls.reverse();
        calls.into()
    }

    /// The function and the name in a call: `include "x"`, `template "x"`, `tpl .Values.y`; of Jinja a tag.
    pub(crate) fn call_text(&self, site: Span) -> String {
        let text = self
            .sources
            .get(site.file)
            .map(|f| lossy(f.text.get(site.start as usize..site.end as usize).unwrap_or_default()).into_owned());
        let text = text.unwrap_or_default();
        let words = text.trim_start_matches(['{', '%', '-', ' ']).trim_end_matches(['}', '%', '-', ' ']);
        words.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
    }

    /// The conditions around something, innermost first.
    fn guards(&self, guard: Option<GuardId>, owner: &str) -> Arc<[Condition]> {
        let Some(innermost) = guard else { return Arc::default() };
        self.once(
            |known| &mut known.guards,
            innermost,
            owner,
            || {
                let around = std::iter::successors(Some(innermost), |id| self.trace.guard(*id)?.parent);
                distinct(around.filter_map(|id| self.condition(id, self.trace.guard(id)?, owner)))
            },
        )
    }

    /// The conditions that values depend on which came into being elsewhere.
    fn choices(&self, origins: &HashSet<Origin>, owner: &str) -> Vec<Condition> {
        let mut guards: Vec<GuardId> = origins.iter().filter_map(|origin| self.choice(*origin)).collect();
        guards.sort_unstable();
        guards.dedup();
        let guards = guards.into_iter().rev().filter_map(|id| Some((id, self.trace.guard(id)?)));
        guards.filter_map(|(id, guard)| self.condition(id, guard, owner)).collect()
    }

    fn choice(&self, origin: Origin) -> Option<GuardId> {
        match self.trace.get(origin)? {
            OriginKind::Guarded { guard, .. } => Some(*guard),
            _ => None,
        }
    }

    fn condition(&self, id: GuardId, guard: &Guard, owner: &str) -> Option<Condition> {
        self.once(|known| &mut known.conditions, id, owner, || self.work_out_condition(guard, owner))
    }

    fn work_out_condition(&self, guard: &Guard, owner: &str) -> Option<Condition> {
        let place = self.place(guard.site)?;
        let mut values = Told::default();
        let mut seen = HashSet::default();
        self.collect(guard.value, owner, &mut values, &mut seen);
        // What an included template wrote may have been decided there.
        for inner in self.inner_guards(&seen, guard.parent) {
            self.collect(inner, owner, &mut values, &mut seen);
        }
        Some(Condition { place: place.first(), values: values.first })
    }

    /// The values of the conditions that these origins depend on or were written under, up to the condition `outer`.
    fn inner_guards(&self, origins: &HashSet<Origin>, outer: Option<GuardId>) -> Vec<Origin> {
        let mut guards = Vec::new();
        let mut sorted: Vec<_> = origins.iter().collect();
        sorted.sort_unstable();
        for &origin in sorted {
            if let Some(guard) = self.choice(origin).and_then(|guard| self.trace.guard(guard)) {
                guards.push(guard.value);
            }
            let Some(OriginKind::Written { guard, .. }) = self.trace.get(origin) else { continue };
            let mut at = *guard;
            while at != outer
                && let Some(guard) = at.and_then(|at| self.trace.guard(at))
            {
                guards.push(guard.value);
                at = guard.parent;
            }
        }
        guards
    }

    /// The values behind an origin, nearest first.
    fn collect(&self, origin: Origin, owner: &str, into: &mut Told, seen: &mut HashSet<Origin>) {
        if origin.is_none() {
            return;
        }
        self.walk(origin, seen, |found| {
            // Of the many values that a long text has to do with the rest is only counted.
            match into.first.len() < MAX_VALUES {
                true => into.first.extend(self.told(found, owner)),
                false => into.more += 1,
            }
            ControlFlow::Continue(())
        });
    }

    /// The paths of the values behind an origin, nearest first, as many as a cause names.
    pub fn paths(&self, origin: Origin) -> Vec<String> {
        let mut paths = Vec::new();
        self.walk(origin, &mut HashSet::default(), |found| {
            paths.push(match found {
                Behind::Value(origin) | Behind::Null(origin) => self.path(origin),
                Behind::Lacking(map, key) => below(self.path(map), key),
            });
            if paths.len() < MAX_VALUES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        paths
    }

    /// Gives `each` the values behind an origin, nearest first, until it has enough.
    fn walk<'t>(
        &'t self,
        origin: Origin,
        seen: &mut HashSet<Origin>,
        mut each: impl FnMut(Behind<'t>) -> ControlFlow<()>,
    ) {
        let mut pending = VecDeque::from([origin]);
        while let Some(origin) = pending.pop_front() {
            if seen.insert(origin)
                && let Some(found) = self.behind(origin, &mut pending)
                && each(found).is_break()
            {
                return;
            }
        }
    }

    /// The value that an origin is; else none, and what it comes from is `pending`.
    fn behind<'t>(&'t self, origin: Origin, pending: &mut VecDeque<Origin>) -> Option<Behind<'t>> {
        match self.trace.get(origin)? {
            // The values as a whole are nothing that anybody set.
            OriginKind::Values(node) => {
                return (node.step != Step::Root && self.is_known(origin)).then_some(Behind::Value(origin));
            }
            OriginKind::Missing { parent, key } => {
                let map = self.trace.unguarded(*parent);
                if let Some(null) = self.trace.null_for(map, key).filter(|null| self.is_known(*null)) {
                    return Some(Behind::Null(null));
                }
                if self.is_known(map) {
                    return Some(Behind::Lacking(map, key));
                }
                pending.push_back(map);
            }
            OriginKind::Call { inputs, .. } => pending.extend(inputs.iter().copied()),
            OriginKind::Pieces(pieces) => pending.extend(pieces.iter().map(|p| p.origin)),
            OriginKind::Written { value, .. } | OriginKind::Guarded { value, .. } => pending.push_back(*value),
            OriginKind::Source(_) => {}
        }
        None
    }

    /// Whether an origin is a value whose text is known.
    fn is_known(&self, origin: Origin) -> bool {
        let Some(OriginKind::Values(node)) = self.trace.get(origin) else { return false };
        self.sources.get(node.span.file).is_some()
    }

    /// A value behind an origin as a cause tells it.
    fn told(&self, found: Behind<'_>, owner: &str) -> Option<ValueCause> {
        Some(match found {
            Behind::Value(origin) => {
                self.once(|known| &mut known.values, origin, owner, || self.value(origin, owner, true))?
            }
            Behind::Null(null) => ValueCause { missing: true, ..self.value(null, owner, false)? },
            Behind::Lacking(map, key) => {
                let map = self.value(map, owner, false)?;
                ValueCause { path: below(map.path, key), missing: true, ..map }
            }
        })
    }

    /// The value an origin is, with what it was set over.
    fn value(&self, origin: Origin, owner: &str, with_overrides: bool) -> Option<ValueCause> {
        let Some(OriginKind::Values(node)) = self.trace.get(origin) else { return None };
        let place = self.plain_place(node.span)?;
        let (layer, argument) = match node.layer {
            Layer::Default => match place.file().strip_suffix("values.yaml") {
                Some(chart) if chart != owner && owner.starts_with(chart) => ("parent", None),
                Some(chart) if chart != owner && chart.starts_with(owner) && self.trace.was_imported(origin) => {
                    ("import", None)
                }
                _ => ("default", None),
            },
            Layer::File(n) => ("file", Some(n)),
            Layer::Set(n) => ("set", Some(n)),
            Layer::SetString(n) => ("set-string", Some(n)),
            Layer::SetJson(n) => ("set-json", Some(n)),
            Layer::SetFile(n) => ("set-file", Some(n)),
            Layer::SetLiteral(n) => ("set-literal", Some(n)),
            Layer::Program => ("program", None),
            Layer::Unknown => ("unknown", None),
        };
        let overrode = match with_overrides {
            true => self.trace.overridden_by(origin).filter_map(|loser| self.value(loser, owner, false)).collect(),
            false => Vec::new(),
        };
        let path = self.path(origin);
        Some(ValueCause { path, place, layer: layer.into(), argument, missing: false, overrode })
    }

    /// The path of a values node in its file.
    pub fn path(&self, origin: Origin) -> String {
        let mut steps = Vec::new();
        let mut at = origin;
        while let Some(OriginKind::Values(node)) = self.trace.get(at) {
            steps.push(&node.step);
            at = node.parent;
        }
        let mut path = String::new();
        for step in steps.into_iter().rev() {
            push_step(&mut path, step);
        }
        path
    }
}

/// The path of a key of a map.
fn below(mut map: String, key: &Str) -> String {
    push_step(&mut map, &Step::Key(key.clone()));
    map
}

/// Appends a step as paths are written: `a.b`, `a["b.c"]`, `a[0]`.
fn push_step(path: &mut String, step: &Step) {
    match step {
        Step::Root => {}
        Step::Index(i) => path.push_str(&format!("[{i}]")),
        Step::Key(key) => {
            let text = key.to_lossy();
            let plain =
                !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-' || c == '/');
            if plain {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&text);
            } else {
                path.push_str(&format!("[{}]", crate::text::quote(key)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{ArchiveLimits, File, load_files};
    use crate::host::{HelmVersion, Host};
    use crate::render::{RenderOptions, Rendered, render};
    use crate::values::ValuesSource;

    fn traced(files: &[(&str, &str)], values: Vec<ValuesSource>) -> Rendered {
        let files = files.iter().map(|(name, text)| File::new(*name, *text)).collect();
        let chart = load_files(files, &ArchiveLimits::default(), HelmVersion::V4).unwrap();
        let options = RenderOptions { trace: true, values, ..RenderOptions::default() };
        render(&chart, &options, &Host::default(), &|_| Err("no files".into())).unwrap()
    }

    fn cause(rendered: &Rendered, needle: &str) -> Cause {
        let document = &rendered.documents[0];
        let text = String::from_utf8_lossy(&document.text).into_owned();
        let offset = text.find(needle).unwrap_or_else(|| panic!("{needle} is in {text}"));
        rendered.trace.as_ref().unwrap().of_document(document, offset)
    }

    fn line(place: &Place) -> (&str, u32) {
        (place.file(), place.line())
    }

    const CHART: (&str, &str) = ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n");

    #[test]
    fn scalars_lead_to_their_template_line_and_values_key() {
        let rendered = traced(
            &[
                CHART,
                ("values.yaml", "image:\n  tag: \"1.2\"\n"),
                ("templates/a.yaml", "kind: A\nimage: {{ .Values.image.tag | quote }}\n"),
            ],
            vec![ValuesSource::Set("image.tag=2.0".into())],
        );
        let cause = cause(&rendered, "2.0");
        assert_eq!(format!("{:?}", cause.template.unwrap()), "templates/a.yaml:2:8-2:39");
        let value = &cause.values[0];
        assert_eq!((value.path.as_str(), &*value.layer, value.argument), ("image.tag", "set", Some(1)));
        assert_eq!((&*value.overrode[0].layer, value.overrode[0].place.line()), ("default", 2));
    }

    #[test]
    fn text_of_includes_keeps_its_writer_and_the_calls() {
        let rendered = traced(
            &[
                CHART,
                ("values.yaml", "team: blue\n"),
                ("templates/_h.tpl", "{{ define \"labels\" }}\nteam: {{ .Values.team }}{{ end }}"),
                ("templates/a.yaml", "kind: A\nlabels:\n  {{- include \"labels\" . | nindent 2 }}\n"),
            ],
            vec![],
        );
        let cause = cause(&rendered, "blue");
        assert_eq!(cause.template.as_ref().map(line), Some(("templates/_h.tpl", 2)));
        assert_eq!(cause.stack[0].call, "include \"labels\"");
        assert_eq!(line(&cause.stack[0].place), ("templates/a.yaml", 3));
        assert_eq!(cause.values[0].path, "team");
    }

    #[test]
    fn to_yaml_keeps_an_origin_for_every_scalar_and_guards_are_known() {
        let rendered = traced(
            &[
                CHART,
                ("values.yaml", "resources:\n  limits:\n    cpu: 1\n    memory: 2Gi\n"),
                (
                    "templates/a.yaml",
                    "kind: A\n{{- with .Values.resources }}\nresources:\n  {{- toYaml . | nindent 2 }}\n{{- end }}\n",
                ),
            ],
            vec![],
        );
        let cause = cause(&rendered, "2Gi");
        assert_eq!((cause.values[0].path.as_str(), cause.values[0].place.line()), ("resources.limits.memory", 4));
        assert_eq!(cause.guards[0].values[0].path, "resources");
    }

    /// Where the conditions behind a text stand, and the first value each of them looked at.
    fn conditions(rendered: &Rendered, needle: &str) -> Vec<(String, u32, Option<String>)> {
        let cause = cause(rendered, needle);
        let value = |guard: &Condition| Some(guard.values.first()?.path.clone());
        cause.guards.iter().map(|guard| (guard.place.file().to_owned(), guard.place.line(), value(guard))).collect()
    }

    #[test]
    fn a_variable_depends_on_the_conditions_that_could_change_it() {
        let rendered = traced(
            &[
                CHART,
                ("values.yaml", "plain: false\nmode: x\n"),
                (
                    "templates/a.yaml",
                    "{{ $mark := \"at-sign\" }}\n{{ $map := dict }}\n{{ if .Values.plain }}{{ $mark = \"colon\" }}{{ end }}\n\
                     {{ if .Values.mode }}{{ $_ := set $map \"mode\" \"on\" }}{{ end }}\n\
                     kind: A\nmark: {{ $mark }}\nmode: {{ $map.mode }}\n",
                ),
            ],
            vec![],
        );
        let file = || "templates/a.yaml".to_owned();
        assert_eq!(conditions(&rendered, "at-sign"), [(file(), 3, Some("plain".to_owned()))]);
        assert_eq!(conditions(&rendered, "on\n"), [(file(), 4, Some("mode".to_owned()))]);
    }

    #[test]
    fn what_a_helper_decided_is_behind_the_condition_that_asks_it() {
        let rendered = traced(
            &[
                CHART,
                ("values.yaml", "tls: true\nquiet: false\n"),
                (
                    "templates/_h.tpl",
                    "{{ define \"secure\" }}{{ if .Values.tls }}true{{ end }}{{ end }}\
                     {{ define \"quiet\" }}{{ if .Values.quiet }}true{{ end }}{{ end }}",
                ),
                (
                    "templates/a.yaml",
                    "kind: A\n{{ if eq (include \"secure\" .) \"true\" }}\nport: 443\n{{ end }}\n\
                     {{ if not (include \"quiet\" .) }}\nlevel: debug\n{{ end }}\n",
                ),
            ],
            vec![],
        );
        let file = || "templates/a.yaml".to_owned();
        assert_eq!(conditions(&rendered, "443"), [(file(), 2, Some("tls".to_owned()))]);
        assert_eq!(conditions(&rendered, "debug"), [(file(), 5, Some("quiet".to_owned()))]);
    }

    #[test]
    fn what_switches_a_chart_on_is_a_condition_around_all_that_it_writes() {
        let rendered = traced(
            &[
                (
                    "Chart.yaml",
                    "apiVersion: v2\nname: web\nversion: 0.1.0\ndependencies:\n- name: db\n  version: 1.0.0\n  condition: db.enabled\n",
                ),
                ("values.yaml", "db:\n  enabled: true\n"),
                ("charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n"),
                ("charts/db/templates/a.yaml", "kind: A\n{{ if true }}\nport: 5432\n{{ end }}\n"),
            ],
            vec![],
        );
        let conditions = conditions(&rendered, "5432");
        assert_eq!(conditions.last(), Some(&("Chart.yaml".to_owned(), 7, Some("db.enabled".to_owned()))));
    }

    #[test]
    fn templates_in_values_lead_into_the_values_file() {
        let rendered = traced(
            &[
                CHART,
                ("values.yaml", "name: x\ntext: \"n: {{ .Values.name }}\"\n"),
                ("templates/a.yaml", "kind: A\n{{ tpl .Values.text . }}\n"),
            ],
            vec![],
        );
        let cause = cause(&rendered, "x\n");
        assert_eq!(cause.template.as_ref().map(line), Some(("values.yaml", 2)));
        assert_eq!(cause.values[0].path, "name");
    }

    #[test]
    fn what_a_chart_inside_gave_is_imported() {
        let files = [
            (
                "Chart.yaml",
                "apiVersion: v2\nname: t\nversion: 1.0.0\ndependencies:\n- {name: sub, version: 1.0.0, import-values: [data]}\n",
            ),
            ("values.yaml", "own: a\n"),
            ("templates/t.yaml", "a: {{ .Values.port }}\nb: {{ .Values.own }}\nc: {{ .Values.sub.other }}\n"),
            ("charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n"),
            ("charts/sub/values.yaml", "exports:\n  data:\n    port: 80\nother: x\n"),
        ];
        let rendered = traced(&files, Vec::new());
        let causes = rendered.trace.as_ref().unwrap();
        let document = rendered.documents.first().unwrap();
        let layer = |text: &str| {
            let at = memchr::memmem::find(&document.text, text.as_bytes()).unwrap() + 3;
            let value = causes.of_document(document, at).values.into_iter().next().unwrap();
            (value.place.file().to_owned(), value.layer.into_owned())
        };
        assert_eq!(layer("a: "), ("charts/sub/values.yaml".to_owned(), "import".to_owned()));
        assert_eq!(layer("b: "), ("values.yaml".to_owned(), "default".to_owned()));
        assert_eq!(layer("c: "), ("charts/sub/values.yaml".to_owned(), "default".to_owned()));
    }
}
