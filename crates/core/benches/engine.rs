//! The engine in process: parsing, rendering one large chart, writing YAML.
//!
//! `cargo bench -p chartlens`; with a profile: `cargo flamegraph --profile profiling --bench engine -p chartlens -- render`.

use chartlens::chart::{ArchiveLimits, Chart, File, load_files};
use chartlens::host::{HelmVersion, Host};
use chartlens::render::{RenderOptions, render};
use divan::Bencher;

fn main() {
    divan::main();
}

/// Documents of the large chart.
const DOCUMENTS: usize = 200;

const TEMPLATE: &str = r#"{{- if .Values.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ printf "%s-NAME" (include "name" .) | trunc 63 | trimSuffix "-" }}
  labels:
    {{- include "labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas | default 1 }}
  template:
    metadata:
      labels:
        {{- include "labels" . | nindent 8 }}
    spec:
      containers:
        {{- range $name, $container := .Values.containers }}
        - name: {{ $name }}
          image: "{{ $container.image.repository }}:{{ $container.image.tag | default $.Chart.Version }}"
          {{- with $container.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
        {{- end }}
{{- end }}
"#;

const HELPERS: &str = r#"{{- define "name" -}}{{ .Release.Name }}-{{ .Chart.Name }}{{- end }}
{{- define "labels" -}}
app.kubernetes.io/name: {{ include "name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}
"#;

const VALUES: &str = "\
enabled: true
containers:
  app:
    image: {repository: registry/app, tag: v1}
    resources: {limits: {cpu: 100m, memory: 128Mi}, requests: {cpu: 10m, memory: 64Mi}}
  sidecar:
    image: {repository: registry/sidecar}
    resources: {limits: {cpu: 50m, memory: 64Mi}}
";

fn files(template: &str, documents: usize) -> Vec<File> {
    let mut files = vec![
        File::new("Chart.yaml", "apiVersion: v2\nname: bench\nversion: 0.1.0\n"),
        File::new("values.yaml", VALUES),
        File::new("templates/_helpers.tpl", HELPERS),
    ];
    files.extend(
        (0..documents).map(|n| File::new(format!("templates/app-{n}.yaml"), template.replace("NAME", &n.to_string()))),
    );
    files
}

fn chart(template: &str, documents: usize) -> Chart {
    load_files(files(template, documents), &ArchiveLimits::default(), HelmVersion::V4).expect("the chart loads")
}

fn run(chart: &Chart, trace: bool) -> usize {
    let options = RenderOptions { trace, ..RenderOptions::default() };
    let done = render(chart, &options, &Host::default(), &|_| Err("no files".to_owned())).expect("it renders");
    done.documents.len()
}

/// Reads a chart's files; its templates are parsed when it renders.
#[divan::bench]
fn load(bencher: Bencher<'_, '_>) {
    let files = files(TEMPLATE, DOCUMENTS);
    bencher
        .with_inputs(|| files.clone())
        .bench_values(|files| load_files(files, &ArchiveLimits::default(), HelmVersion::V4).is_ok());
}

/// Templates that are parsed and write nothing.
#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    let chart = chart(&TEMPLATE.replace(".Values.enabled", "not .Values.enabled"), DOCUMENTS);
    bencher.bench(|| run(&chart, false));
}

#[divan::bench]
fn render_large(bencher: Bencher<'_, '_>) {
    let chart = chart(TEMPLATE, DOCUMENTS);
    bencher.bench(|| run(&chart, false));
}

#[divan::bench]
fn render_large_traced(bencher: Bencher<'_, '_>) {
    let chart = chart(TEMPLATE, DOCUMENTS);
    bencher.bench(|| run(&chart, true));
}

/// `toYaml` of the whole of the values, over and over.
#[divan::bench]
fn to_yaml(bencher: Bencher<'_, '_>) {
    let template = "{{ range until 200 }}---\nkind: A\nspec:\n{{ toYaml $.Values | indent 2 }}\n{{ end }}";
    let chart = chart(template, 1);
    bencher.bench(|| run(&chart, false));
}
