//! `templates/duplicate-helper`: a helper that one chart defines twice, and differently.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;

rule! {
    /// Helm keeps one of the two, by the order of the files, and says nothing.
    DUPLICATE_HELPER = "templates/duplicate-helper", Warning, "a helper that one chart defines twice, and differently";
    help "give each a name of its own";
    profiles [Default];
    aliases [];
    Chart check;
    bad chart [("templates/_a.tpl", "{{ define \"a.name\" }}x{{ end }}"), ("templates/_b.tpl", "{{ define \"a.name\" }}y{{ end }}"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ include \"a.name\" . }}\n")];
    good chart [("templates/_a.tpl", "{{ define \"a.name\" }}x{{ end }}"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ include \"a.name\" . }}\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    for (name, definitions) in analysis.helpers().all() {
        let Some((winner, losers)) = definitions.split_first() else { continue };
        for loser in losers.iter().filter(|loser| loser.chart == winner.chart && loser.body != winner.body) {
            let says = format!("`{name}` is defined here and in {}:{}, which counts", winner.file, winner.line);
            lint.in_template(analysis, loser.span, Fact::Remark { says });
        }
    }
}
