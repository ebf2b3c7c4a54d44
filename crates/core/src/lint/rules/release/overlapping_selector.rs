//! `release/overlapping-selector`: two workloads, or two budgets, that ask for the same pods.

use crate::diag::Fact;
use crate::lint::release::{Found, Release, Summary};
use crate::lint::rule::rule;

rule! {
    /// Services and policies that mean the pods of one workload get those of both, and `kubectl` shows each the other's. Pods with two
    /// budgets are never evicted: the API refuses to choose.
    OVERLAPPING_SELECTOR = "release/overlapping-selector", Warning, "two workloads, or two budgets, that ask for the same pods";
    help "give each a label of its own, such as `app.kubernetes.io/component`, in its selector and on its pods";
    profiles [Strict];
    aliases [];
    Release check;
    bad manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2}]}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: worker}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: worker, image: example.com/web:1.2}]}\n";
    good manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2}]}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: worker}\nspec:\n  selector: {matchLabels: {app: worker}}\n  template:\n    metadata: {labels: {app: worker}}\n    spec: {containers: [{name: worker, image: example.com/web:1.2}]}\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    for (number, (document, object)) in release.objects.iter().enumerate() {
        let Some(selector) = object.selector.as_ref().filter(|s| !s.labels.is_empty() && !s.more) else { continue };
        let before = release.objects.iter().take(number).map(|(_, other)| *other);
        let meets = |other: &&Summary| other.is_near(object) && overlap(release, object, other);
        if let Some(other) = before.into_iter().find(meets) {
            let says = format!("the selector fits pods that {} {} asks for too", other.kind, other.name);
            found.extend(release.found(*document, &selector.at, Fact::Remark { says }));
        }
    }
}

/// Whether two objects ask for the same pods.
fn overlap(release: &Release<'_>, one: &Summary, other: &Summary) -> bool {
    let (Some(selector), Some(others)) = (&one.selector, &other.selector) else { return false };
    if others.more || others.labels.is_empty() {
        return false;
    }
    let is_workload = |object: &Summary| object.group == "apps";
    let is_budget = |object: &Summary| object.is("policy", "PodDisruptionBudget");
    match () {
        () if is_workload(one) && is_workload(other) => {
            let fits = |selector: &crate::lint::release::Selector, object: &Summary| {
                object.pods.as_ref().is_some_and(|pods| selector.matches(&pods.labels))
            };
            fits(selector, other) || fits(others, one)
        }
        () if is_budget(one) && is_budget(other) => {
            release.pods().any(|pods| selector.matches(&pods.labels) && others.matches(&pods.labels))
        }
        () => false,
    }
}
