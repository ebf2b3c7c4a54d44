//! Every row of the peers' catalogue has objects, and where chartlens says otherwise than a peer there is a reason in the documentation.

use chartlens_tests::parity::{page, rows};
use std::path::Path;

#[test]
fn every_row_says_what_the_peers_say_or_why_not() {
    let rows = rows();
    let numbers: Vec<u64> = rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, (1..=87).collect::<Vec<_>>());
    let mut wrong = Vec::new();
    for row in &rows {
        let differences = row.differences();
        if differences.is_empty() == row.differs.is_some() {
            wrong.push(format!("{} {}: {differences:?}, and the reason is {:?}", row.number, row.concept, row.differs));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/lint.md");
    let docs = std::fs::read_to_string(docs).expect("docs/lint.md");
    assert!(docs.contains(&page(&rows)), "docs/lint.md has another table: `cargo xtask lint-parity --write`");
}
