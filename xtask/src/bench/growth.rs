//! `cargo xtask bench growth`: the time of a render grows with its chart and no faster.

use super::least;
use chartlens::chart::{ArchiveLimits, Chart, File, load_files};
use chartlens::host::{HelmVersion, Host};
use chartlens::render::{RenderOptions, render};
use std::time::Instant;

const ROUNDS: usize = 9;

/// Levels of subcharts in a deep chart.
const LEVELS: usize = 5;

/// Prints a table of growing charts; whether the time for each part of them stays what it is.
pub fn run() -> bool {
    let deep = table("subcharts on 5 levels", &[25, 50, 100, 200], deep);
    let wide = table("templates", &[500, 1000, 2000, 4000], wide);
    deep && wide
}

fn table(what: &str, sizes: &[usize], make: fn(usize) -> Vec<File>) -> bool {
    println!("{what:<22} {:>10} {:>10} {:>14} {:>14}", "load ms", "render ms", "load µs each", "render µs each");
    let mut each = Vec::new();
    for &size in sizes {
        let files = make(size);
        let (mut load, mut run) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let files = files.clone();
            let started = Instant::now();
            let chart = load_files(files, &ArchiveLimits::default(), HelmVersion::V4).expect("the chart loads");
            load.push(started.elapsed().as_secs_f64());
            let started = Instant::now();
            let rendered = rendered(&chart);
            run.push(started.elapsed().as_secs_f64());
            assert!(rendered >= size, "{rendered} documents of {size}");
        }
        let (load, run) = (least(load), least(run));
        let part = |seconds: f64| seconds * 1e6 / size as f64;
        println!("{size:<22} {:>10.1} {:>10.1} {:>14.1} {:>14.1}", load * 1e3, run * 1e3, part(load), part(run));
        each.push(part(load + run));
    }
    // Twice the chart may not take more than 2.5 times as long, noise included.
    each.windows(2).all(|pair| pair[1] <= pair[0] * 1.25)
}

fn rendered(chart: &Chart) -> usize {
    let host = Host::default();
    let done = render(chart, &RenderOptions::default(), &host, &|_| Err("no files".to_owned())).expect("it renders");
    done.documents.len()
}

pub fn deep(count: usize) -> Vec<File> {
    let mut files = chart("", "root", "replicas: 1\n");
    // Chains of charts below the root, each as deep as allowed.
    for number in 0..count {
        let (chain, level) = (number / LEVELS, number % LEVELS);
        let folder: String = (0..=level).map(|level| format!("charts/c{chain}-{level}/")).collect();
        files.extend(chart(&folder, &format!("c{chain}-{level}"), "replicas: 2\nimage: {tag: v1}\n"));
        files.push(File::new(format!("{folder}templates/app.yaml"), TEMPLATE.replace("NAME", "app")));
    }
    files
}

pub fn wide(count: usize) -> Vec<File> {
    let mut files = chart("", "root", "replicas: 1\nimage: {tag: v1}\n");
    for number in 0..count {
        let name = format!("app-{number}");
        files.push(File::new(format!("templates/{name}.yaml"), TEMPLATE.replace("NAME", &name)));
    }
    files
}

fn chart(folder: &str, name: &str, values: &str) -> Vec<File> {
    vec![
        File::new(format!("{folder}Chart.yaml"), format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n")),
        File::new(format!("{folder}values.yaml"), values),
        File::new(format!("{folder}templates/_helpers.tpl"), HELPERS),
    ]
}

const HELPERS: &str = r#"{{- define "labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}
"#;

const TEMPLATE: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ printf "%s-%s" .Chart.Name "NAME" | trunc 63 }}
  labels:
    {{- include "labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels:
      {{- include "labels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "labels" . | nindent 8 }}
    spec:
      containers:
        - name: app
          image: "registry/app:{{ .Values.image.tag | default "latest" }}"
          {{- with .Values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
"#;
