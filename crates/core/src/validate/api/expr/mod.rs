//! What types expressions of CEL have: whether the API server compiles them.
//!
//! What the checker does not know is of an unknown type, of which nothing is said.

mod calls;
mod cost;
mod size;
mod types;

pub(super) use size::Place;
pub(super) use types::Type;

use crate::stack;
use cel::common::ast::{ComprehensionExpr, EntryExpr, Expr, LiteralValue, SelectExpr};

/// What an expression may name: its variables, and the functions of a version of Kubernetes.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope<'t> {
    minor: u32,
    variables: Vec<(String, Type<'t>)>,
}

impl<'t> Scope<'t> {
    /// With these variables, in a minor version of Kubernetes.
    pub(super) fn of(minor: u32, variables: &[(&str, Type<'t>)]) -> Scope<'t> {
        Scope { minor, variables: variables.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect() }
    }

    fn get(&self, name: &str) -> Option<&Type<'t>> {
        self.variables.iter().rev().find(|(known, _)| known == name).map(|(_, ty)| ty)
    }

    fn with<R>(&mut self, name: &str, ty: Type<'t>, look: impl FnOnce(&mut Self) -> R) -> R {
        self.variables.push((name.to_owned(), ty));
        let result = look(self);
        self.variables.pop();
        result
    }
}

/// An expression that was read.
pub(super) struct Compiled<'t> {
    /// What it evaluates to.
    pub ty: Type<'t>,
    /// Whether it names `oldSelf`.
    pub old: bool,
    /// What it may cost at the most to evaluate it once, on a value of the schema that was given.
    pub cost: u64,
}

/// Expressions longer than this have no cost here: looking for it takes long.
const LONG: usize = 20_000;

/// The type of an expression and, with the schema of `self`, its cost, or why the server does not compile it.
pub(super) fn compile<'t>(text: &str, scope: &Scope<'t>, root: Option<Place<'t>>) -> Result<Compiled<'t>, String> {
    let program = crate::validate::crd::cel::compile(text)?;
    let expr = &program.expression().expr;
    let ty = type_of(expr, &mut scope.clone())?;
    let cost = root.filter(|_| text.len() < LONG).map_or(0, |root| cost::of(expr, scope, root));
    Ok(Compiled { ty, old: program.references().has_variable("oldSelf"), cost })
}

type Typed<'t> = Result<Type<'t>, String>;

fn type_of<'t>(expr: &Expr, scope: &mut Scope<'t>) -> Typed<'t> {
    stack::grow(|| match expr {
        Expr::Unspecified | Expr::Struct(_) => Ok(Type::Unknown),
        Expr::Literal(literal) => Ok(match literal {
            LiteralValue::Boolean(_) => Type::Bool,
            LiteralValue::Bytes(_) => Type::Bytes,
            LiteralValue::Double(_) => Type::Double,
            LiteralValue::Int(_) => Type::Int,
            LiteralValue::Null => Type::Null,
            LiteralValue::String(_) => Type::Text,
            LiteralValue::UInt(_) => Type::Uint,
        }),
        Expr::Ident(name) => match scope.get(name) {
            Some(ty) => Ok(ty.clone()),
            None if types::NAMES.contains(&name.as_str()) => Ok(Type::Unknown),
            None => Err(format!("nothing is called `{name}`")),
        },
        Expr::Select(select) => field(select, scope),
        Expr::List(list) => {
            let mut of: Option<Type> = None;
            for element in &list.elements {
                let ty = type_of(&element.expr, scope)?;
                of = Some(match of {
                    None => ty,
                    Some(of) if of.fits(&ty) => of.join(ty),
                    Some(of) => return Err(format!("a list of {of} has no {ty} in it")),
                });
            }
            Ok(Type::List(Box::new(of.unwrap_or(Type::Unknown))))
        }
        Expr::Map(map) => {
            let mut of: Option<Type> = None;
            for entry in &map.entries {
                let (EntryExpr::MapEntry(entry), Type::Unknown) = (&entry.expr, Type::Unknown) else { continue };
                type_of(&entry.key.expr, scope)?;
                let ty = type_of(&entry.value.expr, scope)?;
                of = Some(of.map_or(ty.clone(), |of| of.join(ty)));
            }
            Ok(Type::Map(Box::new(of.unwrap_or(Type::Unknown))))
        }
        Expr::Comprehension(comprehension) => looped(comprehension, scope),
        Expr::Call(call) => calls::call(call, scope),
    })
}

fn field<'t>(select: &SelectExpr, scope: &mut Scope<'t>) -> Typed<'t> {
    let of = type_of(&select.operand.expr, scope)?;
    let ty = match of.field(&select.field) {
        Some(ty) => ty,
        None if of.has_fields() => return Err(format!("there is no field `{}`", select.field)),
        None => return Err(format!("a value of type {of} has no fields")),
    };
    Ok(if select.test { Type::Bool } else { ty })
}

fn looped<'t>(loops: &ComprehensionExpr, scope: &mut Scope<'t>) -> Typed<'t> {
    if loops.iter_var2.is_some() && scope.minor < calls::TWO_VARIABLES {
        return Err("a loop has one variable".to_owned());
    }
    let (first, second) = match (type_of(&loops.iter_range.expr, scope)?, loops.iter_var2.is_some()) {
        (Type::List(of), false) => (*of, Type::Unknown),
        (Type::List(of), true) => (Type::Int, *of),
        (Type::Map(of), _) => (Type::Text, *of),
        (Type::Dyn, _) => (Type::Dyn, Type::Dyn),
        (Type::Unknown, _) => (Type::Unknown, Type::Unknown),
        (other, _) => return Err(format!("a value of type {other} has no items")),
    };
    let start = type_of(&loops.accu_init.expr, scope)?;
    let second_name = loops.iter_var2.as_deref().unwrap_or("");
    let step = |scope: &mut Scope<'t>, accu: Type<'t>| {
        scope.with(&loops.accu_var, accu, |scope| {
            scope.with(&loops.iter_var, first.clone(), |scope| {
                scope.with(second_name, second.clone(), |scope| {
                    type_of(&loops.loop_cond.expr, scope)?;
                    type_of(&loops.loop_step.expr, scope)
                })
            })
        })
    };
    let accu = step(scope, start)?;
    scope.with(&loops.accu_var, accu, |scope| type_of(&loops.result.expr, scope))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_have_types() {
        let scope = Scope::of(
            37,
            &[("object", Type::Dyn), ("n", Type::Int), ("s", Type::Text), ("l", Type::List(Box::new(Type::Text)))],
        );
        let ty = |text: &str| compile(text, &scope, None).map(|compiled| compiled.ty.to_string());
        for (text, expected) in [
            ("n > 1 && s.startsWith('a')", "bool"),
            ("l.all(x, x.size() > n)", "bool"),
            ("l.map(x, size(x)).sum()", "int"),
            ("l.filter(x, x != '')", "list of unknown"),
            ("object.spec.replicas <= 5", "bool"),
            ("object", "dyn"),
            ("has(object.x) ? object.x == 'a' : true", "bool"),
            ("s in l || n in [1, 2]", "bool"),
            ("'a' + s", "string"),
            ("quantity(s).isLessThan(quantity('1'))", "bool"),
        ] {
            assert_eq!(ty(text).as_deref(), Ok(expected), "{text}");
        }
        // Libraries came one by one.
        for (text, since) in [
            ("semver(s).major() == 1", 34),
            ("format.dns1123Label().validate(s).hasValue()", 32),
            ("lists.range(3).size() == 3", 35),
            ("l.distinct().size() == 1", 35),
            ("l.all(i, x, i < 3)", 33),
            ("sets.contains(l, [s])", 30),
            ("ip(s).family() == 4", 31),
            ("quantity(s).isInteger()", 29),
        ] {
            for minor in [since - 1, since] {
                let scope = Scope { minor, ..scope.clone() };
                assert_eq!(compile(text, &scope, None).is_ok(), minor == since, "{text} in 1.{minor}");
            }
        }
        for text in [
            "n +",
            "foo",
            "n.foo()",
            "s > 1",
            "s + n",
            "!n",
            "n == null",
            "l.sum()",
            "two.sets.x",
            "s.matches('[')",
            "int('x')",
        ] {
            assert!(ty(text).is_err(), "{text}: {:?}", ty(text));
        }
    }
}
