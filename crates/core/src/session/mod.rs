//! The front door: charts and manifests in, a [`Report`] out.
//!
//! [`Session::check`] renders a chart for every target, validates what comes out, and gives each finding its cause. It
//! goes on after faults: a template that fails hides no finding in the others.
//!
//! A session keeps what it worked out by content: the syntax trees of templates, definitions of custom resources, what
//! was found in documents. So a second run after a small change pays for the change, and runs for several versions,
//! sets of values or charts with a common library share what they have in common.
//!
//! ```
//! use chartlens::chart::{ArchiveLimits, File, load_all};
//! use chartlens::host::{HelmVersion, Host};
//! use chartlens::session::{CheckOptions, Session};
//!
//! let chart = |template: &str| {
//!     let files = vec![
//!         File::new("Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n"),
//!         File::new("templates/service.yaml", template),
//!     ];
//!     load_all(files, &ArchiveLimits::default(), HelmVersion::V4)
//! };
//! let (session, host, options) = (Session::new(), Host::default(), CheckOptions::default());
//! let mut check = |template: &str| {
//!     session.check(&chart(template), "web", &options, &host, &|_| Err("no files".to_owned()))
//! };
//! let report = check("apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: http}]}\n");
//! assert_eq!(report.diagnostics[0].code, "schema/wrong-type");
//! assert!(check("apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n").diagnostics.is_empty());
//! ```

mod advice;
mod against;
mod allow;
mod cure;
mod dot;
mod duplicate;
mod explain;
mod fix;
mod helpers;
mod inline;
mod look;
mod manifests;
mod memory;
mod misread;
mod near;
mod once;
mod place;
mod placed;
mod plain;
mod position;
mod proved;
mod quoted;
mod quotes;
mod refine;
mod relocate;
mod reread;
mod run;
mod straighten;
mod trace;
mod traps;
mod trial;
mod trimmed;
mod unread;
mod unreadable;
mod within;

pub use against::Against;
pub use explain::{chart_error, render_error};
pub use position::{cause_in_document, cause_in_output};
pub use trace::{Answer, Question, trace};

use crate::analysis::{Analysis, Shared};
use crate::budget::Budget;
use crate::chart::Chart;
use crate::diag::{Diagnostic, Fact, Severity};
use crate::gotmpl::Texts;
use crate::host::{HelmVersion, Host};
use crate::kube::crds::Crds;
use crate::lint::{Render, Selection, lint_chart};
use crate::render::{Again, Heads, KubeVersion, RenderError, RenderOptions, Rendered, render};
use crate::report::Report;
use crate::threads::beside;
use crate::validate::Validator;
use crate::values::schema::Schemas;
use crate::values::{ReadFile, ValuesSource};
use memory::Memory;
use misread::Slips;
use std::cell::OnceCell;
use std::sync::{Arc, OnceLock};

/// What to check for.
#[derive(Clone, Debug, Default)]
pub struct CheckOptions {
    /// The release and its values.
    pub render: RenderOptions,
    /// Versions of Kubernetes to render and validate for; none for the one that Helm imagines.
    pub kube_versions: Vec<KubeVersion>,
    /// Sets of values, each with a name, that come on top of those of `render`; none for those alone.
    pub values_sets: Vec<(String, Vec<ValuesSource>)>,
    /// Whether a kind that nothing is known of is an error.
    pub strict_kinds: bool,
    /// Custom resources beyond those of the chart.
    pub crds: Arc<Crds>,
    /// Whether values whose names look secret are shown.
    pub show_secrets: bool,
    /// What is there before an update: then what comes must be a change that the API server takes, and charts are
    /// rendered as an upgrade.
    pub against: Option<Against>,
    /// Which rules of the linter run, and what of all findings is told.
    pub selection: Arc<Selection>,
    /// Whether what is checked is a part of something larger, so that what is missing in it says nothing.
    pub is_part: bool,
    /// Objects that come from elsewhere: kind and name, which may be a pattern. References to them are fine.
    pub external: Vec<(String, String)>,
}

/// Renders and checks charts, and remembers what it worked out. Threads share it by reference; a run that is no longer
/// wanted is ended through the cancel token of its options.
#[derive(Debug, Default)]
pub struct Session {
    texts: Arc<Texts>,
    heads: Arc<Heads>,
    again: Arc<Again>,
    schemas: Arc<Schemas>,
    analysed: Shared,
    slips: Slips,
    memory: Memory,
}

/// What was rendered for the first target of a check, or why nothing was; the same each time.
pub type First<'f> = &'f (dyn Fn() -> &'f Result<Arc<Rendered>, RenderError> + 'f);

/// What is found in the files of a chart, whatever it is rendered for; worked out when it is first asked for.
struct Said<'a> {
    known: OnceLock<Vec<Diagnostic>>,
    find: &'a (dyn Fn() -> Vec<Diagnostic> + Sync + 'a),
}

impl Said<'_> {
    fn get(&self) -> &[Diagnostic] {
        self.known.get_or_init(self.find)
    }
}

impl Session {
    /// A session that knows nothing yet.
    pub fn new() -> Session {
        Session::default()
    }

    /// Renders a chart. `read` reads files for `--set-file`.
    ///
    /// # Errors
    ///
    /// What [`render`] fails with.
    pub fn render(
        &self,
        chart: &Chart,
        options: &RenderOptions,
        host: &Host,
        read: ReadFile<'_>,
    ) -> Result<Rendered, RenderError> {
        let (texts, schemas, heads) = (self.texts.clone(), self.schemas.clone(), Some(self.heads.clone()));
        render(chart, &RenderOptions { texts, schemas, heads, ..options.clone() }, host, read)
    }

    /// Renders a chart as a check does for the first of its targets: with causes, and going on after faults.
    ///
    /// # Errors
    ///
    /// What [`render`] fails with.
    pub fn render_first(
        &self,
        chart: &Chart,
        options: &CheckOptions,
        host: &Host,
        read: ReadFile<'_>,
    ) -> Result<Arc<Rendered>, RenderError> {
        let options = RenderOptions { again: Some(self.again.clone()), ..run::Run::first(options).render };
        self.render(chart, &options, host, read).map(Arc::new)
    }

    /// Checks a chart. `name` is what it is called in the report, the path as it was given.
    pub fn check(&self, chart: &Chart, name: &str, options: &CheckOptions, host: &Host, read: ReadFile<'_>) -> Report {
        let first = OnceCell::new();
        self.inspect(chart, name, options, host, read, &|| {
            first.get_or_init(|| self.render_first(chart, options, host, read))
        })
    }

    /// The same, where who asks wants what was rendered for the first target, too: `first` gives what
    /// [`Session::render_first`] does.
    pub fn inspect(
        &self,
        chart: &Chart,
        name: &str,
        options: &CheckOptions,
        host: &Host,
        read: ReadFile<'_>,
        first: First<'_>,
    ) -> Report {
        let mut report = self.run(chart, name, options, host, read, first);
        proved::Proof { session: self, chart, name, options, host, read }.withdraw(&mut report);
        report
    }

    /// Checks a chart; fixes of values files that are no YAML are not tried.
    fn run(
        &self,
        chart: &Chart,
        name: &str,
        options: &CheckOptions,
        host: &Host,
        read: ReadFile<'_>,
        first: First<'_>,
    ) -> Report {
        let mut report = Report::default();
        report.summary.charts = 1;
        for found in explain::chart_errors(chart, name, &mut report) {
            report.add(found);
        }
        // What templates say is the same whatever the chart is rendered for.
        let analysis = self.analysis(chart, options.render.helm);
        let find = || {
            let budget = Budget::new(options.render.limits.clone(), options.render.cancel.clone());
            let defines = |text: &Arc<[u8]>| self.memory.only_defines(text, &budget);
            let found = [helpers::findings(&analysis), lint_chart(&analysis, &options.selection, &defines)].concat();
            // Reports are in the order of lines, and here there may be two threads to count them.
            found.iter().filter_map(Diagnostic::place).for_each(|place| _ = place.source.lines());
            found
        };
        let said = Said { known: OnceLock::new(), find: &find };
        let is_long = analysis.is_long();
        let about = run::About { session: self, chart, name, analysis: &analysis, said: &said, options, host, read };
        let mut renders = Vec::new();
        let mut allowed = allow::Comments::default();
        let runs = run::targets(options);
        let read_ahead = || {
            let budget = Budget::new(options.render.limits.clone(), options.render.cancel.clone());
            let files = analysis.charts().iter().flat_map(|chart| chart.crds());
            files.for_each(|file| self.memory.read_ahead(&file.data, &budget));
            _ = (said.get(), analysis.reads(0));
        };
        beside(is_long, read_ahead, || {
            for (number, run) in runs.iter().enumerate() {
                let own;
                let rendered = match number {
                    0 => first().as_deref(),
                    _ => {
                        own = self.render(chart, &run.render, host, read);
                        own.as_ref()
                    }
                };
                about.check(run, rendered, &mut allowed, &mut report);
                renders.extend(rendered.ok().map(|rendered| Render::new(run.target.clone(), rendered)));
            }
        });
        about.compare(&runs, renders, first().as_deref().ok(), &mut allowed, &mut report);
        let unused = allowed.unused(Some(name), &options.selection);
        unused.into_iter().for_each(|found| report.add(found));
        unreadable::fold(&mut report);
        report.finish();
        report
    }

    /// Checks manifests: name and text of each file.
    pub fn check_manifests(&self, files: &[(String, Arc<[u8]>)], options: &CheckOptions) -> Report {
        manifests::check(self, files, options)
    }

    /// The custom resources that texts define, on top of those given: as far as the budget goes.
    pub(crate) fn crds(&self, texts: Vec<Arc<[u8]>>, given: &Arc<Crds>, budget: &Budget) -> Arc<Crds> {
        self.memory.crds(texts, given, budget).unwrap_or_else(|_| given.clone())
    }

    /// The texts of templates that were read.
    pub fn texts(&self) -> &Arc<Texts> {
        &self.texts
    }

    /// What the texts of a chart say without being run.
    pub fn analysis<'c>(&self, chart: &'c Chart, helm: HelmVersion) -> Analysis<'c> {
        Analysis::new(chart, &self.texts, helm).sharing(&self.analysed)
    }

    /// How many bytes of texts the session keeps results for.
    pub fn bytes(&self) -> usize {
        self.texts.bytes()
            + self.again.bytes()
            + self.heads.bytes()
            + self.schemas.bytes()
            + self.analysed.bytes()
            + self.memory.bytes()
    }

    /// The validator for a version of Kubernetes, and what is to be said where its own schemas are not there.
    fn validator(
        &self,
        version: &str,
        crds: Arc<Crds>,
        strict_kinds: bool,
    ) -> (Option<Arc<Validator>>, Option<Diagnostic>) {
        let known = crate::kube::known_version(version).ok();
        let validator = known.and_then(|known| self.memory.validator(known, strict_kinds, crds));
        if known == Some(version) {
            return (validator, None);
        }
        let fact = Fact::UnknownKubeVersion {
            version: version.to_owned(),
            instead: known.map(str::to_owned),
            known: crate::kube::versions().map(str::to_owned).collect(),
        };
        let severity = if known.is_some() { Severity::Warning } else { Severity::Error };
        (validator, Some(Diagnostic { severity, ..Diagnostic::of("api/unknown-version", fact) }))
    }
}

/// The sets of values that a chart brings for its own tests: `ci/*-values.yaml`.
pub fn ci_values(chart: &Chart) -> Vec<(String, Vec<ValuesSource>)> {
    let set = |file: &crate::chart::File| {
        let name = file.name.strip_prefix("ci/")?.strip_suffix("-values.yaml")?;
        let source = ValuesSource::File { name: file.name.clone(), text: file.data.clone() };
        (!name.contains('/')).then(|| (name.to_owned(), vec![source]))
    };
    chart.files.iter().filter_map(set).collect()
}
