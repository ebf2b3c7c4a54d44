//! `secrets/duplicate-env`: a variable that a container has twice.

use crate::diag::Fact;
use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// The last one counts, and nothing says so. Server-side apply and strategic merges drop one of the two.
    DUPLICATE_ENV = "secrets/duplicate-env", Warning, "a variable that a container has twice";
    help "remove one of them";
    profiles [Default];
    aliases ["duplicate-env-var", "environment-variable-key-duplication"];
    Container check;
    bad container "env: [{name: A, value: one}, {name: A, value: two}]";
    good container "env: [{name: A, value: one}, {name: B, value: two}]";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    let mut seen = std::collections::HashSet::new();
    for name in container.node.list("env").filter_map(|variable| variable.get("name")) {
        let Some(text) = name.as_str().filter(|text| !seen.insert(*text)) else { continue };
        lint.at(name, Fact::Remark { says: format!("the variable `{text}` is there twice, and the last one counts") });
    }
}
