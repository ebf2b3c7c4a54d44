//! The files of a chart as the host hands them in.

use crate::host::Timestamp;
use std::sync::Arc;

/// A file: its path from the chart's folder, with `/` between the parts, and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Path from the chart's folder.
    pub name: String,
    /// The bytes, without a byte order mark at their start.
    pub data: Arc<[u8]>,
    /// When it was last changed, where the host knows: a stored release tells it.
    pub modified: Option<Timestamp>,
}

impl File {
    /// A file; a UTF-8 byte order mark is dropped, as Helm's loaders do.
    pub fn new(name: impl Into<String>, data: impl AsRef<[u8]>) -> File {
        let data = data.as_ref();
        let data = data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(data);
        File { name: name.into(), data: Arc::from(data), modified: None }
    }

    /// The same file with the time of its last change.
    pub fn modified(self, time: Option<Timestamp>) -> File {
        File { modified: time, ..self }
    }
}
