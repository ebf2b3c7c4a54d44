//! What there is to say of a place.

use super::completion::{builtin_doc, keyword_doc};
use super::cursor::Scope;
use super::fields::Field;
use super::metadata::{self, CONFIG, METADATA};
use super::outline::{Part, Place, Step};
use super::symbol::Symbol;
use super::workspace::{FileKind, Snapshot};
use crate::diag::ValueCause;
use crate::gotmpl::funcs;
use crate::report::{MASK, is_secret};
use crate::session::{Question, trace};
use std::ops::Range;

/// What there is to say of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub range: Range<u32>,
    /// As Markdown.
    pub text: String,
}

/// So many lines of a text are shown.
const MOST_LINES: usize = 16;

/// So many bytes of them.
const MOST_BYTES: usize = 4096;

impl Snapshot {
    /// What there is to say of an offset.
    pub fn hover(&self, offset: u32) -> Option<Hover> {
        if let Some((symbol, range)) = self.symbol(offset) {
            let text = self.about(&symbol, offset)?;
            return Some(Hover { range, text });
        }
        match self.kind {
            FileKind::Template | FileKind::Manifest => self.about_field(offset),
            FileKind::Config => self.about_config(offset),
            FileKind::Ignore => self.about_rule(offset),
            _ => None,
        }
    }

    fn about(&self, symbol: &Symbol, offset: u32) -> Option<String> {
        Some(match symbol {
            Symbol::Value(path) => self.about_value(path),
            Symbol::Helper(name) => self.about_helper(name, offset)?,
            Symbol::Function(name) => {
                let function = funcs::lookup(name, self.chart.helm())?;
                format!(
                    "```\n{}\n```\n{}",
                    super::signature::signature_text(name, function),
                    super::signature::prose(function)
                )
            }
            Symbol::Keyword(word) => format!("`{word}`: {}", keyword_doc(word)?),
            Symbol::Variable(name, _) => self.about_variable(name, &self.template().scope(offset + 1)),
            Symbol::Builtin(path) => format!("`.{}`: {}", path.join("."), builtin_doc(path)?),
            Symbol::Metadata(path) => {
                let known = metadata::find(METADATA, path)?;
                format!("`{}`: {}", path.join("."), known.doc)
            }
        })
    }

    /// The final value with who set it, what it overrode, what is said of it, and where it ends up.
    fn about_value(&self, path: &[String]) -> String {
        let name = path.join(".");
        let mut out = format!("**{name}**");
        if let Some((_, causes)) = self.chart.rendered_with_causes() {
            match causes.values.iter().find(|(known, ..)| *known == name) {
                Some((_, text, origin)) => {
                    let shown = if is_secret(&name) && !text.is_empty() { MASK } else { text };
                    out.push_str(&format!("\n\n{}", block("yaml", shown)));
                    if let Some(value) = causes.of_origin(*origin).values.first() {
                        out.push_str(&format!("\n\nset in {}", place_of(value)));
                        value.overrode.iter().for_each(|lost| out.push_str(&format!(", over {}", place_of(lost))));
                    }
                }
                None => match causes.values.iter().filter(|(known, ..)| below(known, &name)).count() {
                    0 => out.push_str("\n\nset nowhere"),
                    count => out.push_str(&format!("\n\na map of {count} values")),
                },
            }
        }
        for said in self.said_of(path) {
            out.push_str(&format!("\n\n{said}"));
        }
        if let Some(rendered) = self.chart.rendered()
            && let Ok(answer) = trace(rendered, &Question::Value(&name), self.chart.helm(), false)
        {
            let reached = answer.json.get("reached").and_then(|list| list.as_array()).map_or(0, Vec::len);
            if reached > 0 && !is_secret(&name) {
                out.push_str(&format!("\n\nin {} of the output\n\n{}", lines(reached), block("", &answer.text)));
            }
        }
        out
    }

    /// The comments above the key, and what values.schema.json says.
    fn said_of(&self, path: &[String]) -> Vec<String> {
        let mut said: Vec<String> = Vec::new();
        let charts = &self.chart.index().charts;
        for values in self.chart.values_texts() {
            let own = charts.get(values.chart).and_then(|row| super::occurrences::own_path(row, path));
            let comment = own.and_then(|own| values.comment(&values.find(own)?));
            said.extend(comment.filter(|comment| !said.contains(comment)));
        }
        for row in charts {
            let schema = self.chart.text(&format!("{}values.schema.json", row.location));
            let schema = schema.and_then(|text| serde_json::from_slice(&text).ok());
            let own = super::occurrences::own_path(row, path);
            let about = schema.zip(own).and_then(|(schema, own)| metadata::schema_doc(&schema, own));
            said.extend(about.map(|about| schema_text(&about)).filter(|text| !text.is_empty()));
        }
        said
    }

    fn about_helper(&self, name: &str, offset: u32) -> Option<String> {
        let definition = self.chart.index().helpers.definitions(name).first()?;
        let mut out =
            format!("**{name}**, {}:{}\n\n{}", definition.file, definition.line, block("helm", &definition.body));
        if let Some(action) = self.template().action(offset) {
            let wrote = self.wrote(action.start as u32..action.end as u32);
            for text in &wrote {
                out.push_str(&format!("\n\nwrites here\n\n{}", block("yaml", text.trim_matches('\n'))));
            }
        }
        Some(out)
    }

    fn about_variable(&self, name: &str, scope: &Scope) -> String {
        let value = scope.value(name).map(|chain| format!(" is `.{}`", chain.join(".")));
        format!("**{name}**{}", value.unwrap_or_default())
    }

    /// The field that a line writes, and what comes out.
    fn about_field(&self, offset: u32) -> Option<Hover> {
        let (start, end) = self.line(offset);
        let wrote = self.wrote(start..end);
        let found = self.place(offset);
        let field = found.and_then(|found| self.field_text(&found, offset));
        let mut parts: Vec<String> = field.iter().map(|(text, _)| text.clone()).collect();
        if self.kind == FileKind::Template
            && self.text.get(start as usize..end as usize)?.windows(2).any(|w| w == b"{{")
        {
            parts.extend(wrote.iter().map(|text| format!("writes\n\n{}", block("yaml", text.trim_matches('\n')))));
        }
        let range = field.map_or(start..end, |(_, range)| range);
        (!parts.is_empty()).then(|| Hover { range, text: parts.join("\n\n") })
    }

    fn field_text(&self, found: &Place, offset: u32) -> Option<(String, Range<u32>)> {
        let (start, _) = self.line(offset);
        let line = self.text.get(start as usize..)?;
        let key_start = start + line.iter().take_while(|byte| matches!(byte, b' ' | b'-')).count() as u32;
        let name = match &found.part {
            Part::Value(name, _) => name.clone(),
            Part::Key(_) => {
                let rest = self.text.get(key_start as usize..)?;
                let end = rest.iter().position(|byte| matches!(byte, b':' | b'\n'))?;
                String::from_utf8_lossy(rest.get(..end)?).into_owned()
            }
        };
        let named = self.field_at(found)?.get(&name)?;
        let (api_version, kind) = self.object_at(found)?;
        let mut path: Vec<&str> =
            found.path.iter().filter_map(|s| if let Step::Key(k) = s { Some(k.as_str()) } else { None }).collect();
        path.push(&name);
        let required = if named.required { ", required" } else { "" };
        let mut text = format!("**{}**: {}{required}", path.join("."), named.field.type_name());
        text.push_str(&format!("\n\n{kind}, {api_version}, Kubernetes {}", self.chart.kube_version()));
        let whole: Vec<Step> = found.path.iter().cloned().chain([Step::Key(name.clone())]).collect();
        if let Some(said) = self.chart.said_of_field(&api_version, &kind, &whole) {
            text.push_str(&format!("\n\n{said}"));
        }
        if let Some(format) = named.field.format() {
            text.push_str(&format!("\n\nformat `{format}`"));
        }
        let mut values = named.field.values();
        if values.is_empty() {
            values = self.chart.listed_values((&api_version, &kind), &whole);
        }
        if !values.is_empty() {
            text.push_str(&format!("\n\none of `{}`", values.join("`, `")));
        }
        if let (true, Some(old)) =
            (path.as_slice() == ["apiVersion"], crate::kube::deprecations::find(&api_version, &kind))
        {
            text.push_str(&format!("\n\n{}", deprecated(old)));
        }
        if let (Field::Built(_), Some(since)) = (named.field, since(&api_version, &kind, found, &name)) {
            text.push_str(&format!("\n\nsince Kubernetes {since}"));
        }
        Some((text, key_start..key_start + name.len() as u32))
    }

    fn about_config(&self, offset: u32) -> Option<Hover> {
        let (start, end) = self.line(offset);
        let line = String::from_utf8_lossy(self.text.get(start as usize..end as usize)?).into_owned();
        let key = line.split_once('=').map_or(line.trim_matches(['[', ']', ' ']), |(key, _)| key.trim());
        let before = String::from_utf8_lossy(self.text.get(..start as usize)?).into_owned();
        let table = before.lines().rev().find_map(|line| line.trim().strip_prefix('[')).unwrap_or_default();
        let around = table.trim_matches(['[', ']']).split('.').filter(|part| !part.is_empty());
        let word = self.word(offset);
        if let Some(code) =
            word.as_ref().and_then(|(word, _)| crate::codes::find(word)).filter(|code| code.code.contains('/'))
        {
            let (word, range) = word?;
            return (code.code == word).then(|| Hover { range, text: code.page() });
        }
        let nested: Vec<String> = around.chain(key.split('.')).map(str::to_owned).collect();
        let top: Vec<String> = key.split('.').map(str::to_owned).collect();
        let known = metadata::find(CONFIG, &nested).or_else(|| metadata::find(CONFIG, &top))?;
        Some(Hover { range: start..end, text: format!("`{}`: {}", known.path, known.doc) })
    }

    fn word(&self, offset: u32) -> Option<(String, Range<u32>)> {
        let part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_');
        let before = self.text.get(..offset as usize)?.iter().rev().take_while(|byte| part(byte)).count() as u32;
        let after = self.text.get(offset as usize..)?.iter().take_while(|byte| part(byte)).count() as u32;
        let range = offset - before..offset + after;
        let word = self.text.get(range.start as usize..range.end as usize)?;
        Some((String::from_utf8_lossy(word).into_owned(), range)).filter(|(word, _)| !word.is_empty())
    }

    /// The line around an offset, without its line feed.
    pub(super) fn line(&self, offset: u32) -> (u32, u32) {
        let offset = (offset as usize).min(self.text.len());
        let start = memchr::memrchr(b'\n', self.text.get(..offset).unwrap_or_default()).map_or(0, |at| at + 1);
        let rest = self.text.get(start..).unwrap_or_default();
        (start as u32, (start + memchr::memchr(b'\n', rest).unwrap_or(rest.len())) as u32)
    }
}

/// The first version that has a field, where an earlier one is known without it.
fn since(api_version: &str, kind: &str, found: &Place, name: &str) -> Option<&'static str> {
    let schemas = chartlens_schemas::Schemas::open();
    let has = |version: chartlens_schemas::Version| {
        let field = version.kind(api_version, kind).map(Field::Built);
        field.and_then(|field| super::fields::walk(field, &found.path)?.get(name)).is_some()
    };
    let mut versions = schemas.versions();
    let first = versions.next()?;
    if has(first) {
        return None;
    }
    versions.find(|version| has(*version)).map(chartlens_schemas::Version::name)
}

fn below(path: &str, around: &str) -> bool {
    path.strip_prefix(around).is_some_and(|rest| rest.starts_with(['.', '[']))
}

fn lines(count: usize) -> String {
    if count == 1 { "1 line".to_owned() } else { format!("{count} lines") }
}

/// A text as a block of code, cut to what can be read at a glance.
fn block(language: &str, text: &str) -> String {
    format!("```{language}\n{}\n```", glance(text.trim_end()))
}

/// What can be read of a text at a glance: its first lines, and of them the first bytes.
pub(super) fn glance(text: &str) -> String {
    let start = text.get(..text.floor_char_boundary(MOST_BYTES)).unwrap_or_default();
    let mut shown: Vec<&str> = start.lines().take(MOST_LINES).collect();
    let end = start.lines().nth(MOST_LINES).is_some() || start.len() < text.len();
    shown.extend(end.then_some("…"));
    shown.join("\n")
}

fn place_of(value: &ValueCause) -> String {
    match value.file() {
        Some(file) => format!("{file}:{}", value.place.line()),
        None => value.place.file().to_owned(),
    }
}

fn schema_text(about: &serde_json::Value) -> String {
    let text = |name: &str| about.get(name).map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
    let named = |label: &str, name: &str| text(name).map(|value| format!("{label} `{value}`"));
    let facts: Vec<String> =
        [named("type", "type"), named("one of", "enum"), named("default", "default")].into_iter().flatten().collect();
    [text("description").unwrap_or_default(), facts.join(", ")]
        .into_iter()
        .filter(|t| !t.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n")
}

fn deprecated(old: &crate::kube::deprecations::Deprecation) -> String {
    let mut text = format!("deprecated in {} {}", old.product, old.deprecated);
    old.removed.iter().for_each(|removed| text.push_str(&format!(", gone in {removed}")));
    old.replacement.iter().for_each(|with| text.push_str(&format!(": use `{with}`")));
    text
}
