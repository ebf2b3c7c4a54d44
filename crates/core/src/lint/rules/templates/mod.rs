//! Templates and what they write.

pub(super) mod broken_file;
pub(super) mod changing_checksum;
pub(super) mod cut_text;
pub(super) mod default_too_late;
pub(super) mod duplicate_helper;
pub(super) mod error_in_output;
pub(super) mod extension;
pub(super) mod folded_text;
pub(super) mod go_syntax;
pub(super) mod helm_branch;
pub(super) mod indented_twice;
pub(super) mod not_reproducible;
pub(super) mod rebound_dot;
pub(super) mod renders_nothing;
pub(super) mod separator;
pub(super) mod to_yaml_of_nothing;
pub(super) mod unknown_helper;
pub(super) mod unused_helper;
pub(super) mod version_branch;
