//! What a render gives: documents, hooks, notes, and the causes of their bytes.

use crate::errors::{Class, render_error};
use crate::exit::Call;
use crate::json::to_python;
use crate::options::no_files;
use chartlens::budget::Budget;
use chartlens::chart;
use chartlens::diag::{Cause, ObjectRef};
use chartlens::host::Host;
use chartlens::kube::tree::Tree;
use chartlens::log::Level;
use chartlens::render::{self, Causes, OutputOptions, RenderOptions, template_output};
use chartlens::session::{self, Question};
use chartlens::text::lossy;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple};
use std::sync::{Arc, OnceLock};

/// A rendered chart. Its text is what `helm template` prints.
#[pyclass(frozen, module = "chartlens")]
pub struct Rendered {
    run: Arc<Run>,
    documents: PyOnceLock<Py<PyTuple>>,
    hooks: PyOnceLock<Py<PyTuple>>,
}

/// A render, and what it takes to repeat it with causes.
struct Run {
    chart: Arc<chart::Chart>,
    options: RenderOptions,
    host: Host,
    rendered: render::Rendered,
    traced: OnceLock<render::Rendered>,
}

impl Run {
    fn documents(&self, hooks: bool) -> &[render::Document] {
        if hooks { &self.rendered.hooks } else { &self.rendered.documents }
    }

    /// What caused something in a document.
    fn cause(
        self: &Arc<Self>,
        py: Python<'_>,
        hook: bool,
        index: usize,
        of: impl Fn(&Causes, &render::Document) -> Cause,
    ) -> PyResult<Cause> {
        let traced = self.traced(py)?;
        let documents = if hook { &traced.hooks } else { &traced.documents };
        let cause = documents.get(index).zip(traced.trace.as_ref());
        Ok(cause.map(|(document, causes)| of(causes, document)).unwrap_or_default())
    }

    /// The same render with causes.
    fn traced(self: &Arc<Self>, py: Python<'_>) -> PyResult<&render::Rendered> {
        if self.rendered.trace.is_some() {
            return Ok(&self.rendered);
        }
        if let Some(traced) = self.traced.get() {
            return Ok(traced);
        }
        // A request to end one render must not end the next.
        let options = RenderOptions { trace: true, cancel: Default::default(), ..self.options.clone() };
        let run = self.clone();
        let traced = crate::work::run(py, &options.cancel.clone(), move || {
            crate::work::SESSION.render(&run.chart, &options, &run.host, &no_files)
        })?;
        let traced = traced.map_err(|error| render_error(py, &error, self.options.helm))?;
        Ok(self.traced.get_or_init(|| traced))
    }
}

impl Rendered {
    /// A render that went well.
    pub fn new(chart: Arc<chart::Chart>, options: RenderOptions, host: Host, rendered: render::Rendered) -> Rendered {
        let run = Run { chart, options, host, rendered, traced: OnceLock::new() };
        Rendered { run: Arc::new(run), documents: PyOnceLock::new(), hooks: PyOnceLock::new() }
    }

    fn list<'py>(&self, py: Python<'py>, hook: bool) -> PyResult<Bound<'py, PyTuple>> {
        let cell = if hook { &self.hooks } else { &self.documents };
        let make = || {
            let count = self.run.documents(hook).len();
            let one = |index| Py::new(py, Document { run: self.run.clone(), hook, index, object: PyOnceLock::new() });
            let all = (0..count).map(one).collect::<PyResult<Vec<_>>>()?;
            Ok::<_, PyErr>(PyTuple::new(py, all)?.unbind())
        };
        Ok(cell.get_or_try_init(py, make)?.bind(py).clone())
    }

    fn output(&self) -> Vec<u8> {
        // Only `show_only`, which is not asked for, can fail.
        template_output(&self.run.rendered, &OutputOptions::default(), self.run.options.helm).unwrap_or_default()
    }
}

#[pymethods]
impl Rendered {
    /// The manifests, in the order of installation.
    #[getter]
    fn documents<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.list(py, false)
    }

    /// The hooks.
    #[getter]
    fn hooks<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.list(py, true)
    }

    /// The text of NOTES.txt.
    #[getter]
    fn notes(&self) -> &str {
        &self.run.rendered.notes
    }

    /// The files under crds/: the name of each and its text.
    #[getter]
    fn crds(&self) -> Vec<(&str, String)> {
        self.run.rendered.crds.iter().map(|(name, file)| (name.as_str(), lossy(&file.data).into_owned())).collect()
    }

    /// What Helm says on standard error, line by line.
    #[getter]
    fn log(&self) -> Vec<String> {
        self.run.rendered.log.iter().filter(|line| line.level > Level::Debug).map(|line| line.slog()).collect()
    }

    /// What caused a character of the whole text, in the shape of reports.
    ///
    /// Args:
    ///     line: The line in `str(rendered)`, from 1.
    ///     column: The column, from 1, in characters.
    ///
    /// Raises:
    ///     UsageError: There is no such place.
    fn cause<'py>(&self, py: Python<'py>, line: usize, column: usize) -> PyResult<Bound<'py, PyAny>> {
        let cause = session::cause_in_output(self.run.traced(py)?, line, column, self.run.options.helm);
        to_python(py, &cause.ok_or_else(|| no_place(py, line, column))?)
    }

    /// Answers one question about the render, as `chartlens trace --format json` does.
    ///
    /// Args:
    ///     at: What caused this place: "SOURCE[#N]:LINE[:COLUMN]", or the line of `str(rendered)`.
    ///     value: Which lines does this value reach: "image.tag".
    ///     template: Which lines did this template line write: "templates/service.yaml:3".
    ///     explain_values: Where was every value set, what did it override, was it read.
    ///     show_secrets: Whether values whose names look secret are shown.
    ///
    /// Raises:
    ///     UsageError: There is no such place or value, or not exactly one question.
    ///
    /// Example:
    ///     >>> import chartlens
    ///     >>> chart = chartlens.load({
    ///     ...     "Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
    ///     ...     "templates/a.yaml": "kind: A\nreplicas: {{ .Values.n }}\n",
    ///     ... })
    ///     >>> chart.render(set={"n": 2}).trace(value="n")["reached"][0]["text"]
    ///     'replicas: 2'
    #[pyo3(signature = (*, at = None, value = None, template = None, explain_values = false, show_secrets = false))]
    fn trace<'py>(
        &self,
        py: Python<'py>,
        at: Option<&Bound<'py, PyAny>>,
        value: Option<&str>,
        template: Option<&str>,
        explain_values: bool,
        show_secrets: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _call = Call::enter(py);
        let at = at.map(|place| place.str()).transpose()?;
        let at = at.as_ref().map(|place| place.to_cow()).transpose()?;
        let question = match (at.as_deref(), value, template, explain_values) {
            (Some(place), None, None, false) => Question::At(place),
            (None, Some(path), None, false) => Question::Value(path),
            (None, None, Some(place), false) => Question::Template(place),
            (None, None, None, true) => Question::ExplainValues,
            _ => {
                let text = "expected exactly one of at, value, template and explain_values";
                return Err(Class::Usage.error(py, text));
            }
        };
        let answer = session::trace(self.run.traced(py)?, &question, self.run.options.helm, show_secrets);
        to_python(py, &answer.map_err(|message| Class::Usage.error(py, &message))?.json)
    }

    fn __str__(&self) -> String {
        lossy(&self.output()).into_owned()
    }

    fn __repr__(&self) -> String {
        let (documents, hooks) = (self.run.rendered.documents.len(), self.run.rendered.hooks.len());
        format!("<chartlens.Rendered {}: {documents} documents, {hooks} hooks>", self.run.options.name)
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let _call = Call::enter(slf.py());
        slf.py().import("chartlens._html")?.call_method1("rendered", (slf,))
    }
}

fn no_place(py: Python<'_>, line: usize, column: usize) -> PyErr {
    Class::Usage.error(py, &format!("there is no line {line} with a column {column}"))
}

/// A rendered document.
#[pyclass(frozen, module = "chartlens")]
pub struct Document {
    run: Arc<Run>,
    hook: bool,
    index: usize,
    object: PyOnceLock<Py<PyAny>>,
}

impl Document {
    fn inner(&self) -> &render::Document {
        &self.run.documents(self.hook)[self.index]
    }

    fn reference(&self) -> ObjectRef {
        let parsed = chartlens::yaml::parse(&self.inner().text).ok();
        parsed.and_then(|parsed| chartlens::validate::object_ref(&parsed, &Budget::default())).unwrap_or_default()
    }
}

#[pymethods]
impl Document {
    /// The text, without the lines that Helm puts before it.
    #[getter]
    fn text(&self) -> String {
        lossy(&self.inner().text).into_owned()
    }

    /// The document as plain dicts, lists, numbers and text. It is read once: changes to it stay.
    #[getter]
    fn object<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let make = || {
            let value: serde_json::Value =
                self.inner().to().map_err(|error| Class::Render.error(py, &error.to_string()))?;
            Ok::<_, PyErr>(to_python(py, &value)?.unbind())
        };
        Ok(self.object.get_or_try_init(py, make)?.bind(py).clone())
    }

    /// `apiVersion`
    #[getter]
    fn api_version(&self) -> &str {
        &self.inner().head.api_version
    }

    /// `kind`
    #[getter]
    fn kind(&self) -> &str {
        &self.inner().head.kind
    }

    /// `metadata.name`
    #[getter]
    fn name(&self) -> &str {
        &self.inner().head.name
    }

    /// `metadata.namespace`, or `None` where the document has none.
    #[getter]
    fn namespace(&self) -> Option<String> {
        self.reference().namespace
    }

    /// The template, as the `# Source:` line names it.
    #[getter]
    fn source(&self) -> &str {
        &self.inner().source
    }

    /// Number of the document among those of its source, from 1.
    #[getter]
    fn n(&self) -> u32 {
        self.inner().number
    }

    /// What makes it a hook: events, weight, delete_policies and output_log_policies; `None` for manifests.
    #[getter]
    fn hook<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        let Some(hook) = &self.inner().hook else { return Ok(None) };
        let dict = PyDict::new(py);
        dict.set_item("events", &hook.events)?;
        dict.set_item("weight", hook.weight)?;
        dict.set_item("delete_policies", &hook.delete_policies)?;
        dict.set_item("output_log_policies", &hook.output_log_policies)?;
        Ok(Some(dict))
    }

    /// What caused a character of the document, in the shape of reports.
    ///
    /// Args:
    ///     line: The line in `document.text`, from 1.
    ///     column: The column, from 1, in characters.
    ///
    /// Raises:
    ///     UsageError: There is no such place.
    fn cause<'py>(&self, py: Python<'py>, line: usize, column: usize) -> PyResult<Bound<'py, PyAny>> {
        let traced = self.run.traced(py)?;
        let documents = if self.hook { &traced.hooks } else { &traced.documents };
        let cause = documents.get(self.index).and_then(|it| session::cause_in_document(traced, it, line, column));
        to_python(py, &cause.ok_or_else(|| no_place(py, line, column))?)
    }

    /// What caused a part of the object, in the shape of reports.
    ///
    /// Args:
    ///     pointer: A JSON pointer in `document.object`, such as "/spec/replicas".
    ///
    /// Raises:
    ///     UsageError: There is no such part.
    fn cause_of<'py>(&self, py: Python<'py>, pointer: &str) -> PyResult<Bound<'py, PyAny>> {
        let parsed = chartlens::yaml::parse(&self.inner().text).ok();
        let tree = parsed.as_ref().and_then(|parsed| Tree::build(parsed, &Budget::default()).ok());
        let node = tree.as_ref().and_then(Tree::root).and_then(|root| root.at(pointer));
        let none = || Class::Usage.error(py, &format!("there is no {pointer} in the document"));
        let range = node.ok_or_else(none)?.range();
        // Of a map or a list, its first line.
        let text = self.inner().text.get(range.clone()).unwrap_or_default();
        let end = text.iter().position(|byte| *byte == b'\n').map_or(range.end, |at| range.start + at);
        let of = |causes: &Causes, document: &_| causes.of_range(document, range.start..end);
        to_python(py, &self.run.cause(py, self.hook, self.index, of)?)
    }

    fn __str__(&self) -> String {
        self.text()
    }

    fn __repr__(&self) -> String {
        let head = &self.inner().head;
        format!("<chartlens.Document {} {} from {}>", head.kind, head.name, self.inner().source)
    }
}
