//! Random edits of charts, as somebody makes them who types without thinking.

use chartlens::chart::File;
use chartlens::host::HelmVersion;
use chartlens::ide::{ChartOptions, Snapshot, Workspace};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

/// What is typed.
const SNIPPETS: &[&str] = &[
    "{{",
    "}}",
    "{{ .Values.",
    "{{ include \"",
    "\" . }}",
    "{{- if .Values.x }}",
    "{{ end }}",
    "{{ else }}",
    "{{- range $i, $x := .Values.list }}",
    "{{ $x := .Values }}",
    "\n",
    "\n  ",
    ":",
    " ",
    "- ",
    "#",
    "\"",
    "'",
    "|",
    "&a ",
    "*a",
    "\t",
    "name: x\n",
    "größe: 😀\n",
    "{{/* c",
    " */}}",
    "---\n",
    "| nindent 4",
    "| quote",
    "{{ define \"d\" }}",
    "{{ template \"d\" . }}",
    "[",
    "]",
    "{",
    "}",
    "replicas: two\n",
    "\u{feff}",
    "\r\n",
];

type Question = fn(&Snapshot, u32);

/// What is asked.
const QUESTIONS: &[(&str, Question)] = &[
    ("hover", |here, at| drop(here.hover(at))),
    ("completion", |here, at| drop(here.completion(at))),
    ("definition", |here, at| drop(here.definition(at))),
    ("references", |here, at| drop(here.references(at, true))),
    ("highlights", |here, at| drop(here.highlights(at))),
    ("rename", |here, at| drop(here.rename(at, "other"))),
    ("symbols", |here, _| drop(here.symbols())),
    ("actions", |here, at| drop(here.actions(at..at, &[]))),
    ("signature", |here, at| drop(here.signature(at))),
    ("inlays", |here, _| drop(here.inlays(0..here.text.len() as u32))),
    ("lenses", |here, _| drop(here.lenses())),
    ("folds", |here, _| drop(here.folds())),
    ("selections", |here, at| drop(here.selections(at))),
    ("tokens", |here, _| drop(here.tokens())),
    ("format", |here, _| drop(here.format())),
    ("diagnostics", |here, _| _ = here.chart.diagnostics()),
    ("links", |here, _| drop(here.links())),
    ("callers", |here, at| drop(here.callers(at))),
    ("preview", |here, _| drop(here.chart.preview(|name| name == here.chart.source_name(&here.file)))),
    ("workspace symbols", |here, _| drop(here.chart.named("a"))),
];

/// A chart is held against a fresh start whenever it has had so many edits more.
const COMPARED: usize = 50;

/// No answer may take longer, where programs are built to be fast.
pub const LONGEST: Duration = Duration::from_millis(500);

/// After so many its texts are closed as they are, and the typist begins again.
const CLOSED: usize = 200;

/// The answers to one kind of question.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// How long each took, with the edit before it.
    pub times: Vec<Duration>,
    /// The longest, and what it was about.
    pub slowest: (Duration, String),
}

/// What came of a session of typing.
#[derive(Debug, Default)]
pub struct Session {
    /// The answers, by question.
    pub answers: BTreeMap<&'static str, Answers>,
    /// How often what was found was held against a fresh start.
    pub compared: usize,
    /// Panics, and findings that a fresh start has not.
    pub wrong: Vec<String>,
    /// What took longer than it may, and the files that were there then.
    pub slow: Vec<(String, Vec<File>)>,
}

impl Session {
    fn answered(&mut self, question: &'static str, time: Duration, what: String) {
        let answers = self.answers.entry(question).or_default();
        answers.times.push(time);
        if time > answers.slowest.0 {
            answers.slowest = (time, what);
        }
    }

    /// Holds what is found in a chart against what a fresh start finds in the same texts.
    fn compare(&mut self, workspace: &Workspace, desk: &Desk<'_>, edit: usize) {
        let shown = |workspace: &Workspace| {
            let chart = workspace.charts().find(|chart| chart.root == desk.root).expect("the chart");
            format!("{:#?}", chart.diagnostics())
        };
        let mut fresh = Workspace::default();
        fresh.set_chart(&desk.root, desk.typist.files(), ChartOptions::default());
        let (now, fresh) = (shown(workspace), shown(&fresh));
        self.compared += 1;
        if let Some((now, fresh)) = now.lines().zip(fresh.lines()).find(|(now, fresh)| now != fresh) {
            self.wrong.push(format!("{}, edit {edit}: found {now}, a fresh start {fresh}", desk.name));
        } else if now.len() != fresh.len() {
            self.wrong.push(format!("{}, edit {edit}: found more or less than a fresh start", desk.name));
        }
    }
}

/// A chart that is being edited.
struct Desk<'f> {
    name: &'f str,
    /// Its folder.
    root: String,
    files: &'f [File],
    typist: Typist,
    edits: usize,
}

/// Types into several charts in one workspace and asks one thing after each edit.
pub fn session(charts: &[(String, Vec<File>)], seed: u64, edits: usize) -> Session {
    let mut workspace = Workspace::default();
    let mut desks = Vec::new();
    for (number, (name, files)) in charts.iter().enumerate() {
        let root = format!("c{number}");
        workspace.set_chart(&root, files.clone(), ChartOptions::default());
        let typist = Typist::new(seed + number as u64, files);
        desks.push(Desk { name, root, files, typist, edits: 0 });
    }
    // What takes long only once is no matter of an edit.
    workspace.charts().for_each(|chart| _ = chart.diagnostics());
    let mut turns = Random::new(seed);
    let mut session = Session::default();
    for number in 1..=edits {
        let turn = turns.below(desks.len());
        let desk = &mut desks[turn];
        let (file, text) = desk.typist.edit();
        let path = format!("{}/{file}", desk.root);
        // Hosts take old states down aside.
        let before = workspace.chart_of(&path).cloned();
        let clock = Clock::start();
        workspace.edit(&path, text.into_bytes());
        let (question, panic) = desk.typist.ask(&workspace, &path);
        let (time, what) = (clock.time(), format!("{}, edit {number}: {question} in {file}", desk.name));
        if time > LONGEST {
            session.slow.push((what.clone(), desk.typist.files()));
        }
        session.wrong.extend(panic.map(|panic| format!("{what}: {panic}")));
        session.answered(question, time, what);
        drop(before);
        desk.edits += 1;
        if desk.edits.is_multiple_of(COMPARED) {
            session.compare(&workspace, desk, number);
        }
        if desk.edits.is_multiple_of(CLOSED) {
            let open: Vec<String> =
                workspace.open().filter(|path| is_in(path, &desk.root)).map(str::to_owned).collect();
            open.iter().for_each(|path| workspace.close(path));
            desk.typist.texts = texts(desk.files);
            session.compare(&workspace, desk, number);
        }
    }
    for desk in &desks {
        session.compare(&workspace, desk, edits);
    }
    session
}

fn is_in(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
}

/// How long something takes: on the processor, where the system tells that, for what else runs there is no matter of it.
/// Work side by side counts twice.
struct Clock {
    start: Instant,
    used: Option<Duration>,
}

impl Clock {
    fn start() -> Clock {
        Clock { start: Instant::now(), used: used() }
    }

    fn time(&self) -> Duration {
        let used = used().zip(self.used).map(|(now, before)| now - before);
        used.map_or(self.start.elapsed(), |used| used.min(self.start.elapsed()))
    }
}

/// The processor time that this process has used.
fn used() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name in parentheses stand the state and numbers; two of them are hundredths of a second.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

/// Random numbers: the same seed makes the same.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

/// Somebody who types: the same seed makes the same edits.
struct Typist {
    random: Random,
    texts: Vec<(String, String)>,
    /// Archives and the like, which nobody types into.
    others: Vec<File>,
}

/// The files that are texts.
fn texts(files: &[File]) -> Vec<(String, String)> {
    files.iter().filter_map(|file| Some((file.name.clone(), String::from_utf8(file.data.to_vec()).ok()?))).collect()
}

impl Typist {
    /// A typist at a chart.
    fn new(seed: u64, files: &[File]) -> Typist {
        let others = files.iter().filter(|file| std::str::from_utf8(&file.data).is_err()).cloned().collect();
        Typist { random: Random::new(seed), texts: texts(files), others }
    }

    fn below(&mut self, end: usize) -> usize {
        self.random.below(end)
    }

    /// A place between characters of a text.
    fn place(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// One edit: the file and its text afterwards.
    fn edit(&mut self) -> (String, String) {
        let number = self.below(self.texts.len());
        let (name, mut text) = self.texts[number].clone();
        let (a, b) = (self.place(&text), self.place(&text));
        match self.below(4) {
            // Some bytes go.
            0 if a.abs_diff(b) < 200 => text.replace_range(a.min(b)..a.max(b), ""),
            // A line is written twice.
            1 => {
                let line = text[..a].rfind('\n').map_or(0, |at| at + 1);
                let end = text[line..].find('\n').map_or(text.len(), |at| line + at + 1);
                let copy = text[line..end].to_owned();
                text.insert_str(line, &copy);
            }
            _ => {
                let snippet = SNIPPETS[self.below(SNIPPETS.len())];
                text.insert_str(a, snippet);
            }
        }
        self.texts[number].1.clone_from(&text);
        (name, text)
    }

    /// Asks for one thing at a random place of a file: the question, and the words of a panic.
    fn ask(&mut self, workspace: &Workspace, path: &str) -> (&'static str, Option<String>) {
        let Some(here) = workspace.snapshot(path) else { return ("nothing", None) };
        let at = self.below(here.text.len() + 1) as u32;
        let (name, question) = QUESTIONS[self.below(QUESTIONS.len())];
        let asked = catch_unwind(AssertUnwindSafe(|| question(&here, at)));
        let words = |panic: Box<dyn std::any::Any + Send>| match panic.downcast::<String>() {
            Ok(text) => *text,
            Err(_) => "a panic".to_owned(),
        };
        (name, asked.err().map(words))
    }

    /// The files as they are now.
    fn files(&self) -> Vec<File> {
        let typed = self.texts.iter().map(|(name, text)| File {
            name: name.clone(),
            data: text.as_bytes().into(),
            modified: None,
        });
        typed.chain(self.others.iter().cloned()).collect()
    }
}

/// The examples, and real charts from a folder of recordings where there is one: two large ones, and as many others as are
/// wanted, which the seed draws. Name and files.
pub fn charts(recordings: Option<&Path>, others: usize, seed: u64) -> Vec<(String, Vec<File>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").to_owned();
    let mut folders = vec![root.join("examples/web"), root.join("examples/broken")];
    if let Some(charts) = recordings.map(|recordings| recordings.join("charts")) {
        let large = ["argo--argo-cd", "prometheus-community--kube-prometheus-stack"].map(|name| charts.join(name));
        let listed = std::fs::read_dir(&charts).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
        let mut rest: Vec<_> = listed.filter(|folder| folder.is_dir() && !large.contains(folder)).collect();
        rest.sort();
        folders.extend(large.into_iter().filter(|folder| folder.is_dir()));
        let mut random = Random::new(seed);
        folders.extend((0..others.min(rest.len())).map(|_| rest.swap_remove(random.below(rest.len()))));
    }
    let read = |folder: std::path::PathBuf| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (name, files_of(folder))
    };
    folders.into_iter().map(read).filter(|(_, files)| !files.is_empty()).collect()
}

fn files_of(folder: std::path::PathBuf) -> Vec<File> {
    let read = |env: &mut chartlens_cli::Environment<'_>| {
        chartlens_cli::read_chart(env, ".", HelmVersion::V4, &mut Vec::new())
    };
    match chartlens_cli::Environment::of_folder(folder, read) {
        Ok(chartlens_cli::ChartSource::Folder(files)) => files,
        _ => Vec::new(),
    }
}
