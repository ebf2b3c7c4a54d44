//! Probes and lifecycle handlers.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use crate::validate::api::table::Rule::{Count, Enum, OneOf, Range, Required, Since};

const PROBE: &str = "core.v1.Probe";
const HANDLERS: &[&str] = &["exec", "httpGet", "tcpSocket", "grpc", "sleep"];

fn one_handler(cx: &mut Context<'_, '_>, node: Node<'_>) {
    let found: Vec<Node<'_>> = HANDLERS.iter().filter_map(|key| node.get(key)).collect();
    match found.as_slice() {
        [] => cx.error(node, "expected a handler such as `httpGet` or `exec`, found none"),
        [_] => {}
        [first, others @ ..] => {
            for other in others {
                cx.error(*other, format!("expected one handler, found {} beside {}", first.key(), other.key()));
            }
        }
    }
}

check! {
    /// A probe has exactly one handler: `exec`, `httpGet`, `tcpSocket` or `grpc`.
    PROBE_HANDLER = "api/probe-handler", probe_handler;
    mirrors "core validation.validateHandler";
    on &[PROBE];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, livenessProbe: {httpGet: {port: 80}}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, livenessProbe: {periodSeconds: 5}}]}\n";
}

fn probe_handler(cx: &mut Context<'_, '_>, probe: Node<'_>) {
    one_handler(cx, probe);
}

check! {
    /// What runs after the start or before the end of a container has exactly one handler.
    LIFECYCLE_HANDLER = "api/lifecycle-handler", lifecycle_handler;
    mirrors "core validation.validateHandler";
    on &["core.v1.LifecycleHandler", "core.v1.Handler"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, lifecycle: {preStop: {exec: {command: [a]}}}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, lifecycle: {preStop: {}}}]}\n";
}

fn lifecycle_handler(cx: &mut Context<'_, '_>, handler: Node<'_>) {
    one_handler(cx, handler);
    let Some(sleep) = handler.get("sleep") else { return };
    let pod = std::iter::successors(handler.parent(), |node| node.parent()).nth(3);
    let grace = pod.and_then(|pod| pod.int("terminationGracePeriodSeconds")).unwrap_or(30);
    let least = if cx.minor() >= 33 { 0 } else { 1 };
    let seconds = sleep.int("seconds").unwrap_or(0);
    if !(least..=grace).contains(&seconds) && sleep.get("seconds").is_none_or(|n| n.as_int().is_some()) {
        let grace = format!("terminationGracePeriodSeconds ({grace})");
        cx.error(sleep, format!("expected a number of seconds from {least} to {grace}, found {seconds}"));
    }
}

check! {
    /// Delays, periods and thresholds of probes are not negative, liveness and startup probes succeed after one success,
    /// and only they have a grace period of their own, of at least a second.
    PROBE_NUMBERS = "api/probe-numbers", probe_numbers;
    mirrors "core validation.validateProbe, validateLivenessProbe, validateReadinessProbe, validateStartupProbe";
    on &[PROBE];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, livenessProbe: {httpGet: {port: 80}, initialDelaySeconds: 0}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, livenessProbe: {httpGet: {port: 80}, initialDelaySeconds: -1}}]}\n";
}

fn probe_numbers(cx: &mut Context<'_, '_>, probe: Node<'_>) {
    for key in ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"] {
        Count(key).check(cx, probe);
    }
    if matches!(probe.key(), "livenessProbe" | "startupProbe")
        && let Some(successes) = probe.get("successThreshold")
        && successes.as_int().is_some_and(|n| n > 1)
    {
        cx.error(successes, format!("expected 1, as for every {}, found {}", probe.key(), successes.found()));
    }
    if let Some(grace) = probe.get("terminationGracePeriodSeconds") {
        if probe.key() == "readinessProbe" {
            return cx.error(grace, "a readinessProbe ends nothing, so it has no grace period");
        }
        Range("terminationGracePeriodSeconds", 1, i64::MAX).check(cx, probe);
    }
}

check! {
    /// The port of a probe is a number between 1 and 65535 or the name of a container's port, never a number in quotes;
    /// the scheme is HTTP or HTTPS; headers have names of letters, digits and `-`; a command is not empty.
    HANDLER_PORT = "api/handler-port", handler_port;
    mirrors "core validation.validateHTTPGetAction, validateTCPSocketAction, ValidatePortNumOrName";
    on &["core.v1.HTTPGetAction", "core.v1.TCPSocketAction"];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, livenessProbe: {httpGet: {port: http}}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, livenessProbe: {httpGet: {port: '8080'}}}]}\n";
}

fn handler_port(cx: &mut Context<'_, '_>, handler: Node<'_>) {
    if let Some(port) = handler.get("port") {
        port_number_or_name(cx, port);
    }
    Enum("scheme", &["HTTP", "HTTPS"]).check(cx, handler);
    let Some(headers) = handler.get("httpHeaders") else { return };
    for header in headers.items().filter_map(|header| header.get("name")) {
        if let Some(text) = header.as_str()
            && let Err(problem) = syntax::http_header(text)
        {
            cx.problem(&problem).beside(
                headers,
                header,
                format!("no header can be called {}: {problem}", quoted(text)),
            );
        }
    }
}

check! {
    /// What handlers run and ask: a command is not empty, a gRPC port lies between 1 and 65535.
    HANDLER_FIELDS = "api/handler-fields";
    mirrors "core validation.validateExecAction, validateGRPCAction";
    table &[
        ("core.v1.ExecAction", &[Required(&["command"])]),
        ("core.v1.GRPCAction", &[Range("port", 1, 65535), Since(37, &OneOf("mode", &["Plaintext", "TLS"]))]),
    ];
    accepted "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, livenessProbe: {grpc: {port: 80}}}]}\n";
    rejected "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, livenessProbe: {exec: {command: []}}}]}\n";
}

/// A port is a number in its range or a name.
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
