//! `chart/unused-library`: a library chart whose helpers nobody calls.

use crate::analysis::{Analysis, Definition};
use crate::diag::Fact;
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;

rule! {
    /// It is fetched, packed and updated for nothing.
    UNUSED_LIBRARY = "chart/unused-library", Note, "a library chart whose helpers nobody calls";
    help "remove it from the dependencies, or call its helpers";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\ndependencies: [{name: b, version: 0.1.0}]\n"), ("charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\ntype: library\n"), ("charts/b/templates/_b.tpl", "{{ define \"b.name\" }}x{{ end }}"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\ndependencies: [{name: b, version: 0.1.0}]\n"), ("charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\ntype: library\n"), ("charts/b/templates/_b.tpl", "{{ define \"b.name\" }}x{{ end }}"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include \"b.name\" . }}\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let helpers = analysis.helpers();
    let Some(chart) = analysis.charts().first().filter(|_| !helpers.are_computed()) else { return };
    let Some(file) = &chart.requirements else { return };
    for library in chart.dependencies.iter().filter(|inside| inside.metadata.is_library()) {
        let number = analysis.charts().iter().position(|other| std::ptr::eq(*other, &**library));
        let own = |definition: &Definition| Some(definition.chart) == number;
        let mut defined = helpers.all().filter(|(_, definitions)| definitions.iter().any(own)).peekable();
        let is_empty = defined.peek().is_none();
        let is_called = defined.any(|(name, _)| helpers.calls(name).iter().any(|call| Some(call.chart) != number));
        if !is_empty && !is_called {
            let name = &library.metadata.name;
            let start = memchr::memmem::find(&file.data, name.as_bytes()).unwrap_or_default();
            let says = format!("no template calls a helper of the library {name}");
            lint.at(&file.name, &file.data, start..start + name.len(), Fact::Remark { says });
        }
    }
}
