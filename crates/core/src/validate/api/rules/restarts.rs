//! How containers start again, and what init containers and ephemeral ones cannot have.

use crate::kube::tree::Node;
use crate::validate::api::check::{Context, check};
use crate::validate::api::table::Rule::OneOf;
use std::collections::HashSet;

/// From this minor version on every container can say when it starts again.
const RULES: u32 = 35;
/// From here on servers that do not look at them drop the policies that they do not know.
const DROPPED: u32 = 34;

check! {
    /// Init containers that end have no probes and no lifecycle: only those with the restart policy `Always` run on beside
    /// the others. From Kubernetes 1.35 on every container can say when it starts again, with rules beside.
    CONTAINER_RESTART = "api/container-restart", restarts;
    mirrors "core validation.validateInitContainers, validateInitContainerRestartPolicy, validateContainerRestartPolicy";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {initContainers: [{name: b, image: a, restartPolicy: Always, livenessProbe: {exec: {command: [a]}}}], containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {initContainers: [{name: b, image: a, livenessProbe: {exec: {command: [a]}}}], containers: [{name: a, image: a}]}\n";
}

fn restarts(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    let minor = cx.minor();
    for container in pod.list("initContainers") {
        let policy = container.str("restartPolicy").filter(|_| minor >= 29);
        if policy != Some("Always") {
            for key in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] {
                if let Some(node) = container.get(key) {
                    cx.error(node, format!("an init container has no `{key}` unless its restartPolicy is Always"));
                }
            }
            for policy in container.list("resizePolicy").filter(|_| minor >= 33) {
                if let Some(node) = policy.get("restartPolicy").filter(|node| node.as_str() == Some("RestartContainer"))
                {
                    cx.error(node, "an init container that ends is not restarted to be resized");
                }
            }
        }
        if minor >= RULES {
            restart_rules(cx, container);
        } else if (29..DROPPED).contains(&minor) {
            OneOf("restartPolicy", &["Always"]).check(cx, container);
        }
    }
    for container in pod.list("containers") {
        if minor >= RULES {
            restart_rules(cx, container);
        } else if (29..DROPPED).contains(&minor)
            && let Some(policy) = container.get("restartPolicy")
        {
            cx.error(policy, "only init containers have a restartPolicy of their own");
        }
    }
}

fn restart_rules(cx: &mut Context<'_, '_>, container: Node<'_>) {
    OneOf("restartPolicy", &["Always", "Never", "OnFailure"]).check(cx, container);
    let rules = container.get("restartPolicyRules").filter(|rules| rules.is_list() && !rules.is_empty());
    let Some(rules) = rules else { return };
    if container.get("restartPolicy").is_none() {
        cx.missing(container, "restartPolicy", "rules need a `restartPolicy`");
    }
    if rules.len() > 20 {
        cx.error(rules, format!("expected at most 20 rules, found {}", rules.len()));
    }
    let actions: &[&str] = if cx.minor() >= 36 { &["Restart", "RestartAllContainers"] } else { &["Restart"] };
    for rule in rules.items().filter(|rule| rule.is_map()) {
        OneOf("action", actions).check(cx, rule);
        match rule.get("exitCodes") {
            None => cx.missing(rule, "exitCodes", "a rule says for which `exitCodes`"),
            Some(codes) => {
                OneOf("operator", &["In", "NotIn"]).check(cx, codes);
                if let Some(values) = codes.get("values").filter(|values| values.len() > 255) {
                    cx.error(values, format!("expected at most 255 values, found {}", values.len()));
                }
            }
        }
    }
}

check! {
    /// Ephemeral containers are put into pods that run: they are not in new pods and not in templates.
    EPHEMERAL_CONTAINER = "api/ephemeral-container", ephemeral;
    mirrors "core validation.ValidatePodCreate, ValidatePodTemplateSpec";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {ephemeralContainers: [], containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {ephemeralContainers: [{name: b, image: a}], containers: [{name: a, image: a}]}\n";
}

fn ephemeral(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    if let Some(list) = pod.get("ephemeralContainers").filter(|list| !list.is_empty()) {
        cx.error(list, "ephemeral containers cannot be created with a pod");
    }
}

check! {
    /// A container says once for cpu and once for memory whether it is restarted to be resized; where its pod never
    /// restarts, it is not.
    RESIZE_POLICY = "api/resize-policy", resize;
    mirrors "core validation.validateResizePolicy";
    on &[super::CONTAINER];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, resizePolicy: [{resourceName: cpu, restartPolicy: Never}]}]}\n";
}

fn resize(cx: &mut Context<'_, '_>, container: Node<'_>) {
    let Some(list) = container.get("resizePolicy").filter(|_| cx.minor() >= 33) else { return };
    let pod = container.parent().and_then(|list| list.parent());
    let never = pod.and_then(|pod| pod.str("restartPolicy")) == Some("Never");
    let mut seen = HashSet::new();
    for policy in list.items().filter(|policy| policy.is_map()) {
        if let Some((node, name)) = crate::validate::api::table::text(policy, "resourceName") {
            if !matches!(name, "cpu" | "memory") {
                cx.beside(list, node, format!("expected cpu or memory, found {}", node.found()));
            } else if !seen.insert(name) {
                cx.error(policy, format!("another entry is about {name}"));
            }
        }
        if let Some((node, name)) = crate::validate::api::table::text(policy, "restartPolicy") {
            if !matches!(name, "NotRequired" | "RestartContainer") {
                cx.beside(list, node, format!("expected NotRequired or RestartContainer, found {}", node.found()));
            } else if never && name != "NotRequired" {
                cx.beside(list, node, "expected NotRequired in a pod that never restarts");
            }
        }
    }
}
