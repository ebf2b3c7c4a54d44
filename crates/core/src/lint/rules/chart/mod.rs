//! Chart.yaml and what belongs to it.

pub(super) mod condition_type;
pub(super) mod import_nothing;
pub(super) mod no_app_version;
pub(super) mod no_description;
pub(super) mod no_icon;
pub(super) mod no_maintainers;
pub(super) mod undeclared_dependency;
pub(super) mod unlocked_dependency;
