//! `cargo xtask conformance`: recorded small cases against this engine.
//!
//! The format is described in the README beside the recordings: one JSON object a line, with the
//! files of a chart, a command line, and what Helm gave for it.

use crate::run::{Outcome, command, with_environment};
use crate::{option, switch};
use base64::Engine as _;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Runs all cases; whether all passed that must.
pub fn run(args: &[String]) -> bool {
    let dir = PathBuf::from(option(args, "--dir").unwrap_or("../shared/conformance"));
    let three = option(args, "--helm-version") == Some("3");
    let (area, id) = (option(args, "--area"), option(args, "--id"));
    let verbose = switch(args, "--verbose");
    let mut names: Vec<PathBuf> = match fs::read_dir(&dir) {
        Ok(entries) => entries.filter_map(|e| e.ok().map(|e| e.path())).collect(),
        Err(error) => {
            eprintln!("no recordings at {}: {error}", dir.display());
            return false;
        }
    };
    names.retain(|path| path.extension().is_some_and(|e| e == "jsonl"));
    names.sort();
    let standard = fs::read_to_string(dir.join("values-std.json")).unwrap_or_default();
    let scratch = tempfile::tempdir().expect("a folder for the cases");
    let mut table: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let mut failing: Vec<String> = Vec::new();
    for name in names {
        let text = fs::read_to_string(&name).expect("readable recordings");
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let case: Value = serde_json::from_str(line).expect("one JSON object a line");
            let case_area = case["area"].as_str().unwrap_or_default().to_owned();
            let case_id = case["id"].as_str().unwrap_or_default().to_owned();
            if area.is_some_and(|a| a != case_area) || id.is_some_and(|i| i != case_id) {
                continue;
            }
            let expect = if three && !case["helm3"].is_null() { &case["helm3"] } else { &case["expect"] };
            if case["note"].as_str().is_some_and(|note| three && note.contains("not run with Helm 3")) {
                continue;
            }
            let counts = table.entry(case_area.clone()).or_default();
            let folder = scratch.path().join("case");
            let _ = fs::remove_dir_all(&folder);
            match check(&case, expect, &folder, &standard, three) {
                Ok(()) => counts[0] += 1,
                Err(_) if crate::known::is_runtime_text(&case_id) => counts[2] += 1,
                Err(difference) => {
                    counts[1] += 1;
                    failing.push(case_id.clone());
                    if verbose {
                        println!("{case_id} {}\n{difference}", case["template"]);
                    }
                }
            }
        }
    }
    if !failing.is_empty() && !verbose {
        println!("failing:");
        for id in failing.iter().take(400) {
            println!("  {id}");
        }
    }
    println!("{:<20} {:>7} {:>7} {:>7}", "area", "passed", "failed", "listed");
    let mut total = [0; 3];
    for (area, counts) in &table {
        println!("{area:<20} {:>7} {:>7} {:>7}", counts[0], counts[1], counts[2]);
        for (sum, n) in total.iter_mut().zip(counts) {
            *sum += n;
        }
    }
    println!("{} texts of Go's runtime differ as COMPATIBILITY.md lists", total[2]);
    println!("{} passed, {} failed", total[0], total[1]);
    total[1] == 0
}

/// Writes the case's files and compares; the error shows what differs.
fn check(case: &Value, expect: &Value, folder: &Path, standard: &str, three: bool) -> Result<(), String> {
    let chart = case["kind"] == "chart";
    fs::create_dir_all(folder).map_err(|e| e.to_string())?;
    let base = if chart { folder.to_owned() } else { folder.join("t") };
    if !chart {
        write(&base, "Chart.yaml", "apiVersion: v2\nname: t\nversion: 0.1.0\nappVersion: \"1.2.3\"\n".as_bytes());
        write(&base, "templates/t.yaml", case["template"].as_str().unwrap_or_default().as_bytes());
        let values = match (case["values"].as_str(), case["values_yaml"].as_str()) {
            (Some(values), _) | (None, Some(values)) => values,
            _ if case["values_ref"] == "std" => standard,
            _ => "",
        };
        write(&base, "values.yaml", values.as_bytes());
    }
    for (name, content) in case["files"].as_object().into_iter().flatten() {
        write_file(&base, name, content);
    }
    let text = |v: &Value| v.as_array().into_iter().flatten().filter_map(|a| a.as_str().map(str::to_owned)).collect::<Vec<_>>();
    let release = case["release"].as_str().unwrap_or("r");
    let mut args = text(&case["argv"]);
    if args.is_empty() {
        let verb = case["cmd"].as_str().unwrap_or("template");
        args.push(verb.to_owned());
        if verb != "lint" {
            args.push(release.to_owned());
        }
        args.push("./t".to_owned());
    }
    args.extend(text(&case["args"]));
    if three {
        args.push("--helm-version=3".to_owned());
    }
    if chart { check_chart(expect, &args, folder, three) } else { check_expression(expect, &args, folder, three) }
}

fn check_chart(expect: &Value, args: &[String], folder: &Path, three: bool) -> Result<(), String> {
    let Outcome { exit, stdout, stderr } = command(args, folder);
    let dir = folder.to_string_lossy().into_owned();
    let shown = |bytes: &[u8]| replace_time(&String::from_utf8_lossy(bytes).replace(&dir, "$DIR"));
    compare("exit", &expect["exit"].to_string(), &exit.to_string()).map_err(|e| format!("{e} {}", shown(&stderr)))?;
    match expect["stdout_b64"].as_str() {
        Some(encoded) => compare("stdout", &format!("{:?}", decode(encoded)), &format!("{stdout:?}"))?,
        None => compare("stdout", expect["stdout"].as_str().unwrap_or_default(), &shown(&stdout))?,
    }
    match expect["stderr_b64"].as_str() {
        Some(encoded) => compare("stderr", &format!("{:?}", decode(encoded)), &format!("{stderr:?}")),
        None => compare("stderr", &positions(expect["stderr"].as_str().unwrap_or_default(), three), &positions(&shown(&stderr), three)),
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
fn positions(text: &str, three: bool) -> String {
    if !three {
        return text.to_owned();
    }
    let strip = |line: &str| match line.split_once(".go:").and_then(|(_, rest)| rest.split_once(": ")) {
        Some((number, rest)) if number.bytes().all(|b| b.is_ascii_digit()) => format!("GO: {rest}"),
        _ => line.to_owned(),
    };
    text.split('\n').map(strip).collect::<Vec<_>>().join("\n")
}

fn check_expression(expect: &Value, args: &[String], folder: &Path, three: bool) -> Result<(), String> {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let rendered = with_environment(folder, &mut stdout, &mut stderr, |env| {
        let prepared = chartlens_cli::prepare(&args[1..], env).map_err(|failure| format!("Error: {}\n", failure.message))?;
        let helm = prepared.options.helm;
        let read = |file: &str| env.read(file);
        chartlens::render::render_files(&prepared.chart, &prepared.options, &prepared.host, &read).map_err(|error| {
            let hint = if error.kind.after_release() { "\n\nUse --debug flag to render out invalid YAML" } else { "" };
            format!("Error: {}{hint}\n", error.kind.helm_text(helm))
        })
    });
    match (rendered, expect["error"].as_str()) {
        (Ok(files), None) => {
            let found = files.into_iter().find(|(name, _)| name == "t/templates/t.yaml").map(|(_, text)| text).unwrap_or_default();
            let wanted = match expect["output_b64"].as_str() {
                Some(encoded) => decode(encoded),
                None => expect["output"].as_str().unwrap_or_default().as_bytes().to_vec(),
            };
            if found == wanted {
                return Ok(());
            }
            compare("output", &String::from_utf8_lossy(&wanted), &String::from_utf8_lossy(&found))
        }
        (Err(error), Some(wanted)) => {
            let dir = folder.to_string_lossy().into_owned();
            // Log lines come before the error; they are checked by the other kind of case.
            let wanted: String = wanted.split_inclusive('\n').skip_while(|l| l.starts_with("level=") || (three && is_log_3(l))).collect();
            compare("error", &wanted, &error.replace(&dir, "$DIR"))
        }
        (Ok(files), Some(wanted)) => {
            let found = files.into_iter().map(|(_, text)| text).next_back().unwrap_or_default();
            compare("result", wanted, &String::from_utf8_lossy(&found))
        }
        (Err(error), None) => compare("result", expect["output"].as_str().unwrap_or("(bytes)"), &error),
    }
}

fn is_log_3(line: &str) -> bool {
    line.split_once(".go:").is_some_and(|(name, _)| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
}

fn compare(what: &str, wanted: &str, found: &str) -> Result<(), String> {
    if wanted == found { Ok(()) } else { Err(format!("  {what}\n    wanted {wanted:?}\n    found  {found:?}")) }
}

fn decode(text: &str) -> Vec<u8> {
    base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
}

fn write(base: &Path, name: &str, content: &[u8]) {
    let path = base.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).expect("a folder");
    }
    fs::write(path, content).expect("a file");
}

fn write_file(base: &Path, name: &str, content: &Value) {
    if name.ends_with('/') {
        fs::create_dir_all(base.join(name)).expect("a folder");
        return;
    }
    if let Some(text) = content.as_str() {
        return write(base, name, text.as_bytes());
    }
    if let Some(encoded) = content["b64"].as_str() {
        return write(base, name, &decode(encoded));
    }
    if let Some(target) = content["symlink"].as_str() {
        let path = base.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).expect("a folder");
        }
        let _ = std::os::unix::fs::symlink(target, path);
        return;
    }
    if let Some(entries) = content["tgz"].as_object() {
        let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut archive = tar::Builder::new(gzip);
        for (name, text) in entries {
            let data = text.as_str().unwrap_or_default().as_bytes();
            let mut header = tar::Header::new_gnu();
            // Names that climb out of the archive are part of the test.
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_size(data.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            archive.append(&header, data).expect("an entry");
        }
        let bytes = archive.into_inner().and_then(flate2::write::GzEncoder::finish).expect("an archive");
        write(base, name, &bytes);
    }
}
