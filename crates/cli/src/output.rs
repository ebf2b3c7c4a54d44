//! Where reports go: one form to standard output, others to files.

use crate::environment::{Environment, go_error};
use crate::flags::Parsed;
use chartlens::report::{FORMATS, Format, PrettyOptions, Report};

/// Where a report goes.
pub struct Output {
    format: &'static Format,
    files: Vec<(&'static Format, String)>,
    pretty: PrettyOptions,
}

impl Output {
    /// Reads the flags.
    pub fn read(parsed: &Parsed, env: &Environment<'_>) -> Result<Output, String> {
        let chosen = format(parsed.text("format").unwrap_or("pretty"))?;
        let mut files = Vec::new();
        for output in parsed.all("output") {
            let (name, file) = output.split_once('=').ok_or_else(|| {
                format!("invalid --output {output:?}: expected FORMAT=FILE, such as json=report.json")
            })?;
            files.push((format(name)?, file.to_owned()));
        }
        let color = match parsed.text("color") {
            Some("always") => true,
            Some("never") => false,
            None | Some("auto") => wants_color(env),
            Some(other) => return Err(format!("invalid --color {other:?}: expected always, never or auto")),
        };
        let pretty = PrettyOptions {
            color,
            width: env.terminal.unwrap_or(100),
            verbose: parsed.on("verbose"),
            show_secrets: parsed.on("show-secrets"),
            quiet: parsed.on("quiet"),
        };
        Ok(Output { format: chosen, files, pretty })
    }

    /// Writes the report everywhere it is wanted.
    pub fn write(&self, report: &Report, env: &mut Environment<'_>) -> Result<(), String> {
        for (format, file) in &self.files {
            let pretty = PrettyOptions { color: false, ..self.pretty.clone() };
            std::fs::write(env.path(file), (format.write)(report, &pretty))
                .map_err(|e| format!("write {file}: {}", go_error(&e)))?;
        }
        let text = (self.format.write)(report, &self.pretty);
        match env.stdout.write_all(text.as_bytes()).and_then(|()| env.stdout.flush()) {
            // Whoever closed the pipe has seen enough.
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(format!("write standard output: {}", go_error(&error)))
            }
            _ => Ok(()),
        }
    }
}

/// Whether colours are wanted: as NO_COLOR and FORCE_COLOR say, else on a terminal that has any.
fn wants_color(env: &Environment<'_>) -> bool {
    let set = |name: &str| (env.variable)(name).filter(|value| !value.is_empty());
    match (set("NO_COLOR"), set("FORCE_COLOR")) {
        (Some(_), _) => false,
        (None, Some(force)) => force != "0",
        (None, None) => env.terminal.is_some() && set("TERM").as_deref() != Some("dumb"),
    }
}

fn format(name: &str) -> Result<&'static Format, String> {
    let names = || FORMATS.iter().map(|format| format.name).collect::<Vec<_>>().join(", ");
    let found = FORMATS.iter().find(|format| format.name == name);
    found.ok_or_else(|| format!("unknown format {name:?}: expected one of {}", names()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colored(terminal: Option<usize>, variables: &[(&str, &str)]) -> bool {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        wants_color(&Environment {
            folder: std::path::PathBuf::new(),
            variable: &variable,
            stdin: &mut std::io::empty(),
            stdout: &mut std::io::sink(),
            stderr: &mut std::io::sink(),
            terminal,
        })
    }

    #[test]
    fn colours_follow_the_terminal_and_the_variables() {
        assert!(colored(Some(80), &[]) && !colored(None, &[]));
        assert!(!colored(Some(80), &[("TERM", "dumb")]) && colored(Some(80), &[("TERM", "xterm"), ("NO_COLOR", "")]));
        assert!(
            colored(None, &[("FORCE_COLOR", "1"), ("TERM", "dumb")]) && !colored(Some(80), &[("FORCE_COLOR", "0")])
        );
        assert!(!colored(Some(80), &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")]));
    }
}
