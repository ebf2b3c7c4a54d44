//! What a rule is, and what it says with.

use super::chart::{FileLint, Output, OutputLint};
use super::object::{Container, Object, Pod};
use super::options::{RuleOption, Set};
use super::release::{Found, Release};
use super::renders::Renders;
use crate::analysis::Analysis;
use crate::diag::{Example, Fact, Finding, Severity};
use crate::kube::tree::Node;
use std::ops::Range;

/// A rule of the linter.
#[derive(Debug)]
pub struct Rule {
    /// Its code: category and name. The name reads as what to allow.
    pub code: &'static str,
    /// How much its findings weigh, unless the configuration says otherwise.
    pub level: Severity,
    /// What it finds, in a line.
    pub summary: &'static str,
    /// Why that is bad, in Markdown. Empty in builds without the feature `prose`.
    pub doc: &'static str,
    /// What to do instead, in a line.
    pub help: &'static str,
    /// The profiles that have it.
    pub profiles: &'static [Profile],
    /// The names that other tools have for it.
    pub aliases: &'static [&'static str],
    /// What the field that its findings are about should be, as YAML in one line; empty where nobody can say.
    pub cure: &'static str,
    /// What can be set.
    pub options: &'static [RuleOption],
    /// A manifest or chart that has the finding.
    pub bad: Example,
    /// The same without it.
    pub good: Example,
    pub(super) scope: Scope,
}

/// A named set of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    /// What every chart should keep to; quiet.
    Default,
    /// What a careful reviewer asks for.
    Strict,
    /// What makes a workload harder to break out of: the Pod Security Standards and their neighbours.
    Security,
    /// The Pod Security Standard `baseline`, to the letter.
    PssBaseline,
    /// The Pod Security Standard `restricted`, to the letter.
    PssRestricted,
    /// What GKE Autopilot refuses or changes.
    GkeAutopilot,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.code == other.code
    }
}

impl Eq for Rule {}

impl Rule {
    /// A finding of the rule, with its own words on what to do where the fact has none.
    pub(super) fn finding(
        &self,
        level: Severity,
        fact: Fact,
        pointer: String,
        range: std::ops::Range<usize>,
    ) -> Finding {
        let finding = Finding::of(self.code, fact, pointer, range).severity(level);
        let cure = Some(self.cure).filter(|cure| !cure.is_empty()).map(str::to_owned);
        Finding { help: finding.help.or_else(|| Some(self.help.to_owned())), cure, ..finding }
    }

    /// Why the finding is bad, what to do instead, and which profiles have the rule.
    pub fn page(&self) -> String {
        let doc = self.doc.lines().map(str::trim).collect::<Vec<_>>().join("\n");
        let profiles: Vec<&str> = self.profiles.iter().map(|profile| profile.name()).collect();
        let profiles = if profiles.is_empty() { "none, it must be selected".to_owned() } else { profiles.join(", ") };
        match doc.trim() {
            "" => String::new(),
            doc => {
                let options: String = self.options.iter().map(|option| format!("\n* {option}")).collect();
                let options = if options.is_empty() { options } else { format!("\n\n**Options:**\n{options}") };
                let help = self.help;
                format!("**Why is this bad?** {doc}\n\n**Use instead:** {help}.\n\n**Profiles:** {profiles}.{options}")
            }
        }
    }
}

impl Profile {
    /// All profiles.
    pub const ALL: [Profile; 6] = [
        Profile::Default,
        Profile::Strict,
        Profile::Security,
        Profile::PssBaseline,
        Profile::PssRestricted,
        Profile::GkeAutopilot,
    ];

    /// Its name in configuration.
    pub fn name(self) -> &'static str {
        match self {
            Profile::Default => "default",
            Profile::Strict => "strict",
            Profile::Security => "security",
            Profile::PssBaseline => "pss-baseline",
            Profile::PssRestricted => "pss-restricted",
            Profile::GkeAutopilot => "gke-autopilot",
        }
    }
}

/// What a rule looks at, one at a time.
#[derive(Debug)]
pub(super) enum Scope {
    /// Every object.
    Object(fn(&mut Lint<'_>, &Object<'_>)),
    /// A document that is a list of objects, itself.
    List(fn(&mut Lint<'_>, Node<'_>)),
    /// Every pod, also those that workloads make.
    Pod(fn(&mut Lint<'_>, &Pod<'_>)),
    /// Every container.
    Container(fn(&mut Lint<'_>, &Container<'_>)),
    /// All objects of a release together.
    Release(fn(&Release<'_>, &mut Vec<Found>)),
    /// The files of the chart and of all charts inside.
    Chart(fn(&mut FileLint<'_>, &Analysis<'_>)),
    /// What was rendered, with its causes.
    Output(fn(&mut OutputLint<'_>, &Output<'_>)),
    /// Several renders of the chart, for what it is checked for.
    Renders(fn(&mut FileLint<'_>, &Renders<'_>)),
}

/// Where a rule says what it found in one document.
pub(super) struct Lint<'l> {
    pub rule: &'static Rule,
    /// What is set of the rule.
    pub set: Set<'l>,
    pub level: Severity,
    /// The minor version of Kubernetes: 37 of 1.37.
    pub minor: u32,
    /// The text that the document stands in.
    pub text: &'l [u8],
    pub findings: &'l mut Vec<Finding>,
}

impl Lint<'_> {
    /// A finding about a value.
    pub fn at(&mut self, node: Node<'_>, fact: Fact) {
        self.add(node.pointer(), node.range(), fact);
    }

    /// A finding about a part of a value.
    pub fn at_range(&mut self, node: Node<'_>, range: Range<usize>, fact: Fact) {
        self.add(node.pointer(), range, fact);
    }

    /// Where a line of a text stands, from 0, if the text is a block with all its lines as they are.
    pub fn line_of(&self, node: Node<'_>, line: usize) -> Option<Range<usize>> {
        let range = node.range();
        let block = self.text.get(range.clone()).filter(|block| block.starts_with(b"|"))?;
        let mut lines = block.split_inclusive(|byte| *byte == b'\n');
        let start = range.start + lines.by_ref().take(line + 1).map(<[u8]>::len).sum::<usize>();
        let line = lines.next()?;
        let blanks = line.iter().take_while(|byte| **byte == b' ').count();
        Some(start + blanks..start + line.trim_ascii_end().len().max(blanks))
    }

    /// A finding about a key, where the value itself says nothing.
    pub fn at_key(&mut self, node: Node<'_>, fact: Fact) {
        self.add(node.pointer(), node.key_range(), fact);
    }

    /// A field that is not there, in the map that should have it.
    pub fn absent(&mut self, around: Node<'_>, field: &str) {
        let pointer = format!("{}/{}", around.pointer(), field.replace('.', "/"));
        let range = if around.key().is_empty() { around.range() } else { around.key_range() };
        self.add(pointer, range, Fact::NotSet { field: field.to_owned() });
    }

    /// The same with what the field should be, where that depends on what is around.
    pub fn lacks(&mut self, around: Node<'_>, field: &str, cure: Option<String>) {
        self.absent(around, field);
        self.cured(cure);
    }

    /// The last finding with what the field should be.
    pub fn cured(&mut self, cure: Option<String>) {
        if let Some(finding) = self.findings.last_mut() {
            finding.cure = cure;
        }
    }

    /// A field with a value that is better another.
    pub fn unwanted(&mut self, node: Node<'_>) {
        let fact = Fact::Unwanted { field: node.key().to_owned(), found: node.found() };
        self.at(node, fact);
    }

    fn add(&mut self, pointer: String, range: Range<usize>, fact: Fact) {
        self.findings.push(self.rule.finding(self.level, fact, pointer, range));
    }
}

/// Defines a rule: its documentation, its row, its examples. The function follows it. `cure "…"` behind the help is what the field
/// that it is about should be: of it fixes are made. `options { "least" = Number(2), "…"; }` can be set in the
/// configuration.
///
/// Examples are `container "…"` (fields of a container in a Deployment, beside its image), `bare "…"` (all its fields),
/// `pod "…"` (fields of its pod),
/// `manifest "…"`, or `chart [("values.yaml", "…")]`.
macro_rules! rule {
    (
        $(#[doc = $doc:literal])+
        $name:ident = $code:literal, $level:ident, $summary:literal;
        help $help:literal $(cure $cure:literal)?;
        profiles [$($profile:ident),*];
        aliases [$($alias:literal),*];
        $scope:ident $run:ident;
        $(options { $($option:literal = $preset:ident($value:expr), $about:literal;)+ })?
        bad $bad_kind:ident $bad:tt;
        good $good_kind:ident $good:tt;
    ) => {
        $(#[doc = $doc])+
        pub(crate) static $name: $crate::lint::Rule = $crate::lint::Rule {
            code: $code,
            level: $crate::diag::Severity::$level,
            summary: $summary,
            doc: if cfg!(feature = "prose") { concat!($($doc, "\n"),+) } else { "" },
            help: $help,
            profiles: &[$($crate::lint::Profile::$profile),*],
            aliases: &[$($alias),*],
            cure: concat!("" $(, $cure)?),
            options: &[$($($crate::lint::RuleOption {
                name: $option,
                summary: $about,
                preset: $crate::lint::Preset::$preset($value),
            }),+)?],
            bad: if cfg!(feature = "prose") { $crate::lint::rule::example!($bad_kind $bad) } else { $crate::diag::Example::None("") },
            good: if cfg!(feature = "prose") { $crate::lint::rule::example!($good_kind $good) } else { $crate::diag::Example::None("") },
            scope: $crate::lint::rule::Scope::$scope($run),
        };
    };
}
pub(super) use rule;

/// An example in one of the forms that [`rule!`] takes.
macro_rules! example {
    (container $fields:literal) => {
        $crate::diag::Example::Manifest(concat!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  selector:\n    matchLabels: {app: web}\n",
            "  template:\n    metadata:\n      labels: {app: web}\n    spec:\n      containers:\n        - name: web\n          image: example.com/web:1.2\n          ",
            $fields,
            "\n"
        ))
    };
    (bare $fields:literal) => {
        $crate::diag::Example::Manifest(concat!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  selector:\n    matchLabels: {app: web}\n",
            "  template:\n    metadata:\n      labels: {app: web}\n    spec:\n      containers:\n        - name: web\n          ",
            $fields,
            "\n"
        ))
    };
    (pod $fields:literal) => {
        $crate::diag::Example::Manifest(concat!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  selector:\n    matchLabels: {app: web}\n",
            "  template:\n    metadata:\n      labels: {app: web}\n    spec:\n      containers:\n        - name: web\n          image: example.com/web:1.2\n      ",
            $fields,
            "\n"
        ))
    };
    (manifest $text:literal) => { $crate::diag::Example::Manifest($text) };
    (chart $files:tt) => { $crate::diag::Example::Chart(&$files) };
    (none $why:literal) => { $crate::diag::Example::None($why) };
}
pub(super) use example;
