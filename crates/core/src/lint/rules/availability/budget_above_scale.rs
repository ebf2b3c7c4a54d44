//! `availability/budget-above-scale`: a budget that wants more pods than an autoscaler keeps.

use crate::diag::Fact;
use crate::lint::release::{Found, Release};
use crate::lint::rule::rule;

rule! {
    /// When there is little to do, the autoscaler goes down to its least, and then no node with such a pod can be drained.
    BUDGET_ABOVE_SCALE = "availability/budget-above-scale", Warning, "a PodDisruptionBudget that wants as many pods as an autoscaler keeps, or more";
    help "let `minAvailable` be below `minReplicas`, or set `maxUnavailable: 1`";
    profiles [Default];
    aliases ["pdbMinAvailableGreaterThanHPAMinReplicas"];
    Release check;
    bad manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2}]}\n---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {minAvailable: 3, selector: {matchLabels: {app: web}}}\n---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {minReplicas: 2, maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n";
    good manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2}]}\n---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {minAvailable: 1, selector: {matchLabels: {app: web}}}\n---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {minReplicas: 2, maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    for (document, budget) in release.objects.iter().filter(|(_, o)| o.is("policy", "PodDisruptionBudget")) {
        let (Some(selector), Some((wanted, at))) = (&budget.selector, &budget.least) else { continue };
        for (workload, _) in release.selected(budget, selector) {
            let scales = |object: &crate::lint::Summary| {
                let targets = &object.references;
                object.is("autoscaling", "HorizontalPodAutoscaler")
                    && targets.iter().any(|target| target.kind == workload.kind && target.name == workload.name)
            };
            let Some((_, scaler)) = release.objects.iter().find(|(_, object)| scales(object)) else { continue };
            let least = scaler.least.as_ref().map_or(1, |(least, _)| *least);
            if *wanted >= least {
                let says =
                    format!("{wanted} pods must stay, and the autoscaler `{}` goes down to {least}", scaler.name);
                found.extend(release.found(*document, at, Fact::Remark { says }));
            }
        }
    }
}
