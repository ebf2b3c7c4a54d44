//! Running all templates of a chart: Helm's `pkg/engine`.

use super::again::{Done, Written};
use super::capabilities::KubeVersion;
use super::context::Names;
use super::engines::{Engine, Ran, Read};
use super::manifest::Head;
use super::{RenderErrorKind, RenderOptions, context};
use crate::gotmpl::funcs::{Cx, Text};
use crate::text::path::base;
use crate::text::{
    FileId, Guard, GuardId, Layer, Origin, OriginKind, SourceFile, SourceMap, Span, Step, Str, ValuesNode,
};
use crate::value::{Entries, Heap, MapId, MapType, Repr, Value};
use crate::values::{ChartId, ChartTree};
use foldhash::HashMap;
use std::sync::{Arc, LazyLock, OnceLock};

/// A file that a template wrote.
#[derive(Debug)]
pub struct RenderedFile {
    /// Its name in `# Source:` lines.
    pub name: String,
    /// Its text.
    pub text: Text,
    /// Whether something that should be in it is missing, for it failed or did not parse.
    pub has_holes: bool,
    /// The heads of its documents, once they are read.
    pub heads: Arc<OnceLock<Vec<Head>>>,
}

/// What came of running all templates.
pub(super) struct Outcome {
    /// The files that they wrote.
    pub files: Vec<RenderedFile>,
    /// What did not parse and what failed.
    pub faults: Vec<RenderErrorKind>,
    /// Texts that came into being on the way.
    pub virtual_files: Vec<(FileId, Origin)>,
    /// What a later run may take over.
    pub done: Done,
    /// Whether something was taken over from an earlier run.
    pub took_over: bool,
}

/// Where templates find their own names.
static TEMPLATE: LazyLock<Str> = LazyLock::new(|| Str::from("Template"));

/// A template with what it is run over.
#[derive(Debug)]
pub(super) struct Renderable {
    /// Its name, with the names of charts for folders.
    pub name: String,
    /// The same, as templates see it.
    pub title: Str,
    /// How many folders its name has.
    depth: usize,
    base_path: Str,
    /// Its text.
    pub text: Arc<[u8]>,
    /// Name of the file for people.
    file: Arc<str>,
    /// The top-level context of its chart.
    context: MapId,
    /// What switched its chart on.
    pub guard: Option<GuardId>,
}

/// The templates of a chart and of those inside, with what they are run over.
#[derive(Debug)]
pub struct Templates {
    all: Vec<Renderable>,
}

impl Templates {
    /// Collects the templates and makes their contexts.
    pub fn collect(
        cx: &mut Cx<'_>,
        tree: &ChartTree<'_>,
        values: MapId,
        kube: &KubeVersion,
        options: &RenderOptions,
        sources: &mut SourceMap,
    ) -> Templates {
        let shared = Shared {
            release: context::release(&mut cx.heap, options),
            capabilities: context::capabilities(&mut cx.heap, kube, &options.api_versions, options.helm),
        };
        let mut collector = Collector { tree, shared, sources, all: Vec::new() };
        collector.add_chart(cx, tree.root(), Some(values), None);
        let mut all = collector.all;
        all.reverse();
        // Deepest paths first, then against the alphabet, so that what is nearer to the root wins.
        all.sort_by(|a, b| b.depth.cmp(&a.depth).then_with(|| b.name.cmp(&a.name)));
        // Where charts or files of one name give one path, the last counts: Helm keeps templates in a map.
        all.dedup_by(|next, kept| next.name == kept.name);
        Templates { all }
    }

    /// Puts texts, by the names of their files, in the place of those that were there; tells which are others now.
    pub(super) fn put(&mut self, texts: &HashMap<String, &Arc<[u8]>>) -> Vec<bool> {
        let put = |item: &mut Renderable| {
            let new = texts.get(&*item.file).filter(|text| ***text != item.text);
            new.inspect(|text| item.text = Arc::clone(text)).is_some()
        };
        self.all.iter_mut().map(put).collect()
    }

    /// Which texts are others than those of earlier templates; none where they are not the same templates.
    pub(super) fn changed_from(&self, earlier: &Templates) -> Option<Vec<bool>> {
        let name = |item: &Renderable| (item.name.clone(), item.file.clone(), item.guard);
        let is_same = self.all.iter().map(name).eq(earlier.all.iter().map(name));
        is_same.then(|| self.all.iter().zip(&earlier.all).map(|(new, old)| new.text != old.text).collect())
    }

    /// Takes the names of templates out of what they are run over, as it is before any of them runs.
    pub(super) fn forget_names(&self, heap: &mut Heap) {
        self.all.iter().for_each(|item| heap.set_unnoted(item.context, &TEMPLATE, None));
    }

    /// Gives every template its number, from `first` on.
    pub(super) fn number(&self, sources: &mut SourceMap) -> FileId {
        let first = FileId(sources.len() as u32);
        self.all.iter().for_each(|item| _ = sources.add(item.file.clone(), item.text.clone()));
        first
    }

    /// Parses and runs all of them, each by the engine of its language. Their numbers begin with `first`, and `done` is what an
    /// earlier run left.
    ///
    /// A template that does not parse or fails ends the run, unless it is to go on; it also ends with the first limit
    /// reached.
    pub(super) fn run(
        &self,
        cx: &mut Cx<'_>,
        engines: &mut [&mut dyn Engine],
        keep_going: bool,
        (sources, first): (&mut SourceMap, FileId),
        mut done: Done,
    ) -> Outcome {
        let mut faults = Vec::new();
        let mut names = Vec::new();
        for (item, number) in self.all.iter().zip(first.0..) {
            let number = FileId(number);
            let is_same = |text: &Arc<[u8]>| Arc::ptr_eq(text, &item.text) || *text == item.text;
            if sources.get(number).is_some_and(|file| !is_same(&file.text)) {
                sources.replace(number, SourceFile::new(item.file.clone(), item.text.clone()));
            }
            let engine = engines.iter_mut().find(|engine| engine.language().takes(&item.name));
            let read = engine.map(|engine| engine.parse(item, number));
            let Read { names: defined, errors } = read.unwrap_or_default();
            names.push(defined);
            faults.extend(errors);
            if !keep_going && !faults.is_empty() {
                let (files, virtual_files, done) = (Vec::new(), Vec::new(), Done::default());
                return Outcome { files, faults, virtual_files, done, took_over: false };
            }
        }
        done.keep_what_holds(&names);
        if let Some(trace) = &mut cx.trace {
            trace.begin_behind(done.written.iter().flatten().filter_map(|written| written.segment.as_ref()));
        }
        let earlier = done.virtual_files(sources, first.0 as usize + self.all.len());
        let engines: Vec<&dyn Engine> = engines.iter().map(|engine| &**engine).collect();
        let mut runners: Vec<_> =
            engines.iter().map(|engine| (*engine, engine.runner(cx, keep_going, sources, &earlier))).collect();
        let (mut files, mut took_over) = (Vec::new(), false);
        done.written.resize(self.all.len(), None);
        for (item, written) in self.all.iter().zip(&mut done.written) {
            if base(&item.name).starts_with('_') {
                continue;
            }
            let Some((_, runner)) = runners.iter_mut().find(|(engine, _)| engine.has(&item.name)) else { continue };
            let context = item.context(cx);
            if let Some(written) = written {
                if let Some((trace, segment)) = cx.trace.as_mut().zip(written.segment.as_ref()) {
                    trace.take_over(segment);
                }
                let (name, text, heads) = (item.name.clone(), written.text.clone(), written.heads.clone());
                files.push(RenderedFile { name, text, has_holes: false, heads });
                took_over = true;
                continue;
            }
            let (known, before) = (runner.virtual_files().len(), (cx.draws, cx.log.len()));
            cx.take_asked();
            cx.heap.take_reads();
            let Ran { text, passed, has_holes, asked } = runner.run(cx, item, context);
            let segment = cx.trace.as_mut().map(|trace| trace.complete());
            let reads = cx.heap.take_reads();
            let is_alone = passed.is_empty() && !has_holes && before == (cx.draws, cx.log.len()) && !cx.take_asked();
            faults.extend(passed.into_iter().filter(|fault| !runner.follows(fault)));
            match text {
                Ok(text) => {
                    let heads = Arc::<OnceLock<_>>::default();
                    *written = asked.filter(|_| is_alone).map(|asked| {
                        let virtual_files = runner.virtual_files().get(known..).unwrap_or_default().to_vec();
                        let (text, heads) = (text.clone(), heads.clone());
                        Written { text, asked, reads, heads, segment, virtual_files }
                    });
                    files.push(RenderedFile { name: item.name.clone(), text, has_holes, heads });
                }
                Err(fault) => {
                    let last = !keep_going || matches!(fault, RenderErrorKind::Limit(_));
                    if !runner.follows(&fault) {
                        faults.push(fault);
                    }
                    if last {
                        break;
                    }
                }
            }
        }
        let mut virtual_files = Vec::new();
        for file in runners.iter().flat_map(|(_, runner)| runner.virtual_files()) {
            if file.file.0 as usize >= sources.len() {
                sources.add("gotpl", file.text.as_bytes());
            }
            virtual_files.push((file.file, file.origin));
        }
        done.names = names;
        Outcome { files, faults, virtual_files, done, took_over }
    }
}

impl Renderable {
    /// What it is run over. It finds its own name there.
    fn context(&self, cx: &mut Cx<'_>) -> Value {
        static NAMES: Names<2> = LazyLock::new(|| ["BasePath", "Name"].map(Str::from));
        let about = [&self.base_path, &self.title].map(|text| Value::str(text.clone()));
        let template = context::dict(&mut cx.heap, &NAMES, about);
        if let Repr::Map(map) = template.repr {
            cx.heap.map_mut(map).ty = MapType::Values;
            cx.heap.set_name(map);
        }
        cx.heap.set_unnoted(self.context, &TEMPLATE, Some(template));
        // The context of a chart inside is a plain map to its parent, and of a type of its own to itself.
        Value::new(Repr::Map(self.context.as_values()))
    }
}

/// Origin of `.Values` itself: what is missing in it could be set in the chart's values file.
fn values_root(cx: &mut Cx<'_>, location: &str, sources: &SourceMap) -> Origin {
    let Some(trace) = &mut cx.trace else { return Origin::NONE };
    let file = format!("{location}values.yaml");
    let Some((file, _)) = sources.iter().find(|(_, source)| *source.name == *file) else { return Origin::NONE };
    trace.add(OriginKind::Values(Box::new(ValuesNode {
        parent: Origin::NONE,
        step: Step::Root,
        span: Span::new(file, 0, 0),
        key: None,
        layer: Layer::Default,
    })))
}

/// The condition under which a chart inside another one is rendered: what its `condition` or its `tags` asked.
fn switch(
    cx: &mut Cx<'_>,
    tree: &ChartTree<'_>,
    parent: ChartId,
    child: ChartId,
    around: Option<GuardId>,
    sources: &mut SourceMap,
) -> Option<GuardId> {
    let (Some(trace), [first, more @ ..]) = (&mut cx.trace, tree.switches(child)) else { return around };
    let chart = tree.chart(parent);
    let Some(file) = &chart.requirements else { return around };
    let name = format!("{}{}", chart.location, file.name);
    let known = sources.iter().find(|(_, source)| *source.name == *name).map(|(number, _)| number);
    let number = known.unwrap_or_else(|| sources.add(name, file.data.clone()));
    let place = requirement(&file.data, tree.name(child)).unwrap_or(0..0);
    let site = Span { file: number, start: place.start, end: place.end };
    let value = match more {
        [] => *first,
        _ => trace.add(OriginKind::Call { span: site, inputs: tree.switches(child).into() }),
    };
    trace.add_guard(Guard { parent: around, site, value })
}

/// Where the `condition` or the `tags` of a requirement stand in Chart.yaml.
fn requirement(text: &[u8], name: &str) -> Option<std::ops::Range<u32>> {
    let document = crate::yaml::parse(text).ok()?;
    let entry = |map, key: &str| {
        document.entries(map).find(|(found, _)| document.scalar(*found) == key.as_bytes()).map(|(_, value)| value)
    };
    let list = entry(document.root()?, "dependencies")?;
    let is_wanted = |item: &&crate::yaml::NodeId| {
        let named = entry(**item, "alias").or_else(|| entry(**item, "name"));
        named.is_some_and(|named| document.scalar(named) == name.as_bytes())
    };
    let item = *document.children(list).iter().find(is_wanted)?;
    let node = document.node(entry(item, "condition").or_else(|| entry(item, "tags"))?);
    Some(node.start..node.end)
}

/// What all charts share.
struct Shared {
    release: Value,
    capabilities: Value,
}

/// Goes through the charts that are switched on.
struct Collector<'c, 't> {
    tree: &'c ChartTree<'t>,
    shared: Shared,
    sources: &'c mut SourceMap,
    all: Vec<Renderable>,
}

impl Collector<'_, '_> {
    /// Helm's `recAllTpls`: the templates of a chart and of those inside, with their contexts.
    fn add_chart(&mut self, cx: &mut Cx<'_>, id: ChartId, values: Option<MapId>, guard: Option<GuardId>) -> Value {
        static NAMES: Names<6> =
            LazyLock::new(|| ["Capabilities", "Chart", "Files", "Release", "Subcharts", "Values"].map(Str::from));
        let tree = self.tree;
        let chart = tree.chart(id);
        let root = values_root(cx, &chart.location, self.sources);
        let heap = &mut cx.heap;
        let values_map = match values {
            Some(map) => map,
            None => {
                let empty = heap.new_typed_map(MapType::Values, Default::default());
                match empty.as_map() {
                    Some(map) => map,
                    None => return Value::NIL,
                }
            }
        };
        let metadata = context::chart(heap, tree, id, cx.helm);
        let files = context::files(heap, chart);
        let subcharts = heap.new_dict(Entries::new());
        let entries = [
            self.shared.capabilities.clone(),
            metadata,
            files,
            self.shared.release.clone(),
            subcharts.clone(),
            Value::new(Repr::Map(values_map.as_values())).with_origin(root),
        ];
        let context = context::dict(heap, &NAMES, entries);
        let Some(context_map) = context.as_map() else { return Value::NIL };
        for &child in tree.children(id) {
            let name = tree.name(child).to_owned();
            let own = crate::value::paths::table(&cx.heap, values_map, &name).ok();
            let guard = switch(cx, tree, id, child, guard, self.sources);
            let inner = crate::stack::grow(|| self.add_chart(cx, child, own, guard));
            if let Some(subcharts) = subcharts.as_map() {
                cx.heap.map_mut(subcharts).entries.insert(Str::from(name), inner);
            }
        }
        let path = tree.full_path(id);
        let base_path = Str::from([&path, "/templates"].concat());
        let library = chart.metadata.is_library();
        for file in &chart.templates {
            if library && !base(&file.name).starts_with('_') {
                continue;
            }
            let name = [&path, "/", &*crate::text::path::clean(&file.name)].concat();
            self.all.push(Renderable {
                depth: memchr::memchr_iter(b'/', name.as_bytes()).count(),
                title: Str::from(name.as_str()),
                name,
                base_path: base_path.clone(),
                text: file.data.clone(),
                file: [&*chart.location, &*file.name].concat().into(),
                context: context_map,
                guard,
            });
        }
        context
    }
}
