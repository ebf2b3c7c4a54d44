//! What can be folded, and what a selection grows to.

use super::cursor::Template;
use super::symbols::opens;
use super::workspace::{FileKind, Snapshot};
use crate::gotmpl::Kind;
use std::ops::Range;

/// Lines that can be folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// The bytes, from the first line on.
    pub range: Range<u32>,
    /// Whether it is a comment.
    pub is_comment: bool,
}

/// The blocks of a template, each with the range between its first action and its last.
pub(super) fn blocks(template: &Template<'_>) -> Vec<(Range<u32>, Range<u32>)> {
    let (mut open, mut found) = (Vec::new(), Vec::new());
    for action in template.actions() {
        match template.inside(&action).first().map(|item| item.kind) {
            Some(kind) if opens(kind) => open.push(action),
            Some(Kind::End) => {
                if let Some(start) = open.pop() {
                    let range = |from: usize, to: usize| from as u32..to as u32;
                    found.push((range(start.start, action.end), range(start.end, action.start)));
                }
            }
            _ => {}
        }
    }
    found
}

impl Snapshot {
    /// What can be folded.
    pub fn folds(&self) -> Vec<Fold> {
        let several = |range: &Range<u32>| {
            let inside = self.text.get(range.start as usize..range.end as usize).unwrap_or_default();
            memchr::memchr(b'\n', inside.trim_ascii_end()).is_some()
        };
        let mut found: Vec<Fold> = Vec::new();
        if self.kind == FileKind::Template {
            let template = self.template();
            found.extend(blocks(&template).into_iter().map(|(range, _)| Fold { range, is_comment: false }));
            found.extend(template.comments.into_iter().map(|range| Fold { range, is_comment: true }));
        }
        found.extend(self.by_indentation().into_iter().map(|range| Fold { range, is_comment: false }));
        found.retain(|fold| several(&fold.range));
        found.sort_by_key(|fold| (fold.range.start, fold.range.end));
        found
    }

    /// Lines with what is indented deeper below them.
    fn by_indentation(&self) -> Vec<Range<u32>> {
        let (mut open, mut found): (Vec<(usize, u32)>, Vec<Range<u32>>) = (Vec::new(), Vec::new());
        let (mut at, mut last_end) = (0u32, 0u32);
        for line in self.text.split_inclusive(|byte| *byte == b'\n') {
            let text = line.trim_ascii();
            if !text.is_empty() && !text.starts_with(b"{{") {
                let indent = line.iter().take_while(|byte| **byte == b' ').count();
                while let Some((_, start)) = open.pop_if(|(other, _)| *other >= indent) {
                    found.push(start..last_end);
                }
                open.push((indent, at));
                last_end = at + line.trim_ascii_end().len() as u32;
            }
            at += line.len() as u32;
        }
        found.extend(open.into_iter().map(|(_, start)| start..last_end));
        found
    }

    /// What a selection at an offset grows to, the innermost first.
    pub fn selections(&self, offset: u32) -> Vec<Range<u32>> {
        let whole = 0..self.text.len() as u32;
        let (start, end) = self.line(offset);
        let mut found = vec![start..end, whole];
        if self.kind == FileKind::Template {
            let template = self.template();
            found.extend(template.item_at(offset).map(|(_, item)| item.start..item.end));
            found.extend(template.action(offset).map(|action| action.start as u32..action.end as u32));
            found.extend(blocks(&template).into_iter().flat_map(|(outer, inner)| [outer, inner]));
        } else if let Some(values) = self.values() {
            let keys = values.keys();
            found.extend(
                keys.into_iter().flat_map(|key| [key.key.start..key.value.end.max(key.key.end), key.value, key.key]),
            );
        }
        found.retain(|range| range.start <= offset && offset <= range.end);
        found.sort_by_key(|range| (range.end - range.start, range.start));
        found.dedup();
        // Each is around the one before.
        let mut nested: Vec<Range<u32>> = Vec::new();
        for range in found {
            if nested.last().is_none_or(|inner| range.start <= inner.start && inner.end <= range.end) {
                nested.push(range);
            }
        }
        nested
    }
}
