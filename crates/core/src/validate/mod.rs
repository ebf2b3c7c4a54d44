//! Whether an API server takes an object: structure, strictness, nulls, versions of APIs, and rules beyond schemas.
//!
//! A [`Validator`] holds the schemas of one version of Kubernetes and the custom resources that are known. It looks
//! at one document at a time and says what it finds as [`Finding`]s, in the order of the text:
//!
//! * `yaml/…` what JSON cannot say, and keys that occur twice,
//! * `schema/…` what the OpenAPI schema or the CRD of the kind refuses,
//! * `api/…` what an API server refuses beyond them: the checks of [`api`], nulls, versions of APIs,
//! * `update/…` what it refuses of a change to an object that is there: the checks of [`update`].
//!
//! ```
//! use chartlens::{budget::Budget, validate::{Options, Validator}, yaml};
//!
//! let validator = Validator::new("1.37", Default::default(), Options::default()).unwrap();
//! let text = b"apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: http}]}\n";
//! let findings = validator.check(&yaml::parse(text).unwrap(), text, &Budget::default()).unwrap();
//! assert_eq!(findings[0].code, "schema/wrong-type");
//! assert_eq!(findings[0].pointer, "/spec/ports/0/port");
//! assert_eq!(findings[0].message, "expected an integer, found the string \"http\"");
//! ```

pub mod api;
mod belongs;
mod clean;
mod crd;
mod expression;
mod fields;
mod formats;
mod kinds;
mod object;
mod renamed;
mod schema;
mod sink;
pub mod update;

pub(crate) use clean::Clean;
pub(crate) use expression::Around;
pub use expression::Expression;
pub use object::{object_ref, reference};
pub(crate) use sink::Sink;

use crate::budget::{Budget, Exhausted};
use crate::diag::{Fact, Finding};
use crate::kube::crds::Crds;
use crate::kube::tree::{Broken, Node, Tree};
use crate::yaml::Document;
use chartlens_schemas::{Schemas, Version};
use std::sync::Arc;

/// How strictly to look.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// A kind that nothing is known of is an error, not a warning.
    pub strict_kinds: bool,
    /// Leave out the checks beyond the schemas.
    pub schemas_only: bool,
}

/// The checks for one version of Kubernetes. Threads can share it.
#[derive(Clone, Debug)]
pub struct Validator {
    version: Version,
    crds: Arc<Crds>,
    options: Options,
    table: Arc<api::Table>,
}

impl Validator {
    /// The checks for a version such as `1.37` or `v1.37.2`; none where there are no schemas for it.
    pub fn new(kube_version: &str, crds: Arc<Crds>, options: Options) -> Option<Validator> {
        let version = Schemas::open().version(&minor(kube_version)?)?;
        Some(Validator { version, crds, options, table: Arc::new(api::Table::new(version)) })
    }

    /// The version, such as `1.37`.
    pub fn kube_version(&self) -> &'static str {
        self.version.name()
    }

    /// The minor version: 37 of 1.37.
    pub fn minor(&self) -> u32 {
        self.table.minor()
    }

    /// The same checks with other custom resources.
    pub fn with_crds(&self, crds: Arc<Crds>) -> Validator {
        Validator { crds, ..self.clone() }
    }

    /// What is wrong with a document, in the order of its text. A document of a `List` kind is looked at item by
    /// item; an empty one is fine. An error says which limit of the host ends the work.
    pub fn check(&self, document: &Document, text: &[u8], budget: &Budget) -> Result<Vec<Finding>, Exhausted> {
        match Tree::build(document, budget) {
            Ok(tree) => self.check_tree(&tree, text, budget),
            Err(Broken::Exhausted(error)) => Err(error),
            Err(Broken::Yaml { message, range }) => {
                let fact = Fact::NoYaml { reason: message };
                Ok(vec![Finding::of("yaml/no-json", fact, String::new(), range)])
            }
        }
    }

    /// The same for a document that is a tree already. An error says which limit of the host ends the work.
    pub fn check_tree(&self, tree: &Tree<'_>, text: &[u8], budget: &Budget) -> Result<Vec<Finding>, Exhausted> {
        let mut sink = Sink::new(text).at_version(self.table.minor());
        for (node, range) in tree.duplicates() {
            let fact = Fact::DuplicateKey { key: node.key().to_owned() };
            sink.push(Finding::of("yaml/duplicate-key", fact, node.pointer(), range));
        }
        match tree.root() {
            Some(root) if !root.is_null() => self.object(root, &mut sink, budget)?,
            _ => {}
        }
        Ok(sink.finish())
    }

    /// An object, or each item of a list of them.
    fn object(&self, root: Node<'_>, sink: &mut Sink<'_>, budget: &Budget) -> Result<(), Exhausted> {
        let mut work = vec![root];
        while let Some(node) = work.pop() {
            budget.tick()?;
            match object::list_items(node, self.version) {
                Some(items) => work.extend(items.filter(|item| !item.is_null())),
                None => self.one(node, sink, budget)?,
            }
        }
        Ok(())
    }
}

/// `1.37` of `v1.37.2-gke.1`.
fn minor(version: &str) -> Option<String> {
    let mut parts = version.trim_start_matches('v').splitn(3, '.');
    let (major, minor) = (parts.next()?, parts.next()?);
    let minor: String = minor.chars().take_while(char::is_ascii_digit).collect();
    Some(format!("{major}.{minor}"))
}

#[cfg(test)]
mod tests;
