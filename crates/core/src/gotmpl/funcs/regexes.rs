//! Regular expressions, in Go's syntax.

use super::goregex::{GoRegex, compile, inside_char, must_compile, rune_len};
use super::{Cx, FuncError, Text, functions};
use crate::text::{TextBuilder, decode_rune, is_digit, is_letter};
use crate::value::{ListData, ListType, Room, Value};
use regex::bytes::Captures;
use std::rc::Rc;

/// A pattern for a function that panics on a bad one.
fn pattern(cx: &Cx<'_>, text: &Text) -> Result<Rc<GoRegex>, FuncError> {
    cx.budget.spend(text.len() as u64 * 16)?;
    must_compile(&text.str).map_err(FuncError::new)
}

/// A pattern for a function that returns the error.
fn checked(cx: &Cx<'_>, text: &Text) -> Result<Rc<GoRegex>, FuncError> {
    cx.budget.spend(text.len() as u64 * 16)?;
    compile(&text.str).map_err(FuncError::new)
}

/// Whether a pattern is one: `regexp.Compile`, with Go's error.
pub(crate) fn compile_regex(pattern: &str) -> Result<(), String> {
    compile(&pattern.into()).map(|_| ())
}

/// Whether a pattern that is one is found in a text: `Regexp.MatchString`.
pub(crate) fn regex_matches(pattern: &str, text: &str) -> bool {
    compile(&pattern.into()).is_ok_and(|regex| regex.find_at(text.as_bytes(), 0).is_some())
}

fn find_all(cx: &mut Cx<'_>, regex: &GoRegex, text: &Text, limit: i64) -> Result<Value, FuncError> {
    cx.budget.spend(text.len() as u64)?;
    let found = regex.find_all(text, limit);
    if found.is_empty() {
        return Ok(cx.heap.add_list(ListData { ty: ListType::Str, nil: true, items: Vec::new(), room: Room::None }));
    }
    let parts = found.into_iter().map(|(start, end)| cx.slice(text, start, end)).collect();
    let list = cx.strings(parts)?;
    Ok(cx.heap.with_room(list, Room::Grown))
}

fn find_first(cx: &mut Cx<'_>, regex: &GoRegex, text: &Text) -> Result<Text, FuncError> {
    cx.budget.spend(text.len() as u64)?;
    Ok(match regex.find_at(text, 0) {
        Some((start, end)) => cx.slice(text, start, end),
        None => Text::default(),
    })
}

/// `Regexp.Split`
fn split(cx: &mut Cx<'_>, regex: &GoRegex, text: &Text, limit: i64) -> Result<Value, FuncError> {
    cx.budget.spend(text.len() as u64)?;
    if limit == 0 {
        return Ok(cx.heap.add_list(ListData { ty: ListType::Str, nil: true, items: Vec::new(), room: Room::None }));
    }
    if text.is_empty() && !regex.is_empty() {
        return cx.strings(vec![text.clone()]);
    }
    let mut parts = Vec::new();
    let (mut start, mut end) = (0, 0);
    let found = regex.find_all(text, limit);
    let made = found.len();
    for m in found {
        if limit > 0 && parts.len() as i64 >= limit - 1 {
            break;
        }
        end = m.0;
        if m.1 != 0 {
            parts.push(cx.slice(text, start, end));
        }
        start = m.1;
    }
    if end != text.len() {
        parts.push(cx.slice(text, start, text.len()));
    }
    let room = if parts.len() > made { Room::Appended } else { Room::Made(made as u32) };
    let list = cx.strings(parts)?;
    Ok(cx.heap.with_room(list, room))
}

/// `extract`: the name or number after a `$`, and where it ends.
fn reference(template: &[u8]) -> Option<(&[u8], usize)> {
    let brace = template.first() == Some(&b'{');
    let start = usize::from(brace);
    let mut end = start;
    loop {
        let (c, size) = decode_rune(template.get(end..).unwrap_or_default());
        if size == 0 || !(is_letter(c) || is_digit(c) || c == '_') {
            break;
        }
        end += size;
    }
    let name = template.get(start..end).filter(|name| !name.is_empty())?;
    match template.get(end) {
        Some(b'}') if brace => Some((name, end + 1)),
        _ if brace => None,
        _ => Some((name, end)),
    }
}

/// `Regexp.expand`: the replacement with `$1`, `${1}` and `${name}` filled in.
fn expand(b: &mut TextBuilder, regex: &GoRegex, template: &Text, text: &Text, captures: &Captures<'_>) {
    let mut at = 0;
    while let Some(i) = memchr::memchr(b'$', template.get(at..).unwrap_or_default()) {
        b.copy(&template.str, template.origin, at, at + i);
        at += i + 1;
        let rest = template.get(at..).unwrap_or_default();
        if rest.first() == Some(&b'$') {
            b.copy(&template.str, template.origin, at, at + 1);
            at += 1;
            continue;
        }
        let Some((name, len)) = reference(rest) else {
            b.push("$");
            continue;
        };
        at += len;
        let leading_zero = name.len() > 1 && name.first() == Some(&b'0');
        let number = if leading_zero || name.len() > 8 || !name.iter().all(u8::is_ascii_digit) {
            None
        } else {
            std::str::from_utf8(name).ok().and_then(|n| n.parse::<usize>().ok())
        };
        let group = match number {
            Some(n) => captures.get(n),
            None => {
                let mut named = regex.names.iter().enumerate().filter(|(_, n)| n.as_bytes() == name);
                named.find_map(|(i, _)| captures.get(i))
            }
        };
        if let Some(group) = group {
            b.copy(&text.str, text.origin, group.start(), group.end());
        }
    }
    b.copy(&template.str, template.origin, at, template.len());
}

/// `Regexp.replaceAll`
fn replace(cx: &mut Cx<'_>, regex: &GoRegex, text: &Text, with: &Text, literal: bool) -> Result<Text, FuncError> {
    cx.budget.spend(text.len() as u64)?;
    let mut b = cx.builder();
    b.reserve(text.len());
    let literal = literal || memchr::memchr(b'$', with).is_none();
    let searched = regex.over(text);
    let (mut last_end, mut at) = (0, 0);
    while at <= text.len() {
        cx.tick()?;
        let Some(captures) = searched.captures_at(text, at) else { break };
        let Some(m) = captures.get(0) else { break };
        if m.start() == m.end() && inside_char(text, m.start()) {
            at = m.start() + 1;
            continue;
        }
        b.copy(&text.str, text.origin, last_end, m.start());
        if m.end() > last_end || m.start() == 0 {
            if literal {
                b.copy_all(&with.str, with.origin);
            } else {
                expand(&mut b, regex, with, text, &captures);
            }
            cx.budget.check_string(b.len() as u64)?;
        }
        last_end = m.end();
        // At least one character on.
        at = m.end().max(at + rune_len(text, at));
    }
    b.copy(&text.str, text.origin, last_end, text.len());
    Ok(cx.text(b))
}

functions! {
    pub static REGEX;

    /// Whether a text has a match; `false` for a wrong pattern.
    ///
    /// `{{ regexMatch "^[a-z]+$" "abc" }}` gives `true`
    "regexMatch" [Scalar] => fn regex_match(cx, regex: Text, text: Text) -> Result<bool, FuncError> {
        cx.budget.spend(text.len() as u64)?;
        Ok(checked(cx, &regex).is_ok_and(|r| r.find_at(&text, 0).is_some()))
    }

    /// Whether a text has a match; an error for a wrong pattern.
    ///
    /// `{{ mustRegexMatch "^[a-z]+$" "abc" }}` gives `true`
    "mustRegexMatch" => fn must_regex_match(cx, regex: Text, text: Text) -> Result<bool, FuncError> {
        cx.budget.spend(text.len() as u64)?;
        Ok(checked(cx, &regex)?.find_at(&text, 0).is_some())
    }

    /// All matches, at most so many; -1 for all.
    ///
    /// `{{ regexFindAll "[2,4,6,8]" "123456789" -1 }}` gives `[2 4 6 8]`
    "regexFindAll" => fn regex_find_all(cx, regex: Text, text: Text, limit: i64) -> Result<Value, FuncError> {
        let regex = pattern(cx, &regex)?;
        find_all(cx, &regex, &text, limit)
    }

    /// As `regexFindAll`.
    ///
    /// `{{ mustRegexFindAll "[0-9]" "a1b2" -1 }}` gives `[1 2]`
    "mustRegexFindAll" => fn must_regex_find_all(cx, regex: Text, text: Text, limit: i64) -> Result<Value, FuncError> {
        let regex = checked(cx, &regex)?;
        find_all(cx, &regex, &text, limit)
    }

    /// The first match, or the empty text.
    ///
    /// `{{ regexFind "[a-z][1-9]" "abcd1234" }}` gives `d1`
    "regexFind" => fn regex_find(cx, regex: Text, text: Text) -> Result<Text, FuncError> {
        let regex = pattern(cx, &regex)?;
        find_first(cx, &regex, &text)
    }

    /// As `regexFind`.
    ///
    /// `{{ mustRegexFind "[a-z][1-9]" "abcd1234" }}` gives `d1`
    "mustRegexFind" => fn must_regex_find(cx, regex: Text, text: Text) -> Result<Text, FuncError> {
        let regex = checked(cx, &regex)?;
        find_first(cx, &regex, &text)
    }

    /// Replaces all matches; `${1}` in the replacement stands for the first group.
    ///
    /// `{{ regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W" }}` gives `-W-xxW-`
    "regexReplaceAll" => fn regex_replace_all(cx, regex: Text, text: Text, with: Text) -> Result<Text, FuncError> {
        let regex = pattern(cx, &regex)?;
        replace(cx, &regex, &text, &with, false)
    }

    /// As `regexReplaceAll`.
    ///
    /// `{{ mustRegexReplaceAll "[0-9]" "a1" "#" }}` gives `a#`
    "mustRegexReplaceAll" => fn must_regex_replace_all(cx, regex: Text, text: Text, with: Text) -> Result<Text, FuncError> {
        let regex = checked(cx, &regex)?;
        replace(cx, &regex, &text, &with, false)
    }

    /// Replaces all matches by a text as it is.
    ///
    /// `{{ regexReplaceAllLiteral "a(x*)b" "-ab-axxb-" "${1}" }}` gives `-${1}-${1}-`
    "regexReplaceAllLiteral" => fn regex_replace_all_literal(cx, regex: Text, text: Text, with: Text) -> Result<Text, FuncError> {
        let regex = pattern(cx, &regex)?;
        replace(cx, &regex, &text, &with, true)
    }

    /// As `regexReplaceAllLiteral`.
    ///
    /// `{{ mustRegexReplaceAllLiteral "[0-9]" "a1" "$" }}` gives `a$`
    "mustRegexReplaceAllLiteral" => fn must_regex_replace_all_literal(cx, regex: Text, text: Text, with: Text) -> Result<Text, FuncError> {
        let regex = checked(cx, &regex)?;
        replace(cx, &regex, &text, &with, true)
    }

    /// Cuts a text at all matches into at most so many parts; -1 for all.
    ///
    /// `{{ regexSplit "z+" "pizza" -1 }}` gives `[pi a]`
    "regexSplit" => fn regex_split(cx, regex: Text, text: Text, limit: i64) -> Result<Value, FuncError> {
        let regex = pattern(cx, &regex)?;
        split(cx, &regex, &text, limit)
    }

    /// As `regexSplit`.
    ///
    /// `{{ mustRegexSplit "," "a,b" -1 }}` gives `[a b]`
    "mustRegexSplit" => fn must_regex_split(cx, regex: Text, text: Text, limit: i64) -> Result<Value, FuncError> {
        let regex = checked(cx, &regex)?;
        split(cx, &regex, &text, limit)
    }

    /// Escapes a text so that a pattern matches it as it is.
    ///
    /// `{{ regexQuoteMeta "1.2.3" }}` gives `1\.2\.3`
    "regexQuoteMeta" => fn regex_quote_meta(cx, text: Text) -> Result<Text, FuncError> {
        cx.budget.check_string(text.len() as u64 * 2)?;
        let mut b = cx.builder();
        let mut kept = 0;
        for (i, byte) in text.iter().enumerate() {
            if br"\.+*?()|[]{}^$".contains(byte) {
                b.copy(&text.str, text.origin, kept, i);
                b.push("\\");
                kept = i;
            }
        }
        b.copy(&text.str, text.origin, kept, text.len());
        Ok(cx.text(b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use crate::host::{HelmVersion, Host};

    fn text(s: &str) -> Text {
        Text { str: s.into(), ..Text::default() }
    }

    #[test]
    fn replacements_follow_go() {
        let (host, budget) = (Host::default(), Budget::default());
        let mut cx = Cx::new(&host, &budget, HelmVersion::V4, false);
        let mut run = |regex: &str, input: &str, with: &str| {
            let regex = compile(&regex.into()).unwrap_or_else(|e| panic!("{e}"));
            replace(&mut cx, &regex, &text(input), &text(with), false).map(|t| t.str.to_string())
        };
        assert_eq!(run("a(x*)b", "-ab-axxb-", "${1}W").as_deref(), Ok("-W-xxW-"));
        assert_eq!(run("a(x*)b", "-ab-axxb-", "$1W").as_deref(), Ok("---"));
        assert_eq!(run("(?P<n>b)", "abc", "<$n>$$").as_deref(), Ok("a<b>$c"));
        assert_eq!(run("x*", "héy", "-").as_deref(), Ok("-h-é-y-"));
    }
}
