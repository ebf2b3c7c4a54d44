//! `templates/to-yaml-of-nothing`: `toYaml` of a value that is not there unless somebody sets it.

use super::default_too_late::{is_asked, values};
use crate::analysis::{Analysis, Known};
use crate::diag::Fact;
use crate::gotmpl::ast::{NodeId, NodeKind, Tree};
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;

rule! {
    /// `toYaml` of nothing is the text `null`: behind a key it takes the field away, in a line of its own it makes the document no map.
    TO_YAML_OF_NOTHING = "templates/to-yaml-of-nothing", Warning, "`toYaml` of a value that is not there unless somebody sets it";
    help "put `{{ with … }}` around it, or give the value a default in values.yaml";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("values.yaml", "name: a\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.name }}\ndata:\n  {{- toYaml .Values.data | nindent 2 }}\n")];
    good chart [("values.yaml", "name: a\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.name }}\n{{- with .Values.data }}\ndata:\n  {{- toYaml . | nindent 2 }}\n{{- end }}\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let known = Known::new(analysis);
    for template in analysis.templates().iter().filter(|template| template.chart == 0) {
        let source = &template.parsed.source;
        let tree = &source.tree;
        let given: Vec<_> = tree.nodes().filter_map(|(_, node)| given(tree, &node.kind)).collect();
        for (field, path) in &given {
            let text = path.join(".");
            // Whatever else the template does with it, it may look whether it is there.
            let places = given.iter().map(|(field, _)| tree.node(*field).start..tree.node(*field).end);
            if !path.is_empty() && !known.has_default(path) && !is_asked(tree, &text, &places.collect::<Vec<_>>()) {
                let says = format!("there is no `{text}` in values.yaml, and `toYaml` of nothing is `null`");
                lint.in_template(analysis, source.span(*field), Fact::Remark { says });
            }
        }
    }
}

/// The value that a command gives to `toYaml`.
fn given(tree: &Tree, kind: &NodeKind) -> Option<(NodeId, Vec<String>)> {
    let NodeKind::Command(ids) = kind else { return None };
    let [function, argument] = tree.ids(*ids) else { return None };
    let is_it = matches!(&tree.node(*function).kind, NodeKind::Identifier(callee) if callee.name == "toYaml");
    values(tree, *argument).filter(|_| is_it)
}
