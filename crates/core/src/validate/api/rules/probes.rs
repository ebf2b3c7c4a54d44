//! Probes and lifecycle handlers.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;

const PROBE: &str = "io.k8s.api.core.v1.Probe";
/// Handlers of a probe; a version knows fewer, and the schema says so.
const HANDLERS: &[&str] = &["exec", "httpGet", "tcpSocket", "grpc", "sleep"];

/// A handler of a kind that is chosen by its field.
fn one_handler(cx: &mut Context<'_, '_>, node: Node<'_>) {
    let found: Vec<Node<'_>> = HANDLERS.iter().filter_map(|key| node.get(key)).collect();
    match found.as_slice() {
        [] => cx.error(node, "expected a handler such as `httpGet` or `exec`, found none"),
        [_] => {}
        [first, second, ..] => {
            cx.error(*second, format!("expected one handler, found {} beside {}", first.key(), second.key()));
        }
    }
}

check! {
    /// A probe has exactly one handler: `exec`, `httpGet`, `tcpSocket` or `grpc`.
    PROBE_HANDLER = "api/probe-handler", probe_handler;
    mirrors "core validation.validateHandler, validateProbe";
    on &[PROBE];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, livenessProbe: {tcpSocket: {port: 80}}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, livenessProbe: {tcpSocket: {port: 80}, httpGet: {port: 80}}}]}\n";
}

fn probe_handler(cx: &mut Context<'_, '_>, probe: Node<'_>) {
    one_handler(cx, probe);
}

check! {
    /// `postStart` and `preStop` have exactly one handler.
    LIFECYCLE_HANDLER = "api/lifecycle-handler", lifecycle_handler;
    mirrors "core validation.validateHandler, validateLifecycle";
    on &["io.k8s.api.core.v1.LifecycleHandler", "io.k8s.api.core.v1.Handler"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, lifecycle: {preStop: {exec: {command: [sleep]}}}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, lifecycle: {preStop: {}}}]}\n";
}

fn lifecycle_handler(cx: &mut Context<'_, '_>, handler: Node<'_>) {
    one_handler(cx, handler);
}

check! {
    /// Numbers of a probe are not negative, and only a readiness probe may ask for more than one success.
    PROBE_NUMBERS = "api/probe-numbers", probe_numbers;
    mirrors "core validation.validateProbe, validateLivenessProbe, validateStartupProbe";
    on &[PROBE];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, readinessProbe: {successThreshold: 2, tcpSocket: {port: 80}}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, livenessProbe: {successThreshold: 2, tcpSocket: {port: 80}}}]}\n";
}

fn probe_numbers(cx: &mut Context<'_, '_>, probe: Node<'_>) {
    for key in ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"] {
        if let Some(number) = probe.get(key)
            && number.as_int().is_some_and(|n| n < 0)
        {
            cx.error(number, format!("expected a number that is not negative, found {}", number.found()));
        }
    }
    if matches!(probe.key(), "livenessProbe" | "startupProbe")
        && let Some(successes) = probe.get("successThreshold")
        && successes.as_int().is_some_and(|n| n > 1)
    {
        cx.error(successes, format!("expected 1, as for every {}, found {}", probe.key(), successes.found()));
    }
}

check! {
    /// The port of a handler is a number between 1 and 65535 or the name of a port.
    HANDLER_PORT = "api/handler-port", handler_port;
    mirrors "core validation.ValidatePortNumOrName";
    on &["io.k8s.api.core.v1.HTTPGetAction", "io.k8s.api.core.v1.TCPSocketAction"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, livenessProbe: {httpGet: {port: http}}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, livenessProbe: {httpGet: {port: '8080'}}}]}\n";
}

fn handler_port(cx: &mut Context<'_, '_>, handler: Node<'_>) {
    if let Some(port) = handler.get("port") {
        port_number_or_name(cx, port);
    }
    super::allowed(cx, handler, "scheme", &["HTTP", "HTTPS"]);
}

/// A port as a number or by its name.
pub(super) fn port_number_or_name(cx: &mut Context<'_, '_>, port: Node<'_>) {
    super::port_number(cx, port);
    let Some(text) = port.as_str() else { return };
    let Err(problem) = syntax::port_name(text) else { return };
    let message = format!("{} is neither a port's number nor its name: {problem}", quoted(text));
    if text.parse::<u16>().is_ok() {
        cx.error_help(port, message, format!("write it without quotes: {text}"));
    } else {
        cx.error(port, message);
    }
}
