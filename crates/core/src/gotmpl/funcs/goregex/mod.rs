//! Go's regular expressions on Rust's `regex` crate.
//!
//! Both descend from RE2 and match alike; the syntax differs in places. A pattern is read by the rules
//! of Go's `regexp/syntax/parse.go`, with its errors, and written anew for Rust: `\d`, `\w`, `\s` and
//! `\b` are ASCII in Go, everything that is no letter or digit is written by its number.

mod translate;

use crate::text::{Str, decode_rune, quote};
use regex::bytes::{Regex, RegexBuilder};
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use translate::Translator;

/// A compiled pattern.
pub(crate) struct GoRegex {
    compiled: Compiled,
    /// The pattern as Rust writes it.
    pattern: String,
    /// Names of the groups; the first is the whole match. Empty for groups without a name.
    pub names: Vec<String>,
}

/// What texts are searched with.
enum Compiled {
    /// One for all texts.
    Whole(Regex),
    /// One for ASCII, which bytes instead of characters make many times smaller, and one that is made when another text comes.
    Ascii(Regex, OnceCell<Regex>),
}

/// Of a pattern no longer than this, what compiles for ASCII compiles for all texts.
const SHORT: usize = 200;

/// Bytes that a compiled pattern may take; Go's own limit is near.
const SIZE_LIMIT: usize = 32 << 20;
/// Compiled patterns that are kept for the next call.
const CACHED: usize = 128;

thread_local! {
    static CACHE: RefCell<HashMap<Str, Result<Rc<GoRegex>, String>>> = RefCell::new(HashMap::new());
}

/// `regexp.Compile`; the error is Go's text.
pub(crate) fn compile(pattern: &Str) -> Result<Rc<GoRegex>, String> {
    CACHE.with_borrow_mut(|cache| {
        if let Some(known) = cache.get(pattern) {
            return known.clone();
        }
        let compiled = compile_anew(pattern).map(Rc::new);
        if cache.len() >= CACHED {
            cache.clear();
        }
        cache.insert(pattern.clone(), compiled.clone());
        compiled
    })
}

/// `regexp.MustCompile`; the error is the text of its panic.
pub(super) fn must_compile(pattern: &Str) -> Result<Rc<GoRegex>, String> {
    compile(pattern).map_err(|error| {
        let plain = pattern
            .to_str()
            .filter(|p| p.chars().all(|c| c == '\t' || (c >= ' ' && !matches!(c, '`' | '\x7f' | '\u{feff}'))));
        let shown = plain.map_or_else(|| quote(pattern), |p| format!("`{p}`"));
        format!("regexp: Compile({shown}): {error}")
    })
}

fn compile_anew(pattern: &[u8]) -> Result<GoRegex, String> {
    let Ok(text) = std::str::from_utf8(pattern) else {
        return Err(fault("invalid UTF-8", &String::from_utf8_lossy(pattern)));
    };
    let mut translator = Translator::new(text);
    translator.run()?;
    let (pattern, names) = (translator.out, translator.names);
    if pattern.len() <= SHORT
        && is_of_ascii(&pattern)
        && let Ok(regex) = build(&pattern, false)
    {
        return Ok(GoRegex { compiled: Compiled::Ascii(regex, OnceCell::new()), pattern, names });
    }
    match build(&pattern, true) {
        Ok(regex) => Ok(GoRegex { compiled: Compiled::Whole(regex), pattern, names }),
        Err(regex::Error::CompiledTooBig(_)) => Err(fault("expression too large", text)),
        Err(_) => Err(fault("expression nests too deeply", text)),
    }
}

/// Whether all characters that a pattern names are ASCII, those by number too: others may be found in ASCII where case does not count.
fn is_of_ascii(pattern: &str) -> bool {
    let number = |rest: &str| u32::from_str_radix(rest.split('}').next()?, 16).ok();
    pattern.is_ascii() && pattern.split("\\x{").skip(1).all(|rest| number(rest).is_some_and(|number| number < 0x80))
}

fn build(pattern: &str, unicode: bool) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).unicode(unicode).size_limit(SIZE_LIMIT).nest_limit(250).build()
}

fn fault(code: &str, expression: &str) -> String {
    format!("error parsing regexp: {code}: `{expression}`")
}

impl GoRegex {
    /// What a text is searched with.
    pub fn over(&self, text: &[u8]) -> &Regex {
        match &self.compiled {
            Compiled::Ascii(regex, _) if text.is_ascii() => regex,
            _ => self.whole(),
        }
    }

    /// What any text can be searched with.
    pub fn whole(&self) -> &Regex {
        match &self.compiled {
            Compiled::Whole(regex) => regex,
            Compiled::Ascii(regex, whole) => {
                whole.get_or_init(|| build(&self.pattern, true).unwrap_or_else(|_| regex.clone()))
            }
        }
    }

    /// Whether the pattern is empty.
    pub fn is_empty(&self) -> bool {
        self.pattern.is_empty()
    }

    /// All matches as Go's `allMatches` finds them, at most `limit` if that is not negative.
    pub fn find_all(&self, text: &[u8], limit: i64) -> Vec<(usize, usize)> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let regex = self.over(text);
        let mut found = Vec::new();
        let mut at = 0;
        let mut previous_end = None;
        while found.len() < limit && at <= text.len() {
            let Some(m) = find_at(regex, text, at) else { break };
            let mut accept = true;
            if m.1 == at {
                // No empty match right after another match.
                accept = previous_end != Some(m.0);
                at += rune_len(text, at);
            } else {
                at = m.1;
            }
            previous_end = Some(m.1);
            if accept {
                found.push(m);
            }
        }
        found
    }

    /// The first match from `at` on that does not cut a character in half, as `\B` alone could.
    pub fn find_at(&self, text: &[u8], at: usize) -> Option<(usize, usize)> {
        find_at(self.over(text), text, at)
    }
}

fn find_at(regex: &Regex, text: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut from = at;
    loop {
        let m = regex.find_at(text, from)?;
        if m.start() < m.end() || !inside_char(text, m.start()) {
            return Some((m.start(), m.end()));
        }
        from = m.start() + 1;
    }
}

/// Whether a place is inside a character of valid UTF-8.
pub(super) fn inside_char(text: &[u8], at: usize) -> bool {
    text.get(at).is_some_and(|b| b & 0xC0 == 0x80)
        && (1..=3.min(at)).any(|back| decode_rune(text.get(at - back..).unwrap_or_default()).1 > back)
}

/// Length of the character at a place; 1 at the end.
pub(super) fn rune_len(text: &[u8], at: usize) -> usize {
    decode_rune(text.get(at..).unwrap_or_default()).1.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(pattern: &str) -> String {
        compile(&pattern.into()).err().unwrap_or_default().replace("error parsing regexp: ", "")
    }

    #[test]
    fn errors_are_gos() {
        assert_eq!(error("["), "missing closing ]: `[`");
        assert_eq!(error("a**"), "invalid nested repetition operator: `**`");
        assert_eq!(error("(?=a)"), "invalid or unsupported Perl syntax: `(?=`");
        assert_eq!(error("(?P<x"), "invalid named capture: `(?P<x`");
        assert_eq!(error("x{2}{3}"), "invalid nested repetition operator: `{2}{3}`");
        assert_eq!(error("a)"), "unexpected ): `a)`");
        assert_eq!(error("[z-a]"), "invalid character class range: `z-a`");
        assert_eq!(error(r"\pX"), r"invalid character class range: `\pX`");
        assert_eq!(error("((a{100}){100}){100}"), "invalid repeat count: `{100}`");
    }

    #[test]
    fn classes_are_ascii() {
        let find = |pattern: &str, text: &str| compile(&pattern.into()).map(|r| r.find_all(text.as_bytes(), -1));
        assert_eq!(find(r"\d+", "٣4"), Ok(vec![(2, 3)]));
        assert_eq!(find(r"\B", "é"), Ok(vec![(0, 0), (2, 2)]));
        assert_eq!((find(r"\W", "a-"), find(r"\W", "é-")), (Ok(vec![(1, 2)]), Ok(vec![(0, 2), (2, 3)])));
        assert_eq!((find("(?i)k.", "Ka"), find("(?i)k.", "\u{212A}é")), (Ok(vec![(0, 2)]), Ok(vec![(0, 5)])));
        assert_eq!((find(r"(?i)\x{212A}", "k"), find("[^a]", "aé")), (Ok(vec![(0, 1)]), Ok(vec![(1, 3)])));
        assert_eq!(find("a*", "baac"), Ok(vec![(0, 0), (1, 3), (4, 4)]));
        assert_eq!(find(r"\p{Greek}", "aα"), Ok(vec![(1, 3)]));
    }
}
