//! White space in actions: put where it says nothing, and made even again.

use chartlens::chart::{ArchiveLimits, File, load_all};
use chartlens::host::{HelmVersion, Host};
use chartlens::ide::{ChartOptions, Workspace};
use chartlens::machinery::{Kind, items};
use chartlens::render::{RenderOptions, render};

/// What may stand between two words of an action.
const BLANKS: &[&str] = &[" ", "  ", "\t", "\n", "\n\n", "\r\n", "\n    ", " \t \n\t"];

/// A template with other white space in its actions, which renders the same.
pub fn spaced(text: &str, seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut blank = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        BLANKS[(state % BLANKS.len() as u64) as usize]
    };
    let mut new = String::new();
    let mut end = 0;
    for item in items(text.as_bytes()) {
        new.push_str(&text[end..item.range().start]);
        let word = &text[item.range()];
        match item.kind {
            Kind::Space => new.push_str(blank()),
            Kind::Pipe | Kind::LeftParen => new.push_str(&format!("{word}{}", blank())),
            Kind::RightParen => new.push_str(&format!("{}{word}", blank())),
            _ => new.push_str(word),
        }
        end = item.range().end;
    }
    new + &text[end..]
}

/// The files with their templates as formatting leaves them; the error names a template that a second time changes.
pub fn formatted(files: &[File]) -> Result<Vec<File>, String> {
    let formatted = |files: &[File]| -> Vec<File> {
        let mut workspace = Workspace::default();
        workspace.set_chart("c", files.to_vec(), ChartOptions::default());
        let even = |file: &File| {
            let mut text = file.data.to_vec();
            let edits = workspace.snapshot(&format!("c/{}", file.name)).map(|here| here.format()).unwrap_or_default();
            for edit in edits.into_iter().rev() {
                text.splice(edit.at.range.start as usize..edit.at.range.end as usize, edit.new.into_bytes());
            }
            File { data: text.into(), ..file.clone() }
        };
        files.iter().map(even).collect()
    };
    let once = formatted(files);
    let twice = formatted(&once);
    match once.iter().zip(&twice).find(|(once, twice)| once.data != twice.data) {
        Some((once, twice)) => {
            let [once, twice] = [once, twice].map(|file| String::from_utf8_lossy(&file.data).into_owned());
            let differs = once.lines().zip(twice.lines()).enumerate().find(|(_, (once, twice))| once != twice);
            Err(format!("formatted twice, it is not what it is formatted once: {differs:?}"))
        }
        None => Ok(once),
    }
}

/// What a chart renders; nothing where it does not.
pub fn rendered(files: Vec<File>) -> Option<String> {
    let chart = load_all(files, &ArchiveLimits::default(), HelmVersion::V4);
    let read = |_: &str| Err("no files".to_owned());
    let rendered = render(&chart, &RenderOptions::default(), &Host::default(), &read).ok()?;
    let documents = rendered
        .documents
        .iter()
        .chain(&rendered.hooks)
        .map(|document| format!("{}\n{}", document.source, String::from_utf8_lossy(&document.text)));
    Some(documents.collect::<String>() + &rendered.notes)
}
