//! Custom resources.

use super::Sink;
use crate::budget::{Budget, Exhausted};
use crate::kube::crds::Custom;
use crate::kube::tree::Node;

/// Checks a custom resource.
pub(super) fn check(
    _root: Node<'_>,
    _custom: &Custom,
    _sink: &mut Sink<'_>,
    _budget: &Budget,
) -> Result<(), Exhausted> {
    Ok(())
}
