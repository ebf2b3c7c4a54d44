//! Operators and functions: what they take and what they give.

use super::{Scope, Type, Typed, type_of};
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue};

/// What a function gives.
#[derive(Clone, Copy)]
pub(super) enum Gives {
    Bool,
    Int,
    Double,
    Text,
    Bytes,
    Texts,
    Time,
    Duration,
    /// What the list has.
    Item,
    /// What it was called on.
    Same,
    /// It is of a library that has types of its own.
    Other,
    Dyn,
}

/// What a function is called on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    Text,
    List,
    TextOrList,
    Time,
    Numbers,
    Texts,
    Sized,
    /// Values of the types of libraries.
    Other,
}

/// Functions that are called on nothing.
const PLAIN: &[(&str, Gives)] = &[
    ("bool", Gives::Bool),
    ("bytes", Gives::Bytes),
    ("cidr", Gives::Other),
    ("double", Gives::Double),
    ("duration", Gives::Duration),
    ("dyn", Gives::Dyn),
    ("int", Gives::Int),
    ("ip", Gives::Other),
    ("isCIDR", Gives::Bool),
    ("isIP", Gives::Bool),
    ("isQuantity", Gives::Bool),
    ("isSemver", Gives::Bool),
    ("isURL", Gives::Bool),
    ("matches", Gives::Bool),
    ("quantity", Gives::Other),
    ("semver", Gives::Other),
    ("size", Gives::Int),
    ("string", Gives::Text),
    ("timestamp", Gives::Time),
    ("type", Gives::Other),
    ("uint", Gives::Other),
    ("url", Gives::Other),
];

/// Functions with a namespace.
const NAMESPACES: &[Namespace] = &[
    ("sets", &["contains", "equivalent", "intersects"], Gives::Bool),
    ("optional", &["of", "ofNonZeroValue", "none"], Gives::Other),
    ("format", &[], Gives::Other),
    ("lists", &["range"], Gives::Other),
    ("strings", &["quote"], Gives::Text),
    ("jsonpatch", &["escapeKey"], Gives::Text),
    ("ip", &["isCanonical"], Gives::Bool),
];

/// Functions that are called on something.
const MEMBERS: &[(&[&str], On, Gives)] = &[
    (&["contains", "startsWith", "endsWith", "matches"], On::Text, Gives::Bool),
    (&["charAt", "lowerAscii", "upperAscii", "replace", "substring", "trim", "find"], On::Text, Gives::Text),
    (&["format"], On::Text, Gives::Text),
    (&["split", "findAll"], On::Text, Gives::Texts),
    (&["indexOf", "lastIndexOf"], On::TextOrList, Gives::Int),
    (&["size"], On::Sized, Gives::Int),
    (&["join"], On::Texts, Gives::Text),
    (&["isSorted"], On::List, Gives::Bool),
    (&["sum"], On::Numbers, Gives::Item),
    (&["min", "max"], On::List, Gives::Item),
    (&["slice", "distinct", "reverse", "sort", "sortBy"], On::List, Gives::Same),
    (&["flatten", "first", "last"], On::List, Gives::Other),
    (
        &[
            "getFullYear",
            "getMonth",
            "getDate",
            "getDayOfMonth",
            "getDayOfWeek",
            "getDayOfYear",
            "getHours",
            "getMinutes",
            "getSeconds",
            "getMilliseconds",
        ],
        On::Time,
        Gives::Int,
    ),
    (&["getScheme", "getHost", "getHostname", "getPort", "getEscapedPath", "reason", "error"], On::Other, Gives::Text),
    (&["family", "prefixLength", "sign", "asInteger", "compareTo", "major", "minor", "patch"], On::Other, Gives::Int),
    (&["asApproximateFloat"], On::Other, Gives::Double),
    (
        &[
            "isUnspecified",
            "isLoopback",
            "isLinkLocalMulticast",
            "isLinkLocalUnicast",
            "isGlobalUnicast",
            "containsIP",
            "containsCIDR",
            "isInteger",
            "isGreaterThan",
            "isLessThan",
            "hasValue",
            "allowed",
            "errored",
        ],
        On::Other,
        Gives::Bool,
    ),
    (
        &[
            "getQuery",
            "ip",
            "masked",
            "add",
            "sub",
            "value",
            "orValue",
            "or",
            "optMap",
            "optFlatMap",
            "validate",
            "path",
            "group",
            "resource",
            "subresource",
            "namespace",
            "name",
            "check",
            "serviceAccount",
            "fieldSelector",
            "labelSelector",
        ],
        On::Other,
        Gives::Other,
    ),
];

/// Functions and namespaces that came later, and the first minor version whose server compiles them: one later than the
/// version that has them, for a server takes nothing that the one before it could not evaluate.
const SINCE: &[(&str, u32)] = &[
    ("quantity", 29),
    ("isQuantity", 29),
    ("optional", 29),
    ("sets", 30),
    ("cidr", 31),
    ("ip", 31),
    ("isCIDR", 31),
    ("isIP", 31),
    ("semver", 34),
    ("isSemver", 34),
    ("distinct", 35),
    ("first", 35),
    ("flatten", 35),
    ("last", 35),
    ("lists", 35),
    ("reverse", 35),
    ("slice", 35),
    ("sort", 35),
    ("sortBy", 35),
    ("transformList", TWO_VARIABLES),
    ("transformMap", TWO_VARIABLES),
    ("transformMapEntry", TWO_VARIABLES),
];

/// The first minor version with loops of two variables.
pub(super) const TWO_VARIABLES: u32 = 33;

/// The first minor version with the namespace `format`; texts have a function of this name, too.
const FORMATS: u32 = 32;

/// Whether a function or a namespace is there.
fn is_there(name: &str, scope: &Scope<'_>) -> Result<(), String> {
    match SINCE.iter().find(|row| row.0 == name) {
        Some((_, since)) if scope.minor < *since => Err(format!("there is no `{name}` before Kubernetes 1.{since}")),
        _ => Ok(()),
    }
}

/// A namespace, its functions and what they give.
type Namespace = (&'static str, &'static [&'static str], Gives);

/// The namespace that stands where functions have what they are called on.
pub(super) fn namespace(target: &IdedExpr, scope: &Scope<'_>) -> Option<&'static Namespace> {
    match &target.expr {
        Expr::Ident(space) if scope.get(space).is_none() => NAMESPACES.iter().find(|row| row.0 == space),
        _ => None,
    }
}

/// Macros that the parser may leave alone.
const MACROS: &[&str] = &[
    "all",
    "exists",
    "exists_one",
    "existsOne",
    "map",
    "filter",
    "transformList",
    "transformMap",
    "transformMapEntry",
    "sortBy",
    "optMap",
    "optFlatMap",
];

pub(super) fn call<'t>(call: &CallExpr, scope: &mut Scope<'t>) -> Typed<'t> {
    let name = call.func_name.as_str();
    let space = call.target.as_deref().and_then(|target| namespace(target, scope));
    match space {
        Some(("format", ..)) if scope.minor < FORMATS => return Err("there is no `format`".to_owned()),
        Some((space, ..)) => is_there(space, scope)?,
        None => is_there(name, scope)?,
    }
    let on = match (&call.target, space) {
        (Some(target), None) => Some(type_of(&target.expr, scope)?),
        _ => None,
    };
    if MACROS.contains(&name) {
        let two = call.args.len() == 3 && matches!(name, "all" | "exists" | "exists_one" | "existsOne");
        return match two && scope.minor < TWO_VARIABLES {
            true => Err("a loop has one variable".to_owned()),
            false => Ok(Type::Unknown),
        };
    }
    let args = call.args.iter().map(|arg| type_of(&arg.expr, scope)).collect::<Result<Vec<_>, _>>()?;
    let literal = |n: usize| match call.args.get(n).map(|arg| &arg.expr) {
        Some(Expr::Literal(LiteralValue::String(text))) => Some(text.inner()),
        _ => None,
    };
    literals(name, literal(args.len().saturating_sub(1)))?;
    if let Some((space, names, gives)) = space {
        return if names.is_empty() || names.contains(&name) {
            Ok(gives.of(&Type::Unknown))
        } else {
            Err(format!("there is no function `{space}.{name}`"))
        };
    }
    match on {
        Some(on) => member(name, &on),
        None if name.starts_with(|c: char| c.is_ascii_alphabetic()) => match PLAIN.iter().find(|row| row.0 == name) {
            Some((_, gives)) => Ok(gives.of(args.first().unwrap_or(&Type::Unknown))),
            None => Err(format!("there is no function `{name}`")),
        },
        None => operator(name, &args),
    }
}

/// Texts that are looked at when an expression is compiled.
fn literals(name: &str, text: Option<&str>) -> Result<(), String> {
    let Some(text) = text else { return Ok(()) };
    match name {
        "matches" => match regex::Regex::new(text) {
            Err(regex::Error::Syntax(_)) => Err(format!("{text:?} is no regular expression")),
            _ => Ok(()),
        },
        "int" if text.parse::<i64>().is_err() => Err(format!("{text:?} is no integer")),
        "duration" if crate::value::time::parse_duration(text.as_bytes()).is_err() => {
            Err(format!("{text:?} is no duration"))
        }
        "timestamp" if !crate::validate::formats::is_time(text, false) => Err(format!("{text:?} is no time")),
        _ => Ok(()),
    }
}

fn member<'t>(name: &str, on: &Type<'t>) -> Typed<'t> {
    let mut known = MEMBERS.iter().filter(|row| row.0.contains(&name)).peekable();
    if known.peek().is_none() {
        return Err(format!("there is no function `{name}`"));
    }
    match known.find(|row| row.1.takes(on)) {
        Some((_, _, gives)) => Ok(gives.of(on)),
        None => Err(format!("a value of type {on} has no function `{name}`")),
    }
}

impl On {
    fn takes(self, ty: &Type<'_>) -> bool {
        match (self, ty) {
            (_, Type::Unknown | Type::Dyn) => true,
            (On::Text | On::TextOrList | On::Sized, Type::Text) => true,
            (On::List | On::TextOrList | On::Sized, Type::List(_)) => true,
            (On::Sized, Type::Map(_) | Type::Bytes) => true,
            (On::Time, Type::Time | Type::Duration) => true,
            (On::Texts, Type::List(of)) => of.fits(&Type::Text),
            (On::Numbers, Type::List(of)) => {
                matches!(**of, Type::Unknown | Type::Dyn | Type::Int | Type::Uint | Type::Double | Type::Duration)
            }
            _ => false,
        }
    }
}

impl Gives {
    fn of<'t>(self, on: &Type<'t>) -> Type<'t> {
        match self {
            Gives::Bool => Type::Bool,
            Gives::Int => Type::Int,
            Gives::Double => Type::Double,
            Gives::Text => Type::Text,
            Gives::Bytes => Type::Bytes,
            Gives::Texts => Type::List(Box::new(Type::Text)),
            Gives::Time => Type::Time,
            Gives::Duration => Type::Duration,
            Gives::Item => match on {
                Type::List(of) => (**of).clone(),
                _ => Type::Unknown,
            },
            Gives::Same => on.clone(),
            Gives::Other => Type::Unknown,
            Gives::Dyn => Type::Dyn,
        }
    }
}

fn operator<'t>(name: &str, args: &[Type<'t>]) -> Typed<'t> {
    let free = |ty: &Type<'_>| matches!(ty, Type::Unknown | Type::Dyn);
    let wrong = || {
        let types: Vec<String> = args.iter().map(Type::to_string).collect();
        Err(format!("`{}` does not go with {}", name.replace('_', "").trim_start_matches('@'), types.join(" and ")))
    };
    match (name, args) {
        ("_&&_" | "_||_" | "!_", _) => {
            if args.iter().all(|ty| free(ty) || matches!(ty, Type::Bool)) {
                Ok(Type::Bool)
            } else {
                wrong()
            }
        }
        ("@not_strictly_false", _) => Ok(Type::Bool),
        ("-_", [ty]) => match ty {
            Type::Int | Type::Double | Type::Dyn | Type::Unknown => Ok(ty.clone()),
            _ => wrong(),
        },
        ("_==_" | "_!=_", [a, b]) => {
            if a.fits(b) {
                Ok(Type::Bool)
            } else {
                wrong()
            }
        }
        ("_<_" | "_<=_" | "_>_" | "_>=_", [a, b]) => {
            let number = |ty: &Type<'_>| matches!(ty, Type::Int | Type::Uint | Type::Double);
            let ordered = |ty: &Type<'_>| {
                free(ty)
                    || number(ty)
                    || matches!(ty, Type::Text | Type::Bytes | Type::Bool | Type::Time | Type::Duration)
            };
            let same = (number(a) && number(b)) || a.fits(b);
            if ordered(a) && ordered(b) && same { Ok(Type::Bool) } else { wrong() }
        }
        ("_+_" | "_-_" | "_*_" | "_/_" | "_%_", [a, b]) => arithmetic(name, a, b).map_or_else(wrong, Ok),
        ("_?_:_", [condition, a, b]) => match condition {
            Type::Bool | Type::Dyn | Type::Unknown if a.fits(b) => Ok(a.clone().join(b.clone())),
            _ => wrong(),
        },
        ("_[_]", [of, index]) => match (of, index) {
            (Type::Dyn, _) => Ok(Type::Dyn),
            (Type::Unknown, _) => Ok(Type::Unknown),
            (Type::List(of), Type::Int | Type::Uint | Type::Double | Type::Dyn | Type::Unknown) => Ok((**of).clone()),
            (Type::Map(of), Type::Text | Type::Dyn | Type::Unknown) => Ok((**of).clone()),
            _ => wrong(),
        },
        ("@in", [item, of]) => match of {
            Type::Dyn | Type::Unknown => Ok(Type::Bool),
            Type::List(of) if of.fits(item) => Ok(Type::Bool),
            Type::Map(_) if matches!(item, Type::Text | Type::Dyn | Type::Unknown) => Ok(Type::Bool),
            _ => wrong(),
        },
        _ => Ok(Type::Unknown),
    }
}

fn arithmetic<'t>(name: &str, a: &Type<'t>, b: &Type<'t>) -> Option<Type<'t>> {
    let sums = matches!(name, "_+_" | "_-_");
    match (a, b) {
        (Type::Unknown, _) | (_, Type::Unknown) => Some(Type::Unknown),
        (Type::Dyn, Type::Dyn) => Some(Type::Dyn),
        (Type::Dyn, _) | (_, Type::Dyn) => Some(Type::Unknown),
        (Type::Int, Type::Int) | (Type::Uint, Type::Uint) => Some(a.clone()),
        (Type::Double, Type::Double) if name != "_%_" => Some(Type::Double),
        (Type::Text, Type::Text) | (Type::Bytes, Type::Bytes) if name == "_+_" => Some(a.clone()),
        (Type::List(x), Type::List(y)) if name == "_+_" && matches!(**x, Type::Unknown) => Some(Type::List(y.clone())),
        (Type::List(x), Type::List(y)) if name == "_+_" && x.fits(y) => Some(a.clone()),
        (Type::Time, Type::Duration) if sums => Some(Type::Time),
        (Type::Duration, Type::Time) if name == "_+_" => Some(Type::Time),
        (Type::Time, Type::Time) if name == "_-_" => Some(Type::Duration),
        (Type::Duration, Type::Duration) if sums => Some(Type::Duration),
        _ => None,
    }
}
