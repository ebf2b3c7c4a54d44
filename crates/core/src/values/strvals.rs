//! `--set` and its kin: Helm's `pkg/strvals`.
//!
//! Spans count bytes of the argument, which is a small file of its own in the source map.

use crate::chart::ValuesOrigins;
use crate::text::{Str, quote};
use crate::value::number::{atoi, parse_int};
use crate::value::{Heap, ListId, MapId, Repr, Value};

/// How the values of an argument are read.
pub enum Reader<'r> {
    /// `--set`: typed.
    Typed,
    /// `--set-string`: always strings.
    Text,
    /// `--set-json`: JSON.
    Json,
    /// `--set-file`: the content of the named file.
    File(&'r dyn Fn(&str) -> Result<Vec<u8>, String>),
    /// `--set-literal`: everything behind the key as it stands.
    Literal,
}

/// Helm's `MaxIndex`.
const MAX_INDEX: i64 = 65_536;
/// Helm's `MaxNestedNameLevel`.
const MAX_LEVEL: u32 = 30;

/// Merges one argument into `data`. The error is Helm's text without its `failed parsing …:`.
pub fn parse_into(heap: &mut Heap, data: MapId, argument: &str, reader: Reader<'_>, origins: &mut ValuesOrigins<'_>) -> Result<(), String> {
    let chars: Vec<(usize, char)> = argument.char_indices().collect();
    let mut parser = Parser { heap, text: argument, chars, at: 0, reader, origins };
    loop {
        match parser.key(data, 0) {
            Ok(()) => {}
            Err(End::Eof) => return Ok(()),
            Err(End::Error(message)) => return Err(message),
        }
    }
}

enum End {
    Eof,
    Error(String),
}

type Result2<T> = Result<T, End>;

struct Parser<'p, 'o, 't> {
    heap: &'p mut Heap,
    text: &'p str,
    chars: Vec<(usize, char)>,
    at: usize,
    reader: Reader<'p>,
    origins: &'p mut ValuesOrigins<'o>,
    #[allow(dead_code, reason = "ties the lifetime of the text")]
    _text: std::marker::PhantomData<&'t ()>,
}

fn fail<T>(message: impl Into<String>) -> Result2<T> {
    Err(End::Error(message.into()))
}
