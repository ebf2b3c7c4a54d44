//! Chart.yaml and what belongs to it.

pub(super) mod condition_type;
pub(super) mod dependencies_of_v1;
pub(super) mod hub_annotation;
pub(super) mod icon_url;
pub(super) mod import_nothing;
pub(super) mod loose_version;
pub(super) mod maintainer;
pub(super) mod no_app_version;
pub(super) mod no_definition;
pub(super) mod no_description;
pub(super) mod no_icon;
pub(super) mod no_maintainers;
pub(super) mod no_templates;
pub(super) mod no_values;
pub(super) mod source_url;
pub(super) mod type_of_v1;
pub(super) mod undeclared_dependency;
pub(super) mod unknown_metadata;
pub(super) mod unlocked_dependency;
pub(super) mod untidy_yaml;
pub(super) mod unused_library;
pub(super) mod version_number;
