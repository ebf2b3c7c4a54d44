//! Exceptions: the classes are those of `chartlens._errors`, the texts are Helm's.

use crate::exit::Call;
use crate::report::Diagnostic;
use chartlens::diag;
use chartlens::host::HelmVersion;
use chartlens::render::{RenderError, RenderErrorKind};
use pyo3::prelude::*;

/// A class of exceptions.
#[derive(Clone, Copy)]
pub enum Class {
    /// A fault of the program.
    Error,
    /// A template fails, or writes what is no YAML.
    Render,
    /// Files are no chart, or the chart does not want to be rendered.
    Chart,
    /// Values cannot be read, or the chart's schema refuses them.
    Values,
    /// An argument makes no sense.
    Usage,
}

impl Class {
    fn name(self) -> &'static str {
        match self {
            Class::Error => "Error",
            Class::Render => "RenderError",
            Class::Chart => "ChartError",
            Class::Values => "ValuesError",
            Class::Usage => "UsageError",
        }
    }

    /// An exception without findings.
    pub fn error(self, py: Python<'_>, message: &str) -> PyErr {
        self.with(py, message, Vec::new())
    }

    /// An exception with findings.
    pub fn with(self, py: Python<'_>, message: &str, found: Vec<diag::Diagnostic>) -> PyErr {
        let _call = Call::enter(py);
        let make = || {
            let found: Vec<Diagnostic> = found.into_iter().map(Diagnostic::new).collect();
            py.import("chartlens._errors")?.getattr(self.name())?.call1((message, found))
        };
        make().map_or_else(|error| error, PyErr::from_value)
    }
}

/// A render that failed.
pub fn render_error(py: Python<'_>, error: &RenderError, helm: HelmVersion) -> PyErr {
    let class = match &error.kind {
        RenderErrorKind::Values(_) | RenderErrorKind::Schema(_) => Class::Values,
        RenderErrorKind::Dependency(_) | RenderErrorKind::KubeVersion(_) => Class::Chart,
        _ => Class::Render,
    };
    class.with(py, &error.kind.helm_text(helm), chartlens::session::render_error(error))
}
