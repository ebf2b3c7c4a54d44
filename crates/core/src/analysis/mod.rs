//! What can be known of a chart without rendering it: its templates with their syntax trees, the helpers they define
//! and call, the values they may read, and what the charts of a tree say of values.
//!
//! ```
//! use chartlens::analysis::Analysis;
//! use chartlens::chart::{ArchiveLimits, File, load_all};
//! use chartlens::host::HelmVersion;
//!
//! let files = vec![
//!     File::new("Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n"),
//!     File::new("values.yaml", "image: nginx\n"),
//!     File::new("templates/_name.tpl", "{{ define \"name\" }}{{ .Values.image }}{{ end }}"),
//!     File::new("templates/pod.yaml", "name: {{ include \"name\" . }}\n"),
//! ];
//! let chart = load_all(files, &ArchiveLimits::default(), HelmVersion::V4);
//! let analysis = Analysis::new(&chart, &Default::default(), HelmVersion::V4);
//! assert_eq!(analysis.helpers().definitions("name").len(), 1);
//! assert!(analysis.reads(0).reach(&["image".to_owned()]));
//! ```

mod calls;
mod helpers;
mod known;
mod paths;
mod reads;
pub mod scope;
mod shared;
mod walk;

pub use calls::{Call, Callee, calls};
pub use helpers::{Definition, Helpers};
pub use known::{Known, Unknown};
pub use reads::{Path, Reach, Reads, Use};
pub use shared::Shared;

use crate::chart::Chart;
use crate::diag::Place;
use crate::gotmpl::{ParseError, Parsed, Texts};
use crate::host::HelmVersion;
use crate::text::{FileId, SourceFile, Span, Str};
use std::sync::{Arc, OnceLock};

/// A chart and all charts inside, read but not run.
#[derive(Debug)]
pub struct Analysis<'c> {
    charts: Vec<&'c Chart>,
    helm: HelmVersion,
    templates: Vec<Template>,
    helpers: OnceLock<Helpers>,
    reads: OnceLock<Vec<Reads>>,
    paths: shared::Once<Vec<Arc<reads::Reached>>>,
    walks: Arc<walk::Walks>,
    schemas: OnceLock<Vec<Option<serde_json::Value>>>,
}

/// A template of one of the charts.
#[derive(Debug)]
pub struct Template {
    /// Its chart, a number in [`Analysis::charts`].
    pub chart: usize,
    /// Its file, from the root chart's folder.
    pub file: String,
    /// What could be read of it. Its name is Helm's, with the names of charts for folders; its number in the source
    /// map is its number in [`Analysis::templates`].
    pub parsed: Parsed,
    /// What could not.
    pub errors: Vec<ParseError>,
    source: OnceLock<Arc<SourceFile>>,
    calls: shared::Once<Vec<Call>>,
}

impl Template {
    /// The file as a text that places are in.
    pub fn source(&self) -> &Arc<SourceFile> {
        self.source.get_or_init(|| SourceFile::new(&*self.file, self.parsed.source.tree.text.clone()))
    }

    /// What it calls by name, in no order.
    pub fn calls(&self) -> &[Call] {
        self.calls.get_or_init(|| calls(&self.parsed.source.tree).collect())
    }
}

/// So many bytes of templates are worth a thread.
const LONG: usize = 64 << 10;

/// What the charts of a tree read of values, in the order of [`Chart::walk`].
pub type AllReads = Vec<Reads>;

impl<'c> Analysis<'c> {
    /// Reads the templates of a chart and of all inside. `texts` knows those that were read before.
    pub fn new(chart: &'c Chart, texts: &Texts, helm: HelmVersion) -> Analysis<'c> {
        let mut charts = vec![(chart, chart.metadata.name.clone())];
        let mut next = 0;
        while let Some((chart, path)) = charts.get(next).cloned() {
            charts.extend(chart.dependencies.iter().map(|c| (&**c, format!("{path}/charts/{}", c.metadata.name))));
            next += 1;
        }
        let mut templates = Vec::new();
        for (number, (chart, path)) in charts.iter().enumerate() {
            for file in chart.templates.iter().filter(|file| !crate::jinja::JINJA.takes(&file.name)) {
                let name = Str::from(format!("{path}/{}", file.name));
                let (parsed, errors) = texts.parse(name, &file.data, FileId(templates.len() as u32), helm);
                let file = format!("{}{}", chart.location, file.name);
                let (source, calls) = (OnceLock::new(), shared::Once::default());
                templates.push(Template { chart: number, file, parsed, errors, source, calls });
            }
        }
        let charts = charts.into_iter().map(|(chart, _)| chart).collect();
        Analysis {
            charts,
            helm,
            templates,
            helpers: OnceLock::new(),
            reads: OnceLock::new(),
            paths: Arc::default(),
            walks: Arc::default(),
            schemas: OnceLock::new(),
        }
    }

    /// The same, sharing what charts read and call with all who look at the same templates.
    pub fn sharing(self, known: &Shared) -> Analysis<'c> {
        let (paths, mut templates) = (known.reads(&self), self.templates);
        for template in &mut templates {
            template.calls = known.calls(&template.parsed.source.tree);
        }
        Analysis { paths, walks: known.walks.clone(), templates, ..self }
    }

    /// Whether there is so much to read that a thread of its own is worth it.
    pub(crate) fn is_long(&self) -> bool {
        self.templates.iter().map(|template| template.parsed.source.tree.text.len()).sum::<usize>() > LONG
    }

    /// The chart and all charts inside, in the order of [`Chart::walk`].
    pub fn charts(&self) -> &[&'c Chart] {
        &self.charts
    }

    /// The version of Helm that the chart was read for.
    pub fn helm(&self) -> HelmVersion {
        self.helm
    }

    /// The templates of all charts; those of Jinja are not among them.
    pub fn templates(&self) -> &[Template] {
        &self.templates
    }

    /// The helpers that they define.
    pub fn helpers(&self) -> &Helpers {
        self.helpers.get_or_init(|| Helpers::new(self))
    }

    /// What the templates of a chart may read of its values. Helpers and library charts count for all.
    pub fn reads(&self, chart: usize) -> &Reads {
        static NOTHING: std::sync::LazyLock<Reads> = std::sync::LazyLock::new(Reads::default);
        self.all_reads().get(chart).unwrap_or(&NOTHING)
    }

    fn all_reads(&self) -> &AllReads {
        self.reads.get_or_init(|| {
            let paths = self.paths.get_or_init(|| reads::of_charts(self, &self.walks));
            Reads::of_charts(self, paths)
        })
    }

    /// The values.schema.json of a chart, where it has one that can be read.
    pub fn schema(&self, chart: usize) -> Option<&serde_json::Value> {
        let read = |chart: &&Chart| serde_json::from_slice(chart.schema.as_deref()?).ok();
        self.schemas.get_or_init(|| self.charts.iter().map(read).collect()).get(chart)?.as_ref()
    }

    /// What was read and worked out, free of the chart: templates, helpers, and what each chart reads of values.
    pub fn into_parts(self) -> (Vec<Template>, Helpers, AllReads) {
        let helpers = self.helpers().clone();
        let reads = self.all_reads().clone();
        (self.templates, helpers, reads)
    }

    /// The place of a span in a template.
    pub fn place(&self, span: Span) -> Option<Place> {
        let template = self.templates.get(span.file.0 as usize)?;
        Some(Place::new(template.source(), span.start as usize..span.end as usize))
    }
}
