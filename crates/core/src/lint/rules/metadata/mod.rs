//! Names and labels.

pub(super) mod claim_template_annotation;
pub(super) mod instance_label;
pub(super) mod long_name;
pub(super) mod no_email;
pub(super) mod no_namespace;
pub(super) mod no_owner;
pub(super) mod unnamed_list;
pub(super) mod unsorted_keys;
