//! Labels, annotations and selectors by labels.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::{Origin, syntax};

const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
const SELECTOR: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector";

/// Whether the server looks at this metadata: that of the object itself, and that of the template of its pods.
fn is_validated(metadata: Node<'_>) -> bool {
    let Some(owner) = metadata.parent() else { return false };
    metadata.key() == "metadata" && (super::is_object(owner) || owner.key() == "template" || is_claim_template(owner))
}

/// Whether this is what a ResourceClaimTemplate makes claims of.
fn is_claim_template(spec: Node<'_>) -> bool {
    let template = |object: Node<'_>| object.str("kind") == Some("ResourceClaimTemplate");
    spec.key() == "spec" && spec.parent().is_some_and(template)
}

check! {
    /// The key of a label is a name of at most 63 letters, digits, `-`, `_` and `.` that starts and ends with a letter or
    /// digit, after an optional DNS subdomain and `/`. The same holds for selectors of nodes and of services.
    LABEL_KEY = "api/label-key", label_key;
    mirrors "apimachinery validation.ValidateLabelName, IsQualifiedName";
    on &[META, super::CORE_POD_SPEC, "io.k8s.api.core.v1.ServiceSpec"];
    accepted "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {app.kubernetes.io/name: web}}\n";
    rejected "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {my app: web}}\n";
}

/// The labels that a value of one of the definitions above has.
fn labels<'t>(cx: &Context<'_, '_>, node: Node<'t>) -> Option<Node<'t>> {
    match node.key() {
        "metadata" => (is_validated(node) || cx.origin() == Origin::Custom).then(|| node.get("labels"))?,
        _ => node.get("nodeSelector").or_else(|| node.get("selector")),
    }
}

fn label_key(cx: &mut Context<'_, '_>, node: Node<'_>) {
    let Some(labels) = labels(cx, node) else { return };
    for (key, value) in labels.entries() {
        if let Err(problem) = syntax::qualified_name(key) {
            cx.problem(&problem).key_beside(
                labels,
                value,
                format!("{} cannot be the key of a label: {problem}", quoted(key)),
            );
        }
    }
}

check! {
    /// The value of a label is empty or has at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both
    /// ends.
    LABEL_VALUE = "api/label-value", label_value;
    mirrors "apimachinery validation.ValidateLabels, IsValidLabelValue";
    on &[META, super::CORE_POD_SPEC, "io.k8s.api.core.v1.ServiceSpec"];
    accepted "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {version: 1.2.3_rc}}\n";
    rejected "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {version: 1.2.3+build}}\n";
}

fn label_value(cx: &mut Context<'_, '_>, node: Node<'_>) {
    let Some(labels) = labels(cx, node) else { return };
    for (_, value) in labels.entries() {
        if let Some(text) = value.as_str()
            && let Err(problem) = syntax::label_value(text)
        {
            cx.problem(&problem).beside(
                labels,
                value,
                format!("{} cannot be the value of a label: {problem}", quoted(text)),
            );
        }
    }
}

check! {
    /// The key of an annotation has the form of a label's key; capital letters are allowed before the `/` too.
    ANNOTATION_KEY = "api/annotation-key", annotation_key;
    mirrors "apimachinery validation.ValidateAnnotations";
    on &[META];
    accepted "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {Example.com/Note: 'any text'}}\n";
    rejected "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {example.com/a/b: x}}\n";
}

fn annotation_key(cx: &mut Context<'_, '_>, metadata: Node<'_>) {
    if !is_validated(metadata) && cx.origin() != Origin::Custom {
        return;
    }
    let Some(annotations) = metadata.get("annotations") else { return };
    for (key, value) in annotations.entries() {
        if let Err(problem) = syntax::qualified_name(&key.to_lowercase()) {
            cx.problem(&problem).key_beside(
                annotations,
                value,
                format!("{} cannot be the key of an annotation: {problem}", quoted(key)),
            );
        }
    }
}

check! {
    /// All annotations of an object together have at most 256 KiB, keys included.
    ANNOTATIONS_SIZE = "api/annotations-size", annotations_size;
    mirrors "apimachinery validation.ValidateAnnotationsSize";
    on &[META];
    accepted "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {note: short}}\n";
    rejected "";
}

fn annotations_size(cx: &mut Context<'_, '_>, metadata: Node<'_>) {
    const MOST: usize = 256 << 10;
    if !is_validated(metadata) && cx.origin() != Origin::Custom {
        return;
    }
    let size: usize =
        metadata.map("annotations").map(|(key, value)| key.len() + value.as_str().map_or(0, str::len)).sum();
    if size > MOST
        && let Some(annotations) = metadata.get("annotations")
    {
        cx.error(annotations, format!("expected at most {MOST} bytes of annotations, found {size}"));
    }
}

check! {
    /// A selector's `matchLabels` are labels. Of its `matchExpressions`, `In` and `NotIn` have values, `Exists` and
    /// `DoesNotExist` have none, and there is no other operator.
    LABEL_SELECTOR = "api/label-selector", label_selector;
    mirrors "apimachinery validation.ValidateLabelSelector";
    on &[SELECTOR];
    accepted "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: 1, selector: {matchExpressions: [{key: app, operator: In, values: [web]}]}}\n";
    rejected "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: 1, selector: {matchExpressions: [{key: app, operator: Exists, values: [web]}]}}\n";
}

fn label_selector(cx: &mut Context<'_, '_>, selector: Node<'_>) {
    // Nobody looks at the selectors of metrics and of claims' templates before they are used, nor did older servers
    // look at those of topology spread constraints.
    let unseen = |node: Node<'_>| match node.key() {
        "metric" | "volumeClaimTemplates" | "volumeClaimTemplate" => true,
        "topologySpreadConstraints" => cx.minor() < 27,
        _ => false,
    };
    if std::iter::successors(selector.parent(), |node| node.parent()).any(unseen) {
        return;
    }
    let labels = selector.get("matchLabels").unwrap_or(selector);
    for (key, value) in selector.map("matchLabels") {
        if let Err(problem) = syntax::qualified_name(key) {
            cx.problem(&problem).key_beside(
                labels,
                value,
                format!("{} cannot be the key of a label: {problem}", quoted(key)),
            );
        }
        if let Some(text) = value.as_str()
            && let Err(problem) = syntax::label_value(text)
        {
            cx.problem(&problem).beside(
                labels,
                value,
                format!("{} cannot be the value of a label: {problem}", quoted(text)),
            );
        }
    }
    for expression in selector.list("matchExpressions") {
        let (Some(operator), values) = (expression.get("operator"), expression.get("values")) else { continue };
        let some = values.is_some_and(|values| !values.is_empty());
        match operator.as_str() {
            Some(name @ ("In" | "NotIn")) if !some => {
                cx.missing(expression, "values", format!("the operator {name} needs values"));
            }
            Some(name @ ("Exists" | "DoesNotExist")) if some => {
                cx.error(values.unwrap_or(operator), format!("the operator {name} takes no values"));
            }
            Some("In" | "NotIn" | "Exists" | "DoesNotExist") | None => {}
            Some(_) => {
                let found = operator.found();
                cx.error(operator, format!("expected In, NotIn, Exists or DoesNotExist, found {found}"));
            }
        }
        if let Some(key) = expression.get("key")
            && let Some(text) = key.as_str()
            && let Err(problem) = syntax::qualified_name(text)
        {
            cx.problem(&problem).error(key, format!("{} cannot be the key of a label: {problem}", quoted(text)));
        }
    }
}
