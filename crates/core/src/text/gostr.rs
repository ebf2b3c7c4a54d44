//! A Go string: immutable bytes, usually but not always UTF-8.

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Deref, Range};
use std::sync::{Arc, LazyLock};

/// A Go string. Cloning shares the bytes.
///
/// Go strings are byte sequences: `trunc` may cut a character in half and `b64dec` may yield
/// anything, so this is not a Rust `str`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Str(Arc<[u8]>);

impl Ord for Str {
    fn cmp(&self, other: &Str) -> Ordering {
        self.cmp_bytes(&other.0)
    }
}

impl PartialOrd for Str {
    fn partial_cmp(&self, other: &Str) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The bytes of [`Str::nil`].
static NIL: LazyLock<Str> = LazyLock::new(|| Str(Arc::from(&b""[..])));

/// No bytes, which all empty texts share.
static EMPTY: LazyLock<Str> = LazyLock::new(|| Str(Arc::from(&b""[..])));

impl Str {
    /// Go's nil `[]byte`: as empty as any other, but JSON has `null` for it.
    pub fn nil() -> Str {
        NIL.clone()
    }

    /// Whether it is Go's nil `[]byte`.
    pub fn is_nil(&self) -> bool {
        Arc::ptr_eq(&self.0, &NIL.0)
    }

    /// The bytes.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text, if it is UTF-8.
    pub fn to_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The text, with U+FFFD for every byte that is not UTF-8 (as Go's `range` over a string sees it).
    pub fn to_lossy(&self) -> Cow<'_, str> {
        lossy(&self.0)
    }

    /// The order beside other bytes.
    #[inline]
    pub fn cmp_bytes(&self, other: &[u8]) -> Ordering {
        match (self.0.first(), other.first()) {
            // Most keys differ here already, where all bytes need not be compared.
            (Some(own), Some(other)) if own != other => own.cmp(other),
            _ => (*self.0).cmp(other),
        }
    }

    /// Length in bytes, as Go's `len`.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no bytes.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Part of a text, which it shares.
#[derive(Clone, Debug, Default)]
pub struct Part {
    whole: Str,
    range: Range<usize>,
}

impl Part {
    /// The bytes of `whole` in a range; none where the range is not inside.
    pub fn new(whole: &Str, range: Range<usize>) -> Part {
        Part { whole: whole.clone(), range }
    }
}

impl Deref for Part {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.whole.as_bytes().get(self.range.clone()).unwrap_or_default()
    }
}

/// Decodes as Go does: each byte that does not start a valid sequence becomes one U+FFFD.
///
/// Rust's own `from_utf8_lossy` replaces maximal invalid prefixes by one U+FFFD; Go replaces bytes.
pub fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            let mut out = String::with_capacity(bytes.len() + 8);
            for chunk in bytes.utf8_chunks() {
                out.push_str(chunk.valid());
                for _ in chunk.invalid() {
                    out.push('\u{FFFD}');
                }
            }
            Cow::Owned(out)
        }
    }
}

/// The first character and its length in bytes, as Go's `utf8.DecodeRune`.
///
/// A byte that starts no valid sequence is U+FFFD of length 1; no bytes are U+FFFD of length 0.
pub fn decode_rune(bytes: &[u8]) -> (char, usize) {
    let Some(&first) = bytes.first() else { return (char::REPLACEMENT_CHARACTER, 0) };
    let len = match first {
        0..0x80 => return (char::from(first), 1),
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return (char::REPLACEMENT_CHARACTER, 1),
    };
    let valid = bytes.get(..len).and_then(|b| std::str::from_utf8(b).ok()).and_then(|s| s.chars().next());
    valid.map_or((char::REPLACEMENT_CHARACTER, 1), |c| (c, len))
}

/// Number of characters, as Go's `utf8.RuneCount`: each byte that is not UTF-8 counts as one.
pub fn rune_count(bytes: &[u8]) -> usize {
    if bytes.is_ascii() {
        return bytes.len();
    }
    bytes.utf8_chunks().map(|c| c.valid().chars().count() + c.invalid().len()).sum()
}

/// Offsets and characters, as Go's `range` over a string gives them.
pub fn runes(bytes: &[u8]) -> impl Iterator<Item = (usize, char)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (c, size) = decode_rune(bytes.get(at..)?);
        let start = at;
        at += size;
        (size > 0).then_some((start, c))
    })
}

impl Default for Str {
    fn default() -> Self {
        EMPTY.clone()
    }
}

impl Borrow<[u8]> for Str {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Str {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Deref for Str {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<&str> for Str {
    fn from(text: &str) -> Self {
        Str::from(text.as_bytes())
    }
}

impl From<String> for Str {
    fn from(text: String) -> Self {
        Str::from(text.into_bytes())
    }
}

impl From<&[u8]> for Str {
    fn from(bytes: &[u8]) -> Self {
        if bytes.is_empty() {
            return Str::default();
        }
        Str(Arc::from(bytes))
    }
}

impl From<Arc<[u8]>> for Str {
    fn from(bytes: Arc<[u8]>) -> Self {
        Str(bytes)
    }
}

impl From<Vec<u8>> for Str {
    fn from(bytes: Vec<u8>) -> Self {
        if bytes.is_empty() {
            return Str::default();
        }
        Str(Arc::from(bytes))
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_lossy(), f)
    }
}

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_lossy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_bytes_become_one_replacement_each() {
        assert_eq!(lossy(b"a\xe4\xb8z"), "a\u{FFFD}\u{FFFD}z");
    }
}
