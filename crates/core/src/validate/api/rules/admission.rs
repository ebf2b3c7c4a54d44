//! Admission webhooks and policies.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;
use crate::validate::api::syntax::Problem;
use crate::validate::api::table::Rule::{Distinct, Exact, Form, Most, OneOf, Range, Required, Unique};
use crate::validate::api::table::{Rule, is_blank, required, some, text};
use std::collections::HashSet;

const FAILURE: Rule = OneOf("failurePolicy", &["Fail", "Ignore"]);
const MATCH: Rule = OneOf("matchPolicy", &["Equivalent", "Exact"]);

check! {
    /// The webhooks of a configuration have names of their own, which are domains of at least three parts; each is
    /// reached either by a URL or by a service, waits between 1 and 30 seconds, and says what else it does and which
    /// versions of reviews it reads.
    WEBHOOK = "api/webhook", webhooks;
    mirrors "admissionregistration validation.validateValidatingWebhook, validateMutatingWebhook, validateAdmissionReviewVersions, webhook.ValidateWebhookURL, ValidateWebhookService";
    on &["admissionregistration.*.ValidatingWebhookConfiguration", "admissionregistration.*.MutatingWebhookConfiguration"];
    accepted "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: a}\nwebhooks: [{name: a.example.com, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {service: {name: a, namespace: b}}}]\n";
    rejected "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: a}\nwebhooks: [{name: example.com, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {service: {name: a, namespace: b}}}]\n";
}

fn webhooks(cx: &mut Context<'_, '_>, configuration: Node<'_>) {
    let mut seen = HashSet::new();
    for webhook in configuration.list("webhooks").filter(|webhook| webhook.is_map()) {
        if let Some((node, name)) = text(webhook, "name") {
            if let Err(problem) = syntax::dns_subdomain(name) {
                cx.problem(&problem).error(node, format!("no webhook can be called {}: {problem}", quoted(name)));
            } else if name.split('.').count() < 3 {
                cx.error(node, format!("expected a domain of at least three parts, found {}", quoted(name)));
            } else if !seen.insert(name) {
                cx.error(node, format!("another webhook is called {}", quoted(name)));
            }
        }
        let rules = [
            FAILURE,
            MATCH,
            OneOf("sideEffects", &["None", "NoneOnDryRun"]),
            OneOf("reinvocationPolicy", &["IfNeeded", "Never"]),
            Range("timeoutSeconds", 1, 30),
        ];
        rules.into_iter().for_each(|rule| rule.check(cx, webhook));
        review_versions(cx, webhook, "admissionReviewVersions");
        webhook.list("rules").filter(|rule| rule.is_map()).for_each(|rule| operations(cx, rule));
        match_conditions(cx, webhook);
        if let Some(client) = webhook.get("clientConfig").filter(|client| client.is_map()) {
            match (client.get("url"), client.get("service")) {
                (Some(_), Some(_)) => cx.error(client, "a webhook is reached by a URL or by a service, not both"),
                (None, None) => cx.error(client, "expected a URL or a service, found neither"),
                _ => client_config(cx, client, true),
            }
        }
    }
}

/// Versions of reviews that a webhook reads: at least one that the server writes.
pub(super) fn review_versions(cx: &mut Context<'_, '_>, owner: Node<'_>, key: &str) {
    let Some(list) = owner.get(key).filter(|list| list.is_list()) else { return };
    if list.is_empty() {
        return cx.error(list, "expected v1 or v1beta1, found nothing");
    }
    let mut seen = HashSet::new();
    for item in list.items() {
        let text = item.as_str().unwrap_or("");
        if !seen.insert(text) {
            cx.error(item, format!("the version {} is named twice", quoted(text)));
        } else if let Err(problem) = syntax::dns_1035_label(text) {
            cx.problem(&problem).error(item, format!("no version is called {}: {problem}", quoted(text)));
        }
    }
    if !seen.contains("v1") && !seen.contains("v1beta1") {
        cx.error(list, "expected v1 or v1beta1 among the versions");
    }
}

/// How a webhook is reached.
pub(super) fn client_config(cx: &mut Context<'_, '_>, client: Node<'_>, secure: bool) {
    if let Some((node, url)) = text(client, "url")
        && let Err(problem) = web_address(url, secure)
    {
        cx.problem(&problem).error(node, format!("{} cannot be used here: {problem}", quoted(url)));
    }
    let Some(service) = client.get("service").filter(|service| service.is_map()) else { return };
    Required(&["name", "namespace"]).check(cx, service);
    Range("port", 1, 65535).check(cx, service);
    if let Some((node, path)) = some(service, "path") {
        let segments: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').skip(1).collect();
        let fits =
            path.starts_with('/') && (path == "/" || segments.iter().all(|part| syntax::dns_subdomain(part).is_ok()));
        if !fits {
            cx.error(node, format!("expected a path such as /a/b, found {}", quoted(path)));
        }
    }
}

fn web_address(url: &str, secure: bool) -> Result<(), Problem> {
    let Some(rest) = url.strip_prefix("https://").filter(|_| secure) else {
        return Err("expected an address that starts with https://".into());
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    if authority.is_empty() {
        return Err("expected a host".into());
    }
    if authority.contains('@') || rest.contains(['?', '#']) {
        return Err("expected no user, no query and no fragment".into());
    }
    if authority.contains(' ')
        || authority
            .rsplit_once(':')
            .is_some_and(|(_, port)| !port.ends_with(']') && !port.bytes().all(|b| b.is_ascii_digit()))
    {
        return Err("expected a host and a port".into());
    }
    Ok(())
}

/// What is done to which resources.
fn operations(cx: &mut Context<'_, '_>, rule: Node<'_>) {
    for (key, known) in [
        ("operations", Some(&["*", "CONNECT", "CREATE", "DELETE", "UPDATE"][..])),
        ("apiGroups", None),
        ("apiVersions", None),
        ("resources", None),
    ] {
        required(cx, rule, key);
        let Some(list) = rule.get(key).filter(|list| list.is_list()) else { continue };
        if key != "resources" && list.len() > 1 && list.items().any(|item| item.as_str() == Some("*")) {
            cx.error(list, "`*` stands for all, so it stands alone");
        }
        for item in list.items() {
            let text = item.as_str().unwrap_or("");
            if known.is_some_and(|known| !known.contains(&text)) {
                cx.error(item, format!("expected *, CONNECT, CREATE, DELETE or UPDATE, found {}", quoted(text)));
            } else if text.is_empty() && key != "apiGroups" {
                cx.error(item, "expected a name, found nothing");
            }
        }
    }
    OneOf("scope", &["*", "Cluster", "Namespaced"]).check(cx, rule);
    Distinct("resourceNames").check(cx, rule);
    for name in rule.list("resourceNames") {
        if let Some(text) = name.as_str()
            && let Err(problem) = syntax::path_segment(text)
        {
            cx.problem(&problem).error(name, format!("no object is called {}: {problem}", quoted(text)));
        }
    }
    resources(cx, rule);
}

/// Wildcards among resources and subresources stand for others, which are not named too.
fn resources(cx: &mut Context<'_, '_>, rule: Node<'_>) {
    let Some(list) = rule.get("resources") else { return };
    let (mut whole, mut sub) = (HashSet::new(), HashSet::new());
    let (mut all, mut star, mut plain) = (false, false, false);
    for item in list.items() {
        let Some(text) = item.as_str() else { continue };
        all |= text == "*/*";
        star |= text == "*";
        let Some((resource, part)) = text.split_once('/') else {
            plain = text != "*";
            continue;
        };
        if whole.contains(resource) || sub.contains(part) {
            cx.error(item, format!("{} is among what a `*` before stands for", quoted(text)));
        }
        if part == "*" {
            whole.insert(resource);
        }
        if resource == "*" {
            sub.insert(part);
        }
    }
    if (all && list.len() > 1) || (star && plain) {
        cx.error(list, "a `*` stands for all, so others are not named too");
    }
}

/// Conditions have names of their own.
fn match_conditions(cx: &mut Context<'_, '_>, owner: Node<'_>) {
    if cx.minor() < 28 {
        return;
    }
    Most("matchConditions", 64).check(cx, owner);
    Unique("matchConditions", "name").check(cx, owner);
    for condition in owner.list("matchConditions").filter(|condition| condition.is_map()) {
        Exact("name", syntax::qualified_name).check(cx, condition);
        expression_text(cx, condition, "expression");
    }
}

/// An expression says something.
fn expression_text(cx: &mut Context<'_, '_>, owner: Node<'_>, key: &str) {
    if let Some((node, text)) = text(owner, key)
        && text.trim().is_empty()
    {
        cx.error(node, "the expression is empty");
    }
}

check! {
    /// A policy of admission says which requests it is about and has validations, or mutations, whose parts are whole:
    /// names of their own, expressions, messages of one line.
    ADMISSION_POLICY = "api/admission-policy", policy;
    mirrors "admissionregistration validation.validateValidatingAdmissionPolicySpec, validateMutatingAdmissionPolicySpec, validateMatchResources, validateValidation, validateAuditAnnotation, validateVariable";
    on &["admissionregistration.*.ValidatingAdmissionPolicy", "admissionregistration.*.MutatingAdmissionPolicy"];
    accepted "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: a}\nspec: {matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]}, validations: [{expression: 'object.spec.replicas < 5'}]}\n";
    rejected "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: a}\nspec: {matchConstraints: {resourceRules: []}, validations: [{expression: 'object.spec.replicas < 5'}]}\n";
}

fn policy(cx: &mut Context<'_, '_>, policy: Node<'_>) {
    let mutating = policy.str("kind") == Some("MutatingAdmissionPolicy");
    let Some(spec) = policy.get("spec").filter(|spec| spec.is_map()) else {
        return cx.at(policy, &["spec", "matchConstraints"], "the policy does not say which requests it is about");
    };
    FAILURE.check(cx, spec);
    match spec.get("matchConstraints") {
        None => cx.missing(spec, "matchConstraints", "the policy does not say which requests it is about"),
        Some(constraints) => {
            required(cx, constraints, "resourceRules");
            match_resources(cx, constraints);
        }
    }
    if let Some(kind) = spec.get("paramKind").filter(|kind| kind.is_map()) {
        Required(&["apiVersion", "kind"]).check(cx, kind);
        Form("apiVersion", group_version).check(cx, kind);
        Form("kind", kind_name).check(cx, kind);
    }
    match_conditions(cx, spec);
    for variable in spec.list("variables").filter(|variable| variable.is_map()) {
        Exact("name", syntax::c_identifier).check(cx, variable);
        expression_text(cx, variable, "expression");
    }
    if mutating {
        return mutations(cx, spec);
    }
    let (validations, annotations) = (spec.get("validations"), spec.get("auditAnnotations"));
    if validations.is_none_or(is_blank) && annotations.is_none_or(is_blank) {
        cx.at(spec, &["validations"], "expected `validations` or `auditAnnotations`, found neither");
    }
    for validation in spec.list("validations").filter(|validation| validation.is_map()) {
        expression_text(cx, validation, "expression");
        message(cx, validation);
        const REASONS: &[&str] = &["Unauthorized", "Forbidden", "Invalid", "RequestEntityTooLarge"];
        OneOf("reason", REASONS).check(cx, validation);
    }
    Most("auditAnnotations", 20).check(cx, spec);
    Unique("auditAnnotations", "key").check(cx, spec);
    let name = policy.path(&["metadata", "name"]).and_then(Node::as_str).unwrap_or("");
    for annotation in spec.list("auditAnnotations").filter(|annotation| annotation.is_map()) {
        if let Some((node, key)) = text(annotation, "key")
            && let Err(problem) = syntax::qualified_name(&format!("{name}/{key}"))
        {
            cx.problem(&problem).error(node, format!("{name}/{key} cannot be the key of an annotation: {problem}"));
        }
        expression_text(cx, annotation, "valueExpression");
        if annotation.str("valueExpression").is_some_and(|text| text.len() > 5 << 10) {
            cx.at(annotation, &["valueExpression"], "expected at most 5120 characters");
        }
    }
}

/// The message of a rule is one line.
fn message(cx: &mut Context<'_, '_>, rule: Node<'_>) {
    let Some((node, message)) = some(rule, "message") else { return };
    if message.trim().is_empty() || message.contains('\n') {
        cx.error(node, format!("expected a message of one line, found {}", quoted(message)));
    }
}

fn group_version(text: &str) -> Result<(), Problem> {
    let (group, version) = text.split_once('/').unwrap_or(("", text));
    if version.contains('/') {
        return Err("expected a group and a version".into());
    }
    if !group.is_empty() {
        syntax::dns_subdomain(group)?;
    }
    syntax::dns_1035_label(version)
}

fn kind_name(text: &str) -> Result<(), Problem> {
    syntax::dns_1035_label(&text.to_lowercase())
}

/// Which requests a policy or a binding is about.
fn match_resources(cx: &mut Context<'_, '_>, resources: Node<'_>) {
    MATCH.check(cx, resources);
    for rule in
        resources.list("resourceRules").chain(resources.list("excludeResourceRules")).filter(|rule| rule.is_map())
    {
        operations(cx, rule);
    }
}

fn mutations(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    required(cx, spec, "mutations");
    if spec.get("reinvocationPolicy").is_none() {
        cx.missing(spec, "reinvocationPolicy", "the policy does not say whether it is asked again");
    }
    OneOf("reinvocationPolicy", &["IfNeeded", "Never"]).check(cx, spec);
    for mutation in spec.list("mutations").filter(|mutation| mutation.is_map()) {
        OneOf("patchType", &["ApplyConfiguration", "JSONPatch"]).check(cx, mutation);
        let (own, other) = match mutation.str("patchType") {
            Some("ApplyConfiguration") => ("applyConfiguration", "jsonPatch"),
            Some("JSONPatch") => ("jsonPatch", "applyConfiguration"),
            _ => continue,
        };
        match mutation.get(own) {
            None => cx.missing(mutation, own, format!("the patch has no `{own}`")),
            Some(patch) if patch.get("expression").is_none() => {
                cx.missing(patch, "expression", "the patch has no expression")
            }
            Some(patch) => expression_text(cx, patch, "expression"),
        }
        if let Some(node) = mutation.get(other) {
            cx.error(node, format!("the patch has `{own}`, so it has no `{other}`"));
        }
    }
}

check! {
    /// A binding names its policy, says what happens to requests that it refuses, and finds its parameters by a name or by
    /// a selector.
    POLICY_BINDING = "api/policy-binding", binding;
    mirrors "admissionregistration validation.validateValidatingAdmissionPolicyBindingSpec, validateParamRef, validateValidationActions";
    on &["admissionregistration.*.ValidatingAdmissionPolicyBinding", "admissionregistration.*.MutatingAdmissionPolicyBinding"];
    accepted "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: a}\nspec: {policyName: a, validationActions: [Deny]}\n";
    rejected "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: a}\nspec: {policyName: a, validationActions: [Deny, Warn]}\n";
}

fn binding(cx: &mut Context<'_, '_>, binding: Node<'_>) {
    let Some(spec) = binding.get("spec") else {
        return cx.at(binding, &["spec", "policyName"], "the binding names no policy");
    };
    if !spec.is_map() {
        return;
    }
    required(cx, spec, "policyName");
    Form("policyName", syntax::dns_subdomain).check(cx, spec);
    if let Some(reference) = spec.get("paramRef").filter(|reference| reference.is_map()) {
        let (name, selector) = (some(reference, "name"), reference.get("selector"));
        match (name, selector) {
            (Some(_), Some(_)) => cx.at(reference, &["name"], "expected a name or a selector, found both"),
            (None, None) => cx.error(reference, "expected a name or a selector, found neither"),
            _ => Form("name", syntax::path_segment).check(cx, reference),
        }
        if reference.get("parameterNotFoundAction").is_none() {
            cx.missing(reference, "parameterNotFoundAction", "the reference does not say what happens without it");
        }
        OneOf("parameterNotFoundAction", &["Allow", "Deny"]).check(cx, reference);
    }
    if let Some(resources) = spec.get("matchResources").filter(|resources| resources.is_map()) {
        match_resources(cx, resources);
    }
    if binding.str("kind") != Some("ValidatingAdmissionPolicyBinding") {
        return;
    }
    let Some(actions) = spec.get("validationActions").filter(|actions| !is_blank(*actions)) else {
        return cx.at(spec, &["validationActions"], "expected at least one action, found none");
    };
    let mut seen = HashSet::new();
    for action in actions.items() {
        match action.as_str() {
            Some(text @ ("Audit" | "Deny" | "Warn")) if !seen.insert(text) => {
                cx.error(action, format!("the action {text} is named twice"));
            }
            Some("Audit" | "Deny" | "Warn") | None => {}
            Some(_) => cx.error(action, format!("expected Audit, Deny or Warn, found {}", action.found())),
        }
    }
    if seen.contains("Deny") && seen.contains("Warn") {
        cx.error(actions, "what is denied is not warned about too");
    }
}
