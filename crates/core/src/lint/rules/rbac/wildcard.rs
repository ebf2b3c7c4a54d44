//! `rbac/wildcard`: a role with `*` in its rules.

use super::rules;
use crate::diag::Fact;
use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// It also allows what comes later: new kinds, new verbs, subresources such as `pods/exec`.
    WILDCARD = "rbac/wildcard", Warning, "a role with `*` in its rules";
    help "name the groups, the resources and the verbs that are needed";
    profiles [Security];
    aliases ["wildcard-in-rules", "rolebindingClusterAdminRole"];
    Object check;
    bad manifest "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: [{apiGroups: [\"\"], resources: [\"*\"], verbs: [get]}]\n";
    good manifest "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: [{apiGroups: [\"\"], resources: [pods], verbs: [get]}]\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    for rule in rules(object) {
        let lists = ["apiGroups", "resources", "verbs"].into_iter().flat_map(|key| rule.list(key));
        for star in lists.filter(|item| item.as_str() == Some("*")) {
            let field = star.parent().map(|list| list.key()).unwrap_or_default();
            lint.at(star, Fact::Remark { says: format!("the role allows all `{field}`") });
        }
    }
}
