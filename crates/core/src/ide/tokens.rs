//! What each word is, for colours.

use super::workspace::{FileKind, Snapshot};
use crate::gotmpl::Kind;
use std::ops::Range;

/// A word and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The bytes.
    pub range: Range<u32>,
    /// What it is.
    pub kind: TokenKind,
}

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// `{{` and `}}`, `|`, `:=`.
    Operator,
    /// A word of the language.
    Keyword,
    /// A function.
    Function,
    /// The name of a helper.
    Helper,
    /// A variable.
    Variable,
    /// A field.
    Property,
    /// A text.
    String,
    /// A number.
    Number,
    /// A comment.
    Comment,
}

impl TokenKind {
    /// All, in the order of their numbers.
    pub const ALL: [TokenKind; 9] = [
        TokenKind::Operator,
        TokenKind::Keyword,
        TokenKind::Function,
        TokenKind::Helper,
        TokenKind::Variable,
        TokenKind::Property,
        TokenKind::String,
        TokenKind::Number,
        TokenKind::Comment,
    ];

    /// The name that editors have for it.
    pub fn name(self) -> &'static str {
        match self {
            TokenKind::Operator => "operator",
            TokenKind::Keyword => "keyword",
            TokenKind::Function => "function",
            TokenKind::Helper => "macro",
            TokenKind::Variable => "variable",
            TokenKind::Property => "property",
            TokenKind::String => "string",
            TokenKind::Number => "number",
            TokenKind::Comment => "comment",
        }
    }
}

impl Snapshot {
    /// What the words of the template's actions are, in the order of the text.
    pub fn tokens(&self) -> Vec<Token> {
        if self.kind != FileKind::Template {
            return Vec::new();
        }
        let template = self.template();
        let mut names_helper = false;
        let comment = |range: &Range<u32>| Token { range: range.clone(), kind: TokenKind::Comment };
        let mut found: Vec<Token> = template.comments.iter().map(comment).collect();
        for item in &template.items {
            let kind = match item.kind {
                Kind::Text | Kind::Space | Kind::LeftParen | Kind::RightParen | Kind::Error | Kind::Eof => continue,
                Kind::LeftDelim | Kind::RightDelim | Kind::Pipe | Kind::Assign | Kind::Declare | Kind::Char => {
                    TokenKind::Operator
                }
                Kind::Identifier => TokenKind::Function,
                Kind::Variable => TokenKind::Variable,
                Kind::Field | Kind::Dot => TokenKind::Property,
                Kind::String | Kind::RawString if names_helper => TokenKind::Helper,
                Kind::String | Kind::RawString | Kind::CharConstant => TokenKind::String,
                Kind::Number | Kind::Complex => TokenKind::Number,
                _ => TokenKind::Keyword,
            };
            let text = item.text(template.text);
            names_helper = matches!(item.kind, Kind::Define | Kind::Block | Kind::Template)
                || (item.kind == Kind::Identifier && text == b"include");
            found.push(Token { range: item.start..item.end, kind });
        }
        found.sort_by_key(|token| token.range.start);
        found
    }
}
