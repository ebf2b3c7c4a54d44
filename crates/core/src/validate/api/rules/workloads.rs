//! Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs: selectors, strategies, counts.

use crate::kube::tree::Node;
use crate::validate::api::STATEFUL_TEMPLATES;
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use crate::validate::api::table::Rule;

const DEPLOYMENT: &str = "io.k8s.api.apps.v1.DeploymentSpec";
const STATEFUL_SET: &str = "io.k8s.api.apps.v1.StatefulSetSpec";
const DAEMON_SET: &str = "io.k8s.api.apps.v1.DaemonSetSpec";
const REPLICA_SET: &str = "io.k8s.api.apps.v1.ReplicaSetSpec";
const CONTROLLER: &str = "io.k8s.api.core.v1.ReplicationControllerSpec";
const JOB: &str = "io.k8s.api.batch.v1.JobSpec";

check! {
    /// The selector of a workload is not empty: it would select every pod.
    SELECTOR_EMPTY = "api/selector-empty", selector_empty;
    mirrors "apps validation.ValidateDeploymentSpec, ValidateStatefulSetSpec, ValidateDaemonSetSpec, ValidateReplicaSetSpec";
    on &[DEPLOYMENT, STATEFUL_SET, DAEMON_SET, REPLICA_SET];
    accepted "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: a}\nspec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}}\n";
    rejected "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: a}\nspec: {selector: {}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}}\n";
}

fn selector_empty(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let Some(selector) = spec.get("selector") else { return };
    let empty = |key: &str| selector.get(key).is_none_or(Node::is_empty);
    if selector.is_map() && empty("matchLabels") && empty("matchExpressions") {
        cx.error(selector, "the selector is empty, which would select every pod");
    }
}

check! {
    /// The labels of the pod template match the selector of the workload.
    SELECTOR_MISMATCH = "api/selector-mismatch", selector_mismatch;
    mirrors "apps validation.ValidatePodTemplateSpecForReplicaSet, ValidateDaemonSetSpec, ValidatePodTemplateSpecForStatefulSet";
    on &[DEPLOYMENT, STATEFUL_SET, DAEMON_SET, REPLICA_SET, CONTROLLER];
    accepted "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a, tier: web}}, spec: {containers: [{name: a, image: a}]}}}\n";
    rejected "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: b}}, spec: {containers: [{name: a, image: a}]}}}\n";
}

fn selector_mismatch(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let (Some(selector), Some(template)) = (spec.get("selector"), spec.get("template")) else { return };
    let labels = template.path(&["metadata", "labels"]);
    let label = |key: &str| labels?.get_raw(key).map(|value| value.as_str().unwrap_or(""));
    let is_plain =
        spec.get("selector").is_some_and(|s| s.get("matchLabels").is_none() && s.get("matchExpressions").is_none());
    let wanted = if is_plain { Some(selector) } else { selector.get("matchLabels") };
    for (key, value) in wanted.into_iter().flat_map(Node::entries) {
        if !value.is_null() && value.as_str().is_none() {
            continue;
        }
        let want = value.as_str().unwrap_or("");
        match label(key) {
            Some(found) if found == want => {}
            Some(found) => {
                let message =
                    format!("the selector wants the label {key}: {want}, but the pod template has {key}: {found}");
                cx.asked_by(value, template, &["metadata", "labels"], message);
            }
            None => {
                let message = format!("the selector wants the label {key}: {want}, which the pod template has not");
                match labels {
                    Some(_) => cx.asked_by(value, template, &["metadata", "labels"], message),
                    None => cx.at(template, &["metadata", "labels"], message),
                }
            }
        }
    }
    for expression in selector.list("matchExpressions") {
        let (Some(key), Some(operator)) = (expression.str("key"), expression.str("operator")) else { continue };
        let found = label(key);
        let among = expression.list("values").any(|value| value.as_str() == found && found.is_some());
        let fits = match operator {
            "In" => among,
            "NotIn" => !among,
            "Exists" => found.is_some(),
            "DoesNotExist" => found.is_none(),
            _ => continue,
        };
        if !fits {
            let message = format!("the labels of the pod template do not match the selector: {key} {operator}");
            cx.at(template, &["metadata", "labels"], message);
        }
    }
}

check! {
    /// Pods of a Deployment, ReplicaSet, DaemonSet, StatefulSet or ReplicationController have the restart policy
    /// `Always`; those of a Job or CronJob say `OnFailure` or `Never`.
    RESTART_POLICY = "api/restart-policy", restart_policy;
    mirrors "apps validation.ValidatePodTemplateSpecForReplicaSet, batch validation.validateJobSpec";
    on &[DEPLOYMENT, STATEFUL_SET, DAEMON_SET, REPLICA_SET, CONTROLLER, JOB];
    accepted "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n";
    rejected "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a, image: a}]}}}\n";
}

fn restart_policy(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    const PATH: &[&str] = &["template", "spec", "restartPolicy"];
    let Some(pod) = spec.path(&["template", "spec"]) else { return };
    let policy = pod.get("restartPolicy");
    let text = policy.and_then(Node::as_str).filter(|text| !text.is_empty());
    let owner = spec.parent();
    let is_job = owner.is_some_and(|owner| matches!(owner.str("kind"), Some("Job")) || owner.key() == "jobTemplate");
    let place = policy.unwrap_or(pod);
    match (is_job, text) {
        (true, Some("OnFailure" | "Never")) | (false, Some("Always") | None) => {}
        (true, None) if policy.is_none() => {
            cx.at(spec, PATH, "a job's pods must say restartPolicy OnFailure or Never");
        }
        (true, _) => {
            let found = place.found();
            cx.at(spec, PATH, format!("expected OnFailure or Never for the pods of a job, found {found}"));
        }
        (false, _) => {
            let found = place.found();
            cx.at(spec, PATH, format!("expected Always, the only restart policy here, found {found}"));
        }
    }
}

check! {
    /// A Deployment's strategy `Recreate` has no settings for rolling updates, and a rolling update may not have both
    /// `maxSurge` and `maxUnavailable` at zero.
    STRATEGY = "api/update-strategy", strategy;
    mirrors "apps validation.ValidateDeploymentStrategy, ValidateRollingUpdateDeployment, ValidateDaemonSetUpdateStrategy, validateRollingUpdateStatefulSet";
    on &[DEPLOYMENT, STATEFUL_SET, DAEMON_SET];
    accepted "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {strategy: {type: Recreate}, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}}\n";
    rejected "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}}\n";
}

fn strategy(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let daemons = spec.get("strategy").is_none();
    let Some(strategy) = spec.get("strategy").or_else(|| spec.get("updateStrategy")) else { return };
    let kind = strategy.str("type").filter(|kind| !kind.is_empty()).unwrap_or("RollingUpdate");
    let known: &[&str] = if daemons { &["RollingUpdate", "OnDelete"] } else { &["Recreate", "RollingUpdate"] };
    if !known.contains(&kind)
        && let Some(node) = strategy.get("type")
    {
        return cx.beside(strategy, node, format!("expected {}, found {}", known.join(" or "), node.found()));
    }
    let Some(rolling) = strategy.get("rollingUpdate").filter(|rolling| rolling.is_map()) else { return };
    let stateful = spec.parent().is_some_and(|owner| owner.str("kind") == Some("StatefulSet"));
    match kind {
        "Recreate" => {
            return cx.error_help(rolling, "the strategy Recreate takes no `rollingUpdate`", "remove one of the two");
        }
        "OnDelete" if stateful => return cx.error(rolling, "the strategy OnDelete takes no `rollingUpdate`"),
        "OnDelete" => return,
        _ => {}
    }
    Rule::Count("partition").check(cx, rolling);
    let gated = |key: &str| !stateful || (key == "maxUnavailable" && cx.minor() >= 37);
    let keys: Vec<&str> = ["maxSurge", "maxUnavailable"].into_iter().filter(|key| gated(key)).collect();
    for key in &keys {
        let Some(value) = rolling.get(key) else { continue };
        percentage(cx, value);
        if (daemons || *key == "maxUnavailable") && percent(value).is_some_and(|n| n > 100) {
            cx.error(value, format!("expected at most 100%, found {}", value.found()));
        }
    }
    // A text that is no percentage counts as 0 as well, and was told of.
    let is_number = |value: Node<'_>| value.as_str().is_none() || percent(value).is_some();
    let is_zero =
        |key: &str, usual: bool| rolling.get(key).map_or(usual, |value| amount(value) == 0 && is_number(value));
    if stateful {
        if keys.contains(&"maxUnavailable") && is_zero("maxUnavailable", false) {
            cx.at(rolling, &["maxUnavailable"], "expected a number above 0");
        }
    } else if daemons {
        // Without settings one pod at a time is away, and none is added.
        match (is_zero("maxUnavailable", false), is_zero("maxSurge", true)) {
            (true, true) => cx.at(rolling, &["maxUnavailable"], "maxSurge and maxUnavailable may not both be 0"),
            (false, false) => cx.at(rolling, &["maxSurge"], "maxSurge and maxUnavailable may not both be above 0"),
            _ => {}
        }
    } else if is_zero("maxSurge", false) && is_zero("maxUnavailable", false) {
        cx.at(rolling, &["maxUnavailable"], "maxSurge and maxUnavailable may not both be 0: no pod could be replaced");
    }
}

/// The number of a percentage.
fn percent(value: Node<'_>) -> Option<u64> {
    value.as_str()?.strip_suffix('%')?.parse().ok()
}

/// A number, or that of a percentage; what is neither counts as none.
fn amount(value: Node<'_>) -> i64 {
    value.as_int().or_else(|| percent(value).and_then(|n| i64::try_from(n).ok())).unwrap_or(0)
}

/// A text is a percentage, a number is not negative.
pub(super) fn percentage(cx: &mut Context<'_, '_>, value: Node<'_>) {
    if let Some(text) = value.as_str() {
        let number = text.strip_suffix('%');
        if !number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())) {
            cx.error(value, format!("expected a number or a percentage such as 25%, found {}", value.found()));
        }
    } else if value.as_int().is_some_and(|number| number < 0) {
        cx.error(value, format!("expected a number that is not negative, found {}", value.found()));
    }
}

check! {
    /// Update strategies and the order of a StatefulSet's pods have a few known names.
    WORKLOAD_ENUM = "api/workload-enum", workload_enum;
    mirrors "apps validation.ValidateDeploymentStrategy, ValidateStatefulSetSpec, ValidateDaemonSetUpdateStrategy";
    on &[DEPLOYMENT, STATEFUL_SET, DAEMON_SET];
    accepted "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {serviceName: a, podManagementPolicy: Parallel, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}}\n";
    rejected "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {serviceName: a, podManagementPolicy: Ordered, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}}\n";
}

fn workload_enum(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    super::allowed(cx, spec, "podManagementPolicy", &["OrderedReady", "Parallel"]);
    if cx.minor() >= 33 && spec.parent().is_some_and(|owner| owner.str("kind") == Some("StatefulSet")) {
        Rule::Form("serviceName", syntax::dns_label).check(cx, spec);
    }
    if let Some(policy) = spec.get("persistentVolumeClaimRetentionPolicy") {
        for key in ["whenDeleted", "whenScaled"] {
            super::allowed(cx, policy, key, &["Retain", "Delete"]);
        }
    }
    if let Some(ordinals) = spec.get("ordinals") {
        Rule::Count("start").check(cx, ordinals);
    }
    // The names of claims' templates become names of volumes.
    for claim in spec.list("volumeClaimTemplates").filter(|_| cx.minor() >= STATEFUL_TEMPLATES).collect::<Vec<_>>() {
        let name = claim.path(&["metadata", "name"]);
        let text = name.and_then(Node::as_str).unwrap_or("");
        if let Err(problem) = syntax::dns_label(text) {
            let message = format!("no volume can be called {text:?}: {problem}");
            cx.at(claim, &["metadata", "name"], message);
        }
    }
}

check! {
    /// Counts such as `replicas` are not negative, and a Deployment's `progressDeadlineSeconds` is above its
    /// `minReadySeconds`.
    NEGATIVE_COUNT = "api/negative-count", negative_count;
    mirrors "apimachinery validation.ValidateNonnegativeField, apps validation.ValidateDeploymentSpec";
    on &[DEPLOYMENT, STATEFUL_SET, DAEMON_SET, REPLICA_SET, CONTROLLER, JOB, "io.k8s.api.batch.v1.CronJobSpec", "io.k8s.api.batch.v1beta1.CronJobSpec"];
    accepted "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: 0, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}}\n";
    rejected "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: -1, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}}\n";
}

fn negative_count(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    const COUNTS: &[&str] = &[
        "replicas",
        "minReadySeconds",
        "revisionHistoryLimit",
        "parallelism",
        "completions",
        "backoffLimit",
        "backoffLimitPerIndex",
        "maxFailedIndexes",
        "templateGeneration",
        "activeDeadlineSeconds",
        "ttlSecondsAfterFinished",
        "startingDeadlineSeconds",
        "successfulJobsHistoryLimit",
        "failedJobsHistoryLimit",
    ];
    // Nobody looks at how many revisions of a StatefulSet are kept.
    let stateful = spec.parent().is_some_and(|owner| owner.str("kind") == Some("StatefulSet"));
    for key in COUNTS.iter().filter(|key| !stateful || **key != "revisionHistoryLimit") {
        if let Some(count) = spec.get(key)
            && count.as_int().is_some_and(|number| number < 0)
        {
            cx.error(count, format!("expected a number that is not negative, found {}", count.found()));
        }
    }
    if let Some(deadline) = spec.get("progressDeadlineSeconds")
        && let Some(seconds) = deadline.as_int()
    {
        let ready = spec.int("minReadySeconds").unwrap_or(0);
        if seconds <= ready {
            cx.error(deadline, format!("expected more than minReadySeconds ({ready}), found {seconds}"));
        }
    }
}

check! {
    /// Pods that are kept running have no `activeDeadlineSeconds`.
    ACTIVE_DEADLINE = "api/active-deadline", active_deadline;
    mirrors "apps validation.ValidatePodTemplateSpecForReplicaSet, ValidateStatefulSetSpec, ValidateDaemonSetSpec";
    on &[DEPLOYMENT, STATEFUL_SET, DAEMON_SET, REPLICA_SET, CONTROLLER];
    accepted "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: a}]}}}\n";
    rejected "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {activeDeadlineSeconds: 60, containers: [{name: a, image: a}]}}}\n";
}

fn active_deadline(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    const PATH: &[&str] = &["template", "spec", "activeDeadlineSeconds"];
    if spec.path(PATH).is_some() {
        cx.at(spec, PATH, "the pods of a workload that keeps them running may not have a deadline");
    }
}
