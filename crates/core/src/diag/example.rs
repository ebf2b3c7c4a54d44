//! What documentation shows of a code.

use serde::Serialize;

/// What shows a finding, or that it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Example {
    /// A manifest.
    Manifest(&'static str),
    /// The files of a chart, name and text of each. Without a Chart.yaml it has a plain one.
    Chart(&'static [(&'static str, &'static str)]),
    /// A manifest, and what it becomes.
    Update {
        /// What is there.
        old: &'static str,
        /// What comes.
        new: &'static str,
    },
    /// There is none, for this reason.
    None(&'static str),
}

impl Example {
    /// Appends the example to a page.
    pub fn write(&self, title: &str, page: &mut String) {
        match self {
            Example::Manifest("") => {}
            Example::Manifest(text) => page.push_str(&format!("\n{title}:\n\n```yaml\n{}\n```\n", text.trim_end())),
            Example::Chart(files) => {
                page.push_str(&format!("\n{title}:\n"));
                for (name, text) in *files {
                    page.push_str(&format!("\n```yaml\n# {name}\n{}\n```\n", text.trim_end()));
                }
            }
            Example::Update { old: "", .. } => {}
            Example::Update { old, new } => {
                let (old, new) = (old.trim_end(), new.trim_end());
                page.push_str(&format!("\n{title}:\n\n```yaml\n# before\n{old}\n---\n# after\n{new}\n```\n"));
            }
            Example::None(reason) => page.push_str(&format!("\n{title}: no example, {reason}.\n")),
        }
    }
}
