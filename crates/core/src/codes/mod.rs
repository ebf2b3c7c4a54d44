//! The registry of codes: one row for every code that any part can report.
//!
//! Each file has the rows of one category; those of the checks of [`crate::validate::api`] and
//! [`crate::validate::update`] come from the checks themselves. Everything that lists or explains codes derives from here: `chartlens rules` and `chartlens explain`,
//! `docs/codes.md`, the rules in SARIF, completion. The examples of every row are executed by a test.

mod api;
mod chart;
mod docs;
mod limit;
mod lint;
mod render;
mod schema;
mod terraform;
mod update;
mod values;
mod yaml;

pub use crate::diag::Example;
use crate::diag::Severity;
use crate::lint::{Choice, OtherCode, RULES, Selection, WrongChoice};
use crate::validate::api::CHECKS;
use crate::validate::update as changes;
use serde::Serialize;
use std::sync::LazyLock;

/// What there is to know about a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Code {
    /// The code, such as `schema/wrong-type`: category and name.
    pub code: &'static str,
    /// How much its findings weigh, unless one says otherwise.
    pub level: Severity,
    /// The version of chartlens that first had it.
    pub since: &'static str,
    /// One line, lower case, no full stop.
    pub summary: String,
    /// What it means, why it matters, and what to do, in Markdown. Empty in builds without the feature `prose`.
    pub doc: String,
    /// What it follows: functions of the API server, of Helm or of Go; empty where it is the project's own.
    pub follows: &'static str,
    /// A chart or manifest that has the finding.
    pub bad: Example,
    /// The same without it.
    pub good: Example,
    /// Names that other tools have for it.
    pub aliases: &'static [&'static str],
}

impl Code {
    /// The part before the slash: `schema`, `api`, `update`, `yaml`, `render`, `values`, `chart`, `docs`, `terraform`, `limit`.
    pub fn category(&self) -> &'static str {
        self.code.split('/').next().unwrap_or_default()
    }

    /// The part behind the slash, which reads as what to allow: `unknown-field`.
    pub fn name(&self) -> &'static str {
        self.code.split('/').nth(1).unwrap_or_default()
    }

    /// Where its documentation is.
    pub fn url(&self) -> String {
        format!("https://github.com/chartlens/chartlens/blob/main/docs/codes.md#{}", self.code.replace('/', ""))
    }

    /// The page of the code, as Markdown.
    pub fn page(&self) -> String {
        let mut page = format!("## {}\n\n{}.\n", self.code, upper(&self.summary));
        page.push_str(&format!("\nDefault level: {} · since {}", self.level.name(), self.since));
        if !self.aliases.is_empty() {
            page.push_str(&format!(" · elsewhere: {}", self.aliases.join(", ")));
        }
        page.push('\n');
        if !self.doc.is_empty() {
            page.push_str(&format!("\n{}\n", self.doc.trim()));
        }
        if !self.follows.is_empty() {
            page.push_str(&format!("\nFollows {}.\n", self.follows));
        }
        self.bad.write("Found in", &mut page);
        self.good.write("Not in", &mut page);
        page
    }
}

fn upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// All codes, by category and name.
pub fn all() -> Vec<Code> {
    ALL.clone()
}

static ALL: LazyLock<Vec<Code>> = LazyLock::new(collected);

/// The rows of the categories.
const ROWS: [&[Row]; 11] = [
    yaml::CODES,
    schema::CODES,
    api::CODES,
    update::CODES,
    values::CODES,
    render::CODES,
    chart::CODES,
    docs::CODES,
    limit::CODES,
    terraform::CODES,
    lint::CODES,
];

fn collected() -> Vec<Code> {
    let mut all: Vec<Code> = ROWS.into_iter().flatten().map(Row::code).collect();
    all.extend(CHECKS.iter().map(|check| {
        let (bad, good) = (Example::Manifest(check.rejected), Example::Manifest(check.accepted));
        of_check(check.code, check.doc, check.mirrors, bad, good)
    }));
    all.extend(changes::CHECKS.iter().map(|check| {
        let (old, refused, accepted) = (check.old, check.refused, check.accepted);
        let (bad, good) = (Example::Update { old, new: refused }, Example::Update { old, new: accepted });
        of_check(check.code, check.doc, check.mirrors, bad, good)
    }));
    all.extend(RULES.iter().map(|rule| Code {
        code: rule.code,
        level: rule.level,
        since: "0.1",
        summary: rule.summary.to_owned(),
        doc: rule.page(),
        follows: "",
        bad: rule.bad,
        good: rule.good,
        aliases: rule.aliases,
    }));
    all.sort_by_key(|code| code.code);
    all
}

/// The row of a check: its summary is the first sentence of its documentation.
fn of_check(code: &'static str, doc: &str, follows: &'static str, bad: Example, good: Example) -> Code {
    let doc = doc.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let first = doc.split(". ").next().unwrap_or_default().trim().trim_end_matches('.').replace('\n', " ");
    let mut chars = first.chars();
    let summary = chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default();
    Code { code, level: Severity::Error, since: "0.1", summary, doc, follows, bad, good, aliases: aliases(code) }
}

/// The names that other tools have for a check.
fn aliases(code: &str) -> &'static [&'static str] {
    api::ALIASES.iter().find(|(of, _)| *of == code).map_or(&[][..], |(_, aliases)| aliases)
}

/// The row of a code, also by its name alone where that is clear, or by an alias.
pub fn find(name: &str) -> Option<Code> {
    let all = &*ALL;
    let exact = all.iter().position(|code| code.code == name);
    let named = || all.iter().position(|code| code.name() == name || code.aliases.contains(&name));
    all.get(exact.or_else(named)?).cloned()
}

/// The selection that a choice asks for.
///
/// # Errors
///
/// A name that nothing has, an option that a rule does not have.
pub fn select(choice: &Choice) -> Result<Selection, WrongChoice> {
    Selection::new(choice, &OTHERS)
}

/// The codes that are no rules of the linter, by category and name.
static OTHERS: LazyLock<Vec<OtherCode>> = LazyLock::new(|| {
    let rows = ROWS.into_iter().flatten().map(|row| (row.code, row.aliases));
    let checks = CHECKS.iter().map(|check| check.code).chain(changes::CHECKS.iter().map(|check| check.code));
    let mut others: Vec<OtherCode> = rows.chain(checks.map(|code| (code, aliases(code)))).collect();
    others.sort_by_key(|(code, _)| *code);
    others
});

/// A row of the registry, as the files of the categories write it.
struct Row {
    code: &'static str,
    level: Severity,
    summary: &'static str,
    doc: &'static str,
    follows: &'static str,
    bad: Example,
    good: Example,
    aliases: &'static [&'static str],
}

impl Row {
    fn code(&self) -> Code {
        let prose = cfg!(feature = "prose");
        Code {
            code: self.code,
            level: self.level,
            since: "0.1",
            summary: self.summary.to_owned(),
            doc: if prose { self.doc.to_owned() } else { String::new() },
            follows: self.follows,
            bad: if prose { self.bad } else { Example::None("documentation is not part of this build") },
            good: if prose { self.good } else { Example::None("documentation is not part of this build") },
            aliases: self.aliases,
        }
    }
}

/// A row: code, level, summary; then documentation, what it follows, both examples and the names elsewhere.
macro_rules! row {
    ($code:literal, $level:ident, $summary:literal, $doc:literal, $follows:literal, $bad:expr, $good:expr $(, $alias:literal)*) => {
        $crate::codes::Row {
            code: $code,
            level: $crate::diag::Severity::$level,
            summary: $summary,
            doc: if cfg!(feature = "prose") { $doc } else { "" },
            follows: $follows,
            bad: if cfg!(feature = "prose") { $bad } else { $crate::codes::Example::None("") },
            good: if cfg!(feature = "prose") { $good } else { $crate::codes::Example::None("") },
            aliases: &[$($alias),*],
        }
    };
}
use row;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_there_once_and_are_documented() {
        let all = all();
        let mut seen = std::collections::HashSet::new();
        for code in &all {
            assert!(seen.insert(code.code), "{} has two rows", code.code);
            let shape = |text: &str| {
                !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            };
            assert!(shape(code.category()) && shape(code.name()), "{}", code.code);
            assert!(code.doc.len() > 20, "{} is not documented", code.code);
            assert!(code.summary.len() > 10 && !code.summary.ends_with('.'), "{}: {}", code.code, code.summary);
        }
    }

    #[test]
    fn whatever_is_no_rule_can_be_selected() {
        let is_rule = |code: &&Code| RULES.iter().any(|rule| rule.code == code.code);
        let all = all();
        let others = all.iter().filter(|code| !is_rule(code)).map(|code| (code.code, code.aliases));
        assert_eq!(others.collect::<Vec<_>>(), *OTHERS);
    }

    #[test]
    fn codes_are_found_by_code_name_and_alias() {
        assert_eq!(find("schema/unknown-field").map(|code| code.code), Some("schema/unknown-field"));
        assert_eq!(find("unknown-field").map(|code| code.code), Some("schema/unknown-field"));
        assert_eq!(find("nothing-of-the-kind"), None);
    }
}
