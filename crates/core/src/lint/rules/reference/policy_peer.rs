//! `reference/policy-peer`: a NetworkPolicy that lets in or out pods that are not there.

use crate::lint::release::{Found, Release};
use crate::lint::rule::rule;

rule! {
    /// The label is misspelt, and whoever was meant is shut out; or the peer belongs to another release.
    POLICY_PEER = "reference/policy-peer", Warning, "a NetworkPolicy that lets in or out pods that are not there";
    help "let the peer ask for labels that pods have";
    profiles [];
    aliases ["dangling-networkpolicypeer-podselector"];
    Release check;
    bad manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2}]}\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: wep}}}]}]}\n";
    good manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2}]}\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    for (document, policy) in &release.objects {
        for peer in policy.peers.iter().filter(|peer| !peer.labels.is_empty() && !peer.more) {
            if release.may_be_made() || !release.selected(policy, peer).is_empty() {
                continue;
            }
            let fact = peer.fits_no("Pods");
            found.extend(release.found(*document, &peer.at, fact));
        }
    }
}
