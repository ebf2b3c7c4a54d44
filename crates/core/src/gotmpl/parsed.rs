//! What parsing a text gives.

use super::ast::{NodeId, Source};
use crate::diag::Fact;
use crate::text::{FileId, Str};
use std::ops::Range;

/// A template defined in a text.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Its name.
    pub name: Str,
    /// Its body, a list node.
    pub root: NodeId,
    /// Whether the body is nothing but blanks.
    pub empty: bool,
    /// Whether something in it did not parse: there it has holes.
    pub broken: bool,
}

/// A parsed text and the templates it defines.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The syntax tree.
    pub source: Source,
    /// The definitions in the order they were completed; the text itself is the last.
    pub definitions: Vec<Definition>,
    /// Where the comments are, delimiters left out.
    pub comments: Vec<Range<u32>>,
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Name of the text.
    pub name: Str,
    /// Line, from 1.
    pub line: u32,
    /// Go's message, without `template: name:line: `.
    pub message: String,
    /// Go's whole text where the name holds a `%`: Go formats the name too, and it takes the arguments of the words
    /// behind it.
    pub formatted: Option<Box<str>>,
    /// The text in the source map.
    pub file: FileId,
    /// Byte where the offending item starts.
    pub offset: u32,
    /// What is wrong, as data, where the parser knows.
    pub fact: Option<Box<Fact>>,
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.formatted {
            Some(text) => f.write_str(text),
            None => write!(f, "template: {}:{}: {}", self.name, self.line, self.message),
        }
    }
}

impl std::error::Error for ParseError {}
