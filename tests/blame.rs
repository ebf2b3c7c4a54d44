//! Predictions against experiments: change one value, and see whether the bytes that change are those that causes
//! name.
//!
//! A document is compared line by line: what it says of a value is the set of lines that the value's origin reaches.

use chartlens::chart::Chart;
use chartlens::host::Host;
use chartlens::render::{Causes, Document, RenderOptions, Rendered, render};
use chartlens::text::{Layer, Origin, OriginKind, Span};
use chartlens::values::ValuesSource;
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

/// What experiments gave.
#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
    /// Values that were changed.
    pub leaves: usize,
    /// Values whose change made the render fail.
    pub failed: usize,
    /// Values whose change moved the flow of control.
    pub control: usize,
    /// Bytes that changed, and those of them that were predicted.
    pub changed: usize,
    /// Changed bytes that were predicted.
    pub changed_predicted: usize,
    /// Predicted ranges.
    pub predicted: usize,
    /// Predicted ranges that changed.
    pub predicted_changed: usize,
    /// Lines that changed with the flow of control.
    pub guarded: usize,
    /// Those of them that lie under a predicted guard.
    pub guarded_predicted: usize,
}

impl Score {
    /// Whether something changed elsewhere than predicted, or did not where it was.
    pub fn differs(&self) -> bool {
        self.changed > self.changed_predicted
            || self.predicted > self.predicted_changed
            || self.guarded > self.guarded_predicted
    }

    /// Adds another score.
    pub fn add(&mut self, other: Score) {
        self.leaves += other.leaves;
        self.failed += other.failed;
        self.control += other.control;
        self.changed += other.changed;
        self.changed_predicted += other.changed_predicted;
        self.predicted += other.predicted;
        self.predicted_changed += other.predicted_changed;
        self.guarded += other.guarded;
        self.guarded_predicted += other.guarded_predicted;
    }
}

/// Changes up to `sample` values of a chart, each by itself: the path of each and its score. None if the chart does
/// not render.
pub fn experiment(chart: &Chart, options: &RenderOptions, host: &Host, sample: usize) -> Option<Vec<(String, Score)>> {
    let options = RenderOptions { trace: true, ..options.clone() };
    let run = |options: &RenderOptions| render(chart, options, host, &|_| Err("no files".to_owned())).ok();
    let base = run(&options)?;
    let causes = base.trace.as_ref()?;
    let leaves: Vec<_> = causes.values.iter().filter_map(|(path, _, origin)| leaf(causes, path, *origin)).collect();
    let step = (leaves.len() / sample.max(1)).max(1);
    let mut scores = Vec::new();
    for leaf in leaves.into_iter().step_by(step).take(sample) {
        let mut score = Score { leaves: 1, ..Score::default() };
        let mut changed = options.clone();
        changed.values.push(ValuesSource::SetJson(format!("{}={}", leaf.path, leaf.changed)));
        match run(&changed) {
            Some(after) => compare(&base, &after, leaf.origin, &mut score),
            None => score.failed += 1,
        }
        scores.push((leaf.path, score));
    }
    Some(scores)
}

/// A scalar that can be changed.
struct Leaf {
    path: String,
    changed: String,
    origin: Origin,
}

fn leaf(causes: &Causes, path: &str, origin: Origin) -> Option<Leaf> {
    let Some(OriginKind::Values(node)) = causes.trace.get(origin) else { return None };
    if !matches!(node.layer, Layer::Default | Layer::File(_)) {
        return None;
    }
    let source = causes.sources.get(node.span.file)?;
    let text = String::from_utf8_lossy(source.text.get(node.span.start as usize..node.span.end as usize)?).into_owned();
    let plain = |key: &str| !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_[]".contains(c));
    // Keys with dots in them, and lists, which `--set-json` cannot reach into as maps are, stay as they are.
    if path.contains('[') || !path.split('.').all(plain) {
        return None;
    }
    let changed = match text.as_str() {
        "true" => "false".to_owned(),
        "false" => "true".to_owned(),
        "" | "~" | "null" | "{}" | "[]" => return None,
        _ => match text.parse::<i64>() {
            Ok(number) => (number + 1).to_string(),
            Err(_) => {
                let value = chartlens::yaml::parse(text.as_bytes()).ok()?;
                let root = value.root()?;
                if !value.children(root).is_empty() {
                    return None;
                }
                serde_json::Value::from(String::from_utf8_lossy(value.scalar(root)) + "x").to_string()
            }
        },
    };
    Some(Leaf { path: path.to_owned(), changed, origin })
}

fn documents(rendered: &Rendered) -> impl Iterator<Item = &Document> {
    rendered.documents.iter().chain(&rendered.hooks)
}

/// What was executed, calls within calls included: where this differs, the flow of control did.
fn flow(rendered: &Rendered) -> Vec<(&str, u32)> {
    let Some(causes) = &rendered.trace else { return Vec::new() };
    let place = |span: Span| (causes.sources.get(span.file).map_or("", |file| &*file.name), span.start);
    let executed = causes.trace.executed().map(|(span, frame)| {
        // How the text of a `tpl` is cut differs from value to value: its call stands for it.
        let (mut at, mut frame) = (place(span), causes.trace.frame(frame));
        while let (("gotpl", _), Some(call)) = (at, frame) {
            at = place(call.site);
            frame = call.parent.and_then(|parent| causes.trace.frame(parent));
        }
        at
    });
    let mut flow: Vec<_> = executed.collect();
    flow.dedup();
    flow.extend(causes.trace.guards().map(|guard| place(guard.site)));
    flow
}

fn compare(base: &Rendered, after: &Rendered, leaf: Origin, score: &mut Score) {
    let (Some(causes), Some(_)) = (&base.trace, &after.trace) else { return };
    let moved = flow(base) != flow(after);
    score.control += usize::from(moved);
    for document in documents(base) {
        let other = counterpart(document, base, after);
        let new: Vec<&[u8]> = other.map(|d| d.text.split(|b| *b == b'\n').collect()).unwrap_or_default();
        let changed = changed_lines(&document.text, &new);
        if moved {
            for line in &changed {
                score.guarded += 1;
                score.guarded_predicted += usize::from(touches(causes, document, line, leaf, true));
            }
            continue;
        }
        for line in &changed {
            let bytes = line.len();
            score.changed += bytes;
            score.changed_predicted += if touches(causes, document, line, leaf, false) { bytes } else { 0 };
        }
        for range in predicted(causes, document, leaf) {
            let meets = |line: &Range<usize>| line.start < range.end && range.start < line.end.max(line.start + 1);
            score.predicted += 1;
            score.predicted_changed += usize::from(changed.iter().any(meets));
        }
    }
}

/// The document of another render that is the same as this one: where a file wrote as many as before, the one at its
/// place, else the one that describes the same object.
fn counterpart<'r>(document: &Document, base: &'r Rendered, after: &'r Rendered) -> Option<&'r Document> {
    let of_file = |rendered| documents(rendered).filter(|d| d.source == document.source);
    let kept = of_file(base).count() == of_file(after).count();
    let same = |d: &&Document| match kept {
        true => d.number == document.number,
        false => d.head.kind == document.head.kind && d.head.name == document.head.name,
    };
    of_file(after).find(same)
}

/// The ranges of a document that come from a value. A text of many lines is one range, whatever indents it.
fn predicted(causes: &Causes, document: &Document, leaf: Origin) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for (range, origin) in causes.parts(document) {
        let blank = document.text.get(range.clone()).is_some_and(|text| text.iter().all(u8::is_ascii_whitespace));
        match ranges.last_mut() {
            Some(last) if open && leads_to(causes, origin, leaf, false) => last.end = range.end,
            _ if leads_to(causes, origin, leaf, false) => {
                ranges.push(range);
                open = true;
            }
            _ => open &= blank,
        }
    }
    ranges
}

/// The lines of `old` that are not in `new` at their place, by a comparison of what follows and precedes.
fn changed_lines(old: &[u8], new: &[&[u8]]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for line in old.split(|b| *b == b'\n') {
        ranges.push((start..start + line.len(), line));
        start += line.len() + 1;
    }
    let same = ranges.iter().zip(new).take_while(|((_, a), b)| a == *b).count();
    let tail = ranges.iter().rev().zip(new.iter().rev()).take_while(|((_, a), b)| a == *b).count();
    let end = ranges.len().saturating_sub(tail).max(same);
    let middle_new: BTreeSet<&[u8]> =
        new.get(same..new.len().saturating_sub(tail).max(same)).unwrap_or_default().iter().copied().collect();
    let middle = ranges.get(same..end).unwrap_or_default();
    middle.iter().filter(|(_, line)| !middle_new.contains(line)).map(|(range, _)| range.clone()).collect()
}

/// Whether a part of the line comes from the value, or stands under a condition on it.
fn touches(causes: &Causes, document: &Document, line: &Range<usize>, leaf: Origin, guards: bool) -> bool {
    causes
        .parts(document)
        .into_iter()
        .filter(|(range, _)| range.start < line.end.max(line.start + 1) && line.start < range.end)
        .any(|(_, origin)| leads_to(causes, origin, leaf, guards))
}

fn leads_to(causes: &Causes, origin: Origin, leaf: Origin, guards: bool) -> bool {
    let (mut pending, mut seen) = (vec![origin], HashSet::new());
    while let Some(origin) = pending.pop() {
        if origin == leaf {
            return true;
        }
        if !seen.insert(origin) {
            continue;
        }
        match causes.trace.get(origin) {
            Some(OriginKind::Written { value, guard, frame, .. }) => {
                pending.push(*value);
                if guards {
                    let mut at = *guard;
                    while let Some(condition) = at.and_then(|at| causes.trace.guard(at)) {
                        pending.push(condition.value);
                        at = condition.parent;
                    }
                    let mut frame = causes.trace.frame(*frame);
                    while let Some(found) = frame {
                        let mut at = found.guard;
                        while let Some(condition) = at.and_then(|at| causes.trace.guard(at)) {
                            pending.push(condition.value);
                            at = condition.parent;
                        }
                        frame = found.parent.and_then(|parent| causes.trace.frame(parent));
                    }
                }
            }
            Some(OriginKind::Guarded { value, guard }) => {
                pending.push(*value);
                pending.extend(causes.trace.guard(*guard).filter(|_| guards).map(|guard| guard.value));
            }
            Some(OriginKind::Call { inputs, .. }) => pending.extend(inputs.iter().copied()),
            Some(OriginKind::Pieces(pieces)) => pending.extend(pieces.iter().map(|piece| piece.origin)),
            Some(OriginKind::Missing { parent, .. }) => pending.push(*parent),
            _ => {}
        }
    }
    false
}
