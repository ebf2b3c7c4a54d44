//! `security/writable-root`: a container that can write to its own image.

use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Whoever gets into it can leave programs behind, and what it writes there is lost with it.
    WRITABLE_ROOT = "security/writable-root", Warning, "a container that can write to its own image";
    help "set `securityContext.readOnlyRootFilesystem: true`, and mount a volume where it writes" cure "true";
    profiles [Strict];
    aliases ["no-read-only-root-fs", "container-security-context-readonlyrootfilesystem", "notReadOnlyRootFilesystem"];
    Container check;
    bad bare "image: example.com/web:1.2";
    good container "securityContext: {readOnlyRootFilesystem: true}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    match container.own_security("readOnlyRootFilesystem") {
        _ if container.pod.is_windows() => {}
        Some(node) if node.as_bool() != Some(true) => lint.unwanted(node),
        Some(_) => {}
        None => lint.absent(container.node, "securityContext.readOnlyRootFilesystem"),
    }
}
