//! What people see who use the command for the first time: words that help, and reports that fit.
//!
//! `BLESS=1 cargo test -p chartlens-tests --test suites people` writes the golden files anew.

use chartlens_tests::folder::{Folder, Shown};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// The findings of a check, as JSON has them.
#[track_caller]
fn findings(folder: &Folder, args: &str) -> Vec<Value> {
    let shown = folder.run(&format!("check {args} --format json"));
    let report: Value = serde_json::from_str(&shown.stdout).unwrap_or_else(|_| panic!("{}", shown.stderr));
    report["diagnostics"].as_array().expect("findings").clone()
}

/// What the only finding of a code says should be done.
#[track_caller]
fn help(folder: &Folder, code: &str) -> String {
    let all = findings(folder, "t");
    let found: Vec<&Value> = all.iter().filter(|found| found["code"] == code).collect();
    assert_eq!(found.len(), 1, "{all:#?}");
    found[0]["help"].as_str().unwrap_or_default().to_owned()
}

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: ";

#[test]
fn units_are_answered_with_the_unit_that_is_meant() {
    let limit = |written: &str| {
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'a:1', resources: {limits: {memory: ";
        Folder::template(format!("{pod}{written}}}}}}}]}}\n"))
    };
    for (written, meant) in [
        ("128mb", "128M"),
        ("1gb", "1G"),
        ("2gi", "2Gi"),
        ("100mi", "100Mi"),
        ("'1 Gi'", "1Gi"),
        ("5mb", "5M"),
        ("100MiB", "100Mi"),
        ("10kb", "10k"),
    ] {
        assert_eq!(help(&limit(written), "api/quantity"), format!("did you mean {meant}?"), "{written}");
    }
    assert!(help(&limit("250m"), "resources/fractional-bytes").contains("`m` is a thousandth of a byte"));
}

#[test]
fn quoting_is_advised_where_it_works() {
    // Quotation marks in values do not survive rendering.
    let quoted = Folder::template(format!("{CONFIG_MAP}{{{{ .Values.a }}}}\n")).with("t/values.yaml", "a: \"yes\"\n");
    assert!(help(&quoted, "schema/wrong-type").contains("write `{{ .Values.a | quote }}` in the template"));
    let literal = Folder::template(format!("{CONFIG_MAP}5\n"));
    assert_eq!(help(&literal, "schema/wrong-type"), "quote the value: \"5\"");
}

#[test]
fn texts_that_yaml_takes_otherwise_are_quoted_where_they_are_written() {
    for (written, values, advice, fix) in [
        ("{{ .Values.a }}", "a: 'x: y'\n", "write it with `| quote`", Some("{{ .Values.a | quote }}")),
        ("{{ .Values.a -}}", "a: '@x'\n", "write it with `| quote`", Some("{{ .Values.a | quote -}}")),
        (
            "to: {{ .Values.a }}",
            "a: y\n",
            "put quotation marks around all of it in the template",
            Some("\"to: {{ .Values.a }}\""),
        ),
        ("to: x", "a: y\n", "quote the value", Some("\"to: x\"")),
    ] {
        let folder = Folder::template(format!("{CONFIG_MAP}{written}\n")).with("t/values.yaml", values);
        let told = help(&folder, "yaml/invalid");
        assert!(told.ends_with(&format!(": {advice}")), "{written}: {told}");
        let proof = chartlens_tests::advice::prove(&["t".to_owned()], folder.path(), &[]);
        assert_eq!(proof.failed, Vec::<String>::new(), "{written}");
        folder.run("check t --fix --unsafe-fixes");
        let mended = fs::read_to_string(folder.path().join("t/templates/t.yaml")).expect("a template");
        assert_eq!(mended.strip_prefix(CONFIG_MAP).map(str::trim_end), fix.map(str::trim_end), "{written}");
    }
}

#[test]
fn several_lines_behind_a_key_are_told_once_at_the_action_that_writes_them() {
    let helper = "\n{{ define \"h\" }}k: v\nm: o{{ end }}";
    for (action, mended) in [
        ("{{ tpl .Values.x . }}", "a: {{- tpl .Values.x . | nindent 2 }}"),
        ("{{ include \"h\" . }}", "a: {{- include \"h\" . | nindent 2 }}"),
        ("{{ toYaml .Values.map }}", "a: {{- toYaml .Values.map | nindent 2 }}"),
        ("{{ .Values.x }}", "a: {{ .Values.x | quote }}"),
    ] {
        // A label may hold no map, so what is written is one only where any is taken.
        let text = format!("apiVersion: a.example.com/v1\nkind: A\nmetadata: {{name: a}}\na: {action}{helper}");
        let values = "x: |\n  one: 1\n  two: 2\nmap: {one: 1, two: 2}\n";
        let folder = Folder::template(text).with("t/values.yaml", values);
        let all = findings(&folder, "t --ignore schema/unknown-kind");
        assert_eq!(all.len(), 1, "{action}: {all:#?}");
        let place = &all[0]["cause"]["template"];
        assert_eq!(
            (&place["file"], &place["line"], &place["column"]),
            (&"templates/t.yaml".into(), &4.into(), &4.into())
        );
        folder.run("check t --fix --unsafe-fixes");
        let text = fs::read_to_string(folder.path().join("t/templates/t.yaml")).expect("a template");
        assert!(text.contains(mended), "{action}: {text}");
        folder.run("template r ./t").ok();
    }
}

#[test]
fn a_fix_of_a_values_file_that_brings_another_error_is_told_and_not_offered() {
    let with = |value: &str| {
        let service = "apiVersion: v1\nkind: Service\nmetadata: {name: a, annotations: {a: {{ .Values.a | quote }}}}\nspec: {type: {{ .Values.type | quote }}, ports: [{port: 80}]}\n";
        let folder = Folder::template(service).with("t/values.yaml", value);
        findings(&folder, "t").into_iter().find(|found| found["code"] == "values/invalid").expect("a finding")
    };
    let harmless = with("a: x: y\ntype: ClusterIP\n");
    assert_eq!(harmless["fixes"].as_array().map(Vec::len), Some(1), "{harmless:#}");
    let wrong = with("a: x\ntype: ClusterIP: y\n");
    assert_eq!(wrong["fixes"].as_array().map_or(0, Vec::len), 0, "{wrong:#}");
    let help = wrong["help"].as_str().unwrap_or_default();
    assert!(help.starts_with("write `type: 'ClusterIP: y'` makes it YAML, and then: "), "{help}");
}

#[test]
fn values_with_a_default_are_not_undefined() {
    let codes = |action: &str| -> Vec<String> {
        let template = format!("{CONFIG_MAP}x{action}\n  c: {{{{ .Values.c }}}}\n");
        let folder = Folder::template(template).with("t/values.yaml", "c: x\n");
        findings(&folder, "t").iter().map(|found| found["code"].as_str().unwrap_or_default().to_owned()).collect()
    };
    for action in [
        "{{ $a := default \"x\" .Values.a }}{{ $a }}",
        "{{ $a := .Values.a | default \"x\" }}{{ $a }}",
        "{{ $a := coalesce .Values.a \"x\" }}{{ $a }}",
        "{{ .Values.a | default \"x\" }}",
    ] {
        assert_eq!(codes(action), Vec::<String>::new(), "{action}");
    }
    assert_eq!(codes("{{ .Values.a }}"), ["values/undefined-key"]);
}

#[test]
fn keys_with_a_dash_get_the_form_that_reads_them() {
    for (written, instead) in [
        (".Values.my-app.tag | quote", "index .Values \"my-app\" \"tag\""),
        ("$.Values.image.pull-policy", "index $.Values.image \"pull-policy\""),
        ("printf \"%s\" (.my-key)", "index . \"my-key\""),
    ] {
        let folder = Folder::template(format!("{CONFIG_MAP}{{{{ {written} }}}}\n"));
        let help = help(&folder, "render/parse-error");
        assert_eq!(help, format!("a key with a dash is not read with dots: write `{instead}`"));
    }
    // A minus is no dash in a key.
    let folder = Folder::template(format!("{CONFIG_MAP}{{{{ .Values.a- }}}}\n"));
    assert_eq!(help(&folder, "render/parse-error"), "");
}

#[test]
fn fields_at_the_wrong_depth_say_where_they_belong() {
    let pod = |inside: &str| {
        Folder::template(format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - name: a\n    image: 'a:1'\n    {inside}\n"
        ))
    };
    assert_eq!(help(&pod("runAsUser: 1"), "schema/unknown-field"), "`runAsUser` belongs into `securityContext`");
    assert_eq!(help(&pod("limits: {cpu: 1}"), "schema/unknown-field"), "`limits` belongs into `resources`");
    let help = help(&pod("restartPolicy: Always\n    nodeSelector: {a: b}"), "schema/unknown-field");
    assert_eq!(help, "indent by 2 fewer: 2 instead of 4");
}

#[test]
fn findings_that_rest_on_the_placeholder_say_so() {
    let name = |name: &str| {
        let folder = Folder::template(format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: \"{name}\"}}\nspec: {{ports: [{{port: 80}}]}}\n"
        ));
        let found = findings(&folder, "t").into_iter().find(|found| found["code"] == "api/object-name");
        found.expect("the name is told")["notes"].to_string()
    };
    assert!(
        name("{{ .Release.Name }}-{{ repeat 55 \"x\" }}")
            .contains("`release-name` stands for a release without a name")
    );
    assert_eq!(name(&"x".repeat(70)), "[]");
}

#[test]
fn flags_are_named_as_they_were_written() {
    let folder = Folder::template(format!("{CONFIG_MAP}{{{{ .Values.a }}}}\n"))
        .with("t/values.yaml", "a: x\n")
        .with("eight", "8")
        .with("nine.yaml", "a: 9\n");
    for (flag, written) in [
        ("--set a=2", "a from --set a=2"),
        ("--set b=1 --set c=1,a=2", "a from --set c=1,a=2"),
        ("--set-json a=3", "a from --set-json a=3"),
        ("--set-file a=eight", "a from --set-file a=eight"),
        ("--set-literal a=5", "a from --set-literal a=5"),
        ("--values-set nine=nine.yaml", "a from nine.yaml:1"),
        ("-f nine.yaml", "a from nine.yaml:1"),
        ("-f -", "a from -f -:1"),
    ] {
        let run = |format: &str| folder.run_with(&format!("check t {flag} --format {format}"), "a: 9\n").stdout;
        for format in ["concise", "junit", "tap", "github", "gitlab"] {
            let text = run(format);
            assert!(text.contains(written), "{format} {flag}: {text}");
        }
        if flag.starts_with("--set") {
            assert!(run("sarif").contains(written), "{flag}");
            let name = flag.split_whitespace().rev().nth(1).expect("a flag");
            let pretty = run("pretty");
            assert!(
                pretty.contains(&format!("[{name}:1:"))
                    && pretty.contains(&format!("given with {name}, over values.yaml:1")),
                "{pretty}"
            );
        } else {
            assert!(run("pretty").contains("given with -f, over values.yaml:1"), "{flag}");
        }
    }
    let secret = Folder::template(format!("{CONFIG_MAP}x\nimmutable: {{{{ .Values.password }}}}\n"));
    let shown = secret.run("check t --set password=hunter2 --format concise").stdout;
    assert!(shown.contains("(password from --set password=*******)"), "{shown}");
    assert!(!secret.run("check t --set password=hunter2").stdout.contains("hunter2"));
}

#[test]
fn parts_of_charts_are_recognised_and_the_command_is_named() {
    let template = "{{- if .Values.a }}\nkind: A\n{{- end }}\n";
    let folder = Folder::template(template)
        .with("t/values.yaml", "a: 1\n")
        .with("t/values-prod.yaml", "a: 1\n")
        .with("t/values.schema.json", "{}\n")
        .with("t/templates/_helpers.tpl", "{{ define \"a\" }}{{ end }}\n")
        .with("t/templates/sub/b.yaml", "kind: B\n")
        .with("bare/templates/a.yaml", template)
        .with("prod-values.yaml", "a: 1\n")
        .with("values.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    for (path, says) in [
        ("t/templates/t.yaml", "t/templates/t.yaml is a template, which its chart renders: chartlens check t\n"),
        ("t/templates/sub/b.yaml", "is a template, which its chart renders: chartlens check t\n"),
        ("t/templates/_helpers.tpl", "is a template, which its chart renders: chartlens check t\n"),
        ("t/templates", "t/templates has the templates of a chart: chartlens check t\n"),
        ("./t/values.yaml", "has a chart's own values: chartlens check ./t\n"),
        ("t/values-prod.yaml", "looks like a values file: chartlens check t -f t/values-prod.yaml\n"),
        ("t/values.schema.json", "is the schema of a chart's values: chartlens check t\n"),
        ("t/Chart.yaml", "is the description of a chart: chartlens check t\n"),
        ("prod-values.yaml", "looks like a values file: chartlens check CHART -f prod-values.yaml\n"),
        ("bare", "bare has templates/ and no Chart.yaml"),
        ("bare/templates", "there is no Chart.yaml above it"),
        ("bare/templates/a.yaml", "is a template, which its chart renders: chartlens check CHART\n"),
    ] {
        let shown = folder.run(&format!("check {path}"));
        assert_eq!((shown.exit, shown.stdout.as_str()), (2, ""), "{path}");
        assert!(shown.stderr.contains(says), "{path}: {}", shown.stderr);
    }
    // What only looks like a part of a chart is checked.
    assert_eq!(folder.run("check values.yaml").exit, 0);
}

#[test]
fn nothing_but_comments_is_nothing_to_check() {
    let folder =
        Folder::default().with("empty.yaml", "# later\n---\n").with("folder/a.yaml", "\n").with("none/a.txt", "");
    for args in ["check empty.yaml", "check folder", "check none", "check -"] {
        let shown = folder.run_with(args, "# nothing\n---\n");
        assert_eq!(shown.exit, 2, "{args}: {}", shown.stdout);
        assert!(shown.stderr.contains("nothing to check") || shown.stderr.contains("neither charts nor manifests"));
    }
}

#[test]
fn broken_files_of_charts_are_shown_where_they_break() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: \"{{ .Release.Name }}-{{ .Chart.Name }}\"}\nspec: {ports: [{port: 80}]}\n";
    let shown =
        |file: &str, text: &str| Folder::template(service).with(&format!("t/{file}"), text).run("check t").stdout;
    let broken = shown("Chart.yaml", "apiVersion: v2\nname: web\nversion: [1\ndescription: x\n");
    assert!(broken.contains("[t/Chart.yaml:3:") && broken.contains("3 │ version: [1"), "{broken}");
    // Nothing follows of a name that could not be read.
    assert!(broken.contains("1 error, 0 warnings, 0 notes in 1 chart"), "{broken}");
    let nameless = shown("Chart.yaml", "apiVersion: v2\nnaem: web\nversion: 1.0.0\n");
    assert!(nameless.contains("chart.metadata.name is required") && nameless.contains("1 error, "), "{nameless}");
    let values = shown("values.yaml", "a: 1\nb: [1,\nc: 2\n");
    assert!(values.contains("[t/values.yaml:2:") && values.contains("2 │ b: [1,"), "{values}");
}

/// A chart whose lines, names and values are longer than any terminal is wide.
fn wide() -> Folder {
    let names: Vec<String> = (1..30).map(|n| format!("a-rather-long-argument-{n}")).collect();
    let template = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a}}\nspec:\n  selector: {{matchLabels: {{app: a}}}}\n  template:\n    metadata: {{labels: {{app: a}}}}\n    spec:\n      containers:\n      - name: a\n        image: \"{{{{ .Values.registry }}}}/a:1\"\n        args: [\"{}\", {{{{ .Values.settings.some.deeply.nested.option.number }}}}, \"{}\"]\n        env: [{{name: A, value: {{{{ .Values.flag }}}}}}]\n        imagePullPolcy: Always # {}\n",
        names[..6].join("\", \""),
        names[6..].join("\", \""),
        names.join(" "),
    );
    let values = format!(
        "registry: example.org\nflag: true\nsettings: {{some: {{deeply: {{nested: {{option: {{about: \"{}\", number: 8}}}}}}}}}}\n",
        names.join(" ")
    );
    Folder::template(template).with("t/values.yaml", values)
}

#[test]
fn reports_fit_the_terminal() {
    let folder = wide();
    for width in [80, 100, 140] {
        let Shown { stdout, .. } = folder.run_at("check t --color never", "", Some(width), &[]);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("golden/width.{width}"));
        if std::env::var_os("BLESS").is_some() {
            fs::write(&path, &stdout).expect("golden files can be written");
        }
        let wanted = fs::read_to_string(&path).unwrap_or_default();
        assert!(wanted == stdout, "width.{width} differs; if that is meant, run with BLESS=1\n{stdout}");
        for line in stdout.lines() {
            assert!(line.chars().count() <= width, "{width}: {line}");
        }
    }
}

#[test]
fn concise_reports_name_every_key() {
    let values: String = (0..30).map(|n| format!("unread{n}: {n}\n")).collect();
    let folder = Folder::template(format!("{CONFIG_MAP}x\n")).with("values.yaml", values);
    let shown = folder.run("check t -f values.yaml --format concise").stdout;
    for n in 0..30 {
        assert!(shown.contains(&format!("`unread{n}`")), "unread{n}: {shown}");
    }
}

#[test]
fn colours_are_as_flags_variables_and_terminals_say() {
    let folder = Folder::template(format!("{CONFIG_MAP}5\n"));
    let colored = |args: &str, terminal: Option<usize>, variables: &[(&str, &str)]| {
        folder.run_at(&format!("check t {args}"), "", terminal, variables).stdout.contains('\u{1b}')
    };
    assert!(colored("", Some(80), &[]) && !colored("", None, &[]));
    assert!(colored("--color always", None, &[("NO_COLOR", "1")]) && !colored("--color never", Some(80), &[]));
    assert!(!colored("--color auto", Some(80), &[("TERM", "dumb")]) && !colored("", Some(80), &[("NO_COLOR", "1")]));
    assert!(colored("", None, &[("FORCE_COLOR", "1")]));
    let wrong = folder.run("check t --color sometimes");
    assert!(wrong.exit == 2 && wrong.stderr.contains("expected always, never or auto"), "{}", wrong.stderr);
}

#[test]
fn a_secret_that_is_a_number_is_in_no_sentence() {
    let folder = Folder::template(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  password: {{ .Values.password }}\n  all: {{ toYaml .Values.password }}\n",
    )
    .with("t/values.yaml", "password: 123456789\n");
    for format in ["pretty", "concise", "sarif", "junit"] {
        let shown = folder.run(&format!("check ./t --format {format}"));
        assert!(shown.stdout.contains("wrong-type"), "{}", shown.stdout);
        assert!(!shown.stdout.contains("123456789"), "{format}: {}", shown.stdout);
    }
}

#[test]
fn a_flag_is_told_how_it_gives_a_text() {
    let folder =
        Folder::template("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: {{ toYaml .Values.a }}\n");
    let shown = folder.run("check ./t --set a=12");
    assert!(shown.stdout.contains("give it with `--set-string a=12`"), "{}", shown.stdout);
    let folder = folder.with("s.txt", "12");
    let shown = folder.run("check ./t --set-file a=s.txt");
    assert!(!shown.stdout.contains("s.txt\"`"), "{}", shown.stdout);
}

#[test]
fn a_value_of_another_shape_than_its_default_is_told_where_it_is_set() {
    let folder = Folder::template(format!("{CONFIG_MAP}{{{{ .Values.a.b | quote }}}}\n"))
        .with("t/values.yaml", "a: {b: c}\nl: {}\nd: {e: {f: g}}\n")
        .with("v.yaml", "a: {b: c}\nd:\n  e: [x]\nl: [y]\n");
    let shown = folder.run("check ./t -f v.yaml --format concise").stdout;
    let said = "`d.e` is a list, and the chart's default is a map [values/other-type]";
    assert!(shown.lines().any(|line| line.starts_with("v.yaml:3:") && line.contains(said)), "{shown}");
    assert_eq!(shown.matches("other-type").count(), 1, "{shown}");
}

#[test]
fn typographic_quotation_marks_get_plain_ones() {
    let folder = Folder::template(format!("{CONFIG_MAP}{{{{ default \u{201c}x\u{201d} .Values.a | quote }}}}\n"))
        .with("t/values.yaml", "a: \u{201e}b\u{201c}\n");
    assert_eq!(help(&folder, "render/parse-error"), "`\u{201c}` is a quotation mark for people: write `\"`");
    let shown = folder.run("check ./t --format concise --quiet").stdout;
    assert!(shown.contains("t/values.yaml:1:4: warning: ") && shown.contains("[values/typographic-quotes]"), "{shown}");
    folder.run("check ./t --fix --unsafe-fixes");
    assert_eq!(folder.run("check ./t --quiet").stdout, "");
    assert_eq!(std::fs::read_to_string(folder.join("t/values.yaml")).unwrap(), "a: \"b\"\n");
}

#[test]
fn a_field_in_the_wrong_map_is_moved_to_the_right_one() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\n  replicas: 2\nspec:\n  selector: {matchLabels: {a: b}}\n  \
        nodeSelector:\n    c: d\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers:\n        - {name: a, image: 'a:1'}\n";
    let folder = Folder::template(text);
    let helps: Vec<_> =
        findings(&folder, "t").iter().map(|found| found["help"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(helps, ["`replicas` belongs into `spec`", "`nodeSelector` belongs into `template.spec`"]);
    folder.run("check ./t --fix --unsafe-fixes");
    let mended = text.replace("  replicas: 2\n", "").replace("  nodeSelector:\n    c: d\n", "");
    let mended = mended.replace("spec:\n  selector", "spec:\n  replicas: 2\n  selector");
    let mended = mended.replace("      containers", "      nodeSelector:\n        c: d\n      containers");
    assert_eq!(std::fs::read_to_string(folder.join("t/templates/t.yaml")).unwrap(), mended);
}

#[test]
fn a_misspelt_path_is_told_where_it_is_read_though_it_writes_nothing() {
    let folder = Folder::template(format!("{CONFIG_MAP}{{{{ .Values.pasword | quote }}}}\n"))
        .with("t/values.yaml", "password: x\n");
    assert_eq!(help(&folder, "values/undefined-key"), "`pasword` is not set; did you mean `password`?");
    // Whoever asks whether it is there knows that it may not be.
    let folder = Folder::template(format!("{CONFIG_MAP}{{{{ .Values.hosts | default .Values.host | quote }}}}\n"))
        .with("t/values.yaml", "host: x\n");
    assert!(findings(&folder, "t").is_empty());
}

#[test]
fn what_from_yaml_cannot_read_is_told_where_it_is_written() {
    let helper = "{{ define \"pod\" }}\nmetadata:\n  labels: {a: b}\nspec:\n  containers:\n   - name: a\n      image: a\n{{ end }}";
    let folder = Folder::template(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    \
         {{- include \"pod\" . | fromYaml | toYaml | nindent 4 }}\n",
    )
    .with("t/templates/_h.tpl", helper);
    let found = findings(&folder, "t");
    assert_eq!(found.len(), 1, "{found:?}");
    let template = &found[0]["cause"]["template"];
    assert_eq!(
        (found[0]["code"].as_str(), template["file"].as_str()),
        (Some("yaml/invalid"), Some("templates/_h.tpl"))
    );
    assert_eq!(template["line"], 7, "{template}");
}

#[test]
fn one_line_that_breaks_many_objects_is_one_finding() {
    let helper = "{{ define \"labels\" }}\na: {{ .Values.a }}\n{{ end }}";
    let object = |name: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  labels:\n    {{{{- include \"labels\" . | nindent 4 }}}}\n---\n"
        )
    };
    let folder = Folder::template(["a", "b", "c", "d", "e", "f"].map(object).concat())
        .with("t/templates/_h.tpl", helper)
        .with("t/values.yaml", "a: 1\n");
    let found = findings(&folder, "t");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["notes"][0], "the same in ConfigMap b, ConfigMap c, ConfigMap d and 2 more");
}
