//! Probes: a Jinja text in which every expression, and every text between tags, says when it is come to.
//!
//! Jinja itself does not say what wrote which byte, nor which values an expression looked at. So a traced render runs
//! the text with calls around its expressions and in front of its texts, which note that in a [`Recorder`]. They add no
//! lines and write nothing, so output and line numbers stay what they are.
//!
//! [`Recorder`]: super::record::Recorder

use super::tags::{Kind, Part, Word, parts, words};
use crate::text::{FileId, Span};
use std::ops::Range;

/// Calls of probes: what begins an expression, a name for each way it ends, and what stands for itself.
pub const FROM: &str = "chartlens_from";
/// See [`FROM`].
pub const VALUE: &str = "chartlens_value";
/// See [`FROM`].
pub const END: &str = "chartlens_end";
/// See [`FROM`].
pub const AT: &str = "chartlens_at";

/// What is noted at a place of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SiteKind {
    /// A text, which is written.
    Text(String),
    /// An expression whose value is written.
    Print,
    /// The condition of `if` or `elif`.
    Test,
    /// What `for` goes over.
    Each,
    /// What a variable is set to.
    Set,
    /// A block of `set`.
    SetBlock,
    /// The start of a macro.
    Params,
    /// A block whose text a filter or a macro is given: it is written where the block ends.
    Given,
    /// `include`, whose text is written as it is.
    Include,
    /// A statement that writes nothing.
    Silent,
}

/// A place of a template at which something is noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// What is noted.
    pub kind: SiteKind,
    /// The text, the tag or the expression.
    pub span: Span,
    /// The condition around it, a number of a site.
    pub around: Option<u32>,
    /// Names that it uses.
    pub uses: Vec<String>,
    /// Names that it gives values to.
    pub gives: Vec<String>,
    /// Whether it stands where nothing is written: outside of the blocks of a template that extends another.
    pub is_discarded: bool,
}

impl Site {
    /// Whether its first probe is written for itself, and so writes nothing, rather than around an expression.
    pub fn stands_alone(&self) -> bool {
        matches!(self.kind, SiteKind::SetBlock | SiteKind::Given | SiteKind::Include | SiteKind::Silent)
    }
}

/// A text with probes, and the bytes by which each part of it was moved.
#[derive(Debug, Default)]
pub struct Probed {
    /// The text.
    pub text: String,
    /// Places in the text with probes, each with the place in the text without that stands there.
    moved: Vec<(usize, usize)>,
}

impl Probed {
    /// The place in the text without probes.
    pub fn plain_offset(&self, offset: usize) -> usize {
        let at = self.moved.partition_point(|(probed, _)| *probed <= offset);
        let (probed, plain) = at.checked_sub(1).and_then(|at| self.moved.get(at)).copied().unwrap_or_default();
        let next = self.moved.get(at).map_or(usize::MAX, |(_, plain)| *plain);
        (plain + (offset - probed)).min(next)
    }
}

/// Puts probes into a text; their sites are appended to `sites`. None for a text that is not understood.
pub fn probed(text: &str, file: FileId, sites: &mut Vec<Site>) -> Option<Probed> {
    let parts = parts(text)?;
    let known = sites.len();
    let mut maker = Maker { text, file, sites, edits: Vec::new(), open: Vec::new(), extends: false };
    for (number, part) in parts.iter().enumerate() {
        let before = number.checked_sub(1).and_then(|before| parts.get(before));
        if maker.part(part, before).is_none() {
            maker.sites.truncate(known);
            return None;
        }
        // The probe of the text behind takes its white space away instead.
        if part.trims_after && parts.get(number + 1).is_some_and(|next| next.kind == Kind::Text) {
            let mark = part.span.end - 3;
            maker.edits.push((mark..mark + 1, String::new()));
        }
    }
    let mut edits = maker.edits;
    edits.sort_by_key(|(range, _)| range.start);
    let mut probed = Probed::default();
    let mut at = 0;
    for (range, new) in &edits {
        probed.text.push_str(text.get(at..range.start)?);
        probed.text.push_str(new);
        probed.moved.push((probed.text.len(), range.end));
        at = range.end;
    }
    probed.text.push_str(text.get(at..)?);
    Some(probed)
}

/// A block that is open.
struct Open {
    keyword: String,
    /// The condition before it.
    around: Option<u32>,
    /// A site that ends with the block.
    ends: Option<u32>,
}

struct Maker<'t> {
    text: &'t str,
    file: FileId,
    sites: &'t mut Vec<Site>,
    edits: Vec<(Range<usize>, String)>,
    open: Vec<Open>,
    extends: bool,
}

impl Maker<'_> {
    fn part(&mut self, part: &Part, before: Option<&Part>) -> Option<()> {
        match part.kind {
            Kind::Text => {
                let site = self.site(SiteKind::Text(self.text.get(part.inner.clone())?.to_owned()), part.inner.clone());
                let trims = if before.is_some_and(|tag| tag.trims_after) { "-" } else { "" };
                self.insert(part.span.start, format!("{{{{ {AT}({site}) {trims}}}}}"));
            }
            Kind::Raw => {
                let site = self.site(SiteKind::Text(self.text.get(part.inner.clone())?.to_owned()), part.inner.clone());
                self.in_front(part, &format!("{AT}({site})"));
            }
            Kind::Comment => {}
            Kind::Print => {
                let (start, end) = (part.inner.start, part.inner.end);
                let site = self.site(SiteKind::Print, part.span.clone());
                self.wrap(site, start..end);
            }
            Kind::Block => self.block(part)?,
        }
        Some(())
    }

    fn block(&mut self, part: &Part) -> Option<()> {
        let words = words(self.text, part.inner.clone());
        let (Word::Name(keyword), first) = words.first()?.clone() else { return None };
        let rest = first.end..part.inner.end;
        let names = |until: &str| -> Vec<String> {
            let names = words.iter().skip(1).map(|(word, _)| *word).take_while(|word| *word != Word::Name(until));
            names.filter_map(|word| if let Word::Name(name) = word { Some(name.to_owned()) } else { None }).collect()
        };
        let top = |sign: &[Word<'_>]| top_level(&words).find(|(word, _)| sign.contains(word)).map(|(_, span)| span);
        match keyword {
            "if" => {
                let site = self.site(SiteKind::Test, part.span.clone());
                self.wrap(site, rest);
                self.enter(keyword, Some(site), None);
            }
            "elif" => {
                // It is asked only if what is before it does not hold.
                let site = self.site(SiteKind::Test, part.span.clone());
                self.wrap(site, rest);
                self.set_around(Some(site));
            }
            "for" => {
                let is = words.iter().find(|(word, _)| *word == Word::Name("in"))?.1.clone();
                let end = top(&[Word::Name("if"), Word::Name("recursive")]).map_or(part.inner.end, |span| span.start);
                let site = self.site(SiteKind::Each, part.span.clone());
                self.wrap(site, is.end..end);
                let targets = names("in");
                self.give(site, targets);
                self.enter(keyword, Some(site), None);
            }
            "set" => match top(&[Word::Sign(b'=')]) {
                Some(is) => {
                    let targets = self.targets(first.end..is.start);
                    let site = self.site(SiteKind::Set, part.span.clone());
                    self.wrap(site, is.end..part.inner.end);
                    self.give(site, targets);
                }
                None => {
                    let targets = names("");
                    let site = self.site(SiteKind::SetBlock, part.span.clone());
                    self.give(site, targets);
                    self.behind(part, &format!("{FROM}({site})"));
                    self.enter(keyword, None, Some(site));
                }
            },
            "endset" => {
                if let Some(site) = self.open.last().and_then(|open| open.ends) {
                    self.in_front(part, &format!("{END}({site})"));
                }
                self.leave()?;
            }
            "macro" => {
                self.enter(keyword, None, None);
                self.set_around(None);
                let site = self.site(SiteKind::Params, part.span.clone());
                let params = self.targets(rest);
                self.give(site, params.into_iter().skip(1).collect());
                self.behind(part, &format!("{AT}({site})"));
            }
            "call" | "filter" => {
                let site = self.site(SiteKind::Given, part.span.clone());
                self.note_names(site, rest);
                self.in_front(part, &format!("{FROM}({site})"));
                self.enter(keyword, None, None);
            }
            "include" | "import" | "from" | "do" => {
                let kind = if keyword == "include" { SiteKind::Include } else { SiteKind::Silent };
                let site = self.site(kind, part.span.clone());
                self.note_names(site, rest);
                self.in_front(part, &format!("{FROM}({site})"));
                self.behind(part, &format!("{END}({site})"));
            }
            "with" => {
                self.enter(keyword, None, None);
                let commas =
                    top_level(&words).filter(|(word, _)| *word == Word::Sign(b',')).map(|(_, span)| span.start);
                let mut start = first.end;
                for end in commas.chain([part.inner.end]).collect::<Vec<_>>() {
                    let sign = words.iter().find(|(word, span)| *word == Word::Sign(b'=') && span.start >= start);
                    if let Some((_, is)) = sign.filter(|(_, span)| span.end < end) {
                        let targets = self.targets(start..is.start);
                        let site = self.site(SiteKind::Set, start..end);
                        self.wrap(site, is.end..end);
                        self.give(site, targets);
                    }
                    start = end + 1;
                }
            }
            "extends" => self.extends = true,
            "block" | "autoescape" => self.enter(keyword, None, None),
            _ if keyword.starts_with("end") => self.leave()?,
            _ => {}
        }
        Some(())
    }

    fn enter(&mut self, keyword: &str, condition: Option<u32>, ends: Option<u32>) {
        let around = self.around();
        self.open.push(Open { keyword: keyword.to_owned(), around: condition.or(around), ends });
    }

    fn leave(&mut self) -> Option<()> {
        self.open.pop().map(drop)
    }

    fn around(&self) -> Option<u32> {
        self.open.last().and_then(|open| open.around)
    }

    fn set_around(&mut self, condition: Option<u32>) {
        if let Some(open) = self.open.last_mut() {
            open.around = condition;
        }
    }

    fn site(&mut self, kind: SiteKind, span: Range<usize>) -> u32 {
        let number = self.sites.len() as u32;
        let written = ["block", "macro", "set"];
        let is_discarded = self.extends && !self.open.iter().any(|open| written.contains(&open.keyword.as_str()));
        let span = Span::new(self.file, span.start, span.end);
        self.sites.push(Site { kind, span, around: self.around(), uses: Vec::new(), gives: Vec::new(), is_discarded });
        number
    }

    /// The names that a part of a tag gives values to: those at its top level.
    fn targets(&self, range: Range<usize>) -> Vec<String> {
        let all = words(self.text, range);
        let mut default = false;
        let mut depth = 0usize;
        let mut names = Vec::new();
        for (word, _) in all {
            match word {
                Word::Sign(b'(') => depth += 1,
                Word::Sign(b')') => depth = depth.saturating_sub(1),
                Word::Sign(b'=') => default = true,
                Word::Sign(b',') if depth <= 1 => default = false,
                Word::Name(name) if !default => names.push(name.to_owned()),
                _ => {}
            }
        }
        names
    }

    fn give(&mut self, site: u32, names: Vec<String>) {
        if let Some(site) = self.sites.get_mut(site as usize) {
            site.gives = names;
        }
    }

    /// Notes the names that an expression uses.
    fn note_names(&mut self, site: u32, range: Range<usize>) {
        let mut names: Vec<String> = Vec::new();
        let mut before = None;
        for (word, _) in words(self.text, range) {
            if let Word::Name(name) = word
                && !matches!(before, Some(Word::Sign(b'.' | b'|')))
                && !names.iter().any(|known| known == name)
                && !KEYWORDS.contains(&name)
            {
                names.push(name.to_owned());
            }
            before = Some(word);
        }
        if let Some(site) = self.sites.get_mut(site as usize) {
            site.uses = names;
        }
    }

    /// Puts an expression between probes.
    fn wrap(&mut self, site: u32, range: Range<usize>) {
        self.note_names(site, range.clone());
        self.insert(range.start, format!(" {VALUE}({FROM}({site}), {site}, ("));
        self.insert(range.end, ")) ".to_owned());
    }

    /// Puts a probe in front of a tag. It takes the white space before it away in the tag's stead.
    fn in_front(&mut self, part: &Part, call: &str) {
        let mark = if part.trims_before { "-" } else { "" };
        self.insert(part.span.start, format!("{{{{{mark} {call} }}}}"));
    }

    /// Puts a probe behind a tag.
    fn behind(&mut self, part: &Part, call: &str) {
        self.insert(part.span.end, format!("{{{{ {call} }}}}"));
    }

    fn insert(&mut self, at: usize, text: String) {
        self.edits.push((at..at, text));
    }
}

/// Words of expressions that are no names of values.
const KEYWORDS: &[&str] =
    &["and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None"];

/// The words outside of brackets.
fn top_level<'w>(words: &'w [(Word<'w>, Range<usize>)]) -> impl Iterator<Item = (Word<'w>, Range<usize>)> {
    let mut depth = 0usize;
    words.iter().filter_map(move |(word, span)| {
        match word {
            Word::Sign(b'(' | b'[' | b'{') => depth += 1,
            Word::Sign(b')' | b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth == 0).then(|| (*word, span.clone()))
    })
}
