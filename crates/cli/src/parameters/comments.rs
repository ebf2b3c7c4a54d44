//! The comments of a YAML text: which lines are comments, and what stands above a key or behind its value.

use super::Dialect;
use chartlens::kube::tree::Node;
use chartlens::text::LineIndex;
use chartlens::yaml::Document;
use std::ops::Range;

/// The lines of a text, and which of them are comments.
pub struct Comments<'t> {
    text: &'t str,
    lines: Vec<&'t str>,
    index: LineIndex,
    /// Whether a line is a comment and nothing else.
    is_comment: Vec<bool>,
    /// All comments.
    found: Vec<Range<u32>>,
}

impl<'t> Comments<'t> {
    /// The comments of a text, as its document has them.
    pub fn new(text: &'t str, document: &Document) -> Comments<'t> {
        let lines: Vec<&str> = text.split('\n').map(|line| line.trim_end_matches('\r')).collect();
        let index = LineIndex::new(text.as_bytes());
        let mut is_comment = vec![false; lines.len()];
        for at in document.comments() {
            let before = text.get(index.start_of(index.line(at.start)) as usize..at.start as usize);
            let slot = is_comment.get_mut(index.line(at.start) as usize - 1);
            if let Some(is) = slot.filter(|_| before.is_some_and(|before| before.trim().is_empty())) {
                *is = true;
            }
        }
        Comments { text, lines, index, is_comment, found: document.comments().to_vec() }
    }

    /// How the comments are written: by the annotation that occurs.
    pub fn dialect(&self) -> Dialect {
        let any = |is: fn(&str) -> bool| self.all().any(|(_, line)| is(line.trim_start()));
        let text = |line: &str| line.trim_start_matches('#').trim_start().to_owned();
        match () {
            () if self.all().any(|(_, line)| text(line.trim_start()).starts_with("@param ")) => Dialect::Bitnami,
            () if any(|line| line.starts_with("# -- ") || line == "# --") => Dialect::HelmDocs,
            () if self.all().any(|(_, line)| super::helm_docs::keyed(line).is_some()) => Dialect::HelmDocs,
            () => Dialect::Plain,
        }
    }

    /// All comment lines with their numbers, from 1.
    pub fn all(&self) -> impl Iterator<Item = (u32, &'t str)> {
        let lines = self.lines.iter().zip(&self.is_comment).zip(1..);
        lines.filter(|((_, is), _)| **is).map(|((line, _), number)| (number, *line))
    }

    /// Whether a line, from 1, is a comment.
    pub fn is_comment(&self, line: u32) -> bool {
        line > 0 && self.is_comment.get(line as usize - 1).copied().unwrap_or_default()
    }

    /// The line of a node, from 1: that of its key.
    pub fn line_of(&self, node: Node<'_>) -> u32 {
        self.index.line(node.key_range().start as u32)
    }

    /// The comment lines above a node, without their indentation and without `@schema` blocks. A blank line may be in
    /// between where only annotations follow it. What stands above an item belongs to the item, not to its first key.
    pub fn above(&self, node: Node<'_>) -> Vec<&'t str> {
        let mut schema = false;
        let mut lines = self.all_above(node);
        lines.retain(|line| {
            let edge = is_schema(line);
            schema ^= edge && line.trim_start_matches('#').trim() == "@schema";
            !schema && !edge
        });
        lines
    }

    /// The same with `@schema` blocks.
    pub fn all_above(&self, node: Node<'_>) -> Vec<&'t str> {
        let line = self.line_of(node);
        let text = self.lines.get(line as usize - 1).copied().unwrap_or_default();
        let is_item = node.parent().is_some_and(Node::is_list);
        // An item's dash may stand on a line of its own.
        if self.is_within_line(node) || text.trim_start().starts_with('-') != is_item {
            return Vec::new();
        }
        let mut first = self.block_above(line, text);
        let annotation = |line: &&str| line.trim().trim_start_matches('#').trim_start().starts_with('@');
        let only_annotations = |first: u32| {
            let lines = self.lines(first, line);
            !lines.is_empty() && (lines.iter().all(annotation) || lines.first().is_some_and(|line| is_schema(line)))
        };
        while only_annotations(first) && self.lines(first - 1, first).iter().all(|line| line.trim().is_empty()) {
            match self.block_above(first - 1, text) {
                block if block < first - 1 => first = block,
                _ => break,
            }
        }
        self.lines(first, line).iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect()
    }

    /// Whether a node stands in the line of the key that it belongs to, as in `labels: {a: b}`: the comment is that key's.
    fn is_within_line(&self, node: Node<'_>) -> bool {
        node.parent().is_some_and(|parent| !parent.key().is_empty() && self.line_of(parent) == self.line_of(node))
    }

    /// Where the comment lines begin that end before a line. Those that follow a value right away and are indented
    /// deeper than `key` belong to that value, if less indented ones follow or the key is an item.
    fn block_above(&self, line: u32, key: &str) -> u32 {
        let first = (1..line).rev().take_while(|line| self.is_comment(*line)).last().unwrap_or(line);
        let indent = |line: &str| line.len() - line.trim_start().len();
        let follows = self.lines(first.saturating_sub(1), first).iter().any(|line| !line.trim().is_empty());
        let deeper = self.lines(first, line).iter().take_while(|line| indent(line) > indent(key)).count() as u32;
        let is_mixed = first + deeper < line || key.trim_start().starts_with('-');
        if follows && is_mixed { first + deeper } else { first }
    }

    /// The lines from one up to another, from 1.
    fn lines(&self, first: u32, end: u32) -> &[&'t str] {
        self.lines.get((first as usize).saturating_sub(1)..(end as usize).saturating_sub(1)).unwrap_or_default()
    }

    /// The comment behind a value, or behind the key of a collection.
    pub fn behind(&self, node: Node<'_>) -> Option<&'t str> {
        if self.is_within_line(node) {
            return None;
        }
        let key = node.key_range();
        let same_line = |offset: usize| self.index.line(offset as u32) == self.line_of(node);
        let end = Some(node.range().end).filter(|end| same_line(*end) && *end > key.end).unwrap_or(key.end);
        let behind = self.found.iter().find(|at| at.start as usize >= end && same_line(at.start as usize))?;
        self.text.get(behind.start as usize..behind.end as usize).map(str::trim_end)
    }

    /// The bytes of a node's key; of one that goes over several lines the first character.
    pub fn place(&self, node: Node<'_>) -> Range<usize> {
        let range = node.key_range();
        let key = self.text.get(range.clone()).unwrap_or_default();
        let first = key.chars().next().filter(|_| key.contains('\n'));
        range.start..first.map_or(range.end, |first| range.start + first.len_utf8())
    }

    /// The bytes of a word in a line.
    pub fn place_of(&self, line: u32, word: &str) -> Range<usize> {
        let text = self.lines.get((line as usize).saturating_sub(1)).copied().unwrap_or_default();
        let start = self.index.start_of(line) as usize + text.find(word).unwrap_or_default();
        start..start + word.len()
    }
}

/// Whether a comment line begins or ends an `@schema` block, or is one.
pub fn is_schema(line: &str) -> bool {
    let word = line.trim_start().trim_start_matches('#').split_whitespace().next();
    word.is_some_and(|word| word == "@schema" || word == "@schema.root")
}

/// Whether the text of a comment is YAML that was commented out: `key: value`, `- item`.
pub fn is_code(text: &str) -> bool {
    let text = text.trim();
    if text.starts_with("- ") && !text.get(2..).unwrap_or_default().contains(' ')
        || text == "-"
        || text.starts_with('{')
    {
        return true;
    }
    let text = text.strip_prefix("- ").unwrap_or(text);
    let Some((key, value)) = text.split_once(':') else { return false };
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '"' | '\'');
    let is_key = !key.is_empty() && key.chars().all(word);
    // `Note: a sentence` is prose.
    let is_value = value.is_empty() || value.starts_with(' ') && value.split_whitespace().count() <= 2;
    is_key && is_value && !key.starts_with(|c: char| c.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_yaml_is_no_prose() {
        for code in ["limits:", "  cpu: 100m", "- name: x", "kubernetes.io/tls-acme: \"true\"", "- chart-example.local"]
        {
            assert!(is_code(code), "{code}");
        }
        for prose in [
            "How many pods.",
            "Note: see below",
            "see https://a.example/b",
            "note: this is said of all pods",
            "- one of them is taken",
        ] {
            assert!(!is_code(prose), "{prose}");
        }
    }
}
