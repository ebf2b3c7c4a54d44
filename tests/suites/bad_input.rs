//! Bad input of every kind ends with a clear error and exit code 1, and never with a panic.
//!
//! These tests run on the small stacks of test threads on purpose.

use chartlens_tests::files::pack;
use chartlens_tests::folder::{CHART_YAML, Folder};

/// Checks that rendering the template fails and says `text`.
#[track_caller]
fn fails(template: impl AsRef<[u8]>, text: &str) {
    says(&Folder::template(template), "", text);
}

/// Checks that rendering the chart with the flags fails and says `text`.
#[track_caller]
fn says(folder: &Folder, flags: &str, text: &str) {
    let error = folder.run(&format!("template r ./t {flags}")).error();
    assert!(error.contains(text), "expected {text:?} in: {}", error.chars().take(2000).collect::<String>());
}

#[test]
fn no_chart_there() {
    let folder = Folder::default();
    assert_eq!(folder.run("template r ./none").error(), "Error: path \"./none\" not found\n");
    let folder = Folder::default().with("empty/x", "");
    assert!(folder.run("template r ./empty").error().contains("Chart.yaml"));
}

#[test]
fn broken_chart_yaml() {
    for (text, says) in [
        ("name: [", "cannot load Chart.yaml"),
        ("", "chart.metadata"),
        ("apiVersion: v2\nname: t\n", "chart.metadata.version is required"),
        ("apiVersion: v2\nname: t\nversion: x y\n", "version"),
        ("- a\n", "cannot load Chart.yaml"),
        ("apiVersion: v2\nname: {a: b}\nversion: 1.0.0\n", "cannot load Chart.yaml"),
    ] {
        let folder = Folder::default().with("t/Chart.yaml", text);
        let error = folder.run("template r ./t").error();
        assert!(error.contains(says), "{text:?}: {error}");
    }
}

#[test]
fn values_that_cannot_be_read() {
    let folder = Folder::template("a: b\n").with("bad.yaml", "a: [").with("list.yaml", "- a\n").with("d/x", "");
    says(&folder, "-f none.yaml", "open none.yaml: no such file or directory");
    says(&folder, "-f d", "is a directory");
    says(&folder, "-f bad.yaml", "failed to parse bad.yaml");
    says(&folder, "-f list.yaml", "list.yaml");
    says(&folder, "--set a", "failed parsing --set data: key \"a\" has no value");
    says(&folder, "--set-json a={", "failed parsing --set-json data");
    says(&Folder::chart([("values.yaml", "a: [")]), "", "cannot load values.yaml");
}

#[test]
fn templates_that_do_not_parse() {
    fails("{{ nosuch 1 }}", "function \"nosuch\" not defined");
    fails("{{ if }}", "missing value for if");
    fails("{{ if true }}", "unexpected EOF");
    fails("{{ \"a }}", "unterminated quoted string");
    fails("{{ $x }}", "undefined variable \"$x\"");
    fails("{{ env \"HOME\" }}", "function \"env\" not defined");
    fails("{{ expandenv \"$HOME\" }}", "function \"expandenv\" not defined");
    fails(b"\x00\x01{{\xff\x02}}\xfe", "parse error at (t/templates/t.yaml:1)");
    fails("{{ tpl \"{{ end }}\" . }}", "unexpected {{end}}");
    fails("{{ include \"none\" . }}", "no template \"none\"");
}

#[test]
fn results_that_are_no_yaml() {
    fails("a: b: c\n", "YAML parse error on t/templates/t.yaml");
    fails("a: \"\u{1}\u{0}\n", "YAML parse error on t/templates/t.yaml");
    fails("kind: [x]\n", "YAML parse error on t/templates/t.yaml");
}

#[test]
fn templates_that_are_no_utf8() {
    let folder = Folder::template(b"a: \"\xff\xfe\"\n");
    let shown = folder.run("template r ./t");
    assert!(shown.exit <= 1, "{shown:?}");
    // Binary files without actions are text like any other to Helm; YAML has the last word.
    fails(b"\x7fELF\x02\x01\x01\x00\x00\x00\xc3\x28", "YAML parse error on t/templates/t.yaml");
}

#[test]
fn line_ends_and_marks_of_other_systems() {
    let folder = Folder::chart([
        ("Chart.yaml", "\u{feff}apiVersion: v2\r\nname: t\r\nversion: 0.1.0\r\n"),
        ("values.yaml", "\u{feff}a: x\r\nb:\r\n  c: 1\r\n"),
        ("templates/t.yaml", "\u{feff}a: {{ .Values.a }}\r\nb: {{ .Values.b.c }}\r\n"),
    ]);
    assert_eq!(folder.run("template r ./t").ok(), "---\n# Source: t/templates/t.yaml\na: x\r\nb: 1\n");
}

#[test]
fn endless_templates() {
    fails(
        "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
        "rendering template has a nested reference name: a",
    );
    fails("{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}", "exceeded maximum template depth");
    fails(
        "{{ define \"a\" }}{{ tpl .t . }}{{ end }}{{ include \"a\" (dict \"t\" \"{{ include \\\"a\\\" . }}\" \"Template\" .Template) }}",
        "nested reference",
    );
}

#[test]
fn output_without_end() {
    fails("{{ $s := repeat 1000000 \"x\" }}{{ range until 2000 }}{{ $s }}{{ end }}", "(limit `output`)");
    fails("{{ $s := repeat 1000000 \"x\" }}{{ repeat 1000 $s }}", "(limit `string`)");
    fails("{{ range until 100000000 }}x{{ end }}", "limit reached");
    fails("{{ $l := list 1 }}{{ range until 60 }}{{ $l = concat $l $l }}{{ end }}", "(limit `objects`)");
    fails("{{ repeat 9223372036854775807 \"ab\" }}", "Repeat output length overflow");
    fails("{{ indent 999999999 \"a\" }}", "(limit `string`)");
    fails("{{ seq 1 100000000000 }}", "limit");
}

#[test]
fn archives_that_grow() {
    // Helm 4 bounds the whole chart, not its files.
    let zeros = vec![0u8; 101 << 20];
    let one = pack([("t/Chart.yaml", CHART_YAML.as_bytes()), ("t/big", zeros.as_slice())]);
    assert!(one.len() < 1_000_000);
    let folder = Folder::default().with("t.tgz", one);
    let shown = folder.run("template r t.tgz").error();
    assert!(shown.contains("unable to load chart archive") || shown.contains("larger than"), "{shown}");

    let names: Vec<String> = (0..100_001).map(|i| format!("t/{i}")).collect();
    let many = pack(names.iter().map(|name| (name.as_str(), [].as_slice())));
    let folder = Folder::default().with("t.tgz", many);
    assert!(folder.run("template r t.tgz --helm-version 3").error().contains("limit `entries`"));
}

#[test]
fn archives_that_are_none() {
    let whole = pack([("t/Chart.yaml", CHART_YAML.as_bytes())]);
    for (bytes, says) in [
        (whole[..whole.len() / 2].to_vec(), "Error: "),
        (b"text".to_vec(), "does not appear to be a gzipped archive"),
        (Vec::new(), "does not appear to be a gzipped archive"),
    ] {
        let error = Folder::default().with("t.tgz", bytes).run("template r ./t.tgz").error();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn archives_that_climb_out() {
    for (name, says) in [
        ("t/../../etc/x", "chart illegally references parent directory"),
        ("t//etc/x", "chart illegally contains absolute paths"),
    ] {
        let packed = pack([("t/Chart.yaml", CHART_YAML.as_bytes()), (name, b"x".as_slice())]);
        let folder = Folder::default().with("t.tgz", packed);
        let error = folder.run("template r t.tgz --helm-version 3").error();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn deep_nesting() {
    let deep = 10_000;
    let parens = format!("a: {{{{ {}1{} }}}}", "(".repeat(deep), ")".repeat(deep));
    let shown = Folder::template(&parens).run("template r ./t");
    assert!(shown.exit == 0 || shown.stderr.contains("nesting depth"), "{:.300}", shown.stderr);
    let ifs = format!("{}x: 1{}", "{{ if true }}".repeat(deep), "{{ end }}".repeat(deep));
    let shown = Folder::template(&ifs).run("template r ./t");
    assert!(shown.exit == 0 || shown.stderr.contains("depth"), "{:.300}", shown.stderr);
    fails(format!("a: {}{}\n", "[".repeat(deep + 1), "]".repeat(deep + 1)), "exceeded max depth");
    says(
        &Folder::chart([("values.yaml", format!("a: {}{}\n", "{a: ".repeat(deep + 1), "}".repeat(deep + 1)))]),
        "",
        "exceeded max depth",
    );
    // Lists in lists need no deep margins.
    fails(format!("{}x\n", "- ".repeat(deep + 1)), "exceeded max depth");
    let json = format!("{{{{ fromJsonArray \"{}{}\" | toJson }}}}", "[".repeat(20_000), "]".repeat(20_000));
    assert!(Folder::template(format!("a: {json}")).run("template r ./t").exit <= 1);
}

#[test]
fn lists_that_deepen_without_end() {
    let grow = "{{ $l := list }}{{ range until 200000 }}{{ $l = list $l }}{{ end }}";
    for print in
        ["toYaml $l", "toJson $l", "printf \"%v\" $l", "deepCopy $l | len", "eq (toString $l) \"\"", "deepEqual $l $l"]
    {
        let shown = Folder::template(format!("{grow}{{{{ {print} }}}}")).run("template r ./t");
        assert!(shown.exit <= 1, "{print}: {:.300}", shown.stderr);
    }
}

#[test]
fn values_that_contain_themselves() {
    let make = "{{ $d := dict \"a\" 1 }}{{ $_ := set $d \"self\" $d }}";
    // Go's JSON encoder sees the cycle, and these functions swallow its error.
    for print in ["toYaml $d", "toJson $d", "toPrettyJson $d"] {
        assert_eq!(Folder::template(format!("{make}{{{{ {print} }}}}")).run("template r ./t").ok(), "\n", "{print}");
    }
    for print in ["mustToJson $d", "toRawJson $d", "toYamlPretty $d"] {
        fails(format!("{make}{{{{ {print} }}}}"), "encountered a cycle via map[string]interface {}");
    }
    for print in [
        "toToml $d",
        "$d",
        "print $d",
        "printf \"%v\" $d",
        "printf \"%#v\" $d",
        "toString $d",
        "cat $d",
        "quote $d",
        "squote $d",
        "join \",\" (list $d)",
        "sha256sum (toString $d)",
        "dig \"self\" \"self\" \"x\" $d",
        "values $d",
        "deepCopy $d",
        "deepEqual $d (deepCopy $d)",
        "merge (dict) $d",
        "mergeOverwrite (dict \"self\" (dict)) $d",
        "mustMerge $d $d",
        "uniq (list $d $d)",
    ] {
        fails(format!("{make}{{{{ {print} }}}}"), "(limit `depth`)");
    }
}

#[test]
fn index_bombs_in_flags() {
    let folder = Folder::template("a: b\n");
    says(&folder, "--set a[65537]=x", "65536");
    says(&folder, "--set a[999999999999999999999]=x", "failed parsing --set data");
    says(&folder, "--set a[-1]=x", "negative");
    let nested = "a.".repeat(100);
    says(&folder, &format!("--set {nested}b=x"), "nested");
}

#[test]
fn alias_bombs() {
    let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for i in 1..12 {
        let items = vec![format!("*a{}", i - 1); 10].join(",");
        text.push_str(&format!("a{i}: &a{i} [{items}]\n"));
    }
    says(&Folder::chart([("values.yaml", text.as_str())]), "", "excessive aliasing");
    says(&Folder::template("a: b\n").with("bomb.yaml", &text), "-f bomb.yaml", "excessive aliasing");
    fails(&text, "excessive aliasing");
    says(&Folder::chart([("values.yaml", "a: &a [*a]\n")]), "", "cannot load values.yaml");
}

#[test]
fn patterns_that_are_none() {
    fails("{{ regexMatch \"(\" \"x\" }}", "");
    fails("{{ mustRegexMatch \"(\" \"x\" }}", "error parsing regexp");
    fails("{{ regexReplaceAll \"((((a{1000}){1000}){1000}){1000})\" \"x\" \"y\" }}", "error");
    let long = Folder::template("a: {{ regexMatch \"(a*)*b\" (repeat 200000 \"a\") }}");
    assert!(long.run("template r ./t").ok().contains("a: false"));
}

#[test]
fn wrong_usage_is_named() {
    let folder = Folder::template("a: b\n");
    assert!(folder.run("template r ./t --nosuch").error().contains("unknown flag: --nosuch"));
    assert!(folder.run("template").error().contains("requires at least 1 argument"));
    let shown = folder.run("tmplate r ./t");
    assert_eq!(shown.exit, 2);
    assert!(shown.stderr.contains("unknown command \"tmplate\""), "{}", shown.stderr);
    says(&folder, "--kube-version x", "invalid kube version");
    says(&folder, "-s templates/none.yaml", "could not find template templates/none.yaml in chart");
}
