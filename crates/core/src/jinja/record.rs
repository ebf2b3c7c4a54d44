//! What a traced run of Jinja templates notes: which values an expression looked at, and what wrote which bytes.
//!
//! Jinja's strings and numbers carry nothing along, so three things lead back from them: lists and maps are objects that
//! note each look into them; every expression is bracketed by probes, so what it looked at is known; and a variable is
//! found again among what was looked at when it got its value, by being equal to it. Text that was captured (a macro's,
//! that of `set`) or made by a function keeps its parts where the written text still has them, as a whole or by lines.

use super::convert::Container;
use super::probes::{Site, SiteKind};
use crate::gotmpl::funcs::Text;
use crate::text::{Frame, FrameId, Guard, GuardId, MAX_INPUTS, Origin, OriginKind, Span, TextBuilder, Trace};
use minijinja::Value;
use std::collections::HashMap;
use std::ops::Range;

/// A value that was looked at.
#[derive(Clone, Debug)]
pub struct Read {
    /// The list or map it stands in, and which it is itself.
    pub container: Origin,
    /// Its key there.
    pub key: Value,
    /// The value, if it is no list and no map.
    pub value: Value,
    /// Where it comes from.
    pub origin: Origin,
}

/// A variable that an expression uses.
#[derive(Debug)]
pub struct Variable {
    name: String,
    /// Its value, if it is no list and no map.
    value: Value,
    /// Where it comes from, if it is one.
    origin: Origin,
}

impl Variable {
    /// The variable with its value.
    pub fn new(name: String, value: Value) -> Variable {
        let origin = value.downcast_object_ref::<Container>().map_or(Origin::NONE, Container::origin);
        let value = if value.as_object().is_some() { Value::UNDEFINED } else { value };
        Variable { name, value, origin }
    }
}

/// What an expression, or a block, has done so far.
#[derive(Debug)]
struct Open {
    /// Its site; none for the file as a whole.
    site: Option<u32>,
    reads: Vec<Read>,
    /// What functions gave.
    made: Vec<Text>,
    /// What was written within.
    out: TextBuilder,
    /// The call of a macro or of another template, with the condition around.
    call: Option<(FrameId, Option<GuardId>)>,
    /// How many variables there were before.
    bindings: usize,
}

impl Open {
    fn new(site: Option<u32>, bindings: usize) -> Open {
        let (reads, made, out) = (Vec::new(), Vec::new(), TextBuilder::new(true));
        Open { site, reads, made, out, call: None, bindings }
    }
}

/// Names with what their values may be.
#[derive(Debug)]
struct Binding {
    names: Vec<String>,
    reads: Vec<Read>,
    made: Vec<Text>,
}

/// Most values that are kept of what an expression looks at, and of what `for` goes over.
pub const MAX_ITEMS: usize = 10_000;

/// What one run has noted.
#[derive(Debug)]
pub struct Recorder {
    sites: std::sync::Arc<Vec<Site>>,
    base: FrameId,
    around: Option<GuardId>,
    /// Innermost last.
    open: Vec<Open>,
    bindings: Vec<Binding>,
    /// The last time each condition was asked.
    guards: HashMap<u32, GuardId>,
    /// The expression whose value is written next.
    pending: Option<Open>,
    /// Whether what is written next is the nothing of a probe.
    after_probe: bool,
}

impl Recorder {
    /// Nothing yet, of the template whose whole file is `file`. `around` is what switched its chart on.
    pub fn new(sites: std::sync::Arc<Vec<Site>>, file: Span, around: Option<GuardId>, trace: &mut Trace) -> Recorder {
        let base = trace.add_frame(Frame { parent: None, site: file, guard: around });
        let (open, bindings, guards) = (vec![Open::new(None, 0)], Vec::new(), HashMap::new());
        Recorder { sites, base, around, open, bindings, guards, pending: None, after_probe: false }
    }

    /// All that was written.
    pub fn finish(mut self, trace: &mut Trace) -> Text {
        self.open.truncate(1);
        let (str, origin) = self.open.pop().map_or_else(Default::default, |open| open.out.finish(Some(trace)));
        Text { str, origin }
    }

    /// Origins of all that the expressions that are running have looked at, the innermost first.
    pub fn about(&self, trace: &mut Trace) -> Origin {
        let reads = self.open.iter().rev().flat_map(|open| open.reads.iter().rev());
        let inputs: Vec<Origin> = reads.map(|read| read.origin).take(MAX_INPUTS).collect();
        match inputs.as_slice() {
            [] => Origin::NONE,
            [one] => *one,
            _ => trace.add(OriginKind::Call { span: self.span(), inputs: inputs.into() }),
        }
    }

    /// The tag that is running.
    pub fn span(&self) -> Span {
        let site = self.open.iter().rev().find_map(|open| self.site(open.site?));
        site.map_or_else(|| Span::new(crate::text::FileId(0), 0, 0), |site| site.span)
    }

    fn site(&self, number: u32) -> Option<&Site> {
        self.sites.get(number as usize)
    }

    fn top(&mut self) -> Option<&mut Open> {
        self.open.last_mut()
    }

    fn frame(&self) -> FrameId {
        self.open.iter().rev().find_map(|open| open.call).map_or(self.base, |(frame, _)| frame)
    }

    /// The condition around a site: in its own text, else around the call that led there.
    fn guard(&self, site: &Site) -> Option<GuardId> {
        let own = site.around.and_then(|around| self.guards.get(&around)).copied();
        let called = || self.open.iter().rev().find_map(|open| open.call).map_or(self.around, |(_, guard)| guard);
        own.or_else(called)
    }

    /// Notes a look at a value.
    pub fn read(&mut self, read: Read) {
        let Some(top) = self.top() else { return };
        // Of a way through maps the end is what counts.
        if top.reads.last().is_some_and(|last| last.origin == read.container) {
            top.reads.pop();
        }
        if top.reads.len() < MAX_ITEMS {
            top.reads.push(read);
        }
    }

    /// Notes what a function gave.
    pub fn made(&mut self, text: Text) {
        if let Some(top) = self.top() {
            top.made.push(text);
        }
    }

    /// Origin of a text that a function is given.
    pub fn origin_of(&self, text: &str) -> Origin {
        let Some(top) = self.open.last() else { return Origin::NONE };
        let made = top.made.iter().rev().find(|made| *made.str == *text.as_bytes()).map(|made| made.origin);
        let read = || top.reads.iter().rev().find(|read| read.value.as_str() == Some(text)).map(|read| read.origin);
        made.or_else(read).unwrap_or(Origin::NONE)
    }

    /// The names that an expression uses and that are variables.
    pub fn variables(&self, site: u32) -> Vec<String> {
        let Some(site) = self.site(site) else { return Vec::new() };
        let is_bound = |name: &&String| self.bindings.iter().any(|binding| binding.names.contains(name));
        site.uses.iter().filter(is_bound).cloned().collect()
    }

    /// Begins a site. `variables` are those it uses; `round` is the number of the round of the loop around.
    pub fn from(&mut self, site: u32, variables: &[Variable], round: Option<usize>, trace: &mut Trace) {
        let mut open = Open::new(Some(site), self.bindings.len());
        for variable in variables {
            let Variable { name, value, origin } = variable;
            if !origin.is_none() {
                let (container, key) = (Origin::NONE, Value::UNDEFINED);
                open.reads.push(Read { container, key, value: Value::UNDEFINED, origin: *origin });
                continue;
            }
            let Some(binding) = self.bindings.iter().rev().find(|binding| binding.names.contains(name)) else {
                continue;
            };
            let text = value.as_str().and_then(|text| binding.made.iter().find(|made| *made.str == *text.as_bytes()));
            open.made.extend(text.cloned());
            let beside = variables.iter().filter(|other| other.name != *name).map(|other| &other.value);
            open.reads.extend(chosen(&binding.reads, value, beside, round).cloned());
        }
        self.open.push(open);
        self.after_probe = self.site(site).is_some_and(Site::stands_alone);
        let Some(site) = self.site(site).filter(|site| site.kind == SiteKind::Include) else { return };
        let (guard, parent, span) = (self.guard(site), self.frame(), site.span);
        let frame = trace.add_frame(Frame { parent: Some(parent), site: span, guard });
        if let Some(top) = self.top() {
            top.call = Some((frame, guard));
        }
    }

    /// Ends what began at a site, and whatever within it did not end.
    fn close(&mut self, site: u32) -> Option<Open> {
        let at = self.open.iter().rposition(|open| open.site == Some(site))?;
        self.open.truncate(at + 1);
        let open = self.open.pop()?;
        self.bindings.truncate(open.bindings);
        Some(open)
    }

    /// An expression has its value. `items` are what is in it, for `for`.
    pub fn value(&mut self, site: u32, items: Vec<Read>, trace: &mut Trace) {
        let Some(open) = self.close(site) else { return };
        let Some(kind) = self.site(site).map(|site| site.kind.clone()) else { return };
        match kind {
            SiteKind::Print => self.pending = Some(open),
            SiteKind::Test => self.ask(site, &open, trace),
            SiteKind::Each => {
                self.ask(site, &open, trace);
                let reads = if items.is_empty() { open.reads } else { items };
                self.bind(site, reads, open.made);
            }
            SiteKind::Set | SiteKind::SetBlock => {
                let mut made = open.made;
                let (str, origin) = open.out.finish(Some(trace));
                made.push(Text { str, origin });
                self.bind(site, open.reads, made);
            }
            _ => {}
        }
    }

    /// A statement ends.
    pub fn end(&mut self, site: u32, trace: &mut Trace) {
        self.after_probe = true;
        match self.site(site).map(|site| &site.kind) {
            Some(SiteKind::SetBlock) => self.value(site, Vec::new(), trace),
            Some(SiteKind::Include) => {
                let text = self.close(site).map(|open| open.out.finish(Some(trace)));
                if let (Some((text, origin)), Some(top)) = (text, self.top()) {
                    top.out.copy_all(&text, origin);
                }
            }
            _ => drop(self.close(site)),
        }
    }

    fn bind(&mut self, site: u32, reads: Vec<Read>, made: Vec<Text>) {
        let names = self.site(site).map(|site| site.gives.clone()).unwrap_or_default();
        self.bindings.push(Binding { names, reads, made });
    }

    fn ask(&mut self, number: u32, open: &Open, trace: &mut Trace) {
        let Some(site) = self.site(number) else { return };
        let (parent, span) = (self.guard(site), site.span);
        let value = inputs(&open.reads, None, span, trace);
        if let Some(guard) = trace.add_guard(Guard { parent, site: span, value }) {
            self.guards.insert(number, guard);
        }
    }

    /// A text is come to, or a macro begins.
    pub fn at(&mut self, number: u32, trace: &mut Trace) {
        self.after_probe = true;
        let Some(site) = self.site(number) else { return };
        let (frame, guard, span) = (self.frame(), self.guard(site), site.span);
        match &site.kind {
            SiteKind::Text(text) if !site.is_discarded => {
                let text = text.clone();
                let mut start = span.start;
                for line in text.split_inclusive('\n') {
                    let span = Span { start, end: start + line.len() as u32, ..span };
                    start = span.end;
                    let origin = trace.add(OriginKind::Written { span, frame, guard, value: Origin::NONE });
                    if let Some(top) = self.top() {
                        top.out.copy_all(line.as_bytes(), origin);
                    }
                }
            }
            SiteKind::Params => {
                let called =
                    self.open.last().and_then(|open| self.site(open.site?)).map(|site| (self.guard(site), site.span));
                let (guard, site) = called.unwrap_or((guard, span));
                let call = trace.add_frame(Frame { parent: Some(frame), site, guard });
                let (mut reads, mut made) = (Vec::new(), Vec::new());
                if let Some(top) = self.top() {
                    top.call = Some((call, guard));
                    (reads, made) = (top.reads.clone(), top.made.clone());
                }
                self.bind(number, reads, made);
            }
            _ => {}
        }
    }

    /// Text is written: the value of the expression that ended last, or of a block that ends here.
    pub fn write(&mut self, text: &str, trace: &mut Trace) {
        if std::mem::take(&mut self.after_probe) {
            return;
        }
        let given = || -> Option<u32> {
            let number = self.open.last()?.site?;
            (self.site(number)?.kind == SiteKind::Given).then_some(number)
        };
        let given = given();
        let Some(open) = self.pending.take().or_else(|| self.close(given?)) else { return };
        let Some(site) = open.site.and_then(|number| self.site(number)).filter(|site| !site.is_discarded) else {
            return;
        };
        let (span, frame, guard) = (site.span, self.frame(), self.guard(site));
        let filler = inputs(&open.reads, Some(text), span, trace);
        let mut made = open.made;
        let (str, origin) = open.out.finish(Some(trace));
        made.push(Text { str, origin });
        let origin = match kept(text, &made, trace) {
            Some(origin) => trace.fill(origin, filler),
            None => filler,
        };
        let mut parts = Vec::new();
        trace.slice(origin, 0, text.len() as u32, |len, origin| parts.push((len as usize, origin)));
        let mut at = 0;
        for (len, value) in parts {
            let is_written = matches!(trace.get(value), Some(OriginKind::Written { .. }));
            let origin = if is_written { value } else { trace.add(OriginKind::Written { span, frame, guard, value }) };
            if let Some(top) = self.top() {
                top.out.push_from(text.as_bytes().get(at..at + len).unwrap_or_default(), origin);
            }
            at += len;
        }
    }
}

/// Of what was looked at when a variable got its value that which it is: the one that is equal to it, told apart by the
/// values `beside` it (a key) and by the round of the loop; all of it, where the value was made of them.
fn chosen<'r, 'v>(
    reads: &'r [Read],
    value: &Value,
    mut beside: impl Iterator<Item = &'v Value>,
    round: Option<usize>,
) -> impl Iterator<Item = &'r Read> {
    let is_it = |read: &&Read| read.value == *value || (read.key.as_str().is_some() && read.key == *value);
    let one = match reads.iter().filter(is_it).count() {
        0 => None,
        1 => reads.iter().find(is_it),
        _ => beside
            .find_map(|other| reads.iter().filter(is_it).find(|read| read.key == *other))
            .or_else(|| reads.get(round?).filter(is_it))
            .or_else(|| reads.iter().rfind(is_it)),
    };
    let all = if one.is_some() { &[] } else { reads };
    one.into_iter().chain(all.iter().take(MAX_INPUTS))
}

/// What a value made of reads comes from. Those that are the text itself come first; one alone is where it comes from.
fn inputs(reads: &[Read], text: Option<&str>, span: Span, trace: &mut Trace) -> Origin {
    let mut origins: Vec<(bool, Origin)> = Vec::new();
    for read in reads {
        if !origins.iter().any(|(_, origin)| *origin == read.origin) {
            let is_it = text.is_some_and(|text| read.value.to_string() == text);
            origins.push((!is_it, read.origin));
        }
    }
    origins.sort_by_key(|(is_other, _)| *is_other);
    match (origins.as_slice(), text) {
        ([(false, one)], Some(_)) | ([(_, one)], None) => *one,
        _ => {
            let inputs = origins.iter().map(|(_, origin)| *origin).take(MAX_INPUTS).collect();
            trace.add(OriginKind::Call { span, inputs })
        }
    }
}

/// Shorter texts than this may stand in another by chance.
const LEAST: usize = 8;

/// The origin of a text that keeps one of `made`, or parts of it: as a whole, or line by line.
fn kept(text: &str, made: &[Text], trace: &mut Trace) -> Option<Origin> {
    let bytes = text.as_bytes();
    let candidates = || made.iter().rev().filter(|made| !made.str.is_empty());
    if let Some(same) = candidates().find(|made| *made.str == *bytes) {
        return Some(same.origin);
    }
    let mut builder = TextBuilder::new(true);
    let long = |text: &[u8]| text.len() >= LEAST;
    if let Some((whole, at)) =
        candidates().filter(|_| long(bytes)).find_map(|made| Some((made, memchr::memmem::rfind(&made.str, bytes)?)))
    {
        builder.copy(&whole.str, whole.origin, at, at + bytes.len());
        return Some(builder.finish(Some(trace)).1);
    }
    let (most, common) =
        candidates().map(|made| (made, common_lines(bytes, &made.str))).max_by_key(|(_, common)| common.len())?;
    let mut at = 0;
    for (here, there) in common {
        builder.push(bytes.get(at..here.start)?);
        builder.copy(&most.str, most.origin, there, there + here.len());
        at = here.end;
    }
    builder.push(bytes.get(at..)?);
    (at > 0).then(|| builder.finish(Some(trace)).1)
}

/// The lines of a text, without the blanks around them, that are lines of another text in the same order: their bytes,
/// and where they begin in the other.
fn common_lines(text: &[u8], other: &[u8]) -> Vec<(Range<usize>, usize)> {
    let mut known: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for line in lines(other) {
        known.entry(other.get(line.clone()).unwrap_or_default()).or_default().push(line.start);
    }
    let mut from = 0;
    let mut common = Vec::new();
    for line in lines(text) {
        let starts = text.get(line.clone()).and_then(|wanted| known.get(wanted)).map_or(&[][..], Vec::as_slice);
        if let Some(&found) = starts.get(starts.partition_point(|start| *start < from)) {
            from = found + line.len();
            common.push((line, found));
        }
    }
    common
}

/// The lines of a text without the blanks around them, where anything is left.
fn lines(text: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    text.split_inclusive(|byte| *byte == b'\n').filter_map(move |line| {
        let start = at + (line.len() - line.trim_ascii_start().len());
        at += line.len();
        let len = line.trim_ascii().len();
        (len > 0).then(|| start..start + len)
    })
}
