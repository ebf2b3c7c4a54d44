//! One recorded case and its check.
//!
//! A case is a JSON object: the files of a small chart, a command line, and what Helm gave for it.
//! `vectors/README.md` describes the fields.

use crate::command::{Outcome, command, with_environment};
use crate::files::{decode, write, write_described};
use chartlens::host::HelmVersion;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A recorded case.
#[derive(Clone, Debug)]
pub struct Case(Value);

impl Case {
    /// Reads a line of a recording.
    pub fn read(line: &str) -> Case {
        Case(serde_json::from_str(line).expect("one JSON object a line"))
    }

    /// Its name: the area and a hash of the input.
    pub fn id(&self) -> &str {
        self.text("id")
    }

    /// What it is about.
    pub fn area(&self) -> &str {
        self.text("area")
    }

    /// The template, where it has just one.
    pub fn template(&self) -> &str {
        self.text("template")
    }

    fn text(&self, field: &str) -> &str {
        self.0[field].as_str().unwrap_or_default()
    }

    fn texts(&self, field: &str) -> Vec<String> {
        self.0[field].as_array().into_iter().flatten().filter_map(|a| a.as_str().map(str::to_owned)).collect()
    }

    /// Whether the case was recorded with this version of Helm.
    pub fn is_recorded(&self, helm: HelmVersion) -> bool {
        helm >= HelmVersion::V4 || !self.text("note").contains("not run with Helm 3")
    }

    fn expected(&self, helm: HelmVersion) -> &Value {
        if helm < HelmVersion::V4 && !self.0["helm3"].is_null() { &self.0["helm3"] } else { &self.0["expect"] }
    }

    /// Writes the files of a chart into a folder; the words of the command behind its verb, and what Helm printed.
    pub fn lay(&self, folder: &Path) -> (Vec<String>, &str) {
        for (name, content) in self.0["files"].as_object().into_iter().flatten() {
            write_described(folder, name, content);
        }
        let args = self.command_line(HelmVersion::V4).split_off(1);
        (args, self.0["expect"]["stdout"].as_str().unwrap_or_default())
    }

    /// Runs the case in `folder`, which is emptied first; the error shows what differs. `standard` is the
    /// text of the values file that many cases share.
    pub fn check(&self, folder: &Path, standard: &str, helm: HelmVersion) -> Result<(), String> {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).map_err(|e| e.to_string())?;
        let is_chart = self.0["kind"] == "chart";
        let base = if is_chart { folder.to_owned() } else { folder.join("t") };
        if !is_chart {
            self.write_expression(&base, standard);
        }
        for (name, content) in self.0["files"].as_object().into_iter().flatten() {
            write_described(&base, name, content);
        }
        let args = self.command_line(helm);
        let expected = self.expected(helm);
        if is_chart {
            check_chart(expected, &args, folder, helm)
        } else {
            check_expression(expected, &args, folder, helm)
        }
    }

    fn write_expression(&self, base: &Path, standard: &str) {
        write(base, "Chart.yaml", "apiVersion: v2\nname: t\nversion: 0.1.0\nappVersion: \"1.2.3\"\n");
        write(base, "templates/t.yaml", self.template());
        let values = match (self.0["values"].as_str(), self.0["values_yaml"].as_str()) {
            (Some(values), _) | (None, Some(values)) => values,
            _ if self.0["values_ref"] == "std" => standard,
            _ => "",
        };
        write(base, "values.yaml", values);
    }

    fn command_line(&self, helm: HelmVersion) -> Vec<String> {
        let mut args = self.texts("argv");
        if args.is_empty() {
            let verb = self.0["cmd"].as_str().unwrap_or("template");
            args.push(verb.to_owned());
            if verb != "lint" {
                args.push(self.0["release"].as_str().unwrap_or("r").to_owned());
            }
            args.push("./t".to_owned());
        }
        args.extend(self.texts("args"));
        if helm < HelmVersion::V4 {
            args.push("--helm-version=3".to_owned());
        }
        args
    }
}

fn check_chart(expected: &Value, args: &[String], folder: &Path, helm: HelmVersion) -> Result<(), String> {
    let Outcome { exit, stdout, stderr } = command(args, folder);
    let dir = folder.to_string_lossy().into_owned();
    let shown = |bytes: &[u8]| replace_time(&String::from_utf8_lossy(bytes).replace(&dir, "$DIR"));
    compare("exit", &expected["exit"].to_string(), &exit.to_string()).map_err(|e| format!("{e} {}", shown(&stderr)))?;
    match expected["stdout_b64"].as_str() {
        Some(encoded) => compare("stdout", &format!("{:?}", decode(encoded)), &format!("{stdout:?}"))?,
        None => compare("stdout", expected["stdout"].as_str().unwrap_or_default(), &shown(&stdout))?,
    }
    match expected["stderr_b64"].as_str() {
        Some(encoded) => compare("stderr", &format!("{:?}", decode(encoded)), &format!("{stderr:?}")),
        None => {
            let wanted = expected["stderr"].as_str().unwrap_or_default();
            compare("stderr", &positions(wanted, helm), &positions(&shown(&stderr), helm))
        }
    }
}

/// Times of the recording read `$TIME`.
fn replace_time(text: &str) -> String {
    match text.split_once("LAST DEPLOYED: ") {
        Some((head, tail)) => {
            let rest = tail.split_once('\n').map_or("", |(_, rest)| rest);
            format!("{head}LAST DEPLOYED: $TIME\n{rest}")
        }
        None => text.to_owned(),
    }
}

/// Helm 3's log lines start with a place in its own source, which no other program has.
fn positions(text: &str, helm: HelmVersion) -> String {
    if helm >= HelmVersion::V4 {
        return text.to_owned();
    }
    let strip = |line: &str| match line.split_once(".go:").and_then(|(_, rest)| rest.split_once(": ")) {
        Some((number, rest)) if number.bytes().all(|b| b.is_ascii_digit()) => format!("GO: {rest}"),
        _ => line.to_owned(),
    };
    text.split('\n').map(strip).collect::<Vec<_>>().join("\n")
}

fn check_expression(expected: &Value, args: &[String], folder: &Path, helm: HelmVersion) -> Result<(), String> {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let rendered = with_environment(folder, &mut stdout, &mut stderr, |env| {
        let prepared =
            chartlens_cli::prepare(&args[1..], env).map_err(|failure| format!("Error: {}\n", failure.message))?;
        let read = |file: &str| env.read(file);
        chartlens::render::render_files(&prepared.chart, &prepared.options, &prepared.host, &read).map_err(|error| {
            let hint = if error.kind.after_release() { "\n\nUse --debug flag to render out invalid YAML" } else { "" };
            format!("Error: {}{hint}\n", error.kind.helm_text(prepared.options.helm))
        })
    });
    match (rendered, expected["error"].as_str()) {
        (Ok(files), None) => {
            let found = files.into_iter().find(|(name, _)| name == "t/templates/t.yaml");
            let found = found.map(|(_, text)| text).unwrap_or_default();
            let wanted = match expected["output_b64"].as_str() {
                Some(encoded) => decode(encoded),
                None => expected["output"].as_str().unwrap_or_default().as_bytes().to_vec(),
            };
            if found == wanted {
                return Ok(());
            }
            differ("output", &String::from_utf8_lossy(&wanted), &String::from_utf8_lossy(&found))
        }
        (Err(error), Some(wanted)) => {
            let dir = folder.to_string_lossy().into_owned();
            // Log lines come before the error; they are checked by the other kind of case.
            let is_log = |l: &&str| l.starts_with("level=") || (helm < HelmVersion::V4 && is_log_3(l));
            let wanted: String = wanted.split_inclusive('\n').skip_while(is_log).collect();
            compare("error", &wanted, &without_time_stamps(&error.replace(&dir, "$DIR")))
        }
        (Ok(files), Some(wanted)) => {
            let found = files.into_iter().map(|(_, text)| text).next_back().unwrap_or_default();
            differ("result", wanted, &String::from_utf8_lossy(&found))
        }
        (Err(error), None) => differ("result", expected["output"].as_str().unwrap_or("(bytes)"), &error),
    }
}

/// The recording cut whatever looks like the time stamp of a log line, wherever it stood:
/// `2006-01-02 15:04:05 ` also inside a quoted layout. What is compared is cut alike.
fn without_time_stamps(text: &str) -> String {
    const SHAPE: &[u8] = b"dddd-dd-dd dd:dd:dd ";
    let fits = |window: &[u8]| {
        window.iter().zip(SHAPE).all(|(byte, shape)| if *shape == b'd' { byte.is_ascii_digit() } else { byte == shape })
    };
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        if bytes.get(at..at + SHAPE.len()).is_some_and(fits) {
            at += SHAPE.len();
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn is_log_3(line: &str) -> bool {
    line.split_once(".go:").is_some_and(|(name, _)| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
}

fn compare(what: &str, wanted: &str, found: &str) -> Result<(), String> {
    if wanted == found { Ok(()) } else { differ(what, wanted, found) }
}

fn differ(what: &str, wanted: &str, found: &str) -> Result<(), String> {
    Err(format!("  {what}\n    wanted {wanted:?}\n    found  {found:?}"))
}
