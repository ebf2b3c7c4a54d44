//! JSON, and JSON lines.

use super::Report;

impl Report {
    /// The whole report as JSON.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// A finding per line.
    pub fn to_json_lines(&self) -> String {
        let line = |found| serde_json::to_string(found).unwrap_or_default() + "\n";
        self.diagnostics.iter().map(line).collect()
    }
}
