//! Building strings that remember where their parts came from.

use super::{Origin, OriginKind, Piece, Str, Trace};

/// A part of the text under construction.
#[derive(Clone, Copy, Debug)]
struct Part {
    /// Byte after the last, in the new text.
    end: u32,
    /// Origin of the string it was copied from; none for new text.
    origin: Origin,
    /// Offset in that string.
    from: u32,
}

/// Builds a string out of copied and new text.
///
/// Untraced, it is a plain byte buffer. Traced, it notes what each byte was copied from. A function
/// that keeps text is written once with it and serves both.
#[derive(Debug, Default)]
pub struct TextBuilder {
    bytes: Vec<u8>,
    parts: Option<Vec<Part>>,
}

impl TextBuilder {
    /// An empty text; notes origins only if `tracing`.
    pub fn new(tracing: bool) -> TextBuilder {
        TextBuilder { bytes: Vec::new(), parts: tracing.then(Vec::new) }
    }

    /// An empty text that is built in a buffer used before.
    pub fn reusing(mut bytes: Vec<u8>, tracing: bool) -> TextBuilder {
        bytes.clear();
        TextBuilder { bytes, parts: tracing.then(Vec::new) }
    }

    /// Whether origins are noted.
    pub fn is_tracing(&self) -> bool {
        self.parts.is_some()
    }

    /// The text so far.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Length in bytes so far.
    #[inline]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing was written yet.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Makes room for `more` bytes.
    #[inline]
    pub fn reserve(&mut self, more: usize) {
        self.bytes.reserve(more);
    }

    /// Appends text made here: its cause is the call itself.
    #[inline]
    pub fn push(&mut self, bytes: impl AsRef<[u8]>) {
        self.push_from(bytes.as_ref(), Origin::NONE);
    }

    /// Appends text whose cause is `origin` as a whole (a number or a key written out).
    #[inline]
    pub fn push_from(&mut self, bytes: &[u8], origin: Origin) {
        self.bytes.extend_from_slice(bytes);
        self.note(bytes.len(), origin, 0);
    }

    /// Appends `source[start..end]`, keeping the causes that this part of `source` has.
    #[inline]
    pub fn copy(&mut self, source: &[u8], origin: Origin, start: usize, end: usize) {
        let Some(part) = source.get(start..end) else { return };
        self.bytes.extend_from_slice(part);
        self.note(part.len(), origin, start as u32);
    }

    /// Appends all of `source`, keeping its causes.
    #[inline]
    pub fn copy_all(&mut self, source: &[u8], origin: Origin) {
        self.copy(source, origin, 0, source.len());
    }

    /// Drops everything after the first `len` bytes.
    pub fn truncate(&mut self, len: usize) {
        self.bytes.truncate(len);
        if let Some(parts) = &mut self.parts {
            let keep = parts.partition_point(|p| (p.end as usize) < len);
            parts.truncate(keep + 1);
            if let Some(last) = parts.last_mut() {
                last.end = last.end.min(len as u32);
            }
        }
    }

    #[inline]
    fn note(&mut self, len: usize, origin: Origin, from: u32) {
        if self.parts.is_some() && len > 0 {
            self.note_part(origin, from);
        }
    }

    fn note_part(&mut self, origin: Origin, from: u32) {
        let Some(parts) = &mut self.parts else { return };
        let end = self.bytes.len() as u32;
        // New text joins new text; copied parts are joined when they are resolved.
        match parts.last_mut() {
            Some(last) if origin.is_none() && last.origin.is_none() => last.end = end,
            _ => parts.push(Part { end, origin, from }),
        }
    }

    /// The buffer, for [`TextBuilder::reusing`], where nobody keeps the text.
    pub fn into_buffer(self) -> Vec<u8> {
        self.bytes
    }

    /// The finished text and its origin.
    ///
    /// Parts made here stay without a cause; [`Trace::fill`] gives them the call's.
    pub fn finish(self, trace: Option<&mut Trace>) -> (Str, Origin) {
        let (text, origin, _) = self.finish_and_keep(trace);
        (text, origin)
    }

    /// The same, with the buffer, for [`TextBuilder::reusing`].
    pub fn finish_and_keep(self, trace: Option<&mut Trace>) -> (Str, Origin, Vec<u8>) {
        let text = Str::from(self.bytes.as_slice());
        let origin = trace.zip(self.parts).map_or(Origin::NONE, |(trace, parts)| origin_of(parts, trace));
        (text, origin, self.bytes)
    }
}

/// The origin of a text of these parts.
fn origin_of(parts: Vec<Part>, trace: &mut Trace) -> Origin {
    let mut pieces: Vec<Piece> = Vec::with_capacity(parts.len());
    let mut at = 0;
    for part in parts {
        let len = part.end - at;
        trace.slice(part.origin, part.from, part.from.saturating_add(len), |len, origin| {
            at += len;
            match pieces.last_mut() {
                Some(last) if last.origin == origin => last.end = at,
                _ => pieces.push(Piece { end: at, origin }),
            }
        });
    }
    match pieces.as_slice() {
        [] => Origin::NONE,
        [one] => one.origin,
        _ => trace.add(OriginKind::Pieces(pieces.into_boxed_slice())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{FileId, Span};

    #[test]
    fn parts_keep_their_causes_through_slices() {
        let mut trace = Trace::default();
        let one = trace.add(OriginKind::Source(Span::new(FileId(0), 0, 1)));
        let two = trace.add(OriginKind::Source(Span::new(FileId(0), 5, 6)));
        let mut b = TextBuilder::new(true);
        b.copy_all(b"abc", one);
        b.push("--");
        b.copy_all(b"def", two);
        let (text, origin) = b.finish(Some(&mut trace));
        assert_eq!(text.as_bytes(), b"abc--def");

        let mut b = TextBuilder::new(true);
        b.copy(&text, origin, 2, 6);
        let (text, origin) = b.finish(Some(&mut trace));
        assert_eq!(text.as_bytes(), b"c--d");
        let mut seen = Vec::new();
        trace.slice(origin, 0, 4, |len, origin| seen.push((len, origin)));
        assert_eq!(seen, [(1, one), (2, Origin::NONE), (1, two)]);
    }

    #[test]
    fn truncation_drops_parts() {
        let mut trace = Trace::default();
        let one = trace.add(OriginKind::Source(Span::new(FileId(0), 0, 1)));
        let mut b = TextBuilder::new(true);
        b.copy_all(b"abc", one);
        b.push("--");
        b.truncate(3);
        let (text, origin) = b.finish(Some(&mut trace));
        assert_eq!((text.as_bytes(), origin), (&b"abc"[..], one));
    }
}
