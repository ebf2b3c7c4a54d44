use super::{Options, Validator, object_ref};
use crate::budget::{Budget, CancelToken, Exhausted, Limits};
use crate::kube::crds::Crds;
use crate::yaml;
use std::fmt::Write as _;
use std::sync::Arc;

fn validator(crds: &str) -> Validator {
    let mut all = Crds::default();
    for document in yaml::documents(crds.as_bytes()).into_iter().flatten() {
        all.add(&document, &Budget::default()).unwrap();
    }
    Validator::new("1.31", Arc::new(all), Options::default()).unwrap()
}

/// The findings of a text, a line each: code, pointer, message, help, and the bytes to blame.
fn found_by(validator: &Validator, text: &str) -> String {
    let mut lines = String::new();
    for document in yaml::documents(text.as_bytes()).into_iter().flatten() {
        for finding in validator.check(&document, text.as_bytes(), &Budget::default()).unwrap() {
            let blamed = text[finding.range].lines().next().unwrap_or_default().to_owned();
            let help = finding.help.map_or(String::new(), |help| format!(" ({help})"));
            let _ = writeln!(lines, "{} {} {}{help} <{blamed}>", finding.code, finding.pointer, finding.message);
        }
    }
    lines
}

fn found(text: &str) -> String {
    found_by(&validator(""), text)
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n";
const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n";

#[test]
fn types_are_checked_and_help_says_what_to_do() {
    let text = format!(
        "{DEPLOYMENT}spec:\n  replicas: \"3\"\n  paused: 'true'\n  selector: [a]\n  template: {{spec: {{containers: [{{name: a, image: b}}]}}}}\n"
    );
    assert_eq!(
        found(&text),
        "schema/wrong-type /spec/replicas expected an integer, found the string \"3\" (write it without quotes: 3) <\"3\">\n\
         schema/wrong-type /spec/paused expected a boolean, found the string \"true\" (write it without quotes: true) <'true'>\n\
         schema/wrong-type /spec/selector expected a map, found a list (write a map here, without `-`) <[a]>\n"
    );
    let text = format!("{POD}spec:\n  containers: {{name: a, image: b}}\n  nodeSelector: {{a: yes}}\n");
    assert_eq!(
        found(&text),
        "schema/wrong-type /spec/containers expected a list, found a map (start each item with `-`) <{name: a, image: b}>\n\
         schema/wrong-type /spec/nodeSelector/a expected a string, found the boolean true (quote the value: \"yes\") <yes>\n"
    );
}

#[test]
fn fields_are_known_and_required() {
    let text = format!(
        "{DEPLOYMENT}spec:\n  replcas: 3\n  template: {{spec: {{containers: [{{name: a, image: b}}]}}}}\n  containers: []\n"
    );
    assert_eq!(
        found(&text),
        "schema/missing-field /spec/selector the required field `selector` is missing <spec>\n\
         schema/unknown-field /spec/replcas unknown field `replcas` (did you mean replicas?) <replcas>\n\
         schema/unknown-field /spec/containers unknown field `containers` (`containers` belongs into `template.spec`) <containers>\n"
    );
    let text = format!("{POD}spec: {{containers: [{{name: a, image: b}}]}}\nmetdata: {{}}\nnodeName: x\n");
    assert_eq!(
        found(&text),
        "schema/unknown-field /metdata unknown field `metdata` <metdata>\n\
         schema/unknown-field /nodeName unknown field `nodeName` (`nodeName` belongs into `spec`) <nodeName>\n"
    );
}

#[test]
fn nulls_are_absent_and_absent_is_wrong_where_required() {
    assert_eq!(found(&format!("{POD}spec:\n  containers: [{{name: a, image: b, ports: null}}]\n  volumes:\n")), "");
    assert_eq!(
        found(&format!("{DEPLOYMENT}spec:\n  selector: {{matchLabels: {{a: b}}}}\n  template:\n")),
        "api/required-null /spec/template/spec/containers the required field `template` is null, which is as good as \
         missing <>\n"
    );
    assert_eq!(
        found("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: }]}\n"),
        "api/required-null /spec/ports/0/port the required field `port` is null, which is as good as missing <>\n"
    );
    assert_eq!(
        found(&format!("{POD}spec: {{containers: [{{name: a, image: b, resources: {{limits: {{cpu: }}}}}}]}}\n")),
        ""
    );
}

#[test]
fn nulls_that_go_reads_as_empty_are_fine_where_empty_is() {
    assert_eq!(found("apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules:\n"), "");
    assert_eq!(found("apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: a}\nvalue:\n"), "");
    let class = found("apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a}\nprovisioner:\n");
    assert!(class.starts_with("api/required-null /provisioner"), "{class}");
}

#[test]
fn quantities_and_numbers_are_what_go_decodes() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80.0, targetPort: true}, {port: 3000000000, name: a}]}\n";
    assert_eq!(
        found(text),
        "api/service-port-name /spec/ports/0/name a service with more than one port needs a name for each <{port: 80.0, targetPort: true}>\n\
         schema/wrong-type /spec/ports/0/targetPort expected an integer or a string, found the boolean true <true>\n\
         api/integer-range /spec/ports/1/port expected an integer of 32 bits, found the number 3000000000 <3000000000>\n\
         api/service-ports /spec/ports/1/port expected a port between 1 and 65535, found 3000000000 <3000000000>\n"
    );
}

#[test]
fn keys_occur_once() {
    assert_eq!(
        found("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: x\n  \"a\": z\n"),
        "yaml/duplicate-key /data/a the key `a` occurs twice in this map (remove one of the two: the last one counts, \
         and kubectl refuses both) <\"a\">\n"
    );
    let text = format!(
        "{POD}spec: {{containers: [{{name: a, image: b, ports: [{{containerPort: 80}}, {{containerPort: 80, protocol: TCP}}]}}]}}\n"
    );
    assert!(
        found(&text).starts_with("api/duplicate-list-item /spec/containers/0/ports/1 another item"),
        "{}",
        found(&text)
    );
}

#[test]
fn kinds_are_known_or_gone_or_to_come() {
    assert_eq!(
        found("apiVersion: apps/v1\nkind: Deploymnt\nmetadata: {name: a}\n"),
        "schema/unknown-kind /kind nothing is known of the kind Deploymnt of apps/v1 (did you mean Deployment?) <Deploymnt>\n"
    );
    assert_eq!(
        found("apiVersion: v1\nkind: Deployment\nmetadata: {name: a}\n"),
        "schema/unknown-kind /apiVersion nothing is known of the kind Deployment of v1 (did you mean apiVersion apps/v1?) <v1>\n"
    );
    assert_eq!(
        found("apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\n"),
        "api/removed-version /apiVersion policy/v1beta1 PodDisruptionBudget is gone since Kubernetes 1.25 (use policy/v1) <policy/v1beta1>\n"
    );
    assert_eq!(
        found("apiVersion: resource.k8s.io/v1\nkind: DeviceClass\nmetadata: {name: a}\n"),
        "api/version-not-served-yet /apiVersion resource.k8s.io/v1 DeviceClass is served from Kubernetes 1.34 on, not in 1.31 \
         (use apiVersion resource.k8s.io/v1alpha3) <resource.k8s.io/v1>\n"
    );
    assert_eq!(found("kind: Pod\n"), "schema/missing-field /apiVersion the object has no `apiVersion` <kind: Pod>\n");
    assert_eq!(found("[]"), "schema/wrong-type  expected an object, found a list <[]>\n");
    assert_eq!(found("# nothing\n---\n~\n"), "");
    let strict =
        Validator::new("1.31", Default::default(), Options { strict_kinds: true, ..Options::default() }).unwrap();
    let document = yaml::parse(b"apiVersion: example.com/v1\nkind: Foo\n").unwrap();
    let findings = strict.check(&document, b"", &Budget::default()).unwrap();
    assert_eq!(findings[0].severity, crate::diag::Severity::Error);
}

#[test]
fn lists_are_taken_apart() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n  dat: {}\n- kind: List\n  \
                items: [{apiVersion: v1, kind: Secret, metadata: {name: B}}]\n";
    let found = found(text);
    assert!(found.contains("schema/unknown-field /items/0/dat"), "{found}");
    assert!(found.contains("api/object-name /items/1/items/0/metadata/name"), "{found}");
}

#[test]
fn aliases_and_merges_are_followed() {
    let text = format!("{POD}spec:\n  containers:\n  - &c {{name: a, image: b, bogus: 1}}\n  - <<: *c\n    name: 2\n");
    let found = found(&text);
    assert_eq!(found.matches("schema/unknown-field").count(), 2, "{found}");
    assert!(found.contains("schema/wrong-type /spec/containers/1/name"), "{found}");
}

#[test]
fn the_pods_of_a_stateful_set_are_only_warned_about() {
    let text = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {serviceName: a, selector: {matchLabels: {a: b}}, \
                template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a}]}}}\n";
    let findings =
        validator("").check(&yaml::parse(text.as_bytes()).unwrap(), text.as_bytes(), &Budget::default()).unwrap();
    assert_eq!((findings[0].code, findings[0].severity), ("api/container-image", crate::diag::Severity::Warning));
}

#[test]
fn work_ends_with_the_budget() {
    let text = format!("{POD}spec: {{containers: [{}]}}\n", vec!["{name: a}"; 1000].join(", "));
    let document = yaml::parse(text.as_bytes()).unwrap();
    let budget = Budget::new(Limits { fuel: 100, ..Limits::default() }, CancelToken::default());
    assert_eq!(validator("").check(&document, text.as_bytes(), &budget), Err(Exhausted::Fuel(100)));
}

#[test]
fn loops_and_bombs_of_aliases_are_findings() {
    assert!(found("a: &a [*a]\n").starts_with("yaml/no-json"));
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for n in 1..12 {
        let _ = writeln!(bomb, "a{n}: &a{n} [{}]", vec![format!("*a{}", n - 1); 9].join(", "));
    }
    assert!(found(&bomb).starts_with("yaml/no-json"), "{}", found(&bomb));
    assert!(found("a: .inf\n").starts_with("yaml/no-json"));
}

#[test]
fn objects_have_names() {
    let reference = |text: &str| object_ref(&yaml::parse(text.as_bytes()).unwrap(), &Budget::default());
    let object = reference("apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\n").unwrap();
    assert_eq!(
        (object.kind.as_str(), object.namespace.as_deref(), object.name.as_deref()),
        ("Pod", Some("b"), Some("a"))
    );
    assert_eq!(reference("a: b"), None);
}

/// A CRD with this schema for `spec`.
fn crd(schema: &str) -> String {
    format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  group: example.com\n  names: {{kind: Foo}}\n  \
         versions:\n  - name: v1\n    served: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        \
         properties:\n          spec: {schema}\n"
    )
}

fn custom(schema: &str, spec: &str) -> String {
    let text = format!("apiVersion: example.com/v1\nkind: Foo\nmetadata: {{name: a}}\nspec: {spec}\n");
    found_by(&validator(&crd(schema)), &text)
        .lines()
        .map(|line| line.rsplit_once(" <").unwrap().0.to_owned() + "\n")
        .collect()
}

#[test]
fn custom_resources_follow_their_crds() {
    let schema = "{type: object, required: [a, d], properties: {a: {type: integer, minimum: 1}, b: {x-kubernetes-int-or-string: true}, \
                  c: {type: object, x-kubernetes-preserve-unknown-fields: true}, d: {type: string, default: x, enum: [x, w]}, \
                  e: {type: array, maxItems: 2, items: {type: string, pattern: '^[a-z]+$'}, x-kubernetes-list-type: set}, \
                  f: {type: array, items: {type: object, properties: {name: {type: string}}}, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name]}}}";
    assert_eq!(custom(schema, "{a: 1, b: 5%, c: {any: 1}, e: [a, b], f: [{name: a}, {name: b}]}"), "");
    assert_eq!(custom(schema, "{a: 1, b: , c: }"), "");
    assert_eq!(
        custom(schema, "{a: }"),
        "schema/missing-field /spec/a the required field `a` is null, which is as good as missing\n"
    );
    assert_eq!(custom(schema, "{a: 0}"), "schema/out-of-range /spec/a expected at least 1, found 0\n");
    assert_eq!(
        custom(schema, "{a: 1, b: true}"),
        "schema/wrong-type /spec/b expected an integer or a string, found the boolean true\n"
    );
    assert_eq!(custom(schema, "{a: 1, d: z}"), "schema/invalid-enum /spec/d expected x or w, found the string \"z\"\n");
    assert_eq!(
        custom(schema, "{a: 1, e: [A]}"),
        "schema/pattern /spec/e/0 expected a string that matches ^[a-z]+$, found \"A\"\n"
    );
    assert_eq!(
        custom(schema, "{a: 1, e: [a, a]}"),
        "schema/duplicate-item /spec/e/1 the string \"a\" occurs twice in a list that is a set\n"
    );
    assert_eq!(custom(schema, "{a: 1, e: [a, b, c]}"), "schema/length /spec/e expected at most 2 items, found 3\n");
    assert_eq!(custom(schema, "{a: 1, e: [~]}"), "schema/wrong-type /spec/e/0 expected a string, found null\n");
    assert_eq!(
        custom(schema, "{a: 1, f: [{name: a}, {name: a}]}"),
        "schema/duplicate-item /spec/f/1 another item of the list has the same name\n"
    );
    assert_eq!(custom(schema, "{a: 1, bb: 1}"), "schema/unknown-field /spec/bb unknown field `bb` (did you mean b?)\n");
}

#[test]
fn alternatives_are_weighed() {
    let schema = "{type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}], not: {required: [c]}}";
    assert_eq!(custom(schema, "{a: x}"), "");
    assert_eq!(custom(schema, "{}"), "schema/no-alternative /spec expected `a` or `b`\n");
    assert_eq!(
        custom(schema, "{a: x, b: z}"),
        "schema/many-alternatives /spec expected `a` or `b`, and only one of them; 2 fit\n"
    );
}

#[cfg(feature = "cel")]
#[test]
fn rules_in_cel_are_evaluated() {
    let rule = |rule: &str| {
        format!(
            "{{type: object, properties: {{a: {{type: integer}}, b: {{type: integer, default: 5}}, ns-x: {{type: string}}}}, x-kubernetes-validations: [{rule}]}}"
        )
    };
    let plain = rule("{rule: 'self.a <= self.b', message: a must not exceed b}");
    assert_eq!(custom(&plain, "{a: 5}"), "");
    assert_eq!(custom(&plain, "{a: 6}"), "schema/cel-rule /spec a must not exceed b\n");
    let made = rule("{rule: 'self.a == 0', messageExpression: \"'a is ' + string(self.a)\"}");
    assert_eq!(custom(&made, "{a: 6}"), "schema/cel-rule /spec a is 6\n");
    assert_eq!(
        custom(&rule("{rule: 'has(self.ns__dash__x) && self.ns__dash__x.lowerAscii() == \"x\"'}"), "{ns-x: X}"),
        ""
    );
    assert_eq!(custom(&rule("{rule: 'self.a >= oldSelf.a'}"), "{a: 1}"), "");
    let unknown = custom(&rule("{rule: 'isURL(self.a)'}"), "{a: 1}");
    assert!(
        unknown.starts_with("schema/cel-not-evaluated /spec the rule `isURL(self.a)` was not evaluated"),
        "{unknown}"
    );
    assert!(custom(&rule("{rule: 'self.a +'}"), "{a: 1}").starts_with("schema/cel-not-evaluated"));
    // Neither nesting nor loops get out of hand.
    let deep = format!("{{rule: '{}true{}'}}", "(".repeat(5000), ")".repeat(5000));
    assert!(custom(&rule(&deep), "{a: 1}").starts_with("schema/cel-not-evaluated"));
    let lists = "{type: array, items: {type: integer}, x-kubernetes-validations: [{rule: \
                 'self.all(a, self.all(b, self.all(c, a + b + c >= 0)))'}]}";
    let long = format!("[{}]", vec!["1"; 2000].join(","));
    assert!(custom(lists, &long).contains("it could take too long"));
    assert_eq!(custom(lists, "[1, 2, 3]"), "");
}

#[test]
fn lists_of_one_kind_have_schemas_of_their_own() {
    let text = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleList\nitems:\n- metadata: {name: a}\n  rules: [{verbs: [get], resource: [a]}]\n";
    let found = found(text);
    assert!(found.contains("schema/unknown-field /items/0/rules/0/resource unknown field `resource`"), "{found}");
    assert!(found.contains("api/policy-rule /items/0/rules/0/apiGroups"), "{found}");
    assert_eq!(found.lines().count(), 2, "{found}");
}

#[test]
fn secrets_are_not_told() {
    let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  pin: 12345\ndata: {a: 'hunter2!'}\n";
    let found = found(text);
    let lines: Vec<&str> = found.lines().map(|line| line.rsplit_once(" <").unwrap().0).collect();
    assert_eq!(lines[0], "schema/wrong-type /stringData/pin expected a string, found a number (quote the value)");
    assert!(!lines[1].contains("hunter2"), "{}", lines[1]);
}

#[test]
fn custom_versions_are_served_or_not() {
    let crd = crd("{type: object}").replace("served: true", "served: false");
    let text = "apiVersion: example.com/v1\nkind: Foo\nmetadata: {name: a}\n";
    assert!(
        found_by(&validator(&crd), text)
            .starts_with("api/version-not-served /apiVersion example.com/v1 Foo is not served")
    );
    let text = "apiVersion: example.com/v2\nkind: Foo\nmetadata: {name: a}\n";
    assert!(found_by(&validator(&crd), text).contains("(did you mean apiVersion example.com/v1?)"));
}

#[test]
fn threads_can_share_a_validator() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&validator(""));
}
