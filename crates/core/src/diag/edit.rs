//! Edits that mend findings.

use super::Place;
use crate::text::{LineColumn, LineIndex};
use serde::{Deserialize, Serialize};

/// A replacement of text in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Edit {
    /// What goes.
    #[serde(flatten)]
    pub place: Place,
    /// What comes.
    pub new: String,
}

/// A way to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fix {
    /// What it does.
    pub title: String,
    /// Whether it cannot change the meaning of anything else.
    pub safe: bool,
    /// The edits.
    pub edits: Vec<Edit>,
}

/// A text with edits in it, which do not overlap. What lies outside of the text is at its end.
pub fn edited<'e>(text: &[u8], edits: impl IntoIterator<Item = &'e Edit>) -> Vec<u8> {
    let lines = LineIndex::new(text);
    let at = |line, column| lines.offset_of(text, LineColumn { line, column }) as usize;
    let mut edits: Vec<_> = edits.into_iter().collect();
    edits.sort_by_key(|edit| (edit.place.line, edit.place.column));
    let (mut new, mut end) = (Vec::with_capacity(text.len()), 0);
    for Edit { place, new: comes } in edits {
        new.extend_from_slice(text.get(end..at(place.line, place.column)).unwrap_or_default());
        new.extend_from_slice(comes.as_bytes());
        end = at(place.end_line, place.end_column);
    }
    new.extend_from_slice(text.get(end..).unwrap_or_default());
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_count_in_the_text_as_it_was() {
        let edit = |line, column, end_column, new: &str| Edit {
            place: Place { file: String::new(), line, column, end_line: line, end_column },
            new: new.to_owned(),
        };
        let edits = [edit(2, 1, 2, "be"), edit(1, 4, 5, "3"), edit(1, 1, 1, "- ")];
        assert_eq!(edited("ä: 1\nb: 2\n".as_bytes(), &edits), "- ä: 3\nbe: 2\n".as_bytes());
    }
}
