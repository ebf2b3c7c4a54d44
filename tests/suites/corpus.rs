//! Real charts, where a corpus of them lies beside the repository (`cargo xtask corpus` takes all of it).

use chartlens_tests::corpus::Corpus;
use std::path::Path;

/// How many cases this takes, for time.
const CASES: usize = 30;

/// The corpus, or a note that it is absent.
fn corpus() -> Option<Corpus> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let corpus = Corpus::open(&dir);
    if corpus.is_none() {
        println!("the corpus is absent: {} has no manifest.json; nothing is checked here", dir.display());
    }
    corpus
}

#[test]
fn real_charts_render_as_recorded() {
    let Some(corpus) = corpus() else { return };
    assert!(corpus.cases.len() >= CASES);
    let failed: Vec<String> = corpus
        .cases
        .iter()
        .take(CASES)
        .filter_map(|case| Some(format!("{}: {}", case["id"], corpus.check(case).err()?)))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn recording_causes_changes_no_byte() {
    let Some(corpus) = corpus() else { return };
    let failed: Vec<String> = corpus
        .cases
        .iter()
        .take(CASES / 2)
        .filter_map(|case| Some(format!("{}: {}", case["id"], corpus.check_traced(case).err()?)))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
