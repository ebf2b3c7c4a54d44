//! Edits that mend findings.

use super::Place;
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
    let mut edits: Vec<_> = edits.into_iter().map(|edit| (edit.place.bytes_in(text), &edit.new)).collect();
    edits.sort_by_key(|(range, _)| range.start);
    let (mut new, mut end) = (Vec::with_capacity(text.len()), 0);
    for (goes, comes) in edits {
        new.extend_from_slice(text.get(end..goes.start).unwrap_or_default());
        new.extend_from_slice(comes.as_bytes());
        end = goes.end;
    }
    new.extend_from_slice(text.get(end..).unwrap_or_default());
    new
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceFile;
    use std::ops::Range;

    #[test]
    fn edits_count_in_the_text_as_it_was() {
        let text = "ä: 1\nb: 2\n";
        let source = SourceFile::new("a", text.as_bytes());
        let edit = |range: Range<usize>, new: &str| Edit { place: Place::new(&source, range), new: new.to_owned() };
        let edits = [edit(6..7, "be"), edit(4..5, "3"), edit(0..0, "- ")];
        assert_eq!(edited(text.as_bytes(), &edits), "- ä: 3\nbe: 2\n".as_bytes());
    }
}
