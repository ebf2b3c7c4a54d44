//! Go's text/template, faithfully: lexer, parser, executor, functions, error texts.
//!
//! A text becomes a syntax tree ([`parse`]); the trees of a chart form a [`TemplateSet`]; an
//! [`Exec`] runs one of its templates over a value and writes text, noting for every piece what
//! wrote it if the render is traced.

pub mod ast;
mod call;
mod called;
mod complaint;
mod constant;
mod dashed;
mod error;
mod eval;
mod exec;
pub mod funcs;
mod hole;
mod lexer;
mod memo;
mod parsed;
mod parser;
mod recover;
mod set;
mod symbols;
mod texts;
mod token;
mod within;

pub use error::{ExecError, Site};
pub use exec::{Exec, VirtualFile};
pub use hole::Holes;
pub use lexer::{items, items_and_comments};
pub use parsed::{ParseError, Parsed};
pub use parser::{parse, parse_all};
pub use set::{Template, TemplateSet};
pub use symbols::GO;
pub use texts::Texts;
pub use token::{Item, Kind};
