//! Writing YAML with actions of templates in it, and with comments.
//!
//! A value is JSON; what is more than that stands in strings and keys that begin with a control character, which the
//! functions here put there.

use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

const ACTION: char = '\u{1}';
const DUMP: char = '\u{2}';
const WHEN: char = '\u{3}';
const LINES: char = '\u{4}';

/// A scalar that is written as it stands: `{{ .Values.replicas }}`.
pub fn action(text: impl AsRef<str>) -> Json {
    format!("{ACTION}{}", text.as_ref()).into()
}

/// A map or list of the values, as YAML.
pub fn dump(value: &str) -> Json {
    format!("{DUMP}{value}").into()
}

/// Lines below a key, as they stand.
pub fn lines(text: &str) -> Json {
    format!("{LINES}{text}").into()
}

/// A key that is there only under a condition.
pub fn when(condition: &str, key: &str) -> String {
    format!("{WHEN}{condition}{WHEN}{key}")
}

/// A template: texts with `{{` in them stay what they are.
pub fn template(value: &Json) -> String {
    Writer { comments: &BTreeMap::new(), is_template: true, out: String::new() }.document(value)
}

/// A values file with comments above the values of these paths.
pub fn values(value: &Json, comments: &BTreeMap<String, String>) -> String {
    Writer { comments, is_template: false, out: String::new() }.document(value)
}

struct Writer<'w> {
    comments: &'w BTreeMap<String, String>,
    is_template: bool,
    out: String,
}

impl Writer<'_> {
    fn document(mut self, value: &Json) -> String {
        match value {
            Json::Object(map) if map.is_empty() => self.out.push_str("{}\n"),
            Json::Object(map) => self.map(map, 0, ""),
            other => self.out.push_str(&format!("{other}\n")),
        }
        self.out
    }

    fn map(&mut self, map: &Map<String, Json>, indent: usize, path: &str) {
        let pad = " ".repeat(indent);
        for (number, (key, value)) in map.iter().enumerate() {
            let (condition, key) = match key.strip_prefix(WHEN).and_then(|rest| rest.split_once(WHEN)) {
                Some((condition, key)) => (Some(condition), key),
                None => (None, key.as_str()),
            };
            let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            if let Some(comment) = self.comments.get(&path) {
                if indent == 0 && number > 0 {
                    self.out.push('\n');
                }
                comment.lines().for_each(|line| self.out.push_str(&format!("{pad}# {line}\n")));
            } else if !self.comments.is_empty() && indent == 0 && number > 0 {
                self.out.push('\n');
            }
            if let Some(condition) = condition {
                self.out.push_str(&format!("{pad}{{{{- {condition} }}}}\n"));
            }
            self.out.push_str(&format!("{pad}{}:", scalar(key, false)));
            self.value(value, indent, &path);
            if condition.is_some() {
                self.out.push_str(&format!("{pad}{{{{- end }}}}\n"));
            }
        }
    }

    /// What stands behind a colon or a dash.
    fn value(&mut self, value: &Json, indent: usize, path: &str) {
        match value {
            Json::Object(map) if !map.is_empty() => {
                self.out.push('\n');
                self.map(map, indent + 2, path);
            }
            Json::Array(items) if !items.is_empty() => {
                self.out.push('\n');
                self.list(items, indent + 2, path);
            }
            Json::String(text) if text.starts_with(DUMP) => {
                let inner = indent + 2;
                let value = text.trim_start_matches(DUMP);
                self.out.push_str(&format!("\n{}{{{{- toYaml {value} | nindent {inner} }}}}\n", " ".repeat(inner)));
            }
            Json::String(text) if text.starts_with(LINES) => {
                self.out.push('\n');
                let pad = " ".repeat(indent + 2);
                text.trim_start_matches(LINES).lines().for_each(|line| self.out.push_str(&format!("{pad}{line}\n")));
            }
            Json::String(text) if text.starts_with(ACTION) => {
                self.out.push_str(&format!(" {}\n", text.trim_start_matches(ACTION)));
            }
            Json::String(text) => match block(text) {
                Some(head) => {
                    self.out.push_str(&format!(" {head}\n"));
                    let text = if self.is_template { escaped(text) } else { text.clone() };
                    let pad = " ".repeat(indent + 2);
                    for line in text.trim_end_matches('\n').split('\n') {
                        self.out.push_str(&if line.is_empty() { "\n".to_owned() } else { format!("{pad}{line}\n") });
                    }
                }
                None => self.out.push_str(&format!(" {}\n", scalar(text, self.is_template))),
            },
            other => self.out.push_str(&format!(" {other}\n")),
        }
    }

    fn list(&mut self, items: &[Json], indent: usize, path: &str) {
        for item in items {
            let mut inner = Writer { comments: &BTreeMap::new(), is_template: self.is_template, out: String::new() };
            match item {
                Json::Object(map) if !map.is_empty() => inner.map(map, indent + 2, path),
                other => inner.value(other, indent, path),
            }
            // The first line stands behind the dash.
            self.out.push_str(&format!("{}- {}", " ".repeat(indent), inner.out.trim_start()));
        }
    }
}

/// The head of a text of several lines; none where it is better in one.
fn block(text: &str) -> Option<&'static str> {
    let odd = |c: char| c.is_control() && c != '\n' && c != '\t';
    if !text.trim_end_matches('\n').contains('\n') || text.starts_with([' ', '\n', '\t']) || text.chars().any(odd) {
        return None;
    }
    match text.len() - text.trim_end_matches('\n').len() {
        0 => Some("|-"),
        1 => Some("|"),
        _ => None,
    }
}

/// A text in one line, in quotation marks where it would be something else without them.
fn scalar(text: &str, is_template: bool) -> String {
    let written = if is_plain(text) { text.to_owned() } else { quoted(text) };
    if is_template { escaped(&written) } else { written }
}

/// A text in quotation marks, with escapes for what YAML does not allow.
fn quoted(text: &str) -> String {
    let odd = |c: char| c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}');
    let escape = |c: char| if odd(c) { format!("\\u{:04x}", c as u32) } else { c.to_string() };
    Json::from(text).to_string().chars().map(escape).collect()
}

/// A text that a template writes as it stands.
fn escaped(text: &str) -> String {
    text.replace("{{", "{{ \"{{\" }}")
}

/// Whether a text without quotation marks is read as itself.
fn is_plain(text: &str) -> bool {
    let line = format!("a: {text}\n");
    let plain = text.is_ascii() && !text.contains(['\n', '#', '\t']) && !text.contains("{{");
    let Some(document) = Some(&line).filter(|_| plain).and_then(|line| chartlens::yaml::parse(line.as_bytes()).ok())
    else {
        return false;
    };
    let Ok(tree) = crate::plain::tree(&document) else { return false };
    let value = tree.root().and_then(|root| root.get("a"));
    value.is_some_and(|value| value.as_str() == Some(text) && value.is_plain()) && !text.starts_with(['&', '*', '!'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let value = json!({
            "a": "yes", "b": "1", "c": "x: y", "d": "line\nline\n", "e": " lead\nx", "f": ["a", {"g": 1, "h": [true, null]}, []],
            "i": {"j.k/l": "", "m": {}}, "n": "#", "o": "- x", "p": "a\n\n", "q": "~", "r": "a\u{7f}b\u{feff}\u{85}", "s": "|", "t": "12:30",
        });
        let text = values(&value, &BTreeMap::new());
        let document = chartlens::yaml::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(crate::plain::json(&document), Some(value), "{text}");
    }

    #[test]
    fn actions_stand_where_they_belong() {
        let value = json!({
            "a": action("{{ .Values.a }}"), "b": "{{ x }}", when("with .Values.c", "c"): dump("."), "l": [{"m": lines("{{ n }}")}],
        });
        assert_eq!(
            template(&value),
            "a: {{ .Values.a }}\nb: \"{{ \"{{\" }} x }}\"\n{{- with .Values.c }}\nc:\n  {{- toYaml . | nindent 2 }}\n{{- end }}\nl:\n  - m:\n      {{ n }}\n"
        );
    }
}
