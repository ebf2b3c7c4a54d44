//! Which codes are told, and how much they weigh.

use super::options::{self, Options, Settings, WrongChoice};
use super::overrides::Override;
use super::own::OwnRule;
use super::rule::{Profile, Rule, Scope};
use super::rules::RULES;
use crate::diag::{Diagnostic, Severity, did_you_mean};
use foldhash::{HashMap, HashSet};
use std::fmt;

/// What was asked for: names are codes, names of rules, categories, other tools' names, or patterns with `*`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The profile; `default` where none is named, no rules at all for `none`.
    pub profile: Option<String>,
    /// In place of the profile: only these are told.
    pub select: Vec<String>,
    /// On top of the profile.
    pub extend_select: Vec<String>,
    /// What is not told.
    pub ignore: Vec<String>,
    /// Other levels for findings.
    pub levels: Vec<(String, Severity)>,
    /// What is set of rules; who sets an option asks for its rule.
    pub options: Options,
    /// Rules of the user's own, which run unless they are ignored.
    pub own: Vec<OwnRule>,
    /// What holds for some files or objects only.
    pub overrides: Vec<Override>,
}

/// A code of another part than the linter, with the names that other tools have for it.
pub type OtherCode = (&'static str, &'static [&'static str]);

/// A name that no code has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// The name.
    pub name: String,
    /// What is likely meant.
    pub near: Option<String>,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown rule, category or profile `{}`", self.name)?;
        match &self.near {
            Some(near) => write!(f, "; did you mean `{near}`?"),
            None => write!(f, "; `chartlens rules` lists them"),
        }
    }
}

impl std::error::Error for UnknownName {}

/// Which rules run, and what of all findings is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The rules that run, with their levels.
    rules: HashMap<&'static str, Severity>,
    /// The codes of other parts that are told, where that is not all of them.
    only: Option<HashSet<&'static str>>,
    /// The codes of other parts that are not told.
    ignored: HashSet<&'static str>,
    /// The levels that other parts' findings get.
    levels: HashMap<&'static str, Severity>,
    settings: Settings,
    own: Vec<OwnRule>,
    /// The codes of the user's own rules that do not run.
    idle: Vec<String>,
    overrides: Vec<Override>,
    /// The rules that run, in their order.
    running: Vec<(&'static Rule, Severity)>,
    looks_at_releases: bool,
    /// Equal for equal selections of rules: it is asked for with every document.
    fingerprint: u64,
}

impl Default for Selection {
    /// The default profile.
    fn default() -> Selection {
        Selection::of(profile(Profile::Default))
    }
}

fn profile(profile: Profile) -> HashMap<&'static str, Severity> {
    let has = |rule: &&&'static Rule| {
        rule.profiles.contains(&profile) || (profile == Profile::Strict && rule.profiles.contains(&Profile::Default))
    };
    RULES.iter().filter(has).map(|rule| (rule.code, rule.level)).collect()
}

impl Selection {
    /// Validation alone, no rule.
    pub fn none() -> Selection {
        Selection::of(HashMap::default())
    }

    /// Some rules with their levels, and everything that other parts find.
    fn of(rules: HashMap<&'static str, Severity>) -> Selection {
        let mut selection = Selection {
            rules,
            only: None,
            ignored: HashSet::default(),
            levels: HashMap::default(),
            settings: Settings::new(),
            own: Vec::new(),
            idle: Vec::new(),
            overrides: Vec::new(),
            running: Vec::new(),
            looks_at_releases: false,
            fingerprint: 0,
        };
        selection.settle();
        selection
    }

    /// The selection that a choice asks for. `codes` are those of the other parts.
    ///
    /// # Errors
    ///
    /// A name that nothing has, an option that a rule does not have.
    pub fn new(choice: &Choice, codes: &[OtherCode]) -> Result<Selection, WrongChoice> {
        let mut selection = Selection::none();
        match choice.profile.as_deref() {
            None => selection.rules = profile(Profile::Default),
            Some("none") => {}
            Some(name) => match Profile::ALL.into_iter().find(|profile| profile.name() == name) {
                Some(found) => selection.rules = profile(found),
                None => {
                    return Err(unknown(name, Profile::ALL.iter().map(|profile| profile.name()).chain(["none"])).into());
                }
            },
        }
        if !choice.select.is_empty() {
            selection.rules.clear();
            selection.only = Some(HashSet::default());
        }
        let is_own = |name: &String| choice.own.iter().any(|rule| matches(name, &rule.code, &[]));
        let ignored = |rule: &&OwnRule| choice.ignore.iter().any(|name| matches(name, &rule.code, &[]));
        let chosen = |rule: &&OwnRule| {
            let mut names = choice.select.iter().chain(&choice.extend_select);
            choice.select.is_empty() || names.any(|name| matches(name, &rule.code, &[]))
        };
        let (own, idle): (Vec<_>, Vec<_>) = choice.own.iter().partition(|rule| chosen(rule) && !ignored(rule));
        selection.own = own.into_iter().cloned().collect();
        selection.idle = idle.into_iter().map(|rule| rule.code.clone()).collect();
        for name in choice.select.iter().chain(&choice.extend_select) {
            let (rules, others) =
                named(name, codes).or_else(|error| if is_own(name) { Ok(Default::default()) } else { Err(error) })?;
            selection.rules.extend(rules.into_iter().map(|rule| (rule.code, rule.level)));
            if let Some(only) = &mut selection.only {
                only.extend(others);
            }
        }
        for (name, level) in &choice.levels {
            let (rules, others) = named(name, codes)?;
            for rule in rules {
                // A level asks for the rule too.
                selection.rules.insert(rule.code, *level);
            }
            selection.levels.extend(others.into_iter().map(|code| (code, *level)));
        }
        for (name, options) in &choice.options {
            let (rules, _) = named(name, codes)?;
            options::set(&rules, name, options, &mut selection.settings)?;
            let new = rules.iter().filter(|rule| !rule.options.is_empty());
            new.for_each(|rule| _ = selection.rules.entry(rule.code).or_insert(rule.level));
        }
        for name in &choice.ignore {
            let (rules, others) =
                named(name, codes).or_else(|error| if is_own(name) { Ok(Default::default()) } else { Err(error) })?;
            for rule in rules {
                selection.rules.remove(rule.code);
            }
            selection.ignored.extend(others);
        }
        let left = |only: &HashSet<&str>| only.iter().any(|code| !selection.ignored.contains(code));
        if selection
            .only
            .as_ref()
            .is_some_and(|only| !left(only) && selection.rules.is_empty() && selection.own.is_empty())
        {
            return Err(WrongChoice::Nothing);
        }
        let taken = |number: usize, code: &str| {
            let before = choice.own.iter().take(number).any(|rule| rule.code == code);
            before || RULES.iter().any(|rule| rule.code == code) || codes.iter().any(|(known, _)| *known == code)
        };
        if let Some((_, rule)) = choice.own.iter().enumerate().find(|(number, rule)| taken(*number, &rule.code)) {
            return Err(WrongChoice::Taken { code: rule.code.clone() });
        }
        if choice.overrides.iter().any(|part| part.ignore.is_empty() && part.levels.is_empty()) {
            return Err(WrongChoice::Idle);
        }
        for part in &choice.overrides {
            for name in part.ignore.iter().chain(part.levels.keys()) {
                named(name, codes).map(drop).or_else(|error| if is_own(name) { Ok(()) } else { Err(error) })?;
            }
        }
        selection.overrides.clone_from(&choice.overrides);
        selection.settle();
        Ok(selection)
    }

    /// How much a finding of a rule weighs; none where the rule does not run.
    pub fn level(&self, code: &str) -> Option<Severity> {
        self.rules.get(code).copied()
    }

    /// How much a finding of any code weighs, if it is told at all. What hides everything else is always told, unless
    /// it is ignored by name.
    pub fn told(&self, code: &str, severity: Severity) -> Option<Severity> {
        // Most of what is found is of a rule that runs.
        if let Some(level) = self.level(code) {
            return Some(level);
        }
        if RULES.iter().any(|rule| rule.code == code) {
            return None;
        }
        if let Some(rule) = self.own.iter().find(|rule| rule.code == code) {
            return Some(rule.level);
        }
        let hides = matches!(code.split('/').next(), Some("yaml" | "render" | "limit"))
            || (severity == Severity::Error && code.starts_with("chart/"))
            || code == "values/invalid";
        let told = self.only.as_ref().is_none_or(|only| only.contains(code)) || hides;
        (told && !self.ignored.contains(code)).then(|| self.levels.get(code).copied().unwrap_or(severity))
    }

    /// How much a finding weighs with what holds for its file and its object, if it is told at all.
    pub fn told_of(&self, found: &Diagnostic) -> Option<Severity> {
        let severity = self.told(&found.code, found.severity)?;
        self.overrides.iter().try_fold(severity, |severity, part| part.told(found, severity))
    }

    /// Whether a name is of no rule, or of one that runs: else nobody knows whether it is needed.
    pub(crate) fn decides(&self, name: &str) -> bool {
        if self.idle.iter().any(|code| matches(name, code, &[])) {
            return false;
        }
        let mut rules = RULES.iter().filter(|rule| matches(name, rule.code, rule.aliases)).peekable();
        rules.peek().is_none() || rules.any(|rule| self.rules.contains_key(rule.code))
    }

    /// The rules that run.
    pub fn rules(&self) -> impl Iterator<Item = &'static Rule> + '_ {
        RULES.iter().copied().filter(|rule| self.rules.contains_key(rule.code))
    }

    /// The rules that run, with their levels, in their order.
    pub(super) fn running(&self) -> &[(&'static Rule, Severity)] {
        &self.running
    }

    /// What is set of rules.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The rules of the user's own that run.
    pub fn own(&self) -> &[OwnRule] {
        &self.own
    }

    /// Whether any rule of the user's own looks further than an object.
    pub(crate) fn looks_around(&self) -> bool {
        self.own.iter().any(OwnRule::looks_around)
    }

    /// Whether any rule looks at all objects of a release together.
    pub(crate) fn looks_at_releases(&self) -> bool {
        self.looks_at_releases
    }

    /// A number that is equal for equal selections of rules.
    pub(crate) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// Works out what is asked for often.
    fn settle(&mut self) {
        let level = |rule: &'static Rule| self.level(rule.code).map(|level| (rule, level));
        self.running = RULES.iter().copied().filter_map(level).collect();
        self.looks_at_releases = self.running.iter().any(|(rule, _)| matches!(rule.scope, Scope::Release(_)));
        let rules: Vec<_> = self.running.iter().map(|(rule, level)| (rule.code, *level)).collect();
        let own: Vec<_> = self.own.iter().map(OwnRule::key).collect();
        let hasher = foldhash::fast::FixedState::default();
        self.fingerprint = std::hash::BuildHasher::hash_one(&hasher, (rules, own, &self.settings));
    }
}

/// The rules and the other codes that a name stands for.
fn named(name: &str, codes: &[OtherCode]) -> Result<(Vec<&'static Rule>, Vec<&'static str>), UnknownName> {
    let rules: Vec<_> = RULES.iter().copied().filter(|rule| matches(name, rule.code, rule.aliases)).collect();
    let others = codes.iter().filter(|(code, aliases)| matches(name, code, aliases));
    let others: Vec<_> = others.map(|(code, _)| *code).collect();
    if rules.is_empty() && others.is_empty() {
        let known = RULES.iter().flat_map(|rule| rule.aliases.iter().copied().chain([rule.code]));
        let known = known.chain(codes.iter().map(|(code, _)| *code));
        let parts = known.clone().flat_map(|code| code.split('/'));
        return Err(unknown(name, known.chain(parts)));
    }
    Ok((rules, others))
}

fn unknown<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> UnknownName {
    UnknownName { name: name.to_owned(), near: did_you_mean(name, known).map(str::to_owned) }
}

/// Whether a name stands for a code.
pub(super) fn matches(name: &str, code: &str, aliases: &[&str]) -> bool {
    if name == "ALL" || name == code || aliases.contains(&name) {
        return true;
    }
    let (category, own) = code.split_once('/').unwrap_or(("", code));
    if name.contains('*') {
        let matches = |text| crate::text::glob::path_match(name, text) == Some(true);
        return matches(code) || matches(own);
    }
    name == category || name == own
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(choice: Choice) -> Selection {
        Selection::new(&choice, &[("schema/unknown-field", &["schema-validation"]), ("yaml/invalid", &[])]).unwrap()
    }

    fn near(choice: &Choice) -> Option<String> {
        match Selection::new(choice, &[]).unwrap_err() {
            WrongChoice::Name(UnknownName { near, .. }) | WrongChoice::Option { near, .. } => near,
            _ => None,
        }
    }

    #[test]
    fn options_belong_to_rules_and_are_of_their_kind() {
        let choice = |rule: &str, option: &str, setting| {
            let options = Options::from([(rule.to_owned(), [(option.to_owned(), setting)].into())]);
            Choice { options, profile: Some("none".to_owned()), ..Choice::default() }
        };
        let found = selection(choice("few-replicas", "least", super::options::Setting::Number(3)));
        assert_eq!(found.rules().map(|rule| rule.code).collect::<Vec<_>>(), ["availability/few-replicas"]);
        assert_eq!(near(&choice("few-replicas", "lest", super::options::Setting::Number(3))).as_deref(), Some("least"));
        let wrong = choice("few-replicas", "least", super::options::Setting::Text("3".to_owned()));
        let told = Selection::new(&wrong, &[]).unwrap_err().to_string();
        assert_eq!(told, "the option `least` of `few-replicas` is a number");
    }

    #[test]
    fn what_is_selected_and_ignored_leaves_nothing() {
        let choice =
            |ignore: &str| Choice { select: names(&["probes"]), ignore: names(&[ignore]), ..Choice::default() };
        assert_eq!(Selection::new(&choice("probes"), &[]), Err(WrongChoice::Nothing));
        assert!(Selection::new(&choice("no-liveness-probe"), &[]).is_ok());
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn names_categories_aliases_and_patterns_select() {
        for name in ["security/privileged-container", "privileged-container", "security", "runAsPrivileged", "*/priv*"]
        {
            let found = selection(Choice { select: names(&[name]), ..Choice::default() });
            assert_eq!(found.level("security/privileged-container"), Some(Severity::Warning), "{name}");
            assert_eq!(found.told("schema/unknown-field", Severity::Error), None, "{name}");
            assert_eq!(found.told("yaml/invalid", Severity::Error), Some(Severity::Error), "{name}");
        }
        let found = selection(Choice { ignore: names(&["schema"]), ..Choice::default() });
        assert_eq!(found.told("schema/unknown-field", Severity::Error), None);
        let found = selection(Choice { ignore: names(&["schema-validation"]), ..Choice::default() });
        assert_eq!(found.told("schema/unknown-field", Severity::Error), None);
        let levels = vec![("privileged-container".to_owned(), Severity::Error)];
        let found = selection(Choice { levels, profile: Some("none".to_owned()), ..Choice::default() });
        assert_eq!(found.rules().map(|rule| rule.code).collect::<Vec<_>>(), ["security/privileged-container"]);
        let wrong = Choice { ignore: names(&["privileged-contaner"]), ..Choice::default() };
        assert_eq!(near(&wrong), Some("privileged-container".to_owned()));
        let wrong = Choice { profile: Some("strickt".to_owned()), ..Choice::default() };
        assert_eq!(near(&wrong), Some("strict".to_owned()));
    }
}
