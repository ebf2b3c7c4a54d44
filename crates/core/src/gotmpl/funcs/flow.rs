//! Choices and types: `default`, `ternary`, `typeOf` and their kin.

use super::{Cx, FuncError, Rest, Text, functions};
use crate::value::Value;
use crate::value::compare::deep_equal;

/// sprig's `empty`: nil, zero, `false`, or without elements.
fn is_empty(cx: &Cx<'_>, value: &Value) -> bool {
    !value.is_true(&cx.heap)
}

/// `fmt.Sprintf("%T", v)`
fn type_of(cx: &Cx<'_>, value: &Value) -> &'static str {
    value.type_name(&cx.heap).map_or("<nil>", |ty| cx.go_type(ty))
}

/// `reflect.ValueOf(v).Kind().String()`
fn kind_of(value: &Value) -> &'static str {
    value.kind_name().unwrap_or("invalid")
}

functions! {
    pub static FLOW;

    /// The value, or a default where the value is empty.
    ///
    /// `{{ .Values.name | default .Chart.Name }}`
    "default" => fn default(cx, fallback: Value, given: Rest<Value>) -> Value {
        match given.0.into_iter().next() {
            Some(value) if !is_empty(cx, &value) => value,
            _ => fallback,
        }
    }

    /// Whether the value is nil, zero, `false`, or without characters or elements.
    ///
    /// `{{ if empty .Values.hosts }}`
    "empty" [Scalar] => fn empty(cx, value: Value) -> bool {
        is_empty(cx, &value)
    }

    /// The first value that is not empty.
    ///
    /// `{{ coalesce .Values.name .Values.global.name "fallback" }}`
    "coalesce" => fn coalesce(cx, values: Rest<Value>) -> Value {
        values.0.into_iter().find(|v| !is_empty(cx, v)).unwrap_or(Value::NIL_INTERFACE)
    }

    /// Whether all values are non-empty.
    ///
    /// `{{ if all .Values.user .Values.password }}`
    "all" => fn all(cx, values: Rest<Value>) -> bool {
        values.0.iter().all(|v| !is_empty(cx, v))
    }

    /// Whether some value is non-empty.
    ///
    /// `{{ if any .Values.user .Values.password }}`
    "any" => fn any(cx, values: Rest<Value>) -> bool {
        values.0.iter().any(|v| !is_empty(cx, v))
    }

    /// The first value if the condition holds, otherwise the second.
    ///
    /// `{{ .Values.debug | ternary "debug" "info" }}`
    "ternary" => fn ternary(_cx, yes: Value, no: Value, condition: bool) -> Value {
        if condition { yes } else { no }
    }

    /// Go's type of the value.
    ///
    /// `{{ typeOf .Values.hosts }}` gives `[]interface {}`
    "typeOf" [Scalar] => fn type_name(cx, value: Value) -> &'static str {
        type_of(cx, &value)
    }

    /// Whether Go's type of the value has this name.
    ///
    /// `{{ if typeIs "string" .Values.port }}`
    "typeIs" [Scalar] => fn type_is(cx, name: Text, value: Value) -> bool {
        type_of(cx, &value).as_bytes() == &*name
    }

    /// Whether Go's type of the value, or what it points to, has this name.
    ///
    /// `{{ if typeIsLike "semver.Version" (semver "1.2.3") }}`
    "typeIsLike" => fn type_is_like(cx, name: Text, value: Value) -> bool {
        let ty = type_of(cx, &value);
        ty.as_bytes() == &*name || ty.strip_prefix('*').is_some_and(|t| t.as_bytes() == &*name)
    }

    /// Go's kind of the value: `string`, `float64`, `bool`, `slice`, `map`, ….
    ///
    /// `{{ kindOf .Values.hosts }}` gives `slice`
    "kindOf" [Scalar] => fn kind_name(_cx, value: Value) -> &'static str {
        kind_of(&value)
    }

    /// Whether Go's kind of the value is this one.
    ///
    /// `{{ if kindIs "map" .Values.resources }}`
    "kindIs" [Scalar] => fn kind_is(_cx, kind: Text, value: Value) -> bool {
        kind_of(&value).as_bytes() == &*kind
    }

    /// Whether two values are equal in type and in all their parts.
    ///
    /// `{{ if deepEqual .Values.a .Values.b }}`
    "deepEqual" => fn deep_equal_values(cx, a: Value, b: Value) -> Result<bool, FuncError> {
        Ok(deep_equal(&cx.heap, cx.budget, &a, &b)?)
    }
}
