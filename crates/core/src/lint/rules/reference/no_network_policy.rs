//! `reference/no-network-policy`: pods that no NetworkPolicy holds.

use crate::diag::Fact;
use crate::lint::release::{Found, Release, Summary};
use crate::lint::rule::rule;

rule! {
    /// Everything in the cluster may talk to them, and they to everything.
    NO_NETWORK_POLICY = "reference/no-network-policy", Warning, "pods that no NetworkPolicy holds";
    help "add a NetworkPolicy that selects them";
    profiles [];
    aliases ["non-isolated-pod", "pod-networkpolicy", "missingNetworkPolicy"];
    Release check;
    bad manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n";
    good manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    let policies = || release.objects.iter().filter(|(_, object)| object.is("networking.k8s.io", "NetworkPolicy"));
    for (document, object) in &release.objects {
        let Some(pods) = &object.pods else { continue };
        let holds = |policy: &Summary| policy.selector.as_ref().is_none_or(|selector| selector.matches(&pods.labels));
        if !policies().any(|(_, policy)| holds(policy)) {
            let says = format!("no NetworkPolicy of this release selects the pods of `{}`", object.name);
            found.extend(release.found(*document, &object.at, Fact::Remark { says }));
        }
    }
}
