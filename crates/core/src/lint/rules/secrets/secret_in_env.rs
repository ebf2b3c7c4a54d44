//! `secrets/secret-in-env`: a variable that looks like a secret, with its value beside it.

use crate::diag::Fact;
use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Whoever may read the workload, the chart or the release can read it, and so can every backup of them.
    SECRET_IN_ENV = "secrets/secret-in-env", Warning, "a variable that looks like a secret, with its value beside it";
    help "put it into a Secret, and name that under `valueFrom.secretKeyRef`";
    profiles [Strict, Security];
    aliases ["env-var-secret", "sensitiveContainerEnvVar", "sensitive-value"];
    Container check;
    bad container "env: [{name: DB_PASSWORD, value: hunter2}]";
    good container "env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    for variable in container.node.list("env") {
        let Some(value) = variable.get("value").filter(|value| value.as_str().is_some_and(|text| !text.is_empty()))
        else {
            continue;
        };
        let text = value.as_str().unwrap_or_default();
        // The name of a file, a key or another variable is no secret.
        let says_where = text.starts_with('/') || text.contains("$(") || matches!(text, "true" | "false");
        if value.is_secret() && !says_where {
            let says = format!("the variable `{}` looks like a secret", variable.str("name").unwrap_or_default());
            lint.at(value, Fact::Remark { says });
        }
    }
}
