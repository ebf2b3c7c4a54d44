//! What the definitions of custom resources that a chart brings say of fields.

use super::field_docs::FieldDocs;
use crate::budget::Budget;
use crate::chart::Chart;
use crate::kube::tree::{Node, Tree};

/// The documentation of a kind, in the first definition that is about it.
pub(super) fn of(chart: &Chart, api_version: &str, kind: &str) -> Option<FieldDocs> {
    let (group, version) = api_version.rsplit_once('/')?;
    let names = |text: &[u8], word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
    // Definitions are long: only those that are about the kind are read.
    let files = chart.walk().into_iter().flat_map(Chart::crds);
    let mut files = files.filter(|file| names(&file.data, kind) && names(&file.data, group));
    files.find_map(|file| {
        let mut documents = crate::yaml::documents(&file.data).into_iter().flatten();
        documents.find_map(|document| {
            let tree = Tree::build(&document, &Budget::default()).ok()?;
            let schema = schema_of(tree.root()?.get("spec")?, group, version, kind)?;
            FieldDocs::of_schema(group, version, kind, schema.to_json())
        })
    })
}

/// The schema that a definition has for a version of a kind.
fn schema_of<'t>(spec: Node<'t>, group: &str, version: &str, kind: &str) -> Option<Node<'t>> {
    if spec.str("group") != Some(group) || spec.path(&["names", "kind"])?.as_str() != Some(kind) {
        return None;
    }
    let own = spec.list("versions").find(|known| known.str("name") == Some(version));
    own.and_then(|own| own.path(&["schema", "openAPIV3Schema"]))
        .or_else(|| spec.path(&["validation", "openAPIV3Schema"]))
}
