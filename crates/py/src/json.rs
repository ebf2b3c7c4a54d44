//! JSON between the core and Python.

use crate::exit::Call;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping};
use serde::Serialize;

/// A value of the core as plain Python: dicts, lists, numbers and text.
pub fn to_python<'py>(py: Python<'py>, value: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    let _call = Call::enter(py);
    let text = serde_json::to_string(value).map_err(|e| pyo3::exceptions::PyValueError::new_err(e.to_string()))?;
    py.import("json")?.call_method1("loads", (text,))
}

/// A value of Python as JSON that is YAML too.
pub fn from_python(value: &Bound<'_, PyAny>) -> PyResult<String> {
    let py = value.py();
    let options = PyDict::new(py);
    options.set_item("ensure_ascii", false)?;
    options.set_item("allow_nan", false)?;
    options.set_item("default", pyo3::wrap_pyfunction!(plain, py)?)?;
    let text = py.import("json")?.call_method("dumps", (value,), Some(&options))?;
    let text: String = text.extract()?;
    // YAML takes these for line breaks, or not at all.
    let special =
        |c: char| matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if special(c) { out.push_str(&format!("\\u{:04x}", u32::from(c))) } else { out.push(c) }
    }
    Ok(out)
}

/// What `json.dumps` asks for what it does not know: any mapping is as good as a dict.
#[pyfunction]
fn plain<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if value.cast::<PyMapping>().is_ok() {
        return value.py().get_type::<PyDict>().call1((value,));
    }
    let kind = value.get_type().qualname()?;
    Err(pyo3::exceptions::PyTypeError::new_err(format!("expected what YAML can hold, found a value of type {kind}")))
}
