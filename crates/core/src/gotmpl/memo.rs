//! What `include` gave before.
//!
//! Charts ask for the same names and labels in file after file, and Helm runs the helper each time. What it writes is the same if
//! it is called with the same, if all that there was at the first call is still as it was, and if it asked neither the host for
//! anything nor for the name of the file that runs. So it runs once.
//!
//! Only renders without origins remember: where each byte has its causes, every call has its own.

use super::exec::{Exec, Result};
use super::funcs::Text;
use super::set::TemplateSet;
use crate::text::{Origin, Str};
use crate::value::{Heap, IntType, ListId, ListType, MapId, MapType, Moment, Nil, Repr, Room, Value};
use foldhash::HashMap;
use smallvec::SmallVec;
use std::hash::{BuildHasher, Hash, Hasher};

/// What has more parts is seldom the same twice.
const MOST_PARTS: usize = 24;

/// Longer texts are not compared.
const LONGEST: usize = 1 << 10;

/// So many bytes are kept in one render.
const LIMIT: usize = 4 << 20;

/// Helm bounds how often a template may be within itself; so far below that no depth changes what is written.
const DEEPEST: u32 = 200;

/// What was written in one render.
#[derive(Debug, Default)]
pub(super) struct Memo {
    written: HashMap<Call, (Str, Moment)>,
    bytes: usize,
    /// How many calls are within each other right now.
    depth: u32,
    /// How many were at most.
    deepest: u32,
}

/// A helper and what it is called with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// What all of it hashes to, worked out once.
    hash: u64,
    /// The number of its name.
    helper: usize,
    data: SmallVec<[Part; 8]>,
}

/// A part of what a helper is called with.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// Whether it is one inside an interface.
    Nil(bool),
    Bool(bool),
    Int(i64, IntType),
    Float(u64),
    Text(Str),
    /// A list or a map that there was before templates ran.
    List(ListId),
    Map(MapId, MapType),
    /// One that a template made, mostly for the call: its parts follow.
    NewList(ListType, usize),
    NewMap(MapType, usize),
}

impl Hash for Call {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// One word for each part, and the bytes of texts.
impl Hash for Part {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let word = |kind: u64, rest: u64| kind << 56 ^ rest;
        state.write_u64(match self {
            Part::Nil(interface) => word(1, u64::from(*interface)),
            Part::Bool(b) => word(2, u64::from(*b)),
            Part::Int(n, _) => word(3, *n as u64),
            Part::Float(bits) => word(4, *bits),
            Part::Text(text) => return state.write(text),
            Part::List(id) => return id.hash(state),
            Part::Map(id, _) => return id.hash(state),
            Part::NewList(_, len) => word(5, *len as u64),
            Part::NewMap(_, len) => word(6, *len as u64),
        });
    }
}

impl Memo {
    /// The call of a helper; none where there is too much to compare.
    pub fn call(&self, heap: &Heap, helper: usize, data: &Value) -> Option<Call> {
        let mut parts = SmallVec::new();
        add(heap, data, &mut parts)?;
        let mut hasher = self.written.hasher().build_hasher();
        hasher.write_usize(helper);
        parts.iter().for_each(|part| part.hash(&mut hasher));
        Some(Call { hash: hasher.finish(), helper, data: parts })
    }

    /// What was written when a helper was called like that, if it would be the same now.
    pub fn get(&self, call: &Call, heap: &Heap) -> Option<Str> {
        let (text, moment) = self.written.get(call)?;
        (self.deepest <= DEEPEST && heap.is_as_at(moment)).then(|| text.clone())
    }

    /// Keeps what a helper wrote, called at that moment.
    pub fn keep(&mut self, call: Call, text: &Str, moment: Moment) {
        let size = size_of::<Call>() + call.data.iter().map(Part::len).sum::<usize>() + text.len();
        if self.bytes + size <= LIMIT {
            self.bytes += size;
            self.written.insert(call, (text.clone(), moment));
        }
    }

    /// A call begins, remembered or not.
    pub fn enter(&mut self) {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
    }

    /// A call ends.
    pub fn leave(&mut self) {
        self.depth -= 1;
    }
}

impl Part {
    fn len(&self) -> usize {
        size_of::<Part>() + if let Part::Text(text) = self { text.len() } else { 0 }
    }
}

fn add(heap: &Heap, value: &Value, parts: &mut SmallVec<[Part; 8]>) -> Option<()> {
    if parts.len() >= MOST_PARTS {
        return None;
    }
    match &value.repr {
        Repr::Nil(nil) => parts.push(Part::Nil(*nil == Nil::Interface)),
        Repr::Bool(b) => parts.push(Part::Bool(*b)),
        Repr::Int(n, ty) => parts.push(Part::Int(*n, *ty)),
        Repr::Float(n, crate::value::FloatType::Float64) => parts.push(Part::Float(n.to_bits())),
        Repr::Str(text) if text.len() <= LONGEST => parts.push(Part::Text(text.clone())),
        Repr::List(id) if heap.is_watched_list(*id) => parts.push(Part::List(*id)),
        Repr::Map(id) if heap.is_watched_map(*id) => parts.push(Part::Map(*id, heap.map_type(*id))),
        Repr::List(id) => {
            let list = heap.list(*id);
            if !matches!(list.room, Room::None) || list.nil {
                return None;
            }
            parts.push(Part::NewList(list.ty, list.items.len()));
            for item in &list.items {
                add(heap, item, parts)?;
            }
        }
        Repr::Map(id) => {
            let map = heap.map(*id);
            if map.nil || heap.map_type(*id) != map.ty {
                return None;
            }
            parts.push(Part::NewMap(map.ty, map.entries.len()));
            for (key, item) in map.entries.iter() {
                parts.push(Part::Text(key.clone()));
                add(heap, item, parts)?;
            }
        }
        _ => return None,
    }
    Some(())
}

impl Exec<'_, '_> {
    /// What the helper of a name writes over `data`: what `run` gives, or gave before.
    pub(super) fn once(
        &mut self,
        helper: usize,
        data: Value,
        run: impl FnOnce(&mut Self, Value) -> Result<Text>,
    ) -> Result<Text> {
        // Texts under `tpl` may define other helpers of these names.
        let is_plain =
            !self.cx.is_tracing() && !self.holes.recovers() && self.overlays.iter().all(TemplateSet::is_empty);
        let call = if is_plain { self.memo.call(&self.cx.heap, helper, &data) } else { None };
        let Some(call) = call else { return run(self, data) };
        if let Some(str) = self.memo.get(&call, &self.cx.heap) {
            return Ok(Text { str, origin: Origin::NONE });
        }
        let moment = self.cx.heap.now();
        let (host, name) = (self.cx.take_asked(), self.cx.heap.take_name_asked());
        let (draws, lines) = (self.cx.draws, self.cx.log.len());
        let result = run(self, data);
        let asked = (self.cx.take_asked(), self.cx.heap.take_name_asked());
        let is_alone = asked == (false, false) && (draws, lines) == (self.cx.draws, self.cx.log.len());
        self.cx.note_asked(host || asked.0);
        self.cx.heap.note_name_asked(name || asked.1);
        if let Ok(text) = &result
            && is_alone
            && self.cx.heap.is_as_at(&moment)
        {
            self.memo.keep(call, &text.str, moment);
        }
        result
    }
}
