//! Random edits of charts, as somebody makes them who types without thinking.

use chartlens::chart::File;
use chartlens::host::HelmVersion;
use chartlens::ide::Workspace;
use std::path::Path;

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

/// Somebody who types: the same seed makes the same edits.
#[derive(Debug)]
pub struct Typist {
    state: u64,
    files: Vec<(String, String)>,
    /// Archives and the like, which nobody types into.
    others: Vec<File>,
}

impl Typist {
    /// A typist at a chart.
    pub fn new(seed: u64, files: &[File]) -> Typist {
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
    pub fn edit(&mut self) -> (String, String) {
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

    /// Asks for one thing at a random place of a file.
    pub fn ask(&mut self, workspace: &Workspace, file: &str) {
        let Some(here) = workspace.snapshot(&format!("c/{file}")) else { return };
        let at = self.below(here.text.len() + 1) as u32;
        match self.below(16) {
            0 => drop(here.hover(at)),
            1 => drop(here.completion(at)),
            2 => drop(here.definition(at)),
            3 => drop(here.references(at, true)),
            4 => drop(here.rename(at, "other")),
            5 => drop(here.symbols()),
            6 => drop(here.actions(at..at, &[])),
            7 => drop(here.signature(at)),
            8 => drop(here.inlays(0..here.text.len() as u32)),
            9 => drop(here.lenses()),
            10 => drop(here.folds()),
            11 => drop(here.selections(at)),
            12 => drop(here.tokens()),
            13 => drop(here.format()),
            14 => drop(here.chart.diagnostics()),
            _ => drop((here.links(), here.callers(at), here.chart.named("a"))),
        }
    }

    /// The files as they are now.
    pub fn files(&self) -> Vec<File> {
        let typed = self.files.iter().map(|(name, text)| File {
            name: name.clone(),
            data: text.as_bytes().into(),
            modified: None,
        });
        typed.chain(self.others.iter().cloned()).collect()
    }
}

/// The examples, and with `real` charts from the recordings beside the checkout, where they are: name and files.
pub fn charts(real: bool) -> Vec<(String, Vec<File>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").to_owned();
    let mut folders = vec![root.join("examples/web"), root.join("examples/broken")];
    let recorded = root.join("../shared/corpus/charts");
    if real && recorded.is_dir() {
        let names = [
            "argo--argo-cd",
            "prometheus-community--kube-prometheus-stack",
            "bitnami--redis",
            "cert-manager--cert-manager",
        ];
        folders.extend(names.iter().map(|name| recorded.join(name)));
    } else if real {
        println!("../shared/corpus is absent: only the examples are edited");
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
