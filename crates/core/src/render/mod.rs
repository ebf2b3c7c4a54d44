//! Rendering: a chart, values and a release become documents.
//!
//! [`render`] goes the way Helm goes: dependencies are switched on and off, values put together and
//! checked, templates parsed and run, and what they write is split, read and sorted.

mod again;
mod capabilities;
mod context;
mod engine;
mod engines;
mod heads;
mod manifest;
mod output;
mod record;
mod release;

pub use again::Again;
pub use capabilities::KubeVersion;
pub use heads::Heads;
pub use manifest::{Document, Head, Hook, misfit};
pub(crate) use manifest::{HOOK_EVENTS, hook_events};
pub use output::{InstallOptions, OutputOptions, install_report, shown_hooks, template_output};
pub use record::{Record, ReleaseOptions};
pub use release::check_release_name;

use crate::budget::{Budget, CancelToken, Exhausted, Limits};
use crate::chart::{Chart, File, unmet};
use crate::diag::{Call, Cause, Condition, ValueCause};
use crate::gotmpl::funcs::{Callee, Cx, Mark};
use crate::gotmpl::{ExecError, ParseError, Texts};
use crate::host::{HelmVersion, Host};
use crate::log::{Level, Log};
use crate::text::{FileId, FrameId, GuardId, Origin, Part, SourceMap, Trace};
use crate::value::{Heap, MapId, Repr, Value};
use crate::values::schema::{SchemaFaults, Schemas};
use crate::values::{Coalescer, Dependencies, ReadFile, ValuesError, ValuesSource, is_compatible};
use crate::yaml::YamlError;
use again::{Done, Earlier, Prepared};
use engine::{Outcome, Templates};
use engines::{Engine, GoTemplates, JinjaTemplates};
use foldhash::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

/// What a release without a name is called, as in Helm.
pub const PLACEHOLDER: &str = "release-name";

/// What a render is about, apart from the chart and the values.
#[derive(Clone, Debug)]
pub struct RenderOptions {
    /// Name of the release.
    pub name: String,
    /// Namespace of the release.
    pub namespace: String,
    /// Whether the release is upgraded rather than installed.
    pub is_upgrade: bool,
    /// Version of Kubernetes; none for the one this Helm imagines.
    pub kube_version: Option<KubeVersion>,
    /// API versions that the cluster knows beyond the usual ones.
    pub api_versions: Vec<String>,
    /// The layers of the user's values.
    pub values: Vec<ValuesSource>,
    /// Whether values.schema.json is left aside.
    pub skip_schema_validation: bool,
    /// Whether the notes of charts inside count too.
    pub sub_notes: bool,
    /// Names of the labels that the release gets.
    pub labels: Vec<String>,
    /// Whose bytes are wanted.
    pub helm: HelmVersion,
    /// Whether causes are recorded.
    pub trace: bool,
    /// Whether to render as `helm lint` does: `required` and `fail` let the work go on, and nothing is installed.
    pub lint: bool,
    /// Whether to go on after a fault with what is not touched by it, and give all faults with the result.
    pub keep_going: bool,
    /// Whether the values that the templates saw are kept with the result.
    pub keep_values: bool,
    /// Upper bounds on the work.
    pub limits: Limits,
    /// Ends the work early.
    pub cancel: CancelToken,
    /// The texts that renders before this one have parsed: clones of the options share them.
    pub texts: Arc<Texts>,
    /// The schemas of values that renders before this one have read: clones of the options share them.
    pub schemas: Arc<Schemas>,
    /// The heads of long documents that renders before this one have read. Without, none are kept: a single render has
    /// no use for them.
    pub heads: Option<Arc<Heads>>,
    /// What the render before this one left, for that of the same chart with other templates; only with `trace`. Without,
    /// nothing is left.
    pub again: Option<Arc<Again>>,
}

impl Default for RenderOptions {
    fn default() -> Self {
        RenderOptions {
            name: PLACEHOLDER.to_owned(),
            namespace: "default".to_owned(),
            is_upgrade: false,
            kube_version: None,
            api_versions: Vec::new(),
            values: Vec::new(),
            skip_schema_validation: false,
            sub_notes: false,
            labels: Vec::new(),
            helm: HelmVersion::default(),
            trace: false,
            lint: false,
            keep_going: false,
            keep_values: false,
            limits: Limits::default(),
            cancel: CancelToken::default(),
            texts: Arc::default(),
            schemas: Arc::default(),
            heads: None,
            again: None,
        }
    }
}

/// A rendered chart.
#[derive(Debug)]
pub struct Rendered {
    /// The manifests, in the order of installation.
    pub documents: Vec<Document>,
    /// The hooks, in the order of their kinds.
    pub hooks: Vec<Document>,
    /// What could be read of documents that are no YAML, if the render was to go on: their lines at fault are blank. And
    /// what was written of those that templates failed in.
    pub patched: Vec<Document>,
    /// The documents that Helm leaves out, for it knows no hook of the name that they ask for.
    pub idle: Vec<Document>,
    /// The text of NOTES.txt.
    pub notes: String,
    /// The files under `crds/`, each with the name its `# Source:` line has.
    pub crds: Vec<(String, File)>,
    /// What there was to say beside.
    pub log: Vec<Log>,
    /// What went wrong on the way, if the render was to go on.
    pub faults: Vec<RenderErrorKind>,
    /// The texts that causes point into, and the causes; only in traced renders.
    pub trace: Option<Arc<Causes>>,
    /// The values as the root chart's templates found them, before any of them changed something; null unless they were asked for.
    pub values: serde_json::Value,
}

/// What a traced render knows of its result.
#[derive(Debug)]
pub struct Causes {
    /// All texts that spans point into.
    pub sources: SourceMap,
    /// The origins.
    pub trace: Box<Trace>,
    /// Texts that `tpl` ran, with the origin of each.
    pub virtual_files: Vec<(FileId, Origin)>,
    /// The values that the root chart's templates saw: path, text, origin.
    pub values: Arc<[Leaf]>,
    /// What was worked out last.
    pub(crate) known: Mutex<KnownCauses>,
}

/// A value that holds no others: its path, its text, its origin.
pub type Leaf = (String, String, Origin);

/// What was worked out, each with the folder of the chart that it was worked out for.
pub(crate) type Known<K, V> = HashMap<K, (String, V)>;

/// Causes that were worked out: much is found in what one piece of a template wrote, and most of that is under conditions
/// that it shares.
#[derive(Debug, Default)]
pub(crate) struct KnownCauses {
    pub causes: Known<Origin, Cause>,
    pub stacks: Known<FrameId, Arc<[Call]>>,
    pub values: Known<Origin, Option<ValueCause>>,
    pub conditions: Known<GuardId, Option<Condition>>,
    /// The conditions around what stands directly under one.
    pub guards: Known<GuardId, Arc<[Condition]>>,
}

/// Why a chart does not render.
#[derive(Debug)]
pub struct RenderError {
    /// What went wrong.
    pub kind: RenderErrorKind,
    /// What there was to say before.
    pub log: Vec<Log>,
    /// The rendered files, where rendering came so far: what `--debug` shows.
    pub partial: Vec<(String, Vec<u8>)>,
    /// Causes, if they were recorded.
    pub trace: Option<Causes>,
}

/// What went wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum RenderErrorKind {
    /// Values that cannot be read or put together.
    Values(ValuesError),
    /// Values that do not satisfy a schema.
    Schema(SchemaFaults),
    /// A dependency that is missing or cannot be processed: Helm's text.
    Dependency(String),
    /// The chart does not want this version of Kubernetes: Helm's text.
    KubeVersion(String),
    /// A template that does not parse.
    Parse(ParseError),
    /// A template that fails.
    Exec(ExecError),
    /// A Jinja template that does not parse or fails.
    Jinja(crate::jinja::JinjaError),
    /// A rendered file that is no YAML.
    Yaml {
        /// The file, as its `# Source:` line names it.
        file: String,
        /// Go's text, with the place in the document.
        error: YamlError,
        /// The document.
        document: Box<Document>,
        /// Whether something is missing in it, which may be why.
        has_holes: bool,
    },
    /// A limit of the host.
    Limit(Exhausted),
}

impl RenderErrorKind {
    /// The text that Helm prints behind `Error: `.
    pub fn helm_text(&self, helm: HelmVersion) -> String {
        match self {
            RenderErrorKind::Values(error) => error.message.clone(),
            RenderErrorKind::Schema(faults) => format!(
                "values don't meet the specifications of the schema(s) in the following chart(s):\n{}",
                faults.text
            ),
            RenderErrorKind::Dependency(text) | RenderErrorKind::KubeVersion(text) => text.clone(),
            RenderErrorKind::Parse(error) => parse_text(error),
            RenderErrorKind::Exec(error) if helm >= HelmVersion::V4 => error.helm4_text(),
            RenderErrorKind::Exec(error) => error.helm3_text(),
            RenderErrorKind::Jinja(error) => error.to_string(),
            RenderErrorKind::Yaml { file, error, .. } => format!("YAML parse error on {file}: {error}"),
            RenderErrorKind::Limit(end) => end.to_string(),
        }
    }

    /// Whether Helm had begun a release by then, and so adds its hint about `--debug`.
    pub fn after_release(&self) -> bool {
        matches!(
            self,
            RenderErrorKind::Parse(_)
                | RenderErrorKind::Exec(_)
                | RenderErrorKind::Yaml { .. }
                | RenderErrorKind::KubeVersion(_)
        )
    }
}

/// `cleanupParseError` of Helm's engine: the place and the last part of the message.
fn parse_text(error: &ParseError) -> String {
    let text = error.to_string();
    let mut parts = text.split(": ");
    let place = parts.nth(1).unwrap_or_default();
    let last = text.rsplit(": ").next().unwrap_or_default();
    format!("parse error at ({place}): {last}")
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind.helm_text(HelmVersion::V4))
    }
}

impl std::error::Error for RenderError {}

/// Labels of releases that Helm keeps for itself.
const SYSTEM_LABELS: [&str; 6] = ["name", "owner", "status", "version", "createdAt", "modifiedAt"];

/// Renders a chart. `read` reads files for `--set-file`.
/// The error is that of Helm, in its words and with its place, or a limit.
pub fn render(
    chart: &Chart,
    options: &RenderOptions,
    host: &Host,
    read: ReadFile<'_>,
) -> Result<Rendered, RenderError> {
    let budget = Budget::new(options.limits.clone(), options.cancel.clone());
    let mut run = Run::new(chart, options, host, &budget);
    run.again = options.again.as_deref().filter(|_| options.trace);
    let result = match run.render(read) {
        Ok(rendered) => Ok(rendered),
        Err(kind) => Err(run.fail(kind)),
    };
    run.leave();
    result
}

/// The same, with what Helm stores of the release beside. Errors as of [`render`].
pub fn render_and_record(
    chart: &Chart,
    options: &RenderOptions,
    host: &Host,
    read: ReadFile<'_>,
) -> Result<(Rendered, Option<Record>), RenderError> {
    let budget = Budget::new(options.limits.clone(), options.cancel.clone());
    let mut run = Run::new(chart, options, host, &budget);
    run.records = true;
    match run.render(read) {
        Ok(rendered) => {
            let heap = std::mem::take(&mut run.cx.heap);
            Ok((rendered, run.kept.take().map(|kept| kept.into_record(heap))))
        }
        Err(kind) => Err(run.fail(kind)),
    }
}

/// The files that the templates of a chart write, before they are split into documents. Errors as of [`render`].
pub fn render_files(
    chart: &Chart,
    options: &RenderOptions,
    host: &Host,
    read: ReadFile<'_>,
) -> Result<Vec<(String, Vec<u8>)>, RenderError> {
    let budget = Budget::new(options.limits.clone(), options.cancel.clone());
    let mut run = Run::new(chart, options, host, &budget);
    match run.files(read) {
        Ok(files) => Ok(files.into_iter().map(|file| (file.name, file.text.str.to_vec())).collect()),
        Err(kind) => Err(run.fail(kind)),
    }
}

/// Why `helm lint` has no rendered files to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LintStop {
    /// Helm says nothing of it.
    Silent,
    /// Helm's words.
    Message(String),
}

/// Files with their names.
pub type Files = Vec<(String, Vec<u8>)>;

/// What the templates of a chart write as `helm lint` renders them, and what there was to say beside.
pub fn lint_files(
    chart: &Chart,
    options: &RenderOptions,
    host: &Host,
    read: ReadFile<'_>,
) -> (Result<Files, LintStop>, Vec<Log>) {
    let name = "test-release".to_owned();
    let options = RenderOptions { lint: true, trace: false, keep_going: false, name, ..options.clone() };
    let budget = Budget::new(options.limits.clone(), options.cancel.clone());
    let mut run = Run::new(chart, &options, host, &budget);
    // What loading had to say was said when the chart was loaded.
    run.log.clear();
    let files = run.files(read);
    let mut log = std::mem::take(&mut run.log);
    log.append(&mut run.cx.log);
    let files = match files {
        Ok(files) => Ok(files.into_iter().map(|file| (file.name, file.text.str.to_vec())).collect()),
        // Values that cannot be put together are no business of this rule.
        Err(RenderErrorKind::Values(_)) => Err(LintStop::Silent),
        Err(kind) => Err(LintStop::Message(kind.helm_text(options.helm))),
    };
    (files, log)
}

/// The files under `crds/` of a chart and of all inside, each with the name its `# Source:` line has.
pub fn crds(chart: &Chart) -> Vec<(String, File)> {
    let mut crds = Vec::new();
    collect_crds(chart, &chart.metadata.name, &mut crds);
    crds
}

/// Runs a single template text without a chart, as `--name-template` does. The error is Go's text.
pub fn run_text(text: &str, host: &Host, helm: HelmVersion) -> Result<String, String> {
    let budget = Budget::default();
    let name = crate::text::Str::from("name-template");
    let mut sources = SourceMap::default();
    let file = sources.add("--name-template", text.as_bytes());
    // The library of functions alone, without those of Helm's engine.
    let function = |name: &[u8]| Callee::find(name, helm).filter(|callee| !callee.function.is(Mark::Engine));
    let parsed =
        crate::gotmpl::parse(name.clone(), text.as_bytes().into(), file, &function).map_err(|e| e.to_string())?;
    let mut set = crate::gotmpl::TemplateSet::default();
    set.add(&parsed);
    let mut exec = crate::gotmpl::Exec::new(Cx::new(host, &budget, helm, false), &set, &sources);
    let text = exec.run(&name, crate::value::Value::NIL).map_err(|e| e.unmarked_text())?;
    Ok(text.str.to_string())
}

/// Whether a chart is one to install, and has the charts that it declares. The error is Helm's text.
pub fn check_installable(chart: &Chart, helm: HelmVersion, log: &mut Vec<Log>) -> Result<(), String> {
    let metadata = &chart.metadata;
    if !matches!(metadata.kind.as_str(), "" | "application") {
        return Err(format!("{} charts are not installable", metadata.kind));
    }
    if metadata.deprecated {
        log.push(Log::new(Level::Warn, "this chart is deprecated").helm3("WARNING: This chart is deprecated"));
    }
    chart.missing_dependencies().map_or(Ok(()), |missing| Err(unmet(&missing, helm)))
}

/// The leaves of a values map in order.
fn leaves(cx: &Cx<'_>, map: MapId) -> Arc<[Leaf]> {
    let mut found = Vec::new();
    let mut pending = vec![(String::new(), Value::new(Repr::Map(map)), 0u32)];
    while let Some((path, value, depth)) = pending.pop() {
        let children: Vec<(String, Value)> = match &value.repr {
            Repr::Map(id) if depth < 64 => {
                let join = |key: &crate::text::Str| {
                    let key = key.to_lossy();
                    if path.is_empty() { key.into_owned() } else { [path.as_str(), ".", &key].concat() }
                };
                cx.heap.map(*id).entries.iter().map(|(k, v)| (join(k), v.clone())).collect()
            }
            Repr::List(id) if depth < 64 => {
                cx.heap.list(*id).items.iter().enumerate().map(|(i, v)| (format!("{path}[{i}]"), v.clone())).collect()
            }
            _ => Vec::new(),
        };
        if children.is_empty() {
            let text =
                crate::value::fmt::display(&cx.heap, cx.budget, &value).map(|t| t.to_string()).unwrap_or_default();
            found.push((path, text, value.origin));
        }
        pending.extend(children.into_iter().rev().map(|(path, value)| (path, value, depth + 1)));
    }
    found.into()
}

/// One render under way.
struct Run<'r> {
    chart: &'r Chart,
    options: &'r RenderOptions,
    host: &'r Host,
    cx: Cx<'r>,
    sources: SourceMap,
    log: Vec<Log>,
    partial: Vec<(String, Vec<u8>)>,
    virtual_files: Vec<(FileId, Origin)>,
    values: Option<MapId>,
    /// What is in them, once somebody wants to know.
    leaves: Option<Arc<[Leaf]>>,
    faults: Vec<RenderErrorKind>,
    /// Whether what Helm stores of a release is kept.
    records: bool,
    kept: Option<record::Kept>,
    kept_values: serde_json::Value,
    /// What the render before this one left, and where this one leaves something.
    again: Option<&'r Again>,
    /// What it leaves.
    left: Option<(Prepared, Done)>,
}

impl<'r> Run<'r> {
    fn new(chart: &'r Chart, options: &'r RenderOptions, host: &'r Host, budget: &'r Budget) -> Run<'r> {
        let mut cx = Cx::new(host, budget, options.helm, options.trace);
        cx.lint = options.lint;
        Run {
            chart,
            options,
            host,
            cx,
            sources: SourceMap::default(),
            log: chart.walk().into_iter().flat_map(|c| c.log.iter().cloned()).collect(),
            partial: Vec::new(),
            virtual_files: Vec::new(),
            values: None,
            leaves: None,
            faults: Vec::new(),
            records: false,
            kept: None,
            kept_values: serde_json::Value::Null,
            again: None,
            left: None,
        }
    }

    fn fail(&mut self, kind: RenderErrorKind) -> RenderError {
        let trace = self.causes();
        RenderError { kind, log: std::mem::take(&mut self.log), partial: std::mem::take(&mut self.partial), trace }
    }

    /// Leaves what the next render of the chart may take over.
    fn leave(self) {
        if let Some((again, (prepared, done))) = self.again.zip(self.left) {
            again.leave(
                self.chart,
                self.options,
                Prepared { heap: self.cx.heap, leaves: self.leaves, ..prepared },
                done,
            );
        }
    }

    fn causes(&mut self) -> Option<Causes> {
        let trace = self.cx.trace.take()?;
        let known = self.leaves.take().or_else(|| Some(leaves(&self.cx, self.values?)));
        self.leaves.clone_from(&known);
        let values = known.unwrap_or_default();
        let (sources, virtual_files) = (std::mem::take(&mut self.sources), std::mem::take(&mut self.virtual_files));
        Some(Causes { sources, trace, virtual_files, values, known: Mutex::default() })
    }

    /// All of it: files, documents, and what was noted on the way.
    fn render(&mut self, read: ReadFile<'_>) -> Result<Rendered, RenderErrorKind> {
        let mut rendered = self.files(read).and_then(|files| self.collect(files))?;
        rendered.trace = self.causes().map(Arc::new);
        rendered.values = std::mem::take(&mut self.kept_values);
        rendered.faults = std::mem::take(&mut self.faults);
        rendered.log = std::mem::take(&mut self.log);
        Ok(rendered)
    }

    /// What the templates write.
    fn files(&mut self, read: ReadFile<'_>) -> Result<Vec<engine::RenderedFile>, RenderErrorKind> {
        let earlier = self.again.map_or(Earlier::None, |again| again.take(self.chart, self.options));
        let (prepared, done) = match earlier {
            Earlier::Same(prepared, done) => (self.resume(prepared), done),
            Earlier::Other(old, done) => {
                let prepared = self.prepare(read)?;
                let done = done.keep_what_read_the_same(&old, &prepared, &self.cx.heap);
                self.sources.extend_from(&old.sources);
                (prepared, done)
            }
            Earlier::None => (self.prepare(read)?, Done::default()),
        };
        let helm = self.options.helm;
        let mut go = GoTemplates::new(&self.options.texts, helm);
        let mut jinja = JinjaTemplates::new(self.host, helm, self.cx.is_tracing());
        let (cx, engines): (_, &mut [&mut dyn Engine]) = (&mut self.cx, &mut [&mut jinja, &mut go]);
        let texts = (&mut self.sources, prepared.first);
        let Outcome { files, faults, virtual_files, done, took_over } =
            prepared.templates.run(cx, engines, self.options.keep_going, texts, done);
        self.virtual_files = virtual_files;
        let has_changed = self.cx.heap.is_changed() || self.cx.trace.as_ref().is_some_and(|trace| trace.is_changed());
        if has_changed && took_over {
            // What was taken over may have come out otherwise.
            *self = Run::new(self.chart, self.options, self.host, self.cx.budget);
            return self.files(read);
        }
        if !has_changed && self.again.is_some() && prepared.is_whole {
            self.left = Some((Prepared { sources: self.sources.clone(), ..prepared }, done));
        }
        for fault in faults {
            self.fault(fault)?;
        }
        Ok(files)
    }

    /// Begins where the templates of a render before this one began.
    fn resume(&mut self, mut prepared: Prepared) -> Prepared {
        self.cx.heap = std::mem::take(&mut prepared.heap);
        self.cx.trace.clone_from(&prepared.trace);
        self.sources = std::mem::take(&mut prepared.sources);
        self.log.clone_from(&prepared.log);
        self.values = Some(prepared.values);
        self.leaves = prepared.leaves.take();
        if self.options.keep_values {
            self.kept_values = record::plain(&self.cx.heap, prepared.values);
        }
        prepared
    }

    /// Puts the values together, and what the templates run over.
    fn prepare(&mut self, read: ReadFile<'_>) -> Result<Prepared, RenderErrorKind> {
        let helm = self.options.helm;
        let (keep_going, mut broken) = (self.options.keep_going, Vec::new());
        let fault = |error| {
            if !keep_going {
                return Err(error);
            }
            broken.push(RenderErrorKind::Values(error));
            Ok(())
        };
        let user = crate::values::merge(&mut self.cx, &self.options.values, &mut self.sources, read, fault)
            .map_err(RenderErrorKind::Values)?;
        self.faults.append(&mut broken);
        if !self.options.lint {
            check_installable(self.chart, helm, &mut self.log)
                .or_else(|text| self.fault(RenderErrorKind::Dependency(text)))?;
        }
        let (heap, trace) = (&mut self.cx.heap, self.cx.trace.as_deref_mut());
        let mut tree = crate::values::ChartTree::new(self.chart, heap, trace, &mut self.sources)
            .map_err(|message| RenderErrorKind::Values(message.into()))?;
        let mut dependencies = Dependencies {
            heap: &mut self.cx.heap,
            trace: self.cx.trace.as_deref_mut(),
            budget: self.cx.budget,
            log: &mut self.log,
            helm,
        };
        if let Err(mut error) = dependencies.process(&mut tree, user) {
            if helm >= HelmVersion::V4 {
                let text = "chart dependencies processing failed";
                self.log.push(Log::new(Level::Error, text).with("error", &error.message));
                error.message = format!("{text}: {}", error.message);
            }
            self.fault(RenderErrorKind::Values(error))?;
        }
        let mut coalescer = Coalescer {
            heap: &mut self.cx.heap,
            trace: self.cx.trace.as_deref_mut(),
            budget: self.cx.budget,
            tree: &tree,
            is_last: !self.options.lint && !self.records,
            trial: None,
            log: &mut self.log,
            helm,
        };
        let mut coalesced = coalescer.coalesce(tree.root(), user, false);
        // Helm's linter puts the values together twice, so a default that a null took away comes back.
        if let (true, Ok(values)) = (self.options.lint, &coalesced) {
            coalesced = coalescer.coalesce(tree.root(), *values, false);
        }
        let values = match coalesced {
            Ok(values) => values,
            Err(error) => {
                self.fault(RenderErrorKind::Values(error))?;
                user
            }
        };
        self.values = Some(values);
        if self.records {
            let (heap, zone) = (&mut self.cx.heap, &self.host.zone);
            self.kept = Some(record::Kept::new(heap, &tree, zone, user, values));
        }
        if self.options.keep_values {
            self.kept_values = record::plain(&self.cx.heap, values);
        }
        if !self.options.skip_schema_validation {
            self.note_schemas(&tree, tree.root());
            let schemas = &self.options.schemas;
            let mut faults =
                crate::values::schema::validate(&self.cx.heap, self.cx.budget, &tree, values, schemas, helm)
                    .map_err(RenderErrorKind::Limit)?;
            self.log.append(&mut faults.log);
            if !faults.text.is_empty() {
                self.fault(RenderErrorKind::Schema(faults))?;
            }
        }
        if self.options.labels.iter().any(|label| SYSTEM_LABELS.contains(&label.as_str())) {
            let labels = SYSTEM_LABELS.join(" ");
            let text = format!("user supplied labels contains system reserved label name. System labels: [{labels}]");
            return Err(RenderErrorKind::Values(text.into()));
        }
        let kube = self.options.kube_version.clone().unwrap_or_else(|| KubeVersion::default_of(helm));
        if !self.options.lint {
            self.check_kube_version(&kube).or_else(|kind| self.fault(kind))?;
        }
        let templates = Templates::collect(&mut self.cx, &tree, values, &kube, self.options, &mut self.sources);
        let first = templates.number(&mut self.sources);
        let origins = self.cx.trace.as_ref().map_or(0, |trace| trace.numbers().0);
        self.cx.heap.watch(self.again.map(|_| origins));
        if let Some(trace) = &mut self.cx.trace {
            trace.complete();
        }
        let trace = self.cx.trace.clone().filter(|_| self.again.is_some());
        let is_whole = self.faults.is_empty();
        let (heap, sources, log) = (Heap::new(), SourceMap::default(), self.log.clone());
        Ok(Prepared { templates, heap, trace, sources, first, log, values, leaves: None, is_whole })
    }

    /// Something is wrong: the render ends with it, or notes it and goes on.
    fn fault(&mut self, kind: RenderErrorKind) -> Result<(), RenderErrorKind> {
        if !self.options.keep_going || matches!(kind, RenderErrorKind::Limit(_)) {
            return Err(kind);
        }
        self.faults.push(kind);
        Ok(())
    }

    /// What Helm's `--debug` says while it looks for schemas.
    fn note_schemas(&mut self, tree: &crate::values::ChartTree<'_>, chart: crate::values::ChartId) {
        let children = tree.children(chart);
        let line = Log::new(Level::Debug, "number of dependencies in the chart");
        self.log.push(line.with("chart", tree.name(chart)).with("dependencies", children.len().to_string()));
        for &child in children {
            self.note_schemas(tree, child);
        }
    }

    fn check_kube_version(&self, kube: &KubeVersion) -> Result<(), RenderErrorKind> {
        let wanted = &self.chart.metadata.kube_version;
        let version = kube.for_constraints(self.options.helm);
        if wanted.is_empty() || is_compatible(wanted, version) {
            return Ok(());
        }
        let version = &kube.version;
        let text = format!("chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {version}");
        Err(RenderErrorKind::KubeVersion(text))
    }

    /// Splits, reads and sorts what the templates wrote.
    fn collect(&mut self, mut files: Vec<engine::RenderedFile>) -> Result<Rendered, RenderErrorKind> {
        let helm = self.options.helm;
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let own_notes = format!("{}/templates/NOTES.txt", self.chart.metadata.name);
        let mut notes = String::new();
        files.retain(|file| {
            let is_notes = file.name.ends_with("NOTES.txt");
            if is_notes && (self.options.sub_notes || file.name == own_notes) {
                if !notes.is_empty() {
                    notes.push('\n');
                }
                notes.push_str(&crate::text::lossy(&file.text.str));
            }
            !is_notes
        });
        let (mut documents, mut hooks, mut patched, mut idle) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for file in &files {
            let (known, mut heads) = (file.heads.get(), Vec::new());
            let mut is_whole = self.again.is_some() && known.is_none();
            let keeps = is_whole;
            for (i, range) in manifest::split(&file.text.str, helm).into_iter().enumerate() {
                let text = file.text.str.get(range.clone()).unwrap_or_default();
                let mut document = Document {
                    source: file.name.clone(),
                    number: i as u32 + 1,
                    text: Part::new(&file.text.str, range.clone()),
                    head: Head::default(),
                    origin: file.text.origin,
                    start: range.start,
                    hook: None,
                };
                let read = |heads: &Arc<Heads>| heads.read(text, helm);
                let known = known.and_then(|heads| heads.get(i)).cloned().map(Ok);
                let read = || self.options.heads.as_ref().map_or_else(|| Head::read(text, helm), read);
                let head = match known.unwrap_or_else(read) {
                    Ok(_) if file.has_holes => {
                        patched.push(document);
                        continue;
                    }
                    Ok(head) => head,
                    Err(error) => {
                        is_whole = false;
                        if self.partial.is_empty() {
                            self.partial = files.iter().map(|f| (f.name.clone(), f.text.str.to_vec())).collect();
                        }
                        let rest = self
                            .options
                            .keep_going
                            .then(|| manifest::patched(&document, helm, self.options.heads.as_deref()))
                            .flatten();
                        patched.extend(rest);
                        self.fault(RenderErrorKind::Yaml {
                            file: file.name.clone(),
                            error,
                            document: Box::new(document),
                            has_holes: file.has_holes,
                        })?;
                        continue;
                    }
                };
                if keeps {
                    heads.push(head.clone());
                }
                let hook = match Hook::read(&head) {
                    Ok(hook) => hook,
                    Err(types) => {
                        let log = Log::new(Level::Info, "skipping unknown hooks").with("hookTypes", &types);
                        self.log.push(log.helm3(format!(
                            "manifest_sorter.go:190: info: skipping unknown hook: {}",
                            crate::text::quote(types.as_bytes())
                        )));
                        document.head = head;
                        idle.push(document);
                        continue;
                    }
                };
                (document.head, document.hook) = (head, hook);
                if document.hook.is_some() { hooks.push(document) } else { documents.push(document) }
            }
            if is_whole {
                _ = file.heads.set(heads);
            }
        }
        manifest::sort(&mut documents, helm);
        manifest::sort(&mut hooks, helm);
        let crds = crds(self.chart);
        let (log, faults, trace, values) = (Vec::new(), Vec::new(), None, serde_json::Value::Null);
        Ok(Rendered { documents, hooks, patched, idle, notes, crds, log, faults, trace, values })
    }
}

/// Helm's `CRDObjects`: those of the chart and of all charts inside.
fn collect_crds(chart: &Chart, path: &str, crds: &mut Vec<(String, File)>) {
    let start = crds.len();
    crds.extend(chart.crds().map(|file| (format!("{path}/{}", file.name), file.clone())));
    if let Some(own) = crds.get_mut(start..) {
        own.sort_by(|a, b| a.1.name.cmp(&b.1.name));
    }
    for sub in &chart.dependencies {
        collect_crds(sub, &format!("{path}/charts/{}", sub.metadata.name), crds);
    }
}
