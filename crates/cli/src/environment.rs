//! Everything the command touches outside itself.

use chartlens::host::HelmVersion;
use chartlens::log::Log;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

pub use chartlens::text::go_error;

/// Streams, working folder and variables of one run.
pub struct Environment<'e> {
    /// The working folder: relative paths start here.
    pub folder: PathBuf,
    /// Environment variables.
    pub variable: &'e dyn Fn(&str) -> Option<String>,
    /// Standard input.
    pub stdin: &'e mut dyn Read,
    /// Standard output.
    pub stdout: &'e mut dyn Write,
    /// Standard error.
    pub stderr: &'e mut dyn Write,
    /// Columns of the terminal that standard output is; none where it is none.
    pub terminal: Option<usize>,
}

impl Environment<'_> {
    /// Calls `work` with a view of a folder alone: no variables, and streams that lead nowhere.
    pub fn of_folder<T>(folder: PathBuf, work: impl FnOnce(&mut Environment<'_>) -> T) -> T {
        work(&mut Environment {
            folder,
            variable: &|_| None,
            stdin: &mut std::io::empty(),
            stdout: &mut std::io::sink(),
            stderr: &mut std::io::sink(),
            terminal: None,
        })
    }

    /// A path as the user gave it, from the working folder.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// Whether there is something at a path as the user gave it. Nothing is no path, although joining it gives the folder.
    pub fn is_there(&self, path: &str) -> bool {
        !path.is_empty() && self.path(path).exists()
    }

    /// Writes log lines as Helm does.
    pub fn log(&mut self, lines: &[Log], helm: HelmVersion, debug: bool) {
        use chartlens::log::Level;
        for line in lines.iter().filter(|line| debug || line.level > Level::Debug) {
            let text = match helm {
                HelmVersion::V4 => line.slog(),
                HelmVersion::V3 => line.helm3.clone().unwrap_or_else(|| line.message.clone()),
            };
            let _ = writeln!(self.stderr, "{text}");
        }
    }

    /// Reads a file named by the user. The error is Go's text.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let full = self.path(path);
        std::fs::read(&full).map_err(|error| unread(path, &full, &error))
    }

    /// The same for one of many files, into a buffer that others were read into before.
    pub fn read_into(&self, path: &str, buffer: &mut Vec<u8>) -> Result<(), String> {
        let full = self.path(path);
        buffer.clear();
        buffer.reserve(USUAL);
        // Where there is room already, asking for the length is no help, which a file alone would do.
        let read = std::fs::File::open(&full).and_then(|file| file.take(u64::MAX).read_to_end(buffer));
        read.map(|_| ()).map_err(|error| unread(path, &full, &error))
    }
}

/// Room for most files.
const USUAL: usize = 16 << 10;

/// Why a file cannot be read, in Go's words.
fn unread(path: &str, full: &Path, error: &std::io::Error) -> String {
    match full.is_dir() {
        true => format!("read {path}: is a directory"),
        false => format!("open {path}: {}", go_error(error)),
    }
}

/// The clock.
pub fn now() -> chartlens::host::Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    chartlens::host::Timestamp { seconds: since.as_secs() as i64, nanoseconds: since.subsec_nanos() }
}

/// The absolute form of a path, without touching the disk: Go's `filepath.Abs`.
pub fn absolute(folder: &Path, path: &str) -> String {
    let joined = folder.join(path);
    chartlens::text::path::clean(&joined.to_string_lossy())
}
