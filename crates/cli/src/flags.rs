//! Flags as Helm's commands parse them: the rules and the error texts of the Go library pflag.

use std::collections::BTreeMap;

/// What a flag takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Takes {
    /// Nothing, or `=true` and `=false`.
    Switch,
    /// A text; the last one counts.
    Text,
    /// A text, or nothing, which stands for this.
    OptionalText(&'static str),
    /// Texts, separated by commas or in several flags.
    List,
    /// Texts, one a flag.
    Each,
    /// `key=value`, separated by commas.
    Pairs,
    /// A duration such as `5m0s`.
    Duration,
    /// A whole number.
    Number,
    /// A number.
    Float,
}

impl Takes {
    /// The placeholder in help.
    pub fn placeholder(self) -> &'static str {
        match self {
            Takes::Switch => "",
            Takes::Text | Takes::OptionalText(_) => "string",
            Takes::List => "strings",
            Takes::Each => "stringArray",
            Takes::Pairs => "key=value,…",
            Takes::Duration => "duration",
            Takes::Number => "number",
            Takes::Float => "float",
        }
    }
}

/// Looks at a value. The error is the flag's own text.
pub type Check = fn(&str) -> Result<Option<String>, String>;

/// A flag.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    /// Its long name.
    pub name: &'static str,
    /// Its letter.
    pub short: Option<char>,
    /// What it takes.
    pub takes: Takes,
    /// One line of help.
    pub help: &'static str,
    /// What to say when it is used though it is on its way out.
    pub deprecated: Option<&'static str>,
    /// What a value must be; gives a line to print beside.
    pub check: Option<Check>,
    /// The values that it may have, where they are few.
    pub choices: Option<fn() -> Vec<&'static str>>,
    /// Why this program cannot do what the flag asks for; set where it would fetch, run or connect.
    pub refuses: Option<&'static str>,
}

/// The help of a flag that Helm has, and that is read and changes nothing.
pub const NO_EFFECT: &str = "no effect here";

impl Flag {
    /// A flag without letter.
    pub const fn new(name: &'static str, takes: Takes, help: &'static str) -> Flag {
        Flag { name, short: None, takes, help, deprecated: None, check: None, choices: None, refuses: None }
    }

    /// The same flag with a letter.
    pub const fn short(mut self, letter: char) -> Flag {
        self.short = Some(letter);
        self
    }

    /// The same flag on its way out.
    pub const fn deprecated(mut self, text: &'static str) -> Flag {
        self.deprecated = Some(text);
        self
    }

    /// The same flag with values that are looked at.
    pub const fn checked(mut self, check: Check) -> Flag {
        self.check = Some(check);
        self
    }

    /// The same flag with values that shells complete.
    pub const fn choices(mut self, choices: fn() -> Vec<&'static str>) -> Flag {
        self.choices = Some(choices);
        self
    }

    /// The same flag where it is understood but refused.
    pub const fn refused(mut self, text: &'static str) -> Flag {
        self.refuses = Some(text);
        self
    }

    fn shown(&self) -> String {
        match self.short {
            Some(letter) => format!("-{letter}, --{}", self.name),
            None => format!("--{}", self.name),
        }
    }
}

/// What a command line said.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    values: BTreeMap<&'static str, Vec<String>>,
    /// Arguments that are no flags.
    pub arguments: Vec<String>,
    /// Lines to print on standard error.
    pub warnings: Vec<String>,
}

impl Parsed {
    /// Whether the flag was given.
    pub fn given(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Whether a switch is on.
    pub fn on(&self, name: &str) -> bool {
        self.text(name).is_some_and(|value| parse_bool(value) == Some(true))
    }

    /// The last text of a flag.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(|all| all.last()).map(String::as_str)
    }

    /// All texts of a flag.
    pub fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Go's `strconv.ParseBool`.
fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// Parses `args`. The error is pflag's text.
pub fn parse(flags: &[&[Flag]], args: &[String]) -> Result<Parsed, String> {
    let mut parsed = Parsed::default();
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        if arg == "--" {
            parsed.arguments.extend(rest.cloned());
            break;
        }
        if let Some(long) = arg.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (long, None),
            };
            if name.is_empty() || name.starts_with('-') || name.starts_with('=') {
                return Err(format!("bad flag syntax: {arg}"));
            }
            let Some(flag) = find(flags, |f| f.name == name) else {
                return Err(format!("unknown flag: --{name}"));
            };
            let value = match (value, flag.takes) {
                (Some(value), _) => value,
                (None, Takes::Switch) => "true".to_owned(),
                (None, Takes::OptionalText(default)) => default.to_owned(),
                (None, _) => rest.next().cloned().ok_or_else(|| format!("flag needs an argument: --{name}"))?,
            };
            set(&mut parsed, flag, value)?;
        } else if let Some(letters) = arg.strip_prefix('-').filter(|l| !l.is_empty()) {
            let mut letters = letters;
            while let Some(letter) = letters.chars().next() {
                let after = letters.get(letter.len_utf8()..).unwrap_or_default();
                let Some(flag) = find(flags, |f| f.short == Some(letter)) else {
                    return Err(format!("unknown shorthand flag: '{letter}' in -{letters}"));
                };
                let (value, next) = match (after.strip_prefix('='), flag.takes) {
                    (Some(value), _) if !value.is_empty() => (value.to_owned(), ""),
                    (_, Takes::Switch) => ("true".to_owned(), after),
                    (_, Takes::OptionalText(default)) => (default.to_owned(), after),
                    (_, _) if !after.is_empty() => (after.to_owned(), ""),
                    (_, _) => {
                        let missing = || format!("flag needs an argument: '{letter}' in -{letters}");
                        (rest.next().cloned().ok_or_else(missing)?, "")
                    }
                };
                set(&mut parsed, flag, value)?;
                letters = next;
            }
        } else {
            parsed.arguments.push(arg.clone());
        }
    }
    Ok(parsed)
}

fn find<'f>(flags: &[&'f [Flag]], matches: impl Fn(&Flag) -> bool) -> Option<&'f Flag> {
    flags.iter().flat_map(|group| group.iter()).find(|flag| matches(flag))
}

fn set(parsed: &mut Parsed, flag: &Flag, value: String) -> Result<(), String> {
    let invalid = |reason: String| {
        let shown = flag.shown();
        format!("invalid argument {} for \"{shown}\" flag: {reason}", quoted(&value))
    };
    if let Some(text) = flag.deprecated {
        parsed.warnings.push(format!("Flag --{} has been deprecated, {text}", flag.name));
    }
    if let Some(check) = flag.check {
        parsed.warnings.extend(check(&value).map_err(invalid)?);
    }
    let values = parsed.values.entry(flag.name).or_default();
    match flag.takes {
        Takes::Switch if parse_bool(&value).is_none() => {
            return Err(invalid(format!("strconv.ParseBool: parsing {}: invalid syntax", quoted(&value))));
        }
        Takes::Number if value.trim_start_matches(['-', '+']).parse::<u64>().is_err() => {
            return Err(invalid(format!("strconv.ParseInt: parsing {}: invalid syntax", quoted(&value))));
        }
        Takes::Float if value.parse::<f32>().is_err() => {
            return Err(invalid(format!("strconv.ParseFloat: parsing {}: invalid syntax", quoted(&value))));
        }
        Takes::Duration => {
            if let Err(reason) = chartlens::parse_duration(&value) {
                return Err(invalid(reason));
            }
            values.push(value);
        }
        Takes::List => values.extend(split_list(&value).map_err(invalid)?),
        Takes::Pairs => values.extend(split_pairs(&value).map_err(invalid)?),
        _ => values.push(value),
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    chartlens::text::quote(text.as_bytes())
}

/// One line of comma-separated values, as Go's encoding/csv reads it.
fn split_list(text: &str) -> Result<Vec<String>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let fault = |rest: &str, what: &str| {
        let column = text.len() - rest.len() + 1;
        Err(format!("parse error on line 1, column {column}: {what}"))
    };
    const QUOTED: &str = "extraneous or missing \" in quoted-field";
    let mut fields = Vec::new();
    let mut rest = text;
    loop {
        let Some(inner) = rest.strip_prefix('"') else {
            let (field, more) = rest.split_once(',').map_or((rest, None), |(field, more)| (field, Some(more)));
            if let Some(at) = field.find('"') {
                return fault(rest.get(at..).unwrap_or_default(), "bare \" in non-quoted-field");
            }
            fields.push(field.to_owned());
            match more {
                Some(more) => rest = more,
                None => return Ok(fields),
            }
            continue;
        };
        let mut field = String::new();
        let mut tail = inner;
        loop {
            let Some((before, after)) = tail.split_once('"') else { return fault("", QUOTED) };
            field.push_str(before);
            match after.strip_prefix('"') {
                Some(more) => {
                    field.push('"');
                    tail = more;
                }
                None if after.is_empty() || after.starts_with(',') => {
                    tail = after;
                    break;
                }
                None => return fault(tail.get(before.len()..).unwrap_or_default(), QUOTED),
            }
        }
        fields.push(field);
        match tail.strip_prefix(',') {
            Some(more) => rest = more,
            None => return Ok(fields),
        }
    }
}

/// What stands in a flag of pairs: pflag's `stringToStringValue`.
fn split_pairs(text: &str) -> Result<Vec<String>, String> {
    let pairs = match text.matches('=').count() {
        0 => vec![text.to_owned()],
        1 => vec![text.trim_matches('"').to_owned()],
        _ => split_list(text)?,
    };
    match pairs.iter().find(|pair| !pair.contains('=')) {
        Some(pair) => Err(format!("{pair} must be formatted as key=value")),
        None => Ok(pairs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAGS: &[Flag] = &[
        Flag::new("namespace", Takes::Text, "").short('n'),
        Flag::new("generate-name", Takes::Switch, "").short('g'),
        Flag::new("values", Takes::List, "").short('f'),
        Flag::new("set", Takes::Each, ""),
        Flag::new("dry-run", Takes::OptionalText("client"), ""),
    ];

    fn parsed(args: &[&str]) -> Result<Parsed, String> {
        parse(&[FLAGS], &args.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn values_stand_behind_or_after() {
        let p = parsed(&["a", "-nx", "--set=a=1", "--set", "b,c", "-gf", "x,\"y,z\"", "--dry-run", "b"]).unwrap();
        assert_eq!(p.arguments, ["a", "b"]);
        assert_eq!((p.text("namespace"), p.on("generate-name"), p.text("dry-run")), (Some("x"), true, Some("client")));
        assert_eq!(p.all("set"), ["a=1", "b,c"]);
        assert_eq!(p.all("values"), ["x", "y,z"]);
    }

    #[test]
    fn errors_are_pflags() {
        assert_eq!(parsed(&["--nope"]).unwrap_err(), "unknown flag: --nope");
        assert_eq!(parsed(&["-z"]).unwrap_err(), "unknown shorthand flag: 'z' in -z");
        assert_eq!(parsed(&["--set"]).unwrap_err(), "flag needs an argument: --set");
        assert_eq!(parsed(&["-f"]).unwrap_err(), "flag needs an argument: 'f' in -f");
        assert_eq!(
            parsed(&["--generate-name=x"]).unwrap_err(),
            "invalid argument \"x\" for \"-g, --generate-name\" flag: strconv.ParseBool: parsing \"x\": invalid syntax"
        );
    }
}
