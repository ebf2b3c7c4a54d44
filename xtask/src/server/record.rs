//! Asks a server about updates and about objects of new shapes, and keeps what it answers in `tests/server`.

use super::{Server, answer, shapes};
use crate::{option, switch};
use chartlens_tests::updates::{self, Update};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

const FOLDER: &str = "tests/server";

/// Records; whether the server answered.
pub fn run(args: &[String]) -> bool {
    let url = option(args, "--url").unwrap_or("https://127.0.0.1:16443");
    let mut server = Server::new(url, option(args, "--token").unwrap_or("oracle-token"));
    let version = server.version();
    if version == "." {
        eprintln!("no API server at {url}");
        return false;
    }
    let both = !switch(args, "--updates") && !switch(args, "--shapes");
    let folder = Path::new(FOLDER);
    if both || switch(args, "--updates") {
        let rows = record_updates(&mut server, &version, &updates::read(&folder.join("updates.yaml")));
        write(&folder.join(format!("updates-{version}.jsonl")), &rows);
    }
    if both || switch(args, "--shapes") {
        let number = |name: &str, other| option(args, name).and_then(|text| text.parse().ok()).unwrap_or(other);
        let rows = record_shapes(&mut server, &version, number("--seed", 1), number("--count", 1200));
        let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
        let file = std::fs::File::create(folder.join(format!("shapes-{version}.jsonl.gz"))).expect("a file");
        let mut gz = flate2::write::GzEncoder::new(file, flate2::Compression::best());
        gz.write_all(lines.as_bytes()).and_then(|()| gz.finish().map(drop)).expect("written");
        println!("{} shapes", rows.len());
    }
    true
}

fn write(path: &Path, rows: &[Value]) {
    let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
    std::fs::write(path, lines).expect("written");
    println!("{}: {} rows", path.display(), rows.len());
}

/// Each object is made and then changed as an apply changes it, without keeping the change.
fn record_updates(server: &mut Server, version: &str, all: &[Update]) -> Vec<Value> {
    const APPLY: &str = "application/apply-patch+yaml";
    const HOW: &str = "fieldManager=chartlens&force=true&fieldValidation=Strict";
    // Only claims of a class that allows it can grow.
    let grow = json!({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "grow"},
        "provisioner": "example.com/a", "allowVolumeExpansion": true});
    let make = |server: &mut Server, object: &Value| -> Option<String> {
        let (_, one) = server.paths(object)?;
        let made = server.ask("PATCH", &format!("{one}?{HOW}"), APPLY, Some(object));
        if made["kind"] == "Status" {
            eprintln!("{}: {}", object["metadata"]["name"], made["message"]);
            return None;
        }
        match object["kind"].as_str() {
            // A definition is established in a moment.
            Some("CustomResourceDefinition") => std::thread::sleep(Duration::from_secs(2)),
            Some("PersistentVolumeClaim") => {
                let bound = json!({"status": {"phase": "Bound", "capacity": {"storage": "2Gi"}}});
                let path = format!("{one}/status?fieldManager=binder");
                server.ask("PATCH", &path, "application/merge-patch+json", Some(&bound));
            }
            _ => {}
        }
        Some(one)
    };
    make(server, &grow);
    let mut rows = Vec::new();
    for update in all {
        if let Some(needs) = &update.needs {
            make(server, needs);
        }
        let Some(one) = make(server, &update.old) else { continue };
        for (number, new) in update.new.iter().enumerate() {
            let status = server.ask("PATCH", &format!("{one}?{HOW}&dryRun=All"), APPLY, Some(new));
            let mut row = serde_json::Map::new();
            row.insert("id".to_owned(), format!("{}/{number}", update.name).into());
            row.insert("version".to_owned(), version.into());
            row.insert("set".to_owned(), "u".into());
            row.append(&mut answer(&status));
            rows.push(Value::Object(row));
        }
    }
    rows
}

/// Random objects, half of them with one thing broken.
fn record_shapes(server: &mut Server, version: &str, seed: u64, count: u64) -> Vec<Value> {
    let mut rows = Vec::new();
    for number in 0..count {
        let shape = shapes::make(version, seed, number);
        let Some((all, _)) = server.paths(&shape.object) else { continue };
        let path = format!("{all}?dryRun=All&fieldValidation=Strict");
        let status = server.ask("POST", &path, "application/json", Some(&shape.object));
        let mut row = serde_json::Map::new();
        let kind = shape.object["kind"].as_str().unwrap_or_default().to_owned();
        row.insert("id".to_owned(), format!("{kind}-{number}").into());
        row.insert("version".to_owned(), version.into());
        row.insert("set".to_owned(), "s".into());
        row.insert("group".to_owned(), kind.into());
        row.insert("note".to_owned(), shape.note.into());
        row.insert("yaml".to_owned(), shape.object.to_string().into());
        row.append(&mut answer(&status));
        rows.push(Value::Object(row));
    }
    rows
}
