//! JUnit XML, as CI servers read it: a suite for each chart, a case for each finding.

use super::Report;
use crate::diag::{Diagnostic, Place, Severity};
use std::fmt::Write as _;

impl Report {
    /// The report as JUnit XML. Errors and warnings are failures; notes pass with their text as output.
    pub fn to_junit(&self) -> String {
        let mut suites: Vec<(&str, Vec<&Diagnostic>)> = Vec::new();
        for found in &self.diagnostics {
            let chart = found.chart.as_deref().unwrap_or("manifests");
            match suites.iter_mut().find(|(name, _)| *name == chart) {
                Some((_, all)) => all.push(found),
                None => suites.push((chart, vec![found])),
            }
        }
        if suites.is_empty() {
            suites.push(("chartlens", Vec::new()));
        }
        let count = |all: &[&Diagnostic]| all.iter().filter(|found| found.severity > Severity::Note).count();
        let (cases, failures) =
            suites.iter().fold((0, 0), |(cases, failures), (_, all)| (cases + all.len().max(1), failures + count(all)));
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let _ = writeln!(out, "<testsuites name=\"chartlens\" tests=\"{cases}\" failures=\"{failures}\" errors=\"0\">");
        for (name, all) in &suites {
            let (name, tests, failures) = (escape(name), all.len().max(1), count(all));
            let _ = writeln!(
                out,
                "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">"
            );
            if all.is_empty() {
                let _ = writeln!(out, "    <testcase name=\"no findings\" classname=\"{name}\"/>");
            }
            all.iter().for_each(|found| case(&mut out, &name, found, &self.line(found)));
            out.push_str("  </testsuite>\n");
        }
        out.push_str("</testsuites>\n");
        out
    }
}

fn case(out: &mut String, suite: &str, found: &Diagnostic, line: &str) {
    let shown = |place: &Place| format!("{}:{}", found.file().unwrap_or_default(), place.line());
    let place = found.place().map(shown).unwrap_or_default();
    let name = escape(&format!("{} {place}", found.code));
    let _ = write!(out, "    <testcase name=\"{name}\" classname=\"{suite}\">");
    let text = escape(line);
    let _ = match found.severity {
        Severity::Note => write!(out, "<system-out>{text}</system-out>"),
        weight => {
            write!(out, "<failure message=\"{}\" type=\"{}\">{text}</failure>", escape(&found.message), weight.name())
        }
    };
    out.push_str("</testcase>\n");
}

/// Text for XML: what XML cannot hold at all becomes a question mark.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push(' '),
            c if (c as u32) < 0x20 || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push('?'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape("a<b & \"c\"\u{1}\n"), "a&lt;b &amp; &quot;c&quot;?&#10;");
    }
}
