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
const ROUNDS: usize = 7;
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
    // Who asks for the other version of Helm asks for one render more.
    let all =
        Choice { extend_select: vec!["ALL".to_owned()], ignore: vec!["helm-branch".to_owned()], ..Choice::default() };
    let rows = [
        ("none", choice("none")),
        ("default", choice("default")),
        ("security", choice("security")),
        ("all, but helm-branch", all),
    ];
    let (mut base, mut quick) = (0.0, true);
    for (name, choice) in rows {
        let Ok(selection) = codes::select(&choice) else { return false };
        let options = CheckOptions { selection: Arc::new(selection), ..CheckOptions::default() };
        let (taken, findings) = time(&chart, &options);
        if name == "none" {
            base = taken;
        }
        println!("{name:<24} {taken:>10.1} {:>10.1} {findings:>10}", taken - base);
        quick &= name != "default" || taken - base <= GOAL;
    }
    quick
}

/// The milliseconds of a check in a new session, and how much it finds.
fn time(chart: &Chart, options: &CheckOptions) -> (f64, usize) {
    let mut findings = 0;
    let rounds = (0..ROUNDS).map(|_| {
        let session = Session::new();
        let started = Instant::now();
        let report = session.check(chart, "chart", options, &Host::default(), &|_| Err("no files".to_owned()));
        findings = report.diagnostics.len();
        started.elapsed().as_secs_f64() * 1e3
    });
    (least(rounds), findings)
}
