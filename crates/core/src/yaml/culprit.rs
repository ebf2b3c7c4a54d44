//! Which line of a text is wrong that is no YAML: parsers complain some lines later, in other words.

use std::ops::Range;

/// What is likely wrong with a document.
pub struct Guess {
    /// The line, without its indentation.
    pub range: Range<usize>,
    /// The byte whose writer is to blame: of a wrongly indented line the last blank of its indentation.
    pub blame: usize,
    /// What to do about a text that is not closed.
    opened: Option<String>,
    /// How the line would have to be indented.
    shift: Option<Shift>,
}

impl Guess {
    /// A line that is wrong in itself.
    fn of(range: Range<usize>, opened: Option<String>) -> Guess {
        Guess { blame: range.start, range, opened, shift: None }
    }

    /// Whether a line stands where no collection is.
    pub fn is_indented(&self) -> bool {
        self.shift.is_some()
    }

    /// Whether the line begins with a blank that is none in YAML.
    pub fn is_blank(&self, text: &[u8]) -> bool {
        let line = text.get(self.range.clone()).unwrap_or_default();
        line.starts_with(b"\t") || line.starts_with("\u{a0}".as_bytes())
    }

    /// What to do about it in `text`; an indentation is tried first.
    pub fn help(&self, text: &[u8]) -> Option<String> {
        match self.shift {
            Some(shift) => shift.proved(text, &lines(text)).map(Shift::help),
            None => self.opened.clone(),
        }
    }
}

/// A line to be indented otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moved {
    /// Where the line starts.
    start: usize,
    /// Its indentation.
    found: usize,
    /// The indentation to give it.
    fits: usize,
}

/// The line to blame where a parser complained at `offset`.
pub fn culprit(text: &[u8], offset: usize) -> Guess {
    let complained = text.get(..offset.min(text.len())).unwrap_or_default().iter().filter(|b| **b == b'\n').count();
    let lines = lines(text);
    let mut reader = Reader::default();
    for (number, line) in lines.iter().enumerate().take(complained + 2) {
        match reader.read(number, line) {
            Some(Wrong::Misfit(misfit)) => return misfit.blame(&lines, number),
            Some(Wrong::Blank) => return Guess::of(line.range(), None),
            Some(Wrong::Reopened(opened, quote)) => {
                let range = lines.get(opened).map(Line::range).unwrap_or_default();
                let line = number + 1;
                let help = format!(
                    "the text that begins here ends only on line {line}, where another one begins: end it with {quote}"
                );
                return Guess::of(range, Some(help));
            }
            None => {}
        }
    }
    // What is still open was likely never meant to go on so far.
    if let Some((number, until)) = reader.until {
        let range = lines.get(number).map(Line::range).unwrap_or_default();
        let help = match until {
            Until::Quote(quote) => format!("the text that begins here is not closed: end it with {quote}"),
            Until::Brackets(_) => {
                "the bracket opened here is not closed; where it is meant as text, quote the whole value".to_owned()
            }
        };
        return Guess::of(range, Some(help));
    }
    let line = lines.get(complained).copied().unwrap_or_default();
    let range = line.range();
    let inside = range.contains(&offset).then_some(offset);
    Guess { blame: inside.unwrap_or(range.start), range, opened: None, shift: None }
}

/// A line, with what belongs to it, indented otherwise.
#[derive(Clone, Copy, Debug)]
struct Shift {
    /// Number of the line.
    line: usize,
    /// Its indentation.
    found: usize,
    /// The indentation to give it.
    fits: usize,
}

impl Shift {
    /// The shift if it makes the text YAML, else the nearest one that does.
    fn proved(self, text: &[u8], lines: &[Line<'_>]) -> Option<Shift> {
        // Texts beyond this size are not parsed again and again for a hint.
        const MOST: usize = 200_000;
        if text.len() > MOST {
            return None;
        }
        let mut others: Vec<usize> =
            (0..self.found + 12).filter(|fits| *fits != self.found && *fits != self.fits).collect();
        others.sort_by_key(|fits| fits.abs_diff(self.fits));
        let all = std::iter::once(self.fits).chain(others).map(|fits| Shift { fits, ..self });
        all.into_iter().find(|shift| crate::yaml::parse(&shift.applied(text, lines)).is_ok())
    }

    /// The text with the line, and those below that stand deeper or as deep, moved.
    fn applied(self, text: &[u8], lines: &[Line<'_>]) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len() + 64);
        let mut done = 0;
        for Moved { start, found, fits } in self.moved(lines) {
            out.extend_from_slice(text.get(done..start).unwrap_or_default());
            out.extend(std::iter::repeat_n(b' ', fits));
            done = start + found;
        }
        out.extend_from_slice(text.get(done..).unwrap_or_default());
        out
    }

    /// The lines that move.
    fn moved(self, lines: &[Line<'_>]) -> Vec<Moved> {
        let below = lines.iter().enumerate().skip(self.line);
        let together = |(number, line): &(usize, &Line<'_>)| {
            *number == self.line || line.indent >= self.found || line.content.is_empty()
        };
        let says = below.take_while(together).filter(|(_, line)| !line.content.is_empty());
        says.map(|(_, line)| Moved {
            start: line.start,
            found: line.indent,
            fits: (line.indent + self.fits).saturating_sub(self.found),
        })
        .collect()
    }

    fn help(self) -> String {
        let Shift { found, fits, .. } = self;
        let (off, direction) = if fits > found { (fits - found, "more") } else { (found - fits, "fewer") };
        format!("indent by {off} {direction}: {fits} instead of {found}")
    }
}

/// A line and where it stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Line<'t> {
    /// Where it starts in the text.
    pub start: usize,
    /// How many blanks it begins with.
    pub indent: usize,
    /// Without indentation and blanks at the end.
    pub content: &'t str,
}

impl Line<'_> {
    fn range(&self) -> Range<usize> {
        let start = self.start + self.indent;
        start..start + self.content.len()
    }
}

/// The lines of a text.
pub fn lines(text: &[u8]) -> Vec<Line<'_>> {
    let mut start = 0;
    let mut all = Vec::new();
    for bytes in text.split_inclusive(|b| *b == b'\n') {
        let indent = bytes.iter().take_while(|b| **b == b' ').count();
        let content = bytes.get(indent..).unwrap_or_default();
        let valid = std::str::from_utf8(content)
            .unwrap_or_else(|_| content.utf8_chunks().next().map_or("", |chunk| chunk.valid()));
        all.push(Line { start, indent, content: valid.trim_end() });
        start += bytes.len();
    }
    all
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    List,
    Map,
}

/// A collection that is open.
#[derive(Clone, Copy, Debug)]
struct Level {
    indent: usize,
    kind: Kind,
    /// Number of its first line.
    first: usize,
    /// How many entries it has so far.
    entries: usize,
}

/// Follows the structure of block YAML by indentation alone.
#[derive(Default)]
struct Reader {
    levels: Vec<Level>,
    /// Indentation of the key or item whose value is awaited.
    opened: Option<usize>,
    /// Inside a block scalar: indentation of what it belongs to, and of its content.
    block: Option<(usize, Option<usize>)>,
    /// What ends the text or the flow collection that began on an earlier line, and the number of that line.
    until: Option<(usize, Until)>,
}

#[derive(Clone, Copy)]
enum Until {
    Quote(char),
    Brackets(i32),
}

/// What is wrong with a line.
enum Wrong {
    /// It begins with something that is no blank in YAML.
    Blank,
    /// It ends a text that began on the line with this number, and goes on.
    Reopened(usize, char),
    /// It stands nowhere.
    Misfit(Misfit),
}

/// A line that stands nowhere.
struct Misfit {
    kind: Option<Kind>,
    /// The collections that were open, outermost first.
    open: Vec<Level>,
    /// The indentation that a value must exceed, where one was awaited.
    owner: Option<usize>,
}

impl Reader {
    /// Reads the next line; what is wrong with it.
    fn read(&mut self, number: usize, line: &Line<'_>) -> Option<Wrong> {
        if let Some((opened, Until::Quote(quote))) = self.until {
            let rest = closed(quote, line.content).map(str::trim_start);
            // Behind the value of a list or a map in brackets others may follow.
            let goes_on = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['#', ',', ']', '}', ':']));
            if goes_on {
                return Some(Wrong::Reopened(opened, quote));
            }
        }
        if self.inside_scalar(line) || line.content.is_empty() || line.content.starts_with('#') {
            return None;
        }
        // Neither a tab nor a non-breaking space is a blank before a key.
        if line.content.starts_with(['\t', '\u{a0}']) && !line.content.trim_start().starts_with('#') {
            return Some(Wrong::Blank);
        }
        self.structure(number, line).map(Wrong::Misfit)
    }

    /// Reads a line that is no part of a longer text; a misfit where it stands nowhere.
    fn structure(&mut self, number: usize, line: &Line<'_>) -> Option<Misfit> {
        if matches!(line.content, "---" | "...") && line.indent == 0 {
            *self = Reader::default();
            return None;
        }
        let (mut indent, mut rest) = (line.indent, line.content);
        let mut misfit = self.enter(number, indent, rest);
        while misfit.is_none() && is_item(rest) {
            let inner = rest.get(1..).unwrap_or_default();
            let blanks = inner.len() - inner.trim_start().len();
            self.opened = Some(indent);
            if inner.trim_start().is_empty() {
                return None;
            }
            indent += 1 + blanks;
            rest = inner.trim_start();
            if !is_item(rest) && key_end(rest).is_none() {
                self.opened = None;
                self.value(number, line.indent, rest);
                return None;
            }
            misfit = self.enter(number, indent, rest);
        }
        if misfit.is_none() {
            match key_end(rest) {
                Some(end) => self.value(number, indent, rest.get(end..).unwrap_or_default().trim_start()),
                None => self.opened = None,
            }
        }
        misfit
    }

    /// Whether the line belongs to a scalar or a flow collection that began before.
    fn inside_scalar(&mut self, line: &Line<'_>) -> bool {
        if let Some((number, until)) = self.until {
            self.until = ends(until, line.content).map(|until| (number, until));
            return true;
        }
        let Some((owner, content)) = self.block else { return false };
        if line.content.is_empty() || line.indent > owner {
            if !line.content.is_empty() && content.is_none() {
                self.block = Some((owner, Some(line.indent)));
            }
            return true;
        }
        self.block = None;
        false
    }

    /// Finds the collection that a line at `indent` belongs to.
    fn enter(&mut self, number: usize, indent: usize, rest: &str) -> Option<Misfit> {
        let misfit = |reader: &Reader, kind, owner| Some(Misfit { kind, open: reader.levels.clone(), owner });
        let opened = self.opened.take();
        let Some(kind) = kind_of(rest) else {
            // A scalar on a line of its own stands deeper than what it belongs to.
            let owner = opened.or(self.levels.last().map(|level| level.indent));
            return if owner.is_some_and(|owner| indent <= owner) { misfit(self, None, owner) } else { None };
        };
        let deeper = opened.is_some_and(|owner| indent > owner || (indent == owner && kind == Kind::List));
        if self.levels.is_empty() || deeper {
            self.levels.push(Level { indent, kind, first: number, entries: 1 });
            return None;
        }
        let open = self.levels.clone();
        while self.levels.last().is_some_and(|top| {
            top.indent > indent || (top.indent == indent && top.kind == Kind::List && kind == Kind::Map)
        }) {
            self.levels.pop();
        }
        match self.levels.last_mut() {
            Some(top) if top.indent == indent && top.kind == kind => {
                top.entries += 1;
                None
            }
            _ => Some(Misfit { kind: Some(kind), open, owner: None }),
        }
    }

    /// The value that begins behind a key or a dash at `indent`.
    fn value(&mut self, number: usize, indent: usize, value: &str) {
        let until = |until, rest| ends(until, rest).map(|until| (number, until));
        let value = without_comment(value);
        match value.chars().next() {
            None => self.opened = Some(indent),
            Some('|' | '>') => self.block = Some((indent, None)),
            Some('&' | '!') if !value.contains(' ') => self.opened = Some(indent),
            Some(quote @ ('"' | '\'')) => {
                self.until = until(Until::Quote(quote), value.get(1..).unwrap_or_default());
            }
            Some('{' | '[') => self.until = until(Until::Brackets(0), value),
            Some(_) => {}
        }
    }
}

impl Misfit {
    /// Of the line that does not fit and the collection that it should belong to, which one is out of step?
    fn blame(&self, lines: &[Line<'_>], number: usize) -> Guess {
        let line = lines.get(number).copied().unwrap_or_default();
        let fits = match self.owner {
            Some(owner) => Some(owner + 2),
            // Of two as near the inner one, which the lines above belong to.
            None => self.open.iter().rev().map(|level| level.indent).min_by_key(|at| at.abs_diff(line.indent)),
        };
        // Where more lines agree with this one than with those before, those before are wrong; but what stands two
        // deeper than the collection around it is rarely the line out of step.
        let followers = lines.iter().skip(number).filter(|other| !other.content.is_empty());
        let agreeing = followers
            .take_while(|other| other.indent >= line.indent)
            .filter(|other| other.indent == line.indent && kind_of(other.content) == self.kind)
            .count();
        let same = |(_, level): &(usize, &Level)| Some(level.kind) == self.kind && level.indent != line.indent;
        let nearest = self.open.iter().enumerate().rev().find(same).filter(|(at, level)| {
            let around = at.checked_sub(1).and_then(|outer| self.open.get(outer));
            let maps = |around: &&Level| level.kind == Kind::Map && around.kind == Kind::Map;
            let usual = around.filter(maps).map(|around| around.indent + 2);
            match usual {
                Some(usual) if usual == line.indent => true,
                Some(usual) if usual == level.indent => false,
                _ => level.entries < agreeing,
            }
        });
        let nearest = nearest.map(|(_, level)| level);
        let (wrong, fits) = match nearest.and_then(|level| Some((*lines.get(level.first)?, level.indent))) {
            Some((first, _)) => (first, Some(line.indent)),
            None => (line, fits),
        };
        let shift = fits.map(|fits| match nearest {
            Some(level) => Shift { line: level.first, found: level.indent, fits },
            None => Shift { line: number, found: line.indent, fits },
        });
        let range = wrong.range();
        let blame = if wrong.indent > 0 { range.start - 1 } else { range.start };
        Guess { blame, range, opened: None, shift }
    }
}

/// What a line is an entry of.
fn kind_of(text: &str) -> Option<Kind> {
    match () {
        () if is_item(text) => Some(Kind::List),
        () if key_end(text).is_some() => Some(Kind::Map),
        () => None,
    }
}

fn is_item(text: &str) -> bool {
    text == "-" || text.starts_with("- ")
}

/// Where the value behind a key starts; none if the text is no entry of a map.
fn key_end(text: &str) -> Option<usize> {
    let quoted = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let from = match quoted {
        Some(quote) => text.get(1..)?.find(quote)? + 2,
        None => 0,
    };
    if text.starts_with(['{', '[', '#', '|', '>']) {
        return None;
    }
    let rest = text.get(from..)?;
    let at = rest.match_indices(':').map(|(at, _)| at).find(|at| {
        let after = rest.get(at + 1..).unwrap_or_default();
        after.is_empty() || after.starts_with(' ')
    })?;
    // A comment may hold a colon.
    let is_comment = memchr::memmem::find(rest.get(..at)?.as_bytes(), b" #").is_some();
    (!is_comment).then_some(from + at + 1)
}

fn without_comment(value: &str) -> &str {
    match value {
        _ if value.starts_with('#') => "",
        _ if value.starts_with(['"', '\'']) => value,
        _ => {
            let end = memchr::memmem::find(value.as_bytes(), b" #").unwrap_or(value.len());
            value.get(..end).unwrap_or_default().trim_end()
        }
    }
}

/// What stands behind the quotation mark that ends a text.
fn closed(quote: char, text: &str) -> Option<&str> {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && quote == '"' {
            chars.next();
        } else if c == quote {
            // Two single ones are one in a text.
            if quote == '\'' && chars.next_if(|(_, next)| *next == quote).is_some() {
                continue;
            }
            return text.get(at + 1..);
        }
    }
    None
}

/// What is still open after this text.
fn ends(until: Until, text: &str) -> Option<Until> {
    match until {
        Until::Quote(quote) => closed(quote, text).is_none().then_some(until),
        Until::Brackets(mut open) => {
            for c in text.chars() {
                match c {
                    '{' | '[' => open += 1,
                    '}' | ']' => open -= 1,
                    _ => {}
                }
            }
            (open > 0).then_some(Until::Brackets(open))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Option<&str> {
        let error = crate::yaml::parse(text.as_bytes()).err()?;
        let guess = culprit(text.as_bytes(), error.offset as usize);
        text.get(guess.range)
    }

    #[test]
    fn the_line_out_of_step_is_found() {
        assert_eq!(line("a:\n  b: 1\n c: 2\n"), Some("c: 2"));
        assert_eq!(line("a:\n  b: 1\n    c: 2\nd: 3\n"), Some("c: 2"));
        assert_eq!(line("l:\n  - a: 1\n    b: 2\n   c: 3\n"), Some("c: 3"));
        assert_eq!(line("a: |\n  text: x\n   more\nb:\n  c: 1\n d: 2\n"), Some("d: 2"));
        assert_eq!(line("a:\n    b: 1\n  c: 2\n  d: 3\n"), Some("b: 1"));
        assert_eq!(line("a:\n  l:\n      b: 1\n      c: 2\n    d: 3\n"), Some("b: 1"));
        assert_eq!(line("a:\n  l:\n    b: 1\n   d: 3\n   e: 4\n"), Some("d: 3"));
        assert_eq!(line("r:\n- g:\n      - x\n    s: 1\n    t: 2\n"), Some("- g:"));
        assert_eq!(line("a:\n  b:\n  {}\n"), Some("{}"));
        assert_eq!(line("a: 'x\n  y: z'\nb:\n    c: 1\n  d: 2\n"), Some("c: 1"));
    }

    #[test]
    fn other_errors_stay_where_the_parser_saw_them() {
        assert_eq!(line("a: 1\nb: \"x\" y\n"), Some("b: \"x\" y"));
    }

    #[test]
    fn what_is_not_closed_is_told_where_it_was_opened() {
        assert_eq!(line("a: 1\nb: {c\nd: e\nf: g\n"), Some("b: {c"));
        assert_eq!(line("a:\n  - \"x\n  - y\n"), Some("- \"x"));
        assert_eq!(line("a: 1\nb: \"\nc: 'd'\ne: \"f\"\n"), Some("b: \""));
        assert_eq!(line("b: 'x\nc: it''s\ne: 'f'\n"), Some("b: 'x"));
        assert_eq!(line("b: \"\"\nc: \"x\n# y\n\nd: \"\"\n"), Some("c: \"x"));
    }

    #[test]
    fn a_tab_is_told_where_it_stands() {
        assert_eq!(line("a:\n  b: 1\n\tc: 2\n  d: 3\n"), Some("\tc: 2"));
        assert_eq!(line("a:\n  - b: 1\n  \tc: 2\n  - d: 3\n"), Some("\tc: 2"));
        assert_eq!(line("a: |\n  x\n  \ty\nb:\n\tc: 2\n"), Some("\tc: 2"));
        assert_eq!(line("a:\n  b: 1\n\u{a0} c: 2\n  d: 3\n"), Some("\u{a0} c: 2"));
    }
}
