//! `reference/stateful-service`: a StatefulSet whose Service is not there.

use crate::lint::release::{Found, Release};
use crate::lint::rule::rule;

rule! {
    /// Its pods get no names of their own in DNS.
    STATEFUL_SERVICE = "reference/stateful-service", Warning, "a StatefulSet whose Service is not there";
    help "make the headless Service that `serviceName` names";
    profiles [Strict];
    aliases ["statefulset-has-servicename"];
    Release check;
    bad manifest "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {serviceName: b, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: example.com/a:1}]}}}\n";
    good manifest "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {serviceName: b, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: example.com/a:1}]}}}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {clusterIP: None, selector: {app: a}, ports: [{port: 80}]}\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    release.dangling(|object| object.is("apps", "StatefulSet"), &["Service"], found);
}
