//! `cargo xtask bench sdk`: charts loaded and rendered in one process, beside Helm's engine in another.

use super::{least, median};
use crate::differential::Case;
use crate::differential::oracle::{Oracle, Timing};
use crate::option;
use chartlens::chart::{ArchiveLimits, Chart, File, load_files};
use chartlens::host::{HelmVersion, Host};
use chartlens::render::{OutputOptions, RenderOptions, render, template_output};
use chartlens::values::ValuesSource;
use chartlens_cli::ChartSource;
use chartlens_tests::command::with_environment;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Values that no chart of the corpus asks for: the second render has other values than the first.
const OTHER: &str = "chartlensBench: {other: true}\n";

/// One chart.
struct Row {
    chart: String,
    ours: Timing,
    /// A render of the loaded chart with other values, after one without.
    second: f64,
    theirs: Timing,
    their_second: f64,
    keys: bool,
}

impl Row {
    fn ratio(&self) -> f64 {
        (self.theirs.load + self.theirs.render) / (self.ours.load + self.ours.render)
    }

    fn second_ratio(&self) -> f64 {
        self.their_second / self.second
    }
}

/// Runs the benchmark; whether it could run.
pub fn run(args: &[String]) -> bool {
    let dir = PathBuf::from(option(args, "--dir").unwrap_or("../shared/corpus"));
    let filter = option(args, "--filter").unwrap_or("");
    let rounds: usize = option(args, "--rounds").and_then(|r| r.parse().ok()).unwrap_or(9);
    let mut oracle = option(args, "--oracle").and_then(|program| Oracle::start_to_time(Path::new(program)).ok());
    let Ok(dir) = dir.canonicalize() else {
        eprintln!("no corpus at {}", dir.display());
        return false;
    };
    let rows: Vec<Row> = charts(&dir)
        .into_iter()
        .filter(|(chart, _)| chart.contains(filter))
        .filter_map(|(chart, keys)| measure(&dir.join("charts").join(&chart), chart, keys, oracle.as_mut(), rounds))
        .collect();
    report(&rows);
    !rows.is_empty()
}

/// The charts that render without values, and whether they make keys.
fn charts(dir: &Path) -> BTreeMap<String, bool> {
    let manifest = std::fs::read_to_string(dir.join("manifest.json")).unwrap_or_default();
    let cases: Vec<Value> = serde_json::from_str(&manifest).unwrap_or_default();
    let plain = cases.iter().filter(|case| case["helm4"]["exit"] == 0 && case["helm4"]["bytes"].as_u64() > Some(1));
    let named = plain.filter_map(|case| {
        let keys = case["nondeterministic"] == true && case["uses_clock"] == true;
        Some((case["chart"].as_str()?.to_owned(), keys))
    });
    let mut charts = BTreeMap::new();
    for (chart, keys) in named {
        *charts.entry(chart).or_default() |= keys;
    }
    charts
}

fn measure(path: &Path, chart: String, keys: bool, oracle: Option<&mut Oracle>, rounds: usize) -> Option<Row> {
    let source = read(path)?;
    let files = texts(&source);
    let ask = |values: &str| Case {
        files: files.clone().unwrap_or_default(),
        chart: files.is_none().then(|| path.to_string_lossy().into_owned()),
        values: values.to_owned(),
    };
    let (theirs, their_second) = match oracle {
        None => (Timing { load: f64::NAN, render: f64::NAN }, f64::NAN),
        Some(oracle) => {
            let theirs = oracle.time(&ask(""), rounds)?;
            (theirs, oracle.time(&ask(OTHER), rounds).map_or(theirs.render, |timing| timing.render))
        }
    };
    let (mut load, mut first, mut second) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let (loaded, took) = loaded(path, &source, files.is_some())?;
        load.push(took);
        let options = RenderOptions { name: "r".to_owned(), ..RenderOptions::default() };
        first.push(rendered(&loaded, &options)?);
        let other = ValuesSource::File { name: "other.yaml".into(), text: OTHER.as_bytes().into() };
        let other = RenderOptions { values: vec![other], ..options.clone() };
        second.push(rendered(&loaded, &other).or_else(|| rendered(&loaded, &options))?);
    }
    let ours = Timing { load: least(load), render: least(first) };
    Some(Row { chart, ours, second: least(second), theirs, their_second, keys })
}

fn read(path: &Path) -> Option<ChartSource> {
    with_environment(Path::new("/"), &mut Vec::new(), &mut Vec::new(), |env| {
        chartlens_cli::read_chart(env, path.to_str()?, HelmVersion::V4, &mut Vec::new()).ok()
    })
}

/// The files of a chart, where all of them are text: what both engines then load from memory. Others they read themselves.
fn texts(source: &ChartSource) -> Option<BTreeMap<String, String>> {
    let ChartSource::Folder(files) = source else { return None };
    let text = |file: &File| Some((file.name.clone(), String::from_utf8(file.data.to_vec()).ok()?));
    files.iter().map(text).collect()
}

/// The chart, and the seconds that loading took.
fn loaded(path: &Path, source: &ChartSource, in_memory: bool) -> Option<(Chart, f64)> {
    let source = in_memory.then(|| source.clone());
    let started = Instant::now();
    let chart = match source {
        Some(ChartSource::Folder(files)) => load_files(files, &ArchiveLimits::default(), HelmVersion::V4),
        _ => read(path)?.load(HelmVersion::V4),
    };
    Some((chart.ok()?, started.elapsed().as_secs_f64()))
}

/// Seconds from a loaded chart to the text of its manifests.
fn rendered(chart: &Chart, options: &RenderOptions) -> Option<f64> {
    let host = Host::default();
    let started = Instant::now();
    let done = render(chart, options, &host, &|_| Err("no files".to_owned())).ok()?;
    let text = template_output(&done, &OutputOptions::default(), options.helm).ok()?;
    let elapsed = started.elapsed().as_secs_f64();
    drop(text);
    Some(elapsed)
}

fn report(rows: &[Row]) {
    println!("milliseconds in one process, quickest rounds; second: the loaded chart again with other values");
    println!(
        "{:<62} {:>7} {:>7} {:>7} {:>8} {:>8} {:>6} {:>6}",
        "chart", "load", "render", "second", "Go load", "render", "ratio", "second"
    );
    for row in rows {
        println!(
            "{:<62} {:>7.2} {:>7.2} {:>7.2} {:>8.2} {:>8.2} {:>6.1} {:>6.1}{}",
            row.chart,
            row.ours.load * 1e3,
            row.ours.render * 1e3,
            row.second * 1e3,
            row.theirs.load * 1e3,
            row.theirs.render * 1e3,
            row.ratio(),
            row.second_ratio(),
            if row.keys { "  (keys)" } else { "" }
        );
    }
    for (what, keys) in [("charts", false), ("charts that make keys", true)] {
        let group: Vec<&Row> = rows.iter().filter(|row| row.keys == keys).collect();
        let ratios = |pick: fn(&Row) -> f64| group.iter().map(|row| pick(row)).collect::<Vec<_>>();
        let (all, second) = (ratios(Row::ratio), ratios(Row::second_ratio));
        println!(
            "{} {what}: load and render median {:.1}, worst {:.1}; second render median {:.1}, worst {:.1} times as fast as Go",
            group.len(),
            median(&mut all.clone()),
            least(all),
            median(&mut second.clone()),
            least(second)
        );
    }
}
