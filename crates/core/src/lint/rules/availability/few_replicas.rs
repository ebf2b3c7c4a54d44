//! `availability/few-replicas`: a Deployment with a single pod.

use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// While its node is drained, or the pod is replaced, nobody answers.
    FEW_REPLICAS = "availability/few-replicas", Warning, "a Deployment with a single pod";
    help "set `replicas` to 2 or more, or leave it to a HorizontalPodAutoscaler";
    profiles [];
    aliases ["minimum-three-replicas", "deployment-replicas", "deploymentMissingReplicas", "zero-replicas"];
    Object check;
    options { "least" = Number(2), "the fewest pods that are enough"; }
    bad manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: example.com/web:1.2}]}}}\n";
    good manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: example.com/web:1.2}]}}}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let Some(spec) = object.spec().filter(|_| object.is("apps", "Deployment")) else { return };
    let least = lint.set.number("least");
    if let Some(replicas) = spec.get("replicas").filter(|replicas| replicas.as_int().is_some_and(|n| n < least)) {
        lint.unwanted(replicas);
        lint.cured(Some(least.to_string()));
    }
}
