//! Why a Jinja template gives nothing.

use super::tags::{Kind, Word, parts, words};
use crate::diag::Fact;
use crate::text::{Origin, Span};
use minijinja::{Environment, Error, ErrorKind};
use std::fmt;
use std::ops::Range;

/// Why a Jinja template gives nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JinjaError {
    /// Name of the template.
    pub name: String,
    /// Line, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong, in Jinja's words.
    pub message: String,
    /// The place in its file, where that is known.
    pub span: Option<Span>,
    /// Where templates were included on the way, innermost last.
    pub calls: Vec<Span>,
    /// What is wrong, as data, where that is known.
    pub fact: Option<Box<Fact>>,
    /// The values that it speaks of, in traced renders.
    pub about: Origin,
}

impl JinjaError {
    /// What Jinja says of the template `name`, whose text is `text`. `places` leads from a template and bytes of what
    /// Jinja read to its file.
    pub(super) fn new(
        error: &Error,
        name: &str,
        text: &str,
        places: &dyn Fn(&str, Range<usize>) -> Option<Span>,
        env: &Environment<'_>,
    ) -> JinjaError {
        fn next<'e>(error: &&'e Error) -> Option<&'e Error> {
            std::error::Error::source(*error)?.downcast_ref()
        }
        let chain: Vec<&Error> = std::iter::successors(Some(error), next).collect();
        let place = |error: &Error| places(error.name().unwrap_or(name), error.range()?);
        let (inner, outer) = chain.split_last().map_or((error, &[][..]), |(inner, outer)| (*inner, outer));
        let inner_name = inner.name().unwrap_or(name);
        let source = env.get_template(inner_name);
        let source = source.as_ref().map_or(text, |template| template.source());
        JinjaError {
            name: inner_name.to_owned(),
            line: inner.line(),
            message: match inner.detail() {
                Some(detail) => format!("{}: {detail}", inner.kind()),
                None => inner.kind().to_string(),
            },
            span: place(inner),
            calls: outer.iter().filter_map(|error| place(error)).collect(),
            fact: fact(inner, source, env).map(Box::new),
            about: Origin::NONE,
        }
    }
}

/// What is wrong, as data.
fn fact(error: &Error, text: &str, env: &Environment<'_>) -> Option<Fact> {
    let mut range = error.range().filter(|range| text.get(range.clone()).is_some()).unwrap_or(0..text.len());
    // Of a filter and of a test the name alone is told.
    let before = text.get(..range.start).unwrap_or_default().trim_end();
    range.start = before.strip_suffix('|').or(before.strip_suffix("is")).map_or(range.start, str::len);
    let all = words(text, range);
    let behind = |is: fn(&Word<'_>) -> bool| {
        let names = all.windows(2).filter(move |pair| pair.first().is_some_and(|(word, _)| is(word)));
        names.filter_map(|pair| if let Some((Word::Name(name), _)) = pair.get(1) { Some(*name) } else { None })
    };
    let is = |result: Result<(), Error>, kind| result.is_err_and(|error| error.kind() == kind);
    let zero = || [minijinja::Value::from(0)];
    let name = match error.kind() {
        ErrorKind::SyntaxError => return unclosed(text),
        ErrorKind::TemplateNotFound => {
            let name = all.iter().find_map(|(word, _)| if let Word::Text(name) = word { Some(*name) } else { None })?;
            return Some(Fact::UnknownTemplate { name: name.to_owned(), near: None });
        }
        ErrorKind::UnknownFilter => behind(|word| *word == Word::Sign(b'|'))
            .find(|name| is(env.empty_state().apply_filter(name, &zero()).map(drop), ErrorKind::UnknownFilter)),
        ErrorKind::UnknownTest => behind(|word| matches!(word, Word::Name("is" | "not")))
            .find(|name| is(env.empty_state().perform_test(name, &zero()).map(drop), ErrorKind::UnknownTest)),
        ErrorKind::UnknownFunction => {
            let calls = all.windows(2).filter(|pair| pair.get(1).is_some_and(|(word, _)| *word == Word::Sign(b'(')));
            let mut names = calls
                .filter_map(|pair| if let Some((Word::Name(name), _)) = pair.first() { Some(*name) } else { None });
            names.find(|name| !env.globals().any(|(known, _)| known == *name))
        }
        _ => None,
    };
    Some(Fact::UnknownFunction { name: name?.to_owned(), near: None })
}

/// What is not closed in a text: a tag, or the innermost block that is open at its end.
fn unclosed(text: &str) -> Option<Fact> {
    let line = |at: usize| text.get(..at).map(|before| 1 + before.matches('\n').count() as u32);
    let Some(parts) = parts(text) else {
        return Some(Fact::Unclosed { what: "action".to_owned(), opened: None });
    };
    let mut open: Vec<(&str, usize)> = Vec::new();
    for part in parts.iter().filter(|part| part.kind == Kind::Block) {
        let all = words(text, part.inner.clone());
        let Some((Word::Name(keyword), _)) = all.first() else { continue };
        let is_block = match *keyword {
            "for" | "if" | "with" | "macro" | "call" | "filter" | "block" | "autoescape" => true,
            "set" => !all.iter().any(|(word, _)| *word == Word::Sign(b'=')),
            _ => false,
        };
        if is_block {
            open.push((keyword, part.span.start));
        } else if let Some(name) = keyword.strip_prefix("end") {
            // Another one is closed than is open: that is what is wrong.
            if open.last().is_some_and(|(keyword, _)| *keyword != name) {
                break;
            }
            open.pop();
        }
    }
    let (what, at) = open.last()?;
    Some(Fact::Unclosed { what: (*what).to_owned(), opened: line(*at) })
}

impl fmt::Display for JinjaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.name, self.message),
            None => write!(f, "{}: {}", self.name, self.message),
        }
    }
}

impl std::error::Error for JinjaError {}
