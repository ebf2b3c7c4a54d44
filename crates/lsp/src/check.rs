//! Checks in the background: a moment after the last edit, and only of what is still current.

use crate::convert::Files;
use crate::log::Log;
use crate::pool::caught;
use crate::server::Event;
use chartlens::ide::ChartState;
use lsp_types::{Diagnostic, Uri};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// So long after an edit its check begins: the next key may follow at once.
pub const PAUSE: Duration = Duration::from_millis(2);

/// The same where a check takes seconds, and what has begun is not given up at once.
pub const LONG_PAUSE: Duration = Duration::from_millis(500);

/// What a check found, ready to be sent.
#[derive(Debug)]
pub struct Outcome {
    /// What was checked: the folder of a chart, or the path of a manifest.
    pub key: String,
    /// In which state.
    pub chart: Arc<ChartState>,
    /// The findings by file.
    pub found: Vec<(Uri, Vec<Diagnostic>)>,
}

struct Work {
    key: String,
    chart: Arc<ChartState>,
}

/// The thread that checks.
#[derive(Debug)]
pub struct Checker {
    queue: Sender<Work>,
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Work").field("key", &self.key).finish_non_exhaustive()
    }
}

impl Checker {
    /// A thread that tells `events` what it finds, so long after an edit.
    pub fn new(events: Sender<Event>, log: Log, pause: Duration) -> Checker {
        let (queue, work) = channel();
        let run = move || look(&work, &events, &log, pause);
        // Without threads there are no diagnostics, and all else works.
        let _ = std::thread::Builder::new().stack_size(64 << 20).spawn(run);
        Checker { queue }
    }

    /// Has a state checked soon; it takes the place of one that waits.
    pub fn check(&self, key: &str, chart: &Arc<ChartState>) {
        let _ = self.queue.send(Work { key: key.to_owned(), chart: chart.clone() });
    }
}

fn look(work: &Receiver<Work>, events: &Sender<Event>, log: &Log, pause: Duration) {
    let mut waiting: HashMap<String, (Instant, Arc<ChartState>)> = HashMap::new();
    loop {
        let due = waiting.values().map(|(due, _)| *due).min();
        let next = match due {
            Some(due) => work.recv_timeout(due.saturating_duration_since(Instant::now())),
            None => work.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match next {
            Ok(Work { key, chart }) => {
                waiting.insert(key, (Instant::now() + pause, chart));
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {}
        }
        let ready = waiting.iter().min_by_key(|(_, (due, _))| *due).map(|(key, _)| key.clone());
        let Some((key, (_, chart))) = ready.and_then(|key| waiting.remove_entry(&key)) else { continue };
        if chart.is_cancelled() {
            continue;
        }
        match caught(|| outcome(&key, &chart, log)) {
            Ok(Some(outcome)) => {
                if events.send(Event::Checked(outcome)).is_err() {
                    return;
                }
            }
            Ok(None) => {}
            Err(panic) => log.line(format_args!("check {key}: {panic}")),
        }
    }
}

fn outcome(key: &str, chart: &Arc<ChartState>, log: &Log) -> Option<Outcome> {
    let start = Instant::now();
    if chart.is_huge() {
        chart.read_huge();
        log.took(format_args!("check {key}: read alone"), start);
    }
    chart.chart();
    log.took(format_args!("check {key}: load"), start);
    let since = Instant::now();
    chart.report();
    if chart.is_cancelled() {
        log.took(format_args!("check {key}: cancelled"), start);
        return None;
    }
    log.took(format_args!("check {key}: render and check"), since);
    let since = Instant::now();
    let mut files = Files::new(chart);
    let found = files.diagnostics(chart.diagnostics());
    log.took(format_args!("check {key}: places"), since);
    log.took(format_args!("check {key}"), start);
    Some(Outcome { key: key.to_owned(), chart: chart.clone(), found })
}
