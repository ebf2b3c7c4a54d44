//! `availability/few-scaled-replicas`: an autoscaler that goes down to a single pod.

use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// At quiet times there is one pod, and while that is moved nobody answers.
    FEW_SCALED_REPLICAS = "availability/few-scaled-replicas", Warning, "an autoscaler that goes down to a single pod";
    help "set `minReplicas` to 2 or more";
    profiles [];
    aliases ["hpa-minimum-three-replicas", "horizontalpodautoscaler-replicas", "hpaMinAvailability"];
    Object check;
    options { "least" = Number(2), "the fewest pods that are enough"; }
    bad manifest "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {minReplicas: 1, maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n";
    good manifest "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {minReplicas: 2, maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let Some(spec) = object.spec().filter(|_| object.is("autoscaling", "HorizontalPodAutoscaler")) else { return };
    let least = lint.set.number("least");
    match spec.get("minReplicas") {
        Some(node) if node.as_int().is_some_and(|n| n < least) => lint.unwanted(node),
        Some(_) => return,
        None => lint.absent(spec, "minReplicas"),
    }
    lint.cured(Some(least.to_string()));
}
