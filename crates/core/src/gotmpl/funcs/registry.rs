//! All template functions by name.

use super::Function;
use crate::host::HelmVersion;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The families.
fn families() -> impl Iterator<Item = &'static [Function]> {
    [
        super::engine::ENGINE,
        super::builtin::BUILTIN,
        super::strings::STRINGS,
        super::math::MATH,
        super::lists::LISTS,
        super::dicts::DICTS,
        super::flow::FLOW,
        super::encoding::ENCODING,
    ]
    .into_iter()
}

static BY_NAME: LazyLock<HashMap<&'static str, &'static Function>> =
    LazyLock::new(|| all().flat_map(|function| function.names.iter().map(move |&name| (name, function))).collect());

/// All functions, family by family.
pub fn all() -> impl Iterator<Item = &'static Function> {
    families().flatten()
}

/// The function that templates call by this name in the given version of Helm.
pub fn lookup(name: &str, _helm: HelmVersion) -> Option<&'static Function> {
    BY_NAME.get(name).copied()
}
