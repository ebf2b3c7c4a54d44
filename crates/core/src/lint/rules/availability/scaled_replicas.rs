//! `availability/scaled-replicas`: a workload with `replicas` that an autoscaler scales.

use crate::diag::Fact;
use crate::lint::release::{Found, Release, Summary};
use crate::lint::rule::rule;

rule! {
    /// Every upgrade sets the number back to what the chart says.
    SCALED_REPLICAS = "availability/scaled-replicas", Warning, "a workload with `replicas` that an autoscaler scales";
    help "leave `replicas` out";
    profiles [Default];
    aliases ["deployment-targeted-by-hpa-does-not-have-replicas-configured"];
    Release check;
    bad manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 3\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {minReplicas: 2, maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n";
    good manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {minReplicas: 2, maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    for (_, scaler) in release.objects.iter().filter(|(_, o)| o.is("autoscaling", "HorizontalPodAutoscaler")) {
        for target in &scaler.references {
            let near = |object: &Summary| object.kind == target.kind && object.name == target.name;
            for (document, object) in release.objects.iter().filter(|(_, object)| near(object)) {
                let Some((replicas, at)) = &object.replicas else { continue };
                let says = format!("`replicas` is {replicas}, and the autoscaler `{}` changes it", scaler.name);
                found.extend(release.found(*document, at, Fact::Remark { says }));
            }
        }
    }
}
