//! `templates/unknown-helper`: a helper that no chart defines.

use crate::analysis::Analysis;
use crate::diag::{Fact, did_you_mean};
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;

rule! {
    /// The render fails as soon as the branch with the call is taken.
    UNKNOWN_HELPER = "templates/unknown-helper", Warning, "a helper that no chart defines";
    help "define it, or call one that is there";
    profiles [Strict];
    aliases ["include-not-found"];
    Chart check;
    bad chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ if .Values.b }}{{ include \"missing\" . }}{{ end }}\n")];
    good chart [("templates/_a.tpl", "{{ define \"there\" }}x{{ end }}"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ if .Values.b }}{{ include \"there\" . }}{{ end }}\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let helpers = analysis.helpers();
    let files = || analysis.templates().iter().map(|template| template.parsed.source.name.to_string());
    // What is broken may have defined it; a library alone counts on the charts that use it.
    let broken = analysis.templates().iter().any(|template| !template.errors.is_empty());
    if broken || analysis.charts().first().is_some_and(|chart| chart.metadata.is_library()) {
        return;
    }
    for name in
        helpers.called().filter(|name| helpers.definitions(name).is_empty() && !files().any(|file| file == *name))
    {
        let near = did_you_mean(name, helpers.all().map(|(name, _)| name)).map(str::to_owned);
        // One name that is missing is one thing to do, however often it is called.
        if let Some(call) = helpers.calls(name).first() {
            lint.in_template(analysis, call.span, Fact::UnknownTemplate { name: name.to_owned(), near });
        }
    }
}
