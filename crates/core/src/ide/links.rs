//! Texts that lead somewhere: addresses, files of `.Files`, charts inside.

use super::cursor::unquoted;
use super::workspace::{FileKind, Snapshot};
use crate::gotmpl::Kind;
use std::ops::Range;

/// A text that leads somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The text.
    pub range: Range<u32>,
    /// An address, or the name of a file of the chart.
    pub target: String,
    /// Whether it is an address.
    pub is_url: bool,
}

impl Snapshot {
    /// The texts of the file that lead somewhere.
    pub fn links(&self) -> Vec<Link> {
        match self.kind {
            FileKind::Template => self.files_asked(),
            FileKind::Metadata => self.addresses(),
            _ => Vec::new(),
        }
    }

    /// `.Files.Get "name"`
    fn files_asked(&self) -> Vec<Link> {
        let template = self.template();
        let rows = &self.chart.index().charts;
        let location = rows.get(self.chart_number()).map_or("", |row| row.location.as_str());
        let plain: Vec<_> = template.items.iter().filter(|item| item.kind != Kind::Space).collect();
        let asked = plain.windows(2).filter_map(|pair| {
            let [method, name] = pair else { return None };
            let asks = matches!(method.text(template.text), b".Get" | b".GetBytes" | b".Lines");
            let target = format!("{location}{}", unquoted(&template.word(name)));
            let range = name.start + 1..name.end - 1;
            let there = asks && name.kind == Kind::String && self.chart.text(&target).is_some();
            there.then_some(Link { range, target, is_url: false })
        });
        asked.collect()
    }

    fn addresses(&self) -> Vec<Link> {
        let keys = self.values().map(|values| values.keys()).unwrap_or_default();
        let mut found = Vec::new();
        for key in keys {
            let text = key.scalar.clone().unwrap_or_default();
            if text.starts_with("https://") || text.starts_with("http://") {
                found.push(Link { range: key.value, target: text, is_url: true });
            } else if let Some(folder) = text.strip_prefix("file://") {
                found.push(Link {
                    range: key.value,
                    target: format!("{}/Chart.yaml", folder.trim_end_matches('/')),
                    is_url: false,
                });
            }
        }
        found
    }
}
