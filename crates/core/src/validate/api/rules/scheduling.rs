//! Tolerations, affinity, spread, priority.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use crate::validate::api::table::Rule::{Exact, OneOf, Range, Required};
use crate::validate::api::table::some;
use std::collections::HashSet;

check! {
    /// A toleration has a known operator and effect; one with `Exists` has no value, one without a key tolerates
    /// everything with `Exists`, and `tolerationSeconds` needs the effect `NoExecute`. Keys and values have the forms of
    /// labels.
    TOLERATION = "api/toleration", toleration;
    mirrors "core validation.ValidateTolerations";
    on &["core.v1.Toleration"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {tolerations: [{key: a, operator: Exists, effect: NoSchedule}], containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {tolerations: [{key: a, operator: Exists, value: b}], containers: [{name: a, image: a}]}\n";
}

fn toleration(cx: &mut Context<'_, '_>, toleration: Node<'_>) {
    let text = |key: &str| toleration.str(key).unwrap_or("");
    super::allowed(cx, toleration, "operator", &["Equal", "Exists"]);
    super::allowed(cx, toleration, "effect", &["NoSchedule", "PreferNoSchedule", "NoExecute"]);
    if let Some((node, key)) = some(toleration, "key")
        && let Err(problem) = syntax::qualified_name(key)
    {
        cx.problem(&problem).error(node, format!("{} cannot be the key of a taint: {problem}", quoted(key)));
    }
    if text("operator") == "Exists" && !text("value").is_empty() {
        cx.at(toleration, &["operator"], "a toleration with the operator Exists has no value");
    }
    if matches!(text("operator"), "" | "Equal")
        && let Err(problem) = syntax::label_value(text("value"))
    {
        cx.problem(&problem).at(
            toleration,
            &["operator"],
            format!("{} cannot be the value of a taint: {problem}", quoted(text("value"))),
        );
    }
    if text("key").is_empty()
        && text("operator") != "Exists"
        && toleration.get("operator").is_none_or(|o| o.as_str().is_some())
    {
        cx.at(toleration, &["operator"], "a toleration without a key needs the operator Exists");
    }
    if toleration.get("tolerationSeconds").is_some() && text("effect") != "NoExecute" {
        cx.at(toleration, &["effect"], "`tolerationSeconds` needs the effect NoExecute");
    }
}

/// One requirement of nodes, by their labels.
fn label_requirement(cx: &mut Context<'_, '_>, requirement: Node<'_>, values_count: bool) {
    let values = requirement.get("values").map_or(0, Node::len);
    if let Some(operator) = requirement.get("operator") {
        match operator.as_str() {
            Some(name @ ("In" | "NotIn")) if values == 0 => {
                cx.at(requirement, &["values"], format!("the operator {name} needs values"));
            }
            Some(name @ ("Exists" | "DoesNotExist")) if values > 0 => {
                cx.at(requirement, &["values"], format!("the operator {name} takes no values"));
            }
            Some(name @ ("Gt" | "Lt")) if values != 1 => {
                cx.at(requirement, &["values"], format!("the operator {name} needs one value, found {values}"));
            }
            Some("In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt") | None => {}
            Some(_) => {
                let found = operator.found();
                cx.error(operator, format!("expected In, NotIn, Exists, DoesNotExist, Gt or Lt, found {found}"));
            }
        }
    }
    Exact("key", syntax::qualified_name).check(cx, requirement);
    if values_count {
        for value in requirement.list("values") {
            if let Some(text) = value.as_str()
                && let Err(problem) = syntax::label_value(text)
            {
                cx.problem(&problem)
                    .error(value, format!("{} cannot be the value of a label: {problem}", quoted(text)));
            }
        }
    }
}

/// One requirement of nodes, by their fields.
fn field_requirement(cx: &mut Context<'_, '_>, requirement: Node<'_>) {
    let values = requirement.get("values").map_or(0, Node::len);
    if let Some(operator) = requirement.get("operator") {
        match operator.as_str() {
            Some("In" | "NotIn") if values != 1 => {
                cx.at(requirement, &["values"], format!("expected one value of a field, found {values}"));
            }
            Some("In" | "NotIn") | None => {}
            Some(_) => cx.error(operator, format!("expected In or NotIn, found {}", operator.found())),
        }
    }
    if let Some(key) = requirement.get("key") {
        if key.as_str() != Some("metadata.name") {
            return cx.error(key, format!("expected metadata.name, found {}", key.found()));
        }
        for value in requirement.list("values") {
            if let Some(text) = value.as_str()
                && let Err(problem) = syntax::dns_subdomain(text)
            {
                cx.problem(&problem).error(value, format!("no node is called {}: {problem}", quoted(text)));
            }
        }
    }
}

check! {
    /// What a pod or a volume asks of nodes has known operators, with values where they need them, and keys of labels or
    /// the field `metadata.name`.
    NODE_AFFINITY = "api/node-affinity", node_affinity;
    mirrors "core validation.ValidateNodeSelectorRequirement, ValidateNodeFieldSelectorRequirement";
    on &["core.v1.NodeSelectorTerm", "core.v1.NodeSelector"];
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
    let preferred = node.key() == "preference";
    let strict = cx.minor() >= 32;
    for requirement in node.list("matchExpressions") {
        label_requirement(cx, requirement, strict && !preferred);
    }
    for requirement in node.list("matchFields") {
        field_requirement(cx, requirement);
    }
}

/// Keys of labels that are matched with those of the new pod: each is a key of a label, beside a selector.
fn label_keys(cx: &mut Context<'_, '_>, term: Node<'_>, list: &str) {
    let Some(keys) = term.get(list).filter(|keys| keys.is_list() && !keys.is_empty()) else { return };
    if term.get("labelSelector").is_none() {
        return cx.error(keys, format!("`{list}` needs a `labelSelector`"));
    }
    for key in keys.items() {
        let text = key.as_str().unwrap_or("");
        if let Err(problem) = syntax::qualified_name(text) {
            cx.problem(&problem).error(key, format!("{} cannot be the key of a label: {problem}", quoted(text)));
        }
    }
}

/// How often a selector may say something of a label that the server adds itself: it does so for a Pod with that label.
fn free(term: Node<'_>, key: &str) -> usize {
    let root = term.root();
    let own = root.str("kind") == Some("Pod")
        && root.path(&["metadata", "labels"]).is_some_and(|labels| labels.get_raw(key).is_some());
    usize::from(!own)
}

/// Whether a selector says something of a label more than once, or once.
fn mentions(term: Node<'_>, key: &str) -> usize {
    let Some(selector) = term.get("labelSelector") else { return 0 };
    let labels = usize::from(selector.get("matchLabels").is_some_and(|labels| labels.get_raw(key).is_some()));
    labels + selector.list("matchExpressions").filter(|expression| expression.str("key") == Some(key)).count()
}

check! {
    /// A term of affinity names the label that it is about; preferences weigh between 1 and 100; namespaces have names,
    /// and keys of labels of the pod itself stand beside a selector.
    AFFINITY_TERM = "api/affinity-term", affinity_term;
    mirrors "core validation.validatePodAffinityTerm, validateWeightedPodAffinityTerms, ValidatePreferredSchedulingTerms, ValidateMatchLabelKeysAndMismatchLabelKeys";
    on &["core.v1.PodAffinityTerm", "core.v1.WeightedPodAffinityTerm", "core.v1.PreferredSchedulingTerm"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone}]}}, containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: ''}]}}, containers: [{name: a, image: a}]}\n";
}

fn affinity_term(cx: &mut Context<'_, '_>, term: Node<'_>) {
    Exact("topologyKey", syntax::qualified_name).check(cx, term);
    Range("weight", 1, 100).check(cx, term);
    for name in term.list("namespaces") {
        let text = name.as_str().unwrap_or("");
        if let Err(problem) = syntax::dns_label(text) {
            cx.problem(&problem).error(name, format!("there can be no namespace {}: {problem}", quoted(text)));
        }
    }
    if cx.minor() < 31 {
        return;
    }
    label_keys(cx, term, "matchLabelKeys");
    label_keys(cx, term, "mismatchLabelKeys");
    for key in term.list("matchLabelKeys") {
        let Some(text) = key.as_str() else { continue };
        if term.list("mismatchLabelKeys").any(|other| other.as_str() == Some(text)) {
            cx.error(key, format!("{} is among the mismatchLabelKeys too", quoted(text)));
        }
        if mentions(term, text) > free(term, text) {
            cx.error(key, format!("the selector says something of {} too", quoted(text)));
        }
    }
}

check! {
    /// Constraints on how pods spread have a positive `maxSkew` and `minDomains`, a known answer to what cannot be
    /// satisfied, and no two are about the same label with the same answer.
    TOPOLOGY_SPREAD = "api/topology-spread", topology_spread;
    mirrors "core validation.validateTopologySpreadConstraints, ValidateSpreadConstraintNotRepeat, validateMinDomains";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}], containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {topologySpreadConstraints: [{maxSkew: 0, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}], containers: [{name: a, image: a}]}\n";
}

fn topology_spread(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    let mut seen = HashSet::new();
    for constraint in pod.list("topologySpreadConstraints").filter(|constraint| constraint.is_map()) {
        let rules = [
            Range("maxSkew", 1, i64::MAX),
            Required(&["topologyKey"]),
            OneOf("whenUnsatisfiable", &["DoNotSchedule", "ScheduleAnyway"]),
            Range("minDomains", 1, i64::MAX),
            OneOf("nodeAffinityPolicy", &["Honor", "Ignore"]),
            OneOf("nodeTaintsPolicy", &["Honor", "Ignore"]),
        ];
        rules.into_iter().for_each(|rule| rule.check(cx, constraint));
        let (key, answer) = (constraint.str("topologyKey"), constraint.str("whenUnsatisfiable"));
        if constraint.get("minDomains").is_some() && answer != Some("DoNotSchedule") {
            cx.at(constraint, &["minDomains"], "`minDomains` needs whenUnsatisfiable: DoNotSchedule");
        }
        if let (Some(key), Some(answer)) = (key, answer)
            && !seen.insert((key, answer))
        {
            cx.error(
                constraint,
                format!("another constraint has the same topologyKey and whenUnsatisfiable ({key}, {answer})"),
            );
        }
        label_keys(cx, constraint, "matchLabelKeys");
        // From 1.34 on the keys are merged into the selector.
        let merged = cx.minor() >= 34;
        for key in constraint.list("matchLabelKeys") {
            let most = |text: &str| if merged { free(constraint, text) } else { 0 };
            if key.as_str().is_some_and(|text| mentions(constraint, text) > most(text)) {
                cx.error(key, "the selector says something of this label too");
            }
        }
    }
}

check! {
    /// The value of a user's priority class is at most 1000000000, and names that start with `system-` are the system's.
    PRIORITY_CLASS = "api/priority-class", priority_class;
    mirrors "scheduling validation.ValidatePriorityClass";
    on &["scheduling.*.PriorityClass"];
    accepted "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 1000\n";
    rejected "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 2000000000\n";
}

fn priority_class(cx: &mut Context<'_, '_>, class: Node<'_>) {
    let name = class.path(&["metadata", "name"]);
    let text = name.and_then(Node::as_str).unwrap_or("");
    OneOf("preemptionPolicy", &["PreemptLowerPriority", "Never"]).check(cx, class);
    let system = match text {
        "system-node-critical" => Some(2_000_001_000),
        "system-cluster-critical" => Some(2_000_000_000),
        _ => None,
    };
    let value = class.int("value").unwrap_or(0);
    if let Some(name) = name.filter(|_| text.starts_with("system-")) {
        if system != Some(value) || class.bool("globalDefault") == Some(true) {
            cx.error(name, "names that start with `system-` are the system's own");
        }
    } else if value > 1_000_000_000 {
        cx.at(class, &["value"], format!("expected at most 1000000000, found {value}"));
    }
}
