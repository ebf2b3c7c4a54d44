//! Structs as Go writes and reads them: `encoding/json` and `sigs.k8s.io/yaml`.

use chartlens::budget::Budget;
use chartlens::host::HelmVersion;
use chartlens::json::{Numbers, Style, decode, encode};
use chartlens::text::TextBuilder;
use chartlens::value::Heap;
use chartlens::value::decode::{GoType, decode as decode_as};
use chartlens::yaml::{Dialect, emit, from_text};
use serde::Serialize;
use serde_json::Value;

/// `json.Marshal` of a struct.
pub fn json(value: &impl Serialize) -> String {
    // Go escapes what HTML would take for its own, wherever it stands.
    let plain = serde_json::to_string(value).unwrap_or_default();
    let mut out = String::with_capacity(plain.len());
    for c in plain.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    out
}

/// `json.MarshalIndent` of a struct with two spaces.
pub fn json_indented(value: &impl Serialize) -> Result<String, String> {
    let pretty = serde_json::to_string_pretty(value).map_err(|error| error.to_string())?;
    Ok(pretty.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"))
}

/// `yaml.Marshal` of a struct, which goes through JSON: the keys are in the order of the alphabet.
pub fn yaml(value: &impl Serialize) -> Result<String, String> {
    let mut heap = Heap::new();
    let value = decode(&mut heap, json(value).as_bytes())?;
    let mut out = TextBuilder::new(false);
    emit(&heap, &Budget::default(), &value, Dialect::Yaml, &mut out)
        .map_err(|_| "cannot be written as YAML".to_owned())?;
    Ok(String::from_utf8_lossy(out.as_bytes()).into_owned())
}

/// `yaml.Unmarshal` into a Go type, as JSON. The error is Go's text.
pub fn unmarshal(text: &[u8], ty: &'static GoType) -> Result<Value, String> {
    let mut heap = Heap::new();
    let converting = |error: String| format!("error converting YAML to JSON: {error}");
    let value = from_text(&mut heap, text, Numbers::Loose).map_err(|error| converting(error.message))?;
    let decoding = |error: String| format!("error unmarshaling JSON: while decoding JSON: {error}");
    let value = decode_as(&mut heap, &value, ty, HelmVersion::V4).map_err(decoding)?;
    let mut out = TextBuilder::new(false);
    let style = Style { escape_html: false, indent: false, helm: HelmVersion::V4 };
    encode(&heap, &Budget::default(), &value, style, &mut out).map_err(|error| converting(error.to_string()))?;
    serde_json::from_slice(out.as_bytes()).map_err(|error| decoding(error.to_string()))
}
