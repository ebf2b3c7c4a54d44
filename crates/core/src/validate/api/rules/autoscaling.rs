//! Autoscalers.

use crate::kube::tree::Node;
use crate::validate::api::check::{Context, check};

check! {
    /// An autoscaler's `maxReplicas` is above zero and not below its `minReplicas`, which is not negative.
    AUTOSCALER_BOUNDS = "api/autoscaler-bounds", autoscaler_bounds;
    mirrors "autoscaling validation.validateHorizontalPodAutoscalerSpec";
    on &[
        "io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerSpec",
        "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec",
        "io.k8s.api.autoscaling.v2beta1.HorizontalPodAutoscalerSpec",
        "io.k8s.api.autoscaling.v2beta2.HorizontalPodAutoscalerSpec",
    ];
    accepted "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {minReplicas: 2, maxReplicas: 2, scaleTargetRef: {kind: Deployment, name: a}}\n";
    rejected "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {minReplicas: 3, maxReplicas: 2, scaleTargetRef: {kind: Deployment, name: a}}\n";
}

fn autoscaler_bounds(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let least = spec.int("minReplicas").unwrap_or(1);
    if let Some(node) = spec.get("minReplicas")
        && least < 0
    {
        cx.error(node, format!("expected a number that is not negative, found {least}"));
    }
    let Some((node, most)) = spec.get("maxReplicas").and_then(|node| Some((node, node.as_int()?))) else { return };
    if most < 1 {
        cx.error(node, format!("expected a number above 0, found {most}"));
    } else if most < least {
        cx.error(node, format!("expected at least minReplicas, {least}, found {most}"));
    }
}
