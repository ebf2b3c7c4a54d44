//! `availability/blocking-budget`: a PodDisruptionBudget that lets no pod go.

use crate::kube::tree::Node;
use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// No node with such a pod can be drained: upgrades of the cluster stop there.
    BLOCKING_BUDGET = "availability/blocking-budget", Warning, "a PodDisruptionBudget that lets no pod go";
    help "set `maxUnavailable: 1`";
    profiles [Default];
    aliases ["pdb-max-unavailable", "pdb-min-available", "pdbDisruptionsIsZero"];
    Object check;
    bad manifest "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, maxUnavailable: 0}\n";
    good manifest "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, maxUnavailable: 1}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let Some(spec) = object.spec().filter(|_| object.is("policy", "PodDisruptionBudget")) else { return };
    let is = |node: &Node<'_>, text: &str, number| node.as_str() == Some(text) || number == node.as_int();
    let none = spec.get("maxUnavailable").filter(|most| is(most, "0%", Some(0)));
    for node in none.into_iter().chain(spec.get("minAvailable").filter(|least| is(least, "100%", Some(i64::MIN)))) {
        lint.unwanted(node);
    }
}
