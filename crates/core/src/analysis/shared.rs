//! What charts read of values, worked out once for all who look at the same texts.

use super::walk::Walks;
use super::{Analysis, Reads};
use crate::cache::Cache;
use crate::host::HelmVersion;
use crate::text::Str;
use std::sync::{Arc, OnceLock};

/// How many bytes of texts are kept with what they read.
const LIMIT: usize = 8 << 20;

/// What is worked out when it is first asked for; who asks meanwhile waits.
pub(super) type Once = Arc<OnceLock<Vec<Reads>>>;

/// All that decides what charts read: the version of Helm, and of each chart whether it is a library and the texts.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key(HelmVersion, Vec<OfChart>);

#[derive(Debug, PartialEq, Eq, Hash)]
struct OfChart {
    is_library: bool,
    values: Option<Arc<[u8]>>,
    /// The files below `templates/`, with the names of those that are read as templates.
    templates: Vec<Arc<[u8]>>,
    names: Vec<Str>,
}

/// What charts read, by their texts.
#[derive(Debug)]
pub struct SharedReads {
    known: Cache<Key, Once>,
    pub(super) walks: Arc<Walks>,
}

impl Default for SharedReads {
    fn default() -> Self {
        SharedReads { known: Cache::new(LIMIT), walks: Arc::default() }
    }
}

impl SharedReads {
    /// How many bytes of texts are kept.
    pub fn bytes(&self) -> usize {
        self.known.bytes() + self.walks.bytes()
    }

    pub(super) fn of(&self, analysis: &Analysis<'_>) -> Once {
        let charts = analysis.charts.iter().enumerate().map(|(number, chart)| OfChart {
            is_library: chart.metadata.is_library(),
            values: chart.values.as_ref().map(|values| values.text.clone()),
            templates: chart.templates.iter().map(|file| file.data.clone()).collect(),
            names: analysis
                .templates
                .iter()
                .filter(|t| t.chart == number)
                .map(|t| t.parsed.source.name.clone())
                .collect(),
        });
        let key = Key(analysis.helm, charts.collect());
        if let Some(known) = self.known.get(&key) {
            return known;
        }
        let texts = key.1.iter().flat_map(|chart| chart.templates.iter().chain(&chart.values));
        let (once, bytes) = (Once::default(), texts.map(|text| text.len()).sum());
        self.known.insert(key, once.clone(), bytes);
        once
    }
}
