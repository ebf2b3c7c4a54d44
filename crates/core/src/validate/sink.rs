//! Where findings go.

use crate::diag::{Finding, Severity};
use crate::kube::tree::Node;

/// The findings about one document.
pub(crate) struct Sink<'t> {
    text: &'t [u8],
    findings: Vec<Finding>,
}

impl<'t> Sink<'t> {
    /// No findings yet about this text.
    pub(crate) fn new(text: &'t [u8]) -> Sink<'t> {
        Sink { text, findings: Vec::new() }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.findings.len()
    }

    /// Adds one.
    pub(crate) fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// An error about a value.
    pub(crate) fn error(&mut self, code: &'static str, node: Node<'_>, message: String) -> &mut Finding {
        self.add(Finding::error(code, node.pointer(), node.range(), message))
    }

    /// Adds one, to say more about it.
    pub(crate) fn add(&mut self, finding: Finding) -> &mut Finding {
        let at = self.findings.len();
        self.findings.push(finding);
        #[expect(clippy::indexing_slicing, reason = "it was pushed one line above")]
        &mut self.findings[at]
    }

    /// How a scalar becomes a string.
    pub(crate) fn quote_help(&self, node: Node<'_>) -> String {
        let written = self.text.get(node.range()).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
        if written.is_empty() || node.is_secret() {
            return "quote the value".to_owned();
        }
        format!("quote the value: \"{written}\"")
    }

    /// Whether one of the first `count` findings is about this place or one around it.
    pub(crate) fn said(&self, count: usize, pointer: &str) -> bool {
        self.findings.iter().take(count).any(|finding| {
            let rest = pointer.strip_prefix(finding.pointer.as_str());
            finding.code.starts_with("schema/") && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Whether one of the first `count` findings of the schema is about this place or one in it.
    pub(crate) fn said_inside(&self, count: usize, pointer: &str) -> bool {
        self.findings.iter().take(count).any(|finding| {
            let rest = finding.pointer.strip_prefix(pointer);
            finding.code.starts_with("schema/") && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Whether one of the first `count` findings is an unknown field of this map that likely means `key`.
    pub(crate) fn misspelt(&self, count: usize, map: &str, key: &str) -> bool {
        self.findings.iter().take(count).any(|finding| {
            let here = finding.pointer.rsplit_once('/').is_some_and(|(parent, _)| parent == map);
            let meant = finding.help.as_deref().and_then(|help| help.strip_prefix("did you mean ")?.strip_suffix('?'));
            finding.code == "schema/unknown-field" && here && meant == Some(key)
        })
    }

    /// All findings in the order of the text.
    pub(crate) fn finish(mut self) -> Vec<Finding> {
        let errors: Vec<String> =
            self.findings.iter().filter(|f| f.severity == Severity::Error).map(|f| f.pointer.clone()).collect();
        // Where a check says what is wrong with an item, that its keys occur twice is no news.
        self.findings.retain(|finding| {
            let inside = |pointer: &String| pointer.starts_with(&format!("{}/", finding.pointer));
            finding.code != "api/duplicate-list-item" || !errors.iter().any(inside)
        });
        self.findings.sort_by(|a, b| (a.range.start, a.code).cmp(&(b.range.start, b.code)));
        self.findings.dedup();
        self.findings
    }
}
