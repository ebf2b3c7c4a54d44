//! Texts that a program put together of parts that stand elsewhere: the values that a Terraform file gives are YAML
//! only after its expressions were worked out, and are to be blamed where they stand.

use std::ops::Range;
use std::sync::Arc;

/// A text, and where its parts stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Composed {
    /// The text.
    pub text: Arc<[u8]>,
    /// The texts that its parts stand in: names, as the user would write them, and bytes.
    pub sources: Vec<(String, Arc<[u8]>)>,
    /// The parts in order; each goes from the end of the one before it up to its own.
    pub parts: Vec<ComposedPart>,
}

/// A part of a text that was put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComposedPart {
    /// Byte after its last.
    pub end: usize,
    /// Number of the source that it stands in.
    pub source: usize,
    /// Where it stands there, in bytes.
    pub range: Range<usize>,
    /// Whether it stands there byte for byte.
    pub is_verbatim: bool,
    /// Whether it is what it will be: what only a run of the program could tell has another text in its place.
    pub is_known: bool,
}

impl Composed {
    /// The part at a byte, with its start in the text. The last one counts for what is behind the text.
    fn part(&self, at: usize) -> Option<(usize, &ComposedPart)> {
        let number = self.parts.partition_point(|part| part.end <= at).min(self.parts.len().checked_sub(1)?);
        let start = number.checked_sub(1).and_then(|before| self.parts.get(before)).map_or(0, |part| part.end);
        self.parts.get(number).map(|part| (start, part))
    }

    /// Where a range stands: the number of the source, and the bytes there. Of a range over several sources only the start counts.
    pub fn place(&self, range: &Range<usize>) -> Option<(usize, Range<usize>)> {
        let (start, first) = self.part(range.start)?;
        let from = match first.is_verbatim {
            true => (first.range.start + range.start.saturating_sub(start)).min(first.range.end),
            false => first.range.start,
        };
        if range.is_empty() {
            return Some((first.source, from..if first.is_verbatim { from } else { first.range.end }));
        }
        let (start, last) = self.part(range.end - 1)?;
        let to = match last.is_verbatim {
            true => (last.range.start + range.end.saturating_sub(start)).min(last.range.end),
            false => last.range.end,
        };
        let is_one = last.source == first.source && to >= from;
        Some((first.source, from..if is_one { to } else { first.range.end.max(from) }))
    }

    /// Whether all parts of a range are what they will be.
    pub fn is_known(&self, range: &Range<usize>) -> bool {
        self.over(range).all(|part| part.is_known)
    }

    /// Whether no part of a range is what it will be.
    pub fn is_unknown(&self, range: &Range<usize>) -> bool {
        let mut over = self.over(range).peekable();
        over.peek().is_some() && over.all(|part| !part.is_known)
    }

    /// The parts over a range; of an empty one the part around it.
    fn over(&self, range: &Range<usize>) -> impl Iterator<Item = &ComposedPart> {
        let first = self.parts.partition_point(|part| part.end <= range.start);
        let last = self.parts.partition_point(|part| part.end < range.end).max(first);
        self.parts.get(first..(last + 1).min(self.parts.len())).unwrap_or_default().iter()
    }

    /// The text with others in the place of ranges, which are in order and apart: they stand where what they replace stood, and
    /// are not known.
    pub fn replaced(&self, edits: &[(Range<usize>, String)]) -> Composed {
        let (mut text, mut parts) = (Vec::new(), Vec::<ComposedPart>::new());
        let keep = |range: Range<usize>, text: &mut Vec<u8>, parts: &mut Vec<ComposedPart>| {
            let mut at = range.start;
            while let Some((start, part)) = self.part(at).filter(|_| at < range.end) {
                let end = part.end.min(range.end);
                if end <= at {
                    break;
                }
                text.extend_from_slice(self.text.get(at..end).unwrap_or_default());
                let inner = match part.is_verbatim {
                    true => part.range.start + at - start..part.range.start + end - start,
                    false => part.range.clone(),
                };
                parts.push(ComposedPart { end: text.len(), range: inner, ..part.clone() });
                at = end;
            }
        };
        let mut at = 0;
        for (range, new) in edits {
            keep(at..range.start, &mut text, &mut parts);
            if let Some((source, place)) = self.place(range) {
                text.extend_from_slice(new.as_bytes());
                let (is_verbatim, is_known) = (false, false);
                parts.push(ComposedPart { end: text.len(), source, range: place, is_verbatim, is_known });
            }
            at = range.end;
        }
        keep(at..self.text.len(), &mut text, &mut parts);
        Composed { text: text.into(), sources: self.sources.clone(), parts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(end: usize, range: Range<usize>, is_verbatim: bool, is_known: bool) -> ComposedPart {
        ComposedPart { end, source: 0, range, is_verbatim, is_known }
    }

    #[test]
    fn places_are_those_of_the_parts() {
        let text = Composed {
            text: Arc::from(&b"port: 8080\nhost: x\n"[..]),
            sources: vec![("main.tf".to_owned(), Arc::from(&b""[..]))],
            parts: vec![part(6, 10..16, true, true), part(10, 30..38, false, false), part(19, 50..59, true, true)],
        };
        assert_eq!(text.place(&(0..4)), Some((0, 10..14)));
        assert_eq!(text.place(&(6..10)), Some((0, 30..38)));
        assert_eq!(text.place(&(7..8)), Some((0, 30..38)), "what is not there byte for byte is one place");
        assert_eq!(text.place(&(11..15)), Some((0, 51..55)));
        assert_eq!(text.place(&(0..19)), Some((0, 10..59)));
        assert_eq!(text.place(&(40..41)), Some((0, 59..59)));
        assert!(text.is_known(&(0..6)) && text.is_known(&(10..19)));
        assert!(!text.is_known(&(6..7)) && !text.is_known(&(0..19)) && !text.is_known(&(9..10)));
        assert!(text.is_unknown(&(6..10)) && !text.is_unknown(&(6..11)) && !text.is_unknown(&(0..1)));
        let other = text.replaced(&[(6..10, "80".to_owned())]);
        assert_eq!(&*other.text, b"port: 80\nhost: x\n");
        assert_eq!((other.place(&(6..8)), other.place(&(9..13))), (Some((0, 30..38)), Some((0, 51..55))));
        assert!(!other.is_known(&(6..8)) && other.is_known(&(8..17)));
        assert_eq!(text.replaced(&[]), text);
        assert_eq!(Composed::default().place(&(0..1)), None);
        assert!(Composed::default().is_known(&(0..1)));
    }
}
