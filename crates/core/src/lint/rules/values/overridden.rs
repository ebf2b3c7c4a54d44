//! `values/overridden`: a value of a file that a later file or flag sets again.

use crate::diag::{Fact, ValueCause};
use crate::lint::chart::{Output, OutputLint};
use crate::lint::rule::rule;
use crate::text::{Layer, OriginKind};

rule! {
    /// What stands first is never seen. That is what layers are for, and so nobody has this rule by default: ask for it where each value
    /// should be set in one place.
    OVERRIDDEN = "values/overridden", Note, "a value of a file that a later file or flag sets again";
    help "set it in one of the two";
    profiles [];
    aliases [];
    Output check;
    bad none "it takes two values files";
    good chart [("values.yaml", "a: b\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.a }}\n")];
}

fn check(lint: &mut OutputLint<'_>, output: &Output<'_>) {
    let trace = &output.causes.trace;
    let layer = |origin| match trace.get(origin) {
        Some(OriginKind::Values(node)) => Some(node.layer),
        _ => None,
    };
    for (path, _, winner) in output.causes.values.iter() {
        for loser in trace.overridden_by(*winner).filter(|loser| matches!(layer(*loser), Some(Layer::File(_)))) {
            let by = output.causes.of_origin(*winner).values.into_iter().next();
            let named = |value: &ValueCause| value.file().map_or_else(|| format!("--{}", value.layer), str::to_owned);
            let by = by.as_ref().map(named).unwrap_or_default();
            let says = format!("`{path}` is set again by {by}");
            lint.files.at_value(output.causes, loser, Fact::Remark { says });
        }
    }
}
