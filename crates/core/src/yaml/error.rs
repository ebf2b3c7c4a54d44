//! What is wrong with a YAML text, in Go's words.

use std::fmt;

/// A place in the text under scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// Byte offset.
    pub offset: u32,
    /// Line, from 0.
    pub line: u32,
    /// Column in characters, from 0.
    pub column: u32,
}

/// Why a text is not YAML, or cannot become a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlError {
    /// Go's text, such as `yaml: line 3: did not find expected key`.
    pub message: String,
    /// Byte offset of the place that Go complains about.
    pub offset: u32,
    /// Line of that place, from 1. Go's own number, where its text has one, may be another.
    pub line: u32,
}

impl YamlError {
    /// An error that Go reports without a line.
    pub(super) fn plain(problem: impl fmt::Display, mark: Mark) -> YamlError {
        YamlError { message: format!("yaml: {problem}"), offset: mark.offset, line: mark.line + 1 }
    }

    /// An error of the scanner: Go's `yaml_parser_set_scanner_error` and `parser.fail`.
    pub(super) fn scanner(problem: impl fmt::Display, context: Mark, mark: Mark) -> YamlError {
        YamlError::at(problem, if mark.line != 0 { mark.line + 1 } else { context.line }, mark)
    }

    /// An error of the parser: Go's `yaml_parser_set_parser_error` and `parser.fail`, which forgets to count from 1.
    pub(super) fn parser(problem: impl fmt::Display, context: Mark, mark: Mark) -> YamlError {
        YamlError::at(problem, if mark.line != 0 { mark.line } else { context.line }, mark)
    }

    fn at(problem: impl fmt::Display, line: u32, mark: Mark) -> YamlError {
        match line {
            0 => YamlError::plain(problem, mark),
            line => YamlError::plain(format_args!("line {line}: {problem}"), mark),
        }
    }
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for YamlError {}
