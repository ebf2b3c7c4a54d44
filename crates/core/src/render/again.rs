//! Rendering again after some templates have changed: what the change has nothing to do with is taken over.
//!
//! Templates can change values that later ones see, and depend on what others define. So a render notes of each template
//! which names it asked for, and whether it looked at anything but values and texts; and of all of them together whether
//! anything changed that was there before they ran. Where nothing did, a render of the same chart with the same options begins with
//! the values as they are, and runs only the templates that changed, those that asked for a name which a changed text defines
//! or defined, and those that depend on more than that: chance, the clock, a cluster, or a fault.

use super::RenderOptions;
use super::engine::Templates;
use super::manifest::Head;
use crate::chart::{Chart, File};
use crate::gotmpl::VirtualFile;
use crate::gotmpl::funcs::Text;
use crate::log::Log;
use crate::text::{FileId, Segment, SourceFile, SourceMap, Str, Trace};
use crate::value::{Heap, MapId, Reads};
use crate::values::ValuesSource;
use foldhash::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// What the last render leaves for the next one.
#[derive(Debug, Default)]
pub struct Again {
    left: Mutex<Option<Box<Left>>>,
}

/// A chart with what its render left.
#[derive(Debug)]
struct Left {
    chart: Chart,
    options: RenderOptions,
    prepared: Prepared,
    done: Done,
}

/// A chart whose templates can run.
#[derive(Debug)]
pub(super) struct Prepared {
    pub templates: Templates,
    /// The values, watched.
    pub heap: Heap,
    /// What putting them together recorded.
    pub trace: Option<Box<Trace>>,
    /// All texts, those that came into being among them.
    pub sources: SourceMap,
    /// The number of the first template.
    pub first: FileId,
    /// What there was to say so far.
    pub log: Vec<Log>,
    /// The values of the root chart.
    pub values: MapId,
    /// Whether nothing went wrong on the way here.
    pub is_whole: bool,
}

/// What templates did, in their order.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// Whether the text of each is another than it was then.
    pub changed: Vec<bool>,
    /// The names that each defines.
    pub names: Vec<Vec<Str>>,
    /// What each wrote, where it would do so again.
    pub written: Vec<Option<Written>>,
}

/// What a template wrote out of nothing but the values and other templates.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub text: Text,
    /// The names of templates that it asked for.
    pub asked: HashSet<Str>,
    /// What it read of values and of what else there was before templates ran.
    pub reads: Reads,
    /// The heads of its documents, once they were read.
    pub heads: Arc<OnceLock<Vec<Head>>>,
    /// What it recorded.
    pub segment: Option<Arc<Segment>>,
    /// Texts that came into being and ran.
    pub virtual_files: Vec<VirtualFile>,
}

/// What is left of the render before.
pub(super) enum Earlier {
    /// Nothing that is of use.
    None,
    /// The same chart but for texts of templates, with the same options: its values hold.
    Same(Prepared, Done),
    /// Another chart or other values, of which much may be the same.
    Other(Prepared, Done),
}

/// So many numbers and texts may lead nowhere, beside as many as there are.
const MOST_SPENT: usize = 1 << 16;

impl Again {
    /// What is left of a render.
    pub(super) fn take(&self, chart: &Chart, options: &RenderOptions) -> Earlier {
        let Some(left) = self.lock().take() else { return Earlier::None };
        let Left { chart: old, options: then, mut prepared, mut done } = *left;
        if done.is_spent(&prepared) {
            return Earlier::None;
        }
        if !same_options(&then, options) || !same_but_templates(&old, chart) {
            let is_alike = (then.helm, then.lint, then.keep_going) == (options.helm, options.lint, options.keep_going);
            return if is_alike { Earlier::Other(prepared, done) } else { Earlier::None };
        }
        done.changed = prepared.templates.put(&texts(chart));
        Earlier::Same(prepared, done)
    }

    /// Leaves something for the next render.
    pub(super) fn leave(&self, chart: &Chart, options: &RenderOptions, mut prepared: Prepared, done: Done) {
        prepared.templates.forget_names(&mut prepared.heap);
        prepared.heap.forget_unwatched();
        // What is left does not hold itself.
        let options = RenderOptions { again: None, ..options.clone() };
        *self.lock() = Some(Box::new(Left { chart: chart.clone(), options, prepared, done }));
    }

    fn lock(&self) -> MutexGuard<'_, Option<Box<Left>>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Done {
    /// Whether so many numbers of origins or texts lead nowhere that beginning anew is better.
    fn is_spent(&self, prepared: &Prepared) -> bool {
        let segments = || self.written.iter().flatten().filter_map(|written| written.segment.as_deref());
        let base = prepared.trace.as_ref().map_or(0, |trace| trace.len());
        let last = segments().map(Segment::last_number).max().unwrap_or(base);
        let named = base + segments().map(Segment::len).sum::<usize>();
        let texts: usize = self.written.iter().flatten().map(|written| written.virtual_files.len()).sum();
        let known = prepared.first.0 as usize + self.written.len() + texts;
        last > 2 * named + MOST_SPENT || prepared.sources.len() > 2 * known + MOST_SPENT
    }

    /// Forgets what templates wrote that may write something else now: their text has changed, or they asked for a
    /// name that a text which has changed defines (`names`) or defined.
    pub fn keep_what_holds(&mut self, names: &[Vec<Str>]) {
        let defined = self.names.iter().zip(names).zip(&self.changed).filter(|(_, changed)| **changed);
        let touched: HashSet<&Str> = defined.flat_map(|((old, new), _)| old.iter().chain(new)).collect();
        for (written, changed) in self.written.iter_mut().zip(&self.changed) {
            let holds = |written: &Written| !changed && written.asked.iter().all(|name| !touched.contains(name));
            *written = written.take().filter(holds);
        }
    }

    /// Forgets what templates wrote over other values than those that are there now; all of it where they have another shape.
    pub fn keep_what_read_the_same(mut self, old: &Prepared, new: &Prepared, heap: &Heap) -> Done {
        let traces = old.trace.as_deref().zip(new.trace.as_deref());
        let same_shape = old.first == new.first && traces.is_some_and(|(old, new)| new.has_shape_of(old));
        let changed = new.templates.changed_from(&old.templates).filter(|_| same_shape);
        let Some((changed, changes)) = changed.zip(heap.changes(&old.heap)) else { return Done::default() };
        for written in &mut self.written {
            *written = written.take().filter(|written| !written.reads.meet(&changes));
        }
        self.changed = changed;
        self
    }

    /// The texts that came into being under what is taken over, in the order of their numbers. Of `sources` those behind the last of
    /// them go, and others that nobody has any more are blank.
    pub fn virtual_files(&self, sources: &mut SourceMap, first: usize) -> Vec<VirtualFile> {
        let mut files: Vec<VirtualFile> =
            self.written.iter().flatten().flat_map(|written| &written.virtual_files).cloned().collect();
        files.sort_by_key(|known| known.file);
        sources.truncate(files.last().map_or(first, |known| known.file.0 as usize + 1));
        let taken: HashSet<FileId> = files.iter().map(|known| known.file).collect();
        let blank = SourceFile::new("gotpl", &b""[..]);
        for number in first..sources.len() {
            let file = FileId(number as u32);
            if !taken.contains(&file) {
                sources.replace(file, blank.clone());
            }
        }
        files
    }
}

/// The texts of all templates, by the names of their files.
fn texts(chart: &Chart) -> HashMap<String, &Arc<[u8]>> {
    let named = |chart: &'_ Chart, file: &File| format!("{}{}", chart.location, file.name);
    let charts = chart.walk().into_iter();
    charts.flat_map(|chart| chart.templates.iter().map(move |file| (named(chart, file), &file.data))).collect()
}

/// Whether two renders have the same options, but for caches and for who ends them; and whether these say all that goes into the values.
fn same_options(a: &RenderOptions, b: &RenderOptions) -> bool {
    let key = |options: &RenderOptions| {
        let RenderOptions {
            name,
            namespace,
            is_upgrade,
            kube_version,
            api_versions,
            values,
            skip_schema_validation,
            sub_notes,
            labels,
            helm,
            trace,
            lint,
            keep_going,
            keep_values,
            limits,
            cancel: _,
            texts: _,
            schemas: _,
            heads: _,
            again: _,
        } = options.clone();
        let texts = (name, namespace, kube_version, api_versions, values, labels, helm, limits);
        (texts, [is_upgrade, skip_schema_validation, sub_notes, trace, lint, keep_going, keep_values])
    };
    let reads = |source: &ValuesSource| matches!(source, ValuesSource::SetFile(_));
    key(a) == key(b) && !a.values.iter().any(reads)
}

/// Whether two charts are the same but for the texts of their templates, and could be read as a whole.
fn same_but_templates(a: &Chart, b: &Chart) -> bool {
    let names = |chart: &Chart| chart.templates.iter().map(|file| file.name.clone()).collect::<Vec<_>>();
    let times = |chart: &Chart| (chart.modified, chart.values_modified, chart.schema_modified);
    let values = |chart: &Chart| chart.values.as_ref().map(|values| values.text.clone());
    let own = |a: &Chart, b: &Chart| {
        (&a.location, &a.metadata, &a.chart_yaml, &a.requirements, &a.lock)
            == (&b.location, &b.metadata, &b.chart_yaml, &b.requirements, &b.lock)
            && (&a.schema, &a.files, &a.log, times(a), values(a)) == (&b.schema, &b.files, &b.log, times(b), values(b))
            && names(a) == names(b)
            && a.errors.is_empty()
            && b.errors.is_empty()
            && a.dependencies.len() == b.dependencies.len()
    };
    let (a, b) = (a.walk(), b.walk());
    a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| own(a, b))
}
