//! Custom resources: what CRDs and other schemas say of their kinds.

mod compile;
mod schema;

pub use schema::{Bound, Const, CustomSchema, More, Pattern, Rule, SchemaId, Schemas, Types};

use crate::budget::{Budget, Exhausted};
use crate::kube::Gvk;
use crate::kube::tree::{Broken, Node, Tree};
use crate::yaml::{self, Document};
use std::collections::HashMap;
use std::sync::Arc;

/// One version of a custom kind.
#[derive(Clone, Debug)]
pub struct Custom {
    /// Its group.
    pub group: String,
    /// Its version.
    pub version: String,
    /// Its kind; in lower case where it comes from a file's name.
    pub kind: String,
    /// Whether its objects are in namespaces.
    pub namespaced: bool,
    /// Whether the server serves it.
    pub served: bool,
    /// The warning that goes with it where it is deprecated; empty for the usual one.
    pub deprecated: Option<String>,
    /// Its schema.
    pub schemas: Schemas,
}

/// The custom kinds that are known.
#[derive(Clone, Debug, Default)]
pub struct Crds {
    /// By group, version and kind in lower case.
    kinds: HashMap<(String, String, String), Arc<Custom>>,
}

impl Crds {
    /// The schema of a kind.
    pub fn get(&self, api_version: &str, kind: &str) -> Option<&Arc<Custom>> {
        if self.kinds.is_empty() {
            return None;
        }
        let gvk = Gvk::new(api_version, kind);
        let found = self.kinds.get(&(gvk.group.to_owned(), gvk.version.to_owned(), kind.to_lowercase()))?;
        let named_by_file = found.kind.chars().all(|c| !c.is_uppercase());
        (found.kind == kind || named_by_file).then_some(found)
    }

    /// All kinds, in no order.
    pub fn kinds(&self) -> impl Iterator<Item = &Arc<Custom>> {
        self.kinds.values()
    }

    /// How many kinds there are.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Adds the kinds of others. What is known already stays.
    pub fn extend(&mut self, other: &Crds) {
        for (key, custom) in &other.kinds {
            self.kinds.entry(key.clone()).or_insert_with(|| custom.clone());
        }
    }

    /// Reads the CRDs in a document; how many versions of kinds it has. Other documents have none.
    /// An error says which limit of the host ends the work.
    pub fn add(&mut self, document: &Document, budget: &Budget) -> Result<usize, Exhausted> {
        match Tree::build(document, budget) {
            Ok(tree) => self.add_tree(&tree, budget),
            Err(Broken::Exhausted(error)) => Err(error),
            Err(Broken::Yaml { .. }) => Ok(0),
        }
    }

    fn add_tree(&mut self, tree: &Tree<'_>, budget: &Budget) -> Result<usize, Exhausted> {
        let Some(root) = tree.root() else { return Ok(0) };
        let is_list = root.str("kind").is_some_and(|kind| kind.ends_with("List"));
        let mut count = 0;
        if is_list {
            for item in root.list("items") {
                count += self.add_crd(item, budget)?;
            }
        } else {
            count = self.add_crd(root, budget)?;
        }
        Ok(count)
    }

    fn add_crd(&mut self, crd: Node<'_>, budget: &Budget) -> Result<usize, Exhausted> {
        let api = crd.str("apiVersion").and_then(|api| api.strip_prefix("apiextensions.k8s.io/"));
        let (Some(api), Some("CustomResourceDefinition")) = (api, crd.str("kind")) else { return Ok(0) };
        let Some(spec) = crd.get("spec") else { return Ok(0) };
        let (Some(group), Some(kind)) = (spec.str("group"), spec.path(&["names", "kind"]).and_then(Node::as_str))
        else {
            return Ok(0);
        };
        // Before v1, unknown fields were kept unless the CRD says otherwise.
        let keep = api == "v1beta1" && spec.bool("preserveUnknownFields") != Some(false)
            || spec.bool("preserveUnknownFields") == Some(true);
        let common = spec.path(&["validation", "openAPIV3Schema"]);
        let mut count = 0;
        let mut add = |name: &str, version: Option<Node<'_>>, budget: &Budget| -> Result<(), Exhausted> {
            let own = version.and_then(|version| version.path(&["schema", "openAPIV3Schema"]));
            let deprecated = version.is_some_and(|version| version.bool("deprecated") == Some(true));
            let warning = version.and_then(|version| version.str("deprecationWarning")).unwrap_or("");
            self.insert(Custom {
                group: group.to_owned(),
                version: name.to_owned(),
                kind: kind.to_owned(),
                namespaced: spec.str("scope") == Some("Namespaced"),
                served: version.is_none_or(|version| version.bool("served") != Some(false)),
                deprecated: deprecated.then(|| warning.to_owned()),
                schemas: compile::structural(own.or(common), keep, budget)?,
            });
            count += 1;
            Ok(())
        };
        if spec.get("versions").is_none()
            && let Some(version) = spec.str("version")
        {
            add(version, None, budget)?;
        }
        for version in spec.list("versions") {
            if let Some(name) = version.str("name") {
                add(name, Some(version), budget)?;
            }
        }
        Ok(count)
    }

    fn insert(&mut self, custom: Custom) {
        let key = (custom.group.clone(), custom.version.clone(), custom.kind.to_lowercase());
        self.kinds.insert(key, Arc::new(custom));
    }

    /// Adds a JSON Schema whose file is called after its kind and version, such as
    /// `monitoring.coreos.com/servicemonitor_v1.json`: the last two parts of `path` count.
    /// The error says what of the file is no schema.
    pub fn add_json_schema(&mut self, path: &str, json: &[u8], budget: &Budget) -> Result<(), String> {
        let mut parts = path.rsplit(['/', '\\']);
        let (file, group) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let stem = file.strip_suffix(".json").unwrap_or(file);
        let Some((kind, version)) = stem.rsplit_once('_') else {
            return Err(format!(
                "expected a file called KIND_VERSION.json in a folder called after its group, found {path}"
            ));
        };
        // JSON is YAML.
        let document = yaml::parse(json).map_err(|error| format!("{path}: {}", error.message))?;
        let tree = match Tree::build(&document, budget) {
            Ok(tree) => tree,
            Err(Broken::Exhausted(error)) => return Err(format!("{path}: {error}")),
            Err(Broken::Yaml { message, .. }) => return Err(format!("{path}: {message}")),
        };
        let Some(root) = tree.root().filter(|root| root.is_map()) else {
            return Err(format!("{path}: expected a JSON Schema, found something else"));
        };
        let named = root.path(&["properties", "kind"]).and_then(|kind| kind.list("enum").next()).and_then(Node::as_str);
        let kind = named.filter(|named| named.eq_ignore_ascii_case(kind)).unwrap_or(kind);
        self.insert(Custom {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: kind.to_owned(),
            namespaced: false,
            served: true,
            deprecated: None,
            schemas: compile::json_schema(root, budget).map_err(|error| format!("{path}: {error}"))?,
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crds_are_read_in_both_versions() {
        let mut crds = Crds::default();
        let text = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  group: example.com\n  \
                    names: {kind: Foo, plural: foos}\n  versions:\n  - name: v1\n    served: true\n    schema:\n      \
                    openAPIV3Schema: {type: object, properties: {spec: {type: object}}}\n  - {name: v2, served: false}\n";
        let budget = Budget::default();
        assert_eq!(crds.add(&yaml::parse(text.as_bytes()).unwrap(), &budget), Ok(2));
        let old = "apiVersion: apiextensions.k8s.io/v1beta1\nkind: CustomResourceDefinition\nspec:\n  group: example.com\n  \
                   version: v1\n  names: {kind: Bar}\n";
        assert_eq!(crds.add(&yaml::parse(old.as_bytes()).unwrap(), &budget), Ok(1));
        assert_eq!(crds.add(&yaml::parse(b"kind: ConfigMap").unwrap(), &budget), Ok(0));
        assert!(crds.get("example.com/v1", "Foo").is_some_and(|custom| custom.served));
        assert!(crds.get("example.com/v2", "Foo").is_some_and(|custom| !custom.served));
        assert!(crds.get("example.com/v1", "foo").is_none() && crds.get("example.com/v1", "Bar").is_some());
    }

    #[test]
    fn json_schemas_are_named_by_their_files() {
        let mut crds = Crds::default();
        let add =
            |crds: &mut Crds, path: &str, json: &str| crds.add_json_schema(path, json.as_bytes(), &Budget::default());
        assert_eq!(add(&mut crds, "x/example.com/foo_v1.json", r#"{"type": "object"}"#), Ok(()));
        assert!(crds.get("example.com/v1", "Foo").is_some() && crds.get("example.com/v2", "Foo").is_none());
        assert!(add(&mut crds, "foo.json", "{}").is_err() && add(&mut crds, "a/foo_v1.json", "[").is_err());
    }
}
