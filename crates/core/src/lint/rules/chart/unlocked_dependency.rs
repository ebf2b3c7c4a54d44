//! `chart/unlocked-dependency`: dependencies without a Chart.lock.

use crate::analysis::Analysis;
use crate::chart::Dependency;
use crate::diag::Fact;
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;

rule! {
    /// With a range of versions, the next `dependency update` may bring others than those that were tried.
    UNLOCKED_DEPENDENCY = "chart/unlocked-dependency", Note, "dependencies without a Chart.lock";
    help "run `helm dependency update`, and keep Chart.lock with the chart";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\ndependencies:\n  - {name: b, version: ^1.0.0, repository: \"https://example.com\"}\n"), ("charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 1.0.0\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let Some(chart) = analysis.charts().first() else { return };
    let remote = |wanted: &Dependency| !wanted.repository.is_empty() && !wanted.repository.starts_with("file://");
    let wanted = chart.metadata.dependencies.iter().flatten().find(|wanted| remote(wanted));
    let (Some(wanted), Some(file)) = (wanted, &chart.requirements) else { return };
    if chart.lock.is_none() {
        let start = memchr::memmem::find(&file.data, b"dependencies").unwrap_or_default();
        let says = format!("the version of {} is not locked", wanted.name);
        lint.at(&file.name, &file.data, start..start + "dependencies".len(), Fact::Remark { says });
    }
}
