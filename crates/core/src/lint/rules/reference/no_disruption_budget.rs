//! `reference/no-disruption-budget`: a workload with several pods and no PodDisruptionBudget.

use crate::diag::Fact;
use crate::lint::release::{Found, Release, Summary};
use crate::lint::rule::rule;

rule! {
    /// All of them may be evicted at once when nodes are drained.
    NO_DISRUPTION_BUDGET = "reference/no-disruption-budget", Warning, "a workload with several pods and no PodDisruptionBudget";
    help "add a PodDisruptionBudget that selects them";
    profiles [];
    aliases ["deployment-has-poddisruptionbudget", "statefulset-has-poddisruptionbudget", "missingPodDisruptionBudget"];
    Release check;
    bad manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 3\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n";
    good manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 3\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, maxUnavailable: 1}\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    let budgets = || release.objects.iter().filter(|(_, object)| object.is("policy", "PodDisruptionBudget"));
    for (document, object) in &release.objects {
        let several = object.replicas.as_ref().is_some_and(|(replicas, _)| *replicas > 1);
        let Some(pods) = object.pods.as_ref().filter(|_| several && object.group == "apps") else { continue };
        let holds = |budget: &Summary| budget.selector.as_ref().is_some_and(|selector| selector.matches(&pods.labels));
        if !budgets().any(|(_, budget)| holds(budget)) {
            let says = format!("no PodDisruptionBudget of this release selects the pods of `{}`", object.name);
            found.extend(release.found(*document, &object.at, Fact::Remark { says }));
        }
    }
}
