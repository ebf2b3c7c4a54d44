//! Parsed texts, so that what stays the same is parsed once.

use super::ast::Source;
use super::funcs::Callee;
use super::parsed::{ParseError, Parsed};
use super::parser::parse_all;
use crate::cache::Cache;
use crate::host::HelmVersion;
use crate::text::{FileId, Str};
use std::sync::Arc;
#[cfg(not(target_family = "wasm"))]
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many bytes take longer to parse than a thread to start.
#[cfg(not(target_family = "wasm"))]
const WORTH_A_THREAD: usize = 64 << 10;

/// How many bytes of text are kept parsed.
const LIMIT: usize = 64 << 20;

/// The texts that were parsed, by content. Charts that hold one library several times parse it once, and a session
/// parses anew only what was edited.
#[derive(Debug)]
pub struct Texts {
    parsed: Cache<(HelmVersion, Arc<[u8]>), Parsed>,
}

impl Default for Texts {
    fn default() -> Self {
        Texts { parsed: Cache::new(LIMIT) }
    }
}

impl Texts {
    /// What [`parse_all`] gives, by the functions of a version of Helm.
    pub fn parse(&self, name: Str, text: &Arc<[u8]>, file: FileId, helm: HelmVersion) -> (Parsed, Vec<ParseError>) {
        let key = (helm, text.clone());
        if let Some(known) = self.parsed.get(&key)
            && let Some(parsed) = renamed(known, &name, file)
        {
            return (parsed, Vec::new());
        }
        let (parsed, errors) = parse_all(name, text.clone(), file, &|name| Callee::find(name, helm));
        if errors.is_empty() {
            self.parsed.insert(key, parsed.clone(), text.len());
        }
        (parsed, errors)
    }

    /// Parses texts on all cores, so that asking for them finds them. Short ones are not worth a thread.
    #[cfg(not(target_family = "wasm"))]
    pub fn parse_ahead<'t>(&self, texts: impl Iterator<Item = (&'t str, &'t Arc<[u8]>, FileId)>, helm: HelmVersion) {
        let texts: Vec<_> = texts.collect();
        let bytes: usize = texts.iter().map(|(_, text, _)| text.len()).sum();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let longest = texts.iter().max_by_key(|(_, text, _)| text.len());
        // Where the longest is known, little is new.
        let known = longest.is_some_and(|(_, text, _)| self.parsed.get(&(helm, (*text).clone())).is_some());
        if cores < 2 || bytes < WORTH_A_THREAD || known {
            return;
        }
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some((name, text, file)) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.parse(Str::from(*name), text, *file, helm);
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..cores.min(bytes / WORTH_A_THREAD + 1) {
                scope.spawn(work);
            }
            work();
        });
    }

    /// How many bytes of text are kept parsed.
    pub fn bytes(&self) -> usize {
        self.parsed.bytes()
    }
}

/// The same text under another name and number; none where it defines a template of either name itself, for then the
/// name matters.
fn renamed(mut parsed: Parsed, name: &Str, file: FileId) -> Option<Parsed> {
    let (own, others) = parsed.definitions.split_last_mut()?;
    let old = &parsed.source.name;
    if own.name != *old || others.iter().any(|other| other.name == *old || other.name == *name) {
        return None;
    }
    own.name = name.clone();
    parsed.source = Source { name: name.clone(), file, tree: parsed.source.tree };
    Some(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_parsed_ahead_are_found() {
        let texts = Texts::default();
        let long = |n: usize| Arc::from("{{ .a }} text\n".repeat(1_000 + n).into_bytes());
        let all: Vec<Arc<[u8]>> = (0..10).map(long).collect();
        let wanted = || all.iter().map(|text| ("a", text, FileId(0)));
        texts.parse_ahead(wanted(), HelmVersion::V4);
        let bytes = all.iter().map(|text| text.len()).sum::<usize>();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        assert_eq!(texts.bytes(), if cores > 1 { bytes } else { 0 });
    }

    #[test]
    fn a_text_is_parsed_once() {
        let texts = Texts::default();
        let parse = |name: &str, text: &str, file| {
            texts.parse(Str::from(name), &Arc::from(text.as_bytes()), FileId(file), HelmVersion::V4).0
        };
        let names = |parsed: &Parsed| parsed.definitions.iter().map(|d| d.name.to_string()).collect::<Vec<_>>();
        let text = "{{ define \"x\" }}1{{ end }}{{ .a }}";
        let (first, second) = (parse("a", text, 0), parse("b", text, 1));
        assert!(Arc::ptr_eq(&first.source.tree, &second.source.tree));
        assert_eq!((names(&second), second.source.file), (vec!["x".to_owned(), "b".to_owned()], FileId(1)));
        // Go has one template of a name.
        let third = parse("x", text, 2);
        assert!(!Arc::ptr_eq(&first.source.tree, &third.source.tree));
        assert_eq!(names(&third), ["x"]);
    }
}
