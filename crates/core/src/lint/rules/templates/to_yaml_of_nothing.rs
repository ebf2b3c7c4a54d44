//! `templates/to-yaml-of-nothing`: `toYaml` of a value that is not there unless somebody sets it.

use super::default_too_late::{is_asked, strings, values};
use crate::analysis::{Analysis, Known};
use crate::diag::Fact;
use crate::gotmpl::ast::{NodeId, NodeKind, Tree};
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;
use crate::text::Str;
use foldhash::HashMap;

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
    // Few paths are asked for often.
    let mut defaults: HashMap<&[Str], bool> = HashMap::default();
    for template in analysis.templates().iter().filter(|template| template.chart == 0) {
        let source = &template.parsed.source;
        let tree = &source.tree;
        let calls = template.calls().iter().filter(|call| call.is_of("toYaml"));
        let given: Vec<_> = calls.filter_map(|call| given(tree, call.node)).collect();
        for (field, path) in given.iter().filter(|(_, path)| !path.is_empty()) {
            if *defaults.entry(path).or_insert_with(|| known.has_default(&strings(path))) {
                continue;
            }
            let text = strings(path).join(".");
            // Whatever else the template does with it, it may look whether it is there.
            let places = given.iter().map(|(field, _)| tree.node(*field).start..tree.node(*field).end);
            if !is_asked(tree, &text, &places.collect::<Vec<_>>()) {
                let says = format!("there is no `{text}` in values.yaml, and `toYaml` of nothing is `null`");
                lint.in_template(analysis, source.span(*field), Fact::Remark { says });
            }
        }
    }
}

/// The value that a call has for its only argument.
fn given(tree: &Tree, call: NodeId) -> Option<(NodeId, &[Str])> {
    let NodeKind::Command(ids) = tree.node(call).kind else { return None };
    let [_, argument] = tree.ids(ids) else { return None };
    Some((*argument, values(tree, *argument)?))
}
