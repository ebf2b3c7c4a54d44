//! `cargo xtask gen docs`: the pages that come from tables in the code.

use super::write_or_check;
use chartlens::codes::{self, Code};
use std::fmt::Write as _;
use std::path::Path;

/// Makes or checks the pages; whether it went well.
pub fn run(args: &[String]) -> bool {
    let _ = std::fs::create_dir_all("docs");
    write_or_check(Path::new("docs/codes.md"), page(&codes::all()).as_bytes(), args)
}

/// The page of all codes.
fn page(codes: &[Code]) -> String {
    let mut page = String::from(
        "# Codes of findings\n\n\
         Every finding has a code. `chartlens explain CODE` prints what stands here, `chartlens rules` the list.\n\n\
         Those under `api/` are rules of the Kubernetes API server beyond its schemas, looked for offline. Each names the\n\
         functions of the server that it follows, with an object that has the finding and one that has not. A check never\n\
         repeats what a finding of the schema said at the same place, and whatever a real server takes, it takes.\n\n\
         This page is made by `cargo xtask gen docs`; a test runs the examples.\n",
    );
    let mut category = "";
    for code in codes {
        if code.category() != category {
            category = code.category();
            let _ = writeln!(page, "\n**{category}**\n");
        }
        let _ = writeln!(page, "- [{0}](#{1}) {2}", code.code, code.code.replace('/', ""), code.summary);
    }
    for code in codes {
        let _ = write!(page, "\n{}", code.page());
    }
    page
}
