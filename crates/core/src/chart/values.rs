//! A values file as it was read.

use crate::value::{Heap, Value};
use crate::yaml::Document;
use std::ops::{Deref, Range};
use std::sync::{Arc, OnceLock};

/// A values file: its text and its documents.
#[derive(Clone, Debug)]
pub struct ValuesFile {
    /// The text.
    pub text: Arc<[u8]>,
    /// Its documents with the offset of each in the text.
    pub documents: Vec<(usize, Arc<ValuesDocument>)>,
}

impl ValuesFile {
    /// Whether all its values are made already.
    pub fn is_made(&self) -> bool {
        self.documents.iter().all(|(_, document)| document.values.is_some())
    }
}

/// A document of a values file. Where renders want values, those were made at once; of an ordinary document the nodes, which many
/// renders have no use for, are made when somebody first asks for one.
#[derive(Debug)]
pub struct ValuesDocument {
    values: Option<(Heap, Value)>,
    text: Arc<[u8]>,
    range: Range<usize>,
    nodes: OnceLock<Document>,
}

impl ValuesDocument {
    /// A document of which the nodes are there, and the values may be.
    pub fn of_nodes(nodes: Document, values: Option<(Heap, Value)>) -> ValuesDocument {
        ValuesDocument { values, text: Arc::default(), range: 0..0, nodes: OnceLock::from(nodes) }
    }

    /// The document in a range of a text, where it is an ordinary map or nothing.
    pub fn of_ordinary(text: &Arc<[u8]>, range: Range<usize>) -> Option<ValuesDocument> {
        let values = crate::yaml::ordinary_map(text.get(range.clone())?)?;
        Some(ValuesDocument { values: Some(values), text: text.clone(), range, nodes: OnceLock::new() })
    }

    /// What it says, a map or nothing, with the heap that holds all of it and nothing else; none where that is still to be made.
    pub fn values(&self) -> Option<(&Heap, &Value)> {
        self.values.as_ref().map(|(heap, value)| (heap, value))
    }
}

impl Deref for ValuesDocument {
    type Target = Document;

    fn deref(&self) -> &Document {
        self.nodes.get_or_init(|| {
            // What is ordinary has no errors.
            let mut nodes =
                crate::yaml::parse(self.text.get(self.range.clone()).unwrap_or_default()).unwrap_or_default();
            nodes.compact();
            nodes
        })
    }
}
