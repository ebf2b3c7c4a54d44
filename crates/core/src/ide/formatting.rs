//! White space inside actions: one blank behind `{{` and before `}}`, one between words, one around `|`.

use super::workspace::{FileKind, Snapshot};
use super::{Location, TextEdit};
use crate::gotmpl::{Item, Kind};
use std::ops::Range;

impl Snapshot {
    /// The edits that make the white space inside actions even. They change nothing of what is rendered.
    pub fn format(&self) -> Vec<TextEdit> {
        if self.kind != FileKind::Template {
            return Vec::new();
        }
        let template = self.template();
        let edits = template.actions().into_iter().filter_map(|action| {
            let (inner, new) = self.even(&action, &template.inside(&action))?;
            let old = self.text.get(inner.start as usize..inner.end as usize)?;
            (old != new.as_bytes()).then(|| TextEdit { at: Location::new(&*self.file, inner), new })
        });
        edits.collect()
    }

    /// The bytes between the delimiters of an action on one line, and how they should be.
    fn even(&self, action: &Range<usize>, items: &[Item]) -> Option<(Range<u32>, String)> {
        let text = self.text.get(action.clone())?;
        let inner = text.strip_prefix(b"{{")?.strip_suffix(b"}}")?;
        let (left, inner) = match inner.strip_prefix(b"- ").or_else(|| inner.strip_prefix(b"-\t")) {
            Some(rest) => (3, rest),
            None => (2, inner),
        };
        let (right, inner) = match inner.strip_suffix(b" -").or_else(|| inner.strip_suffix(b"\t-")) {
            Some(rest) => (3, rest),
            None => (2, inner),
        };
        let (first, last) = (items.first()?, items.last()?);
        // All of it was read, and it stands on one line.
        let whole = first.start >= action.start + left && last.end <= action.end - right;
        let blank =
            |range: Range<usize>| self.text.get(range).is_some_and(|gap| gap.iter().all(u8::is_ascii_whitespace));
        let is_read = blank(action.start + left..first.start) && blank(last.end..action.end - right);
        if !whole || !is_read || inner.contains(&b'\n') {
            return None;
        }
        let mut new = String::from(" ");
        let mut before: Option<&Item> = None;
        for item in items {
            if let Some(before) = before {
                let apart = before.end < item.start;
                let tight = before.kind == Kind::LeftParen || item.kind == Kind::RightParen;
                let bar = before.kind == Kind::Pipe || item.kind == Kind::Pipe;
                if !blank(before.end..item.start) {
                    return None;
                }
                if bar || (apart && !tight) {
                    new.push(' ');
                }
            }
            new.push_str(&String::from_utf8_lossy(item.text(&self.text)));
            before = Some(item);
        }
        new.push(' ');
        Some(((action.start + left) as u32..(action.end - right) as u32, new))
    }
}
