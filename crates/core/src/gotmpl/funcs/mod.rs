//! The functions a template can call, in families that follow sprig's documentation.
//!
//! A function is a plain typed Rust function with its documentation, written inside
//! [`functions!`](macro@functions); the macro makes the family's table out of it. The tables feed
//! the executor, completion, hover and the reference.

mod args;
mod builtin;
mod case;
mod codec;
mod convert;
#[cfg(feature = "crypto")]
mod crypto;
mod cx;
mod dates;
mod decimal;
mod dicts;
mod encoding;
mod engine;
mod flow;
pub(crate) mod goregex;
mod lists;
mod math;
mod merge;
mod methods;
pub(crate) mod netip;
mod network;
pub mod objects;
mod paths;
mod regexes;
mod registry;
mod rng;
mod semver;
mod strings;
mod time_methods;
pub(crate) mod url;

pub use args::{Dict, Int64, IntoValue, Param, Rest, Text, Time, Ty};
pub use builtin::{print_to, print_value};
pub use cx::{Cx, FuncError};
pub use methods::method;
pub(crate) use regexes::{compile_regex, regex_matches};
pub use registry::{all, lookup};

use crate::value::Value;

/// One template function.
#[derive(Clone, Copy)]
pub struct Function {
    /// Its names; the first is the main one.
    pub names: &'static [&'static str],
    /// Its documentation, as Markdown.
    pub doc: &'static str,
    /// Go types of the parameters; of a variadic function the last is the element type.
    pub params: &'static [Ty],
    /// Names of the parameters.
    pub param_names: &'static [&'static str],
    /// Whether the last parameter takes any number of arguments.
    pub variadic: bool,
    /// What else there is to know of it.
    pub marks: &'static [Mark],
    /// The function. Its arguments have been checked against `params`; it may take them away.
    pub call: fn(&mut Cx<'_>, &mut [Value]) -> Result<Value, FuncError>,
}

/// What there is to know of a function beside its types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Helm 3 does not have it.
    Helm4,
    /// Helm's engine adds it: the library of functions beneath does not have it.
    Engine,
    /// Its result is another each time, by chance.
    Chance,
    /// Its result depends on the clock.
    Clock,
    /// Its result depends on a cluster or a network.
    Outside,
    /// It changes the map that it is given first.
    Changes,
    /// It looks at a value as one thing, and at nothing in it.
    Scalar,
    /// Go declares its result as an `interface {}`, which error texts show.
    Interface,
}

impl Function {
    /// Whether it has a mark.
    pub fn is(&self, mark: Mark) -> bool {
        self.marks.contains(&mark)
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Function").field("names", &self.names).field("params", &self.params).finish_non_exhaustive()
    }
}

/// What a name in a template calls.
#[derive(Clone, Copy, Debug)]
pub struct Callee {
    /// The name.
    pub name: &'static str,
    /// The function.
    pub function: &'static Function,
    /// Whether the executor has to do something itself.
    pub special: Special,
}

/// Functions that need more than their arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    /// None: call the function.
    No,
    /// `and`, which stops at the first false argument.
    And,
    /// `or`, which stops at the first true argument.
    Or,
    /// `include`, which runs a template.
    Include,
    /// `tpl`, which runs a text.
    Tpl,
    /// `call`, which would call a function value.
    Call,
}

impl Callee {
    /// What `name` calls, if anything.
    pub fn find(name: &[u8], helm: crate::host::HelmVersion) -> Option<&'static Callee> {
        registry::callee(name, helm)
    }

    /// A method of a value; methods have one name each.
    pub fn method(function: &'static Function) -> Callee {
        let name = function.names.first().copied().unwrap_or_default();
        Callee { name, function, special: Special::No }
    }

    fn new(name: &'static str, function: &'static Function) -> Callee {
        let special = match name {
            "and" => Special::And,
            "or" => Special::Or,
            "include" => Special::Include,
            "tpl" => Special::Tpl,
            "call" => Special::Call,
            _ => Special::No,
        };
        Callee { name, function, special }
    }
}

/// Defines a family of template functions and its table.
///
/// ```ignore
/// functions! {
///     pub static STRINGS;
///
///     /// Upper-cases text as Go's `strings.ToUpper` does.
///     "upper" [Scalar] => fn upper(_cx, text: Text) -> String { … }
///
///     /// … The same function may have several names.
///     "toString" | "asString" [Scalar] => fn to_string(cx, value: Value) -> Result<Text, FuncError> { … }
/// }
/// ```
///
/// Marks stand behind the names: `"now" [Clock] => fn …`.
///
/// Parameter types say which Go type the parameter has (see [`Param`]); a last parameter of type
/// [`Rest`] makes the function variadic. The result is anything that is [`IntoValue`].
macro_rules! functions {
    ($vis:vis static $table:ident;
     $($(#[doc = $doc:literal])+ $($name:literal)|+ $([$($mark:ident),+])? => fn $fun:ident($cx:ident $(, $arg:ident : $ty:ty)* $(,)?) -> $ret:ty $body:block)*) => {
        $(
            $(#[doc = $doc])+
            fn $fun($cx: &mut $crate::gotmpl::funcs::Cx<'_> $(, $arg: $ty)*) -> $ret $body
        )*

        /// The functions of this family.
        $vis static $table: &[$crate::gotmpl::funcs::Function] = &[$(
            $crate::gotmpl::funcs::Function {
                names: &[$($name),+],
                doc: if cfg!(feature = "prose") { concat!($($doc, "\n"),+) } else { "" },
                params: &[$(<$ty as $crate::gotmpl::funcs::Param>::TY),*],
                param_names: &[$(stringify!($arg)),*],
                marks: &[$($($crate::gotmpl::funcs::Mark::$mark),+)?],
                variadic: false $(|| <$ty as $crate::gotmpl::funcs::Param>::VARIADIC)*,
                call: |cx, args| {
                    #[allow(unused_mut, unused_variables, reason = "functions without parameters")]
                    let mut args = args.iter_mut();
                    $(let $arg = <$ty as $crate::gotmpl::funcs::Param>::take(&mut args)?;)*
                    $crate::gotmpl::funcs::IntoValue::into_value($fun(cx $(, $arg)*))
                },
            },
        )*];
    };
}
pub(crate) use functions;
