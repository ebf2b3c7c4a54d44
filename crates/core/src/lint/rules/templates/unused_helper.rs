//! `templates/unused-helper`: a helper that nobody calls.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;

rule! {
    /// It is left over, or the call has another name.
    UNUSED_HELPER = "templates/unused-helper", Note, "a helper that nobody calls";
    help "remove it, or call it";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("templates/_a.tpl", "{{ define \"a.name\" }}x{{ end }}"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: b\n")];
    good chart [("templates/_a.tpl", "{{ define \"a.name\" }}x{{ end }}"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ include \"a.name\" . }}\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let helpers = analysis.helpers();
    let library = |chart: usize| analysis.charts().get(chart).is_none_or(|chart| chart.metadata.is_library());
    if helpers.are_computed() {
        return;
    }
    for (name, definitions) in helpers.all().filter(|(name, _)| helpers.calls(name).is_empty()) {
        for definition in definitions.iter().filter(|definition| definition.chart == 0 && !library(definition.chart)) {
            lint.in_template(
                analysis,
                definition.span,
                Fact::Remark { says: format!("nobody calls the helper `{name}`") },
            );
        }
    }
}
