//! Workloads without what they are about: specifications, templates and containers that are not there.

use crate::kube::tree::Node;
use crate::validate::api::check::{Context, check};
use crate::validate::api::table::is_blank;

check! {
    /// A Pod has at least one container, and so has every template of pods.
    NO_CONTAINERS = "api/no-containers", containers;
    mirrors "core validation.validateContainers";
    on &["core.v1.PodSpec", "core.v1.PodTemplateSpec", "core.v1.Pod"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: []}\n";
}

fn containers(cx: &mut Context<'_, '_>, node: Node<'_>) {
    let owner = node.get("containers").is_none() && (node.key() == "template" || super::is_object(node));
    if owner {
        if node.get("spec").is_none() {
            cx.at(node, &["spec", "containers"], "there are no containers");
        }
    } else if let Some(list) = node.get("containers").filter(|list| is_blank(*list)) {
        cx.error(list, "there are no containers");
    }
}

check! {
    /// A workload has a specification, with a template of its pods and what selects them.
    NO_TEMPLATE = "api/no-template", template;
    mirrors "apps validation.ValidateDeploymentSpec, ValidateReplicaSetSpec, core validation.ValidateReplicationControllerSpec, batch validation.validateJobSpec";
    on &[
        "apps.v1.Deployment", "apps.v1.ReplicaSet", "apps.v1.StatefulSet", "apps.v1.DaemonSet", "batch.v1.Job", "batch.v1.CronJob",
        "core.v1.ReplicationController", "core.v1.PodTemplate",
    ];
    accepted "apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: a}\nspec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}}\n";
    rejected "apiVersion: v1\nkind: ReplicationController\nmetadata: {name: a}\nspec: {selector: {app: a}}\n";
}

fn template(cx: &mut Context<'_, '_>, object: Node<'_>) {
    let kind = object.str("kind").unwrap_or("");
    let (spec, has) = (object.get("spec"), |key: &str| object.get("spec").is_some_and(|spec| spec.get(key).is_some()));
    match kind {
        "PodTemplate" if object.get("template").is_none() => {
            cx.at(object, &["template", "spec", "containers"], "there are no containers");
        }
        "CronJob" => {
            if spec.is_none() {
                cx.at(object, &["spec", "schedule"], "the CronJob has no schedule");
            } else if let Some(job) = object.path(&["spec", "jobTemplate"])
                && job.path(&["spec", "template"]).is_none()
            {
                let message = "there are no containers";
                cx.at(job, &["spec", "template", "spec", "containers"], message);
            }
        }
        "Job" if spec.is_none() => {
            cx.at(object, &["spec", "template", "spec", "containers"], "there are no containers")
        }
        "ReplicationController" => {
            let labels = object.path(&["spec", "template", "metadata", "labels"]);
            let selector = object.path(&["spec", "selector"]);
            if selector.is_none_or(is_blank) && labels.is_none_or(is_blank) {
                cx.at(object, &["spec", "selector"], "the controller selects no pods");
            }
            if !has("template") {
                cx.at(object, &["spec", "template"], "the controller has no template of its pods");
            }
        }
        "DaemonSet" if spec.is_none() => {
            cx.at(object, &["spec", "template", "metadata", "labels"], "the workload selects no pods");
        }
        _ if spec.is_none() && !matches!(kind, "Job" | "PodTemplate") => {
            cx.at(object, &["spec", "selector"], "the workload selects no pods")
        }
        "ReplicaSet" if !has("template") => {
            cx.at(object, &["spec", "template", "spec", "containers"], "there are no containers");
        }
        _ => {}
    }
}
