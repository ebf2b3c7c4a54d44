//! What editors ask: every file in `fixtures/ide` is a case.

use chartlens::ide::Workspace;
use chartlens_tests::ide::run;
use chartlens_tests::ide::typing::{Typist, charts};
use std::path::Path;
use std::time::{Duration, Instant};

#[test]
fn cases_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/ide");
    let entries = std::fs::read_dir(folder).expect("the cases");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    assert!(paths.len() >= 20, "only {} cases", paths.len());
    let wrong: Vec<String> = paths.iter().filter_map(|path| run(path).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// So many random edits, unless `EDITS` says otherwise.
const EDITS: usize = 200;

/// No answer may take longer, where programs are built to be fast.
const LONGEST: Duration = Duration::from_millis(500);

#[test]
fn random_edits_end_where_a_fresh_start_does() {
    let edits = std::env::var("EDITS").ok().and_then(|text| text.parse().ok()).unwrap_or(EDITS);
    let charts = charts(edits > EDITS);
    let mut slowest = (Duration::ZERO, String::new());
    for (seed, (name, files)) in charts.iter().enumerate() {
        let mut workspace = Workspace::default();
        workspace.set_chart("c", files.clone(), Default::default());
        let mut typist = Typist::new(seed as u64 + 1, files);
        for _ in 0..edits / charts.len() {
            let (file, text) = typist.edit();
            let start = Instant::now();
            workspace.edit(&format!("c/{file}"), text.into_bytes());
            typist.ask(&workspace, &file);
            if start.elapsed() > slowest.0 {
                slowest = (start.elapsed(), format!("{name}, {file}"));
            }
        }
        let shown = |workspace: &Workspace| {
            let chart = workspace.charts().next().expect("the chart");
            format!("{:#?}", chart.diagnostics())
        };
        let mut fresh = Workspace::default();
        fresh.set_chart("c", typist.files(), Default::default());
        assert_eq!(shown(&workspace), shown(&fresh), "{name}, seed {}", seed + 1);
    }
    println!("slowest: {:?} in {}", slowest.0, slowest.1);
    assert!(cfg!(debug_assertions) || slowest.0 < LONGEST, "{:?} in {}", slowest.0, slowest.1);
}
