//! Custom checks of polaris, which are JSON Schemas: each is a rule with a schema.

use super::{HAVE_PODS, map, text, texts};
use crate::config::OwnRule;
use chartlens::diag::Severity;
use chartlens::lint::SchemaTarget;
use serde_json::Value;

/// What a check may have without being another one here.
const KNOWN: &[&str] = &[
    "successMessage",
    "failureMessage",
    "category",
    "target",
    "schemaTarget",
    "schema",
    "jsonSchema",
    "controllers",
    "containers",
];

/// The code of the rule that a custom check is.
pub(super) fn code(name: &str) -> String {
    format!("polaris/{name}")
}

/// The rule that a custom check asks for; none where it asks for something that is not known here.
pub(super) fn rule(name: &str, check: &Value, level: Severity) -> Option<OwnRule> {
    if !check.as_object()?.keys().all(|key| KNOWN.contains(&key.as_str())) {
        return None;
    }
    let target = text(check, "target")?;
    let no_init = texts(check.get("containers").and_then(|containers| containers.get("exclude")));
    let of_containers = match no_init.as_slice() {
        [] => SchemaTarget::Container,
        [init] if init == "initContainer" => SchemaTarget::MainContainer,
        _ => return None,
    };
    let part = match text(check, "schemaTarget").unwrap_or(target) {
        "Container" => of_containers,
        "PodSpec" | "Pod" => SchemaTarget::PodSpec,
        "PodTemplate" => return None,
        _ => SchemaTarget::Object,
    };
    let kinds = match target {
        "Container" | "PodSpec" | "Pod" | "Controller" => controllers(check),
        named => vec![named.rsplit('/').next().unwrap_or(named).to_owned()],
    };
    let schema = match (check.get("schema"), text(check, "jsonSchema")) {
        (Some(schema), None) => schema.clone(),
        (None, Some(text)) => serde_json::from_str(text).ok()?,
        _ => return None,
    };
    let said = text(check, "failureMessage").map(str::to_owned);
    let rule = OwnRule {
        code: code(name),
        schema: Some(schema),
        target: part,
        message: said.unwrap_or_else(|| format!("the custom check `{name}` does not hold")),
        level,
        kinds,
        ..OwnRule::default()
    };
    rule.compile().is_ok().then_some(rule)
}

/// The controllers that a check is about.
fn controllers(check: &Value) -> Vec<String> {
    let named = map(check, "controllers");
    let [include, exclude] = ["include", "exclude"].map(|list| texts(named.get(list)));
    let is_in = |list: &[String], kind: &str| list.iter().any(|name| name.eq_ignore_ascii_case(kind));
    let all = HAVE_PODS.iter().filter(|kind| include.is_empty() || is_in(&include, kind));
    all.filter(|kind| !is_in(&exclude, kind)).map(|kind| (*kind).to_owned()).collect()
}
