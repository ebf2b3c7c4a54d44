//! `cargo xtask bench many --kubeconform PATH [--helm PATH]`: many manifests and charts, beside kubeconform on the same schemas.

use super::{chartlens, growth, kube, median};
use crate::option;
use chartlens_schemas::{Additional, Schema, Schemas, Types, Version};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Which version of Kubernetes both hold manifests against.
const KUBERNETES: &str = "1.37";

const ROUNDS: usize = 3;

/// Charts in the folder, and templates in each.
const CHARTS: usize = 300;
const TEMPLATES: usize = 5;

/// Prints the table; whether both could run, and `check` found nothing wrong.
pub fn run(args: &[String]) -> bool {
    let (Some(kubeconform), Some(ours)) = (option(args, "--kubeconform"), chartlens()) else {
        eprintln!("give the real kubeconform: cargo xtask bench many --kubeconform PATH");
        return false;
    };
    let count: usize = option(args, "--count").and_then(|count| count.parse().ok()).unwrap_or(50_000);
    let folder = tempfile::tempdir().expect("a folder for manifests");
    let at = |name: &str| folder.path().join(name);
    let schemas = Schemas::open().version(KUBERNETES).expect("schemas of the version");
    for kind in schemas.kinds() {
        let named = at("schemas").join(format!("{}.json", file_stem(kind.api_version, kind.kind)));
        write(&named, standalone(schemas, kind.api_version, kind.kind).to_string());
    }
    let texts: Vec<String> = (0..count).map(kube::made).collect();
    for (n, text) in texts.iter().enumerate() {
        write(&at("files").join(format!("{n}.yaml")), text);
    }
    write(&at("stream.yaml"), texts.join("---\n"));
    for n in 0..CHARTS {
        let chart = at("charts").join(format!("chart-{n}"));
        for file in growth::wide(TEMPLATES) {
            write(&chart.join(&file.name), &*file.data);
        }
        let rendered = Command::new(&ours).args(["template", "r"]).arg(&chart).output().expect("a render").stdout;
        write(&at("rendered").join(format!("{n}.yaml")), rendered);
    }
    let check = ["check", "--quiet", "--isolated", "--profile", "none", "--kube-version", KUBERNETES];
    let schemas = format!("{}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json", at("schemas").display());
    let theirs = ["-strict", "-schema-location", &schemas];
    let helm = option(args, "--helm").map(|helm| {
        let charts = (0..CHARTS).map(|n| at("charts").join(format!("chart-{n}")));
        let spent = charts.map(|chart| Run::new(helm).args(["template", "r"]).path(&chart).spent());
        spent.sum::<Option<f64>>().expect("Helm's renders")
    });
    println!("seconds of processors, medians of {ROUNDS}");
    println!("{:<34} {:>10} {:>12} {:>8}", "", "chartlens", "kubeconform", "ratio");
    let rows: [(&str, [PathBuf; 2], bool, f64); 4] = [
        ("manifests in one stream", [at("stream.yaml"), at("stream.yaml")], true, 0.0),
        ("manifests in files", [at("files"), at("files")], false, 0.0),
        ("charts, rendered for kubeconform", [at("charts"), at("rendered")], false, 0.0),
        ("charts, with helm template", [at("charts"), at("rendered")], false, helm.unwrap_or(f64::NAN)),
    ];
    let rows = rows.into_iter().filter(|(.., before)| !before.is_nan());
    let all: Vec<bool> = rows
        .map(|(what, [own, other], is_stream, before)| {
            let (mut a, mut b) = (Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                a.push(Run::new(&ours).args(check).over(&own, is_stream).spent());
                let run = Run::new(kubeconform).args(theirs).over(&other, is_stream);
                b.push(run.spent_whatever_it_found().map(|spent| spent + before));
            }
            let whole = |spent: Vec<Option<f64>>| spent.into_iter().collect::<Option<Vec<f64>>>();
            let (Some(mut a), Some(mut b)) = (whole(a), whole(b)) else {
                eprintln!("{what}: a run failed or found something (GNU time is needed: /usr/bin/time)");
                return false;
            };
            let (a, b) = (median(&mut a), median(&mut b));
            println!("{what:<34} {a:>10.2} {b:>12.2} {:>8.1}", b / a);
            true
        })
        .collect();
    all.into_iter().all(|good| good)
}

fn write(path: &Path, text: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().expect("a folder around a file")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// A run of a program under GNU time, which says what processors spent on it.
struct Run(Command);

impl Run {
    fn new(program: impl AsRef<std::ffi::OsStr>) -> Run {
        let mut command = Command::new("/usr/bin/time");
        command.args(["-f", "spent %U %S"]).arg(program);
        command.env("TZ", "UTC").env("KUBECONFIG", "/dev/null").stdin(Stdio::null()).stdout(Stdio::null());
        Run(command)
    }

    fn args<'a>(mut self, args: impl IntoIterator<Item = &'a str>) -> Run {
        self.0.args(args);
        self
    }

    fn path(mut self, path: &Path) -> Run {
        self.0.arg(path);
        self
    }

    /// Over a file or folder; as a stream, over what is in the file.
    fn over(mut self, path: &Path, is_stream: bool) -> Run {
        if !is_stream {
            return self.path(path);
        }
        self.0.arg("-").stdin(fs::File::open(path).expect("the stream"));
        self
    }

    /// Seconds of processors, where it found nothing wrong.
    fn spent(self) -> Option<f64> {
        self.spent_at(0)
    }

    /// The same also where it found something: kubeconform tears documents of a long stream apart where its buffer ends.
    fn spent_whatever_it_found(self) -> Option<f64> {
        self.spent_at(1)
    }

    fn spent_at(mut self, most: i32) -> Option<f64> {
        let output = self.0.output().ok().filter(|output| output.status.code().is_some_and(|code| code <= most))?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let spent = text.lines().rev().find_map(|line| line.strip_prefix("spent "))?;
        spent.split(' ').map(|seconds| seconds.parse::<f64>().ok()).sum()
    }
}

/// What kubeconform looks for: the kind, the first part of the group, the version.
fn file_stem(api_version: &str, kind: &str) -> String {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let group = group.split('.').next().filter(|group| !group.is_empty());
    let parts = [Some(kind), group, Some(version)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("-").to_lowercase()
}

/// The schema of a kind with all definitions that it needs.
fn standalone(version: Version, api_version: &str, kind: &str) -> Value {
    let Some(root) = version.kind(api_version, kind) else { return json!({}) };
    let mut definitions = Map::new();
    let mut pending: BTreeSet<&str> = BTreeSet::new();
    let mut schema = written(root, true, &mut pending);
    while let Some(name) = pending.pop_first() {
        let Some(definition) = version.definition(name).filter(|_| !definitions.contains_key(name)) else { continue };
        let made = written(definition, true, &mut pending);
        definitions.insert(name.to_owned(), made);
    }
    schema["definitions"] = Value::Object(definitions);
    schema
}

/// A schema as JSON Schema; definitions inside are referred to, and noted.
fn written(schema: Schema, whole: bool, pending: &mut BTreeSet<&'static str>) -> Value {
    if let Some(name) = schema.definition_name().filter(|_| !whole) {
        pending.insert(name);
        return json!({"$ref": format!("#/definitions/{name}")});
    }
    let mut made = Map::new();
    let named = [
        (Types::STRING, "string"),
        (Types::INTEGER, "integer"),
        (Types::NUMBER, "number"),
        (Types::BOOLEAN, "boolean"),
        (Types::OBJECT, "object"),
        (Types::ARRAY, "array"),
    ];
    let types = named.iter().filter(|(ty, _)| schema.types().has(*ty)).map(|(_, name)| *name);
    let types: Vec<&str> = types.chain(["null"]).collect();
    match schema.is_int_or_string() || schema.is_quantity() {
        true => made.insert("type".to_owned(), json!(["string", "number", "null"])),
        false if schema.types().is_any() => None,
        false => made.insert("type".to_owned(), json!(types)),
    };
    let values: Vec<&str> = schema.values().collect();
    if !values.is_empty() {
        made.insert("enum".to_owned(), json!(values));
    }
    if let Some(items) = schema.items() {
        made.insert("items".to_owned(), written(items, false, pending));
    }
    if schema.property_count() > 0 {
        let properties = schema.properties().map(|p| (p.name.to_owned(), written(p.schema, false, pending)));
        made.insert("properties".to_owned(), Value::Object(properties.collect()));
        let required: Vec<&str> = schema.required().collect();
        if !required.is_empty() {
            made.insert("required".to_owned(), json!(required));
        }
    }
    match schema.additional() {
        Additional::Closed => made.insert("additionalProperties".to_owned(), json!(false)),
        Additional::Open => None,
        Additional::Schema(inner) => made.insert("additionalProperties".to_owned(), written(inner, false, pending)),
    };
    Value::Object(made)
}
