//! `values/text-condition`: a text such as "false" that is used as a condition.

use crate::diag::Fact;
use crate::lint::chart::{Output, OutputLint};
use crate::lint::rule::rule;
use crate::render::Causes;
use crate::text::{Layer, Origin, OriginKind, Origins};

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
    let causes = output.causes;
    // Many conditions ask for the same.
    let (mut conditions, mut seen) = (Origins::default(), Origins::default());
    let new = causes.trace.guards().map(|guard| guard.value).filter(|condition| conditions.insert(*condition));
    let asked = new.flat_map(|condition| asked(causes, condition));
    for value in asked.filter(|value| seen.insert(*value)) {
        let Some(OriginKind::Values(node)) = causes.trace.get(value) else { continue };
        // How another program writes a text says nothing of how it is read.
        if matches!(node.layer, Layer::Program | Layer::Unknown) {
            continue;
        }
        let text = causes.text(node.span).unwrap_or_default();
        let quoted = text.starts_with(['"', '\'']) || matches!(node.layer, Layer::SetString(_));
        let says_no = || matches!(text.trim_matches(['"', '\'']).to_lowercase().as_str(), "false" | "no" | "off" | "0");
        if quoted && says_no() {
            let says = format!("{text} is a text, and so it counts as true in conditions");
            lint.files.at_value(causes, value, Fact::Remark { says });
        }
    }
}

/// The values that a condition is made of: itself, or what `not`, `and` and `or` look at.
fn asked(causes: &Causes, condition: Origin) -> Vec<Origin> {
    let value = causes.trace.unguarded(condition);
    let Some(OriginKind::Call { span, inputs }) = causes.trace.get(value) else { return vec![value] };
    let text = causes.text(*span).unwrap_or_default().trim_start_matches(['{', '-', ' ', '(']);
    let is_logic = ["not ", "and ", "or "].iter().any(|word| text.starts_with(word));
    if is_logic { inputs.iter().map(|input| causes.trace.unguarded(*input)).collect() } else { Vec::new() }
}
