//! The native half of the Python package `chartlens`.
//!
//! It translates: arguments become the options of the core, results and errors become Python's. What charts mean is
//! the core's business, what the command does is the command's.

mod chart;
mod check;
mod codes;
mod command;
mod errors;
mod exit;
mod json;
mod options;
mod own;
mod rendered;
mod report;
mod tree;
mod values;
mod work;

use pyo3::prelude::*;

/// The module.
#[pymodule]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::chart::{Chart, load, unpickle_chart};
    #[pymodule_export]
    use super::check::check;
    #[pymodule_export]
    use super::codes::{explain, rules};
    #[pymodule_export]
    use super::command::run;
    #[pymodule_export]
    use super::rendered::{Document, Rendered};
    #[pymodule_export]
    use super::report::{Diagnostic, Report, unpickle_diagnostic, unpickle_report};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let close = wrap_pyfunction!(super::exit::close, module)?;
        module.py().import("atexit")?.call_method1("register", (close,)).map(drop)
    }

    /// The version of the package.
    #[expect(non_upper_case_globals, reason = "the name is Python's")]
    #[pymodule_export]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
