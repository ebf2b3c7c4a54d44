//! `helm lint`: the rules, the order and the words of Helm's linter (`pkg/chart/v2/lint`).
//!
//! Helm's linter reads a folder. What it asks the file system for is handed in as a [`Folder`].

pub(super) mod chartfile;
pub(super) mod crds;
mod dependencies;
mod deprecations;
mod names;
mod objects;
pub(super) mod templates;
mod urls;
mod values;

use crate::chart::Chart;
use crate::host::{HelmVersion, Host};
use crate::log::Log;
use crate::render::RenderOptions;
use crate::values::ReadFile;
use std::fmt;
use std::sync::Arc;

/// How much a message weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Something to know.
    Info,
    /// Works, but breaks with a convention.
    Warning,
    /// Will not work.
    Error,
}

/// What Helm's linter says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// How much it weighs.
    pub weight: Weight,
    /// The file or folder it is about, as Helm names it.
    pub path: String,
    /// The words.
    pub text: String,
}

/// `[ERROR] Chart.yaml: version is required`
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = match self.weight {
            Weight::Info => "INFO",
            Weight::Warning => "WARNING",
            Weight::Error => "ERROR",
        };
        write!(f, "[{weight}] {}: {}", self.path, self.text)
    }
}

/// What stands at a place of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Entry {
    /// Nothing.
    #[default]
    Missing,
    /// A folder.
    Folder,
    /// A file with this text.
    File(Arc<[u8]>),
}

/// A folder with a chart, as far as the linter looks at it.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Its absolute path, as messages show it.
    pub path: String,
    /// `Chart.yaml`
    pub chart_yaml: Entry,
    /// `values.yaml`
    pub values: Entry,
    /// `values.schema.json`
    pub schema: Entry,
    /// `templates`
    pub templates: Entry,
    /// `crds`
    pub crds: Entry,
    /// The chart as Helm's loader gives it, or Helm's text why it does not; with what loading had to say.
    pub chart: (Result<Chart, String>, Vec<Log>),
}

/// What to lint with.
#[derive(Clone, Copy, Debug)]
pub struct LintOptions<'o> {
    /// Values, version of Kubernetes, namespace and limits; the name of the release is Helm's.
    pub render: &'o RenderOptions,
    /// Clock, seed and objects.
    pub host: &'o Host,
}

/// What the linter says of a chart, and the lines it writes to standard error.
pub fn lint(folder: &Folder, options: LintOptions<'_>, read: ReadFile<'_>) -> (Vec<Message>, Vec<Log>) {
    let mut linter = Linter { folder, options, read, messages: Vec::new(), log: Vec::new() };
    chartfile::run(&mut linter);
    values::run(&mut linter);
    templates::run(&mut linter);
    dependencies::run(&mut linter);
    // Helm 3 has no rules about definitions.
    if linter.helm() >= HelmVersion::V4 {
        crds::run(&mut linter);
    }
    (linter.messages, linter.log)
}

/// A run of the linter.
struct Linter<'l> {
    folder: &'l Folder,
    options: LintOptions<'l>,
    read: ReadFile<'l>,
    messages: Vec<Message>,
    log: Vec<Log>,
}

impl<'l> Linter<'l> {
    fn helm(&self) -> HelmVersion {
        self.options.render.helm
    }

    /// `RunLinterRule`: whether all is well.
    fn rule(&mut self, weight: Weight, path: &str, result: Result<(), String>) -> bool {
        match result {
            Ok(()) => true,
            Err(text) => {
                self.messages.push(Message { weight, path: path.to_owned(), text });
                false
            }
        }
    }

    /// `loader.Load`, which says what it has to say each time.
    fn load(&mut self) -> Result<&'l Chart, String> {
        let (chart, log) = &self.folder.chart;
        self.log.extend(log.iter().cloned());
        chart.as_ref().map_err(String::clone)
    }
}
