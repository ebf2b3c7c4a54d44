//! Secrets and variables.

pub(super) mod duplicate_env;
pub(super) mod secret_from_env;
pub(super) mod secret_in_configmap;
pub(super) mod secret_in_env;
