//! What editors ask: every file in `fixtures/ide` is a case.

use chartlens_tests::ide::run;
use std::path::Path;

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
