//! What YAML takes otherwise than people mean it, told from the line at fault.

use crate::text::typographic;
use crate::yaml::Guess;
use std::ops::Range;

/// What to do about a line, and the line as it would be then.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Trap {
    help: Help,
    mended: String,
    /// Whether nothing else can be meant.
    is_sure: bool,
}

/// What is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Help {
    /// Both in words.
    Words(String),
    /// A text is taken for something else, for this reason, unless it is put in quotation marks.
    Quote(String),
}

impl Help {
    /// In words, about a text that stands where it is as it is.
    pub fn words(self) -> String {
        match self {
            Help::Words(words) => words,
            Help::Quote(why) => format!("{why}: quote the value"),
        }
    }
}

/// What to do about a text that is no YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What to do.
    pub help: Help,
    /// The bytes of the value that is to blame, where it is a single one.
    pub value: Option<Range<usize>>,
    /// The bytes of a line, and the line as it should be, where nothing else can be meant.
    pub edit: Option<(Range<usize>, String)>,
}

/// What to do about a text that is no YAML: about the line to blame, or about the one where the parser stopped.
pub fn advice(text: &[u8], guess: &Guess, offset: usize) -> Option<Advice> {
    let words = |help| Advice { help: Help::Words(help), value: None, edit: None };
    let plain = || guess.help(text).map(words).or_else(|| help(text, guess.range.start)).or_else(|| help(text, offset));
    // A text in quotation marks that are none is open where its brackets are.
    let here = help(text, guess.range.start).filter(|advice| advice.edit.is_some());
    here.or_else(plain)
}

/// What to do about the line of a text that a parser refuses, where doing it helps: the advice was followed, and the
/// parser came further.
fn help(text: &[u8], offset: usize) -> Option<Advice> {
    let offset = offset.min(text.len());
    let start = memchr::memrchr(b'\n', text.get(..offset)?).map_or(0, |at| at + 1);
    let rest = text.get(start..)?;
    let end = start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let line = std::str::from_utf8(text.get(start..end)?).ok()?;
    let trap = trap(line)?;
    let mended = [text.get(..start)?, trap.mended.as_bytes(), text.get(end..)?].concat();
    let further = match crate::yaml::parse(&mended) {
        Ok(_) => true,
        Err(error) => error.offset as usize > start + trap.mended.len(),
    };
    let edit = trap.is_sure.then(|| (start..end, trap.mended.trim_end_matches('\r').to_owned()));
    let value = value_of(line.trim());
    let value = line.find(value).map(|at| start + at..start + at + value.len());
    further.then_some(Advice { help: trap.help, value, edit })
}

/// The trap that a line is, if it is one.
fn trap(line: &str) -> Option<Trap> {
    let blank = line.len() - line.trim_start_matches(' ').len();
    if line.get(blank..)?.starts_with('\t') {
        let help = "YAML is indented with spaces: replace the tab".to_owned();
        return Some(Trap { help: Help::Words(help), mended: line.replace('\t', "  "), is_sure: false });
    }
    if line.contains('\u{a0}') {
        let help = "there is a non-breaking space in the line: replace it with a plain one".to_owned();
        return Some(Trap { help: Help::Words(help), mended: line.replace('\u{a0}', " "), is_sure: true });
    }
    let value = value_of(line.trim());
    if let Some(inside) = typographic(value) {
        let help = "typographic quotation marks are none for YAML: write plain ones".to_owned();
        let text = inside.replace('\\', "\\\\").replace('"', "\\\"");
        let mended = line.replacen(value, &format!("\"{text}\""), 1);
        return Some(Trap { help: Help::Words(help), mended, is_sure: true });
    }
    let quote = |why: &str, is_sure| {
        let text = value.replace('\'', "''");
        let mended = line.replacen(value, &format!("'{text}'"), 1);
        Some(Trap { help: Help::Quote(why.to_owned()), mended, is_sure })
    };
    let quoted = |why: &str| quote(why, false);
    match value.chars().next()? {
        first @ ('@' | '`' | '%') => quote(&format!("a text cannot begin with `{first}`"), true),
        '*' => quoted("`*` begins a reference to an anchor"),
        '&' => quoted("`&` begins an anchor"),
        '!' => quoted("`!` begins a tag"),
        '"' => escape(value)
            .map(|help| Trap { help: Help::Words(help), mended: single(line, value), is_sure: false })
            .or_else(|| after_quote(line, value, '"')),
        '\'' => after_quote(line, value, '\''),
        '|' | '>' | '#' => None,
        '{' if value.trim_start_matches(['{', ' ']).starts_with('.') => {
            quoted("an action begins with `{{` and ends with `}}`, without blanks between the braces; where it is none")
        }
        '-' if value.starts_with("- ") => quoted("`- ` begins an item of a list"),
        '?' if value.starts_with("? ") => quoted("`? ` begins a key"),
        '[' | '{' => quoted("a bracket at the start of a text begins a list or a map"),
        _ if value.contains(": ") || value.ends_with(':') => quote("a `: ` inside a text begins a map", true),
        _ => None,
    }
}

/// The line with its value in single quotation marks instead of double ones.
fn single(line: &str, value: &str) -> String {
    let inside = value.trim_matches('"').replace('\'', "''");
    line.replacen(value, &format!("'{inside}'"), 1)
}

/// What stands behind the key and the dashes of a line.
fn value_of(line: &str) -> &str {
    let mut rest = line;
    while let Some(item) = rest.strip_prefix("- ") {
        rest = item.trim_start();
    }
    let key =
        rest.find(": ").filter(|at| !rest.starts_with(['"', '\'', '{', '[']) || rest.get(..*at).is_some_and(closes));
    let value = key.and_then(|at| rest.get(at + 2..)).unwrap_or(rest).trim();
    // What stands behind ` #` is no part of it.
    let comment = value.find(" #").filter(|_| !value.starts_with(['"', '\'']));
    comment.and_then(|at| value.get(..at)).unwrap_or(value).trim_end()
}

/// Whether a key in quotation marks ends where the text does.
fn closes(key: &str) -> bool {
    key.len() > 1 && (key.ends_with('"') || key.ends_with('\''))
}

/// A backslash that begins no escape of YAML.
fn escape(value: &str) -> Option<String> {
    let mut chars = value.chars().skip(1);
    while let Some(c) = chars.next() {
        if c == '"' {
            return None;
        }
        if c == '\\' {
            let next = chars.next()?;
            let digits = match next {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                _ => 0,
            };
            let is_short = chars.clone().take_while(char::is_ascii_hexdigit).take(digits).count() < digits;
            if is_short || !"0abtnvfre \"/\\N_LPxuU\t".contains(next) {
                return Some(format!(
                    "in double quotation marks a backslash begins an escape, and `\\{next}` is none: use single quotation marks, or write `\\\\{next}`"
                ));
            }
        }
    }
    None
}

/// Text behind the closing quotation mark.
fn after_quote(line: &str, value: &str, mark: char) -> Option<Trap> {
    let inside = value.strip_prefix(mark)?;
    let rest = inside.get(inside.find(mark)? + 1..)?.trim();
    if rest.is_empty() || rest.starts_with(['#', ',', ']', '}', ':', mark]) {
        return None;
    }
    let help = format!(
        "the text ends with the second {mark}, and more follows: put the quotation marks around the whole value"
    );
    let whole = value.replace('\'', "''");
    let mended = line.replacen(value, &format!("'{whole}'"), 1);
    Some(Trap { help: Help::Words(help), mended, is_sure: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The advice about the line `k: …` where the parser stops.
    fn said(line: &str) -> Option<String> {
        let text = format!("a: 1\n{line}\nz: 2\n");
        let error = crate::yaml::parse(text.as_bytes()).err()?;
        // What the parser refuses later is told of the line itself.
        help(text.as_bytes(), (error.offset as usize).clamp(5, 5 + line.len() - 1)).map(|advice| advice.help.words())
    }

    #[test]
    fn traps_are_told_where_mending_them_helps() {
        for (line, word) in [
            ("k: @x", "begin with `@`"),
            ("k: \u{201c}a: b\u{201d}", "typographic"),
            ("k: `x`", "begin with ``"),
            ("k: %d", "begin with `%`"),
            ("k: *x y", "anchor"),
            ("k: \"\\d+\"", "escape"),
            ("k: \"x\" y", "second \""),
            ("image: nginx: latest", "begins a map"),
            ("k: [a, b", "bracket"),
            ("k: - x", "item of a list"),
            ("k: ? x", "begins a key"),
            ("k: \"C:\\new\\users\"", "escape"),
        ] {
            assert!(said(line).is_some_and(|help| help.contains(word)), "{line}: {:?}", said(line));
        }
        for line in ["k: b", "k: \"x\"", "k: 'it''s'", "k: [b]", "k: http://x", "k: x # a: b"] {
            assert_eq!(said(line), None, "{line}");
        }
        assert_eq!(trap("k: x # a: b"), None);
        assert!(help(b"a:\n\tk: 1\n", 4).is_some_and(|advice| advice.help.words().contains("tab")));
    }
}
