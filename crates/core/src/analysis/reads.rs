//! Which values templates may reach, told from their text alone.
//!
//! Every field chain with `.Values` in it is a use, also behind a variable or in the argument of `include`, `with` and
//! their like. Where a value is handed on as a whole (`toYaml`, `range`, `tpl`, `index` with a computed key),
//! everything below it may be reached.

use super::Analysis;
use super::paths::{ANY, EACH, PathId, Paths};
use crate::chart::Chart;
use crate::gotmpl::ast::{Branch, NodeId, NodeKind, Source};
use crate::gotmpl::funcs::{Mark, lookup};
use crate::gotmpl::{Parsed, Texts};
use crate::host::HelmVersion;
use crate::jinja::symbols::symbols;
use crate::text::{FileId, Span, Str};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Bound;
use std::sync::{Arc, OnceLock};

/// A path below `.Values`.
pub type Path = Vec<String>;

/// How a path is used.
#[derive(Clone, Debug, Default)]
pub struct Use {
    /// Whether everything below it may be reached too.
    pub whole: bool,
    /// Where it is written, each place once: spans in [`Analysis::templates`].
    pub spans: Vec<Span>,
}

/// How far templates look into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// At nothing in it.
    Nothing,
    /// At it, or at something in it.
    Within,
    /// At all of it.
    Whole,
}

/// What the templates of one chart may read of its values.
#[derive(Debug, Default)]
pub struct Reads {
    found: BTreeMap<Path, Use>,
    /// Those of the paths that have keys which templates compute.
    computed: Vec<Path>,
    /// What names may be computed from.
    texts: Arc<Words>,
}

/// The texts of all charts.
#[derive(Debug, Default)]
struct Words {
    texts: Vec<Arc<[u8]>>,
    /// Their words: letters and digits without anything between them.
    words: OnceLock<HashSet<Box<[u8]>>>,
}

impl Words {
    /// Whether some text of the charts spells the name: else no template computes it.
    fn spell(&self, name: &str) -> bool {
        if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return self.words.get_or_init(|| self.split()).contains(name.as_bytes());
        }
        let inside = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        self.texts.iter().any(|text| {
            memchr::memmem::find_iter(text, name.as_bytes()).any(|at| {
                let before = at.checked_sub(1).and_then(|at| text.get(at));
                !inside(before) && !inside(text.get(at + name.len()))
            })
        })
    }

    fn split(&self) -> HashSet<Box<[u8]>> {
        let mut words: HashSet<Box<[u8]>> = HashSet::new();
        for word in self.texts.iter().flat_map(|text| text.split(|byte| !byte.is_ascii_alphanumeric())) {
            if !words.contains(word) {
                words.insert(word.into());
            }
        }
        words
    }
}

impl Reads {
    /// Whether a template may look at the value at `path`, at something in it, or at something around it as a whole.
    pub fn reach(&self, path: &[String]) -> bool {
        let mut around = (0..path.len()).filter_map(|len| self.found.get(path.get(..len)?));
        // In the order of paths the path itself comes first, then what is below it.
        let below = || self.found.range::<[String], _>((Bound::Included(path), Bound::Unbounded)).next();
        around.any(|how| how.whole)
            || below().is_some_and(|(found, _)| found.starts_with(path))
            || self.computed.iter().any(|found| self.may_be(found, path))
    }

    /// Whether the value at `path`, or something around it, is looked at as a whole: then so is all in it.
    pub fn take_whole(&self, path: &[String]) -> bool {
        (0..=path.len()).filter_map(|len| self.found.get(path.get(..len)?)).any(|how| how.whole)
    }

    /// How far templates look into the value at `path`, where they take nothing around it whole.
    pub fn reach_from(&self, path: &[String]) -> Reach {
        let first = self.found.range::<[String], _>((Bound::Included(path), Bound::Unbounded)).next();
        match first.filter(|(found, _)| found.starts_with(path)) {
            Some((found, how)) if found.len() == path.len() && how.whole => Reach::Whole,
            Some(_) => Reach::Within,
            None if self.computed.iter().any(|found| self.may_be(found, path)) => Reach::Within,
            None => Reach::Nothing,
        }
    }

    /// Whether a path with computed keys may be `path`, or lead to something around it that is read as a whole.
    fn may_be(&self, found: &Path, path: &[String]) -> bool {
        // Looking below any key at all says nothing of this one.
        let long_enough = match found.len().cmp(&path.len()) {
            Ordering::Less => self.found.get(found).is_some_and(|how| how.whole),
            Ordering::Equal => true,
            Ordering::Greater => false,
        };
        long_enough && found.iter().zip(path).all(|(a, b)| a == b || (a == ANY && self.texts.spell(b)))
    }

    /// The names that templates look for in the map at `path`.
    pub fn names_in(&self, path: &[String]) -> impl Iterator<Item = &str> {
        let below = self.found.keys().filter(move |found| found.len() > path.len() && found.starts_with(path));
        below.filter_map(|found| found.get(path.len()).map(String::as_str)).filter(|name| *name != ANY)
    }

    /// All paths whose keys are known, each with its uses.
    pub fn uses(&self) -> impl Iterator<Item = (&[String], &Use)> {
        let known = |path: &&Path| !path.iter().any(|key| key == ANY || key == EACH);
        self.found.iter().filter(move |(path, _)| known(path)).map(|(path, how)| (path.as_slice(), how))
    }

    fn add(&mut self, path: Path, used: Use) {
        if path.iter().any(|key| key == ANY) && !self.found.contains_key(&path) {
            self.computed.push(path.clone());
        }
        let how = self.found.entry(path).or_default();
        how.whole |= used.whole;
        for span in used.spans {
            if !how.spans.contains(&span) {
                how.spans.push(span);
            }
        }
    }
}

/// What each chart of a tree reads, in the order of [`Chart::walk`]. Library charts and helpers count for all.
pub(super) fn of_charts(analysis: &Analysis<'_>) -> Vec<Reads> {
    let mut library = Library::default();
    let mut bodies: Vec<Vec<Body>> = analysis.charts().iter().map(|_| Vec::new()).collect();
    for template in analysis.templates() {
        if let Some(own) = bodies.get_mut(template.chart) {
            own.extend(library.add(&template.parsed));
        }
    }
    let mut all: Vec<Reads> = Vec::new();
    for (chart, bodies) in analysis.charts().iter().zip(&bodies) {
        let mut walk = Walk {
            library: &library,
            paths: Paths::default(),
            seen: foldhash::HashSet::default(),
            depth: 0,
            is_file: true,
        };
        for body in bodies {
            walk.body(body, &[]);
        }
        walk.is_file = false;
        for text in texts_in_values(chart) {
            let name = Str::from("values");
            let (parsed, errors) = Texts::default().parse(name, &text, FileId(0), HelmVersion::V4);
            // What is no template reads nothing.
            for body in Library::default().add(&parsed).iter().filter(|_| errors.is_empty()) {
                walk.body(body, &[]);
            }
        }
        let mut reads = Reads::default();
        walk.paths.uses().for_each(|(path, used)| reads.add(path, used));
        for file in chart.templates.iter().filter(|file| crate::jinja::is_jinja(&file.name)) {
            // What Jinja makes of a value is not followed: it may look at all of it.
            for keys in symbols(&crate::text::lossy(&file.data)).values {
                let path = keys.into_iter().map(|key| key.name).collect();
                reads.add(path, Use { whole: true, spans: Vec::new() });
            }
        }
        all.push(reads);
    }
    let shared: Vec<(Path, Use)> = analysis
        .charts()
        .iter()
        .zip(&all)
        .filter(|(chart, _)| chart.metadata.is_library())
        .flat_map(|(_, found)| found.found.iter().map(|(path, how)| (path.clone(), how.clone())))
        .collect();
    let charts = analysis.charts().iter();
    let templates = charts.clone().flat_map(|chart| chart.templates.iter().map(|file| file.data.clone()));
    let values = charts.filter_map(|chart| chart.values.as_ref().map(|values| values.text.clone()));
    let texts = Arc::new(Words { texts: templates.chain(values).collect(), words: OnceLock::new() });
    for found in &mut all {
        found.texts = texts.clone();
        shared.iter().for_each(|(path, used)| found.add(path.clone(), used.clone()));
    }
    all
}

/// Texts in values that are templates themselves.
fn texts_in_values(chart: &Chart) -> Vec<Arc<[u8]>> {
    let documents = chart.values.iter().flat_map(|values| values.documents.iter());
    let scalars = documents.flat_map(|(_, document)| document.nodes().map(move |(id, _)| document.scalar(id)));
    scalars.filter(|text| memchr::memmem::find(text, b"{{").is_some()).map(Arc::from).collect()
}

/// A template: its text and its root.
#[derive(Clone)]
struct Body {
    source: Source,
    root: NodeId,
}

/// The named templates of all charts.
#[derive(Default)]
struct Library {
    named: HashMap<Str, Body>,
}

impl Library {
    /// The templates of a text.
    fn add(&mut self, parsed: &Parsed) -> Vec<Body> {
        let mut bodies = Vec::new();
        for definition in &parsed.definitions {
            let body = Body { source: parsed.source.clone(), root: definition.root };
            self.named.insert(definition.name.clone(), body.clone());
            bodies.push(body);
        }
        bodies
    }
}

/// How deep includes are followed.
const MAX_DEPTH: u32 = 64;

struct Walk<'l> {
    library: &'l Library,
    paths: Paths,
    /// Templates that were walked with a known dot.
    seen: foldhash::HashSet<(Str, Vec<PathId>)>,
    depth: u32,
    /// Whether what is walked stands in a file of the chart, rather than in a value.
    is_file: bool,
}

/// What is known while one template is walked.
struct Scope<'s> {
    source: &'s Source,
    /// The values that dot may be.
    dot: Vec<PathId>,
    vars: Vec<(Str, Vec<PathId>)>,
}

impl Walk<'_> {
    fn body(&mut self, body: &Body, dot: &[PathId]) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        let mut scope = Scope { source: &body.source, dot: dot.to_vec(), vars: Vec::new() };
        crate::stack::grow(|| self.node(&mut scope, body.root));
        self.depth -= 1;
    }

    fn node(&mut self, scope: &mut Scope<'_>, id: NodeId) {
        let source = scope.source;
        match &source.node(id).kind {
            NodeKind::List(ids) => source.ids(*ids).iter().for_each(|&id| self.node(scope, id)),
            NodeKind::Action(pipe) => {
                self.pipe(scope, *pipe);
            }
            NodeKind::If(branch) => {
                self.pipe(scope, branch.pipe);
                self.branches(scope, *branch, None);
            }
            NodeKind::With(branch) => {
                let dot = self.pipe(scope, branch.pipe);
                self.branches(scope, *branch, Some(dot));
            }
            NodeKind::Range(branch) => {
                let over = self.pipe(scope, branch.pipe);
                let (lists, others): (Vec<_>, Vec<_>) = over.into_iter().partition(|path| self.paths.is_list(*path));
                self.whole(&others);
                let items: Vec<PathId> = lists.into_iter().map(|path| self.paths.item_of(path)).collect();
                let NodeKind::Pipe { decl, .. } = source.node(branch.pipe).kind else { return };
                let vars = scope.vars.len();
                let last = source.shared_names(decl).last().cloned();
                scope.vars.extend(last.map(|name| (name, items.clone())));
                self.branches(scope, *branch, Some(items));
                scope.vars.truncate(vars);
            }
            NodeKind::Template { name, pipe } => {
                let dot = pipe.map(|pipe| self.pipe(scope, pipe)).unwrap_or_default();
                self.call(name, dot);
            }
            _ => {}
        }
    }

    fn branches(&mut self, scope: &mut Scope<'_>, branch: Branch, dot: Option<Vec<PathId>>) {
        let vars = scope.vars.len();
        let outer = scope.dot.clone();
        if let Some(dot) = dot {
            scope.dot = dot;
        }
        crate::stack::grow(|| self.node(scope, branch.list));
        scope.dot = outer;
        if let Some(otherwise) = branch.otherwise {
            crate::stack::grow(|| self.node(scope, otherwise));
        }
        scope.vars.truncate(vars);
    }

    /// The values that a pipeline may give.
    fn pipe(&mut self, scope: &mut Scope<'_>, id: NodeId) -> Vec<PathId> {
        let source = scope.source;
        let NodeKind::Pipe { decl, commands, .. } = source.node(id).kind else { return Vec::new() };
        let mut value = None;
        for &command in source.ids(commands) {
            value = Some(self.command(scope, command, value));
        }
        let value = value.unwrap_or_default();
        for name in source.shared_names(decl) {
            scope.vars.push((name.clone(), value.clone()));
        }
        value
    }

    fn command(&mut self, scope: &mut Scope<'_>, id: NodeId, last: Option<Vec<PathId>>) -> Vec<PathId> {
        let source = scope.source;
        let NodeKind::Command(ids) = source.node(id).kind else { return Vec::new() };
        let Some((&head, args)) = source.ids(ids).split_first() else { return Vec::new() };
        let NodeKind::Identifier(callee) = source.node(head).kind else { return self.operand(scope, head) };
        let texts: Vec<Option<String>> = args.iter().map(|&arg| text_of(source, arg)).collect();
        let mut values: Vec<Vec<PathId>> = args.iter().map(|&arg| self.operand(scope, arg)).collect();
        values.extend(last);
        self.function(callee.name, &texts, values, self.span_of(source, id))
    }

    /// What a function does with the values that it is given.
    fn function(
        &mut self,
        name: &str,
        texts: &[Option<String>],
        values: Vec<Vec<PathId>>,
        at: Option<Span>,
    ) -> Vec<PathId> {
        let text = |i: usize| texts.get(i).cloned().flatten();
        let value = |i: usize| values.get(i).cloned().unwrap_or_default();
        match name {
            "default" | "coalesce" | "ternary" | "or" | "and" | "required" | "deepCopy" | "mustDeepCopy" => {
                values.concat()
            }
            "list" => {
                let each = Str::from(EACH);
                values.concat().into_iter().map(|path| self.paths.below(path, &each)).collect()
            }
            "append" | "prepend" | "concat" | "compact" | "uniq" | "without" => values.concat(),
            "first" | "last" => values.concat().into_iter().map(|path| self.paths.item_of(path)).collect(),
            // Chains through a key called `Values` are found wherever they stand.
            "dict" => {
                let pairs = texts.chunks(2).zip(values.chunks(2));
                let handed =
                    pairs.filter(|(texts, _)| texts.first().is_none_or(|key| key.as_deref() != Some("Values")));
                let handed: Vec<Vec<PathId>> = handed.filter_map(|(_, values)| values.get(1).cloned()).collect();
                self.unknown(&handed)
            }
            "include" => match text(0) {
                Some(callee) => {
                    self.call(&Str::from(callee), value(1));
                    Vec::new()
                }
                None => self.unknown(&values),
            },
            "index" | "get" | "hasKey" => {
                let keys = values.iter().skip(1).enumerate();
                let keys: Vec<Str> = keys.map(|(i, _)| text(i + 1).map_or(Str::from(ANY), Str::from)).collect();
                let inside = self.below(value(0), &keys, at);
                if name == "hasKey" { Vec::new() } else { inside }
            }
            "dig" => {
                let keys: Vec<Str> = texts.iter().map_while(Clone::clone).map(Str::from).collect();
                let inside = values.last().cloned().unwrap_or_default();
                self.below(inside, &keys, at)
            }
            _ if lookup(name, HelmVersion::V4).is_some_and(|function| function.is(Mark::Scalar)) => Vec::new(),
            _ => self.unknown(&values),
        }
    }

    /// A function that may look at everything in its arguments.
    fn unknown(&mut self, values: &[Vec<PathId>]) -> Vec<PathId> {
        values.iter().for_each(|paths| self.whole(paths));
        Vec::new()
    }

    fn whole(&mut self, paths: &[PathId]) {
        for path in paths {
            let item = self.paths.item_of(*path);
            self.paths.add(item, true, None);
        }
    }

    fn call(&mut self, name: &Str, dot: Vec<PathId>) {
        if dot.is_empty() || !self.seen.insert((name.clone(), dot.clone())) {
            return;
        }
        match self.library.named.get(name).cloned() {
            Some(body) => self.body(&body, &dot),
            None => self.whole(&dot),
        }
    }

    fn operand(&mut self, scope: &mut Scope<'_>, id: NodeId) -> Vec<PathId> {
        let source = scope.source;
        match source.node(id).kind {
            NodeKind::Dot => scope.dot.clone(),
            NodeKind::Field(names) => {
                let dot = scope.dot.clone();
                self.chain(dot, source.shared_names(names), self.span_of(source, id))
            }
            NodeKind::Variable(names) => {
                let Some((name, fields)) = source.shared_names(names).split_first() else { return Vec::new() };
                let known = scope.vars.iter().rev().find(|(var, _)| var == name);
                let value = known.map(|(_, value)| value.clone()).unwrap_or_default();
                self.chain(value, fields, self.span_of(source, id))
            }
            NodeKind::Chain(first, names) => {
                let value = self.operand(scope, first);
                self.chain(value, source.shared_names(names), self.span_of(source, id))
            }
            NodeKind::Pipe { .. } => crate::stack::grow(|| self.pipe(scope, id)),
            NodeKind::Identifier(..) => Vec::new(),
            _ => Vec::new(),
        }
    }

    /// Where a node stands; none in a text that is no file of the chart.
    fn span_of(&self, source: &Source, id: NodeId) -> Option<Span> {
        self.is_file.then(|| source.span(id))
    }

    /// Fields of values: below the last `Values` among them, or below what they are fields of.
    fn chain(&mut self, of: Vec<PathId>, names: &[Str], at: Option<Span>) -> Vec<PathId> {
        match names.iter().rposition(|name| name.as_bytes() == b"Values") {
            Some(values) => self.below(vec![PathId::ROOT], names.get(values + 1..).unwrap_or_default(), at),
            None => self.below(of, names, at),
        }
    }

    fn below(&mut self, of: Vec<PathId>, keys: &[Str], at: Option<Span>) -> Vec<PathId> {
        let paths = of.into_iter().map(|path| keys.iter().fold(path, |path, key| self.paths.below(path, key)));
        let paths: Vec<PathId> = paths.collect();
        paths.iter().filter(|path| **path != PathId::ROOT).for_each(|path| self.paths.add(*path, false, at));
        paths
    }
}

/// The text of a string constant.
fn text_of(source: &Source, id: NodeId) -> Option<String> {
    let node = source.node(id);
    match &node.kind {
        NodeKind::String(text) => Some(source.string(node, text).to_lossy().into_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{ArchiveLimits, File, load_files};

    fn reads(template: &str) -> Reads {
        let files = vec![
            File::new("Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n"),
            File::new("templates/a.yaml", template),
        ];
        let chart = load_files(files, &ArchiveLimits::default(), HelmVersion::V4).unwrap();
        of_charts(&Analysis::new(&chart, &Texts::default(), HelmVersion::V4)).remove(0)
    }

    fn path(text: &str) -> Path {
        text.split('.').map(str::to_owned).collect()
    }

    #[test]
    fn chains_variables_and_blocks_are_followed() {
        let found = reads(
            "{{ .Values.a.b }}{{ with .Values.c }}{{ .d }}{{ end }}{{ $e := .Values.e }}{{ $e.f }}\
             {{ define \"t\" }}{{ .h }}{{ end }}{{ include \"t\" .Values.g }}{{ dig \"j\" \"k\" 1 .Values.i }}",
        );
        for read in ["a.b", "a", "c.d", "e.f", "g.h", "i.j.k"] {
            assert!(found.reach(&path(read)), "{read}");
        }
        for unread in ["x", "a.x", "c.x", "e.x", "g.x", "i.j.x"] {
            assert!(!found.reach(&path(unread)), "{unread}");
        }
        assert_eq!(found.names_in(&path("a")).collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn what_is_handed_on_as_a_whole_is_reached() {
        let found = reads("{{ toYaml .Values.a }}{{ range .Values.b }}{{ .x }}{{ end }}");
        assert!(["a.x", "b.x"].iter().all(|read| found.reach(&path(read))));
        let found = reads("{{ $l := list .Values.a .Values.b }}{{ range $l }}{{ .x }}{{ end }}");
        assert!(found.reach(&path("b.x")) && !found.reach(&path("b.y")));
        let found = reads("{{ include \"t\" (dict \"Values\" .Values \"x\" .Values.a) }}");
        assert!(found.reach(&path("a.b")) && !found.reach(&path("c")));
    }

    #[test]
    fn computed_keys_must_be_spelt_somewhere() {
        let found = reads("{{ index .Values.c .x }}{{ $name := \"known\" }}");
        assert!(found.reach(&path("c.known")));
        assert!(["d", "c.x.y", "c.unknown"].iter().all(|unread| !found.reach(&path(unread))));
    }
}
