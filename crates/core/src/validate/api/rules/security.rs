//! Security contexts: users and groups, profiles, sysctls, and what belongs to Linux or to Windows.

use crate::kube::pods::containers;
use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use crate::validate::api::syntax::Problem;
use crate::validate::api::table::Rule::{Exact, OneOf, Range, Since, Until};
use crate::validate::api::table::some;

const MOST: i64 = 2_147_483_647;

check! {
    /// Users and groups are numbers from 0 to 2147483647, and policies of a security context have known names.
    SECURITY_FIELDS = "api/security-context";
    mirrors "core validation.ValidateSecurityContext, validatePodSpecSecurityContext, IsValidUserID, IsValidGroupID";
    table &[
        ("core.v1.SecurityContext", &[
            Range("runAsUser", 0, MOST),
            Range("runAsGroup", 0, MOST),
            Since(33, &OneOf("procMount", &["Default", "Unmasked"])),
        ]),
        ("core.v1.PodSecurityContext", &[
            Range("runAsUser", 0, MOST),
            Range("runAsGroup", 0, MOST),
            Range("fsGroup", 0, MOST),
            OneOf("fsGroupChangePolicy", &["Always", "OnRootMismatch"]),
            Since(33, &OneOf("supplementalGroupsPolicy", &["Merge", "Strict"])),
            Since(33, &Until(36, &OneOf("seLinuxChangePolicy", &["Recursive"]))),
            Since(37, &OneOf("seLinuxChangePolicy", &["MountOption", "Recursive"])),
        ]),
        ("core.v1.WindowsSecurityContextOptions", &[
            Exact("gmsaCredentialSpecName", syntax::dns_subdomain),
            Exact("gmsaCredentialSpec", credential),
            Exact("runAsUserName", windows_user),
        ]),
    ];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {securityContext: {runAsUser: 1000}, containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {securityContext: {runAsUser: -1}, containers: [{name: a, image: a}]}\n";
}

fn credential(text: &str) -> Result<(), Problem> {
    if (1..=64 << 10).contains(&text.len()) { Ok(()) } else { Err("expected at most 64 KiB of text".into()) }
}

/// A user of Windows, with or without a domain.
fn windows_user(text: &str) -> Result<(), Problem> {
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err("expected a name without control characters".into());
    }
    let (domain, user) = match text.split_once('\\') {
        Some((_, user)) if user.contains('\\') => return Err("expected one backslash at most".into()),
        Some((domain, user)) => (Some(domain), user),
        None => (None, text),
    };
    let label = |label: &str| {
        let ends = !label.starts_with('-') && !label.ends_with('-');
        (1..=63).contains(&label.len()) && ends && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let net_bios = |name: &str| {
        let wrong = |c: char| "\\/:*?\"<>|".contains(c);
        (1..=15).contains(&name.chars().count()) && !name.contains(wrong) && !name.starts_with('.')
    };
    if domain.is_some_and(|domain| domain.len() >= 256 || !(net_bios(domain) || domain.split('.').all(label))) {
        return Err("expected a NetBIOS or DNS name before the backslash".into());
    }
    if user.is_empty() || user.len() > 104 || user.chars().all(|c| matches!(c, '.' | ' ')) {
        return Err("expected a user of at most 104 characters that are not all dots and spaces".into());
    }
    if user.contains(|c: char| "\"/\\:;|=,+*?<>@[]".contains(c)) {
        return Err("expected a user without any of \"/\\:;|=,+*?<>@[]".into());
    }
    Ok(())
}

check! {
    /// A profile of seccomp or AppArmor has a known type, and says which only where the type is `Localhost`.
    PROFILE = "api/security-profile", profile;
    mirrors "core validation.validateSeccompProfileField, ValidateAppArmorProfileField";
    on &["core.v1.SeccompProfile", "core.v1.AppArmorProfile"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {securityContext: {seccompProfile: {type: RuntimeDefault}}, containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {securityContext: {seccompProfile: {type: runtime/default}}, containers: [{name: a, image: a}]}\n";
}

fn profile(cx: &mut Context<'_, '_>, profile: Node<'_>) {
    OneOf("type", &["Localhost", "RuntimeDefault", "Unconfined"]).check(cx, profile);
    let seccomp = profile.key() == "seccompProfile";
    let local = profile.get("localhostProfile");
    let kind = profile.str("type").unwrap_or("");
    match (kind, local) {
        ("Localhost", None) => cx.missing(profile, "localhostProfile", "the type Localhost needs a `localhostProfile`"),
        ("Localhost", Some(node)) => {
            let Some(text) = node.as_str() else { return };
            if seccomp {
                if let Err(problem) = syntax::descending_path(text) {
                    cx.problem(&problem).error(node, format!("{} cannot be used: {problem}", quoted(text)));
                }
            } else if text.trim() != text || text.is_empty() || text.len() > 4095 {
                let what = "expected a name of at most 4095 characters without spaces around";
                cx.error(node, format!("{what}, found {}", quoted(text)));
            }
        }
        ("RuntimeDefault" | "Unconfined", Some(node)) => {
            cx.error(node, "only the type Localhost has a `localhostProfile`");
        }
        (_, Some(node)) if seccomp => cx.error(node, "only the type Localhost has a `localhostProfile`"),
        _ => {}
    }
}

check! {
    /// Groups beside the main one are numbers in the range too; sysctls have a name that is given once and is not one of
    /// the host's where the pod shares its network or its IPC.
    POD_SECURITY = "api/pod-security-context", pod_security;
    mirrors "core validation.validatePodSpecSecurityContext, validateSysctls, ValidateHostSysctl";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {securityContext: {sysctls: [{name: net.core.somaxconn, value: '1'}]}, containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostNetwork: true, securityContext: {sysctls: [{name: net.core.somaxconn, value: '1'}]}, containers: [{name: a, image: a}]}\n";
}

fn pod_security(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    let Some(context) = pod.get("securityContext") else { return };
    for group in context.list("supplementalGroups") {
        if group.as_int().is_some_and(|id| !(0..=MOST).contains(&id)) {
            cx.error(group, format!("expected a number between 0 and {MOST}, found {}", group.found()));
        }
    }
    let mut seen = std::collections::HashSet::new();
    for sysctl in context.list("sysctls") {
        let Some((node, name)) = crate::validate::api::table::text(sysctl, "name") else { continue };
        if let Err(problem) = syntax::sysctl(name) {
            cx.problem(&problem).error(node, format!("no sysctl is called {}: {problem}", quoted(name)));
        } else if !seen.insert(name) {
            cx.error(node, format!("the sysctl {} is set twice", quoted(name)));
        }
        let dotted = name.replace('/', ".");
        if pod.bool("hostNetwork") == Some(true) && dotted.starts_with("net.") {
            cx.error(node, "it is the host's own where `hostNetwork` is true");
        }
        let ipc = ["kernel.shm", "kernel.msg", "fs.mqueue."].iter().any(|start| dotted.starts_with(start));
        if pod.bool("hostIPC") == Some(true) && (ipc || dotted == "kernel.sem") {
            cx.error(node, "it is the host's own where `hostIPC` is true");
        }
    }
}

/// What a pod of Windows cannot have: in its security context, in those of its containers, in itself.
const LINUX_POD: &[&str] = &[
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "sysctls",
    "runAsUser",
    "runAsGroup",
    "supplementalGroups",
    "supplementalGroupsPolicy",
    "seLinuxChangePolicy",
];
const LINUX_CONTAINER: &[&str] = &[
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
];

check! {
    /// The system of a pod is linux or windows, and what it asks for is known to that system.
    POD_OS = "api/pod-os", pod_os;
    mirrors "core validation.validateOS, validateLinux, validateWindows";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {os: {name: windows}, containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {os: {name: windows}, hostPID: true, containers: [{name: a, image: a}]}\n";
}

fn pod_os(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    let Some(os) = pod.get("os").filter(|os| os.is_map()) else { return };
    let Some((node, name)) = crate::validate::api::table::text(os, "name") else { return };
    let minor = cx.minor();
    let gated = |key: &str| match key {
        "supplementalGroupsPolicy" | "seLinuxChangePolicy" | "hostUsers" => minor >= 33,
        _ => true,
    };
    let context = |node: Node<'_>, keys: &[&str], cx: &mut Context<'_, '_>| {
        for value in keys.iter().filter(|key| gated(key)).filter_map(|key| node.get(key)) {
            if !value.is_list() || !value.is_empty() || value.key() == "supplementalGroups" {
                cx.error(value, format!("a pod of Windows has no `{}`", value.key()));
            }
        }
    };
    match name {
        "" => cx.error(node, "the name of the system is empty"),
        "linux" => {
            let own = containers(pod).filter_map(|c| c.get("securityContext"));
            for options in pod.get("securityContext").into_iter().chain(own).filter_map(|c| c.get("windowsOptions")) {
                cx.error(options, "a pod of Linux has no `windowsOptions`");
            }
        }
        "windows" => {
            if let Some(own) = pod.get("securityContext") {
                context(own, LINUX_POD, cx);
            }
            context(pod, &["hostUsers", "shareProcessNamespace"], cx);
            for key in ["hostPID", "hostIPC"] {
                if let Some(value) = pod.get(key).filter(|value| value.as_bool() == Some(true)) {
                    cx.error(value, format!("a pod of Windows has no `{key}`"));
                }
            }
            for own in containers(pod).filter_map(|container| container.get("securityContext")) {
                context(own, LINUX_CONTAINER, cx);
            }
            if minor >= 34
                && let Some(resources) = pod.get("resources")
            {
                cx.error(resources, "a pod of Windows has no `resources` of its own");
            }
        }
        _ => cx.error(os, format!("expected linux or windows, found {}", quoted(name))),
    }
}

check! {
    /// Where a container of Windows is a process of the host, all of them are, and the pod is on the host's network.
    HOST_PROCESS = "api/host-process", host_process;
    mirrors "core validation.validateWindowsHostProcessPod";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostNetwork: true, securityContext: {windowsOptions: {hostProcess: true}}, containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {securityContext: {windowsOptions: {hostProcess: true}}, containers: [{name: a, image: a}]}\n";
}

fn host_process(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    const PATH: &[&str] = &["securityContext", "windowsOptions", "hostProcess"];
    let whole = pod.path(PATH).and_then(Node::as_bool);
    let (mut all, mut hosts) = (0, 0);
    for container in containers(pod) {
        let own = container.path(PATH);
        let value = own.and_then(Node::as_bool);
        if let (Some(node), Some(a), Some(b)) = (own, whole, value)
            && a != b
        {
            cx.error(node, format!("the pod says {a}"));
        }
        all += 1;
        hosts += usize::from(value.or(whole) == Some(true));
    }
    if hosts == 0 {
        return;
    }
    if hosts != all {
        cx.error(pod, format!("{hosts} of {all} containers are processes of the host: expected all or none"));
    }
    if pod.bool("hostNetwork") != Some(true) {
        cx.at(pod, &["hostNetwork"], "processes of the host need `hostNetwork: true`");
    }
}

check! {
    /// A pod with users of its own is not in the host's namespaces, and only such a pod can unmask `/proc`. A pod in the
    /// host's process namespace shares no other.
    HOST_NAMESPACES = "api/host-namespaces", host_namespaces;
    mirrors "core validation.validateHostUsers, validateShareProcessNamespace, ValidateSecurityContext";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostUsers: false, containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostUsers: false, hostPID: true, containers: [{name: a, image: a}]}\n";
}

fn host_namespaces(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    let yes = |key: &str| pod.bool(key) == Some(true);
    if yes("hostPID") && yes("shareProcessNamespace") {
        cx.at(pod, &["shareProcessNamespace"], "a pod in the host's process namespace shares no other");
    }
    if cx.minor() < 33 {
        return;
    }
    let own_users = pod.bool("hostUsers") == Some(false);
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        if own_users && yes(key) {
            cx.at(pod, &[key], "a pod with `hostUsers: false` is not in the host's namespaces");
        }
    }
    for container in containers(pod) {
        let mount = container.path(&["securityContext", "procMount"]);
        if let Some(node) = mount.filter(|node| node.as_str() == Some("Unmasked") && !own_users) {
            cx.error(node, "only a pod with `hostUsers: false` can unmask /proc");
        }
        if own_users
            && cx.minor() < 37
            && let Some(devices) = container.get("volumeDevices").filter(|devices| !devices.is_empty())
        {
            cx.error(devices, "a pod with `hostUsers: false` has no block devices");
        }
    }
}

const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
const APPARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

check! {
    /// Annotations of pods that the server reads itself: what the loss of the pod costs, and profiles of seccomp and
    /// AppArmor, which must be known, be about a container of the pod, and say what its security context says.
    POD_ANNOTATION = "api/pod-annotation", pod_annotations;
    mirrors "core validation.ValidatePodSpecificAnnotations, ValidateSeccompPodAnnotations, ValidateAppArmorPodAnnotations, validateAppArmorAnnotationsAndFieldsMatchOnCreate";
    on &[super::CORE_POD_SPEC];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {controller.kubernetes.io/pod-deletion-cost: '-5'}}\nspec: {containers: [{name: a, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {controller.kubernetes.io/pod-deletion-cost: low}}\nspec: {containers: [{name: a, image: a}]}\n";
}

fn pod_annotations(cx: &mut Context<'_, '_>, pod: Node<'_>) {
    let Some(annotations) = pod.parent().and_then(|owner| owner.path(&["metadata", "annotations"])) else { return };
    for (key, node) in annotations.entries() {
        let Some(text) = node.as_str() else { continue };
        if key == "controller.kubernetes.io/pod-deletion-cost" {
            let plain = text == "0" || text.starts_with(['-', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
            if !plain || text.parse::<i32>().is_err() {
                cx.error(node, format!("expected an integer of 32 bits, found {}", quoted(text)));
            }
        } else if key == "kubernetes.io/config.mirror" {
            if pod.str("nodeName").is_none_or(str::is_empty) {
                cx.error(node, "a mirror pod has a `nodeName`");
            }
        } else if key == SECCOMP_POD || key.starts_with(SECCOMP_CONTAINER) {
            let local = text.strip_prefix("localhost/").map(syntax::descending_path);
            let known = matches!(text, "runtime/default" | "docker/default" | "unconfined");
            if !known && !matches!(local, Some(Ok(()))) {
                cx.error(node, format!("expected a profile such as runtime/default, found {}", quoted(text)));
            }
        } else if let Some(name) = key.strip_prefix(APPARMOR) {
            if !containers(pod).any(|container| container.str("name") == Some(name)) {
                cx.error(node, format!("the pod has no container called {}", quoted(name)));
            }
            if !matches!(text, "" | "runtime/default" | "unconfined") && !text.starts_with("localhost/") {
                cx.error(node, format!("expected a profile such as runtime/default, found {}", quoted(text)));
            }
        }
    }
    let windows = pod.path(&["os", "name"]).and_then(Node::as_str) == Some("windows");
    let annotation = |key: &str| annotations.get(key).and_then(Node::as_str);
    let pod_profile = |key: &str| pod.path(&["securityContext", key]);
    if let (Some(profile), Some(text)) = (pod_profile("seccompProfile"), annotation(SECCOMP_POD)) {
        same_profile(cx, profile, text, profile);
    }
    for container in containers(pod) {
        let Some((_, name)) = some(container, "name") else { continue };
        let own = |key: &str| container.path(&["securityContext", key]);
        if let (Some(profile), Some(text)) = (own("seccompProfile"), annotation(&format!("{SECCOMP_CONTAINER}{name}")))
        {
            same_profile(cx, profile, text, profile);
        }
        let profile = own("appArmorProfile").or_else(|| pod_profile("appArmorProfile"));
        if cx.minor() >= 30
            && !windows
            && let (Some(profile), Some(text)) = (profile, annotation(&format!("{APPARMOR}{name}")))
        {
            same_profile(cx, profile, text, container);
        }
    }
}

/// An annotation says what the profile says.
fn same_profile(cx: &mut Context<'_, '_>, profile: Node<'_>, annotation: &str, owner: Node<'_>) {
    let local = profile.str("localhostProfile").unwrap_or("");
    let key = match profile.str("type") {
        Some("Unconfined") if annotation != "unconfined" => "type",
        Some("RuntimeDefault") if !matches!(annotation, "runtime/default" | "docker/default") => "type",
        Some("Localhost") => match annotation.strip_prefix("localhost/") {
            None => "type",
            Some(name) if name != local => "localhostProfile",
            Some(_) => return,
        },
        _ => return,
    };
    let message = format!("the annotation of the pod says {}", quoted(annotation));
    if owner == profile {
        cx.at(profile, &[key], message);
    } else {
        cx.at(owner, &["securityContext", profile.key(), key], message);
    }
}
