//! `hooks/resource-policy-in-list`: a `helm.sh/resource-policy` inside a List.

use crate::diag::Fact;
use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Helm looks at the List only: the object is deleted with the release.
    RESOURCE_POLICY_IN_LIST = "hooks/resource-policy-in-list", Warning, "a `helm.sh/resource-policy` inside a List";
    help "give the object a document of its own";
    profiles [Default];
    aliases [];
    Object check;
    bad none "it is about what a list holds";
    good manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let in_list = object.node.parent().is_some_and(|list| list.key() == "items");
    let policy = object.node.path(&["metadata", "annotations", "helm.sh/resource-policy"]);
    if let Some(policy) = policy.filter(|_| in_list) {
        lint.at(policy, Fact::Remark { says: "Helm takes no notice of a resource policy inside a List".to_owned() });
    }
}
