//! What the makers of an API say of its fields: OpenAPI documents, of which the prose and the way to it are kept.

use super::outline::Step;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// References that lead to references are followed so far.
const MAX_REFERENCES: u32 = 8;

/// An OpenAPI document, version 2 or 3, as far as it documents fields. What is written of it is read again.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FieldDocs {
    #[serde(default, alias = "$defs")]
    definitions: BTreeMap<String, Definition>,
    #[serde(default, skip_serializing)]
    components: Components,
}

/// Where version 3 has its definitions.
#[derive(Clone, Debug, Default, Deserialize)]
struct Components {
    #[serde(default)]
    schemas: BTreeMap<String, Definition>,
}

/// The schema of a value.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Definition {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    properties: BTreeMap<String, Definition>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    items: Option<Box<Definition>>,
    #[serde(default, rename = "additionalProperties", skip_serializing_if = "Option::is_none")]
    additional: Option<Additional>,
    #[serde(default, rename = "$ref", skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    /// Version 3 wraps references in a list of one.
    #[serde(default, rename = "allOf", skip_serializing_if = "Vec::is_empty")]
    all_of: Vec<Definition>,
    #[serde(default, rename = "x-kubernetes-group-version-kind", skip_serializing_if = "Vec::is_empty")]
    kinds: Vec<GroupVersionKind>,
}

/// What a map may hold beside its properties.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Additional {
    Of(Box<Definition>),
    Anything(bool),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct GroupVersionKind {
    group: String,
    version: String,
    kind: String,
}

impl FieldDocs {
    /// Reads an OpenAPI document in JSON.
    ///
    /// # Errors
    ///
    /// Why it is none, or that it documents no kind.
    pub fn read(text: &[u8]) -> Result<FieldDocs, String> {
        let mut read: FieldDocs =
            serde_json::from_slice(text).map_err(|error| format!("no OpenAPI document: {error}"))?;
        read.definitions.append(&mut read.components.schemas);
        match read.kinds() {
            0 => Err("expected an OpenAPI document with the definitions of kinds, found none in it".to_owned()),
            _ => Ok(read),
        }
    }

    /// What the schema of one kind says.
    pub(super) fn of_schema(group: &str, version: &str, kind: &str, schema: serde_json::Value) -> Option<FieldDocs> {
        let mut definition: Definition = serde_json::from_value(schema).ok()?;
        let (group, version, kind) = (group.to_owned(), version.to_owned(), kind.to_owned());
        definition.kinds = vec![GroupVersionKind { group, version, kind }];
        Some(FieldDocs { definitions: [(String::new(), definition)].into(), ..FieldDocs::default() })
    }

    /// Adds what another document says; where both say something, the other counts.
    pub fn extend(&mut self, other: FieldDocs) {
        self.definitions.extend(other.definitions);
    }

    /// As JSON, without all that is no documentation.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// How many kinds there are.
    pub fn kinds(&self) -> usize {
        self.definitions.values().filter(|definition| !definition.kinds.is_empty()).count()
    }

    /// What is said of a field of a kind.
    pub(super) fn of(&self, api_version: &str, kind: &str, path: &[Step]) -> Option<&str> {
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        let is_it = |known: &GroupVersionKind| (&*known.group, &*known.version, &*known.kind) == (group, version, kind);
        let root = self.definitions.values().find(|definition| definition.kinds.iter().any(is_it))?;
        let field = path.iter().try_fold(root, |around, step| {
            let around = self.resolved(around);
            match (step, &around.additional) {
                (Step::Item, _) => around.items.as_deref(),
                (Step::Key(name), Some(Additional::Of(other))) => around.properties.get(name).or(Some(other)),
                (Step::Key(name), _) => around.properties.get(name),
            }
        })?;
        // What is said of the field goes before what is said of its type.
        let said = [field, self.resolved(field)].into_iter().map(|at| at.description.trim());
        said.into_iter().find(|text| !text.is_empty())
    }

    /// The definition that one refers to; itself where it refers to none.
    fn resolved<'d>(&'d self, mut at: &'d Definition) -> &'d Definition {
        for _ in 0..MAX_REFERENCES {
            let name = at.reference.as_deref().and_then(|reference| reference.rsplit('/').next());
            let Some(next) = name.and_then(|name| self.definitions.get(name)).or_else(|| at.all_of.first()) else {
                break;
            };
            at = next;
        }
        at
    }
}

/// Reads the bytes of an OpenAPI document, where there are any.
type Read = Box<dyn Fn() -> Option<Vec<u8>> + Send + Sync>;

/// Documentation that a host keeps somewhere, read when it is first asked for.
pub struct KeptDocs {
    read: Read,
    docs: OnceLock<Option<FieldDocs>>,
}

impl KeptDocs {
    /// Documentation that `read` brings. What cannot be read says nothing.
    pub fn new(read: impl Fn() -> Option<Vec<u8>> + Send + Sync + 'static) -> KeptDocs {
        KeptDocs { read: Box::new(read), docs: OnceLock::new() }
    }

    /// The documentation.
    pub(super) fn get(&self) -> Option<&FieldDocs> {
        self.docs.get_or_init(|| FieldDocs::read(&(self.read)()?).ok()).as_ref()
    }
}

impl std::fmt::Debug for KeptDocs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptDocs").field("is_read", &self.docs.get().is_some()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = r##"{"swagger": "2.0", "paths": {"/x": {}}, "definitions": {
        "io.example.Cup": {
            "description": "A cup.", "type": "object", "required": ["spec"],
            "properties": {"spec": {"description": "What it should be.", "$ref": "#/definitions/io.example.CupSpec"}},
            "x-kubernetes-group-version-kind": [{"group": "example.com", "version": "v1", "kind": "Cup"}]},
        "io.example.CupSpec": {
            "description": "The shape of a cup.",
            "properties": {
                "size": {"description": "How much it holds.", "type": "integer"},
                "inner": {"$ref": "#/definitions/io.example.CupSpec"},
                "handles": {"type": "array", "items": {"$ref": "#/definitions/io.example.Handle"}},
                "labels": {"additionalProperties": {"description": "A word.", "type": "string"}}, "any": {"additionalProperties": true}}},
        "io.example.Handle": {"properties": {"side": {"description": " Left or right.\n"}}},
        "io.example.Loop": {"$ref": "#/definitions/io.example.Loop"}}}"##;

    const THREE: &str = r##"{"openapi": "3.0.0", "components": {"schemas": {
        "io.example.Pot": {
            "properties": {"lid": {"allOf": [{"$ref": "#/components/schemas/io.example.Lid"}], "default": {}}},
            "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Pot"}]},
        "io.example.Lid": {"description": "What closes a pot.", "properties": {"hot": {"description": "Whether it burns."}}}}}}"##;

    fn path(steps: &str) -> Vec<Step> {
        steps.split('.').map(|step| if step == "[]" { Step::Item } else { Step::Key(step.to_owned()) }).collect()
    }

    #[test]
    fn fields_are_found_through_references_lists_and_maps() {
        let docs = FieldDocs::read(TWO.as_bytes()).unwrap();
        let said = |steps: &str| docs.of("example.com/v1", "Cup", &path(steps));
        assert_eq!(said("spec"), Some("What it should be."));
        assert_eq!(said("spec.inner"), Some("The shape of a cup."));
        assert_eq!(said("spec.inner.inner.size"), Some("How much it holds."));
        assert_eq!(said("spec.handles.[].side"), Some("Left or right."));
        assert_eq!(said("spec.labels.app"), Some("A word."));
        assert_eq!([said("spec.handles"), said("spec.any.x"), said("spec.nope"), said("spec.size.[]")], [None; 4]);
        assert_eq!(docs.of("example.com/v2", "Cup", &path("spec")), None);
        assert!(docs.resolved(docs.definitions.get("io.example.Loop").unwrap()).description.is_empty());
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut docs = FieldDocs::read(TWO.as_bytes()).unwrap();
        docs.extend(FieldDocs::read(THREE.as_bytes()).unwrap());
        let written = docs.to_json();
        assert!(!written.contains("required") && !written.contains("paths"), "{written}");
        let again = FieldDocs::read(written.as_bytes()).unwrap();
        assert_eq!((again.kinds(), again.to_json()), (2, written));
        assert_eq!(again.of("v1", "Pot", &path("lid.hot")), Some("Whether it burns."));
        assert_eq!(again.of("v1", "Pot", &path("lid")), Some("What closes a pot."));
    }

    #[test]
    fn other_documents_are_refused() {
        let reason = |text: &str| FieldDocs::read(text.as_bytes()).unwrap_err();
        assert!(reason("{").starts_with("no OpenAPI document: "));
        assert!(reason("kind: X").starts_with("no OpenAPI document: "));
        assert!(["{}", "[]"].iter().all(|text| reason(text).starts_with("expected an OpenAPI document")));
    }
}
