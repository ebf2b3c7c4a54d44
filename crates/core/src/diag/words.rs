//! The words for facts: what is wrong, and what to do about it.

use super::fact::{Fact, Type};
use super::path_of;

/// What advice on a template is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Go's text/template.
    Go,
    /// Jinja.
    Jinja,
}

impl Fact {
    /// What is wrong, in a line: lower case, no full stop.
    pub fn message(&self) -> String {
        match self {
            Fact::UnknownField { field, .. } => format!("unknown field `{field}`"),
            Fact::NotSet { field } => format!("`{field}` is not set"),
            Fact::Unwanted { field, found } => format!("`{field}` is {}", said(found)),
            Fact::Remark { says } => says.clone(),
            Fact::NoSuchObject { of, name, .. } => format!("this release has no {of} `{name}`"),
            Fact::NoSuchPort { of, name, port, .. } => format!("the {of} `{name}` has no port `{port}`"),
            Fact::SelectsNothing { of, labels } => {
                format!("no {of} of this release have the labels {}", labels.join(", "))
            }
            Fact::SameObject { of, name } => format!("this release has the {of} `{name}` twice"),
            Fact::UnusedAllow { name } => format!("nothing here needs `{name}` to be allowed"),
            Fact::MissingField { field, null: false } => format!("the required field `{field}` is missing"),
            Fact::MissingField { field, null: true } => {
                format!("the required field `{field}` is null, which is as good as missing")
            }
            Fact::NullField { field } => format!("the required field `{field}` is null"),
            Fact::EmptyField { field } => format!("expected `{field}` to say something, found \"\""),
            Fact::WrongType { expected, found, .. } => format!("expected {}, found {found}", types(expected)),
            Fact::NotListed { allowed, found, .. } => format!("expected {}, found {found}", one_of(allowed)),
            Fact::IntegerRange { bits, found } => format!("expected an integer of {bits} bits, found {found}"),
            Fact::OutOfRange { bound, found } => format!("expected {bound}, found {found}"),
            Fact::Length { least: Some(least), found, of, .. } if found < least => {
                format!("expected at least {least} {of}, found {found}")
            }
            Fact::Length { most, found, of, .. } => {
                format!("expected at most {} {of}, found {found}", most.unwrap_or_default())
            }
            Fact::Pattern { pattern, found } => {
                format!("expected a string that matches {pattern}, found {}", value(found))
            }
            Fact::Format { format, found } => format!("expected {format}, found {}", value(found)),
            Fact::DuplicateItem { found } => format!("{found} occurs twice in a list that is a set"),
            Fact::DuplicateKeys { fields, values } => {
                let names = fields.join(" and ");
                match values.is_empty() {
                    true => format!("another item of the list has the same {names}"),
                    false => format!("another item of the list has the same {names} ({})", values.join(", ")),
                }
            }
            Fact::DuplicateKey { key } => format!("the key `{key}` occurs twice in this map"),
            Fact::Alternatives { expected, fit: 0 } => format!("expected {expected}"),
            Fact::Alternatives { expected, fit } => format!("expected {expected}, and only one of them; {fit} fit"),
            Fact::Forbidden { fields } if fields.is_empty() => "the schema forbids this value".to_owned(),
            Fact::Forbidden { fields } => format!("the schema forbids `{}` here", fields.join("` and `")),
            Fact::Immutable { field, place, was, becomes } => {
                let inside = path_of(place);
                let at = if inside == *field || inside.is_empty() { String::new() } else { format!("at {inside} ") };
                format!("an update cannot change `{field}`: {at}{}", change(was.as_ref(), becomes.as_ref()))
            }
            Fact::ServerSays { reason, detail } => format!("the API server answers {reason}: {detail}"),
            Fact::NothingBefore { reason } => {
                format!("what is there before the update is not all known, so not all changes were looked at: {reason}")
            }
            Fact::Change { rule, was, becomes, .. } => format!("{rule}: {}", change(was.as_ref(), becomes.as_ref())),
            Fact::Rule { message, .. } | Fact::OwnRule { message, .. } => message.clone(),
            Fact::RuleSkipped { rule, reason } => format!("the rule `{}` was not evaluated: {reason}", rule.trim()),
            Fact::UnknownKind { api_version, of, .. } => {
                format!("nothing is known of the kind {of} of {api_version}")
            }
            Fact::ServedLater { api_version, of, since, here, .. } => {
                format!("{api_version} {of} is served from Kubernetes {since} on, not in {here}")
            }
            Fact::ServedBefore { api_version, of, removed: Some(removed), .. } => {
                format!("{api_version} {of} is gone since Kubernetes {removed}")
            }
            Fact::ServedBefore { api_version, of, last, here, .. } => {
                format!(
                    "{api_version} {of} is served up to Kubernetes {}, not in {here}",
                    last.as_deref().unwrap_or("an earlier one")
                )
            }
            Fact::NotServed { api_version, of } => format!("{api_version} {of} is not served"),
            Fact::Deprecated { warning: Some(warning), .. } => warning.clone(),
            Fact::Deprecated { api_version, of, since, removed, .. } => {
                let since = since.as_ref().map_or(String::new(), |since| format!(" since {since}"));
                let end = removed.as_ref().map_or(String::new(), |removed| format!(", and gone from {removed} on"));
                format!("{api_version} {of} is deprecated{since}{end}")
            }

            Fact::UnknownKubeVersion { version, instead: Some(instead), .. } => {
                format!("Kubernetes {version} is not known yet: it was checked with the schemas of {instead}")
            }
            Fact::UnknownKubeVersion { version, known, .. } => {
                let (oldest, newest) = (known.first(), known.last());
                let known = oldest.zip(newest).map_or(String::new(), |(a, b)| format!(": known are {a} to {b}"));
                format!("nothing was checked, for nothing is known of Kubernetes {version}{known}")
            }

            Fact::NilAccess { field } => format!("nil pointer evaluating interface {{}}.{field}"),
            Fact::NoSuchField { field, of } => format!("can't evaluate field {field} in type {of}"),
            Fact::WrongArgument { expected, found: Some(found) } => {
                format!("wrong type for value; expected {expected}; got {found}")
            }
            Fact::WrongArgument { expected, found: None } => format!("invalid value; expected {expected}"),
            Fact::TypographicQuote { found } => format!("`{found}` is no quotation mark in templates"),
            Fact::NoQuantity { found, .. } => {
                format!("expected a quantity such as 500m or 1Gi, found {}", quoted(found))
            }
            Fact::NoSuchVolume { name, .. } => format!("the pod has no volume called {}", quoted(name)),
            Fact::ArgumentCount { function, expected, given } => {
                format!("wrong number of args for {function}: want {expected} got {given}")
            }
            Fact::NotIterable { found } => format!("range can't iterate over {found}"),
            Fact::UnknownTemplate { name, .. } => format!("the template {name:?} is not defined"),
            Fact::UnknownFunction { name, .. } => format!("function {name:?} not defined"),
            Fact::UndefinedVariable { name } => format!("undefined variable {name:?}"),
            Fact::DashedKey { written, .. } => format!("`{written}` has a dash, which ends a name"),
            Fact::Unclosed { what, opened: Some(line) } => format!("the {what} opened in line {line} is not closed"),
            Fact::Unclosed { what, opened: None } => format!("the {what} is not closed"),
            Fact::DefinedTwice { name, first } => {
                format!("`{name}` is defined in line {first} of this file already")
            }
            Fact::NothingOpen { word } => format!("`{word}` closes nothing"),
            Fact::Refused { message, .. } => message.clone(),

            Fact::ReplacedHelper { name, by, chart } => {
                format!("the chart {chart} gets another `{name}` than it defines here: that of {by}")
            }
            Fact::NoYaml { reason } => format!("the rendered document is no YAML: {reason}"),
            Fact::ValuesSchema { chart, reason, .. } => format!("{reason} (values.schema.json of {chart})"),
            Fact::UnknownValue { path, .. } => {
                format!("no template reads the value `{path}`, and the chart has no default for it")
            }
            Fact::UnusedValue { path } => format!("no template read the value `{path}` in this render"),
            Fact::UndefinedValue { path, null: Some(place), .. } => {
                format!("the template reads `{path}`, which is set to null in {place}")
            }
            Fact::UndefinedValue { path, .. } => format!("the template reads `{path}`, which no values file sets"),
        }
    }

    /// What to do, where that is known.
    pub fn help(&self) -> Option<String> {
        self.help_in(Syntax::Go)
    }

    /// The same for a template in another language than Go's.
    pub fn help_in(&self, syntax: Syntax) -> Option<String> {
        match (syntax, self) {
            (Syntax::Go, fact) => fact.help_in_go(),
            (Syntax::Jinja, Fact::Unclosed { what, opened }) => Some(match opened {
                Some(line) => format!("close the {what} that is opened in line {line} with `{{% end{what} %}}`"),
                None => format!("close the {what}: `}}}}` for `{{{{`, `%}}` for `{{%`"),
            }),
            (Syntax::Jinja, Fact::UnknownTemplate { .. }) => {
                Some("write the way to it from the folder of this template".to_owned())
            }
            (Syntax::Jinja, fact) => fact.help_in_go(),
        }
    }

    fn help_in_go(&self) -> Option<String> {
        let meant = |near: &String| format!("did you mean {near}?");
        let meant_code = |near: &String| format!("did you mean `{near}`?");
        match self {
            Fact::UnknownField { field, now: Some(now), .. } => {
                Some(format!("`{field}` is gone from this version of the API: {now}"))
            }
            Fact::UnknownField { field, near, inside, .. } => {
                let place = |inside: &String| match inside.as_str() {
                    "" => format!("`{field}` belongs to the top of the object, beside `kind`"),
                    inside => format!("`{field}` belongs into `{inside}`"),
                };
                near.as_ref().map(meant).or_else(|| inside.as_ref().map(place))
            }
            Fact::NoSuchObject { near: Some(near), .. } => Some(meant_code(near)),
            Fact::NoSuchPort { known, .. } if !known.is_empty() => Some(format!("it has {}", known.join(", "))),
            Fact::UnusedAllow { .. } => Some("remove it from the comment".to_owned()),
            Fact::WrongType { .. } => self.type_help(),
            Fact::NotListed { near, .. } | Fact::NoSuchVolume { near, .. } | Fact::NoQuantity { near, .. } => {
                near.as_ref().map(meant)
            }
            Fact::DuplicateKey { .. } => {
                Some("remove one of the two: the last one counts, and kubectl refuses both".to_owned())
            }
            Fact::UnknownKind { api_version, of, near: Some((near_version, near_kind)) } => {
                Some(match (near_version == api_version, near_kind == of) {
                    (_, true) => format!("did you mean apiVersion {near_version}?"),
                    (true, false) => format!("did you mean {near_kind}?"),
                    (false, false) => format!("did you mean {near_kind} of {near_version}?"),
                })
            }
            Fact::UnknownKind { near: None, .. } => {
                Some("give its CustomResourceDefinition, and it will be checked".to_owned())
            }
            Fact::ServedLater { replacement, .. }
            | Fact::ServedBefore { replacement, .. }
            | Fact::Deprecated { replacement, .. } => replacement.as_ref().map(|with| format!("use {with}")),
            Fact::Immutable { .. } => {
                Some("keep it, or give the object another name, or delete it before the update".to_owned())
            }
            Fact::UnknownTemplate { near: None, name } => Some(format!(
                "define it, as with `{{{{ define \"{name}\" }}}}` in templates/_helpers.tpl, or add the chart that does to charts/"
            )),
            Fact::UnknownTemplate { near, .. } | Fact::UnknownFunction { near, .. } => near.as_ref().map(meant_code),
            Fact::ArgumentCount { function, given: 1, .. } if matches!(function.as_str(), "include" | "tpl") => {
                Some(format!("give `{function}` its data as well: the dot, or `$` inside `range` and `with`"))
            }
            Fact::TypographicQuote { found } => Some(format!("`{found}` is a quotation mark for people: write `\"`")),
            Fact::Unclosed { what, opened } => Some(closing(what, *opened)),
            Fact::DefinedTwice { first, .. } => {
                Some(format!("the name is defined in line {first} already: give one of them another"))
            }
            Fact::NothingOpen { word } => Some(format!("take the `{word}` away, or open a block before it")),
            Fact::DashedKey { instead, .. } => {
                Some(format!("a key with a dash is not read with dots: write `{instead}`"))
            }
            Fact::ReplacedHelper { name, chart, .. } => Some(format!(
                "names of helpers are shared by all charts: give this one a name of its own, such as `{chart}.{}`",
                name.rsplit('.').next().unwrap_or(name)
            )),
            Fact::ValuesSchema { near: Some(near), missing: None, .. } => Some(meant_code(near)),
            Fact::ValuesSchema { near: Some(near), path, .. } => {
                Some(format!("set `{path}` in the values; is `{near}` meant to be it?"))
            }
            Fact::ValuesSchema { missing: Some(_), path, .. } => Some(format!("set `{path}` in the values")),
            Fact::ValuesSchema { extra: Some(name), chart, .. } if name == "global" => {
                Some(format!("Helm hands `global` to every chart: let values.schema.json of {chart} allow it"))
            }
            Fact::UnknownValue { near, .. } => near.as_ref().map(meant_code),
            Fact::UnusedValue { .. } => Some("a switch elsewhere in the values may turn it on".to_owned()),
            Fact::UndefinedValue { path, null: Some(place), .. } => Some(format!(
                "`{path}` is set to null in {place}: give it a value, or guard the use with `with`, `if` or `default`"
            )),
            Fact::UndefinedValue { path, near, .. } => Some(match near {
                Some(near) => format!("`{path}` is not set; did you mean `{near}`?"),
                None => format!("set `{path}` in the values, or guard the use with `with`, `if` or `default`"),
            }),
            _ => None,
        }
    }

    /// How a value of the wrong type becomes one of the right.
    fn type_help(&self) -> Option<String> {
        let Fact::WrongType { expected, found, written } = self else { return None };
        let text = found.text.as_deref().unwrap_or_default();
        let wants = |ty| expected.contains(&ty);
        match found.ty {
            Type::Boolean | Type::Integer | Type::Number if wants(Type::String) && !wants(Type::Integer) => {
                Some(match written {
                    Some(written) => format!("quote the value: \"{written}\""),
                    None => "quote the value".to_owned(),
                })
            }
            Type::String if wants(Type::Integer) && text.parse::<i64>().is_ok() => {
                Some(format!("write it without quotes: {text}"))
            }
            Type::String if wants(Type::Boolean) && matches!(text, "true" | "false") => {
                Some(format!("write it without quotes: {text}"))
            }
            Type::Map if wants(Type::List) => Some("start each item with `-`".to_owned()),
            Type::List if wants(Type::Map) => Some("write a map here, without `-`".to_owned()),
            _ => None,
        }
    }
}

/// A text in quotes, shortened where it is long.
pub fn quoted(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{:?}", format!("{}…", text.get(..end).unwrap_or_default())),
        None => format!("{text:?}"),
    }
}

/// `a or b`, `one of a, b, c`.
pub fn one_of<T: AsRef<str>>(values: &[T]) -> String {
    match values {
        [] => "nothing".to_owned(),
        [one] => one.as_ref().to_owned(),
        [a, b] => format!("{} or {}", a.as_ref(), b.as_ref()),
        many => format!("one of {}", many.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")),
    }
}

/// What a value was and what it becomes.
fn change(was: Option<&super::Found>, is: Option<&super::Found>) -> String {
    match (was, is) {
        (Some(was), Some(is)) if was == is => format!("{was} becomes another one"),
        (Some(was), Some(is)) => format!("{was} becomes {is}"),
        (Some(was), None) => format!("{was} goes"),
        (None, Some(is)) => format!("{is} comes"),
        (None, None) => "it is not what it was".to_owned(),
    }
}

/// The types in words.
fn types(expected: &[Type]) -> String {
    one_of(&expected.iter().map(ToString::to_string).collect::<Vec<_>>())
}

/// A text that was found, without saying that it is one.
/// A value as it is written, or what it is.
fn said(found: &super::Found) -> String {
    found.text.clone().unwrap_or_else(|| found.to_string())
}

fn value(found: &super::Found) -> String {
    match &found.text {
        Some(text) => quoted(text),
        None => "another one".to_owned(),
    }
}

/// How to close what is open.
fn closing(what: &str, opened: Option<u32>) -> String {
    let with = match what {
        "action" => "}}",
        "comment" => "*/}}",
        "string" => "\"",
        "raw string" => "`",
        "parenthesis" => ")",
        _ => "{{ end }}",
    };
    match opened {
        Some(line) => format!("close the {what} that is opened in line {line} with `{with}`"),
        None => format!("close the {what} with `{with}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Found, Type};
    use super::*;

    #[test]
    fn a_wrong_type_says_how_to_write_the_right_one() {
        let fact = |expected, ty, text: &str, written: Option<&str>| Fact::WrongType {
            expected: vec![expected],
            found: Found { ty, text: Some(text.to_owned()) },
            written: written.map(str::to_owned),
        };
        let number = fact(Type::String, Type::Number, "3.1", Some("3.10"));
        assert_eq!(number.message(), "expected a string, found the number 3.1");
        assert_eq!(number.help().as_deref(), Some("quote the value: \"3.10\""));
        let text = fact(Type::Integer, Type::String, "80", None);
        assert_eq!(text.help().as_deref(), Some("write it without quotes: 80"));
        assert_eq!(fact(Type::Integer, Type::String, "http", None).help(), None);
    }

    #[test]
    fn facts_are_objects_with_a_kind() {
        let fact = Fact::MissingField { field: "selector".to_owned(), null: false };
        let json = serde_json::to_value(&fact).unwrap();
        assert_eq!(json, serde_json::json!({"kind": "missing-field", "field": "selector", "null": false}));
        assert_eq!(serde_json::from_value::<Fact>(json).unwrap(), fact);
    }
}
