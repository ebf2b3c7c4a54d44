//! `chart/unknown-metadata`: a key of Chart.yaml that Helm does not know, as `helm lint` says.

use crate::analysis::Analysis;
use crate::diag::Fact;
use crate::lint::chart::{FileLint, chart_yaml};
use crate::lint::helm::chartfile;
use crate::lint::rule::rule;

rule! {
    /// Helm leaves it out without a word: what it says reaches nobody, and often it is a known key with a slip of the pen. A
    /// key that is there twice counts once.
    UNKNOWN_METADATA = "chart/unknown-metadata", Warning, "a key of Chart.yaml that Helm does not know";
    help "take the key out, or put it below `annotations`";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\nmaintainer: [{name: b}]\n")];
    good chart [("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\nmaintainers: [{name: b}]\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let Some(file) = chart_yaml(analysis) else { return };
    if let Some((says, range)) = lint.metadata(analysis).and_then(chartfile::unknown) {
        lint.at(&file.name, &file.data, range, Fact::Remark { says });
    }
}
