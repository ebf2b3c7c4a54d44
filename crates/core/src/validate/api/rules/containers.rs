//! Containers: names, images, ports, environment.

use super::CONTAINER;
use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use std::collections::HashSet;

check! {
    /// The name of a container is a DNS label: letters of lower case, digits and `-`.
    CONTAINER_NAME = "api/container-name", container_name;
    mirrors "core validation.validateContainerCommon";
    on &[CONTAINER];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: web-1, image: a}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: web_1, image: a}]}\n";
}

fn container_name(cx: &mut Context<'_, '_>, container: Node<'_>) {
    if let Some(name) = container.get("name")
        && let Some(text) = name.as_str()
        && let Err(problem) = syntax::dns_label(text)
    {
        cx.problem(&problem).error(name, format!("no container can be called {}: {problem}", quoted(text)));
    }
}

check! {
    /// A container has an image. In a Pod, nothing but the image's name is in it, no spaces around.
    CONTAINER_IMAGE = "api/container-image", container_image;
    mirrors "core validation.validateContainerCommon, validateContainersOnlyForPod";
    on &[CONTAINER];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'nginx:1.27'}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a}]}\n";
}

fn container_image(cx: &mut Context<'_, '_>, container: Node<'_>) {
    match container.get("image") {
        None => cx.missing(container, "image", "the container has no image"),
        Some(image) => match image.as_str() {
            Some("") => cx.error(image, "the container has no image"),
            Some(text) if text.trim() != text && container.root().str("kind") == Some("Pod") => {
                cx.error(image, format!("expected no spaces around the image, found {}", quoted(text)));
            }
            _ => {}
        },
    }
}

check! {
    /// Fields of a container such as `imagePullPolicy` and the protocol of a port have a few known values.
    CONTAINER_ENUM = "api/container-enum", container_enum;
    mirrors "core validation.validatePullPolicy, validateContainerPorts, ValidateTerminationMessagePolicy";
    on &[CONTAINER];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, imagePullPolicy: IfNotPresent}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, imagePullPolicy: ifNotPresent}]}\n";
}

fn container_enum(cx: &mut Context<'_, '_>, container: Node<'_>) {
    super::allowed(cx, container, "imagePullPolicy", &["Always", "IfNotPresent", "Never"]);
    super::allowed(cx, container, "terminationMessagePolicy", &["File", "FallbackToLogsOnError"]);
    for port in container.list("ports") {
        super::allowed(cx, port, "protocol", &["TCP", "UDP", "SCTP"]);
    }
}

check! {
    /// The ports of a container lie between 1 and 65535.
    CONTAINER_PORT = "api/container-port", container_port;
    mirrors "core validation.validateContainerPorts";
    on &["io.k8s.api.core.v1.ContainerPort"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, ports: [{containerPort: 8080}]}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, ports: [{containerPort: 80800}]}]}\n";
}

fn container_port(cx: &mut Context<'_, '_>, port: Node<'_>) {
    if let Some(number) = port.get("containerPort") {
        super::port_number(cx, number);
    }
    if let Some(number) = port.get("hostPort")
        && number.as_int() != Some(0)
    {
        super::port_number(cx, number);
    }
}

check! {
    /// The name of a port has at most 15 lower-case letters, digits and single `-` inside, and at least one letter.
    PORT_NAME = "api/port-name", port_name;
    mirrors "core validation.validateContainerPorts, apimachinery validation.IsValidPortName";
    on &["io.k8s.api.core.v1.ContainerPort"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, ports: [{name: http-metrics, containerPort: 80}]}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, ports: [{name: prometheus-metrics, containerPort: 80}]}]}\n";
}

fn port_name(cx: &mut Context<'_, '_>, port: Node<'_>) {
    if let Some(name) = port.get("name")
        && let Some(text) = name.as_str().filter(|text| !text.is_empty())
        && let Err(problem) = syntax::port_name(text)
    {
        cx.problem(&problem).error(name, format!("no port can be called {}: {problem}", quoted(text)));
    }
}

check! {
    /// Ports of one container have names of their own.
    DUPLICATE_PORT_NAME = "api/duplicate-port-name", duplicate_port_name;
    mirrors "core validation.validateContainerPorts";
    on &[CONTAINER];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, ports: [{name: a, containerPort: 80}, {name: b, containerPort: 81}]}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, ports: [{name: a, containerPort: 80}, {name: a, containerPort: 81}]}]}\n";
}

fn duplicate_port_name(cx: &mut Context<'_, '_>, container: Node<'_>) {
    let mut seen = HashSet::new();
    for port in container.list("ports") {
        if let Some(name) = port.get("name")
            && let Some(text) = name.as_str().filter(|text| !text.is_empty())
            && !seen.insert(text)
        {
            cx.error(name, format!("another port of the container is called {}", quoted(text)));
        }
    }
}

check! {
    /// A privileged container, or one with the capability `CAP_SYS_ADMIN`, may not forbid the escalation of privileges.
    PRIVILEGE_ESCALATION = "api/privilege-escalation", privilege_escalation;
    mirrors "core validation.ValidateSecurityContext";
    on &["io.k8s.api.core.v1.SecurityContext"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, securityContext: {privileged: true}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, securityContext: {privileged: true, allowPrivilegeEscalation: false}}]}\n";
}

fn privilege_escalation(cx: &mut Context<'_, '_>, context: Node<'_>) {
    let Some(escalation) = context.get("allowPrivilegeEscalation") else { return };
    if escalation.as_bool() != Some(false) {
        return;
    }
    if context.bool("privileged") == Some(true) {
        return cx.beside(context, escalation, "a privileged container cannot set this to false");
    }
    let added = context.get("capabilities").map(|capabilities| capabilities.list("add"));
    if added.into_iter().flatten().any(|capability| capability.as_str() == Some("CAP_SYS_ADMIN")) {
        cx.beside(context, escalation, "a container with CAP_SYS_ADMIN cannot set this to false");
    }
}
