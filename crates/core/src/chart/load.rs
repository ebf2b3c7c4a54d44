//! From files to a chart: Helm's `pkg/chart/v2/loader`.

use super::archive::{ArchiveError, ArchiveLimits, unpack};
use super::files::File;
use super::metadata::{LOCK, METADATA};
use super::{Chart, ValuesFile};
use crate::host::HelmVersion;
use crate::json::Numbers;
use crate::log::{Level, Log};
use crate::text::path::{base, extension};
use crate::value::decode::{GoType, decode};
use crate::value::{Heap, Value};
use crate::yaml::{NodeKind, YamlError};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Why files are no chart.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartError {
    /// Helm's text.
    pub message: String,
    /// The file at fault, from the root chart's folder, where there is one.
    pub file: Option<String>,
    /// The byte at fault in that file, where one is.
    pub offset: Option<u32>,
    /// What loading had said before it failed.
    pub log: Vec<Log>,
    /// Set where the root chart's archive itself cannot be read.
    pub archive: Option<ArchiveError>,
}

impl fmt::Display for ChartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ChartError {}

impl From<String> for ChartError {
    fn from(message: String) -> Self {
        ChartError { message, file: None, offset: None, log: Vec::new(), archive: None }
    }
}

impl From<ArchiveError> for ChartError {
    fn from(error: ArchiveError) -> Self {
        ChartError { message: error.to_string(), file: None, offset: None, log: Vec::new(), archive: Some(error) }
    }
}

/// How deep charts may stand in charts.
const MAX_CHART_DEPTH: u32 = 100;

/// Loads a chart from a packed one.
pub fn load_archive(bytes: &[u8], limits: &ArchiveLimits, helm: HelmVersion) -> Result<Chart, ChartError> {
    let files = unpack(bytes, limits)?;
    load_files(files, limits, helm)
}

/// Loads a chart from its files. What `.helmignore` keeps out is the caller's business: archives ignore it.
pub fn load_files(files: Vec<File>, limits: &ArchiveLimits, helm: HelmVersion) -> Result<Chart, ChartError> {
    let loader = Loader { limits, helm };
    loader.load(files, String::new(), 0)
}

struct Loader<'l> {
    limits: &'l ArchiveLimits,
    helm: HelmVersion,
}

impl Loader<'_> {
    fn load(&self, files: Vec<File>, location: String, depth: u32) -> Result<Chart, ChartError> {
        let mut chart = Chart { location, ..Chart::default() };
        let result = self.fill(&mut chart, files, depth);
        match result {
            Ok(()) => Ok(chart),
            Err(mut error) => {
                error.log = chart.log.into_iter().chain(error.log).collect();
                Err(error)
            }
        }
    }

    fn fill(&self, chart: &mut Chart, files: Vec<File>, depth: u32) -> Result<(), ChartError> {
        let fail = |message: String, file: &str, chart: &Chart| ChartError {
            message,
            file: Some(format!("{}{file}", chart.location)),
            offset: None,
            log: Vec::new(),
            archive: None,
        };
        let unreadable = |file: &str, error: YamlError, chart: &Chart| ChartError {
            offset: Some(error.offset),
            ..fail(format!("cannot load {file}: {error}"), file, chart)
        };
        let mut found = false;
        // Chart.yaml comes first, wherever it stands.
        for file in files.iter().filter(|f| f.name == "Chart.yaml") {
            found = true;
            let read = |e: YamlError| unreadable("Chart.yaml", e, chart);
            let (heap, value) = self.decode(file, &METADATA).map_err(read)?;
            let mut metadata = std::mem::take(&mut chart.metadata);
            metadata.read(&heap, &value, |v| show(&heap, v)).map_err(|e| fail(e, "Chart.yaml", chart))?;
            if metadata.api_version.is_empty() {
                metadata.api_version = "v1".to_owned();
            }
            chart.metadata = metadata;
            chart.requirements = Some(file.clone());
        }
        let mut subcharts: BTreeMap<String, Vec<File>> = BTreeMap::new();
        for file in files {
            match file.name.as_str() {
                "Chart.yaml" => {}
                "Chart.lock" => {
                    let read = |e: YamlError| unreadable("Chart.lock", e, chart);
                    self.decode(&file, &LOCK).map_err(read)?;
                }
                "values.yaml" => {
                    let read = |e: YamlError| unreadable("values.yaml", e, chart);
                    chart.values = Some(parse_values(&file.data, self.helm).map_err(read)?);
                }
                "values.schema.json" => chart.schema = Some(file.data),
                "requirements.yaml" => {
                    if chart.metadata.api_version != "v1" {
                        let text = "Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". We recommend migrating dependencies to Chart.yaml.";
                        chart.log.push(Log::new(Level::Info, text).helm3(format!("load.go:120: {text}")));
                    }
                    let read = |e: YamlError| unreadable("requirements.yaml", e, chart);
                    let (heap, value) = self.decode(&file, &METADATA).map_err(read)?;
                    let mut metadata = std::mem::take(&mut chart.metadata);
                    metadata
                        .read(&heap, &value, |v| show(&heap, v))
                        .map_err(|e| fail(e, "requirements.yaml", chart))?;
                    chart.metadata = metadata;
                    chart.requirements = Some(file.clone());
                    if chart.metadata.api_version == "v1" {
                        chart.files.push(file);
                    }
                }
                "requirements.lock" => {
                    let read = |e: YamlError| unreadable("requirements.lock", e, chart);
                    self.decode(&file, &LOCK).map_err(read)?;
                    if chart.metadata.api_version != "v1" {
                        let text = "Warning: Dependency locking is handled in Chart.lock since apiVersion \"v2\". We recommend migrating to Chart.lock.";
                        chart.log.push(Log::new(Level::Info, text).helm3(format!("load.go:138: {text}")));
                    } else {
                        chart.files.push(file);
                    }
                }
                name if name.starts_with("templates/") => chart.templates.push(file),
                name => match name.strip_prefix("charts/") {
                    Some(_) if extension(name) == ".prov" => chart.files.push(file),
                    Some(inner) => {
                        let folder = inner.split('/').next().unwrap_or(inner).to_owned();
                        let file = File { name: inner.to_owned(), data: file.data };
                        subcharts.entry(folder).or_default().push(file);
                    }
                    None => chart.files.push(file),
                },
            }
        }
        if !found {
            return Err(fail("Chart.yaml file is missing".to_owned(), "Chart.yaml", chart));
        }
        // Charts of the coming third format are known, and not yet let through.
        let coming = chart.metadata.api_version == "v3";
        let foreign =
            !matches!(chart.metadata.api_version.as_str(), "v1" | "v2") && self.helm >= HelmVersion::V4 && depth == 0;
        if foreign && !coming {
            return Err(fail("unsupported chart version".to_owned(), "Chart.yaml", chart));
        }
        if foreign && matches!(chart.metadata.name.as_str(), "." | "..") {
            let name = crate::text::quote(chart.metadata.name.as_bytes());
            return Err(fail(format!("validation: chart.metadata.name {name} is not allowed"), "Chart.yaml", chart));
        }
        let mut metadata = std::mem::take(&mut chart.metadata);
        let valid = metadata.validate();
        chart.metadata = metadata;
        valid.map_err(|e| fail(e, "Chart.yaml", chart))?;
        if foreign {
            return Err(fail("invalid chart apiVersion".to_owned(), "Chart.yaml", chart));
        }
        for (name, files) in subcharts {
            if name.starts_with(['_', '.']) {
                continue;
            }
            let sub = self.subchart(chart, &name, files, depth + 1)?;
            chart.dependencies.push(Arc::new(sub));
        }
        Ok(())
    }

    fn subchart(&self, chart: &Chart, name: &str, files: Vec<File>, depth: u32) -> Result<Chart, ChartError> {
        let wrap = |mut error: ChartError| {
            error.archive = None;
            error.message = format!("error unpacking subchart {name} in {}: {}", chart.metadata.name, error.message);
            error
        };
        if depth > MAX_CHART_DEPTH {
            let message =
                format!("limit reached: charts nested deeper than {MAX_CHART_DEPTH} levels (limit `chart depth`)");
            return Err(ChartError { message, file: None, offset: None, log: Vec::new(), archive: None });
        }
        if extension(name) == ".tgz" {
            let Some(file) = files.first().filter(|f| f.name == name) else {
                let got = files.first().map_or("", |f| f.name.as_str());
                let message =
                    format!("error unpacking subchart tar in {}: expected {name}, got {got}", chart.metadata.name);
                return Err(ChartError { message, file: None, offset: None, log: Vec::new(), archive: None });
            };
            let files = unpack(&file.data, self.limits).map_err(|e| wrap(ChartError::from(e)))?;
            let folder = base(name).trim_end_matches(".tgz").to_owned();
            let location = format!("{}charts/{name}!/{folder}/", chart.location);
            return self.load(files, location, depth).map_err(wrap);
        }
        let inner = files
            .into_iter()
            .filter_map(|file| {
                let (_, rest) = file.name.split_once('/')?;
                Some(File { name: rest.to_owned(), data: file.data.clone() })
            })
            .collect();
        let location = format!("{}charts/{name}/", chart.location);
        self.load(inner, location, depth).map_err(wrap)
    }

    /// `yaml.Unmarshal` into a Go struct.
    fn decode(&self, file: &File, ty: &'static GoType) -> Result<(Heap, Value), YamlError> {
        let mut heap = Heap::new();
        let value = crate::yaml::from_text(&mut heap, &file.data, Numbers::Exact, &mut ())
            .map_err(|e| YamlError { message: format!("error converting YAML to JSON: {e}"), ..e })?;
        let decode_error = |e: String| YamlError {
            message: format!("error unmarshaling JSON: while decoding JSON: {e}"),
            offset: 0,
            line: 1,
        };
        let value = decode(&mut heap, &value, ty, self.helm).map_err(decode_error)?;
        Ok((heap, value))
    }
}

/// Go's `%v` of a value.
fn show(heap: &Heap, value: &Value) -> String {
    let budget = crate::budget::Budget::default();
    crate::value::fmt::display(heap, &budget, value).map_or_else(|end| end.to_string(), |text| text.to_string())
}

/// Parses a values file: Helm 4 reads all documents of it, Helm 3 the first.
///
/// The error is Helm's text without its `cannot load …:`.
pub fn parse_values(text: &Arc<[u8]>, helm: HelmVersion) -> Result<ValuesFile, YamlError> {
    let mut file = ValuesFile { text: text.clone(), documents: Vec::new() };
    let chunks = match helm {
        HelmVersion::V3 => std::iter::once(0..text.len()).collect(),
        HelmVersion::V4 => split_documents(text).map_err(|e| YamlError {
            message: format!("error reading yaml document: {e}"),
            offset: 0,
            line: 1,
        })?,
    };
    for range in chunks {
        let chunk = text.get(range.clone()).unwrap_or_default();
        let wrap = |e: YamlError, step: &str| YamlError {
            message: match helm {
                HelmVersion::V3 => format!("{step}: {e}"),
                HelmVersion::V4 => format!("cannot unmarshal yaml document: {step}: {e}"),
            },
            offset: e.offset + range.start as u32,
            line: e.line,
        };
        let convert = |e| wrap(e, "error converting YAML to JSON");
        let document = crate::yaml::parse(chunk).map_err(convert)?;
        let root = document.root().map(|root| &document.node(root).kind);
        if !matches!(root, Some(NodeKind::Mapping { .. })) || !crate::yaml::is_plain(&document) {
            // A trial run tells what cannot become a map.
            let mut heap = Heap::new();
            let value = crate::yaml::to_value(&mut heap, &document, Numbers::Float, &mut ()).map_err(convert)?;
            decode(&mut heap, &value, &VALUES, helm).map_err(|message| {
                let error = YamlError { message, offset: 0, line: 1 };
                wrap(error, "error unmarshaling JSON: while decoding JSON")
            })?;
        }
        file.documents.push((range.start, Arc::new(document)));
    }
    Ok(file)
}

static VALUES: GoType = GoType::Map("map[string]interface {}", &GoType::Any);

/// The documents that apimachinery's `YAMLReader` finds.
fn split_documents(text: &[u8]) -> Result<Vec<std::ops::Range<usize>>, String> {
    let mut documents = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        let end = at + memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
        let line = text.get(at..end).unwrap_or_default();
        if let Some(after) = line.strip_prefix(b"---") {
            let after = crate::text::lossy(after);
            let after = crate::text::trim_space_str(&after);
            if !after.is_empty() && !after.starts_with('#') {
                return Err(format!("invalid Yaml document separator: {after}"));
            }
            // A separator before anything else stays with the document it opens.
            if at > start {
                documents.push(start..at);
                start = end;
            }
        }
        at = end;
    }
    if start < text.len() {
        documents.push(start..text.len());
    }
    Ok(documents)
}
