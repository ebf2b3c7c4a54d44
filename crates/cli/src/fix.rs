//! Applying fixes: the edits of findings, in the files they belong to.

use crate::environment::Environment;
use chartlens::diag::{Edit, Fix, edited};
use chartlens::report::Report;
use similar::TextDiff;
use std::collections::BTreeMap;
use std::ops::Range;

/// How often fixes are applied and looked for again: fixes that overlap wait for the next round, and a container may lack a
/// dozen fields.
pub const ROUNDS: usize = 30;

/// The texts of files with fixes applied.
#[derive(Debug, Default)]
pub struct Fixed {
    /// Name as the user would give it; text before, text now.
    files: BTreeMap<String, (String, String)>,
    /// How many fixes were applied.
    pub applied: usize,
}

impl Fixed {
    /// Applies the fixes of a report to the texts; whether there were any. `given` are the values files of flags.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or is no text.
    pub fn apply(
        &mut self,
        report: &Report,
        with_unsafe: bool,
        given: &[String],
        env: &Environment<'_>,
    ) -> Result<bool, String> {
        let mut edits: BTreeMap<String, Vec<(&Edit, Range<usize>)>> = BTreeMap::new();
        let mut applied = 0;
        for found in &report.diagnostics {
            let fits =
                |fix: &&Fix| (fix.safe || with_unsafe) && fix.edits.iter().all(|edit| !edit.place.file().contains('!'));
            let Some(fix) = found.fixes.iter().find(fits) else { continue };
            let path = |edit: &Edit| match (&found.chart, edit.place.file()) {
                (Some(chart), file) if !given.iter().any(|given| given == file) => {
                    format!("{}/{file}", chart.trim_end_matches('/'))
                }
                (_, file) => file.to_owned(),
            };
            let mut own = Vec::new();
            for edit in &fix.edits {
                let path = path(edit);
                let range = edit.place.bytes_in(self.read(&path, env)?.as_bytes());
                own.push((path, edit, range));
            }
            // A fix is applied as a whole, or in another round.
            let others = |path: &String| edits.get(path).map(Vec::as_slice).unwrap_or_default();
            let free = |(path, _, range): &(String, _, _)| others(path).iter().all(|(_, other)| !overlap(other, range));
            if !own.iter().all(free) {
                continue;
            }
            for (path, edit, range) in own {
                edits.entry(path).or_default().push((edit, range));
            }
            applied += 1;
        }
        for (name, edits) in edits {
            let Some((_, text)) = self.files.get_mut(&name) else { continue };
            let edits = edits.into_iter().map(|(edit, _)| edit);
            *text = String::from_utf8_lossy(&edited(text.as_bytes(), edits)).into_owned();
        }
        self.applied += applied;
        Ok(applied > 0)
    }

    /// The text of a file as it is now.
    fn read(&mut self, name: &str, env: &Environment<'_>) -> Result<&str, String> {
        if !self.files.contains_key(name) {
            let text = String::from_utf8(env.read(name)?).map_err(|_| format!("{name}: the file is no UTF-8"))?;
            self.files.insert(name.to_owned(), (text.clone(), text));
        }
        Ok(self.files.get(name).map_or("", |(_, now)| now))
    }

    /// Writes the files.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub fn write(&mut self, env: &Environment<'_>) -> Result<(), String> {
        for (name, (_, text)) in &self.files {
            std::fs::write(env.path(name), text).map_err(|error| format!("{name}: {error}"))?;
        }
        Ok(())
    }

    /// Writes the files as they were before.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub fn restore(&self, env: &Environment<'_>) -> Result<(), String> {
        for (name, (text, _)) in &self.files {
            std::fs::write(env.path(name), text).map_err(|error| format!("{name}: {error}"))?;
        }
        Ok(())
    }

    /// What changes, as a unified diff.
    pub fn diff(&self) -> String {
        let mut out = String::new();
        for (name, (old, new)) in &self.files {
            let diff = TextDiff::from_lines(old, new);
            out.push_str(&diff.unified_diff().context_radius(3).header(name, name).to_string());
        }
        out
    }
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end || a.start == b.start
}
