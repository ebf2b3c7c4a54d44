//! Comments and annotations that allow findings.
//!
//! `{{/* chartlens: allow rule-name -- reason */}}` (in Jinja `{# … #}`) in a template and `# chartlens: allow rule-name -- reason` in YAML
//! cover the rest of their line, or, on a line of their own, the next line with all that is indented below it;
//! `allow-file` covers the file. Objects have the annotation `chartlens.dev/allow`, and those of other tools count too.

use super::select::matches;
use crate::kube::tree::Node;
use crate::language::Language;
use std::cell::Cell;
use std::ops::{Range, RangeInclusive};

/// A comment that allows something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The names of rules, codes or categories.
    pub names: Vec<String>,
    /// Why.
    pub reason: Option<String>,
    /// Its own line, from 1.
    pub line: u32,
    /// The lines that it covers.
    pub covers: RangeInclusive<u32>,
    used: Vec<Cell<bool>>,
}

/// The comments of one file that allow something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allows {
    found: Vec<Allow>,
}

const MARK: &str = "chartlens:";

/// What a text is written in, and so what its comments are.
#[derive(Clone, Copy, Debug)]
pub enum Written {
    /// YAML: `# …`
    Yaml,
    /// A language of templates that write YAML: its own comments, and `# …` in what they write.
    Template(&'static dyn Language),
}

impl Written {
    /// The comments of a text without what opens and closes them.
    fn comments(self, text: &str) -> Vec<Range<usize>> {
        let mut own: Vec<Range<usize>> = match self {
            Written::Yaml => {
                let (mut found, mut is_whole) = (Vec::new(), true);
                crate::yaml::each_document(text.as_bytes(), |document| match document {
                    Ok(document) => {
                        found.extend(document.comments().iter().map(|at| at.start as usize + 1..at.end as usize))
                    }
                    Err(_) => is_whole = false,
                });
                if is_whole {
                    return found;
                }
                Vec::new()
            }
            Written::Template(language) => language.comments(text.as_bytes()),
        };
        // What will be YAML is none yet, and neither is what does not parse.
        let behind_hash = memchr::memmem::find_iter(text.as_bytes(), MARK).filter_map(|mark| {
            let before = text.get(..mark)?.trim_end_matches([' ', '\t']);
            let end = mark + text.get(mark..)?.find('\n').unwrap_or(text.len() - mark);
            before.ends_with('#').then_some(before.len()..end)
        });
        let is_new = |at: &Range<usize>| !own.iter().any(|own| own.start <= at.start && at.end <= own.end + 2);
        let more: Vec<Range<usize>> = behind_hash.filter(is_new).collect();
        own.extend(more);
        own.sort_by_key(|at| at.start);
        own
    }
}

impl Allows {
    /// Reads the comments of a text.
    pub fn read(text: &[u8], written: Written) -> Allows {
        if memchr::memmem::find(text, MARK.as_bytes()).is_none() {
            return Allows::default();
        }
        let text = String::from_utf8_lossy(text);
        let lines: Vec<&str> = text.lines().collect();
        let found = written.comments(&text).into_iter().filter_map(|comment| allow(&text, &lines, comment)).collect();
        Allows { found }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether a comment allows a code on a line. The comment counts as used then.
    pub fn allow(&self, code: &str, aliases: &[&str], line: u32) -> bool {
        let mut allowed = false;
        for allow in self.found.iter().filter(|allow| allow.covers.contains(&line)) {
            for (name, used) in allow.names.iter().zip(&allow.used) {
                if matches(name, code, aliases) {
                    used.set(true);
                    allowed = true;
                }
            }
        }
        allowed
    }

    /// The names that allowed nothing, each with the line of its comment.
    pub fn unused(&self) -> impl Iterator<Item = (&str, u32)> {
        self.found.iter().flat_map(|allow| {
            let unused = allow.names.iter().zip(&allow.used).filter(|(_, used)| !used.get());
            unused.map(|(name, _)| (name.as_str(), allow.line))
        })
    }
}

/// What a comment allows.
fn allow(text: &str, lines: &[&str], comment: Range<usize>) -> Option<Allow> {
    let said = text.get(comment.clone())?.trim_start_matches(|c: char| c.is_whitespace() || c == '#');
    let rest = said.strip_prefix(MARK)?.trim_start();
    let (whole_file, rest) = match rest.strip_prefix("allow-file") {
        Some(rest) => (true, rest),
        None => (false, rest.strip_prefix("allow")?),
    };
    let rest = rest.lines().next().unwrap_or(rest);
    let before = text.get(..comment.start)?;
    let number = before.matches('\n').count();
    let start = before.rsplit('\n').next().unwrap_or_default();
    let (names, reason) = match rest.split_once(" -- ") {
        Some((names, reason)) => (names, Some(reason.trim().to_owned())),
        None => (rest, None),
    };
    let names: Vec<String> =
        names.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let own = number as u32 + 1;
    let alone = start.trim_matches([' ', '\t', '{', '-', '/', '*', '#']).is_empty();
    let covers = match (whole_file, alone) {
        (true, _) => 1..=u32::MAX,
        (false, false) => own..=own,
        (false, true) => below(lines, number),
    };
    let used = names.iter().map(|_| Cell::new(false)).collect();
    Some(Allow { names, reason, line: own, covers, used })
}

/// The next line that says something, with all lines that are indented deeper below it.
fn below(lines: &[&str], number: usize) -> RangeInclusive<u32> {
    let is_comment =
        |line: &str| line.starts_with('#') || line.starts_with("{#") || (line.starts_with("{{") && line.contains("/*"));
    let says = |line: &&str| !line.trim().is_empty() && !is_comment(line.trim());
    let Some(first) = (number + 1..lines.len()).find(|at| lines.get(*at).is_some_and(says)) else {
        return number as u32 + 1..=number as u32 + 1;
    };
    let indent = |at: usize| lines.get(at).map_or(0, |line| line.len() - line.trim_start().len());
    let deeper = |at: &usize| lines.get(*at).is_some_and(|line| line.trim().is_empty()) || indent(*at) > indent(first);
    let last = (first + 1..lines.len()).take_while(deeper).last().unwrap_or(first);
    first as u32 + 1..=last as u32 + 1
}

/// Whether the annotations of an object allow a code.
pub(crate) fn annotations_allow(object: Node<'_>, code: &str, aliases: &[&str]) -> bool {
    let annotations = object.path(&["metadata", "annotations"]);
    annotations.into_iter().flat_map(Node::entries).any(|(key, value)| {
        let text = value.as_str().unwrap_or_default();
        let listed = |text: &str| text.split([',', ' ']).any(|name| !name.is_empty() && matches(name, code, aliases));
        let alias = |name: &str| aliases.contains(&name);
        match key {
            "chartlens.dev/allow" => listed(text.split(" -- ").next().unwrap_or(text)),
            "kube-score/ignore" => text.split(',').any(|name| alias(name.trim())),
            "ignore-check.kube-linter.io/all" | "kube-linter.io/ignore-all" => !aliases.is_empty(),
            "polaris.fairwinds.com/exempt" => text == "true" && !aliases.is_empty(),
            _ => {
                let kube_linter = key.strip_prefix("ignore-check.kube-linter.io/").is_some_and(alias);
                let polaris = key.strip_prefix("polaris.fairwinds.com/").and_then(|key| key.strip_suffix("-exempt"));
                kube_linter || (text == "true" && polaris.is_some_and(|name| aliases.iter().any(|a| kebab(a) == name)))
            }
        }
    })
}

/// `run-as-privileged` of `runAsPrivileged`: polaris names its exemptions so.
fn kebab(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gotmpl::GO;
    use crate::jinja::JINJA;

    #[test]
    fn comments_cover_their_line_or_what_is_below() {
        let text = "a: 1 # chartlens: allow x, y -- known\n# chartlens: allow z\nb:\n  c: 1\n\n  d: 2\ne: 3\n\
                    {{- /* chartlens: allow w */}}\nf: 1\ng: 1\n";
        let allows = Allows::read(text.as_bytes(), Written::Template(GO));
        let covers = |name: &str| (1..=10).filter(|line| allows.allow(name, &[], *line)).collect::<Vec<_>>();
        assert_eq!(covers("x"), [1]);
        assert_eq!(covers("y"), [1]);
        assert_eq!(covers("z"), [3, 4, 5, 6]);
        assert_eq!(allows.unused().collect::<Vec<_>>(), [("w", 8)]);
        assert_eq!(covers("w"), [9]);
        assert_eq!(allows.found.first().and_then(|allow| allow.reason.as_deref()), Some("known"));
        let whole = Allows::read(b"# chartlens: allow-file v\na: 1\n", Written::Yaml);
        assert!(whole.allow("v", &[], 99) && !whole.allow("u", &[], 2));
        assert_eq!(Allows::read(b"chartlens: allow x\n", Written::Yaml), Allows::default());
        // Text is no comment, unless it is not known yet that it is text.
        let block = b"a: |\n  # chartlens: allow x\n  b\nc: 1\n";
        assert_eq!(Allows::read(block, Written::Yaml), Allows::default());
        assert!(!Allows::read(block, Written::Template(GO)).is_empty());
        let jinja = Allows::read(
            b"a: 1 {# chartlens: allow x #}\n{#- chartlens: allow y -- why -#}\nb: 1\n",
            Written::Template(JINJA),
        );
        let of = |name: &str| (1..=3).filter(|line| jinja.allow(name, &[], *line)).collect::<Vec<_>>();
        assert_eq!((of("x"), of("y")), (vec![1], vec![3]));
    }

    #[test]
    fn polaris_names_are_hyphenated() {
        assert_eq!(kebab("runAsPrivileged"), "run-as-privileged");
    }
}
