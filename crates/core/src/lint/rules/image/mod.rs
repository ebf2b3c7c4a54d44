//! Images.

pub(super) mod latest_tag;
pub(super) mod other_registry;
pub(super) mod pull_policy;
