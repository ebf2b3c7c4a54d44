//! `cargo xtask lint-parity`: the rules of kube-linter, kube-score and polaris beside those of chartlens, row by row; with their programs the
//! tools themselves are asked too.

use crate::{option, switch};
use chartlens_tests::parity::{PEERS, Row, Tool, Verdict, page, rows};

/// Where the table of differences starts and ends in the documentation.
const BEGIN: &str = "<!-- lint-parity -->\n";
const END: &str = "<!-- /lint-parity -->\n";

/// Compares all rows; whether every difference has a reason, and every tool says what the fixtures say of it.
pub fn run(args: &[String]) -> bool {
    let tool = |peer: &'static str| Some(Tool { peer, program: option(args, &format!("--{peer}"))?.into() });
    let tools: Vec<Tool> = PEERS.into_iter().filter_map(tool).collect();
    let rows = rows();
    let (mut same, mut unexplained, mut wrong, mut asked) = (0, 0, 0, 0);
    for row in &rows {
        let differences = row.differences();
        same += usize::from(differences.is_empty());
        unexplained += usize::from(differences.is_empty() == row.differs.is_some());
        println!("{:>2} {:<8} {}", row.number, if differences.is_empty() { "same" } else { "differs" }, row.concept);
        for (peer, name, wanted, own) in differences {
            println!("     {peer} {name}: {}; chartlens: {}", words(wanted), words(own));
        }
        if let Some(reason) = &row.differs {
            println!("     {reason}");
        }
        for told in ask(row, &tools) {
            asked += 1;
            if let Some(says) = told {
                wrong += 1;
                println!("     {says}");
            }
        }
    }
    println!("{} rows: {same} same, {} differ, {unexplained} of them without a reason", rows.len(), rows.len() - same);
    if !tools.is_empty() {
        println!("{asked} names asked, {wrong} answered otherwise than the fixtures say");
    }
    (!switch(args, "--write") || write(&rows)) && unexplained == 0 && wrong == 0
}

/// What each tool answers for each of its names, where that is not what the fixture says of it.
fn ask(row: &Row, tools: &[Tool]) -> Vec<Option<String>> {
    let named = row.names.iter().filter_map(|(peer, name, wanted)| {
        let tool = tools.iter().find(|tool| tool.peer == *peer)?;
        Some(match tool.ask(row, name) {
            Ok(answer) if answer == *wanted => None,
            Ok(answer) => Some(format!("{peer} {name} itself: {}; the fixture: {}", words(answer), words(*wanted))),
            Err(error) => Some(format!("{peer}: {error}")),
        })
    });
    named.collect()
}

fn words(verdict: Verdict) -> &'static str {
    match (verdict.bad, verdict.good) {
        (true, false) => "finds the bad alone",
        (true, true) => "finds both",
        (false, true) => "finds the good alone",
        (false, false) => "finds nothing",
    }
}

/// Writes the table of differences into the documentation.
fn write(rows: &[Row]) -> bool {
    const DOCS: &str = "docs/lint.md";
    let Ok(text) = std::fs::read_to_string(DOCS) else { return false };
    let Some((before, rest)) = text.split_once(BEGIN) else { return false };
    let Some((_, after)) = rest.split_once(END) else { return false };
    std::fs::write(DOCS, format!("{before}{BEGIN}\n{}\n{END}{after}", page(rows))).is_ok()
}
