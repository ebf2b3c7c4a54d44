//! The types of variables, as `type = …` has them.

use super::eval::{Eval, Scope};
use super::value::{Left, Type};
use chartlens::budget::Exhausted;
use hcl_edit::expr::{Expression, ObjectKey};
use std::collections::BTreeMap;

/// The type that an expression names; any where it names none.
pub fn of(eval: &Eval<'_>, expression: &Expression, scope: &Scope<'_>) -> Result<Type, Exhausted> {
    eval.budget.tick()?;
    Ok(match expression {
        Expression::Variable(name) => named(name.as_str()),
        // In JSON a type is a text.
        Expression::String(text) => match hcl_edit::parser::parse_expr(text.as_str()) {
            Ok(inner) if !matches!(inner, Expression::String(_)) => of(eval, &inner, scope)?,
            _ => Type::Any,
        },
        Expression::Parenthesis(inner) => of(eval, inner.inner(), scope)?,
        Expression::FuncCall(call) => match (call.name.name.as_str(), call.args.get(0)) {
            ("list" | "set", Some(inner)) => Type::List(Box::new(of(eval, inner, scope)?)),
            ("map", Some(inner)) => Type::Map(Box::new(of(eval, inner, scope)?)),
            ("optional", Some(inner)) => of(eval, inner, scope)?,
            ("object", Some(Expression::Object(object))) => {
                let mut attributes = BTreeMap::new();
                for (key, value) in object.iter() {
                    let name = match key {
                        ObjectKey::Ident(name) => name.as_str().to_owned(),
                        ObjectKey::Expression(key) => key.as_str().unwrap_or_default().to_owned(),
                    };
                    let left = left(eval, value.expr(), scope)?;
                    attributes.insert(name, (of(eval, value.expr(), scope)?, left));
                }
                Type::Object(attributes)
            }
            _ => Type::Any,
        },
        _ => Type::Any,
    })
}

fn named(name: &str) -> Type {
    match name {
        "string" => Type::Text,
        "number" => Type::Number,
        "bool" => Type::Bool,
        "list" | "set" => Type::List(Box::new(Type::Any)),
        "map" => Type::Map(Box::new(Type::Any)),
        _ => Type::Any,
    }
}

/// What `optional(…, …)` gives an attribute that is left out.
fn left(eval: &Eval<'_>, expression: &Expression, scope: &Scope<'_>) -> Result<Option<Left>, Exhausted> {
    let Expression::FuncCall(call) = expression else { return Ok(None) };
    if call.name.name.as_str() != "optional" {
        return Ok(None);
    }
    let value = match call.args.get(1) {
        Some(default) => {
            let ty = match call.args.get(0) {
                Some(inner) => of(eval, inner, scope)?,
                None => Type::Any,
            };
            eval.expression(default, scope)?.converted(&ty)?
        }
        None => super::value::Value::null(scope.place(expression)),
    };
    Ok(Some(Left(value)))
}
