//! Jinja templates: `templates/*.j2`, `.jinja` and `.jinja2`, rendered by minijinja.
//!
//! They see the same context as Go templates and may use the same functions as filters and
//! functions; only where Jinja has a filter of its own by that name, Jinja's is used.

mod convert;

use crate::budget::Limits;
use crate::gotmpl::funcs::{Cx, Function};
use crate::host::{HelmVersion, Host};
use crate::value::Value;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Whether a template of this name is Jinja's.
pub fn is_jinja(name: &str) -> bool {
    [".j2", ".jinja", ".jinja2"].iter().any(|ending| name.ends_with(ending))
}

/// Why a Jinja template gives nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JinjaError {
    /// Name of the template.
    pub name: String,
    /// Line, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for JinjaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.name, self.message),
            None => write!(f, "{}: {}", self.name, self.message),
        }
    }
}

impl std::error::Error for JinjaError {}

/// Filters of Jinja that template functions would hide.
const JINJA_OWN: &[&str] = &[
    "abs",
    "attr",
    "batch",
    "bool",
    "capitalize",
    "default",
    "first",
    "float",
    "format",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "range",
    "replace",
    "reverse",
    "round",
    "slice",
    "sort",
    "split",
    "string",
    "sum",
    "title",
    "trim",
    "unique",
    "upper",
    "zip",
    "dict",
    "and",
    "or",
    "not",
    "include",
    "tpl",
    "call",
];

/// Instructions one Jinja template may take: about a second, as nothing else ends it.
const MAX_FUEL: u64 = 50_000_000;

/// What template functions need when Jinja calls them.
struct Shared {
    host: Host,
    limits: Limits,
    helm: HelmVersion,
    draws: AtomicU64,
}

/// Renders one template over a Go context.
pub fn render(cx: &mut Cx<'_>, name: &str, text: &str, context: &Value) -> Result<String, JinjaError> {
    let error = |error: &Error| JinjaError {
        name: name.to_owned(),
        line: error.line(),
        message: match error.detail() {
            Some(detail) => format!("{}: {detail}", error.kind()),
            None => error.kind().to_string(),
        },
    };
    let shared = Arc::new(Shared {
        host: cx.host.clone(),
        limits: cx.budget.limits().clone(),
        helm: cx.helm,
        draws: AtomicU64::new(cx.draws),
    });
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Chainable);
    env.set_fuel(Some(cx.budget.limits().fuel.min(MAX_FUEL)));
    for function in crate::gotmpl::funcs::all() {
        for name in function.names.iter().filter(|name| !JINJA_OWN.contains(name)) {
            add(&mut env, name, function, &shared);
        }
    }
    let converted = convert::to_jinja(&cx.heap, context, 0).map_err(|e| error(&e))?;
    let result = env.render_named_str(name, text, converted).map_err(|e| error(&e));
    cx.draws = shared.draws.load(Ordering::Relaxed);
    result
}

fn add(env: &mut Environment<'_>, name: &'static str, function: &'static Function, shared: &Arc<Shared>) {
    let as_filter = shared.clone();
    // A pipe hands its value to the last parameter, as in Go templates.
    env.add_filter(name, move |value: minijinja::Value, args: minijinja::value::Rest<minijinja::Value>| {
        let mut all = args.0;
        all.push(value);
        call(function, &as_filter, &all)
    });
    let as_function = shared.clone();
    env.add_function(name, move |args: minijinja::value::Rest<minijinja::Value>| call(function, &as_function, &args.0));
}

/// Calls a template function with Jinja's values.
fn call(function: &'static Function, shared: &Shared, args: &[minijinja::Value]) -> Result<minijinja::Value, Error> {
    let budget = crate::budget::Budget::new(shared.limits.clone(), Default::default());
    let mut cx = Cx::new(&shared.host, &budget, shared.helm, false);
    cx.draws = shared.draws.load(Ordering::Relaxed);
    let count = function.params.len() - usize::from(function.variadic);
    if args.len() < count || (!function.variadic && args.len() > count) {
        return Err(Error::new(
            ErrorKind::InvalidOperation,
            format!("expected {count} arguments, found {}", args.len()),
        ));
    }
    let mut values = Vec::new();
    for (i, arg) in args.iter().enumerate() {
        let ty = function.params.get(i).or(function.params.last()).copied();
        values.push(convert::from_jinja(&mut cx.heap, arg, ty, 0)?);
    }
    let value = (function.call)(&mut cx, &values).map_err(|e| Error::new(ErrorKind::InvalidOperation, e.message))?;
    shared.draws.store(cx.draws, Ordering::Relaxed);
    convert::to_jinja(&cx.heap, &value, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use crate::yaml::from_text;

    fn rendered(text: &str) -> Result<String, JinjaError> {
        let limits = Limits { fuel: 100_000, ..Limits::default() };
        let (host, budget) = (Host::default(), Budget::new(limits, Default::default()));
        let mut cx = Cx::new(&host, &budget, HelmVersion::V4, false);
        let values = b"Values: {a: {b: x}, num: 3, list: [1, 2]}\nRelease: {Name: r}\n";
        let context = from_text(&mut cx.heap, values, crate::json::Numbers::Float).unwrap();
        render(&mut cx, "t.j2", text, &context)
    }

    #[test]
    fn context_filters_and_functions_are_the_same() {
        assert_eq!(rendered("{{ Release.Name }}-{{ Values.a.b|quote }} {{ Values.num }}").unwrap(), "r-\"x\" 3");
        assert_eq!(rendered("{% for i in Values.list %}{{ i }},{% endfor %}{{ Values.missing.x }}").unwrap(), "1,2,");
        assert_eq!(rendered("{{ trunc(2, 'abc') }} {{ 'abc'|trunc(2) }}").unwrap(), "ab ab");
    }

    #[test]
    fn errors_name_the_line() {
        assert_eq!(rendered("a\n{{ x| }}").unwrap_err().line, Some(2));
        assert!(rendered("{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}").is_err());
    }
}
