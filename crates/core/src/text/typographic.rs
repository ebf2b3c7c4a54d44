//! Quotation marks of texts for people.

/// The quotation marks that no language for machines knows.
pub const TYPOGRAPHIC: &[char] =
    &['\u{201c}', '\u{201d}', '\u{201e}', '\u{201f}', '\u{2018}', '\u{2019}', '\u{201a}', '\u{ab}', '\u{bb}'];

/// What stands between typographic quotation marks that are the first and the last of a value.
pub fn typographic(value: &str) -> Option<&str> {
    let inside = value.strip_prefix(TYPOGRAPHIC)?;
    inside.strip_suffix(TYPOGRAPHIC).filter(|inside| !inside.contains(TYPOGRAPHIC))
}
