//! What the OpenAPI schemas of Kubernetes and the schemas of custom resources refuse.

use super::Example::{Chart, Manifest};
use super::{Row, row};

const GADGET: &str = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: gadgets.example.com}\nspec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: Gadget, plural: gadgets, singular: gadget, listKind: GadgetList}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            type: object\n            x-kubernetes-validations:\n            - {rule: \"!has(self.low) || !has(self.high) || self.low <= self.high\", message: low is above high}\n            properties:\n              name: {type: string, pattern: \"^[a-z]+$\", minLength: 2}\n              low: {type: integer, minimum: 1}\n              high: {type: integer}\n              address: {type: string, format: ipv4}\n              tags: {type: array, items: {type: string}, x-kubernetes-list-type: set}\n              one: {type: object, oneOf: [{required: [a]}, {required: [b]}], properties: {a: {type: string}, b: {type: string}}}\n              plain: {type: object, not: {required: [x]}, properties: {x: {type: string}, y: {type: string}}}\n";

/// A chart with the definition of a Gadget and one of them.
macro_rules! gadget {
    ($spec:literal) => {
        Chart(&[
            ("crds/gadget.yaml", GADGET),
            (
                "templates/a.yaml",
                concat!("apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: a}\nspec: ", $spec, "\n"),
            ),
        ])
    };
}

pub(super) const CODES: &[Row] = &[
    row!(
        "schema/unknown-field",
        Error,
        "a field that its kind does not have",
        "The API server drops such a field, or refuses the object where validation is strict: what it was meant to do does\n\
         not happen. Mostly it is misspelt, or stands one level too deep or too high, where an `nindent` is off by two.",
        "strict field validation of kube-apiserver",
        Manifest(
            "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports: [{port: 80, targetport: 8080}]\n"
        ),
        Manifest(
            "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports: [{port: 80, targetPort: 8080}]\n"
        ),
        "schema-validation"
    ),
    row!(
        "schema/missing-field",
        Error,
        "a field that must be there and is not",
        "The object is refused without it. In a chart, look for the value that was to give it, or for the `if` or `with`\n\
         around the lines that write it.",
        "validation of required fields in kube-apiserver and in CRDs",
        Manifest(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    metadata: {labels: {app: a}}\n    spec: {containers: [{name: a, image: a}]}\n"
        ),
        Manifest(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    spec: {containers: [{name: a, image: a}]}\n"
        ),
        "schema-validation"
    ),
    row!(
        "schema/wrong-type",
        Error,
        "a value of another type than its field has",
        "Most often a text that looks like a number or a boolean: environment variables, labels, annotations and image tags\n\
         are texts. In a template, write `{{ .Values.x | quote }}`: quotation marks in values.yaml do not survive rendering.",
        "decoding of JSON in kube-apiserver",
        Manifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {debug: true}\n"),
        Manifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {debug: \"true\"}\n"),
        "schema-validation"
    ),
    row!(
        "schema/invalid-enum",
        Error,
        "a value that is none of those its schema lists",
        "The schema lists what is allowed, and capitals count.",
        "`enum` in structural schemas",
        Chart(&[
            (
                "crds/c.yaml",
                "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: colours.example.com}\nspec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: Colour, plural: colours, singular: colour, listKind: ColourList}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {is: {type: string, enum: [red, blue]}}}}}}\n"
            ),
            ("templates/a.yaml", "apiVersion: example.com/v1\nkind: Colour\nmetadata: {name: a}\nspec: {is: Red}\n"),
        ]),
        gadget!("{}"),
        "schema-validation"
    ),
    row!(
        "schema/unknown-kind",
        Warning,
        "a kind that nothing is known of",
        "Nothing in the object is checked. Is it misspelt? If it is a custom resource, give its definition: in the chart's\n\
         `crds/`, in its templates, or with `--crds`. With `--strict-kinds` it is an error.",
        "",
        Manifest("apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: a}\n"),
        gadget!("{}")
    ),
    row!(
        "schema/duplicate-item",
        Error,
        "an item that occurs twice in a list where each occurs once",
        "The definition of the custom resource says that the list is a set, or that some fields are its keys.",
        "`x-kubernetes-list-type: set` and `map` in apiextensions-apiserver",
        gadget!("{tags: [a, b, a]}"),
        gadget!("{tags: [a, b]}"),
        "schema-validation"
    ),
    row!(
        "schema/pattern",
        Error,
        "a text that does not match the pattern of its field",
        "The definition of the custom resource gives a regular expression for this text.",
        "`pattern` in structural schemas",
        gadget!("{name: A1}"),
        gadget!("{name: abc}"),
        "schema-validation"
    ),
    row!(
        "schema/format",
        Error,
        "a text that is not of the format of its field",
        "The definition of the custom resource wants a time, an address or another known format here.",
        "`format` in structural schemas",
        gadget!("{address: 10.0.0}"),
        gadget!("{address: 10.0.0.1}"),
        "schema-validation"
    ),
    row!(
        "schema/length",
        Error,
        "too few or too many characters, items or entries",
        "The definition of the custom resource bounds how long this may be.",
        "`minLength`, `maxItems` and their like in structural schemas",
        gadget!("{name: a}"),
        gadget!("{name: ab}"),
        "schema-validation"
    ),
    row!(
        "schema/out-of-range",
        Error,
        "a number beyond what its field allows",
        "The definition of the custom resource bounds this number.",
        "`minimum`, `maximum` and `multipleOf` in structural schemas",
        gadget!("{low: 0}"),
        gadget!("{low: 1}"),
        "schema-validation"
    ),
    row!(
        "schema/no-alternative",
        Error,
        "a value that fits none of the forms its schema lists",
        "The definition of the custom resource lists forms (`anyOf`, `oneOf`), mostly by the fields that must be there.",
        "`anyOf` and `oneOf` in structural schemas",
        gadget!("{one: {}}"),
        gadget!("{one: {a: x}}"),
        "schema-validation"
    ),
    row!(
        "schema/many-alternatives",
        Error,
        "a value that fits several forms where only one may fit",
        "Of the forms in `oneOf` exactly one must hold: remove the fields of the others.",
        "`oneOf` in structural schemas",
        gadget!("{one: {a: x, b: y}}"),
        gadget!("{one: {b: y}}"),
        "schema-validation"
    ),
    row!(
        "schema/forbidden",
        Error,
        "a value that its schema excludes",
        "The definition of the custom resource says `not` of this.",
        "`not` in structural schemas",
        gadget!("{plain: {x: a}}"),
        gadget!("{plain: {y: a}}"),
        "schema-validation"
    ),
    row!(
        "schema/cel-rule",
        Error,
        "a rule of the custom resource does not hold",
        "The definition has rules in CEL (`x-kubernetes-validations`); the message is that of its author.",
        "the CEL validation of apiextensions-apiserver",
        gadget!("{low: 5, high: 2}"),
        gadget!("{low: 2, high: 5}"),
        "schema-validation"
    ),
    row!(
        "schema/cel-not-evaluated",
        Note,
        "a rule of the custom resource was not evaluated",
        "The rule calls a function that is not there offline, or could take too long. The API server will evaluate it.",
        "",
        super::Example::None("which functions are missing changes from version to version"),
        gadget!("{}")
    ),
];
