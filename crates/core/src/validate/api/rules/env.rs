//! Environment variables: their names and where their values come from.

use crate::diag::Fact;
use crate::kube::quantity::Quantity;
use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use crate::validate::api::syntax::Problem;
use crate::validate::api::table::Rule::{Exact, Form, Required};
use crate::validate::api::table::{form, some};

check! {
    /// The name of an environment variable consists of letters, digits, `-`, `_` and `.` without a digit first; from
    /// Kubernetes 1.32 on of any printable ASCII characters but `=`.
    ENV_NAME = "api/env-name", env_name;
    mirrors "core validation.ValidateEnv, apimachinery validation.IsEnvVarName, IsRelaxedEnvVarName";
    on &["core.v1.EnvVar"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, env: [{name: A_1, value: x}]}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, env: [{name: 'A=1', value: x}]}]}\n";
}

/// From this minor version on any printable name will do.
const RELAXED: u32 = 32;

fn env_name(cx: &mut Context<'_, '_>, variable: Node<'_>) {
    let relaxed = cx.minor() >= RELAXED;
    if let Some(name) = variable.get("name")
        && let Some(text) = name.as_str()
        && let Err(problem) = syntax::env_name(text, relaxed)
    {
        cx.problem(&problem).error(name, format!("no variable can be called {}: {problem}", quoted(text)));
    }
}

check! {
    /// An environment variable has a value or one source, not both.
    ENV_SOURCE = "api/env-source", env_source;
    mirrors "core validation.validateEnvVarValueFrom";
    on &["core.v1.EnvVar"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, env: [{name: A, value: x, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}]}\n";
}

fn env_source(cx: &mut Context<'_, '_>, variable: Node<'_>) {
    let Some(source) = variable.get("valueFrom").filter(|source| source.is_map()) else { return };
    if !cx.is_sound(variable) {
        return;
    }
    let dropped = |key: &str| key == "fileKeyRef" && cx.minor() < 35;
    let kinds = source.entries().filter(|(key, value)| !value.is_null() && !dropped(key)).count();
    if kinds > 0 && variable.str("value").is_some_and(|value| !value.is_empty()) {
        return cx.error(source, "a variable has `value` or `valueFrom`, not both");
    }
    match kinds {
        0 => cx.error(source, "expected a source such as `secretKeyRef`, found none"),
        1 => {}
        _ => cx.error(source, format!("expected one source, found {kinds}")),
    }
}

check! {
    /// Variables taken from ConfigMaps and Secrets name them, and their key; those taken from a file say which, in which
    /// empty folder.
    ENV_KEY = "api/env-key";
    mirrors "core validation.validateConfigMapKeySelector, validateSecretKeySelector, validateFileKeySelector, validateConfigMapEnvSource";
    table &[
        ("core.v1.ConfigMapKeySelector", &[Exact("name", syntax::dns_subdomain), Required(&["name", "key"]), Form("key", syntax::config_key)]),
        ("core.v1.SecretKeySelector", &[Exact("name", syntax::dns_subdomain), Required(&["name", "key"]), Form("key", syntax::config_key)]),
        ("core.v1.FileKeySelector", &[
            Required(&["key", "volumeName", "path"]),
            Form("key", syntax::relaxed_env_name),
            Form("volumeName", syntax::dns_label),
            Form("path", syntax::no_backsteps),
        ]),
        ("core.v1.ConfigMapEnvSource", &[Required(&["name"]), Form("name", prefix)]),
        ("core.v1.SecretEnvSource", &[Required(&["name"]), Form("name", prefix)]),
    ];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: b}}}]}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: a/b}}}]}]}\n";
}

/// A subdomain that may end in `-`.
fn prefix(text: &str) -> Result<(), Problem> {
    match text.strip_suffix('-') {
        Some(start) => syntax::dns_subdomain(&format!("{start}a")),
        None => syntax::dns_subdomain(text),
    }
}

check! {
    /// Each entry of `envFrom` takes from one ConfigMap or one Secret, and its prefix could be a variable's name.
    ENV_FROM = "api/env-from", env_from;
    mirrors "core validation.ValidateEnvFrom";
    on &["core.v1.EnvFromSource"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, envFrom: [{secretRef: {name: a}}]}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, envFrom: [{prefix: A_}]}]}\n";
}

fn env_from(cx: &mut Context<'_, '_>, source: Node<'_>) {
    let relaxed = cx.minor() >= RELAXED;
    if let Some((node, text)) = some(source, "prefix")
        && let Err(problem) = syntax::env_name(text, relaxed)
    {
        cx.problem(&problem).error(node, format!("no variable can start with {}: {problem}", quoted(text)));
    }
    let Some(list) = source.parent().filter(|_| source.is_map()) else { return };
    match ["configMapRef", "secretRef"].iter().filter(|key| source.get(key).is_some()).count() {
        0 => cx.beside(list, source, "expected `configMapRef` or `secretRef`, found neither"),
        1 => {}
        _ => cx.beside(list, source, "expected `configMapRef` or `secretRef`, found both"),
    }
}

check! {
    /// Fields of the pod that variables and files can be made of: names, labels, annotations, addresses. A single label
    /// or annotation is written `metadata.labels['key']`.
    FIELD_PATH = "api/field-path", field_path;
    mirrors "core validation.validateObjectFieldSelector, pods.ConvertDownwardAPIFieldLabel";
    on &["core.v1.ObjectFieldSelector"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, env: [{name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['app']\"}}}]}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, env: [{name: A, valueFrom: {fieldRef: {fieldPath: status.phase}}}]}]}\n";
}

fn field_path(cx: &mut Context<'_, '_>, selector: Node<'_>) {
    const ENV: &[&str] = &[
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "spec.nodeName",
        "spec.serviceAccountName",
        "status.hostIP",
        "status.hostIPs",
        "status.podIP",
        "status.podIPs",
    ];
    const FILES: &[&str] =
        &["metadata.name", "metadata.namespace", "metadata.labels", "metadata.annotations", "metadata.uid"];
    let Some((node, path)) = crate::validate::api::table::text(selector, "fieldPath") else { return };
    if path.is_empty() {
        return cx.error(node, "the path of the field is empty");
    }
    if some(selector, "apiVersion").is_some_and(|(_, version)| version != "v1") {
        return cx.error(node, "expected `apiVersion` to be v1, the only version that pods have");
    }
    let file = selector.parent().is_some_and(|owner| owner.key() != "valueFrom");
    let known = if file { FILES } else { ENV };
    if let Some((map, key)) = path.strip_suffix("']").and_then(|rest| rest.split_once("['")) {
        let (wanted, key) = match map {
            "metadata.annotations" => (syntax::qualified_name as syntax::Form, key.to_lowercase()),
            "metadata.labels" => (syntax::qualified_name as syntax::Form, key.to_owned()),
            _ => return cx.error(node, format!("only labels and annotations have keys, found {}", quoted(path))),
        };
        if let Err(problem) = wanted(&key) {
            cx.problem(&problem).beside(selector, node, format!("{} cannot be a key: {problem}", quoted(&key)));
        }
        return;
    }
    if !known.contains(&path) && (path != "spec.host" || file) {
        let message = format!("expected one of {}, found {}", known.join(", "), quoted(path));
        match crate::diag::did_you_mean(path, known.iter().copied()) {
            Some(near) => cx.error_help(node, message, format!("did you mean {near}?")),
            None => cx.error(node, message),
        }
    }
}

check! {
    /// Resources of containers that variables and files can be made of: requests and limits of cpu, memory, ephemeral
    /// storage and huge pages, divided by a unit. A file says of which container.
    RESOURCE_FIELD = "api/resource-field", resource_field;
    mirrors "core validation.validateContainerResourceFieldSelector, validateContainerResourceDivisor";
    on &["core.v1.ResourceFieldSelector"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}}]}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 2m}}}]}]}\n";
}

fn resource_field(cx: &mut Context<'_, '_>, selector: Node<'_>) {
    let file = selector.parent().is_some_and(|owner| owner.key() != "valueFrom");
    if file && selector.str("containerName").is_none_or(str::is_empty) {
        cx.at(selector, &["containerName"], "a file says of which container it tells");
    }
    let Some((node, resource)) = crate::validate::api::table::text(selector, "resource") else { return };
    let name = resource.strip_prefix("limits.").or_else(|| resource.strip_prefix("requests.")).unwrap_or("");
    let pages = name.starts_with("hugepages-");
    if !pages && !matches!(name, "cpu" | "memory" | "ephemeral-storage") {
        return cx.error(
            node,
            format!("expected limits or requests of cpu, memory or ephemeral-storage, found {}", quoted(resource)),
        );
    }
    if let Some(divisor) = selector.get("divisor")
        && super::quantity(divisor).is_some_and(|q| !q.is_zero())
        && !is_unit(divisor, name == "cpu")
    {
        let units = if name == "cpu" { "1m or 1" } else { "1 or one of 1k, 1M, 1G, 1Ki, 1Mi, 1Gi and so on" };
        cx.error(divisor, format!("expected {units}, found {}", divisor.found()));
    }
}

/// Whether a quantity is one of a unit.
fn is_unit(node: Node<'_>, cpu: bool) -> bool {
    let Some(value) = super::quantity(node) else { return false };
    let is = |text: &str| crate::kube::quantity::parse(text) == crate::kube::quantity::Parsed::Known(value);
    let written: String = node.as_str().map_or(String::new(), str::to_owned);
    if written.trim_start_matches(['+', '-']).contains(['e', 'E'])
        && !written.ends_with('E')
        && !written.ends_with("Ei")
    {
        return false;
    }
    if cpu {
        return is("1m") || is("1");
    }
    let units: &[&str] = if written.ends_with('i') {
        &["1", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"]
    } else {
        &["1", "1k", "1M", "1G", "1T", "1P", "1E"]
    };
    units.iter().any(|unit| is(unit)) && !Quantity::is_negative(value)
}

check! {
    /// A file that a variable is read from lies in an empty folder of the pod.
    ENV_FILE = "api/env-file", env_file;
    mirrors "core validation.validateFileKeyRefVolumes";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: v, emptyDir: {}}], containers: [{name: a, image: a, env: [{name: A, valueFrom: {fileKeyRef: {volumeName: v, path: a, key: B}}}]}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, env: [{name: A, valueFrom: {fileKeyRef: {volumeName: v, path: a, key: B}}}]}]}\n";
}

fn env_file(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    if cx.minor() < 35 {
        return;
    }
    for variable in crate::kube::pods::containers(pod).flat_map(|container| container.list("env")) {
        let Some(file) = variable.path(&["valueFrom", "fileKeyRef"]) else { continue };
        let Some((node, name)) = some(file, "volumeName") else { continue };
        match pod.list("volumes").find(|volume| volume.str("name") == Some(name)) {
            None => cx.fact(node, Fact::NoSuchVolume { name: name.to_owned(), near: None }),
            Some(volume) if volume.get("emptyDir").is_none() && volume.len() > 1 => {
                cx.error(node, format!("expected an emptyDir, but the volume {} is none", quoted(name)));
            }
            Some(_) => form(cx, node, name, syntax::dns_label),
        }
    }
}
