//! The items that a template consists of.

use crate::text::quote;

/// Sorts of items, as in `text/template/parse/lex.go`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An error; the lexer holds its text.
    Error,
    /// `true` or `false`
    Bool,
    /// Any other printable character, such as a comma.
    Char,
    /// `'c'`
    CharConstant,
    /// `1+2i`
    Complex,
    /// `=`
    Assign,
    /// `:=`
    Declare,
    /// The end of the text.
    Eof,
    /// `.name`
    Field,
    /// `name`
    Identifier,
    /// `{{`, with its trim marker
    LeftDelim,
    /// `(`
    LeftParen,
    /// `12`, `0x1f`, `1.5e3`, `2i`
    Number,
    /// `|`
    Pipe,
    /// `` `text` ``
    RawString,
    /// `}}`, with its trim marker
    RightDelim,
    /// `)`
    RightParen,
    /// Spaces between arguments.
    Space,
    /// `"text"`
    String,
    /// Text outside actions.
    Text,
    /// `$` or `$name`
    Variable,
    /// `.`
    Dot,
    /// `block`
    Block,
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `define`
    Define,
    /// `else`
    Else,
    /// `end`
    End,
    /// `if`
    If,
    /// `nil`
    Nil,
    /// `range`
    Range,
    /// `template`
    Template,
    /// `with`
    With,
}

impl Kind {
    /// The kind of a word: a keyword, a boolean or an identifier.
    pub fn of_word(word: &[u8]) -> Kind {
        match word {
            b"block" => Kind::Block,
            b"break" => Kind::Break,
            b"continue" => Kind::Continue,
            b"define" => Kind::Define,
            b"else" => Kind::Else,
            b"end" => Kind::End,
            b"if" => Kind::If,
            b"nil" => Kind::Nil,
            b"range" => Kind::Range,
            b"template" => Kind::Template,
            b"with" => Kind::With,
            b"true" | b"false" => Kind::Bool,
            _ => Kind::Identifier,
        }
    }

    fn is_keyword(self) -> bool {
        matches!(
            self,
            Kind::Dot
                | Kind::Block
                | Kind::Break
                | Kind::Continue
                | Kind::Define
                | Kind::Else
                | Kind::End
                | Kind::If
                | Kind::Nil
                | Kind::Range
                | Kind::Template
                | Kind::With
        )
    }
}

/// One item with its place.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// Its sort.
    pub kind: Kind,
    /// First byte in the text.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// Line at its start, from 1.
    pub line: u32,
}

impl Item {
    /// The item's text.
    pub fn text<'t>(&self, source: &'t [u8]) -> &'t [u8] {
        source.get(self.start..self.end).unwrap_or_default()
    }

    /// The item as Go's error messages show it (`item.String`).
    pub fn describe(&self, source: &[u8]) -> String {
        let text = self.text(source);
        match self.kind {
            Kind::Eof => "EOF".to_owned(),
            kind if kind.is_keyword() => format!("<{}>", String::from_utf8_lossy(text)),
            _ if text.len() > 10 => {
                // `%.10q` cuts to ten characters before it quotes.
                let cut: String = crate::text::lossy(text).chars().take(10).collect();
                format!("{}...", quote(cut.as_bytes()))
            }
            _ => quote(text),
        }
    }
}
