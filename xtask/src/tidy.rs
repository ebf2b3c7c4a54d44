//! `cargo xtask tidy`: rules of the source tree.

use chartlens_tests::tidy::problems;
use std::path::Path;

/// Prints what is wrong; whether nothing is.
pub fn run() -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let found = problems(root);
    for problem in &found {
        println!("{problem}");
    }
    println!("{}", if found.is_empty() { "tidy".to_owned() } else { format!("{} problems", found.len()) });
    found.is_empty()
}
