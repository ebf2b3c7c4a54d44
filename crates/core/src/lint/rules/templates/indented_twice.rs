//! `templates/indented-twice`: `indent` behind blanks.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::gotmpl::ast::{NodeId, NodeKind, Tree};
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;

rule! {
    /// `indent` indents every line, and the blanks in front of the action indent the first once more: it stands deeper than those below
    /// it, which is another structure or no YAML at all as soon as there is a second line.
    INDENTED_TWICE = "templates/indented-twice", Warning, "`indent` behind blanks";
    help "begin the action in the first column, or write `nindent` behind `{{-`";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("values.yaml", "a: {b: c}\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  {{ toYaml .Values.a | indent 2 }}\n")];
    good chart [("values.yaml", "a: {b: c}\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n{{ toYaml .Values.a | indent 2 }}\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    for template in analysis.templates().iter().filter(|template| template.chart == 0) {
        let source = &template.parsed.source;
        if !template.calls().iter().any(|call| call.is_of("indent")) {
            continue;
        }
        for (id, node) in source.tree.nodes() {
            let NodeKind::Action(pipe) = node.kind else { continue };
            let Some(amount) = indents(&source.tree, pipe).filter(|amount| amount != "0") else { continue };
            let before = source.tree.text.get(..node.start as usize).unwrap_or_default();
            let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
            let trims = source.tree.slice(node).starts_with(b"{{-");
            if !line.is_empty() && !trims && line.iter().all(|byte| *byte == b' ') {
                let says = format!("the first line is indented by {} more than the {amount} of the others", line.len());
                lint.in_template(analysis, source.span(id), Fact::Remark { says });
            }
        }
    }
}

/// The number of an `indent` that comes last.
fn indents(tree: &Tree, pipe: NodeId) -> Option<String> {
    let NodeKind::Pipe { commands, .. } = tree.node(pipe).kind else { return None };
    let last = tree.ids(commands).last()?;
    let NodeKind::Command(ids) = tree.node(*last).kind else { return None };
    let [function, amount, ..] = tree.ids(ids) else { return None };
    let NodeKind::Identifier(callee) = tree.node(*function).kind else { return None };
    (callee.name == "indent").then(|| crate::text::lossy(tree.slice(tree.node(*amount))).into_owned())
}
