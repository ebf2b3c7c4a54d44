//! Work without the interpreter's lock, which Ctrl-C can end.

use crate::errors::Class;
use chartlens::budget::CancelToken;
use pyo3::prelude::*;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

/// How long Ctrl-C waits before anybody looks.
const POLL: Duration = Duration::from_millis(20);

/// Runs `work` while other threads of Python go on. On the main thread, the only one that Python tells of signals,
/// it runs beside, and an exception of a signal handler cancels it. A fault of the program is an exception too.
pub fn run<T: Send>(py: Python<'_>, cancel: &CancelToken, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    if !is_main_thread(py)? {
        // What a panic leaves half done is dropped with it.
        let result = py.detach(|| catch_unwind(AssertUnwindSafe(work)));
        return result.map_err(|panic| internal(py, &*panic));
    }
    std::thread::scope(|scope| {
        let (done, mut finished) = sync_channel(1);
        let worker = scope.spawn(move || {
            let result = work();
            let _ = done.send(());
            result
        });
        loop {
            let finished = &mut finished;
            // A worker that panics closes the channel.
            if py.detach(move || finished.recv_timeout(POLL)) != Err(RecvTimeoutError::Timeout) {
                break;
            }
            if let Err(interrupt) = py.check_signals() {
                cancel.cancel();
                let _ = py.detach(move || worker.join());
                return Err(interrupt);
            }
        }
        py.detach(move || worker.join()).map_err(|panic| internal(py, &*panic))
    })
}

/// An exception for a panic, which is a fault of the program and of no chart.
fn internal(py: Python<'_>, panic: &(dyn Any + Send)) -> PyErr {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Class::Error.error(py, &format!("internal error: {}", text.unwrap_or("unknown")))
}

fn is_main_thread(py: Python<'_>) -> PyResult<bool> {
    let threading = py.import("threading")?;
    let main = threading.call_method0("main_thread")?.getattr("ident")?;
    threading.call_method0("get_ident")?.eq(main)
}
