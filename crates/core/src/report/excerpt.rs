//! The texts that findings point into, for excerpts.

use crate::text::{LineColumn, LineIndex, lossy};
use std::collections::HashMap;
use std::sync::Arc;

/// Words in the names of values that CI logs should not show.
const SECRET: &[&str] = &["password", "passwd", "token", "secret", "apikey", "api_key", "private", "credential"];

/// Whether the name of a value says that it is a secret.
pub fn is_secret(path: &str) -> bool {
    let lower = path.to_lowercase();
    SECRET.iter().any(|word| lower.contains(word))
}

/// What stands in the place of secrets.
pub const MASK: &str = "********";

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

    /// The text with what looks secret in it masked: values of keys with such names.
    pub fn masked(&self, chart: Option<&str>, name: &str) -> Option<String> {
        let text = lossy(self.get(chart, name)?).into_owned();
        Some(text.split_inclusive('\n').map(mask_line).collect())
    }
}

/// A line of YAML, its value masked where its key looks secret.
fn mask_line(line: &str) -> String {
    let Some((key, value)) = line.split_once(": ") else { return line.to_owned() };
    let value = value.trim_end();
    let hidden = is_secret(key) && !value.is_empty() && !value.contains("{{") && !key.contains("{{");
    if !hidden {
        return line.to_owned();
    }
    // As many characters as before, so that columns stay.
    let stars = "*".repeat(value.chars().count());
    let end = if line.ends_with('\n') { "\n" } else { "" };
    format!("{key}: {stars}{end}")
}

/// Byte offset of a line and column, both from 1, in a text.
pub fn offset(text: &str, line: u32, column: u32) -> usize {
    LineIndex::new(text.as_bytes()).offset_of(text.as_bytes(), LineColumn { line, column }) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_and_columns_stay() {
        assert_eq!(mask_line("  adminPassword: hunter2\n"), "  adminPassword: *******\n");
        assert_eq!(mask_line("  password: {{ .Values.x }}\n"), "  password: {{ .Values.x }}\n");
        assert_eq!(mask_line("image: nginx\n"), "image: nginx\n");
    }

    #[test]
    fn offsets_count_characters() {
        assert_eq!(offset("a\nhé!x", 2, 3), 5);
        assert_eq!(offset("a\n", 1, 9), 1);
    }
}
