//! Assignments that programs make, as the flags of the command line that mean the same.

use super::ValuesSource;
use serde_json::Value as Json;

impl ValuesSource {
    /// What sets `path` to a value: numbers are read as Helm's flags read them, text stays text.
    pub fn assign(path: &str, value: &Json) -> ValuesSource {
        match value {
            Json::String(text) => ValuesSource::assign_text(path, text),
            Json::Null | Json::Bool(_) => ValuesSource::Set(format!("{path}={value}")),
            Json::Number(number) if number.is_i64() || number.is_u64() => ValuesSource::Set(format!("{path}={value}")),
            _ => ValuesSource::SetJson(format!("{path}={value}")),
        }
    }

    /// What sets `path` to a text: `--set-string` splits at commas and takes a brace in front for a list.
    pub fn assign_text(path: &str, text: &str) -> ValuesSource {
        let mut out = format!("{path}=");
        for (i, c) in text.chars().enumerate() {
            if matches!(c, ',' | '\\') || (i == 0 && c == '{') {
                out.push('\\');
            }
            out.push(c);
        }
        ValuesSource::SetString(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_flags() {
        let of = |value: Json| match ValuesSource::assign("a.b", &value) {
            ValuesSource::Set(text) => format!("--set {text}"),
            ValuesSource::SetString(text) => format!("--set-string {text}"),
            ValuesSource::SetJson(text) => format!("--set-json {text}"),
            other => format!("{other:?}"),
        };
        assert_eq!(of(Json::from(3)), "--set a.b=3");
        assert_eq!(of(Json::Null), "--set a.b=null");
        assert_eq!(of(Json::from("{1,2\\")), "--set-string a.b=\\{1\\,2\\\\");
        assert_eq!(of(Json::from(vec![1.5])), "--set-json a.b=[1.5]");
    }
}
