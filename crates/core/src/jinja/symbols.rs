//! What a Jinja text says without being run: the macros and blocks that it defines, and the values that it names.

use super::tags::{Kind, Word, parts, words};
use std::ops::Range;

/// What a Jinja text defines and names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Symbols {
    /// Its macros and blocks, with the bytes of their names.
    pub definitions: Vec<(String, Range<usize>)>,
    /// Paths below `Values`, with their bytes. What is computed ends a path.
    pub values: Vec<(Vec<String>, Range<usize>)>,
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
        while let Some((word, span)) = all.get(at) {
            at += 1;
            let is_member = at > 1 && all.get(at - 2).is_some_and(|(before, _)| *before == Word::Sign(b'.'));
            if *word != Word::Name("Values") || is_member {
                continue;
            }
            let (mut path, mut end) = (Vec::new(), span.end);
            loop {
                let (key, last) = match all.get(at..).unwrap_or_default() {
                    [(Word::Sign(b'.'), _), (Word::Name(key), key_span), ..] => (*key, (2, key_span.end)),
                    [(Word::Sign(b'['), _), (Word::Text(key), _), (Word::Sign(b']'), close), ..] => {
                        (*key, (3, close.end))
                    }
                    _ => break,
                };
                path.push(key.to_owned());
                at += last.0;
                end = last.1;
            }
            found.values.push((path, span.start..end));
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
        let paths: Vec<_> = found.values.iter().map(|(path, span)| (path.join("/"), &text[span.clone()])).collect();
        assert_eq!(paths, [("a/b-c/d".to_owned(), "Values.a['b-c'].d"), (String::new(), "Values")]);
        assert_eq!(
            found.definitions.first().map(|(name, span)| (name.as_str(), &text[span.clone()])),
            Some(("port", "port"))
        );
    }
}
