//! The release as a whole.

pub(super) mod duplicate_object;
pub(super) mod overlapping_selector;
