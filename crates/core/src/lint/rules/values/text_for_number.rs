//! `values/text-for-number`: a text where the chart's default is a number or a boolean.

use crate::diag::Fact;
use crate::lint::chart::{Output, OutputLint};
use crate::lint::rule::rule;
use crate::render::Causes;
use crate::text::{Layer, Origin, OriginKind};
use crate::yaml::Resolved;

rule! {
    /// `many` where the default is `9177` ends up as an argument, in an annotation or in a file, where nobody checks it before the program
    /// reads it. Some fields take both: a port by its name, a share such as `50%`, a duration. For those, allow the rule.
    TEXT_FOR_NUMBER = "values/text-for-number", Warning, "a text where the chart's default is a number or a boolean";
    help "give the value the type that the default has";
    profiles [Strict];
    aliases [];
    Output check;
    bad none "it takes a values file";
    good chart [("values.yaml", "a: 1\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.a | quote }}\n")];
}

fn check(lint: &mut OutputLint<'_>, output: &Output<'_>) {
    let causes = output.causes;
    for (path, _, winner) in causes.values.iter() {
        let Some((given, _)) = written(causes, *winner).filter(|(_, layer)| *layer != Layer::Default) else {
            continue;
        };
        let losers = causes.trace.overridden_by(*winner).filter_map(|loser| written(causes, loser));
        let Some(default) = losers.filter(|(_, layer)| *layer == Layer::Default).map(|(text, _)| text).last() else {
            continue;
        };
        let expected = match crate::yaml::resolve(default.as_bytes()) {
            Resolved::Bool(_) => "a boolean",
            Resolved::Int(_) | Resolved::Uint(_) | Resolved::Float(_) => "a number",
            _ => continue,
        };
        let bare = given.trim_matches(['"', '\'']);
        if matches!(crate::yaml::resolve(bare.as_bytes()), Resolved::Str) && !given.contains('\n') {
            let says = format!("`{path}` is {expected} in the chart's default, {default}, and a text here");
            lint.files.at_value(causes, *winner, Fact::Remark { says });
        }
    }
}

/// How a scalar is written where it is set, and the layer that sets it.
fn written(causes: &Causes, value: Origin) -> Option<(&str, Layer)> {
    let Some(OriginKind::Values(node)) = causes.trace.get(value) else { return None };
    let text = causes.text(node.span)?;
    if matches!(node.layer, Layer::Program | Layer::Unknown) {
        return None;
    }
    Some((text, node.layer)).filter(|(text, _)| !text.is_empty() && !text.starts_with(['{', '[', '|', '>']))
}
