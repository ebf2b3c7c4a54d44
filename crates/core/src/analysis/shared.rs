//! What is worked out of templates once for all who look at the same ones.

use super::reads::{Reached, texts_in_values};
use super::walk::Walks;
use super::{Analysis, Call};
use crate::cache::Cache;
use crate::gotmpl::ast::{Source, Tree};
use crate::host::HelmVersion;
use crate::text::{FileId, Str};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

/// How many bytes of texts are kept with what they read.
const LIMIT: usize = 8 << 20;

/// What is worked out when it is first asked for; who asks meanwhile waits.
pub(super) type Once<T> = Arc<OnceLock<T>>;

/// All that decides what charts read: the version of Helm, and of each chart whether it is a library and the texts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key(HelmVersion, Vec<OfChart>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct OfChart {
    is_library: bool,
    /// The values that are templates.
    values: Vec<Arc<[u8]>>,
    templates: Vec<Read>,
    /// The files below `templates/` that are read as something else.
    others: Vec<Arc<[u8]>>,
}

/// A template that was read, under its name and its number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Read {
    tree: OneTree,
    name: Str,
    file: FileId,
}

/// A tree, which is the same as another if it is in the same place.
#[derive(Clone, Debug)]
struct OneTree(Arc<Tree>);

impl PartialEq for OneTree {
    fn eq(&self, other: &OneTree) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for OneTree {}

impl Hash for OneTree {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).hash(state);
    }
}

/// What charts read and what their templates call, by their templates.
#[derive(Debug)]
pub struct Shared {
    reads: Cache<Key, Once<Vec<Arc<Reached>>>>,
    calls: Cache<OneTree, Once<Vec<Call>>>,
    pub(super) walks: Arc<Walks>,
}

impl Default for Shared {
    fn default() -> Self {
        Shared { reads: Cache::new(LIMIT), calls: Cache::new(LIMIT), walks: Arc::default() }
    }
}

impl Shared {
    /// How many bytes of texts are kept.
    pub fn bytes(&self) -> usize {
        self.reads.bytes() + self.calls.bytes() + self.walks.bytes()
    }

    /// What the charts of an analysis read, once somebody has worked it out.
    pub(super) fn reads(&self, analysis: &Analysis<'_>) -> Once<Vec<Arc<Reached>>> {
        let charts = analysis.charts.iter().enumerate().map(|(number, chart)| OfChart {
            is_library: chart.metadata.is_library(),
            values: texts_in_values(chart),
            templates: analysis
                .templates
                .iter()
                .filter(|template| template.chart == number)
                .map(|template| Read::of(&template.parsed.source))
                .collect(),
            others: chart
                .templates
                .iter()
                .filter(|file| crate::jinja::JINJA.takes(&file.name))
                .map(|file| file.data.clone())
                .collect(),
        });
        let key = Key(analysis.helm, charts.collect());
        let bytes = key.1.iter().map(OfChart::bytes).sum();
        self.reads.get_or_insert(&key, Once::default, bytes)
    }

    /// What a template calls, once somebody has worked it out.
    pub(super) fn calls(&self, tree: &Arc<Tree>) -> Once<Vec<Call>> {
        self.calls.get_or_insert(&OneTree(tree.clone()), Once::default, tree.text.len())
    }
}

impl Read {
    fn of(source: &Source) -> Read {
        Read { tree: OneTree(source.tree.clone()), name: source.name.clone(), file: source.file }
    }
}

impl OfChart {
    fn bytes(&self) -> usize {
        let templates = self.templates.iter().map(|read| read.tree.0.text.len());
        templates.chain(self.values.iter().chain(&self.others).map(|text| text.len())).sum()
    }
}
