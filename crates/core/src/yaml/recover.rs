//! What can still be read of a text that is no YAML.

use super::{YamlError, culprit};

/// So many broken lines are passed.
const MOST: usize = 24;

/// So many bytes are read on the way: in texts of many megabytes fewer lines are passed.
const MOST_BYTES: usize = 16 << 20;

/// The text with its broken lines blanked, so that `parse` takes it, and all that was wrong on the way. None where
/// blanking lines does not help.
///
/// Every byte stays where it is: places in the result are places in the text.
pub fn patched(text: &[u8], parse: impl Fn(&[u8]) -> Result<(), YamlError>) -> Option<(Vec<u8>, Vec<YamlError>)> {
    let mut rest = text.to_vec();
    let mut errors: Vec<YamlError> = Vec::new();
    // The lines that were blanked last: where that moved nothing, the one before is at fault.
    let mut last = None;
    for _ in 0..MOST.min(MOST_BYTES / text.len().max(1)).max(2) {
        let Err(error) = parse(&rest) else { return Some((rest, errors)) };
        let at = line_at(&rest, error.offset as usize)?;
        let start = match last {
            Some((old, error_line)) if error_line == at.start => line_before(&rest, old)?,
            _ => first_content(&rest, at_fault(&rest, &error).unwrap_or(at.clone()))?,
        };
        let new = last.is_none_or(|(_, line)| line != at.start);
        if new {
            errors.push(error);
        }
        last = Some((start.start, at.start));
        blank(&mut rest, start);
    }
    None
}

/// The text as it is where a parser comes to stop at `offset`: what was wrong before is blanked.
pub fn as_read(text: &[u8], offset: u32) -> Vec<u8> {
    let state = std::cell::RefCell::new(None);
    let parse = |rest: &[u8]| {
        let mut error = None;
        crate::yaml::each_document(rest, |document| error = error.take().or(document.err()));
        let Some(error) = error else { return Ok(()) };
        if error.offset == offset {
            state.borrow_mut().get_or_insert_with(|| rest.to_vec());
        }
        Err(error)
    };
    patched(text, parse);
    state.into_inner().unwrap_or_else(|| text.to_vec())
}

/// The line that is wrong in itself, where the parser complains of a later one.
fn at_fault(text: &[u8], error: &YamlError) -> Option<Line> {
    let guess = culprit(text, error.offset as usize);
    if guess.is_indented() { None } else { line_at(text, guess.range.start) }
}

type Line = std::ops::Range<usize>;

/// The line around an offset, without its end.
fn line_at(text: &[u8], offset: usize) -> Option<Line> {
    let offset = offset.min(text.len());
    let start = memchr::memrchr(b'\n', text.get(..offset)?).map_or(0, |at| at + 1);
    let len = memchr::memchr(b'\n', text.get(start..)?).unwrap_or(text.len() - start);
    Some(start..start + len)
}

/// The line, or the nearest one above that says something.
fn first_content(text: &[u8], line: Line) -> Option<Line> {
    match is_blank(text.get(line.clone())?) {
        true => line_before(text, line.start),
        false => Some(line),
    }
}

/// The nearest line above that says something.
fn line_before(text: &[u8], start: usize) -> Option<Line> {
    let mut at = start;
    while at > 0 {
        let line = line_at(text, at - 1)?;
        if !is_blank(text.get(line.clone())?) {
            return Some(line);
        }
        at = line.start;
    }
    None
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

fn blank(text: &mut [u8], line: Line) {
    if let Some(bytes) = text.get_mut(line) {
        bytes.fill(b' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, Vec<u32>)> {
        let (rest, errors) = patched(text.as_bytes(), |text| crate::yaml::parse(text).map(|_| ()))?;
        Some((String::from_utf8(rest).unwrap(), errors.iter().map(|error| error.line).collect()))
    }

    #[test]
    fn lines_around_a_broken_one_stay() {
        let (rest, errors) = read("a: 1\nb: x: y\nc: 2\n").unwrap();
        assert_eq!((rest.as_str(), errors.len()), ("a: 1\n       \nc: 2\n", 1));
        let (rest, errors) = read("a:\n  b: 1\n   c: 2\nd: [1\ne: 3\n").unwrap();
        assert!(rest.contains("b: 1") && errors.len() >= 2, "{rest} {errors:?}");
        assert_eq!(rest.len(), "a:\n  b: 1\n   c: 2\nd: [1\ne: 3\n".len());
    }

    #[test]
    fn of_a_text_that_is_not_closed_only_its_own_line_goes() {
        let (rest, _) = read("a: 1\nb: \"\nc: 'd'\ne: \"f\"\n").unwrap();
        assert_eq!(rest, "a: 1\n    \nc: 'd'\ne: \"f\"\n");
        let (rest, _) = read("a: 1\nb:\n  c: 1\n\td: 2\n  e: 3\n").unwrap();
        assert_eq!(rest, "a: 1\nb:\n  c: 1\n     \n  e: 3\n");
    }

    #[test]
    fn a_sound_text_stays_as_it_is() {
        assert_eq!(read("a: 1\n"), Some(("a: 1\n".to_owned(), Vec::new())));
    }

    #[test]
    fn garbage_ends() {
        for text in ["{", "\t", "a: \"", "- [", "%x", "@", "a: &", "\u{1}", "{{{{\n}}}}\n[[["] {
            let _ = read(text);
        }
    }
}
