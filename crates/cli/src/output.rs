//! Where reports go: one form to standard output, others to files.

use crate::environment::{Environment, go_error};
use crate::flags::Parsed;
use chartlens::report::{PrettyOptions, Report};

/// A form of reports: its name on the command line and how it is written.
#[derive(Clone, Copy)]
pub struct Format {
    name: &'static str,
    write: fn(&Report, &PrettyOptions) -> String,
}

const FORMATS: &[Format] = &[
    Format { name: "pretty", write: |report, options| report.to_pretty(options) },
    Format { name: "concise", write: |report, _| report.to_concise() },
    Format { name: "json", write: |report, _| report.to_json() },
    Format { name: "jsonl", write: |report, _| report.to_json_lines() },
    Format { name: "sarif", write: |report, _| report.to_sarif() },
    Format { name: "junit", write: |report, _| report.to_junit() },
    Format { name: "tap", write: |report, _| report.to_tap() },
    Format { name: "github", write: |report, _| report.to_github() },
    Format { name: "gitlab", write: |report, _| report.to_gitlab() },
];

impl Format {
    fn read(name: &str) -> Result<Format, String> {
        let names = || FORMATS.iter().map(|format| format.name).collect::<Vec<_>>().join(", ");
        FORMATS
            .iter()
            .copied()
            .find(|format| format.name == name)
            .ok_or_else(|| format!("unknown format {name:?}: expected one of {}", names()))
    }
}

/// Where a report goes.
pub struct Output {
    format: Format,
    files: Vec<(Format, String)>,
    pretty: PrettyOptions,
}

impl Output {
    /// Reads the flags.
    pub fn read(parsed: &Parsed, env: &Environment<'_>) -> Result<Output, String> {
        let format = Format::read(parsed.text("format").unwrap_or("pretty"))?;
        let mut files = Vec::new();
        for output in parsed.all("output") {
            let (name, file) = output.split_once('=').ok_or_else(|| {
                format!("invalid --output {output:?}: expected FORMAT=FILE, such as json=report.json")
            })?;
            files.push((Format::read(name)?, file.to_owned()));
        }
        let color = match parsed.text("color") {
            Some("always") => true,
            Some("never") => false,
            None | Some("auto") => env.terminal.is_some() && (env.variable)("NO_COLOR").is_none_or(|v| v.is_empty()),
            Some(other) => return Err(format!("invalid --color {other:?}: expected always, never or auto")),
        };
        let pretty = PrettyOptions {
            color,
            width: env.terminal.unwrap_or(100),
            verbose: parsed.on("verbose"),
            show_secrets: parsed.on("show-secrets"),
        };
        Ok(Output { format, files, pretty })
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
