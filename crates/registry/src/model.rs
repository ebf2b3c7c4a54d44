//! Helm's structs, in the order and with the omissions in which Go writes them: `pkg/chart/v2`.

use crate::marshal::unmarshal;
use chartlens::chart::{Chart, METADATA};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// `chart.Metadata`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields of Chart.yaml")]
pub struct Metadata {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub home: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub maintainers: Vec<Maintainer>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub icon: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub api_version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub condition: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tags: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub app_version: String,
    #[serde(skip_serializing_if = "is_off")]
    pub deprecated: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kube_version: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<Dependency>,
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    pub kind: String,
}

/// `chart.Maintainer`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Maintainer {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub email: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
}

/// `chart.Dependency`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
#[expect(missing_docs, reason = "the fields of Chart.yaml")]
pub struct Dependency {
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    pub repository: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub condition: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    #[serde(skip_serializing_if = "is_off")]
    pub enabled: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub import_values: Vec<Value>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub alias: String,
}

/// Go's `omitempty` of a bool.
pub fn is_off(on: &bool) -> bool {
    !on
}

impl Metadata {
    /// What a loaded chart says of itself.
    pub fn of(chart: &Chart) -> Metadata {
        let from = &chart.metadata;
        let annotations = from.annotations.iter().flatten();
        let maintainer = |m: &chartlens::chart::Maintainer| Maintainer {
            name: m.name.clone(),
            email: m.email.clone(),
            url: m.url.clone(),
        };
        Metadata {
            name: from.name.clone(),
            home: from.home.clone(),
            sources: from.sources.clone(),
            version: from.version.clone(),
            description: from.description.clone(),
            keywords: from.keywords.clone(),
            maintainers: from.maintainers.iter().map(maintainer).collect(),
            icon: from.icon.clone(),
            api_version: from.api_version.clone(),
            condition: from.condition.clone(),
            tags: from.tags.clone(),
            app_version: from.app_version.clone(),
            deprecated: from.deprecated,
            annotations: annotations.map(|(key, value)| (key.to_string(), value.to_string())).collect(),
            kube_version: from.kube_version.clone(),
            dependencies: dependencies(chart).unwrap_or_default(),
            kind: from.kind.clone(),
        }
    }
}

/// The charts that a chart asks for; none where it has no such list.
pub fn dependencies(chart: &Chart) -> Option<Vec<Dependency>> {
    let declared = chart.metadata.dependencies.as_ref()?;
    // What is to be imported is kept as it is spelt, in a form that the loader does not need.
    let spelt = chart.requirements.as_ref().and_then(|file| unmarshal(&file.data, &METADATA).ok());
    let imports = |at: usize| {
        let list = spelt.as_ref()?.get("dependencies")?.get(at)?.get("import-values")?.as_array()?;
        Some(list.clone())
    };
    let one = |(at, from): (usize, &chartlens::chart::Dependency)| Dependency {
        import_values: imports(at).unwrap_or_default(),
        ..Dependency::of(from)
    };
    Some(declared.iter().enumerate().map(one).collect())
}

impl Dependency {
    /// The same without what is to be imported.
    pub fn of(from: &chartlens::chart::Dependency) -> Dependency {
        Dependency {
            name: from.name.clone(),
            version: from.version.clone(),
            repository: from.repository.clone(),
            condition: from.condition.clone(),
            tags: from.tags.clone(),
            enabled: from.enabled,
            import_values: Vec::new(),
            alias: from.alias.clone(),
        }
    }
}

/// A value without nulls, which Go reads as if they were not there.
pub fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(kept.map(|(key, value)| (key, without_nulls(value))).collect())
        }
        Value::Array(items) => {
            Value::Array(items.into_iter().filter(|item| !item.is_null()).map(without_nulls).collect())
        }
        other => other,
    }
}
