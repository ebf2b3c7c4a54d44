//! Functions of Helm's engine: templates in templates, failing on purpose, the cluster.

use super::args::{ReflectValue, Rest};
use super::{FuncError, Text, functions};
use crate::log::{Level, Log};
use crate::text::Origin;
use crate::value::Value;

functions! {
    pub static ENGINE;

    /// Runs a named template and gives its output as text, so that it can be piped.
    ///
    /// ```yaml
    /// labels:
    ///   {{- include "web.labels" . | nindent 2 }}
    /// ```
    "include" [Engine] => fn include(_cx, _name: Text, _data: Value) -> Result<Text, FuncError> {
        Err(FuncError::new("include works only in templates"))
    }

    /// Runs a text as a template, as if it stood in a file of the chart.
    ///
    /// `{{ tpl .Values.greeting . }}`
    "tpl" [Engine] => fn tpl(_cx, _text: Text, _data: Value) -> Result<Text, FuncError> {
        Err(FuncError::new("tpl works only in templates"))
    }

    /// The first argument that is false, or the last; later arguments are not evaluated.
    ///
    /// `{{ if and .Values.ingress.enabled .Values.ingress.host }}`
    "and" => fn and(_cx, _first: ReflectValue, _rest: Rest<ReflectValue>) -> Value {
        Value::NIL
    }

    /// The first argument that is true, or the last; later arguments are not evaluated.
    ///
    /// `{{ or .Values.name .Chart.Name }}`
    "or" => fn or(_cx, _first: ReflectValue, _rest: Rest<ReflectValue>) -> Value {
        Value::NIL
    }

    /// Calls a function value. No value of Helm's is one, so this is always an error.
    ///
    /// `{{ call .Values.x }}`
    "call" => fn call(_cx, _function: ReflectValue, _args: Rest<ReflectValue>) -> Value {
        Value::NIL
    }

    /// Ends the render with an error of the chart's own.
    ///
    /// `{{ fail "either a or b must be set" }}`
    "fail" [Scalar] => fn fail(cx, message: Text) -> Result<Text, FuncError> {
        if cx.lint {
            let text = message.str.to_string();
            let line = Log::new(Level::Info, "funcMap fail").with("message", &text);
            cx.log.push(line.helm3(format!("engine.go:227: [INFO] Fail: {text}")));
            return Ok(Text::default());
        }
        Err(FuncError::by_chart("fail", message.str.to_string(), Origin::NONE))
    }

    /// A cluster object, or a list of them where the name is empty. A render without a cluster finds what the host
    /// hands in, and an empty map otherwise.
    ///
    /// `{{ (lookup "v1" "Secret" .Release.Namespace "db").data }}`
    "lookup" [Engine, Outside] => fn lookup(cx, api_version: Text, kind: Text, namespace: Text, name: Text) -> Result<Value, FuncError> {
        let found = cx.host().lookup.as_ref().and_then(|objects| {
            let (api_version, kind) = (api_version.str.to_lossy(), kind.str.to_lossy());
            objects.lookup(&api_version, &kind, &namespace.str.to_lossy(), &name.str.to_lossy())
        });
        match found {
            None => Ok(cx.heap.new_dict(Default::default())),
            Some(json) => crate::json::decode(&mut cx.heap, json.as_bytes()).map_err(FuncError::new),
        }
    }

    /// The value, or an error with the given message if it is nil or the empty string.
    ///
    /// `{{ required "image.tag is required" .Values.image.tag }}`
    "required" [Engine] => fn required(cx, message: Text, value: Value) -> Result<Value, FuncError> {
        let is_nothing = value.is_nil();
        if is_nothing || value.as_str().is_some_and(|s| s.is_empty()) {
            if cx.lint {
                let text = message.str.to_string();
                // Helm has two wordings for the two cases.
                let (four, line) = if is_nothing { ("missing required value", 206) } else { ("missing required values", 213) };
                let log = Log::new(Level::Warn, four).with("message", &text);
                cx.log.push(log.helm3(format!("engine.go:{line}: [INFO] Missing required value: {text}")));
                return Ok(Value::str(""));
            }
            return Err(FuncError::by_chart("required", message.str.to_string(), value.origin));
        }
        Ok(value)
    }
}
