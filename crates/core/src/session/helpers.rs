//! Helpers that charts define under one name: Helm knows one set of names for a chart and all inside.

use crate::analysis::{Analysis, Helpers};
use crate::diag::{Cause, Diagnostic, Fact, Place, Severity};

/// What the other definitions of a helper are, in a sentence.
pub fn note(helpers: &Helpers, name: &str) -> Option<String> {
    let [winner, _, ..] = helpers.definitions(name) else { return None };
    let places: Vec<String> = helpers.definitions(name).iter().map(|d| format!("{}:{}", d.file, d.line)).collect();
    Some(format!(
        "`{name}` is defined in {}: that of {}:{} is used everywhere",
        places.join(" and in "),
        winner.file,
        winner.line
    ))
}

/// Helpers of which one chart gets the body of another that says something else.
pub fn findings(analysis: &Analysis<'_>) -> Vec<Diagnostic> {
    let helpers = analysis.helpers();
    let mut found = Vec::new();
    for (name, definitions) in helpers.all() {
        let Some((winner, losers)) = definitions.split_first() else { continue };
        let replaced = losers.iter().filter(|loser| loser.chart_name != winner.chart_name && loser.body != winner.body);
        let uses = |chart: &str| {
            let charts = helpers.calls(name).iter().filter_map(|call| analysis.charts().get(call.chart));
            charts.into_iter().any(|caller| caller.metadata.name == chart)
        };
        for loser in replaced.filter(|loser| uses(&loser.chart_name)) {
            let fact = Fact::ReplacedHelper {
                name: name.to_owned(),
                by: format!("{}:{}", winner.file, winner.line),
                chart: loser.chart_name.clone(),
            };
            let template = analysis.templates().get(loser.span.file.0 as usize);
            let template = template.map(|template| Place::of_line(template.source(), loser.line));
            found.push(Diagnostic {
                severity: Severity::Warning,
                cause: Some(Cause { template, ..Cause::default() }),
                ..Diagnostic::of("render/replaced-helper", fact)
            });
        }
    }
    found
}
