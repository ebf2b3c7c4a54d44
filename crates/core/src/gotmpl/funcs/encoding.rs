//! YAML, JSON and TOML: Helm's `pkg/engine/funcs.go` and sprig's JSON functions.

use super::{Cx, FuncError, Text, functions};
use crate::json::{self, JsonError, Numbers, Options, Target};
use crate::text::{Origin, OriginKind, TextBuilder, Trace, Unread};
use crate::toml::{self, TomlError};
use crate::value::time::Zone;
use crate::value::{Entries, ListData, ListType, MapData, MapType, Repr, Room, Value};
use crate::yaml::{self, Dialect, Document, EmitError, NodeId, NodeKind, Origins, Place, ScalarStyle};

functions! {
    pub static ENCODING;

    /// Writes a value as YAML, without a line feed at the end. A value that YAML cannot hold gives nothing.
    ///
    /// ```yaml
    /// resources:
    ///   {{- toYaml .Values.resources | nindent 2 }}
    /// ```
    "toYaml" [Engine] => fn to_yaml(cx, value: Value) -> Result<Text, FuncError> {
        emit(cx, &value, Dialect::Yaml).or_else(quiet)
    }

    /// Writes a value as YAML, and fails where `toYaml` gives nothing. Helm 4 only.
    ///
    /// `{{ mustToYaml .Values.resources }}`
    "mustToYaml" [Helm4, Engine] => fn must_to_yaml(cx, value: Value) -> Result<Text, FuncError> {
        emit(cx, &value, Dialect::Yaml)
    }

    /// Writes a value as YAML with lists indented under their keys, and without folding long lines.
    ///
    /// `{{ toYamlPretty .Values.tolerations }}`
    "toYamlPretty" [Engine] => fn to_yaml_pretty(cx, value: Value) -> Result<Text, FuncError> {
        emit(cx, &value, Dialect::Pretty)
    }

    /// Reads YAML that holds a mapping. A text that is none gives a map with the key `Error`.
    ///
    /// `{{ (fromYaml "a: 1").a }}` is `1`.
    "fromYaml" [Engine] => fn from_yaml(cx, text: Text) -> Result<Value, FuncError> {
        match read_yaml(cx, &text, "map[string]interface {}") {
            // Null leaves the map as it was made: empty.
            Ok(value) if value.is_nil() => Ok(cx.heap.new_dict(Entries::new()).with_origin(value.origin)),
            Ok(value) => Ok(value),
            Err(message) => Ok(error_dict(cx, message)),
        }
    }

    /// Reads YAML that holds a list. A text that is none gives a list with the error as its only item.
    ///
    /// `{{ fromYamlArray "[1, 2]" | len }}` is `2`.
    "fromYamlArray" [Engine] => fn from_yaml_array(cx, text: Text) -> Result<Value, FuncError> {
        match read_yaml(cx, &text, "[]interface {}") {
            Ok(value) if value.is_nil() => Ok(cx.list(Vec::new()).with_origin(value.origin)),
            Ok(value) => Ok(value),
            Err(message) => Ok(cx.list(vec![Value::str(message)])),
        }
    }

    /// Writes a value as JSON on one line. A value that JSON cannot hold gives nothing.
    ///
    /// `{{ toJson (dict "a" 1) }}` is `{"a":1}`.
    "toJson" => fn to_json(cx, value: Value) -> Result<Text, FuncError> {
        encode(cx, &value, true, false).or_else(quiet)
    }

    /// Writes a value as JSON on one line, and fails where `toJson` gives nothing.
    ///
    /// `{{ mustToJson .Values.config }}`
    "mustToJson" => fn must_to_json(cx, value: Value) -> Result<Text, FuncError> {
        encode(cx, &value, true, false)
    }

    /// Writes a value as JSON with a line for every element. A value that JSON cannot hold gives nothing.
    ///
    /// `{{ toPrettyJson .Values.config }}`
    "toPrettyJson" => fn to_pretty_json(cx, value: Value) -> Result<Text, FuncError> {
        encode(cx, &value, true, true).or_else(quiet)
    }

    /// Writes a value as JSON with a line for every element, and fails where `toPrettyJson` gives nothing.
    ///
    /// `{{ mustToPrettyJson .Values.config }}`
    "mustToPrettyJson" => fn must_to_pretty_json(cx, value: Value) -> Result<Text, FuncError> {
        encode(cx, &value, true, true)
    }

    /// Writes a value as JSON on one line and leaves `<`, `>` and `&` as they are.
    ///
    /// `{{ toRawJson "<a>" }}` is `"<a>"`.
    "toRawJson" | "mustToRawJson" => fn to_raw_json(cx, value: Value) -> Result<Text, FuncError> {
        encode(cx, &value, false, false)
    }

    /// Reads JSON that holds an object. A text that is none gives a map with the key `Error`.
    ///
    /// `{{ (fromJson "{\"a\":1}").a }}` is `1`.
    "fromJson" => fn from_json(cx, text: Text) -> Result<Value, FuncError> {
        match decode(cx, &text, Target::Dict) {
            Ok(value) if value.is_nil() => Ok(nil_dict(cx, value.origin)),
            Ok(value) => Ok(value),
            Err(JsonError::Exhausted(end)) => Err(end.into()),
            Err(JsonError::OutOfRange { text, value }) if value.as_map().is_some() => {
                // The error goes into what was read.
                if let Some(map) = value.as_map() {
                    cx.heap.map_mut(map).entries.insert("Error".into(), Value::str(text));
                }
                Ok(*value)
            }
            Err(error) => Ok(error_dict(cx, error.to_string())),
        }
    }

    /// Reads JSON that holds an array. A text that is none gives a list with the error as its only item.
    ///
    /// `{{ fromJsonArray "[1, 2]" | len }}` is `2`.
    "fromJsonArray" [Engine] => fn from_json_array(cx, text: Text) -> Result<Value, FuncError> {
        match decode(cx, &text, Target::List) {
            Ok(value) if value.is_nil() => Ok(nil_list(cx, value.origin)),
            Ok(value) => Ok(value),
            Err(JsonError::Exhausted(end)) => Err(end.into()),
            Err(error) => Ok(cx.list(vec![Value::str(error.to_string())])),
        }
    }

    /// Reads any JSON, and fails where the text is none.
    ///
    /// `{{ mustFromJson "[1, 2]" | len }}` is `2`.
    "mustFromJson" => fn must_from_json(cx, text: Text) -> Result<Value, FuncError> {
        Ok(decode(cx, &text, Target::Any)?)
    }

    /// Writes a map as TOML. A value that TOML cannot hold gives the text of the error.
    ///
    /// `{{ toToml (dict "a" 1) }}` is `a = 1` and a line feed.
    "toToml" [Engine] => fn to_toml(cx, value: Value) -> Result<Text, FuncError> {
        match write_toml(cx, &value) {
            Err(error) if error.exhausted.is_none() && !value.is_nil() => {
                Ok(Text { str: error.message.into(), origin: Origin::NONE })
            }
            other => other,
        }
    }

    /// Writes a map as TOML, and fails where `toToml` gives the text of an error. Helm 4 only.
    ///
    /// `{{ mustToToml .Values.config }}`
    "mustToToml" [Helm4, Engine] => fn must_to_toml(cx, value: Value) -> Result<Text, FuncError> {
        write_toml(cx, &value)
    }

    /// Reads TOML. A text that is none gives a map with the key `Error`.
    ///
    /// `{{ (fromToml "a = 1").a }}` is `1`.
    "fromToml" [Engine] => fn from_toml(cx, text: Text) -> Result<Value, FuncError> {
        let zone = Zone::local(&cx.host().zone);
        let offset = zone.at(cx.host().now.seconds).1;
        let (helm, trace) = (cx.helm, &mut cx.trace);
        let value = toml::decode(&mut cx.heap, cx.budget, &text.str, helm, (&zone, offset), &mut |range| {
            match trace.as_deref_mut() {
                Some(trace) => origin_of(trace, &text, &[clip(&text, range)]),
                None => Origin::NONE,
            }
        });
        match value {
            Ok(value) => Ok(value),
            Err(TomlError::Exhausted(end)) => Err(end.into()),
            Err(error) => Ok(error_dict(cx, error.to_string())),
        }
    }
}

impl From<JsonError> for FuncError {
    fn from(error: JsonError) -> Self {
        match error {
            JsonError::Exhausted(end) => end.into(),
            JsonError::Go(text) | JsonError::OutOfRange { text, .. } => FuncError::new(text),
        }
    }
}

impl From<EmitError> for FuncError {
    fn from(error: EmitError) -> Self {
        match error {
            EmitError::Exhausted(end) => end.into(),
            EmitError::Go(text) => FuncError::new(text),
        }
    }
}

/// Nothing in place of an error, unless a limit ended the work.
fn quiet(error: FuncError) -> Result<Text, FuncError> {
    if error.exhausted.is_some() { Err(error) } else { Ok(Text::default()) }
}

fn emit(cx: &mut Cx<'_>, value: &Value, dialect: Dialect) -> Result<Text, FuncError> {
    let mut out = cx.builder();
    yaml::emit(&cx.heap, cx.budget, value, dialect, &mut out)?;
    if out.as_bytes().ends_with(b"\n") {
        out.truncate(out.len() - 1);
    }
    cx.budget.check_string(out.len() as u64)?;
    Ok(cx.text(out))
}

fn encode(cx: &mut Cx<'_>, value: &Value, escape_html: bool, indent: bool) -> Result<Text, FuncError> {
    let mut out = cx.builder();
    let style = json::Style { escape_html, indent, helm: cx.helm };
    json::encode(&cx.heap, cx.budget, value, style, &mut out)?;
    cx.budget.check_string(out.len() as u64)?;
    Ok(cx.text(out))
}

fn write_toml(cx: &mut Cx<'_>, value: &Value) -> Result<Text, FuncError> {
    if value.is_nil() {
        return Err(FuncError::new("reflect: call of reflect.Value.Type on zero Value"));
    }
    let mut out = cx.builder();
    match toml::encode(&cx.heap, cx.budget, value, cx.helm, &mut out) {
        Ok(()) => Ok(cx.text(out)),
        Err(TomlError::Exhausted(end)) => Err(end.into()),
        Err(error) => Err(FuncError::new(error.to_string())),
    }
}

fn decode(cx: &mut Cx<'_>, text: &Text, target: Target) -> Result<Value, JsonError> {
    let options = Options { target, numbers: Numbers::Float, helm: cx.helm };
    let trace = &mut cx.trace;
    json::decode_with(&mut cx.heap, cx.budget, &text.str, options, &mut |range| match trace.as_deref_mut() {
        Some(trace) => origin_of(trace, text, &[clip(text, range)]),
        None => Origin::NONE,
    })
}

/// `yaml.Unmarshal` into a map or a slice of the given type, or Go's error text.
fn read_yaml(cx: &mut Cx<'_>, text: &Text, target: &str) -> Result<Value, String> {
    let converting = |e| format!("error converting YAML to JSON: {e}");
    let value = match cx.trace.as_deref_mut() {
        None => yaml::from_text(&mut cx.heap, &text.str, Numbers::Float),
        Some(trace) => match yaml::parse(&text.str) {
            Ok(document) => yaml::to_value(&mut cx.heap, &document, Numbers::Float, &mut Spelled { trace, text }),
            Err(error) => {
                let (message, offset) = (error.message.clone(), error.offset);
                trace.note_unread(Unread { text: text.str.clone(), origin: text.origin, offset, message });
                Err(error)
            }
        },
    }
    .map_err(converting)?;
    let kind = match value.repr {
        Repr::Map(_) if target.starts_with("map") => return Ok(value),
        Repr::List(_) if target.starts_with("[]") => return Ok(value),
        Repr::Nil(_) => return Ok(value),
        Repr::Map(_) => "object",
        Repr::List(_) => "array",
        Repr::Str(_) => "string",
        Repr::Bool(_) => "bool",
        _ => "number",
    };
    Err(format!(
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into Go value of type {target}"
    ))
}

fn error_dict(cx: &mut Cx<'_>, message: String) -> Value {
    cx.heap.new_dict(Entries::from([("Error".into(), Value::str(message))]))
}

/// What is left of a map that null was read into.
fn nil_dict(cx: &mut Cx<'_>, origin: Origin) -> Value {
    let id = cx.heap.add_map(MapData { ty: MapType::Dict, nil: true, entries: Entries::new() });
    Value { repr: Repr::Map(id), origin }
}

fn nil_list(cx: &mut Cx<'_>, origin: Origin) -> Value {
    cx.heap.add_list(ListData { ty: ListType::Any, nil: true, items: Vec::new(), room: Room::None }).with_origin(origin)
}

/// Gives every node the origin of the text that spells it.
struct Spelled<'a> {
    trace: &'a mut Trace,
    text: &'a Text,
}

impl Origins for Spelled<'_> {
    fn node(&mut self, place: Place<'_>) -> Origin {
        let parts = spelling(place.document, place.node, self.text);
        let origin = origin_of(self.trace, self.text, &parts);
        match place.document.node(place.node).kind {
            NodeKind::Scalar { .. } => origin,
            _ => around(self.trace, origin),
        }
    }
}

/// A map in block style begins with its first key: where that was written of values, what they stand in became the
/// map.
fn around(trace: &Trace, origin: Origin) -> Origin {
    let mut at = origin;
    loop {
        match trace.get(at) {
            Some(OriginKind::Written { value, .. }) if !value.is_none() => at = *value,
            Some(OriginKind::Values(node)) if !node.parent.is_none() => return node.parent,
            _ => return origin,
        }
    }
}

type Part = std::ops::Range<usize>;

fn origin_of(trace: &mut Trace, text: &Text, parts: &[Part]) -> Origin {
    let mut b = TextBuilder::new(true);
    for part in parts {
        b.copy(&text.str, text.origin, part.start, part.end);
    }
    b.finish(Some(trace)).1
}

/// Of a collection the first bytes are enough, and keep the work linear.
fn clip(text: &Text, part: Part) -> Part {
    const ENOUGH: usize = 64;
    match text.get(part.start) {
        Some(b'[' | b'{') => part.start..part.end.min(part.start + ENOUGH),
        _ => part,
    }
}

/// The parts of the text that spell a node. Where they can be told apart, those of a string are the string itself,
/// so that parts of the string have causes of their own.
fn spelling(document: &Document, id: NodeId, text: &Text) -> Vec<Part> {
    let node = document.node(id);
    let (start, end) = (node.start as usize, node.end as usize);
    let NodeKind::Scalar { style, body } = node.kind else {
        return one(start..end.min(start + 1));
    };
    let value = document.scalar(id);
    match style {
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted
            if text.get(start + 1..end.saturating_sub(1)) == Some(value) =>
        {
            one(start + 1..end - 1)
        }
        ScalarStyle::Literal => lines(value, body as usize, text).unwrap_or_else(|| one(start..end)),
        _ => one(start..end),
    }
}

fn one(part: Part) -> Vec<Part> {
    Vec::from([part])
}

/// Where the lines of a block scalar stand.
fn lines(value: &[u8], body: usize, text: &Text) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut at = body;
    for line in value.split_inclusive(|b| *b == b'\n') {
        let rest = text.get(at..)?;
        let source = memchr::memchr(b'\n', rest).map_or(rest.len(), |n| n + 1);
        let found = rest.get(..source)?.len().checked_sub(line.len())?;
        // The last line may have lost its line feed.
        let found = if rest.get(found..source) == Some(line) { found } else { found.checked_sub(1)? };
        if rest.get(found..found + line.len()) != Some(line) {
            return None;
        }
        parts.push(at + found..at + found + line.len());
        at += source;
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use crate::host::{HelmVersion, Host};
    use crate::text::{FileId, OriginKind, Span};

    #[test]
    fn values_keep_the_cause_of_the_text_that_spells_them() {
        let (host, budget) = (Host::default(), Budget::default());
        let mut cx = Cx::new(&host, &budget, HelmVersion::V4, true);
        let trace = cx.trace.as_deref_mut().unwrap();
        let [one, two] = [0, 10].map(|at| trace.add(OriginKind::Source(Span::new(FileId(0), at, at + 1))));
        for (before, value, after) in [("a: ", "hello", "\n"), ("a: '", "x y", "'"), ("a: |-\n  ", "some", "\n")] {
            let mut b = cx.builder();
            b.copy_all(before.as_bytes(), one);
            b.copy_all(value.as_bytes(), two);
            b.copy_all(after.as_bytes(), one);
            let text = cx.text(b);
            let map = from_yaml(&mut cx, text).unwrap();
            let read = cx.heap.get(map.as_map().unwrap(), b"a").unwrap().clone();
            assert_eq!(read.as_str().unwrap().as_bytes(), value.as_bytes());
            assert_eq!(read.origin, two, "{before}");

            let written = to_yaml(&mut cx, map).unwrap();
            let mut seen = Vec::new();
            let trace = cx.trace.as_deref().unwrap();
            trace.slice(written.origin, 0, written.str.len() as u32, |_, origin| seen.push(origin));
            assert!(seen.contains(&two), "{before}");
        }
    }
}
