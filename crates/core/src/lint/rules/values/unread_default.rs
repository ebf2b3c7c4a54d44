//! `values/unread-default`: a value of values.yaml that no template reads.

use crate::analysis::{Analysis, Known, Reach};
use crate::diag::Fact;
use crate::lint::chart::{FileLint, values_files};
use crate::lint::rule::rule;
use crate::yaml::{Document, NodeId};

rule! {
    /// Whoever sets it believes that it does something. Mostly it is left over from a template that has gone, or misspelt here or there.
    UNREAD_DEFAULT = "values/unread-default", Warning, "a value of values.yaml that no template reads";
    help "remove it, or read it where it was meant";
    profiles [Strict];
    aliases ["unused-value"];
    Chart check;
    bad chart [("values.yaml", "name: a\nlegacy: b\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.name }}\n")];
    good chart [("values.yaml", "name: a\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.name }}\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    // What is broken may have read anything.
    if analysis.templates().iter().any(|template| !template.errors.is_empty()) {
        return;
    }
    let known = Known::new(analysis);
    for values in values_files(analysis) {
        let document = values.document;
        // The values of charts inside are the business of those who keep them.
        if values.chart != 0 || analysis.reads(0).take_whole(&[]) {
            continue;
        }
        let mut unread = Unread { analysis, known: &known, document, path: Vec::new(), found: Vec::new() };
        document.root().into_iter().for_each(|root| unread.below(root, true));
        let fact = |path: String| Fact::Remark { says: format!("no template reads `{path}`") };
        let place = |key| document.node(key);
        let found =
            unread.found.into_iter().map(|(key, path)| (values.range(place(key).start, place(key).end), fact(path)));
        lint.all_at(&values.file, values.text, found);
    }
}

/// The way through a values file.
struct Unread<'u> {
    analysis: &'u Analysis<'u>,
    known: &'u Known<'u>,
    document: &'u Document,
    path: Vec<String>,
    /// The keys that nobody reads, with their paths.
    found: Vec<(NodeId, String)>,
}

impl Unread<'_> {
    /// Looks at the entries of a map. `alone` is whether the chart's own templates are all that may read it.
    fn below(&mut self, map: NodeId, alone: bool) {
        for (key, value) in self.document.entries(map) {
            self.path.push(String::from_utf8_lossy(self.document.scalar(key)).into_owned());
            let alone = alone && (self.path.len() > 1 || matches!(self.known.readers(&self.path).as_slice(), [_]));
            let alone = alone && self.path.first().is_some_and(|first| first != "global");
            let reach = match alone {
                true => self.analysis.reads(0).reach_from(&self.path),
                false => self.reach_of_all(),
            };
            match reach {
                Reach::Whole => {}
                Reach::Within => crate::stack::grow(|| self.below(value, alone)),
                Reach::Nothing => self.found.push((key, self.path.join("."))),
            }
            self.path.pop();
        }
    }

    /// How far any of the charts that may read the value reads it. Of what is further out is known that none takes it whole, but
    /// for the values of all charts that `global` stands in.
    fn reach_of_all(&self) -> Reach {
        let readers = self.known.readers(&self.path);
        let is_first = self.path.len() == 1;
        let reach = |(chart, rest, _): &(usize, &[String], usize)| match self.analysis.reads(*chart) {
            reads if is_first && reads.take_whole(&[]) => Reach::Whole,
            // The values of a chart as a whole are there for it.
            reads if rest.is_empty() => reads.reach_from(rest).max(Reach::Within),
            reads => reads.reach_from(rest),
        };
        readers.iter().map(reach).max().unwrap_or(Reach::Nothing)
    }
}
