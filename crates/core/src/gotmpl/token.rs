//! The items that a template consists of.

use std::ops::Range;

/// Sorts of items with Go's numbers (`itemType` in `text/template/parse/lex.go`); comments are no items here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// An error; the lexer holds its text.
    #[default]
    Error,
    /// `true` or `false`
    Bool,
    /// Any other printable character, such as a comma.
    Char,
    /// `'c'`
    CharConstant,
    /// `1+2i`
    Complex = 5,
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
    /// `block`
    Block = 23,
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `.`
    Dot,
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

    /// Go's `itemKeyword`: the keywords come behind it.
    pub const KEYWORD: i64 = 22;
}

/// One item with its place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Item {
    /// Its sort.
    pub kind: Kind,
    /// First byte in the text.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

impl Item {
    /// Where it is in the text.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The item's text.
    pub fn text<'t>(&self, source: &'t [u8]) -> &'t [u8] {
        source.get(self.range()).unwrap_or_default()
    }
}
