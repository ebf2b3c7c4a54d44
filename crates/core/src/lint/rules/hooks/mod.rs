//! Hooks and Helm's annotations.

pub(super) mod hook_stays;
pub(super) mod resource_policy_in_list;
pub(super) mod unknown_delete_policy;
pub(super) mod unknown_hook;
