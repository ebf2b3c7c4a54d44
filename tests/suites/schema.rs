//! `chartlens schema`: what it writes accepts what the chart works with, and refuses what Kubernetes would.

use chartlens_tests::corpus::Corpus;
use chartlens_tests::folder::Folder;
use chartlens_tests::schemas::own;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const VALUES: &str =
    "# How many pods\nreplicas: 1\nport: http\nname: a\nresources: {}\ntolerations: []\nlabels: {}\nnote:\n";
const TEMPLATE: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Values.name | quote }}\n  labels: {a: b{{ with .Values.labels }}, c: d{{ end }}}\nspec:\n  replicas: {{ .Values.replicas }}\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata:\n      labels:\n        a: b\n        {{- with .Values.labels }}\n        {{- toYaml . | nindent 8 }}\n        {{- end }}\n    spec:\n      {{- with .Values.tolerations }}\n      tolerations: {{- include \"dump\" . | nindent 8 }}\n      {{- end }}\n      containers:\n        - name: a\n          image: a:1\n          livenessProbe: {tcpSocket: {port: {{ .Values.port }}}}\n          resources:\n            {{- toYaml .Values.resources | nindent 12 }}\n{{- define \"dump\" }}\n{{- ternary (toYaml .) \"\" (kindIs \"slice\" .) }}\n{{- end }}\n";

fn chart(values: &str) -> Folder {
    Folder::chart([("values.yaml", values), ("templates/a.yaml", TEMPLATE)])
}

fn schema(folder: &Folder) -> Value {
    serde_json::from_str(&folder.run("schema t -o -").ok()).expect("a schema")
}

#[test]
fn types_come_from_defaults_and_from_fields() {
    let made = schema(&chart(VALUES));
    let of = |name: &str| made["properties"][name].clone();
    assert_eq!(of("replicas"), json!({"description": "How many pods", "type": "integer", "default": 1}));
    assert_eq!(of("port")["type"], json!(["integer", "string"]));
    assert_eq!(of("name"), json!({"type": "string", "default": "a"}));
    assert_eq!(of("resources")["allOf"][0]["$ref"], "#/definitions/ResourceRequirements");
    assert_eq!(of("tolerations")["items"]["$ref"], "#/definitions/Toleration");
    assert_eq!(of("labels")["additionalProperties"], json!({"type": "string"}));
    assert_eq!(of("note"), json!({}), "nothing is known of a null that nobody reads");
}

#[test]
fn what_kubernetes_refuses_is_refused_and_the_rest_is_not() {
    let folder = chart(VALUES);
    folder.run("schema t").ok();
    let verdict = |values: &str| {
        fs::write(folder.join("v.yaml"), values).expect("values");
        folder.run("template x t -f v.yaml").exit
    };
    for good in [
        "replicas: 3",
        "port: 80",
        "resources: {limits: {memory: 1Gi}}",
        "tolerations: [{key: a}]",
        "labels: {a: b}",
        "more: 1",
        "note: [1]",
    ] {
        assert_eq!(verdict(good), 0, "{good}");
    }
    for bad in [
        "replicas: many",
        "replicas: true",
        "resources: {limits: [1]}",
        "tolerations: [a]",
        "labels: {a: 1}",
        "name: 5",
    ] {
        assert_eq!(verdict(bad), 1, "{bad}");
    }
}

#[test]
fn comments_go_over_what_is_known() {
    let values = "# @schema\n# type: [integer, null]\n# minimum: 1\n# @schema\n# How many\nreplicas: 1\nport: 80 # @schema enum: [80, 443]; required: true\n# @schema hidden: true\nname: a\nresources: {}\ntolerations: []\nlabels: {}\n";
    let made = schema(&chart(values));
    let replicas = &made["properties"]["replicas"];
    assert_eq!(
        (&replicas["type"], &replicas["minimum"], &replicas["description"]),
        (&json!(["integer", "null"]), &json!(1), &json!("How many"))
    );
    assert_eq!((&made["properties"]["port"]["enum"], &made["required"]), (&json!([80, 443]), &json!(["port"])));
    assert_eq!(made["properties"]["name"], Value::Null);
    let folder = chart(&values.replace("port: 80 #", "port: 81 #"));
    let shown = folder.run("schema t");
    assert!(
        shown.stderr.contains("Warning: t: values.yaml: a comment with `@schema` refuses \"/port\""),
        "{}",
        shown.stderr
    );
    let broken = chart("# @schema\n# type: [\n# @schema\na: 1\n").run("schema t -o -");
    assert!(
        broken.stderr.contains("t/values.yaml:4:1: warning: ") && broken.stderr.contains("[docs/unknown-annotation]")
    );
}

#[test]
fn values_that_the_chart_is_tested_with_are_accepted() {
    let folder =
        chart(VALUES).with("t/ci/odd-values.yaml", "replicas: \"2\"\nresources: none\ntolerations: {}\nnote: 1\n");
    let folder = folder.with("more.yaml", "name: 7\n");
    folder.run("schema t -f more.yaml").ok();
    folder.run("template x t -f more.yaml").ok();
    let shown = folder.run("template x t -f t/ci/odd-values.yaml");
    assert!(!shown.stderr.contains("specifications of the schema"), "{}", shown.stderr);
    assert_eq!(folder.run("template x t --set replicas=true").exit, 1);
}

/// Helm 3 hands nulls to the schema, Helm 4 takes them out before.
#[test]
fn nulls_in_defaults_are_accepted_by_both_helms() {
    let folder = chart(&VALUES.replace("resources: {}", "resources: {limits: {cpu: 1}, requests: null}"));
    folder.run("schema t").ok();
    for helm in ["3", "4"] {
        folder.run(&format!("template x t --helm-version {helm}")).ok();
        let bad = folder.run(&format!("template x t --helm-version {helm} --set resources.claims=1"));
        assert_eq!(bad.exit, 1, "Helm {helm} refuses what is no list");
    }
}

#[test]
fn a_schema_that_was_written_by_hand_stays() {
    let folder = chart(VALUES).with("t/values.schema.json", "{}");
    assert!(folder.run("schema t").error().contains("--force replaces it"));
    folder.run("schema t --force").ok();
    folder.run("schema t --check").ok();
    let folder = folder.with("t/values.yaml", VALUES.replace("replicas: 1", "replicas: \"1\""));
    let shown = folder.run("schema t --check");
    assert_eq!(shown.exit, 1);
    assert!(shown.stdout.contains("-      \"default\": 1"), "{}", shown.stdout);
    assert_eq!(folder.run("schema").exit, 2);
}

#[test]
fn the_table_has_a_column_of_types() {
    let out = chart(VALUES).run("docs t -o - -q --types").ok();
    assert!(out.contains("| `port`        |               | integer or string | `http`"), "{out}");
}

/// Every schema accepts the defaults of its chart, and the values files that its authors test it with.
#[test]
fn schemas_of_real_charts_accept_their_own_values() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let Some(corpus) = Corpus::open(&shared.join("corpus")) else {
        eprintln!("../shared/corpus is not there: no schemas of real charts were made");
        return;
    };
    // All of them with EVERY=1; a part is enough to notice a change.
    let every = std::env::var("EVERY").ok().and_then(|every| every.parse().ok()).unwrap_or(60);
    let (mut charts, mut sets, mut refused) = (0, 0, Vec::<String>::new());
    for made in own(&corpus, every) {
        charts += 1;
        sets += made.sets.len();
        refused.extend(made.refused.iter().map(|line| format!("{}: {line}", made.name)));
    }
    eprintln!("{charts} charts, {sets} sets of values beside their defaults, {} refused", refused.len());
    assert!(charts > 0);
    assert_eq!(refused, [""; 0]);
}
