//! TOML exactly as `github.com/BurntSushi/toml` writes and reads it: v1.6 in Helm 4, v1.5 in Helm 3.

mod decode;
mod encode;
mod lexer;
mod scalar;

pub use decode::decode;
pub use encode::encode;

use crate::budget::Exhausted;
use std::fmt;

/// Why there is no TOML, or no value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TomlError {
    /// Go's text.
    Go(String),
    /// A limit of the host ended the work.
    Exhausted(Exhausted),
}

impl fmt::Display for TomlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TomlError::Go(text) => f.write_str(text),
            TomlError::Exhausted(end) => end.fmt(f),
        }
    }
}

impl std::error::Error for TomlError {}

impl From<Exhausted> for TomlError {
    fn from(end: Exhausted) -> Self {
        TomlError::Exhausted(end)
    }
}

/// Deeper values are refused: people do not write them, and the functions here call themselves.
const MAX_DEPTH: usize = 256;

fn check_depth(depth: usize) -> Result<(), TomlError> {
    if depth > MAX_DEPTH { Err(Exhausted::Depth(MAX_DEPTH as u64).into()) } else { Ok(()) }
}

/// A key with dots between its parts: Go's `Key.String`.
fn dotted<K: AsRef<[u8]>>(key: &[K]) -> Vec<u8> {
    let parts: Vec<Vec<u8>> = key.iter().map(|part| key_text(part.as_ref())).collect();
    parts.join(&b'.')
}

/// A part of a key, in quotes where it needs them.
fn key_text(key: &[u8]) -> Vec<u8> {
    let bare = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    if !key.is_empty() && key.iter().all(bare) {
        return key.to_vec();
    }
    let mut out = vec![b'"'];
    for b in key {
        match escape(*b) {
            Some(text) => out.extend_from_slice(text.as_bytes()),
            None => out.push(*b),
        }
    }
    out.push(b'"');
    out
}

/// What stands for a byte between double quotes, if not itself.
fn escape(b: u8) -> Option<String> {
    Some(match b {
        b'"' => "\\\"".to_owned(),
        b'\\' => "\\\\".to_owned(),
        0x08 => "\\b".to_owned(),
        b'\t' => "\\t".to_owned(),
        b'\n' => "\\n".to_owned(),
        0x0C => "\\f".to_owned(),
        b'\r' => "\\r".to_owned(),
        0..0x20 | 0x7F => format!("\\u{b:04x}"),
        _ => return None,
    })
}
