//! `reference/scale-target`: an autoscaler for a workload that is not there.

use crate::lint::release::{Found, Release};
use crate::lint::rule::rule;

rule! {
    /// It scales nothing, and only its events say so.
    SCALE_TARGET = "reference/scale-target", Warning, "an autoscaler for a workload that is not there";
    help "name a workload of the release";
    profiles [Default];
    aliases ["dangling-horizontalpodautoscaler", "horizontalpodautoscaler-has-target"];
    Release check;
    bad manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {minReplicas: 1, maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: wep}}\n";
    good manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {minReplicas: 1, maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    release.dangling(
        |object| object.is("autoscaling", "HorizontalPodAutoscaler"),
        &["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"],
        found,
    );
}
