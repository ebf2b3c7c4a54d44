//! Several renders of a chart together: for versions of Kubernetes, for sets of values, for versions of Helm.

use super::chart::FileLint;
use super::rule::Scope;
use super::select::Selection;
use crate::analysis::{Analysis, Template};
use crate::diag::{Cause, Diagnostic, Target};
use crate::render::{Document, Rendered};
use crate::text::{Part, Span};
use std::cell::OnceCell;

/// One render of several: what it was for, and what its templates wrote.
#[derive(Clone, Debug)]
pub(crate) struct Render {
    /// What it was for.
    pub target: Target,
    /// The template and the text of each document, hooks included.
    documents: Vec<(String, Part)>,
    /// Whether nothing failed.
    whole: bool,
}

impl Render {
    /// What there is to remember of a render.
    pub fn new(target: Target, rendered: &Rendered) -> Render {
        let text = |document: &Document| (document.source.clone(), document.text.clone());
        let documents = rendered.documents.iter().chain(&rendered.hooks).map(text).collect();
        Render { target, documents, whole: rendered.faults.is_empty() }
    }

    /// The texts that a template wrote.
    fn of<'r>(&'r self, template: &'r Template) -> impl Iterator<Item = &'r [u8]> + 'r {
        let name = &template.parsed.source.name;
        self.documents.iter().filter(move |(source, _)| source.as_bytes() == &**name).map(|(_, text)| &**text)
    }
}

/// All renders of a check, as rules see them.
pub(super) struct Renders<'r> {
    pub analysis: &'r Analysis<'r>,
    renders: &'r [Render],
    /// What the API server refuses with the longest release name, and takes with a short one.
    pub refused: &'r [(Cause, String)],
}

/// Where a template writes something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// The lines that differ first; empty where there is none.
    lines: [String; 2],
}

impl<'r> Renders<'r> {
    /// The templates of the chart itself that write manifests.
    pub fn templates(&self) -> impl Iterator<Item = &'r Template> + use<'r> {
        let analysis = self.analysis;
        analysis.templates().iter().filter(|template| {
            let is_manifest = matches!(crate::text::path::extension(&template.file), ".yaml" | ".yml");
            template.chart == 0 && is_manifest && !crate::text::path::base(&template.file).starts_with('_')
        })
    }

    /// The pairs of renders that were for the same, but for what `of` gives of it.
    pub fn pairs<T: PartialEq>(&self, of: impl Fn(&Target) -> T) -> Vec<(&'r Render, &'r Render)> {
        let differences = |a: &Target, b: &Target| {
            let others =
                [a.kube_version != b.kube_version, a.helm_version != b.helm_version, a.values_set != b.values_set];
            others.into_iter().filter(|differs| *differs).count()
        };
        let whole: Vec<&Render> = self.renders.iter().filter(|render| render.whole).collect();
        let pairs = whole.iter().enumerate().flat_map(|(n, a)| whole.iter().skip(n + 1).map(|b| (*a, *b)));
        pairs.filter(|(a, b)| of(&a.target) != of(&b.target) && differences(&a.target, &b.target) == 1).collect()
    }

    /// The renders with different sets of values; none where there is one set only, or where something failed.
    pub fn of_sets(&self) -> Option<&'r [Render]> {
        let first = self.renders.first()?;
        let several = self.renders.iter().any(|render| render.target.values_set != first.target.values_set);
        (several && self.renders.iter().all(|render| render.whole)).then_some(self.renders)
    }

    /// Whether a template wrote nothing in a render.
    pub fn is_empty(&self, render: &Render, template: &Template) -> bool {
        render.of(template).next().is_none()
    }

    /// Where a template wrote something else in two renders.
    pub fn difference(&self, template: &Template, a: &Render, b: &Render) -> Option<Difference> {
        let lines = |render: &Render| {
            let text: Vec<&[u8]> = render.of(template).collect();
            let lines = text.iter().flat_map(|text| text.split(|byte| *byte == b'\n'));
            lines
                .map(|line| crate::text::lossy(line.trim_ascii()).into_owned())
                .filter(|line| !line.is_empty())
                .collect()
        };
        let (a, b): (Vec<String>, Vec<String>) = (lines(a), lines(b));
        let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
        let line = |lines: &[String]| lines.get(same).cloned().unwrap_or_default();
        (a != b).then(|| Difference { lines: [line(&a), line(&b)] })
    }
}

impl Difference {
    /// What was written, in words.
    pub fn words(&self) -> [String; 2] {
        self.lines.clone().map(|line| match line.as_str() {
            "" => "nothing more".to_owned(),
            line => format!("`{}`", line.chars().take(60).collect::<String>()),
        })
    }
}

/// Whether rules ask for a render with the other version of Helm.
pub(crate) fn wants_other_helm(selection: &Selection) -> bool {
    selection.level("templates/helm-branch").is_some()
}

/// Whether rules ask for a render with the longest release name.
pub(crate) fn wants_long_name(selection: &Selection) -> bool {
    selection.level("metadata/long-name").is_some()
}

/// The first place of a text in a template; its first byte where it is not there.
pub(super) fn place_of(template: &Template, text: &str) -> Span {
    let source = &template.parsed.source;
    let found = memchr::memmem::find(&source.tree.text, text.as_bytes());
    let (start, len) = found.map_or((0, 1), |start| (start as u32, text.len() as u32));
    Span { file: source.file, start, end: start + len }
}

/// Runs the rules that look at several renders. `refused` is what the API server refuses with the longest release name.
pub(crate) fn lint_renders(
    analysis: &Analysis<'_>,
    renders: &[Render],
    refused: &[(Cause, String)],
    selection: &Selection,
) -> Vec<Diagnostic> {
    let (mut found, metadata) = (Vec::new(), OnceCell::new());
    for (rule, level) in selection.running() {
        let (Scope::Renders(run), level) = (&rule.scope, *level) else { continue };
        let mut lint = FileLint { rule, level, found: &mut found, defines: &|_| false, metadata: &metadata };
        run(&mut lint, &Renders { analysis, renders, refused });
    }
    found
}
