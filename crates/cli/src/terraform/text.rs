//! Texts, with the places that their parts come from.

use super::value::Place;
use chartlens::budget::{Budget, Exhausted};
use chartlens::text::{Composed, ComposedPart};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// A source: its name, as the user would write it, and its bytes.
pub type Source = (String, Arc<[u8]>);

/// A text.
#[derive(Clone, Debug, Default)]
pub struct Text {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
struct Part {
    end: usize,
    place: Place,
    is_verbatim: bool,
    is_known: bool,
}

impl Text {
    /// A text that is made at a place.
    pub fn new(text: impl Into<String>, place: Place) -> Text {
        let mut made = Text::default();
        made.push(&text.into(), place);
        made
    }

    /// The bytes.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is not longer than the limit; what is appended is paid for elsewhere.
    pub fn check(&self, budget: &Budget) -> Result<(), Exhausted> {
        let most = budget.limits().string;
        if self.text.len() as u64 > most { Err(Exhausted::String(most)) } else { Ok(()) }
    }

    /// Whether all parts are known.
    pub fn is_known(&self) -> bool {
        self.parts.iter().all(|part| part.is_known)
    }

    /// What it costs to copy it, in steps.
    pub fn cost(&self) -> u64 {
        (self.text.len() / 64 + self.parts.len()) as u64
    }

    /// Where its first part stands.
    pub fn start(&self) -> Option<Place> {
        self.parts.first().map(|part| part.place)
    }

    /// Appends text that is made at a place.
    pub fn push(&mut self, text: &str, place: Place) {
        self.add(text, Part { end: 0, place, is_verbatim: false, is_known: true });
    }

    /// Appends text that stands at a place byte for byte.
    pub fn push_verbatim(&mut self, text: &str, place: Place) {
        self.add(text, Part { end: 0, place, is_verbatim: true, is_known: true });
    }

    /// Appends text in the place of what is not known.
    pub fn push_unknown(&mut self, text: &str, place: Place) {
        self.add(text, Part { end: 0, place, is_verbatim: false, is_known: false });
    }

    fn add(&mut self, text: &str, part: Part) {
        if !text.is_empty() {
            self.text.push_str(text);
            self.parts.push(Part { end: self.text.len(), ..part });
        }
    }

    /// Appends another text.
    pub fn push_text(&mut self, other: &Text) {
        let start = self.text.len();
        self.text.push_str(&other.text);
        self.parts.extend(other.parts.iter().map(|part| Part { end: part.end + start, ..part.clone() }));
    }

    /// A range of it.
    pub fn slice(&self, range: Range<usize>) -> Text {
        let mut out = Text::default();
        let first = self.parts.partition_point(|part| part.end <= range.start);
        let mut start = first.checked_sub(1).and_then(|before| self.parts.get(before)).map_or(0, |part| part.end);
        for part in self.parts.get(first..).unwrap_or_default() {
            let (from, to) = (start.max(range.start), part.end.min(range.end));
            if from >= to {
                break;
            }
            let place = match part.is_verbatim {
                true => {
                    Place { start: part.place.start + from - start, end: part.place.start + to - start, ..part.place }
                }
                false => part.place,
            };
            out.add(self.text.get(from..to).unwrap_or_default(), Part { place, ..part.clone() });
            start = part.end;
        }
        out
    }

    /// Where a range of it stands.
    pub fn place(&self, range: Range<usize>) -> Option<Place> {
        let part = self.slice(range);
        let (first, last) = (part.parts.first()?, part.parts.last()?);
        let is_one = first.place.source == last.place.source && last.place.end >= first.place.start;
        Some(Place { end: if is_one { last.place.end } else { first.place.end }, ..first.place })
    }

    /// Whether a range of it is known.
    pub fn is_known_at(&self, range: Range<usize>) -> bool {
        self.slice(range).is_known()
    }

    /// Where the parts stand that are not known.
    pub fn unknown(&self) -> impl Iterator<Item = Place> + '_ {
        self.parts.iter().filter(|part| !part.is_known).map(|part| part.place)
    }

    /// The number of the source that this is the whole of.
    pub fn whole(&self, sources: &[Source]) -> Option<usize> {
        let [part] = self.parts.as_slice() else { return None };
        let (_, text) = sources.get(part.place.source)?;
        (part.is_verbatim && part.is_known && **text == *self.text.as_bytes()).then_some(part.place.source)
    }

    /// The text for whoever reads values or objects.
    pub fn composed(&self, sources: &[Source]) -> Composed {
        let mut numbers = BTreeMap::new();
        for part in &self.parts {
            let next = numbers.len();
            numbers.entry(part.place.source).or_insert(next);
        }
        let mut used: Vec<Source> = vec![Source::default(); numbers.len()];
        for (source, number) in &numbers {
            if let (Some(slot), Some(source)) = (used.get_mut(*number), sources.get(*source)) {
                *slot = source.clone();
            }
        }
        let part = |part: &Part| ComposedPart {
            end: part.end,
            source: numbers.get(&part.place.source).copied().unwrap_or_default(),
            range: part.place.start..part.place.end,
            is_verbatim: part.is_verbatim,
            is_known: part.is_known,
        };
        Composed { text: self.text.as_bytes().into(), sources: used, parts: self.parts.iter().map(part).collect() }
    }
}
