//! Workflow commands of GitHub Actions: annotations in the files of a pull request.

use super::Report;
use crate::diag::Severity;
use crate::text::LineColumn;
use std::fmt::Write as _;

impl Report {
    /// A workflow command for each finding.
    pub fn to_github(&self) -> String {
        let mut out = String::new();
        for found in &self.diagnostics {
            let command = match found.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "notice",
            };
            let place = found.path().map(|(path, LineColumn { line, column })| {
                format!("file={},line={line},col={column},", property(path.trim_start_matches("./")))
            });
            let help = found.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
            let _ = writeln!(
                out,
                "::{command} {}title={}::{}",
                place.unwrap_or_default(),
                property(&found.code),
                data(&format!("{}{}{help}", found.message, self.origin(found)))
            );
        }
        out
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_escaped() {
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }
}
