//! One budget for everything whose length the input decides.
//!
//! Every loop over templates, YAML, regular expressions or generated text ticks it; it ends the work
//! when the fuel is spent or the host asks for it.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Upper bounds that a host can change. Each has an error that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Steps of work in one render (template nodes, loop rounds, elements written).
    pub fuel: u64,
    /// Bytes that one render may write.
    pub output: u64,
    /// Bytes that one string made by a function may have.
    pub string: u64,
    /// Lists, elements of lists, and maps that one render may make.
    pub objects: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { fuel: 2_000_000_000, output: 512 << 20, string: 256 << 20, objects: 50_000_000 }
    }
}

/// Asks running work to stop; clones share the request.
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// Asks for the end of all work that runs under this token.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the end was asked for.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Why the budget ended the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exhausted {
    /// The host asked for it.
    Cancelled,
    /// The steps are used up; the limit was this.
    Fuel(u64),
    /// More output than this many bytes.
    Output(u64),
    /// A string longer than this many bytes.
    String(u64),
    /// More lists, elements of lists, and maps than this.
    Objects(u64),
    /// Nesting deeper than this many levels.
    Depth(u64),
}

impl fmt::Display for Exhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exhausted::Cancelled => f.write_str("cancelled"),
            Exhausted::Fuel(n) => write!(f, "limit reached: the render took more than {n} steps (limit `fuel`)"),
            Exhausted::Output(n) => write!(f, "limit reached: more than {n} bytes of output (limit `output`)"),
            Exhausted::String(n) => write!(f, "limit reached: a string longer than {n} bytes (limit `string`)"),
            Exhausted::Objects(n) => {
                write!(f, "limit reached: more than {n} lists, elements and maps (limit `objects`)")
            }
            Exhausted::Depth(n) => write!(f, "limit reached: values nested deeper than {n} levels (limit `depth`)"),
        }
    }
}

impl std::error::Error for Exhausted {}

/// The fuel left and the host's wish to go on.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    fuel: Cell<u64>,
    until_check: Cell<u32>,
    cancel: CancelToken,
}

/// The token is read once in this many ticks.
const CHECK_EVERY: u32 = 4096;

impl Default for Budget {
    fn default() -> Self {
        Budget::new(Limits::default(), CancelToken::default())
    }
}

impl Budget {
    /// A full budget.
    pub fn new(limits: Limits, cancel: CancelToken) -> Budget {
        Budget { fuel: Cell::new(limits.fuel), limits, until_check: Cell::new(CHECK_EVERY), cancel }
    }

    /// A budget of what is left, for work in another thread. What that spends is to be spent here too.
    pub fn fork(&self) -> Budget {
        let fork = Budget::new(self.limits.clone(), self.cancel.clone());
        fork.fuel.set(self.left());
        fork
    }

    /// The steps that are left.
    pub fn left(&self) -> u64 {
        self.fuel.get()
    }

    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// One step of work. The error says which limit is reached.
    #[inline]
    pub fn tick(&self) -> Result<(), Exhausted> {
        self.spend(1)
    }

    /// `steps` steps of work. The error says which limit is reached.
    #[inline]
    pub fn spend(&self, steps: u64) -> Result<(), Exhausted> {
        let Some(left) = self.fuel.get().checked_sub(steps) else {
            self.fuel.set(0);
            return Err(Exhausted::Fuel(self.limits.fuel));
        };
        self.fuel.set(left);
        let until = self.until_check.get();
        if u64::from(until) > steps {
            self.until_check.set(until - steps as u32);
            return Ok(());
        }
        self.until_check.set(CHECK_EVERY);
        if self.cancel.is_cancelled() { Err(Exhausted::Cancelled) } else { Ok(()) }
    }

    /// Checks the length of a string that is about to be made. The error says which limit is reached.
    pub fn check_string(&self, len: u64) -> Result<(), Exhausted> {
        if len > self.limits.string { Err(Exhausted::String(self.limits.string)) } else { self.spend(len / 64) }
    }

    /// Checks the length of all output so far. The error says which limit is reached.
    pub fn check_output(&self, len: u64) -> Result<(), Exhausted> {
        if len > self.limits.output { Err(Exhausted::Output(self.limits.output)) } else { Ok(()) }
    }

    /// Checks the number of lists and maps. The error says which limit is reached.
    #[inline]
    pub fn check_objects(&self, count: u64) -> Result<(), Exhausted> {
        if count > self.limits.objects { Err(Exhausted::Objects(self.limits.objects)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fuel_runs_out_and_cancel_is_seen() {
        let limits = Limits { fuel: 10_000, ..Limits::default() };
        let budget = Budget::new(limits.clone(), CancelToken::default());
        let steps = (0..).take_while(|_| budget.tick().is_ok()).count();
        assert_eq!(steps, 10_000);

        let token = CancelToken::default();
        let budget = Budget::new(limits, token.clone());
        token.cancel();
        let end = (0..).find_map(|_| budget.tick().err());
        assert_eq!(end, Some(Exhausted::Cancelled));
    }
}
