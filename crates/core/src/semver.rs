//! Versions and constraints by the rules of `github.com/Masterminds/semver/v3`, which Helm uses.
//!
//! They are laxer than the standard: `v1`, `1.2` and `01.2.3` are versions, and constraints know
//! wildcards, `~`, `^`, ranges and alternatives. Helm 4 has release 3.5 of the library, Helm 3.17
//! release 3.3; where they differ, [`HelmVersion`] decides.
//!
//! ```
//! use chartlens::semver::{Constraint, Version};
//! let constraint = Constraint::parse(">=1.2.0, <2").unwrap();
//! assert!(constraint.check(&Version::parse("v1.9.3").unwrap()));
//! ```

use crate::host::HelmVersion;
use crate::text::quote;
use crate::value::{IntType, Repr, StructType, Structure, Value, number};
use regex::{Captures, Regex};
use std::cmp::Ordering;
use std::fmt;
use std::sync::{Arc, LazyLock};

/// The longest version that Helm 4 reads, in bytes.
const MAX_VERSION_LEN: usize = 256;
/// The longest constraint that Helm 4 reads, in bytes.
const MAX_CONSTRAINT_LEN: usize = 512;
/// The most alternatives that Helm 4 reads.
const MAX_ALTERNATIVES: usize = 32;

/// Why a text is no version or constraint, in the library's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SemverError(String);

impl fmt::Display for SemverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SemverError {}

/// The texts that release 3.4 changed: new, old.
const WORDINGS: [(&str, &str); 4] = [
    ("invalid semantic version", "Invalid Semantic Version"),
    ("version segment starts with 0", "Version segment starts with 0"),
    ("error parsing version segment: ", "Error parsing version segment: "),
    ("constraint parser error", "constraint Parser Error"),
];

fn error(text: &str, helm: HelmVersion) -> SemverError {
    let old = match helm {
        HelmVersion::V3 => WORDINGS.iter().find(|(new, _)| *new == text).map(|(_, old)| *old),
        HelmVersion::V4 => None,
    };
    SemverError(old.unwrap_or(text).to_owned())
}

/// A version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// First number.
    pub major: u64,
    /// Second number.
    pub minor: u64,
    /// Third number.
    pub patch: u64,
    /// What stands after the hyphen.
    pub pre: String,
    /// What stands after the plus sign.
    pub metadata: String,
    /// The text it was read from.
    pub original: String,
}

/// What follows the numbers, with groups for the parts without their marks.
const SUFFIX: &str = r"(-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?";

/// A pattern of this module; all are constants that a test compiles.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

fn group<'t>(captures: &Captures<'t>, i: usize) -> &'t str {
    captures.get(i).map_or("", |m| m.as_str())
}

/// The parts of a version as they are written, wildcards included.
struct Written<'t> {
    /// All of it.
    text: &'t str,
    major: &'t str,
    minor: &'t str,
    patch: &'t str,
    /// What stands after the hyphen.
    pre: &'t str,
    /// What stands after the plus sign.
    metadata: &'t str,
}

impl<'t> Written<'t> {
    /// Reads a version at the start of `text`, with numbers made of what `digit` allows; gives what follows it.
    fn read(text: &'t str, digit: impl Fn(u8) -> bool) -> Option<(Written<'t>, &'t str)> {
        let (major, mut rest) = run(text.strip_prefix('v').unwrap_or(text), &digit)?;
        let mut number = || {
            let found = rest.strip_prefix('.').and_then(|inner| run(inner, &digit));
            found.map_or("", |(number, after)| {
                rest = after;
                number
            })
        };
        let minor = number();
        let patch = if minor.is_empty() { "" } else { number() };
        let (pre, rest) = suffix(rest, '-');
        let (metadata, rest) = suffix(rest, '+');
        let text = text.get(..text.len() - rest.len()).unwrap_or_default();
        Some((Written { text, major, minor, patch, pre, metadata }, rest))
    }
}

/// The longest start of `text` that has at least one byte and only allowed ones, and the rest.
fn run(text: &str, allowed: impl Fn(u8) -> bool) -> Option<(&str, &str)> {
    let end = text.bytes().position(|b| !allowed(b)).unwrap_or(text.len());
    if end == 0 { None } else { text.split_at_checked(end) }
}

/// Parts joined by dots behind a mark, if they are there, and the rest.
fn suffix(text: &str, mark: char) -> (&str, &str) {
    let part = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    let Some((_, mut rest)) = text.strip_prefix(mark).and_then(|inner| run(inner, part)) else { return ("", text) };
    while let Some((_, after)) = rest.strip_prefix('.').and_then(|inner| run(inner, part)) {
        rest = after;
    }
    (text.get(1..text.len() - rest.len()).unwrap_or_default(), rest)
}

impl Version {
    /// Reads a version as Helm 4 does (`semver.NewVersion`). The error is the library's text.
    pub fn parse(text: &str) -> Result<Version, SemverError> {
        Version::parse_as(text, HelmVersion::V4)
    }

    /// Reads a version as the given version of Helm does. The error is the library's text.
    pub fn parse_as(text: &str, helm: HelmVersion) -> Result<Version, SemverError> {
        if helm == HelmVersion::V4 && text.len() > MAX_VERSION_LEN {
            return Err(SemverError(format!("version string is too long (max {MAX_VERSION_LEN} bytes)")));
        }
        let written = Written::read(text, |b| b.is_ascii_digit())
            .filter(|(_, rest)| rest.is_empty())
            .map(|(written, _)| written)
            .ok_or_else(|| error("invalid semantic version", helm))?;
        let segment = |digits: &str| match digits {
            "" => Ok(0),
            digits => number::parse_uint(digits, 10, 64)
                .map_err(|e| SemverError(format!("{}{e}", error("error parsing version segment: ", helm)))),
        };
        let version = Version {
            major: segment(written.major)?,
            minor: segment(written.minor)?,
            patch: segment(written.patch)?,
            pre: written.pre.to_owned(),
            metadata: written.metadata.to_owned(),
            original: text.to_owned(),
        };
        let leading_zero =
            |part: &str| part.len() > 1 && part.starts_with('0') && part.bytes().all(|b| b.is_ascii_digit());
        if version.pre.split('.').any(leading_zero) {
            return Err(error("version segment starts with 0", helm));
        }
        Ok(version)
    }

    /// Reads a version by the standard's strict rules (`semver.StrictNewVersion`). The error is the library's text.
    pub fn parse_strict(text: &str) -> Result<Version, SemverError> {
        let fail = |text: &str| Err(SemverError(text.to_owned()));
        if text.is_empty() {
            return fail("version string empty");
        }
        if text.len() > MAX_VERSION_LEN {
            return Err(SemverError(format!("version string is too long (max {MAX_VERSION_LEN} bytes)")));
        }
        let parts: Vec<&str> = text.splitn(3, '.').collect();
        let &[major, minor, rest] = parts.as_slice() else { return fail("invalid semantic version") };
        let allowed = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let (rest, metadata) = rest.split_once('+').map_or((rest, None), |(r, m)| (r, Some(m)));
        if metadata.is_some_and(|m| m.split('.').any(|p| p.is_empty() || !allowed(p))) {
            return fail("invalid metadata string");
        }
        let (patch, pre) = rest.split_once('-').map_or((rest, None), |(r, p)| (r, Some(p)));
        for part in pre.into_iter().flat_map(|p| p.split('.')) {
            if part.is_empty() || !allowed(part) {
                return fail("invalid prerelease string");
            }
            if digits(part) && part.len() > 1 && part.starts_with('0') {
                return fail("version segment starts with 0");
            }
        }
        let mut numbers = [0; 3];
        for (part, into) in [major, minor, patch].into_iter().zip(&mut numbers) {
            if !digits(part) {
                return fail("invalid characters in version");
            }
            if part.len() > 1 && part.starts_with('0') {
                return fail("version segment starts with 0");
            }
            *into = number::parse_uint(part, 10, 64).map_err(|e| SemverError(e.to_string()))?;
        }
        let [major, minor, patch] = numbers;
        let owned = |part: Option<&str>| part.unwrap_or_default().to_owned();
        Ok(Version { major, minor, patch, pre: owned(pre), metadata: owned(metadata), original: text.to_owned() })
    }

    /// Compares by precedence: build metadata does not count (`Version.Compare`).
    pub fn compare(&self, other: &Version) -> Ordering {
        let numbers = |v: &Version| (v.major, v.minor, v.patch);
        numbers(self).cmp(&numbers(other)).then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => compare_pre(&self.pre, &other.pre),
        })
    }

    /// A version without suffixes, whose original text keeps the `v` of this one.
    pub fn bumped(&self, major: u64, minor: u64, patch: u64) -> Version {
        let mut next =
            Version { major, minor, patch, pre: String::new(), metadata: String::new(), original: String::new() };
        next.original = format!("{}{next}", self.prefix());
        next
    }

    /// First number.
    pub fn major(&self) -> u64 {
        self.major
    }

    /// Second number.
    pub fn minor(&self) -> u64 {
        self.minor
    }

    /// The `v` that the original text starts with.
    pub fn prefix(&self) -> &'static str {
        if self.original.starts_with('v') { "v" } else { "" }
    }

    /// The version as a template value, a `*semver.Version` or a plain one.
    pub fn to_value(&self, pointer: bool) -> Value {
        let number = |n: u64| Value::new(Repr::Int(n as i64, IntType::Uint64));
        let fields = vec![
            number(self.major),
            number(self.minor),
            number(self.patch),
            Value::str(self.pre.as_str()),
            Value::str(self.metadata.as_str()),
            Value::str(self.original.as_str()),
        ];
        Value::new(Repr::Struct(Arc::new(Structure::new(&VERSION_TYPE, pointer, fields))))
    }

    /// The version that a structure of type [`VERSION_TYPE`] holds.
    pub fn of(structure: &Structure) -> Version {
        let number = |i: usize| match structure.fields.get(i).map(|v| &v.repr) {
            Some(Repr::Int(n, _)) => *n as u64,
            _ => 0,
        };
        let text = |i: usize| match structure.fields.get(i).map(|v| &v.repr) {
            Some(Repr::Str(s)) => s.to_string(),
            _ => String::new(),
        };
        Version {
            major: number(0),
            minor: number(1),
            patch: number(2),
            pre: text(3),
            metadata: text(4),
            original: text(5),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.pre.is_empty() {
            write!(f, "-{}", self.pre)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

/// `semver.Version` as templates meet it.
pub static VERSION_TYPE: StructType = StructType {
    string: Some(|s| Version::of(s).to_string()),
    marshal_text: Some(|s| Ok(Version::of(s).to_string())),
    ..StructType::new("semver.Version", "*semver.Version", &["major", "minor", "patch", "pre", "metadata", "original"])
};

/// `comparePrerelease`: part by part, numbers before words.
fn compare_pre(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.split('.'), b.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (a, b) => compare_pre_part(a.unwrap_or(""), b.unwrap_or("")),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

fn compare_pre_part(a: &str, b: &str) -> Ordering {
    let number = |s: &str| number::parse_uint(s, 10, 64).ok();
    match (a.is_empty(), b.is_empty(), number(a), number(b)) {
        _ if a == b => Ordering::Equal,
        (true, ..) => Ordering::Less,
        (_, true, ..) => Ordering::Greater,
        (_, _, Some(a), Some(b)) => {
            if a > b {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        }
        (_, _, Some(_), None) => Ordering::Less,
        (_, _, None, Some(_)) => Ordering::Greater,
        _ => a.cmp(b),
    }
}

/// One comparison, such as `>=1.2`.
#[derive(Clone, Debug)]
struct Comparison {
    op: Op,
    version: Version,
    /// Some part is a wildcard or missing.
    dirty: bool,
    minor_dirty: bool,
    patch_dirty: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterEqual,
    LessEqual,
    Tilde,
    Caret,
}

/// A constraint: alternatives of comparisons that must all hold.
#[derive(Clone, Debug)]
pub struct Constraint {
    alternatives: Vec<Vec<Comparison>>,
    helm: HelmVersion,
}

/// The operators, longer ones before those they start with.
const OPERATORS: [(&str, Op); 11] = [
    ("!=", Op::NotEqual),
    (">=", Op::GreaterEqual),
    ("=>", Op::GreaterEqual),
    ("<=", Op::LessEqual),
    ("=<", Op::LessEqual),
    ("~>", Op::Tilde),
    ("=", Op::Equal),
    (">", Op::Greater),
    ("<", Op::Less),
    ("~", Op::Tilde),
    ("^", Op::Caret),
];

/// Go's `\s`.
const SPACE: [char; 5] = ['\t', '\n', '\x0c', '\r', ' '];

static RANGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let space = r"[\t\n\f\r ]";
    let version = format!(r"v?([0-9|xX*]+)(\.[0-9|xX*]+)?(\.[0-9|xX*]+)?{SUFFIX}");
    pattern(&format!(r"{space}*({version}){space}+-{space}+({version}){space}*"))
});

impl Constraint {
    /// Reads a constraint as Helm 4 does (`semver.NewConstraint`). The error is the library's text.
    pub fn parse(text: &str) -> Result<Constraint, SemverError> {
        Constraint::parse_as(text, HelmVersion::V4)
    }

    /// Reads a constraint as the given version of Helm does. The error is the library's text.
    pub fn parse_as(text: &str, helm: HelmVersion) -> Result<Constraint, SemverError> {
        if helm == HelmVersion::V4 && text.len() > MAX_CONSTRAINT_LEN {
            return Err(SemverError(format!("constraint string is too long (max {MAX_CONSTRAINT_LEN} bytes)")));
        }
        let text = rewrite_range(text);
        let parts: Vec<&str> = text.split("||").collect();
        if helm == HelmVersion::V4 && parts.len() > MAX_ALTERNATIVES {
            return Err(SemverError(format!("too many constraint groups (max {MAX_ALTERNATIVES})")));
        }
        let alternatives = parts.into_iter().map(|part| alternative(part, helm)).collect::<Result<_, _>>()?;
        Ok(Constraint { alternatives, helm })
    }

    /// Whether the version satisfies the constraint (`Constraints.Check`).
    pub fn check(&self, version: &Version) -> bool {
        self.alternatives.iter().any(|all| {
            // Prereleases count only where the constraint names one: anywhere in the alternative in
            // Helm 4, in the very comparison in Helm 3.
            let group_pre = all.iter().any(|c| !c.version.pre.is_empty());
            all.iter().all(|c| match self.helm {
                HelmVersion::V4 => c.check(version, group_pre),
                HelmVersion::V3 => {
                    let ignores_pre = c.op == Op::NotEqual && !c.dirty;
                    c.check(version, ignores_pre || !c.version.pre.is_empty())
                }
            })
        })
    }
}

fn improper(text: &str, helm: HelmVersion) -> SemverError {
    SemverError(match helm {
        HelmVersion::V3 => format!("improper constraint: {text}"),
        HelmVersion::V4 => format!("improper constraint: {}", quote(text.as_bytes())),
    })
}

/// Comparisons with blanks or commas between them.
fn alternative(text: &str, helm: HelmVersion) -> Result<Vec<Comparison>, SemverError> {
    let mut written = Vec::new();
    let mut rest = text.trim_start_matches(SPACE);
    loop {
        let (op, version) =
            OPERATORS.iter().find_map(|(text, op)| Some((*op, rest.strip_prefix(text)?))).unwrap_or((Op::Equal, rest));
        let wildcard = |b: u8| b.is_ascii_digit() || matches!(b, b'|' | b'x' | b'X' | b'*');
        let (version, after) =
            Written::read(version.trim_start_matches(SPACE), wildcard).ok_or_else(|| improper(text, helm))?;
        written.push((op, version));
        rest = after.trim_start_matches(SPACE);
        if rest.is_empty() {
            break;
        }
        match rest.strip_prefix(',') {
            Some(next) => rest = next.trim_start_matches(SPACE),
            None if rest.len() < after.len() => {}
            None => return Err(improper(text, helm)),
        }
    }
    written.into_iter().map(|(op, version)| comparison(op, &version, helm)).collect()
}

/// `parseConstraint`
fn comparison(op: Op, written: &Written<'_>, helm: HelmVersion) -> Result<Comparison, SemverError> {
    let wild = |part: &str| matches!(part, "" | "x" | "X" | "*");
    let &Written { major, minor, patch, .. } = written;
    let pre = if written.pre.is_empty() { String::new() } else { format!("-{}", written.pre) };
    let (mut dirty, mut minor_dirty, mut patch_dirty) = (true, false, false);
    let text = if wild(major) {
        format!("0.0.0{pre}")
    } else if wild(minor) {
        minor_dirty = true;
        format!("{major}.0.0{pre}")
    } else if wild(patch) {
        patch_dirty = true;
        format!("{major}.{minor}.0{pre}")
    } else {
        dirty = false;
        written.text.to_owned()
    };
    let version = Version::parse_as(&text, helm).map_err(|_| error("constraint parser error", helm))?;
    Ok(Comparison { op, version, dirty, minor_dirty, patch_dirty })
}

/// Writes ranges such as `1.2 - 2.3` as comparisons (`rewriteRange`).
fn rewrite_range(text: &str) -> String {
    let mut out = text.to_owned();
    // Most hyphens start the suffix of a version.
    let mut hyphens = text.match_indices('-').filter_map(|(at, _)| text.split_at_checked(at));
    if !hyphens.any(|(before, after)| before.ends_with(SPACE) && after.get(1..).is_some_and(|s| s.starts_with(SPACE))) {
        return out;
    }
    for m in RANGE.iter().flat_map(|range| range.captures_iter(text)) {
        // The second version is the group after the first one's own eight.
        let new = format!(">= {}, <= {} ", group(&m, 1), group(&m, 9));
        out = out.replacen(group(&m, 0), &new, 1);
    }
    out
}

impl Comparison {
    fn check(&self, v: &Version, include_pre: bool) -> bool {
        let c = &self.version;
        if !v.pre.is_empty() && !include_pre {
            return false;
        }
        let order = v.compare(c);
        match self.op {
            Op::Equal if self.dirty => self.tilde(v),
            Op::Equal => order.is_eq(),
            Op::NotEqual => self.not_equal(v),
            Op::Less => order.is_lt(),
            Op::GreaterEqual => order.is_ge(),
            Op::Greater if !self.dirty || v.major == c.major && !self.minor_dirty && !self.patch_dirty => order.is_gt(),
            Op::Greater => v.major > c.major || v.major == c.major && self.patch_dirty && v.minor > c.minor,
            Op::LessEqual if !self.dirty => order.is_le(),
            Op::LessEqual => v.major < c.major || v.major == c.major && (v.minor <= c.minor || self.minor_dirty),
            Op::Tilde => self.tilde(v),
            Op::Caret => self.caret(v),
        }
    }

    fn not_equal(&self, v: &Version) -> bool {
        let c = &self.version;
        if self.dirty {
            if c.major != v.major || (c.minor != v.minor && !self.minor_dirty) {
                return true;
            }
            if self.minor_dirty {
                return false;
            }
            if c.patch != v.patch && !self.patch_dirty {
                return true;
            }
            if self.patch_dirty {
                let some_pre = !v.pre.is_empty() || !c.pre.is_empty();
                return some_pre && compare_pre(&v.pre, &c.pre).is_ne();
            }
        }
        v.compare(c).is_ne()
    }

    fn tilde(&self, v: &Version) -> bool {
        let c = &self.version;
        if v.compare(c).is_lt() {
            return false;
        }
        // `~0.0.0` and `*` accept everything from there on.
        if c.major == 0 && c.minor == 0 && c.patch == 0 && !self.minor_dirty && !self.patch_dirty {
            return true;
        }
        v.major == c.major && (v.minor == c.minor || self.minor_dirty)
    }

    fn caret(&self, v: &Version) -> bool {
        let c = &self.version;
        if v.compare(c).is_lt() {
            return false;
        }
        if c.major > 0 || self.minor_dirty {
            return v.major == c.major;
        }
        if v.major > 0 {
            return false;
        }
        if c.minor > 0 || self.patch_dirty {
            return v.minor == c.minor;
        }
        v.minor == 0 && c.patch == v.patch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pattern_compiles() {
        assert!(RANGE.is_some());
    }

    #[test]
    fn versions() {
        assert_eq!(Version::parse("v1.2").unwrap().to_string(), "1.2.0");
        assert_eq!(Version::parse("1..2").unwrap_err().to_string(), "invalid semantic version");
        let pre = |a: &str, b: &str| Version::parse(a).unwrap().compare(&Version::parse(b).unwrap());
        assert_eq!(pre("1.0.0-alpha.2", "1.0.0-alpha.10"), Ordering::Less);
        assert_eq!(pre("1.0.0", "1.0.0-rc"), Ordering::Greater);
        assert!(Version::parse_strict("1.2").is_err());
    }

    #[test]
    fn constraints() {
        for (constraint, version, holds) in [
            ("1.2 - 1.4.5", "1.4.5", true),
            ("~1.2.3", "1.3.0", false),
            ("^0.2", "0.2.9", true),
            (">=1.20-0", "1.30.0-eks-1", true),
            (">=1.20", "1.30.0-eks-1", false),
            ("<1 || >=3", "3.1.0", true),
            ("1.x", "1.9.9", true),
        ] {
            let check = Constraint::parse(constraint).unwrap().check(&Version::parse(version).unwrap());
            assert_eq!(check, holds, "{constraint} {version}");
        }
    }
}
