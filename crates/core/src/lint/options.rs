//! What can be set of rules.

use super::rule::Rule;
use super::select::UnknownName;
use crate::diag::did_you_mean;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Something that can be set of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleOption {
    /// Its name.
    pub name: &'static str,
    /// What it is, in a line.
    pub summary: &'static str,
    /// What it is where nothing is said.
    pub preset: Preset,
}

/// What an option is where nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// A number.
    Number(i64),
    /// A text.
    Text(&'static str),
    /// A list of texts.
    Words(&'static [&'static str]),
}

/// What an option is set to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Setting {
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
    /// A list of texts.
    Words(Vec<String>),
}

/// Options of rules, by a name of the rule and the name of the option.
pub type Options = BTreeMap<String, BTreeMap<String, Setting>>;

/// What is set, by the code of the rule and the name of the option.
pub(super) type Settings = BTreeMap<(&'static str, &'static str), Setting>;

/// A choice that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrongChoice {
    /// A name that nothing has.
    Name(UnknownName),
    /// An option that the rule does not have.
    Option {
        /// The rule, as it was named.
        rule: String,
        /// The option.
        name: String,
        /// The option that is likely meant.
        near: Option<String>,
    },
    /// All that is selected is ignored too.
    Nothing,
    /// A rule of the user's own with a code that something else has.
    Taken {
        /// The code.
        code: String,
    },
    /// An override that changes nothing.
    Idle,
    /// An option that is set to something of another kind.
    Setting {
        /// The rule, as it was named.
        rule: String,
        /// The option.
        name: String,
        /// What it takes.
        expected: Preset,
    },
}

impl From<UnknownName> for WrongChoice {
    fn from(name: UnknownName) -> WrongChoice {
        WrongChoice::Name(name)
    }
}

impl fmt::Display for WrongChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WrongChoice::Name(name) => name.fmt(f),
            WrongChoice::Option { rule, name, near } => {
                write!(f, "the rule `{rule}` has no option `{name}`")?;
                match near {
                    Some(near) => write!(f, "; did you mean `{near}`?"),
                    None => write!(f, "; `chartlens explain {rule}` lists its options"),
                }
            }
            WrongChoice::Nothing => f.write_str("nothing is left to look for: all that is selected is ignored too"),
            WrongChoice::Taken { code } => {
                write!(
                    f,
                    "rules: another rule has the code {code:?} already: take a category of your own, such as \"team\""
                )
            }
            WrongChoice::Idle => {
                f.write_str("overrides: one of them changes nothing: say what it ignores, or the levels that it sets")
            }
            WrongChoice::Setting { rule, name, expected } => {
                write!(f, "the option `{name}` of `{rule}` is {}", expected.kind())
            }
        }
    }
}

impl std::error::Error for WrongChoice {}

impl Preset {
    /// What it is, in words.
    fn kind(self) -> &'static str {
        match self {
            Preset::Number(_) => "a number",
            Preset::Text(_) => "a text",
            Preset::Words(_) => "a list of texts",
        }
    }

    fn fits(self, setting: &Setting) -> bool {
        matches!(
            (self, setting),
            (Preset::Number(_), Setting::Number(_))
                | (Preset::Text(_), Setting::Text(_))
                | (Preset::Words(_), Setting::Words(_))
        )
    }
}

impl fmt::Display for RuleOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let preset = match self.preset {
            Preset::Number(number) => number.to_string(),
            Preset::Text(text) => crate::text::quote(text.as_bytes()),
            Preset::Words(words) => {
                format!("[{}]", words.iter().map(|w| crate::text::quote(w.as_bytes())).collect::<Vec<_>>().join(", "))
            }
        };
        write!(f, "`{} = {preset}`: {}", self.name, self.summary)
    }
}

/// Takes in what is said of rules that have one name: all that have the option get it.
pub(super) fn set(
    rules: &[&'static Rule],
    rule: &str,
    options: &BTreeMap<String, Setting>,
    settings: &mut Settings,
) -> Result<(), WrongChoice> {
    for (name, setting) in options {
        let all = rules.iter().flat_map(|rule| rule.options.iter().map(move |option| (rule.code, option)));
        let mut found = all.clone().filter(|(_, option)| option.name == name).peekable();
        if found.peek().is_none() {
            let near = did_you_mean(name, all.map(|(_, option)| option.name)).map(str::to_owned);
            return Err(WrongChoice::Option { rule: rule.to_owned(), name: name.clone(), near });
        }
        for (code, option) in found {
            if !option.preset.fits(setting) {
                let expected = option.preset;
                return Err(WrongChoice::Setting { rule: rule.to_owned(), name: name.clone(), expected });
            }
            settings.insert((code, option.name), setting.clone());
        }
    }
    Ok(())
}

/// A rule with what is set of it.
#[derive(Clone, Copy)]
pub(super) struct Set<'s> {
    pub rule: &'static Rule,
    pub settings: &'s Settings,
}

impl<'s> Set<'s> {
    fn preset(self, name: &str) -> Option<Preset> {
        self.rule.options.iter().find(|option| option.name == name).map(|option| option.preset)
    }

    fn setting(self, name: &'static str) -> Option<&'s Setting> {
        self.settings.get(&(self.rule.code, name))
    }

    /// An option that is a number.
    pub fn number(self, name: &'static str) -> i64 {
        match (self.setting(name), self.preset(name)) {
            (Some(Setting::Number(number)), _) => *number,
            (None, Some(Preset::Number(number))) => number,
            _ => 0,
        }
    }

    /// An option that is a text.
    pub fn text(self, name: &'static str) -> &'s str {
        match (self.setting(name), self.preset(name)) {
            (Some(Setting::Text(text)), _) => text,
            (None, Some(Preset::Text(text))) => text,
            _ => "",
        }
    }

    /// An option that is a list of texts.
    pub fn words(self, name: &'static str) -> Vec<&'s str> {
        match (self.setting(name), self.preset(name)) {
            (Some(Setting::Words(words)), _) => words.iter().map(String::as_str).collect(),
            (None, Some(Preset::Words(words))) => words.to_vec(),
            _ => Vec::new(),
        }
    }
}
