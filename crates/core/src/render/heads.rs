//! Heads of long documents that were read before: most documents stay the same from render to render.

use super::manifest::Head;
use crate::cache::Cache;
use crate::host::HelmVersion;
use crate::yaml::YamlError;
use std::sync::Arc;

/// How many bytes of documents are kept.
const LIMIT: usize = 64 << 20;

/// Shorter documents are read as fast as they are looked up.
const LONG: usize = 16 << 10;

/// The heads of long documents, by version of Helm and text.
#[derive(Debug)]
pub struct Heads {
    known: Cache<(HelmVersion, Arc<[u8]>), Head>,
}

impl Default for Heads {
    fn default() -> Self {
        Heads { known: Cache::new(LIMIT) }
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

    /// How many bytes of documents are kept.
    pub fn bytes(&self) -> usize {
        self.known.bytes()
    }
}
