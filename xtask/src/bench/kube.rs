//! `cargo xtask bench kube`: how many plain manifests one core checks in a second.

use crate::option;
use chartlens::budget::Budget;
use chartlens::kube::crds::Crds;
use chartlens::validate::Validator;
use chartlens::yaml;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Checks many manifests; whether that was fast enough.
pub fn run(args: &[String]) -> bool {
    let count: usize = option(args, "--count").and_then(|count| count.parse().ok()).unwrap_or(50_000);
    let texts: Vec<String> = match option(args, "--dir") {
        Some(dir) => real(Path::new(dir)),
        None => (0..100).map(made).collect(),
    };
    if texts.is_empty() {
        eprintln!("no manifests");
        return false;
    }
    let validator = Validator::new("1.37", Arc::new(Crds::default()), Default::default()).expect("schemas of 1.37");
    let before = memory();
    let started = Instant::now();
    let (mut objects, mut bytes, mut findings) = (0_usize, 0_usize, 0_usize);
    for text in texts.iter().cycle() {
        for document in yaml::documents(text.as_bytes()).into_iter().flatten() {
            findings += validator.check(&document, text.as_bytes(), &Budget::default()).map_or(0, |found| found.len());
            objects += 1;
        }
        bytes += text.len();
        if objects >= count {
            break;
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    let rate = objects as f64 / seconds;
    println!(
        "{objects} objects of {} bytes on average in {seconds:.2} s: {rate:.0} objects/s, {:.0} MB/s, {findings} findings",
        bytes / objects,
        bytes as f64 / seconds / 1e6
    );
    if let (Some(before), Some(peak)) = (before, memory()) {
        println!("peak memory {peak} MiB, {before} MiB before");
    }
    rate >= 20_000.0
}

/// Peak memory in MiB, where the system says it.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kib| kib >> 10)
}

/// The manifests of a folder.
fn real(dir: &Path) -> Vec<String> {
    let files = chartlens_tests::files::with_extension(dir, "yaml");
    files.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

/// The `n`-th manifest of a made-up application: workloads, services, configuration by turns.
pub fn made(n: usize) -> String {
    let mut text = String::new();
    let _ = match n % 5 {
        0 | 1 => write!(text, "{}", WORKLOAD.replace("NAME", &format!("app-{n}"))),
        2 => write!(
            text,
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: app-{n}\n  labels:\n    app.kubernetes.io/name: app-{n}\nspec:\n  \
             type: ClusterIP\n  selector:\n    app.kubernetes.io/name: app-{n}\n  ports:\n  - name: http\n    port: 80\n    \
             targetPort: http\n    protocol: TCP\n  - name: metrics\n    port: 9090\n    targetPort: 9090\n"
        ),
        3 => write!(
            text,
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app-{n}\ndata:\n  LOG_LEVEL: info\n  config.yaml: |\n    \
             server:\n      port: 8080\n      hosts:\n      - a.example.com\n      - b.example.com\n  FEATURE: \"true\"\n"
        ),
        _ => write!(
            text,
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: app-{n}\n  annotations:\n    \
             example.com/rewrite: /\nspec:\n  ingressClassName: nginx\n  rules:\n  - host: app-{n}.example.com\n    http:\n      \
             paths:\n      - path: /\n        pathType: Prefix\n        backend:\n          service:\n            name: app-{n}\n            \
             port:\n              name: http\n"
        ),
    };
    text
}

const WORKLOAD: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
  namespace: web
  labels:
    app.kubernetes.io/name: NAME
    app.kubernetes.io/version: "1.2.3"
spec:
  replicas: 3
  selector:
    matchLabels:
      app.kubernetes.io/name: NAME
  template:
    metadata:
      labels:
        app.kubernetes.io/name: NAME
    spec:
      serviceAccountName: NAME
      securityContext:
        runAsNonRoot: true
        seccompProfile:
          type: RuntimeDefault
      containers:
      - name: web
        image: registry.example.com/web:1.2.3
        imagePullPolicy: IfNotPresent
        args: ["--config", "/etc/web/config.yaml"]
        env:
        - name: LOG_LEVEL
          valueFrom:
            configMapKeyRef:
              name: NAME
              key: LOG_LEVEL
        - name: POD_NAME
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
        ports:
        - name: http
          containerPort: 8080
        livenessProbe:
          httpGet:
            path: /healthz
            port: http
          initialDelaySeconds: 5
        readinessProbe:
          httpGet:
            path: /ready
            port: http
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
          limits:
            memory: 256Mi
        securityContext:
          allowPrivilegeEscalation: false
          capabilities:
            drop: [ALL]
        volumeMounts:
        - name: config
          mountPath: /etc/web
      volumes:
      - name: config
        configMap:
          name: NAME
"#;
