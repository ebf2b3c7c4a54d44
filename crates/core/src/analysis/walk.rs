//! Walking through templates for the values that they may reach.
//!
//! Every field chain with `.Values` in it is a use, also behind a variable or in the argument of `include`, `with` and
//! their like. Where a value is handed on as a whole (`toYaml`, `range`, `tpl`, `index` with a computed key),
//! everything below it may be reached.

use super::paths::{ANY, EACH, PathId, Paths};
use super::reads::{Path, Reached, Use};
use crate::cache::Cache;
use crate::gotmpl::Parsed;
use crate::gotmpl::ast::{Branch, NodeId, NodeKind, Source};
use crate::gotmpl::funcs::{Callee, Mark};
use crate::text::{Span, Str};
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// How many bytes of templates are kept with what they read.
const LIMIT: usize = 8 << 20;

/// What the templates of charts read, by their trees.
#[derive(Debug)]
pub(super) struct Walks {
    known: Cache<Vec<Body>, Arc<Walked>>,
}

impl Default for Walks {
    fn default() -> Self {
        Walks { known: Cache::new(LIMIT) }
    }
}

/// The helpers that templates look up, with what is found.
type Looked = Vec<(Str, Option<Body>)>;

/// What templates read, and the helpers that this rests on.
#[derive(Debug)]
struct Walked {
    reached: Arc<Reached>,
    helpers: Looked,
}

impl Walks {
    /// What the templates of a chart read. It is worked out anew where one of them is another, or a helper that they call.
    pub fn of(&self, bodies: Vec<Body>, library: &Library) -> Arc<Reached> {
        let holds =
            |known: &Arc<Walked>| known.helpers.iter().all(|(name, body)| library.named.get(name) == body.as_ref());
        if let Some(known) = self.known.get(&bodies).filter(holds) {
            return known.reached.clone();
        }
        let (found, helpers) = walk(&bodies, library, true);
        let mut reached = Reached::default();
        found.into_iter().for_each(|(path, used)| reached.add(path, used));
        let walked = Arc::new(Walked { reached: Arc::new(reached), helpers });
        let bytes = bodies.iter().map(|body| body.source.tree.text.len()).sum();
        self.known.insert(bodies, walked.clone(), bytes);
        walked.reached.clone()
    }

    /// How many bytes of templates are kept.
    pub fn bytes(&self) -> usize {
        self.known.bytes()
    }
}

/// What templates read. `is_file` says whether they stand in files of the chart, rather than in values.
pub(super) fn walk(bodies: &[Body], library: &Library, is_file: bool) -> (Vec<(Path, Use)>, Looked) {
    let mut walk = Walk {
        library,
        paths: Paths::default(),
        seen: Default::default(),
        looked: Default::default(),
        depth: 0,
        is_file,
    };
    for body in bodies {
        walk.body(body, &[]);
    }
    let looked = walk.looked.into_iter().map(|name| (name.clone(), library.named.get(&name).cloned()));
    (walk.paths.uses().collect(), looked.collect())
}

/// A template: its text and its root. Two are the same if their trees are, in one place.
#[derive(Clone, Debug)]
pub(super) struct Body {
    source: Source,
    root: NodeId,
}

impl PartialEq for Body {
    fn eq(&self, other: &Body) -> bool {
        Arc::ptr_eq(&self.source.tree, &other.source.tree)
            && (self.root, self.source.file) == (other.root, other.source.file)
    }
}

impl Eq for Body {}

impl Hash for Body {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (Arc::as_ptr(&self.source.tree), self.root, self.source.file).hash(state);
    }
}

/// The named templates of all charts.
#[derive(Default)]
pub(super) struct Library {
    named: HashMap<Str, Body>,
}

impl Library {
    /// The templates of a text.
    pub fn add(&mut self, parsed: &Parsed) -> Vec<Body> {
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
    /// The names of templates that were looked up.
    looked: foldhash::HashSet<Str>,
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
        let mut values: Vec<Vec<PathId>> = Vec::with_capacity(args.len() + 1);
        values.extend(args.iter().map(|&arg| self.operand(scope, arg)));
        values.extend(last);
        self.function(callee, (source, args), values, self.span_of(source, id))
    }

    /// What a function does with the values that it is given.
    fn function(
        &mut self,
        callee: &Callee,
        (source, args): (&Source, &[NodeId]),
        values: Vec<Vec<PathId>>,
        at: Option<Span>,
    ) -> Vec<PathId> {
        let text = |i: usize| text_of(source, *args.get(i)?);
        let value = |i: usize| values.get(i).cloned().unwrap_or_default();
        match callee.name {
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
                let is_values = |key: &[NodeId]| {
                    key.first().and_then(|&key| text_of(source, key)).is_some_and(|key| **key == *b"Values")
                };
                let handed = args.chunks(2).zip(values.chunks(2)).filter(|(key, _)| !is_values(key));
                handed.filter_map(|(_, values)| values.get(1)).for_each(|paths| self.whole(paths));
                Vec::new()
            }
            "include" => match text(0) {
                Some(callee) => {
                    self.call(callee, value(1));
                    Vec::new()
                }
                None => self.unknown(&values),
            },
            "index" | "get" | "hasKey" => {
                let keys = values.iter().skip(1).enumerate();
                let keys: Vec<Str> =
                    keys.map(|(i, _)| text(i + 1).cloned().unwrap_or_else(|| Str::from(ANY))).collect();
                let inside = self.below(value(0), &keys, at);
                if callee.name == "hasKey" { Vec::new() } else { inside }
            }
            "dig" => {
                let keys: Vec<Str> = args.iter().map_while(|&arg| text_of(source, arg).cloned()).collect();
                let inside = values.last().cloned().unwrap_or_default();
                self.below(inside, &keys, at)
            }
            _ if callee.function.is(Mark::Scalar) => Vec::new(),
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
        self.looked.insert(name.clone());
        match self.library.named.get(name) {
            Some(body) => self.body(body, &dot),
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
fn text_of(source: &Source, id: NodeId) -> Option<&Str> {
    let node = source.node(id);
    match &node.kind {
        NodeKind::String(text) => Some(source.string(node, text)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Analysis, Shared};
    use crate::chart::{ArchiveLimits, File, load_files};
    use crate::gotmpl::Texts;
    use crate::host::HelmVersion;

    #[test]
    fn what_is_kept_holds_as_long_as_the_helpers_that_it_rests_on() {
        let (texts, shared) = (Texts::default(), Shared::default());
        let reads = |library: &str, path: &str| {
            let files = vec![
                File::new("Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n"),
                File::new("templates/a.yaml", "{{ include \"h\" .Values.of }}"),
                File::new("charts/d/Chart.yaml", "apiVersion: v2\nname: d\nversion: 0.1.0\n"),
                File::new("charts/d/templates/_h.tpl", library),
            ];
            let chart = load_files(files, &ArchiveLimits::default(), HelmVersion::V4).unwrap();
            let analysis = Analysis::new(&chart, &texts, HelmVersion::V4).sharing(&shared);
            analysis.reads(0).reach(&["of".to_owned(), path.to_owned()])
        };
        let (one, other) = ("{{ define \"h\" }}{{ .a }}{{ end }}", "{{ define \"h\" }}{{ .b }}{{ end }}");
        assert_eq!(["a", "b"].map(|path| reads(one, path)), [true, false]);
        assert_eq!(["a", "b"].map(|path| reads(other, path)), [false, true]);
        // Nobody knows what a helper that is not there looks at.
        assert_eq!(["a", "b"].map(|path| reads("{{ define \"g\" }}{{ end }}", path)), [true, true]);
        assert_eq!(["a", "b"].map(|path| reads(one, path)), [true, false]);
    }
}
