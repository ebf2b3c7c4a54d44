//! What a Go template says without being run: the helpers that it defines, and the values that it names.

use super::{Item, Kind, items, items_and_comments};
use crate::language::{Key, Language, Symbols};
use crate::text::lossy;
use std::ops::Range;

/// Go's text/template.
pub static GO: &dyn Language = &GoTexts;

#[derive(Debug)]
struct GoTexts;

impl Language for GoTexts {
    fn takes(&self, _: &str) -> bool {
        true
    }

    fn comments(&self, text: &[u8]) -> Vec<Range<usize>> {
        let inside = |action: Range<u32>| {
            let (start, end) = (action.start as usize, action.end as usize);
            let action = text.get(start..end)?;
            Some(start + memchr::memmem::find(action, b"/*")? + 2..start + memchr::memmem::rfind(action, b"*/")?)
        };
        items_and_comments(text).1.into_iter().filter_map(inside).collect()
    }

    fn symbols(&self, text: &[u8]) -> Symbols {
        let items = items(text);
        let mut found = Symbols::default();
        for (number, item) in items.iter().enumerate() {
            let (before, behind) = items.split_at(number);
            let behind = behind.get(1..).unwrap_or_default();
            match item.kind {
                Kind::Define | Kind::Block => {
                    let name = behind.iter().find(|item| item.kind != Kind::Space);
                    found.definitions.extend(name.and_then(|name| quoted(name, text)).map(|key| (key.name, key.span)));
                }
                Kind::Field if item.text(text) == b".Values" => {
                    let fields = behind.iter().take_while(|item| item.kind == Kind::Field);
                    let mut path: Vec<Key> = fields.map(|item| key(item, text, (1, 0))).collect();
                    let arguments = behind.get(path.len()..).filter(|_| is_indexed(before, text)).unwrap_or_default();
                    path.extend(arguments.chunks(2).map_while(|pair| match pair {
                        [space, word] if space.kind == Kind::Space => quoted(word, text),
                        _ => None,
                    }));
                    found.values.push(path);
                }
                _ => {}
            }
        }
        found
    }
}

/// What an item says without so many bytes at its start and its end.
fn key(item: &Item, text: &[u8], (start, end): (u32, u32)) -> Key {
    let span = item.start + start..(item.end - end).max(item.start + start);
    let name = lossy(text.get(span.start as usize..span.end as usize).unwrap_or_default()).into_owned();
    Key { name, span }
}

/// A text between quotation marks.
fn quoted(item: &Item, text: &[u8]) -> Option<Key> {
    matches!(item.kind, Kind::String | Kind::RawString).then(|| key(item, text, (1, 1)))
}

/// Whether what follows is what `index` looks into.
fn is_indexed(before: &[Item], text: &[u8]) -> bool {
    let before = match before {
        [rest @ .., last] if last.kind == Kind::Variable => rest,
        _ => before,
    };
    matches!(before, [.., name, space] if space.kind == Kind::Space && name.text(text) == b"index")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn helpers_and_paths_of_values_are_found() {
        let text = "{{ define \"a\" }}{{ .Values.b.c | quote }}{{ end }}{{- /* .Values.no */ -}}\
            {{ index $.Values.d \"e-f\" $g }}{{ $.Values.h }}{{ block `i` .Values }}{{ end }}.Values.j{{ .k.Values.l }}";
        let found = GoTexts.symbols(text.as_bytes());
        let named = |path: &Vec<Key>| path.iter().map(|key| key.name.clone()).collect::<Vec<_>>().join("/");
        assert_eq!(found.values.iter().map(named).collect::<Vec<_>>(), ["b/c", "d/e-f", "h", "", "l"]);
        let at = |span: &Range<u32>| &text[span.start as usize..span.end as usize];
        assert!(found.values.iter().flatten().all(|key| at(&key.span) == key.name));
        assert_eq!(
            found.definitions.iter().map(|(name, span)| (name.as_str(), at(span))).collect::<Vec<_>>(),
            [("a", "a"), ("i", "i")]
        );
        assert_eq!(
            GoTexts.comments(text.as_bytes()).into_iter().map(|at| &text[at]).collect::<Vec<_>>(),
            [" .Values.no "]
        );
    }

    #[test]
    fn what_is_broken_says_what_it_can() {
        for text in ["{{ define", "{{ define \"", "{{ .Values", "{{ .Values.", "{{ index .Values \"", "{{ define 1 }}"]
        {
            let found = GoTexts.symbols(text.as_bytes());
            assert!(found.definitions.is_empty() && found.values.iter().all(Vec::is_empty), "{text}: {found:?}");
        }
    }
}
