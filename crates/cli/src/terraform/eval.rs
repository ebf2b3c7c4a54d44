//! Expressions. What Terraform alone can tell is unknown, and so is whatever comes of it.

use super::module::Instance;
use super::syntax::{Fault, span};
use super::template::Form;
use super::text::{Source, Text};
use super::value::{Data, Place, Type, Value};
use crate::releases::Files;
use chartlens::budget::{Budget, Exhausted};
use hcl_edit::expr::{
    BinaryOperator, Conditional, Expression, ForExpr, FuncCall, Object, ObjectKey, Traversal, TraversalOperator,
    UnaryOperator,
};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What all expressions of a tree share.
pub struct Eval<'f> {
    /// The files around.
    pub files: &'f Files<'f>,
    /// The texts that places are in.
    pub sources: RefCell<Vec<Source>>,
    /// What could not be read, with its file.
    pub faults: RefCell<Vec<(String, Fault)>>,
    /// The bound on the work.
    pub budget: Budget,
}

/// What an expression sees.
#[derive(Clone)]
pub struct Scope<'m> {
    /// The module that it stands in; none in a file of `templatefile`.
    pub module: Option<&'m Instance>,
    /// The number of the source that it stands in.
    pub source: usize,
    names: BTreeMap<String, Value>,
}

impl<'m> Scope<'m> {
    /// A scope without names of its own.
    pub fn new(module: Option<&'m Instance>, source: usize) -> Scope<'m> {
        Scope { module, source, names: BTreeMap::new() }
    }

    /// Gives a name a value.
    pub fn set(&mut self, name: &str, value: Value) {
        self.names.insert(name.to_owned(), value);
    }

    /// The place of an expression.
    pub fn place(&self, expression: &Expression) -> Place {
        self.at(span(expression))
    }

    fn at(&self, range: std::ops::Range<usize>) -> Place {
        Place { source: self.source, start: range.start, end: range.end }
    }
}

/// The keys and values of a collection, as `for` goes through it.
pub fn pairs(collection: &Value) -> Option<Vec<(Value, Value)>> {
    match &collection.data {
        Data::List(list) => {
            let numbered = list.items.iter().enumerate();
            Some(numbered.map(|(number, item)| (Value::number(item.place, number as f64), item.clone())).collect())
        }
        Data::Map(map) if map.open.is_none() => {
            let entries = map.entries.iter();
            Some(entries.map(|(key, (at, value))| (Value::text(*at, key.as_str()), value.clone())).collect())
        }
        _ => None,
    }
}

impl Eval<'_> {
    /// Adds a source and gives its number.
    pub fn add_source(&self, name: &str, text: impl Into<std::sync::Arc<[u8]>>) -> usize {
        let mut sources = self.sources.borrow_mut();
        sources.push((name.to_owned(), text.into()));
        sources.len() - 1
    }

    /// Works an expression out.
    pub fn expression(&self, expression: &Expression, scope: &Scope<'_>) -> Result<Value, Exhausted> {
        self.budget.tick()?;
        stacker::maybe_grow(128 << 10, 4 << 20, || self.inner(expression, scope))
    }

    fn inner(&self, expression: &Expression, scope: &Scope<'_>) -> Result<Value, Exhausted> {
        let place = scope.place(expression);
        Ok(match expression {
            Expression::Null(_) => Value::null(place),
            Expression::Bool(value) => Value::new(place, Data::Bool(*value.value())),
            Expression::Number(number) => number_of(place, number.value()),
            Expression::String(text) => Value::text(place, text.as_str()),
            Expression::Array(items) => {
                let items = items.iter().map(|item| self.expression(item, scope)).collect::<Result<_, _>>()?;
                Value::list(place, items)?
            }
            Expression::Object(object) => self.object(object, place, scope)?,
            Expression::StringTemplate(template) => self.template(template, Form::Quoted(place), scope)?,
            Expression::HeredocTemplate(heredoc) => {
                let form = Form::Raw { source: scope.source, indent: heredoc.indent().unwrap_or(0) };
                self.template(&heredoc.template, form, scope)?
            }
            Expression::Parenthesis(inner) => self.expression(inner.inner(), scope)?,
            Expression::Variable(name) => match scope.names.get(name.as_str()) {
                Some(value) => value.clone(),
                None => Value::unknown(place, Type::Any),
            },
            Expression::Conditional(conditional) => self.conditional(conditional, place, scope)?,
            Expression::FuncCall(call) => self.call(call, place, scope)?,
            Expression::Traversal(traversal) => self.traversal(traversal, place, scope)?,
            Expression::UnaryOp(operation) => {
                let value = self.expression(&operation.expr, scope)?;
                let made = match operation.operator.value() {
                    UnaryOperator::Neg => value.to_number().map(|number| Value::number(place, -number)),
                    UnaryOperator::Not => value.to_bool().map(|value| Value::new(place, Data::Bool(!value))),
                };
                made.unwrap_or_else(|| Value::unknown(place, Type::Any))
            }
            Expression::BinaryOp(operation) => {
                let left = self.expression(&operation.lhs_expr, scope)?;
                let right = self.expression(&operation.rhs_expr, scope)?;
                binary(*operation.operator.value(), &left, &right, place)
            }
            Expression::ForExpr(expression) => self.for_each(expression, place, scope)?,
        })
    }

    fn object(&self, object: &Object, place: Place, scope: &Scope<'_>) -> Result<Value, Exhausted> {
        let (mut entries, mut open) = (BTreeMap::new(), None);
        for (key, value) in object.iter() {
            let (at, name) = match key {
                ObjectKey::Ident(name) => {
                    (scope.at(hcl_edit::Span::span(name).unwrap_or_default()), Some(name.as_str().to_owned()))
                }
                ObjectKey::Expression(expression) => {
                    let key = self.expression(expression, scope)?;
                    (scope.place(expression), key.to_plain())
                }
            };
            let value = self.expression(value.expr(), scope)?;
            match name {
                Some(name) => _ = entries.insert(name, (at, value)),
                None => open = Some(at),
            }
        }
        Value::map(place, entries, open)
    }

    fn conditional(&self, conditional: &Conditional, place: Place, scope: &Scope<'_>) -> Result<Value, Exhausted> {
        match self.expression(&conditional.cond_expr, scope)?.to_bool() {
            Some(true) => self.expression(&conditional.true_expr, scope),
            Some(false) => self.expression(&conditional.false_expr, scope),
            None => Ok(Value::unknown(place, Type::Any)),
        }
    }

    fn call(&self, call: &FuncCall, place: Place, scope: &Scope<'_>) -> Result<Value, Exhausted> {
        let name = call.name.name.as_str();
        if call.name.is_namespaced() {
            return Ok(Value::unknown(place, Type::Any));
        }
        let mut arguments = Vec::new();
        for argument in call.args.iter() {
            let value = self.expression(argument, scope)?;
            // The first that works out is all that these ask for.
            if name == "try" && !matches!(value.data, Data::Failed) {
                return Ok(value);
            }
            arguments.push(value);
        }
        if call.args.expand_final()
            && let Some(last) = arguments.pop()
        {
            match last.items() {
                Some(items) => arguments.extend(items.iter().cloned()),
                None => return Ok(Value::unknown(place, Type::Any)),
            }
        }
        let context = super::functions::Context { eval: self, module: scope.module, place };
        super::functions::call(&context, name, &arguments)
    }

    fn for_each(&self, expression: &ForExpr, place: Place, scope: &Scope<'_>) -> Result<Value, Exhausted> {
        let collection = self.expression(&expression.intro.collection_expr, scope)?;
        let Some(pairs) = pairs(&collection) else { return Ok(Value::unknown(place, Type::Any)) };
        let (mut items, mut entries) = (Vec::new(), BTreeMap::<String, (Place, Value)>::new());
        let mut groups = BTreeMap::<String, (Place, Vec<Value>)>::new();
        for (key, value) in pairs {
            let mut inner = scope.clone();
            if let Some(name) = &expression.intro.key_var {
                inner.set(name.as_str(), key);
            }
            inner.set(expression.intro.value_var.as_str(), value);
            if let Some(condition) = &expression.cond {
                match self.expression(&condition.expr, &inner)?.to_bool() {
                    Some(true) => {}
                    Some(false) => continue,
                    None => return Ok(Value::unknown(place, Type::Any)),
                }
            }
            let made = self.expression(&expression.value_expr, &inner)?;
            let Some(key) = &expression.key_expr else {
                items.push(made);
                continue;
            };
            let key = self.expression(key, &inner)?;
            let Some(name) = key.to_plain() else { return Ok(Value::unknown(place, Type::Any)) };
            match expression.grouping {
                true => groups.entry(name).or_insert((key.place, Vec::new())).1.push(made),
                false => _ = entries.insert(name, (key.place, made)),
            }
        }
        if expression.key_expr.is_none() {
            return Value::list(place, items);
        }
        for (name, (at, items)) in groups {
            entries.insert(name, (at, Value::list(place, items)?));
        }
        Value::map(place, entries, None)
    }

    fn traversal(&self, traversal: &Traversal, place: Place, scope: &Scope<'_>) -> Result<Value, Exhausted> {
        let operators: Vec<&TraversalOperator> = traversal.operators.iter().map(|operator| operator.value()).collect();
        let root = match &traversal.expr {
            Expression::Variable(name) if !scope.names.contains_key(name.as_str()) => name.as_str(),
            other => {
                let value = self.expression(other, scope)?;
                return self.walk(value, &operators, place, scope);
            }
        };
        let Some(module) = scope.module else { return Ok(Value::unknown(place, Type::Any)) };
        let attribute = |number: usize| match operators.get(number) {
            Some(TraversalOperator::GetAttr(name)) => Some(name.as_str()),
            _ => None,
        };
        let (value, used) = match (root, attribute(0), attribute(1)) {
            ("var", Some(name), _) => (module.variable(self, name, place)?, 1),
            ("local", Some(name), _) => (module.local(self, name, place)?, 1),
            ("path", Some(name), _) => (module.path(name, place), 1),
            ("module", Some(name), Some(output)) => (module.output(self, name, output, place)?, 2),
            ("data" | "self" | "terraform", _, _) => (Value::unknown(place, Type::Any), operators.len()),
            (kind, Some(name), _) => return module.attribute(self, (kind, name), &operators, place),
            _ => (Value::unknown(place, Type::Any), operators.len()),
        };
        self.walk(value, operators.get(used..).unwrap_or_default(), place, scope)
    }

    /// What operators make of a value.
    pub fn walk(
        &self,
        mut value: Value,
        operators: &[&TraversalOperator],
        place: Place,
        scope: &Scope<'_>,
    ) -> Result<Value, Exhausted> {
        for (number, operator) in operators.iter().enumerate() {
            self.budget.tick()?;
            if value.is_unknown() {
                return Ok(Value { place, ..value }.child());
            }
            value = match operator {
                TraversalOperator::GetAttr(name) => entry(&value, name.as_str(), place),
                TraversalOperator::LegacyIndex(index) => item(&value, *index.value() as f64, place),
                TraversalOperator::Index(index) => {
                    let index = self.expression(index, scope)?;
                    match (&value.data, index.is_unknown()) {
                        (_, true) => Value::unknown(place, Type::Any),
                        (Data::Map(_), false) => match index.to_plain() {
                            Some(key) => entry(&value, &key, place),
                            None => Value::unknown(place, Type::Any),
                        },
                        _ => match index.to_number() {
                            Some(index) => item(&value, index, place),
                            None => Value::failed(place),
                        },
                    }
                }
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                    let rest = operators.get(number + 1..).unwrap_or_default();
                    let items = match value.items() {
                        Some(items) => items.to_vec(),
                        None if value.is_null() => Vec::new(),
                        None => vec![value],
                    };
                    let walked = items.into_iter().map(|item| self.walk(item, rest, place, scope));
                    return Value::list(place, walked.collect::<Result<_, _>>()?);
                }
            };
        }
        Ok(value)
    }
}

fn entry(value: &Value, name: &str, place: Place) -> Value {
    match value.entries() {
        Some(map) => match map.entries.get(name) {
            Some((_, value)) => value.clone(),
            None if map.open.is_some() => Value::unknown(place, Type::Any),
            None => Value::failed(place),
        },
        None => Value::failed(place),
    }
}

fn item(value: &Value, index: f64, place: Place) -> Value {
    let item = value.items().filter(|_| index >= 0.0).and_then(|items| items.get(index as usize));
    item.cloned().unwrap_or_else(|| Value::failed(place))
}

impl Value {
    /// What is inside something unknown is unknown, of another type.
    fn child(self) -> Value {
        match self.data {
            Data::Unknown(_) => Value::unknown(self.place, Type::Any),
            _ => self,
        }
    }
}

fn number_of(place: Place, number: &hcl_edit::Number) -> Value {
    let whole = number.as_i64().map(serde_json::Number::from).or_else(|| number.as_u64().map(serde_json::Number::from));
    match whole.or_else(|| number.as_f64().and_then(serde_json::Number::from_f64)) {
        Some(number) => Value::new(place, Data::Number(number)),
        None => Value::failed(place),
    }
}

fn binary(operator: BinaryOperator, left: &Value, right: &Value, place: Place) -> Value {
    use BinaryOperator as Op;
    let truth = |value: bool| Value::new(place, Data::Bool(value));
    let unknown = |ty| Value::unknown(place, ty);
    match operator {
        Op::Eq | Op::NotEq => match left.is_known() && right.is_known() {
            true => truth(left.equals(right) == (operator == Op::Eq)),
            false => unknown(Type::Bool),
        },
        Op::And | Op::Or => match (operator, left.to_bool(), right.to_bool()) {
            (Op::And, Some(false), _) | (Op::And, _, Some(false)) => truth(false),
            (Op::Or, Some(true), _) | (Op::Or, _, Some(true)) => truth(true),
            (_, Some(_), Some(right)) => truth(right),
            _ => unknown(Type::Bool),
        },
        _ => {
            let (Some(a), Some(b)) = (left.to_number(), right.to_number()) else {
                return unknown(match operator {
                    Op::Less | Op::LessEq | Op::Greater | Op::GreaterEq => Type::Bool,
                    _ => Type::Number,
                });
            };
            match operator {
                Op::Less => truth(a < b),
                Op::LessEq => truth(a <= b),
                Op::Greater => truth(a > b),
                Op::GreaterEq => truth(a >= b),
                Op::Plus => Value::number(place, a + b),
                Op::Minus => Value::number(place, a - b),
                Op::Mul => Value::number(place, a * b),
                Op::Div | Op::Mod if b == 0.0 => Value::failed(place),
                Op::Div => Value::number(place, a / b),
                _ => Value::number(place, a % b),
            }
        }
    }
}

/// A text that is put together by a function.
pub fn made(place: Place, text: Text) -> Value {
    Value::new(place, Data::Text(std::rc::Rc::new(text)))
}
