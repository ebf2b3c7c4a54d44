//! Ingresses.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::table::Rule::{Exact, Form, Items, Longest, OneOf, Required};
use crate::validate::api::{address, syntax};

const RULES: &str = "networking.v1.IngressSpec";

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
        return cx.error(spec, "the Ingress has neither rules nor a default backend");
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
    OneOf("pathType", &["Exact", "Prefix", "ImplementationSpecific"]).check(cx, path);
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
            cx.error(backend, "the backend has neither a service nor a resource");
        }
        return;
    };
    if let Some(resource) = resource {
        return cx.beside(backend, resource, "a backend is a service or a resource, not both");
    }
    let form = if cx.minor() < 36 { syntax::dns_1035_label } else { syntax::dns_label };
    if let Some((name, text)) = service.get("name").and_then(|name| Some((name, name.as_str()?)))
        && let Err(problem) = form(text)
    {
        cx.problem(&problem).error(name, format!("no service can be called {}: {problem}", quoted(text)));
    }
    let Some(port) = service.get("port") else {
        return cx.error(backend, "the backend's service has no port");
    };
    let name = port.get("name").filter(|name| name.as_str() != Some(""));
    let number = port.get("number").filter(|number| number.as_int() != Some(0));
    match (name, number) {
        (Some(name), Some(_)) => cx.beside(backend, name, "a port has a name or a number, not both"),
        (None, Some(number)) => super::port_number(cx, number),
        (Some(name), None) => {
            if let Some(text) = name.as_str()
                && let Err(problem) = syntax::port_name(text)
            {
                cx.problem(&problem).error(name, format!("no port can be called {}: {problem}", quoted(text)));
            }
        }
        (None, None) if port.is_map() => cx.error(backend, "the port has neither a number nor a name"),
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
    if address::sloppy_ip(text).is_some() {
        return cx.error(host, format!("expected a DNS name, found the IP address {}", quoted(text)));
    }
    if let Err(problem) = syntax::host(text) {
        cx.problem(&problem).error(host, format!("no host can be called {}: {problem}", quoted(text)));
    }
}

check! {
    /// The hosts and the secret of an Ingress's certificates have names, and so has its class.
    INGRESS_FIELDS = "api/ingress-fields";
    mirrors "networking validation.validateIngressTLS, ValidateIngressSpec";
    table &[
        ("networking.v1.IngressTLS", &[Items("hosts", syntax::host), Form("secretName", syntax::dns_subdomain)]),
        ("networking.v1.IngressSpec", &[Exact("ingressClassName", syntax::dns_subdomain)]),
    ];
    accepted "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {tls: [{hosts: ['*.example.com'], secretName: a}], defaultBackend: {service: {name: a, port: {number: 80}}}}\n";
    rejected "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {tls: [{hosts: ['*.*.com']}], defaultBackend: {service: {name: a, port: {number: 80}}}}\n";
}

check! {
    /// An Ingress has a specification; where its class is given twice, both say the same.
    INGRESS_EMPTY = "api/ingress-empty", ingress_empty;
    mirrors "networking validation.ValidateIngressCreate, ValidateIngressSpec";
    on &["networking.v1.Ingress"];
    accepted "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {defaultBackend: {service: {name: a, port: {number: 80}}}}\n";
    rejected "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\n";
}

fn ingress_empty(cx: &mut Context<'_, '_>, ingress: Node<'_>) {
    if ingress.get("spec").is_none() {
        cx.at(ingress, &["spec"], "the Ingress has neither rules nor a default backend");
    }
    let annotation = ingress.path(&["metadata", "annotations", "kubernetes.io/ingress.class"]);
    let class = ingress.path(&["spec", "ingressClassName"]).and_then(Node::as_str);
    if let (Some(node), Some(class)) = (annotation, class)
        && node.as_str() != Some(class)
    {
        cx.error(node, format!("expected what `ingressClassName` says, {}, found {}", quoted(class), node.found()));
    }
}

check! {
    /// A resource that a backend or a class of Ingresses refers to is named by kind and name.
    INGRESS_REFERENCE = "api/ingress-reference", reference;
    mirrors "networking validation.validateIngressTypedLocalObjectReference, validateIngressClassParametersReference";
    on &["networking.v1.IngressBackend", "networking.v1.IngressClassSpec"];
    accepted "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: a}\nspec: {controller: example.com/a, parameters: {kind: A, name: b}}\n";
    rejected "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: a}\nspec: {controller: example.com/a, parameters: {kind: A, name: a/b}}\n";
}

fn reference(cx: &mut Context<'_, '_>, owner: Node<'_>) {
    let parameters = owner.get("parameters").filter(|_| owner.key() == "spec");
    for reference in owner.get("resource").into_iter().chain(parameters).filter(|node| node.is_map()) {
        let rules = [
            Exact("apiGroup", syntax::dns_subdomain),
            Required(&["kind", "name"]),
            Form("kind", syntax::path_segment),
            Form("name", syntax::path_segment),
        ];
        rules.into_iter().for_each(|rule| rule.check(cx, reference));
    }
    let Some(parameters) = parameters else { return };
    OneOf("scope", &["Cluster", "Namespace"]).check(cx, parameters);
    match (parameters.str("scope").unwrap_or("Cluster"), parameters.get("namespace")) {
        ("Namespace", None) => cx.missing(parameters, "namespace", "the scope Namespace needs a `namespace`"),
        ("Namespace", Some(_)) => Exact("namespace", syntax::dns_label).check(cx, parameters),
        ("Cluster", Some(node)) => cx.error(node, "the scope Cluster has no namespace"),
        _ => {}
    }
}

check! {
    /// A class of Ingresses names its controller by a domain and a path, in at most 250 characters.
    INGRESS_CLASS = "api/ingress-class", class;
    mirrors "networking validation.validateIngressClassSpec";
    on &["networking.v1.IngressClass"];
    accepted "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: a}\nspec: {controller: example.com/a}\n";
    rejected "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: a}\nspec: {controller: nginx}\n";
}

fn class(cx: &mut Context<'_, '_>, class: Node<'_>) {
    let Some(spec) = class.get("spec").filter(|spec| spec.get("controller").is_some()) else {
        return cx.at(class, &["spec", "controller"], "the class has no controller");
    };
    Longest("controller", 250).check(cx, spec);
    Exact("controller", syntax::domain_prefixed_path).check(cx, spec);
}
