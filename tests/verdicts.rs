//! Recorded verdicts of schema validation, and what chartlens says of the same documents.

use chartlens::budget::Budget;
use chartlens::diag::{Finding, Severity};
use chartlens::kube::crds::Crds;
use chartlens::validate::{Validator, object_ref};
use chartlens::yaml;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The recorded verdicts of a folder.
pub struct Verdicts {
    dir: PathBuf,
    records: Vec<Value>,
}

/// How the custom resources of a kind fared.
#[derive(Clone, Debug, Default)]
pub struct CustomTally {
    /// Documents of the kind.
    pub documents: usize,
    /// Documents with errors against the schema, and the first of them.
    pub rejected: Vec<String>,
    /// How many documents were recorded not to satisfy the schema, of how many.
    pub recorded: (usize, usize),
}

/// Checks the custom resources of a corpus of rendered charts against a folder of JSON schemas with its `usage.json`.
/// By `apiVersion kind`; nothing where one of the folders is absent.
pub fn custom_resources(corpus: &Path, folder: &Path) -> Option<BTreeMap<String, CustomTally>> {
    let usage: Value = serde_json::from_slice(&std::fs::read(folder.join("usage.json")).ok()?).ok()?;
    let mut crds = Crds::default();
    let mut tallies: BTreeMap<String, CustomTally> = BTreeMap::new();
    for record in usage["custom_kinds"].as_array()? {
        let Some(schema) = record["schema"].as_str() else { continue };
        let text = std::fs::read(folder.join(schema)).ok()?;
        crds.add_json_schema(schema, &text, &Budget::default()).expect("a schema");
        let count = |name: &str| record[name].as_u64().unwrap_or(0) as usize;
        let name = format!("{} {}", record["apiVersion"].as_str()?, record["kind"].as_str()?);
        let recorded = (count("documents").saturating_sub(count("satisfy_schema")), count("documents"));
        tallies.insert(name, CustomTally { recorded, ..CustomTally::default() });
    }
    let validator = Validator::new("1.37", Arc::new(crds), Default::default())?;
    for path in crate::files::named(&corpus.join("cases"), "expected.yaml") {
        let text = std::fs::read(&path).ok()?;
        for document in yaml::documents(&text).into_iter().flatten() {
            let object = object_ref(&document, &Budget::default()).unwrap_or_default();
            let Some(tally) = tallies.get_mut(&format!("{} {}", object.api_version, object.kind)) else { continue };
            let findings = validator.check(&document, &text, &Budget::default()).unwrap_or_default();
            // The records know nothing of metadata, which is the same for all kinds.
            let wrong = |f: &&Finding| {
                f.code.starts_with("schema/") && f.severity == Severity::Error && !f.pointer.starts_with("/metadata/")
            };
            tally.documents += 1;
            if let Some(finding) = findings.iter().find(wrong) {
                let place = path.strip_prefix(corpus).unwrap_or(&path).display();
                tally.rejected.push(format!("{place} {}: {}", finding.pointer, finding.message));
            }
        }
    }
    Some(tallies)
}

/// How one version fared.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Documents by their recorded verdict.
    pub verdicts: BTreeMap<String, usize>,
    /// Agreements.
    pub passed: usize,
    /// Disagreements, with what they are.
    pub failed: Vec<String>,
    /// Findings beyond the schema on documents that the schema takes: code, place, message.
    pub beyond: Vec<(String, String)>,
}

impl Verdicts {
    /// Opens a folder with `verdicts.json`.
    pub fn open(dir: &Path) -> Option<Verdicts> {
        let text = std::fs::read(dir.join("verdicts.json")).ok()?;
        Some(Verdicts { dir: dir.to_owned(), records: serde_json::from_slice(&text).ok()? })
    }

    /// Replays all records.
    pub fn replay(&self) -> BTreeMap<String, Tally> {
        let mut validators: BTreeMap<String, Validator> = BTreeMap::new();
        let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
        let mut texts: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for record in &self.records {
            let file = record["file"].as_str().unwrap_or_default();
            let text =
                texts.entry(file.to_owned()).or_insert_with(|| std::fs::read(self.dir.join(file)).unwrap_or_default());
            let documents = yaml::documents(text);
            let number = record["doc"].as_u64().unwrap_or(0) as usize;
            for (version, verdict) in record["verdicts"].as_object().into_iter().flatten() {
                let validator = validators.entry(version.clone()).or_insert_with(|| {
                    Validator::new(version, Default::default(), Default::default()).expect("schemas of the version")
                });
                let tally = tallies.entry(version.clone()).or_default();
                let place = format!("{file}#{number}");
                let document = documents.get(number);
                let findings = match document {
                    Some(Ok(document)) => validator.check(document, text, &Budget::default()).unwrap_or_default(),
                    Some(Err(error)) => {
                        tally.failed.push(format!("{place}: {}", error.message));
                        continue;
                    }
                    None => {
                        tally.failed.push(format!("{place}: there is no such document"));
                        continue;
                    }
                };
                tally.one(record, verdict, &place, &findings);
            }
        }
        tallies
    }
}

impl Tally {
    fn one(&mut self, record: &Value, verdict: &Value, place: &str, findings: &[Finding]) {
        let name = verdict["verdict"].as_str().unwrap_or_default();
        *self.verdicts.entry(name.to_owned()).or_default() += 1;
        let problem = match name {
            "unknown-kind" => unknown(record, findings),
            "ok" => {
                for finding in findings.iter().filter(|f| !f.code.starts_with("schema/")) {
                    let text = format!("{place} {}: {}", finding.pointer, finding.message);
                    self.beyond.push((finding.code.to_owned(), text));
                }
                compare(&Value::Null, findings)
            }
            _ => compare(verdict, findings),
        };
        let duplicates: BTreeSet<&str> =
            record["duplicate_keys"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let ours: BTreeSet<&str> =
            findings.iter().filter(|f| f.code == "yaml/duplicate-key").map(|f| f.pointer.as_str()).collect();
        let problem = problem.or_else(|| {
            (duplicates != ours).then(|| format!("duplicate keys {duplicates:?} were recorded, found {ours:?}"))
        });
        match problem {
            None => self.passed += 1,
            Some(problem) => self.failed.push(format!("{place} ({}): {problem}", record["kind"])),
        }
    }
}

/// A kind without schema is said to be unknown, gone or not there yet; lists are taken apart.
fn unknown(record: &Value, findings: &[Finding]) -> Option<String> {
    let codes = ["schema/unknown-kind", "api/removed-version", "api/version-not-served-yet"];
    let list = record["kind"].as_str().is_some_and(|kind| kind.ends_with("List"));
    let said = findings.iter().any(|finding| codes.contains(&finding.code));
    (!list && !said).then(|| "the kind was not said to be unknown".to_owned())
}

/// Every recorded error has its finding, and there are no errors of the schema elsewhere.
///
/// The records are of the published schema alone. Where the server fills in what is missing, a warning says who refuses
/// it; where it names what is missing below, an error is there.
fn compare(verdict: &Value, findings: &[Finding]) -> Option<String> {
    let mut recorded: Vec<String> = Vec::new();
    let errors: Vec<&Value> = verdict["errors"].as_array().into_iter().flatten().collect();
    for error in &errors {
        let keyword = error["keyword"].as_str().unwrap_or_default();
        let path = error["path"].as_str().unwrap_or_default();
        let null = error["message"].as_str().is_some_and(|message| message.starts_with("None "));
        let fields = error["fields"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let fields = fields.map(|field| format!("{path}/{}", field.replace('~', "~0").replace('/', "~1")));
        let (code, wanted): (&str, Vec<String>) = match keyword {
            "additionalProperties" => ("schema/unknown-field", fields.collect()),
            "required" => ("schema/missing-field", fields.collect()),
            "enum" => ("schema/invalid-enum", vec![path.to_owned()]),
            // A null quantity or int-or-string fits both sides of the schema's `oneOf`; an API server drops it.
            "oneOf" if null => continue,
            _ => ("schema/wrong-type", vec![path.to_owned()]),
        };
        for pointer in wanted {
            if !findings.iter().any(|finding| answers(finding, code, &pointer)) {
                let ours: Vec<_> = findings.iter().map(|finding| (finding.code, finding.pointer.as_str())).collect();
                return Some(format!("{keyword} at {pointer} was recorded; found {ours:?}"));
            }
            recorded.push(pointer);
        }
    }
    let wrong = |finding: &&Finding| finding.code.starts_with("schema/") && finding.severity == Severity::Error;
    let known = |finding: &Finding| recorded.iter().any(|pointer| is_within(&finding.pointer, pointer));
    let more: Vec<_> =
        findings.iter().filter(wrong).filter(|finding| !known(finding)).map(|f| (f.code, &f.pointer)).collect();
    (verdict["more_errors"].is_null() && !more.is_empty()).then(|| format!("nothing of this was recorded: {more:?}"))
}

/// Whether a finding is what was recorded: the same of the schema, or an error of the server at the place or below.
fn answers(finding: &Finding, code: &str, pointer: &str) -> bool {
    let same = finding.code == code && finding.pointer == pointer;
    let refused = finding.severity == Severity::Error || finding.code == "api/required-null";
    let server = refused && is_within(&finding.pointer, pointer);
    same || (server && code != "schema/unknown-field")
}

fn is_within(pointer: &str, place: &str) -> bool {
    pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
