//! `values/text-condition`: a text such as "false" that is used as a condition.

use crate::diag::Fact;
use crate::lint::chart::{Output, OutputLint};
use crate::lint::rule::rule;
use crate::text::{Layer, OriginKind};

rule! {
    /// A text that is not empty is true for `if`, and Helm takes the condition of a chart inside for true unless it is a boolean.
    TEXT_CONDITION = "values/text-condition", Warning, "a text such as \"false\" that is used as a condition";
    help "set it without quotes: `false`";
    profiles [Default];
    aliases [];
    Output check;
    bad chart [("values.yaml", "enabled: \"false\"\n"), ("templates/a.yaml", "{{ if .Values.enabled }}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: b\n{{ end }}\n")];
    good chart [("values.yaml", "enabled: false\n"), ("templates/a.yaml", "{{ if .Values.enabled }}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: b\n{{ end }}\n")];
}

fn check(lint: &mut OutputLint<'_>, output: &Output<'_>) {
    let mut seen = std::collections::HashSet::new();
    let causes = output.causes;
    for guard in causes.trace.guards() {
        let value = causes.trace.unguarded(guard.value);
        let Some(OriginKind::Values(node)) = causes.trace.get(value) else { continue };
        let Some(source) = causes.sources.get(node.span.file) else { continue };
        let text = source.text.get(node.span.start as usize..node.span.end as usize).unwrap_or_default();
        let text = String::from_utf8_lossy(text).into_owned();
        let quoted = text.starts_with(['"', '\'']) || matches!(node.layer, Layer::SetString(_));
        let says_no = matches!(text.trim_matches(['"', '\'']).to_lowercase().as_str(), "false" | "no" | "off" | "0");
        if quoted && says_no && seen.insert(value) {
            let says = format!("{text} is a text, and so the condition holds");
            lint.files.at_value(causes, value, Fact::Remark { says });
        }
    }
}
