//! `cargo xtask compose-parity`: what of Compose files reaches the cluster through `chartlens new --from compose`, beside
//! what kompose makes of the same files.

use crate::option;
use chartlens_tests::folder::Folder;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// How often an object has something.
type Count = fn(&Value) -> usize;

/// What is counted in objects.
const COUNTED: &[(&str, Count)] = &[
    ("workloads", |object| is(object, &["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"])),
    ("services", |object| is(object, &["Service"])),
    ("config maps and secrets", |object| is(object, &["ConfigMap", "Secret"])),
    ("claims", |object| is(object, &["PersistentVolumeClaim"]) + len(object, "volumeClaimTemplates")),
    ("variables", |object| len(object, "env") + len(object, "envFrom")),
    ("mounts", |object| len(object, "volumeMounts")),
    ("probes", |object| has(object, "livenessProbe") + has(object, "readinessProbe") + has(object, "startupProbe")),
    ("limits and requests", |object| below(object, "resources", &|resources| resources.get("limits").is_some().into())),
    ("security contexts", |object| below(object, "securityContext", &|found| usize::from(found != &Value::Null))),
    ("commands and arguments", |object| has(object, "command") + has(object, "args")),
];

/// Compares all fixtures; whether kompose could be asked.
pub fn run(args: &[String]) -> bool {
    let Some(kompose) = option(args, "--kompose") else {
        eprintln!("compose-parity asks another program: give --kompose BIN");
        return false;
    };
    let files = chartlens_tests::files::named(Path::new("tests/fixtures/scaffold/compose"), "compose.yaml");
    let (mut sums, mut refused) = ([[0; COUNTED.len()]; 2], Vec::new());
    let mut findings = [0, 0];
    for file in files.iter().filter_map(|file| file.canonicalize().ok()) {
        let Some(theirs) = kompose_of(kompose, &file) else {
            let folder = file.parent().and_then(Path::file_name).unwrap_or_default();
            refused.push(folder.to_string_lossy().into_owned());
            continue;
        };
        for (side, text) in [own(&file), theirs].into_iter().enumerate() {
            findings[side] += strict(&text);
            for object in objects(&text) {
                for (sum, (_, count)) in sums[side].iter_mut().zip(COUNTED) {
                    *sum += count(&object);
                }
            }
        }
    }
    println!("{:<26} {:>10} {:>10}", "", "chartlens", "kompose");
    for (number, (name, _)) in COUNTED.iter().enumerate() {
        println!("{name:<26} {:>10} {:>10}", sums[0][number], sums[1][number]);
    }
    println!("{:<26} {:>10} {:>10}", "findings in strict", findings[0], findings[1]);
    println!(
        "{} files compared, {} that kompose refuses: {}",
        files.len() - refused.len(),
        refused.len(),
        refused.join(", ")
    );
    true
}

/// What the chart of a Compose file renders to.
fn own(file: &Path) -> String {
    let folder = Folder::default();
    folder.run(&format!("new made --from compose {}", file.display())).ok();
    folder.run("template made made").ok()
}

/// What kompose makes of a Compose file; none where it refuses it.
fn kompose_of(kompose: &str, file: &Path) -> Option<String> {
    let found = Command::new(kompose).args(["convert", "--stdout", "-f"]).arg(file).output().ok()?;
    found.status.success().then(|| String::from_utf8_lossy(&found.stdout).into_owned())
}

/// The objects of a stream of manifests.
fn objects(text: &str) -> Vec<Value> {
    let documents = chartlens::yaml::documents(text.as_bytes());
    let tree = |document| chartlens::kube::tree::Tree::build(document, &chartlens::budget::Budget::default()).ok();
    let trees = documents.iter().flatten().filter_map(tree);
    let all = trees.filter_map(|tree| tree.root().map(chartlens::kube::tree::Node::to_json));
    // kompose writes one list.
    let items = |object: Value| match object["items"].as_array() {
        Some(items) => items.clone(),
        None => vec![object],
    };
    all.flat_map(items).filter(|object| !object.is_null()).collect()
}

/// How many findings manifests have in the profile `strict`.
fn strict(text: &str) -> usize {
    let shown = Folder::default().with("m/all.yaml", text).run("check m --profile strict --format json").stdout;
    let report: Value = serde_json::from_str(&shown).unwrap_or_default();
    report["diagnostics"].as_array().map_or(0, Vec::len)
}

fn is(object: &Value, kinds: &[&str]) -> usize {
    usize::from(object["kind"].as_str().is_some_and(|kind| kinds.contains(&kind)))
}

fn has(object: &Value, key: &str) -> usize {
    below(object, key, &|_| 1)
}

fn len(object: &Value, key: &str) -> usize {
    below(object, key, &|found| found.as_array().map_or(0, Vec::len))
}

/// The sum over all fields of a name, wherever they stand.
fn below(value: &Value, key: &str, count: &dyn Fn(&Value) -> usize) -> usize {
    match value {
        Value::Object(fields) => {
            let own = fields.get(key).map_or(0, count);
            own + fields.values().map(|value| below(value, key, count)).sum::<usize>()
        }
        Value::Array(items) => items.iter().map(|value| below(value, key, count)).sum(),
        _ => 0,
    }
}
