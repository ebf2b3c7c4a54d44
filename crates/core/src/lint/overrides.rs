//! What holds for some files or objects only: silence, or another level.

use super::rules::RULES;
use super::select::matches;
use crate::diag::{Diagnostic, Place, Severity};
use crate::text::glob::Glob;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A part of the configuration for some files or objects. What is not named is any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Override {
    /// The files that findings blame, from the chart's folder, as patterns: `templates/legacy/**`.
    pub files: Vec<String>,
    /// The kinds of objects.
    pub kinds: Vec<String>,
    /// The names of objects, as patterns.
    pub names: Vec<String>,
    /// What is not told of them: codes, rules, categories or patterns.
    pub ignore: Vec<String>,
    /// Other levels, by code, rule or category.
    pub levels: BTreeMap<String, Severity>,
}

impl Override {
    /// How much a finding weighs that would weigh `severity`; none where it is not told.
    pub(super) fn told(&self, found: &Diagnostic, severity: Severity) -> Option<Severity> {
        if !self.is_about(found) {
            return Some(severity);
        }
        let aliases = RULES.iter().find(|rule| rule.code == found.code).map_or([].as_slice(), |rule| rule.aliases);
        let named = |name: &String| matches(name, &found.code, aliases);
        match self.levels.iter().rev().find(|(name, _)| named(name)) {
            _ if self.ignore.iter().any(named) => None,
            Some((_, level)) => Some(*level),
            None => Some(severity),
        }
    }

    fn is_about(&self, found: &Diagnostic) -> bool {
        let any = |patterns: &[String], text: Option<&str>| {
            let fits = |text: &str| patterns.iter().any(|pattern| pattern == text || Glob::new(pattern).matches(text));
            patterns.is_empty() || text.is_some_and(fits)
        };
        let cause = found.cause.as_ref();
        let template = cause.and_then(|cause| cause.template.as_ref()).map(Place::file);
        let value = cause.and_then(|cause| cause.values.first()).and_then(|value| value.file());
        let document = found.rendered.as_ref().map(|rendered| rendered.place.file());
        let object = found.object.as_ref();
        (self.files.is_empty()
            || [template, value, document].iter().any(|file| file.is_some() && any(&self.files, *file)))
            && any(&self.kinds, object.map(|object| object.kind.as_str()))
            && any(&self.names, object.and_then(|object| object.name.as_deref()))
    }
}
