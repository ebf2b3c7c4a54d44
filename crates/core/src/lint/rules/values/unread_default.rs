//! `values/unread-default`: a value of values.yaml that no template reads.

use crate::analysis::{Analysis, Known};
use crate::diag::Fact;
use crate::lint::chart::{FileLint, values_files};
use crate::lint::rule::rule;
use crate::yaml::NodeId;

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
        if values.chart != 0 {
            continue;
        }
        let mut found = Vec::new();
        let mut pending: Vec<(NodeId, Vec<String>)> =
            document.root().map(|root| (root, Vec::new())).into_iter().collect();
        while let Some((node, path)) = pending.pop() {
            for (key, value) in document.entries(node) {
                let mut path = path.clone();
                path.push(String::from_utf8_lossy(document.scalar(key)).into_owned());
                let mut readers = known.readers(&path).into_iter();
                if readers.any(|(chart, rest, _)| rest.is_empty() || analysis.reads(chart).reach(rest)) {
                    pending.push((value, path));
                    continue;
                }
                let place = document.node(key);
                let fact = Fact::Remark { says: format!("no template reads `{}`", path.join(".")) };
                found.push((values.range(place.start, place.end), fact));
            }
        }
        lint.all_at(&values.file, values.text, found);
    }
}
