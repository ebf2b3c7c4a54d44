//! `templates/extension`: a template with an ending that Helm's linter refuses.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::jinja::JINJA;
use crate::lint::chart::FileLint;
use crate::lint::helm::templates::allowed_extension;
use crate::lint::rule::rule;

rule! {
    /// Helm renders it as it renders the others, and `helm lint` fails.
    EXTENSION = "templates/extension", Warning, "a template whose name ends otherwise than in .yaml, .yml, .tpl or .txt";
    help "give it one of these endings, or move it out of `templates/`";
    profiles [Default];
    aliases [];
    Chart check;
    bad chart [("templates/a.yml.bak", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n")];
    good chart [("templates/a.yml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let Some(chart) = analysis.charts().first() else { return };
    for file in chart.templates.iter().filter(|file| !JINJA.takes(&file.name)) {
        if let Err(says) = allowed_extension(&file.name) {
            lint.at(&file.name, &file.data, 0..1, Fact::Remark { says });
        }
    }
}
