//! The parameters of a chart: what values.yaml sets, and what its comments say of it.
//!
//! People write such comments in three ways, and each is a file here: the annotations of Bitnami's generator, those of
//! helm-docs, and plain comments. All of them give [`Parameters`], of which [`crate::readme`] makes tables. Nothing here
//! reads or writes files.

mod bitnami;
mod comments;
mod findings;
mod helm_docs;
mod names;
mod plain;

pub use bitnami::value_text;
use comments::is_code;
pub use comments::{Comments, is_schema};
pub use findings::{Problem, outdated, report};
pub use helm_docs::type_name;
pub use names::{Path, leaves};

use chartlens::kube::tree::Node;
use serde_json::Value as Json;

/// How comments say what a value is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// `## @param image.tag [string] The tag`, as Bitnami's readme-generator-for-helm reads it.
    Bitnami,
    /// `# -- The tag`, as helm-docs reads it.
    HelmDocs,
    /// A comment above a key or behind its value.
    #[default]
    Plain,
}

/// What a table shows as the value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// A value.
    Value(Json),
    /// What a comment says in its place.
    Text(String),
    /// Nothing: values.yaml does not have it.
    Nothing,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name, as its dialect writes it: `image.tag`, `hosts[0].name`.
    pub name: String,
    /// Its way from the root of the values.
    pub path: Path,
    /// What it is for; empty where no comment says it.
    pub description: String,
    /// What values.yaml sets; null for what it does not have.
    pub value: Json,
    /// What the table shows as its value.
    pub shown: Shown,
    /// Its type as a comment names it; none where that is told from the value.
    pub type_name: Option<String>,
}

/// Rows that belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// Its heading; empty for rows of no section.
    pub name: String,
    /// The text between heading and table.
    pub description: String,
    /// Its rows.
    pub parameters: Vec<Parameter>,
}

/// All parameters of a chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters {
    /// How its comments are written.
    pub dialect: Dialect,
    /// The sections with their rows.
    pub sections: Vec<Section>,
    /// What is wrong with the comments.
    pub problems: Vec<Problem>,
}

impl Parameters {
    /// All rows.
    pub fn all(&self) -> impl Iterator<Item = &Parameter> {
        self.sections.iter().flat_map(|section| &section.parameters)
    }

    /// The rows in the order of their names, section by section; sections in the order of their first row, the one
    /// without a name last: what helm-docs does.
    pub fn sort(&mut self) {
        for section in &mut self.sections {
            section.parameters.sort_by(|a, b| a.name.cmp(&b.name));
        }
        let first = |section: &Section| section.parameters.first().map(|parameter| parameter.name.clone());
        self.sections.sort_by_key(|section| (section.name.is_empty(), first(section)));
    }
}

/// Reads the parameters of a values.yaml: in the dialect given, or in the one that its comments are written in.
///
/// # Errors
///
/// A text that is no YAML, or no map: what is wrong and in which line.
pub fn read(text: &str, dialect: Option<Dialect>) -> Result<Parameters, String> {
    let document = chartlens::yaml::parse(text.as_bytes()).map_err(|error| format!("values.yaml: {error}"))?;
    let tree = crate::plain::tree(&document).map_err(|message| format!("values.yaml: {message}"))?;
    let comments = Comments::new(text, &document);
    let dialect = dialect.unwrap_or_else(|| comments.dialect());
    let Some(root) = tree.root().filter(|root| !root.is_null()) else {
        return Ok(Parameters { dialect, ..Parameters::default() });
    };
    if !root.is_map() {
        return Err(format!("values.yaml: expected a map of values, found {}", root.found()));
    }
    let read = match dialect {
        Dialect::Bitnami => bitnami::read,
        Dialect::HelmDocs => helm_docs::read,
        Dialect::Plain => plain::read,
    };
    Ok(Parameters { dialect, ..read(root, &comments) })
}

/// Whether a value has nothing below it: a scalar, or a collection without anything in it.
fn is_leaf(node: Node<'_>) -> bool {
    node.is_empty()
}
