//! `availability/unhealthy-eviction`: a PodDisruptionBudget that also protects pods that do not work.

use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// A pod that crashes again and again keeps its node from being drained.
    UNHEALTHY_EVICTION = "availability/unhealthy-eviction", Warning, "a PodDisruptionBudget that also protects pods that do not work";
    help "set `unhealthyPodEvictionPolicy: AlwaysAllow`" cure "AlwaysAllow";
    profiles [];
    aliases ["pdb-unhealthy-pod-eviction-policy"];
    Object check;
    bad manifest "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, maxUnavailable: 1}\n";
    good manifest "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, maxUnavailable: 1, unhealthyPodEvictionPolicy: AlwaysAllow}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let Some(spec) = object.spec().filter(|_| object.is("policy", "PodDisruptionBudget")) else { return };
    if lint.minor >= 27 && spec.get("unhealthyPodEvictionPolicy").is_none() {
        lint.absent(spec, "unhealthyPodEvictionPolicy");
    }
}
