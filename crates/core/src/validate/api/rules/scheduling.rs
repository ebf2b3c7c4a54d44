//! Tolerations, affinity, spread, priority.

use crate::kube::tree::Node;
use crate::validate::api::check::{Context, check};
use std::collections::HashSet;

check! {
    /// A toleration with the operator `Exists` has no value, one without a key has the operator `Exists`, effects have
    /// known names, and `tolerationSeconds` goes with `NoExecute`.
    TOLERATION = "api/toleration", toleration;
    mirrors "core validation.ValidateTolerations";
    on &["io.k8s.api.core.v1.Toleration"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {tolerations: [{operator: Exists}], containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {tolerations: [{key: a, operator: Exists, value: b}], containers: [{name: a, image: a}]}\n";
}

fn toleration(cx: &mut Context<'_, '_>, toleration: Node<'_>) {
    let text = |key: &str| toleration.str(key).unwrap_or("");
    // Kubernetes 1.35 knows more operators.
    if cx.minor() < 35 {
        super::allowed(cx, toleration, "operator", &["Equal", "Exists"]);
    }
    super::allowed(cx, toleration, "effect", &["NoSchedule", "PreferNoSchedule", "NoExecute"]);
    if text("operator") == "Exists"
        && !text("value").is_empty()
        && let Some(value) = toleration.get("value")
    {
        cx.error(value, "a toleration with the operator Exists has no value");
    }
    if text("key").is_empty()
        && text("operator") != "Exists"
        && toleration.get("operator").is_none_or(|o| o.as_str().is_some())
    {
        cx.missing(toleration, "operator", "a toleration without a key needs the operator Exists");
    }
    if let Some(seconds) = toleration.get("tolerationSeconds")
        && text("effect") != "NoExecute"
    {
        cx.error(seconds, "`tolerationSeconds` needs the effect NoExecute");
    }
}

check! {
    /// In a node's affinity, `In` and `NotIn` have values, `Exists` and `DoesNotExist` have none, `Gt` and `Lt` have one.
    NODE_AFFINITY = "api/node-affinity", node_affinity;
    mirrors "core validation.ValidateNodeSelectorRequirement, ValidateNodeSelector";
    on &["io.k8s.api.core.v1.NodeSelectorTerm", "io.k8s.api.core.v1.NodeSelector"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Exists}]}]}}}, containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In}]}]}}}, containers: [{name: a, image: a}]}\n";
}

fn node_affinity(cx: &mut Context<'_, '_>, node: Node<'_>) {
    if let Some(terms) = node.get("nodeSelectorTerms") {
        if terms.is_list() && terms.is_empty() {
            cx.error(terms, "expected at least one term, found none");
        }
        return;
    }
    for requirement in node.list("matchExpressions") {
        let Some(operator) = requirement.get("operator") else { continue };
        let values = requirement.get("values").map_or(0, Node::len);
        match operator.as_str() {
            Some(name @ ("In" | "NotIn")) if values == 0 => {
                cx.missing(requirement, "values", format!("the operator {name} needs values"));
            }
            Some(name @ ("Exists" | "DoesNotExist")) if values > 0 => {
                let place = requirement.get("values").unwrap_or(requirement);
                cx.error(place, format!("the operator {name} takes no values"));
            }
            Some(name @ ("Gt" | "Lt")) if values != 1 => {
                cx.missing(requirement, "values", format!("the operator {name} needs one value, found {values}"));
            }
            Some("In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt") | None => {}
            Some(_) => {
                let found = operator.found();
                cx.error(operator, format!("expected In, NotIn, Exists, DoesNotExist, Gt or Lt, found {found}"));
            }
        }
    }
}

check! {
    /// A term of pod affinity has a `topologyKey`, and preferences have weights between 1 and 100.
    AFFINITY_TERM = "api/affinity-term", affinity_term;
    mirrors "core validation.validatePodAffinityTerm, validateWeightedPodAffinityTerms, ValidatePreferredSchedulingTerms";
    on &[
        "io.k8s.api.core.v1.PodAffinityTerm",
        "io.k8s.api.core.v1.WeightedPodAffinityTerm",
        "io.k8s.api.core.v1.PreferredSchedulingTerm",
    ];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 100, podAffinityTerm: {topologyKey: kubernetes.io/hostname}}]}}, containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 0, podAffinityTerm: {topologyKey: kubernetes.io/hostname}}]}}, containers: [{name: a, image: a}]}\n";
}

fn affinity_term(cx: &mut Context<'_, '_>, term: Node<'_>) {
    if let Some(key) = term.get("topologyKey")
        && key.as_str() == Some("")
    {
        cx.error(key, "the topology key is empty");
    }
    if let Some(weight) = term.get("weight")
        && weight.as_int().is_some_and(|n| !(1..=100).contains(&n))
    {
        cx.error(weight, format!("expected a weight between 1 and 100, found {}", weight.found()));
    }
}

check! {
    /// A topology spread constraint has a `maxSkew` above zero, a known answer to what cannot be satisfied, and no
    /// other constraint has its key and answer.
    TOPOLOGY_SPREAD = "api/topology-spread", topology_spread;
    mirrors "core validation.validateTopologySpreadConstraints";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}], containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {topologySpreadConstraints: [{maxSkew: 0, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}], containers: [{name: a, image: a}]}\n";
}

fn topology_spread(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    let mut seen = HashSet::new();
    for constraint in pod.list("topologySpreadConstraints") {
        if let Some(skew) = constraint.get("maxSkew")
            && skew.as_int().is_some_and(|n| n <= 0)
        {
            cx.error(skew, format!("expected a number above 0, found {}", skew.found()));
        }
        super::allowed(cx, constraint, "whenUnsatisfiable", &["DoNotSchedule", "ScheduleAnyway"]);
        if let (Some(key), Some(answer)) = (constraint.str("topologyKey"), constraint.str("whenUnsatisfiable"))
            && !seen.insert((key, answer))
        {
            cx.error(
                constraint,
                format!("another constraint has the same topologyKey and whenUnsatisfiable ({key}, {answer})"),
            );
        }
    }
}

check! {
    /// A priority class of one's own has a value of at most a billion and no name that starts with `system-`.
    PRIORITY_CLASS = "api/priority-class", priority_class;
    mirrors "scheduling validation.ValidatePriorityClass";
    on &["io.k8s.api.scheduling.v1.PriorityClass"];
    accepted "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 1000000000\n";
    rejected "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 1000000001\n";
}

fn priority_class(cx: &mut Context<'_, '_>, class: Node<'_>) {
    let name = class.path(&["metadata", "name"]);
    let text = name.and_then(Node::as_str).unwrap_or("");
    if matches!(text, "system-node-critical" | "system-cluster-critical") {
        return;
    }
    if let Some(name) = name
        && text.starts_with("system-")
    {
        cx.error(name, "names that start with `system-` are the system's own");
    }
    if let Some(value) = class.get("value")
        && value.as_int().is_some_and(|n| n > 1_000_000_000)
    {
        cx.error(value, format!("expected at most 1000000000, found {}", value.found()));
    }
    super::allowed(cx, class, "preemptionPolicy", &["PreemptLowerPriority", "Never"]);
}
