//! What a render gives: documents, hooks, notes, and the causes of their bytes.

use crate::chart::no_files;
use crate::failure::{Class, Failure};
use chartlens::budget::Budget;
use chartlens::chart::Chart;
use chartlens::diag::Cause;
use chartlens::host::Host;
use chartlens::log::{Level, Log};
use chartlens::render::{self, Document, OutputOptions, RenderOptions, template_output};
use chartlens::session::{self, Question};
use chartlens::text::lossy;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;
use wasm_bindgen::prelude::*;

/// A rendered chart, and what it takes to repeat the render with causes.
#[wasm_bindgen]
pub struct Rendered {
    chart: Arc<Chart>,
    options: RenderOptions,
    host: Host,
    rendered: Arc<render::Rendered>,
    traced: OnceCell<render::Rendered>,
}

/// The lines that Helm writes to standard error.
pub fn log_lines(log: &[Log]) -> Vec<String> {
    log.iter().filter(|line| line.level > Level::Debug).map(Log::slog).collect()
}

/// A question to a render, as `trace` takes it: one of the first four.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Ask {
    at: Option<String>,
    value: Option<String>,
    template: Option<String>,
    explain_values: bool,
    show_secrets: bool,
}

impl Ask {
    fn question(&self) -> Result<Question<'_>, Failure> {
        match (&self.at, &self.value, &self.template, self.explain_values) {
            (Some(place), None, None, false) => Ok(Question::At(place)),
            (None, Some(path), None, false) => Ok(Question::Value(path)),
            (None, None, Some(place), false) => Ok(Question::Template(place)),
            (None, None, None, true) => Ok(Question::ExplainValues),
            _ => Err(Failure::usage("question: expected exactly one of `at`, `value`, `template` and `explainValues`")),
        }
    }
}

/// A render, as JavaScript gets it.
#[derive(Serialize)]
struct Description<'r> {
    documents: Vec<Described<'r>>,
    hooks: Vec<Described<'r>>,
    notes: &'r str,
    crds: Vec<(&'r str, Cow<'r, str>)>,
    log: Vec<String>,
}

/// A document, as JavaScript gets it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described<'r> {
    api_version: &'r str,
    kind: &'r str,
    name: &'r str,
    source: &'r str,
    n: u32,
    hook: Option<serde_json::Value>,
}

impl Rendered {
    /// Renders a chart.
    pub fn render(chart: Arc<Chart>, options: RenderOptions, host: Host) -> Result<Rendered, Failure> {
        let rendered = crate::SESSION
            .render(&chart, &options, &host, &no_files)
            .map_err(|error| Failure::render(&error, options.helm))?;
        Ok(Rendered::new(chart, options, host, Arc::new(rendered)))
    }

    /// A render that went well.
    pub fn new(chart: Arc<Chart>, options: RenderOptions, host: Host, rendered: Arc<render::Rendered>) -> Rendered {
        Rendered { chart, options, host, rendered, traced: OnceCell::new() }
    }

    fn document(&self, hook: bool, index: usize) -> Result<&Document, Failure> {
        let documents = if hook { &self.rendered.hooks } else { &self.rendered.documents };
        documents.get(index).ok_or_else(|| Failure::usage(format!("there is no document {index}")))
    }

    /// The same render with causes.
    fn traced(&self) -> Result<&render::Rendered, Failure> {
        if self.rendered.trace.is_some() {
            return Ok(&self.rendered);
        }
        if let Some(traced) = self.traced.get() {
            return Ok(traced);
        }
        let options = RenderOptions { trace: true, ..self.options.clone() };
        let traced = crate::SESSION
            .render(&self.chart, &options, &self.host, &no_files)
            .map_err(|error| Failure::render(&error, options.helm))?;
        Ok(self.traced.get_or_init(|| traced))
    }
}

#[wasm_bindgen]
impl Rendered {
    /// Documents and hooks without their texts, notes, CRDs and log lines in JSON.
    pub fn describe(&self) -> String {
        let rendered = &*self.rendered;
        let crds = rendered.crds.iter().map(|(name, file)| (name.as_str(), lossy(&file.data)));
        let description = Description {
            documents: rendered.documents.iter().map(described).collect(),
            hooks: rendered.hooks.iter().map(described).collect(),
            notes: &rendered.notes,
            crds: crds.collect(),
            log: log_lines(&rendered.log),
        };
        serde_json::to_string(&description).unwrap_or_default()
    }

    /// What `helm template` prints.
    pub fn output(&self) -> Vec<u8> {
        // Only `show_only`, which is not asked for, can fail.
        template_output(&self.rendered, &OutputOptions::default(), self.options.helm).unwrap_or_default()
    }

    /// What caused a character of the whole text: a cause in JSON.
    pub fn cause(&self, line: usize, column: usize) -> Result<String, JsValue> {
        let cause = session::cause_in_output(self.traced()?, line, column, self.options.helm);
        Ok(answer(cause, line, column)?)
    }

    /// What caused a character of a document or hook: a cause in JSON.
    #[wasm_bindgen(js_name = causeIn)]
    pub fn cause_in(&self, hook: bool, index: usize, line: usize, column: usize) -> Result<String, JsValue> {
        let traced = self.traced()?;
        let documents = if hook { &traced.hooks } else { &traced.documents };
        let cause = documents.get(index).and_then(|d| session::cause_in_document(traced, d, line, column));
        Ok(answer(cause, line, column)?)
    }

    /// The text of a document or hook.
    pub fn text(&self, hook: bool, index: usize) -> Result<String, JsValue> {
        Ok(lossy(&self.document(hook, index)?.text).into_owned())
    }

    /// A document or hook as an object in JSON.
    pub fn object(&self, hook: bool, index: usize) -> Result<String, JsValue> {
        let value = self.document(hook, index)?.to();
        let value: serde_json::Value = value.map_err(|error| Failure::new(Class::Render, error.to_string()))?;
        Ok(value.to_string())
    }

    /// The namespace that a document or hook names.
    pub fn namespace(&self, hook: bool, index: usize) -> Result<Option<String>, JsValue> {
        let parsed = chartlens::yaml::parse(&self.document(hook, index)?.text).ok();
        let object = parsed.and_then(|parsed| chartlens::validate::object_ref(&parsed, &Budget::default()));
        Ok(object.and_then(|object| object.namespace))
    }

    /// Answers a question about the render, in JSON.
    pub fn trace(&self, question: &str) -> Result<String, JsValue> {
        let ask: Ask = serde_json::from_str(question).map_err(|error| Failure::usage(format!("question: {error}")))?;
        let answer = session::trace(self.traced()?, &ask.question()?, self.options.helm, ask.show_secrets);
        let answer = answer.map_err(Failure::usage)?;
        Ok(answer.json.to_string())
    }
}

fn answer(cause: Option<Cause>, line: usize, column: usize) -> Result<String, Failure> {
    match cause {
        Some(cause) => Ok(serde_json::to_string(&cause).unwrap_or_default()),
        None => Err(Failure::usage(format!("there is no line {line} with a column {column}"))),
    }
}

fn described(document: &Document) -> Described<'_> {
    let hook = |hook: &render::Hook| {
        json!({
            "events": hook.events,
            "weight": hook.weight,
            "deletePolicies": hook.delete_policies,
            "outputLogPolicies": hook.output_log_policies,
        })
    };
    Described {
        api_version: &document.head.api_version,
        kind: &document.head.kind,
        name: &document.head.name,
        source: &document.source,
        n: document.number,
        hook: document.hook.as_ref().map(hook),
    }
}
