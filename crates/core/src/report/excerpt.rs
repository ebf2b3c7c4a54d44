//! The texts that findings point into, for excerpts.

use crate::text::{LineColumn, LineIndex, lossy, mask_argument, mask_secrets};
use std::collections::HashMap;
use std::sync::Arc;

/// Texts by chart and name.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    texts: HashMap<(Option<String>, String), Arc<[u8]>>,
}

impl Texts {
    /// Adds a text.
    pub fn add(&mut self, chart: Option<&str>, name: &str, text: Arc<[u8]>) {
        self.texts.entry((chart.map(str::to_owned), name.to_owned())).or_insert(text);
    }

    /// Takes in others.
    pub fn merge(&mut self, other: Texts) {
        self.texts.extend(other.texts);
    }

    /// A text.
    pub fn get(&self, chart: Option<&str>, name: &str) -> Option<&Arc<[u8]>> {
        self.texts.get(&(chart.map(str::to_owned), name.to_owned()))
    }

    /// All texts: the chart and the name of each.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&str>, &str, &Arc<[u8]>)> {
        self.texts.iter().map(|((chart, name), text)| (chart.as_deref(), name.as_str(), text))
    }

    /// The text with what looks secret in it masked: values of keys with such names. Arguments of flags are known by
    /// their flags.
    pub fn masked(&self, chart: Option<&str>, name: &str) -> Option<String> {
        let text = lossy(self.get(chart, name)?);
        Some(if name.starts_with("--set") { mask_argument(&text) } else { mask_secrets(&text) })
    }
}

/// Byte offset of a line and column in a text.
pub fn offset(text: &str, at: LineColumn) -> usize {
    LineIndex::new(text.as_bytes()).offset_of(text.as_bytes(), at) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_characters() {
        assert_eq!(offset("a\nhé!x", LineColumn { line: 2, column: 3 }), 5);
        assert_eq!(offset("a\n", LineColumn { line: 1, column: 9 }), 1);
    }
}
