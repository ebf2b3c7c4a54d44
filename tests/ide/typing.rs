//! Random edits of charts, as somebody makes them who types without thinking.

use chartlens::chart::File;
use chartlens::host::HelmVersion;
use chartlens::ide::{ChartOptions, Snapshot, Workspace};
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
    ("workspace symbols", |here, _| drop(here.chart.named("a"))),
];

/// What came of a session of typing.
#[derive(Debug)]
pub struct Session {
    /// How long the first check took, before anything was typed.
    pub first: Duration,
    /// How long the slowest answer took, and which it was.
    pub slowest: (Duration, String),
    /// The findings at the end, and those of a fresh start with the same texts.
    pub ends: (String, String),
}

/// Types into a chart and asks one thing after each edit.
pub fn session(name: &str, files: &[File], seed: u64, edits: usize) -> Session {
    let mut workspace = Workspace::default();
    workspace.set_chart("c", files.to_vec(), ChartOptions::default());
    let start = Instant::now();
    workspace.charts().for_each(|chart| _ = chart.diagnostics());
    let first = start.elapsed();
    let mut typist = Typist::new(seed, files);
    let mut slowest = (Duration::ZERO, String::new());
    for _ in 0..edits {
        let (file, text) = typist.edit();
        let start = Instant::now();
        workspace.edit(&format!("c/{file}"), text.into_bytes());
        let asked = typist.ask(&workspace, &file);
        if start.elapsed() > slowest.0 {
            slowest = (start.elapsed(), format!("{asked} in {file} of {name}"));
        }
    }
    let shown = |workspace: &Workspace| {
        let chart = workspace.charts().next().expect("the chart");
        format!("{:#?}", chart.diagnostics())
    };
    let mut fresh = Workspace::default();
    fresh.set_chart("c", typist.files(), ChartOptions::default());
    Session { first, slowest, ends: (shown(&workspace), shown(&fresh)) }
}

/// Somebody who types: the same seed makes the same edits.
struct Typist {
    state: u64,
    files: Vec<(String, String)>,
    /// Archives and the like, which nobody types into.
    others: Vec<File>,
}

impl Typist {
    /// A typist at a chart.
    fn new(seed: u64, files: &[File]) -> Typist {
        let text = |file: &File| String::from_utf8(file.data.to_vec());
        let others = files.iter().filter(|file| text(file).is_err()).cloned().collect();
        let files = files.iter().filter_map(|file| Some((file.name.clone(), text(file).ok()?))).collect();
        Typist { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1, files, others }
    }

    fn below(&mut self, end: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state % end.max(1) as u64) as usize
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
        let number = self.below(self.files.len());
        let (name, mut text) = self.files[number].clone();
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
        self.files[number].1.clone_from(&text);
        (name, text)
    }

    /// Asks for one thing at a random place of a file, and gives its name.
    fn ask(&mut self, workspace: &Workspace, file: &str) -> &'static str {
        let Some(here) = workspace.snapshot(&format!("c/{file}")) else { return "nothing" };
        let at = self.below(here.text.len() + 1) as u32;
        let (name, question) = QUESTIONS[self.below(QUESTIONS.len())];
        question(&here, at);
        name
    }

    /// The files as they are now.
    fn files(&self) -> Vec<File> {
        let typed = self.files.iter().map(|(name, text)| File {
            name: name.clone(),
            data: text.as_bytes().into(),
            modified: None,
        });
        typed.chain(self.others.iter().cloned()).collect()
    }
}

/// The examples, and real charts from a folder of recordings where there is one: name and files.
pub fn charts(recordings: Option<&Path>) -> Vec<(String, Vec<File>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").to_owned();
    let mut folders = vec![root.join("examples/web"), root.join("examples/broken")];
    if let Some(recordings) = recordings {
        let names = [
            "argo--argo-cd",
            "prometheus-community--kube-prometheus-stack",
            "bitnami--redis",
            "cert-manager--cert-manager",
        ];
        folders.extend(names.iter().map(|name| recordings.join("charts").join(name)).filter(|folder| folder.is_dir()));
    }
    let read = |folder: std::path::PathBuf| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (name, files_of(folder))
    };
    folders.into_iter().map(read).collect()
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
