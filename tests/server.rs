//! Recorded answers of real API servers to single objects, and what chartlens says of the same objects.

use chartlens::budget::Budget;
use chartlens::diag::{Fact, Finding, Severity};
use chartlens::kube::crds::Crds;
use chartlens::validate::Validator;
use chartlens::yaml;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Recorded answers, with the folders that they refer to.
pub struct Answers {
    rows: Vec<Value>,
    /// Rows beside the recorded ones that define custom kinds.
    definitions: HashMap<String, String>,
    manifests: PathBuf,
}

/// Where the finding stands compared with the field that the server names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Elsewhere.
    Other,
    /// At the parent or a child.
    Near,
    /// There.
    Exact,
    /// The server names no field.
    Nameless,
}

/// How one row fared.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The row's name, its family, what was changed, what the server said.
    pub id: String,
    /// The family of the rule.
    pub group: String,
    /// What was changed.
    pub note: String,
    /// Whether the server refuses the object.
    pub refused: bool,
    /// What the server says.
    pub server: String,
    /// The fields that the server names.
    pub fields: Vec<String>,
    /// What we say: code, place, message of every error.
    pub ours: Vec<String>,
    /// Where we say it; none where one of the two says nothing.
    pub place: Option<Place>,
    /// Whether what we take for the server's own words are in its answer, for each of our findings that has them.
    pub words: Vec<(String, bool)>,
}

impl Outcome {
    /// Refused by the server and fine to us.
    pub fn missed(&self) -> bool {
        self.refused && self.ours.is_empty()
    }

    /// Fine to the server and refused by us.
    pub fn false_alarm(&self) -> bool {
        !self.refused && !self.ours.is_empty()
    }
}

impl Answers {
    /// Reads one recorded file.
    pub fn open(file: &Path, manifests: &Path) -> Option<Answers> {
        let rows = read(file)?;
        let mut definitions = HashMap::new();
        for path in crate::files::with_extension(file.parent()?, "jsonl") {
            for row in read(&path)?.iter().filter(|row| row["set"] == "c" && row["kind"].is_null()) {
                let (Some(id), Some(text)) = (row["id"].as_str(), row["yaml"].as_str()) else { continue };
                definitions.entry(id.to_owned()).or_insert_with(|| expand(text));
            }
        }
        Some(Answers { rows, definitions, manifests: manifests.to_owned() })
    }

    /// Asks chartlens the same; only the rows that `wanted` takes by their group and name.
    pub fn replay(&self, wanted: &dyn Fn(&str, &str) -> bool) -> Vec<Outcome> {
        let mut validators: HashMap<String, Validator> = HashMap::new();
        let mut files: HashMap<String, String> = HashMap::new();
        let mut outcomes = Vec::new();
        for row in &self.rows {
            let text = |name: &str| row[name].as_str().unwrap_or_default();
            if !wanted(text("group"), text("id")) {
                continue;
            }
            let needs: Vec<&str> = row["needs"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let validator = validators.entry(format!("{} {needs:?}", text("version"))).or_insert_with(|| {
                let mut crds = Crds::default();
                for definition in needs.iter().filter_map(|id| self.definitions.get(*id)) {
                    for document in yaml::documents(definition.as_bytes()).into_iter().flatten() {
                        crds.add(&document, &Budget::default()).expect("a definition");
                    }
                }
                Validator::new(text("version"), Arc::new(crds), Default::default()).expect("schemas of the version")
            });
            let object = match row["yaml"].as_str() {
                Some(yaml) => expand(yaml),
                None => {
                    let file = files.entry(text("file").to_owned()).or_insert_with(|| {
                        std::fs::read_to_string(self.manifests.join(text("file"))).unwrap_or_default()
                    });
                    part(file, row["doc"].as_u64().unwrap_or(0) as usize).to_owned()
                }
            };
            outcomes.push(outcome(row, &errors(validator, &object)));
        }
        outcomes
    }
}

/// An error that chartlens finds.
pub(crate) struct Said {
    code: String,
    /// Where, if it is a place in an object.
    at: Option<String>,
    message: String,
    /// What are taken for the server's own words, as far as they are known.
    server: Option<(String, String)>,
}

impl From<Finding> for Said {
    fn from(finding: Finding) -> Said {
        let server = finding.facts.iter().find_map(|fact| match fact {
            Fact::ServerSays { reason, detail } => Some((reason.clone(), detail.clone())),
            _ => None,
        });
        Said { code: finding.code.to_owned(), at: Some(finding.pointer), message: finding.message, server }
    }
}

/// The errors in an object.
pub(crate) fn errors(validator: &Validator, text: &str) -> Vec<Said> {
    let mut errors = Vec::new();
    for document in yaml::documents(text.as_bytes()) {
        match document {
            Ok(document) => {
                let findings = validator.check(&document, text.as_bytes(), &Budget::default()).unwrap_or_default();
                let wrong = findings.into_iter().filter(|finding| finding.severity == Severity::Error);
                errors.extend(wrong.map(Said::from));
            }
            Err(error) => {
                errors.push(Said { code: "yaml/syntax".to_owned(), at: None, message: error.message, server: None })
            }
        }
    }
    errors
}

/// The rows of a file, packed or not.
pub(crate) fn read(path: &Path) -> Option<Vec<Value>> {
    let bytes = std::fs::read(path).ok()?;
    let mut text = String::new();
    match path.extension().is_some_and(|extension| extension == "gz") {
        true => drop(flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).ok()?),
        false => text = String::from_utf8(bytes).ok()?,
    }
    text.lines().map(|line| serde_json::from_str(line).ok()).collect()
}

/// Long texts are recorded as `@@REPEAT:a:1000@@`.
fn expand(text: &str) -> String {
    let mut parts = text.split("@@");
    let mut out = parts.next().unwrap_or_default().to_owned();
    while let Some(part) = parts.next() {
        let repeat = part.strip_prefix("REPEAT:").and_then(|rest| rest.split_once(':'));
        match repeat.and_then(|(what, count)| Some(what.repeat(count.parse().ok()?))) {
            Some(long) => {
                out.push_str(&long);
                out.push_str(parts.next().unwrap_or_default());
            }
            None => {
                out.push_str("@@");
                out.push_str(part);
            }
        }
    }
    out
}

/// The `number`-th document of a file as the recorder counted them.
fn part(file: &str, number: usize) -> &str {
    let mut cuts = vec![(0, 0)];
    let mut at = 0;
    for line in file.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        if bare == "---" || bare.starts_with("--- ") || bare.starts_with("---\t") {
            cuts.push((at, at + line.len()));
        }
        at += line.len();
    }
    let ends = cuts.iter().skip(1).map(|(start, _)| *start).chain([file.len()]);
    let mut parts: Vec<&str> =
        cuts.iter().zip(ends).map(|((_, from), to)| file.get(*from..to).unwrap_or_default()).collect();
    let blank = |text: &&str| text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
    if parts.len() > 1 && parts.first().is_some_and(blank) {
        parts.remove(0);
    }
    parts.get(number).copied().unwrap_or_default()
}

pub(crate) fn outcome(row: &Value, errors: &[Said]) -> Outcome {
    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let refused = !matches!(row["code"].as_u64(), Some(200 | 201 | 409));
    let causes = row["causes"].as_array().into_iter().flatten();
    Outcome {
        id: text("id"),
        group: text("group"),
        note: text("note"),
        refused,
        server: text("message").chars().take(400).collect(),
        fields: causes.filter_map(|cause| cause["field"].as_str()).map(str::to_owned).collect(),
        ours: errors.iter().map(|said| format!("{} {:?} {}", said.code, said.at, said.message)).collect(),
        place: (refused && !errors.is_empty()).then(|| place(row, errors)),
        words: errors.iter().filter(|_| refused).filter_map(|said| words(row, said)).collect(),
    }
}

/// Whether the server says what we take for its words, of a finding at a field that it names.
fn words(row: &Value, said: &Said) -> Option<(String, bool)> {
    let (reason, detail) = said.server.as_ref()?;
    let ours = pointer(said.at.as_deref()?);
    let causes = row["causes"].as_array()?;
    let here = |cause: &&Value| field(cause["field"].as_str().unwrap_or_default()) == ours;
    let here: Vec<&Value> = causes.iter().filter(here).collect();
    let says = |cause: &&Value| {
        cause["reason"] == **reason
            && cause["message"].as_str().is_some_and(|message| message.contains(detail.as_str()))
    };
    (!here.is_empty()).then(|| (format!("{} {reason} {detail}", said.code), here.iter().any(says)))
}

type Steps = Vec<String>;

/// The steps of a field such as `spec.ports[0].port`.
fn field(text: &str) -> Steps {
    let mut steps = Vec::new();
    let mut step = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '[' if !inside => {
                inside = true;
                if !step.is_empty() {
                    steps.push(std::mem::take(&mut step));
                }
            }
            ']' if inside => {
                inside = false;
                steps.push(std::mem::take(&mut step));
            }
            '.' if !inside => {
                if !step.is_empty() {
                    steps.push(std::mem::take(&mut step));
                }
            }
            c => step.push(c),
        }
    }
    if !step.is_empty() {
        steps.push(step);
    }
    steps.into_iter().map(|step| step.trim_matches(['"', '\'']).to_owned()).collect()
}

fn pointer(text: &str) -> Steps {
    text.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect()
}

/// Without numbers of items, and without regard to case.
fn loose(steps: &[String]) -> Steps {
    let number = |step: &&String| !step.is_empty() && step.bytes().all(|b| b.is_ascii_digit());
    steps.iter().filter(|step| !number(step)).map(|step| step.to_lowercase()).collect()
}

/// A CRD whose versions share a schema is answered with the place of the shared one.
fn shared(text: &str, group: &str) -> String {
    if !group.starts_with("crd-") {
        return text.to_owned();
    }
    if let Some(rest) = text.strip_prefix("spec.validation.openAPIV3Schema") {
        return format!("spec.versions[0].schema.openAPIV3Schema{rest}");
    }
    for name in ["subresources", "additionalPrinterColumns", "selectableFields"] {
        if let Some(rest) = text.strip_prefix("spec.").filter(|rest| rest.starts_with(name)) {
            return format!("spec.versions[0].{rest}");
        }
    }
    text.to_owned()
}

/// The texts between `before` and the next `end`.
fn between<'t>(text: &'t str, before: &str, end: char) -> Vec<&'t str> {
    text.split(before).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

fn place(row: &Value, errors: &[Said]) -> Place {
    let group = row["group"].as_str().unwrap_or_default();
    let (decoding, invalid) = (row["code"] == 400, row["code"] == 422);
    let message = row["message"].as_str().unwrap_or_default();
    let mut causes: Vec<Steps> = Vec::new();
    for cause in row["causes"].as_array().into_iter().flatten() {
        match cause["field"].as_str().unwrap_or_default() {
            "" | "<nil>" | "<none>" => {}
            text => causes.push(field(&shared(text, group))),
        }
    }
    let mut go_paths: Vec<Steps> = Vec::new();
    if decoding {
        for what in ["unknown field \"", "duplicate field \""] {
            causes.extend(between(message, what, '"').into_iter().map(field));
        }
        for path in between(message, "Go struct field ", ' ') {
            let steps: Steps =
                field(path).into_iter().skip(1).filter(|step| !step.starts_with(|c: char| c.is_uppercase())).collect();
            go_paths.push(loose(&steps));
        }
    }
    if causes.is_empty() && go_paths.is_empty() {
        return Place::Nameless;
    }
    let mut best = Place::Other;
    for at in errors.iter().filter_map(|said| said.at.as_deref()) {
        let mut ours = pointer(at);
        if let Some(first) = ours.first_mut().filter(|first| *first == "stringData") {
            *first = "data".to_owned();
        }
        let vague = loose(&ours);
        if go_paths.iter().any(|path| go_match(&vague, path)) {
            return Place::Exact;
        }
        for cause in &causes {
            let cause_vague = loose(cause);
            if ours == *cause || (decoding && vague == cause_vague) || (!invalid && vague == *cause) {
                return Place::Exact;
            }
            if near(&ours, cause) || (!invalid && near(&vague, cause)) || (decoding && near(&vague, &cause_vague)) {
                best = Place::Near;
            }
        }
    }
    best
}

fn near(a: &[String], b: &[String]) -> bool {
    let parent = |steps: &[String], of: &[String]| of.split_last().map_or(of.is_empty(), |(_, parent)| parent == steps);
    parent(a, b) || parent(b, a)
}

/// Go names types, embedded structs and fields, and leaves out numbers of items and keys of maps.
fn go_match(ours: &[String], path: &[String]) -> bool {
    let mut steps = ours.iter();
    let Some(last) = path.last() else { return false };
    path.iter().all(|wanted| steps.any(|step| step == wanted)) && ours.iter().rev().take(2).any(|step| step == last)
}

/// The sums of a set of outcomes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many rows there are.
    pub rows: usize,
    /// How many the server refuses.
    pub refused: usize,
    /// How often both say the same.
    pub agreed: usize,
    /// How many we miss.
    pub missed: usize,
    /// How many we refuse that the server takes.
    pub false_alarms: usize,
    /// How often what we take for the server's words are them, and how often they are not.
    pub words: (usize, usize),
    /// Places of what both refuse.
    pub places: BTreeMap<Place, usize>,
}

impl Figures {
    /// Adds up.
    pub fn of<'o>(outcomes: impl IntoIterator<Item = &'o Outcome>) -> Figures {
        let mut figures = Figures::default();
        for outcome in outcomes {
            figures.rows += 1;
            figures.refused += usize::from(outcome.refused);
            figures.missed += usize::from(outcome.missed());
            figures.false_alarms += usize::from(outcome.false_alarm());
            let right = outcome.words.iter().filter(|(_, right)| *right).count();
            figures.words.0 += right;
            figures.words.1 += outcome.words.len() - right;
            if let Some(place) = outcome.place {
                *figures.places.entry(place).or_default() += 1;
            }
        }
        figures.agreed = figures.rows - figures.missed - figures.false_alarms;
        figures
    }

    /// How many findings stand in this relation to the server's field.
    pub fn at(&self, place: Place) -> usize {
        self.places.get(&place).copied().unwrap_or(0)
    }

    /// Agreement in percent.
    pub fn agreement(&self) -> f64 {
        100.0 * self.agreed as f64 / self.rows.max(1) as f64
    }

    /// How many findings stand exactly at the server's field, in percent of those where it names one.
    pub fn exactness(&self) -> f64 {
        let all = self.at(Place::Exact) + self.at(Place::Near) + self.at(Place::Other);
        100.0 * self.at(Place::Exact) as f64 / all.max(1) as f64
    }
}
