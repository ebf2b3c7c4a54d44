//! JSON exactly as Go 1.27's `encoding/json` writes and reads it.

mod decode;
mod encode;

pub use decode::{Options, Target, decode, decode_prefix, decode_prefix_as, decode_with};
pub use encode::{Style, encode};
pub(crate) use encode::{float, int, is_empty, marshal_error};

use crate::budget::Exhausted;
use crate::value::Value;
use std::fmt;

/// Why there is no JSON, or no value.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum JsonError {
    /// Go's text.
    Go(String),
    /// A number that a float cannot hold. Go reads the rest all the same.
    OutOfRange {
        /// Go's text.
        text: String,
        /// What was read, with nothing or zero in place of the number.
        value: Box<Value>,
    },
    /// A limit of the host ended the work.
    Exhausted(Exhausted),
}

impl PartialEq for JsonError {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JsonError::Go(text) | JsonError::OutOfRange { text, .. } => f.write_str(text),
            JsonError::Exhausted(end) => end.fmt(f),
        }
    }
}

impl std::error::Error for JsonError {}

impl From<Exhausted> for JsonError {
    fn from(end: Exhausted) -> Self {
        JsonError::Exhausted(end)
    }
}

/// What numbers become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbers {
    /// `float64`, as `json.Unmarshal` makes of all numbers.
    #[default]
    Float,
    /// `int64` where the number is whole and fits, otherwise `float64`.
    Exact,
    /// The same, and infinities pass, for which JSON has no number: a text may be wanted.
    Loose,
}

/// Go's limit for nested arrays and objects.
pub(crate) const MAX_DEPTH: usize = 10_000;
