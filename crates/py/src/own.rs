//! Rules that are functions of Python: `@chartlens.rule`.

use crate::errors::Class;
use crate::exit::Call;
use crate::json::to_python;
use chartlens::diag::Severity;
use chartlens::lint::{Judge, OwnFunction, OwnObject, OwnRelease, OwnRule, Wrong};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyList, PyString, PyTuple};
use std::sync::Arc;

/// A function of Python.
#[derive(Debug)]
struct Function(Py<PyAny>);

/// The rules that `check` was given.
pub fn rules(py: Python<'_>, rules: &[Bound<'_, PyAny>]) -> PyResult<Vec<OwnRule>> {
    let class = py.import("chartlens._rules")?.getattr("Rule")?;
    rules.iter().map(|given| rule(given, &class)).collect()
}

fn rule(given: &Bound<'_, PyAny>, class: &Bound<'_, PyAny>) -> PyResult<OwnRule> {
    let py = given.py();
    if !given.is_instance(class)? {
        let kind = given.get_type().qualname()?;
        return Err(PyTypeError::new_err(format!("rules: expected functions under @chartlens.rule, found {kind}")));
    }
    let level: String = given.getattr("level")?.extract()?;
    let level = match level.as_str() {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        "note" => Severity::Note,
        other => {
            let text = format!("rules: expected a level of error, warning or note, found {other}");
            return Err(Class::Usage.error(py, &text));
        }
    };
    let rule = OwnRule {
        code: given.getattr("code")?.extract()?,
        level,
        message: given.getattr("message")?.extract()?,
        help: given.getattr("help")?.extract()?,
        kinds: given.getattr("kinds")?.extract()?,
        judge: Judge::Function(Arc::new(Function(given.getattr("function")?.unbind()))),
    };
    rule.checked().map_err(|message| Class::Usage.error(py, &message))
}

impl OwnFunction for Function {
    fn judge(&self, release: &OwnRelease, about: &[usize]) -> Vec<Result<Vec<Wrong>, String>> {
        let judged = Python::try_attach(|py| {
            let _call = Call::enter(py);
            let around = around(py, release).map_err(|error| words(py, &error));
            let one = |number: &usize| {
                let around = around.as_ref().map_err(Clone::clone)?;
                self.one(around, *number).map_err(|error| words(py, &error))
            };
            about.iter().map(one).collect()
        });
        judged.unwrap_or_else(|| about.iter().map(|_| Err("the interpreter has ended".to_owned())).collect())
    }
}

impl Function {
    /// Calls the function for an object.
    fn one(&self, around: &Bound<'_, PyDict>, number: usize) -> PyResult<Vec<Wrong>> {
        let get = |list: &str| around.as_any().get_item(list)?.get_item(number);
        said(&self.0.bind(around.py()).call1((get("objects")?, get("causes")?, around))?)
    }
}

/// The release as functions see it.
fn around<'py>(py: Python<'py>, release: &OwnRelease) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("name", &release.name)?;
    dict.set_item("namespace", &release.namespace)?;
    dict.set_item("kube_version", &release.target.kube_version)?;
    dict.set_item("helm_version", &release.target.helm_version)?;
    dict.set_item("values_set", &release.target.values_set)?;
    dict.set_item("chart", to_python(py, &release.chart)?)?;
    dict.set_item("values", to_python(py, &release.values)?)?;
    let objects = release.objects.iter().map(|object| to_python(py, &object.object));
    dict.set_item("objects", PyList::new(py, objects.collect::<PyResult<Vec<_>>>()?)?)?;
    let class = py.import("chartlens._rules")?.getattr("ObjectCause")?;
    let causes = release.objects.iter().map(|object| cause(object, &class));
    dict.set_item("causes", PyList::new(py, causes.collect::<PyResult<Vec<_>>>()?)?)?;
    Ok(dict)
}

/// The cause of an object, which knows those of its fields.
fn cause<'py>(object: &Arc<OwnObject>, class: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let (py, of) = (class.py(), object.clone());
    let of =
        PyCFunction::new_closure(py, None, None, move |args: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| {
            let (pointer,): (String,) = args.extract()?;
            of.cause_of(&pointer).map(|cause| to_python(args.py(), &cause).map(Bound::unbind)).transpose()
        })?;
    class.call1((to_python(py, &object.cause)?, of))
}

/// What an answer says is wrong: nothing for `None` and `True`, the rule's message for `False`, a message, a pair of a pointer and a
/// message, or several of these.
fn said(answer: &Bound<'_, PyAny>) -> PyResult<Vec<Wrong>> {
    if answer.is_none() {
        return Ok(Vec::new());
    }
    if let Ok(holds) = answer.extract::<bool>() {
        return Ok(if holds { Vec::new() } else { vec![Wrong::default()] });
    }
    if let Ok(message) = answer.cast::<PyString>() {
        return Ok(vec![Wrong { message: Some(message.to_cow()?.into_owned()), ..Wrong::default() }]);
    }
    if let Ok((pointer, message)) = answer.cast::<PyTuple>().map_err(PyErr::from).and_then(|pair| pair.extract()) {
        return Ok(vec![Wrong { pointer, message }]);
    }
    let mut all = Vec::new();
    for one in answer.try_iter()? {
        all.extend(said(&one?)?);
    }
    Ok(all)
}

/// An exception in a line.
fn words(py: Python<'_>, error: &PyErr) -> String {
    let kind = error.get_type(py).qualname().map(|name| name.to_string()).unwrap_or_default();
    format!("{kind}: {}", error.value(py))
}
