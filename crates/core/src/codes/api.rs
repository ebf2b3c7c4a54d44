//! Rules of the API server that are not checks of their own: versions of APIs, nulls, the ranges of numbers.

use super::Example::{Chart, Manifest, None};
use super::{Row, row};

pub(super) const CODES: &[Row] = &[
    row!(
        "api/unknown-version",
        Error,
        "a version of Kubernetes that there are no schemas for",
        "Nothing can be said about objects for such a version. For the one that comes after the newest that is known, the\n\
         schemas of that are used, and the finding is a warning.",
        "",
        None("examples are checked for a version that is known"),
        Manifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    ),
    row!(
        "api/removed-version",
        Error,
        "an apiVersion that this version of Kubernetes no longer serves",
        "The API server answers that there is no such kind. Use the version that replaced it; charts that serve old and new\n\
         clusters choose with `.Capabilities.APIVersions.Has`.",
        "the deprecation guide of Kubernetes, and the schemas of its versions",
        Manifest(
            "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: 1}\n"
        ),
        Manifest("apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: 1}\n"),
        "no-extensions-v1beta",
        "stable-version"
    ),
    row!(
        "api/deprecated-version",
        Warning,
        "an apiVersion that is on its way out",
        "It still works, and a later version removes it.",
        "the deprecation guide of Kubernetes",
        None("which versions are on their way out depends on the version that is checked for"),
        Manifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"),
        "deprecatedVersion",
        "stable-version"
    ),
    row!(
        "api/version-not-served-yet",
        Error,
        "an apiVersion that only later versions of Kubernetes serve",
        "The chart is newer than the cluster it is checked for.",
        "the schemas of the versions of Kubernetes",
        None("the newest version, which examples are checked for, serves all that there is"),
        Manifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    ),
    row!(
        "api/version-not-served",
        Error,
        "a version of a custom resource that its definition does not serve",
        "The definition has `served: false` for this version.",
        "apiextensions-apiserver",
        Chart(&[
            (
                "crds/a.yaml",
                "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: gadgets.example.com}\nspec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: Gadget, plural: gadgets, singular: gadget, listKind: GadgetList}\n  versions:\n  - {name: v1, served: false, storage: false, schema: {openAPIV3Schema: {type: object}}}\n  - {name: v2, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}\n"
            ),
            ("templates/a.yaml", "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: a}\n"),
        ]),
        Chart(&[
            (
                "crds/a.yaml",
                "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: gadgets.example.com}\nspec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: Gadget, plural: gadgets, singular: gadget, listKind: GadgetList}\n  versions:\n  - {name: v2, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}\n"
            ),
            ("templates/a.yaml", "apiVersion: example.com/v2\nkind: Gadget\nmetadata: {name: a}\n"),
        ])
    ),
    row!(
        "api/required-null",
        Error,
        "a required field that is null",
        "The server drops nulls, so such a field is as good as missing. In a chart, `toYaml` of a value that is not set\n\
         writes `null`.",
        "defaulting and validation in kube-apiserver",
        Manifest(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {app: a}}\n  template:\n"
        ),
        Manifest(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    spec: {containers: [{name: a, image: a}]}\n"
        )
    ),
    row!(
        "api/integer-range",
        Error,
        "a number that the integer of its field cannot hold",
        "Go decodes into integers of 32 or 64 bits and refuses what does not fit.",
        "`encoding/json` of Go",
        Manifest(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  replicas: 3000000000\n  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    spec: {containers: [{name: a, image: a}]}\n"
        ),
        Manifest(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  replicas: 3\n  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    spec: {containers: [{name: a, image: a}]}\n"
        )
    ),
    row!(
        "api/time",
        Error,
        "a text that is no time as Go reads it",
        "Times are written after RFC 3339: `2006-01-02T15:04:05Z`.",
        "`metav1.Time.UnmarshalJSON` of apimachinery",
        Manifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, creationTimestamp: yesterday}\n"),
        Manifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, creationTimestamp: \"2006-01-02T15:04:05Z\"}\n")
    ),
    row!(
        "api/base64",
        Error,
        "a text that is no base64",
        "Certificates and other bytes are written in base64: `{{ .Values.ca | b64enc }}`.",
        "`encoding/json` of Go, which reads `[]byte`",
        Manifest(
            "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: a}\nwebhooks:\n- name: a.example.com\n  sideEffects: None\n  admissionReviewVersions: [v1]\n  clientConfig: {caBundle: \"%%\", service: {name: a, namespace: b}}\n"
        ),
        Manifest(
            "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: a}\nwebhooks:\n- name: a.example.com\n  sideEffects: None\n  admissionReviewVersions: [v1]\n  clientConfig: {caBundle: \"YQ==\", service: {name: a, namespace: b}}\n"
        )
    ),
    row!(
        "api/duplicate-list-item",
        Warning,
        "two items with the same keys in a list that is a map",
        "Creating such an object works; server-side apply refuses it, and the second item often wins in silence.",
        "structured merge in kube-apiserver",
        Manifest(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: a\n    env: [{name: X, value: \"1\"}, {name: X, value: \"2\"}]\n"
        ),
        Manifest(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: a\n    env: [{name: X, value: \"1\"}]\n"
        ),
        "duplicate-env-var"
    ),
];

/// The names that other tools have for checks of the API server.
pub(super) const ALIASES: &[(&str, &[&str])] = &[
    ("api/label-value", &["label-values"]),
    ("api/port-name", &["invalid-target-ports", "container-ports-check"]),
    (
        "api/selector-mismatch",
        &[
            "mismatching-selector",
            "deployment-pod-selector-labels-match-template-metadata-labels",
            "statefulset-pod-selector-labels-match-template-metadata-labels",
        ],
    ),
];
