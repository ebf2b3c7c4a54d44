//! Evaluating pipelines, commands and chains of fields: the `eval…` functions of Go's `exec.go`.

use super::ast::{Ids, Names, NodeId, NodeKind, Number};
use super::exec::{Exec, Operand, Result, State};
use super::funcs::{Mark, Special, Ty};
use crate::diag::Fact;
use crate::text::{Origin, OriginKind, Trace, lossy};
use crate::value::{FloatType, Heap, IntType, ListType, MapId, MapType, Nil, Repr, Structure, Value};

/// What a word at the start of a command is given: the arguments behind it, and what comes through the pipe.
pub(super) struct Given<'a> {
    pub args: &'a [NodeId],
    pub last: Option<Value>,
}

impl Given<'_> {
    pub const NOTHING: Given<'static> = Given { args: &[], last: None };

    #[inline]
    pub fn is_nothing(&self) -> bool {
        self.args.is_empty() && self.last.is_none()
    }

    #[inline]
    pub fn count(&self) -> usize {
        self.args.len() + usize::from(self.last.is_some())
    }
}

/// Where a chain of fields has led.
struct End {
    value: Value,
    /// The map that holds it.
    holder: Option<MapId>,
    /// Where none does, whether it is in an interface.
    interface: bool,
}

impl End {
    fn operand(self, heap: &Heap) -> Operand {
        Operand { value: self.value, interface: holds_interfaces(heap, self.holder).unwrap_or(self.interface) }
    }
}

/// Whether a map holds interfaces.
fn holds_interfaces(heap: &Heap, map: Option<MapId>) -> Option<bool> {
    map.map(|map| heap.shape(map).ty.holds_interfaces())
}

/// Where a chain of fields begins.
#[derive(Clone, Copy)]
enum Start<'a> {
    /// At the dot, or at what stands in front of it.
    Value(&'a Operand),
    /// At the variable in this slot.
    Variable(usize),
}

impl Exec<'_, '_> {
    /// The value of a pipeline; its variables are pushed.
    pub(super) fn pipeline(&mut self, state: &mut State<'_>, dot: &Operand, id: NodeId) -> Result<Value> {
        state.at = id;
        let NodeKind::Pipe { decl, assign, commands } = &state.tree.node(id).kind else {
            return Err(self.error(state, "not a pipeline"));
        };
        let result = self.commands(state, dot, *commands);
        if decl.is_empty() {
            return result;
        }
        let value = result?;
        self.declare(state, *decl, *assign, value.clone())?;
        Ok(value)
    }

    /// The same for one in parentheses.
    fn nested(&mut self, state: &mut State<'_>, dot: &Operand, id: NodeId) -> Result<Value> {
        crate::stack::grow(|| self.pipeline(state, dot, id))
    }

    /// What an action writes: the value of its pipeline, unless that goes to variables.
    pub(super) fn written(&mut self, state: &mut State<'_>, dot: &Operand, pipe: NodeId) -> Result<Option<Value>> {
        state.at = pipe;
        let NodeKind::Pipe { decl, assign, commands } = &state.tree.node(pipe).kind else {
            return Err(self.error(state, "not a pipeline"));
        };
        let value = self.commands(state, dot, *commands)?;
        if decl.is_empty() {
            return Ok(Some(value));
        }
        self.declare(state, *decl, *assign, value)?;
        Ok(None)
    }

    /// Gives variables the value of their pipeline.
    fn declare(&mut self, state: &mut State<'_>, names: Names, assign: bool, value: Value) -> Result<()> {
        for name in state.tree.names(names) {
            let operand = Operand::concrete(value.clone());
            if assign {
                self.set_var(state, name, operand)?;
            } else {
                state.vars.push((name, operand));
            }
        }
        Ok(())
    }

    /// Each command gets what the one before it gives.
    #[inline(always)]
    fn commands(&mut self, state: &mut State<'_>, dot: &Operand, commands: Ids) -> Result<Value> {
        let Some((&first, rest)) = state.tree.ids(commands).split_first() else { return Ok(Value::NIL) };
        let mut result = self.command(state, dot, first, None);
        settle(&mut result);
        if rest.is_empty() { result } else { self.piped(state, dot, rest, result?) }
    }

    /// Commands that get a value through the pipe.
    fn piped(&mut self, state: &mut State<'_>, dot: &Operand, commands: &[NodeId], value: Value) -> Result<Value> {
        let mut result = Ok(value);
        for &command in commands {
            result = self.command(state, dot, command, Some(result?));
            settle(&mut result);
        }
        result
    }

    #[inline(always)]
    fn command(&mut self, state: &mut State<'_>, dot: &Operand, id: NodeId, last: Option<Value>) -> Result<Value> {
        let tree = state.tree;
        let NodeKind::Command(args) = &tree.node(id).kind else {
            return Err(self.error(state, "not a command"));
        };
        let Some((&word, args)) = tree.ids(*args).split_first() else {
            return Err(self.error(state, "empty command"));
        };
        match &tree.node(word).kind {
            NodeKind::Identifier(callee) => {
                state.at = word;
                self.function(state, dot, callee, id, Given { args, last })
            }
            NodeKind::Field(_) | NodeKind::Chain(..) | NodeKind::Variable(_) if args.is_empty() && last.is_none() => {
                self.operand(state, dot, word)
            }
            NodeKind::Field(_) | NodeKind::Chain(..) | NodeKind::Variable(_) => {
                self.method(state, dot, word, Given { args, last })
            }
            kind => self.word(state, dot, kind, word, &Given { args, last }),
        }
    }

    /// The value of a word that takes no arguments.
    #[inline(never)]
    fn word(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        kind: &NodeKind,
        word: NodeId,
        given: &Given<'_>,
    ) -> Result<Value> {
        if let NodeKind::Pipe { .. } = kind {
            self.not_a_function(state, word, given)?;
            return self.nested(state, dot, word);
        }
        state.at = word;
        self.not_a_function(state, word, given)?;
        match kind {
            NodeKind::Bool(_) | NodeKind::Number(_) | NodeKind::String(_) => self.constant(state, word),
            NodeKind::Dot => Ok(dot.value.clone()),
            NodeKind::Nil => Err(self.error(state, "nil is not a command")),
            _ => {
                let word = crate::text::quote(state.tree.describe(word).as_bytes());
                Err(self.error(state, format!("can't evaluate command {word}")))
            }
        }
    }

    fn not_a_function(&self, state: &State<'_>, word: NodeId, given: &Given<'_>) -> Result<()> {
        if given.is_nothing() {
            return Ok(());
        }
        let word = state.source.describe(word);
        Err(self.error(state, format!("can't give argument to non-function {word}")))
    }

    /// A field, chain or variable.
    fn operand(&mut self, state: &mut State<'_>, dot: &Operand, id: NodeId) -> Result<Value> {
        state.at = id;
        let tree = state.tree;
        match &tree.node(id).kind {
            NodeKind::Field(names) => self.fields(state, dot, id, Start::Value(dot), tree.names(*names)),
            NodeKind::Variable(names) => {
                let mut fields = tree.names(*names);
                let slot = self.slot(state, fields.next())?;
                self.fields(state, dot, id, Start::Variable(slot), fields)
            }
            NodeKind::Chain(first, names) => {
                let first = self.start(state, dot, id, *first)?;
                self.fields(state, dot, id, Start::Value(&first), tree.names(*names))
            }
            _ => Err(self.error(state, "not an operand")),
        }
        .map(|end| end.value)
    }

    /// The same with arguments for the method at its end.
    #[inline(never)]
    fn method(&mut self, state: &mut State<'_>, dot: &Operand, id: NodeId, given: Given<'_>) -> Result<Value> {
        state.at = id;
        let tree = state.tree;
        let first;
        let (start, mut names) = match &tree.node(id).kind {
            NodeKind::Field(names) => (Start::Value(dot), tree.names(*names)),
            NodeKind::Variable(names) => {
                let mut fields = tree.names(*names);
                let slot = self.slot(state, fields.next())?;
                if fields.len() == 0 {
                    self.not_a_function(state, id, &given)?;
                }
                (Start::Variable(slot), fields)
            }
            NodeKind::Chain(node, names) => {
                first = self.start(state, dot, id, *node)?;
                (Start::Value(&first), tree.names(*names))
            }
            _ => return Err(self.error(state, "not an operand")),
        };
        // Only the end of a chain takes arguments.
        let end = names.next_back();
        let receiver = self.fields(state, dot, id, start, names)?;
        match end {
            Some(end) => Ok(self.field(state, dot, end, id, given, receiver.operand(&self.cx.heap))?.value),
            None => Ok(receiver.value),
        }
    }

    /// Where a variable lies.
    fn slot(&self, state: &State<'_>, name: Option<&[u8]>) -> Result<usize> {
        let Some(name) = name else { return Err(self.error(state, "empty variable")) };
        match state.vars.iter().rposition(|(var, _)| *var == name) {
            Some(slot) => Ok(slot),
            None => Err(self.error(state, format!("undefined variable: {}", lossy(name)))),
        }
    }

    /// What stands in front of the fields of the chain `id`.
    fn start(&mut self, state: &mut State<'_>, dot: &Operand, id: NodeId, first: NodeId) -> Result<Operand> {
        match &state.source.node(first).kind {
            NodeKind::Nil => {
                let text = state.source.describe(id);
                Err(self.error(state, format!("indirection through explicit nil in {text}")))
            }
            NodeKind::Identifier(callee) => {
                state.at = first;
                let value = self.function(state, dot, callee, first, Given::NOTHING)?;
                let interface = callee.special == Special::No && callee.function.is(Mark::Interface);
                Ok(Operand { value, interface })
            }
            _ => Ok(Operand::concrete(self.arg(state, dot, Ty::Reflect, first)?)),
        }
    }

    /// The fields of a chain, one after the other: Go's `evalFieldChain`. What lies in maps on the way is looked at where it is.
    #[inline(always)]
    fn fields<'n>(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        id: NodeId,
        start: Start<'_>,
        names: impl Iterator<Item = &'n [u8]>,
    ) -> Result<End> {
        let mut owned;
        let mut at = match start {
            Start::Value(operand) => operand,
            Start::Variable(slot) => state.vars.get(slot).map_or(dot, |(_, operand)| operand),
        };
        let mut value = &at.value;
        // The map that the value was found in.
        let mut holder = None;
        for name in names {
            if let Repr::Map(map) = value.repr
                && let Some(found) = entry(&self.cx.heap, value, map, name)
            {
                note_read(&mut self.cx.trace, found.origin);
                (value, holder) = (found, Some(map));
                continue;
            }
            let interface = holds_interfaces(&self.cx.heap, holder).unwrap_or(at.interface);
            let receiver = Operand { value: value.clone(), interface };
            owned = self.field(state, dot, name, id, Given::NOTHING, receiver)?;
            at = &owned;
            (value, holder) = (&at.value, None);
        }
        Ok(End { value: value.clone(), holder, interface: at.interface })
    }

    /// `.name` of `receiver`: Go's `evalField`.
    fn field(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        name: &[u8],
        id: NodeId,
        given: Given<'_>,
        receiver: Operand,
    ) -> Result<Operand> {
        let Operand { value, interface } = receiver;
        match &value.repr {
            Repr::Nil(Nil::Untyped) => return Ok(Operand::concrete(self.missing(value.origin, name))),
            Repr::Nil(Nil::Interface) => {
                let missing = self.missing(value.origin, name).origin;
                let message = format!("nil pointer evaluating interface {{}}.{}", lossy(name));
                let fact = Fact::NilAccess { field: lossy(name).into_owned() };
                return Err(self.error_fact(state, message, missing, fact));
            }
            _ => {}
        }
        if let Some(method) = super::funcs::method(&value, &self.cx.heap, name) {
            let result = self.call_method(state, dot, method, id, given, value)?;
            return Ok(Operand { value: result, interface: method.is(Mark::Interface) });
        }
        let ty = || match interface {
            true => "interface {}",
            false => value.type_name(&self.cx.heap).unwrap_or("interface {}"),
        };
        match &value.repr {
            Repr::Map(map) => {
                if !given.is_nothing() {
                    return Err(self.error(state, format!("{} is not a method but has arguments", lossy(name))));
                }
                let ty = self.cx.heap.shape(*map).ty;
                let interface = ty.holds_interfaces();
                return Ok(match self.cx.heap.get(*map, name) {
                    Some(found) => {
                        let mut found = found.clone();
                        if let (true, Repr::Nil(nil)) = (interface, &mut found.repr) {
                            *nil = Nil::Interface;
                        }
                        self.cx.note_read(found.origin);
                        Operand { value: found, interface }
                    }
                    None => {
                        let zero = ty.zero_element();
                        let missing = self.missing(value.origin, name);
                        Operand { value: zero.with_origin(missing.origin), interface }
                    }
                });
            }
            Repr::Struct(structure) => {
                if let Some(field) = structure.field(name) {
                    if !name.first().is_some_and(u8::is_ascii_uppercase) {
                        let message = format!("{} is an unexported field of struct type {}", lossy(name), ty());
                        return Err(self.error(state, message));
                    }
                    if !given.is_nothing() {
                        let message = format!("{} has arguments but cannot be invoked as function", lossy(name));
                        return Err(self.error(state, message));
                    }
                    let interface = field.is_nil();
                    let mut field = field.clone();
                    if field.origin.is_none() {
                        field.origin = value.origin;
                    }
                    return Ok(Operand { value: field, interface });
                }
            }
            _ => {}
        }
        let ty = ty();
        let name = lossy(name);
        let message = format!("can't evaluate field {name} in type {ty}");
        let fact = Fact::NoSuchField { field: name.into_owned(), of: ty.to_owned() };
        Err(self.error_fact(state, message, value.origin, fact))
    }

    /// No value, because `parent` lacks `key`.
    fn missing(&mut self, parent: Origin, key: &[u8]) -> Value {
        let origin = match &mut self.cx.trace {
            Some(trace) => trace.add(OriginKind::Missing { parent, key: key.into() }),
            None => Origin::NONE,
        };
        Value::NIL.with_origin(origin)
    }

    /// An argument of type `ty`: Go's `evalArg`.
    pub(super) fn arg(&mut self, state: &mut State<'_>, dot: &Operand, ty: Ty, id: NodeId) -> Result<Value> {
        state.at = id;
        let tree = state.tree;
        let node = tree.node(id);
        let result = match &node.kind {
            NodeKind::Field(_) | NodeKind::Variable(_) | NodeKind::Chain(..) => self.operand(state, dot, id),
            NodeKind::String(text) if matches!(ty, Ty::String | Ty::Any | Ty::Reflect) => {
                let text = Value::str(tree.string(node, text).clone());
                return Ok(self.literal(state, text, id));
            }
            NodeKind::Pipe { .. } => self.nested(state, dot, id),
            NodeKind::Dot => Ok(dot.value.clone()),
            NodeKind::Identifier(callee) => self.function(state, dot, callee, id, Given::NOTHING),
            NodeKind::Nil if ty.can_be_nil() => return Ok(ty.zero()),
            NodeKind::Nil => return Err(self.error(state, format!("cannot assign nil to {}", ty.name()))),
            _ => return self.constant_of(state, ty, id),
        };
        self.validate(state, result, ty)
    }

    /// A constant for a parameter of type `ty`.
    fn constant_of(&mut self, state: &mut State<'_>, ty: Ty, id: NodeId) -> Result<Value> {
        let source = state.source;
        let node = source.node(id);
        let number = match &node.kind {
            NodeKind::Number(number) => Some(&**number),
            _ => None,
        };
        let (value, expected) = match ty {
            Ty::Any | Ty::Reflect => return self.constant(state, id),
            Ty::Bool => (if let NodeKind::Bool(b) = node.kind { Some(Value::bool(b)) } else { None }, "bool"),
            Ty::String => (
                if let NodeKind::String(s) = &node.kind {
                    Some(Value::str(source.string(node, s).clone()))
                } else {
                    None
                },
                "string",
            ),
            Ty::Int => (number.and_then(|n| n.int).map(Value::int), "integer"),
            Ty::Int64 => (number.and_then(|n| n.int).map(Value::int64), "integer"),
            Ty::Duration => {
                (number.and_then(|n| n.int).map(|n| Value::new(Repr::Int(n, IntType::Duration))), "integer")
            }
            Ty::Uint32 => {
                // Go reads an unsigned constant; negative ones have none.
                let unsigned = number.and_then(|n| n.int).filter(|n| *n >= 0);
                (unsigned.map(|n| Value::new(Repr::Int(i64::from(n as u32), IntType::Uint32))), "unsigned integer")
            }
            Ty::Float64 => (number.and_then(|n| n.float).map(Value::float), "float"),
            _ => {
                let shown = source.describe(id);
                return Err(self.error(state, format!("can't handle {shown} for arg of type {}", ty.name())));
            }
        };
        match value {
            Some(value) => Ok(self.literal(state, value, id)),
            None => {
                let shown = source.describe(id);
                Err(self.error(state, format!("expected {expected}; found {shown}")))
            }
        }
    }

    /// A constant where any type will do.
    fn constant(&mut self, state: &mut State<'_>, id: NodeId) -> Result<Value> {
        state.at = id;
        let source = state.source;
        let node = source.node(id);
        let value = match &node.kind {
            NodeKind::Bool(b) => Value::bool(*b),
            NodeKind::String(text) => Value::str(source.string(node, text).clone()),
            NodeKind::Number(number) => match ideal_constant(number, source.slice(node)) {
                Ok(value) => value,
                Err(message) => return Err(self.error(state, message)),
            },
            _ => {
                let shown = source.describe(id);
                return Err(
                    self.error(state, format!("can't handle assignment of {shown} to empty interface argument"))
                );
            }
        };
        Ok(self.literal(state, value, id))
    }

    fn literal(&mut self, state: &State<'_>, value: Value, id: NodeId) -> Value {
        match &mut self.cx.trace {
            Some(trace) => {
                let origin = trace.add(OriginKind::Source(state.source.span(id)));
                value.with_origin(origin)
            }
            None => value,
        }
    }

    /// Checks that a value can be passed as `ty`: Go's `validateType`.
    #[inline]
    pub(super) fn validate(&mut self, state: &State<'_>, result: Result<Value>, ty: Ty) -> Result<Value> {
        let Ok(value) = &result else { return result };
        match (ty, &value.repr) {
            (_, Repr::Nil(_) | Repr::Struct(_)) => {}
            (Ty::Any | Ty::Reflect, _) | (Ty::String, Repr::Str(_)) => return result,
            _ => {}
        }
        self.validate_other(state, result?, ty)
    }

    /// The same for what does not fit at a glance.
    fn validate_other(&mut self, state: &State<'_>, value: Value, ty: Ty) -> Result<Value> {
        if let Repr::Struct(structure) = &value.repr {
            if ty == Ty::Any && structure.addressable {
                let copy = Structure { addressable: false, ..Structure::clone(structure) };
                return Ok(Value { repr: Repr::Struct(std::sync::Arc::new(copy)), origin: value.origin });
            }
            if ty != Ty::Reflect
                && let Some(error) = super::funcs::objects::error_in(structure)
            {
                return self.validate_other(state, error.with_origin(value.origin), ty);
            }
        }
        if matches!(value.repr, Repr::Nil(Nil::Untyped)) {
            if ty.can_be_nil() {
                return Ok(ty.zero().with_origin(value.origin));
            }
            let fact = Fact::WrongArgument { expected: ty.name().to_owned(), found: None };
            return Err(self.error_fact(state, format!("invalid value; expected {}", ty.name()), value.origin, fact));
        }
        let fits = match (ty, &value.repr) {
            (Ty::Any | Ty::Reflect, _) => true,
            (Ty::String, Repr::Str(_)) | (Ty::Bool, Repr::Bool(_)) => true,
            (Ty::Int, Repr::Int(_, IntType::Int)) | (Ty::Int64, Repr::Int(_, IntType::Int64)) => true,
            (Ty::Float64, Repr::Float(_, FloatType::Float64)) => true,
            (Ty::Dict, Repr::Map(id)) => matches!(self.cx.heap.shape(*id).ty, MapType::Dict | MapType::Values),
            (Ty::List, Repr::List(id)) => self.cx.heap.list(*id).ty == ListType::Any,
            (Ty::Strings, Repr::List(id)) => matches!(self.cx.heap.list(*id).ty, ListType::Str | ListType::VersionSet),
            (Ty::Time, Repr::Struct(s)) => s.ty.name == "time.Time",
            (Ty::Duration, Repr::Int(_, IntType::Duration)) | (Ty::Uint32, Repr::Int(_, IntType::Uint32)) => true,
            (Ty::Version, Repr::Struct(s)) => s.ty.name == "semver.Version" && s.pointer,
            (Ty::Certificate, Repr::Struct(s)) => s.ty.name == "sprig.certificate",
            _ => false,
        };
        if fits {
            return Ok(value);
        }
        let got = value.type_name(&self.cx.heap).unwrap_or("interface {}");
        let message = format!("wrong type for value; expected {}; got {got}", ty.name());
        let fact = Fact::WrongArgument { expected: ty.name().to_owned(), found: Some(got.to_owned()) };
        Err(self.error_fact(state, message, value.origin, fact))
    }
}

/// A nil interface is no value at all behind a command.
#[inline]
fn settle(result: &mut Result<Value>) {
    if let Ok(Value { repr: Repr::Nil(nil), .. }) = result {
        *nil = Nil::Untyped;
    }
}

/// The entry of a map that a field names, unless a method has that name or it is nil.
#[inline]
fn entry<'h>(heap: &'h Heap, value: &Value, map: MapId, name: &[u8]) -> Option<&'h Value> {
    if super::funcs::method(value, heap, name).is_some() {
        return None;
    }
    heap.get(map, name).filter(|found| !found.is_nil())
}

#[inline]
fn note_read(trace: &mut Option<Box<Trace>>, origin: Origin) {
    if let Some(trace) = trace {
        trace.note_read(origin);
    }
}

/// Go's `idealConstant`: the spelling of a number decides its type.
fn ideal_constant(number: &Number, text: &[u8]) -> Result<Value, String> {
    let has = |letters: &[u8]| text.iter().any(|byte| letters.contains(byte));
    let rune = text.first() == Some(&b'\'');
    let hex = matches!(text, [b'0', b'x' | b'X', _, ..]) && !has(b"pP");
    if let Some((re, im)) = number.complex {
        return Ok(Value::new(Repr::Complex(re, im)));
    }
    if let Some(float) = number.float
        && !hex
        && !rune
        && has(b".eEpP")
    {
        return Ok(Value::float(float));
    }
    match number.int {
        Some(int) => Ok(Value::int(int)),
        None => Err(format!("{} overflows int", lossy(text))),
    }
}
