//! The objects of a file, as the linter decodes them: `k8sYamlStruct`, read by apimachinery's `YAMLOrJSONDecoder`.

use crate::budget::Budget;
use crate::host::HelmVersion;
use crate::json::{Numbers, decode_prefix};
use crate::text::Origin;
use crate::value::decode::{GoStruct, GoType, decode};
use crate::value::{Heap, Repr, Value};

/// What the linter reads of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Object {
    /// `apiVersion`
    pub api_version: String,
    /// `kind`
    pub kind: String,
    /// `metadata.name`
    pub name: String,
}

/// The struct that a version of Helm decodes into. Errors name fields as Go's encoding/json does: that of Helm 4 by
/// their keys, that of Helm 3 by their names in Go.
macro_rules! object {
    ($metadata:ident, $structure:ident, $object:ident: $name:literal; $fields:expr, $inner:expr) => {
        static $metadata: GoStruct = GoStruct {
            names: ["rules.k8sYamlMetadata", "rules.k8sYamlMetadata"],
            short: "k8sYamlMetadata",
            fields: $inner,
        };
        static $structure: GoStruct =
            GoStruct { names: ["rules.k8sYamlStruct", "rules.K8sYamlStruct"], short: $name, fields: $fields };
        static $object: GoType = GoType::Struct(&$structure);
    };
}

object! {
    METADATA_4, STRUCT_4, OBJECT_4: "k8sYamlStruct";
    &[("apiVersion", GoType::String), ("kind", GoType::String), ("metadata", GoType::Struct(&METADATA_4))],
    &[("namespace", GoType::String), ("name", GoType::String)]
}
object! {
    METADATA_3, STRUCT_3, OBJECT_3: "K8sYamlStruct";
    &[("apiVersion", GoType::String), ("Kind", GoType::String), ("Metadata", GoType::Struct(&METADATA_3))],
    &[("Namespace", GoType::String), ("Name", GoType::String)]
}

/// The objects of a file in order; nothing for an empty document. It ends with the first error.
pub(super) fn read(text: &[u8], helm: HelmVersion) -> Vec<Result<Option<Object>, String>> {
    // Go's `strings.NewReader` hands on what is no UTF-8 as it is.
    let start = text.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(text.len());
    let looks_like_json = text.get(start) == Some(&b'{') && start < 4096;
    if looks_like_json { json(text, helm) } else { yaml(text, helm) }
}

/// A stream of YAML documents.
fn yaml(text: &[u8], helm: HelmVersion) -> Vec<Result<Option<Object>, String>> {
    let mut found = Vec::new();
    let (documents, error) = crate::chart::split_yaml(text);
    for range in documents {
        let document = text.get(range).unwrap_or_default();
        let object = object_of(document, helm);
        let ends = object.is_err();
        found.push(object);
        if ends {
            return found;
        }
    }
    found.extend(error.map(Err));
    found
}

fn object_of(document: &[u8], helm: HelmVersion) -> Result<Option<Object>, String> {
    let mut heap = Heap::new();
    let value = crate::yaml::from_text(&mut heap, document, Numbers::Float)
        .map_err(|error| format!("error converting YAML to JSON: {error}"))?;
    let prefix = "error unmarshaling JSON: while decoding JSON: ";
    of_value(&mut heap, &value, helm).map_err(|error| format!("{prefix}{error}"))
}

fn of_value(heap: &mut Heap, value: &Value, helm: HelmVersion) -> Result<Option<Object>, String> {
    let four = helm >= HelmVersion::V4;
    let decoded = decode(heap, value, if four { &OBJECT_4 } else { &OBJECT_3 }, helm)?;
    let Some(map) = decoded.as_map().filter(|_| !value.is_nil()) else { return Ok(None) };
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(ToString::to_string).unwrap_or_default();
    let key = |lower: &'static [u8], upper: &'static [u8]| if four { lower } else { upper };
    let metadata = heap.get(map, key(b"metadata", b"Metadata")).and_then(Value::as_map);
    Ok(Some(Object {
        api_version: text(heap.get(map, b"apiVersion")),
        kind: text(heap.get(map, key(b"kind", b"Kind"))),
        name: text(metadata.and_then(|metadata| heap.get(metadata, key(b"name", b"Name")))),
    }))
}

/// A stream of JSON objects; where that fails early, one of YAML.
fn json(text: &[u8], helm: HelmVersion) -> Vec<Result<Option<Object>, String>> {
    let (mut found, mut at) = (Vec::new(), 0);
    loop {
        let rest = text.get(at..).unwrap_or_default();
        if rest.iter().all(u8::is_ascii_whitespace) {
            return found;
        }
        let (mut heap, budget) = (Heap::new(), Budget::default());
        let read = decode_prefix(&mut heap, &budget, rest, &mut |_| Origin::NONE);
        let error = match read {
            Ok((value, taken)) => match of_value(&mut heap, &value, helm) {
                Ok(object) => {
                    found.push(Ok(object));
                    at += taken;
                    continue;
                }
                Err(error) => error,
            },
            Err(error) => {
                let offset = error_offset(rest);
                format!("json: offset {}: {error}", at + offset)
            }
        };
        // More than one object is a stream of JSON for good.
        if found.len() > 1 {
            found.push(Err(error));
            return found;
        }
        // The decoder of YAML goes on behind the white space up to the end of the line.
        let line = rest.iter().position(|b| !b.is_ascii_whitespace() || *b == b'\n').unwrap_or(rest.len());
        let line = if rest.get(line) == Some(&b'\n') { line + 1 } else { line };
        for object in yaml(rest.get(line..).unwrap_or_default(), helm) {
            // The first error is the one that is told.
            match object {
                Ok(object) => found.push(Ok(object)),
                Err(_) if found.is_empty() => return vec![Err(error)],
                Err(other) => found.push(Err(if found.len() == 1 { error.clone() } else { other })),
            }
        }
        return found;
    }
}

/// Where Go's decoder stops: the byte behind the one that cannot be.
fn error_offset(text: &[u8]) -> usize {
    match serde_json::Deserializer::from_slice(text).into_iter::<serde::de::IgnoredAny>().next() {
        Some(Err(error)) => {
            let before: usize =
                text.split_inclusive(|b| *b == b'\n').take(error.line().saturating_sub(1)).map(<[u8]>::len).sum();
            before + error.column()
        }
        _ => 0,
    }
}

const ANNOTATED: &str = "struct { Annotations map[string]string }";
const ITEM: &str = "struct { Metadata struct { Annotations map[string]string } }";
const ITEMS: &str = "[]struct { Metadata struct { Annotations map[string]string } }";
const LIST: &str = "struct { Items []struct { Metadata struct { Annotations map[string]string } } }";

static ANNOTATED_4: GoStruct = GoStruct {
    names: [ANNOTATED, ANNOTATED],
    short: "",
    fields: &[("annotations", GoType::Map("map[string]string", &GoType::String))],
};
static ITEM_4: GoStruct =
    GoStruct { names: [ITEM, ITEM], short: "", fields: &[("metadata", GoType::Struct(&ANNOTATED_4))] };
static LIST_4: GoStruct = GoStruct {
    names: [LIST, LIST],
    short: "",
    fields: &[("items", GoType::Slice([ITEMS, ITEMS], &GoType::Struct(&ITEM_4)))],
};
static LIST_TYPE_4: GoType = GoType::Struct(&LIST_4);

static ANNOTATED_3: GoStruct = GoStruct {
    names: [ANNOTATED, ANNOTATED],
    short: "",
    fields: &[("Annotations", GoType::Map("map[string]string", &GoType::String))],
};
static ITEM_3: GoStruct =
    GoStruct { names: [ITEM, ITEM], short: "", fields: &[("Metadata", GoType::Struct(&ANNOTATED_3))] };
static LIST_3: GoStruct = GoStruct {
    names: [LIST, LIST],
    short: "",
    fields: &[("Items", GoType::Slice([ITEMS, ITEMS], &GoType::Struct(&ITEM_3)))],
};
static LIST_TYPE_3: GoType = GoType::Struct(&LIST_3);

/// Whether an item of a list has the annotation that Helm only heeds on objects by themselves.
pub(super) fn has_resource_policy(text: &[u8], helm: HelmVersion) -> Result<bool, String> {
    let mut heap = Heap::new();
    let value = crate::yaml::from_text(&mut heap, text, Numbers::Float)
        .map_err(|error| format!("error converting YAML to JSON: {error}"))?;
    let (ty, keys) = match helm {
        HelmVersion::V4 => (&LIST_TYPE_4, ["items", "metadata", "annotations"]),
        HelmVersion::V3 => (&LIST_TYPE_3, ["Items", "Metadata", "Annotations"]),
    };
    let [items, metadata, annotations] = keys;
    let decoded = decode(&mut heap, &value, ty, helm)
        .map_err(|error| format!("error unmarshaling JSON: while decoding JSON: {error}"))?;
    let Some(items) = decoded.as_map().and_then(|map| heap.get(map, items.as_bytes())) else { return Ok(false) };
    let Repr::List(items) = items.repr else { return Ok(false) };
    let annotated = |item: &Value| {
        let metadata = heap.get(item.as_map()?, metadata.as_bytes())?.as_map()?;
        heap.get(heap.get(metadata, annotations.as_bytes())?.as_map()?, b"helm.sh/resource-policy")
    };
    Ok(heap.list(items).items.iter().any(|item| annotated(item).is_some()))
}
