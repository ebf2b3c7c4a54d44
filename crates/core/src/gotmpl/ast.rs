//! The syntax tree of one template text, in one arena.
//!
//! Nodes name each other by number, so a deep tree is dropped without recursion and the executor
//! never follows pointers. Every node has Go's position (for error texts) and its span in the text.

use super::funcs::Callee;
use crate::text::{FileId, LineIndex, Span, Str, lossy};
use foldhash::HashSet;
use std::fmt::Write as _;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// Number of a node in its [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A run of nodes in their [`Tree`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    start: u32,
    end: u32,
}

/// A run of names in their [`Tree`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Names {
    start: u32,
    end: u32,
}

impl Names {
    /// This run and the one right behind it as one.
    pub fn and(self, behind: Names) -> Names {
        if self.is_empty() { behind } else { Names { start: self.start, end: behind.end } }
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// So many variables of one block are known to be assigned in it: texts with more of them are no templates that people write.
const MOST_DISTINCT: usize = 64;

/// Where a name stands in the text: that of a field without its dot, that of a variable with its `$`.
#[derive(Clone, Copy, Debug)]
struct Name {
    start: u32,
    end: u32,
}

/// A string constant.
#[derive(Clone, Debug)]
pub struct Literal {
    /// The text, once it was asked for; from the start where it is not what stands between the quotes.
    text: OnceLock<Str>,
}

impl Literal {
    /// A constant that stands for itself: its text is what stands between its quotes.
    pub fn verbatim() -> Literal {
        Literal { text: OnceLock::new() }
    }

    /// A constant with this text.
    pub fn new(text: Str) -> Literal {
        Literal { text: text.into() }
    }
}

/// A node with its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Go's `Pos`: the byte that error texts count from.
    pub pos: u32,
    /// First byte of its text.
    pub start: u32,
    /// Byte after the last of its text.
    pub end: u32,
}

/// A number constant with all types it fits; the text as written is the node's span.
#[derive(Clone, Debug, Default)]
pub struct Number {
    /// Its value as an integer.
    pub int: Option<i64>,
    /// Its value as an unsigned integer.
    pub uint: Option<u64>,
    /// Its value as a float.
    pub float: Option<f64>,
    /// Its value as a complex number, set only where it is one.
    pub complex: Option<(f64, f64)>,
}

/// The kinds of nodes of text/template.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// Text to be written as it is: the node's span.
    Text,
    /// `{{ pipeline }}`
    Action(NodeId),
    /// `{{ if }}` … `{{ else }}` … `{{ end }}`
    If(Branch),
    /// `{{ with }}` …
    With(Branch),
    /// `{{ range }}` …
    Range(Branch),
    /// `{{ template "name" pipeline }}`
    Template {
        /// Name of the called template.
        name: Str,
        /// Its data.
        pipe: Option<NodeId>,
    },
    /// What did not parse, in place of a node or of a pipeline.
    Hole,
    /// `{{ break }}`
    Break,
    /// `{{ continue }}`
    Continue,
    /// A run of nodes.
    List(Ids),
    /// `$x := command | command`
    Pipe {
        /// Declared or assigned variables.
        decl: Names,
        /// Whether it is `=` rather than `:=`.
        assign: bool,
        /// The commands.
        commands: Ids,
    },
    /// A function, field or value with its arguments.
    Command(Ids),
    /// A function name.
    Identifier(&'static Callee),
    /// `.a.b`
    Field(Names),
    /// `(pipe).a.b`
    Chain(NodeId, Names),
    /// `$x.a.b`: the variable with its `$`, then the fields
    Variable(Names),
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Number(Box<Number>),
    /// A string; the quoted form is the node's span, [`Tree::string`] gives its text.
    String(Literal),
}

/// A condition with what it lets appear.
#[derive(Clone, Copy, Debug)]
pub struct Branch {
    /// The condition.
    pub pipe: NodeId,
    /// What is written if it holds.
    pub list: NodeId,
    /// What is written otherwise.
    pub otherwise: Option<NodeId>,
    /// The variables that are assigned anywhere in both, each once; of very many only some.
    pub assigned: Names,
}

/// A parsed template text under the name and the number that it has in one render.
#[derive(Clone)]
pub struct Source {
    /// Name of the text, which Go's error texts start with.
    pub name: Str,
    /// Its id in the source map.
    pub file: FileId,
    /// What the text says, whatever it is called.
    pub tree: Arc<Tree>,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("name", &self.name).field("file", &self.file).finish_non_exhaustive()
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Source) -> bool {
        (&self.name, self.file, &self.text) == (&other.name, other.file, &other.text)
    }
}

impl Deref for Source {
    type Target = Tree;

    #[inline]
    fn deref(&self) -> &Tree {
        &self.tree
    }
}

impl Source {
    /// The span of a node.
    pub fn span(&self, id: NodeId) -> Span {
        let node = self.node(id);
        Span { file: self.file, start: node.start, end: node.end }
    }

    /// `name:line:column` of a node, as Go's `ErrorContext` gives it: columns in bytes from 0.
    pub fn location(&self, id: NodeId) -> String {
        let pos = self.node(id).pos;
        let lines = self.lines();
        let line = lines.line(pos);
        format!("{}:{line}:{}", self.name, pos - lines.start_of(line))
    }
}

/// The syntax tree of a template text.
#[derive(Debug)]
pub struct Tree {
    /// The text.
    pub text: Arc<[u8]>,
    nodes: Vec<Node>,
    ids: Vec<NodeId>,
    names: Vec<Name>,
    /// What makes the dot another one: every `range` and `with`.
    rebinding: Vec<NodeId>,
    shared_names: OnceLock<Vec<Str>>,
    lines: OnceLock<LineIndex>,
}

impl Tree {
    /// An empty tree for `text`.
    pub fn new(text: Arc<[u8]>) -> Tree {
        // About what texts need that are mostly actions.
        let room = text.len().min(8 << 10);
        let (nodes, ids, names) =
            (Vec::with_capacity(room / 8), Vec::with_capacity(room / 12), Vec::with_capacity(room / 24));
        let (rebinding, shared_names, lines) = (Vec::new(), OnceLock::new(), OnceLock::new());
        Tree { text, nodes, ids, names, rebinding, shared_names, lines }
    }

    /// Where its lines start.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Adds a node.
    #[inline]
    pub fn add(&mut self, node: Node) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(node);
        id
    }

    /// Notes that a node makes the dot another one.
    pub fn rebinds(&mut self, id: NodeId) {
        self.rebinding.push(id);
    }

    /// Adds a run of nodes.
    pub fn add_ids(&mut self, ids: &[NodeId]) -> Ids {
        let start = self.ids.len() as u32;
        self.ids.extend_from_slice(ids);
        Ids { start, end: self.ids.len() as u32 }
    }

    /// Adds the name that stands at these bytes: a run of one.
    pub fn add_name(&mut self, start: u32, end: u32) -> Names {
        let at = self.names.len() as u32;
        self.names.push(Name { start, end });
        Names { start: at, end: at + 1 }
    }

    /// A run of the names in these runs from the last to the first, each name once; of very many only some.
    pub fn add_distinct(&mut self, runs: &[Names]) -> Names {
        let (start, end) = (self.names.len(), self.names.len() + MOST_DISTINCT);
        for at in runs.iter().rev().flat_map(|run| run.start..run.end) {
            let Some(&name) = self.names.get(at as usize).filter(|_| self.names.len() < end) else { break };
            let is_known = self.names.iter().skip(start).any(|known| self.word(*known) == self.word(name));
            if !is_known {
                self.names.push(name);
            }
        }
        let all = Names { start: start as u32, end: self.names.len() as u32 };
        // Often one of the runs has them all already.
        let has_all = |run: &&Names| self.names(all).all(|name| self.names(**run).any(|other| other == name));
        match runs.iter().find(has_all) {
            Some(run) if self.names(*run).len() == self.names(all).len() => {
                self.names.truncate(start);
                *run
            }
            _ => all,
        }
    }

    /// A run of nodes.
    #[inline]
    pub fn ids(&self, run: Ids) -> &[NodeId] {
        self.ids.get(run.start as usize..run.end as usize).unwrap_or_default()
    }

    /// A run of names.
    #[inline]
    pub fn names(&self, run: Names) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator {
        self.names.get(run.start as usize..run.end as usize).unwrap_or_default().iter().map(|name| self.word(*name))
    }

    /// The same as strings that can be kept; equal ones are one.
    pub fn shared_names(&self, run: Names) -> &[Str] {
        let all = self.shared_names.get_or_init(|| {
            let mut known: HashSet<Str> = HashSet::default();
            let words = self.names.iter().map(|name| self.word(*name));
            let shared = words.map(|word| match known.get(word) {
                Some(shared) => shared.clone(),
                None => {
                    let new = Str::from(word);
                    known.insert(new.clone());
                    new
                }
            });
            shared.collect()
        });
        all.get(run.start as usize..run.end as usize).unwrap_or_default()
    }

    #[inline]
    fn word(&self, name: Name) -> &[u8] {
        self.text.get(name.start as usize..name.end as usize).unwrap_or_default()
    }

    /// The text of a string constant.
    #[inline]
    pub fn string<'t>(&self, node: &Node, literal: &'t Literal) -> &'t Str {
        literal.text.get_or_init(|| match self.slice(node) {
            [_, inner @ .., _] => Str::from(inner),
            _ => Str::default(),
        })
    }

    /// The node with this number.
    #[expect(clippy::indexing_slicing, reason = "numbers are made by this tree alone and nodes are never removed")]
    #[inline]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The node with this number, to change it.
    #[expect(clippy::indexing_slicing, reason = "numbers are made by this tree alone and nodes are never removed")]
    pub fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.0 as usize]
    }

    /// All nodes.
    #[inline]
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(i, n)| (NodeId(i as u32), n))
    }

    /// Every `range` and `with`.
    pub fn rebinding(&self) -> &[NodeId] {
        &self.rebinding
    }

    /// The nodes in the lists of a branch, which were read between its pipe and itself.
    pub fn inside(&self, id: NodeId, branch: &Branch) -> &[Node] {
        self.nodes.get(branch.pipe.0 as usize + 1..id.0 as usize).unwrap_or_default()
    }

    /// The bytes of a node.
    #[inline]
    pub fn slice(&self, node: &Node) -> &[u8] {
        self.text.get(node.start as usize..node.end as usize).unwrap_or_default()
    }

    /// Go's `IsEmptyTree`: nothing but blanks, comments and definitions.
    pub fn is_empty_tree(&self, list: NodeId) -> bool {
        let NodeKind::List(items) = self.node(list).kind else { return false };
        self.ids(items).iter().all(|&id| {
            let node = self.node(id);
            matches!(node.kind, NodeKind::Text) && crate::text::go_trim_space(self.slice(node)).is_empty()
        })
    }

    /// The node as Go prints it in error texts (`Node.String`).
    pub fn describe(&self, id: NodeId) -> String {
        let mut out = String::new();
        self.write(&mut out, id);
        out
    }

    fn write(&self, out: &mut String, id: NodeId) {
        let node = self.node(id);
        match &node.kind {
            NodeKind::Text => out.push_str(&lossy(self.slice(node))),
            NodeKind::Action(pipe) => {
                out.push_str("{{");
                self.write(out, *pipe);
                out.push_str("}}");
            }
            NodeKind::If(branch) => self.write_branch(out, "if", *branch),
            NodeKind::With(branch) => self.write_branch(out, "with", *branch),
            NodeKind::Range(branch) => self.write_branch(out, "range", *branch),
            NodeKind::Template { name, pipe } => {
                out.push_str("{{template ");
                out.push_str(&crate::text::quote(name));
                if let Some(pipe) = pipe {
                    out.push(' ');
                    self.write(out, *pipe);
                }
                out.push_str("}}");
            }
            NodeKind::Hole => {}
            NodeKind::Break => out.push_str("{{break}}"),
            NodeKind::Continue => out.push_str("{{continue}}"),
            NodeKind::List(items) => self.ids(*items).iter().for_each(|&item| self.write(out, item)),
            NodeKind::Pipe { decl, assign, commands } => {
                for (i, name) in self.names(*decl).enumerate() {
                    let _ = write!(out, "{}{}", if i > 0 { ", " } else { "" }, lossy(name));
                }
                if !decl.is_empty() {
                    out.push_str(if *assign { " = " } else { " := " });
                }
                for (i, &command) in self.ids(*commands).iter().enumerate() {
                    if i > 0 {
                        out.push_str(" | ");
                    }
                    self.write(out, command);
                }
            }
            NodeKind::Command(args) => {
                for (i, &arg) in self.ids(*args).iter().enumerate() {
                    if i > 0 {
                        out.push(' ');
                    }
                    self.write_operand(out, arg);
                }
            }
            NodeKind::Identifier(callee) => out.push_str(callee.name),
            NodeKind::Field(names) => self.write_fields(out, *names),
            NodeKind::Chain(first, names) => {
                self.write_operand(out, *first);
                self.write_fields(out, *names);
            }
            NodeKind::Variable(names) => {
                for (i, name) in self.names(*names).enumerate() {
                    let _ = write!(out, "{}{}", if i > 0 { "." } else { "" }, lossy(name));
                }
            }
            NodeKind::Dot => out.push('.'),
            NodeKind::Nil => out.push_str("nil"),
            NodeKind::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
            NodeKind::Number(_) | NodeKind::String(_) => out.push_str(&lossy(self.slice(node))),
        }
    }

    fn write_fields(&self, out: &mut String, names: Names) {
        for name in self.names(names) {
            let _ = write!(out, ".{}", lossy(name));
        }
    }

    fn write_operand(&self, out: &mut String, id: NodeId) {
        let grouped = matches!(self.node(id).kind, NodeKind::Pipe { .. });
        if grouped {
            out.push('(');
        }
        self.write(out, id);
        if grouped {
            out.push(')');
        }
    }

    fn write_branch(&self, out: &mut String, name: &str, branch: Branch) {
        let _ = write!(out, "{{{{{name} ");
        self.write(out, branch.pipe);
        out.push_str("}}");
        self.write(out, branch.list);
        if let Some(otherwise) = branch.otherwise {
            out.push_str("{{else}}");
            self.write(out, otherwise);
        }
        out.push_str("{{end}}");
    }
}
