//! Recorded cases that are not reproduced, each for a reason that COMPATIBILITY.md gives.

use chartlens::host::HelmVersion;

/// A case that comes out otherwise than with Helm.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The version of Helm it is about.
    pub helm: HelmVersion,
    /// The case.
    pub id: &'static str,
    /// Why.
    pub reason: &'static str,
}

/// All of them.
pub const KNOWN: &[Known] = &[];

/// Why the case is not reproduced, if that is known.
pub fn reason(id: &str, helm: HelmVersion) -> Option<&'static str> {
    KNOWN.iter().find(|known| known.id == id && known.helm == helm).map(|known| known.reason)
}
