//! Expressions of CEL: in definitions of custom resources, in policies of admission, in classes and claims of devices.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::table::some;

check! {
    /// The rules of a custom resource in CEL compile against its schema and give a boolean; their messages are of one
    /// line, and a rule of several lines has one.
    CRD_RULES = "api/crd-rules", rules;
    mirrors "apiextensions validation.ValidateCustomResourceDefinitionOpenAPISchema, schema/cel.Compile";
    on &["io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition"];
    accepted "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.example.com}\nspec: {group: example.com, scope: Cluster, names: {kind: Foo, plural: foos}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}, x-kubernetes-validations: [{rule: self.size > 1}]}}}}}]}\n";
    rejected "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.example.com}\nspec: {group: example.com, scope: Cluster, names: {kind: Foo, plural: foos}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}, x-kubernetes-validations: [{rule: self.sise > 1}]}}}}}]}\n";
}

/// A schema of a definition, and what is known of where it stands.
#[derive(Clone, Copy)]
struct Part<'t> {
    schema: Node<'t>,
    /// Whether it is that of a whole object.
    #[cfg_attr(not(feature = "cel"), expect(dead_code, reason = "expressions alone ask"))]
    whole: bool,
    /// Whether the server does not find the value that was there before.
    torn: bool,
    /// How often it is in an object at the most; none where a list or a map around it has no bound.
    times: Option<u64>,
}

fn rules(cx: &mut Context<'_, '_>, crd: Node<'_>) {
    for version in crd.get("spec").into_iter().flat_map(|spec| spec.list("versions")) {
        let Some(root) = version.path(&["schema", "openAPIV3Schema"]).filter(|root| root.is_map()) else { continue };
        let mut work = vec![Part { schema: root, whole: true, torn: false, times: Some(1) }];
        let mut cost = compiled::Cost::default();
        while let Some(part) = work.pop() {
            let schema = part.schema;
            for rule in schema.list("x-kubernetes-validations").filter(|rule| rule.is_map()) {
                if words(cx, rule) {
                    field_path(cx, rule, schema);
                    compiled::rule(cx, rule, part, &mut cost);
                }
            }
            // What was there before is not found in lists and maps that are one value to the server.
            let torn = part.torn || schema.str("x-kubernetes-map-type") == Some("atomic");
            let items_torn = torn || schema.str("x-kubernetes-list-type") != Some("map");
            for (_, schema) in schema.map("properties").filter(|(_, part)| part.is_map()) {
                work.push(Part { schema, whole: false, torn, times: part.times });
            }
            for (key, torn, bound) in
                [("additionalProperties", torn, "maxProperties"), ("items", items_torn, "maxItems")]
            {
                let most = schema.int(bound).map(|most| u64::try_from(most).unwrap_or(0));
                let times = part.times.zip(most).map(|(times, most)| times.saturating_mul(most));
                if let Some(schema) = schema.get(key).filter(|part| part.is_map()) {
                    work.push(Part { schema, whole: false, torn, times });
                }
            }
        }
        cost.tell(cx, root);
    }
}

/// The texts of a rule; whether it can be compiled.
fn words(cx: &mut Context<'_, '_>, rule: Node<'_>) -> bool {
    let said = rule.str("message").unwrap_or("");
    let Some(expression) = rule.str("rule") else { return false };
    if expression.trim().is_empty() {
        cx.at(rule, &["rule"], "the rule is empty");
        return false;
    }
    let lines = |text: &str| text.trim().contains(['\n', '\r']);
    match some(rule, "message") {
        Some((node, message)) if message.trim().is_empty() || lines(message) => {
            cx.error(node, format!("expected a message of one line, found {}", quoted(message)));
        }
        _ if lines(expression) && said.is_empty() => {
            cx.missing(rule, "message", "a rule of several lines has a message");
        }
        _ => {}
    }
    if let Some((node, expression)) = some(rule, "messageExpression")
        && expression.trim().is_empty()
    {
        cx.error(node, "the expression is empty");
    }
    true
}

/// The field that a rule is about is one of the schema (ValidFieldPath).
fn field_path(cx: &mut Context<'_, '_>, rule: Node<'_>, schema: Node<'_>) {
    let Some((node, path)) = some(rule, "fieldPath") else { return };
    if !leads(path, schema) {
        cx.error(node, format!("expected the path of a field, such as .a.b or ['a'], found {}", quoted(path)));
    }
}

fn leads(path: &str, schema: Node<'_>) -> bool {
    let (mut rest, mut at) = (path, schema);
    while !rest.is_empty() {
        let (name, after) = match (rest.strip_prefix("['"), rest.strip_prefix('.')) {
            (Some(quoted), _) => match quoted.split_once("']") {
                Some(parts) => parts,
                None => return false,
            },
            (None, Some(plain)) => plain.split_at(plain.find(['.', '[']).unwrap_or(plain.len())),
            (None, None) => return false,
        };
        let property = at.map("properties").find(|(known, _)| *known == name).map(|(_, property)| property);
        match property.or(at.get("additionalProperties").filter(|of| of.is_map())) {
            Some(next) => at = next,
            None => return false,
        }
        rest = after;
    }
    !path.is_empty()
}

check! {
    /// The expressions of policies, of the conditions of webhooks and of selectors of devices compile and give what they
    /// are for: a boolean, a message, a patch.
    EXPRESSION = "api/cel-expression", expressions;
    mirrors "admissionregistration validation.validateCELCondition, validateVariable, validateMatchConditionsExpression, resource validation.validateCELSelector";
    on &[
        "admissionregistration.*.ValidatingAdmissionPolicy", "admissionregistration.*.MutatingAdmissionPolicy",
        "admissionregistration.*.ValidatingWebhook", "admissionregistration.*.MutatingWebhook", "resource.*.CELDeviceSelector",
    ];
    accepted "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: a}\nspec: {matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]}, validations: [{expression: 'object.spec.replicas < 5'}]}\n";
    rejected "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: a}\nspec: {matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]}, validations: [{expression: 'object.spec.replicas <'}]}\n";
}

fn expressions(cx: &mut Context<'_, '_>, node: Node<'_>) {
    match node.str("kind") {
        Some("ValidatingAdmissionPolicy" | "MutatingAdmissionPolicy") => {
            if let Some(spec) = node.get("spec") {
                compiled::policy(cx, spec);
            }
        }
        _ if node.get("expression").is_some() => compiled::device(cx, node),
        _ => compiled::webhook(cx, node),
    }
}

#[cfg(feature = "cel")]
mod compiled {
    use super::*;
    use crate::validate::api::check::Reason;
    use crate::validate::api::expr::{Compiled, Place, Scope, Type, compile};
    use crate::validate::api::table::text;

    /// What one expression may cost over all places in an object (`StaticEstimatedCostLimit`).
    const MOST: u64 = 10_000_000;

    /// What all expressions of a schema may cost together (`StaticEstimatedCRDCostLimit`).
    const MOST_TOGETHER: u64 = 100_000_000;

    /// What the expressions of a schema cost together.
    #[derive(Default)]
    pub(super) struct Cost {
        sum: u64,
        told: bool,
    }

    impl Cost {
        /// Adds an expression; says so where it costs too much by itself.
        fn add(&mut self, cx: &mut Context<'_, '_>, node: Node<'_>, cost: u64, place: Place<'_>, times: Option<u64>) {
            let cost = cost.saturating_mul(times.unwrap_or_else(|| place.times()));
            self.sum = self.sum.saturating_add(cost);
            if cost > MOST {
                self.told = true;
                let cx = cx.says(Reason::Forbidden, "estimated rule cost exceeds budget");
                cx.error_help(node, "the server may have too much work with this expression", BOUND);
            }
        }

        /// Says so where all together cost too much.
        pub(super) fn tell(&self, cx: &mut Context<'_, '_>, root: Node<'_>) {
            if self.sum > MOST_TOGETHER && !self.told {
                let cx = cx.says(Reason::Forbidden, "estimated rule cost total exceeds budget");
                cx.error_help(root, "the server may have too much work with all rules of this schema together", BOUND);
            }
        }
    }

    const BOUND: &str =
        "bound lists with maxItems, maps with maxProperties and texts with maxLength, or write a simpler rule";

    /// Compiles the expression of a field; says so where it does not.
    fn of<'t>(
        cx: &mut Context<'_, '_>,
        owner: Node<'_>,
        key: &str,
        scope: &Scope<'t>,
        place: Option<Place<'t>>,
    ) -> Option<Compiled<'t>> {
        let (node, expression) = text(owner, key).filter(|(_, text)| !text.trim().is_empty())?;
        match compile(expression, scope, place) {
            Ok(compiled) => Some(compiled),
            Err(problem) => {
                cx.error(node, format!("the expression does not compile: {problem}"));
                None
            }
        }
    }

    /// What an expression gives is of one of some types.
    fn gives<'t>(
        cx: &mut Context<'_, '_>,
        owner: Node<'_>,
        key: &str,
        scope: &Scope<'t>,
        (what, fits): (&str, fn(&Type<'_>) -> bool),
        place: Option<Place<'t>>,
    ) -> Option<Compiled<'t>> {
        let compiled = of(cx, owner, key, scope, place)?;
        if !fits(&compiled.ty)
            && !matches!(compiled.ty, Type::Unknown)
            && let Some(node) = owner.get(key)
        {
            cx.error(node, format!("expected an expression that gives {what}, found one that gives {}", compiled.ty));
        }
        Some(compiled)
    }

    const BOOLEAN: (&str, fn(&Type<'_>) -> bool) = ("a bool", |ty| matches!(ty, Type::Bool));
    const STRING: (&str, fn(&Type<'_>) -> bool) = ("a string", |ty| matches!(ty, Type::Text));
    const NOTE: (&str, fn(&Type<'_>) -> bool) = ("a string or null", |ty| matches!(ty, Type::Text | Type::Null));

    /// A rule of a custom resource.
    pub(super) fn rule<'t>(cx: &mut Context<'_, '_>, rule: Node<'_>, part: Part<'t>, cost: &mut Cost) {
        let Part { schema, whole, torn, times } = part;
        let this = Type::of_schema(schema, whole);
        let optional = rule.bool("optionalOldSelf") == Some(true);
        let before = if optional { Type::Unknown } else { this.clone() };
        let scope = Scope::of(cx.minor(), &[("self", this), ("oldSelf", before)]);
        let place = Place::Schema(schema, whole);
        let compiled = gives(cx, rule, "rule", &scope, BOOLEAN, Some(place));
        let message = gives(cx, rule, "messageExpression", &scope, STRING, Some(place));
        for (key, compiled) in [("rule", &compiled), ("messageExpression", &message)] {
            if let (Some(node), Some(compiled)) = (rule.get(key), compiled) {
                cost.add(cx, node, compiled.cost, place, times);
            }
        }
        let Some(compiled) = compiled else { return };
        if compiled.old && torn {
            cx.at(
                rule,
                &["rule"],
                "`oldSelf` is not known here: the server does not find the value that was there before",
            );
        } else if !compiled.old
            && let Some(node) = rule.get("optionalOldSelf")
        {
            cx.error(node, "the rule does not use `oldSelf`");
        }
    }

    /// What all expressions of admission may name.
    fn request<'t>() -> Vec<(&'static str, Type<'t>)> {
        vec![
            ("object", Type::Dyn),
            ("oldObject", Type::Dyn),
            ("request", Type::Unknown),
            ("authorizer", Type::Unknown),
            ("namespaceObject", Type::Unknown),
        ]
    }

    fn conditions(cx: &mut Context<'_, '_>, owner: Node<'_>, scope: &Scope<'_>) {
        for condition in owner.list("matchConditions").filter(|condition| condition.is_map()) {
            gives(cx, condition, "expression", scope, BOOLEAN, None);
        }
    }

    pub(super) fn webhook(cx: &mut Context<'_, '_>, webhook: Node<'_>) {
        if cx.minor() >= 28 {
            conditions(cx, webhook, &Scope::of(cx.minor(), &request()));
        }
    }

    pub(super) fn policy(cx: &mut Context<'_, '_>, spec: Node<'_>) {
        let mut known = request();
        if spec.get("paramKind").is_some() {
            known.push(("params", Type::Dyn));
        }
        let mut matching = known.clone();
        matching.extend([("params", Type::Dyn), ("variables", Type::Unknown)]);
        conditions(cx, spec, &Scope::of(cx.minor(), &matching));
        let mut variables = Vec::new();
        for variable in spec.list("variables").filter(|variable| variable.is_map()) {
            let mut all = known.clone();
            all.push(("variables", Type::Fields(variables.clone())));
            let compiled = of(cx, variable, "expression", &Scope::of(cx.minor(), &all), None);
            let ty = compiled.map_or(Type::Unknown, |compiled| compiled.ty);
            variables.extend(variable.str("name").map(|name| (name.to_owned(), ty)));
        }
        known.push(("variables", Type::Fields(variables)));
        let scope = Scope::of(cx.minor(), &known);
        for validation in spec.list("validations").filter(|validation| validation.is_map()) {
            gives(cx, validation, "expression", &scope, BOOLEAN, None);
            gives(cx, validation, "messageExpression", &scope, STRING, None);
        }
        for annotation in spec.list("auditAnnotations").filter(|annotation| annotation.is_map()) {
            gives(cx, annotation, "valueExpression", &scope, NOTE, None);
        }
        for mutation in spec.list("mutations").filter(|mutation| mutation.is_map()) {
            if let Some(patch) = mutation.get("applyConfiguration") {
                gives(cx, patch, "expression", &scope, ("an Object", |ty| matches!(ty, Type::Dyn)), None);
            }
            if let Some(patch) = mutation.get("jsonPatch") {
                gives(
                    cx,
                    patch,
                    "expression",
                    &scope,
                    ("a list of JSONPatch", |ty| matches!(ty, Type::Dyn | Type::List(_))),
                    None,
                );
            }
        }
    }

    pub(super) fn device(cx: &mut Context<'_, '_>, selector: Node<'_>) {
        let names = ["driver", "attributes", "capacity", "allowMultipleAllocations"];
        let fields = names.map(|name| (name.to_owned(), Type::Unknown)).to_vec();
        let scope = Scope::of(cx.minor(), &[("device", Type::Fields(fields))]);
        gives(cx, selector, "expression", &scope, ("a bool", |ty| matches!(ty, Type::Bool | Type::Dyn)), None);
    }
}

/// Without an evaluator nothing is known of expressions.
#[cfg(not(feature = "cel"))]
mod compiled {
    use super::*;

    #[derive(Default)]
    pub(super) struct Cost;

    impl Cost {
        pub(super) fn tell(&self, _: &mut Context<'_, '_>, _: Node<'_>) {}
    }

    pub(super) fn rule(_: &mut Context<'_, '_>, _: Node<'_>, _: Part<'_>, _: &mut Cost) {}
    pub(super) fn webhook(_: &mut Context<'_, '_>, _: Node<'_>) {}
    pub(super) fn policy(_: &mut Context<'_, '_>, _: Node<'_>) {}
    pub(super) fn device(_: &mut Context<'_, '_>, _: Node<'_>) {}
}
