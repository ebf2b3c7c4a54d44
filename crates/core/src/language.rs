//! The languages that templates are written in, and what a text in them says without being run.
//!
//! What runs templates is an engine of [`crate::render`], each with its language.

use std::fmt::Debug;
use std::ops::Range;

/// A language of templates.
pub trait Language: Debug + Sync {
    /// Whether templates of that name are in this language. Go's takes all that are left.
    fn takes(&self, name: &str) -> bool;

    /// The comments of a text without what opens and closes them: bytes of the text.
    fn comments(&self, text: &[u8]) -> Vec<Range<usize>>;

    /// What a text defines and names; of what cannot be read nothing.
    fn symbols(&self, text: &[u8]) -> Symbols;
}

/// What a text defines and names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Symbols {
    /// What can be called: helpers, macros and blocks, with the bytes of their names, without quotation marks.
    pub definitions: Vec<(String, Range<u32>)>,
    /// Paths below `Values`, as they are written. What is computed ends a path.
    pub values: Vec<Vec<Key>>,
}

/// A key of a path, and its bytes, without quotation marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub name: String,
    /// Where it stands.
    pub span: Range<u32>,
}
