//! `check --fix`, chartlens.toml and comments that allow, as a user has them.

use chartlens_tests::folder::Folder;
use chartlens_tests::json_schema::refusal;
use std::fs;

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    a: {{ .Values.flag }}
    b: 12
spec:
  replcas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        {{- range .Values.names }}
        - name: {{ . }}
          image: \"example.com/a:{{ .Values.port }}\"
          ports: [{containerPort: \"80\"}]
        {{- end }}
";

fn ailing() -> Folder {
    let values = "port: 80\nflag: true\nnames: [one]\n";
    Folder::chart([("values.yaml", values), ("templates/a.yaml", DEPLOYMENT)]).with("p.yaml", "prt: 81\n")
}

#[test]
fn fixes_mend_templates_and_values_in_rounds() {
    let folder = ailing();
    let shown = folder.run("check t -f p.yaml --fix");
    assert_eq!((shown.exit, shown.stderr.as_str()), (0, "6 fixed\n"), "{}", shown.stdout);
    let wanted = DEPLOYMENT
        .replace("{{ .Values.flag }}", "{{ .Values.flag | quote }}")
        .replace("b: 12", "b: \"12\"")
        .replace("replcas", "replicas")
        .replace("{{ .Values.port }}", "{{ $.Values.port }}")
        .replace("\"80\"", "80");
    assert_eq!(fs::read_to_string(folder.join("t/templates/a.yaml")).unwrap(), wanted);
    assert_eq!(fs::read_to_string(folder.join("p.yaml")).unwrap(), "port: 81\n");
    // A second time there is nothing to do.
    assert_eq!(folder.run("check t -f p.yaml --fix").stderr, "0 fixed\n");
}

#[test]
fn a_diff_changes_nothing() {
    let folder = ailing();
    let shown = folder.run("check t -f p.yaml --diff");
    assert_eq!(shown.exit, 1);
    assert!(shown.stdout.contains("--- p.yaml\n+++ p.yaml\n@@ -1 +1 @@\n-prt: 81\n+port: 81\n"), "{}", shown.stdout);
    assert_eq!(fs::read_to_string(folder.join("t/templates/a.yaml")).unwrap(), DEPLOYMENT);
    assert_eq!(shown.stderr, "6 of 6 findings would be fixed\n");
    for flag in ["--fix", "--diff"] {
        assert_eq!(folder.run(&format!("check - {flag}")).exit, 2);
    }
}

#[test]
fn plain_manifests_are_mended_in_their_files() {
    let text = "# one
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data:
  a: true
  b: \"3\"
  b: \"4\"
--- # two
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
  - name: ä
    imagee: x:1
    resources: {limits: {memory: 128mb}}
";
    let mended = text.replace("a: true", "a: \"true\"").replace("  b: \"3\"\n", "").replace("imagee", "image");
    let folder = Folder::default().with("m/a.yaml", text);
    assert_eq!(folder.run("check m --fix").stderr, "3 fixed\n");
    assert_eq!(fs::read_to_string(folder.join("m/a.yaml")).unwrap(), mended);
    // What is meant by a unit is a guess.
    assert_eq!(folder.run("check m --fix --unsafe-fixes").stderr, "1 fixed\n");
    assert_eq!(fs::read_to_string(folder.join("m/a.yaml")).unwrap(), mended.replace("128mb", "128M"));
}

#[test]
fn plain_manifests_that_are_no_yaml_are_mended_too() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: p\n   labels: {a: b}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: q}\ndata:\n  a: @x\n";
    let folder = Folder::default().with("m/a.yaml", text);
    assert_eq!(folder.run("check m --fix --unsafe-fixes").stderr, "2 fixed\n");
    let mended = text.replace("   labels", "  labels").replace("@x", "'@x'");
    assert_eq!(fs::read_to_string(folder.join("m/a.yaml")).unwrap(), mended);
}

#[test]
fn what_would_cut_a_manifest_in_two_mends_nothing() {
    let text = "    apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n";
    let folder = Folder::default().with("m/a.yaml", text);
    let first = folder.run("check m --fix --unsafe-fixes").stderr;
    assert_eq!(first, "1 fixed\n");
    assert_eq!(fs::read_to_string(folder.join("m/a.yaml")).unwrap(), text.trim_start());
    assert_eq!(folder.run("check m --fix --unsafe-fixes").stderr, "0 fixed\n");
}

#[test]
fn a_value_that_wrote_a_name_wrongly_is_mended_where_it_is_set() {
    let template = "apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
  - {name: a, image: \"a:1\", resources: {limits: {memory: {{ .Values.memory }}}}, imagePullPolicy: {{ .Values.pull }}}
";
    let values = "memory: 1GB\npull: always\n";
    let folder = Folder::chart([("values.yaml", values), ("templates/a.yaml", template)]);
    assert_eq!(folder.run("check t --fix").stderr, "0 fixed\n");
    assert_eq!(folder.run("check t --fix --unsafe-fixes").stderr, "2 fixed\n");
    let mended = fs::read_to_string(folder.join("t/values.yaml")).unwrap();
    assert_eq!(mended, "memory: 1G\npull: Always\n");
}

#[test]
fn indentation_that_was_tried_is_mended_where_it_is_made() {
    let head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";
    let made = format!("{head}  labels:\n    x: one\n{{{{ toYaml .Values.more | indent 5 }}}}\n");
    let literal = format!("{head}data:\n  a: one\n   c: two\n").replace("name: a", "name: b");
    let folder = Folder::chart([
        ("values.yaml", "more: {z: w}\n"),
        ("templates/a.yaml", made.as_str()),
        ("templates/b.yaml", literal.as_str()),
    ]);
    assert_eq!(folder.run("check t --fix").stderr, "0 fixed\n");
    let shown = folder.run("check t --fix --unsafe-fixes");
    assert_eq!((shown.exit, shown.stderr.as_str()), (0, "2 fixed\n"), "{}", shown.stdout);
    let now = |name: &str| fs::read_to_string(folder.join(&format!("t/templates/{name}"))).unwrap();
    assert_eq!(now("a.yaml"), made.replace("indent 5", "indent 4"));
    assert_eq!(now("b.yaml"), literal.replace("   c: two", "  c: two"));
}

const PLAIN: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostNetwork: true\n  hostPID: true\n  \
                     containers: [{name: a, image: example.com/a:1}]\n";

/// A deployment with a selector and labels that a helper writes, each at its own indentation.
fn labelled(helper: &str, selector: usize) -> Folder {
    let deployment = format!(
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {{{{- include \"l\" . | nindent 4 }}}}
spec:
  selector:
    matchLabels: {{{{- include \"l\" . | nindent {selector} }}}}
  template:
    metadata:
      labels: {{{{- include \"l\" . | nindent 8 }}}}
    spec:
      containers:
        - name: web
          image: example.com/web:1
"
    );
    Folder::chart([("templates/_h.tpl", helper), ("templates/a.yaml", &deployment)])
}

const LABELS: &str = "{{ define \"l\" -}}\napp: web\ntier: front\n{{- end }}";

#[test]
fn the_number_of_a_call_is_mended_where_its_lines_are_keys_that_nobody_knows() {
    let folder = labelled(LABELS, 4);
    let shown = folder.run("check t --unsafe-fixes --fix --profile none");
    assert_eq!((shown.exit, shown.stderr.as_str()), (0, "1 fixed\n"), "{}", shown.stdout);
    let now = fs::read_to_string(folder.join("t/templates/a.yaml")).unwrap();
    assert_eq!(now, fs::read_to_string(labelled(LABELS, 6).join("t/templates/a.yaml")).unwrap());
    let shown = labelled(LABELS, 4).run("check t --profile none --color never");
    assert!(shown.stdout.contains("write `nindent 6` instead of `nindent 4`"), "{}", shown.stdout);
}

#[test]
fn a_line_of_a_helper_is_mended_in_the_helper_wherever_it_comes_out() {
    let folder = labelled(&LABELS.replace("tier", " tier"), 6);
    let shown = folder.run("check t --unsafe-fixes --fix --profile none");
    assert_eq!((shown.exit, shown.stderr.as_str()), (0, "1 fixed\n"), "{}", shown.stdout);
    assert_eq!(fs::read_to_string(folder.join("t/templates/_h.tpl")).unwrap(), LABELS);
}

#[test]
fn a_list_of_one_is_that_one_where_a_number_is_wanted() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: [2]\n";
    let rest = "  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers: [{name: a, image: b}]\n";
    let folder = Folder::chart([("templates/a.yaml", format!("{text}{rest}"))]);
    folder.run("check t --fix --profile none");
    let now = fs::read_to_string(folder.join("t/templates/a.yaml")).unwrap();
    assert_eq!(now, format!("{text}{rest}").replace("[2]", "2"));
}

fn codes(shown: &str) -> Vec<&str> {
    shown.lines().filter_map(|line| line.split('[').nth(1)?.split(']').next()).collect()
}

#[test]
fn the_nearest_configuration_counts_and_flags_come_on_top() {
    let config = "select = [\"host-network\", \"host-pid\"]\nignore = [\"host-pid\"]\n";
    let folder = Folder::chart([("templates/a.yaml", PLAIN)]).with("chartlens.toml", config);
    let check = |flags: &str| folder.run(&format!("check t --format concise {flags}"));
    assert_eq!(codes(&check("").stdout), ["security/host-network"]);
    assert_eq!(codes(&check("--select hostPIDSet --config chartlens.toml").stdout), [""; 0]);
    assert_eq!(codes(&check("--isolated").stdout), [""; 0]);
    assert_eq!(codes(&check("--isolated --select host-*").stdout), ["security/host-network", "security/host-pid"]);
    let wrong = check("--select host-netwrk");
    assert_eq!(wrong.exit, 2);
    assert!(wrong.stderr.contains("unknown rule, category or profile `host-netwrk`; did you mean `host-network`?"));
    let broken = Folder::chart([("templates/a.yaml", PLAIN)]).with("chartlens.toml", "slect = []\n").run("check t");
    assert_eq!(broken.exit, 2);
    assert!(broken.stderr.contains("chartlens.toml") && broken.stderr.contains("slect"), "{}", broken.stderr);
}

#[test]
fn what_a_configuration_says_for_nothing_is_an_error() {
    let own = "[[rules]]\ncode = 'CODE'\nexpression = 'true'\nmessage = 'a'\n";
    for (config, flags, says) in [
        ("", "--select probes --ignore probes", "all that is selected is ignored too"),
        ("[external]\nSecrt = ['a']\n", "", "no rule looks for objects of the kind `Secrt`; did you mean `Secret`?"),
        ("[[overrides]]\nfiles = ['templates/**']\n", "", "changes nothing"),
        (
            &own.replace("CODE", "security/host-network"),
            "",
            "another rule has the code \"security/host-network\" already",
        ),
        (&own.replace("CODE", "team/a").repeat(2), "", "another rule has the code \"team/a\" already"),
    ] {
        let shown = Folder::chart([("templates/a.yaml", PLAIN)])
            .with("chartlens.toml", config)
            .run(&format!("check t {flags}"));
        assert_eq!(shown.exit, 2, "{config}{flags}");
        assert!(shown.stderr.contains(says), "{}", shown.stderr);
    }
    let linter =
        |text: &str| Folder::chart([("templates/a.yaml", PLAIN)]).with(".kube-linter.yaml", text).run("check t");
    assert!(linter("checks: [a]\n").stderr.contains("checks: expected a map"));
    assert!(linter("checks: {addAllBuiltIn: tru}\n").stderr.contains("checks.addAllBuiltIn: expected true or false"));
}

#[test]
fn the_configuration_is_shown_with_where_it_comes_from() {
    let folder = Folder::chart([("templates/a.yaml", PLAIN)]).with("chartlens.toml", "select = [\"host-network\"]\n");
    let shown = folder.run("config t --ignore probes").ok();
    assert!(shown.starts_with("# ") && shown.contains("chartlens.toml\n"), "{shown}");
    let lists = "select = [\n    \"host-network\",  # chartlens.toml\n]\nignore = [\n    \"probes\",  # --ignore\n]\n";
    assert!(shown.contains(lists), "{shown}");
    assert!(shown.ends_with("\n# 1 rule runs:\n#   security/host-network\n"), "{shown}");
    let folder = folder.with("chartlens.toml", "ignore = [\"image\"]\n[levels]\nprobes = \"note\"\n");
    let shown = folder.run("config t --profile strict --ignore probes").ok();
    assert!(shown.contains("profile = \"strict\"  # --profile\n"), "{shown}");
    let ignore =
        "ignore = [\n    \"image\",  # chartlens.toml\n    \"probes\",  # --ignore\n]\n[levels]\nprobes = \"note\"\n";
    assert!(shown.contains(ignore), "{shown}");
    assert!(folder.run("config t --isolated").ok().contains("profile = \"default\"  # nothing says otherwise\n"));
    let missing = folder.run("config nowhere");
    assert!(missing.exit == 2 && missing.stderr.contains("no such file or folder"), "{}", missing.stderr);
    assert_eq!(folder.run("config t --profile strickt").exit, 2);
}

#[test]
fn rules_of_ones_own_are_expressions_with_examples() {
    let rule = |good: &str| {
        format!(
            "[[rules]]\ncode = 'team/owner'\nkinds = ['Pod']\nexpression = \"has(object.metadata.labels)\"\n\
             message = 'nobody owns this'\nbad = '''\n{PLAIN}'''\ngood = '''\n{good}'''\n"
        )
    };
    let owned = PLAIN.replace("{name: a}", "{name: a, labels: {owner: b}}");
    let folder = Folder::chart([("templates/a.yaml", PLAIN)]).with("chartlens.toml", rule(&owned));
    let shown = folder.run("check t --format concise");
    assert_eq!(codes(&shown.stdout), ["team/owner"], "{}", shown.stdout);
    assert!(shown.stdout.contains("t/templates/a.yaml:3") && shown.stdout.contains("nobody owns this"));
    assert_eq!(codes(&folder.run("check t --format concise --ignore team").stdout), [""; 0]);
    assert_eq!(folder.run("rules --test").ok(), "1 rules, 0 problems\n");
    let folder = folder.with("chartlens.toml", rule(PLAIN));
    assert!(folder.run("rules --test").stdout.contains("team/owner: the good example is found"));
    let folder = folder.with("chartlens.toml", "[[rules]]\ncode = 'a/b'\nexpression = '1 +'\nmessage = 'c'\n");
    let shown = folder.run("check t");
    assert_eq!(shown.exit, 2);
    assert!(shown.stderr.contains("chartlens.toml: rules: a/b"), "{}", shown.stderr);
}

#[test]
fn expressions_see_the_cause_and_the_release() {
    let template = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: {{ .Values.replicas }}\n  \
                    selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    \
                    spec: {containers: [{name: web, image: \"example.com/web:1\"}]}\n";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let files = [("values.yaml", "replicas: 2\n"), ("templates/a.yaml", template), ("templates/b.yaml", map)];
    let found = |expression: &str| {
        let rule = format!(
            "[[rules]]\ncode = 'team/a'\nkinds = ['Deployment']\nexpression = \"{expression}\"\nmessage = 'no'\n"
        );
        let folder = Folder::chart(files).with("chartlens.toml", rule);
        let shown = folder.run("check t --profile none --format concise --set extra=1");
        assert_ne!(shown.exit, 2, "{}", shown.stderr);
        shown.stdout.lines().filter(|line| line.contains("team/a")).collect::<Vec<_>>().join("\n")
    };
    for holds in [
        "cause.template.file == 'templates/a.yaml'",
        "cause.of('/spec/replicas').values[0].path == 'replicas'",
        "cause.of('/spec/replicas').template.line == 6",
        "cause.of('/spec/selector').values.size() == 0",
        "cause.of('/spec/paused') == null",
        "release.objects.exists(other, other.kind == 'ConfigMap' && other.metadata.name == 'a')",
        "release.objects.all(a, release.objects.exists_one(b, a.kind == b.kind))",
        "release.name == 'release-name' && release.helm_version == '4' && release.values_set == null",
        "release.values.replicas == 2 && release.values.extra == 1",
        "release.chart.version == '0.1.0'",
    ] {
        assert_eq!(found(holds), "", "{holds}");
    }
    let refused = found("object.spec.replicas == release.values.extra");
    assert!(refused.contains("t/templates/a.yaml:4") && refused.contains("no"), "{refused}");
    let wrong = found("cause.of('spec.replicas') == null");
    assert!(wrong.contains("cannot be evaluated") && wrong.contains("JSON pointer"), "{wrong}");
}

#[test]
fn a_baseline_leaves_out_what_was_known_also_when_lines_move() {
    let folder = Folder::chart([("templates/a.yaml", PLAIN)]);
    let shown = folder.run("check t --select host-network --write-baseline known.json");
    assert_eq!((shown.exit, shown.stderr.as_str()), (0, "1 finding written to known.json\n"));
    let folder = folder.with("t/templates/a.yaml", format!("# one line more\n{PLAIN}"));
    let shown = folder.run("check t --select host-network,host-pid --baseline known.json --format concise");
    assert_eq!(codes(&shown.stdout), ["security/host-pid"], "{}", shown.stdout);
    assert_eq!(shown.stderr, "1 known finding left out\n");
    let missing = folder.run("check t --baseline nowhere.json");
    assert_eq!(missing.exit, 2);
    assert!(missing.stderr.contains("--write-baseline nowhere.json makes it"), "{}", missing.stderr);
}

#[test]
fn files_named_one_by_one_are_parts_of_something() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n";
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\n\
                   spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}\n";
    let folder = Folder::default().with("m/service.yaml", service).with("m/ingress.yaml", ingress);
    assert_eq!(codes(&folder.run("check m --format concise").stdout), [""; 0]);
    assert_eq!(codes(&folder.run("check m/ingress.yaml m/service.yaml --format concise").stdout), [""; 0]);
    assert_eq!(codes(&folder.run("check m/ingress.yaml --format concise").stdout), ["reference/ingress-backend"]);
}

#[test]
fn comments_and_annotations_allow_and_must_be_needed() {
    let text = PLAIN.replace("  hostPID: true", "  hostPID: true # chartlens: allow host-pid, host-ipc -- an agent");
    let text = text.replace(
        "metadata: {name: a}",
        "metadata: {name: a, annotations: {ignore-check.kube-linter.io/host-network: why}}",
    );
    let folder = Folder::chart([("templates/a.yaml", text)]);
    let shown = folder.run("check t --format concise --profile security --ignore security,resources,image");
    assert_eq!(codes(&shown.stdout), [""; 0], "{}", shown.stdout);
    let shown = folder.run("check t --format concise --select host-network,host-pid,host-ipc,unused-allow");
    assert_eq!(codes(&shown.stdout), ["lint/unused-allow"], "{}", shown.stdout);
    assert!(shown.stdout.contains("t/templates/a.yaml:6"), "{}", shown.stdout);
}

#[test]
fn the_schema_of_the_configuration_takes_what_the_documentation_shows() {
    let folder = ailing();
    let schema = serde_json::from_str(&folder.run("config --schema").ok()).expect("a schema");
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/lint.md")).expect("the page");
    let examples: Vec<&str> = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(examples.len() > 1);
    for example in examples {
        let shown: serde_json::Value = toml::from_str(example).expect("the example is TOML");
        assert_eq!(refusal(&schema, &shown), None, "{example}");
    }
    assert!(refusal(&schema, &serde_json::json!({"profil": "strict"})).is_some());
}

#[test]
fn overrides_hold_for_some_files_and_objects() {
    let map = |name: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{a: 1}}\n");
    let config = "[[overrides]]\nfiles = [\"templates/old/**\"]\nignore = [\"schema\"]\n
[[overrides]]\nkinds = [\"ConfigMap\"]\nnames = [\"b*\"]\nlevels = { \"schema/wrong-type\" = \"note\" }\n";
    let folder = Folder::chart([
        ("templates/old/x.yaml", map("x")),
        ("templates/b.yaml", map("b1")),
        ("templates/c.yaml", map("c")),
        ("chartlens.toml", config.to_owned()),
    ]);
    let shown = folder.run("check t --format concise").stdout;
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines.len(), 3, "{shown}");
    assert!(lines[0].starts_with("t/templates/c.yaml:4:11: error: "), "{shown}");
    assert!(lines[1].starts_with("t/templates/b.yaml:4:11: note: "), "{shown}");
    fs::write(folder.join("t/chartlens.toml"), config.replace("\"schema\"", "\"scema\"")).expect("written");
    let shown = folder.run("check t");
    assert!(shown.exit == 2 && shown.stderr.contains("did you mean `schema`"), "{}", shown.stderr);
}

#[test]
fn options_of_rules_are_set_and_must_be_there() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: nginx:dev}]\n";
    let config = "profile = \"none\"\n[options.latest-tag]\ntags = [\"dev\"]\n[options.other-registry]\nallowed = [\"docker.io/library\"]\n";
    let folder = Folder::chart([("templates/a.yaml", text)]).with("chartlens.toml", config);
    assert_eq!(codes(&folder.run("check t --format concise").stdout), ["image/latest-tag"]);
    let folder = folder.with("chartlens.toml", config.replace("docker.io/library", "registry.example.com"));
    let shown = folder.run("check t --format concise").stdout;
    assert_eq!(codes(&shown), ["image/latest-tag", "image/other-registry"], "{shown}");
    assert!(folder.run("explain other-registry").ok().contains("`allowed = "));
    let wrong = folder.with("chartlens.toml", config.replace("allowed", "alowed")).run("check t");
    assert_eq!(wrong.exit, 2);
    assert!(wrong.stderr.contains("has no option `alowed`; did you mean `allowed`?"), "{}", wrong.stderr);
}

#[test]
fn the_configuration_of_other_tools_is_read() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostPID: true\n  hostNetwork: true\n  \
                containers: [{name: a, image: example.com/a:latest}]\n";
    let linter = "checks:\n  doNotAutoAddDefaults: true\n  include: [host-pid, host-network, latest-tag, no-such-check, owned]\n  \
                  exclude: [host-network]\ncustomChecks:\n  - {name: owned, template: required-label, params: {key: team}}\n  \
                  - {name: odd, template: anti-affinity, params: {minReplicas: 2}}\n";
    let folder = Folder::chart([("templates/a.yaml", text)]).with("t/.kube-linter.yaml", linter);
    let shown = folder.run("check t --format concise");
    let mut found = codes(&shown.stdout);
    found.sort_unstable();
    assert_eq!(found, ["image/latest-tag", "metadata/no-owner", "security/host-pid"], "{}", shown.stdout);
    assert!(shown.stdout.contains("labels.team"), "{}", shown.stdout);
    for what in ["the check `no-such-check` has no rule here", "the custom check `odd` has no rule here"] {
        assert!(shown.stderr.contains(what), "{}", shown.stderr);
    }
    // chartlens' own comes first, and none where none is wanted.
    let folder = folder.with("t/chartlens.toml", "profile = \"none\"\nextend-select = [\"host-ipc\"]\n");
    assert_eq!(codes(&folder.run("check t --format concise").stdout), [""; 0]);
    let polaris = "checks:\n  hostPIDSet: danger\n  hostNetworkSet: warning\n  tagNotSpecified: ignore\nexemptions:\n  \
                   - {controllerNames: [a], rules: [hostNetworkSet]}\n  - {namespace: kube-system, rules: [hostPIDSet]}\n";
    let folder = folder.with("polaris-config.yaml", polaris);
    let shown = folder.run("check t --format concise --config polaris-config.yaml");
    assert_eq!(codes(&shown.stdout), ["security/host-pid"], "{}", shown.stdout);
    assert!(
        shown.stdout.contains(": error: ") && shown.stderr.contains("an exemption for a namespace"),
        "{}",
        shown.stderr
    );
}

/// Custom checks of kube-linter: template, parameters, an object that does not hold, and one that does.
const CUSTOM: &[[&str; 4]] = &[
    [
        "required-label",
        "{key: team, value: ^a}",
        "metadata: {name: a, labels: {team: b}}",
        "metadata: {name: a, labels: {team: a}}",
    ],
    [
        "required-annotation",
        "{key: '^on-call$'}",
        "metadata: {name: a}",
        "metadata: {name: a, annotations: {on-call: b}}",
    ],
    [
        "forbidden-annotation",
        "{key: ^x, value: '!^ok'}",
        "metadata: {name: a, annotations: {xy: no}}",
        "metadata: {name: a, annotations: {xy: ok}}",
    ],
    ["disallowed-api-obj", "{version: '^v1$', kind: ^Pod}", "metadata: {name: a}", ""],
    ["disallowed-api-obj", "{group: '.'}", "", "metadata: {name: a}"],
    [
        "env-var",
        "{name: KEY, value: .}",
        "spec: {containers: [{name: a, env: [{name: A_KEY, value: b}]}]}",
        "spec: {containers: [{name: a, env: [{name: A_KEY, valueFrom: {}}]}]}",
    ],
    [
        "ports",
        "{port: 22, protocol: TCP}",
        "spec: {initContainers: [{name: a, ports: [{containerPort: 22}]}]}",
        "spec: {containers: [{name: a, ports: [{containerPort: 22, protocol: UDP}]}]}",
    ],
    [
        "image-pull-policy",
        "{forbiddenPolicies: [Always]}",
        "spec: {containers: [{name: a, imagePullPolicy: Always}]}",
        "spec: {containers: [{name: a, imagePullPolicy: Never}]}",
    ],
    [
        "latest-tag",
        "{allowList: ['^good/']}",
        "spec: {containers: [{name: a, image: bad/a}]}",
        "spec: {containers: [{name: a, image: good/a}]}",
    ],
    [
        "latest-tag",
        "{blockList: ['^bad/', x]}",
        "spec: {containers: [{name: a, image: bad/a}]}",
        "spec: {containers: [{name: a, image: good/a}]}",
    ],
    [
        "host-mounts",
        "{dirs: [^/etc]}",
        "spec: {containers: [{name: a, volumeMounts: [{name: b}]}], volumes: [{name: b, hostPath: {path: /etc}}]}",
        "spec: {containers: [{name: a}], volumes: [{name: b, hostPath: {path: /etc}}]}",
    ],
    ["service-account", "{serviceAccount: '^(|default)$'}", "spec: {containers: []}", "spec: {serviceAccountName: a}"],
    [
        "dnsconfig-options",
        "{key: ndots, value: '2'}",
        "spec: {dnsConfig: {options: [{name: ndots, value: '1'}]}}",
        "spec: {dnsConfig: {options: [{name: ndots, value: '2'}]}}",
    ],
    [
        "cel-expression",
        "{check: \"subject.metadata.name == 'a' ? '' : 'other'\"}",
        "metadata: {name: b}",
        "metadata: {name: a}",
    ],
    [
        "cel-expression",
        "{check: \"objects.size() > 1 ? '' : 'alone'\"}",
        "metadata: {name: b}",
        "metadata: {name: b}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: c}",
    ],
];

#[test]
fn custom_checks_of_kube_linter_are_rules() {
    for [template, params, bad, good] in CUSTOM {
        let config = format!(
            "checks: {{doNotAutoAddDefaults: true}}\ncustomChecks:\n- name: own\n  template: {template}\n  params: {params}\n  \
             description: what is wrong\n  remediation: what to do\n  scope: {{objectKinds: [DeploymentLike]}}\n"
        );
        for (text, expected) in [(bad, &["kube-linter/own"][..]), (good, &[])] {
            let manifest = format!("apiVersion: v1\nkind: Pod\n{text}\n");
            let folder = Folder::default().with("a.yaml", manifest).with(".kube-linter.yaml", &config);
            let shown = folder.run("check a.yaml --select kube-linter/* --format concise");
            assert!(shown.stderr.is_empty(), "{template}: {}", shown.stderr);
            if !text.is_empty() {
                assert_eq!(codes(&shown.stdout), expected, "{template} {params}: {}", shown.stdout);
            }
        }
    }
}

/// Custom checks of polaris: what they ask for, a pod that does not hold, and one that does.
const SCHEMAS: &[[&str; 3]] = &[
    [
        "{target: Container, schema: {properties: {image: {not: {pattern: ^quay.io}}}}}",
        "{initContainers: [{name: a, image: quay.io/a}], containers: []}",
        "{containers: [{name: a, image: example.com/a}]}",
    ],
    [
        "{target: Container, containers: {exclude: [initContainer]}, schema: {required: [image]}}",
        "{containers: [{name: a}]}",
        "{initContainers: [{name: a}], containers: [{name: b, image: c}]}",
    ],
    [
        "{target: PodSpec, schema: {properties: {priority: {minimum: 5}}}}",
        "{priority: 4, containers: []}",
        "{priority: 5, containers: []}",
    ],
    [
        "{target: Controller, controllers: {exclude: [Job]}, jsonSchema: '{\"properties\": {\"spec\": {\"maxProperties\": 1}}}'}",
        "{priority: 4, containers: []}",
        "{containers: []}",
    ],
    ["{target: /Pod, schema: {properties: {spec: {const: {}}}}}", "{containers: []}", "{}"],
    ["{target: Controller, controllers: {include: [Job]}, schema: {type: string}}", "", "{containers: []}"],
];

#[test]
fn custom_checks_of_polaris_are_rules() {
    for [check, bad, good] in SCHEMAS {
        let config = format!(
            "checks: {{own: danger, other: ignore, odd: warning}}\ncustomChecks:\n  own: {check}\n  other: {{target: Pod}}\n  \
             odd: {{target: Pod, schemaString: ''}}\nexemptions:\n- {{controllerNames: [spared], rules: [own]}}\n"
        );
        for (name, spec, expected) in [("a", bad, &["polaris/own"][..]), ("a", good, &[]), ("spared", bad, &[])] {
            let manifest = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {spec}\n");
            let folder = Folder::default().with("a.yaml", manifest).with("polaris.yaml", &config);
            let shown = folder.run("check a.yaml --select polaris/* --format concise");
            assert!(shown.stderr.contains("the custom check `odd` has no rule here"), "{}", shown.stderr);
            assert!(!shown.stderr.contains("`own`") && !shown.stderr.contains("`other`"), "{check}: {}", shown.stderr);
            if !spec.is_empty() {
                assert_eq!(codes(&shown.stdout), expected, "{check}: {}", shown.stdout);
                assert!(expected.is_empty() || shown.stdout.contains(": error: "), "{}", shown.stdout);
            }
        }
    }
}

#[test]
fn a_rule_of_ones_own_is_a_schema() {
    let rule = |what: &str| {
        format!("profile = \"none\"\n[[rules]]\ncode = \"team/registry\"\nmessage = \"from elsewhere\"\n{what}\n")
    };
    let schema = "schema = { properties = { image = { pattern = \"^good/\" } } }\ntarget = \"container\"";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - {name: a, image: good/a}\n  - {name: b, image: bad/a}\n";
    let folder = Folder::chart([("templates/a.yaml", pod)]).with("chartlens.toml", rule(schema));
    let shown = folder.run("check t --format concise").stdout;
    assert!(shown.starts_with("t/templates/a.yaml:7:5: warning: from elsewhere [team/registry]\n"), "{shown}");
    let schema = "schema = { minProperties = 2, properties = { image = { minimum = 0.5 } } }\n";
    let shown = Folder::default().with("chartlens.toml", rule(schema)).run("config .").ok();
    for line in ["[rules.schema]", "minProperties = 2", "[rules.schema.properties.image]", "minimum = 0.5"] {
        assert!(shown.contains(line), "{shown}");
    }
    for (what, says) in [
        ("", "expected one of `expression` and `schema`"),
        ("schema = { type = \"sequence\" }", "rules: team/registry: the schema is not valid against metaschema"),
        ("expression = \"true\"\nschema = {}", "expected one of `expression` and `schema`"),
    ] {
        let wrong = Folder::chart([("templates/a.yaml", pod)]).with("chartlens.toml", rule(what)).run("check t");
        assert_eq!(wrong.exit, 2, "{what}");
        assert!(wrong.stderr.contains(says), "{}", wrong.stderr);
    }
}

#[test]
fn a_number_in_quotation_marks_loses_them_in_the_template() {
    let template = "apiVersion: v1
kind: Service
metadata: {name: a}
spec:
  ports:
    - {name: a, port: {{ .Values.port | quote }}}
    - name: b
      port: \"{{ .Values.other }}\"
";
    let folder = Folder::chart([("values.yaml", "port: \"80\"\nother: 81\n"), ("templates/a.yaml", template)]);
    let shown = folder.run("check t").stdout;
    assert!(shown.contains("help: write `{{ .Values.port }}` in the template, without quotation marks"), "{shown}");
    assert_eq!(folder.run("check t --fix").stderr, "2 fixed\n");
    let mended = template.replace(" | quote", "").replace("\"{{ .Values.other }}\"", "{{ .Values.other }}");
    assert_eq!(fs::read_to_string(folder.join("t/templates/a.yaml")).unwrap(), mended);
}

#[test]
fn what_one_edit_mends_is_told_once() {
    let template = "apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - name: a
      image: \"a:1\"
      env:
        {{- range $name, $value := .Values.env }}
        - name: {{ $name }}
          value: {{ $value }}
        {{- end }}
";
    let folder = Folder::chart([("values.yaml", "env: {A: 1, B: true, C: x, D: 2}\n"), ("templates/a.yaml", template)]);
    let shown = folder.run("check t").stdout;
    assert!(shown.contains("help: write `{{ $value | quote }}` in the template\n"), "{shown}");
    assert!(shown.contains("note: the same in the value `env.B`, the value `env.D`\n"), "{shown}");
    assert!(shown.contains("\n1 error, "), "{shown}");
}
