//! What a schema says of single values: enumerations, patterns, lengths, bounds.

use crate::diag::Fact;
use crate::kube::crds::{Bound, Const, More};
use crate::kube::tree::{Data, Node};
use crate::validate::Sink;
use std::collections::HashSet;

/// Checks one value.
pub(super) fn check(node: Node<'_>, more: &More, sink: &mut Sink<'_>) {
    if !more.values.is_empty() && !more.values.iter().any(|value| is(node, value)) {
        sink.not_listed(node, more.values.iter().map(written).collect());
    }
    match node.data() {
        Data::Str(text) => string(node, text, more, sink),
        Data::List => {
            count(node, node.len() as u64, more.items, "items", sink);
            if more.unique {
                unique(node, sink);
            }
        }
        Data::Map => count(
            node,
            node.entries().filter(|(_, value)| !value.is_null()).count() as u64,
            more.entries,
            "entries",
            sink,
        ),
        _ => number(node, more, sink),
    }
}

/// Whether a node is a value of an enumeration.
fn is(node: Node<'_>, value: &Const) -> bool {
    match (node.data(), value) {
        // Nobody enumerates collections.
        (_, Const::List(_) | Const::Map(_)) | (Data::Null, Const::Null) => true,
        (Data::Bool(a), Const::Bool(b)) => a == b,
        (Data::Str(a), Const::Str(b)) => **a == **b,
        (_, Const::Int(b)) => value_of(node) == Some(*b as f64),
        (_, Const::Number(b)) => value_of(node) == Some(*b),
        _ => false,
    }
}

fn written(value: &Const) -> String {
    match value {
        Const::Null => "null".to_owned(),
        Const::Bool(b) => b.to_string(),
        Const::Int(n) => n.to_string(),
        Const::Number(n) => n.to_string(),
        Const::Str(text) if text.is_empty() => "\"\"".to_owned(),
        Const::Str(text) => text.to_string(),
        Const::List(_) => "a list".to_owned(),
        Const::Map(_) => "a map".to_owned(),
    }
}

fn value_of(node: Node<'_>) -> Option<f64> {
    match node.data() {
        Data::Int(n) => Some(*n as f64),
        Data::Uint(n) => Some(*n as f64),
        Data::Float(n) => Some(*n),
        _ => None,
    }
}

fn string(node: Node<'_>, text: &str, more: &More, sink: &mut Sink<'_>) {
    if more.length != (None, None) {
        count(node, text.chars().count() as u64, more.length, "characters", sink);
    }
    if let Some(pattern) = &more.pattern
        && !pattern.is_match(text)
    {
        let fact = Fact::Pattern { pattern: pattern.text.to_string(), found: node.found() };
        sink.fact("schema/pattern", node, fact);
    }
    let Some(format) = &more.format else { return };
    let (fits, what) = match &**format {
        "date-time" => (is_date_time(text), "a time such as 2006-01-02T15:04:05Z"),
        "ipv4" => (text.parse::<std::net::Ipv4Addr>().is_ok(), "an IPv4 address"),
        "ipv6" => (text.parse::<std::net::Ipv6Addr>().is_ok(), "an IPv6 address"),
        _ => return,
    };
    if !fits {
        sink.fact("schema/format", node, Fact::Format { format: what.to_owned(), found: node.found() });
    }
}

/// Go's strfmt takes several forms; what has no date in front is in none of them.
fn is_date_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    text.is_empty() || ((0..4).all(digit) && bytes.get(4) == Some(&b'-') && digit(5) && digit(6))
}

fn count(node: Node<'_>, found: u64, (least, most): (Option<u64>, Option<u64>), of: &str, sink: &mut Sink<'_>) {
    if least.is_some_and(|least| found < least) || most.is_some_and(|most| found > most) {
        sink.fact("schema/length", node, Fact::Length { least, most, found, of: of.to_owned() });
    }
}

fn unique(node: Node<'_>, sink: &mut Sink<'_>) {
    let mut seen = HashSet::new();
    for item in node.items().filter(|item| !item.is_list() && !item.is_map()) {
        if !seen.insert(item.found()) {
            sink.fact("schema/duplicate-item", item, Fact::DuplicateItem { found: item.found() });
        }
    }
}

fn number(node: Node<'_>, more: &More, sink: &mut Sink<'_>) {
    let Some(value) = value_of(node) else { return };
    let (least, most) = more.number;
    let below = |bound: &Bound| if bound.exclusive { value <= bound.value } else { value < bound.value };
    let above = |bound: &Bound| if bound.exclusive { value >= bound.value } else { value > bound.value };
    let mut say = |bound: String| {
        sink.fact("schema/out-of-range", node, Fact::OutOfRange { bound, found: value.to_string() });
    };
    if let Some(bound) = least.filter(below) {
        let than = if bound.exclusive { "more than" } else { "at least" };
        say(format!("{than} {}", bound.value));
    }
    if let Some(bound) = most.filter(above) {
        let than = if bound.exclusive { "less than" } else { "at most" };
        say(format!("{than} {}", bound.value));
    }
    if let Some(factor) = more.multiple_of
        && factor > 0.0
        && ((value / factor) - (value / factor).round()).abs() > 1e-9
    {
        say(format!("a multiple of {factor}"));
    }
}
