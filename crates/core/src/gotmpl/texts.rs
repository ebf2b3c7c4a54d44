//! Parsed texts, so that what stays the same is parsed once.

use super::ast::Source;
use super::funcs::Callee;
use super::parsed::{ParseError, Parsed};
use super::parser::parse_all;
use crate::cache::Cache;
use crate::host::HelmVersion;
use crate::text::{FileId, Str};
use foldhash::fast::RandomState;
use std::hash::{BuildHasher as _, Hash, Hasher};
use std::sync::Arc;

/// How many bytes of text are kept parsed.
const LIMIT: usize = 64 << 20;

/// The texts that were parsed, by content. Charts that hold one library several times parse it once, and a session
/// parses anew only what was edited.
#[derive(Debug)]
pub struct Texts {
    parsed: Cache<Key, Parsed>,
    hashes: RandomState,
}

/// A text for a version of Helm. Its hash is worked out once for asking and for keeping.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    hash: u64,
    helm: HelmVersion,
    text: Arc<[u8]>,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash.hash(state);
    }
}

impl Default for Texts {
    fn default() -> Self {
        Texts { parsed: Cache::new(LIMIT), hashes: RandomState::default() }
    }
}

impl Texts {
    /// What [`parse_all`] gives, by the functions of a version of Helm.
    pub fn parse(&self, name: Str, text: &Arc<[u8]>, file: FileId, helm: HelmVersion) -> (Parsed, Vec<ParseError>) {
        let key = Key { hash: self.hashes.hash_one(&**text), helm, text: text.clone() };
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
