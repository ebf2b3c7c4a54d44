//! Disruption budgets.

use super::workloads::percentage;
use crate::kube::tree::Node;
use crate::validate::api::check::{Context, check};

check! {
    /// A PodDisruptionBudget has `minAvailable` or `maxUnavailable`, not both; each is a number that is not negative or
    /// a percentage up to 100%.
    DISRUPTION_BUDGET = "api/disruption-budget", disruption_budget;
    mirrors "policy validation.ValidatePodDisruptionBudgetSpec";
    on &["io.k8s.api.policy.v1.PodDisruptionBudgetSpec", "io.k8s.api.policy.v1beta1.PodDisruptionBudgetSpec"];
    accepted "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: 50%}\n";
    rejected "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: 1, maxUnavailable: 1}\n";
}

fn disruption_budget(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let (least, most) = (spec.get("minAvailable"), spec.get("maxUnavailable"));
    if let (Some(_), Some(most)) = (least, most) {
        cx.beside(spec, most, "a budget has minAvailable or maxUnavailable, not both");
    }
    if cx.minor() >= 26 {
        crate::validate::api::table::Rule::OneOf("unhealthyPodEvictionPolicy", &["AlwaysAllow", "IfHealthyBudget"])
            .check(cx, spec);
    }
    for value in [least, most].into_iter().flatten() {
        percentage(cx, value);
        let percent = value.as_str().and_then(|text| text.strip_suffix('%')?.parse::<u64>().ok());
        if percent.is_some_and(|n| n > 100) {
            cx.error(value, format!("expected at most 100%, found {}", value.found()));
        }
    }
}
