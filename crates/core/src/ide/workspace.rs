//! The charts and texts that a host has handed in.

use super::chart::{ChartOptions, ChartState};
use crate::chart::File;
use crate::session::Session;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Charts as the host read them, and over them the texts that are being edited.
#[derive(Debug, Default)]
pub struct Workspace {
    session: Arc<Session>,
    charts: BTreeMap<String, Arc<ChartState>>,
    /// Files that belong to no chart: manifests, each for itself.
    loose: BTreeMap<String, Arc<ChartState>>,
    open: BTreeMap<String, Arc<[u8]>>,
    options: Arc<ChartOptions>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A template.
    Template,
    /// A template in Jinja.
    Jinja,
    /// A values file.
    Values,
    /// `values.schema.json`
    ValuesSchema,
    /// `Chart.yaml`
    Metadata,
    /// `chartlens.toml`
    Config,
    /// `.helmignore`
    Ignore,
    /// A manifest: of `crds/`, or of no chart.
    Manifest,
    /// Anything else.
    Other,
}

/// One file at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The chart that it is part of.
    pub chart: Arc<ChartState>,
    /// Its name, from the chart's folder.
    pub file: String,
    /// Its text.
    pub text: Arc<[u8]>,
    /// What it is.
    pub kind: FileKind,
}

impl Workspace {
    /// The options of files that belong to no chart.
    pub fn set_options(&mut self, options: ChartOptions) {
        self.options = Arc::new(options);
        let loose: Vec<String> = self.loose.keys().cloned().collect();
        loose.iter().for_each(|path| self.refresh_loose(path));
    }

    /// A chart as it was read: its folder, and its files by their names from there.
    pub fn set_chart(&mut self, root: &str, files: Vec<File>, options: ChartOptions) {
        let disk = Arc::new(files.into_iter().map(|file| (file.name, file.data)).collect());
        let inside = |path: &String| relative(root, path).map(str::to_owned);
        let edited = self.open.iter().filter_map(|(path, text)| Some((inside(path)?, text.clone()))).collect();
        let readings = self.charts.get(root).map(|old| old.readings.clone()).unwrap_or_default();
        self.put(ChartState::new(root, true, disk, edited, Arc::new(options), self.session.clone(), readings));
        self.loose.retain(|path, _| relative(root, path).is_none());
    }

    /// Files of a chart as they are read now, where it has files of these names.
    pub fn set_files(&mut self, root: &str, files: Vec<File>) {
        let Some(old) = self.charts.get(root) else { return };
        let (mut state, mut disk) = (old.anew(), BTreeMap::clone(&old.disk));
        for file in files {
            if let Some(data) = disk.get_mut(&file.name) {
                *data = file.data;
            }
        }
        state.disk = Arc::new(disk);
        self.put(state);
    }

    /// Other options for a chart.
    pub fn set_chart_options(&mut self, root: &str, options: ChartOptions) {
        let Some(old) = self.charts.get(root) else { return };
        let mut state = old.anew();
        state.options = Arc::new(options);
        self.put(state);
    }

    /// What was read of a chart aside counts from now on.
    pub fn refresh(&mut self, root: &str) {
        if let Some(old) = self.charts.get(root) {
            self.put(old.anew());
        }
    }

    /// A chart is gone.
    pub fn remove_chart(&mut self, root: &str) {
        if let Some(old) = self.charts.remove(root) {
            old.cancel();
        }
    }

    /// A text that is being edited.
    pub fn edit(&mut self, path: &str, text: impl Into<Arc<[u8]>>) {
        let text = text.into();
        self.open.insert(path.to_owned(), text.clone());
        self.replace(path, Some(text));
    }

    /// A text that is no longer being edited: what was read counts again.
    pub fn close(&mut self, path: &str) {
        self.open.remove(path);
        self.replace(path, None);
        self.loose.remove(path);
    }

    /// A text that is being edited.
    pub fn edited(&self, path: &str) -> Option<&Arc<[u8]>> {
        self.open.get(path)
    }

    /// The texts that are being edited.
    pub fn open(&self) -> impl Iterator<Item = &str> {
        self.open.keys().map(String::as_str)
    }

    /// The charts.
    pub fn charts(&self) -> impl Iterator<Item = &Arc<ChartState>> {
        self.charts.values()
    }

    /// The charts, and the manifests that are being edited and belong to none.
    pub fn states(&self) -> impl Iterator<Item = &Arc<ChartState>> {
        self.charts.values().chain(self.loose.values())
    }

    /// The chart that a file is part of: the outermost of those around it that were handed in.
    pub fn chart_of(&self, path: &str) -> Option<&Arc<ChartState>> {
        let charts = self.charts.iter().filter(|(root, _)| relative(root, path).is_some());
        charts.min_by_key(|(root, _)| root.len()).map(|(_, chart)| chart).or_else(|| self.loose.get(path))
    }

    /// A file as it stands now.
    pub fn snapshot(&self, path: &str) -> Option<Snapshot> {
        let chart = self.chart_of(path)?.clone();
        let file = relative(&chart.root, path).unwrap_or(path).to_owned();
        chart.snapshot(&file)
    }

    fn replace(&mut self, path: &str, text: Option<Arc<[u8]>>) {
        let charts = self.charts.values().filter(|chart| relative(&chart.root, path).is_some());
        let charts: Vec<Arc<ChartState>> = charts.cloned().collect();
        if charts.is_empty() {
            return self.refresh_loose(path);
        }
        for old in charts {
            let Some(name) = relative(&old.root, path) else { continue };
            let mut state = old.anew();
            match &text {
                Some(text) => state.edited.insert(name.to_owned(), text.clone()),
                None => state.edited.remove(name),
            };
            self.put(state);
        }
    }

    fn refresh_loose(&mut self, path: &str) {
        let Some(text) = self.open.get(path) else { return };
        let edited = [(path.to_owned(), text.clone())].into();
        let (options, session) = (self.options.clone(), self.session.clone());
        let state = ChartState::new("", false, Arc::default(), edited, options, session, Arc::default());
        if let Some(old) = self.loose.insert(path.to_owned(), Arc::new(state)) {
            old.cancel();
        }
    }

    fn put(&mut self, state: ChartState) {
        if let Some(old) = self.charts.insert(state.root.clone(), Arc::new(state)) {
            old.cancel();
        }
    }
}

impl ChartState {
    /// A file of the chart as it stands in this state.
    pub fn snapshot(self: &Arc<Self>, file: &str) -> Option<Snapshot> {
        let text = self.text(file)?;
        Some(Snapshot { chart: self.clone(), file: file.to_owned(), text, kind: self.kind(file) })
    }

    /// What a file is.
    pub fn kind(&self, file: &str) -> FileKind {
        if !self.is_chart {
            return match crate::text::path::base(file) {
                "chartlens.toml" => FileKind::Config,
                _ => FileKind::Manifest,
            };
        }
        let name = inside(file);
        let is_yaml = matches!(crate::text::path::extension(name), ".yaml" | ".yml");
        match name {
            "Chart.yaml" => FileKind::Metadata,
            "values.schema.json" => FileKind::ValuesSchema,
            "chartlens.toml" => FileKind::Config,
            ".helmignore" => FileKind::Ignore,
            _ if name.starts_with("templates/") && crate::jinja::JINJA.takes(name) => FileKind::Jinja,
            _ if name.starts_with("templates/") => FileKind::Template,
            _ if name.starts_with("crds/") => FileKind::Manifest,
            _ if is_yaml && name.contains("values") => FileKind::Values,
            _ if self.set_files().any(|(set, _)| set == file) => FileKind::Values,
            _ => FileKind::Other,
        }
    }
}

/// The name of a file from the folder of the innermost chart: charts inside look as the root does.
fn inside(file: &str) -> &str {
    let mut name = file;
    while let Some((_, rest)) = name.strip_prefix("charts/").and_then(|rest| rest.split_once('/')) {
        name = rest;
    }
    name
}

/// The name of a file from a folder.
fn relative<'p>(root: &str, path: &'p str) -> Option<&'p str> {
    match root {
        "" => Some(path),
        root => path.strip_prefix(root)?.strip_prefix('/'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_another_counts_and_the_others_stay() {
        let mut workspace = Workspace::default();
        let files = vec![
            File::new("Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n"),
            File::new("values.yaml", "a: 1\n"),
            File::new("templates/a.yaml", "a: {{ .Values.a }}\n"),
        ];
        workspace.set_chart("c", files, ChartOptions::default());
        let text =
            |workspace: &Workspace, file: &str| workspace.snapshot(&format!("c/{file}")).map(|it| it.text.clone());
        let template = text(&workspace, "templates/a.yaml").unwrap();
        workspace.edit("c/Chart.yaml", "edited: true\n".as_bytes());
        workspace
            .set_files("c", ["values.yaml", "Chart.yaml", "b.yaml"].map(|name| File::new(name, "new: 1\n")).to_vec());
        assert_eq!(text(&workspace, "values.yaml").as_deref(), Some(b"new: 1\n".as_slice()));
        assert_eq!(text(&workspace, "Chart.yaml").as_deref(), Some(b"edited: true\n".as_slice()));
        assert_eq!(text(&workspace, "b.yaml"), None);
        assert!(text(&workspace, "templates/a.yaml").is_some_and(|text| Arc::ptr_eq(&text, &template)));
        workspace.close("c/Chart.yaml");
        assert_eq!(text(&workspace, "Chart.yaml").as_deref(), Some(b"new: 1\n".as_slice()));
    }
}
