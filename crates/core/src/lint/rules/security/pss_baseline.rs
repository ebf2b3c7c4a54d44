//! `security/pss-baseline`: what the Pod Security Standard `baseline` does not allow.

use super::{capability_added, unsafe_sysctl};
use crate::diag::Fact;
use crate::kube::tree::Node;
use crate::lint::object::Pod;
use crate::lint::rule::{Lint, rule};

rule! {
    /// A namespace with the label `pod-security.kubernetes.io/enforce: baseline` takes no such pod. The controls are those of the version of
    /// Kubernetes that is checked for.
    PSS_BASELINE = "security/pss-baseline", Warning, "what the Pod Security Standard `baseline` does not allow";
    help "leave it out, or run the pod in a namespace that enforces `privileged`";
    profiles [PssBaseline];
    aliases [];
    Pod check;
    bad pod "hostNetwork: true";
    good pod "hostNetwork: false";
}

fn check(lint: &mut Lint<'_>, pod: &Pod<'_>) {
    controls(lint, pod, "baseline");
}

/// The controls of `baseline`, which hold in `restricted` too, unless that has a stricter one in place of it.
pub(super) fn controls(lint: &mut Lint<'_>, pod: &Pod<'_>, standard: &str) {
    let restricted = standard == "restricted";
    let (spec, minor) = (pod.spec, lint.minor);
    for field in ["hostNetwork", "hostPID", "hostIPC"] {
        refuse_if(lint, standard, spec.get(field), |value| value.as_bool() == Some(true));
    }
    for volume in spec.list("volumes").filter(|_| !restricted) {
        refuse_if(lint, standard, volume.get("hostPath"), |_| true);
    }
    let annotations = spec.parent().into_iter().filter_map(|template| template.path(&["metadata", "annotations"]));
    for (key, value) in annotations.flat_map(Node::entries) {
        let profile = value.as_str().unwrap_or_default();
        let allowed = matches!(profile, "" | "runtime/default") || profile.starts_with("localhost/");
        if key.starts_with("container.apparmor.security.beta.kubernetes.io/") && !allowed {
            refuse(lint, standard, value);
        }
    }
    let context = spec.get("securityContext");
    for name in context.into_iter().flat_map(|context| context.list("sysctls")).filter_map(|sysctl| sysctl.get("name"))
    {
        refuse_if(lint, standard, Some(name), |name| !unsafe_sysctl::is_safe(name.as_str().unwrap_or_default(), minor));
    }
    context.into_iter().for_each(|context| contexts(lint, context, pod, standard));
    for (container, _) in pod.containers() {
        container.get("securityContext").into_iter().for_each(|context| contexts(lint, context, pod, standard));
        for port in container.list("ports").filter_map(|port| port.get("hostPort")) {
            refuse_if(lint, standard, Some(port), |port| port.as_int() != Some(0));
        }
        if minor >= 34 {
            hosts(lint, container, standard);
        }
    }
}

/// What a security context of a pod or a container may not say.
fn contexts(lint: &mut Lint<'_>, context: Node<'_>, pod: &Pod<'_>, standard: &str) {
    let restricted = standard == "restricted";
    let is = |field: &str, wanted: &str| context.path(&[field, "type"]).filter(|ty| ty.as_str() == Some(wanted));
    refuse_if(lint, standard, context.get("privileged"), |value| value.as_bool() == Some(true));
    refuse_if(lint, standard, context.path(&["windowsOptions", "hostProcess"]), |value| value.as_bool() == Some(true));
    refuse_if(lint, standard, is("appArmorProfile", "Unconfined"), |_| true);
    if !restricted {
        refuse_if(lint, standard, is("seccompProfile", "Unconfined"), |_| true);
        for capability in context.get("capabilities").into_iter().flat_map(|all| all.list("add")) {
            let usual = capability.as_str().is_some_and(|name| capability_added::USUAL.contains(&name));
            refuse_if(lint, standard, Some(capability), |_| !usual);
        }
    }
    let since = lint.minor;
    let own_users = pod.spec.bool("hostUsers") == Some(false) && since >= 35 && !restricted;
    refuse_if(lint, standard, context.get("procMount"), |mount| mount.as_str() != Some("Default") && !own_users);
    let Some(options) = context.get("seLinuxOptions") else { return };
    refuse_if(lint, standard, options.get("type"), |ty| match ty.as_str().unwrap_or_default() {
        "" | "container_t" | "container_init_t" | "container_kvm_t" => false,
        "container_engine_t" => since < 31,
        _ => true,
    });
    for field in ["user", "role"] {
        refuse_if(lint, standard, options.get(field), |value| value.as_str() != Some(""));
    }
}

/// Probes and hooks of a container that ask another host.
fn hosts(lint: &mut Lint<'_>, container: Node<'_>, standard: &str) {
    let probes = ["livenessProbe", "readinessProbe", "startupProbe"].into_iter().filter_map(|key| container.get(key));
    let hooks = ["postStart", "preStop"].into_iter().filter_map(|key| container.path(&["lifecycle", key]));
    for handler in probes.chain(hooks) {
        for way in ["httpGet", "tcpSocket"] {
            refuse_if(lint, standard, handler.path(&[way, "host"]), |host| host.as_str() != Some(""));
        }
    }
}

/// Says that the standard has no such value, where it is one.
pub(super) fn refuse_if(
    lint: &mut Lint<'_>,
    standard: &str,
    value: Option<Node<'_>>,
    is_refused: impl FnOnce(Node<'_>) -> bool,
) {
    if let Some(value) = value.filter(|value| is_refused(*value)) {
        refuse(lint, standard, value);
    }
}

fn refuse(lint: &mut Lint<'_>, standard: &str, value: Node<'_>) {
    let what = match value.parent() {
        Some(list) if list.is_list() => format!("`{}` in `{}`", value.as_str().unwrap_or_default(), list.key()),
        _ if value.is_map() => format!("`{}`", value.key()),
        _ => format!("`{}` with {}", value.key(), value.found()),
    };
    lint.at(value, Fact::Remark { says: format!("{what} is not allowed by the Pod Security Standard `{standard}`") });
}
