//! Charts: loading, keeping and rendering them.

use crate::errors::{Class, render_error};
use crate::exit::Call;
use crate::options::{Release, kube_version, no_files, with_environment};
use crate::rendered::Rendered;
use chartlens::chart::{self, ChartError, File};
use chartlens::host::{HelmVersion, Host};
use chartlens::log::Log;
use chartlens::render::{RenderError, RenderErrorKind, RenderOptions, render_files};
use chartlens::session::chart_error;
use chartlens_cli::{ChartSource, read_chart};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyMapping, PyString, PyTuple};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// A loaded chart. It never changes, any number of threads may use it, and it can be pickled.
#[pyclass(frozen, module = "chartlens")]
pub struct Chart {
    source: ChartSource,
    /// The path as it was given.
    path: Option<String>,
    /// What reading it had to say.
    log: Vec<Log>,
    loaded: Arc<chart::Chart>,
    /// The chart as Helm 3 reads it.
    loaded3: OnceLock<Arc<chart::Chart>>,
}

impl Chart {
    fn new(py: Python<'_>, source: ChartSource, path: Option<String>, log: Vec<Log>) -> PyResult<Chart> {
        let loaded = py.detach(|| source.load(HelmVersion::V4)).map_err(|error| invalid(py, &error))?;
        Ok(Chart { source, path, log, loaded: Arc::new(loaded), loaded3: OnceLock::new() })
    }

    /// The chart as this Helm reads it.
    pub fn of(&self, py: Python<'_>, helm: HelmVersion) -> PyResult<Arc<chart::Chart>> {
        if helm >= HelmVersion::V4 {
            return Ok(self.loaded.clone());
        }
        if let Some(chart) = self.loaded3.get() {
            return Ok(chart.clone());
        }
        let chart = py.detach(|| self.source.load(helm)).map_err(|error| invalid(py, &error))?;
        Ok(self.loaded3.get_or_init(|| Arc::new(chart)).clone())
    }

    /// What it takes to render it.
    fn prepare(
        &self,
        py: Python<'_>,
        release: Release<'_, '_>,
        kube_version: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<(Arc<chart::Chart>, RenderOptions, Host)> {
        let (mut options, host) = release.options(py)?;
        if let Some(version) = kube_version {
            options.kube_version = Some(self::kube_version(version, options.helm)?);
        }
        Ok((self.of(py, options.helm)?, options, host))
    }

    /// What reports call it.
    pub fn shown(&self) -> String {
        self.path.clone().unwrap_or_else(|| self.loaded.metadata.name.clone())
    }
}

/// Renders, and once more with causes where that fails, because findings want them.
fn with_causes<T>(
    options: &RenderOptions,
    render: impl Fn(&RenderOptions) -> Result<T, RenderError>,
) -> Result<T, RenderError> {
    match render(options) {
        Err(error) if error.trace.is_none() && !matches!(error.kind, RenderErrorKind::Limit(_)) => {
            Err(render(&RenderOptions { trace: true, ..options.clone() }).err().unwrap_or(error))
        }
        result => result,
    }
}

#[pymethods]
impl Chart {
    /// The name in Chart.yaml.
    #[getter]
    fn name(&self) -> &str {
        &self.loaded.metadata.name
    }

    /// The version in Chart.yaml.
    #[getter]
    fn version(&self) -> &str {
        &self.loaded.metadata.version
    }

    /// The version of what the chart installs, empty where Chart.yaml has none.
    #[getter]
    fn app_version(&self) -> &str {
        &self.loaded.metadata.app_version
    }

    /// The description in Chart.yaml, empty where there is none.
    #[getter]
    fn description(&self) -> &str {
        &self.loaded.metadata.description
    }

    /// The path it was loaded from, or `None` where it came as bytes or as a mapping.
    #[getter]
    fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// Renders the chart as `helm template` does.
    ///
    /// Args:
    ///     name: Name of the release.
    ///     namespace: Namespace of the release.
    ///     values: A mapping, the path or the bytes of a values file, or a list of these; later ones win.
    ///     set: Values by `--set` path. Integers, booleans and None go the way of `--set`, text stays text,
    ///         everything else goes the way of `--set-json`.
    ///     set_string: Values by `--set` path that stay text.
    ///     kube_version: Version of Kubernetes, such as "1.31".
    ///     api_versions: API versions that the cluster knows beside the usual ones.
    ///     is_upgrade: Whether `.Release.IsUpgrade` is true.
    ///     skip_schema_validation: Whether values.schema.json is left aside.
    ///     helm_version: 4, or 3 for the bytes of Helm 3.
    ///     seed: Seed of everything random; equal seeds give equal bytes.
    ///     now: The time that templates see: a datetime, seconds since 1970 or RFC 3339.
    ///     timezone: The local time zone that templates see, such as "Europe/Berlin".
    ///     trace: Whether to record causes at once. They are recorded on demand otherwise.
    ///
    /// Raises:
    ///     ValuesError: The values cannot be read, or the chart's schema refuses them.
    ///     ChartError: The chart misses a dependency or does not want this version of Kubernetes.
    ///     RenderError: A template fails.
    ///     UsageError: An argument makes no sense.
    ///
    /// Example:
    ///     >>> import chartlens
    ///     >>> chart = chartlens.load({
    ///     ...     "Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
    ///     ...     "templates/a.yaml": "kind: A\nreplicas: {{ .Values.n }}\n",
    ///     ... })
    ///     >>> chart.render(values={"n": 2}).documents[0].object
    ///     {'kind': 'A', 'replicas': 2}
    #[pyo3(signature = (name = "release-name", namespace = "default", *, values = None, set = None, set_string = None,
        kube_version = None, api_versions = Vec::new(), is_upgrade = false, skip_schema_validation = false,
        helm_version = None, seed = None, now = None, timezone = None, trace = false))]
    #[expect(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn render(
        &self,
        py: Python<'_>,
        name: &str,
        namespace: &str,
        values: Option<&Bound<'_, PyAny>>,
        set: Option<&Bound<'_, PyMapping>>,
        set_string: Option<&Bound<'_, PyMapping>>,
        kube_version: Option<&Bound<'_, PyAny>>,
        api_versions: Vec<String>,
        is_upgrade: bool,
        skip_schema_validation: bool,
        helm_version: Option<&Bound<'_, PyAny>>,
        seed: Option<&Bound<'_, PyAny>>,
        now: Option<&Bound<'_, PyAny>>,
        timezone: Option<String>,
        trace: bool,
    ) -> PyResult<Rendered> {
        let _call = Call::enter(py);
        let release = Release {
            name,
            namespace,
            values,
            set,
            set_string,
            api_versions,
            is_upgrade,
            skip_schema_validation,
            helm_version,
            seed,
            now,
            timezone,
        };
        let (chart, mut options, host) = self.prepare(py, release, kube_version)?;
        options.trace = trace;
        let helm = options.helm;
        let result = crate::work::run(py, &options.cancel.clone(), move || {
            let rendered =
                with_causes(&options, |options| crate::work::SESSION.render(&chart, options, &host, &no_files));
            rendered.map(|rendered| (rendered, chart, options, host))
        })?;
        match result {
            Ok((mut rendered, chart, options, host)) => {
                let log = self.log.iter().chain(&chart.log).cloned();
                rendered.log = log.chain(std::mem::take(&mut rendered.log)).collect();
                Ok(Rendered::new(chart, options, host, rendered))
            }
            Err(error) => Err(render_error(py, &error, helm)),
        }
    }

    /// What every template writes, before it is split into documents, read as YAML and sorted: for templates that
    /// write something else, or YAML that is broken. The arguments and errors are those of `render`.
    ///
    /// Returns:
    ///     The name of each file, as `# Source:` lines have it, and its bytes.
    ///
    /// Example:
    ///     >>> import chartlens
    ///     >>> chart = chartlens.load({
    ///     ...     "Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
    ///     ...     "templates/a.txt": "Hello {{ .Values.who }}\n",
    ///     ... })
    ///     >>> chart.render_files(values={"who": "you"})
    ///     {'web/templates/a.txt': b'Hello you\n'}
    #[pyo3(signature = (name = "release-name", namespace = "default", *, values = None, set = None, set_string = None,
        kube_version = None, api_versions = Vec::new(), is_upgrade = false, skip_schema_validation = false,
        helm_version = None, seed = None, now = None, timezone = None))]
    #[expect(clippy::too_many_arguments, reason = "they are keyword arguments")]
    fn render_files<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        namespace: &str,
        values: Option<&Bound<'py, PyAny>>,
        set: Option<&Bound<'py, PyMapping>>,
        set_string: Option<&Bound<'py, PyMapping>>,
        kube_version: Option<&Bound<'_, PyAny>>,
        api_versions: Vec<String>,
        is_upgrade: bool,
        skip_schema_validation: bool,
        helm_version: Option<&Bound<'py, PyAny>>,
        seed: Option<&Bound<'py, PyAny>>,
        now: Option<&Bound<'py, PyAny>>,
        timezone: Option<String>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let _call = Call::enter(py);
        let release = Release {
            name,
            namespace,
            values,
            set,
            set_string,
            api_versions,
            is_upgrade,
            skip_schema_validation,
            helm_version,
            seed,
            now,
            timezone,
        };
        let (chart, options, host) = self.prepare(py, release, kube_version)?;
        let helm = options.helm;
        let result = crate::work::run(py, &options.cancel.clone(), move || {
            with_causes(&options, |options| render_files(&chart, options, &host, &no_files))
        })?;
        let files = result.map_err(|error| render_error(py, &error, helm))?;
        let dict = PyDict::new(py);
        for (name, text) in files {
            dict.set_item(name, PyBytes::new(py, &text))?;
        }
        Ok(dict)
    }

    /// A chart never changes: it is its own copy.
    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    /// A chart never changes: it is its own copy.
    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __repr__(&self) -> String {
        format!("<chartlens.Chart {} {}>", self.name(), self.version())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let _call = Call::enter(py);
        let rebuild = py.import("chartlens._native")?.getattr("_chart")?;
        let (files, archive) = match &self.source {
            ChartSource::Folder(files) => {
                let pair = |file: &File| (file.name.clone(), PyBytes::new(py, &file.data));
                (Some(files.iter().map(pair).collect::<Vec<_>>()), None)
            }
            ChartSource::Archive { bytes, path } => (None, Some((PyBytes::new(py, bytes), path.clone()))),
        };
        (rebuild, (self.path.clone(), files, archive)).into_pyobject(py)
    }
}

/// Loads a chart.
///
/// Args:
///     source: The path of a folder or of an archive, the bytes of an archive, or a mapping of the chart's files: path
///         in the chart's folder to text or bytes. Anything that lists and reads files as `importlib.resources`
///         and `zipfile.Path` do is as good as a path. Only folders heed .helmignore; a mapping is taken as it is.
///
/// Raises:
///     ChartError: The files are no chart; `diagnostics` says where.
///     TypeError: The source is none of these.
///
/// Example:
///     >>> import chartlens
///     >>> chartlens.load({"Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n"})
///     <chartlens.Chart web 0.1.0>
#[pyfunction]
pub fn load(source: &Bound<'_, PyAny>) -> PyResult<Chart> {
    let py = source.py();
    let _call = Call::enter(py);
    if let Ok(bytes) = source.cast::<PyBytes>() {
        return Chart::new(py, archive(bytes.as_bytes(), "archive"), None, Vec::new());
    }
    if let Ok(files) = source.cast::<PyMapping>() {
        let files = files.items()?.iter().map(|item| file(&item)).collect::<PyResult<_>>()?;
        return Chart::new(py, ChartSource::Folder(files), None, Vec::new());
    }
    let Ok(path) = source.extract::<PathBuf>() else {
        if source.hasattr("iterdir")? && source.hasattr("read_bytes")? {
            return Chart::new(py, crate::tree::read(source)?, None, Vec::new());
        }
        let kind = source.get_type().qualname()?;
        return Err(PyTypeError::new_err(format!("expected a path, bytes or a mapping of files, found {kind}")));
    };
    let name = path.to_string_lossy().into_owned();
    let mut log = Vec::new();
    let read = || with_environment(|env| read_chart(env, &name, HelmVersion::V4, &mut log));
    let read = py.detach(read).map_err(|error| Class::Chart.error(py, &error.message))?;
    Chart::new(py, read, Some(name), log)
}

/// A chart from what its pickle holds.
#[pyfunction(name = "_chart")]
pub fn unpickle_chart(
    py: Python<'_>,
    path: Option<String>,
    files: Option<Vec<(String, Bound<'_, PyBytes>)>>,
    archive: Option<(Bound<'_, PyBytes>, String)>,
) -> PyResult<Chart> {
    let _call = Call::enter(py);
    let source = match archive {
        Some((bytes, path)) => self::archive(bytes.as_bytes(), &path),
        None => {
            let files = files.unwrap_or_default();
            ChartSource::Folder(files.into_iter().map(|(name, data)| File::new(name, data.as_bytes())).collect())
        }
    };
    Chart::new(py, source, path, Vec::new())
}

fn archive(bytes: &[u8], path: &str) -> ChartSource {
    ChartSource::Archive { bytes: Arc::from(bytes), path: path.to_owned() }
}

/// An item of a mapping of files.
fn file(item: &Bound<'_, PyAny>) -> PyResult<File> {
    let (name, data): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
    let Ok(path) = name.extract::<PathBuf>() else {
        let kind = name.get_type().qualname()?;
        return Err(PyTypeError::new_err(format!("expected the path of a file as a key, found {kind}")));
    };
    let path = path.to_string_lossy().into_owned();
    if let Ok(bytes) = data.cast::<PyBytes>() {
        return Ok(File::new(path, bytes.as_bytes()));
    }
    if let Ok(text) = data.cast::<PyString>() {
        return Ok(File::new(path, text.to_cow()?.as_bytes()));
    }
    let kind = data.get_type().qualname()?;
    Err(PyTypeError::new_err(format!("{path}: expected text or bytes, found {kind}")))
}

/// An exception for files that are no chart.
fn invalid(py: Python<'_>, error: &ChartError) -> PyErr {
    Class::Chart.with(py, &error.message, vec![chart_error(error)])
}
