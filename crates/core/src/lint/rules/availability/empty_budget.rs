//! `availability/empty-budget`: a PodDisruptionBudget that says neither how many must stay nor how many may go.

use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// It holds nothing up.
    EMPTY_BUDGET = "availability/empty-budget", Warning, "a PodDisruptionBudget that says neither how many must stay nor how many may go";
    help "set `minAvailable` or `maxUnavailable`" cure "1";
    profiles [Default];
    aliases ["poddisruptionbudget-has-policy"];
    Object check;
    bad manifest "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}}\n";
    good manifest "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, maxUnavailable: 1}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let Some(spec) = object.spec().filter(|_| object.is("policy", "PodDisruptionBudget")) else { return };
    if spec.get("minAvailable").is_none() && spec.get("maxUnavailable").is_none() {
        lint.absent(spec, "maxUnavailable");
    }
}
