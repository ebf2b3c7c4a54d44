//! Running templates: Go's `text/template/exec.go`.

use super::ast::{Branch, Ids, NodeId, NodeKind, Source, Tree};
use super::called::Called;
use super::error::{ExecError, Site};
use super::funcs::{Cx, FuncError, Text, print_to, print_value};
use super::hole::Holes;
use super::memo::Memo;
use super::set::{Template, TemplateSet};
use crate::diag::Fact;
use crate::host::HelmVersion;
use crate::text::{
    FileId, Frame, FrameId, Guard, GuardId, Origin, OriginKind, SourceMap, Span, Str, TextBuilder, lossy,
};
use crate::value::{IntType, ListType, Nil, Repr, Structure, Value};
use foldhash::{HashMap, HashSet};
use smallvec::SmallVec;
use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

/// Go's bound on templates within templates. Where the stack cannot grow, Go lowers it too.
const MAX_DEPTH: u32 = if cfg!(target_family = "wasm") { 1_000 } else { 100_000 };

/// A text that came into being during a render and ran as a template, under `tpl`.
#[derive(Clone, Debug)]
pub struct VirtualFile {
    /// Its number.
    pub file: FileId,
    /// The origin of the text.
    pub origin: Origin,
    /// The text.
    pub text: Str,
}

/// Runs templates of one set over the values of one render.
#[derive(Debug)]
pub struct Exec<'r, 's> {
    /// Values, origins, fuel.
    pub cx: Cx<'r>,
    pub(super) set: &'s TemplateSet,
    /// The arguments of the calls that are being put together, those of the innermost last.
    pub(super) given: Vec<Value>,
    /// Templates that texts under `tpl` define, innermost last.
    pub(super) overlays: Vec<TemplateSet>,
    /// What `include` called.
    pub(super) called: Called,
    /// What `include` gave before.
    pub(super) memo: Memo,
    /// Texts that `tpl` has parsed, with the templates in them.
    pub(super) parsed: HashMap<Str, Arc<super::Parsed>>,
    /// Files that came into being during the render, in the order of their numbers.
    pub virtual_files: Vec<VirtualFile>,
    /// The first free file number.
    pub(super) next_file: u32,
    /// How many templates are within the one that Go executes; each `include` and each `tpl` is an execution of its own.
    pub(super) depth: u32,
    /// The same over all executions.
    nested: u32,
    /// The condition around the files that run: what switched their chart on.
    pub around: Option<GuardId>,
    /// What is missing in what the file that runs writes.
    pub holes: Holes,
    /// The names of templates that were asked for.
    asked: RefCell<HashSet<Str>>,
    /// Whether templates may change values, once that was asked.
    pub(super) changes_values: OnceCell<bool>,
    written: u64,
}

/// The template that is running.
pub(super) struct State<'s> {
    pub source: &'s Source,
    /// Its nodes.
    pub tree: &'s Tree,
    pub name: &'s Str,
    /// The node that errors are reported at.
    pub at: NodeId,
    pub vars: SmallVec<[(&'s [u8], Operand); 2]>,
    pub frame: FrameId,
    pub guard: Option<GuardId>,
}

/// A value and whether Go would hold it in an `interface {}`, which shows in error texts.
#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub value: Value,
    pub interface: bool,
}

impl Operand {
    pub fn concrete(value: Value) -> Operand {
        Operand { value, interface: false }
    }
}

/// How a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Break,
    Continue,
}

pub(super) type Result<T, E = ExecError> = std::result::Result<T, E>;

impl<'r, 's> Exec<'r, 's> {
    /// An executor of the templates in `set`. `sources` says which file numbers are taken.
    pub fn new(cx: Cx<'r>, set: &'s TemplateSet, sources: &SourceMap) -> Exec<'r, 's> {
        Exec {
            cx,
            set,
            given: Vec::new(),
            overlays: Vec::new(),
            called: Called::default(),
            memo: Memo::default(),
            parsed: HashMap::default(),
            virtual_files: Vec::new(),
            next_file: sources.len() as u32,
            depth: 0,
            nested: 0,
            around: None,
            holes: Holes::default(),
            asked: RefCell::default(),
            changes_values: OnceCell::new(),
            written: 0,
        }
    }

    /// Runs the template `name` over `data`, as Go's `ExecuteTemplate`.
    pub fn run(&mut self, name: &Str, data: Value) -> Result<Text> {
        let Some(template) = self.find(name) else {
            return Err(no_template(name));
        };
        self.run_template(&template, data, None)
    }

    /// The names of templates that a traced run asked for since this was last called, whether they are there or not.
    pub fn take_asked(&mut self) -> HashSet<Str> {
        self.asked.take()
    }

    pub(super) fn find(&self, name: &Str) -> Option<Arc<Template>> {
        self.note_asked(name);
        self.overlaid(name).or_else(|| self.set.get(name).cloned())
    }

    /// The template that a text under `tpl` defines by this name.
    pub(super) fn overlaid(&self, name: &Str) -> Option<Arc<Template>> {
        self.overlays.iter().rev().find_map(|set| set.get(name)).cloned()
    }

    /// Notes that somebody asked for a name. Only traced renders leave something for the next.
    pub(super) fn note_asked(&self, name: &Str) {
        if self.cx.is_tracing() && !self.asked.borrow().contains(name) {
            self.asked.borrow_mut().insert(name.clone());
        }
    }

    /// Runs a template. `caller` is the state of the action that calls it.
    pub(super) fn run_template(
        &mut self,
        template: &Template,
        data: Value,
        caller: Option<(FrameId, Span, Option<GuardId>)>,
    ) -> Result<Text> {
        let mut out = self.cx.builder();
        if caller.is_none() {
            // A file writes about as much as it has.
            out.reserve(template.source.text.len());
        }
        // Go's Execute makes the zero reflect.Value of a nil: every field of it is nothing.
        let data = if data.is_nil() { Value::NIL.with_origin(data.origin) } else { data };
        let depth = std::mem::take(&mut self.depth);
        let result = self.run_into(template, Operand::concrete(data), caller, &mut out);
        self.depth = depth;
        result?;
        Ok(self.cx.text(out))
    }

    fn run_into(
        &mut self,
        template: &Template,
        data: Operand,
        caller: Option<(FrameId, Span, Option<GuardId>)>,
        out: &mut TextBuilder,
    ) -> Result<()> {
        // Where a block is not closed, what it holds is not known.
        if template.broken {
            self.note_hole();
        }
        let (frame, guard) = match &mut self.cx.trace {
            None => (FrameId(0), None),
            Some(trace) => {
                let guard = caller.map_or(self.around, |(_, _, guard)| guard);
                let site = caller.map_or_else(|| template.source.span(template.root), |(_, site, _)| site);
                let parent = caller.map(|(frame, _, _)| frame);
                (trace.add_frame(Frame { parent, site, guard }), guard)
            }
        };
        let mut vars = SmallVec::new();
        vars.push((b"$".as_slice(), data.clone()));
        let mut state = State {
            source: &template.source,
            tree: &template.source.tree,
            name: &template.name,
            at: template.root,
            vars,
            frame,
            guard,
        };
        crate::stack::grow(|| self.walk(&mut state, &data, template.root, out))?;
        Ok(())
    }

    /// The error `message` at the node the state is at.
    pub(super) fn error(&self, state: &State<'_>, message: impl Into<String>) -> ExecError {
        self.error_about(state, message, Origin::NONE, None)
    }

    pub(super) fn error_about(
        &self,
        state: &State<'_>,
        message: impl Into<String>,
        about: Origin,
        wrapped: Option<ExecError>,
    ) -> ExecError {
        ExecError::at(self.site(state, message.into(), about, None), wrapped)
    }

    /// The error that a fact is at the node the state is at, with Go's words for it.
    pub(super) fn error_fact(&self, state: &State<'_>, message: String, about: Origin, fact: Fact) -> ExecError {
        ExecError::at(self.site(state, message, about, Some(Box::new(fact))), None)
    }

    pub(super) fn site(&self, state: &State<'_>, message: String, about: Origin, fact: Option<Box<Fact>>) -> Site {
        Site {
            location: state.source.location(state.at),
            source: state.source.clone(),
            template: state.name.clone(),
            context: state.source.describe(state.at),
            message,
            span: state.source.span(state.at),
            about,
            fact,
        }
    }

    fn walk(&mut self, state: &mut State<'_>, dot: &Operand, id: NodeId, out: &mut TextBuilder) -> Result<Flow> {
        state.at = id;
        self.cx.budget.tick()?;
        let node = state.tree.node(id);
        match &node.kind {
            NodeKind::Text => self.write_text(state, state.tree.slice(node), id, out)?,
            NodeKind::Action(pipe) => self.action(state, dot, id, *pipe, out)?,
            NodeKind::If(_) | NodeKind::With(_) | NodeKind::Range(_) => return self.block(state, dot, id, out),
            NodeKind::List(nodes) => return self.list(state, dot, *nodes, out),
            NodeKind::Template { name, pipe } => self.template(state, dot, id, name, *pipe, out)?,
            NodeKind::Hole => self.note_hole(),
            NodeKind::Break => return Ok(Flow::Break),
            NodeKind::Continue => return Ok(Flow::Continue),
            _ => return Err(self.error(state, format!("unknown node: {}", state.tree.describe(id)))),
        }
        Ok(Flow::Next)
    }

    #[inline(never)]
    fn action(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        id: NodeId,
        pipe: NodeId,
        out: &mut TextBuilder,
    ) -> Result<()> {
        match self.written(state, dot, pipe)? {
            Some(value) => self.write_value(state, value, id, out),
            None => Ok(()),
        }
    }

    #[inline(never)]
    fn list(&mut self, state: &mut State<'_>, dot: &Operand, nodes: Ids, out: &mut TextBuilder) -> Result<Flow> {
        for &node in state.tree.ids(nodes) {
            let (guard, vars) = (state.guard, state.vars.len());
            let flow = match self.walk(state, dot, node, out) {
                Ok(flow) => flow,
                Err(error) => {
                    let flow = self.pass(error)?;
                    state.guard = guard;
                    state.vars.truncate(vars);
                    flow
                }
            };
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    #[inline(never)]
    fn block(&mut self, state: &mut State<'_>, dot: &Operand, id: NodeId, out: &mut TextBuilder) -> Result<Flow> {
        crate::stack::grow(|| match &state.tree.node(id).kind {
            NodeKind::If(branch) => self.branch(state, dot, branch, false, out),
            NodeKind::With(branch) => self.branch(state, dot, branch, true, out),
            NodeKind::Range(branch) => self.range(state, dot, id, branch, out),
            _ => Ok(Flow::Next),
        })
    }

    fn branch(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        branch: &Branch,
        with: bool,
        out: &mut TextBuilder,
    ) -> Result<Flow> {
        let mark = state.vars.len();
        let Some(value) = self.condition(state, dot, branch.pipe)? else {
            // Under a condition that is not known something may be wrong, with a dot that is not known everything.
            return if with { Ok(Flow::Next) } else { self.walk(state, dot, branch.list, out) };
        };
        let outer = self.enter_guard(state, branch.pipe, value.origin);
        let flow = if value.is_true(&self.cx.heap) {
            let inner;
            let dot = if with {
                inner = Operand::concrete(value);
                &inner
            } else {
                dot
            };
            self.walk(state, dot, branch.list, out)?
        } else if let Some(otherwise) = branch.otherwise {
            self.walk(state, dot, otherwise, out)?
        } else {
            Flow::Next
        };
        self.leave_guard(state, outer, mark, branch);
        Ok(flow)
    }

    /// Notes the condition around what follows; gives the one before.
    fn enter_guard(&mut self, state: &mut State<'_>, pipe: NodeId, value: Origin) -> Option<GuardId> {
        let outer = state.guard;
        if let Some(trace) = &mut self.cx.trace {
            state.guard = trace.add_guard(Guard { parent: outer, site: state.source.span(pipe), value });
        }
        outer
    }

    /// Forgets the condition and the variables within. Those around that it may have changed depend on it, whichever
    /// way it went.
    fn leave_guard(&mut self, state: &mut State<'_>, outer: Option<GuardId>, mark: usize, branch: &Branch) {
        let guard = std::mem::replace(&mut state.guard, outer);
        if state.vars.len() > mark {
            state.vars.truncate(mark);
        }
        let (Some(trace), Some(guard)) = (&mut self.cx.trace, guard) else { return };
        for name in state.source.names(branch.assigned) {
            if let Some((_, operand)) = state.vars.iter_mut().rev().find(|(var, _)| *var == name) {
                operand.value.origin = trace.guarded(operand.value.origin, guard);
            }
        }
    }

    fn range(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        id: NodeId,
        branch: &Branch,
        out: &mut TextBuilder,
    ) -> Result<Flow> {
        state.at = id;
        let mark = state.vars.len();
        let Some(value) = self.condition(state, dot, branch.pipe)? else { return Ok(Flow::Next) };
        let outer = self.enter_guard(state, branch.pipe, value.origin);
        let flow = self.iterate(state, dot, branch, value, out);
        self.leave_guard(state, outer, mark, branch);
        flow
    }

    fn iterate(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        branch: &Branch,
        value: Value,
        out: &mut TextBuilder,
    ) -> Result<Flow> {
        let NodeKind::Pipe { decl, .. } = &state.source.node(branch.pipe).kind else {
            return Ok(Flow::Next);
        };
        let declared = state.source.names(*decl).len();
        let mut ran = false;
        match &value.repr {
            Repr::Int(n, ty) if self.cx.helm >= HelmVersion::V4 => {
                if declared > 1 {
                    let shown = self.show(&value);
                    return Err(self.error(state, format!("can't use {shown} to iterate over more than one variable")));
                }
                // Fuel ends what would not end: a number above all signed ones counts as the largest of them.
                let count = if ty.is_unsigned() && *n < 0 { i64::MAX } else { *n };
                for i in 0..count {
                    ran = true;
                    let element = Value { repr: Repr::Int(i, *ty), origin: value.origin };
                    if !self.iteration(state, branch, Operand::concrete(Value::NIL), Operand::concrete(element), out)? {
                        break;
                    }
                }
            }
            Repr::List(list) => {
                let interface = matches!(self.cx.heap.list(*list).ty, ListType::Any);
                let items = self.cx.heap.list(*list).items.len();
                for i in 0..items {
                    ran = true;
                    let Some(element) = self.cx.heap.list(*list).items.get(i).cloned() else { break };
                    let element = as_element(element, interface);
                    let index = Operand::concrete(Value::int(i as i64).with_origin(value.origin));
                    if !self.iteration(state, branch, index, element, out)? {
                        break;
                    }
                }
            }
            Repr::Map(map) => {
                // Go sorts a snapshot of the entries before it walks them.
                let data = self.cx.heap.map(*map);
                let interface = data.ty.holds_interfaces();
                let entries: Vec<(Str, Value)> = data.entries.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
                for (key, element) in entries {
                    ran = true;
                    let origin = if element.origin.is_none() { value.origin } else { element.origin };
                    let key = Operand::concrete(Value::str(key).with_origin(origin));
                    if !self.iteration(state, branch, key, as_element(element, interface), out)? {
                        break;
                    }
                }
            }
            Repr::Nil(_) => {}
            Repr::Bytes(bytes) => {
                for (i, byte) in bytes.iter().enumerate() {
                    ran = true;
                    let element = Value { repr: Repr::Int(i64::from(*byte), IntType::Uint8), origin: value.origin };
                    let index = Operand::concrete(Value::int(i as i64));
                    if !self.iteration(state, branch, index, Operand::concrete(element), out)? {
                        break;
                    }
                }
            }
            _ => {
                let text = self.show(&pointed_at(&value));
                let fact = Fact::NotIterable { found: text.clone() };
                let message = format!("range can't iterate over {text}");
                return Err(self.error_fact(state, message, value.origin, fact));
            }
        }
        match branch.otherwise {
            Some(otherwise) if !ran => self.walk(state, dot, otherwise, out),
            _ => Ok(Flow::Next),
        }
    }

    /// One round of a range; whether it goes on.
    fn iteration(
        &mut self,
        state: &mut State<'_>,
        branch: &Branch,
        index: Operand,
        element: Operand,
        out: &mut TextBuilder,
    ) -> Result<bool> {
        let source = state.source;
        let NodeKind::Pipe { decl, assign, .. } = &source.node(branch.pipe).kind else { return Ok(false) };
        let mark = state.vars.len();
        let mut names = source.names(*decl);
        if let Some(first) = names.next() {
            let second = names.next();
            if *assign {
                // With two variables the index comes first, with one it is the element.
                match second {
                    Some(second) => {
                        self.set_var(state, first, index)?;
                        self.set_var(state, second, element.clone())?;
                    }
                    None => self.set_var(state, first, element.clone())?,
                }
            } else {
                // The pipeline has pushed the variables; the last is the element.
                if let Some(slot) = state.vars.last_mut() {
                    slot.1 = element.clone();
                }
                if second.is_some()
                    && let Some(slot) = state.vars.iter_mut().rev().nth(1)
                {
                    slot.1 = index;
                }
            }
        }
        let flow = self.walk(state, &element, branch.list, out)?;
        state.vars.truncate(mark);
        Ok(flow != Flow::Break)
    }

    #[inline(never)]
    fn template(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        id: NodeId,
        name: &Str,
        pipe: Option<NodeId>,
        out: &mut TextBuilder,
    ) -> Result<()> {
        let Some(template) = self.find(name) else {
            let message = format!("template {} not defined", crate::text::quote(name));
            return Err(self.error_fact(state, message, Origin::NONE, unknown_template(name)));
        };
        if self.depth >= self.holes.depth().unwrap_or(MAX_DEPTH).min(MAX_DEPTH) {
            return Err(self.error(state, format!("exceeded maximum template depth ({MAX_DEPTH})")));
        }
        let data = match pipe {
            Some(pipe) => Operand::concrete(self.pipeline(state, dot, pipe)?),
            None => Operand::concrete(Value::NIL),
        };
        if self.nested >= 2 * MAX_DEPTH {
            return Err(crate::budget::Exhausted::Depth(u64::from(2 * MAX_DEPTH)).into());
        }
        self.depth += 1;
        self.nested += 1;
        let caller = (state.frame, state.source.span(id), state.guard);
        let result = self.run_into(&template, data, Some(caller), out);
        self.depth -= 1;
        self.nested -= 1;
        result
    }

    pub(super) fn set_var(&mut self, state: &mut State<'_>, name: &[u8], operand: Operand) -> Result<()> {
        match state.vars.iter_mut().rev().find(|(var, _)| *var == name) {
            Some(slot) => {
                slot.1 = operand;
                Ok(())
            }
            None => Err(self.error(state, format!("undefined variable: {}", lossy(name)))),
        }
    }

    // Output.

    fn count_output(&mut self, len: usize) -> Result<()> {
        self.written += len as u64;
        Ok(self.cx.budget.check_output(self.written)?)
    }

    fn write_text(&mut self, state: &State<'_>, text: &[u8], id: NodeId, out: &mut TextBuilder) -> Result<()> {
        self.count_output(text.len())?;
        if self.cx.is_tracing() {
            self.write_text_traced(state, text, id, out);
        } else {
            out.push(text);
        }
        Ok(())
    }

    /// Each line is a part of its own, so that a cause names the line and not the whole text. The text of a `tpl` comes from values
    /// itself.
    #[inline(never)]
    fn write_text_traced(&mut self, state: &State<'_>, text: &[u8], id: NodeId, out: &mut TextBuilder) {
        let Some(trace) = &mut self.cx.trace else { return };
        let node = state.source.span(id);
        let own = self.virtual_files.binary_search_by_key(&node.file, |known| known.file);
        let own = own.ok().and_then(|at| self.virtual_files.get(at)).map_or(Origin::NONE, |known| known.origin);
        let mut start = node.start;
        let mut parts = Vec::new();
        for mut line in text.split_inclusive(|b| *b == b'\n') {
            parts.clear();
            trace.slice(own, start, start + line.len() as u32, |len, origin| parts.push((len, origin)));
            for &(len, value) in &parts {
                let span = Span { file: node.file, start, end: start + len };
                start = span.end;
                let (frame, guard) = (state.frame, state.guard);
                let origin = trace.add(OriginKind::Written { span, frame, guard, value });
                let (part, rest) = line.split_at(line.len().min(len as usize));
                out.copy_all(part, origin);
                line = rest;
            }
        }
    }

    /// Go's `printValue`.
    fn write_value(&mut self, state: &mut State<'_>, value: Value, id: NodeId, out: &mut TextBuilder) -> Result<()> {
        state.at = id;
        match &value.repr {
            Repr::Str(text) => self.write_bytes(state, text, value.origin, id, out),
            Repr::Nil(_) => self.write_bytes(state, b"<no value>", value.origin, id, out),
            Repr::Func(ty) => {
                let node = state.source.describe(id);
                Err(self.error(state, format!("can't print {node} of type {ty}")))
            }
            _ if self.cx.is_tracing() => {
                let mut text = print_value(&mut self.cx, &value)?;
                if let Some(trace) = &mut self.cx.trace {
                    text.origin = trace.fill(text.origin, value.origin);
                }
                self.write_bytes(state, &text.str, text.origin, id, out)
            }
            _ => {
                let printed = print_to(self.cx.builder(), &self.cx, &value)?;
                self.write_bytes(state, printed.as_bytes(), Origin::NONE, id, out)?;
                self.cx.reuse(printed);
                Ok(())
            }
        }
    }

    /// Writes what an action gave.
    fn write_bytes(
        &mut self,
        state: &State<'_>,
        bytes: &[u8],
        origin: Origin,
        id: NodeId,
        out: &mut TextBuilder,
    ) -> Result<()> {
        self.count_output(bytes.len())?;
        if self.cx.is_tracing() {
            self.write_bytes_traced(state, bytes, origin, id, out);
        } else {
            out.push(bytes);
        }
        Ok(())
    }

    /// Bytes that an inner template wrote keep their writer; everything else is written here.
    #[inline(never)]
    fn write_bytes_traced(
        &mut self,
        state: &State<'_>,
        bytes: &[u8],
        origin: Origin,
        id: NodeId,
        out: &mut TextBuilder,
    ) {
        let Some(trace) = &mut self.cx.trace else { return };
        let (span, frame, guard) = (state.source.span(id), state.frame, state.guard);
        let mut parts = Vec::new();
        trace.slice(origin, 0, bytes.len() as u32, |len, origin| parts.push((len, origin)));
        let mut at = 0;
        for (len, origin) in parts {
            let written = matches!(trace.get(origin), Some(OriginKind::Written { .. }));
            let origin =
                if written { origin } else { trace.add(OriginKind::Written { span, frame, guard, value: origin }) };
            let end = at + len as usize;
            out.push_from(bytes.get(at..end).unwrap_or_default(), origin);
            at = end;
        }
    }

    /// A value as `%v` prints it, for error texts.
    pub(super) fn show(&mut self, value: &Value) -> String {
        match crate::value::fmt::display(&self.cx.heap, self.cx.budget, value) {
            Ok(text) => text.to_string(),
            Err(end) => end.to_string(),
        }
    }
}

/// The struct that a pointer leads to; every other value as it is.
fn pointed_at(value: &Value) -> Value {
    match &value.repr {
        Repr::Struct(structure) if structure.pointer => {
            Value::new(Repr::Struct(Arc::new(Structure { pointer: false, ..Structure::clone(structure) })))
        }
        _ => value.clone(),
    }
}

/// Go's error for a template that is not there.
pub(super) fn no_template(name: &[u8]) -> ExecError {
    let text = format!("template: no template {} associated with template \"gotpl\"", crate::text::quote(name));
    FuncError { fact: Some(Box::new(unknown_template(name))), ..FuncError::new(text) }.into()
}

fn unknown_template(name: &[u8]) -> Fact {
    Fact::UnknownTemplate { name: crate::text::lossy(name).into_owned(), near: None }
}

/// An element as a range hands it out.
fn as_element(mut value: Value, interface: bool) -> Operand {
    if interface && value.is_nil() {
        value.repr = Repr::Nil(Nil::Interface);
    }
    Operand { value, interface }
}
