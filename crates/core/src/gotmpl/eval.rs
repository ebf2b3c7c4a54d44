//! Evaluating pipelines, fields and calls: the `eval…` functions of Go's `exec.go`.

use super::ast::{NodeId, NodeKind, Number};
use super::error::ExecError;
use super::exec::{Exec, Operand, Result, State, VirtualFile};
use super::funcs::{Callee, Function, Mark, Special, Text, Ty};
use crate::diag::Fact;
use crate::text::{MAX_INPUTS, Origin, OriginKind, Str, lossy};
use crate::value::{FloatType, IntType, ListType, MapType, Nil, Repr, Structure, Value};
use smallvec::SmallVec;

/// The arguments of a call, which are few.
type Arguments = SmallVec<[Value; 4]>;

/// Helm's bound on nested includes of one name.
const MAX_INCLUDES: u32 = 1_000;

/// How deep texts under `tpl` may stand in each other.
const MAX_TPL: usize = 10_000;

impl Exec<'_, '_> {
    /// The value of a pipeline; its variables are pushed.
    pub(super) fn pipeline(&mut self, state: &mut State<'_>, dot: &Operand, id: NodeId) -> Result<Value> {
        state.at = id;
        let source = state.source;
        let NodeKind::Pipe { decl, assign, commands } = &source.node(id).kind else {
            return Err(self.error(state, "not a pipeline"));
        };
        let mut value: Option<Value> = None;
        for &command in source.ids(*commands) {
            let mut next = self.command(state, dot, command, value.take())?.value;
            // A nil interface is no value at all from here on.
            if let Repr::Nil(nil) = &mut next.repr {
                *nil = Nil::Untyped;
            }
            value = Some(next);
        }
        let value = value.unwrap_or(Value::NIL);
        for name in source.names(*decl) {
            let operand = Operand::concrete(value.clone());
            if *assign {
                self.set_var(state, name, operand)?;
            } else {
                state.vars.push((name, operand));
            }
        }
        Ok(value)
    }

    fn command(&mut self, state: &mut State<'_>, dot: &Operand, id: NodeId, last: Option<Value>) -> Result<Operand> {
        let source = state.source;
        let NodeKind::Command(args) = &source.node(id).kind else {
            return Err(self.error(state, "not a command"));
        };
        let Some((&word, rest)) = source.ids(*args).split_first() else {
            return Err(self.error(state, "empty command"));
        };
        match &source.node(word).kind {
            NodeKind::Field(_) | NodeKind::Chain(..) | NodeKind::Variable(_) => {
                self.operand(state, dot, word, rest, last)
            }
            NodeKind::Identifier(callee) => {
                state.at = word;
                self.function(state, dot, callee, id, rest, last)
            }
            NodeKind::Pipe { .. } => {
                self.not_a_function(state, word, rest, &last)?;
                crate::stack::grow(|| self.pipeline(state, dot, word)).map(Operand::concrete)
            }
            kind => {
                state.at = word;
                self.not_a_function(state, word, rest, &last)?;
                match kind {
                    NodeKind::Bool(_) | NodeKind::Number(_) | NodeKind::String(_) => {
                        self.constant(state, word).map(Operand::concrete)
                    }
                    NodeKind::Dot => Ok(dot.clone()),
                    NodeKind::Nil => Err(self.error(state, "nil is not a command")),
                    _ => {
                        let word = crate::text::quote(source.describe(word).as_bytes());
                        Err(self.error(state, format!("can't evaluate command {word}")))
                    }
                }
            }
        }
    }

    fn not_a_function(&self, state: &State<'_>, word: NodeId, rest: &[NodeId], last: &Option<Value>) -> Result<()> {
        if !rest.is_empty() || last.is_some() {
            let word = state.source.describe(word);
            return Err(self.error(state, format!("can't give argument to non-function {word}")));
        }
        Ok(())
    }

    /// A field, chain or variable, possibly with arguments for a method at its end.
    fn operand(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        id: NodeId,
        args: &[NodeId],
        last: Option<Value>,
    ) -> Result<Operand> {
        state.at = id;
        let source = state.source;
        match &source.node(id).kind {
            NodeKind::Field(names) => self.field_chain(state, dot, dot.clone(), id, source.names(*names), args, last),
            NodeKind::Chain(first, names) => {
                if matches!(source.node(*first).kind, NodeKind::Nil) {
                    let text = source.describe(id);
                    return Err(self.error(state, format!("indirection through explicit nil in {text}")));
                }
                let receiver = match &source.node(*first).kind {
                    NodeKind::Identifier(callee) => {
                        state.at = *first;
                        self.function(state, dot, callee, *first, &[], None)?
                    }
                    _ => Operand::concrete(self.arg(state, dot, None, *first)?),
                };
                self.field_chain(state, dot, receiver, id, source.names(*names), args, last)
            }
            NodeKind::Variable(names) => {
                let mut fields = source.names(*names);
                let Some(name) = fields.next() else {
                    return Err(self.error(state, "empty variable"));
                };
                let Some((_, value)) = state.vars.iter().rev().find(|(var, _)| *var == name) else {
                    return Err(self.error(state, format!("undefined variable: {}", lossy(name))));
                };
                let value = value.clone();
                if fields.len() == 0 {
                    self.not_a_function(state, id, args, &last)?;
                    return Ok(value);
                }
                self.field_chain(state, dot, value, id, fields, args, last)
            }
            _ => Err(self.error(state, "not an operand")),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "Go's evalFieldChain has as many")]
    fn field_chain<'n>(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        mut receiver: Operand,
        id: NodeId,
        mut names: impl DoubleEndedIterator<Item = &'n [u8]>,
        args: &[NodeId],
        last: Option<Value>,
    ) -> Result<Operand> {
        let Some(end) = names.next_back() else { return Ok(receiver) };
        for name in names {
            receiver = self.field(state, dot, name, id, &[], None, receiver)?;
        }
        self.field(state, dot, end, id, args, last, receiver)
    }

    /// `.name` of `receiver`: Go's `evalField`.
    #[expect(clippy::too_many_arguments, reason = "Go's evalField has as many")]
    fn field(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        name: &[u8],
        id: NodeId,
        args: &[NodeId],
        last: Option<Value>,
        receiver: Operand,
    ) -> Result<Operand> {
        let value = &receiver.value;
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
        if let Some(method) = super::funcs::method(value, &self.cx.heap, name) {
            return self.call_method(state, dot, method, name, id, args, last, value.clone());
        }
        let has_args = !args.is_empty() || last.is_some();
        let ty = || match receiver.interface {
            true => "interface {}",
            false => value.type_name(&self.cx.heap).unwrap_or("interface {}"),
        };
        match &value.repr {
            Repr::Map(map) => {
                if has_args {
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
                    if has_args {
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

    #[expect(clippy::too_many_arguments, reason = "Go's evalCall has as many")]
    fn call_method(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        method: &'static Function,
        name: &[u8],
        id: NodeId,
        args: &[NodeId],
        last: Option<Value>,
        receiver: Value,
    ) -> Result<Operand> {
        self.call(state, dot, method, &lossy(name), id, args, last, Some(receiver))
    }

    /// A function by name: Go's `evalFunction`.
    fn function(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        callee: &'static Callee,
        id: NodeId,
        args: &[NodeId],
        last: Option<Value>,
    ) -> Result<Operand> {
        let name = callee.name;
        match callee.special {
            Special::And | Special::Or => self.and_or(state, dot, callee, args, last),
            Special::Include | Special::Tpl => {
                let values = self.arguments(state, dot, callee.function, name, args, last, false)?;
                let mut values = values.into_iter();
                let (Some(text), Some(data)) = (values.next(), values.next()) else {
                    return Err(self.error(state, "wrong number of args"));
                };
                let text = match text.repr {
                    Repr::Str(str) => Text { str, origin: text.origin },
                    _ => Text::default(),
                };
                let conditions = self.cx.trace.as_ref().map_or(0, |trace| trace.condition_count());
                let passed = self.holes.passed();
                let result = if callee.special == Special::Include {
                    self.include(state, id, &text, data)
                } else {
                    self.tpl(state, id, &text, data)
                };
                self.passed_in(state, id, passed, name);
                match result {
                    Ok(mut text) => {
                        // That nothing was written comes from the conditions met.
                        if let Some(trace) = self.cx.trace.as_mut().filter(|_| text.str.is_empty()) {
                            text.origin = trace.conditions_since(conditions);
                        }
                        Ok(Operand::concrete(text.into()))
                    }
                    Err(error) => {
                        state.at = id;
                        Err(self.error_about(state, format!("error calling {name}: "), Origin::NONE, Some(error)))
                    }
                }
            }
            Special::Call => {
                let values = self.arguments(state, dot, callee.function, name, args, last, false)?;
                let shown = match (args.first(), values.first()) {
                    (Some(&arg), _) => state.source.describe(arg),
                    (None, Some(Value { repr: Repr::Str(text), .. })) => text.to_string(),
                    (None, value) => {
                        let ty = value.and_then(|v| v.type_name(&self.cx.heap)).unwrap_or("invalid");
                        format!("<{ty} Value>")
                    }
                };
                let message = match values.first().and_then(|v| v.type_name(&self.cx.heap)) {
                    None => "error calling call: call of nil".to_owned(),
                    Some(ty) => format!("error calling call: non-function {shown} of type {ty}"),
                };
                state.at = id;
                let (head, tail) = message.split_at("error calling call: ".len());
                let inner = super::funcs::FuncError::new(tail);
                Err(self.error_about(state, head, Origin::NONE, Some(inner.into())))
            }
            Special::No => self.call(state, dot, callee.function, name, id, args, last, None),
        }
    }

    /// `and` and `or` evaluate only as many arguments as they need.
    fn and_or(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        callee: &Callee,
        args: &[NodeId],
        last: Option<Value>,
    ) -> Result<Operand> {
        self.check_count(state, callee.function, callee.name, args.len(), last.is_some(), 0)?;
        let or = callee.special == Special::Or;
        let mut value = Value::NIL;
        let mut seen: Vec<Origin> = Vec::new();
        for &arg in args {
            value = self.arg(state, dot, Some(Ty::Reflect), arg)?;
            seen.push(value.origin);
            if value.is_true(&self.cx.heap) == or {
                return Ok(Operand::concrete(self.decided(state, value, &seen)));
            }
        }
        if let Some(last) = last {
            seen.push(last.origin);
            value = last;
        }
        Ok(Operand::concrete(self.decided(state, value, &seen)))
    }

    /// A value that was chosen after looking at others: they are causes too.
    fn decided(&mut self, state: &State<'_>, mut value: Value, seen: &[Origin]) -> Value {
        // Booleans carry nothing but the decision, so all that were asked count as their cause.
        if let Some(trace) = &mut self.cx.trace
            && seen.len() > 1
            && !matches!(value.repr, Repr::Str(_) | Repr::Map(_) | Repr::List(_))
        {
            let inputs = seen.iter().rev().take(MAX_INPUTS).copied().collect();
            value.origin = trace.add(OriginKind::Call { span: state.source.span(state.at), inputs });
        }
        value
    }

    fn check_count(
        &self,
        state: &State<'_>,
        function: &Function,
        name: &str,
        args: usize,
        last: bool,
        bound: usize,
    ) -> Result<()> {
        let given = args + usize::from(last);
        let params = function.params.len() - bound;
        if function.variadic {
            let fixed = params - 1;
            if given < fixed {
                let message = format!("wrong number of args for {name}: want at least {fixed} got {args}");
                return Err(self.error_fact(state, message, Origin::NONE, argument_count(name, fixed, given)));
            }
        } else if given != params {
            let message = format!("wrong number of args for {name}: want {params} got {given}");
            return Err(self.error_fact(state, message, Origin::NONE, argument_count(name, params, given)));
        }
        Ok(())
    }

    /// The arguments of a call, checked against the parameters. `bound` is set for methods, whose
    /// first parameter is the receiver.
    #[expect(clippy::too_many_arguments, reason = "Go's evalCall has as many")]
    fn arguments(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        function: &'static Function,
        name: &str,
        args: &[NodeId],
        last: Option<Value>,
        bound: bool,
    ) -> Result<Arguments> {
        let bound = usize::from(bound);
        self.check_count(state, function, name, args.len(), last.is_some(), bound)?;
        let ty = |i: usize| function.params.get(i + bound).or(function.params.last()).copied();
        let mut values = Arguments::new();
        for (i, &arg) in args.iter().enumerate() {
            let value = self.arg(state, dot, ty(i), arg)?;
            values.push(value);
        }
        if let Some(last) = last {
            let ty = ty(args.len());
            values.push(self.validate(state, Operand::concrete(last), ty)?);
        }
        // What takes any value looks into it.
        for value in &mut values {
            if let Repr::Struct(structure) = &value.repr
                && let Some(error) = super::funcs::objects::error_in(structure)
            {
                *value = error.with_origin(value.origin);
            }
        }
        Ok(values)
    }

    #[expect(clippy::too_many_arguments, reason = "Go's evalCall has as many")]
    fn call(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        function: &'static Function,
        name: &str,
        id: NodeId,
        args: &[NodeId],
        last: Option<Value>,
        receiver: Option<Value>,
    ) -> Result<Operand> {
        let mut values = self.arguments(state, dot, function, name, args, last, receiver.is_some())?;
        if let Some(receiver) = receiver {
            values.insert(0, receiver);
        }
        self.cx.budget.tick()?;
        self.cx.budget.check_objects(self.cx.heap.size() as u64)?;
        if name.as_bytes() == b"set"
            && let Some(value) = values.get_mut(2)
        {
            self.depend_on_guards(state, value);
        }
        match (function.call)(&mut self.cx, &values) {
            Ok(mut value) => {
                if let Some(trace) = &mut self.cx.trace {
                    let complete = match trace.get(value.origin) {
                        None => false,
                        Some(OriginKind::Pieces(pieces)) => pieces.iter().all(|p| !p.origin.is_none()),
                        Some(_) => true,
                    };
                    if !complete {
                        // What a call adds to text that it keeps (indentation, quotation marks) does not come
                        // from that text, nor a list or map from what is in it.
                        // What is read of a list or map comes from all that is in it.
                        let heap = &self.cx.heap;
                        let depth = if matches!(value.repr, Repr::Map(_) | Repr::List(_)) { 1 } else { usize::MAX };
                        let is_new =
                            |o: &Origin| !o.is_none() && !trace.keeps(value.origin, *o) && !heap.holds(&value, *o);
                        let given = values.iter().flat_map(|v| heap.origins(v).take(depth)).filter(is_new);
                        let inputs = given.take(MAX_INPUTS).collect();
                        let call = trace.add(OriginKind::Call { span: state.source.span(id), inputs });
                        value.origin = trace.fill(value.origin, call);
                    }
                }
                if let Some(trace) = &mut self.cx.trace {
                    // What decided on the result is a cause of it as well.
                    let deciding = deciding(name, &values, value.origin);
                    if !deciding.is_empty() {
                        value.origin = trace.decided(value.origin, &deciding, state.source.span(id));
                    }
                }
                let interface = value.is_nil() || function.is(Mark::Interface);
                Ok(Operand { value, interface })
            }
            Err(error) => {
                state.at = id;
                let mut about = error.about;
                if let (true, Some(trace)) = (about.is_none(), &mut self.cx.trace) {
                    // Any of the arguments may be the one that does not fit.
                    let inputs = values.iter().map(|v| v.origin).filter(|o| !o.is_none()).take(MAX_INPUTS).collect();
                    about = trace.add(OriginKind::Call { span: state.source.span(id), inputs });
                }
                Err(self.error_about(state, format!("error calling {name}: "), about, Some(error.into())))
            }
        }
    }

    /// What is set in a map depends on the conditions around, within the running template.
    fn depend_on_guards(&mut self, state: &State<'_>, value: &mut Value) {
        let Some(trace) = &mut self.cx.trace else { return };
        let outer = trace.frame(state.frame).and_then(|frame| frame.guard);
        let mut at = state.guard;
        while at != outer
            && let Some((id, guard)) = at.and_then(|id| Some((id, *trace.guard(id)?)))
        {
            value.origin = trace.guarded(value.origin, id);
            at = guard.parent;
        }
    }

    /// Helm's `include`.
    fn include(&mut self, state: &State<'_>, id: NodeId, name: &Text, data: Value) -> Result<Text> {
        let count = self.included.entry(name.str.clone()).or_insert(0);
        if *count > MAX_INCLUDES {
            let message =
                format!("rendering template has a nested reference name: {}: unable to execute template", name.str);
            return Err(ExecError::text(message, None));
        }
        *count += 1;
        self.memo.enter();
        let caller = (state.frame, state.source.span(id), state.guard);
        let result = match self.find(&name.str) {
            Some(template) => {
                self.once(&template.name, data, |exec, data| exec.run_template(&template, data, Some(caller)))
            }
            None => Err(super::exec::no_template(&name.str)),
        };
        self.memo.leave();
        if let Some(count) = self.included.get_mut(&name.str) {
            *count -= 1;
        }
        result
    }

    /// Helm's `tpl`: the text runs beside the chart's templates; what it defines is seen only there.
    fn tpl(&mut self, state: &State<'_>, id: NodeId, text: &Text, data: Value) -> Result<Text> {
        let parsed = match self.parsed.get(&text.str) {
            // In a traced render equal texts of different origin are different files.
            Some(parsed) if !self.cx.is_tracing() => parsed.clone(),
            _ => {
                let file = crate::text::FileId(self.next_file);
                self.next_file += 1;
                self.virtual_files.push(VirtualFile { file, origin: text.origin, text: text.str.clone() });
                let helm = self.cx.helm;
                let bytes = std::sync::Arc::from(text.str.as_bytes());
                let parsed = super::parse(Str::from("gotpl"), bytes, file, &|name| Callee::find(name, helm)).map_err(
                    |error| {
                        let shown = crate::text::quote(&text.str);
                        ExecError::text(format!("cannot parse template {shown}: "), Some(error.into()))
                    },
                )?;
                let parsed = std::sync::Arc::new(parsed);
                self.parsed.insert(text.str.clone(), parsed.clone());
                parsed
            }
        };
        let Some(own) = parsed.definitions.last() else { return Ok(Text::default()) };
        let template = super::Template {
            name: Str::from("gotpl"),
            source: parsed.source.clone(),
            root: own.root,
            broken: own.broken,
        };
        let mut overlay = super::TemplateSet::default();
        overlay.add(&parsed);
        // Blank definitions do not hide what is there already.
        for definition in parsed.definitions.iter().filter(|d| d.empty) {
            if self.find(&definition.name).is_some() {
                overlay.remove(&definition.name);
            }
        }
        if self.overlays.len() >= MAX_TPL {
            return Err(crate::budget::Exhausted::Depth(MAX_TPL as u64).into());
        }
        self.overlays.push(overlay);
        let caller = (state.frame, state.source.span(id), state.guard);
        let passed = self.holes.passed();
        let result = self.run_template(&template, data, Some(caller));
        self.overlays.pop();
        let around = |error| {
            let shown = crate::text::quote(&text.str);
            ExecError::text(format!("error during tpl function execution for {shown}: "), Some(error))
        };
        self.holes.wrap(passed, around);
        let text = result.map_err(around)?;
        Ok(self.cx.without_no_value(text))
    }

    /// An argument of type `ty`: Go's `evalArg`. `None` is any type.
    fn arg(&mut self, state: &mut State<'_>, dot: &Operand, ty: Option<Ty>, id: NodeId) -> Result<Value> {
        state.at = id;
        let source = state.source;
        match &source.node(id).kind {
            NodeKind::Dot => self.validate(state, dot.clone(), ty),
            NodeKind::Nil => match ty {
                Some(ty) if ty.can_be_nil() => Ok(ty.zero()),
                _ => {
                    let ty = ty.map_or("<nil>", Ty::name);
                    Err(self.error(state, format!("cannot assign nil to {ty}")))
                }
            },
            NodeKind::Field(_) | NodeKind::Variable(_) | NodeKind::Chain(..) => {
                let operand = self.operand(state, dot, id, &[], None)?;
                self.validate(state, operand, ty)
            }
            NodeKind::Pipe { .. } => {
                let value = crate::stack::grow(|| self.pipeline(state, dot, id))?;
                self.validate(state, Operand::concrete(value), ty)
            }
            NodeKind::Identifier(callee) => {
                let operand = self.function(state, dot, callee, id, &[], None)?;
                self.validate(state, operand, ty)
            }
            _ => self.constant_of(state, ty.unwrap_or(Ty::Any), id),
        }
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
    fn validate(&mut self, state: &State<'_>, operand: Operand, ty: Option<Ty>) -> Result<Value> {
        let value = operand.value;
        let Some(ty) = ty else { return Ok(value) };
        if let Repr::Struct(structure) = &value.repr {
            if ty == Ty::Any && structure.addressable {
                let copy = Structure { addressable: false, ..Structure::clone(structure) };
                return Ok(Value { repr: Repr::Struct(std::sync::Arc::new(copy)), origin: value.origin });
            }
            if ty != Ty::Reflect
                && let Some(error) = super::funcs::objects::error_in(structure)
            {
                return self.validate(state, Operand::concrete(error.with_origin(value.origin)), Some(ty));
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

fn argument_count(function: &str, expected: usize, given: usize) -> Fact {
    Fact::ArgumentCount { function: function.to_string(), expected: expected as u32, given: given as u32 }
}

/// Origins of the arguments that made a function choose the one with the origin `chosen`.
fn deciding(name: &str, values: &[Value], chosen: Origin) -> Vec<Origin> {
    let of = |i: usize| values.get(i).map(|value| value.origin);
    let passed_over: Vec<Option<Origin>> = match name {
        "ternary" => vec![of(2)],
        "default" if of(0) == Some(chosen) => vec![of(1)],
        "coalesce" => values.iter().map(|v| v.origin).take_while(|o| *o != chosen).map(Some).collect(),
        _ => Vec::new(),
    };
    passed_over.into_iter().flatten().filter(|o| !o.is_none() && *o != chosen).collect()
}
