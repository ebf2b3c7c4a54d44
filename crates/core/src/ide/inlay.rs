//! What actions wrote, and which branches were taken, beside them.

use super::hover::glance;
use super::workspace::{FileKind, Snapshot};
use crate::gotmpl::Kind;
use crate::report::{MASK, is_secret};
use std::ops::Range;

/// A text that is shown beside others and is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inlay {
    /// Where.
    pub offset: u32,
    /// What.
    pub label: String,
    /// More, where there is more.
    pub tooltip: Option<String>,
}

/// Longer texts are cut.
const LONGEST: usize = 40;

/// What stands between the words of an action.
const BETWEEN: [char; 7] = [' ', '\t', '\n', '(', ')', '|', '}'];

/// So many texts of one action are shown.
const MOST_TEXTS: usize = 16;

impl Snapshot {
    /// What the actions in a range wrote, and whether the branches there were taken.
    pub fn inlays(&self, range: Range<u32>) -> Vec<Inlay> {
        if self.kind != FileKind::Template {
            return Vec::new();
        }
        let mut found = self.branches(&range);
        for (action, texts) in self.all_written(&range) {
            let code = self.text.get(action.start as usize..action.end as usize).unwrap_or_default();
            let code = String::from_utf8_lossy(code);
            let secret = code.split(BETWEEN).any(is_secret);
            match texts.as_slice() {
                [text] if code.starts_with("{{") && !text.trim().is_empty() => {
                    found.push(hint(action.end, if secret { MASK } else { text.trim() }));
                }
                [_] => {}
                texts => {
                    let (label, tooltip) = (format!("= {} texts", texts.len()), (!secret).then(|| several(texts)));
                    found.push(Inlay { offset: action.end, label, tooltip });
                }
            }
        }
        found.sort_by_key(|inlay| inlay.offset);
        found
    }

    /// `if`, `with` and `range` of which something is known.
    fn branches(&self, range: &Range<u32>) -> Vec<Inlay> {
        let executed = self.executed();
        if executed.is_empty() {
            return Vec::new();
        }
        let wrote = |part: &Range<u32>| executed.iter().any(|span| part.start <= span.start && span.end <= part.end);
        let template = self.template();
        let mut open: Vec<(Range<usize>, Vec<u32>)> = Vec::new();
        let mut found = Vec::new();
        for action in template.actions() {
            let head = template.inside(&action).first().map(|item| item.kind);
            match head {
                Some(Kind::If | Kind::With | Kind::Range | Kind::Define | Kind::Block) => {
                    open.push((action, Vec::new()))
                }
                Some(Kind::Else) => open.last_mut().into_iter().for_each(|(_, ends)| ends.push(action.start as u32)),
                Some(Kind::End) => {
                    let Some((start, ends)) = open.pop() else { continue };
                    let end = ends.first().copied().unwrap_or(action.start as u32);
                    let (first, whole) = (start.end as u32..end, start.end as u32..action.start as u32);
                    let is_branch = template
                        .inside(&start)
                        .first()
                        .is_some_and(|i| matches!(i.kind, Kind::If | Kind::With | Kind::Range));
                    let in_range = range.contains(&(start.start as u32));
                    // Of a branch that is blank nothing can be told.
                    let says = self
                        .text
                        .get(first.start as usize..first.end as usize)
                        .is_some_and(|t| !t.trim_ascii().is_empty());
                    let outer = open.last().map_or(0..u32::MAX, |(outer, _)| outer.end as u32..u32::MAX);
                    if is_branch && in_range && says && !wrote(&first) && (wrote(&whole) || wrote(&outer)) {
                        found.push(Inlay { offset: start.end as u32, label: "not taken".to_owned(), tooltip: None });
                    }
                }
                _ => {}
            }
        }
        found
    }
}

/// The first of several texts.
fn several(texts: &[String]) -> String {
    let mut shown: Vec<String> = texts.iter().take(MOST_TEXTS).map(|text| glance(text)).collect();
    shown.extend((texts.len() > MOST_TEXTS).then(|| "…".to_owned()));
    shown.join("\n---\n")
}

fn hint(offset: u32, shown: &str) -> Inlay {
    let first = shown.lines().next().unwrap_or_default();
    let lines = shown.lines().count();
    let cut: String = first.chars().take(LONGEST).collect();
    let more = if lines > 1 {
        format!(" … {lines} lines")
    } else if cut.len() < first.len() {
        "…".to_owned()
    } else {
        String::new()
    };
    let tooltip = (!more.is_empty()).then(|| glance(shown));
    Inlay { offset, label: format!("= {cut}{more}"), tooltip }
}
