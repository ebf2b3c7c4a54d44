//! Ingresses.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;

const RULES: &str = "io.k8s.api.networking.v1.IngressSpec";

check! {
    /// An Ingress has rules or a default backend, and a rule with `http` has paths.
    INGRESS_RULES = "api/ingress-rules", ingress_rules;
    mirrors "networking validation.ValidateIngressSpec, validateHTTPIngressRuleValue";
    on &[RULES];
    accepted "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {defaultBackend: {service: {name: a, port: {number: 80}}}}\n";
    rejected "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {rules: []}\n";
}

fn ingress_rules(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    if spec.get("rules").is_none_or(|rules| rules.is_list() && rules.is_empty()) && spec.get("defaultBackend").is_none()
    {
        return cx.missing(spec, "rules", "the Ingress has neither rules nor a default backend");
    }
    for http in spec.list("rules").filter_map(|rule| rule.get("http")) {
        if let Some(paths) = http.get("paths")
            && paths.is_list()
            && paths.is_empty()
        {
            cx.error(paths, "expected at least one path, found none");
        }
    }
}

check! {
    /// The type of a path is `Exact`, `Prefix` or `ImplementationSpecific`. A path starts with `/`; only one that is
    /// `ImplementationSpecific` may be absent. An exact path or a prefix has no `//`, `.` or `..` in it.
    INGRESS_PATH = "api/ingress-path", ingress_path;
    mirrors "networking validation.validateHTTPIngressPath";
    on &["io.k8s.api.networking.v1.HTTPIngressPath"];
    accepted "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {rules: [{http: {paths: [{path: /a, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}}}]}}]}\n";
    rejected "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {rules: [{http: {paths: [{path: a, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}}}]}}]}\n";
}

fn ingress_path(cx: &mut Context<'_, '_>, path: Node<'_>) {
    super::allowed(cx, path, "pathType", &["Exact", "Prefix", "ImplementationSpecific"]);
    let kind = path.str("pathType").unwrap_or("");
    let strict = matches!(kind, "Exact" | "Prefix");
    let Some((node, text)) =
        path.get("path").and_then(|node| Some((node, node.as_str()?))).filter(|(_, t)| !t.is_empty())
    else {
        if strict && path.get("path").is_none_or(|node| node.as_str().is_some()) {
            cx.missing(path, "path", format!("a path of type {kind} must start with `/`, found none"));
        }
        return;
    };
    if !strict && kind != "ImplementationSpecific" {
        return;
    }
    if !text.starts_with('/') {
        let message = format!("expected a path that starts with `/`, found {}", quoted(text));
        return cx.error_help(node, message, format!("did you mean /{text}?"));
    }
    let bad = ["//", "/./", "/../", "%2f", "%2F"];
    if strict && let Some(part) = bad.iter().find(|part| text.contains(**part)) {
        cx.error(node, format!("a path of type {kind} may not contain `{part}`, found {}", quoted(text)));
    } else if strict && (text.ends_with("/..") || text.ends_with("/.")) {
        cx.error(node, format!("a path of type {kind} may not end with `.` or `..`, found {}", quoted(text)));
    }
}

check! {
    /// A backend is a service or a resource. A service's name is a DNS-1035 label, and its port has a number between 1
    /// and 65535 or a name, not both.
    INGRESS_BACKEND = "api/ingress-backend", ingress_backend;
    mirrors "networking validation.validateIngressBackend";
    on &["io.k8s.api.networking.v1.IngressBackend"];
    accepted "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {defaultBackend: {service: {name: a, port: {name: http}}}}\n";
    rejected "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {defaultBackend: {service: {name: a, port: {name: http, number: 80}}}}\n";
}

fn ingress_backend(cx: &mut Context<'_, '_>, backend: Node<'_>) {
    let (service, resource) = (backend.get("service"), backend.get("resource"));
    let Some(service) = service else {
        if resource.is_none() {
            cx.missing(backend, "service", "the backend has neither a service nor a resource");
        }
        return;
    };
    if let Some(resource) = resource {
        return cx.error(resource, "a backend is a service or a resource, not both");
    }
    if let Some((name, text)) = service.get("name").and_then(|name| Some((name, name.as_str()?)))
        && cx.minor() < 34
        && let Err(problem) = syntax::dns_1035_label(text)
    {
        cx.error(name, format!("no service can be called {}: {problem}", quoted(text)));
    }
    let Some(port) = service.get("port") else {
        return cx.missing(service, "port", "the backend's service has no port");
    };
    let name = port.get("name").filter(|name| name.as_str() != Some(""));
    let number = port.get("number").filter(|number| number.as_int() != Some(0));
    match (name, number) {
        (Some(name), Some(_)) => cx.error(name, "a port has a name or a number, not both"),
        (None, Some(number)) => super::port_number(cx, number),
        (Some(name), None) => {
            if let Some(text) = name.as_str()
                && let Err(problem) = syntax::port_name(text)
            {
                cx.error(name, format!("no port can be called {}: {problem}", quoted(text)));
            }
        }
        (None, None) if port.is_map() => cx.missing(port, "number", "the port has neither a number nor a name"),
        (None, None) => {}
    }
}

check! {
    /// The host of a rule is a DNS name, possibly with `*.` in front, and no IP address.
    INGRESS_HOST = "api/ingress-host", ingress_host;
    mirrors "networking validation.validateIngressRules";
    on &["io.k8s.api.networking.v1.IngressRule"];
    accepted "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {rules: [{host: '*.example.com', http: {paths: [{path: /a, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}}}]}}]}\n";
    rejected "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {rules: [{host: 'https://example.com', http: {paths: [{path: /a, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}}}]}}]}\n";
}

fn ingress_host(cx: &mut Context<'_, '_>, rule: Node<'_>) {
    let Some((host, text)) = rule.get("host").and_then(|host| Some((host, host.as_str()?))) else { return };
    if text.is_empty() {
        return;
    }
    if text.parse::<std::net::IpAddr>().is_ok() {
        return cx.error(host, format!("expected a DNS name, found the IP address {}", quoted(text)));
    }
    let name = text.strip_prefix("*.").unwrap_or(text);
    if let Err(problem) = syntax::dns_subdomain(name) {
        cx.error(host, format!("no host can be called {}: {problem}", quoted(text)));
    }
}
