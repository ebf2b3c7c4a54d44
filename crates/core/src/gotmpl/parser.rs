//! The parser of Go's text/template (`text/template/parse/parse.go`).

use super::ast::{Branch, Ids, Literal, Names, Node, NodeId, NodeKind, Source, Tree};
use super::complaint::Stop;
use super::constant::number;
use super::funcs::{Callee, objects::go_error};
use super::lexer::{Lexer, is_trimming_right};
use super::parsed::{Definition, ParseError, Parsed};
use super::recover::Block;
use super::token::{Item, Kind};
use crate::diag::Fact;
use crate::text::{FileId, Str, lossy, unquote, verbatim};
use crate::value::Value;
use std::sync::Arc;

/// Go's bound on nested parentheses; also ours on nested blocks, where Go has none.
const MAX_DEPTH: u32 = 10_000;

/// Finds the functions that a text may call.
pub type Lookup<'f> = &'f dyn Fn(&[u8]) -> Option<&'static Callee>;

/// Parses `text`. `function` finds the functions it may call.
///
/// # Errors
///
/// The first thing that is wrong, in Go's words.
pub fn parse(name: Str, text: Arc<[u8]>, file: FileId, function: Lookup<'_>) -> Result<Parsed, ParseError> {
    Parser::new(&text.clone(), name, file, function, false).run().map_err(|error| *error)
}

/// Parses `text` and goes on behind what is wrong: what could be read, and all errors in the order of the text.
///
/// A broken action is left out. A block that a broken action opens is still a block.
pub fn parse_all(name: Str, text: Arc<[u8]>, file: FileId, function: Lookup<'_>) -> (Parsed, Vec<ParseError>) {
    let input = text.clone();
    let mut parser = Parser::new(&input, name, file, function, true);
    match parser.whole() {
        Ok(()) => {}
        Err(error) => parser.errors.push(*error),
    }
    let errors = std::mem::take(&mut parser.errors);
    (parser.finish(), errors)
}

/// What Go keeps per tree: a definition inside a text starts afresh.
#[derive(Default)]
pub(super) struct State<'p> {
    /// Two items of lookahead.
    pub(super) tokens: [Item; 2],
    pub(super) peeked: usize,
    /// The variables that are declared, without the `$` that every template starts with.
    vars: Vec<&'p [u8]>,
    /// The variables that actions and conditions assign, by pipeline.
    pub(super) assigned: Vec<Names>,
    /// Where the action starts that is being read.
    pub(super) action: Option<u32>,
    pub(super) range_depth: u32,
    pub(super) stack_depth: u32,
}

pub(super) struct Parser<'p> {
    pub(super) text: &'p [u8],
    pub(super) name: Str,
    pub(super) file: FileId,
    pub(super) tree: Tree,
    pub(super) lexer: Lexer<'p>,
    function: Lookup<'p>,
    definitions: Vec<Definition>,
    pub(super) state: State<'p>,
    depth: u32,
    /// Nodes of the runs that are being read, the innermost run last.
    pub(super) open: Vec<NodeId>,
    /// Whether to go on behind errors.
    pub(super) recovers: bool,
    /// The errors that were passed.
    pub(super) errors: Vec<ParseError>,
    /// How many of them are inside definitions.
    inside: usize,
    /// The blocks that are open.
    pub(super) blocks: Vec<Block>,
    /// The first block that ended where one around it should have: what is open at the end of the text is likely this.
    pub(super) out_of_step: Option<Block>,
    /// Where the `end` or `else` that was read last starts.
    pub(super) stopped: u32,
}

/// Errors are boxed: results are handed on at every step, and most are none.
pub(super) type Result<T, E = Box<ParseError>> = std::result::Result<T, E>;

/// What ended a list.
pub(super) enum Next {
    Node(NodeId),
    End,
    Else { pos: u32 },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Control {
    If,
    With,
    Range,
}

impl Control {
    fn name(self) -> &'static str {
        match self {
            Control::If => "if",
            Control::With => "with",
            Control::Range => "range",
        }
    }
}

impl<'p> Parser<'p> {
    fn new(text: &'p Arc<[u8]>, name: Str, file: FileId, function: Lookup<'p>, recovers: bool) -> Parser<'p> {
        Parser {
            text,
            name,
            file,
            tree: Tree::new(text.clone()),
            lexer: Lexer::new(text),
            function,
            definitions: Vec::new(),
            state: State::default(),
            depth: 0,
            open: Vec::new(),
            recovers,
            errors: Vec::new(),
            inside: 0,
            blocks: Vec::new(),
            out_of_step: None,
            stopped: 0,
        }
    }

    fn run(mut self) -> Result<Parsed> {
        self.whole()?;
        Ok(self.finish())
    }

    fn whole(&mut self) -> Result<()> {
        let root = self.parse()?;
        let broken = self.errors.len() > self.inside;
        self.add(self.name.clone(), 0, root, broken)
    }

    fn finish(self) -> Parsed {
        let comments = self.lexer.comments();
        Parsed {
            source: Source { name: self.name, file: self.file, tree: Arc::new(self.tree) },
            definitions: self.definitions,
            comments,
        }
    }

    // Items.

    #[expect(clippy::indexing_slicing, reason = "`peeked` is at most one")]
    #[inline]
    pub(super) fn next(&mut self) -> Item {
        if self.state.peeked > 0 {
            self.state.peeked -= 1;
        } else {
            self.state.tokens[0] = self.lexer.next_item();
        }
        self.state.tokens[self.state.peeked]
    }

    #[inline]
    fn backup(&mut self) {
        self.state.peeked += 1;
    }

    fn backup2(&mut self, one: Item) {
        let [_, slot] = &mut self.state.tokens;
        *slot = one;
        self.state.peeked = 2;
    }

    #[expect(clippy::indexing_slicing, reason = "`peeked` is at most two")]
    fn peek(&mut self) -> Item {
        if self.state.peeked > 0 {
            return self.state.tokens[self.state.peeked - 1];
        }
        self.state.peeked = 1;
        self.state.tokens[0] = self.lexer.next_item();
        self.state.tokens[0]
    }

    fn expect(&mut self, kind: Kind, context: &str) -> Result<Item> {
        let item = self.next();
        if item.kind == kind { Ok(item) } else { self.unexpected(&item, context) }
    }

    /// Runs `inner` one level deeper, on a larger stack where the current one is short.
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            return self.error(
                "limit reached: blocks nested deeper than %d levels (limit `depth`)",
                &[Value::int(i64::from(MAX_DEPTH))],
            );
        }
        self.depth += 1;
        let result = crate::stack::grow(|| inner(self));
        self.depth -= 1;
        result
    }

    // Nodes.

    #[inline]
    pub(super) fn node(&mut self, kind: NodeKind, pos: u32, start: u32, end: u32) -> NodeId {
        self.tree.add(Node { kind, pos, start, end })
    }

    /// The run of nodes that was opened when there were `from` of them.
    fn close(&mut self, from: usize) -> Ids {
        let run = self.tree.add_ids(self.open.get(from..).unwrap_or_default());
        self.open.truncate(from);
        run
    }

    /// Adds the name of a field, which stands behind its dot.
    fn field_name(&mut self, item: &Item) -> Names {
        self.tree.add_name(item.start + 1, item.end)
    }

    /// The whole text.
    fn parse(&mut self) -> Result<NodeId> {
        let pos = self.peek().start;
        let from = self.open.len();
        loop {
            let item = self.next();
            if item.kind == Kind::Eof {
                break;
            }
            if item.kind == Kind::LeftDelim && self.peek().kind == Kind::Define {
                self.next();
                let found = self.definition(item);
                self.recover(found, item)?;
                continue;
            }
            match self.next_node(item)? {
                Next::Node(node) => self.open.push(node),
                Next::End => self.nothing_open(Stop::End)?,
                Next::Else { .. } => self.nothing_open(Stop::Else)?,
            }
        }
        let nodes = self.close(from);
        Ok(self.node(NodeKind::List(nodes), pos, 0, self.text.len() as u32))
    }

    /// `define` has been read.
    pub(super) fn definition(&mut self, delim: Item) -> Result<()> {
        let outer = std::mem::take(&mut self.state);
        const CONTEXT: &str = "define clause";
        let before = self.errors.len();
        let name = self.header(delim, |parser| {
            let item = parser.next();
            if !matches!(item.kind, Kind::String | Kind::RawString) {
                return parser.unexpected(&item, CONTEXT);
            }
            let name = parser.unquoted(&item)?;
            parser.expect(Kind::RightDelim, CONTEXT)?;
            Ok(name)
        })?;
        let body = self.body("define", delim);
        let ended = match &body {
            Ok((_, Next::Else { .. })) => {
                let found = self.error("unexpected %s in %s", &[Stop::Else.into(), Value::str(CONTEXT)]);
                self.recover(found, delim)
            }
            _ => Ok(()),
        };
        let added = body.and_then(|(root, _)| {
            ended?;
            let broken = self.errors.len() > before;
            self.inside += self.errors.len() - before;
            name.map_or(Ok(()), |name| self.add(name, delim.start, root, broken))
        });
        self.state = outer;
        added
    }

    /// Go's `Tree.add`. The action of the definition starts at `start`.
    fn add(&mut self, name: Str, start: u32, root: NodeId, broken: bool) -> Result<()> {
        let empty = self.tree.is_empty_tree(root);
        match self.definitions.iter_mut().find(|d| d.name == name) {
            Some(old) if old.empty => *old = Definition { name, root, empty, broken },
            Some(old) if !empty => {
                let root = old.root;
                let first = self.line_at(self.tree.node(root).start);
                let fact = Fact::DefinedTwice { name: name.to_lossy().into_owned(), first };
                let found: Result<()> =
                    self.error_of("template: multiple definition of template %q", &[Value::str(name.clone())], fact);
                let found = found.map_err(|error| Box::new(ParseError { offset: start, ..*error }));
                return self.pass(found);
            }
            Some(_) => {}
            None => self.definitions.push(Definition { name, root, empty, broken }),
        }
        Ok(())
    }

    /// The line of a byte, from 1.
    pub(super) fn line_at(&self, start: u32) -> u32 {
        let before = self.text.get(..start as usize).unwrap_or_default();
        memchr::memchr_iter(b'\n', before).count() as u32 + 1
    }

    fn unquoted(&mut self, item: &Item) -> Result<Str> {
        let literal = item.text(self.text);
        match verbatim(literal) {
            Some(inner) => Ok(Str::from(inner)),
            None => self.unescaped(literal),
        }
    }

    fn literal(&mut self, item: &Item) -> Result<Literal> {
        let literal = item.text(self.text);
        match verbatim(literal) {
            Some(_) => Ok(Literal::verbatim()),
            None => self.unescaped(literal).map(Literal::new),
        }
    }

    fn unescaped(&self, literal: &[u8]) -> Result<Str> {
        match unquote(literal) {
            Some(text) => Ok(Str::from(text)),
            None => self.error("%s", &[go_error("invalid syntax")]),
        }
    }

    /// Notes what a pipeline assigns, for the blocks around.
    fn note_assigned(&mut self, pipe: NodeId) {
        if let NodeKind::Pipe { decl, assign: true, .. } = self.tree.node(pipe).kind {
            self.state.assigned.push(decl);
        }
    }

    pub(super) fn item_list(&mut self) -> Result<(NodeId, Next)> {
        self.deeper(|parser| {
            let first = parser.peek();
            let from = parser.open.len();
            let mut end = first.start;
            loop {
                let item = parser.next();
                if item.kind == Kind::Eof {
                    parser.backup();
                    parser.unexpected_end()?;
                    let nodes = parser.close(from);
                    let list = parser.node(NodeKind::List(nodes), first.start, first.start, end);
                    return Ok((list, Next::End));
                }
                match parser.next_node(item)? {
                    Next::Node(node) => {
                        end = parser.tree.node(node).end;
                        parser.open.push(node);
                    }
                    next => {
                        let nodes = parser.close(from);
                        let list = parser.node(NodeKind::List(nodes), first.start, first.start, end);
                        return Ok((list, next));
                    }
                }
            }
        })
    }

    /// What begins with `item`.
    pub(super) fn text_or_action(&mut self, item: Item) -> Result<Next> {
        match item.kind {
            Kind::Text => Ok(Next::Node(self.node(NodeKind::Text, item.start, item.start, item.end))),
            Kind::LeftDelim => {
                self.state.action = Some(item.start);
                let next = self.action(item)?;
                self.state.action = None;
                Ok(next)
            }
            _ => self.unexpected(&item, "input"),
        }
    }

    /// The left delimiter has been read.
    fn action(&mut self, delim: Item) -> Result<Next> {
        let start = delim.start;
        let item = self.next();
        match item.kind {
            Kind::Block => self.block(delim).map(Next::Node),
            Kind::Break => self.jump(start, &item, NodeKind::Break, "{{break}}"),
            Kind::Continue => self.jump(start, &item, NodeKind::Continue, "{{continue}}"),
            Kind::Else => {
                self.stopped = start;
                let next = self.peek();
                // `{{else if}}` and `{{else with}}` leave the keyword for the caller.
                if matches!(next.kind, Kind::If | Kind::With) {
                    return Ok(Next::Else { pos: next.start });
                }
                let end = self.header(delim, |parser| parser.expect(Kind::RightDelim, "else"))?;
                Ok(Next::Else { pos: end.unwrap_or(delim).start })
            }
            Kind::End => {
                self.stopped = start;
                self.header(delim, |parser| parser.expect(Kind::RightDelim, "end"))?;
                Ok(Next::End)
            }
            Kind::If => self.control(delim, start, Control::If).map(Next::Node),
            Kind::Range => self.control(delim, start, Control::Range).map(Next::Node),
            Kind::With => self.control(delim, start, Control::With).map(Next::Node),
            Kind::Template => self.template(start).map(Next::Node),
            Kind::Define if self.recovers => self.inner_definition(delim, &item).map(Next::Node),
            _ => {
                self.backup();
                let (pipe, end) = self.pipeline("command", Kind::RightDelim)?;
                self.note_assigned(pipe);
                Ok(Next::Node(self.node(NodeKind::Action(pipe), item.start, start, end)))
            }
        }
    }

    fn jump(&mut self, start: u32, item: &Item, kind: NodeKind, name: &str) -> Result<Next> {
        let delim = self.next();
        if delim.kind != Kind::RightDelim {
            return self.unexpected(&delim, name);
        }
        if self.state.range_depth == 0 {
            return self.error(&format!("{name} outside {{{{range}}}}"), &[]);
        }
        Ok(Next::Node(self.node(kind, item.start, start, delim.end)))
    }

    /// A pipeline up to `end`, and the byte after that.
    fn pipeline(&mut self, context: &str, end: Kind) -> Result<(NodeId, u32)> {
        let first = self.peek();
        let mut assign = false;
        let decl = self.declarations(context, &mut assign)?;
        let from = self.open.len();
        loop {
            let item = self.next();
            if item.kind == end {
                let commands = self.close(from);
                self.check_pipeline(commands, context)?;
                let kind = NodeKind::Pipe { decl, assign, commands };
                return Ok((self.node(kind, first.start, first.start, item.start), item.end));
            }
            let Some(command) = self.command(item)? else { return self.unexpected(&item, context) };
            self.open.push(command);
        }
    }

    /// Reads `$x :=`, `$x =` or `$x, $y :=`.
    fn declarations(&mut self, context: &str, assign: &mut bool) -> Result<Names> {
        let mut found = Names::default();
        loop {
            let variable = self.peek();
            if variable.kind != Kind::Variable {
                return Ok(found);
            }
            self.next();
            let behind = self.peek();
            let declares = matches!(behind.kind, Kind::Assign | Kind::Declare);
            if !(declares || behind.kind == Kind::Char && behind.text(self.text) == b",") {
                // A variable may also be an argument: `$x foo`.
                self.backup2(variable);
                return Ok(found);
            }
            self.next();
            let is_first = found.is_empty();
            found = found.and(self.tree.add_name(variable.start, variable.end));
            self.state.vars.push(variable.text(self.text));
            if declares {
                *assign = behind.kind == Kind::Assign;
                return Ok(found);
            }
            if context != "range" || !is_first {
                return self.error("too many declarations in %s", &[Value::str(context)]);
            }
            if !matches!(self.peek().kind, Kind::Variable | Kind::RightDelim | Kind::RightParen) {
                return self.error("range can only initialize variables", &[]);
            }
        }
    }

    fn check_pipeline(&self, commands: Ids, context: &str) -> Result<()> {
        let commands = self.tree.ids(commands);
        if commands.is_empty() {
            return self.error("missing value for %s", &[Value::str(context)]);
        }
        for (i, &command) in commands.iter().enumerate().skip(1) {
            let NodeKind::Command(args) = self.tree.node(command).kind else { continue };
            let Some(&word) = self.tree.ids(args).first() else { continue };
            if matches!(
                self.tree.node(word).kind,
                NodeKind::Bool(_) | NodeKind::Dot | NodeKind::Nil | NodeKind::Number(_) | NodeKind::String(_)
            ) {
                return self.error("non executable command in pipeline stage %d", &[Value::int(i as i64 + 1)]);
            }
        }
        Ok(())
    }

    /// `if`, `with` or `range` has been read.
    fn control(&mut self, delim: Item, start: u32, control: Control) -> Result<NodeId> {
        let vars = self.state.vars.len();
        let pipe = self.header(delim, |parser| Ok(parser.pipeline(control.name(), Kind::RightDelim)?.0))?;
        let pipe = pipe.unwrap_or_else(|| self.hole(delim));
        self.note_assigned(pipe);
        let before = self.state.assigned.len();
        let depth = self.state.range_depth;
        self.state.range_depth = depth + u32::from(control == Control::Range);
        let (list, next) = self.body(control.name(), delim)?;
        self.state.range_depth = depth;
        let mut otherwise = None;
        if let Next::Else { pos } = next {
            // `{{else if b}}…{{end}}` is read as `{{else}}{{if b}}…{{end}}{{end}}`, the last end assumed.
            let chained = matches!((control, self.peek().kind), (Control::If, Kind::If) | (Control::With, Kind::With));
            if chained {
                let at = self.next();
                let inner = self.deeper(|parser| parser.control(Item { start: pos, ..at }, at.start, control))?;
                let end = self.tree.node(inner).end;
                let list = self.tree.add_ids(&[inner]);
                otherwise = Some(self.node(NodeKind::List(list), pos, at.start, end));
            } else {
                let (list, next) = self.body(control.name(), delim)?;
                if !matches!(next, Next::End) {
                    let found = self.error_of("expected end; found %s", &[Stop::Else.into()], self.out_of_step());
                    self.recover(found, delim)?;
                }
                otherwise = Some(list);
            }
        }
        self.state.vars.truncate(vars);
        let pos = self.tree.node(pipe).pos;
        let end = self.last_end();
        let assigned = self.tree.add_distinct(self.state.assigned.get(before..).unwrap_or_default());
        self.state.assigned.truncate(before);
        self.state.assigned.extend(Some(assigned).filter(|assigned| !assigned.is_empty()));
        let branch = Branch { pipe, list, otherwise, assigned };
        let kind = match control {
            Control::If => NodeKind::If(branch),
            Control::With => NodeKind::With(branch),
            Control::Range => NodeKind::Range(branch),
        };
        let node = self.node(kind, pos, start, end);
        if control != Control::If {
            self.tree.rebinds(node);
        }
        Ok(node)
    }

    /// Byte after the item read last.
    fn last_end(&self) -> u32 {
        let [last, ..] = &self.state.tokens;
        last.end
    }

    /// `block` has been read.
    fn block(&mut self, delim: Item) -> Result<NodeId> {
        const CONTEXT: &str = "block clause";
        let item = self.peek();
        let head = self.header(delim, |parser| {
            let item = parser.next();
            let name = parser.template_name(&item, CONTEXT)?;
            Ok((name, parser.pipeline(CONTEXT, Kind::RightDelim)?.0))
        })?;
        let before = self.errors.len();
        let outer = std::mem::take(&mut self.state);
        let body = self.body("block", delim);
        let last = self.last_end();
        // That there is an `else` Go says from the tree around, that the name is taken from the block's own.
        let inner = std::mem::replace(&mut self.state, outer);
        let (root, end) = body?;
        if !matches!(end, Next::End) {
            let found = self.error("unexpected %s in %s", &[Stop::Else.into(), Value::str(CONTEXT)]);
            self.recover(found, delim)?;
        }
        let Some((name, pipe)) = head else { return Ok(self.hole(delim)) };
        let outer = std::mem::replace(&mut self.state, inner);
        let added = self.add(name.clone(), delim.start, root, self.errors.len() > before);
        self.state = outer;
        added?;
        Ok(self.node(NodeKind::Template { name, pipe: Some(pipe) }, item.start, delim.start, last))
    }

    /// `template` has been read.
    fn template(&mut self, start: u32) -> Result<NodeId> {
        const CONTEXT: &str = "template clause";
        let item = self.next();
        let name = self.template_name(&item, CONTEXT)?;
        let next = self.next();
        let (pipe, end) = if next.kind == Kind::RightDelim {
            (None, next.end)
        } else {
            self.backup();
            let (pipe, end) = self.pipeline(CONTEXT, Kind::RightDelim)?;
            (Some(pipe), end)
        };
        Ok(self.node(NodeKind::Template { name, pipe }, item.start, start, end))
    }

    fn template_name(&mut self, item: &Item, context: &str) -> Result<Str> {
        match item.kind {
            Kind::String | Kind::RawString => self.unquoted(item),
            _ => self.unexpected(item, context),
        }
    }

    /// The operands up to a `|` or the end of the pipeline, the first of which begins with `item`; `None` if that is none.
    fn command(&mut self, item: Item) -> Result<Option<NodeId>> {
        let from = self.open.len();
        let Some(mut operand) = self.operand(item)? else { return Ok(None) };
        let end = loop {
            self.open.push(operand);
            let end = self.tree.node(operand).end;
            let behind = self.next();
            match behind.kind {
                Kind::RightDelim | Kind::RightParen => {
                    self.backup();
                    break end;
                }
                Kind::Pipe => break end,
                _ => {
                    // Operands have a space between them.
                    let next = if behind.start > end { self.operand(behind)? } else { None };
                    let Some(next) = next else { return self.unexpected(&behind, "operand") };
                    operand = next;
                }
            }
        };
        let args = self.close(from);
        Ok(Some(self.node(NodeKind::Command(args), item.start, item.start, end)))
    }

    /// The term that begins with `item`, and the fields right behind it; `None` if that is no term.
    fn operand(&mut self, item: Item) -> Result<Option<NodeId>> {
        let Some(term) = self.term(item)? else { return Ok(None) };
        let first = self.tree.node(term).end;
        let (names, end) = self.fields_behind(first);
        if names.is_empty() {
            return Ok(Some(term));
        }
        let node = self.tree.node_mut(term);
        match &mut node.kind {
            // Their own name is the one before.
            NodeKind::Field(own) | NodeKind::Variable(own) => {
                *own = own.and(names);
                (node.pos, node.end) = (first, end);
                Ok(Some(term))
            }
            NodeKind::Bool(_) | NodeKind::String(_) | NodeKind::Number(_) | NodeKind::Nil | NodeKind::Dot => {
                let text = self.tree.describe(term);
                let behind = self.peek();
                // Go has not read on behind a space.
                if behind.start > end && !is_trimming_right(self.text.get(end as usize..).unwrap_or_default()) {
                    let [at, _] = &mut self.state.tokens;
                    *at = Item { kind: Kind::Space, start: end, end: behind.start };
                }
                self.error("unexpected . after term %q", &[Value::str(text)])
            }
            _ => {
                let start = node.start;
                Ok(Some(self.node(NodeKind::Chain(term, names), first, start, end)))
            }
        }
    }

    /// The fields that stand one behind the other from `end` on, and where the last of them ends.
    fn fields_behind(&mut self, mut end: u32) -> (Names, u32) {
        let mut names = Names::default();
        // Nearly all are taken as they stand; what is left is read as items.
        while self.state.peeked == 0
            && let Some(name) = self.lexer.plain_field()
        {
            end = name.end;
            names = names.and(self.tree.add_name(name.start, name.end));
        }
        while let behind = self.peek()
            && behind.kind == Kind::Field
            && behind.start == end
        {
            self.next();
            end = behind.end;
            names = names.and(self.field_name(&behind));
        }
        (names, end)
    }

    fn term(&mut self, item: Item) -> Result<Option<NodeId>> {
        let kind = match item.kind {
            Kind::Identifier => {
                let name = item.text(self.text);
                let Some(callee) = (self.function)(name) else {
                    let fact = Fact::UnknownFunction { name: lossy(name).into_owned(), near: None };
                    return self.error_of("function %q not defined", &[Value::str(name)], fact);
                };
                NodeKind::Identifier(callee)
            }
            Kind::Dot => NodeKind::Dot,
            Kind::Nil => NodeKind::Nil,
            Kind::Variable => {
                let name = item.text(self.text);
                if name != b"$" && !self.state.vars.contains(&name) {
                    let fact = Fact::UndefinedVariable { name: lossy(name).into_owned() };
                    return self.error_of("undefined variable %q", &[Value::str(name)], fact);
                }
                NodeKind::Variable(self.tree.add_name(item.start, item.end))
            }
            Kind::Field => NodeKind::Field(self.field_name(&item)),
            Kind::Bool => NodeKind::Bool(item.text(self.text) == b"true"),
            Kind::CharConstant | Kind::Complex | Kind::Number => match number(item.text(self.text), item.kind) {
                Ok(number) => NodeKind::Number(Box::new(number)),
                Err(message) => return self.error("%s", &[go_error(message)]),
            },
            Kind::LeftParen => {
                if self.state.stack_depth >= MAX_DEPTH {
                    return self.error("max expression depth exceeded", &[]);
                }
                self.state.stack_depth += 1;
                let (pipe, end) = crate::stack::grow(|| self.pipeline("parenthesized pipeline", Kind::RightParen))?;
                self.state.stack_depth -= 1;
                let node = self.tree.node_mut(pipe);
                (node.start, node.end) = (item.start, end);
                return Ok(Some(pipe));
            }
            Kind::String | Kind::RawString => NodeKind::String(self.literal(&item)?),
            _ => return Ok(None),
        };
        Ok(Some(self.node(kind, item.start, item.start, item.end)))
    }
}
