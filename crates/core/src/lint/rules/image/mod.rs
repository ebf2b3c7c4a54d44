//! Images.

pub(super) mod latest_tag;
pub(super) mod pull_policy;
