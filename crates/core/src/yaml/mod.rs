//! YAML as Helm reads and writes it.
//!
//! Reading follows goyaml.v2, the parser inside `sigs.k8s.io/yaml`: the same texts are accepted, with the same
//! values, and the same texts are rejected, with the same words. Bytes go through four stages:
//!
//! * the reader (readerc.go) knows encodings and forbidden characters,
//! * the scanner (scannerc.go) makes tokens,
//! * the parser (parserc.go) makes events,
//! * the composer (decode.go) makes a [`Document`] of nodes with their places in the text.
//!
//! Nothing here recurses, so nesting costs memory and no stack.

mod decode;
mod document;
mod emit;
mod error;
mod gosyntax;
mod parser;
mod reader;
mod resolve;
mod scanner;

pub use crate::json::Numbers;
pub use decode::{Origins, Place, from_text, to_value};
pub use document::{Document, Node, NodeId, NodeKind, documents, parse};
pub use emit::{Dialect, EmitError, emit};
pub use error::YamlError;
pub use resolve::{Resolved, resolve};
pub use scanner::ScalarStyle;
