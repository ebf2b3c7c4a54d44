//! The parameters as JSON, for other programs.

use super::Look;
use crate::parameters::{Parameters, Shown};
use serde_json::{Value as Json, json};

/// Sections with their parameters: name, description, type, and the default as JSON or the text that stands for it.
pub fn json(parameters: &Parameters, look: &Look<'_>) -> Json {
    let sections = parameters.sections.iter().map(|section| {
        let rows = section.parameters.iter().map(|parameter| {
            let mut row = json!({
                "name": parameter.name,
                "description": parameter.description,
                "type": look.type_of(parameter),
            });
            match &parameter.shown {
                Shown::Value(value) => row["default"] = value.clone(),
                Shown::Text(text) => row["shown"] = text.as_str().into(),
                Shown::Nothing => {}
            }
            row
        });
        json!({"name": section.name, "description": section.description, "parameters": rows.collect::<Vec<_>>()})
    });
    json!({"sections": sections.collect::<Vec<_>>()})
}
