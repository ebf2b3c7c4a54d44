//! What a Jinja text says without being run: the macros and blocks that it defines, and the values that it names.

use super::tags::{Kind, Word, parts, words};
use std::ops::Range;

/// What a Jinja text defines and names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Symbols {
    /// Its macros and blocks, with the bytes of their names.
    pub definitions: Vec<(String, Range<usize>)>,
    /// Paths below `Values`. What is computed ends a path.
    pub values: Vec<Vec<Key>>,
}

/// A key of a path, and its bytes, without quotation marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub name: String,
    /// Where it stands.
    pub span: Range<usize>,
}

/// What a text defines and names; nothing of one whose tags do not end.
pub fn symbols(text: &str) -> Symbols {
    let mut found = Symbols::default();
    for part in parts(text).unwrap_or_default() {
        if !matches!(part.kind, Kind::Print | Kind::Block) {
            continue;
        }
        let all = words(text, part.inner.clone());
        if part.kind == Kind::Block
            && let [(Word::Name("macro" | "block"), _), (Word::Name(name), span), ..] = all.as_slice()
        {
            found.definitions.push(((*name).to_owned(), span.clone()));
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
                path.push(Key { name: name.to_owned(), span });
                at += words;
            }
            found.values.push(path);
        }
    }
    found
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
        assert!(found.values.iter().flatten().all(|key| text[key.span.clone()] == key.name));
        assert_eq!(
            found.definitions.first().map(|(name, span)| (name.as_str(), &text[span.clone()])),
            Some(("port", "port"))
        );
    }
}
