//! `rbac/deprecated-service-account`: the old field `serviceAccount`.

use crate::diag::Fact;
use crate::lint::object::Pod;
use crate::lint::rule::{Lint, rule};

rule! {
    /// It is deprecated in favour of `serviceAccountName`, and tools that look for that one do not see it.
    DEPRECATED_SERVICE_ACCOUNT = "rbac/deprecated-service-account", Warning, "the old field `serviceAccount`";
    help "use `serviceAccountName`" cure "serviceAccountName";
    profiles [Default];
    aliases ["deprecated-service-account-field"];
    Pod check;
    bad pod "serviceAccount: web";
    good pod "serviceAccountName: web";
}

fn check(lint: &mut Lint<'_>, pod: &Pod<'_>) {
    if let Some(node) = pod.spec.get("serviceAccount").filter(|_| pod.spec.get("serviceAccountName").is_none()) {
        let says = "the field `serviceAccount` is deprecated".to_owned();
        lint.at_key(node, Fact::Remark { says });
    }
}
