//! `security/host-process`: a Windows container that runs on its node itself.

use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// It has the rights of its account on the whole node.
    HOST_PROCESS = "security/host-process", Warning, "a Windows container that runs on its node itself";
    help "leave `hostProcess` out";
    profiles [Strict, Security, GkeAutopilot];
    aliases ["hostProcess"];
    Container check;
    bad container "securityContext: {windowsOptions: {hostProcess: true}}";
    good container "securityContext: {windowsOptions: {runAsUserName: ContainerUser}}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    let process = container.security("windowsOptions").and_then(|options| options.get("hostProcess"));
    if let Some(node) = process.filter(|node| node.as_bool() == Some(true)) {
        lint.unwanted(node);
    }
}
