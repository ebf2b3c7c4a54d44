//! Autoscalers.

use crate::kube::tree::Node;
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use crate::validate::api::table::Rule::{Form, NotNegative, OneOf, Positive, Range, Required, Since};
use crate::validate::api::table::{is_blank, required};

check! {
    /// An autoscaler keeps at least one pod, from Kubernetes 1.37 on or with a metric of an object or from outside none, and
    /// at most so many that it is not fewer.
    AUTOSCALER_BOUNDS = "api/autoscaler-bounds", autoscaler_bounds;
    mirrors "autoscaling validation.validateHorizontalPodAutoscalerSpec, validateMetrics";
    on &["autoscaling.*.HorizontalPodAutoscalerSpec"];
    accepted "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}, minReplicas: 2, maxReplicas: 4}\n";
    rejected "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}, minReplicas: 2, maxReplicas: 1}\n";
}

fn autoscaler_bounds(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    // Scaling to zero is a feature of 1.37.
    let least = if cx.minor() >= 37 { 0 } else { 1 };
    Range("minReplicas", least, i64::MAX).check(cx, spec);
    let low = spec.int("minReplicas").unwrap_or(1);
    let outer = |metric: Node<'_>| matches!(metric.str("type"), Some("Object" | "External"));
    if low == 0 && least == 0 && !spec.list("metrics").any(outer) {
        cx.at(spec, &["metrics"], "no pods at all need a metric of type Object or External");
    }
    let Some((node, most)) = spec.get("maxReplicas").and_then(|node| Some((node, node.as_int()?))) else { return };
    if most < 1 {
        cx.error(node, format!("expected a number above 0, found {most}"));
    } else if most < low {
        cx.error(node, format!("expected at least minReplicas, {low}, found {most}"));
    }
}

check! {
    /// What an autoscaler scales, and objects that it measures, are named by kind and name and, from Kubernetes 1.36 on,
    /// by an API group.
    SCALE_TARGET = "api/autoscaler-target", scale_target;
    mirrors "autoscaling validation.ValidateCrossVersionObjectReference, ValidateAPIVersion";
    on &["autoscaling.*.CrossVersionObjectReference"];
    accepted "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}, maxReplicas: 4}\n";
    rejected "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a/b}, maxReplicas: 4}\n";
}

fn scale_target(cx: &mut Context<'_, '_>, reference: Node<'_>) {
    for key in ["kind", "name"] {
        required(cx, reference, key);
        Form(key, syntax::path_segment).check(cx, reference);
    }
    if cx.minor() < 34 {
        return;
    }
    let version = reference.str("apiVersion").unwrap_or("");
    let target = reference.key() == "scaleTargetRef";
    if version.matches('/').count() > 1 {
        cx.at(reference, &["apiVersion"], "expected a group and a version");
    } else if target && !version.contains('/') && reference.str("kind") != Some("ReplicationController") {
        cx.at(reference, &["apiVersion"], "expected an API group such as apps/v1");
    }
}

const METRICS: &[(&str, &str)] = &[
    ("object", "Object"),
    ("external", "External"),
    ("pods", "Pods"),
    ("resource", "Resource"),
    ("containerResource", "ContainerResource"),
];

check! {
    /// A metric has a type and the field that goes with it, and no other. Its target is a value, a mean or a share, as the
    /// type allows, and above zero.
    METRIC = "api/autoscaler-metric", metric;
    mirrors "autoscaling validation.validateMetricSpec, validateObjectSource, validateExternalSource, validatePodsSource, validateResourceSource, validateContainerResourceSource";
    on &["autoscaling.v2.MetricSpec", "autoscaling.v2beta2.MetricSpec"];
    accepted "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}, maxReplicas: 4, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]}\n";
    rejected "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}, maxReplicas: 4, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization}}}]}\n";
}

fn metric(cx: &mut Context<'_, '_>, metric: Node<'_>) {
    let names: Vec<&str> = METRICS.iter().map(|(_, name)| *name).collect();
    match metric.str("type") {
        Some(name) if !names.contains(&name) => {
            let known = names.join(", ");
            cx.at(metric, &["type"], format!("expected one of {known}, found {name:?}"));
        }
        Some(name) => {
            for (key, own) in METRICS {
                match (metric.get(key), *own == name) {
                    (None, true) => cx.missing(metric, key, format!("a metric of type {name} has a field `{key}`")),
                    (Some(other), false) => {
                        cx.error(other, format!("a metric of type {name} has no `{key}`"));
                    }
                    _ => {}
                }
            }
        }
        None => {}
    }
    let Some(source) = METRICS.iter().find_map(|(key, _)| metric.get(key)) else { return };
    let Some(target) = source.get("target").filter(|target| target.is_map()) else { return };
    let has = |key: &str| target.get(key).is_some();
    let (value, mean, share) = (has("value"), has("averageValue"), has("averageUtilization"));
    match source.key() {
        "object" | "external" if !value && !mean => {
            cx.at(target, &["averageValue"], "the target is a `value` or an `averageValue`");
        }
        "external" if value && mean => {
            cx.at(target, &["value"], "the target is a `value` or an `averageValue`, not both")
        }
        "pods" if !mean => cx.at(target, &["averageValue"], "the target of pods is an `averageValue`"),
        "resource" | "containerResource" if !share && !mean => {
            cx.at(target, &["averageUtilization"], "the target is an `averageUtilization` or an `averageValue`");
        }
        "resource" | "containerResource" if share && mean => {
            cx.at(target, &["averageValue"], "the target is an `averageUtilization` or an `averageValue`, not both");
        }
        _ => {}
    }
}

check! {
    /// Parts of metrics and of the behaviour of autoscalers: names, targets above zero, and policies that let a number or a
    /// share of pods change in at most half an hour.
    AUTOSCALER_FIELDS = "api/autoscaler-fields";
    mirrors "autoscaling validation.validateMetricTarget, validateMetricIdentifier, validateScalingRules, validateScalingPolicy";
    table &[
        ("autoscaling.v2.MetricIdentifier", &[Required(&["name"]), Form("name", syntax::path_segment)]),
        ("autoscaling.v2.ResourceMetricSource", &[Required(&["name"])]),
        ("autoscaling.v2.ContainerResourceMetricSource", &[
            Required(&["name", "container"]),
            Form("name", super::resources::container_resource),
            Form("container", syntax::dns_label),
        ]),
        ("autoscaling.v2.MetricTarget", &[
            OneOf("type", &["Utilization", "Value", "AverageValue"]),
            Positive("value"),
            Positive("averageValue"),
            Range("averageUtilization", 1, i64::MAX),
        ]),
        ("autoscaling.v2.HPAScalingRules", &[
            Range("stabilizationWindowSeconds", 0, 3600),
            OneOf("selectPolicy", &["Disabled", "Max", "Min"]),
            Since(35, &NotNegative("tolerance")),
        ]),
        ("autoscaling.v2.HPAScalingPolicy", &[
            OneOf("type", &["Percent", "Pods"]),
            Range("value", 1, i64::MAX),
            Range("periodSeconds", 1, 1800),
        ]),
        ("autoscaling.v1.HorizontalPodAutoscalerSpec", &[Range("targetCPUUtilizationPercentage", 1, i64::MAX)]),
    ];
    accepted "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}, maxReplicas: 4, behavior: {scaleUp: {policies: [{type: Pods, value: 1, periodSeconds: 60}]}}}\n";
    rejected "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}, maxReplicas: 4, behavior: {scaleUp: {policies: [{type: Pods, value: 1, periodSeconds: 3600}]}}}\n";
}

check! {
    /// Rules of scaling that are there name at least one policy.
    SCALING_POLICIES = "api/autoscaler-policies", policies;
    mirrors "autoscaling validation.validateScalingRules";
    on &["autoscaling.v2.HPAScalingRules", "autoscaling.v2beta2.HPAScalingRules"];
    accepted "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}, maxReplicas: 4, behavior: {scaleUp: {selectPolicy: Max}}}\n";
    rejected "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}, maxReplicas: 4, behavior: {scaleUp: {policies: []}}}\n";
}

fn policies(cx: &mut Context<'_, '_>, rules: Node<'_>) {
    if let Some(list) = rules.get("policies").filter(|list| is_blank(*list)) {
        cx.error(list, "expected at least one policy, found none");
    }
}
