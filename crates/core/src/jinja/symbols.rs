//! What a Jinja text says without being run: the macros and blocks that it defines, and the values that it names.

use super::tags::{Kind, Word, parts, words};
use crate::language::{Key, Language, Symbols};
use std::ops::Range;

/// Jinja.
pub static JINJA: &dyn Language = &JinjaTexts;

#[derive(Debug)]
struct JinjaTexts;

impl Language for JinjaTexts {
    fn takes(&self, name: &str) -> bool {
        [".j2", ".jinja", ".jinja2"].iter().any(|ending| name.ends_with(ending))
    }

    fn comments(&self, text: &[u8]) -> Vec<Range<usize>> {
        let parts = std::str::from_utf8(text).ok().and_then(parts).unwrap_or_default();
        parts.into_iter().filter(|part| part.kind == Kind::Comment).map(|part| part.inner).collect()
    }

    fn symbols(&self, text: &[u8]) -> Symbols {
        std::str::from_utf8(text).map(symbols).unwrap_or_default()
    }
}

/// What a text defines and names; nothing of one whose tags do not end.
fn symbols(text: &str) -> Symbols {
    let mut found = Symbols::default();
    for part in parts(text).unwrap_or_default() {
        if !matches!(part.kind, Kind::Print | Kind::Block) {
            continue;
        }
        let all = words(text, part.inner.clone());
        if part.kind == Kind::Block
            && let [(Word::Name("macro" | "block"), _), (Word::Name(name), span), ..] = all.as_slice()
        {
            found.definitions.push(((*name).to_owned(), bytes(span)));
        }
        let mut at = 0;
        while let Some((word, _)) = all.get(at) {
            at += 1;
            let is_member = at > 1 && all.get(at - 2).is_some_and(|(before, _)| *before == Word::Sign(b'.'));
            if *word != Word::Name("Values") || is_member {
                continue;
            }
            let mut path = Vec::new();
            loop {
                let (name, span, words) = match all.get(at..).unwrap_or_default() {
                    [(Word::Sign(b'.'), _), (Word::Name(key), span), ..] => (*key, span.clone(), 2),
                    [(Word::Sign(b'['), _), (Word::Text(key), span), (Word::Sign(b']'), _), ..] => {
                        (*key, span.start + 1..span.end - 1, 3)
                    }
                    _ => break,
                };
                path.push(Key { name: name.to_owned(), span: bytes(&span) });
                at += words;
            }
            found.values.push(path);
        }
    }
    found
}

fn bytes(span: &Range<usize>) -> Range<u32> {
    span.start as u32..span.end as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macros_and_paths_of_values_are_found() {
        let text = "{% macro port(p) %}{{ p }}{% endmacro %}{{ Values.a['b-c'].d|int + x.Values.no }}{{ Values[key] }}Values.e";
        let found = symbols(text);
        let named = |path: &Vec<Key>| path.iter().map(|key| key.name.clone()).collect::<Vec<_>>().join("/");
        assert_eq!(found.values.iter().map(named).collect::<Vec<_>>(), ["a/b-c/d", ""]);
        let at = |span: &Range<u32>| &text[span.start as usize..span.end as usize];
        assert!(found.values.iter().flatten().all(|key| at(&key.span) == key.name));
        assert_eq!(found.definitions.first().map(|(name, span)| (name.as_str(), at(span))), Some(("port", "port")));
    }
}
