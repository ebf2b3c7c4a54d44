//! Parse errors in Go's words (`Tree.errorf` and `item.String` of `text/template/parse`).
//!
//! Go formats the name of the text together with the message, so a `%` in the name takes the arguments of the words
//! behind it. Messages are formats and arguments here too, and Go's own `fmt` makes the text of them.

use super::dashed::dashed_key;
use super::parsed::ParseError;
use super::parser::{Parser, Result};
use super::token::{Item, Kind};
use crate::budget::{Budget, CancelToken, Limits};
use crate::diag::Fact;
use crate::text::{Str, lossy, quote};
use crate::value::{Heap, IntType, Repr, StructType, Structure, Value, fmt};
use std::sync::Arc;

/// Go's `item`, what the lexer gives.
static ITEM: StructType = StructType {
    string: Some(describe),
    ..StructType::new("parse.item", "*parse.item", &["typ", "pos", "val", "line"])
};

/// Go's `elseNode`.
static ELSE: StructType =
    StructType { string: Some(|_| "{{else}}".to_owned()), ..StructType::new("parse.elseNode", "*parse.elseNode", &[]) };

/// Go's `endNode`.
static END: StructType =
    StructType { string: Some(|_| "{{end}}".to_owned()), ..StructType::new("parse.endNode", "*parse.endNode", &[]) };

/// What a message tells of a node.
#[derive(Clone, Copy)]
pub(super) enum Stop {
    Else,
    End,
}

impl Stop {
    pub fn word(self) -> &'static str {
        match self {
            Stop::Else => "else",
            Stop::End => "end",
        }
    }
}

impl From<Stop> for Value {
    fn from(stop: Stop) -> Value {
        let ty = match stop {
            Stop::Else => &ELSE,
            Stop::End => &END,
        };
        structure(ty, true, Vec::new())
    }
}

fn structure(ty: &'static StructType, pointer: bool, fields: Vec<Value>) -> Value {
    Value::new(Repr::Struct(Arc::new(Structure::new(ty, pointer, fields))))
}

/// `item.String`
fn describe(item: &Structure) -> String {
    let [typ, _, val, _] = item.fields.as_slice() else { return String::new() };
    let (Repr::Int(typ, _), Repr::Str(val)) = (&typ.repr, &val.repr) else { return String::new() };
    match *typ {
        typ if typ == Kind::Eof as i64 => "EOF".to_owned(),
        typ if typ == Kind::Error as i64 => lossy(val).into_owned(),
        typ if typ > Kind::KEYWORD => format!("<{}>", lossy(val)),
        _ if val.len() > 10 => {
            // `%.10q` cuts to ten characters before it quotes.
            let cut: String = lossy(val).chars().take(10).collect();
            format!("{}...", quote(cut.as_bytes()))
        }
        _ => quote(val),
    }
}

/// `fmt.Sprintf`
fn sprintf(format: &str, args: &[Value]) -> String {
    let budget = Budget::new(Limits::default(), CancelToken::default());
    // A message is far shorter than any limit.
    let text = fmt::sprintf(&Heap::new(), &budget, format.as_bytes(), args).unwrap_or_default();
    text.to_lossy().into_owned()
}

impl Parser<'_> {
    /// `Tree.errorf`
    #[cold]
    pub(super) fn error<T>(&self, format: &str, args: &[Value]) -> Result<T> {
        self.error_of(format, args, None)
    }

    /// An error that is known as data too.
    pub(super) fn error_of<T>(&self, format: &str, args: &[Value], fact: impl Into<Option<Fact>>) -> Result<T> {
        let [at, ..] = &self.state.tokens;
        let (name, line) = (self.name.to_lossy(), self.line_at(at.start));
        let formatted = name.contains('%').then(|| sprintf(&format!("template: {name}:{line}: {format}"), args));
        Err(Box::new(ParseError {
            name: self.name.clone(),
            line,
            message: sprintf(format, args),
            formatted: formatted.map(Into::into),
            file: self.file,
            offset: at.start,
            fact: fact.into().map(Box::new),
        }))
    }

    /// `Tree.unexpected`
    #[cold]
    pub(super) fn unexpected<T>(&self, item: &Item, context: &str) -> Result<T> {
        if item.kind == Kind::Error {
            let error = self.lexer.error_text();
            let mut extra = String::new();
            let opened = self.state.action.map(|start| self.line_at(start));
            if let Some(line) = opened.filter(|line| *line != self.line_at(item.start)) {
                let action = if error.ends_with(" action") { "" } else { " in action" };
                extra = format!("{action} started at {}:{line}", self.name);
            }
            let unclosed = self.lexer.unclosed().map(|what| Fact::Unclosed { what: what.to_owned(), opened });
            let fact = unclosed.or_else(|| dashed_key(self.text, item.start as usize));
            return self.error_of("%s%s", &[self.item(item), Value::str(extra)], fact);
        }
        // A definition stands in no block: one before it is not closed.
        let fact = if item.kind == Kind::Define { self.unclosed() } else { None };
        self.error_of("unexpected %s in %s", &[self.item(item), Value::str(context)], fact)
    }

    /// An item as Go's error messages get it.
    fn item(&self, item: &Item) -> Value {
        let val = if item.kind == Kind::Error { self.lexer.error_text().as_bytes() } else { item.text(self.text) };
        let of = |number: i64, ty| Value::new(Repr::Int(number, ty));
        let fields = vec![
            of(item.kind as i64, IntType::ItemType),
            of(i64::from(item.start), IntType::Pos),
            Value::str(Str::from(val)),
            Value::int(i64::from(self.line_at(item.start))),
        ];
        structure(&ITEM, false, fields)
    }
}
