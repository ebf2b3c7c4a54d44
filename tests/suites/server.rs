//! What a real API server said of objects and of updates, recorded in `tests/server`, and what chartlens says.

use chartlens_tests::server::{Answers, Figures, Outcome};
use chartlens_tests::updates;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("server")
}

/// Both agree in nearly all cases, and chartlens says it where the server does.
fn agrees(outcomes: &[Outcome], at_least: usize) {
    let figures = Figures::of(outcomes);
    let apart: Vec<String> = outcomes
        .iter()
        .filter(|outcome| outcome.missed() || outcome.false_alarm())
        .map(|outcome| {
            format!("{} {}: server {:?}, chartlens {:?}", outcome.id, outcome.note, outcome.server, outcome.ours)
        })
        .collect();
    assert!(figures.rows >= at_least, "{figures:?}");
    assert!(figures.agreement() >= 99.0, "{figures:?}\n{}", apart.join("\n"));
    assert!(figures.exactness() >= 97.0, "{figures:?}");
    let (right, wrong) = figures.words;
    assert!(right > 12 * wrong, "what the facts say of the server's words: {:?}", figures.words);
}

#[test]
fn updates_are_refused_as_by_a_server() {
    for version in ["1.34", "1.37"] {
        agrees(&updates::replay(&folder(), version).expect("recorded updates"), 400);
    }
}

#[test]
fn random_objects_are_refused_as_by_a_server() {
    for version in ["1.34", "1.37"] {
        let file = folder().join(format!("shapes-{version}.jsonl.gz"));
        let answers = Answers::open(&file, Path::new("")).expect("recorded objects");
        agrees(&answers.replay(&|_, _| true), 1000);
    }
}
