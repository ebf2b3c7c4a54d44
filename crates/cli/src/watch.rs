//! Waiting until something that is checked changes.

use crate::config::nearest;
use crate::environment::Environment;
use crate::flags::Parsed;
use crate::inputs::Input;
use chartlens::report::Report;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How often files are looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// More files than this are not watched: looking at them would take longer than the pause.
const MOST: usize = 50_000;

/// When files were changed, and how long they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp(BTreeMap<PathBuf, (Option<SystemTime>, u64)>);

impl Stamp {
    /// Of everything that arguments and flags of a check name.
    pub fn of(parsed: &Parsed, env: &Environment<'_>) -> Stamp {
        let mut stamp = Stamp::of_flags(parsed, env);
        for path in parsed.arguments.iter().map(|path| env.path(path)) {
            stamp.add(&path, 0);
            let config = if parsed.on("isolated") { None } else { nearest(&path) };
            config.into_iter().for_each(|file| stamp.add(&file, 0));
        }
        stamp
    }

    /// Of the files that flags name, and whatever else counts for everything that is checked.
    fn of_flags(parsed: &Parsed, env: &Environment<'_>) -> Stamp {
        let mut stamp = Stamp::default();
        let files = ["values", "set-file", "crds", "config", "against", "against-values", "baseline", "var-file"];
        let named = files.iter().flat_map(|flag| parsed.all(flag)).map(|text| match text.split_once('=') {
            Some((_, path)) => path,
            None => text,
        });
        named.for_each(|path| stamp.add(&env.path(path), 0));
        let sets = parsed.all("values-set").iter().filter_map(|set| Some(set.split_once('=')?.1));
        sets.flat_map(|files| files.split(',')).for_each(|path| stamp.add(&env.path(path), 0));
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

/// The reports of the last time, with the files that they are about.
#[derive(Debug, Default)]
pub struct Kept {
    flags: Stamp,
    reports: BTreeMap<String, (Stamp, Report)>,
    /// How many of how many were checked again.
    pub again: (usize, usize),
}

impl Kept {
    /// Begins another time: whatever a flag names counts for all.
    pub fn begin(&mut self, parsed: &Parsed, env: &Environment<'_>) {
        let flags = Stamp::of_flags(parsed, env);
        if flags != self.flags {
            self.reports.clear();
        }
        self.flags = flags;
        self.again = (0, 0);
    }

    /// What is known of an input whose files and configuration have not changed, and when they were changed.
    pub fn known(&mut self, input: &Input, config: Option<&Path>, env: &Environment<'_>) -> (Stamp, Option<Report>) {
        let mut stamp = Stamp::default();
        config.into_iter().for_each(|file| stamp.add(file, 0));
        match input {
            Input::Chart(name) => stamp.add(&env.path(name), 0),
            Input::Manifests(files) => files.iter().for_each(|(name, _)| stamp.add(&env.path(name), 0)),
        }
        let known = self.reports.get(key(input)).filter(|(old, _)| *old == stamp).map(|(_, report)| report.clone());
        self.again.0 += usize::from(known.is_none());
        self.again.1 += 1;
        (stamp, known)
    }

    /// Keeps a report.
    pub fn keep(&mut self, input: &Input, stamp: Stamp, report: &Report) {
        self.reports.insert(key(input).to_owned(), (stamp, report.clone()));
    }
}

/// What an input is called.
fn key(input: &Input) -> &str {
    match input {
        Input::Chart(name) => name,
        Input::Manifests(files) => files.first().map_or("", |(name, _)| name),
    }
}
