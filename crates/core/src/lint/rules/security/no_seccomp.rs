//! `security/no-seccomp`: a container without a seccomp profile.

use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// It may call everything that the kernel has. The Pod Security Standard `restricted` wants RuntimeDefault or a profile of its own.
    NO_SECCOMP = "security/no-seccomp", Warning, "a container without a seccomp profile";
    help "set `securityContext.seccompProfile.type: RuntimeDefault`" cure "RuntimeDefault";
    profiles [Security];
    aliases ["container-seccomp-profile", "linuxHardening"];
    Container check;
    bad bare "image: example.com/web:1.2";
    good container "securityContext: {seccompProfile: {type: RuntimeDefault}}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    if container.pod.is_windows() {
        return;
    }
    match container.security("seccompProfile").and_then(|profile| profile.get("type")) {
        Some(ty) if ty.as_str() == Some("Unconfined") => lint.unwanted(ty),
        Some(_) => {}
        None => lint.absent(container.node, "securityContext.seccompProfile.type"),
    }
}
