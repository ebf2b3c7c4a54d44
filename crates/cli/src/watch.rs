//! Waiting until something that is checked changes.

use crate::environment::Environment;
use crate::flags::Parsed;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How often files are looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// More files than this are not watched: looking at them would take longer than the pause.
const MOST: usize = 50_000;

/// When files were changed, and how long they are.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Stamp(BTreeMap<PathBuf, (Option<SystemTime>, u64)>);

impl Stamp {
    /// Of everything that arguments and flags of a check name.
    pub fn of(parsed: &Parsed, env: &Environment<'_>) -> Stamp {
        let mut stamp = Stamp::default();
        let files = ["values", "set-file", "crds", "config", "against", "against-values", "baseline"];
        let named = files.iter().flat_map(|flag| parsed.all(flag)).map(|text| match text.split_once('=') {
            Some((_, path)) => path,
            None => text,
        });
        for path in parsed.arguments.iter().map(String::as_str).chain(named) {
            stamp.add(&env.path(path), 0);
        }
        stamp
    }

    fn add(&mut self, path: &Path, depth: usize) {
        let Ok(about) = std::fs::metadata(path) else { return };
        if self.0.len() >= MOST || depth > 32 {
            return;
        }
        if !about.is_dir() {
            self.0.insert(path.to_owned(), (about.modified().ok(), about.len()));
            return;
        }
        for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
            if !entry.file_name().to_string_lossy().starts_with('.') {
                self.add(&entry.path(), depth + 1);
            }
        }
    }

    /// Waits until it is another.
    pub fn wait(&self, parsed: &Parsed, env: &Environment<'_>) {
        while Stamp::of(parsed, env) == *self {
            std::thread::sleep(PAUSE);
        }
    }
}
