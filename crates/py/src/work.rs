//! Work without the interpreter's lock, which Ctrl-C can end.

use chartlens::budget::CancelToken;
use pyo3::prelude::*;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

/// How long Ctrl-C waits before anybody looks.
const POLL: Duration = Duration::from_millis(20);

/// Runs `work` while other threads of Python go on. On the main thread, the only one that Python tells of signals,
/// it runs beside, and an exception of a signal handler cancels it.
pub fn run<T: Send>(py: Python<'_>, cancel: &CancelToken, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    if !is_main_thread(py)? {
        return Ok(py.detach(work));
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
        worker.join().map_or_else(|panic| std::panic::resume_unwind(panic), Ok)
    })
}

fn is_main_thread(py: Python<'_>) -> PyResult<bool> {
    let threading = py.import("threading")?;
    let main = threading.call_method0("main_thread")?.getattr("ident")?;
    threading.call_method0("get_ident")?.eq(main)
}
