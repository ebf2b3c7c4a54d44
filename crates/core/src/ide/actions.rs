//! What could be done at a place: fixes of findings, and small rewrites.

use super::diagnostics::FileDiagnostic;
use super::outline::{Part, Step, place};
use super::symbol::Symbol;
use super::workspace::{FileKind, Snapshot};
use super::{Location, TextEdit};
use crate::analysis::Path;
use crate::gotmpl::Kind;
use std::ops::Range;

/// Something that could be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What it does.
    pub title: String,
    /// Why one would.
    pub kind: ActionKind,
    /// The edits.
    pub edits: Vec<TextEdit>,
    /// The code of the finding that it mends, where it does.
    pub code: Option<String>,
    /// Whether it is what one most likely wants.
    pub preferred: bool,
}

/// Why something would be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// It mends a finding.
    QuickFix,
    /// It says the same in another way.
    Refactor,
}

impl Snapshot {
    /// What could be done about a range; `findings` are those of this file.
    pub fn actions(&self, range: Range<u32>, findings: &[FileDiagnostic]) -> Vec<Action> {
        let near = |found: &&FileDiagnostic| self.touches(&found.range, &range);
        let near: Vec<&FileDiagnostic> = findings.iter().filter(near).collect();
        let mut actions: Vec<Action> = near.iter().flat_map(|found| self.fixes(found)).collect();
        actions.extend(self.add_to_values(range.start));
        if self.kind == FileKind::Template {
            actions.extend(self.quote(range.start));
            actions.extend(self.extract(range.start));
            actions.extend(self.wrap(range.start));
        }
        let mut seen: Vec<&str> = Vec::new();
        for found in &near {
            if !seen.contains(&found.code.as_str()) {
                seen.push(&found.code);
                actions.extend(self.allow(found));
            }
        }
        actions
    }

    /// Whether a finding shows on the lines of a range.
    fn touches(&self, found: &Range<u32>, range: &Range<u32>) -> bool {
        let (start, _) = self.line(range.start);
        let (_, end) = self.line(range.end);
        found.start <= end && start <= found.end
    }

    fn fixes(&self, found: &FileDiagnostic) -> Vec<Action> {
        let made = found.fixes.iter().map(|fix| Action {
            title: fix.title.clone(),
            kind: ActionKind::QuickFix,
            edits: fix.edits.clone(),
            code: Some(found.code.clone()),
            preferred: fix.safe,
        });
        made.collect()
    }

    /// A comment above the line that allows the finding there.
    fn allow(&self, found: &FileDiagnostic) -> Option<Action> {
        let (start, end) = self.line(found.range.start);
        let line = String::from_utf8_lossy(self.text.get(start as usize..end as usize)?).into_owned();
        let indent: String = line.chars().take_while(|c| *c == ' ').collect();
        let comment = match self.kind {
            FileKind::Template => format!("{indent}{{{{- /* chartlens: allow {} */}}}}\n", found.code),
            FileKind::Values | FileKind::Manifest | FileKind::Metadata => {
                format!("{indent}# chartlens: allow {}\n", found.code)
            }
            _ => return None,
        };
        // Inside an action that spans lines no comment can stand.
        if self.kind == FileKind::Template && self.template().action(start).is_some() {
            return None;
        }
        Some(Action {
            title: format!("allow {} here", found.code),
            kind: ActionKind::QuickFix,
            edits: vec![self.edit(start..start, comment)],
            code: Some(found.code.clone()),
            preferred: false,
        })
    }

    fn edit(&self, range: Range<u32>, new: String) -> TextEdit {
        TextEdit { at: Location::new(&*self.file, range), new }
    }

    /// The value at an offset that nobody sets, as a new key of the chart's values file.
    fn add_to_values(&self, offset: u32) -> Option<Action> {
        let (Symbol::Value(path), _) = self.symbol(self.chain_end(offset))? else { return None };
        if self.kind != FileKind::Template || !self.chart.of_value_definitions(&path).is_empty() {
            return None;
        }
        let own = self.own_path(&path)?;
        let edits = vec![self.new_value(&own, "\"\"")?];
        let title = format!("add `{}` to {}", own.join("."), self.values_file());
        Some(Action { title, kind: ActionKind::QuickFix, edits, code: None, preferred: false })
    }

    /// Where the last of the fields ends that the one at an offset is joined to.
    fn chain_end(&self, offset: u32) -> u32 {
        let template = self.template();
        let Some((number, item)) = template.item_at(offset) else { return offset };
        let behind = template.items.get(number..).unwrap_or_default();
        let len = if item.kind == Kind::Field { template.chain_len(behind) } else { 1 };
        behind.get(len.max(1) - 1).map_or(offset, |last| last.end)
    }

    fn own_path(&self, path: &[String]) -> Option<Path> {
        let row = self.chart.index().charts.get(self.chart_number())?;
        super::occurrences::own_path(row, path).map(<[String]>::to_vec)
    }

    fn values_file(&self) -> String {
        let row = self.chart.index().charts.get(self.chart_number());
        format!("{}values.yaml", row.map_or("", |row| row.location.as_str()))
    }

    /// The edit that adds a key with a value to the chart's own values file.
    fn new_value(&self, path: &[String], value: &str) -> Option<TextEdit> {
        let file = self.values_file();
        if file.contains(".tgz!/") {
            return None;
        }
        let text = self.chart.text(&file).unwrap_or_default();
        let values = self.chart.values_texts().iter().find(|values| values.file == file);
        // The deepest map on the way that is there, and where its last entry ends.
        let depth = (1..path.len()).rev().find(|depth| {
            let key = values.as_ref().and_then(|values| values.find(path.get(..*depth)?));
            key.is_some_and(|key| key.children > 0)
        });
        let depth = depth.unwrap_or(0);
        let around = path.get(..depth)?;
        let siblings = values.as_ref().map(|values| values.below(around, "")).unwrap_or_default();
        let column = |at: u32| {
            let before = text.get(..at as usize).unwrap_or_default();
            before.len() - memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)
        };
        let indent = siblings.first().map_or(0, |key| column(key.key.start));
        let end = siblings.iter().map(|key| key.value.end.max(key.key.end)).max().unwrap_or(text.len() as u32);
        let rest = text.get(end as usize..).unwrap_or_default();
        let end = end + memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1) as u32;
        let mut new = String::new();
        if !text.get(..end as usize).unwrap_or_default().ends_with(b"\n") && end > 0 {
            new.push('\n');
        }
        let missing = path.get(depth..)?;
        for (number, key) in missing.iter().enumerate() {
            let value = if number + 1 == missing.len() { format!(" {value}") } else { String::new() };
            new.push_str(&format!("{}{key}:{value}\n", " ".repeat(indent + 2 * number)));
        }
        Some(TextEdit { at: Location::new(file, end..end), new })
    }

    /// `| quote` behind the value that an action writes.
    fn quote(&self, offset: u32) -> Option<Action> {
        let template = self.template();
        let action = template.action(offset)?;
        let items = template.inside(&action);
        let (first, last) = (items.first()?, items.last()?);
        let writes =
            matches!(first.kind, Kind::Field | Kind::Variable | Kind::Identifier | Kind::Dot | Kind::LeftParen);
        let quoted = items
            .iter()
            .any(|item| matches!(item.text(template.text), b"quote" | b"squote" | b"toYaml" | b"include" | b"toJson"));
        let declares = items.iter().any(|item| matches!(item.kind, Kind::Declare | Kind::Assign));
        let before = self.text.get(..action.start)?;
        let in_quotes = before.ends_with(b"\"") || before.ends_with(b"'");
        if !writes || quoted || declares || in_quotes {
            return None;
        }
        let end = last.end;
        Some(Action {
            title: "quote".to_owned(),
            kind: ActionKind::Refactor,
            edits: vec![self.edit(end..end, " | quote".to_owned())],
            code: None,
            preferred: false,
        })
    }

    /// The value written out at an offset as a key of the values file.
    fn extract(&self, offset: u32) -> Option<Action> {
        if self.template().action(offset).is_some() {
            return None;
        }
        let found = place(&self.text, offset as usize)?;
        let Part::Value(name, start) = &found.part else { return None };
        let (_, end) = self.line(offset);
        let value = std::str::from_utf8(self.text.get(*start..end as usize)?).ok()?.trim_end();
        if value.is_empty() || value.contains("{{") || value.starts_with(['|', '>', '&', '*', '#', '{', '[']) {
            return None;
        }
        let fitting = |text: &str| text.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        let around =
            found.path.iter().rev().find_map(|s| if let Step::Key(key) = s { Some(fitting(key)) } else { None });
        let plain = fitting(name);
        let mut path = vec![plain.clone()];
        if !self.chart.of_value_definitions(&self.root_path(&path)).is_empty() {
            let mut upper = plain.chars();
            let upper: String = upper.next().map(|c| c.to_uppercase().chain(upper).collect()).unwrap_or_default();
            path = vec![format!("{}{upper}", around.unwrap_or_default())];
        }
        if path.concat().is_empty() || !self.chart.of_value_definitions(&self.root_path(&path)).is_empty() {
            return None;
        }
        let quote = if value.starts_with(['"', '\'']) { " | quote" } else { "" };
        let new = format!("{{{{ .Values.{}{quote} }}}}", path.join("."));
        let (start, end) = (*start as u32, *start as u32 + value.len() as u32);
        let edits = vec![self.edit(start..end, new), self.new_value(&path, value)?];
        let title = format!("extract to `.Values.{}`", path.join("."));
        Some(Action { title, kind: ActionKind::Refactor, edits, code: None, preferred: false })
    }

    /// The line of a value inside `if` or `with`.
    fn wrap(&self, offset: u32) -> Vec<Action> {
        let template = self.template();
        let Some(action) = template.action(offset) else { return Vec::new() };
        let items = template.inside(&action);
        if !items.first().is_some_and(|item| matches!(item.kind, Kind::Field | Kind::Variable | Kind::Identifier)) {
            return Vec::new();
        }
        let Some(at) = items.iter().position(|item| item.text(template.text) == b".Values") else { return Vec::new() };
        // From `$` on, where that is how it is written.
        let is_root = |at: usize| items.get(at).is_some_and(|item| item.kind == Kind::Variable);
        let first = at.checked_sub(1).filter(|before| is_root(*before)).unwrap_or(at);
        let rest = items.get(first..).unwrap_or_default();
        let Some(last) = rest.get(template.chain_len(rest).saturating_sub(1)) else { return Vec::new() };
        let Some(start_item) = rest.first() else { return Vec::new() };
        let bytes = self.text.get(start_item.range().start..last.range().end).unwrap_or_default();
        let value = String::from_utf8_lossy(bytes).into_owned();
        let (start, end) = self.line(action.start as u32);
        if action.end as u32 > end {
            return Vec::new();
        }
        let line =
            String::from_utf8_lossy(self.text.get(start as usize..end as usize).unwrap_or_default()).into_owned();
        let inner_start = (start_item.start - start) as usize;
        let with_dot = format!(
            "{}.{}",
            line.get(..inner_start).unwrap_or_default(),
            line.get(inner_start + value.len()..).unwrap_or_default()
        );
        let indent: String = line.chars().take_while(|c| *c == ' ').collect();
        let block =
            |word: &str, body: &str| format!("{indent}{{{{- {word} {value} }}}}\n{body}\n{indent}{{{{- end }}}}");
        let action = |word: &str, body: &str| Action {
            title: format!("wrap in `{word} {value}`"),
            kind: ActionKind::Refactor,
            edits: vec![self.edit(start..end, block(word, body))],
            code: None,
            preferred: false,
        };
        vec![action("if", &line), action("with", &with_dot)]
    }
}
