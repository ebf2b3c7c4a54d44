//! Work without the interpreter's lock, which Ctrl-C can end.

use crate::errors::Class;
use crate::exit::Call;
use chartlens::budget::CancelToken;
use chartlens::session::Session;
use pyo3::prelude::*;
use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel, sync_channel};
use std::time::Duration;

/// What renders and checks of this process share.
pub static SESSION: LazyLock<Session> = LazyLock::new(Session::new);

/// How long Ctrl-C waits before anybody looks.
const POLL: Duration = Duration::from_millis(20);

/// Runs `work` while other threads of Python go on. On the main thread, the only one that Python tells of signals,
/// it runs beside, and an exception of a signal handler cancels it: nobody waits for it then, since a single step may
/// take longer than a person wants to wait. A fault of the program is an exception too.
pub fn run<T: Send + 'static>(
    py: Python<'_>,
    cancel: &CancelToken,
    work: impl FnOnce() -> T + Send + 'static,
) -> PyResult<T> {
    let call = Call::enter(py);
    call.cancelled_by(cancel);
    // What a panic leaves half done is dropped with it.
    let work = move || catch_unwind(AssertUnwindSafe(work));
    if !is_main_thread(py)? {
        return py.detach(work).map_err(|panic| internal(py, &*panic));
    }
    let (done, mut finished) = sync_channel(1);
    let job = move || {
        // Nobody listens after Ctrl-C.
        let _ = done.send(work());
    };
    let helper = Helper::get().map_err(|error| Class::Error.error(py, &format!("cannot start a thread: {error}")))?;
    let _ = helper.jobs.send(Box::new(job));
    loop {
        let finished = &mut finished;
        match py.detach(move || finished.recv_timeout(POLL)) {
            Ok(result) => {
                HELPER.set(Some(helper));
                return result.map_err(|panic| internal(py, &*panic));
            }
            Err(RecvTimeoutError::Disconnected) => return Err(Class::Error.error(py, "internal error")),
            Err(RecvTimeoutError::Timeout) => {}
        }
        py.check_signals().inspect_err(|_| cancel.cancel())?;
    }
}

type Job = Box<dyn FnOnce() + Send>;

thread_local! {
    /// The main thread's helper, while it has nothing to do. To start a thread takes longer than most renders.
    static HELPER: Cell<Option<Helper>> = const { Cell::new(None) };
}

/// A thread that works beside the main thread. It ends when nobody has its end of the channel any more: so does one
/// that Ctrl-C leaves behind, once its work is done.
struct Helper {
    /// A forked process has no other threads.
    process: u32,
    jobs: Sender<Job>,
}

impl Helper {
    fn get() -> std::io::Result<Helper> {
        let process = std::process::id();
        if let Some(helper) = HELPER.take().filter(|helper| helper.process == process) {
            return Ok(helper);
        }
        let (jobs, todo) = channel::<Job>();
        let work = move || todo.into_iter().for_each(|job| job());
        std::thread::Builder::new().name("chartlens".to_owned()).spawn(work)?;
        Ok(Helper { process, jobs })
    }
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
