//! `.helmignore`: what a rule keeps out, and the names that one could write.

use super::completion::{Completion, CompletionKind, item};
use super::hover::Hover;
use super::workspace::Snapshot;
use crate::chart::Ignore;
use std::collections::BTreeSet;

/// So many files are named.
const MOST_FILES: usize = 8;

impl Snapshot {
    /// What the rule on a line means, and which files of the chart it is about.
    pub(super) fn about_rule(&self, offset: u32) -> Option<Hover> {
        let (start, end) = self.line(offset);
        let line = String::from_utf8_lossy(self.text.get(start as usize..end as usize)?).into_owned();
        let rule = line.trim();
        if rule.is_empty() || rule.starts_with('#') {
            return None;
        }
        let plain = rule.trim_start_matches('!').trim_end_matches('/');
        let what = if rule.ends_with('/') { "folders" } else { "files and folders" };
        let mut text = match (rule.starts_with('!'), plain.starts_with('/'), plain.contains('/')) {
            // Nobody expects this of a `!`.
            (true, ..) => "keeps out **everything that is not** called so: in Helm `!` makes no exception".to_owned(),
            (_, true, _) => format!("keeps out {what} with this path from the folder of the chart"),
            (_, _, true) => format!("keeps out {what} with this path"),
            _ => format!("keeps out {what} with this name, in every folder"),
        };
        let (rules, faults) = Ignore::parse_all(rule.as_bytes());
        if let Some((_, reason)) = faults.first() {
            text = format!("Helm refuses the chart: {reason}");
        }
        let files: Vec<&String> = self.chart.files().map(|(name, _)| name).filter(|name| rules.takes(name)).collect();
        if !files.is_empty() {
            let named: Vec<String> = files.iter().take(MOST_FILES).map(|name| format!("* {name}")).collect();
            text.push_str(&format!("\n\nof the files as they were read:\n\n{}", named.join("\n")));
            if files.len() > MOST_FILES {
                text.push_str(&format!("\n* and {} more", files.len() - MOST_FILES));
            }
        }
        Some(Hover { range: start..end, text: format!("`{rule}` {text}") })
    }

    /// The files and folders of the chart.
    pub(super) fn in_rules(&self, offset: u32) -> Vec<Completion> {
        let (start, _) = self.line(offset);
        let typed = self.text.get(start as usize..offset as usize).unwrap_or_default();
        if typed.trim_ascii_start().starts_with(b"#") {
            return Vec::new();
        }
        let begin = offset - typed.iter().rev().take_while(|byte| !matches!(byte, b' ' | b'!')).count() as u32;
        let mut names = BTreeSet::new();
        for (name, _) in self.chart.files() {
            let folders = name.match_indices('/').filter_map(|(at, _)| name.get(..=at));
            names.extend(folders.map(str::to_owned));
            names.insert(name.clone());
        }
        let made = names.iter().map(|name| {
            let detail = if name.ends_with('/') { "folder" } else { "file" };
            item(name, CompletionKind::Constant, detail, begin..offset)
        });
        made.collect()
    }
}
