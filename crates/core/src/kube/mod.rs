//! What chartlens knows of Kubernetes: kinds and their schemas, versions of APIs, custom resources.

pub mod crds;
pub mod deprecations;
mod kinds;
pub mod pods;
pub mod quantity;
pub mod tree;

pub use kinds::{Gvk, is_builtin_group, known_version, nearest_kind, served, versions};
