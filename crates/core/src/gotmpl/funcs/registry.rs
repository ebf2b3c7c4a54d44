//! All template functions by name.

use super::{Callee, Function, Mark};
use crate::host::HelmVersion;
use foldhash::HashMap;
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
        super::dates::DATES,
        super::dates::DURATIONS,
        super::regexes::REGEX,
        super::rng::RANDOM,
        super::semver::SEMVER,
        super::codec::ENCODE,
        super::paths::PATHS,
        super::network::NETWORK,
        #[cfg(feature = "crypto")]
        super::crypto::CRYPTO,
    ]
    .into_iter()
}

static BY_NAME: LazyLock<HashMap<&'static [u8], Callee>> = LazyLock::new(|| {
    let named = all().flat_map(|function| function.names.iter().map(move |&name| Callee::new(name, function)));
    named.map(|callee| (callee.name.as_bytes(), callee)).collect()
});

/// All functions, family by family.
pub fn all() -> impl Iterator<Item = &'static Function> {
    families().flatten()
}

/// The function that templates call by this name in the given version of Helm.
pub fn lookup(name: &str, helm: HelmVersion) -> Option<&'static Function> {
    callee(name.as_bytes(), helm).map(|callee| callee.function)
}

/// What templates call by this name in the given version of Helm.
pub(super) fn callee(name: &[u8], helm: HelmVersion) -> Option<&'static Callee> {
    BY_NAME.get(name).filter(|callee| helm != HelmVersion::V3 || !callee.function.is(Mark::Helm4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_documented() {
        let mut names: Vec<_> = all().flat_map(|f| f.names).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        for function in all() {
            assert!(function.doc.len() > 10, "{:?}", function.names);
        }
        assert!(lookup("durationDays", HelmVersion::V3).is_none());
        assert!(lookup("env", HelmVersion::V4).is_none());
    }
}
