//! Where reports go: one form to standard output, others to files.

use crate::environment::{Environment, go_error};
use crate::flags::Parsed;
use chartlens::report::{PrettyOptions, Report};

/// A form of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Excerpts for people.
    Pretty,
    /// A line for each finding.
    Concise,
    /// The report's own shape.
    Json,
    /// A JSON object for each finding.
    JsonLines,
}

impl Format {
    /// All forms.
    pub const ALL: &'static [Format] = &[Format::Pretty, Format::Concise, Format::Json, Format::JsonLines];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Pretty => "pretty",
            Format::Concise => "concise",
            Format::Json => "json",
            Format::JsonLines => "jsonl",
        }
    }

    fn read(name: &str) -> Result<Format, String> {
        let names = || Format::ALL.iter().map(|format| format.name()).collect::<Vec<_>>().join(", ");
        Format::ALL
            .iter()
            .copied()
            .find(|format| format.name() == name)
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
        let format = parsed.text("format").map_or(Ok(Format::Pretty), Format::read)?;
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
            std::fs::write(env.path(file), text(*format, report, &pretty))
                .map_err(|e| format!("write {file}: {}", go_error(&e)))?;
        }
        let _ = env.stdout.write_all(text(self.format, report, &self.pretty).as_bytes());
        Ok(())
    }
}

fn text(format: Format, report: &Report, pretty: &PrettyOptions) -> String {
    match format {
        Format::Pretty => report.to_pretty(pretty),
        Format::Concise => report.to_concise(),
        Format::Json => report.to_json(),
        Format::JsonLines => report.to_json_lines(),
    }
}
