//! Jobs: what of them is settled when they are created.

use super::change::{Change, Difference};
use super::check::Fixed::At;
use super::check::update;
use crate::kube::tree::Node;

update! {
    /// What a Job selects, how it counts its pods and what makes it fail or succeed cannot be changed. A Job that is made
    /// anew for every release has the release's number in its name, or is a hook.
    JOB = "update/job";
    mirrors "batch validation.ValidateJobSpecUpdate";
    table &[("batch/Job", &[
        At("spec.selector"), At("spec.completionMode"), At("spec.podFailurePolicy"), At("spec.backoffLimitPerIndex"),
        At("spec.managedBy"), At("spec.successPolicy"),
    ])];
    old "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {completions: 2, template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n";
    accepted "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {completions: 2, backoffLimit: 3, template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n";
    refused "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {completions: 2, completionMode: Indexed, template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n";
}

update! {
    /// The completions of a Job cannot be changed; those of an indexed one only together with its parallelism.
    COMPLETIONS = "update/job-completions", completions;
    mirrors "batch validation.validateCompletions";
    on &["batch/Job"];
    old "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {completions: 2, template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n";
    accepted "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {completions: 2, parallelism: 2, template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n";
    refused "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {completions: 3, template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n";
}

fn completions(change: &mut Change<'_, '_, '_>) {
    const PATH: &str = "spec.completions";
    let number = |node: Option<Node<'_>>| node.and_then(Node::as_int);
    let (old, new) = change.both(PATH);
    let parallelism = change.both("spec.parallelism");
    let before = match number(old) {
        // A Job that says neither has one of each.
        None if parallelism.0.is_none() => Some(1),
        other => other,
    };
    let after = number(new);
    if (old.is_none() && new.is_none()) || before == after {
        return;
    }
    let difference = Difference { old, new };
    match change.texts("spec.completionMode").1 {
        Some("Indexed") if after.is_some_and(|after| after != number(parallelism.1).unwrap_or(1)) => {
            change.rule(PATH, "the completions of an indexed Job go with its parallelism", difference);
        }
        Some("Indexed") => {}
        _ => change.refuse(PATH, PATH, difference),
    }
}

update! {
    /// The pod template of a Job cannot be changed. Of a suspended one, the metadata and where its pods may run can, and
    /// from Kubernetes 1.36 on the resources of its containers.
    JOB_TEMPLATE = "update/job-template", template;
    mirrors "batch validation.validatePodTemplateUpdate";
    on &["batch/Job"];
    old "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n";
    accepted "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, labels: {a: b}}\nspec: {ttlSecondsAfterFinished: 60, template: {spec: {restartPolicy: Never, terminationGracePeriodSeconds: 30, containers: [{name: a, image: a}]}}}\n";
    refused "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}\n";
}

/// From here on the resources of a suspended Job can be changed.
const RESOURCES: u32 = 36;

/// What can be changed of the template of a suspended Job.
const SUSPENDED: &[&str] = &[
    "metadata.annotations",
    "metadata.labels",
    "spec.affinity.nodeAffinity",
    "spec.nodeSelector",
    "spec.tolerations",
    "spec.schedulingGates",
];

fn template(change: &mut Change<'_, '_, '_>) {
    if change.both("spec.suspend").0.and_then(Node::as_bool) != Some(true) {
        return change.fixed("spec.template", "spec.template", &[]);
    }
    if change.minor() < RESOURCES {
        return change.fixed("spec.template", "spec.template", SUSPENDED);
    }
    let within = |path: &&&str| path.starts_with("spec.");
    let mut apart: Vec<&str> = SUSPENDED.iter().filter(within).filter_map(|path| path.strip_prefix("spec.")).collect();
    apart.extend(["containers.*.resources", "initContainers.*.resources"]);
    change.fixed("spec.template.spec", "spec.template.spec", &apart);
}
