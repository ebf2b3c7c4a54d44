//! `chart/untidy-yaml`: lines of Chart.yaml or values.yaml that yamllint refuses as chart-testing sets it.

use crate::analysis::Analysis;
use crate::chart::{Chart, File};
use crate::diag::Fact;
use crate::lint::chart::FileLint;
use crate::lint::rule::rule;
use crate::yaml::{Document, NodeId, NodeKind, ScalarStyle};
use std::ops::Range;

rule! {
    /// `ct lint` runs yamllint, and a pipeline that has it fails with such a line. It says nothing of what the chart does, and so no profile
    /// has it. Keys that stand twice are `yaml/duplicate-key`.
    UNTIDY_YAML = "chart/untidy-yaml", Note, "lines of Chart.yaml or values.yaml that yamllint refuses as chart-testing sets it";
    help "write the line as the message has it";
    profiles [];
    aliases ["yamllint", "trailing-spaces", "truthy", "new-line-at-end-of-file", "new-lines", "empty-lines", "braces", "brackets", "commas", "colons", "hyphens", "comments", "indentation"];
    Chart check;
    bad chart [("values.yaml", "a: 1  \n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.a | quote }}\n")];
    good chart [("values.yaml", "a: 1\n"), ("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ .Values.a | quote }}\n")];
}

/// What is wrong with some bytes.
type Wrong = (Range<usize>, &'static str);

fn check(lint: &mut FileLint<'_>, analysis: &Analysis<'_>) {
    let Some(chart) = analysis.charts().first() else { return };
    let values = chart.values.as_ref().map(|values| File::new("values.yaml", &*values.text));
    let values = values.as_ref().map(|values| (values, read(chart)));
    for (file, read) in chart.chart_yaml.iter().map(|file| (file, None)).chain(values) {
        let documents = if read.is_some() { Vec::new() } else { crate::yaml::documents(&file.data) };
        let first = read.or_else(|| documents.first()?.as_ref().ok());
        let mut found = lines(&file.data);
        found.extend(comments(&file.data, read.into_iter().chain(documents.iter().flatten())));
        // What stands behind the first document nobody reads.
        if let Some(document) = first {
            let texts = texts(document);
            let is_inside = |at: usize| texts.iter().any(|text| text.contains(&at));
            found.retain(|(range, _)| !is_inside(range.start) || is_blank_end(&file.data, range));
            found.extend(structure(document, &file.data));
        }
        found.sort_by_key(|(range, _)| range.start);
        let found = found.into_iter().map(|(range, says)| (range, Fact::Remark { says: says.to_owned() }));
        lint.all_at(&file.name, &file.data, found);
    }
}

/// The only document of values.yaml, where it was read as it stands, from the first byte to the last.
fn read(chart: &Chart) -> Option<&Document> {
    let values = chart.values.as_ref().filter(|values| chart.errors.is_empty() && values.text.ends_with(b"\n"))?;
    let [(0, document)] = &*values.documents else { return None };
    (document.end as usize == values.text.len()).then_some(document)
}

/// What is wrong with lines as such.
fn lines(text: &[u8]) -> Vec<Wrong> {
    let mut found = Vec::new();
    let (mut start, mut empty) = (0, 0);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let content = line.strip_suffix(b"\n").unwrap_or(line);
        if content.ends_with(b"\r") {
            found.push((start + content.len() - 1..start + content.len(), "the line ends as on Windows (new-lines)"));
        }
        let content = content.strip_suffix(b"\r").unwrap_or(content);
        let kept = content.trim_ascii_end().len();
        if kept < content.len() {
            found.push((start + kept..start + content.len(), "blanks at the end of the line (trailing-spaces)"));
        }
        empty = if content.is_empty() { empty + 1 } else { 0 };
        let is_edge = content.is_empty() && (start == 0 || start + line.len() == text.len());
        if empty == 3 || is_edge {
            found.push((
                start..start + 1,
                "more than two empty lines, or one where the file begins or ends (empty-lines)",
            ));
        }
        start += line.len();
    }
    if !text.is_empty() && !text.ends_with(b"\n") {
        found.push((text.len() - 1..text.len(), "no line break at the end of the file (new-line-at-end-of-file)"));
    }
    found
}

/// Comments without a blank behind their `#`, and those with fewer than two blanks before it.
fn comments<'d>(text: &[u8], documents: impl Iterator<Item = &'d Document>) -> Vec<Wrong> {
    let mut found = Vec::new();
    for at in documents.flat_map(Document::comments) {
        let (start, end) = (at.start as usize, at.end as usize);
        let rest = text.get(start..end).unwrap_or_default();
        let rest = rest.get(rest.iter().take_while(|byte| **byte == b'#').count()..).unwrap_or_default();
        let is_script = start == 0 && rest.starts_with(b"!");
        if rest.first().is_some_and(|byte| !byte.is_ascii_whitespace()) && !is_script {
            found.push((start..start + 1, "no blank behind the `#` (comments)"));
        }
        let before = text.get(..start).unwrap_or_default();
        let before = before.get(memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)..).unwrap_or_default();
        if !before.trim_ascii().is_empty() && !before.ends_with(b"  ") {
            found.push((start..start + 1, "fewer than two blanks before the comment (comments)"));
        }
    }
    found
}

/// Where the texts of a document are that are in quotes or a block: inside of them only the ends of lines count.
fn texts(document: &Document) -> Vec<Range<usize>> {
    let is_plain = |style: &ScalarStyle| matches!(style, ScalarStyle::Plain);
    let is_text = |kind: &NodeKind| matches!(kind, NodeKind::Scalar { style, .. } if !is_plain(style));
    let texts = document.nodes().filter(|(_, node)| is_text(&node.kind));
    texts.map(|(_, node)| node.start as usize..node.end as usize).collect()
}

fn is_blank_end(text: &[u8], range: &Range<usize>) -> bool {
    matches!(text.get(range.end), None | Some(b'\n' | b'\r'))
}

/// What is wrong with keys, lists and braces.
fn structure(document: &Document, text: &[u8]) -> Vec<Wrong> {
    let mut found = indentation(document, text);
    let blanks = |from: usize| text.get(from..).unwrap_or_default().iter().take_while(|byte| **byte == b' ').count();
    for (id, node) in document.nodes() {
        let (start, end) = (node.start as usize, node.end as usize);
        match node.kind {
            NodeKind::Mapping { flow } => {
                for (key, value) in document.entries(id) {
                    let (key, value) = (document.node(key), document.node(value));
                    let colon = key.end as usize + blanks(key.end as usize);
                    if text.get(colon) == Some(&b':') {
                        if colon > key.end as usize {
                            found.push((key.end as usize..colon, "a blank before the colon (colons)"));
                        }
                        let behind = blanks(colon + 1);
                        if behind > 1 && colon + 1 + behind == value.outer_start as usize {
                            found
                                .push((colon + 1..colon + 1 + behind, "more than one blank behind the colon (colons)"));
                        }
                    }
                }
                if flow {
                    // From a value to the key behind it.
                    let entries: Vec<_> = document.entries(id).collect();
                    for pair in entries.windows(2) {
                        let [(_, value), (key, _)] = pair else { continue };
                        found.extend(commas(document, text, [*value, *key].into_iter()));
                    }
                    found.extend(flow_blanks(text, start, end, "blanks inside of the braces (braces)"));
                }
            }
            NodeKind::Sequence { flow: true } => {
                found.extend(commas(document, text, document.children(id).iter().copied()));
                found.extend(flow_blanks(text, start, end, "blanks inside of the brackets (brackets)"));
            }
            NodeKind::Sequence { flow: false } => {
                for item in document.children(id) {
                    let item = document.node(*item).outer_start as usize;
                    let before = text.get(..item).unwrap_or_default();
                    let gap = before.iter().rev().take_while(|byte| **byte == b' ').count();
                    if gap > 1 && before.get(item - gap - 1) == Some(&b'-') {
                        found.push((item - gap..item, "more than one blank behind the hyphen (hyphens)"));
                    }
                }
            }
            NodeKind::Scalar { style: ScalarStyle::Plain, .. } => {
                const TRUTHY: &[&str] = &["yes", "no", "on", "off"];
                let word = document.scalar(id);
                let is = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
                let odd = ["true", "false"].into_iter().any(|name| is(name) && word != name.as_bytes());
                if (TRUTHY.iter().any(|name| is(name)) || odd) && start < end {
                    found.push((start..end, "a boolean that is not written `true` or `false` (truthy)"));
                }
            }
            _ => {}
        }
    }
    found
}

/// Maps that are indented otherwise than the first one.
fn indentation(document: &Document, text: &[u8]) -> Vec<Wrong> {
    let column = |at: usize| at - memchr::memrchr(b'\n', text.get(..at).unwrap_or_default()).map_or(0, |at| at + 1);
    let mut usual = None;
    let mut found = Vec::new();
    for (id, node) in document.nodes() {
        let NodeKind::Mapping { flow: false } = node.kind else { continue };
        for (key, value) in document.entries(id) {
            let inner = document.node(value);
            if !matches!(inner.kind, NodeKind::Mapping { flow: false }) {
                continue;
            }
            let deeper = column(inner.start as usize).saturating_sub(column(document.node(key).start as usize));
            if *usual.get_or_insert(deeper) != deeper {
                let place = inner.start as usize - column(inner.start as usize)..inner.start as usize;
                found.push((place, "indented by another number of blanks than above (indentation)"));
            }
        }
    }
    found
}

/// Blanks around the commas of a line.
fn commas(document: &Document, text: &[u8], parts: impl Iterator<Item = NodeId>) -> Vec<Wrong> {
    let places: Vec<_> = parts.map(|part| document.node(part)).collect();
    let pairs = places.iter().zip(places.iter().skip(1));
    let between = pairs.map(|(one, other)| one.end as usize..other.outer_start as usize);
    let wrong = |range: &Range<usize>| {
        let between = text.get(range.clone()).unwrap_or_default();
        between.contains(&b',') && !between.contains(&b'\n') && between != b", "
    };
    between
        .filter(wrong)
        .map(|range| (range, "a comma with a blank before it, or not one behind it (commas)"))
        .collect()
}

/// Blanks behind what opens and before what closes, and before commas.
fn flow_blanks(text: &[u8], start: usize, end: usize, says: &'static str) -> Vec<Wrong> {
    let inside = text.get(start..end).unwrap_or_default();
    let (Some(b'{' | b'['), Some(b'}' | b']'), None) = (inside.first(), inside.last(), memchr::memchr(b'\n', inside))
    else {
        return Vec::new();
    };
    let middle = inside.get(1..inside.len() - 1).unwrap_or_default();
    let (left, right) = (middle.len() - middle.trim_ascii_start().len(), middle.len() - middle.trim_ascii_end().len());
    let mut found = Vec::new();
    if middle.trim_ascii().is_empty() {
        return found;
    }
    if left > 0 {
        found.push((start + 1..start + 1 + left, says));
    }
    if right > 0 {
        found.push((end - 1 - right..end - 1, says));
    }
    found
}
