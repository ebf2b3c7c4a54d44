//! Users' values: mappings, files and paths as the layers that the core knows.

use crate::errors::Class;
use crate::options::with_environment;
use chartlens::values::ValuesSource;
use pyo3::exceptions::{PyRecursionError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyInt, PyList, PyMapping, PyString, PyTuple};
use std::path::PathBuf;
use std::sync::Arc;

/// All layers: values files and mappings in their order, then what is set.
pub fn sources(
    values: Option<&Bound<'_, PyAny>>,
    set: Option<&Bound<'_, PyMapping>>,
    set_string: Option<&Bound<'_, PyMapping>>,
) -> PyResult<Vec<ValuesSource>> {
    let mut all = values.map_or(Ok(Vec::new()), files)?;
    for (path, value) in entries("set", set)? {
        all.push(assignment(&path, &value)?);
    }
    for (path, value) in entries("set_string", set_string)? {
        all.push(ValuesSource::assign_text(&path, &value.str()?.to_cow()?));
    }
    Ok(all)
}

/// One values file, or several.
pub fn files(values: &Bound<'_, PyAny>) -> PyResult<Vec<ValuesSource>> {
    if values.is_instance_of::<PyList>() || values.is_instance_of::<PyTuple>() {
        let each = values.try_iter()?.enumerate();
        return each.map(|(number, value)| file(&value?, &format!("values[{number}]"))).collect();
    }
    Ok(vec![file(values, "values")?])
}

/// A mapping, the text of a values file, or a path of one. `name` is what one without a path is called.
fn file(value: &Bound<'_, PyAny>, name: &str) -> PyResult<ValuesSource> {
    let py = value.py();
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(ValuesSource::File { name: name.to_owned(), text: Arc::from(bytes.as_bytes()) });
    }
    if value.cast::<PyMapping>().is_ok() {
        let text = crate::json::from_python(value).map_err(|error| no_values(py, name, error))?;
        return Ok(ValuesSource::File { name: name.to_owned(), text: Arc::from(text.into_bytes()) });
    }
    let Ok(path) = value.extract::<PathBuf>() else {
        let kind = value.get_type().qualname()?;
        return Err(PyTypeError::new_err(format!("{name}: expected a mapping, a path or bytes, found {kind}")));
    };
    let name = path.to_string_lossy().into_owned();
    let text = with_environment(|env| env.read(&name)).map_err(|message| Class::Values.error(py, &message))?;
    Ok(ValuesSource::File { name, text: Arc::from(text) })
}

/// An error for what no values file can hold. Others, such as Ctrl-C, stay what they are.
fn no_values(py: Python<'_>, name: &str, cause: PyErr) -> PyErr {
    let known = cause.is_instance_of::<PyTypeError>(py)
        || cause.is_instance_of::<PyValueError>(py)
        || cause.is_instance_of::<PyRecursionError>(py);
    if !known {
        return cause;
    }
    let error = Class::Values.error(py, &format!("{name}: {}", cause.value(py)));
    error.set_cause(py, Some(cause));
    error
}

/// The items of a mapping of `--set` paths.
fn entries<'py>(name: &str, map: Option<&Bound<'py, PyMapping>>) -> PyResult<Vec<(String, Bound<'py, PyAny>)>> {
    let entry = |item: Bound<'py, PyAny>| {
        let (path, value): (Bound<'py, PyAny>, Bound<'py, PyAny>) = item.extract()?;
        let Ok(path) = path.cast::<PyString>() else {
            let kind = path.get_type().qualname()?;
            return Err(PyTypeError::new_err(format!("{name}: expected paths such as \"a.b\" as keys, found {kind}")));
        };
        let path = path.to_cow()?.into_owned();
        if ends_early(&path) {
            let text =
                format!("{name}: expected a path, found \"{path}\": a key that contains = needs a backslash before it");
            return Err(Class::Usage.error(item.py(), &text));
        }
        Ok((path, value))
    };
    map.map_or(Ok(Vec::new()), |map| map.items()?.iter().map(entry).collect())
}

/// Whether Helm would see the end of the path before its end.
fn ends_early(path: &str) -> bool {
    let mut chars = path.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '=' => return true,
            _ => {}
        }
    }
    false
}

/// What Helm's flags make of a value: numbers that they read are theirs, text stays text, all else is JSON.
fn assignment(path: &str, value: &Bound<'_, PyAny>) -> PyResult<ValuesSource> {
    let py = value.py();
    if value.is_none() {
        return Ok(ValuesSource::Set(format!("{path}=null")));
    }
    if value.is_instance_of::<PyBool>() {
        return Ok(ValuesSource::Set(format!("{path}={}", value.is_truthy()?)));
    }
    if value.is_instance_of::<PyInt>() {
        // Members of enumerations have texts of their own.
        let number = py.get_type::<PyInt>().call1((value,)).and_then(|number| number.str());
        let number = number.map_err(|error| no_values(py, path, error))?;
        return Ok(ValuesSource::Set(format!("{path}={number}")));
    }
    if let Ok(value) = value.cast::<PyString>() {
        return Ok(ValuesSource::assign_text(path, &value.to_cow()?));
    }
    let json = crate::json::from_python(value).map_err(|error| no_values(py, path, error))?;
    Ok(ValuesSource::SetJson(format!("{path}={json}")))
}
