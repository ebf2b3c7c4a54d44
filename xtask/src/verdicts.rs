//! `cargo xtask verdicts`: recorded verdicts of schema validation on plain manifests.

use crate::{option, switch};
use chartlens::budget::Budget;
use chartlens::kube::crds::Crds;
use chartlens::validate::Validator;
use chartlens::yaml;
use chartlens_tests::server::{Answers, Figures, Outcome, Place};
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
    if switch(args, "--server") {
        return server(args);
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

/// Compares with what API servers answered; whether nothing got worse than the marks.
fn server(args: &[String]) -> bool {
    let dir = Path::new(option(args, "--dir").unwrap_or("../shared/apiserver"));
    let manifests = dir.join("../manifests");
    let (group, id, show) = (option(args, "--group"), option(args, "--id"), option(args, "--show"));
    let show: usize = show.and_then(|text| text.parse().ok()).unwrap_or(0);
    let wanted = |g: &str, i: &str| group.is_none_or(|group| group == g) && id.is_none_or(|id| i.contains(id));
    let mut good = true;
    let mut some = false;
    // The project's own records, and those of the shared folder.
    let own = Path::new("tests/server");
    let shapes = |name: &str| Some(Answers::open(&own.join(name), &manifests)?.replay(&wanted));
    let updates = |version: &str| {
        let all = chartlens_tests::updates::replay(own, version)?;
        Some(all.into_iter().filter(|o| wanted(&o.group, &o.id)).collect::<Vec<_>>())
    };
    let shared = |name: &str| Some(Answers::open(&dir.join(name), &manifests)?.replay(&wanted));
    for (name, least) in [
        ("public.jsonl", 99.5),
        ("public-1.31.jsonl", 99.5),
        ("manifests-public.jsonl", 100.0),
        ("manifests-public-1.31.jsonl", 100.0),
        ("updates-1.37.jsonl", 99.0),
        ("updates-1.34.jsonl", 99.0),
        ("shapes-1.37.jsonl.gz", 99.0),
        ("shapes-1.34.jsonl.gz", 99.0),
    ] {
        if option(args, "--data").is_some_and(|data| data != name) {
            continue;
        }
        let outcomes = match name.split_once('-') {
            Some(("updates", rest)) => updates(rest.trim_end_matches(".jsonl")),
            Some(("shapes", _)) => shapes(name),
            _ => shared(name),
        };
        let Some(outcomes) = outcomes else { continue };
        some = true;
        let mut groups: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
        for outcome in &outcomes {
            groups.entry(&outcome.group).or_default().push(outcome);
        }
        println!(
            "{name:<28} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>5} {:>5} {:>5}",
            "N", "reject", "agree", "missed", "false", "exact", "near", "other", "none"
        );
        if switch(args, "--by-group") {
            for (group, outcomes) in &groups {
                line(group, &Figures::of(outcomes.iter().copied()));
            }
        }
        let all = Figures::of(&outcomes);
        line("all", &all);
        let (right, wrong) = all.words;
        println!("agree {:.2} %, field exact {:.2} %", all.agreement(), all.exactness());
        println!("the server's own words: {right} of {}", right + wrong);
        // An object that could not be made anew is told of, though an update of it passes.
        let quiet = all.false_alarms == 0 || name.starts_with("updates") || name.starts_with("shapes");
        good &= all.agreement() >= least && quiet && (all.exactness() >= 97.0 || all.refused == 0);
        let misplaced = |outcome: &&Outcome| matches!(outcome.place, Some(Place::Near | Place::Other));
        details("missed", outcomes.iter().filter(|o| o.missed()).take(show));
        details("false alarm", outcomes.iter().filter(|o| o.false_alarm()).take(show));
        if switch(args, "--words") {
            let mut odd: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
            for outcome in &outcomes {
                for (words, _) in outcome.words.iter().filter(|(_, right)| !right) {
                    odd.entry(words).or_insert((0, &outcome.server)).0 += 1;
                }
            }
            odd.iter().for_each(|(words, (count, server))| println!("{count} {words}\n   server: {server}"));
        }
        if switch(args, "--places") {
            details("elsewhere", outcomes.iter().filter(misplaced).take(show));
        }
    }
    if !some {
        eprintln!("no answers at {}", dir.display());
    }
    good && some
}

fn line(name: &str, figures: &Figures) {
    println!(
        "{name:<28} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>5} {:>5} {:>5}",
        figures.rows,
        figures.refused,
        figures.agreed,
        figures.missed,
        figures.false_alarms,
        figures.at(Place::Exact),
        figures.at(Place::Near),
        figures.at(Place::Other),
        figures.at(Place::Nameless)
    );
}

fn details<'o>(what: &str, outcomes: impl Iterator<Item = &'o Outcome>) {
    for outcome in outcomes {
        println!("{what}: {} [{}] {}\n   server: {}", outcome.id, outcome.group, outcome.note, outcome.server);
        if !outcome.fields.is_empty() {
            println!("   fields: {}", outcome.fields.join(" "));
        }
        for ours in outcome.ours.iter().take(5) {
            println!("   ours: {ours}");
        }
    }
}
