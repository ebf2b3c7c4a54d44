//! The parameters of a chart as tables, and their place in a README.

mod html;
mod json;
mod markdown;
mod place;

pub use html::html;
pub use json::json;
pub use markdown::markdown;
pub use place::{BEGIN, END, insert};

use crate::parameters::{Dialect, Parameter, Shown};

/// The columns of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Name, Description, Value.
    Bitnami,
    /// Key, Type, Default, Description.
    HelmDocs,
}

impl Style {
    /// The style that goes with a dialect of comments.
    pub fn of(dialect: Dialect) -> Style {
        match dialect {
            Dialect::HelmDocs => Style::HelmDocs,
            Dialect::Bitnami | Dialect::Plain => Style::Bitnami,
        }
    }

    /// The headings that the README's section may have: its own, and that of the other style.
    pub fn headings(self) -> [&'static str; 2] {
        match self {
            Style::Bitnami => ["Parameters", "Values"],
            Style::HelmDocs => ["Values", "Parameters"],
        }
    }

    /// The heading of rows that are of no section, where there are others.
    fn others(self) -> &'static str {
        match self {
            Style::Bitnami => "Other parameters",
            Style::HelmDocs => "Other Values",
        }
    }
}

/// How tables are written.
#[derive(Clone, Copy)]
pub struct Look<'l> {
    /// Their columns.
    pub style: Style,
    /// The type of each value, for a column of types; its own names where there are none.
    pub types: Option<&'l dyn Fn(&Parameter) -> String>,
}

impl Look<'_> {
    fn columns(&self) -> Vec<&'static str> {
        match (self.style, self.types) {
            (Style::Bitnami, None) => vec!["Name", "Description", "Value"],
            (Style::Bitnami, Some(_)) => vec!["Name", "Description", "Type", "Value"],
            (Style::HelmDocs, _) => vec!["Key", "Type", "Default", "Description"],
        }
    }

    /// The type of a parameter: what its comment says, else what is known of the value.
    fn type_of(&self, parameter: &Parameter) -> String {
        if let Some(name) = &parameter.type_name {
            return name.clone();
        }
        match self.types {
            Some(types) => types(parameter),
            None => crate::parameters::type_name(&parameter.value).to_owned(),
        }
    }

    /// The text of a value, and whether it is code.
    fn value(&self, shown: &Shown) -> (String, bool) {
        match (self.style, shown) {
            (_, Shown::Nothing) => (String::new(), false),
            (Style::Bitnami, Shown::Value(value)) => (crate::parameters::value_text(value), true),
            (Style::Bitnami, Shown::Text(text)) => (text.clone(), !text.contains('`')),
            (Style::HelmDocs, Shown::Value(serde_json::Value::Null)) => ("nil".to_owned(), true),
            (Style::HelmDocs, Shown::Value(value)) => (sorted(value).to_string(), true),
            (Style::HelmDocs, Shown::Text(text)) => (text.clone(), false),
        }
    }
}

/// JSON with its keys in order, as Go writes maps.
fn sorted(value: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        Json::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            Json::Object(entries.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect())
        }
        Json::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}
