//! The language server: the protocol around [`chartlens::ide`], and nothing that decides.
//!
//! One thread reads messages and owns the [`Workspace`](chartlens::ide::Workspace); requests run on a few others with a
//! snapshot of it, checks on one more. A request that fails, or panics, is answered with an error and ends nothing else.
//! Positions are UTF-16 at this edge and bytes inside.

#![forbid(unsafe_code)]

mod capabilities;
mod check;
mod commands;
mod convert;
mod log;
mod messages;
mod own;
mod pool;
mod requests;
mod server;
mod transport;
mod uri;

pub use log::Log;
pub use server::run;

use chartlens::chart::File;
use chartlens::ide::ChartOptions;
use serde::Deserialize;
use std::path::Path;
use std::sync::Arc;

/// What an editor chooses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Whether diagnostics are asked for by the editor, rather than sent: `pull` or `push`.
    pub diagnostics: Option<String>,
    /// The set of values that previews, hovers and hints are about.
    pub values_set: Option<String>,
    /// The version of Kubernetes that completion and hovers are about.
    pub kube_version: Option<String>,
}

impl Settings {
    /// What an editor sent; what is blank is not chosen.
    fn read(sent: &serde_json::Value) -> Settings {
        let read: Settings = Deserialize::deserialize(sent).unwrap_or_default();
        let chosen = |text: Option<String>| text.filter(|text| !text.is_empty());
        Settings {
            diagnostics: chosen(read.diagnostics),
            values_set: chosen(read.values_set),
            kube_version: chosen(read.kube_version),
        }
    }
}

/// The texts that are being edited, by path.
pub type Edited<'e> = &'e dyn Fn(&Path) -> Option<Arc<[u8]>>;

/// Something wrong in a configuration, and the bytes that say it.
pub type Fault = (std::ops::Range<usize>, String);

/// What the server asks of the machine.
pub trait World: Send + Sync {
    /// The files of the chart in a folder.
    ///
    /// # Errors
    ///
    /// Why they cannot be read.
    fn files(&self, root: &Path) -> Result<Vec<File>, String>;

    /// What is wrong in the text of a configuration.
    fn faults(&self, text: &str) -> Vec<Fault>;

    /// What the configuration says for a path. Values files are named from there, whatever folder they are in.
    ///
    /// # Errors
    ///
    /// What is wrong with the configuration.
    fn options(&self, path: &Path, edited: Edited<'_>, settings: &Settings) -> Result<ChartOptions, String>;
}
