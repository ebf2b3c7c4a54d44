//! `values/other-type`: a value of another shape than the chart's default.

use crate::diag::Fact;
use crate::lint::chart::{Output, OutputLint};
use crate::lint::rule::rule;
use crate::text::{Layer, OriginKind};

rule! {
    /// A list where the chart has a map, a text where it has a list: templates read nothing of it, or fail. Helm says so to
    /// nobody who does not read the log. Where a template looks at the type, allow the rule.
    OTHER_TYPE = "values/other-type", Warning, "a value of another shape than the chart's default";
    help "give the value the shape that the default has";
    profiles [Default];
    aliases [];
    Output check;
    bad none "it takes a values file";
    good chart [("values.yaml", "a: b\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.a }}\n")];
}

fn check(lint: &mut OutputLint<'_>, output: &Output<'_>) {
    for (origin, clash) in output.causes.trace.clashes() {
        let Some(OriginKind::Values(node)) = output.causes.trace.get(origin) else { continue };
        // What a chart above gives to one inside it gives on purpose.
        if node.layer == Layer::Default {
            continue;
        }
        let says = format!(
            "`{}` is {}, and the chart's default is {}",
            output.causes.path(origin),
            clash.given,
            clash.default
        );
        lint.files.at_value(output.causes, origin, Fact::Remark { says });
    }
}
