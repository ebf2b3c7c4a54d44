//! Where the tables stand in a README: between markers, or below their heading.

use std::ops::Range;

/// The line before the tables.
pub const BEGIN: &str = "<!-- chartlens docs: begin -->";
/// The line behind them.
pub const END: &str = "<!-- chartlens docs: end -->";

/// The README with new tables: between the markers, else below the first of the headings that it has, else at its end. `tables` makes them for
/// headings of a level, from the number of `#`.
///
/// # Errors
///
/// A marker without the other one, or a heading that is there twice.
pub fn insert(readme: &str, headings: &[&str], tables: &dyn Fn(usize) -> String) -> Result<String, String> {
    let lines: Vec<&str> = readme.split('\n').collect();
    let at = |marker: &str| lines.iter().position(|line| line.trim() == marker);
    let (range, level) = match (at(BEGIN), at(END)) {
        (Some(begin), Some(end)) if begin < end => (begin + 1..end, level_above(&lines, begin) + 1),
        (None, None) => match headings.iter().find_map(|heading| below_heading(&lines, heading).transpose()) {
            Some(found) => found.map(|(range, level)| (range, level + 1))?,
            None => {
                let heading = headings.first().copied().unwrap_or_default();
                let before = readme.trim_end();
                let gap = if before.is_empty() { "" } else { "\n\n" };
                return Ok(format!("{before}{gap}## {heading}\n\n{}", tables(3)));
            }
        },
        (Some(line), _) => return Err(format!("line {}: `{BEGIN}` without `{END}` below it", line + 1)),
        (None, Some(line)) => return Err(format!("line {}: `{END}` without `{BEGIN}` above it", line + 1)),
    };
    let rest = lines.get(range.end..).unwrap_or_default();
    let mut out = lines.get(..range.start).unwrap_or_default().join("\n");
    out.push_str(&format!("\n\n{}", tables(level)));
    if rest.iter().any(|line| !line.trim().is_empty()) {
        out.push_str(&format!("\n{}", rest.join("\n").trim_start_matches('\n')));
    }
    Ok(out)
}

/// How many `#` the line has in front of a title.
fn level(line: &str) -> Option<usize> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    (level > 0 && line.get(level..).is_some_and(|rest| rest.starts_with(' '))).then_some(level)
}

/// The level of the heading that a line stands below; that of a chapter where there is none.
fn level_above(lines: &[&str], line: usize) -> usize {
    lines.get(..line).and_then(|lines| lines.iter().rev().find_map(|line| level(line))).unwrap_or(2)
}

/// The lines from a heading to the last table below it, before the next heading that is not deeper; and its level.
fn below_heading(lines: &[&str], heading: &str) -> Result<Option<(Range<usize>, usize)>, String> {
    let is = |line: &&str| {
        let title = level(line).filter(|level| *level > 1).and_then(|level| line.get(level..));
        title.is_some_and(|title| title.trim() == heading)
    };
    let mut found = (0..lines.len()).filter(|at| lines.get(*at).is_some_and(is));
    let Some(at) = found.next() else { return Ok(None) };
    if let Some(second) = found.next() {
        return Err(format!(
            "lines {} and {}: the heading {heading:?} is there twice; put `{BEGIN}` and `{END}` where the tables belong",
            at + 1,
            second + 1
        ));
    }
    let own = lines.get(at).and_then(|line| level(line)).unwrap_or(2);
    let rest = lines.get(at + 1..).unwrap_or_default();
    let fence = |line: &str| line.trim_start().starts_with("```");
    let mut fenced = false;
    let mut last = 0;
    for (number, line) in rest.iter().enumerate() {
        fenced ^= fence(line);
        match level(line) {
            _ if fenced => {}
            Some(level) if level <= own => break,
            Some(_) => last = number + 1,
            None if line.trim_start().starts_with('|') => last = number + 1,
            None => {}
        }
    }
    Ok(Some((at + 1..at + 1 + last, own)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inserted(readme: &str) -> String {
        insert(readme, &["Parameters", "Values"], &|level| format!("{} S\n\n| T |\n", "#".repeat(level))).unwrap()
    }

    #[test]
    fn what_stands_around_stays() {
        let readme =
            "# web\n\n## Parameters\n\n### Old\n\n| a |\n|---|\n| b |\n\nSet them with `--set`.\n\n## License\n";
        let wanted = "# web\n\n## Parameters\n\n### S\n\n| T |\n\nSet them with `--set`.\n\n## License\n";
        assert_eq!(inserted(readme), wanted);
        assert_eq!(inserted(wanted), wanted);
        assert_eq!(inserted("# web\n"), "# web\n\n## Parameters\n\n### S\n\n| T |\n");
        assert_eq!(inserted("## Values\n\n| a |\n"), "## Values\n\n### S\n\n| T |\n");
        assert_eq!(inserted(""), "## Parameters\n\n### S\n\n| T |\n");
        let marked = format!("# web\n\n## Parameters\n\n{BEGIN}\nold\n{END}\nmore\n");
        assert_eq!(inserted(&marked), format!("# web\n\n## Parameters\n\n{BEGIN}\n\n### S\n\n| T |\n\n{END}\nmore\n"));
    }

    #[test]
    fn half_a_pair_of_markers_is_an_error() {
        assert!(insert(BEGIN, &["Parameters"], &|_| String::new()).unwrap_err().starts_with("line 1: "));
        assert!(insert("## Parameters\n## Parameters\n", &["Parameters"], &|_| String::new()).is_err());
    }
}
