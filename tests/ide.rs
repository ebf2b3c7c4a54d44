//! Cases for what editors ask: files in which the code stands with its expectations.
//!
//! Their form is that of all [`cases`]. The questions are `hover`, `completion`, `definition`, `references`, `rename NEW`, `symbols`, `actions`, `action TITLE`, `signature`,
//! `inlays`, `lenses`, `links`, `folds`, `selections`, `tokens`, `format`, `diagnostics`, `callers`, `callees`. `$0` in one
//! of the files is the cursor. Answers with places show the line, and `^^^` under what is meant.

pub mod spaced;
pub mod typing;

use crate::cases::{self, Section, carets};
use chartlens::chart::File;
use chartlens::ide::{ChartOptions, KeptDocs, Location, Snapshot, Symbol, TextEdit, Workspace};
use chartlens::text::LineIndex;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// The file of a case with what a host keeps of the documentation of fields.
const FIELD_DOCS: &str = "field-docs.json";

/// Runs the case in a file; the error shows what is expected and what is found.
pub fn run(path: &Path) -> Result<(), String> {
    cases::run(path, |files| {
        let (snapshot, cursor) = snapshot(files)?;
        Ok(move |question: &str| answer(&snapshot, cursor, question))
    })
}

/// The chart with the cursor's file, and where the cursor is.
fn snapshot(files: &[&Section]) -> Result<(Snapshot, u32), String> {
    let mut at = None;
    let mut made = Vec::new();
    for (name, body) in files {
        if let Some(offset) = body.find("$0") {
            at = Some((name.clone(), offset as u32));
        }
        made.push(File::new(name.as_str(), body.replacen("$0", "", 1)));
    }
    if !made.iter().any(|file| file.name == "Chart.yaml") {
        made.push(File::new("Chart.yaml", "apiVersion: v2\nname: t\nversion: 0.1.0\n"));
    }
    let first = files.first().map(|(name, _)| (name.clone(), 0));
    let (file, offset) = at.or(first).ok_or("a case without files")?;
    let mut workspace = Workspace::default();
    let docs = made.iter().find(|file| file.name == FIELD_DOCS).map(|file| file.data.to_vec());
    let field_docs = docs.map(|docs| Arc::new(KeptDocs::new(move || Some(docs.clone()))));
    workspace.set_chart("t", made, ChartOptions { field_docs, ..ChartOptions::default() });
    let snapshot = workspace.snapshot(&format!("t/{file}")).ok_or("no such file")?;
    // What is asked after a check knows what came out.
    snapshot.chart.report();
    Ok((snapshot, offset))
}

fn answer(here: &Snapshot, at: u32, question: &str) -> Result<String, String> {
    let (word, argument) = question.split_once(' ').unwrap_or((question, ""));
    Ok(match word {
        "hover" => here.hover(at).map_or("nothing\n".to_owned(), |hover| marked(here, &hover.range, &hover.text)),
        "completion" => {
            let lines = here.completion(at).into_iter().filter(|item| item.label.contains(argument)).map(|item| {
                let insert = if item.insert == item.label { String::new() } else { format!(" → {:?}", item.insert) };
                let said = item.documentation.lines().next().map(|line| format!("  # {line}")).unwrap_or_default();
                format!("{:?} {}: {}{insert}{said}\n", item.kind, item.label, item.detail)
            });
            lines.collect()
        }
        "definition" => places(here, &here.definition(at)),
        "references" => places(here, &here.references(at, true)),
        "rename" => match here.rename(at, argument) {
            Ok(edits) => edited(here, &edits),
            Err(reason) => format!("refused: {reason}\n"),
        },
        "symbols" => tree(&here.symbols(), 0),
        "diagnostics" => {
            let mut out = String::new();
            for (file, found) in here.chart.diagnostics() {
                for found in found {
                    let text = format!("{} {}: {}", found.severity.name(), found.code, found.message);
                    out.push_str(&place(here, &Location::new(&**file, found.range.clone()), &text));
                    found.related.iter().for_each(|r| out.push_str(&place(here, &r.at, &format!("  {}", r.message))));
                }
            }
            out
        }
        "actions" | "action" => actions(here, at, argument),
        "signature" => match here.signature(at) {
            Some(found) => {
                let active = found.active.and_then(|n| found.parameters.get(n as usize)).cloned().unwrap_or_default();
                format!("{}\n{}\n", found.label, carets(active.start as usize, active.end as usize))
            }
            None => "nothing\n".to_owned(),
        },
        "inlays" => {
            let found = here.inlays(0..here.text.len() as u32);
            found
                .iter()
                .map(|inlay| place(here, &Location::new(&*here.file, inlay.offset..inlay.offset), &inlay.label))
                .collect()
        }
        "lenses" => here.lenses().iter().map(|lens| marked(here, &lens.range, &lens.title)).collect(),
        "links" => here.links().iter().map(|link| marked(here, &link.range, &link.target)).collect(),
        "folds" => {
            let lines = LineIndex::new(&here.text);
            let shown = here.folds().into_iter();
            shown.map(|fold| format!("{}–{}\n", lines.line(fold.range.start), lines.line(fold.range.end))).collect()
        }
        "selections" => here.selections(at).iter().map(|range| format!("{:?}\n", text_of(here, range))).collect(),
        "tokens" => {
            here.tokens().iter().map(|token| format!("{:?} {:?}\n", token.kind, text_of(here, &token.range))).collect()
        }
        "format" => edited(here, &here.format()),
        "callers" | "callees" => calls(here, at, word),
        other => return Err(format!("no such question: {other}")),
    })
}

fn calls(here: &Snapshot, at: u32, word: &str) -> String {
    let Some((Symbol::Helper(name), _)) = here.symbol(at) else { return "nothing\n".to_owned() };
    let found = if word == "callers" { here.chart.callers(&name) } else { here.chart.callees(&name) };
    let shown = found.into_iter().map(|calls| {
        format!("{} in {}, {} calls\n", calls.helper.as_deref().unwrap_or("the file"), calls.at.file, calls.calls.len())
    });
    shown.collect()
}

fn actions(here: &Snapshot, at: u32, title: &str) -> String {
    let found = here.actions(at..at, here.diagnostics());
    match found.iter().find(|action| !title.is_empty() && action.title == title) {
        Some(action) => edited(here, &action.edits),
        None => found.iter().map(|action| format!("{:?}: {}\n", action.kind, action.title)).collect(),
    }
}

fn tree(symbols: &[chartlens::ide::NamedSymbol], depth: usize) -> String {
    let shown = symbols.iter().map(|symbol| {
        let inner = tree(&symbol.children, depth + 1);
        format!("{}{:?} {} {}", "  ".repeat(depth), symbol.kind, symbol.name, symbol.detail).trim_end().to_owned()
            + "\n"
            + &inner
    });
    shown.collect()
}

fn text_of(here: &Snapshot, range: &Range<u32>) -> String {
    String::from_utf8_lossy(&here.text[range.start as usize..range.end as usize]).into_owned()
}

fn places(here: &Snapshot, found: &[Location]) -> String {
    if found.is_empty() {
        return "nothing\n".to_owned();
    }
    found.iter().map(|at| place(here, at, "")).collect()
}

fn marked(here: &Snapshot, range: &Range<u32>, text: &str) -> String {
    place(here, &Location::new(&*here.file, range.clone()), text)
}

/// The line of a place, and what is said of it under what is meant.
fn place(here: &Snapshot, at: &Location, said: &str) -> String {
    let text: Arc<[u8]> = here.chart.text(&at.file).unwrap_or_else(|| Arc::from(&b""[..]));
    let lines = LineIndex::new(&text);
    let start = lines.start_of(lines.line(at.range.start));
    let rest = String::from_utf8_lossy(&text[start as usize..]).into_owned();
    let line = rest.lines().next().unwrap_or_default();
    let (from, to) = ((at.range.start - start) as usize, ((at.range.end - start) as usize).min(line.len()));
    let column = |to: usize| line.get(..to).map_or(to, |before| before.chars().count());
    let number = lines.line(at.range.start);
    let head = format!("{}:{number}", at.file);
    format!("{head}\n  {line}\n  {} {}\n", carets(column(from), column(to)), said.replace('\n', "\n  "))
        .replace(" \n", "\n")
}

/// The lines that edits change, as they are afterwards.
fn edited(here: &Snapshot, edits: &[TextEdit]) -> String {
    if edits.is_empty() {
        return "nothing\n".to_owned();
    }
    let mut files: Vec<&String> = edits.iter().map(|edit| &edit.at.file).collect();
    files.sort();
    files.dedup();
    let mut out = String::new();
    for file in files {
        let old = here.chart.text(file).map(|text| text.to_vec()).unwrap_or_default();
        let mut new = old.clone();
        let mut own: Vec<&TextEdit> = edits.iter().filter(|edit| edit.at.file == *file).collect();
        own.sort_by_key(|edit| std::cmp::Reverse(edit.at.range.start));
        for edit in own {
            new.splice(edit.at.range.start as usize..edit.at.range.end as usize, edit.new.bytes());
        }
        let (old, new) = (String::from_utf8_lossy(&old).into_owned(), String::from_utf8_lossy(&new).into_owned());
        out.push_str(&format!("{file}\n"));
        let mut left: Vec<&str> = old.lines().collect();
        for (number, line) in new.lines().enumerate() {
            match left.iter().position(|other| *other == line) {
                Some(at) => drop(left.remove(at)),
                None => out.push_str(&format!("{:3}  {line}\n", number + 1)),
            }
        }
    }
    out
}
