//! Custom checks of kube-linter, which are templates with parameters: each is a rule in CEL.
//!
//! Patterns are what its matchers take: an expression that fits anywhere in a text, its contrary behind a `!`, and any text
//! where there is none.

use super::{HAVE_PODS, text, texts};
use crate::config::OwnRule;
use chartlens::diag::Severity;
use serde_json::Value;

/// The spec of an object's pods.
const POD: &str = "(object.kind == 'Pod' ? object.spec : object.kind == 'CronJob' \
    ? object.spec.jobTemplate.spec.template.spec : object.spec.template.spec)";

/// The rule that a custom check asks for; none where its template or one of its parameters is not known here.
pub(super) fn rule(check: &Value) -> Option<OwnRule> {
    let (name, template) = (text(check, "name")?, text(check, "template")?);
    let of = |name: &str| check.get("params").and_then(|params| params.get(name));
    let param = |name: &str| of(name).and_then(Value::as_str).unwrap_or_default();
    let (kinds, expression) = match template {
        "required-label" => (&[][..], with_pair("labels", param("key"), param("value"))),
        "required-annotation" => (&[][..], with_pair("annotations", param("key"), param("value"))),
        "forbidden-annotation" => (&[][..], format!("!({})", with_pair("annotations", param("key"), param("value")))),
        "disallowed-api-obj" => {
            let (group, version) = (part_fits(param("group"), "^", "/")?, part_fits(param("version"), "(?:^|/)", "$")?);
            (&[][..], format!("!({group} && {version} && {})", fits("object.kind", param("kind"))))
        }
        "env-var" => {
            let value = fits("(has(variable.value) ? variable.value : '')", param("value"));
            (
                HAVE_PODS,
                each("container.env", "variable", &format!("!({} && {value})", fits("variable.name", param("name")))),
            )
        }
        "ports" => {
            let port: u16 = param("port").parse().ok()?;
            let protocol = fits("(has(port.protocol) ? port.protocol : 'TCP')", param("protocol"));
            (HAVE_PODS, each("container.ports", "port", &format!("!(port.containerPort == {port} && {protocol})")))
        }
        "image-pull-policy" => {
            let forbidden = words(&texts(of("forbiddenPolicies")));
            (
                HAVE_PODS,
                containers(&format!("!has(container.imagePullPolicy) || !(container.imagePullPolicy in {forbidden})")),
            )
        }
        "latest-tag" => {
            let (blocked, allowed) = (texts(of("blockList")), texts(of("allowList")));
            let image = |patterns: &[String]| any("container.image", patterns);
            let is_fine = if allowed.is_empty() { format!("!({})", image(&blocked)) } else { image(&allowed) };
            (HAVE_PODS, containers(&format!("!has(container.image) || {is_fine}")))
        }
        "host-mounts" => {
            let (dirs, mount) = (any("volume.hostPath.path", &texts(of("dirs"))), "volume.name == mount.name");
            let is_fine = format!(
                "!has(pod.volumes) || !pod.volumes.exists(volume, {mount} && has(volume.hostPath) && ({dirs}))"
            );
            (HAVE_PODS, each("container.volumeMounts", "mount", &is_fine))
        }
        "service-account" => {
            let no_token = "has(pod.automountServiceAccountToken) && !pod.automountServiceAccountToken";
            let name = "(has(pod.serviceAccountName) ? pod.serviceAccountName : has(pod.serviceAccount) ? pod.serviceAccount : '')";
            (HAVE_PODS, pod(&format!("({no_token}) || !{}", fits(name, param("serviceAccount")))))
        }
        "dnsconfig-options" => {
            let value = fits("(has(option.value) ? option.value : '')", param("value"));
            let is_there =
                format!("pod.dnsConfig.options.exists(option, {} && {value})", fits("option.name", param("key")));
            (HAVE_PODS, pod(&format!("has(pod.dnsConfig) && has(pod.dnsConfig.options) && {is_there}")))
        }
        "cel-expression" => {
            let is_fine = format!("({}) == ''", text(check.get("params")?, "check")?);
            let is_fine = match is_fine.contains("objects") {
                true => format!("[release.objects].all(objects, {is_fine})"),
                false => is_fine,
            };
            (&[][..], format!("[object].all(subject, {is_fine})"))
        }
        _ => return None,
    };
    let said = text(check, "description").map(str::to_owned);
    Some(OwnRule {
        code: format!("kube-linter/{name}"),
        expression: Some(expression),
        message: said.unwrap_or_else(|| format!("the custom check `{name}` does not hold")),
        level: Severity::Warning,
        help: text(check, "remediation").map(str::to_owned),
        kinds: scope(check, kinds)?,
        ..OwnRule::default()
    })
}

/// The kinds that a check is about: those of its scope, as far as its template is about them; none where that is nothing.
fn scope(check: &Value, template: &[&str]) -> Option<Vec<String>> {
    let named = texts(check.get("scope").and_then(|scope| scope.get("objectKinds")));
    let is_any = named.is_empty() || named.iter().any(|name| name == "Any");
    let named = named.iter().flat_map(|name| match name.as_str() {
        "DeploymentLike" => HAVE_PODS.to_vec(),
        "JobLike" => vec!["CronJob", "Job"],
        kind => vec![kind],
    });
    let kinds: Vec<&str> = match (is_any, template) {
        (true, template) => return Some(template.iter().map(|kind| (*kind).to_owned()).collect()),
        (false, []) => named.collect(),
        (false, template) => named.filter(|kind| template.contains(kind)).collect(),
    };
    (!kinds.is_empty()).then(|| kinds.into_iter().map(str::to_owned).collect())
}

/// That an object has a label or an annotation.
fn with_pair(field: &str, key: &str, value: &str) -> String {
    let (of, value) = (format!("object.metadata.{field}"), fits(&format!("object.metadata.{field}[key]"), value));
    format!("has({of}) && {of}.exists(key, {} && {value})", fits("key", key))
}

/// That something holds for the pods of an object, as `pod`.
fn pod(inner: &str) -> String {
    format!("[{POD}].all(pod, {inner})")
}

/// That something holds for each `container`.
fn containers(inner: &str) -> String {
    let of = |field: &str| format!("(has(pod.{field}) ? pod.{field} : [])");
    let lists = [of("initContainers"), of("containers")].join(", ");
    pod(&format!("[{lists}].all(list, list.all(container, {inner}))"))
}

/// That something holds for each item of a list of containers.
fn each(list: &str, item: &str, inner: &str) -> String {
    containers(&format!("!has({list}) || {list}.all({item}, {inner})"))
}

/// That a pattern fits a text.
fn fits(of: &str, pattern: &str) -> String {
    match pattern.strip_prefix('!') {
        _ if pattern.is_empty() => "true".to_owned(),
        Some(pattern) => format!("!{of}.matches({})", quoted(pattern)),
        None => format!("{of}.matches({})", quoted(pattern)),
    }
}

/// That a pattern fits the part of the `apiVersion` between two others; none for a pattern that cannot be put between them.
fn part_fits(pattern: &str, before: &str, behind: &str) -> Option<String> {
    if pattern.is_empty() {
        return Some("true".to_owned());
    }
    let (not, pattern) = pattern.strip_prefix('!').map_or(("", pattern), |pattern| ("!", pattern));
    let (start, pattern) = pattern.strip_prefix('^').map_or(("[^/]*", pattern), |pattern| ("", pattern));
    let (end, pattern) = pattern.strip_suffix('$').map_or(("[^/]*", pattern), |pattern| ("", pattern));
    let is_part = !pattern.contains(['^', '$', '\\']) && (!pattern.contains('|') || start.len() == end.len());
    let whole = quoted(&format!("{before}{start}(?:{pattern}){end}{behind}"));
    is_part.then(|| format!("{not}object.apiVersion.matches({whole})"))
}

/// That any of some patterns fits a text.
fn any(of: &str, patterns: &[String]) -> String {
    let all: Vec<String> = patterns.iter().map(|pattern| format!("{of}.matches({})", quoted(pattern))).collect();
    if all.is_empty() { "false".to_owned() } else { all.join(" || ") }
}

/// A list of texts.
fn words(words: &[String]) -> String {
    format!("[{}]", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", "))
}

/// A text in quotes, as CEL and JSON have it.
fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}
