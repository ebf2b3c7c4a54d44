//! The rules of a CRD in CEL: `x-kubernetes-validations`.
//!
//! A rule that this evaluator cannot do, or that would take too long, is said not to be evaluated. Rules about
//! changes, which name `oldSelf`, have nothing to compare when an object is created, and are left out; those of an
//! update are in [`transition`].

mod depth;
mod functions;
mod transition;
mod value;
mod weight;

pub(in crate::validate) use transition::check as transition;

pub(in crate::validate) use value::{escape, of_json};

use crate::budget::{Budget, Exhausted};
use crate::diag::{Fact, Severity};
use crate::kube::crds::{CustomSchema, Rule, Schemas};
use crate::kube::tree::Node;
use crate::stack;
use crate::validate::Sink;
use cel::extractors::This;
use cel::{Context, Env, ExecutionError, Program, Value};
use serde_json::Value as Json;
use std::sync::{Arc, OnceLock};
use weight::Weight;

/// Evaluates the rules of a value.
pub(super) fn check(
    node: Node<'_>,
    schema: &CustomSchema,
    schemas: &Schemas,
    sink: &mut Sink<'_>,
    budget: &Budget,
) -> Result<(), Exhausted> {
    let Some(more) = &schema.more else { return Ok(()) };
    let mut size = 0;
    let value = value::of_node(node, schema, schemas, &mut size);
    budget.spend(size)?;
    for rule in &more.rules {
        match evaluate(rule, &value, None, size, budget)? {
            Outcome::Holds => {}
            Outcome::Fails(message) => {
                sink.fact("schema/cel-rule", node, Fact::Rule { rule: rule.rule.to_string(), message });
            }
            Outcome::Unknown(reason) => {
                let fact = Fact::RuleSkipped { rule: rule.rule.to_string(), reason };
                sink.fact("schema/cel-not-evaluated", node, fact).severity = Severity::Note;
            }
        }
    }
    Ok(())
}

enum Outcome {
    Holds,
    Fails(String),
    Unknown(String),
}

/// The functions that rules may call.
fn environment() -> Arc<Env> {
    static ENV: OnceLock<Arc<Env>> = OnceLock::new();
    let make = || {
        let mut env = Env::stdlib();
        // Both are new here, so nothing can be declared twice.
        let _ = env.add_extension(cel::extensions::strings);
        let _ = env.add_extension(cel::extensions::lists);
        Arc::new(env)
    };
    ENV.get_or_init(make).clone()
}

/// Evaluates a rule; `old` is what the value was, where it is about a change.
fn evaluate(rule: &Rule, value: &Value, old: Option<&Value>, size: u64, budget: &Budget) -> Result<Outcome, Exhausted> {
    let program = match rule.program.get(|| compile(&rule.rule)) {
        Ok(program) => program,
        Err(reason) => return Ok(Outcome::Unknown(reason.to_owned())),
    };
    if program.references().has_variable("oldSelf") != old.is_some() {
        return Ok(Outcome::Holds);
    }
    let weight = Weight::of(program, size);
    if weight.is_too_much() {
        return Ok(Outcome::Unknown("it could take too long".to_owned()));
    }
    budget.spend(weight.steps)?;
    Ok(match execute(program, value, old, weight) {
        Ok(Value::Bool(true)) => Outcome::Holds,
        Ok(Value::Bool(false)) => Outcome::Fails(message(rule, value, old, size)),
        Ok(_) => Outcome::Unknown("its result is no boolean".to_owned()),
        // The server refuses what it cannot evaluate.
        Err(
            error @ (ExecutionError::DivisionByZero(_)
            | ExecutionError::RemainderByZero(_)
            | ExecutionError::Overflow(..)
            | ExecutionError::IndexOutOfBounds(_)
            | ExecutionError::NoSuchKey(_)
            | ExecutionError::FunctionError { .. }),
        ) => Outcome::Fails(format!("the rule `{}` cannot be evaluated: {error}", rule.rule.trim())),
        Err(error) => Outcome::Unknown(error.to_string()),
    })
}

pub(in crate::validate) fn compile(text: &str) -> Result<Program, String> {
    let levels = depth::bounded(text)?;
    stack::deep(levels, || environment().compile(text)).map_err(|errors| {
        // Its own words would draw a mark below the text, however far to the right.
        let first = errors.errors.first().map(|error| (error.pos, error.msg.lines().next().unwrap_or_default()));
        let ((line, column), words) = first.unwrap_or_default();
        format!("ERROR: <input>:{line}:{column}: {words}")
    })
}

/// Whether an expression about `object` holds; why not where it cannot be evaluated.
pub(in crate::validate) fn holds(
    program: &Program,
    object: Node<'_>,
    budget: &Budget,
) -> Result<Result<bool, String>, Exhausted> {
    let mut size = 0;
    let value = value::of_object(object, &mut size);
    let context = context([("object", value)]);
    answer(program, &context, size, budget)
}

/// The same with more variables, no list or map of which is longer than `longest`. `of` is what `cause.of(POINTER)` gives.
pub(in crate::validate) fn holds_in<const N: usize>(
    program: &Program,
    variables: [(&str, Value); N],
    longest: u64,
    of: Arc<dyn Fn(&str) -> Json + Send + Sync>,
    budget: &Budget,
) -> Result<Result<bool, String>, Exhausted> {
    let mut context = context(variables);
    let _ = context.add_function("of", move |This(_cause): This<Value>, pointer: Arc<String>| {
        match pointer.is_empty() || pointer.starts_with('/') {
            true => Ok(value::of_json(&of(&pointer), &mut 0)),
            false => Err(ExecutionError::function_error("of", "expected a JSON pointer such as \"/spec/replicas\"")),
        }
    });
    answer(program, &context, longest, budget)
}

fn context<const N: usize>(variables: [(&str, Value); N]) -> Context<'static, 'static> {
    let mut context = Context::with_env(environment());
    for (name, value) in variables {
        context.add_variable_from_value(name, value);
    }
    functions::add(&mut context);
    context
}

/// The boolean that an expression gives, whose loops go over at most `size` things.
fn answer(
    program: &Program,
    context: &Context<'_, '_>,
    size: u64,
    budget: &Budget,
) -> Result<Result<bool, String>, Exhausted> {
    let weight = Weight::of(program, size);
    if weight.is_too_much() {
        return Ok(Err("it could take too long".to_owned()));
    }
    budget.spend(size.saturating_add(weight.steps))?;
    Ok(match stack::deep(weight.depth, || program.execute(context)) {
        Ok(Value::Bool(holds)) => Ok(holds),
        Ok(_) => Err("its result is no boolean".to_owned()),
        Err(error) => Err(error.to_string()),
    })
}

fn execute(program: &Program, value: &Value, old: Option<&Value>, weight: Weight) -> Result<Value, ExecutionError> {
    let mut context = context([("self", value.clone())]);
    if let Some(old) = old {
        context.add_variable_from_value("oldSelf", old.clone());
    }
    stack::deep(weight.depth, || program.execute(&context))
}

/// What to say where a rule does not hold.
fn message(rule: &Rule, value: &Value, old: Option<&Value>, size: u64) -> String {
    let made = rule.message_expression.as_ref().and_then(|text| {
        let program = compile(text).ok()?;
        let weight = Weight::of(&program, size);
        if weight.is_too_much() {
            return None;
        }
        match execute(&program, value, old, weight) {
            Ok(Value::String(text)) if !text.trim().is_empty() && !text.contains('\n') => Some(text.trim().to_owned()),
            _ => None,
        }
    });
    let fixed = || rule.message.as_ref().map(|message| message.to_string());
    made.or_else(fixed).unwrap_or_else(|| format!("the rule `{}` does not hold", rule.rule.trim()))
}
