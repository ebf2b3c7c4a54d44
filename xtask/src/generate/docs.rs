//! `cargo xtask gen docs`: the pages that come from tables in the code.

use super::write_or_check;
use chartlens::validate::api::{CHECKS, Check};
use std::fmt::Write as _;
use std::path::Path;

/// Makes or checks the pages; whether it went well.
pub fn run(args: &[String]) -> bool {
    let _ = std::fs::create_dir_all("docs");
    write_or_check(Path::new("docs/api-checks.md"), checks().as_bytes(), args)
}

/// The page of checks.
fn checks() -> String {
    let mut page = String::from(
        "# What an API server refuses beyond its schemas\n\n\
         chartlens knows these rules of the Kubernetes API server, and looks for them offline. Each names the functions of\n\
         the server that it follows, with an object that passes and one that does not. A check never repeats what a finding\n\
         of the schema said at the same place, and whatever a real server takes, it takes.\n\n\
         This page is made by `cargo xtask gen docs`; a test runs the examples.\n\n",
    );
    for check in CHECKS {
        let _ = writeln!(page, "- [{0}](#{1})", check.code, anchor(check));
    }
    for check in CHECKS {
        section(&mut page, check);
    }
    page
}

fn anchor(check: &Check) -> String {
    check.code.replace('/', "")
}

fn section(page: &mut String, check: &Check) {
    let doc: Vec<&str> = check.doc.lines().map(str::trim).collect();
    let _ = write!(page, "\n## {}\n\n{}\n\nFollows {}.\n", check.code, doc.join("\n").trim(), check.mirrors);
    let _ = write!(page, "\nAccepted:\n\n```yaml\n{}```\n", check.accepted);
    if !check.rejected.is_empty() {
        let _ = write!(page, "\nRefused:\n\n```yaml\n{}```\n", check.rejected);
    }
}
