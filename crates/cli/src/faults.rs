//! What is wrong in a text of `chartlens.toml`, with places: for editors, which show all of it at once.

use crate::config::{Config, SCHEMA};
use chartlens::codes;
use chartlens::diag::did_you_mean;
use chartlens::host::HelmVersion;
use chartlens::lint::Choice;
use chartlens::render::KubeVersion;
use chartlens_lsp::Fault;
use serde_json::Value;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// All that is wrong: the form of the file, else keys and names that nothing has, else values of wrong types.
pub fn faults(text: &str) -> Vec<Fault> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return errors.iter().map(|error| of_toml(error, text)).collect();
    }
    let schema: Value = serde_json::from_str(SCHEMA).unwrap_or_default();
    let config = toml::from_str::<Config>(text);
    let own = config.as_ref().map(|config| config.rules.clone()).unwrap_or_default();
    let own = own.iter().filter_map(|rule| rule.compile().ok()).collect();
    let names = Choice { own, ..Choice::default() };
    let mut look = Look { schema: &schema, names, path: Vec::new(), found: Vec::new() };
    look.table(table.get_ref(), &schema);
    match config {
        Ok(config) => look.found.extend(config.rules.iter().filter_map(|rule| {
            let place = table.get_ref().get("rules").map_or(0..0, Spanned::span);
            Some((place, rule.compile().err()?))
        })),
        Err(error) if look.found.is_empty() => look.found.push(of_toml(&error, text)),
        Err(_) => {}
    }
    look.found.sort_by_key(|(place, _)| place.start);
    look.found
}

fn of_toml(error: &toml::de::Error, text: &str) -> Fault {
    (error.span().unwrap_or(text.len()..text.len()), error.message().to_owned())
}

/// The way through a file, beside its schema.
struct Look<'s> {
    schema: &'s Value,
    /// What names are looked up with: the file's own rules have names, too.
    names: Choice,
    /// Keys, and `-` for the items of lists.
    path: Vec<String>,
    found: Vec<Fault>,
}

impl<'s> Look<'s> {
    fn table(&mut self, table: &DeTable<'_>, schema: &'s Value) {
        let schema = self.resolved(schema);
        for (key, value) in table {
            let (name, place) = (key.get_ref(), key.span());
            let known = schema.get("properties").and_then(|all| all.get(&**name));
            let any = schema.get("additionalProperties").filter(|any| any.is_object());
            let Some(next) = known.or(any) else {
                self.unknown_key(name, place, schema);
                continue;
            };
            if matches!(self.path.last().map(String::as_str), Some("levels")) {
                self.name(name, place);
            }
            self.path.push(name.to_string());
            self.value(value, next);
            self.path.pop();
        }
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, schema: &'s Value) {
        match value.get_ref() {
            DeValue::Table(table) => self.table(table, schema),
            DeValue::Array(items) => {
                let Some(schema) = self.resolved(schema).get("items") else { return };
                self.path.push("-".to_owned());
                items.iter().for_each(|item| self.value(item, schema));
                self.path.pop();
            }
            DeValue::String(text) => self.text(text, value.span()),
            _ => {}
        }
    }

    /// What a reference in the schema stands for.
    fn resolved(&self, schema: &'s Value) -> &'s Value {
        let target = schema.get("$ref").or_else(|| schema.pointer("/allOf/0/$ref")).and_then(Value::as_str);
        let target = target.and_then(|target| target.strip_prefix('#')).and_then(|target| self.schema.pointer(target));
        target.unwrap_or(schema)
    }

    fn unknown_key(&mut self, name: &str, place: Range<usize>, schema: &Value) {
        let known = schema.get("properties").and_then(Value::as_object);
        let near = known.and_then(|known| did_you_mean(name, known.keys().map(String::as_str)));
        let advice = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        self.found.push((place, format!("unknown key `{name}`{advice}")));
    }

    fn text(&mut self, text: &str, place: Range<usize>) {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["profile"] => {
                let choice = Choice { profile: Some(text.to_owned()), ..Choice::default() };
                self.select(&choice, place);
            }
            ["select" | "extend-select" | "ignore", "-"] | ["overrides", "-", "ignore", "-"] => self.name(text, place),
            ["targets", "kube-versions", "-"] => self.found.extend(version(text).err().map(|error| (place, error))),
            _ => {}
        }
    }

    /// A code, a rule, a category or a pattern.
    fn name(&mut self, name: &str, place: Range<usize>) {
        let choice = Choice { ignore: vec![name.to_owned()], ..self.names.clone() };
        self.select(&choice, place);
    }

    fn select(&mut self, choice: &Choice, place: Range<usize>) {
        self.found.extend(codes::select(choice).err().map(|error| (place, error.to_string())));
    }
}

fn version(text: &str) -> Result<(), String> {
    let version = KubeVersion::parse(text, HelmVersion::V4).map_err(|error| error.to_string())?;
    let known = chartlens::kube::known_version(&format!("{}.{}", version.major, version.minor));
    known.map(drop).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::faults;

    /// What is wrong, each with the text that says it.
    fn found(text: &str) -> Vec<(&str, String)> {
        faults(text).into_iter().map(|(range, message)| (&text[range], message)).collect()
    }

    #[test]
    fn keys_and_names_that_nothing_has_are_told_with_what_is_near() {
        let found = found("profil = \"strict\"\nignore = [\"network/host-prot\", \"network\"]\n");
        let places: Vec<&str> = found.iter().map(|(place, _)| *place).collect();
        assert_eq!(places, ["profil", "\"network/host-prot\""]);
        assert_eq!(found[0].1, "unknown key `profil`; did you mean `profile`?");
    }

    /// The place and the words of the only thing that is wrong.
    #[track_caller]
    fn only(text: &str) -> (&str, String) {
        let mut all = found(text);
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    #[test]
    fn every_name_is_looked_up_where_it_stands() {
        for (text, place, says) in [
            ("profile = \"strickt\"\n", "\"strickt\"", "did you mean `strict`?"),
            ("select = [\"schma\"]\n", "\"schma\"", "did you mean `schema`?"),
            ("extend-select = [\"image/latest-tga\"]\n", "\"image/latest-tga\"", "image/latest-tag"),
            ("[levels]\n\"image/latest-tga\" = \"error\"\n", "\"image/latest-tga\"", "image/latest-tag"),
            ("[[overrides]]\nfiles = [\"a\"]\nignore = [\"schma\"]\n", "\"schma\"", "did you mean `schema`?"),
            ("[targets]\nkube-versions = [\"1.99\"]\n", "\"1.99\"", "expected a version from 1.20 to"),
            ("[targets]\nkube-versions = [\"newest\"]\n", "\"newest\"", "ersion"),
            ("[targets]\nkube-version = [\"1.37\"]\n", "kube-version", "did you mean `kube-versions`?"),
            ("[[overrides]]\nfile = [\"a\"]\n", "file", "did you mean `files`?"),
        ] {
            let (found, words) = only(text);
            assert_eq!(found, place, "{words}");
            assert!(words.contains(says), "{words}");
        }
    }

    #[test]
    fn levels_are_those_that_there_are() {
        let (place, words) = only("[levels]\nimage = \"grave\"\n");
        assert_eq!(place, "\"grave\"");
        assert!(words.contains("error"), "{words}");
        assert_eq!(found("[levels]\nimage = \"error\"\n\"schema/wrong-type\" = \"note\"\n"), []);
    }

    #[test]
    fn rules_of_ones_own_have_names_and_must_compile() {
        let rule = |expression: &str| {
            format!(
                "ignore = [\"team/owner\"]\n[[rules]]\ncode = \"team/owner\"\nexpression = \"{expression}\"\nmessage = \"x\"\n"
            )
        };
        assert_eq!(found(&rule("has(object.metadata.labels)")), []);
        let broken = rule("has(object");
        assert!(found(&broken).iter().any(|(place, _)| place.starts_with("[[rules]]")), "{:?}", found(&broken));
        let misspelt = rule("true").replace("[\"team/owner\"]", "[\"team/ownr\"]");
        assert_eq!(only(&misspelt).0, "\"team/ownr\"");
    }

    #[test]
    fn all_that_is_no_toml_is_told_at_once() {
        let text = "profile = \nselect = [\"schema\"\n[targets\n";
        let all = found(text);
        assert!(all.len() >= 2, "{all:?}");
        assert!(faults(text).iter().all(|(range, words)| range.end <= text.len() && !words.is_empty()));
    }

    #[test]
    fn values_of_other_types_have_their_place() {
        assert_eq!(found("profile = \"strict\"\n[targets]\nkube-versions = [\"1.37\"]\n"), []);
        assert_eq!(found("ignore = 3\n")[0].0, "3");
    }
}
