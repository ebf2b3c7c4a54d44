//! A chart at one moment, and what is worked out of it when it is first asked for.

use super::diagnostics::Found;
use super::field_docs::KeptDocs;
use super::values::ValuesText;
use super::written::{WrittenText, texts};
use crate::analysis::{AllReads, Helpers, Path, Template};
use crate::budget::{Budget, CancelToken};
use crate::chart::{ArchiveLimits, Chart, File, LONGEST, Readings, load_anew};
use crate::host::{HelmVersion, Host};
use crate::kube::crds::Crds;
use crate::render::{KubeVersion, RenderError, Rendered};
use crate::report::Report;
use crate::session::{CheckOptions, Session};
use crate::validate::Validator;
use crate::values::ValuesSource;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Texts of more bytes are large: a host does well to leave out what takes the whole of them.
pub const LARGE: usize = 4 << 20;

/// A chart with a text of more bytes is neither rendered nor checked, and what that text says is read aside.
pub const HUGE: usize = LONGEST;

/// What a chart is looked at with.
#[derive(Clone, Debug, Default)]
pub struct ChartOptions {
    /// Versions, sets of values, rules.
    pub check: CheckOptions,
    /// The world as renders see it: one for the life of a host, so that results stay what they are.
    pub host: Host,
    /// What the makers of Kubernetes say of its fields, where the host keeps that.
    pub field_docs: Option<Arc<KeptDocs>>,
}

/// What the texts of a chart say without being run.
#[derive(Debug)]
pub(super) struct Index {
    pub templates: Vec<Template>,
    pub helpers: Helpers,
    pub reads: AllReads,
    pub written: Vec<WrittenText>,
    /// Name, folder, and the keys under which the values of each chart stand in those of the root.
    pub charts: Vec<ChartRow>,
}

/// One chart of the tree.
#[derive(Debug)]
pub(super) struct ChartRow {
    pub name: String,
    pub location: String,
    pub prefix: Path,
}

/// A chart, or manifests that belong to none, with the texts that are being edited in place of those that were read.
#[derive(Debug)]
pub struct ChartState {
    /// The folder.
    pub root: String,
    /// Whether there is a chart: else the files are plain manifests.
    pub is_chart: bool,
    pub(super) disk: Arc<BTreeMap<String, Arc<[u8]>>>,
    pub(super) edited: BTreeMap<String, Arc<[u8]>>,
    pub(super) options: Arc<ChartOptions>,
    pub(super) session: Arc<Session>,
    /// What was read of its files last; the states of a chart share it.
    pub(super) readings: Arc<Readings>,
    cancel: CancelToken,
    chart: OnceLock<Arc<Chart>>,
    index: OnceLock<Index>,
    values: OnceLock<Vec<ValuesText>>,
    crds: OnceLock<Arc<Crds>>,
    validator: OnceLock<Option<Validator>>,
    rendered: OnceLock<Result<Arc<Rendered>, RenderError>>,
    report: OnceLock<Report>,
    pub(super) found: OnceLock<Found>,
}

impl ChartState {
    pub(super) fn new(
        root: &str,
        is_chart: bool,
        disk: Arc<BTreeMap<String, Arc<[u8]>>>,
        edited: BTreeMap<String, Arc<[u8]>>,
        options: Arc<ChartOptions>,
        session: Arc<Session>,
        readings: Arc<Readings>,
    ) -> ChartState {
        ChartState {
            root: root.to_owned(),
            is_chart,
            disk,
            edited,
            options,
            session,
            readings,
            cancel: CancelToken::default(),
            chart: OnceLock::new(),
            index: OnceLock::new(),
            values: OnceLock::new(),
            crds: OnceLock::new(),
            validator: OnceLock::new(),
            rendered: OnceLock::new(),
            report: OnceLock::new(),
            found: OnceLock::new(),
        }
    }

    /// The same state, of which nothing is worked out yet. It ends with this one.
    pub(super) fn apart(&self) -> ChartState {
        let (disk, edited, options, session) =
            (self.disk.clone(), self.edited.clone(), self.options.clone(), self.session.clone());
        let apart = ChartState::new(&self.root, self.is_chart, disk, edited, options, session, Arc::default());
        ChartState { cancel: self.cancel.clone(), ..apart }
    }

    /// The same texts in a state of which nothing is worked out yet.
    pub(super) fn anew(&self) -> ChartState {
        let (disk, edited, options) = (self.disk.clone(), self.edited.clone(), self.options.clone());
        let (session, readings) = (self.session.clone(), self.readings.clone());
        ChartState::new(&self.root, self.is_chart, disk, edited, options, session, readings)
    }

    /// What it is looked at with.
    pub fn options(&self) -> &ChartOptions {
        &self.options
    }

    /// The chart: what could be loaded of it.
    pub fn chart(&self) -> &Arc<Chart> {
        self.chart.get_or_init(|| match self.is_chart {
            true => {
                // Of what is huge values files alone are read.
                let is_read = |(name, data): &(&String, &Arc<[u8]>)| data.len() <= HUGE || is_values(name);
                let file = |(name, data): (&String, &Arc<[u8]>)| File {
                    name: name.clone(),
                    data: data.clone(),
                    modified: None,
                };
                let files = self.files().filter(is_read).map(file).collect();
                Arc::new(load_anew(files, &ArchiveLimits::default(), self.helm(), &self.readings))
            }
            false => Arc::default(),
        })
    }

    /// Whether it has been loaded already.
    pub fn is_loaded(&self) -> bool {
        self.chart.get().is_some()
    }

    /// Whether it has a text so large that work on it takes seconds.
    pub fn is_large(&self) -> bool {
        self.texts().any(|(_, text)| text.len() > LARGE)
    }

    /// Its texts that are so large that it is neither rendered nor checked.
    pub fn huge(&self) -> impl Iterator<Item = (&str, &Arc<[u8]>)> {
        self.texts().filter(|(_, text)| text.len() > HUGE)
    }

    /// Whether it has such a text.
    pub fn is_huge(&self) -> bool {
        self.huge().next().is_some()
    }

    /// Reads the values files that nobody waits for. States that come after this one know what they say.
    pub fn read_huge(&self) {
        for (name, text) in self.files().filter(|(name, text)| text.len() > HUGE && is_values(name)) {
            self.readings.read(name, text, self.helm());
        }
    }

    /// All texts: of files, and of sets of values.
    fn texts(&self) -> impl Iterator<Item = (&str, &Arc<[u8]>)> {
        self.files().map(|(name, text)| (name.as_str(), text)).chain(self.set_files())
    }

    /// All files with their present texts.
    pub fn files(&self) -> impl Iterator<Item = (&String, &Arc<[u8]>)> {
        let unedited = self.disk.iter().filter(|(name, _)| !self.edited.contains_key(*name));
        unedited.chain(&self.edited)
    }

    /// The present text of a file: of the chart, inside one of its archives, or of a set of values.
    pub fn text(&self, file: &str) -> Option<Arc<[u8]>> {
        if let Some(text) = self.edited.get(file).or_else(|| self.disk.get(file)) {
            return Some(text.clone());
        }
        let template = || self.index().templates.iter().find(|template| template.file == file);
        match file.contains(".tgz!/") {
            true => template()
                .map(|template| template.parsed.source.tree.text.clone())
                .or_else(|| self.values_texts().iter().find(|v| v.file == file).map(|v| v.text.clone())),
            false => self.set_files().find(|(name, _)| *name == file).map(|(_, text)| text.clone()),
        }
    }

    /// Whether a file can be changed: what stands in archives cannot.
    pub fn is_editable(&self, file: &str) -> bool {
        self.disk.contains_key(file) || self.edited.contains_key(file) || self.set_files().any(|(name, _)| name == file)
    }

    /// The values files of sets, by name.
    pub(super) fn set_files(&self) -> impl Iterator<Item = (&str, &Arc<[u8]>)> {
        let sets = self.options.check.values_sets.iter().flat_map(|(_, sources)| sources);
        sets.chain(&self.options.check.render.values).filter_map(|source| match source {
            ValuesSource::File { name, text } => Some((name.as_str(), text)),
            _ => None,
        })
    }

    /// The names of the sets of values.
    pub fn values_set_names(&self) -> Vec<&str> {
        self.options.check.values_sets.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// The values files of sets, by the names that they were given with.
    pub fn values_set_files(&self) -> impl Iterator<Item = &str> {
        self.set_files().map(|(name, _)| name)
    }

    /// Whose behaviour counts.
    pub fn helm(&self) -> HelmVersion {
        self.options.check.render.helm
    }

    /// The version of Kubernetes that comes first.
    pub fn kube_version(&self) -> String {
        let first = self.options.check.kube_versions.first().or(self.options.check.render.kube_version.as_ref());
        let version = first.cloned().unwrap_or_else(|| KubeVersion::default_of(self.helm()));
        format!("{}.{}", version.major, version.minor)
    }

    /// What the texts say without being run.
    pub(super) fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let chart = self.chart();
            // Whether a text in values is a template takes looking at all of them.
            let without = self.is_huge().then(|| Chart { values: None, ..Chart::clone(chart) });
            let analysis = self.session.analysis(without.as_ref().unwrap_or(chart), self.helm());
            let (charts, written) = (rows(chart), texts(without.as_ref().unwrap_or(chart)));
            let (templates, helpers, reads) = analysis.into_parts();
            Index { templates, helpers, reads, written, charts }
        })
    }

    /// All values files: of the charts, of sets, and those that a chart brings for its tests.
    pub(super) fn values_texts(&self) -> &[ValuesText] {
        self.values.get_or_init(|| self.read_values())
    }

    fn read_values(&self) -> Vec<ValuesText> {
        let charts = self.chart().walk();
        let own = charts.iter().enumerate().filter_map(|(number, chart)| {
            let values = chart.values.as_ref()?;
            let file = format!("{}values.yaml", chart.location);
            let now = self.edited.get(&file).or_else(|| self.disk.get(&file));
            Some(ValuesText::new(&file, values, number, now))
        });
        let of_tests = self.files().filter(|(name, _)| name.starts_with("ci/") && name.ends_with("values.yaml"));
        let others = self.set_files().chain(of_tests.map(|(name, text)| (name.as_str(), text)));
        let others = others.filter_map(|(name, text)| {
            let read = self.readings.values(name, text, self.helm());
            Some(ValuesText::new(name, &read.values?, 0, None))
        });
        own.chain(others).collect()
    }

    /// The custom resources that are known without rendering.
    pub(super) fn crds(&self) -> &Arc<Crds> {
        self.crds.get_or_init(|| {
            let budget = Budget::new(self.options.check.render.limits.clone(), self.cancel.clone());
            let texts = self.chart().walk().into_iter().flat_map(Chart::crds).map(|file| file.data.clone());
            self.session.crds(texts.collect(), &self.options.check.crds, &budget)
        })
    }

    /// The validator for the version of Kubernetes that comes first.
    pub(super) fn validator(&self) -> Option<&Validator> {
        let make = || Validator::new(&self.kube_version(), self.crds().clone(), Default::default());
        self.validator.get_or_init(make).as_ref()
    }

    /// What it is checked with: the work ends with this state.
    fn check_options(&self) -> CheckOptions {
        let mut options = self.options.check.clone();
        options.render.cancel = self.cancel.clone();
        options
    }

    fn first(&self) -> &Result<Arc<Rendered>, RenderError> {
        self.rendered.get_or_init(|| {
            self.session.render_first(self.chart(), &self.check_options(), &self.options.host, &no_file)
        })
    }

    /// What is rendered for the first target, with causes: all that does not fail. It waits for no check; the same result
    /// each time.
    pub fn rendered(&self) -> Option<&Arc<Rendered>> {
        if self.is_chart && !self.is_huge() { self.first().as_ref().ok() } else { None }
    }

    /// The same, where that is done already.
    pub(super) fn rendered_already(&self) -> Option<&Rendered> {
        self.rendered.get()?.as_deref().ok()
    }

    /// Whether nothing is left to be rendered.
    pub fn is_rendered(&self) -> bool {
        !self.is_chart || self.is_huge() || self.rendered.get().is_some()
    }

    /// Renders and checks; the same result each time.
    pub fn report(&self) -> &Report {
        self.report.get_or_init(|| {
            let mut options = self.check_options();
            match self.is_chart {
                _ if self.is_huge() => Report::default(),
                true => {
                    let (chart, host) = (self.chart(), &self.options.host);
                    self.session.inspect(chart, &self.root, &options, host, &no_file, &|| self.first())
                }
                false if !self.files().any(|(_, text)| is_manifest(text)) => Report::default(),
                false => {
                    options.is_part = true;
                    let files: Vec<_> = self.files().map(|(name, text)| (name.clone(), text.clone())).collect();
                    self.session.check_manifests(&files, &options)
                }
            }
        })
    }

    /// Whether it has been checked already.
    pub fn is_checked(&self) -> bool {
        self.report.get().is_some()
    }

    /// Ends the work on this state: nobody waits for it any more.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Whether nobody waits for results of this state any more.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }
}

/// Whether a file has the values of a chart, or of one inside.
fn is_values(name: &str) -> bool {
    crate::text::path::base(name) == "values.yaml"
}

/// There are no files for `--set-file`.
fn no_file(name: &str) -> Result<Vec<u8>, String> {
    Err(format!("open {name}: no such file or directory"))
}

/// Whether a text is for Kubernetes: much other YAML is edited, too.
fn is_manifest(text: &[u8]) -> bool {
    let has = |key: &[u8]| text.split(|byte| *byte == b'\n').any(|line| line.starts_with(key));
    has(b"apiVersion:") && has(b"kind:")
}

/// The charts of a tree, in the order of [`Chart::walk`].
fn rows(root: &Chart) -> Vec<ChartRow> {
    let row = |chart: &Chart, prefix| ChartRow {
        name: chart.metadata.name.clone(),
        location: chart.location.clone(),
        prefix,
    };
    let mut rows = vec![row(root, Vec::new())];
    let mut pending: std::collections::VecDeque<(&Chart, Path)> = [(root, Vec::new())].into();
    while let Some((chart, prefix)) = pending.pop_front() {
        for child in &chart.dependencies {
            let asked = chart.metadata.dependencies.iter().flatten().find(|asked| asked.name == child.metadata.name);
            let key = asked.filter(|asked| !asked.alias.is_empty()).map_or(&child.metadata.name, |asked| &asked.alias);
            let prefix: Path = prefix.iter().cloned().chain([key.clone()]).collect();
            rows.push(row(child, prefix.clone()));
            pending.push_back((child, prefix));
        }
    }
    rows
}
