//! The registry of codes.

use crate::json::to_python;
use chartlens::codes;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;

/// All codes that findings can have, by category and name: code, level, summary, doc, examples and names elsewhere.
///
///     >>> [rule["code"] for rule in chartlens.rules() if rule["code"].startswith("limit/")]
///     ['limit/exhausted']
#[pyfunction]
pub fn rules(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    to_python(py, &codes::all())
}

/// The page of a code as Markdown. A code is also found by its name alone, or by the name that another tool has for it.
///
///     >>> chartlens.explain("schema/unknown-field").splitlines()[0]
///     '## schema/unknown-field'
#[pyfunction]
pub fn explain(code: &str) -> PyResult<String> {
    codes::find(code).map(|code| code.page()).ok_or_else(|| PyKeyError::new_err(code.to_owned()))
}
