//! What editors ask: every file in `fixtures/ide` is a case.

use chartlens_tests::cases::all;
use chartlens_tests::ide::run;
use chartlens_tests::ide::typing::{charts, session};

#[test]
fn cases_hold() {
    let paths = all("ide");
    assert!(paths.len() >= 20, "only {} cases", paths.len());
    let wrong: Vec<String> = paths.iter().filter_map(|path| run(path).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// So many random edits of each chart; `cargo xtask edits` makes more, in real charts too, and holds the times.
const EDITS: usize = 100;

#[test]
fn random_edits_end_where_a_fresh_start_does() {
    for (seed, (name, files)) in charts(None).iter().enumerate() {
        let (after, fresh) = session(name, files, seed as u64 + 1, EDITS).ends;
        assert_eq!(after, fresh, "{name}, seed {}", seed + 1);
    }
}
