//! Recorded sessions with the language server, in files that one can read.
//!
//! A session is a text of sections. `-- NAME` starts a file of the workspace, `-- open NAME` opens it in the editor, and
//! `-- METHOD PARAMETERS` asks about what was opened last; the answer of the server stands below. `file:///` is the folder
//! of the workspace.
//!
//! `BLESS=1` writes the answers that are given now.

use crate::cases::{Section, holds, is_file, sections};
use crate::folder::Folder;
use crate::lsp::Client;
use serde_json::{Value, json};
use std::path::Path;

/// Plays the session in a file with a server; the error shows what is expected and what is said.
pub fn play(path: &Path, server: &str) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let sections = sections(&text);
    let files = sections.iter().filter(|(head, _)| is_file(head));
    let folder = files.fold(Folder::default(), |folder, (name, text)| folder.with(name, text));
    let mut client = Client::start(server, folder.path(), json!({}));
    let (mut new, mut open) = (String::new(), String::new());
    for (head, old) in &sections {
        if !head.is_empty() {
            new.push_str(&format!("-- {head}\n"));
        }
        match head.strip_prefix("open ") {
            Some(name) => {
                let of_file = |(head, _): &&Section| head == name;
                let (_, text) = sections.iter().find(of_file).ok_or_else(|| format!("no file {name}"))?;
                client.open(name, text);
                client.until_version(name, 1);
                name.clone_into(&mut open);
            }
            None if head.is_empty() || is_file(head) => new.push_str(old),
            None => new.push_str(&answer(&mut client, &open, head)?),
        }
    }
    holds(path, &text, new)
}

/// What the server says to a request about a file.
fn answer(client: &mut Client, open: &str, request: &str) -> Result<String, String> {
    let (method, params) = request.split_once(' ').unwrap_or((request, "{}"));
    let root = format!("{}/", client.uri(""));
    let params = params.replace("file:///", &root);
    let mut params: Value = serde_json::from_str(&params).map_err(|error| format!("{request}: {error}"))?;
    if method.starts_with("textDocument/") {
        params["textDocument"] = json!({"uri": client.uri(open)});
    }
    let answer = client.answer(method, params);
    let mut said = answer.get("error").unwrap_or(&answer["result"]).clone();
    // The order of files in an edit says nothing.
    said.sort_all_objects();
    shorten(&mut said);
    let said = serde_json::to_string_pretty(&said).map_err(|error| error.to_string())?;
    Ok(said.replace(&root, "file:///") + "\n")
}

/// Writes places as `LINE:CHARACTER` and ranges as `LINE:CHARACTER–LINE:CHARACTER`.
fn shorten(said: &mut Value) {
    match said {
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Object(fields) => fields.values_mut().for_each(shorten),
        _ => {}
    }
    let short = match (&said["line"], &said["character"], &said["start"], &said["end"]) {
        (Value::Number(line), Value::Number(character), ..) => format!("{line}:{character}"),
        (_, _, Value::String(start), Value::String(end)) => format!("{start}–{end}"),
        _ => return,
    };
    *said = json!(short);
}
