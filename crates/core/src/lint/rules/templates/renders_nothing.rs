//! `templates/renders-nothing`: a template that writes nothing with any set of values.

use crate::diag::Fact;
use crate::lint::chart::FileLint;
use crate::lint::renders::{Renders, place_of};
use crate::lint::rule::rule;

rule! {
    /// None of the sets that the chart is checked with comes to it, so nobody knows whether it works. It is looked for where there are
    /// several sets: those of `chartlens.toml`, `--values-set` or `--ci-values`.
    RENDERS_NOTHING = "templates/renders-nothing", Note, "a template that writes nothing with any set of values";
    help "add a set of values that switches it on, or remove it";
    profiles [Strict];
    aliases [];
    Renders check;
    bad chart [("ci/a-values.yaml", "a: 1\n"), ("ci/b-values.yaml", "a: 2\n"), ("templates/a.yaml", "{{ if .Values.full }}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n{{ end }}\n")];
    good chart [("ci/a-values.yaml", "a: 1\n"), ("ci/b-values.yaml", "full: true\n"), ("templates/a.yaml", "{{ if .Values.full }}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n{{ end }}\n")];
}

fn check(lint: &mut FileLint<'_>, renders: &Renders<'_>) {
    let Some(sets) = renders.of_sets() else { return };
    let silent = |template: &&_| sets.iter().all(|render| renders.is_empty(render, template));
    for template in renders.templates().filter(silent) {
        // A template of definitions and comments alone is not meant to write.
        if template.parsed.definitions.last().is_some_and(|main| !main.empty) {
            let says = format!("{} writes nothing with any set of values", template.file);
            lint.in_template(renders.analysis, place_of(template, "{{"), Fact::Remark { says });
        }
    }
}
