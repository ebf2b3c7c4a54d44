//! `metadata/claim-template-annotation`: annotations in a claim template.

use crate::diag::Fact;
use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// They cannot be changed later: a StatefulSet's claim templates are immutable.
    CLAIM_TEMPLATE_ANNOTATION = "metadata/claim-template-annotation", Warning, "annotations in a claim template";
    help "put them on the claims when they are there, or leave them out";
    profiles [];
    aliases ["statefulset-volumeclaimtemplate-annotation", "forbidden-annotation"];
    Object check;
    bad manifest "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {serviceName: a, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: example.com/a:1}]}}, volumeClaimTemplates: [{metadata: {name: d, annotations: {a: b}}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]}\n";
    good manifest "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {serviceName: a, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: example.com/a:1}]}}, volumeClaimTemplates: [{metadata: {name: d}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let templates =
        object.spec().filter(|_| object.is("apps", "StatefulSet")).map(|spec| spec.list("volumeClaimTemplates"));
    for annotations in templates.into_iter().flatten().filter_map(|claim| claim.path(&["metadata", "annotations"])) {
        lint.at_key(annotations, Fact::Remark { says: "annotations of a claim template cannot be changed".to_owned() });
    }
}
