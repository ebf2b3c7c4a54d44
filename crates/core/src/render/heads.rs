//! Heads of long documents that were read before, and what can be read of broken ones: most documents stay the same from
//! render to render.

use super::manifest::{Head, patched_text};
use crate::cache::Cache;
use crate::host::HelmVersion;
use crate::yaml::YamlError;
use std::sync::Arc;

/// How many bytes of documents are kept.
const LIMIT: usize = 64 << 20;

/// How many bytes of broken documents are kept.
const MOST_PATCHED: usize = 16 << 20;

/// Shorter documents are read as fast as they are looked up.
const LONG: usize = 16 << 10;

/// The heads of long documents, by version of Helm and text.
#[derive(Debug)]
pub struct Heads {
    known: Cache<(HelmVersion, Arc<[u8]>), Head>,
    /// Documents that are no YAML with their lines at fault left blank, by their texts.
    patched: Cache<Arc<[u8]>, Option<Arc<[u8]>>>,
}

impl Default for Heads {
    fn default() -> Self {
        Heads { known: Cache::new(LIMIT), patched: Cache::new(MOST_PATCHED) }
    }
}

impl Heads {
    /// What [`Head::read`] gives.
    pub(super) fn read(&self, text: &[u8], helm: HelmVersion) -> Result<Head, YamlError> {
        if text.len() < LONG {
            return Head::read(text, helm);
        }
        let key = (helm, Arc::from(text));
        if let Some(head) = self.known.get(&key) {
            return Ok(head);
        }
        let head = Head::read(text, helm)?;
        self.known.insert(key, head.clone(), text.len());
        Ok(head)
    }

    /// What [`patched_text`] gives.
    pub(super) fn patched(&self, text: &[u8]) -> Option<Arc<[u8]>> {
        let key = Arc::from(text);
        if let Some(known) = self.patched.get(&key) {
            return known;
        }
        let patched: Option<Arc<[u8]>> = patched_text(text).map(Arc::from);
        let bytes = text.len() + patched.as_ref().map_or(0, |patched| patched.len());
        self.patched.insert(key, patched.clone(), bytes);
        patched
    }

    /// How many bytes of documents are kept.
    pub fn bytes(&self) -> usize {
        self.known.bytes() + self.patched.bytes()
    }
}
