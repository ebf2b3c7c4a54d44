//! What the server did and how long it took, a line each.

use std::fmt::Display;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Where lines go; clones share it.
#[derive(Clone, Default)]
pub struct Log(Option<Arc<Mutex<Box<dyn Write + Send>>>>);

impl Log {
    /// A log that writes to a stream.
    pub fn new(stream: Box<dyn Write + Send>) -> Log {
        Log(Some(Arc::new(Mutex::new(stream))))
    }

    /// Writes a line.
    pub fn line(&self, text: impl Display) {
        let Some(stream) = &self.0 else { return };
        let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
        // A log that cannot be written is no reason to stop.
        let _ = writeln!(stream, "{text}");
        let _ = stream.flush();
    }

    /// Writes how long something took.
    pub fn took(&self, what: impl Display, since: Instant) {
        self.line(format_args!("{:9.2} ms  {what}", since.elapsed().as_secs_f64() * 1000.0));
    }
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Log").field(&self.0.is_some()).finish()
    }
}
