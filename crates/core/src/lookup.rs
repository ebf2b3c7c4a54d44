//! Objects that the `lookup` function finds, as a host may hold them.

use crate::budget::Budget;
use crate::host::HelmVersion;
use crate::json::{Numbers, Style, encode};
use crate::text::TextBuilder;
use crate::value::{Heap, Value};
use crate::yaml::{documents, to_value};

/// A cluster object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// `apiVersion`
    pub api_version: String,
    /// `kind`
    pub kind: String,
    /// `metadata.namespace`
    pub namespace: String,
    /// `metadata.name`
    pub name: String,
    /// The whole object as JSON.
    pub json: String,
}

/// Reads the objects of a YAML or JSON text; a `List` counts by its items. The error says what does not parse.
pub fn read_objects(text: &[u8]) -> Result<Vec<Object>, String> {
    let mut objects = Vec::new();
    for document in documents(text) {
        let mut heap = Heap::new();
        let value = document
            .and_then(|document| to_value(&mut heap, &document, Numbers::Exact, &mut ()))
            .map_err(|error| error.to_string())?;
        let items = match value.as_map().and_then(|map| heap.get(map, b"items")).and_then(Value::as_list) {
            Some(list) => heap.list(list).items.clone(),
            None => vec![value],
        };
        for item in items.iter().filter(|item| !item.is_nil()) {
            objects.push(object(&heap, item)?);
        }
    }
    Ok(objects)
}

fn object(heap: &Heap, value: &Value) -> Result<Object, String> {
    let map = value.as_map().ok_or("expected an object, found another value")?;
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(ToString::to_string).unwrap_or_default();
    let metadata = heap.get(map, b"metadata").and_then(Value::as_map);
    let of_metadata = |name: &[u8]| text(metadata.and_then(|metadata| heap.get(metadata, name)));
    let mut json = TextBuilder::new(false);
    let style = Style { escape_html: false, indent: false, helm: HelmVersion::V4 };
    encode(heap, &Budget::default(), value, style, &mut json).map_err(|error| error.to_string())?;
    Ok(Object {
        api_version: text(heap.get(map, b"apiVersion")),
        kind: text(heap.get(map, b"kind")),
        namespace: of_metadata(b"namespace"),
        name: of_metadata(b"name"),
        json: crate::text::lossy(json.as_bytes()).into_owned(),
    })
}

/// Answers `lookup` from a list of objects: one by its name, or a list where the name is empty.
pub fn find_object(objects: &[Object], api_version: &str, kind: &str, namespace: &str, name: &str) -> Option<String> {
    let fits = |object: &&Object| {
        object.api_version == api_version
            && object.kind == kind
            && (namespace.is_empty() || object.namespace == namespace)
    };
    if !name.is_empty() {
        return objects.iter().filter(fits).find(|object| object.name == name).map(|object| object.json.clone());
    }
    let items: Vec<&str> = objects.iter().filter(fits).map(|object| object.json.as_str()).collect();
    let items = items.join(",");
    Some(format!("{{\"apiVersion\":\"{api_version}\",\"kind\":\"{kind}List\",\"items\":[{items}]}}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_found_by_name_or_listed() {
        let text = b"apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: p}\ndata: {k: dg==}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: b, namespace: m}\n";
        let objects = read_objects(text).unwrap();
        assert!(find_object(&objects, "v1", "Secret", "p", "a").unwrap().contains("dg=="));
        assert_eq!(find_object(&objects, "v1", "Secret", "p", "b"), None);
        assert_eq!(find_object(&objects, "v1", "Secret", "", "").unwrap().matches("metadata").count(), 2);
    }
}
