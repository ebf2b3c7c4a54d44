//! Words and strings of the bundle.

use crate::format::{MAGIC, NONE, SECTIONS, Section};

/// The bundle with the places of its sections.
pub(crate) struct Reader {
    sections: [&'static [u8]; SECTIONS],
    /// The strings, one behind the other.
    text: &'static str,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader")
    }
}

impl Reader {
    /// Reads the header. What is not a bundle has no versions.
    pub(crate) fn new(bytes: &'static [u8]) -> Reader {
        let mut sections = [&[][..]; SECTIONS];
        let Some(header) = bytes.strip_prefix(MAGIC) else { return Reader { sections, text: "" } };
        for (n, section) in sections.iter_mut().enumerate() {
            let (offset, len) = (word(header, 2 * n) as usize, word(header, 2 * n + 1) as usize);
            let size = if n + 1 == SECTIONS { len } else { len.saturating_mul(4) };
            *section = bytes.get(offset..offset.saturating_add(size)).unwrap_or_default();
        }
        let text = sections.get(Section::Text as usize).copied().unwrap_or_default();
        Reader { sections, text: std::str::from_utf8(text).unwrap_or_default() }
    }

    #[inline]
    fn section(&self, section: Section) -> &'static [u8] {
        self.sections.get(section as usize).copied().unwrap_or_default()
    }

    /// The number of words of a section.
    pub(crate) fn len(&self, section: Section) -> u32 {
        (self.section(section).len() / 4) as u32
    }

    /// A word of a section.
    #[inline]
    pub(crate) fn word(&self, section: Section, at: u32) -> u32 {
        word(self.section(section), at as usize)
    }

    /// Pairs of words of a section.
    #[inline]
    pub(crate) fn pairs(&self, section: Section, at: u32, count: u32) -> impl Iterator<Item = (u32, u32)> + use<> {
        let from = (at as usize).saturating_mul(4);
        let to = from.saturating_add((count as usize).saturating_mul(8));
        let (pairs, _) = self.section(section).get(from..to).unwrap_or_default().as_chunks::<8>();
        pairs.iter().map(|pair| {
            let pair = u64::from_le_bytes(*pair);
            (pair as u32, (pair >> 32) as u32)
        })
    }

    /// The string with this number.
    #[inline]
    pub(crate) fn string(&self, number: u32) -> &'static str {
        let ends = self.section(Section::StringEnds);
        let (start, end) = (word(ends, number as usize), word(ends, (number as usize).wrapping_add(1)));
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }
}

/// The `at`-th word.
#[inline]
fn word(bytes: &[u8], at: usize) -> u32 {
    let from = at.saturating_mul(4);
    bytes.get(from..from.saturating_add(4)).and_then(|four| four.try_into().ok()).map_or(NONE, u32::from_le_bytes)
}
