//! `cargo xtask bench lint`: what the rules of the linter cost beyond rendering and validating.

use super::{least, warm};
use crate::option;
use chartlens::chart::{ArchiveLimits, Chart, load_all};
use chartlens::codes;
use chartlens::host::{HelmVersion, Host};
use chartlens::lint::Choice;
use chartlens::session::{CheckOptions, Session};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

const CHART: &str = "prometheus-community--kube-prometheus-stack";
const ROUNDS: usize = 9;
/// The milliseconds that the rules of the profile `default` may take.
const GOAL: f64 = 5.0;

/// Prints the milliseconds of a check without rules, with those of each profile, and with all; whether the default ones are quick enough.
pub fn run(args: &[String]) -> bool {
    let data = Path::new(option(args, "--dir").unwrap_or("../shared/corpus"));
    let Some(files) = warm::files(&data.join("charts").join(CHART)) else {
        println!("{CHART} is not there: skipped");
        return true;
    };
    let chart = load_all(files, &ArchiveLimits::default(), HelmVersion::V4);
    println!("{:<24} {:>10} {:>10} {:>10}", "milliseconds", "check", "rules", "findings");
    let choice = |profile: &str| Choice { profile: Some(profile.to_owned()), ..Choice::default() };
    // Those ask for one render more each.
    let renders = vec!["helm-branch".to_owned(), "long-name".to_owned()];
    let all = Choice { extend_select: vec!["ALL".to_owned()], ignore: renders, ..Choice::default() };
    let rows = [
        ("none", choice("none")),
        ("default", choice("default")),
        ("security", choice("security")),
        ("all with one render", all),
    ];
    let (only, rounds) =
        (option(args, "--row"), option(args, "--rounds").and_then(|n| n.parse().ok()).unwrap_or(ROUNDS));
    let mut options = Vec::new();
    for (name, choice) in rows.into_iter().filter(|(name, _)| only.is_none_or(|only| name.starts_with(only))) {
        let Ok(selection) = codes::select(&choice) else { return false };
        options.push((name, CheckOptions { selection: Arc::new(selection), ..CheckOptions::default() }));
    }
    // The rounds take turns, so that what else runs on the machine slows all of them; the first one only reads the schemas.
    let rounds: Vec<Vec<(f64, usize)>> =
        (0..=rounds).map(|_| options.iter().map(|(_, options)| time(&chart, options)).collect()).collect();
    let (mut base, mut quick) = (None, true);
    for (number, (name, _)) in options.iter().enumerate() {
        let of = |round: &Vec<(f64, usize)>| round.get(number).copied().unwrap_or_default();
        let taken = least(rounds.iter().skip(1).map(|round| of(round).0));
        let rules = taken - *base.get_or_insert(taken);
        let findings = rounds.first().map_or(0, |round| of(round).1);
        println!("{name:<24} {taken:>10.1} {rules:>10.1} {findings:>10}");
        quick &= *name != "default" || rules <= GOAL;
    }
    quick
}

/// The milliseconds of a check in a new session, and how much it finds.
fn time(chart: &Chart, options: &CheckOptions) -> (f64, usize) {
    let session = Session::new();
    let started = Instant::now();
    let report = session.check(chart, "chart", options, &Host::default(), &|_| Err("no files".to_owned()));
    (started.elapsed().as_secs_f64() * 1e3, report.diagnostics.len())
}
