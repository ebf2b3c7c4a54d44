//! The small languages in a Compose file: variables, durations, sizes, commands.

use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// The variables of a Compose file: those of `.env`, and the names that were asked for in vain.
#[derive(Debug, Default)]
pub struct Variables {
    known: BTreeMap<String, String>,
    /// Names without a value and without a default.
    pub missing: BTreeSet<String>,
}

/// How many defaults lie inside each other at most.
const MAX_DEPTH: u32 = 32;

impl Variables {
    /// The variables of an `.env` file.
    pub fn new(text: &str) -> Variables {
        Variables { known: env_file(text).into_iter().collect(), missing: BTreeSet::new() }
    }

    /// Puts values in the place of `${NAME}` in all strings.
    pub fn fill(&mut self, value: &mut Json) {
        match value {
            Json::String(text) => *text = self.text(text, 0),
            Json::Array(items) => items.iter_mut().for_each(|item| self.fill(item)),
            Json::Object(map) => map.values_mut().for_each(|value| self.fill(value)),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, depth: u32) -> String {
        if depth > MAX_DEPTH {
            return text.to_owned();
        }
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(before);
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if let Some(after) = after.strip_prefix('$') {
                out.push('$');
                rest = after;
            } else if let Some((inside, after)) = after.strip_prefix('{').and_then(closed) {
                let name: String = inside.chars().take_while(|c| word(*c)).collect();
                let how = inside.get(name.len()..).unwrap_or_default();
                out.push_str(&self.value(&name, how, depth));
                rest = after;
            } else {
                let name: String = after.chars().take_while(|c| word(*c)).collect();
                if name.is_empty() {
                    out.push('$');
                } else {
                    out.push_str(&self.value(&name, "", depth));
                }
                rest = after.get(name.len()..).unwrap_or_default();
            }
        }
        out + rest
    }

    /// The value of a name: `:-` and `-` bring a default, `:+` and `+` something in its place, `:?` and `?` a complaint.
    fn value(&mut self, name: &str, how: &str, depth: u32) -> String {
        let known = self.known.get(name).cloned();
        let (if_empty, rest) = how.strip_prefix(':').map_or((false, how), |rest| (true, rest));
        let set = known.filter(|value| !if_empty || !value.is_empty());
        let mut chars = rest.chars();
        match (chars.next(), set) {
            (Some('-'), set) => set.unwrap_or_else(|| self.text(chars.as_str(), depth + 1)),
            (Some('+'), set) => set.map(|_| self.text(chars.as_str(), depth + 1)).unwrap_or_default(),
            (_, Some(value)) => value,
            (_, None) => {
                self.missing.insert(name.to_owned());
                String::new()
            }
        }
    }
}

/// An expression in braces is no longer than this.
const MAX_LENGTH: usize = 4096;

/// What stands before the brace that closes, and what behind it.
fn closed(text: &str) -> Option<(&str, &str)> {
    let mut depth = 1;
    for (at, c) in text.char_indices().take_while(|(at, _)| *at < MAX_LENGTH) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((text.get(..at)?, text.get(at + 1..)?));
        }
    }
    None
}

/// The variables of a file of them, in its order.
pub fn env_file(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let read = lines.filter_map(|line| {
        let (name, value) = line.strip_prefix("export ").unwrap_or(line).split_once('=')?;
        let value = value.trim();
        let quoted = |mark: char| value.strip_prefix(mark)?.split(mark).next();
        let value =
            quoted('"').or(quoted('\'')).unwrap_or_else(|| value.split(" #").next().unwrap_or(value).trim_end());
        Some((name.trim().to_owned(), value.to_owned()))
    });
    read.collect()
}

/// A duration such as `1m30s`, in seconds, rounded up; none for what is none.
pub fn seconds(text: &str) -> Option<u64> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(seconds);
    }
    let nanoseconds = u64::try_from(chartlens::parse_duration(text).ok()?).ok()?;
    Some(nanoseconds.div_ceil(1_000_000_000))
}

/// A size such as `512m` or `1.5gb` as a quantity: Compose counts in powers of 1024.
pub fn quantity(text: &str) -> Option<String> {
    let lower = text.trim().to_ascii_lowercase();
    let digits: String = lower.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let number: f64 = digits.parse().ok()?;
    let unit = match lower.get(digits.len()..)?.trim() {
        "" | "b" => return Some(format!("{number}")),
        "k" | "kb" => "Ki",
        "m" | "mb" => "Mi",
        "g" | "gb" => "Gi",
        "t" | "tb" => "Ti",
        _ => return None,
    };
    Some(format!("{digits}{unit}"))
}

/// A number of CPUs such as `0.5` as a quantity.
pub fn cpus(value: &Json) -> Option<String> {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    let milli = (number * 1000.0).round();
    Some(if milli % 1000.0 == 0.0 { format!("{}", milli / 1000.0) } else { format!("{milli}m") })
}

/// A command as a list of words: as it is, or split as a shell does.
pub fn words(value: &Json) -> Vec<String> {
    match value {
        Json::Array(items) => items.iter().map(plain).collect(),
        Json::String(text) => split(text),
        _ => Vec::new(),
    }
}

/// A scalar as text.
pub fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

fn split(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut chars) = (Vec::new(), None::<String>, None, text.chars());
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (Some(mark), c) if c == mark => quote = None,
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(chars.next()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_have_defaults() {
        let mut variables = Variables::new("A=1\nexport B=\"x # y\"\nEMPTY=\n");
        let filled = |variables: &mut Variables, text: &str| {
            let mut value = Json::from(text);
            variables.fill(&mut value);
            plain(&value)
        };
        for (text, wanted) in [
            ("$A-${B}", "1-x # y"),
            ("${C:-d}${C-e}", "de"),
            ("${EMPTY:-d}${EMPTY-e}", "d"),
            ("${A:+yes}${C:+no}", "yes"),
            ("$$A ${C:-${A}}", "$A 1"),
            ("${C}", ""),
            ("5$", "5$"),
        ] {
            assert_eq!(filled(&mut variables, text), wanted, "{text}");
        }
        assert_eq!(variables.missing.into_iter().collect::<Vec<_>>(), ["C"]);
    }

    #[test]
    fn units_become_those_of_kubernetes() {
        assert_eq!((seconds("1m30s"), seconds("500ms"), seconds("x")), (Some(90), Some(1), None));
        assert_eq!(
            (quantity("512M"), quantity("1.5gb"), quantity("64")),
            (Some("512Mi".into()), Some("1.5Gi".into()), Some("64".into()))
        );
        assert_eq!((cpus(&"0.5".into()), cpus(&2.into())), (Some("500m".into()), Some("2".into())));
        assert_eq!(words(&"sh -c 'echo \"a b\"' x\\ y".into()), ["sh", "-c", "echo \"a b\"", "x y"]);
    }
}
