//! Indexes of repositories: Helm's `pkg/repo/v1/index.go`.

use crate::address::join;
use crate::files;
use crate::lock::file_digest;
use crate::marshal::{json_indented, unmarshal, yaml};
use crate::model::{Metadata, is_off, without_nulls};
use crate::settings::Settings;
use chartlens::chart::{ArchiveLimits, METADATA, load_archive};
use chartlens::host::HelmVersion;
use chartlens::log::{Level, Log};
use chartlens::semver::{Constraint, Version};
use chartlens::text::{go_error, quote};
use chartlens::value::decode::{GoStruct, GoType};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// `repo.IndexFile`
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Index {
    /// `v1`
    pub api_version: String,
    /// When it was made.
    pub generated: String,
    /// Charts by name, the newest version first.
    pub entries: BTreeMap<String, Vec<Entry>>,
    /// Keys of who signs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub public_keys: Vec<String>,
    /// What other programs noted.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

/// `repo.ChartVersion`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// What the chart says of itself.
    #[serde(flatten)]
    pub metadata: Metadata,
    /// Where it is.
    #[serde(default)]
    pub urls: Vec<String>,
    /// When it was added.
    #[serde(default)]
    pub created: String,
    /// Whether it is gone.
    #[serde(default, skip_serializing_if = "is_off")]
    pub removed: bool,
    /// The SHA-256 of the archive.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
}

static INDEX: GoType = GoType::Struct(&GoStruct {
    names: ["repo.IndexFile", "repo.IndexFile"],
    short: "IndexFile",
    fields: &[
        ("serverInfo", GoType::Any),
        ("apiVersion", GoType::String),
        ("generated", GoType::Any),
        ("entries", GoType::Any),
        ("publicKeys", GoType::Slice(["[]string", "[]string"], &GoType::String)),
        ("annotations", GoType::Map("map[string]string", &GoType::String)),
    ],
});

static ENTRY: GoType = GoType::Struct(&GoStruct {
    names: ["repo.ChartVersion", "repo.ChartVersion"],
    short: "ChartVersion",
    fields: &[
        ("urls", GoType::Slice(["[]string", "[]string"], &GoType::String)),
        ("created", GoType::Any),
        ("removed", GoType::Bool),
        ("digest", GoType::String),
    ],
});

/// Nothing was asked for that an index can have: Helm's `Get` in its three ways.
pub const NO_CHART_NAME: &str = "no chart name found";
const NO_CHART_VERSION: &str = "no chart version found";

impl Index {
    /// A new one without charts.
    pub fn new(generated: String) -> Index {
        Index { api_version: "v1".to_owned(), generated, ..Index::default() }
    }

    /// Reads one: `loadIndex`. What is left out of it is told in `log`.
    pub fn parse(text: &[u8], source: &str, log: &mut Vec<Log>) -> Result<Index, String> {
        if text.is_empty() {
            return Err("empty index.yaml file".to_owned());
        }
        let whole = unmarshal(text, &INDEX)?;
        let texts = |value: Option<&Value>| match value {
            Some(Value::String(text)) => text.clone(),
            _ => String::new(),
        };
        let mut index = Index {
            api_version: texts(whole.get("apiVersion")),
            generated: texts(whole.get("generated")),
            ..Index::default()
        };
        for (name, versions) in whole.get("entries").and_then(Value::as_object).into_iter().flatten() {
            let mut kept = Vec::new();
            for version in versions.as_array().into_iter().flatten() {
                let skipped = |why: &str| Log::new(Level::Warn, why).with("name", name).with("source", source);
                if version.is_null() {
                    log.push(skipped("skipping loading invalid entry for chart: empty entry"));
                    continue;
                }
                match Entry::parse(version)? {
                    (entry, None) => kept.push(entry),
                    (entry, Some(error)) => log.push(
                        skipped("skipping loading invalid entry for chart")
                            .with("version", &entry.metadata.version)
                            .with("error", error),
                    ),
                }
            }
            index.entries.insert(name.clone(), kept);
        }
        index.sort();
        if index.api_version.is_empty() {
            return Err("no API version specified".to_owned());
        }
        Ok(index)
    }

    /// Reads a file: `LoadIndexFile`.
    pub fn load(settings: &Settings, file: &str, log: &mut Vec<Log>) -> Result<Index, String> {
        let text = files::read(&settings.path(file), file)?;
        Index::parse(&text, file, log).map_err(|error| format!("error loading {file}: {error}"))
    }

    /// The newest versions come first: `SortEntries`.
    pub fn sort(&mut self) {
        for versions in self.entries.values_mut() {
            let mut keyed: Vec<(Option<Version>, Entry)> =
                versions.drain(..).map(|entry| (Version::parse(&entry.metadata.version).ok(), entry)).collect();
            keyed.sort_by(|(a, _), (b, _)| match (a, b) {
                (Some(a), Some(b)) => b.compare(a),
                (None, None) => std::cmp::Ordering::Equal,
                (None, _) => std::cmp::Ordering::Greater,
                (_, None) => std::cmp::Ordering::Less,
            });
            versions.extend(keyed.into_iter().map(|(_, entry)| entry));
        }
    }

    /// The version of a chart that fits best: `Get`. A stand-in for an exact version that is not there is told in `log`.
    pub fn get(&self, name: &str, version: &str, log: &mut Vec<Log>) -> Result<&Entry, String> {
        let versions = self.entries.get(name).ok_or(NO_CHART_NAME)?;
        if versions.is_empty() {
            return Err(NO_CHART_VERSION.to_owned());
        }
        let constraint =
            Constraint::parse(if version.is_empty() { "*" } else { version }).map_err(|e| e.to_string())?;
        if let Some(exact) = versions.iter().find(|entry| !version.is_empty() && entry.metadata.version == version) {
            return Ok(exact);
        }
        let fits = |entry: &&Entry| Version::parse(&entry.metadata.version).is_ok_and(|found| constraint.check(&found));
        let found = versions.iter().find(fits).ok_or_else(|| format!("no chart version found for {name}-{version}"))?;
        if !version.is_empty() && !is_range(version) {
            let text = "unable to find exact version requested; falling back to closest available version";
            log.push(
                Log::new(Level::Warn, text)
                    .with("chart", name)
                    .with("requested", version)
                    .with("selected", &found.metadata.version),
            );
        }
        Ok(found)
    }

    /// Takes in what another one has and this one has not: `Merge`.
    pub fn merge(&mut self, other: Index) {
        for entry in other.entries.into_values().flatten() {
            if self.get(&entry.metadata.name, &entry.metadata.version, &mut Vec::new()).is_err() {
                self.entries.entry(entry.metadata.name.clone()).or_default().push(entry);
            }
        }
    }

    /// The index as a file.
    pub fn text(&self, as_json: bool) -> Result<String, String> {
        if as_json { json_indented(self) } else { yaml(self) }
    }

    /// An index of the archives in a folder and in the folders in it: `IndexDirectory`.
    pub fn of_folder(folder: &Path, url: &str, now: &dyn Fn() -> String) -> Result<Index, String> {
        let mut index = Index::new(now());
        let archives = |folder: &Path| sorted(folder, &|name| name.ends_with(".tgz"));
        let mut found: Vec<(String, String)> =
            archives(folder)?.into_iter().map(|name| (String::new(), name)).collect();
        for below in sorted(folder, &|name| folder.join(name).is_dir())? {
            found.extend(archives(&folder.join(&below))?.into_iter().map(|name| (below.clone(), name)));
        }
        for (parent, name) in found {
            let path = folder.join(&parent).join(&name);
            let shown = path.display().to_string();
            let bytes = files::read(&path, &shown)?;
            // What is no chart does not count.
            let Ok(chart) = load_archive(&bytes, &ArchiveLimits::default(), HelmVersion::V4) else { continue };
            let base = join(url, &parent).unwrap_or_else(|_| format!("{url}/{parent}"));
            let place = if base.is_empty() { name.clone() } else { join(&base, &name).unwrap_or(name.clone()) };
            let entry = Entry {
                metadata: Metadata::of(&chart),
                urls: vec![place],
                created: now(),
                removed: false,
                digest: file_digest(&path, &shown)?,
            };
            index.entries.entry(entry.metadata.name.clone()).or_default().push(entry);
        }
        Ok(index)
    }
}

/// Names in a folder, in the order of the alphabet.
fn sorted(folder: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<String>, String> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("open {}: {}", folder.display(), go_error(&error)))?;
    let names = entries.filter_map(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| wanted(name)).collect();
    names.sort();
    Ok(names)
}

impl Entry {
    /// One version of a chart, and why Helm leaves it out.
    fn parse(value: &Value) -> Result<(Entry, Option<String>), String> {
        let text = value.to_string();
        let of_chart = unmarshal(text.as_bytes(), &METADATA)?;
        let mut own = without_nulls(unmarshal(text.as_bytes(), &ENTRY)?);
        let decoding = |error: serde_json::Error| format!("error unmarshaling JSON: while decoding JSON: {error}");
        if let Some(created) = own.get_mut("created").filter(|created| !created.is_string()) {
            *created = Value::String(String::new());
        }
        let mut entry: Entry = serde_json::from_value(own).map_err(decoding)?;
        entry.metadata = serde_json::from_value(without_nulls(of_chart)).map_err(decoding)?;
        if entry.metadata.api_version.is_empty() {
            entry.metadata.api_version = "v1".to_owned();
        }
        let error = entry.fault();
        Ok((entry, error))
    }

    /// What `Metadata.Validate` says, as far as it counts here.
    fn fault(&self) -> Option<String> {
        let metadata = &self.metadata;
        let fault = |text: String| Some(format!("validation: {text}"));
        if metadata.name.is_empty() {
            return fault("chart.metadata.name is required".to_owned());
        }
        if matches!(metadata.name.as_str(), "." | "..") || metadata.name.contains(['/', '\\']) {
            return fault(format!("chart.metadata.name {} is invalid", quote(metadata.name.as_bytes())));
        }
        if metadata.version.is_empty() {
            return fault("chart.metadata.version is required".to_owned());
        }
        if Version::parse(&metadata.version).is_err() {
            return fault(format!("chart.metadata.version {} is invalid", quote(metadata.version.as_bytes())));
        }
        if !matches!(metadata.kind.as_str(), "" | "application" | "library") {
            return fault("chart.metadata.type must be application or library".to_owned());
        }
        None
    }
}

/// `isVersionRange`
fn is_range(version: &str) -> bool {
    let core = version.split(['-', '+']).next().unwrap_or(version);
    version.contains(['^', '~', '<', '>', '=', '!', '*'])
        || version.contains("||")
        || version.contains(" - ")
        || core.contains(['x', 'X'])
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "apiVersion: v1\nentries:\n  web:\n  - {name: web, version: 0.1.0, urls: [a.tgz], appVersion: 1.0}\n  - {name: web, version: 1.0.0-rc.1, urls: [c.tgz]}\n  - {name: web, version: 0.2.0, urls: [b.tgz], created: \"2026-01-01T00:00:00Z\"}\n  - {name: web, version: nope}\n  - null\n";

    #[test]
    fn versions_are_found_as_helm_does() {
        let mut log = Vec::new();
        let index = Index::parse(TEXT.as_bytes(), "x", &mut log).unwrap();
        assert_eq!(log.len(), 2, "what is no version and what is null is told");
        let found = |version: &str| {
            let mut log = Vec::new();
            let found = index.get("web", version, &mut log).map(|entry| entry.urls.concat());
            (found, log.len())
        };
        assert_eq!(found(""), (Ok("b.tgz".to_owned()), 0));
        assert_eq!(found("1.0.0-rc.1"), (Ok("c.tgz".to_owned()), 0));
        assert_eq!(found(">0.0.0-0"), (Ok("c.tgz".to_owned()), 0));
        assert_eq!(found("0.1"), (Ok("a.tgz".to_owned()), 1));
        assert_eq!(found("7"), (Err("no chart version found for web-7".to_owned()), 0));
        assert_eq!(index.get("x", "", &mut Vec::new()).unwrap_err(), NO_CHART_NAME);
        assert_eq!(
            index.entries["web"].iter().find(|e| e.metadata.version == "0.1.0").unwrap().metadata.app_version,
            "1"
        );
    }

    #[test]
    fn what_is_no_index_is_told() {
        let error = |text: &str| Index::parse(text.as_bytes(), "x", &mut Vec::new()).unwrap_err();
        assert_eq!(error(""), "empty index.yaml file");
        assert_eq!(error("entries: {}"), "no API version specified");
        assert!(
            error("<html>").contains("cannot unmarshal string into Go value of type repo.IndexFile"),
            "{}",
            error("<html>")
        );
    }
}
