//! `templates/not-reproducible`: output that depends on the clock, on chance or on the cluster.

use crate::analysis::{Analysis, Callee};
use crate::diag::Fact;
use crate::gotmpl::funcs::{Mark, lookup};
use crate::host::HelmVersion;
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;
use crate::text::Span;
use foldhash::HashMap;

rule! {
    /// Every render differs: rollouts without a change, differences that never end in GitOps, and secrets that change with every upgrade.
    NOT_REPRODUCIBLE = "templates/not-reproducible", Note, "output that depends on the clock, on chance or on the cluster";
    help "keep what was made in an object that is looked up, or let the user set it";
    profiles [Strict];
    aliases [];
    Chart check;
    bad chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ randAlphaNum 8 }}\n")];
    good chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Release.Name }}\n")];
}

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let varies = |name: &str| {
        let function = lookup(name, HelmVersion::V4);
        function.is_some_and(|f| [Mark::Chance, Mark::Clock, Mark::Outside].into_iter().any(|mark| f.is(mark)))
    };
    // Few functions are called often.
    let mut known: HashMap<&[u8], bool> = HashMap::default();
    for template in analysis.templates().iter().filter(|template| template.chart == 0) {
        let source = &template.parsed.source;
        for call in template.calls() {
            let Callee::Function(name) = &call.callee else { continue };
            if *known.entry(name).or_insert_with(|| varies(&name.to_lossy())) {
                let name = name.to_lossy();
                let span = Span { file: source.file, start: call.name.start, end: call.name.end };
                lint.in_template(
                    analysis,
                    span,
                    Fact::Remark { says: format!("`{name}` gives something else each time") },
                );
            }
        }
    }
}
