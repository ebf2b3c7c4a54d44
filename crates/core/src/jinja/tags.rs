//! A Jinja text as its lexer cuts it: texts, and tags with their words.

use std::ops::Range;

/// What a part of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What is written as it stands.
    Text,
    /// The text between `{% raw %}` and `{% endraw %}`, with both.
    Raw,
    /// `{{ … }}`
    Print,
    /// `{% … %}`
    Block,
    /// `{# … #}`
    Comment,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub kind: Kind,
    /// Its bytes, delimiters included.
    pub span: Range<usize>,
    /// What is between the delimiters and their marks; of a text what is written of it, without the white space that the
    /// tags beside it take away.
    pub inner: Range<usize>,
    /// Whether it takes away the white space before it: `{{-`.
    pub trims_before: bool,
    /// Whether it takes away the white space behind it: `-}}`.
    pub trims_after: bool,
}

/// A word of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word<'t> {
    /// A name or a keyword.
    Name(&'t str),
    /// A quoted text, without the quotation marks.
    Text(&'t str),
    /// A digit or a sign.
    Sign(u8),
}

/// The parts of a text; none where one is not closed.
pub fn parts(text: &str) -> Option<Vec<Part>> {
    // As Jinja does, without the last line break.
    let whole = text.strip_suffix('\n').unwrap_or(text);
    let whole = whole.strip_suffix('\r').unwrap_or(whole);
    let mut parts: Vec<Part> = Vec::new();
    let mut at = 0;
    while at < whole.len() {
        let open = next_tag(whole, at).unwrap_or(whole.len());
        if open > at {
            let plain = at..open;
            parts.push(Part {
                kind: Kind::Text,
                span: plain.clone(),
                inner: plain,
                trims_before: false,
                trims_after: false,
            });
        }
        if open == whole.len() {
            break;
        }
        let tag = tag(whole, open)?;
        at = tag.span.end;
        parts.push(tag);
    }
    trim(whole, &mut parts);
    Some(parts)
}

fn next_tag(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'{', bytes.get(from..)?)
        .map(|at| from + at)
        .find(|at| matches!(bytes.get(at + 1), Some(b'{' | b'%' | b'#')))
}

/// The tag that begins at `open`.
fn tag(text: &str, open: usize) -> Option<Part> {
    let (kind, close) = match text.as_bytes().get(open + 1)? {
        b'{' => (Kind::Print, "}}"),
        b'%' => (Kind::Block, "%}"),
        _ => (Kind::Comment, "#}"),
    };
    let mark = |at: usize| text.as_bytes().get(at).filter(|byte| matches!(byte, b'-' | b'+')).copied();
    let left = mark(open + 2);
    let start = open + 2 + usize::from(left.is_some());
    let end = match kind {
        Kind::Comment => start + text.get(start..)?.find(close)?,
        _ => start + end_of(text.get(start..)?, close)?,
    };
    let right = mark(end.checked_sub(1)?).filter(|_| end > start);
    let inner = start..end - usize::from(right.is_some());
    let part = Part {
        kind,
        span: open..end + close.len(),
        inner,
        trims_before: left == Some(b'-'),
        trims_after: right == Some(b'-'),
    };
    match kind {
        Kind::Block if text.get(part.inner.clone())?.trim() == "raw" => raw(text, part),
        _ => Some(part),
    }
}

/// The text between `{% raw %}`, which is `open`, and `{% endraw %}`.
fn raw(text: &str, open: Part) -> Option<Part> {
    let mut from = open.span.end;
    loop {
        let start = from + text.get(from..)?.find("{%")?;
        let close = tag(text, start)?;
        if text.get(close.inner.clone())?.trim() == "endraw" {
            let inside = text.get(open.span.end..start)?;
            let kept = if open.trims_after { inside.trim_start() } else { inside };
            let begin = start - kept.len();
            let kept = if close.trims_before { kept.trim_end() } else { kept };
            return Some(Part {
                kind: Kind::Raw,
                span: open.span.start..close.span.end,
                inner: begin..begin + kept.len(),
                trims_before: open.trims_before,
                trims_after: close.trims_after,
            });
        }
        from = start + 2;
    }
}

/// Where what is inside a tag ends: at the first closing delimiter outside of quotation marks and brackets.
fn end_of(text: &str, close: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0usize);
    while let Some(&byte) = bytes.get(at) {
        if depth == 0 && bytes.get(at..)?.starts_with(close.as_bytes()) {
            return Some(at);
        }
        match byte {
            b'"' | b'\'' => at += quoted(bytes.get(at..)?)? - 1,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Length of the quoted text at the start of `bytes`, marks included.
fn quoted(bytes: &[u8]) -> Option<usize> {
    let (mark, mut at) = (bytes.first()?, 1);
    loop {
        match bytes.get(at)? {
            b'\\' => at += 2,
            byte if byte == mark => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// Takes the white space away that tags take from the texts beside them.
fn trim(text: &str, parts: &mut [Part]) {
    for at in 0..parts.len() {
        let before = at.checked_sub(1).and_then(|at| parts.get(at)).is_some_and(|tag| tag.trims_after);
        let after = parts.get(at + 1).is_some_and(|tag| tag.trims_before);
        let Some(part) = parts.get_mut(at).filter(|part| part.kind == Kind::Text) else { continue };
        let mut kept = text.get(part.inner.clone()).unwrap_or_default();
        if before {
            kept = kept.trim_start();
            part.inner.start = part.inner.end - kept.len();
        }
        if after {
            kept = kept.trim_end();
            part.inner.end = part.inner.start + kept.len();
        }
    }
}

/// The words of a range inside a tag, with their bytes.
pub fn words(text: &str, range: Range<usize>) -> Vec<(Word<'_>, Range<usize>)> {
    let mut words = Vec::new();
    let bytes = text.as_bytes();
    let mut at = range.start;
    while at < range.end {
        let rest = bytes.get(at..range.end).unwrap_or_default();
        let Some(&first) = rest.first() else { break };
        let len = match first {
            b'"' | b'\'' => quoted(rest).unwrap_or(rest.len()),
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
            }
            _ => 1,
        };
        let span = at..at + len;
        let word = text.get(span.clone()).unwrap_or_default();
        match first {
            b'"' | b'\'' => words.push((Word::Text(word.get(1..len.saturating_sub(1)).unwrap_or_default()), span)),
            byte if byte.is_ascii_alphabetic() || byte == b'_' => words.push((Word::Name(word), span)),
            byte if byte.is_ascii_whitespace() => {}
            byte => words.push((Word::Sign(byte), span)),
        }
        at += len;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_end_outside_of_quotes_and_brackets_and_take_white_space_away() {
        let text = "a {{- {'}}': {\"b\": 1}}['}}'] -}}  b{# {{ #}{% raw -%} {{ x }} {%- endraw %}\n";
        let parts = parts(text).unwrap();
        let shown: Vec<_> = parts.iter().map(|part| (part.kind, text.get(part.inner.clone()).unwrap())).collect();
        assert_eq!(
            shown,
            [
                (Kind::Text, "a"),
                (Kind::Print, " {'}}': {\"b\": 1}}['}}'] "),
                (Kind::Text, "b"),
                (Kind::Comment, " {{ "),
                (Kind::Raw, "{{ x }}"),
            ]
        );
        assert_eq!(super::parts("a {{ b"), None);
        assert_eq!(super::parts("a {# b"), None);
    }
}
