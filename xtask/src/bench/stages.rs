//! `cargo xtask bench stages`: how many megabytes a second each stage takes, beside Helm's engine.
//!
//! Every stage is a chart in which it is nearly all the work. What is written into NOTES.txt is not read as YAML, so
//! functions stand there.

use super::least;
use crate::differential::Case;
use crate::differential::oracle::{Oracle, Timing};
use crate::option;
use chartlens::chart::{ArchiveLimits, File, load_files};
use chartlens::host::{HelmVersion, Host};
use chartlens::render::{OutputOptions, RenderOptions, render, template_output};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

/// What the project wants of every stage, in megabytes a second.
const GOAL: f64 = 150.0;

struct Stage {
    name: &'static str,
    files: Vec<(String, String)>,
    /// Bytes that go through the stage.
    bytes: usize,
    /// Whether it is part of loading, not of rendering.
    loads: bool,
}

impl Stage {
    fn new(name: &'static str, bytes: usize, files: impl IntoIterator<Item = (String, String)>) -> Stage {
        let chart = ("Chart.yaml".to_owned(), "apiVersion: v2\nname: bench\nversion: 0.1.0\n".to_owned());
        Stage { name, files: std::iter::once(chart).chain(files).collect(), bytes, loads: false }
    }

    fn chart(&self) -> Vec<File> {
        self.files.iter().map(|(name, text)| File::new(name.clone(), text.clone())).collect()
    }

    /// Megabytes a second.
    fn rate(&self, timing: Timing) -> f64 {
        self.bytes as f64 / 1e6 / if self.loads { timing.load } else { timing.render }
    }
}

/// Runs the benchmark; whether every stage is as fast as it should be.
pub fn run(args: &[String]) -> bool {
    let rounds: usize = option(args, "--rounds").and_then(|r| r.parse().ok()).unwrap_or(9);
    let mut oracle = option(args, "--oracle").and_then(|program| Oracle::start_to_time(Path::new(program)).ok());
    println!("{:<44} {:>6} {:>9} {:>9} {:>7}", "stage", "MB", "MB/s", "Go MB/s", "ratio");
    let mut fast = true;
    for stage in stages() {
        let ours = stage.rate(measure(&stage, rounds));
        let theirs = oracle.as_mut().and_then(|oracle| oracle.time(&case(&stage), rounds)).map(|t| stage.rate(t));
        let (go, ratio) = (theirs.unwrap_or(f64::NAN), theirs.map_or(f64::NAN, |theirs| ours / theirs));
        println!("{:<44} {:>6.1} {ours:>9.0} {go:>9.1} {ratio:>7.1}", stage.name, stage.bytes as f64 / 1e6);
        fast &= ours >= GOAL;
    }
    fast
}

fn stages() -> Vec<Stage> {
    let lines = "some words of a text in a file\n".repeat(40_000);
    let mut stages = texts(10_000, 4_000);
    let with_file = |name, bytes, template: &str| {
        let files = [("data.txt".to_owned(), lines.clone()), ("templates/NOTES.txt".to_owned(), template.to_owned())];
        Stage::new(name, bytes, files)
    };
    let get = "{{ range until 20 }}{{ $.Files.Get \"data.txt\" }}{{ end }}";
    let indent = "{{ range until 10 }}{{ $.Files.Get \"data.txt\" | indent 4 }}{{ end }}";
    stages.push(with_file(".Files.Get", lines.len() * 20, get));
    stages.push(with_file(".Files.Get | indent", lines.len() * 10, indent));
    stages
}

/// Files of small charts, each for one stage, and of one that is next to nothing.
pub fn small() -> Vec<(&'static str, Vec<File>)> {
    let config = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n".to_owned();
    let mut stages = vec![Stage::new("start", 0, [("templates/a.yaml".to_owned(), config)])];
    stages.extend(texts(500, 200));
    let named = ["start", "values", "objects", "definition", "toYaml", "toJson", "fromYaml"];
    named.into_iter().zip(&stages).map(|(name, stage)| (name, stage.chart())).collect()
}

/// Stages that YAML goes through, over so many small objects and a definition of so many properties.
fn texts(objects: usize, properties: usize) -> Vec<Stage> {
    let (objects, definition) = (self::objects(objects), self::definition(properties));
    let written = |name, template: &str| {
        let files =
            [("values.yaml".to_owned(), definition.clone()), ("templates/NOTES.txt".to_owned(), template.to_owned())];
        Stage::new(name, definition.len() * 10, files)
    };
    let one = |name, file: &str, text: &str| Stage::new(name, text.len(), [(file.to_owned(), text.to_owned())]);
    let read = "{{ range until 4 }}{{ $.Files.Get \"data.txt\" | fromYaml | len }}{{ end }}".to_owned();
    let files = [("data.txt".to_owned(), definition.clone()), ("templates/NOTES.txt".to_owned(), read)];
    vec![
        Stage { loads: true, ..one("reading values.yaml", "values.yaml", &definition) },
        one("a template without actions: small objects", "templates/all.yaml", &objects),
        one("a template without actions: a large object", "templates/one.yaml", &definition),
        written("toYaml", "{{ range until 10 }}{{ toYaml $.Values }}{{ end }}"),
        written("toJson", "{{ range until 10 }}{{ toJson $.Values }}{{ end }}"),
        Stage::new("fromYaml", definition.len() * 4, files),
    ]
}

/// Small objects, as a chart has them.
fn objects(count: usize) -> String {
    let mut text = String::new();
    for number in 0..count {
        let _ = write!(
            text,
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config-{number}\n  labels:\n    app.kubernetes.io/name: bench\n    app.kubernetes.io/instance: \"r\"\ndata:\n  level: info\n  address: http://service-{number}.default.svc:8080/path\n  text: |\n    first line\n    second line\n"
        );
    }
    text
}

/// A custom resource definition with many properties.
fn definition(count: usize) -> String {
    let mut text = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: benches.example.com\nspec:\n  properties:\n".to_owned();
    for number in 0..count {
        let _ = write!(
            text,
            "    property{number}:\n      description: |-\n        What the property is for, in a sentence that is long enough to be folded.\n        More of it in a second line.\n      type: object\n      properties:\n        name:\n          description: Name of the thing that is meant by this property.\n          type: string\n          minLength: 1\n      required:\n      - name\n"
        );
    }
    text
}

fn case(stage: &Stage) -> Case {
    Case { files: stage.files.iter().cloned().collect::<BTreeMap<_, _>>(), chart: None, values: String::new() }
}

fn measure(stage: &Stage, rounds: usize) -> Timing {
    let files = stage.chart();
    let (host, mut loads, mut renders) = (Host::default(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let files = files.clone();
        let started = Instant::now();
        let chart = load_files(files, &ArchiveLimits::default(), HelmVersion::V4).expect("the chart loads");
        loads.push(started.elapsed().as_secs_f64());
        let options = RenderOptions::default();
        let started = Instant::now();
        let done = render(&chart, &options, &host, &|_| Err("no files".to_owned())).expect("it renders");
        let text = template_output(&done, &OutputOptions::default(), options.helm).expect("it can be written");
        renders.push(started.elapsed().as_secs_f64());
        drop(text);
    }
    Timing { load: least(loads), render: least(renders) }
}
