//! What a running function can reach.

use super::Text;
use crate::budget::{Budget, Exhausted};
use crate::diag::Fact;
use crate::host::{HelmVersion, Host};
use crate::log::Log;
use crate::text::{Origin, TextBuilder, Trace};
use crate::value::{Heap, Value};
use std::cell::{Cell, RefCell};

/// The state of one render that functions work on.
#[derive(Debug)]
pub struct Cx<'r> {
    /// Lists and maps.
    pub heap: Heap,
    /// The record of origins; absent in untraced renders.
    pub trace: Option<Box<Trace>>,
    /// Clock, zone, seed, objects.
    host: &'r Host,
    /// Whether somebody asked for the host.
    has_asked: Cell<bool>,
    /// Number of random draws so far. Every draw derives from the seed and its own number, so a
    /// traced render repeats an untraced one.
    pub draws: u64,
    /// The fuel.
    pub budget: &'r Budget,
    /// Whose behaviour counts.
    pub helm: HelmVersion,
    /// Whether `required` and `fail` let the work go on, as `helm lint` has it.
    pub lint: bool,
    /// What functions have to say beside their results.
    pub log: Vec<Log>,
    /// Buffers of texts that are finished, for those that come.
    spare: RefCell<Vec<Vec<u8>>>,
}

/// How many spare buffers are kept, and of which size at most.
const SPARE: (usize, usize) = (8, 64 << 10);

impl<'r> Cx<'r> {
    /// The state at the start of a render.
    pub fn new(host: &'r Host, budget: &'r Budget, helm: HelmVersion, tracing: bool) -> Cx<'r> {
        let mut heap = Heap::new();
        heap.helm3 = helm < HelmVersion::V4;
        let (trace, log, spare) = (tracing.then(Box::default), Vec::new(), RefCell::default());
        let has_asked = Cell::new(false);
        Cx { heap, trace, host, has_asked, draws: 0, budget, helm, lint: false, log, spare }
    }

    /// Another state of the same render, for values and texts of no importance.
    pub fn aside(&self) -> Cx<'r> {
        Cx::new(self.host, self.budget, self.helm, false)
    }

    /// Clock, zone, seed, objects: what depends on them is not the same in a later render.
    pub fn host(&self) -> &'r Host {
        self.has_asked.set(true);
        self.host
    }

    /// Whether the host was asked for since this was last called.
    pub fn take_asked(&self) -> bool {
        self.has_asked.take()
    }

    /// Notes whether it was asked.
    pub fn note_asked(&self, asked: bool) {
        self.has_asked.set(asked);
    }

    /// A builder for text that keeps what it copies.
    #[inline]
    pub fn builder(&self) -> TextBuilder {
        let spare = self.spare.borrow_mut().pop().unwrap_or_default();
        TextBuilder::reusing(spare, self.trace.is_some())
    }

    /// The finished text of a builder.
    pub fn text(&mut self, builder: TextBuilder) -> Text {
        let (text, origin, buffer) = builder.finish_and_keep(self.trace.as_deref_mut());
        self.spare(buffer);
        Text { str: text, origin }
    }

    /// Takes back a builder whose text nobody keeps.
    pub fn reuse(&mut self, builder: TextBuilder) {
        self.spare(builder.into_buffer());
    }

    fn spare(&mut self, buffer: Vec<u8>) {
        let spare = self.spare.get_mut();
        if spare.len() < SPARE.0 && buffer.capacity() <= SPARE.1 {
            spare.push(buffer);
        }
    }

    /// A part of `text` that keeps its causes.
    pub fn slice(&mut self, text: &Text, start: usize, end: usize) -> Text {
        if start == 0 && end == text.str.len() {
            return text.clone();
        }
        let mut b = self.builder();
        b.copy(&text.str, text.origin, start, end);
        self.text(b)
    }

    /// Whether origins are recorded.
    #[inline]
    pub fn is_tracing(&self) -> bool {
        self.trace.is_some()
    }

    /// One step of work.
    #[inline]
    pub fn tick(&self) -> Result<(), FuncError> {
        Ok(self.budget.tick()?)
    }

    /// Notes that a template has looked at a value.
    #[inline]
    pub fn note_read(&mut self, origin: Origin) {
        if let Some(trace) = &mut self.trace {
            trace.note_read(origin);
        }
    }

    /// Removes `<no value>`, which Helm does to the text of files and of `tpl`.
    pub fn without_no_value(&mut self, text: Text) -> Text {
        const NO_VALUE: &[u8] = b"<no value>";
        if memchr::memmem::find(&text.str, NO_VALUE).is_none() {
            return text;
        }
        let mut b = self.builder();
        let mut at = 0;
        for found in memchr::memmem::find_iter(&text.str, NO_VALUE) {
            b.copy(&text.str, text.origin, at, found);
            at = found + NO_VALUE.len();
        }
        b.copy(&text.str, text.origin, at, text.str.len());
        self.text(b)
    }

    /// A list value.
    pub fn list(&mut self, items: Vec<Value>) -> Value {
        self.heap.new_list(items)
    }
}

/// Why a function gave no result.
///
/// A recovered Go panic and a returned error read the same in Go's texts, so both are a message.
#[derive(Clone, Debug, PartialEq)]
pub struct FuncError {
    /// Go's text.
    pub message: String,
    /// Set where a limit of the host ended the work.
    pub exhausted: Option<Exhausted>,
    /// Set for `fail` and `required`, which Helm reports apart.
    pub by_chart: bool,
    /// Where the message speaks of a value (a missing one, a wrong one), its origin.
    pub about: Origin,
    /// What went wrong, as data, where the function knows.
    pub fact: Option<Box<Fact>>,
}

impl FuncError {
    /// An error with Go's text.
    pub fn new(message: impl Into<String>) -> FuncError {
        FuncError { message: message.into(), exhausted: None, by_chart: false, about: Origin::NONE, fact: None }
    }

    /// The chart itself ended the work, through `fail` or `required`.
    pub fn by_chart(function: &str, message: String, about: Origin) -> FuncError {
        let fact = Fact::Refused { function: function.to_owned(), message: message.clone() };
        FuncError { by_chart: true, about, fact: Some(Box::new(fact)), ..FuncError::new(message) }
    }

    /// Go's text for a nil dereference.
    pub fn nil_dereference() -> FuncError {
        FuncError::new("runtime error: invalid memory address or nil pointer dereference")
    }
}

impl From<Exhausted> for FuncError {
    fn from(end: Exhausted) -> Self {
        FuncError { exhausted: Some(end), ..FuncError::new(end.to_string()) }
    }
}
