//! The end of the interpreter.
//!
//! Up to 3.13, Python ends a thread that wants its lock back after the end has begun, by unwinding its stack. Frames of
//! Rust cannot be unwound so: the process would abort. So nobody may be among them when the end begins: what runs is
//! cancelled and awaited, and what other threads call later never returns, as in newer Pythons.

use chartlens::budget::CancelToken;
use pyo3::prelude::*;
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

/// The thread that ends the interpreter.
static CLOSER: OnceLock<ThreadId> = OnceLock::new();
/// How many calls are inside.
static INSIDE: AtomicUsize = AtomicUsize::new(0);
/// What cancels them.
static RUNNING: LazyLock<Mutex<HashMap<u64, CancelToken>>> = LazyLock::new(Mutex::default);

thread_local! {
    /// How many calls of this thread are inside each other.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// How long calls may take to notice that they are cancelled.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether the end has begun, for any thread but the one that brings it.
fn has_begun() -> bool {
    CLOSER.get().is_some_and(|closer| *closer != std::thread::current().id())
}

/// A call that runs code of Python, or gives the interpreter's lock away. May be nested.
pub struct Call {
    number: u64,
}

impl Call {
    /// Enters; does not return after the end has begun.
    pub fn enter(py: Python<'_>) -> Call {
        let outermost = DEPTH.get() == 0;
        // A call inside another ends with it.
        if outermost && has_begun() {
            py.detach(|| {
                loop {
                    std::thread::park();
                }
            })
        }
        static NEXT: AtomicU64 = AtomicU64::new(0);
        INSIDE.fetch_add(1, Ordering::SeqCst);
        DEPTH.set(DEPTH.get() + 1);
        Call { number: NEXT.fetch_add(1, Ordering::Relaxed) }
    }

    /// Lets the end cancel the call.
    pub fn cancelled_by(&self, token: &CancelToken) {
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).insert(self.number, token.clone());
        if has_begun() {
            token.cancel();
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.number);
        DEPTH.set(DEPTH.get() - 1);
        INSIDE.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Python calls this when the end begins, while other threads still run.
#[pyfunction(name = "_close")]
pub fn close(py: Python<'_>) {
    if CLOSER.set(std::thread::current().id()).is_err() {
        return;
    }
    for token in RUNNING.lock().unwrap_or_else(PoisonError::into_inner).values() {
        token.cancel();
    }
    py.detach(|| {
        let begun = Instant::now();
        while INSIDE.load(Ordering::SeqCst) > 0 && begun.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_micros(200));
        }
    });
}
