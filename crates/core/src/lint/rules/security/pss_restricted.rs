//! `security/pss-restricted`: what the Pod Security Standard `restricted` does not allow, or asks for.

use super::pss_baseline::{controls, refuse_if};
use crate::diag::Fact;
use crate::kube::tree::Node;
use crate::lint::object::Pod;
use crate::lint::rule::{Lint, rule};

rule! {
    /// A namespace with the label `pod-security.kubernetes.io/enforce: restricted` takes no such pod. The controls are those of the version
    /// of Kubernetes that is checked for, with all of `baseline`.
    PSS_RESTRICTED = "security/pss-restricted", Warning, "what the Pod Security Standard `restricted` does not allow, or asks for";
    help "do as the standard asks, or run the pod in a namespace that enforces another one";
    profiles [PssRestricted];
    aliases [];
    Pod check;
    bad bare "image: example.com/web:1.2";
    good container "securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}";
}

/// The sources of volumes that are allowed.
const VOLUMES: &[&str] = &[
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];
const STANDARD: &str = "restricted";

fn check(lint: &mut Lint<'_>, pod: &Pod<'_>) {
    controls(lint, pod, STANDARD);
    for volume in pod.spec.list("volumes") {
        let source = volume.entries().find(|(key, _)| *key != "name").map(|(_, source)| source);
        refuse_if(lint, STANDARD, source, |source| !VOLUMES.contains(&source.key()));
    }
    // Since 1.25 pods say what they run on.
    let windows = pod.is_windows() && lint.minor >= 25;
    let own_users = pod.spec.bool("hostUsers") == Some(false) && lint.minor >= 35;
    let of_pod = pod.spec.get("securityContext");
    for context in of_pod.into_iter().filter(|_| !own_users) {
        refuse_if(lint, STANDARD, context.get("runAsNonRoot"), |value| value.as_bool() == Some(false));
        let since = lint.minor >= 23;
        refuse_if(lint, STANDARD, context.get("runAsUser"), |user| since && user.as_int() == Some(0));
    }
    for (container, _) in pod.containers().filter(|(container, _)| container.is_map()) {
        let own = container.get("securityContext");
        if !own_users {
            root(lint, container, own, of_pod);
        }
        if windows {
            continue;
        }
        match own.and_then(|own| own.get("allowPrivilegeEscalation")) {
            Some(value) => refuse_if(lint, STANDARD, Some(value), |value| value.as_bool() != Some(false)),
            None => lint.lacks(container, "securityContext.allowPrivilegeEscalation", Some("false".to_owned())),
        }
        match own.and_then(|own| own.path(&["seccompProfile", "type"])) {
            Some(ty) => refuse_if(lint, STANDARD, Some(ty), is_unconfined),
            None if of_pod.and_then(|of_pod| of_pod.path(&["seccompProfile", "type"])).is_none() => {
                lint.lacks(container, "securityContext.seccompProfile.type", Some("RuntimeDefault".to_owned()));
            }
            None => {}
        }
        capabilities(lint, container, own.and_then(|own| own.get("capabilities")));
    }
    let of_pod = of_pod.and_then(|context| context.path(&["seccompProfile", "type"]));
    refuse_if(lint, STANDARD, of_pod, |ty| !windows && is_unconfined(ty));
}

fn is_unconfined(ty: Node<'_>) -> bool {
    !matches!(ty.as_str(), Some("RuntimeDefault" | "Localhost"))
}

/// A container must say that it does not run as root, or its pod for it.
fn root(lint: &mut Lint<'_>, container: Node<'_>, own: Option<Node<'_>>, of_pod: Option<Node<'_>>) {
    let own_says = own.and_then(|own| own.get("runAsNonRoot"));
    let pod_says = of_pod.and_then(|of_pod| of_pod.bool("runAsNonRoot"));
    match own_says {
        Some(value) => refuse_if(lint, STANDARD, Some(value), |value| value.as_bool() != Some(true)),
        None if pod_says.is_none() => lint.lacks(container, "securityContext.runAsNonRoot", Some("true".to_owned())),
        None => {}
    }
    let user = own.and_then(|own| own.get("runAsUser"));
    let since = lint.minor >= 23;
    refuse_if(lint, STANDARD, user, |user| since && user.as_int() == Some(0));
}

/// All capabilities are dropped, and one may be added.
fn capabilities(lint: &mut Lint<'_>, container: Node<'_>, own: Option<Node<'_>>) {
    if lint.minor < 22 {
        return;
    }
    let dropped = own.into_iter().flat_map(|own| own.list("drop")).any(|name| name.as_str() == Some("ALL"));
    match own.and_then(|own| own.get("drop")) {
        _ if dropped => {}
        Some(drop) => {
            let says = "without `ALL` capabilities are kept that the Pod Security Standard `restricted` wants dropped";
            lint.at_key(drop, Fact::Remark { says: says.to_owned() });
        }
        None => lint.lacks(container, "securityContext.capabilities.drop", Some("[ALL]".to_owned())),
    }
    for added in own.into_iter().flat_map(|own| own.list("add")) {
        refuse_if(lint, STANDARD, Some(added), |name| name.as_str() != Some("NET_BIND_SERVICE"));
    }
}
