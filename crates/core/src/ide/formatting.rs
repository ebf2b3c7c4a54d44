//! White space inside actions: one blank behind `{{` and before `}}`, one between words, one around `|` and `:=`. Line breaks
//! stay, and lines that go on are indented below the line of the action, one step further in each parenthesis.

use super::cursor::Template;
use super::workspace::{FileKind, Snapshot};
use super::{Location, TextEdit};
use crate::gotmpl::{Item, Kind};
use std::ops::Range;

/// One step of indentation.
const STEP: &str = "  ";

impl Snapshot {
    /// The edits that make the white space inside actions even. They change nothing of what is rendered.
    pub fn format(&self) -> Vec<TextEdit> {
        if self.kind != FileKind::Template {
            return Vec::new();
        }
        let template = self.template();
        // Where the line of the last action begins, where that ends, and how its line is indented.
        let (mut known, mut indent) = (0..0, indent_of(&self.text));
        let edits = template.actions().into_iter().filter_map(|action| {
            let line = memchr::memrchr(b'\n', self.text.get(..action.start)?).map_or(0, |at| at + 1);
            // A line that goes on inside an action is itself indented below that one's line.
            if line != known.start && line >= known.end {
                indent = indent_of(self.text.get(line..action.start)?);
            }
            known = line..action.end;
            let (inner, new) = even(&template, &action, &indent)?;
            let old = self.text.get(inner.start as usize..inner.end as usize)?;
            (old != new.as_bytes()).then(|| TextEdit { at: Location::new(&*self.file, inner), new })
        });
        edits.collect()
    }
}

/// The bytes between the delimiters of an action, trim markers included, and how they should be; nothing where not all of
/// the action could be read. `indent` is that of its line.
fn even(template: &Template<'_>, action: &Range<usize>, indent: &str) -> Option<(Range<u32>, String)> {
    let inner = template.text.get(action.clone())?.strip_prefix(b"{{")?.strip_suffix(b"}}")?;
    let left = matches!(inner, [b'-', blank, ..] if is_blank(*blank));
    let right = matches!(inner, [.., blank, b'-'] if is_blank(*blank));
    let (start, end) = (action.start + 2 + usize::from(left), action.end - 2 - usize::from(right));
    let items = template.inside(action);
    let gap = |range: Range<usize>| {
        let gap = template.text.get(range)?;
        gap.iter().all(|byte| is_blank(*byte)).then_some(gap)
    };
    let mut layout = Layout { new: String::new(), indent, depth: 0 };
    let mut before: Option<&Item> = None;
    for item in &items {
        let gap = gap(before.map_or(start, |before| before.range().end)..item.range().start)?;
        if item.kind == Kind::RightParen {
            layout.depth = layout.depth.saturating_sub(1);
        }
        layout.pass(gap, before.is_none_or(|before| is_apart(before, item, !gap.is_empty())), 1);
        if item.kind == Kind::LeftParen {
            layout.depth += 1;
        }
        layout.new.push_str(std::str::from_utf8(item.text(template.text)).ok()?);
        before = Some(item);
    }
    layout.pass(gap(before?.range().end..end)?, true, 0);
    Some((start as u32..end as u32, layout.new))
}

/// What Go's templates take for white space.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Whether a blank stands between two items of one line. Words that touch may be one: `$x.name`, `(f).name`.
fn is_apart(before: &Item, item: &Item, were: bool) -> bool {
    let around = |kind| matches!(kind, Kind::Pipe | Kind::Declare | Kind::Assign);
    let tight = before.kind == Kind::LeftParen || matches!(item.kind, Kind::RightParen | Kind::Char);
    around(before.kind) || around(item.kind) || before.kind == Kind::Char || (were && !tight)
}

/// The white space in front of the first word of a line.
fn indent_of(line: &[u8]) -> String {
    let blank = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    blank.map(|byte| char::from(*byte)).collect()
}

/// What has been laid out of an action.
struct Layout<'i> {
    new: String,
    /// The indentation of the line that the action starts in.
    indent: &'i str,
    /// How many parentheses are open.
    depth: usize,
}

impl Layout<'_> {
    /// White space: its line breaks, or a blank where one belongs. Lines go on `deeper` steps further in than the action.
    fn pass(&mut self, gap: &[u8], blank: bool, deeper: usize) {
        let breaks = memchr::memchr_iter(b'\n', gap).count();
        if breaks == 0 {
            self.new.push_str(if blank { " " } else { "" });
            return;
        }
        let ending = if memchr::memmem::find(gap, b"\r\n").is_some() { "\r\n" } else { "\n" };
        self.new.push_str(&ending.repeat(breaks));
        self.new.push_str(self.indent);
        self.new.push_str(&STEP.repeat(deeper + self.depth));
    }
}
