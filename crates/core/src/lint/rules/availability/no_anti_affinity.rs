//! `availability/no-anti-affinity`: several pods that may all stand on one node.

use crate::lint::object::Pod;
use crate::lint::rule::{Lint, rule};

rule! {
    /// When that node goes, all of them go.
    NO_ANTI_AFFINITY = "availability/no-anti-affinity", Warning, "several pods that may all stand on one node";
    help "set a `podAntiAffinity`, or `topologySpreadConstraints` over `kubernetes.io/hostname`";
    profiles [];
    aliases ["no-anti-affinity", "deployment-has-host-podantiaffinity", "statefulset-has-host-podantiaffinity"];
    Pod check;
    bad manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 3\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n";
    good manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n";
}

fn check(lint: &mut Lint<'_>, pod: &Pod<'_>) {
    let several = pod.object.spec().and_then(|spec| spec.int("replicas")).is_some_and(|replicas| replicas > 1);
    let scales = pod.object.is_any("apps", &["Deployment", "StatefulSet"]) && several;
    let apart = pod.spec.path(&["affinity", "podAntiAffinity"]).is_some();
    if scales && !apart && pod.spec.list("topologySpreadConstraints").next().is_none() {
        lint.absent(pod.spec, "affinity.podAntiAffinity");
    }
}
