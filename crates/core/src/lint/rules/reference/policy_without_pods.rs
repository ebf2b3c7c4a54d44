//! `reference/policy-without-pods`: a NetworkPolicy or a PodDisruptionBudget that selects no pods.

use crate::lint::release::{Found, Release, Selector, Summary};
use crate::lint::rule::rule;

rule! {
    /// What it was meant for is not protected.
    POLICY_WITHOUT_PODS = "reference/policy-without-pods", Warning, "a NetworkPolicy or a PodDisruptionBudget that selects no pods";
    help "let its selector ask for labels that the pods have";
    profiles [Default];
    aliases ["dangling-networkpolicy", "networkpolicy-targets-pod"];
    Release check;
    bad manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {matchLabels: {app: wep}}, policyTypes: [Ingress]}\n";
    good manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    let policies = |object: &Summary| {
        object.is("networking.k8s.io", "NetworkPolicy") || object.is("policy", "PodDisruptionBudget")
    };
    for (document, policy) in release.objects.iter().filter(|(_, object)| policies(object)) {
        let fits = |selector: &&Selector| !selector.labels.is_empty() && !selector.more;
        let Some(selector) = policy.selector.as_ref().filter(fits) else { continue };
        if release.pods().next().is_none()
            || release.may_be_made()
            || release.is_elsewhere(policy)
            || !release.selected(policy, selector).is_empty()
        {
            continue;
        }
        let fact = selector.fits_no("Pods");
        found.extend(release.found(*document, &selector.at, fact));
    }
}
