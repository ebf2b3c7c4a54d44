//! Reports and their findings.

use crate::exit::Call;
use crate::json::to_python;
use chartlens::diag::{self, Place, Severity};
use chartlens::report::{self, PrettyOptions};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};
use std::sync::Arc;

/// A finding. Its attributes are those of reports, see `docs/report.schema.json`.
#[pyclass(frozen, eq, module = "chartlens")]
#[derive(PartialEq)]
pub struct Diagnostic {
    found: diag::Diagnostic,
}

impl Diagnostic {
    /// A finding of the core.
    pub fn new(found: diag::Diagnostic) -> Diagnostic {
        Diagnostic { found }
    }
}

#[pymethods]
impl Diagnostic {
    /// The kind of fault, such as `schema/wrong-type`.
    #[getter]
    fn code(&self) -> &str {
        &self.found.code
    }

    /// `error`, `warning` or `note`.
    #[getter]
    fn severity(&self) -> &'static str {
        self.found.severity.name()
    }

    /// What is wrong.
    #[getter]
    fn message(&self) -> &str {
        &self.found.message
    }

    /// What to do.
    #[getter]
    fn help(&self) -> Option<&str> {
        self.found.help.as_deref()
    }

    /// What else there is to know.
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.found.notes.clone()
    }

    /// What is wrong, as data: the message is made of the first.
    #[getter]
    fn facts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.found.facts)
    }

    /// The chart as it was given; `None` for plain manifests.
    #[getter]
    fn chart(&self) -> Option<&str> {
        self.found.chart.as_deref()
    }

    /// The object it is about: apiVersion, kind, namespace and name.
    #[getter]
    fn object<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.found.object)
    }

    /// JSON pointer in the object.
    #[getter]
    fn pointer(&self) -> Option<&str> {
        self.found.pointer.as_deref()
    }

    /// Where it shows in the output.
    #[getter]
    fn rendered<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.found.rendered)
    }

    /// What caused it.
    #[getter]
    fn cause<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.found.cause)
    }

    /// Where it holds.
    #[getter]
    fn targets<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.found.targets)
    }

    /// Ways to mend it.
    #[getter]
    fn fixes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.found.fixes)
    }

    /// The file that a person should look at, if there is one.
    #[getter]
    fn file(&self) -> Option<&str> {
        self.found.file()
    }

    /// The line in that file.
    #[getter]
    fn line(&self) -> Option<u32> {
        self.found.place().map(Place::line)
    }

    /// The column in that file.
    #[getter]
    fn column(&self) -> Option<u32> {
        self.found.place().map(|place| place.start().column)
    }

    /// The whole finding as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.found)
    }

    fn __str__(&self) -> String {
        let mut report = report::Report::default();
        report.add(self.found.clone());
        let lines = report.to_concise(&PrettyOptions::default());
        lines.lines().next().unwrap_or_default().to_owned()
    }

    fn __repr__(&self) -> String {
        format!("<chartlens.Diagnostic {}: {}>", self.found.code, self.found.message)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let text = serde_json::to_string(&self.found).map_err(|error| PyValueError::new_err(error.to_string()))?;
        (py.import("chartlens._native")?.getattr("_diagnostic")?, (text,)).into_pyobject(py)
    }
}

/// What a check found. It is a sequence of findings, the most important first, and its text is the report for people.
#[pyclass(frozen, sequence, module = "chartlens")]
pub struct Report {
    report: Arc<report::Report>,
}

impl Report {
    /// A report of the core.
    pub fn new(report: report::Report) -> Report {
        Report { report: Arc::new(report) }
    }
}

#[pymethods]
impl Report {
    /// The findings.
    #[getter]
    fn diagnostics(&self) -> Vec<Diagnostic> {
        self.report.diagnostics.iter().cloned().map(Diagnostic::new).collect()
    }

    /// How many there are: errors, warnings, notes, charts and documents.
    #[getter]
    fn summary<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.report.summary)
    }

    /// Whether nothing was found that will not work.
    #[getter]
    fn ok(&self) -> bool {
        self.report.is_ok(Severity::Error)
    }

    /// The report as JSON.
    fn to_json(&self) -> String {
        self.report.to_json()
    }

    /// The report as a SARIF log.
    fn to_sarif(&self) -> String {
        self.report.to_sarif()
    }

    /// The report as JUnit XML.
    fn to_junit(&self) -> String {
        self.report.to_junit()
    }

    fn __len__(&self) -> usize {
        self.report.diagnostics.len()
    }

    /// Whether it is `ok`, however many findings there are.
    fn __bool__(&self) -> bool {
        self.ok()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyList::new(py, self.diagnostics())?.try_iter()?.into_any())
    }

    fn __getitem__<'py>(&self, py: Python<'py>, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        PyList::new(py, self.diagnostics())?.as_any().get_item(index)
    }

    fn __str__(&self) -> String {
        self.report.to_pretty(&PrettyOptions::default())
    }

    fn __repr__(&self) -> String {
        format!("<chartlens.Report {}>", self.report.counts())
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let _call = Call::enter(slf.py());
        slf.py().import("chartlens._html")?.call_method1("report", (slf,))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let texts = self.report.texts.iter();
        let texts: Vec<_> = texts.map(|(chart, name, text)| (chart, name, PyBytes::new(py, text))).collect();
        (py.import("chartlens._native")?.getattr("_report")?, (self.report.to_json(), texts)).into_pyobject(py)
    }
}

/// A finding from what its pickle holds.
#[pyfunction(name = "_diagnostic")]
pub fn unpickle_diagnostic(text: &str) -> PyResult<Diagnostic> {
    serde_json::from_str(text).map(Diagnostic::new).map_err(|error| PyValueError::new_err(error.to_string()))
}

/// A report from what its pickle holds.
#[pyfunction(name = "_report")]
pub fn unpickle_report(text: &str, texts: Vec<(Option<String>, String, Bound<'_, PyBytes>)>) -> PyResult<Report> {
    let mut report: report::Report =
        serde_json::from_str(text).map_err(|error| PyValueError::new_err(error.to_string()))?;
    for (chart, name, text) in texts {
        report.texts.add(chart.as_deref(), &name, Arc::from(text.as_bytes()));
    }
    Ok(Report::new(report))
}
