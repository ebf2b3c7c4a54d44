//! Jobs: indexes, policies of failure and success, selectors.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use crate::validate::api::table::Rule::{Exact, Longest, Most, OneOf, Required};
use crate::validate::api::table::{is_blank, text};
use std::collections::HashSet;

const JOB: &str = "batch.v1.JobSpec";

fn is_indexed(spec: Node<'_>) -> bool {
    spec.str("completionMode") == Some("Indexed")
}

check! {
    /// A Job whose pods have indexes says how many there are; only such a Job counts failures by index, up to its number
    /// of indexes, and what counts them is itself bounded where there are very many.
    JOB_INDEXES = "api/job-indexes", indexes;
    mirrors "batch validation.validateJobSpec";
    on &[JOB];
    accepted "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {completionMode: Indexed, completions: 5, backoffLimitPerIndex: 1, template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n";
    rejected "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {backoffLimitPerIndex: 1, template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n";
}

fn indexes(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    OneOf("completionMode", &["NonIndexed", "Indexed"]).check(cx, spec);
    let (limit, failed) = (spec.get("backoffLimitPerIndex"), spec.get("maxFailedIndexes"));
    if failed.is_some() && limit.is_none() {
        cx.missing(spec, "backoffLimitPerIndex", "`maxFailedIndexes` needs a `backoffLimitPerIndex`");
    }
    if !is_indexed(spec) {
        if matches!(spec.str("completionMode"), None | Some("NonIndexed")) {
            for node in [limit, failed].into_iter().flatten() {
                cx.error(node, format!("`{}` needs completionMode: Indexed", node.key()));
            }
        }
        return;
    }
    let completions = spec.int("completions");
    if spec.get("completions").is_none() {
        cx.missing(spec, "completions", "completionMode: Indexed needs `completions`");
    }
    let many = completions.is_some_and(|n| n > 100_000) && limit.is_some();
    let most = if many { 10_000 } else { 100_000 };
    for key in ["parallelism", "maxFailedIndexes"] {
        if let Some((node, n)) = spec.get(key).and_then(|node| Some((node, node.as_int()?)))
            && n > most
        {
            cx.error(node, format!("expected at most {most}, found {n}"));
        }
    }
    if let (Some(node), Some(all)) = (failed, completions)
        && node.as_int().is_some_and(|n| n > all)
    {
        cx.error(node, format!("expected at most completions, {all}, found {}", node.found()));
    }
    if many && failed.is_none() {
        cx.missing(spec, "maxFailedIndexes", "more than 100000 completions need `maxFailedIndexes`");
    }
}

check! {
    /// Who manages a Job is named by a domain and a path in at most 63 characters; what replaces its pods and when has
    /// known names.
    JOB_FIELDS = "api/job-fields", fields;
    mirrors "batch validation.validateJobSpec, validatePodReplacementPolicy";
    on &[JOB];
    accepted "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {managedBy: example.com/a, template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n";
    rejected "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {managedBy: me, template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n";
}

fn fields(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    // The Jobs of a CronJob are looked at before the feature was on.
    if cx.minor() >= 32 || spec.parent().is_some_and(|owner| owner.key() == "jobTemplate" && cx.minor() >= 30) {
        Exact("managedBy", syntax::domain_prefixed_path).check(cx, spec);
        Longest("managedBy", 63).check(cx, spec);
    }
    if cx.minor() >= 29 {
        let policies: &[&str] =
            if spec.get("podFailurePolicy").is_some() { &["Failed"] } else { &["Failed", "TerminatingOrFailed"] };
        OneOf("podReplacementPolicy", policies).check(cx, spec);
    }
}

check! {
    /// The rules on failed pods of a Job are at most 20; each has a known action and looks at exit codes or at
    /// conditions. Exit codes are in order, each once, and not 0 where they are asked for; pods never restart.
    POD_FAILURE_POLICY = "api/pod-failure-policy", failure_policy;
    mirrors "batch validation.validatePodFailurePolicy, validatePodFailurePolicyRuleOnExitCodes, validatePodFailurePolicyRuleOnPodConditions";
    on &[JOB];
    accepted "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [1]}}]}, template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n";
    rejected "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [0]}}]}, template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n";
}

fn failure_policy(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let Some(policy) = spec.get("podFailurePolicy").filter(|policy| policy.is_map()) else { return };
    Most("rules", 20).check(cx, policy);
    let restart = spec.path(&["template", "spec", "restartPolicy"]);
    if let Some(node) = restart.filter(|node| node.as_str() == Some("OnFailure")) {
        cx.error(node, "rules on failed pods need restartPolicy: Never");
    }
    let pod = spec.path(&["template", "spec"]);
    let names = pod.into_iter().flat_map(|pod| pod.list("containers").chain(pod.list("initContainers")));
    let names: HashSet<&str> = names.filter_map(|container| container.str("name")).collect();
    for rule in policy.list("rules").filter(|rule| rule.is_map()) {
        OneOf("action", &["Count", "FailIndex", "FailJob", "Ignore"]).check(cx, rule);
        if rule.str("action") == Some("FailIndex") && spec.get("backoffLimitPerIndex").is_none() {
            cx.at(rule, &["action"], "FailIndex needs a `backoffLimitPerIndex`");
        }
        let codes = rule.get("onExitCodes");
        let conditions = rule.get("onPodConditions").filter(|conditions| !is_blank(*conditions));
        match (codes, conditions) {
            (Some(_), Some(_)) => cx.error(rule, "expected `onExitCodes` or `onPodConditions`, found both"),
            (None, None) => cx.error(rule, "expected `onExitCodes` or `onPodConditions`, found neither"),
            _ => {}
        }
        Most("onPodConditions", 20).check(cx, rule);
        for condition in conditions.into_iter().flat_map(Node::items).filter(|condition| condition.is_map()) {
            Exact("type", syntax::qualified_name).check(cx, condition);
            super::allowed(cx, condition, "status", &["False", "True", "Unknown"]);
        }
        if let Some(codes) = codes.filter(|codes| codes.is_map()) {
            exit_codes(cx, codes, &names);
        }
    }
}

fn exit_codes(cx: &mut Context<'_, '_>, codes: Node<'_>, names: &HashSet<&str>) {
    OneOf("operator", &["In", "NotIn"]).check(cx, codes);
    if let Some((node, name)) = text(codes, "containerName")
        && !names.contains(name)
    {
        cx.error(node, format!("the pods have no container called {}", quoted(name)));
    }
    let Some(values) = codes.get("values") else { return };
    if values.is_list() && values.is_empty() {
        cx.error(values, "expected at least one value, found none");
    }
    Most("values", 255).check(cx, codes);
    let mut seen = HashSet::new();
    let mut last = None;
    let mut ordered = true;
    for value in values.items() {
        let Some(n) = value.as_int() else { continue };
        if codes.str("operator") == Some("In") && n == 0 {
            cx.error(value, "a container that ends with 0 has not failed");
        }
        if !seen.insert(n) {
            cx.error(value, format!("the value {n} occurs twice"));
        }
        ordered &= last.is_none_or(|last| last <= n);
        last = Some(n);
    }
    if !ordered {
        cx.error(values, "expected values in order");
    }
}

check! {
    /// When a Job with indexes has succeeded is said by at most 20 rules: which indexes, in order and below the number of
    /// completions, or how many of them.
    SUCCESS_POLICY = "api/job-success-policy", success_policy;
    mirrors "batch validation.validateSuccessPolicy, validateSuccessPolicyRule, validateIndexesFormat";
    on &[JOB];
    accepted "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {completionMode: Indexed, completions: 5, successPolicy: {rules: [{succeededIndexes: '0,2-3'}]}, template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n";
    rejected "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {completionMode: Indexed, completions: 5, successPolicy: {rules: [{succeededIndexes: '3-2'}]}, template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n";
}

fn success_policy(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let Some(policy) = spec.get("successPolicy").filter(|policy| policy.is_map() && cx.minor() >= 31) else { return };
    if !is_indexed(spec) {
        return cx.error(policy, "`successPolicy` needs completionMode: Indexed");
    }
    Required(&["rules"]).check(cx, policy);
    Most("rules", 20).check(cx, policy);
    let all = spec.int("completions").unwrap_or(0);
    for rule in policy.list("rules").filter(|rule| rule.is_map()) {
        let (count, indexes) = (rule.get("succeededCount"), rule.get("succeededIndexes"));
        if count.is_none() && indexes.is_none() {
            cx.error(rule, "expected `succeededCount` or `succeededIndexes`, found neither");
        }
        let mut total = 0;
        if let Some((node, text)) = text(rule, "succeededIndexes") {
            match intervals(text, all) {
                Ok(number) => total = number,
                Err(problem) => cx.error(node, format!("{} cannot be used here: {problem}", quoted(text))),
            }
            Longest("succeededIndexes", 64 << 10).check(cx, rule);
        }
        let Some((node, number)) = count.and_then(|node| Some((node, node.as_int()?))) else { continue };
        let most = if indexes.is_some() { total } else { all };
        if number < 0 || number > most {
            cx.error(node, format!("expected a number between 0 and {most}, found {number}"));
        }
    }
}

/// How many indexes a text such as `1,3-5` names, of so many.
fn intervals(text: &str, all: i64) -> Result<i64, String> {
    let number = |text: &str| match text.parse::<i64>() {
        Ok(n) if n >= all => Err(format!("expected numbers below completions, {all}, found {n}")),
        Ok(n) => Ok(n),
        Err(_) => Err(format!("expected a number, found {text:?}")),
    };
    let (mut total, mut last) = (0, -1);
    for interval in text.split(',').filter(|_| !text.is_empty()) {
        let (from, to) = match interval.split_once('-') {
            Some((from, to)) => (number(from)?, number(to)?),
            None => (number(interval)?, number(interval)?),
        };
        if from <= last || (interval.contains('-') && from >= to) {
            return Err("expected numbers in order".to_owned());
        }
        total += to - from + 1;
        last = to;
    }
    Ok(total)
}

check! {
    /// The server makes the selector of a Job, unless the Job has one of its own with `manualSelector`, which its pods'
    /// labels match. The Jobs of a CronJob have none. Labels that the server sets are not set to something else.
    JOB_SELECTOR = "api/job-selector", selector;
    mirrors "batch validation.validateGeneratedSelector, ValidateJobSpec, ValidateJobTemplateSpec, registry job.generateSelector";
    on &["batch.v1.Job", "batch.v1.CronJobSpec"];
    accepted "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {manualSelector: true, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n";
    rejected "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {selector: {matchLabels: {a: b}}, template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}\n";
}

fn selector(cx: &mut Context<'_, '_>, owner: Node<'_>) {
    if let Some(spec) = owner.path(&["jobTemplate", "spec"]) {
        if let Some(node) = spec.get("selector") {
            cx.error(node, "the Jobs of a CronJob get a selector from the server");
        }
        if let Some(node) = spec.get("manualSelector").filter(|node| node.as_bool() == Some(true)) {
            cx.error(node, "the Jobs of a CronJob have no selector of their own");
        }
        return;
    }
    let Some(spec) = owner.get("spec").filter(|spec| spec.is_map() && owner.str("kind") == Some("Job")) else { return };
    let labels = spec.path(&["template", "metadata", "labels"]);
    let label = |key: &str| labels.and_then(|labels| labels.str(key));
    let name = owner.path(&["metadata", "name"]).and_then(Node::as_str).unwrap_or("");
    if spec.bool("manualSelector") == Some(true) {
        let Some(selector) = spec.get("selector") else {
            return cx.missing(spec, "selector", "`manualSelector` needs a `selector`");
        };
        if selector.map("matchLabels").any(|(key, value)| label(key) != value.as_str()) {
            cx.at(spec, &["template", "metadata", "labels"], "the labels of the pods do not match the selector");
        }
        return;
    }
    if name.len() > 63 {
        cx.at(
            spec,
            &["template", "labels"],
            "the name of a Job becomes a label of its pods: expected at most 63 characters",
        );
    }
    if is_indexed(spec)
        && let Some(last) = spec.int("completions").filter(|n| *n > 0)
        && let Err(problem) = syntax::dns_label(&format!("{name}-{}", last - 1))
    {
        cx.problem(&problem).at(
            owner,
            &["metadata", "name"],
            format!("no pod can be called {name}-{}: {problem}", last - 1),
        );
    }
    if let Some(selector) = spec.get("selector").filter(|selector| selector.map("matchLabels").next().is_some()) {
        cx.error(selector, "the server makes the selector, unless `manualSelector` is true");
    }
    for key in ["job-name", "batch.kubernetes.io/job-name", "controller-uid", "batch.kubernetes.io/controller-uid"] {
        let set = label(key).filter(|value| !key.ends_with("job-name") || *value != name);
        if set.is_some() {
            cx.at(spec, &["template", "metadata", "labels", key], "the server sets this label itself");
        }
    }
}
