//! `availability/few-scaled-replicas`: an autoscaler that goes down to a single pod.

use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// At quiet times there is one pod, and while that is moved nobody answers.
    FEW_SCALED_REPLICAS = "availability/few-scaled-replicas", Warning, "an autoscaler that goes down to a single pod";
    help "set `minReplicas` to 2 or more" cure "2";
    profiles [];
    aliases ["hpa-minimum-three-replicas", "horizontalpodautoscaler-replicas", "hpaMinAvailability"];
    Object check;
    bad manifest "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {minReplicas: 1, maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n";
    good manifest "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {minReplicas: 2, maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let Some(spec) = object.spec().filter(|_| object.is("autoscaling", "HorizontalPodAutoscaler")) else { return };
    match spec.get("minReplicas") {
        Some(least) if least.as_int().is_some_and(|n| n < 2) => lint.unwanted(least),
        Some(_) => {}
        None => lint.absent(spec, "minReplicas"),
    }
}
