//! What Helm does where no recorded case looks. Each expectation was asked of the real Helm.

use chartlens_tests::folder::Folder;

/// What a template of a chart with the given values writes.
#[track_caller]
fn writes(template: &str, text: &str) {
    let out = Folder::template(format!("{template}\n")).run("template r ./t").ok();
    assert_eq!(out.trim_end(), format!("---\n# Source: t/templates/t.yaml\n{text}"));
}

#[test]
fn a_dot_that_is_nothing_has_fields_that_are_nothing() {
    let helper = "{{ define \"h\" }}{{ .x.y }}{{ $.z }}{{ keys . }}{{ hasKey . \"a\" }}{{ toJson . }}{{ end }}";
    let calls =
        ["include \"h\" nil", "include \"h\" .Values.missing", "tpl \"{{ include `h` . }}\" (.Values.missing).deep"];
    for call in calls {
        writes(&format!("{helper}a: {{{{ {call} | quote }}}}"), "a: \"[]falsenull\"");
    }
    writes(&format!("{helper}a: \"{{{{ template \"h\" .Values.missing }}}}\""), "a: \"[]falsenull\"");
}

#[test]
fn verbs_that_times_do_not_have_show_their_fields() {
    let time = "(toDate \"2006-01-02T15:04:05Z07:00\" \"2023-01-01T03:09:09.5Z\")";
    for (verb, text) in [
        ("%d", "{500000000 63808139349 0}"),
        ("%f", "{%!f(uint64=500000000) %!f(int64=63808139349) %!f(*time.Location=<nil>)}"),
        ("%p", "%!p(time.Time={500000000 63808139349 <nil>})"),
        ("%x", "323032332d30312d30312030333a30393a30392e35202b3030303020555443"),
    ] {
        writes(&format!("a: {{{{ printf \"{verb}\" {time} | quote }}}}"), &format!("a: \"{text}\""));
    }
    let location = "&{%!f(string=UTC) [] [] %!f(string=) %!f(int64=0) %!f(int64=0) %!f(*time.zone=<nil>)}";
    writes(&format!("a: {{{{ printf \"%f\" {time}.Location | quote }}}}"), &format!("a: \"{location}\""));
}

#[test]
fn values_of_a_chart_inside_have_helms_type_for_its_parent_too() {
    let template = "a: {{ printf \"%T %T %T\" .Subcharts.sub.Values .Subcharts.sub .Values.sub }}\n";
    let inside = "s: {{ printf \"%T %T\" .Values . }}\n";
    let folder = Folder::chart([("templates/t.yaml", template)])
        .with("t/charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 0.1.0\n")
        .with("t/charts/sub/templates/t.yaml", inside);
    let out = folder.run("template r ./t").ok();
    assert!(out.contains("a: common.Values map[string]interface {} map[string]interface {}\n"), "{out}");
    assert!(out.contains("s: common.Values common.Values\n"), "{out}");
}

#[test]
fn texts_that_mean_one_key_are_one_in_errors_too() {
    let error = Folder::template("a: 1\n").with("t/values.yaml", "null: {on: {},y}\n").run("template r ./t").stderr;
    let value = "map[interface {}]interface {}{true:interface {}(nil)}";
    assert!(error.contains(&format!("key: <nil>, value: {value}")), "{error}");
}

#[test]
fn a_name_is_formatted_with_the_message() {
    for (name, template, error) in [
        ("%d%%s", "{{ if .x }", "({2 9 %!d(string=}) 1}%s/templates/a.yaml:1): unexpected operand in %!s(MISSING)"),
        ("50%", "{{ foo }}", "(50%!/(string=foo)templates/a.yaml:1): function %!q(MISSING) not defined"),
        ("%[2]s", "{{ template 3 }}", "(template clause/templates/a.yaml:1): unexpected %!s(MISSING) in %!s(MISSING)"),
        ("%v%+v", "{{ .a\n b }", "(b%!v(MISSING)/templates/a.yaml:2): function %!q(MISSING) not defined"),
        ("%v", "{{ end }}", "({{end}}/templates/a.yaml:1): unexpected %!s(MISSING)"),
    ] {
        let chart = format!("apiVersion: v2\nname: \"{name}\"\nversion: 0.1.0\n");
        let folder = Folder::chart([("Chart.yaml", chart.as_str()), ("templates/a.yaml", template)]);
        let found = folder.run("template r ./t").stderr;
        assert!(found.contains(&format!("parse error at {error}")), "{found}");
    }
}

#[test]
fn references_of_schemas_stay_as_they_are_spelt() {
    for (reference, url) in [
        ("[anc", "file:///[anc"),
        ("?", "file:///values.schema.json?"),
        ("a b", "file:///a%20b"),
        ("a%2Fb", "file:///a%2Fb"),
    ] {
        let schema = format!("{{\"properties\": {{\"a\": {{\"$dynamicRef\": \"{reference}\"}}}}}}");
        let folder = Folder::template("a: 1\n").with("t/values.schema.json", schema);
        let error = folder.run("template r ./t").stderr;
        assert!(error.contains(&format!("failing loading \"{url}\": open ")), "{reference}: {error}");
    }
}

#[test]
fn a_character_on_the_edge_of_the_buffer_is_shown_as_far_as_it_was_read() {
    for (blanks, shown) in [(54, "'ü'"), (55, "'\\xc3'"), (56, "'ü'"), (119, "'\\xc3'")] {
        let schema = format!("{{\"list\"{}ü", " ".repeat(blanks + 1));
        let folder = Folder::template("a: 1\n").with("t/values.schema.json", schema);
        let error = folder.run("template r ./t").stderr;
        assert!(error.contains(&format!("invalid character {shown} after object key")), "{blanks}: {error}");
    }
}

#[test]
fn files_that_match_nothing_are_an_empty_map() {
    writes("a: {{ (.Files.Glob \"nope/*\").AsConfig }}\nb: {{ (.Files.Glob \"nope/*\").AsSecrets }}", "a: {}\nb: {}");
}

#[test]
fn a_chart_name_twice_is_rendered_once() {
    let sub = |folder: &str| {
        [
            (format!("t/charts/{folder}/Chart.yaml"), "apiVersion: v2\nname: x\nversion: 0.1.0\n"),
            (format!("t/charts/{folder}/templates/a.yaml"), "a: 1\n"),
        ]
    };
    let folder = sub("a")
        .into_iter()
        .chain(sub("b"))
        .fold(Folder::chart([("templates/t.yaml", "b: 1\n")]), |f, (name, text)| f.with(&name, text));
    let out = folder.run("template r ./t").ok();
    assert_eq!(out.matches("# Source: t/charts/x/templates/a.yaml").count(), 1, "{out}");
}

#[test]
fn big_files_are_let_through() {
    let folder = Folder::chart([
        ("big.bin", vec![b'x'; 6 << 20]),
        ("templates/t.yaml", b"a: {{ len (.Files.Get \"big.bin\") }}\n".to_vec()),
    ]);
    assert!(folder.run("template r ./t").ok().contains("a: 6291456"));
}

#[test]
fn dry_run_has_helms_words() {
    let folder = Folder::template("a: 1\n");
    let says = |flag: &str| folder.run(&format!("template r ./t {flag}")).stderr;
    assert_eq!(
        says("--dry-run=x"),
        "Error: invalid dry-run value (\"x\"). Must be \"none\", \"server\", or \"client\"\n"
    );
    assert_eq!(says("--dry-run=none"), "Error: invalid dry-run value (\"none\"). Must be \"server\" or \"client\"\n");
    assert!(says("--dry-run=true").contains("must be replaced with '--dry-run=client'"));
}

#[test]
fn values_of_a_chart_inside_must_be_a_map() {
    let folder = Folder::chart([
        ("charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 0.1.0\n"),
        ("values.yaml", "db: 1\n"),
    ])
    .with("t/Chart.yaml", "apiVersion: v2\nname: t\nversion: 0.1.0\ndependencies: [{name: db, version: 0.1.0}]\n");
    let error = folder.run("template r ./t").error();
    assert!(
        error.contains("level=ERROR msg=\"chart dependencies processing failed\" error=\"type mismatch on db: "),
        "{error}"
    );
    assert!(
        error.contains("Error: chart dependencies processing failed: type mismatch on db: %!t(float64=1)"),
        "{error}"
    );
}

#[test]
fn pointers_are_followed() {
    let error = Folder::template("{{ len (semver \"1.2.3\") }}").run("template r ./t").error();
    assert!(error.contains("len of type semver.Version"), "{error}");
    writes("a: {{ html .Capabilities.KubeVersion | quote }}", "a: \"{v1.37.0 v1.37.0 1 37}\"");
}

/// What Helm says of values against a schema.
#[track_caller]
fn refuses(schema: &str, values: &str, flags: &str, text: &str) {
    let folder = Folder::chart([("values.schema.json", schema), ("values.yaml", values)]);
    let error = folder.run(&format!("template r ./t {flags}")).error();
    assert_eq!(error.split("chart(s):\nt:\n").nth(1).unwrap_or(&error).trim_end(), text);
}

#[test]
fn schemas_are_those_of_helms_library() {
    refuses(
        r#"{"properties": {"a": {"pattern": "(?i)^X$"}}}"#,
        "a: z",
        "",
        "- at '/a': 'z' does not match pattern '(?i)^X$'",
    );
    refuses(r#"{"properties": {"a": {"const": {"b": 1}}}}"#, "a: 1", "", "- at '/a': 'const' failed");
    refuses(
        r#"{"properties": {"a": {"maximum": 1e6}}}"#,
        "a: 2000000",
        "",
        "- at '/a': maximum: got 2×10⁰⁶, want 1×10⁰⁶",
    );
    refuses(
        r##"{"properties": {"a": {"$ref": "#nope"}}}"##,
        "a: 1",
        "",
        "anchor in \"file:///values.schema.json#nope\" not found in schema \"file:///values.schema.json\"",
    );
    refuses(
        r#"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"format": "date"}}}"#,
        "a: '2024-13-01'",
        "",
        "- at '/a': '2024-13-01' is not valid date: parsing time \"2024-13-01\": month out of range",
    );
    refuses(
        r#"{"properties": {"a": {"type": "strin"}}}"#,
        "a: 1",
        "",
        "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with 'https://json-schema.org/draft/2020-12/schema#'\n- at '': 'allOf' failed\n  - at '/properties/a': 'allOf' failed\n    - at '/properties/a/type': 'anyOf' failed\n      - at '/properties/a/type': value must be one of 'array', 'boolean', 'integer', 'null', 'number', 'object', 'string'\n      - at '/properties/a/type': got string, want array",
    );
}

#[test]
fn schemas_of_helm_3_are_those_of_its_own_library() {
    let schema = r#"{"required": ["b"], "properties": {"a": {"minLength": 3, "format": "ipv4"}}}"#;
    refuses(
        schema,
        "a: x",
        "--helm-version 3",
        "- (root): b is required\n- a: String length must be greater than or equal to 3\n- a: Does not match format 'ipv4'",
    );
}

#[test]
fn methods_of_a_pointer_are_not_those_of_a_value() {
    writes("a: {{ (semver \"1.2.3\").IncMajor.Minor }}", "a: 0");
    writes("a: {{ (semver \"1.2.3\").MarshalText | len }} {{ (semver \"1.2.3\").Equal nil }}", "a: 5 false");
    let error = Folder::template("{{ (semver \"1.2.3\").IncMajor.Original }}").run("template r ./t").error();
    assert!(error.contains("can't evaluate field Original in type semver.Version"), "{error}");
    let error = Folder::template("{{ (semver \"1.2.3\").Compare nil }}").run("template r ./t").error();
    assert!(error.contains("error calling Compare: runtime error: invalid memory address"), "{error}");
    let error = Folder::template("{{ .Values.Encode .Release.Name }}").run("template r ./t").error();
    assert!(error.contains("wrong type for value; expected io.Writer; got string"), "{error}");
}

#[test]
fn the_last_of_equal_keys_is_told() {
    let error = Folder::chart([("values.yaml", "null: a\n~: b\n")]).run("template r ./t").error();
    assert!(error.contains("key: <nil>, value: \"b\""), "{error}");
}

#[test]
fn the_last_line_of_values_is_ended_before_reading() {
    let error = Folder::chart([("values.yaml", "\n\"")]).run("template r ./t").error();
    assert!(error.contains("yaml: line 3: found unexpected end of stream"), "{error}");
}

#[test]
fn nulls_in_lists_of_the_chart_are_found_when_all_is_read() {
    let chart = "apiVersion: v2\nname: t\nversion: 0.1.0\n";
    let says = |more: &str, values: &str| {
        let folder = Folder::chart([("values.yaml", values)]).with("t/Chart.yaml", format!("{chart}{more}"));
        folder.run("template r ./t").error()
    };
    assert!(says("maintainers: [null]\n", "[").contains("cannot load values.yaml"));
    assert!(says("maintainers: [null]\n", "").contains("maintainers must not contain empty or null nodes"));
    assert!(says("dependencies: [{name: a, alias: a b}, null]\n", "").contains("disallowed characters in the alias"));
    assert!(says("dependencies: [null]\nname: \".\"\n", "").contains("chart.metadata.name \".\" is not allowed"));
}

#[test]
fn an_older_list_of_dependencies_goes_over_the_newer_one() {
    let folder = Folder::chart([
        ("templates/t.yaml", "a: {{ .Values.got }}\n"),
        ("requirements.yaml", "dependencies: [{name: sub, version: 0.1.0}]\n"),
        ("charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 0.1.0\n"),
        ("charts/sub/values.yaml", "from: {got: 1}\n"),
    ])
    .with(
        "t/Chart.yaml",
        "apiVersion: v2\nname: t\nversion: 0.1.0\ndependencies: [{import-values: [{child: from, parent: .}]}]\n",
    );
    assert!(folder.run("template r ./t").ok().contains("a: 1"));
}

/// What the command says of a chart of one template.
fn says(args: &str) -> String {
    Folder::template("a: 1\n").with("bad.yaml", "[").run(args).stderr
}

#[test]
fn flags_have_helms_words() {
    let list = "Error: invalid argument \"a\\\"b\" for \"-a, --api-versions\" flag: parse error on line 1, column 2: bare \" in non-quoted-field\n";
    assert_eq!(says("template r ./t -a a\"b"), list);
    assert_eq!(
        says("template r ./t --wait=x"),
        "Error: invalid argument \"x\" for \"--wait\" flag: invalid wait input \"x\". Valid inputs are watcher, hookOnly, and legacy\n"
    );
    assert_eq!(
        says("template r ./t --force --force-conflicts"),
        "Flag --force has been deprecated, use --force-replace instead\nError: if any flags in the group [force force-conflicts] are set none of the others can be; [force force-conflicts] were all set\n"
    );
    assert_eq!(says("template r ./t --nope --color x").lines().last(), Some("Error: unknown flag: --nope"));
    assert_eq!(
        says("template r ./t --color x"),
        "level=WARN msg=\"command failed\" error=\"invalid color mode \\\"x\\\": must be one of: never, auto, always\"\n"
    );
    assert!(says("template r ./t --labels owner=x").contains("contains system reserved label name"));
    assert!(says("template r ./t -s=").contains("could not find template = in chart"));
    assert!(says("template r ./bad.yaml").contains("seems to be a YAML file, but expected a gzipped archive"));
    assert!(says("template r a%b").contains("invalid chart URL format: a%b"));
    assert!(says("template r ./t -f bad.yaml -f nope.yaml").contains("failed to parse bad.yaml"));
    assert!(says("install r ./t --dry-run=client -o x").contains("for \"-o, --output\" flag: invalid format type"));
}

#[test]
fn a_name_template_knows_no_functions_of_the_engine() {
    assert!(says("template --name-template {{toYaml.}} ./t").contains("function \"toYaml\" not defined"));
    assert!(says("template --name-template {{\"no\"|fail}} ./t").ends_with("error calling fail: no\n"));
}

#[test]
fn the_chart_is_looked_at_before_the_name() {
    let folder = Folder::template("a: 1\n").with(
        "t/Chart.yaml",
        "apiVersion: v2\nname: t\nversion: 0.1.0\ndependencies: [{name: gone, version: 1.0.0}]\n",
    );
    assert!(folder.run("template a_b ./t").error().contains("missing in charts/ directory: gone"));
}

#[test]
fn an_installation_tells_of_no_tests_only_where_there_are_none() {
    let hook = "metadata: {annotations: {helm.sh/hook: test}}\n";
    let suite = |text: &str| {
        let out = Folder::template(text).run("install r ./t --dry-run=client").ok();
        out.contains("TEST SUITE: None")
    };
    assert!(suite("a: 1\n"));
    assert!(!suite(hook));
}

#[test]
fn unsigned_numbers_are_walked_through() {
    writes("a: {{ range (semver \"1.3.0\").Minor }}{{ . }}{{ end }}", "a: 012");
}

#[test]
fn values_that_are_no_yaml_are_an_error() {
    let folder = Folder::chart([("values.yaml", "a: \"\\x7f\"\n"), ("templates/t.yaml", "{{ .Values.YAML }}")]);
    let error = folder.run("template r ./t").error();
    assert!(error.contains("error calling YAML: yaml: control characters are not allowed"), "{error}");
}

#[test]
fn what_is_no_json_is_told_before_what_is_no_yaml() {
    let text = "{{ $_ := set .Values \"b\" .Values }}{{ .Values.YAML }}";
    let error =
        Folder::chart([("values.yaml", "a: \"\\x7f\"\n"), ("templates/t.yaml", text)]).run("template r ./t").error();
    assert!(error.contains("unsupported value: encountered a cycle via common.Values"), "{error}");
    // Keys of JSON are in the order of their bytes.
    let text = r#"{{ mustToYaml (dict "a10" (float64 "inf") "a2" (float64 "nan")) }}"#;
    let error = Folder::template(text).run("template r ./t").error();
    assert!(error.contains("unsupported value: +Inf"), "{error}");
}

#[test]
fn documents_of_values_are_read_up_to_a_broken_separator() {
    let says = |values: &str| Folder::chart([("values.yaml", values)]).run("template r ./t").stderr;
    let separator = "cannot load values.yaml: error reading yaml document: invalid Yaml document separator: : 0.1";
    assert_eq!(says("a: 1\n---\n---: 0.1\n"), format!("Error: {separator}\n"));
    let document = "error converting YAML to JSON: yaml: line 1: did not find expected <document start>";
    let unread = format!("Error: cannot load values.yaml: cannot unmarshal yaml document: {document}\n");
    assert_eq!(says("%YAML 1.1\n---\n---: 0.1\n"), unread);
}

#[test]
fn the_local_zone_has_the_name_that_the_environment_gives() {
    writes("a: {{ (toDate \"2006\" \"2024\").Location }}", "a: UTC");
}

#[test]
fn a_block_that_goes_on_is_an_error_of_the_template_around() {
    let error = Folder::template("{{ block \"b\" . }}\n{{ else }}{{ end }}").run("template r ./t").error();
    assert!(error.contains("t.yaml:1): unexpected {{else}} in block clause"), "{error}");
    let error =
        Folder::template("{{ range list }}{{ block \"b\" . }}{{ $x }}{{ end }}{{ end }}").run("template r ./t").error();
    assert!(error.contains("undefined variable \"$x\""), "{error}");
}

#[test]
fn the_plain_map_of_the_values_is_the_same_map() {
    writes(
        "a: {{ $_ := set .Values.AsMap \"b\" 1 }}{{ .Values.b }}{{ typeOf .Values.AsMap }}",
        "a: map[string]interface {}",
    );
    let folder = Folder::chart([
        ("values.yaml", "a: 1\n"),
        ("templates/t.yaml", "a: {{ $_ := set .Values.AsMap \"b\" 2 }}{{ .Values.b }}\n"),
    ]);
    assert!(folder.run("template r ./t").ok().contains("a: 2"));
}

#[test]
fn a_chart_without_dependencies_left_imports_nothing() {
    let folder = Folder::chart([
        ("values.yaml", "lib:\n"),
        ("templates/t.yaml", "a: 1\n"),
        ("charts/lib/Chart.yaml", "apiVersion: v2\nname: lib\nversion: 0.1.0\n"),
    ])
    .with("t/Chart.yaml", "apiVersion: v2\nname: t\nversion: 0.1.0\ndependencies: []\n");
    assert!(folder.run("template r ./t").ok().contains("a: 1"));
}

#[test]
fn a_name_given_twice_is_told_where_the_second_body_ends() {
    for second in ["{{ define \"a\" }}y\n{{ end }}", "{{ block \"a\" . }}y\n{{ end }}"] {
        let error = Folder::template(format!("{{{{ define \"a\" }}}}x{{{{ end }}}}\n{second}\n"));
        let error = error.run("template r ./t").error();
        assert!(error.contains("t.yaml:3): multiple definition of template \"a\""), "{error}");
    }
}

#[test]
fn a_table_of_the_values_has_their_type_and_their_entries() {
    let text =
        "a: {{ $t := .Values.Table \"map\" }}{{ typeOf $t }}{{ $_ := set $t \"new\" 1 }} {{ .Values.map.new }}\n";
    let folder = Folder::chart([("values.yaml", "map: {old: 1}\n"), ("templates/t.yaml", text)]);
    assert!(folder.run("template r ./t").ok().ends_with("a: common.Values 1\n"));
}

#[test]
fn slices_reach_into_the_memory_behind_lists() {
    // Go doubles what it has room for; what functions make just as long as it must be has nothing behind.
    for (slice, text) in [
        ("(fromJsonArray \"[1,2,3]\") 0 4", "[1,2,3,null]"),
        ("(append (list 1 2 3) 4) 2 6", "[3,4,null,null]"),
        ("(slice (append (list 1 2 3) 4) 0 1) 0 6", "[1,2,3,4,null,null]"),
        ("(regexSplit \",\" \"a,b,c\" -1) 2 4", "[\"c\",\"\"]"),
        ("(regexFindAll \"a\" \"aaa\" -1) 2 4", "[\"a\",\"\"]"),
        ("(fromToml \"a=[1,2,3]\").a 2 4", "[3,null]"),
        ("(concat (list 1 2) (list 3)) 2 4", "[3,null]"),
        ("(until 20) 19 32", "[19,0,0,0,0,0,0,0,0,0,0,0,0]"),
    ] {
        writes(&format!("a: {{{{ slice {slice} | toJson }}}}"), &format!("a: {text}"));
    }
    for slice in
        ["(list 1 2 3) 0 4", "(fromJsonArray \"[1,2,3]\") 0 5", "(splitList \",\" \"a,b,c\") 0 4", "(until 20) 0 33"]
    {
        let error = Folder::template(format!("a: {{{{ slice {slice} }}}}\n")).run("template r ./t").error();
        assert!(error.contains("reflect.Value.Slice: slice index out of bounds"), "{slice}: {error}");
    }
}

#[test]
fn pointers_are_followed_where_a_template_writes_them() {
    let out =
        Folder::template("a: \"{{ .Capabilities }}\"\nb: \"{{ print .Capabilities }}\"\n").run("template r ./t").ok();
    assert!(out.contains("a: \"{{v1.") && out.contains("b: \"&{{v1."), "{out}");
}

#[test]
fn times_out_of_bounds_are_no_json() {
    let year = "((mustToDate \"\" \"\").AddDate -1 1 0)";
    writes(
        &format!("a: {{{{ toJson {year} | quote }}}}\nb: {{{{ toYamlPretty {year} }}}}"),
        "a: \"\"\nb: -0001-02-01T00:00:00Z",
    );
    let error = Folder::template(format!("a: {{{{ mustToJson {year} }}}}\n")).run("template r ./t").error();
    let words = "json: error calling MarshalJSON for type *time.Time: year outside of range [0,9999]";
    assert!(error.contains(words), "{error}");
}

#[test]
fn zones_print_their_fields() {
    let range = |zone: &str| {
        let template = format!("{{{{ range {zone} }}}}{{{{ end }}}}\n");
        Folder::template(template).run("template r ./t").error()
    };
    assert!(range("now.UTC.Location").contains("range can't iterate over {UTC [] []  0 0 <nil>}"));
    assert!(range("deepCopy now.UTC.Location").contains("range can't iterate over { [] []  0 0 <nil>}"));
}

#[test]
fn a_chart_sees_its_own_context_under_a_type_of_its_own() {
    let folder = Folder::template("a: {{ range .Subcharts }}{{ kindOf . }} {{ typeOf . }}{{ end }} {{ typeOf . }}\n")
        .with("t/charts/s/Chart.yaml", "apiVersion: v2\nname: s\nversion: 0.1.0\n")
        .with("t/charts/s/templates/s.yaml", "b: {{ typeOf . }}\n");
    let out = folder.run("template r ./t").ok();
    assert!(out.contains("a: map map[string]interface {} common.Values\n"), "{out}");
    assert!(out.contains("b: common.Values\n"), "{out}");
}

#[test]
fn infinities_are_texts_where_requirements_want_texts() {
    let says = |file: &str, text: &str| {
        let chart = "apiVersion: v1\nname: t\nversion: 0.1.0\n";
        Folder::template("a: 1\n").with("t/Chart.yaml", chart).with(&format!("t/{file}"), text).run("template r ./t")
    };
    assert!(
        says("requirements.yaml", "dependencies: [{name: .inf, version: 1}]\n").error().contains("directory: +Inf")
    );
    assert!(
        says("requirements.yaml", "version: -.inf\n").error().contains("chart.metadata.version \"-Inf\" is invalid")
    );
    assert!(says("requirements.lock", "digest: .inf\n").ok().contains("a: 1"));
    // Helm looks into the Chart.yaml of the root twice.
    assert!(says("charts/s/Chart.yaml", "name: s\nversion: 0.1.0\nhome: .inf\n").ok().contains("a: 1"));
    for (file, text) in [("requirements.yaml", "other: [.inf]\n"), ("Chart.yaml", "version: .inf\n")] {
        let error = says(file, text).error();
        assert!(error.contains("error converting YAML to JSON: json: unsupported value: +Inf"), "{error}");
    }
}

#[test]
fn keys_of_maps_in_errors_are_sorted_by_their_types() {
    let folder = Folder::template("a: 1\n").with("t/values.yaml", "{{t: {b, true, 1, 0.5, 10, 9, a}}: 1}\n");
    let shown = "{\"a\":interface {}(nil), \"b\":interface {}(nil), 1:interface {}(nil), 9:interface {}(nil), \
                 10:interface {}(nil), 0.5:interface {}(nil), true:interface {}(nil)}";
    let error = folder.run("template r ./t").error();
    assert!(error.contains(shown), "{error}");
}

#[test]
fn a_schema_that_is_no_utf_8_is_told_by_its_bytes() {
    let folder = Folder::template("a: 1\n").with("t/values.schema.json", b"\xFF\xFE{\0}\0");
    assert!(folder.run("template r ./t").error().contains(r"invalid character '\xff' looking for beginning of value"));
}

#[test]
fn a_pattern_that_is_no_utf_8_matches_every_file() {
    let folder = Folder::chart([("a.txt", "1\n"), ("templates/t.yaml", "a: {{ len (.Files.Glob \"\u{FFFD}*\") }}\n")]);
    assert!(folder.run("template r ./t").ok().contains("a: 1"));
}

#[test]
fn sorting_texts_sorts_them_in_their_place() {
    writes(
        "a: \"{{ $l := splitList \",\" \"b,a\" }}{{ sortAlpha $l }}{{ $l }}{{ $m := list \"b\" \"a\" }}{{ sortAlpha $m }}{{ $m }}\"",
        "a: \"[a b][a b][a b][b a]\"",
    );
    writes("a: {{ mustRegexFindAll \"x\" \"\" 1 | sortAlpha | toJson }}", "a: null");
}

#[test]
fn copies_of_structs_have_what_is_exported() {
    writes("a: {{ deepCopy (semver \"3.1\") }} {{ (deepCopy .Capabilities.KubeVersion).Minor }}", "a: 0.0.0 37");
    writes("a: {{ deepCopy (mustToDate \"2006\" \"2024\") }}", "a: 2024-01-01 00:00:00 +0000 UTC");
}

#[test]
fn a_struct_handed_to_a_function_has_no_address() {
    writes("a: {{ .Capabilities.KubeVersion }}", "a: v1.37.0");
    writes("a: {{ default \"\" .Capabilities.KubeVersion }}", "a: {v1.37.0 v1.37.0 1 37}");
    writes(
        "a: {{ with .Capabilities.KubeVersion }}{{ .String }}{{ first (list .) }}{{ end }}",
        "a: v1.37.0{v1.37.0 v1.37.0 1 37}",
    );
    writes(
        "a: {{ and 1 .Capabilities.KubeVersion }}{{ html .Capabilities.KubeVersion }}",
        "a: v1.37.0{v1.37.0 v1.37.0 1 37}",
    );
    let error =
        Folder::template("a: {{ (default \"\" .Capabilities.KubeVersion).String }}\n").run("template r ./t").stderr;
    assert!(error.contains("can't evaluate field String in type common.KubeVersion"), "{error}");
}

#[test]
fn the_format_of_a_chart_is_looked_at_first() {
    let says = |chart: &str, ignore: &str| {
        let folder = Folder::chart([("Chart.yaml", chart), (".helmignore", ignore), ("values.yaml", "a: [\n")]);
        folder.run("template r ./t").stderr
    };
    assert_eq!(says("apiVersion: v9\nname: []\n", "[\n"), "Error: unsupported chart version\n");
    assert_eq!(says("apiVersion: v9\nname: []\n", ""), "Error: unsupported chart version\n");
    assert_eq!(says("apiVersion: v2\nname: []\n", "[\n"), "Error: syntax error in pattern\n");
    let words = "json: cannot unmarshal string into Go value of type loader.chartBase";
    assert!(says("a\n", "").contains(words), "{}", says("a\n", ""));
}

#[test]
fn a_quotation_mark_in_a_name_is_not_understood_by_helm() {
    let files = [
        ("Chart.yaml", "name: t\"\nversion: 0.1.0\n"),
        ("templates/_h.tpl", "{{ define \"h\" }}{{ .y }}{{ end }}"),
        ("templates/a.yaml", "{{ include \"h\" quote }}"),
    ];
    let error = Folder::chart(files).run("template r ./t").stderr;
    let outer = "t\"/templates/a.yaml:1:3: executing \"t\\\"/templates/a.yaml\" at <include \"h\" quote>";
    let inner = "t\"/templates/_h.tpl:1:19: executing \"h\" at <.y>";
    let places = "t\"/templates/_h.tpl:1:19\n  executing \"h\" at <.y>:\n    can't evaluate field y in type string\n";
    let all = format!(
        "Error: {outer}: error calling include: template: {inner}\n  can't evaluate field y in type string\n{places}"
    );
    assert!(error.starts_with(&all), "{error}");
}

#[test]
fn a_file_that_is_not_there_is_a_nil_slice() {
    writes(
        "a: {{ toJson .Files.x }} {{ .Files.x | toYaml }} {{ toJson (.Files.GetBytes \"x\") }}",
        "a: null null \"\"",
    );
    writes("a: x {{ printf \"%#v %v %s\" .Files.x .Files.x .Files.x }}.", "a: x []byte(nil) [] .");
    writes("a: {{ eq .Files.x .Files.y }} {{ deepEqual .Files.x (.Files.GetBytes \"x\") }}", "a: true false");
    writes("a: [{{ dict \"a\" .Files.x | toToml }}]", "a: []");
}

#[test]
fn what_concat_gives_is_an_interface() {
    let error = Folder::template("{{ concat.Values }}").run("template r ./t").stderr;
    assert!(error.contains("can't evaluate field Values in type interface {}"), "{error}");
    let error = Folder::template("{{ list.Values }}").run("template r ./t").stderr;
    assert!(error.contains("can't evaluate field Values in type []interface {}"), "{error}");
}

#[test]
fn each_include_is_an_execution_of_its_own() {
    let files = [
        ("templates/_c.yaml", "{{ define \"a\" }}{{ template \"b\" }}{{ end }}"),
        ("templates/_d.yaml", "{{ define \"b\" }}{{ template \"a\" }}{{ end }}"),
        ("templates/t.yaml", "{{ define \"x\" }}{{ include \"a\" \"\" }}{{ end }}{{ template \"x\" }}"),
    ];
    let error = Folder::chart(files).run("template r ./t").stderr;
    assert!(error.contains("t/templates/_c.yaml:1:28\n  executing \"a\" at <{{template \"b\"}}>"), "{error}");
    assert!(error.contains("exceeded maximum template depth (100000)"), "{error}");
}

#[test]
fn charts_of_the_third_format_are_refused_in_helms_ways() {
    let sub = ("charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 0.1.0\n");
    let says = |needs: &str| {
        let chart = format!("apiVersion: v3\nname: t\nversion: 0.1.0\n{needs}");
        Folder::chart([("Chart.yaml", chart.as_str()), sub]).run("template r ./t").stderr
    };
    assert_eq!(says("dependencies: [{name: sub}]\n"), "Error: invalid chart apiVersion\n");
    assert!(says("").ends_with("unsupported chart dependency type\n"));
    let missing = "found in Chart.yaml, but missing in charts/ directory: other\n";
    assert!(says("dependencies: [{name: other}]\n").ends_with(missing));
}

#[test]
fn what_a_method_gives_as_an_error_is_one_until_a_function_takes_it() {
    let says = |template: &str| {
        let files = [("values.yaml", "s: \"\\x7f\"\n"), ("templates/t.yaml", template)];
        let ran = Folder::chart(files).run("template r ./t");
        ran.stdout + &ran.stderr
    };
    let fails = |template: &str, error: &str| {
        let said = says(template);
        assert!(said.contains(error), "{template}: {said}");
    };
    fails("{{ with .Values.Encode nil }}{{ .X }}{{ end }}", "can't evaluate field X in type error");
    fails("{{ (or (.Values.Encode nil) 1).X }}", "can't evaluate field X in type error");
    fails("{{ (.Values.Encode nil).s }}", "s is an unexported field of struct type error");
    fails("{{ (.Values.Encode nil | default 1).X }}", "can't evaluate field X in type *errors.errorString");
    fails("{{ (.Values.Encode nil | default 1).s }}", "s is an unexported field of struct type *errors.errorString");
    fails(
        "{{ range list (.Values.Encode nil) }}{{ .s }}{{ end }}",
        "s is an unexported field of struct type interface {}",
    );
    fails("{{ upper (.Values.Encode nil) }}", "expected string; got *errors.errorString");
    assert!(
        says("e: {{ (.Values.Encode nil).Error | quote }}").contains("e: \"yaml: control characters are not allowed\"")
    );
}
