//! Workloads: what they select, and what of a StatefulSet stays as it is.

use super::change::{Change, Difference};
use super::check::Fixed::At;
use super::check::update;

update! {
    /// The selector of a workload cannot be changed: which pods it owns is settled when it is created. Charts run into
    /// this when a version or a value that users change is among the labels of the selector.
    SELECTOR = "update/selector";
    mirrors "apps validation.ValidateDeploymentUpdate, ValidateDaemonSetSpecUpdate, ValidateReplicaSetUpdate";
    table &[
        ("apps/Deployment", &[At("spec.selector")]),
        ("apps/DaemonSet", &[At("spec.selector")]),
        ("apps/ReplicaSet", &[At("spec.selector")]),
    ];
    old "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a, version: v1}}, spec: {containers: [{name: a, image: a}]}}}\n";
    accepted "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a, version: v2}}, spec: {containers: [{name: a, image: b}]}}}\n";
    refused "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {app: a, version: v2}}, template: {metadata: {labels: {app: a, version: v2}}, spec: {containers: [{name: a, image: b}]}}}\n";
}

update! {
    /// Of a StatefulSet only the replicas, their first number, the template, the update strategy, the policy for claims,
    /// the length of the history and the seconds until a pod counts can be changed; the selector, the claims, the name of
    /// its service and how its pods are managed cannot.
    STATEFUL_SET = "update/stateful-set", stateful_set;
    mirrors "apps validation.ValidateStatefulSetUpdate";
    on &["apps/StatefulSet"];
    old "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {serviceName: a, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}, volumeClaimTemplates: [{metadata: {name: d}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]}\n";
    accepted "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {serviceName: a, replicas: 3, podManagementPolicy: OrderedReady, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: b}]}}, volumeClaimTemplates: [{metadata: {name: d}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1024Mi}}}}]}\n";
    refused "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {serviceName: a, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}, volumeClaimTemplates: [{metadata: {name: d}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}}}]}\n";
}

/// From here on the length of the history can be changed.
const HISTORY: u32 = 33;
/// What the server says before.
const OTHERS: &str = "updates to statefulset spec for fields other than";
/// From here on the server names the field.
const NAMED: u32 = 37;

fn stateful_set(change: &mut Change<'_, '_, '_>) {
    let named = change.minor() >= NAMED;
    for path in ["spec.selector", "spec.volumeClaimTemplates", "spec.serviceName", "spec.podManagementPolicy"] {
        match named {
            true => change.fixed(path, path, &[]),
            false => change.forbidden(path, "spec", &[], OTHERS),
        }
    }
    if change.minor() < HISTORY {
        change.forbidden("spec.revisionHistoryLimit", "spec", &[], OTHERS);
    }
}

update! {
    /// A workload that is no longer to be rolled over still has the numbers of its rolling update, for the server filled
    /// them in: they do not go with the field `type`, unless the update takes them away with `rollingUpdate: null` or a
    /// patch from the client does. Server-side apply, which Helm 4 uses, refuses such a change.
    STRATEGY = "update/strategy", strategy;
    mirrors "apps validation.ValidateDeploymentStrategy, ValidateStatefulSetSpec";
    on &["apps/Deployment", "apps/StatefulSet"];
    old "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}}\n";
    accepted "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {strategy: {rollingUpdate: {maxSurge: 3}}, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}}\n";
    refused "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {strategy: {type: Recreate}, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}}\n";
}

fn strategy(change: &mut Change<'_, '_, '_>) {
    let path = if change.new.str("kind") == Some("StatefulSet") { "spec.updateStrategy" } else { "spec.strategy" };
    let (old, new) = change.texts(&format!("{path}.type"));
    let rolls = |kind: Option<&str>| matches!(kind, None | Some("RollingUpdate"));
    let (numbers, _) = change.both(&format!("{path}.rollingUpdate"));
    let all = |keys: &[&str]| keys.iter().all(|key| numbers.is_some_and(|numbers| numbers.get(key).is_some()));
    // What the old object says itself goes with it.
    let filled_in = !all(if path == "spec.strategy" { &["maxSurge", "maxUnavailable"] } else { &["partition"] });
    if rolls(old) && !rolls(new) && filled_in {
        let (old, new) = change.both(&format!("{path}.type"));
        let rule = "the numbers of the rolling update stay, and go with no other strategy";
        change.rule(&format!("{path}.rollingUpdate"), rule, Difference { old, new });
    }
}

update! {
    /// What a ControllerRevision holds is a state of the past, which cannot be changed.
    REVISION = "update/controller-revision";
    mirrors "apps validation.ValidateControllerRevisionUpdate";
    table &[("apps/ControllerRevision", &[At("data")])];
    old "apiVersion: apps/v1\nkind: ControllerRevision\nmetadata: {name: a}\nrevision: 1\ndata: {a: b}\n";
    accepted "apiVersion: apps/v1\nkind: ControllerRevision\nmetadata: {name: a}\nrevision: 2\ndata: {a: b}\n";
    refused "apiVersion: apps/v1\nkind: ControllerRevision\nmetadata: {name: a}\nrevision: 1\ndata: {a: c}\n";
}

update! {
    /// How a group of pods is scheduled is settled when it is created.
    SCHEDULING = "update/pod-group";
    mirrors "scheduling validation.Validate_PodGroupSpec, Validate_WorkloadSpec";
    table &[
        ("scheduling.k8s.io/PodGroup", &[
            At("spec.workloadRef"), At("spec.schedulingConstraints"), At("spec.resourceClaims"), At("spec.disruptionMode"),
            At("spec.priorityClassName"), At("spec.priority"), At("spec.preemptionPolicy"),
            At("spec.parentCompositePodGroupName"), At("spec.schedulingPolicy.basic"),
        ]),
        ("scheduling.k8s.io/Workload", &[At("spec.controllerRef")]),
    ];
    old "apiVersion: scheduling.k8s.io/v1beta1\nkind: PodGroup\nmetadata: {name: a}\nspec: {priorityClassName: low, schedulingPolicy: {basic: {}}}\n";
    accepted "apiVersion: scheduling.k8s.io/v1beta1\nkind: PodGroup\nmetadata: {name: a, labels: {a: b}}\nspec: {priorityClassName: low, schedulingPolicy: {basic: {}}}\n";
    refused "apiVersion: scheduling.k8s.io/v1beta1\nkind: PodGroup\nmetadata: {name: a}\nspec: {priorityClassName: high, schedulingPolicy: {basic: {}}}\n";
}
