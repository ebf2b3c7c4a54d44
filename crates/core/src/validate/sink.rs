//! Where findings go.

use crate::diag::{Fact, Finding, Severity, Type, did_you_mean};
use crate::kube::tree::Node;

/// The findings about one document.
pub(crate) struct Sink<'t> {
    text: &'t [u8],
    minor: u32,
    findings: Vec<Finding>,
}

impl<'t> Sink<'t> {
    /// No findings yet about this text, for the newest version.
    pub(crate) fn new(text: &'t [u8]) -> Sink<'t> {
        Sink { text, minor: u32::MAX, findings: Vec::new() }
    }

    /// For a minor version of Kubernetes.
    pub(crate) fn at_version(self, minor: u32) -> Sink<'t> {
        Sink { minor, ..self }
    }

    /// The minor version of Kubernetes.
    pub(crate) fn minor(&self) -> u32 {
        self.minor
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.findings.len()
    }

    /// Adds one.
    pub(crate) fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Adds one, to say more about it.
    pub(crate) fn add(&mut self, finding: Finding) -> &mut Finding {
        let at = self.findings.len();
        self.findings.push(finding);
        #[expect(clippy::indexing_slicing, reason = "it was pushed one line above")]
        &mut self.findings[at]
    }

    /// An error about a value, with the words of a fact.
    pub(crate) fn fact(&mut self, code: &'static str, node: Node<'_>, fact: Fact) -> &mut Finding {
        self.add(Finding::of(code, fact, node.pointer(), node.range()))
    }

    /// A value has none of the types that are asked for.
    pub(crate) fn wrong_type(&mut self, node: Node<'_>, expected: Vec<Type>) -> &mut Finding {
        let found = node.found();
        let written = || std::str::from_utf8(self.text.get(node.range())?).ok().map(str::to_owned);
        let written = written().filter(|text| found.is_scalar() && !text.is_empty() && !node.is_secret());
        self.fact("schema/wrong-type", node, Fact::WrongType { expected, found, written })
    }

    /// The field `child` of a map is none of those known. `place` says where it belongs, where that is known.
    pub(crate) fn unknown_field(
        &mut self,
        node: Node<'_>,
        child: Node<'_>,
        known: Vec<&str>,
        place: &dyn Fn() -> Option<String>,
    ) {
        let field = child.key().to_owned();
        let free = known.iter().copied().filter(|known| node.get_raw(known).is_none());
        let now = super::renamed::now(&field, &known).map(str::to_owned);
        let near = if now.is_none() { did_you_mean(&field, free).map(str::to_owned) } else { None };
        let inside = if near.is_none() && now.is_none() { place() } else { None };
        let known = known.into_iter().map(str::to_owned).collect();
        let fact = Fact::UnknownField { field, near, inside, now, known };
        self.push(Finding::of("schema/unknown-field", fact, child.pointer(), child.key_range()));
    }

    /// A value is none of those listed.
    pub(crate) fn not_listed(&mut self, node: Node<'_>, allowed: Vec<String>) -> &mut Finding {
        let near = node.as_str().and_then(|text| did_you_mean(text, allowed.iter().map(String::as_str)));
        let (near, found) = (near.map(str::to_owned), node.found());
        self.fact("schema/invalid-enum", node, Fact::NotListed { allowed, near, found })
    }

    /// Whether one of the first `count` findings is about this place or one around it.
    pub(crate) fn said(&self, count: usize, pointer: &str) -> bool {
        self.findings.iter().take(count).any(|finding| {
            let rest = pointer.strip_prefix(finding.pointer.as_str());
            let read = finding.code.starts_with("schema/") || finding.code == "api/required-null";
            read && finding.severity != Severity::Note
                && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
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
            let meant = |fact: &Fact| matches!(fact, Fact::UnknownField { near: Some(near), .. } if near == key);
            here && finding.facts.iter().any(meant)
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
