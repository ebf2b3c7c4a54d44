//! Indentation that does not fit, mended by trying: a line of a template, or the number of an `indent`, is changed in the
//! rendered document wherever it wrote, and what comes out is read and validated.

use super::trial::{Fault, Held, Trial};
use crate::diag::{Edit, Fix};
use crate::render::{Causes, Document};
use crate::text::{FileId, Origin, Span};
use crate::yaml::{Line, lines};
use std::cell::OnceCell;
use std::collections::HashSet;
use std::ops::Range;

/// How many lines around the one to blame are tried.
const AROUND: usize = 12;

/// How far a line is moved, likelier distances first.
const DISTANCES: [isize; 16] = [-2, 2, -1, 1, -4, 4, -6, 6, -3, 3, -8, 8, -10, 10, -12, 12];

/// An indentation that fits, and what to write for it.
#[derive(Debug)]
pub struct Straight {
    /// What to do, in words.
    pub help: String,
    /// The edits that do it.
    pub fix: Fix,
    /// The byte of the document that what is to change wrote.
    pub blame: usize,
    rank: Rank,
}

/// How good a change is, best first: the faults that are left, and whether the line stands at an odd indentation.
type Rank = (usize, bool);

/// The change that makes a document YAML, where the line around `at` is likely to blame.
pub fn document(document: &Document, at: usize, causes: &Causes, trial: &Trial<'_>) -> Option<Straight> {
    let page = Page::new(document, causes);
    let here = page.line_at(at);
    let around = (1..=AROUND).flat_map(|far| [here.checked_sub(far), Some(here + far)]).flatten();
    page.best(std::iter::once(here).chain(around), trial, &|_| true)
}

/// The change that puts the key at `at`, which has no place where it stands, where it belongs: of the faults that were
/// there some go, and none comes.
pub fn key(document: &Document, at: usize, causes: &Causes, held: &Held<'_>) -> Option<Straight> {
    let page = Page::new(document, causes);
    let here = page.line_at(at);
    let around = page.parents(here).take(3);
    page.best(std::iter::once(here).chain(around), held.trial, &|left| held.is_better(left))
}

/// What the blanks before a line can be changed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lever {
    /// The blanks that stand in a template, before this byte.
    Text { file: FileId, end: u32 },
    /// The number of an `indent` or `nindent` in this action.
    Call { action: Span },
}

/// A document by lines, with what wrote each.
struct Page<'a> {
    document: &'a Document,
    causes: &'a Causes,
    parts: Vec<(Range<usize>, Origin)>,
    lines: Vec<Line<'a>>,
    /// What [`Page::text_end`] gives at the content of each line, once it was asked for.
    ends: Vec<OnceCell<Option<(FileId, u32)>>>,
}

/// A change of the blanks before a line: where they start, how many are taken, how many come.
type Change = (usize, usize, usize);

impl<'a> Page<'a> {
    fn new(document: &'a Document, causes: &'a Causes) -> Page<'a> {
        let lines = lines(&document.text);
        let ends = lines.iter().map(|_| OnceCell::new()).collect();
        Page { document, causes, parts: causes.parts(document), lines, ends }
    }

    fn line_at(&self, at: usize) -> usize {
        self.lines.partition_point(|line| line.start <= at).saturating_sub(1)
    }

    /// The lines that a line belongs to, innermost first.
    fn parents(&self, line: usize) -> impl Iterator<Item = usize> + '_ {
        let indent = |line: usize| self.lines.get(line).map_or(0, |line| line.indent);
        let above = move |line: usize| {
            let inner = indent(line);
            (0..line).rev().find(|at| self.lines.get(*at).is_some_and(|l| !l.content.is_empty() && l.indent < inner))
        };
        std::iter::successors(above(line), move |line| above(*line))
    }

    /// The best change of what wrote these lines: the one that leaves the fewest faults, of those the first.
    fn best(
        &self,
        numbers: impl Iterator<Item = usize>,
        trial: &Trial<'_>,
        is_good: &dyn Fn(&[Fault]) -> bool,
    ) -> Option<Straight> {
        let mut best: Option<Straight> = None;
        let mut tried = Vec::new();
        for number in numbers {
            let Some(line) = self.lines.get(number).filter(|line| !line.content.is_empty()) else { continue };
            for group in self.groups(line, number) {
                if tried.contains(&group) {
                    continue;
                }
                tried.push(group.clone());
                for straight in self.straight(group, number, trial, is_good) {
                    if straight.rank == (0, false) {
                        return Some(straight);
                    }
                    if best.as_ref().is_none_or(|best| straight.rank < best.rank) {
                        best = Some(straight);
                    }
                }
            }
        }
        best
    }

    /// The changes of one group of levers that are good.
    fn straight<'s>(
        &'s self,
        group: Vec<Lever>,
        number: usize,
        trial: &'s Trial<'_>,
        is_good: &'s dyn Fn(&[Fault]) -> bool,
    ) -> impl Iterator<Item = Straight> + 's {
        let line = self.lines.get(number).copied().unwrap_or_default();
        let found = line.indent;
        let owned = self.owned(&group);
        DISTANCES.into_iter().filter_map(move |by| {
            let changes = owned.changes(by)?;
            let left = trial.faults_of(self.document.text.len(), || Some(self.changed(&changes)));
            let left = left.filter(|left| is_good(left))?;
            let (help, fix) = self.advice(&group, found, by)?;
            let rank = (left.len(), found.checked_add_signed(by)? % 2 == 1);
            let here = changes.iter().find(|(start, ..)| *start >= line.start).or(changes.first());
            let blame = here.map(|(start, own, _)| start + own.saturating_sub(1))?;
            Some(Straight { help, fix, blame, rank })
        })
    }

    /// What the blanks before a line can be changed with: the line itself, the calls that indented it, or the line with
    /// what belongs to it. A line that begins at the edge of its template is more likely indented by who called it.
    fn groups(&self, line: &Line<'_>, number: usize) -> Vec<Vec<Lever>> {
        let content = line.start + line.indent;
        let mut groups = Vec::new();
        for at in (line.start..content).rev() {
            let Some((action, _)) = self.origin(at).and_then(|origin| self.causes.writer(origin)) else { continue };
            let group = vec![Lever::Call { action }];
            if !groups.contains(&group) && self.number(action).is_some() {
                groups.push(group);
            }
        }
        if let Some((file, end)) = self.end_at(number) {
            let text = Lever::Text { file, end };
            let is_blank = content.checked_sub(1).is_some_and(|at| self.literal(at).is_some());
            groups.insert(if is_blank { 0 } else { groups.len() }, vec![text]);
            groups.extend(self.block(text, number));
        }
        groups
    }

    /// For a line of a template the lines that stand below it and as deep, where all of them are lines of templates.
    fn block(&self, lever: Lever, number: usize) -> Option<Vec<Lever>> {
        let first = self.lines.get(number)?;
        let below = self.lines.iter().enumerate().skip(number + 1);
        let together = below.take_while(|(_, line)| line.indent >= first.indent || line.content.is_empty());
        let mut all = vec![lever];
        for (number, _) in together.filter(|(_, line)| !line.content.is_empty()) {
            let (file, end) = self.end_at(number)?;
            all.push(Lever::Text { file, end });
        }
        (all.len() > 1).then_some(all)
    }

    /// The same at the content of a line.
    fn end_at(&self, number: usize) -> Option<(FileId, u32)> {
        let line = self.lines.get(number)?;
        *self.ends.get(number)?.get_or_init(|| self.text_end(line.start + line.indent))
    }

    /// Where in a template the text or the action begins that stands at a byte of the document.
    fn text_end(&self, content: usize) -> Option<(FileId, u32)> {
        let before = content.checked_sub(1).and_then(|at| self.literal(at)).map(|span| (span.file, span.end));
        let is_blank = content.checked_sub(1).and_then(|at| self.document.text.get(at)) == Some(&b' ');
        if let Some(end) = before.filter(|_| is_blank) {
            return Some(end);
        }
        let span = self.literal(content)?;
        let text = self.causes.sources.get(span.file)?.text.get(..span.start as usize)?;
        // Blanks that are put behind `-}}` never come out.
        (!text.trim_ascii_end().ends_with(b"-}}")).then_some((span.file, span.start))
    }

    fn part(&self, at: usize) -> Option<&(Range<usize>, Origin)> {
        let part = self.parts.get(self.parts.partition_point(|(part, _)| part.end <= at))?;
        part.0.contains(&at).then_some(part)
    }

    fn origin(&self, at: usize) -> Option<Origin> {
        self.part(at).map(|(_, origin)| *origin)
    }

    /// Where a byte of the document stands in a template, if its text wrote it.
    fn literal(&self, at: usize) -> Option<Span> {
        let (part, origin) = self.part(at)?;
        let span = self.causes.template_text(*origin).filter(|span| (span.end - span.start) as usize == part.len())?;
        let start = span.start + (at - part.start) as u32;
        Some(Span { start, end: start + 1, ..span })
    }

    /// The place and the value of the number in an action that indents once.
    fn number(&self, action: Span) -> Option<(Span, usize)> {
        let text = self.causes.text(action).filter(|text| text.starts_with("{{"))?;
        let at = text.find("indent ")? + "indent ".len();
        let digits = text.get(at..)?.split(|c: char| !c.is_ascii_digit()).next()?;
        let once = text.matches("indent ").count() == 1;
        let start = action.start + at as u32;
        let span = Span { start, end: start + digits.len() as u32, ..action };
        Some((span, digits.parse().ok().filter(|_| once)?))
    }

    /// The blanks of the document that change with levers.
    fn owned(&self, levers: &[Lever]) -> Owned {
        let ends = levers.iter().filter_map(|lever| match *lever {
            Lever::Text { file, end } => Some((file, end)),
            Lever::Call { .. } => None,
        });
        let ends: HashSet<(FileId, u32)> = ends.collect();
        let calls: Vec<&Lever> = levers.iter().filter(|lever| matches!(lever, Lever::Call { .. })).collect();
        let mut found = Owned { blanks: Vec::new(), has_first: false };
        let mut is_first = true;
        for (number, line) in self.lines.iter().enumerate().filter(|(_, line)| !line.content.is_empty()) {
            let content = line.start + line.indent;
            let blanks = line.start..content;
            let text = self.end_at(number).filter(|_| !ends.is_empty()).filter(|end| ends.contains(end));
            let text = text.map(|(file, end)| Lever::Text { file, end });
            let owned = text.iter().chain(calls.iter().copied()).find_map(|lever| match *lever {
                Lever::Text { file, .. } => {
                    let is_own = |at: &usize| self.literal(*at).is_some_and(|span| span.file == file);
                    let own = blanks.clone().rev().take_while(is_own).count();
                    Some((content - own, own))
                }
                Lever::Call { action } => {
                    let is_own = |at: &usize| {
                        let writer = self.origin(*at).and_then(|origin| self.causes.writer(origin));
                        writer.is_some_and(|(span, _)| span == action)
                    };
                    let first = blanks.clone().find(is_own)?;
                    Some((first, (first..content).take_while(is_own).count()))
                }
            });
            found.has_first |= std::mem::take(&mut is_first) && owned.is_some();
            found.blanks.extend(owned);
        }
        found
    }

    fn changed(&self, changes: &[Change]) -> Vec<u8> {
        let text = &self.document.text;
        let mut out = Vec::with_capacity(text.len() + 16 * changes.len());
        let mut done = 0;
        for (start, taken, come) in changes {
            out.extend_from_slice(text.get(done..*start).unwrap_or_default());
            out.extend(std::iter::repeat_n(b' ', *come));
            done = start + taken;
        }
        out.extend_from_slice(text.get(done..).unwrap_or_default());
        out
    }

    /// The words and the edits for a change.
    fn advice(&self, levers: &[Lever], found: usize, by: isize) -> Option<(String, Fix)> {
        let mut edits = Vec::new();
        for lever in levers {
            let (span, new) = match *lever {
                Lever::Text { file, end } => {
                    let before = self.causes.sources.get(file)?.text.get(..end as usize)?;
                    let blanks = before.iter().rev().take_while(|byte| **byte == b' ').count();
                    let new = " ".repeat(blanks.checked_add_signed(by)?);
                    (Span { file, start: end - blanks as u32, end }, new)
                }
                Lever::Call { action } => {
                    let (span, number) = self.number(action)?;
                    (span, number.checked_add_signed(by)?.to_string())
                }
            };
            edits.push(Edit { place: self.causes.place(span)?, new });
        }
        let (off, direction) = (by.unsigned_abs(), if by > 0 { "more" } else { "fewer" });
        let (title, help) = match *levers {
            [Lever::Call { action }] => {
                let (span, number) = self.number(action)?;
                let call = self.causes.text(Span { start: action.start, end: span.start, ..action })?;
                let name = if call.ends_with("nindent ") { "nindent" } else { "indent" };
                let fits = number.checked_add_signed(by)?;
                (format!("write `{name} {fits}`"), format!("write `{name} {fits}` instead of `{name} {number}`"))
            }
            _ => {
                let fits = found.checked_add_signed(by)?;
                let title = format!("indent by {fits} instead of {found}");
                (title, format!("indent by {off} {direction}: {fits} instead of {found}"))
            }
        };
        Some((help, Fix { title, safe: false, edits }))
    }
}

/// The blanks of a document that change together.
struct Owned {
    /// Where they start, and how many they are.
    blanks: Vec<(usize, usize)>,
    /// Whether those of the first line are among them.
    has_first: bool,
}

impl Owned {
    /// The change of all of them; none where there are too few.
    fn changes(&self, by: isize) -> Option<Vec<Change>> {
        // Blanks before the first line of a document are taken away.
        if self.blanks.is_empty() || self.has_first && by > 0 {
            return None;
        }
        self.blanks.iter().map(|(start, own)| Some((*start, *own, own.checked_add_signed(by)?))).collect()
    }
}
