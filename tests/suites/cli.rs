//! The command line: flags, streams, files, exit codes.

use chartlens_tests::command::with_environment;
use chartlens_tests::folder::Folder;
use std::fs;
use std::process::Command;

fn folder() -> Folder {
    Folder::chart([
        ("values.yaml", "a: 1\nb: {c: x}\nl: [1, 2]\n"),
        ("templates/t.yaml", "v: {{ .Values | toJson }}\n"),
        ("templates/u.yaml", "kind: Service\nname: {{ .Release.Name }}.{{ .Release.Namespace }}\n"),
        ("templates/hook.yaml", "kind: Pod\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: test}\n"),
        ("templates/NOTES.txt", "Thanks for {{ .Chart.Name }}.\n"),
        ("crds/c.yaml", "kind: CustomResourceDefinition\n"),
    ])
}

fn values(flags: &str) -> String {
    let shown = folder().with("f.yaml", "a: 2\nb: {d: z}\n").with("text", "of a file\n");
    let out = shown.run_with(&format!("template r ./t -s templates/t.yaml {flags}"), "a: stdin\n").ok();
    out.lines().find_map(|line| line.strip_prefix("v: ").map(str::to_owned)).expect("the line with values")
}

#[test]
fn manifests_go_to_standard_output() {
    let shown = folder().run("template r ./t -n ns");
    assert_eq!((shown.exit, shown.stderr.as_str()), (0, ""));
    let sources: Vec<&str> = shown.stdout.lines().filter_map(|line| line.strip_prefix("# Source: ")).collect();
    assert_eq!(sources, ["t/templates/u.yaml", "t/templates/t.yaml", "t/templates/hook.yaml"]);
    assert!(shown.stdout.contains("name: r.ns\n"));
    assert!(!shown.stdout.contains("Thanks"));
}

#[test]
fn what_there_is_to_say_goes_to_standard_error_as_helm_says_it() {
    let old = folder().with("t/Chart.yaml", "apiVersion: v2\nname: t\nversion: 0.1.0\ndeprecated: true\n");
    let shown = old.run("template r ./t");
    assert_eq!((shown.exit, shown.stderr.as_str()), (0, "level=WARN msg=\"this chart is deprecated\"\n"));
    assert_eq!(old.run("template r ./t --helm-version 3").stderr, "WARNING: This chart is deprecated\n");
}

#[test]
fn names_may_be_left_out_or_made() {
    let name = |args: &str| folder().run(&format!("template {args} -s templates/u.yaml")).ok();
    assert!(name("./t").contains("name: release-name.default"));
    assert!(name("./t --name-template {{\"x3\"}}").contains("name: x3.default"));
    assert!(name("./t --generate-name --now 1970-01-01T00:00:09Z").contains("name: release-name.default"));
    assert!(folder().run("template UPPER ./t").error().contains("invalid release name"));
    assert!(folder().run("template r ./t extra").error().contains("expected at most two arguments"));
}

#[test]
fn values_come_in_layers() {
    assert_eq!(values(""), r#"{"a":1,"b":{"c":"x"},"l":[1,2]}"#);
    assert_eq!(values("-f f.yaml"), r#"{"a":2,"b":{"c":"x","d":"z"},"l":[1,2]}"#);
    assert_eq!(values("-f -"), r#"{"a":"stdin","b":{"c":"x"},"l":[1,2]}"#);
    assert_eq!(values("-f f.yaml,- --set a=3"), r#"{"a":3,"b":{"c":"x","d":"z"},"l":[1,2]}"#);
    assert_eq!(values("--set a=true,b.c=null,l={p,q}"), r#"{"a":true,"b":{},"l":["p","q"]}"#);
    assert_eq!(values("--set l[1]=9 --set-string a=007"), r#"{"a":"007","b":{"c":"x"},"l":[null,9]}"#);
    assert_eq!(values(r#"--set-json b={"c":[1.5]}"#), r#"{"a":1,"b":{"c":[1.5]},"l":[1,2]}"#);
    assert_eq!(values("--set-file a=text"), r#"{"a":"of a file\n","b":{"c":"x"},"l":[1,2]}"#);
    assert_eq!(values("--set-literal a=x,y=z"), r#"{"a":"x,y=z","b":{"c":"x"},"l":[1,2]}"#);
    // By kind of flag and not by their order.
    assert_eq!(values("--set-string a=s --set a=5 --set-json a=6"), r#"{"a":"s","b":{"c":"x"},"l":[1,2]}"#);
}

#[test]
fn only_some_templates_are_shown() {
    let one = folder().run("template r ./t --show-only templates/u.yaml").ok();
    assert_eq!(one, "---\n# Source: t/templates/u.yaml\nkind: Service\nname: r.default\n\n\n");
    assert!(folder().run("template r ./t -s templates/*.yaml").ok().contains("hook.yaml"));
    assert!(folder().run("template r ./t -s none.yaml").error().contains("could not find template none.yaml in chart"));
}

#[test]
fn parts_can_be_left_out_or_added() {
    assert!(!folder().run("template r ./t --no-hooks").ok().contains("hook.yaml"));
    assert!(!folder().run("template r ./t --skip-tests").ok().contains("hook.yaml"));
    let all = folder().run("template r ./t --include-crds").ok();
    assert!(all.starts_with("---\n# Source: t/crds/c.yaml\nkind: CustomResourceDefinition\n"), "{all}");
}

#[test]
fn output_goes_into_files() {
    let folder = folder();
    let said = folder.run("template r ./t --output-dir out --include-crds").ok();
    let wrote: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("wrote ")).collect();
    assert_eq!(
        wrote,
        ["out/t/crds/c.yaml", "out/t/templates/u.yaml", "out/t/templates/t.yaml", "out/t/templates/hook.yaml"]
    );
    let text = fs::read_to_string(folder.join("out/t/templates/u.yaml")).expect("a file");
    assert!(text.starts_with("---\n# Source: t/templates/u.yaml\nkind: Service\nname: r.default\n"), "{text}");
    folder.run("template r ./t --output-dir out --release-name").ok();
    assert!(folder.join("out/r/t/templates/u.yaml").exists());
}

#[test]
fn installations_can_be_rehearsed() {
    let report = folder().run("install r ./t --dry-run=client --now 2030-01-02T03:04:05Z").ok();
    for part in
        ["NAME: r\n", "LAST DEPLOYED: Wed Jan  2 03:04:05 2030\n", "HOOKS:\n", "MANIFEST:\n", "NOTES:\nThanks for t.\n"]
    {
        assert!(report.contains(part), "{part:?} is not in {report}");
    }
    assert!(!folder().run("install r ./t --dry-run=client --hide-notes").ok().contains("Thanks"));
    assert!(folder().run("install r ./t").error().contains("--dry-run=client"));
    assert!(folder().run("install ./t --dry-run=client").error().contains("must either provide a name"));
}

#[test]
fn a_release_is_printed_as_helm_stores_it() {
    let folder = folder()
        .with("t/README.md", "Read me.\n")
        .with("t/Chart.lock", "generated: \"2024-05-06T07:08:09.120+02:00\"\ndigest: sha256:ab\ndependencies: []\n");
    let install = "install r ./t --dry-run=client --now 2030-01-02T03:04:05Z --set a.b=<c>";
    let json = folder.run(&format!("{install} -o json")).ok();
    let head = r#"{"name":"r","info":{"first_deployed":"2030-01-02T03:04:05Z","last_deployed":"2030-01-02T03:04:05Z","description":"Dry run complete","status":"pending-install","notes":"Thanks for t.\n"},"chart":{"metadata":{"name":"t","#;
    assert!(json.starts_with(head), "{json}");
    assert!(json.contains(r#""config":{"a":{"b":"\u003cc\u003e"}},"manifest":"---\n# Source: t/templates/"#), "{json}");
    assert!(json.ends_with("\"version\":1,\"namespace\":\"default\",\"apply_method\":\"ssa\"}\n"), "{json}");
    let release: serde_json::Value = serde_json::from_str(&json).unwrap();
    let chart = &release["chart"];
    let lock = serde_json::json!({
        "generated": "2024-05-06T07:08:09.12+02:00", "digest": "sha256:ab", "dependencies": null,
    });
    assert_eq!((&chart["lock"], &chart["schemamodtime"]), (&lock, &"0001-01-01T00:00:00Z".into()));
    assert_eq!((&chart["files"][0]["name"], &chart["files"][0]["data"]), (&"README.md".into(), &"UmVhZCBtZS4K".into()));
    let changed = std::fs::metadata(folder.join("t/README.md")).unwrap().modified().unwrap();
    let seconds = changed.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let written = chartlens::parse_time(chart["files"][0]["modtime"].as_str().unwrap()).unwrap();
    assert_eq!(written.seconds, seconds as i64);
    let yaml = folder.run(&format!("{install} -o yaml --server-side=false")).ok();
    assert!(yaml.starts_with("apply_method: csa\nchart:\n  files:\n  - data: UmVhZCBtZS4K\n"), "{yaml}");
    let report = folder.run(&format!("{install} --debug")).ok();
    assert!(report.contains("USER-SUPPLIED VALUES:\na:\n  b: <c>\n\nCOMPUTED VALUES:\na:\n  b: <c>\n"), "{report}");
}

#[test]
fn nothing_reaches_a_cluster_or_programs() {
    assert!(folder().run("template r ./t --validate").error().contains("never talks to a cluster"));
    assert!(folder().run("template r ./t --post-renderer cat").error().contains("does not run other programs"));
}

#[test]
fn the_cluster_is_imagined() {
    let folder = Folder::template("v: {{ .Capabilities.KubeVersion }} {{ .Capabilities.APIVersions.Has \"x/v1\" }}\n");
    assert!(folder.run("template r ./t").ok().contains("v: v1.37.0 false"));
    assert!(folder.run("template r ./t --helm-version 3").ok().contains("v: v1.32.0 false"));
    assert!(folder.run("template r ./t --kube-version 1.29 -a x/v1").ok().contains("v: v1.29 true"));
}

#[test]
fn dependencies_of_a_chart_are_structs_in_helm_3() {
    let template = "v: {{ with index .Chart.Dependencies 0 }}{{ printf \"%T %v\" . . | quote }}{{ end }}\nj: {{ .Chart.Dependencies | toJson }}\n";
    let chart = "apiVersion: v2\nname: t\nversion: 0.1.0\ndependencies:\n- {name: s, version: 0.1.x, repository: ''}\n";
    let inner = "apiVersion: v2\nname: s\nversion: 0.1.0\n";
    let folder = Folder::template(template).with("t/Chart.yaml", chart).with("t/charts/s/Chart.yaml", inner);
    let three = folder.run("template r ./t --helm-version 3").ok();
    assert!(three.contains("v: \"*chart.Dependency &{s 0.1.x   [] true [] }\"\n"), "{three}");
    assert!(
        three.contains("j: [{\"name\":\"s\",\"version\":\"0.1.x\",\"repository\":\"\",\"enabled\":true}]\n"),
        "{three}"
    );
    assert!(folder.run("template r ./t").ok().contains("v: \"map[string]interface {} map[Alias: Condition:"));
}

#[test]
fn lookup_finds_objects_in_files() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: ns}\ndata: {k: dg==}\n";
    let folder =
        Folder::template("v: {{ (lookup \"v1\" \"Secret\" \"ns\" \"s\").data | toJson }}\n").with("o.yaml", secret);
    assert!(folder.run("template r ./t").ok().contains("v: null"));
    assert!(folder.run("template r ./t --lookup o.yaml").ok().contains("v: {\"k\":\"dg==\"}"));
}

#[test]
fn random_values_repeat_with_their_seed() {
    let folder = Folder::template("v: {{ randAlphaNum 30 }}\n");
    let run = |flags: &str| folder.run(&format!("template r ./t {flags}")).ok();
    assert_eq!(run("--seed a"), run("--seed a"));
    assert_ne!(run("--seed a"), run("--seed b"));
}

#[test]
fn help_names_every_verb_and_flag() {
    let folder = Folder::default();
    let overview = folder.run("help").ok();
    assert_eq!(overview, folder.run("--help").ok());
    for verb in ["template", "install", "completion", "version"] {
        assert!(overview.contains(verb), "{verb}");
        assert!(folder.run(&format!("help {verb}")).ok().contains("Usage"), "{verb}");
    }
    let template = folder.run("template --help").ok();
    for flag in ["--set-json", "--show-only", "--helm-version", "--seed", "-f"] {
        assert!(template.contains(flag), "{flag}");
    }
    assert!(folder.run("version").ok().starts_with("chartlens "));
    // What has no effect is shown to those who ask for all.
    assert!(!template.contains("--wait-for-jobs") && template.contains("--help-all"));
    let all = folder.run("template --help-all").ok();
    assert!(all.contains("--wait-for-jobs") && !all.contains("--help-all"));
    assert_eq!(all, folder.run("help template --help-all").ok());
    assert!(folder.run("completion --help").ok().contains("Usage"));
}

#[test]
fn codes_and_functions_are_explained() {
    let folder = Folder::default();
    let page = folder.run("explain schema/unknown-field").ok();
    assert!(page.contains("Default level: error") && page.contains("Found in:") && page.contains("Not in:"), "{page}");
    assert_eq!(page, folder.run("explain unknown-field").ok());
    assert!(folder.run("explain duplicate-env-var").ok().starts_with("## api/duplicate-list-item"));
    let function = folder.run("explain nindent").ok();
    assert!(function.contains("nindent") && function.contains("{{"), "{function}");
    let wrong = folder.run("explain schema/unknown-feild");
    assert_eq!((wrong.exit, wrong.stdout.len()), (1, 0));
    assert!(wrong.stderr.contains("chartlens explain schema/unknown-field"));
    assert_eq!(folder.run("explain").exit, 2);
}

#[test]
fn rules_are_listed_in_every_form() {
    let folder = Folder::default();
    let text = folder.run("rules --category limit").ok();
    assert_eq!(text, "limit/exhausted  error    the render has reached a limit\n");
    let json: serde_json::Value = serde_json::from_str(&folder.run("rules --format json").ok()).unwrap();
    assert_eq!(json.as_array().map(Vec::len), Some(chartlens::codes::all().len()));
    assert!(folder.run("rules --format markdown").ok().contains("## render/nil-pointer"));
    assert_eq!(folder.run("rules --category nothing").exit, 2);
    assert_eq!(folder.run("rules --format pdf").exit, 2);
}

#[test]
fn completion_scripts_are_scripts() {
    let folder = Folder::default();
    for (shell, word) in [("bash", "complete -o"), ("zsh", "#compdef"), ("fish", "complete -c chartlens")] {
        assert!(folder.run(&format!("completion {shell}")).ok().contains(word), "{shell}");
    }
    assert_eq!(folder.run("completion").exit, 2);
    let folder = folder.run("completion bash").ok();
    let folder = Folder::default().with("script", folder);
    match Command::new("bash").arg("-n").arg(folder.join("script")).output() {
        Ok(checked) => assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr)),
        Err(error) => println!("there is no bash here ({error}); the script is not checked"),
    }
}

#[test]
fn shells_complete_what_stands_behind_verbs_and_flags() {
    let script = Folder::default().run("completion bash").ok();
    let folder = Folder::default().with("script", script).with("chart/x", "");
    let complete = |words: &str| {
        let count = words.split(' ').count() - 1;
        let ask = format!(". ./script; COMP_WORDS=({words}); COMP_CWORD={count}; _chartlens; echo ${{COMPREPLY[@]}}");
        let done = Command::new("bash").args(["-c", &ask.replace("''", "\"\"")]).current_dir(folder.path()).output();
        done.ok().map(|done| String::from_utf8_lossy(&done.stdout).trim().to_owned())
    };
    if complete("chartlens ch").is_none() {
        println!("there is no bash here; nothing is completed");
        return;
    }
    for (words, wanted) in [
        ("chartlens ch", "check"),
        ("chartlens check --format s", "sarif"),
        ("chartlens check --format = s", "sarif"),
        ("chartlens check --kube-version 1.37", "1.37"),
        ("chartlens check --profile gke", "gke-autopilot"),
        ("chartlens check --select image/latest", "image/latest-tag"),
        ("chartlens check --fail-on w", "warning"),
        ("chartlens check --col", "--color"),
        ("chartlens check ch", "chart"),
        ("chartlens check -f ch", "chart"),
        ("chartlens rules --category netw", "network"),
        ("chartlens explain nind", "nindent"),
        ("chartlens explain schema/unknown-f", "schema/unknown-field"),
        ("chartlens completion ''", "bash zsh fish"),
        ("chartlens help ru", "rules"),
    ] {
        assert_eq!(complete(words).as_deref(), Some(wanted), "{words}");
    }
    let fish = folder.run("completion fish").ok();
    assert!(fish.contains("-l format -x -a 'pretty concise "), "{fish}");
    assert!(fish.contains("-f -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'"));
}

#[test]
fn ctrl_c_takes_the_progress_bar_away() {
    let endless = "{{ $l := until 3000 }}{{ range $l }}{{ range $l }}{{ range $l }}{{ end }}{{ end }}{{ end }}";
    let folder = ["a", "b"].iter().fold(Folder::default(), |folder, chart| {
        let about = format!("apiVersion: v2\nname: {chart}\nversion: 0.1.0\n");
        folder.with(&format!("{chart}/Chart.yaml"), about).with(&format!("{chart}/templates/t.yaml"), endless)
    });
    let command = env!("CARGO_BIN_EXE_chartlens-under-test");
    let session = format!(
        "ulimit -t 30; stty cols 80 rows 24; {command} check a b & sleep 2; kill -INT $!; wait $!; echo code $?"
    );
    // A terminal of its own.
    let shown = Command::new("script").args(["-qefc", &session, "/dev/null"]).current_dir(folder.path()).output();
    let Ok(shown) = shown else {
        println!("there is no `script` here; nothing is interrupted");
        return;
    };
    let text = String::from_utf8_lossy(&shown.stdout);
    let end = text.rsplit_once("\r\u{1b}[2K").unwrap_or_else(|| panic!("the line is not cleared: {text:?}")).1;
    assert_eq!(end.trim(), "code 130");
}

#[test]
fn nothing_is_no_chart() {
    let folder = Folder::default().with("Chart.yaml", "apiVersion: v2\nname: t\nversion: 0.1.0\n");
    for args in [&["template", ""][..], &["template", "r", "  "], &["template", "r", "", "-f", "."]] {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        let exit = with_environment(folder.path(), &mut out, &mut errors, |env| chartlens_cli::run(&args, env));
        let wanted = "Error: non-absolute URLs should be in form of repo_name/path_to_chart, got: \n";
        assert_eq!((exit, String::from_utf8_lossy(&errors)), (1, wanted.into()), "{args:?}");
    }
}

#[test]
fn a_misspelt_flag_is_answered_with_the_right_one() {
    let folder = Folder::template("a: 1\n");
    for (args, meant) in [("check t --kube-versoin 1.37", "--kube-version"), ("trace t --vlaue a", "--value")] {
        let shown = folder.run(args);
        assert_eq!(shown.exit, 2);
        assert!(shown.stderr.contains(&format!("Did you mean `{meant}`?")), "{}", shown.stderr);
    }
    // What stands in for a command of Helm's answers in its words.
    let shown = folder.run("template t --vlaues a");
    assert_eq!(shown.stderr, "Error: unknown flag: --vlaues\n");
}

#[test]
fn documentation_of_fields_is_kept_of_openapi_documents_alone() {
    let docs = r##"{"openapi": "3.0.0", "components": {"schemas": {"S": {"type": "object", "description": "A thing.",
        "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Thing"}]}}}}"##;
    let folder = Folder::default().with("a.json", docs);
    let kept = folder.run_with("field-docs - a.json -o -", docs).ok();
    assert_eq!(folder.with("kept.json", &kept).run("field-docs kept.json -o -").ok(), kept);
    let folder = Folder::default().with("b.json", "{\"definitions\": {}}").with("c.json", "kind: X");
    let error = |args: &str| folder.run(args).error();
    assert!(
        error("field-docs b.json -o -").contains("b.json: expected an OpenAPI document with the definitions of kinds")
    );
    assert!(error("field-docs c.json -o -").contains("c.json: no OpenAPI document: "));
    assert!(error("field-docs none.json -o -").contains("open none.json: no such file or directory"));
    assert!(error("lsp --field-docs b.json").contains("b.json: expected an OpenAPI document"));
    assert_eq!(folder.run("field-docs").exit, 2);
}
