//! The structural schemas of every built-in kind of Kubernetes 1.20 to 1.37, in one bundle that is read in place.
//!
//! The bundle holds each string, each node and each list once for all versions. References between definitions go
//! through a table per version, so a definition that did not change is stored once even where those that it refers
//! to did. Opening a version reads a few numbers and allocates nothing.
//!
//! ```
//! let version = chartlens_schemas::Schemas::open().version("1.37").unwrap();
//! let deployment = version.kind("apps/v1", "Deployment").unwrap();
//! let spec = deployment.property("spec").unwrap();
//! assert!(spec.required);
//! assert!(spec.schema.property("replicas").unwrap().schema.types().has(chartlens_schemas::Types::INTEGER));
//! ```
//!
//! `cargo xtask gen schemas` makes the bundle; `format.rs` describes its bytes.

#![forbid(unsafe_code)]

pub mod format;
mod reader;
mod schema;

pub use schema::{Additional, ListType, Property, Schema, Types};

use format::{NONE, Section};
use reader::Reader;
use std::sync::OnceLock;

#[cfg(feature = "bundled")]
static BUNDLE: &[u8] = include_bytes!("../data/kubernetes.bin");
#[cfg(not(feature = "bundled"))]
static BUNDLE: &[u8] = &[];

/// The bundle that the host handed in.
static PROVIDED: OnceLock<Box<[u8]>> = OnceLock::new();

/// The whole bundle.
#[derive(Clone, Copy, Debug)]
pub struct Schemas {
    reader: &'static Reader,
}

impl Schemas {
    /// The bundle that the host handed in, else the one that this crate carries: without the feature `bundled` an
    /// empty one.
    pub fn open() -> Schemas {
        static OWN: OnceLock<Reader> = OnceLock::new();
        match PROVIDED.get() {
            Some(bytes) => Schemas::of(bytes),
            None => Schemas { reader: OWN.get_or_init(|| Reader::new(BUNDLE)) },
        }
    }

    /// The bundle that was handed in.
    fn of(provided: &'static [u8]) -> Schemas {
        static OTHER: OnceLock<Reader> = OnceLock::new();
        Schemas { reader: OTHER.get_or_init(|| Reader::new(provided)) }
    }

    /// Hands in the bytes of a bundle; the first ones stay. None where they are no bundle.
    pub fn provide(bytes: Box<[u8]>) -> Option<Schemas> {
        if !bytes.starts_with(format::MAGIC) {
            return None;
        }
        let bytes = PROVIDED.get_or_init(|| bytes);
        Some(Schemas::of(bytes))
    }

    /// The versions it has, oldest first, as `1.20`.
    pub fn versions(self) -> impl DoubleEndedIterator<Item = Version> {
        (0..self.reader.len(Section::Versions) / format::VERSION_WORDS)
            .map(move |number| Version { reader: self.reader, number })
    }

    /// The version with this name, such as `1.37`.
    pub fn version(self, name: &str) -> Option<Version> {
        self.versions().find(|version| version.name() == name)
    }
}

/// The schemas of one version of Kubernetes.
#[derive(Clone, Copy, Debug)]
pub struct Version {
    reader: &'static Reader,
    number: u32,
}

impl Version {
    #[inline]
    fn word(self, at: u32) -> u32 {
        self.reader.word(Section::Versions, self.number * format::VERSION_WORDS + at)
    }

    /// Its name, such as `1.37`.
    pub fn name(self) -> &'static str {
        self.reader.string(self.word(0))
    }

    /// The schema of a kind.
    pub fn kind(self, api_version: &str, kind: &str) -> Option<Schema> {
        let (mut low, mut high) = (0, self.word(2));
        while low < high {
            let middle = low + (high - low) / 2;
            let (k, a, definition) = self.root(middle);
            match (k, a).cmp(&(kind, api_version)) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return self.by_number(definition),
            }
        }
        None
    }

    /// All kinds with their `apiVersion`, sorted by kind.
    pub fn kinds(self) -> impl Iterator<Item = Kind> {
        (0..self.word(2)).map(move |at| {
            let (kind, api_version, _) = self.root(at);
            Kind { api_version, kind }
        })
    }

    /// The `at`-th kind: its name, its `apiVersion`, its definition.
    fn root(self, at: u32) -> (&'static str, &'static str, u32) {
        let at = self.word(1) + at * format::ROOT_WORDS;
        let word = |n| self.reader.word(Section::Lists, at + n);
        (self.reader.string(word(0)), self.reader.string(word(1)), word(2))
    }

    /// Number of the definition with this name (`io.k8s.api.core.v1.Container`), the same in all versions.
    pub fn definition_number(self, name: &str) -> Option<u32> {
        let (mut low, mut high) = (0, self.reader.len(Section::Definitions));
        while low < high {
            let middle = low + (high - low) / 2;
            match self.definition_name(middle).cmp(name) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    /// How many definitions there are in all versions together: their numbers are below it.
    pub fn definition_count(self) -> u32 {
        self.reader.len(Section::Definitions)
    }

    /// The name of a definition.
    #[inline]
    pub fn definition_name(self, number: u32) -> &'static str {
        self.reader.string(self.reader.word(Section::Definitions, number))
    }

    /// The definition with this number, where this version has it.
    #[inline]
    pub fn by_number(self, number: u32) -> Option<Schema> {
        let node = self.reader.word(Section::Lists, self.word(3).checked_add(number)?);
        (node != NONE).then_some(Schema { version: self, node, definition: number })
    }

    /// The definition with this name.
    pub fn definition(self, name: &str) -> Option<Schema> {
        self.by_number(self.definition_number(name)?)
    }
}

/// A kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind {
    /// `v1`, `apps/v1`, …
    pub api_version: &'static str,
    /// `Pod`, `Deployment`, …
    pub kind: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_has_deployments() {
        let names: Vec<_> = Schemas::open().versions().map(Version::name).collect();
        assert_eq!(names, (20..=37).map(|minor| format!("1.{minor}")).collect::<Vec<_>>());
        for version in Schemas::open().versions() {
            let deployment = version.kind("apps/v1", "Deployment").unwrap();
            assert_eq!(deployment.definition_name(), Some("io.k8s.api.apps.v1.Deployment"));
            let spec = deployment.property("spec").unwrap().schema;
            assert!(spec.property("selector").unwrap().required, "{}", version.name());
            assert!(!spec.property("replicas").unwrap().required);
            assert!(spec.property("replicaz").is_none());
            assert_eq!(spec.additional(), Additional::Closed);
            assert!(version.kind("apps/v1", "deployment").is_none());
            assert!(version.kinds().count() > 100);
        }
    }

    #[test]
    fn versions_differ_where_kubernetes_did() {
        let has =
            |version: &str, api: &str, kind: &str| Schemas::open().version(version).unwrap().kind(api, kind).is_some();
        assert!(has("1.21", "extensions/v1beta1", "Ingress"));
        assert!(!has("1.22", "extensions/v1beta1", "Ingress"));
        assert!(has("1.24", "policy/v1beta1", "PodSecurityPolicy"));
        assert!(!has("1.25", "policy/v1beta1", "PodSecurityPolicy"));
    }

    #[test]
    fn lists_know_their_keys() {
        let version = Schemas::open().version("1.30").unwrap();
        let container = version.definition("io.k8s.api.core.v1.Container").unwrap();
        let ports = container.property("ports").unwrap().schema;
        assert_eq!(ports.list_type(), Some(ListType::Map));
        assert_eq!(ports.list_map_keys().collect::<Vec<_>>(), ["containerPort", "protocol"]);
        let Some(items) = ports.items() else { panic!("ports have items") };
        assert_eq!(items.definition_name(), Some("io.k8s.api.core.v1.ContainerPort"));
        assert_eq!(items.property("containerPort").unwrap().schema.format(), Some("int32"));
        let limits = version.definition("io.k8s.api.core.v1.ResourceRequirements").unwrap().property("limits").unwrap();
        let Additional::Schema(quantity) = limits.schema.additional() else { panic!("limits are a map") };
        assert!(quantity.is_quantity());
        let target = version.definition("io.k8s.api.core.v1.ServicePort").unwrap().property("targetPort").unwrap();
        assert!(target.schema.is_int_or_string());
    }

    #[test]
    fn only_bundles_can_be_provided() {
        assert!(Schemas::provide(Box::from(*b"PK")).is_none());
        let provided = Schemas::provide(Box::from(BUNDLE)).unwrap();
        assert!(provided.version("1.37").is_some());
        assert!(Schemas::open().version("1.20").is_some());
    }

    #[test]
    fn broken_bundles_are_empty_and_not_a_panic() {
        for bytes in [&b""[..], b"CLKS", &BUNDLE[..100]] {
            let bytes: &'static [u8] = Box::leak(bytes.to_vec().into_boxed_slice());
            let schemas = Schemas { reader: Box::leak(Box::new(Reader::new(bytes))) };
            assert!(schemas.versions().all(|version| version.kind("v1", "Pod").is_none()));
        }
    }
}
