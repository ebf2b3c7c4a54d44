//! Findings: one shape for everything that chartlens has to say, the same in Rust, Python, JavaScript and JSON.
//!
//! A check that looks at one object makes a [`Finding`]: a code, a [`Fact`] with its words, a JSON pointer and a range
//! of bytes in the object's text. The front door adds what only it knows, the cause and the targets, and makes a [`Diagnostic`] of it.
//! Where something is said to stand is a [`Place`], bytes of a text; lines and columns are made of it in reports.

mod edit;
mod example;
mod fact;
mod path;
mod place;
pub mod words;

pub use edit::{Edit, Fix, edited};
pub use example::Example;
pub use fact::{Fact, Found, Type};
pub use path::path_of;
pub use place::Place;

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing, nothing to do.
    Note,
    /// Likely a mistake.
    Warning,
    /// Will not work.
    #[default]
    Error,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A value that had a part in a byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueCause {
    /// Path in its file, such as `image.tag` or `a["b.c"][0]`.
    pub path: String,
    /// Where it stands; for the layers of the command line in the text of the argument, whose name is the flag with its
    /// number, such as `--set 1`.
    pub place: Place,
    /// `default` for the chart's own values.yaml, `parent` for that of a chart above, `import` for what a chart inside
    /// gave by `import-values`, `file`, `set`, `set-string`, `set-json`, `set-file`, `set-literal`, or `program`
    /// for another program's file, such as Terraform's. Helm fills in no
    /// defaults of schemas, so there is no layer for them.
    pub layer: Cow<'static, str>,
    /// Number of the flag, from 1, for the layers of the command line.
    pub argument: Option<u32>,
    /// Whether the key is absent and only asked for; the place is then that of the map without it.
    pub missing: bool,
    /// What it was set over.
    pub overrode: Vec<ValueCause>,
}

impl ValueCause {
    /// A value that a chart's values file lacks.
    pub(crate) fn missing(path: String, file: &str) -> ValueCause {
        let (place, layer, overrode) = (Place::of_file(file), "default".into(), Vec::new());
        ValueCause { path, place, layer, argument: None, missing: true, overrode }
    }

    /// The file; none for the layers of the command line.
    pub fn file(&self) -> Option<&str> {
        (self.argument.is_none() || self.layer == "file").then(|| self.place.file())
    }

    /// Whether it stands in a file that is none of the chart's: one of those given with `-f`, or another program's.
    pub fn is_outside(&self) -> bool {
        matches!(&*self.layer, "file" | "program" | "unknown")
    }
}

/// A template call on the way to a byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Where it starts.
    pub place: Place,
    /// What it calls, such as `include "web.labels"`.
    pub call: String,
}

/// A condition that let a byte appear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Where it starts.
    pub place: Place,
    /// The values it looked at.
    pub values: Vec<ValueCause>,
}

/// What caused a byte of the result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cause {
    /// The innermost text or action that wrote it.
    pub template: Option<Place>,
    /// The calls from the rendered file inwards.
    // Whatever was written through the same calls shares them.
    pub stack: Arc<[Call]>,
    /// The values in it, most specific first, at most eight.
    pub values: Vec<ValueCause>,
    /// How many values more there are.
    pub more: usize,
    /// The conditions around it, innermost first.
    // Whatever stands under the same conditions shares them.
    pub guards: Arc<[Condition]>,
    /// `separator`, `source-comment` or `crd` for bytes that the pipeline wrote.
    pub generated: Option<Cow<'static, str>>,
}

/// The object a finding is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ObjectRef {
    /// `apiVersion`
    #[serde(rename = "apiVersion")]
    pub api_version: String,
    /// `kind`
    pub kind: String,
    /// `metadata.namespace`
    pub namespace: Option<String>,
    /// `metadata.name`
    pub name: Option<String>,
}

/// A place in the rendered output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedPlace {
    /// Number of the document among those of its source, from 1.
    pub n: u32,
    /// The place in the document, whose name is that of the template, as the `# Source:` line has it; for a plain manifest
    /// its file.
    pub place: Place,
}

/// A run in which a finding holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Target {
    /// Version of Kubernetes, such as `1.37`.
    pub kube_version: String,
    /// `4` or `3`.
    pub helm_version: String,
    /// Name of the set of values, where there are several.
    pub values_set: Option<String>,
}

/// A finding, complete.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Diagnostic {
    /// `schema/…`, `api/…`, `yaml/…`, `render/…`, `values/…`, `chart/…`, `limit/…`
    pub code: Cow<'static, str>,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// What else there is to know.
    pub notes: Vec<String>,
    /// What is wrong, as data: the message is made of the first.
    pub facts: Vec<Fact>,
    /// The chart as it was given; none for plain manifests.
    pub chart: Option<String>,
    /// The object it is about.
    // All that is found in one object shares it.
    pub object: Option<Arc<ObjectRef>>,
    /// JSON pointer in the object; for unknown and missing fields of the field itself. None for the object as a whole.
    pub pointer: Option<String>,
    /// Where it shows in the output.
    pub rendered: Option<RenderedPlace>,
    /// What caused it.
    pub cause: Option<Cause>,
    /// Where it holds.
    pub targets: Vec<Target>,
    /// Ways to mend it.
    pub fixes: Vec<Fix>,
    /// Whether Helm stops here: what comes after it on the way is found in spite of it.
    #[serde(skip)]
    pub stops: bool,
}

impl Diagnostic {
    /// A finding with the words of a fact, as an error.
    pub fn of(code: &'static str, fact: Fact) -> Diagnostic {
        Diagnostic {
            code: code.into(),
            message: fact.message(),
            help: fact.help(),
            facts: vec![fact],
            ..Diagnostic::default()
        }
    }

    /// What is wrong, where that is known as data.
    pub fn fact(&self) -> Option<&Fact> {
        self.facts.first()
    }
}

/// A finding about one object, made by a check that knows nothing of templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The code.
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// What else there is to know.
    pub notes: Vec<String>,
    /// What is wrong, as data: the message is made of the first, unless the check has words of its own.
    pub facts: Vec<Fact>,
    /// JSON pointer in the object; for unknown and missing fields of the field itself.
    pub pointer: String,
    /// The bytes to blame in the text of the object: the value, the key of an unknown field, the nearest
    /// enclosing node of a missing one.
    pub range: Range<usize>,
    /// What the field should be, where a rule knows that: as YAML in one line.
    pub cure: Option<String>,
}

impl Finding {
    /// What is wrong: of the facts the first but for what a server says of it.
    pub fn wrong(&self) -> Option<&Fact> {
        self.facts.iter().find(|fact| !matches!(fact, Fact::ServerSays { .. }))
    }

    /// An error without help or notes.
    pub fn error(code: &'static str, pointer: String, range: Range<usize>, message: String) -> Finding {
        let (notes, facts) = (Vec::new(), Vec::new());
        Finding { code, severity: Severity::Error, message, help: None, notes, facts, pointer, range, cure: None }
    }

    /// An error with the words of a fact.
    pub fn of(code: &'static str, fact: Fact, pointer: String, range: Range<usize>) -> Finding {
        let help = fact.help();
        Finding { help, ..Finding::error(code, pointer, range, fact.message()).fact(fact) }
    }

    /// The finding with what is wrong as data.
    pub fn fact(mut self, fact: Fact) -> Finding {
        self.facts.push(fact);
        self
    }

    /// The finding with a line on what to do.
    pub fn help(mut self, help: impl Into<String>) -> Finding {
        self.help = Some(help.into());
        self
    }

    /// The finding with a note more.
    pub fn note(mut self, note: impl Into<String>) -> Finding {
        self.notes.push(note.into());
        self
    }

    /// The finding with another weight.
    pub fn severity(mut self, severity: Severity) -> Finding {
        self.severity = severity;
        self
    }
}

/// The name among `known` that `wrong` most likely means.
///
/// Names count as near by their edit distance (a swap of neighbours is one edit), case apart, within a third of
/// the length.
pub fn did_you_mean<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let lower = wrong.to_lowercase();
    // Of names of one letter each is like any other.
    let length = lower.chars().count();
    let bound = match length {
        0..2 => 0,
        length => (length / 3).clamp(1, 4),
    };
    // Two names are at least as far apart as one is longer, and as there are letters in one that are not in the other;
    // lower case may be a character or two more.
    let own = letters(&lower);
    let may_be = |name: &str| {
        let is_plain = name.is_ascii() && lower.is_ascii();
        !is_plain
            || name.len().abs_diff(length) <= bound && {
                let others = letters(name);
                let apart = (own & !others).count_ones().max((others & !own).count_ones());
                apart as usize <= bound
            }
    };
    let near = known.into_iter().filter(|name| *name != wrong && may_be(name));
    let scored = near.map(|name| (strsim::osa_distance(&lower, &name.to_lowercase()), name));
    scored.filter(|(distance, _)| *distance <= bound).min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// A bit for each sort of character in a name, case apart; some share one.
fn letters(name: &str) -> u64 {
    name.bytes().fold(0, |letters, byte| letters | 1 << (byte.to_ascii_lowercase() % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let known = ["replicaCount", "image", "service", "Image"];
        assert_eq!(did_you_mean("replicaCont", known), Some("replicaCount"));
        assert_eq!(did_you_mean("imgae", known), Some("image"));
        assert_eq!(did_you_mean("resources", known), None);
        assert_eq!(did_you_mean("image", known), Some("Image"));
    }
}
