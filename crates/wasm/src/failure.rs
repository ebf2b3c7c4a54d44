//! Errors as JavaScript gets them: JSON with a class, Helm's text, and findings with their places.

use chartlens::chart::ChartError;
use chartlens::diag::Diagnostic;
use chartlens::host::HelmVersion;
use chartlens::render::{RenderError, RenderErrorKind};
use chartlens::session;
use serde::Serialize;
use wasm_bindgen::JsValue;

/// A class of errors.
#[derive(Clone, Copy, Debug, Serialize)]
pub enum Class {
    /// A template fails, or writes what is no YAML.
    #[serde(rename = "RenderError")]
    Render,
    /// Files are no chart, or the chart does not want to be rendered.
    #[serde(rename = "ChartError")]
    Chart,
    /// Values cannot be read, or the chart's schema refuses them.
    #[serde(rename = "ValuesError")]
    Values,
    /// An argument makes no sense.
    #[serde(rename = "UsageError")]
    Usage,
    /// The schemas are not there.
    #[serde(rename = "SchemasError")]
    Schemas,
}

/// An error.
#[derive(Debug, Serialize)]
pub struct Failure {
    class: Class,
    message: String,
    diagnostics: Vec<Diagnostic>,
    log: Vec<String>,
}

impl Failure {
    /// An error without findings.
    pub fn new(class: Class, message: impl Into<String>) -> Failure {
        Failure { class, message: message.into(), diagnostics: Vec::new(), log: Vec::new() }
    }

    /// An argument that makes no sense.
    pub fn usage(message: impl Into<String>) -> Failure {
        Failure::new(Class::Usage, message)
    }

    /// Files that are no chart.
    pub fn load(error: &ChartError) -> Failure {
        let diagnostics = vec![session::chart_error(error)];
        Failure { diagnostics, ..Failure::new(Class::Chart, &error.message) }
    }

    /// A render that failed.
    pub fn render(error: &RenderError, helm: HelmVersion) -> Failure {
        let class = match &error.kind {
            RenderErrorKind::Values(_) | RenderErrorKind::Schema(_) => Class::Values,
            RenderErrorKind::Dependency(_) | RenderErrorKind::KubeVersion(_) => Class::Chart,
            _ => Class::Render,
        };
        let log = crate::rendered::log_lines(&error.log);
        let diagnostics = session::render_error(error);
        Failure { diagnostics, log, ..Failure::new(class, error.kind.helm_text(helm)) }
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> JsValue {
        JsValue::from_str(&serde_json::to_string(&failure).unwrap_or_default())
    }
}
