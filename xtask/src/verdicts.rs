//! `cargo xtask verdicts`: recorded verdicts of schema validation on plain manifests.

use crate::{option, switch};
use chartlens::budget::Budget;
use chartlens::kube::crds::Crds;
use chartlens::validate::Validator;
use chartlens::yaml;
use chartlens_tests::verdicts::Verdicts;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Replays the records; whether all agree.
pub fn run(args: &[String]) -> bool {
    if let Some(dir) = option(args, "--corpus") {
        return corpus(Path::new(dir), args);
    }
    if switch(args, "--custom") {
        return custom();
    }
    let dir = option(args, "--dir").unwrap_or("../shared/manifests");
    let verbose = switch(args, "--verbose");
    let Some(verdicts) = Verdicts::open(Path::new(dir)) else {
        eprintln!("no verdicts at {dir}");
        return false;
    };
    let tallies = verdicts.replay();
    let (mut passed, mut failed) = (0, 0);
    println!(
        "{:<8} {:>6} {:>8} {:>13} {:>7} {:>7} {:>14}",
        "version", "ok", "invalid", "unknown-kind", "passed", "failed", "beyond schema"
    );
    for (version, tally) in &tallies {
        let count = |verdict: &str| tally.verdicts.get(verdict).copied().unwrap_or(0);
        println!(
            "{version:<8} {:>6} {:>8} {:>13} {:>7} {:>7} {:>14}",
            count("ok"),
            count("invalid"),
            count("unknown-kind"),
            tally.passed,
            tally.failed.len(),
            tally.beyond.len()
        );
        passed += tally.passed;
        failed += tally.failed.len();
    }
    let mut seen: BTreeMap<&String, Vec<&str>> = BTreeMap::new();
    for (version, tally) in &tallies {
        for failure in &tally.failed {
            seen.entry(failure).or_default().push(version);
        }
    }
    for (failure, versions) in seen {
        println!("{failure} [{}]", versions.join(" "));
    }
    if let Some(tally) = tallies.values().last() {
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        for (code, text) in &tally.beyond {
            *codes.entry(code).or_default() += 1;
            if verbose {
                println!("{code} {text}");
            }
        }
        println!("beyond the schema, newest version: {codes:?}");
    }
    println!("{passed} passed, {failed} failed");
    failed == 0
}

/// Looks at all rendered charts of a corpus and counts what is found, by code.
fn corpus(dir: &Path, args: &[String]) -> bool {
    let version = option(args, "--kube-version").unwrap_or("1.31");
    let only = option(args, "--code");
    let mut found: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    let mut documents = 0;
    let mut crds = Crds::default();
    if let Some(folder) = option(args, "--crds") {
        for path in chartlens_tests::files::with_extension(Path::new(folder), "json") {
            let Ok(text) = std::fs::read(&path) else { continue };
            if path.parent() != Some(Path::new(folder))
                && let Err(error) = crds.add_json_schema(&path.to_string_lossy(), &text, &Budget::default())
            {
                println!("{error}");
            }
        }
        println!("{} custom kinds", crds.len());
    }
    let validator = Validator::new(version, Arc::new(crds), Default::default()).expect("schemas of the version");
    for path in chartlens_tests::files::named(&dir.join("cases"), "expected.yaml") {
        let Ok(text) = std::fs::read(&path) else { continue };
        for (number, document) in yaml::documents(&text).into_iter().enumerate() {
            let Ok(document) = document else { continue };
            documents += 1;
            for finding in validator.check(&document, &text, &Budget::default()).unwrap_or_default() {
                let name = path.strip_prefix(dir).unwrap_or(&path).display();
                let text = format!("{name}#{number} {}: {}", finding.pointer, finding.message);
                found.entry(finding.code).or_default().push(text);
            }
        }
    }
    for (code, texts) in &found {
        println!("{code}: {}", texts.len());
        let most = if only == Some(code) {
            usize::MAX
        } else if only.is_some() {
            0
        } else {
            5
        };
        for text in texts.iter().take(most) {
            println!("    {text}");
        }
    }
    println!("{documents} documents");
    true
}

/// Checks the custom resources of the corpus against the schemas of their kinds; whether none is refused that the
/// records accept.
fn custom() -> bool {
    let (corpus, folder) = (Path::new("../shared/corpus"), Path::new("../shared/crds"));
    let Some(tallies) = chartlens_tests::verdicts::custom_resources(corpus, folder) else {
        eprintln!("no {} or no {}", corpus.display(), folder.display());
        return false;
    };
    let (mut passed, mut failed) = (0, 0);
    println!("{:<60} {:>9} {:>8} {:>14}", "kind", "documents", "refused", "recorded");
    for (name, tally) in &tallies {
        let (refused, documents) = tally.recorded;
        println!(
            "{name:<60} {:>9} {:>8} {:>14}",
            tally.documents,
            tally.rejected.len(),
            format!("{refused} of {documents}")
        );
        let excess = tally.rejected.len().saturating_sub(refused);
        failed += excess;
        passed += tally.documents - excess;
        for text in tally.rejected.iter().take(if excess > 0 { 20 } else { 1 }) {
            println!("    {text}");
        }
    }
    println!("{passed} passed, {failed} failed");
    failed == 0
}
