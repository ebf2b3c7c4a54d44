//! A release as Helm stores it, and as `helm install -o json` prints it: `pkg/release/v1`, `pkg/chart/v2`.

use super::context::{dependency, metadata, structure};
use super::output::manifest_text;
use super::{Document, RenderOptions, Rendered};
use crate::budget::Budget;
use crate::chart::{Chart, File, Lock};
use crate::host::{HelmVersion, Timestamp};
use crate::json::{JsonError, Style, encode};
use crate::text::{Str, TextBuilder};
use crate::value::time::{GoTime, Zone};
use crate::value::{Heap, ListData, ListType, MapId, Repr, Room, StructType, Value};
use crate::values::{ChartTree, Defaults, made_values};
use crate::yaml::{Dialect, EmitError, emit};

/// How Helm writes times.
const RFC_3339: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";

/// A struct by the names of its fields in JSON, and whether each is left out when empty.
const fn stored(json: &'static [(&'static str, bool)]) -> StructType {
    StructType { json, ..StructType::new("", "", &[]) }
}

static RELEASE: StructType = stored(&[
    ("name", true),
    ("info", true),
    ("chart", true),
    ("config", true),
    ("manifest", true),
    ("hooks", true),
    ("version", true),
    ("namespace", true),
    ("apply_method", true),
]);

static INFO: StructType = stored(&[
    ("first_deployed", true),
    ("last_deployed", true),
    ("description", true),
    ("status", true),
    ("notes", true),
]);

static CHART: StructType = stored(&[
    ("metadata", false),
    ("lock", false),
    ("templates", false),
    ("values", false),
    ("schema", false),
    ("schemamodtime", false),
    ("files", false),
    ("modtime", true),
]);

static LOCK: StructType = stored(&[("generated", false), ("digest", false), ("dependencies", false)]);

static FILE: StructType = stored(&[("name", false), ("data", false), ("modtime", true)]);

static HOOK: StructType = stored(&[
    ("name", true),
    ("kind", true),
    ("path", true),
    ("manifest", true),
    ("events", true),
    ("last_run", false),
    ("weight", true),
    ("delete_policies", true),
    ("output_log_policies", true),
]);

static LAST_RUN: StructType = stored(&[("phase", false)]);

/// What Helm stores of a release beside what was rendered: the chart and the values, as they were before templates ran.
#[derive(Debug)]
pub struct Record {
    heap: Heap,
    chart: Value,
    config: Value,
    computed: Value,
}

/// What the command line has to say about a release that is printed.
#[derive(Clone, Debug, Default)]
pub struct ReleaseOptions {
    /// The time of the installation.
    pub now: Timestamp,
    /// The time zone of its reader.
    pub zone: String,
    /// Whether the content of Secrets is left out.
    pub hide_secrets: bool,
    /// Whether the server would merge fields, as Helm 4 asks it to unless `--server-side=false`.
    pub server_side: bool,
}

/// The values of a release before templates run.
pub(super) struct Kept {
    chart: Value,
    config: Value,
    computed: Value,
}

/// Values as plain data; null where JSON has no form for them.
pub(super) fn plain(heap: &Heap, values: MapId) -> serde_json::Value {
    let mut out = TextBuilder::new(false);
    let style = Style { escape_html: false, indent: false, helm: HelmVersion::V4 };
    match encode(heap, &Budget::default(), &Value::new(Repr::Map(values)), style, &mut out) {
        Ok(()) => serde_json::from_slice(out.as_bytes()).unwrap_or_default(),
        Err(_) => serde_json::Value::Null,
    }
}

impl Kept {
    /// Copies the values, which templates may change, and what is known of the chart.
    pub(super) fn new(heap: &mut Heap, tree: &ChartTree<'_>, zone: &str, config: MapId, computed: MapId) -> Kept {
        let mut copy = |map: MapId| heap.deep_copy(&Value::new(Repr::Map(map)));
        let (config, computed) = (copy(config), copy(computed));
        let values = match tree.defaults(tree.root()) {
            Some(Defaults::Read(map) | Defaults::Made(map)) => copy(map),
            Some(Defaults::File(file)) => {
                made_values(heap, file).map_or(Value::NIL_INTERFACE, |map| Value::new(Repr::Map(map)))
            }
            None => Value::NIL_INTERFACE,
        };
        let metadata = metadata(heap, tree, tree.root());
        let chart = Stored { heap, zone }.chart(tree.chart(tree.root()), metadata, values);
        Kept { chart, config, computed }
    }

    /// The record, with the heap that its values are in.
    pub(super) fn into_record(self, heap: Heap) -> Record {
        Record { heap, chart: self.chart, config: self.config, computed: self.computed }
    }
}

impl Record {
    /// The YAML of the values that the user gave, and of all values: what `--debug` shows.
    ///
    /// The error is Go's text.
    pub fn values(&self) -> Result<(Vec<u8>, Vec<u8>), String> {
        Ok((self.yaml(&self.config)?, self.yaml(&self.computed)?))
    }

    /// The release as JSON, on one line: `-o json`.
    ///
    /// The error is Go's text.
    pub fn to_json(
        mut self,
        rendered: &Rendered,
        options: &RenderOptions,
        release: &ReleaseOptions,
    ) -> Result<Vec<u8>, String> {
        let value = self.release(rendered, options, release);
        let mut out = TextBuilder::new(false);
        let style = Style { escape_html: true, indent: false, helm: HelmVersion::V4 };
        encode(&self.heap, &Budget::default(), &value, style, &mut out).map_err(|error| match error {
            JsonError::Go(text) | JsonError::OutOfRange { text, .. } => text,
            JsonError::Exhausted(end) => end.to_string(),
        })?;
        out.push(b"\n");
        Ok(out.as_bytes().to_vec())
    }

    /// The release as YAML: `-o yaml`.
    ///
    /// The error is Go's text.
    pub fn to_yaml(
        mut self,
        rendered: &Rendered,
        options: &RenderOptions,
        release: &ReleaseOptions,
    ) -> Result<Vec<u8>, String> {
        let value = self.release(rendered, options, release);
        self.yaml(&value)
    }

    fn yaml(&self, value: &Value) -> Result<Vec<u8>, String> {
        let mut out = TextBuilder::new(false);
        match emit(&self.heap, &Budget::default(), value, Dialect::Yaml, &mut out) {
            Ok(()) => Ok(out.as_bytes().to_vec()),
            Err(EmitError::Go(text)) => Err(text),
            Err(EmitError::Exhausted(end)) => Err(end.to_string()),
        }
    }

    fn release(&mut self, rendered: &Rendered, options: &RenderOptions, release: &ReleaseOptions) -> Value {
        let mut stored = Stored { heap: &mut self.heap, zone: &release.zone };
        let now = stored.time(Some(release.now));
        let info = structure(
            &INFO,
            true,
            vec![
                now.clone(),
                now,
                Value::str("Dry run complete"),
                Value::str("pending-install"),
                Value::str(rendered.notes.as_str()),
            ],
        );
        let hooks = rendered.hooks.iter().map(|hook| stored.hook(hook)).collect();
        let hooks = stored.heap.new_list(hooks);
        let manifest = manifest_text(rendered, release.hide_secrets);
        let fields = vec![
            Value::str(options.name.as_str()),
            info,
            self.chart.clone(),
            self.config.clone(),
            Value::str(Str::from(&*manifest)),
            hooks,
            Value::int(1),
            Value::str(options.namespace.as_str()),
            Value::str(if release.server_side { "ssa" } else { "csa" }),
        ];
        structure(&RELEASE, true, fields)
    }
}

/// Makes the structs that Helm stores.
struct Stored<'h> {
    heap: &'h mut Heap,
    zone: &'h str,
}

impl Stored<'_> {
    fn time(&self, time: Option<Timestamp>) -> Value {
        let Some(Timestamp { seconds, nanoseconds }) = time else { return Value::str("") };
        let time = GoTime { seconds, nanoseconds, zone: Zone::local(self.zone) };
        Value::str(time.rfc3339().as_str())
    }

    /// A slice that is nil where there is nothing.
    fn list(&mut self, items: Vec<Value>) -> Value {
        self.heap.add_list(ListData { ty: ListType::Any, nil: items.is_empty(), items, room: Room::None })
    }

    fn texts(&mut self, texts: &[String]) -> Value {
        let items = texts.iter().map(|text| Value::str(text.as_str())).collect();
        self.list(items)
    }

    fn chart(&mut self, chart: &Chart, metadata: Value, values: Value) -> Value {
        let lock = chart.lock.as_ref().map_or(Value::NIL_INTERFACE, |lock| self.lock(lock));
        let templates = self.files(&chart.templates);
        let files = self.files(&chart.files);
        let schema = match &chart.schema {
            Some(text) => Value::new(Repr::Bytes(Str::from(&**text))),
            None => Value::NIL_INTERFACE,
        };
        let schema_modified = match chart.schema_modified {
            None => Value::str("0001-01-01T00:00:00Z"),
            known => self.time(known),
        };
        let modified = self.time(chart.modified);
        let fields = vec![metadata, lock, templates, values, schema, schema_modified, files, modified];
        structure(&CHART, true, fields)
    }

    fn lock(&mut self, lock: &Lock) -> Value {
        let utc = Zone::local("UTC");
        let generated = crate::value::time::parse_in_location(RFC_3339, lock.generated.as_bytes(), &utc, &utc);
        let generated = generated.map_or_else(|_| "0001-01-01T00:00:00Z".to_owned(), |time| time.rfc3339());
        let items = lock.dependencies.iter().flatten();
        let items = items.map(|item| dependency(self.heap, item, HelmVersion::V3)).collect();
        let dependencies = self.list(items);
        let fields = vec![Value::str(generated.as_str()), Value::str(lock.digest.as_str()), dependencies];
        structure(&LOCK, true, fields)
    }

    fn files(&mut self, files: &[File]) -> Value {
        let items = files.iter().map(|file| {
            let data = Value::new(Repr::Bytes(Str::from(&*file.data)));
            structure(&FILE, true, vec![Value::str(file.name.as_str()), data, self.time(file.modified)])
        });
        let items = items.collect();
        self.list(items)
    }

    fn hook(&mut self, document: &Document) -> Value {
        let hook = document.hook.clone().unwrap_or_default();
        let last_run = structure(&LAST_RUN, false, vec![Value::str("")]);
        let fields = vec![
            Value::str(document.head.name.as_str()),
            Value::str(document.head.kind.as_str()),
            Value::str(document.source.as_str()),
            Value::str(Str::from(&*document.text)),
            self.texts(&hook.events),
            last_run,
            Value::int(hook.weight),
            self.texts(&hook.delete_policies),
            self.texts(&hook.output_log_policies),
        ];
        structure(&HOOK, true, fields)
    }
}
