//! Recorded cases that are not reproduced, each for a reason that COMPATIBILITY.md gives.

/// Cases whose text comes out of Go's runtime or reflection and not out of Helm.
const RUNTIME_TEXTS: &[&str] = &[];

/// Whether the case is one of them.
pub fn is_runtime_text(id: &str) -> bool {
    RUNTIME_TEXTS.contains(&id)
}
