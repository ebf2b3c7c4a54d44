//! Calling functions and methods: `evalFunction` and `evalCall` of Go's `exec.go`.

use super::ast::NodeId;
use super::error::ExecError;
use super::eval::Given;
use super::exec::{Exec, Operand, Result, State};
use super::funcs::objects::error_in;
use super::funcs::{Callee, FuncError, Function, Special, Text, Ty};
use crate::diag::Fact;
use crate::text::{MAX_INPUTS, Origin, OriginKind};
use crate::value::{Repr, Value};

impl Exec<'_, '_> {
    /// A function by name: Go's `evalFunction`.
    #[inline(always)]
    pub(super) fn function(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        callee: &'static Callee,
        id: NodeId,
        given: Given<'_>,
    ) -> Result<Value> {
        match callee.special {
            Special::No => self.call(state, dot, callee, id, given),
            Special::And | Special::Or => self.and_or(state, dot, callee, given),
            Special::Include | Special::Tpl => self.run_other(state, dot, callee, id, given),
            Special::Call => self.call_value(state, dot, callee, id, given),
        }
    }

    /// `include` and `tpl`.
    #[inline(never)]
    fn run_other(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        callee: &'static Callee,
        id: NodeId,
        given: Given<'_>,
    ) -> Result<Value> {
        let name = callee.name;
        let base = self.given.len();
        let evaluated = self.arguments(state, dot, callee, given, 0);
        let data = self.given.pop();
        let text = self.given.pop();
        self.given.truncate(base);
        evaluated?;
        let (Some(text), Some(data)) = (text, data) else {
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
                Ok(text.into())
            }
            Err(error) => {
                state.at = id;
                Err(self.error_about(state, format!("error calling {name}: "), Origin::NONE, Some(error)))
            }
        }
    }

    /// `call`, which always fails: no value of Helm's is a function.
    #[inline(never)]
    fn call_value(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        callee: &'static Callee,
        id: NodeId,
        given: Given<'_>,
    ) -> Result<Value> {
        let base = self.given.len();
        let first = given.args.first().copied();
        let evaluated = self.arguments(state, dot, callee, given, 0);
        let value = self.given.get(base).cloned();
        self.given.truncate(base);
        evaluated?;
        let ty = value.as_ref().and_then(|v| v.type_name(&self.cx.heap));
        let message = match ty {
            None => "call of nil".to_owned(),
            Some(ty) => {
                let shown = match (first, &value) {
                    (Some(arg), _) => state.source.describe(arg),
                    (None, Some(Value { repr: Repr::Str(text), .. })) => text.to_string(),
                    (None, _) => format!("<{ty} Value>"),
                };
                format!("non-function {shown} of type {ty}")
            }
        };
        state.at = id;
        Err(self.error_about(state, "error calling call: ", Origin::NONE, Some(FuncError::new(message).into())))
    }

    /// `and` and `or` evaluate only as many arguments as they need.
    #[inline(never)]
    fn and_or(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        callee: &'static Callee,
        given: Given<'_>,
    ) -> Result<Value> {
        self.check_count(state, callee, &given, 0)?;
        let or = callee.special == Special::Or;
        let mut value = Value::NIL;
        let mut seen: Vec<Origin> = Vec::new();
        for &arg in given.args {
            value = self.arg(state, dot, Ty::Reflect, arg)?;
            if self.cx.is_tracing() {
                seen.push(value.origin);
            }
            if value.is_true(&self.cx.heap) == or {
                return Ok(self.decided(state, value, &seen));
            }
        }
        if let Some(last) = given.last {
            if self.cx.is_tracing() {
                seen.push(last.origin);
            }
            value = last;
        }
        Ok(self.decided(state, value, &seen))
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

    /// Whether a function takes so many arguments. `bound` is 1 for methods, whose first parameter is the receiver.
    #[inline]
    fn check_count(&self, state: &State<'_>, callee: &Callee, given: &Given<'_>, bound: usize) -> Result<()> {
        let (count, params) = (given.count() + bound, callee.function.params.len());
        let fits = if callee.function.variadic { count + 1 >= params } else { count == params };
        if fits { Ok(()) } else { Err(self.wrong_count(state, callee, given, bound)) }
    }

    #[cold]
    fn wrong_count(&self, state: &State<'_>, callee: &Callee, given: &Given<'_>, bound: usize) -> ExecError {
        let Callee { name, function, .. } = callee;
        let (count, params) = (given.count(), function.params.len() - bound);
        let (message, wanted) = if function.variadic {
            let args = given.args.len();
            (format!("wrong number of args for {name}: want at least {} got {args}", params - 1), params - 1)
        } else {
            (format!("wrong number of args for {name}: want {params} got {count}"), params)
        };
        let fact = Fact::ArgumentCount { function: name.to_string(), expected: wanted as u32, given: count as u32 };
        self.error_fact(state, message, Origin::NONE, fact)
    }

    /// Adds the arguments of a call to what is given, checked against the parameters.
    #[inline(always)]
    fn arguments(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        callee: &Callee,
        given: Given<'_>,
        bound: usize,
    ) -> Result<()> {
        self.check_count(state, callee, &given, bound)?;
        let mut types = callee.function.params.get(bound..).unwrap_or_default().iter();
        // The last type is that of all further arguments.
        let mut ty = Ty::Any;
        for &arg in given.args {
            ty = *types.next().unwrap_or(&ty);
            let value = self.arg(state, dot, ty, arg)?;
            self.give(value);
        }
        if let Some(last) = given.last {
            ty = *types.next().unwrap_or(&ty);
            let value = self.validate(state, Ok(last), ty)?;
            self.give(value);
        }
        Ok(())
    }

    #[inline(always)]
    fn give(&mut self, value: Value) {
        self.given.push(value);
        // What takes any value looks into it.
        if let Some(last) = self.given.last_mut()
            && let Repr::Struct(structure) = &last.repr
            && let Some(error) = error_in(structure)
        {
            *last = error.with_origin(last.origin);
        }
    }

    /// Calls a function: Go's `evalCall`.
    fn call(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        callee: &Callee,
        id: NodeId,
        given: Given<'_>,
    ) -> Result<Value> {
        let base = self.given.len();
        let result = match self.arguments(state, dot, callee, given, 0) {
            Ok(()) => self.invoke(state, callee, id, base),
            Err(error) => Err(error),
        };
        self.given.truncate(base);
        result
    }

    /// Calls a method of `receiver`.
    pub(super) fn call_method(
        &mut self,
        state: &mut State<'_>,
        dot: &Operand,
        function: &'static Function,
        id: NodeId,
        given: Given<'_>,
        receiver: Value,
    ) -> Result<Value> {
        let callee = Callee::method(function);
        let base = self.given.len();
        self.given.push(receiver);
        let result = match self.arguments(state, dot, &callee, given, 1) {
            Ok(()) => self.invoke(state, &callee, id, base),
            Err(error) => Err(error),
        };
        self.given.truncate(base);
        result
    }

    /// Calls a function with what is given from `base` on.
    #[inline(always)]
    fn invoke(&mut self, state: &mut State<'_>, callee: &Callee, id: NodeId, base: usize) -> Result<Value> {
        self.cx.budget.tick()?;
        self.cx.budget.check_objects(self.cx.heap.size() as u64)?;
        if self.cx.is_tracing() {
            return self.invoke_traced(state, callee, id, base);
        }
        match (callee.function.call)(&mut self.cx, self.given.get_mut(base..).unwrap_or_default()) {
            Ok(value) => Ok(value),
            Err(error) => Err(self.failed(state, callee, id, error.about, error)),
        }
    }

    /// The error of a function at the call.
    #[cold]
    fn failed(&self, state: &mut State<'_>, callee: &Callee, id: NodeId, about: Origin, error: FuncError) -> ExecError {
        state.at = id;
        self.error_about(state, format!("error calling {}: ", callee.name), about, Some(error.into()))
    }

    /// The same, with the causes of what comes out.
    #[inline(never)]
    fn invoke_traced(&mut self, state: &mut State<'_>, callee: &Callee, id: NodeId, base: usize) -> Result<Value> {
        let Callee { name, function, .. } = *callee;
        if name == "set"
            && let Some(slot) = self.given.get_mut(base + 2)
        {
            let mut value = std::mem::replace(slot, Value::NIL);
            self.depend_on_guards(state, &mut value);
            if let Some(slot) = self.given.get_mut(base + 2) {
                *slot = value;
            }
        }
        let values: Vec<Value> = self.given.get(base..).unwrap_or_default().to_vec();
        let result = (function.call)(&mut self.cx, self.given.get_mut(base..).unwrap_or_default());
        let Some(trace) = &mut self.cx.trace else { return Ok(result?) };
        match result {
            Ok(mut value) => {
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
                    let is_new = |o: &Origin| !o.is_none() && !trace.keeps(value.origin, *o) && !heap.holds(&value, *o);
                    let given = values.iter().flat_map(|v| heap.origins(v).take(depth)).filter(is_new);
                    let inputs = given.take(MAX_INPUTS).collect();
                    let call = trace.add(OriginKind::Call { span: state.source.span(id), inputs });
                    value.origin = trace.fill(value.origin, call);
                }
                // What decided on the result is a cause of it as well.
                let deciding = deciding(name, &values, value.origin);
                if !deciding.is_empty() {
                    value.origin = trace.decided(value.origin, &deciding, state.source.span(id));
                }
                Ok(value)
            }
            Err(error) => {
                let mut about = error.about;
                if about.is_none() {
                    // Any of the arguments may be the one that does not fit.
                    let inputs = values.iter().map(|v| v.origin).filter(|o| !o.is_none()).take(MAX_INPUTS).collect();
                    about = trace.add(OriginKind::Call { span: state.source.span(id), inputs });
                }
                Err(self.failed(state, callee, id, about, error))
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
