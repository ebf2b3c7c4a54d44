//! `cargo xtask bench warm [--row NAME] [--rounds N]`: from an edit to a complete new report, in a session that knows the chart.

use super::median;
use crate::option;
use chartlens::chart::{ArchiveLimits, File, load_all};
use chartlens::host::{HelmVersion, Host};
use chartlens::render::RenderOptions;
use chartlens::session::{CheckOptions, Session};
use chartlens_cli::{ChartSource, Environment};
use chartlens_tests::command::with_environment;
use std::path::Path;
use std::time::Instant;

/// The sessions for a chart, and the edits in each.
const ROUNDS: usize = 3;
const EDITS: usize = 5;

/// The charts, each with the milliseconds that an edit may take.
const CHARTS: &[(&str, f64)] = &[
    ("argo--argo-cd", 30.0),
    ("prometheus-community--kube-prometheus-stack", 30.0),
    ("external-dns--external-dns", 3.0),
];

/// Prints the times of a first check, and of those after an edit of a template and of the values.
pub fn run(args: &[String]) -> bool {
    let data = Path::new(option(args, "--dir").unwrap_or("../shared/corpus"));
    println!(
        "{:<52} {:>8} {:>10} {:>8} {:>8} {:>12} {:>8}",
        "milliseconds", "first", "template", "comment", "value", "other values", "kept MiB"
    );
    let mut fast = true;
    let only = option(args, "--row");
    let rounds = option(args, "--rounds").and_then(|n| n.parse().ok()).unwrap_or(ROUNDS);
    for (name, goal) in CHARTS.iter().filter(|(name, _)| only.is_none_or(|only| name.contains(only))) {
        let Some(files) = files(&data.join("charts").join(name)) else {
            println!("{name:<52} is not there: skipped");
            continue;
        };
        let (mut first, mut template, mut comment) = (Vec::new(), Vec::new(), Vec::new());
        let (mut value, mut other) = (Vec::new(), Vec::new());
        let mut kept = 0;
        for _ in 0..rounds {
            let session = Session::new();
            first.push(time(&session, files.clone(), CheckOptions::default()));
            // Edits pile up, each kind a few times in a row, as somebody types.
            let mut now = files.clone();
            let check = |files: &[File], options| time(&session, files.to_vec(), options);
            for round in 0..EDITS {
                edit(&mut now, is_template, |text| format!("{text}#{round}\n"));
                template.push(check(&now, CheckOptions::default()));
            }
            for round in 0..EDITS {
                edit(&mut now, is_values, |text| format!("{text}#{round}\n"));
                comment.push(check(&now, CheckOptions::default()));
            }
            for round in 0..EDITS {
                edit(&mut now, is_values, |text| with_number(text, round));
                value.push(check(&now, CheckOptions::default()));
            }
            for round in 0..EDITS {
                let release = RenderOptions { name: format!("release-{round}"), ..RenderOptions::default() };
                other.push(check(&now, CheckOptions { render: release, ..CheckOptions::default() }));
            }
            kept = session.bytes();
        }
        let [first, template, comment, value, other] =
            [first, template, comment, value, other].map(|mut times| median(&mut times));
        println!(
            "{name:<52} {first:>8.1} {template:>10.1} {comment:>8.1} {value:>8.1} {other:>12.1} {:>8.1}",
            kept as f64 / f64::from(1 << 20)
        );
        fast &= [template, comment, value].iter().all(|time| time <= goal);
    }
    fast
}

/// The files of a chart in a folder.
pub(super) fn files(folder: &Path) -> Option<Vec<File>> {
    let read = |env: &mut Environment<'_>| {
        chartlens_cli::read_chart(env, folder.to_str()?, HelmVersion::V4, &mut Vec::new()).ok()
    };
    match with_environment(Path::new("."), &mut Vec::new(), &mut Vec::new(), read)? {
        ChartSource::Folder(files) => Some(files),
        ChartSource::Archive { .. } => None,
    }
}

fn is_template(name: &str) -> bool {
    name.starts_with("templates/") && name.ends_with(".yaml")
}

fn is_values(name: &str) -> bool {
    name == "values.yaml"
}

/// Edits the first file that fits.
fn edit(files: &mut [File], fits: impl Fn(&str) -> bool, edited: impl Fn(&str) -> String) {
    if let Some(file) = files.iter_mut().find(|file| fits(&file.name)) {
        let text = edited(&String::from_utf8_lossy(&file.data));
        *file = File::new(file.name.clone(), text.as_str());
    }
}

/// The text with another number in the first line that gives a key one.
fn with_number(text: &str, number: usize) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let gives = |line: &&mut String| {
        line.split_once(": ").is_some_and(|(key, value)| !key.contains('#') && value.trim_end().parse::<u32>().is_ok())
    };
    if let Some(line) = lines.iter_mut().find(gives) {
        let key = line.split_once(": ").map_or("", |(key, _)| key);
        *line = format!("{key}: {}\n", number + 1);
    }
    lines.concat()
}

/// Milliseconds from files to a report.
fn time(session: &Session, files: Vec<File>, options: CheckOptions) -> f64 {
    let started = Instant::now();
    let chart = load_all(files, &ArchiveLimits::default(), HelmVersion::V4);
    let report = session.check(&chart, "chart", &options, &Host::default(), &|_| Err("no files".to_owned()));
    let elapsed = started.elapsed().as_secs_f64() * 1e3;
    assert!(report.summary.documents > 0, "the chart renders nothing");
    elapsed
}
