//! `availability/fixed-scale`: an autoscaler whose bounds are the same.

use crate::diag::Fact;
use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// It can never scale.
    FIXED_SCALE = "availability/fixed-scale", Warning, "an autoscaler whose bounds are the same";
    help "let `maxReplicas` be above `minReplicas`, or set `replicas` and leave the autoscaler out";
    profiles [Default];
    aliases ["hpaMaxAvailability"];
    Object check;
    bad manifest "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {minReplicas: 2, maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n";
    good manifest "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {minReplicas: 2, maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let Some(spec) = object.spec().filter(|_| object.is("autoscaling", "HorizontalPodAutoscaler")) else { return };
    let (least, most) = (spec.int("minReplicas").unwrap_or(1), spec.get("maxReplicas"));
    if let Some(most) = most.filter(|most| most.as_int() == Some(least)) {
        let says = format!("the autoscaler has {least} replicas at the least and at the most");
        lint.at(most, Fact::Remark { says });
    }
}
