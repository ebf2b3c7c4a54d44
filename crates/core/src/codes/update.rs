//! Changes that an API server refuses and that are no checks of their own: rules of custom resources.

use super::Example::{Manifest, None, Update};
use super::{Row, row};

/// A definition whose objects have a field that can only grow.
macro_rules! widget {
    ($size:literal) => {
        concat!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.example.com}\n",
            "spec: {group: example.com, scope: Namespaced, names: {plural: widgets, kind: Widget}, versions: [{name: v1, served: true,\n",
            "  storage: true, schema: {openAPIV3Schema: {type: object, properties: {size: {type: integer, x-kubernetes-validations: [\n",
            "  {rule: self >= oldSelf, message: a widget cannot shrink}]}}}}}]}\n",
            "---\napiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\nsize: ",
            $size,
            "\n"
        )
    };
}

pub(super) const CODES: &[Row] = &[
    row!(
        "update/unknown-before",
        Warning,
        "what is there before an update is not known",
        "The chart or the manifests that `--against` names do not render or cannot be read. What could be is compared; of the\n\
     other objects nobody knows whether they change in a way that the API server refuses.",
        "",
        None("it needs a second chart"),
        Manifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    ),
    row!(
        "update/version-not-raised",
        Warning,
        "a chart that differs from the one that is there, and has no higher version",
        "Repositories keep one chart under a version, and whoever asks for that version gets the one or the other. So chart-testing\n\
     asks for a higher version with every change. It is asked where `--against` names an older chart of the same name.",
        "",
        None("it needs a second chart"),
        Manifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    ),
    row!(
        "update/cel-rule",
        Error,
        "a change that a rule of the custom resource refuses",
        "Rules of a CustomResourceDefinition that name `oldSelf` are about changes. They are evaluated for what `--against`\n\
     names as there, where the value is in the old object and in the new one.",
        "apiextensions-apiserver pkg/apiserver/schema/cel.Validator",
        Update { old: widget!("2"), new: widget!("1") },
        Update { old: widget!("2"), new: widget!("3") }
    ),
];
