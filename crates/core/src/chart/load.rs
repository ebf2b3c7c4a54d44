//! From files to a chart: Helm's `pkg/chart/v2/loader`.

use super::archive::{ArchiveError, ArchiveLimits, unpack};
use super::files::File;
use super::metadata::{BASE, LOCK, Lock, METADATA};
use super::readings::{Readings, ValuesRead};
use super::{Chart, ValuesDocument, ValuesFile, unmet};
use crate::host::HelmVersion;
use crate::json::Numbers;
use crate::log::{Level, Log};
use crate::text::path::{base, extension};
use crate::value::decode::{GoType, decode, unsupported};
use crate::value::{Heap, Value};
use crate::yaml::{NodeKind, YamlError};
use std::borrow::Cow;
use std::cmp::Ordering;
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
    /// The text of that file, where there is one.
    pub text: Option<Arc<[u8]>>,
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
        ChartError { message, file: None, text: None, offset: None, log: Vec::new(), archive: None }
    }
}

impl From<ArchiveError> for ChartError {
    fn from(error: ArchiveError) -> Self {
        let message = error.to_string();
        ChartError { archive: Some(error), ..ChartError::from(message) }
    }
}

/// How deep charts may stand in charts.
const MAX_CHART_DEPTH: u32 = 100;

/// Loads a chart from a packed one. Errors: those of [`unpack`](super::archive::unpack) and of [`load_files`].
pub fn load_archive(bytes: &[u8], limits: &ArchiveLimits, helm: HelmVersion) -> Result<Chart, ChartError> {
    let files = unpack(bytes, limits)?;
    // Helm 4 wants to know the format of a chart before anything else.
    if helm >= HelmVersion::V4 && !files.iter().any(|file| file.name == "Chart.yaml") {
        return Err(ChartError::from("unable to detect chart version, no Chart.yaml found".to_owned()));
    }
    load_files(files, limits, helm)
}

/// What Helm 4 asks of a chart before it looks at any other file: that its `Chart.yaml` says a format it knows.
///
/// # Errors
///
/// The file cannot be read, or its `apiVersion` is of no format: Helm's texts.
pub fn detect(chart_yaml: &File) -> Result<(), ChartError> {
    let loader = Loader {
        limits: &ArchiveLimits::default(),
        helm: HelmVersion::V4,
        recovers: false,
        any_version: false,
        readings: None,
    };
    let (heap, value) =
        loader.decode(chart_yaml, &BASE, true).map_err(|e| unreadable(chart_yaml, e, &Chart::default()))?;
    let version = value.as_map().and_then(|map| heap.get(map, b"apiVersion")?.as_str());
    match version.map(|version| version.as_bytes()) {
        None | Some(b"" | b"v1" | b"v2" | b"v3") => Ok(()),
        Some(_) => Err(ChartError {
            file: Some(chart_yaml.name.clone()),
            text: Some(chart_yaml.data.clone()),
            ..ChartError::from("unsupported chart version".to_owned())
        }),
    }
}

/// Loads a chart from its files. What `.helmignore` keeps out is the caller's business: archives ignore it.
/// The error is the first that Helm meets, in its words.
pub fn load_files(files: Vec<File>, limits: &ArchiveLimits, helm: HelmVersion) -> Result<Chart, ChartError> {
    let chart_yaml = files.iter().find(|file| file.name == "Chart.yaml").cloned();
    let loader = Loader { limits, helm, recovers: false, any_version: false, readings: None };
    loader.load(files, String::new(), 0).map_err(|error| match chart_yaml {
        Some(file) if helm >= HelmVersion::V4 => detect(&file).err().unwrap_or(error),
        _ => error,
    })
}

/// Loads a chart as Helm's linter does, which does not look at its `apiVersion`.
/// The error is the first that Helm's linter meets, in its words.
pub fn load_for_lint(files: Vec<File>, limits: &ArchiveLimits, helm: HelmVersion) -> Result<Chart, ChartError> {
    let loader = Loader { limits, helm, recovers: false, any_version: true, readings: None };
    loader.load(files, String::new(), 0)
}

/// Loads what can be loaded of a packed chart, as [`load_all`] does.
///
/// # Errors
///
/// The archive itself cannot be read.
pub fn load_all_of_archive(bytes: &[u8], limits: &ArchiveLimits, helm: HelmVersion) -> Result<Chart, ChartError> {
    Ok(load_all(unpack(bytes, limits)?, limits, helm))
}

/// Loads what can be loaded of a chart: what is wrong with its files is in [`Chart::errors`], each file at fault is
/// left out, and all else is there.
pub fn load_all(files: Vec<File>, limits: &ArchiveLimits, helm: HelmVersion) -> Chart {
    load_what_can_be(files, &Loader { limits, helm, recovers: true, any_version: false, readings: None })
}

/// The same for a chart that was loaded before: of the files that have stayed the same nothing is read.
pub fn load_anew(files: Vec<File>, limits: &ArchiveLimits, helm: HelmVersion, readings: &Readings) -> Chart {
    load_what_can_be(files, &Loader { limits, helm, recovers: true, any_version: false, readings: Some(readings) })
}

fn load_what_can_be(files: Vec<File>, loader: &Loader<'_>) -> Chart {
    // A loader that recovers fails with nothing.
    loader.load(files, String::new(), 0).unwrap_or_else(|error| Chart { errors: vec![error], ..Chart::default() })
}

struct Loader<'l> {
    limits: &'l ArchiveLimits,
    helm: HelmVersion,
    /// Whether errors are kept with the chart, and loading goes on.
    recovers: bool,
    /// Whether `apiVersion` may be anything.
    any_version: bool,
    /// What was read before.
    readings: Option<&'l Readings>,
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

    /// The result; where it is an error that loading goes on after, nothing.
    fn passed<T>(&self, chart: &mut Chart, result: Result<T, ChartError>) -> Result<Option<T>, ChartError> {
        match result {
            Ok(found) => Ok(Some(found)),
            Err(error) if self.recovers => {
                chart.errors.push(error);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn fill(&self, chart: &mut Chart, files: Vec<File>, depth: u32) -> Result<(), ChartError> {
        let mut found = false;
        // Chart.yaml comes first, wherever it stands.
        for file in files.iter().filter(|f| f.name == "Chart.yaml") {
            found = true;
            let read = self.read_metadata(chart, file);
            if self.passed(chart, read)?.is_none() {
                self.read_rest(chart, file);
            }
            if chart.metadata.api_version.is_empty() {
                chart.metadata.api_version = "v1".to_owned();
            }
            (chart.chart_yaml, chart.requirements) = (Some(file.clone()), Some(file.clone()));
            chart.modified = file.modified;
        }
        let mut subcharts: BTreeMap<String, Vec<File>> = BTreeMap::new();
        chart.templates.reserve_exact(files.iter().filter(|file| file.name.starts_with("templates/")).count());
        for file in files {
            match file.name.as_str() {
                "Chart.yaml" => {}
                "Chart.lock" => {
                    self.read_lock(chart, &file)?;
                }
                "values.yaml" => {
                    chart.values_modified = file.modified;
                    let read = self.read_values(&file, &chart.location);
                    for error in read.errors {
                        let error = unreadable(&file, error, chart);
                        self.passed(chart, Err::<(), _>(error))?;
                    }
                    chart.values = read.values;
                }
                "values.schema.json" => {
                    (chart.schema, chart.schema_modified) = (Some(file.data), file.modified);
                }
                "requirements.yaml" => {
                    if chart.metadata.api_version != "v1" {
                        let text = "Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". We recommend migrating dependencies to Chart.yaml.";
                        chart.log.push(Log::new(Level::Info, text).helm3(format!("load.go:120: {text}")));
                    }
                    let read = self.read_metadata(chart, &file);
                    self.passed(chart, read)?;
                    chart.requirements = Some(file.clone());
                    if chart.metadata.api_version == "v1" {
                        chart.files.push(file);
                    }
                }
                "requirements.lock" => {
                    self.read_lock(chart, &file)?;
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
                        let file = File { name: inner.to_owned(), ..file };
                        subcharts.entry(folder).or_default().push(file);
                    }
                    None => chart.files.push(file),
                },
            }
        }
        let valid = match found {
            true => self.validate(chart, depth),
            false => Err(fail("Chart.yaml file is missing".to_owned(), "Chart.yaml", chart)),
        };
        // What could not be read need not be valid.
        if chart.errors.is_empty() {
            self.passed(chart, valid)?;
        }
        if self.recovers && chart.metadata.name.is_empty() {
            // Templates make names of it, which are to be no faults of their own.
            let folder = chart.location.trim_end_matches('/');
            chart.metadata.name = if folder.is_empty() { "chart" } else { base(folder) }.to_owned();
        }
        for (name, files) in subcharts {
            if name.starts_with(['_', '.']) {
                continue;
            }
            let sub = self.subchart(chart, &name, files, depth + 1);
            if let Some(sub) = self.passed(chart, sub)? {
                chart.dependencies.push(sub);
            }
        }
        if found && self.is_foreign(chart, depth) {
            let text = foreign_text(chart);
            let foreign: Result<(), _> = Err(fail(text, "Chart.yaml", chart));
            self.passed(chart, foreign)?;
        }
        Ok(())
    }

    /// What a values file says, and what is wrong with it: as far as it goes, where loading goes on after errors.
    fn read_values(&self, file: &File, location: &str) -> ValuesRead {
        match self.readings {
            Some(readings) => readings.values(&format!("{location}{}", file.name), &file.data, self.helm),
            None if self.recovers => ValuesRead::of(&file.data, self.helm),
            None => match read_values(&file.data, self.helm) {
                Ok(values) => ValuesRead { values: Some(values), errors: Vec::new() },
                Err(error) => ValuesRead { values: None, errors: vec![error] },
            },
        }
    }

    /// Takes in Chart.yaml or requirements.yaml.
    fn read_metadata(&self, chart: &mut Chart, file: &File) -> Result<(), ChartError> {
        let seen = chart.location.is_empty() && file.name == "Chart.yaml";
        let (heap, value) = self.decode(file, &METADATA, seen).map_err(|e| unreadable(file, e, chart))?;
        let mut metadata = std::mem::take(&mut chart.metadata);
        metadata.read(&heap, &value, |v| show(&heap, v));
        chart.metadata = metadata;
        Ok(())
    }

    /// Takes in what can be read of a Chart.yaml without its lines at fault.
    fn read_rest(&self, chart: &mut Chart, file: &File) {
        let parses = |text: &[u8]| crate::yaml::parse(text).map(|_| ());
        if let Some((text, _)) = crate::yaml::patched(&file.data, parses) {
            // The fault is told already; one more is nothing new.
            let _ = self.read_metadata(chart, &File { data: text.into(), ..file.clone() });
        }
    }

    /// Whether a chart is none of those that Helm 4 lets through. Those of the coming third format it loads first.
    fn is_foreign(&self, chart: &Chart, depth: u32) -> bool {
        let known = matches!(chart.metadata.api_version.as_str(), "v1" | "v2") || self.any_version;
        !known && self.helm >= HelmVersion::V4 && depth == 0
    }

    /// Whether Chart.yaml says what Helm wants of it.
    fn validate(&self, chart: &mut Chart, depth: u32) -> Result<(), ChartError> {
        if self.is_foreign(chart, depth) && chart.metadata.api_version != "v3" {
            return Err(fail("unsupported chart version".to_owned(), "Chart.yaml", chart));
        }
        let mut metadata = std::mem::take(&mut chart.metadata);
        let valid = metadata.validate(self.helm);
        chart.metadata = metadata;
        valid.map_err(|e| fail(e, "Chart.yaml", chart))
    }

    fn subchart(&self, chart: &Chart, name: &str, files: Vec<File>, depth: u32) -> Result<Arc<Chart>, ChartError> {
        let wrap = |mut error: ChartError| {
            error.archive = None;
            error.message = format!("error unpacking subchart {name} in {}: {}", chart.metadata.name, error.message);
            error
        };
        if depth > MAX_CHART_DEPTH {
            let message =
                format!("limit reached: charts nested deeper than {MAX_CHART_DEPTH} levels (limit `chart depth`)");
            return Err(message.into());
        }
        if extension(name) == ".tgz" {
            let Some(file) = files.first().filter(|f| f.name == name) else {
                let got = files.first().map_or("", |f| f.name.as_str());
                let message =
                    format!("error unpacking subchart tar in {}: expected {name}, got {got}", chart.metadata.name);
                return Err(message.into());
            };
            let folder = base(name).trim_end_matches(".tgz").to_owned();
            let location = format!("{}charts/{name}!/{folder}/", chart.location);
            let load = || {
                let files = unpack(&file.data, self.limits).map_err(ChartError::from)?;
                self.load(files, location.clone(), depth).map(Arc::new)
            };
            let loaded = match self.readings {
                Some(readings) => readings.packed(&location, &file.data, self.helm, load),
                None => load(),
            };
            return loaded.map_err(wrap);
        }
        let inner = files
            .into_iter()
            .filter_map(|file| {
                let (_, rest) = file.name.split_once('/')?;
                Some(File { name: rest.to_owned(), ..file.clone() })
            })
            .collect();
        let location = format!("{}charts/{name}/", chart.location);
        self.load(inner, location, depth).map(Arc::new).map_err(wrap)
    }

    /// Reads Chart.lock, or the requirements.lock of older charts.
    fn read_lock(&self, chart: &mut Chart, file: &File) -> Result<(), ChartError> {
        let read = self.decode(file, &LOCK, false).map_err(|e| unreadable(file, e, chart));
        let read = self.passed(chart, read)?;
        chart.lock = Some(read.map_or_else(Lock::default, |(heap, value)| {
            let show = |value: &Value| show(&heap, value);
            Lock::read(&heap, &value, &show)
        }));
        Ok(())
    }

    /// `yaml.Unmarshal` into a Go struct. Into some files Helm has `seen` before, and then no text was wanted.
    fn decode(&self, file: &File, ty: &'static GoType, seen: bool) -> Result<(Heap, Value), YamlError> {
        let mut heap = Heap::new();
        let numbers = if seen { Numbers::Exact } else { Numbers::Loose };
        let broken = |e| YamlError { message: format!("error converting YAML to JSON: {e}"), ..e };
        let value = crate::yaml::from_text(&mut heap, &file.data, numbers).map_err(broken)?;
        if let Some(number) = unsupported(&heap, &value, ty) {
            let number = crate::value::number::format_float(number, b'g', None, 64);
            let message = format!("json: unsupported value: {number}");
            return Err(broken(YamlError { message, offset: 0, line: 1 }));
        }
        let decode_error = |e: String| YamlError {
            message: format!("error unmarshaling JSON: while decoding JSON: {e}"),
            offset: 0,
            line: 1,
        };
        let value = decode(&mut heap, &value, ty, self.helm).map_err(decode_error)?;
        Ok((heap, value))
    }
}

/// Why Helm 4 does not render a chart of the third format. It takes as many requirements from Chart.yaml as there are
/// charts inside.
fn foreign_text(chart: &Chart) -> String {
    let declared = chart.metadata.dependencies.iter().flatten().count();
    let why = match declared.cmp(&chart.dependencies.len()) {
        Ordering::Less => Some("unsupported chart dependency type".to_owned()),
        Ordering::Equal => chart.missing_dependencies(),
        Ordering::Greater => None,
    };
    why.map_or("invalid chart apiVersion".to_owned(), |why| unmet(&why, HelmVersion::V4))
}

/// An error about a file of a chart.
fn fail(message: String, file: &str, chart: &Chart) -> ChartError {
    let known = [&chart.chart_yaml, &chart.requirements];
    let text = known.into_iter().flatten().find(|known| known.name == file).map(|known| known.data.clone());
    ChartError { file: Some(format!("{}{file}", chart.location)), text, ..ChartError::from(message) }
}

/// A file of a chart is not what Helm can read.
fn unreadable(file: &File, error: YamlError, chart: &Chart) -> ChartError {
    let failed = fail(format!("cannot load {}: {error}", file.name), &file.name, chart);
    ChartError { offset: Some(error.offset), text: Some(file.data.clone()), ..failed }
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
    documents_of(text, helm, false)
}

/// The same where the values alone are wanted, or first.
///
/// The error is Helm's text without its `cannot load …:`.
pub fn read_values(text: &Arc<[u8]>, helm: HelmVersion) -> Result<ValuesFile, YamlError> {
    documents_of(text, helm, true)
}

fn documents_of(text: &Arc<[u8]>, helm: HelmVersion, values_first: bool) -> Result<ValuesFile, YamlError> {
    let mut file = ValuesFile { text: text.clone(), documents: Vec::new() };
    let (chunks, separator) = match helm {
        HelmVersion::V3 => (std::iter::once(0..text.len()).collect(), None),
        HelmVersion::V4 => split_yaml(text),
    };
    for range in chunks {
        let chunk = text.get(range.clone()).unwrap_or_default();
        // Helm 4 ends the last line before it reads; of a text where that is done nothing has to be copied.
        let ordinary =
            (values_first && chunk.ends_with(b"\n")).then(|| ValuesDocument::of_ordinary(text, range.clone()));
        if let Some(document) = ordinary.flatten() {
            file.documents.push((range.start, Arc::new(document)));
            continue;
        }
        let wrap = |e: YamlError, step: &str| YamlError {
            message: match helm {
                HelmVersion::V3 => format!("{step}: {e}"),
                HelmVersion::V4 => format!("cannot unmarshal yaml document: {step}: {e}"),
            },
            offset: e.offset + range.start as u32,
            line: e.line,
        };
        let convert = |e| wrap(e, "error converting YAML to JSON");
        let whole = match helm {
            // Helm 4 ends the last line before it reads.
            HelmVersion::V4 if !chunk.is_empty() && !chunk.ends_with(b"\n") => Cow::Owned([chunk, b"\n"].concat()),
            _ => Cow::Borrowed(chunk),
        };
        let mut document = crate::yaml::parse(&whole).map_err(convert)?;
        document.compact();
        let root = document.root().map(|root| &document.node(root).kind);
        let is_certain = matches!(root, Some(NodeKind::Mapping { .. })) && crate::yaml::is_plain(&document);
        let mut values = None;
        if values_first || !is_certain {
            let mut heap = Heap::new();
            let value = crate::yaml::to_value(&mut heap, &document, Numbers::Float, &mut ()).map_err(convert)?;
            if !is_certain {
                // A trial tells what cannot become a map. What it makes nobody wants.
                let before = heap.mark();
                decode(&mut heap, &value, &VALUES, helm).map_err(|message| {
                    let error = YamlError { message, offset: 0, line: 1 };
                    wrap(error, "error unmarshaling JSON: while decoding JSON")
                })?;
                heap.forget_since(before);
            }
            values = values_first.then_some((heap, value));
        }
        file.documents.push((range.start, Arc::new(ValuesDocument::of_nodes(document, values))));
    }
    // Helm reads the documents in front of a broken separator before it looks for the next.
    match separator {
        None => Ok(file),
        Some(error) => Err(YamlError { message: format!("error reading yaml document: {error}"), offset: 0, line: 1 }),
    }
}

/// What can be read of a values file that is broken, its lines at fault left out, and what is wrong with it beside the
/// first error.
pub fn parse_patched(text: &Arc<[u8]>, helm: HelmVersion) -> (Option<ValuesFile>, Vec<YamlError>) {
    let parse = |text: &[u8]| parse_values(&Arc::from(text), helm).map(|_| ());
    let Some((rest, errors)) = crate::yaml::patched(text, parse) else { return (None, Vec::new()) };
    let values = parse_values(&Arc::from(rest), helm).ok();
    // Places in what is left are places in the text.
    let values = values.map(|values| ValuesFile { text: text.clone(), ..values });
    (values, errors.into_iter().skip(1).collect())
}

static VALUES: GoType = GoType::Map("map[string]interface {}", &GoType::Any);

/// The documents that apimachinery's `YAMLReader` finds, up to a separator that is none, and what it says of that.
pub fn split_yaml(text: &[u8]) -> (Vec<std::ops::Range<usize>>, Option<String>) {
    let mut documents = Vec::new();
    let mut start = 0;
    let first = text.starts_with(b"---").then_some(0);
    let others = memchr::memmem::find_iter(text, b"\n---").map(|at| at + 1);
    for at in first.into_iter().chain(others) {
        let rest = text.get(at..).unwrap_or_default();
        let end = at + memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
        let after = crate::text::lossy(text.get(at + 3..end).unwrap_or_default());
        let after = crate::text::trim_space_str(&after);
        if !after.is_empty() && !after.starts_with('#') {
            return (documents, Some(format!("invalid Yaml document separator: {after}")));
        }
        // A separator before anything else stays with the document it opens.
        if at > start {
            documents.push(start..at);
            start = end;
        }
    }
    if start < text.len() {
        documents.push(start..text.len());
    }
    (documents, None)
}
