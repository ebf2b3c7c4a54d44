//! The lines around a mark, cut to the width of a terminal: never wrapped, and never without the mark.

use super::excerpt::offset;
use crate::text::LineColumn;
use std::ops::Range;
use unicode_width::UnicodeWidthChar as _;

/// A text as excerpts show it: the line with the mark, the one before and the one behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The lines, cut.
    pub text: String,
    /// The mark, as bytes of them.
    pub mark: Range<usize>,
    /// How many lines of the whole text stand before them.
    pub skipped: usize,
    /// What stands at the mark, cut too.
    pub label: String,
}

/// Columns that a tab leads to are multiples of this.
const TAB: usize = 4;

/// So many columns in front of a mark stay in sight, where there is room.
const BEFORE: usize = 12;

/// Columns that stand between the mark's middle and its label: `╰── `.
const ARROW: usize = 4;

/// Labels are cut where they are longer than this and do not fit.
const LABEL: usize = 30;

impl Window {
    /// Cuts a text around what stands between two places, of which the first is shown where they are on different lines.
    ///
    /// `width` is the whole width of the terminal, `label` what is to be written at the mark; it loses its front where
    /// it is too long.
    pub fn cut(text: &str, from: LineColumn, to: LineColumn, width: usize, label: &str) -> Window {
        let start = offset(text, from);
        let line_start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let line_end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| start + at);
        // What goes over several lines is known by its first.
        let end = offset(text, to).clamp(start, line_end);
        let before = text.get(..line_start.saturating_sub(1)).filter(|_| line_start > 0);
        let above = before.map(|before| before.rsplit('\n').next().unwrap_or_default());
        let below = text.get(line_end + 1..).filter(|rest| !rest.is_empty());
        let below = below.map(|rest| rest.split('\n').next().unwrap_or_default());

        let skipped = (from.line as usize).saturating_sub(1 + usize::from(above.is_some()));
        let digits = (from.line as usize + usize::from(below.is_some())).to_string().len();
        // A number, and ` │ ` around it.
        let room = width.saturating_sub(digits + 4).max(LABEL + ARROW);

        let part = |range: Range<usize>| text.get(range).unwrap_or_default();
        let column = columns(part(line_start..start), 0);
        let mark = column..columns(part(start..end), column).max(column + 1);
        let first = first_column(&mark, room, label.chars().count());
        let mut cut = Window { text: String::new(), mark: 0..0, skipped, label: String::new() };
        if let Some(above) = above {
            cut.line(above, first, room);
        }
        let line_at = cut.text.len();
        cut.line(part(line_start..line_end), first, room);
        let shown = cut.text.get(line_at..).unwrap_or_default();
        // The first column may show that something was cut.
        let from = at_column(shown, mark.start.max(first + usize::from(first > 0)) - first);
        let to = at_column(shown, mark.end.min(first + room).saturating_sub(first));
        cut.mark = line_at + from..line_at + if end > start { to.max(from) } else { from };
        if let Some(below) = below {
            cut.line(below, first, room);
        }
        let middle = (mark.start.max(first) + mark.end.min(first + room)) / 2 - first;
        cut.label = without_front(label, room.saturating_sub(middle + ARROW));
        cut
    }

    /// Adds what is seen of a line through a window `room` wide that begins at a column.
    fn line(&mut self, line: &str, first: usize, room: usize) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let (mut column, mut shown) = (0, String::new());
        for character in line.chars() {
            let (begins, ends) = (column, after(character, column));
            column = ends;
            match character {
                _ if ends <= first => {}
                _ if begins >= first + room => break,
                '\t' => shown.extend(std::iter::repeat_n(' ', ends.min(first + room) - begins.max(first))),
                _ if begins < first || ends > first + room => shown.push(' '),
                _ => shown.push(character),
            }
        }
        if first > 0 && !line.is_empty() {
            let rest = shown.chars().skip(1);
            shown = std::iter::once('…').chain(rest).collect();
        }
        if columns(line, 0) > first + room {
            shown.pop();
            shown.push('…');
        }
        self.text.push_str(&shown);
        self.text.push('\n');
    }
}

/// The first column to show, so that the mark is seen with what is left of it, and the label fits.
fn first_column(mark: &Range<usize>, room: usize, label: usize) -> usize {
    let middle = (mark.start + mark.end) / 2;
    // One column more, for what may be cut behind.
    let last = (mark.end + 1).max(middle + ARROW + label.min(LABEL.max(room / 2)));
    let least = mark.start.saturating_sub(BEFORE);
    last.saturating_sub(room).min(least)
}

/// The column behind a character: tabs lead to the next stop, and some characters are wide.
fn after(character: char, column: usize) -> usize {
    match character {
        '\t' => (column / TAB + 1) * TAB,
        _ => column + character.width().unwrap_or_default(),
    }
}

/// The column behind a text that begins at one.
fn columns(text: &str, column: usize) -> usize {
    text.chars().fold(column, |column, character| after(character, column))
}

/// The byte of a column in a text without tabs.
fn at_column(text: &str, column: usize) -> usize {
    let mut now = 0;
    for (at, character) in text.trim_end_matches('\n').char_indices() {
        if now >= column {
            return at;
        }
        now = after(character, now);
    }
    text.trim_end_matches('\n').len()
}

/// A text of at most so many columns; what it loses is its front.
fn without_front(text: &str, room: usize) -> String {
    let count = text.chars().count();
    if count <= room {
        return text.to_owned();
    }
    let kept: String = text.chars().skip(count + 1 - room.max(1)).collect();
    format!("…{kept}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at((line, column): (u32, u32)) -> LineColumn {
        LineColumn { line, column }
    }

    /// The lines, with the mark in brackets.
    fn cut(text: &str, from: (u32, u32), to: (u32, u32), width: usize) -> String {
        let Window { mut text, mark, .. } = Window::cut(text, at(from), at(to), width, "here");
        text.insert(mark.end, ']');
        text.insert(mark.start, '[');
        text
    }

    #[test]
    fn short_lines_stay_as_they_are() {
        assert_eq!(cut("a: 1\nb: 2\nc: 3\nd: 4\n", (2, 4), (2, 5), 80), "a: 1\nb: [2]\nc: 3\n");
        assert_eq!(cut("a: 1\n", (1, 4), (1, 5), 80), "a: [1]\n");
        assert_eq!(cut("a: |\n  b\n", (1, 4), (2, 4), 80), "a: [|]\n  b\n");
        assert_eq!(Window::cut("a\nb\nc\n", at((3, 1)), at((3, 2)), 80, "").skipped, 1);
    }

    #[test]
    fn long_lines_are_cut_around_the_mark() {
        let text = format!("short\n{}key: value{}\n{}\n", "x".repeat(100), "y".repeat(100), "z".repeat(200));
        let shown = cut(&text, (2, 106), (2, 111), 60);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "…");
        assert!(lines[1].starts_with('…') && lines[1].ends_with('…') && lines[1].contains("key: [value]y"), "{shown}");
        assert!(lines[2].starts_with("…z") && lines[2].ends_with("z…"), "{shown}");
        assert!(lines.iter().all(|line| line.chars().count() <= 60 - 5 + 2), "{shown}");
    }

    #[test]
    fn tabs_and_wide_characters_take_their_columns() {
        assert_eq!(cut("\ta: 世界\n", (1, 5), (1, 7), 80), "    a: [世界]\n");
        let shown = cut(&format!("{}x\n", "世".repeat(60)), (1, 61), (1, 62), 60);
        assert!(shown.starts_with('…') && shown.ends_with("世[x]\n"), "{shown}");
        assert!(columns(shown.trim_end(), 0) <= 60 - 5 + 2, "{shown}");
    }

    #[test]
    fn labels_lose_their_front() {
        let label = "spec.template.spec.containers[0].resources.limits.memory";
        let cut = Window::cut(&format!("{}memory: x\n", " ".repeat(40)), at((1, 49)), at((1, 50)), 60, label);
        assert!(cut.label.starts_with('…') && cut.label.ends_with("limits.memory"), "{}", cut.label);
        assert_eq!(without_front("abc", 3), "abc");
        assert_eq!(without_front("abcd", 3), "…cd");
    }
}
