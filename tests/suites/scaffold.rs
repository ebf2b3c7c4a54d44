//! `chartlens new`: the charts that it makes are clean, say the same as what they were made of, and lose nothing in silence.

use chartlens_tests::folder::Folder;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn fixtures(what: &str) -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scaffold").join(what);
    let mut all: Vec<PathBuf> =
        fs::read_dir(dir).expect("fixtures").filter_map(|entry| Some(entry.ok()?.path())).collect();
    all.sort();
    all
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

/// What the strict profile says of a chart, but for the two things that only its maker knows.
fn strict(folder: &Folder, chart: &str) -> Vec<String> {
    let shown = folder.run(&format!("check {chart} --profile strict --ci-values --format json --isolated"));
    let report: Value = serde_json::from_str(&shown.stdout).unwrap_or_else(|_| panic!("{chart}: {}", shown.stderr));
    let found = report["diagnostics"].as_array().expect("findings").iter();
    let ours = found.filter(|found| found["code"] != "chart/no-icon" && found["code"] != "chart/no-maintainers");
    ours.map(|found| format!("{} {} {}", found["code"], found["message"], found["cause"]["template"])).collect()
}

fn file(folder: &Folder, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_chart_to_start_from_is_clean_and_described() {
    let folder = Folder::default();
    let said = folder.run("new web").ok();
    assert!(said.starts_with("web: 15 files\n"), "{said}");
    assert_eq!(strict(&folder, "web"), [""; 0]);
    folder.run("docs web --check --fail-on note").ok();
    folder.run("schema web --check").ok();
    folder.run("template x web").ok();
    let full = folder.run("template x web -f web/ci/full-values.yaml").ok();
    assert!(full.contains("kind: Ingress") && full.contains("kind: HorizontalPodAutoscaler"), "{full}");
    assert!(folder.run("new web").error().contains("web is there already"));
}

#[test]
fn charts_of_compose_files_are_clean() {
    let all = fixtures("compose");
    assert!(all.len() >= 20, "{} fixtures", all.len());
    for path in all {
        for flags in ["", "--network-policies"] {
            let folder = Folder::default();
            let said =
                folder.run(&format!("new made --from compose {} {flags}", path.join("compose.yaml").display())).ok();
            assert_eq!(strict(&folder, "made"), [""; 0], "{} {flags}: {said}", name(&path));
            folder.run("docs made --check").ok();
        }
    }
}

/// The file beside each Compose file lists what is told of it: `BLESS=1` writes it, read it before you keep it.
#[test]
fn what_has_no_equivalent_is_told() {
    for path in fixtures("compose") {
        let folder = Folder::default();
        let said = folder.run(&format!("new made --from compose {}", path.join("compose.yaml").display())).ok();
        let golden = path.join("notes.txt");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&golden, &said).expect("a golden file");
        }
        assert_eq!(said, fs::read_to_string(&golden).unwrap_or_default(), "{}", golden.display());
    }
}

/// Every setting of a service is either read or told: a made-up one is.
#[test]
fn no_setting_is_dropped_in_silence() {
    let settings = [
        ("annotations_of_nobody", "1"),
        ("blkio_config", "{weight: 3}"),
        ("cgroup", "host"),
        ("cpu_rt_period", "1ms"),
        ("credential_spec", "{file: a}"),
        ("deploy", "{placement: {constraints: [a]}}"),
        ("device_cgroup_rules", "[a]"),
        ("external_links", "[a]"),
        ("group_add", "[mail]"),
        ("isolation", "default"),
        ("mac_address", "a"),
        ("oom_kill_disable", "true"),
        ("pids_limit", "10"),
        ("runtime", "runc"),
        ("storage_opt", "{size: 1G}"),
        ("volumes_from", "[a]"),
        ("uts", "host"),
        ("provider", "{type: a}"),
        ("models", "[a]"),
        ("label_file", "a"),
    ];
    for (setting, value) in settings {
        let text = format!("services:\n  a:\n    image: example.com/a:1\n    {setting}: {value}\n");
        let said = Folder::default().with("c.yaml", text).run("new made --from compose c.yaml").ok();
        assert!(said.contains(setting), "{setting}: {said}");
    }
}

fn objects(text: &str) -> Vec<Value> {
    let documents = chartlens::yaml::documents(text.as_bytes());
    let trees = documents.iter().flatten().map(|document| {
        let tree = chartlens::kube::tree::Tree::build(document, &chartlens::budget::Budget::default()).expect("data");
        tree.root().map(chartlens::kube::tree::Node::to_json)
    });
    trees.flatten().filter(|object| !object.is_null()).collect()
}

#[test]
fn compose_settings_arrive_where_they_belong() {
    let at = |fixture: &str, kind: &str, name: &str| {
        let folder = Folder::default();
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scaffold/compose").join(fixture).join("compose.yaml");
        folder.run(&format!("new made --from compose {}", path.display())).ok();
        let all = objects(&folder.run("template x made").ok());
        let found = all.iter().find(|object| object["kind"] == kind && object["metadata"]["name"] == name);
        found.unwrap_or_else(|| panic!("no {kind} {name} in {all:#?}")).clone()
    };
    let container = |object: &Value| object["spec"]["template"]["spec"]["containers"][0].clone();
    let api = container(&at("env", "Deployment", "api"));
    assert_eq!(api["image"], "ghcr.io/example/api:1.5");
    let env = |name: &str| api["env"].as_array().expect("variables").iter().find(|env| env["name"] == name).cloned();
    assert_eq!(env("MODE").expect("MODE")["value"], "production");
    assert_eq!(env("REGION").expect("REGION")["value"], "eu # west");
    assert_eq!(env("PRICE").expect("PRICE")["value"], "5$");
    assert_eq!(env("BRACES").expect("BRACES")["value"], "{{ not an action }}");
    assert_eq!(env("DB_PASSWORD").expect("DB_PASSWORD")["valueFrom"]["secretKeyRef"]["name"], "api-env");
    assert_eq!(at("env", "Secret", "api-env")["stringData"]["DB_PASSWORD"], "hunter2");
    let a = container(&at("health", "Deployment", "a"));
    assert_eq!(a["readinessProbe"]["exec"]["command"], serde_json::json!(["curl", "-f", "http://localhost/"]));
    assert_eq!(
        (&a["readinessProbe"]["periodSeconds"], &a["startupProbe"]["failureThreshold"]),
        (&90.into(), &4.into())
    );
    let files = at("volumes", "ConfigMap", "db-files");
    assert_eq!(files["data"]["init.sql"], "  -- starts with blanks\ncreate table a (b int);\n{{ no action }}\n");
    let job = at("deploy", "Job", "import");
    assert_eq!(job["spec"]["backoffLimit"], 5);
    assert_eq!(container(&job)["args"], serde_json::json!(["import", "all of it", "now"]));
    let web = at("deploy", "Deployment", "web");
    assert_eq!(web["spec"]["replicas"], 3);
    assert_eq!(container(&web)["resources"]["limits"], serde_json::json!({"cpu": "500m", "memory": "512Mi"}));
    let redis = at("lecture", "Service", "redis");
    assert_eq!(redis["spec"]["clusterIP"], "None", "a Service without known ports leads to the pods");
    let command = container(&at("command", "Deployment", "a"));
    assert_eq!(command["args"], serde_json::json!(["echo", "{{ hello }}", "&&", "sleep", "3600"]));
}

#[test]
fn charts_of_manifests_render_to_the_same_objects() {
    for path in fixtures("manifests") {
        let folder = Folder::default();
        folder.run(&format!("new made --from manifests {}", path.display())).ok();
        let mut before: Vec<Value> = Vec::new();
        let mut work = vec![path.clone()];
        while let Some(path) = work.pop() {
            match fs::read_dir(&path) {
                Ok(entries) => work.extend(entries.filter_map(|entry| Some(entry.ok()?.path()))),
                Err(_) => before.extend(objects(&fs::read_to_string(&path).expect("a file"))),
            }
        }
        before.retain(|object| object["kind"] != "Kustomization");
        let after = objects(&folder.run("template other-name made --include-crds").ok());
        assert_eq!(before.len(), after.len(), "{}", path.display());
        before.iter().for_each(|object| assert!(after.contains(object), "{}: {object:#}", path.display()));
        folder.run("docs made --check").ok();
        folder.run("schema made --check").ok();
    }
}

#[test]
fn values_of_manifests_reach_every_place_that_names_them() {
    let folder = Folder::default();
    let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scaffold/manifests/shop");
    folder.run(&format!("new made --from manifests {}", shop.display())).ok();
    assert_eq!(strict(&folder, "made"), [""; 0]);
    let text = file(&folder, "made/templates/web.yaml");
    assert!(text.contains("# The web server.") && text.contains("# two for a start"), "comments stay: {text}");
    let set =
        "web.name=front,web.port=9090,web.servicePort=81,redis.name=cache,web.image.tag=v2,shop.host=b.example.com";
    let out = folder.run(&format!("template x made --set {set}")).ok();
    assert_eq!(out.matches("9090").count(), 4, "the container, both probes, the Service: {out}");
    for gone in [
        "8080\n          ",
        "redis:6379",
        "web-settings",
        "app: web",
        "name: web\n  labels",
        "shop.example.com",
        ":1.10",
    ] {
        assert!(!out.contains(gone), "{gone}: {out}");
    }
    for there in
        ["front-settings", "cache:6379", "serviceName: cache", "number: 81", "port: 81", "registry.example/web:v2"]
    {
        assert!(out.contains(there), "{there}: {out}");
    }
    let report = folder.run(&format!("check made --set {set} --format concise"));
    assert_eq!(report.exit, 0, "{}", report.stdout);
    assert!(!report.stdout.contains("[reference/"), "links hold: {}", report.stdout);
}

#[test]
fn bad_input_is_told() {
    let folder = Folder::default()
        .with("a.yaml", "services: [\n")
        .with("b.yaml", "a: 1\n")
        .with("c.yaml", "services: {web: 1}\n");
    let folder = folder
        .with("empty/x.txt", "")
        .with("d.yaml", "services: {}\n")
        .with("e.yaml", "services: {\"---\": {image: a}}\n");
    for (args, wanted) in [
        ("new web --from compose a.yaml", "a.yaml: yaml: line 1"),
        ("new web --from compose b.yaml", "b.yaml: expected a map at `services`"),
        ("new web --from compose c.yaml", "c.yaml: services.web: expected a map"),
        ("new web --from compose d.yaml", "d.yaml: expected a service"),
        ("new web --from compose e.yaml", "e.yaml: services.---: "),
        ("new web --from compose none.yaml", "none.yaml: no such file or directory"),
        ("new web --from manifests empty", "empty: there are no .yaml"),
        ("new web --from manifests b.yaml", "b.yaml: there are no objects"),
        ("new web --from manifests a.yaml", "a.yaml: a.yaml: yaml: "),
    ] {
        let said = folder.run(args).error();
        assert!(said.contains(wanted), "{args}: {said}");
        assert!(!folder.join("web").exists(), "{args}: nothing is left behind");
    }
    for args in ["new", "new Web", "new web more", "new web --from helm x", "new web --from compose", "new ../web"] {
        assert_eq!(folder.run(args).exit, 2, "{args}");
    }
}

/// Whatever comes in, there is an error with words or a result.
#[test]
fn hostile_files_are_survived() {
    let deep = |open: &str, close: &str| format!("a: {}1{}\n", open.repeat(9_000), close.repeat(9_000));
    let folder = Folder::chart([("values.yaml", deep("{a: ", "}"))]);
    for args in ["docs t -o -", "schema t -o -"] {
        assert!(folder.run(args).error().contains("nested deeper than 200 levels"), "{args}");
    }
    let many = format!("services: {{web: {{image: \"{}\"}}}}\n", "${A:-".repeat(20_000));
    let folder = folder.with("c.yaml", format!("services: {{web: {{image: a, {}}}}}\n", deep("[", "]").trim()));
    let folder = folder
        .with("m.yaml", format!("apiVersion: v1\nkind: ConfigMap\ndata: {{{}}}\n", deep("{a: ", "}").trim()))
        .with("d.yaml", many);
    assert!(folder.run("new a --from compose c.yaml").error().contains("nested deeper"));
    assert!(folder.run("new b --from manifests m.yaml").error().contains("nested deeper"));
    assert!(folder.run("new c --from compose d.yaml").exit <= 1);
}
