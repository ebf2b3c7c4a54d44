//! Go's text/template, faithfully: lexer, parser, executor, functions, error texts.

pub mod funcs;
