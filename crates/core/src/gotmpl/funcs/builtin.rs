//! The functions of Go's text/template itself (`text/template/funcs.go`).
//!
//! `and` and `or` are the executor's.

use super::args::ReflectValue;
use super::{Cx, FuncError, Rest, Text, functions};
use crate::host::HelmVersion;
use crate::text::{Origin, OriginKind, Str, TextBuilder, decode_rune, is_print};
use crate::value::{IntType, Nil, Repr, Structure, Value, fmt};
use std::cmp::Ordering;
use std::sync::Arc;

/// A value as a template writes it or hands it to `fmt` (`printableValue`): pointers are followed, nil
/// is `<no value>`, and a struct with an address whose pointer has a `String` method prints through it.
pub fn printable_value(value: &Value) -> Value {
    match &value.repr {
        Repr::Nil(_) => Value::str("<no value>").with_origin(value.origin),
        Repr::Struct(s) => {
            let pointer = s.ty.string.is_some() && s.ty.string_of_pointer && (s.pointer || s.addressable);
            if s.pointer == pointer {
                return value.clone();
            }
            let other = Structure { pointer, ..Structure::clone(s) };
            Value::new(Repr::Struct(Arc::new(other))).with_origin(value.origin)
        }
        _ => value.clone(),
    }
}

/// A value as text, the way a template writes it.
pub fn print_value(cx: &mut Cx<'_>, value: &Value) -> Result<Text, FuncError> {
    if let Repr::Str(s) = &value.repr {
        return Ok(Text { str: s.clone(), origin: value.origin });
    }
    let out = print_to(cx.builder(), cx, value)?;
    Ok(cx.text(out))
}

/// Adds a value as text to an empty builder.
pub fn print_to(builder: TextBuilder, cx: &Cx<'_>, value: &Value) -> Result<TextBuilder, FuncError> {
    Ok(fmt::display_to(builder, &cx.heap, cx.budget, &printable_value(value))?)
}

/// The text that `html`, `js` and `urlquery` work on (`evalArgs`).
fn eval_args(cx: &mut Cx<'_>, args: &[Value]) -> Result<Text, FuncError> {
    let args: Vec<Value> = args.iter().map(printable_value).collect();
    let out = fmt::sprint_to(cx.builder(), &cx.heap, cx.budget, &args)?;
    Ok(cx.text(out))
}

/// Replaces single bytes, keeping the rest of the text.
pub(super) fn escape_bytes(
    cx: &mut Cx<'_>,
    text: &Text,
    replacement: impl Fn(u8) -> Option<&'static str>,
) -> Result<Text, FuncError> {
    let mut b = cx.builder();
    b.reserve(text.len());
    let mut kept = 0;
    for (i, &byte) in text.iter().enumerate() {
        if let Some(new) = replacement(byte) {
            b.copy(&text.str, text.origin, kept, i);
            b.push(new);
            kept = i + 1;
        }
    }
    b.copy(&text.str, text.origin, kept, text.len());
    cx.budget.check_string(b.len() as u64)?;
    Ok(cx.text(b))
}

/// Go's kinds as far as comparisons tell them apart.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Kind {
    Bool,
    Complex,
    Int,
    Float,
    Str,
    Uint,
}

fn basic_kind(value: &Value) -> Option<Kind> {
    Some(match &value.repr {
        Repr::Bool(_) => Kind::Bool,
        Repr::Int(_, ty) if ty.is_unsigned() => Kind::Uint,
        Repr::Int(..) => Kind::Int,
        Repr::Float(..) => Kind::Float,
        Repr::Complex(..) => Kind::Complex,
        Repr::Str(_) => Kind::Str,
        _ => return None,
    })
}

fn type_name<'a>(cx: &Cx<'_>, value: &'a Value) -> &'a str {
    value.type_name(&cx.heap).unwrap_or("<nil>")
}

fn incompatible(cx: &Cx<'_>, a: &Value, b: &Value) -> FuncError {
    match cx.helm {
        HelmVersion::V3 => FuncError::new("incompatible types for comparison"),
        HelmVersion::V4 => {
            FuncError::new(format!("incompatible types for comparison: {} and {}", type_name(cx, a), type_name(cx, b)))
        }
    }
}

/// Compares two integers, one of which is unsigned.
fn mixed(a: &Value, b: &Value) -> Option<Ordering> {
    match (&a.repr, &b.repr) {
        (Repr::Int(x, s), Repr::Int(y, t)) => {
            let wide = |n: i64, ty: &IntType| if ty.is_unsigned() { i128::from(n as u64) } else { i128::from(n) };
            Some(wide(*x, s).cmp(&wide(*y, t)))
        }
        _ => None,
    }
}

fn is_nil(cx: &Cx<'_>, value: &Value) -> bool {
    match &value.repr {
        Repr::Nil(_) => true,
        Repr::Bytes(bytes) => bytes.is_nil(),
        Repr::List(id) => cx.heap.list(*id).nil,
        Repr::Map(id) => cx.heap.shape(*id).nil,
        _ => false,
    }
}

/// `eq` on two values.
fn equal(cx: &Cx<'_>, a: &Value, b: &Value) -> Result<bool, FuncError> {
    let (j, k) = (basic_kind(a), basic_kind(b));
    if j != k {
        return match (j, k) {
            (Some(Kind::Int), Some(Kind::Uint)) | (Some(Kind::Uint), Some(Kind::Int)) => {
                Ok(mixed(a, b) == Some(Ordering::Equal))
            }
            _ if a.is_nil() || b.is_nil() => Ok(false),
            _ => Err(incompatible(cx, a, b)),
        };
    }
    match (&a.repr, &b.repr) {
        (Repr::Bool(x), Repr::Bool(y)) => return Ok(x == y),
        (Repr::Int(x, _), Repr::Int(y, _)) => return Ok(x == y),
        (Repr::Float(x, _), Repr::Float(y, _)) => return Ok(x == y),
        (Repr::Complex(x, i), Repr::Complex(y, j)) => return Ok(x == y && i == j),
        (Repr::Str(x), Repr::Str(y)) => return Ok(x == y),
        _ => {}
    }
    let shown = |value: &Value| fmt::sprintf(&cx.heap, cx.budget, b"%s", std::slice::from_ref(value));
    if a.kind_name() != b.kind_name() && !a.is_nil() && !b.is_nil() {
        return Err(FuncError::new(format!(
            "non-comparable types {}: {}, {}: {}",
            shown(a)?,
            type_name(cx, a),
            type_name(cx, b),
            fmt::display(&cx.heap, cx.budget, b)?
        )));
    }
    if is_nil(cx, a) || is_nil(cx, b) {
        return Ok(is_nil(cx, a) == is_nil(cx, b));
    }
    match (&a.repr, &b.repr) {
        (Repr::Struct(x), Repr::Struct(y)) if x.pointer => Ok(Arc::ptr_eq(x, y)),
        (Repr::Struct(_), Repr::Struct(_)) => Ok(crate::value::compare::deep_equal(&cx.heap, cx.budget, a, b)?),
        _ => Err(FuncError::new(format!("non-comparable type {}: {}", shown(b)?, type_name(cx, b)))),
    }
}

fn less(cx: &Cx<'_>, a: &Value, b: &Value) -> Result<bool, FuncError> {
    let bad = || FuncError::new("invalid type for comparison");
    let (j, k) = (basic_kind(a).ok_or_else(bad)?, basic_kind(b).ok_or_else(bad)?);
    match (&a.repr, &b.repr) {
        _ if j != k && !matches!((j, k), (Kind::Int, Kind::Uint) | (Kind::Uint, Kind::Int)) => {
            Err(incompatible(cx, a, b))
        }
        (Repr::Float(x, _), Repr::Float(y, _)) => Ok(x < y),
        (Repr::Int(..), Repr::Int(..)) => Ok(mixed(a, b) == Some(Ordering::Less)),
        (Repr::Str(x), Repr::Str(y)) => Ok(x < y),
        _ => Err(bad()),
    }
}

fn less_or_equal(cx: &Cx<'_>, a: &Value, b: &Value) -> Result<bool, FuncError> {
    Ok(less(cx, a, b)? || equal(cx, a, b)?)
}

/// `indexArg`: an index of something with `len` elements.
fn index_arg(cx: &Cx<'_>, index: &Value, len: usize) -> Result<usize, FuncError> {
    let n = match &index.repr {
        Repr::Int(n, _) => *n,
        Repr::Nil(_) => return Err(FuncError::new("cannot index slice/array with nil")),
        _ => return Err(FuncError::new(format!("cannot index slice/array with type {}", type_name(cx, index)))),
    };
    match usize::try_from(n) {
        Ok(i) if i <= len => Ok(i),
        _ => Err(FuncError::new(format!("index out of range: {n}"))),
    }
}

/// One step of `index`.
fn index_one(cx: &mut Cx<'_>, item: &Value, index: &Value) -> Result<Value, FuncError> {
    match &item.repr {
        Repr::List(id) => {
            let items = &cx.heap.list(*id).items;
            let at = index_arg(cx, index, items.len())?;
            items.get(at).cloned().ok_or_else(|| FuncError::new("reflect: slice index out of range"))
        }
        Repr::Str(s) | Repr::Bytes(s) => {
            let at = index_arg(cx, index, s.len())?;
            let what = if matches!(item.repr, Repr::Str(_)) { "string" } else { "slice" };
            let byte = s.get(at).ok_or_else(|| FuncError::new(format!("reflect: {what} index out of range")))?;
            Ok(Value::new(Repr::Int(i64::from(*byte), IntType::Uint8)).with_origin(item.origin))
        }
        Repr::Map(id) => {
            let key = match &index.repr {
                Repr::Str(key) => key,
                Repr::Nil(_) => return Err(FuncError::new("value is nil; should be of type string")),
                _ => {
                    return Err(FuncError::new(format!("value has type {}; should be string", type_name(cx, index))));
                }
            };
            if let Some(value) = cx.heap.get(*id, key).cloned() {
                cx.note_read(value.origin);
                return Ok(value);
            }
            let zero = cx.heap.shape(*id).ty.zero_element();
            Ok(missing(cx, item.origin, key, zero))
        }
        Repr::Struct(s) => Err(FuncError::new(format!("can't index item of type {}", s.ty.name))),
        _ => Err(FuncError::new(format!("can't index item of type {}", type_name(cx, item)))),
    }
}

/// A zero value that remembers which key was missing.
pub(super) fn missing(cx: &mut Cx<'_>, parent: Origin, key: &Str, zero: Value) -> Value {
    match &mut cx.trace {
        Some(trace) => {
            let origin = trace.add(OriginKind::Missing { parent, key: key.clone() });
            zero.with_origin(origin)
        }
        None => zero,
    }
}

/// Go's `url.QueryEscape`.
pub(super) fn query_escape(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for &b in text {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(b)),
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

functions! {
    pub static BUILTIN;

    /// Whether the value is false: nil, zero, empty or `false`.
    ///
    /// `{{ if not .Values.enabled }}`
    "not" [Scalar] => fn not(cx, value: ReflectValue) -> bool {
        !value.0.is_true(&cx.heap)
    }

    /// Whether the first argument equals one of the others. The types must match: numbers from a values
    /// file are floats, so compare them with floats or convert them by `int`.
    ///
    /// `{{ if eq .Values.service.type "NodePort" "LoadBalancer" }}`
    "eq" [Scalar] => fn eq(cx, first: ReflectValue, others: Rest<ReflectValue>) -> Result<bool, FuncError> {
        if others.0.is_empty() {
            return Err(FuncError::new("missing argument for comparison"));
        }
        for other in &others.0 {
            if equal(cx, &first.0, &other.0)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the two values differ.
    ///
    /// `{{ if ne .Release.Namespace "default" }}`
    "ne" [Scalar] => fn ne(cx, a: ReflectValue, b: ReflectValue) -> Result<bool, FuncError> {
        Ok(!equal(cx, &a.0, &b.0)?)
    }

    /// Whether the first number or text comes before the second.
    ///
    /// `{{ if lt (int .Values.replicas) 2 }}`
    "lt" [Scalar] => fn lt(cx, a: ReflectValue, b: ReflectValue) -> Result<bool, FuncError> {
        less(cx, &a.0, &b.0)
    }

    /// Whether the first number or text comes before the second or equals it.
    ///
    /// `{{ if le (int .Values.replicas) 2 }}`
    "le" [Scalar] => fn le(cx, a: ReflectValue, b: ReflectValue) -> Result<bool, FuncError> {
        less_or_equal(cx, &a.0, &b.0)
    }

    /// Whether the first number or text comes after the second.
    ///
    /// `{{ if gt (int .Values.replicas) 1 }}`
    "gt" [Scalar] => fn gt(cx, a: ReflectValue, b: ReflectValue) -> Result<bool, FuncError> {
        Ok(!less_or_equal(cx, &a.0, &b.0)?)
    }

    /// Whether the first number or text comes after the second or equals it.
    ///
    /// `{{ if ge (len .Values.hosts) 2 }}`
    "ge" [Scalar] => fn ge(cx, a: ReflectValue, b: ReflectValue) -> Result<bool, FuncError> {
        Ok(!less(cx, &a.0, &b.0)?)
    }

    /// Number of bytes of a text, of elements of a list or of keys of a map.
    ///
    /// `{{ len .Values.hosts }}`
    "len" [Scalar] => fn len(cx, value: ReflectValue) -> Result<i64, FuncError> {
        let value = value.0;
        Ok(match &value.repr {
            Repr::Str(s) | Repr::Bytes(s) => s.len(),
            Repr::List(id) => cx.heap.list(*id).items.len(),
            Repr::Map(id) => cx.heap.shape(*id).entries.len(),
            Repr::Nil(nil) => {
                let message = match nil {
                    Nil::Untyped => "reflect: call of reflect.Value.Type on zero Value",
                    Nil::Interface => "len of nil pointer",
                };
                return Err(FuncError { about: value.origin, ..FuncError::new(message) });
            }
            // Go follows the pointer before it looks at the type.
            Repr::Struct(s) => return Err(FuncError::new(format!("len of type {}", s.ty.name))),
            _ => return Err(FuncError::new(format!("len of type {}", type_name(cx, &value)))),
        } as i64)
    }

    /// The element of a list or map at an index or key; further arguments go deeper.
    ///
    /// `{{ index .Values.servers 0 "name" }}`
    "index" => fn index(cx, item: ReflectValue, indexes: Rest<ReflectValue>) -> Result<Value, FuncError> {
        let mut item = item.0;
        if item.is_nil() {
            return Err(FuncError { about: item.origin, ..FuncError::new("index of untyped nil") });
        }
        for index in &indexes.0 {
            if item.is_nil() {
                return Err(FuncError { about: item.origin, ..FuncError::new("index of nil pointer") });
            }
            item = index_one(cx, &item, &index.0)?;
        }
        Ok(item)
    }

    /// The values as text, with blanks between two that are not text.
    ///
    /// `{{ print "a" 1 2 }}` gives `a1 2`
    "print" [Scalar] => fn print(cx, values: Rest<Value>) -> Result<Text, FuncError> {
        let out = fmt::sprint_to(cx.builder(), &cx.heap, cx.budget, &values.0)?;
        Ok(cx.text(out))
    }

    /// Text by a format with Go's verbs: `%s` text, `%d` whole numbers, `%v` anything, `%q` quoted.
    ///
    /// `{{ printf "%s-%d" .Release.Name 3 }}`
    "printf" [Scalar] => fn printf(cx, format: Text, values: Rest<Value>) -> Result<Text, FuncError> {
        let out = fmt::sprintf_to(cx.builder(), &cx.heap, cx.budget, &format.str, format.origin, &values.0)?;
        Ok(cx.text(out))
    }

    /// The values as text, with blanks between all and a line feed at the end.
    ///
    /// `{{ println "a" 1 }}` gives `a 1` and a line feed
    "println" [Scalar] => fn println(cx, values: Rest<Value>) -> Result<Text, FuncError> {
        let out = fmt::sprintln_to(cx.builder(), &cx.heap, cx.budget, &values.0)?;
        Ok(cx.text(out))
    }

    /// Escapes text for HTML.
    ///
    /// `{{ html "<a>" }}` gives `&lt;a&gt;`
    "html" => fn html(cx, values: Rest<Value>) -> Result<Text, FuncError> {
        let text = eval_args(cx, &values.0)?;
        escape_bytes(cx, &text, |b| Some(match b {
            0 => "\u{FFFD}",
            b'"' => "&#34;",
            b'\'' => "&#39;",
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => return None,
        }))
    }

    /// Escapes text for a JavaScript string.
    ///
    /// `{{ js "it's" }}` gives `it\'s`
    "js" => fn js(cx, values: Rest<Value>) -> Result<Text, FuncError> {
        let text = eval_args(cx, &values.0)?;
        let mut b = cx.builder();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|r| !r.is_empty()) {
            let plain = rest
                .iter()
                .take_while(|b| !matches!(b, b'\\' | b'\'' | b'"' | b'<' | b'>' | b'&' | b'=' | 0..0x20 | 0x80..))
                .count();
            b.copy(&text.str, text.origin, at, at + plain);
            at += plain;
            let (c, size) = decode_rune(text.get(at..).unwrap_or_default());
            match c {
                _ if size == 0 => break,
                '\\' => b.push("\\\\"),
                '\'' => b.push("\\'"),
                '"' => b.push("\\\""),
                '<' | '>' | '&' | '=' | '\0'..' ' => b.push(format!("\\u{:04X}", c as u32)),
                // An invalid byte counts as U+FFFD, which prints, and is copied as it is.
                c if is_print(c) => b.copy(&text.str, text.origin, at, at + size),
                c => b.push(format!("\\u{:04X}", c as u32)),
            }
            at += size;
        }
        cx.budget.check_string(b.len() as u64)?;
        Ok(cx.text(b))
    }

    /// Escapes text for the query of a URL.
    ///
    /// `{{ urlquery "a b&c" }}` gives `a+b%26c`
    "urlquery" => fn urlquery(cx, values: Rest<Value>) -> Result<String, FuncError> {
        let text = eval_args(cx, &values.0)?;
        cx.budget.check_string(text.len() as u64)?;
        Ok(query_escape(&text))
    }
}
