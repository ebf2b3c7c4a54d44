//! Rules that repeat: what many fields are asked for, as data.

use super::Context;
use super::check::Reason;
use super::rules::{allowed, range};
use super::syntax::Form;
use crate::kube::quantity::Quantity;
use crate::kube::tree::{Node, quoted};
use std::collections::HashSet;

/// What is asked of a map of fields. A field that is not there is fine, unless the rule is about that.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    /// The fields are there and not empty.
    Required(&'static [&'static str]),
    /// A map that need not be there, whose fields must: where it is not, they are what is missing.
    Below(&'static str, &'static [&'static str]),
    /// One of a few texts; an empty one is filled in by the server.
    Enum(&'static str, &'static [&'static str]),
    /// One of a few texts, and an empty one is none of them.
    OneOf(&'static str, &'static [&'static str]),
    /// A number between two.
    Range(&'static str, i64, i64),
    /// A number that is not negative.
    Count(&'static str),
    /// A text of a form; an empty one is as good as none.
    Form(&'static str, Form),
    /// A text of a form, and an empty one has it not.
    Exact(&'static str, Form),
    /// A list of texts of a form.
    Items(&'static str, Form),
    /// No two items of a list have the same text behind a key.
    Unique(&'static str, &'static str),
    /// No item occurs twice in a list.
    Distinct(&'static str),
    /// Exactly one of the fields is there.
    ExactlyOne(&'static [&'static str]),
    /// A list has at most so many items.
    Most(&'static str, usize),
    /// A text has at most so many bytes.
    Longest(&'static str, usize),
    /// A quantity that is not negative.
    NotNegative(&'static str),
    /// A quantity above zero.
    Positive(&'static str),
    /// A rule that came with a minor version of Kubernetes.
    Since(u32, &'static Rule),
    /// A rule that went after a minor version of Kubernetes.
    Until(u32, &'static Rule),
}

/// What the server says of numbers below zero.
pub(super) const NOT_NEGATIVE: &str = "must be greater than or equal to 0";

/// Whether a value says nothing.
pub(super) fn is_blank(node: Node<'_>) -> bool {
    node.as_str() == Some("") || ((node.is_list() || node.is_map()) && node.is_empty())
}

/// A text that a key has, with its node.
pub(super) fn text<'t>(node: Node<'t>, key: &str) -> Option<(Node<'t>, &'t str)> {
    let node = node.get(key)?;
    Some((node, node.as_str()?))
}

/// The same where it is not empty.
pub(super) fn some<'t>(node: Node<'t>, key: &str) -> Option<(Node<'t>, &'t str)> {
    text(node, key).filter(|(_, text)| !text.is_empty())
}

/// A text has a form.
pub(super) fn form(cx: &mut Context<'_, '_>, node: Node<'_>, text: &str, form: Form) {
    if let Err(problem) = form(text) {
        cx.problem(&problem).error(node, format!("{} cannot be used here: {problem}", quoted(text)));
    }
}

/// A field that must be there, and say something.
pub(super) fn required(cx: &mut Context<'_, '_>, node: Node<'_>, key: &str) {
    match node.get(key) {
        None => cx.says(Reason::Required, "").missing(node, key, format!("the required field `{key}` is missing")),
        Some(value) if is_blank(value) => {
            cx.says(Reason::Required, "").error(value, format!("the required field `{key}` is empty"));
        }
        Some(_) => {}
    }
}

impl Rule {
    /// Looks at a map.
    pub(super) fn check(self, cx: &mut Context<'_, '_>, node: Node<'_>) {
        if !node.is_map() {
            return;
        }
        match self {
            Rule::Required(keys) => keys.iter().for_each(|key| required(cx, node, key)),
            Rule::Below(map, keys) => {
                for key in keys.iter().filter(|_| node.get(map).is_none()) {
                    let message = format!("the required field `{key}` is missing");
                    cx.says(Reason::Required, "").at(node, &[map, key], message);
                }
            }
            Rule::Enum(key, values) => allowed(cx, node, key, values),
            Rule::OneOf(key, values) => match text(node, key) {
                Some((value, "")) => {
                    let known = crate::diag::words::one_of(values);
                    cx.error(value, format!("expected {known}, found \"\""));
                }
                _ => allowed(cx, node, key, values),
            },
            Rule::Range(key, low, high) => range(cx, node, key, low, high),
            Rule::Count(key) => range(cx, node, key, 0, i64::MAX),
            Rule::Form(key, wanted) => {
                if let Some((value, text)) = some(node, key) {
                    form(cx, value, text, wanted);
                }
            }
            Rule::Exact(key, wanted) => {
                if let Some((value, text)) = text(node, key) {
                    form(cx, value, text, wanted);
                }
            }
            Rule::Items(key, wanted) => {
                for item in node.list(key) {
                    // A null is an empty text to the server.
                    if item.is_null() || item.as_str().is_some() {
                        form(cx, item, item.as_str().unwrap_or(""), wanted);
                    }
                }
            }
            Rule::Unique(list, key) => {
                let mut seen = HashSet::new();
                for item in node.list(list).filter(|item| item.is_map()) {
                    if let Some((value, text)) = some(item, key)
                        && !seen.insert(text)
                    {
                        let message = format!("another item has the same {key}, {}", quoted(text));
                        cx.says(Reason::Duplicate, "").error(value, message);
                    }
                }
            }
            Rule::Distinct(list) => {
                let mut seen = HashSet::new();
                for item in node.list(list) {
                    if let Some(text) = item.as_str()
                        && !seen.insert(text)
                    {
                        cx.says(Reason::Duplicate, "").error(item, format!("{} occurs twice", quoted(text)));
                    }
                }
            }
            Rule::ExactlyOne(keys) => {
                let found: Vec<&str> = keys.iter().copied().filter(|key| node.get(key).is_some()).collect();
                let all = keys.join(", ");
                match found.as_slice() {
                    [] => cx.error(node, format!("expected one of {all}")),
                    [_] => {}
                    many => cx.error(node, format!("expected one of {all}, found {}", many.join(" and "))),
                }
            }
            Rule::Most(key, most) => {
                if let Some(list) = node.get(key).filter(|list| list.len() > most) {
                    let server = format!("must have at most {most} items");
                    let message = format!("expected at most {most} items, found {}", list.len());
                    cx.says(Reason::TooMany, server).error(list, message);
                }
            }
            Rule::Longest(key, most) => {
                if let Some((value, text)) = text(node, key).filter(|(_, text)| text.len() > most) {
                    let message = format!("expected at most {most} characters, found {}", text.len());
                    cx.says(Reason::TooLong, "").error(value, message);
                }
            }
            Rule::NotNegative(key) => {
                if let Some(value) = node.get(key)
                    && super::rules::quantity(value).is_some_and(Quantity::is_negative)
                {
                    let message = format!("expected a quantity that is not negative, found {}", value.found());
                    cx.says(Reason::Invalid, NOT_NEGATIVE).error(value, message);
                }
            }
            Rule::Positive(key) => {
                if let Some(value) = node.get(key)
                    && super::rules::quantity(value).is_some_and(|q| q.is_negative() || q.is_zero())
                {
                    cx.error(value, format!("expected a quantity above zero, found {}", value.found()));
                }
            }
            Rule::Until(minor, rule) => {
                if cx.minor() <= minor {
                    rule.check(cx, node);
                }
            }
            Rule::Since(minor, rule) => {
                if cx.minor() >= minor {
                    rule.check(cx, node);
                }
            }
        }
    }
}
