//! The configuration of kube-linter and of polaris, read as one of chartlens: their names for rules are known here. What
//! has no place in it is said. (kube-score has no configuration file; the names of its tests go with the flags.)

mod custom;
mod schemas;

use crate::config::Config;
use chartlens::codes;
use chartlens::diag::Severity;
use chartlens::lint::{Choice, Override, Setting};
use chartlens::yaml::{Document, NodeId, NodeKind, Resolved, ScalarStyle, parse, resolve};
use serde_json::{Map, Value};

/// The names of their files.
pub const NAMES: &[&str] = &[".kube-linter.yaml", ".kube-linter.yml", "polaris.yaml", ".polaris.yaml"];

/// Kinds of objects that have pods: what kube-linter calls `DeploymentLike`, and polaris controllers.
const HAVE_PODS: &[&str] = &[
    "CronJob",
    "DaemonSet",
    "Deployment",
    "DeploymentConfig",
    "Job",
    "Pod",
    "ReplicaSet",
    "ReplicationController",
    "StatefulSet",
];

/// The checks that kube-linter makes where nothing is said.
const KUBE_LINTER: &str = "latest-tag unset-cpu-requirements unset-memory-requirements liveness-port readiness-port \
    startup-port invalid-target-ports ssh-port privileged-container privilege-escalation-container run-as-non-root \
    no-read-only-root-fs drop-net-raw-capability unsafe-sysctls host-network host-pid host-ipc docker-sock \
    sensitive-host-mounts env-var-secret duplicate-env-var deprecated-service-account-field \
    non-existent-service-account no-anti-affinity pdb-max-unavailable pdb-min-available \
    pdb-unhealthy-pod-eviction-policy job-ttl-seconds-after-finished dangling-service mismatching-selector \
    no-extensions-v1beta";

/// Those that it makes where they are asked for.
const KUBE_LINTER_MORE: &str = "no-readiness-probe no-liveness-probe privileged-ports unsafe-proc-mount \
    writable-host-mount scc-deny-privileged-container read-secret-from-env-var env-value-from default-service-account \
    cluster-admin-role-binding wildcard-in-rules access-to-secrets access-to-create-pods minimum-three-replicas \
    hpa-minimum-three-replicas dangling-horizontalpodautoscaler no-node-affinity no-rolling-update-strategy \
    priority-class-name restart-policy dnsconfig-options dangling-ingress dangling-networkpolicy \
    dangling-networkpolicypeer-podselector non-isolated-pod dangling-servicemonitor exposed-services use-namespace \
    required-annotation-email required-label-owner sorted-keys schema-validation";

/// A configuration, and what of it has no place here.
#[derive(Debug, Default)]
pub struct Read {
    /// What there is.
    pub config: Config,
    /// What there is not, a line each.
    pub warnings: Vec<String>,
}

/// Reads the configuration of another tool.
///
/// # Errors
///
/// A text that is no YAML.
pub fn read(text: &[u8]) -> Result<Read, String> {
    let document = parse(text).map_err(|error| error.to_string())?;
    let root = document.root().map_or(Value::Null, |root| value(&document, root, &text_of));
    // Schemas tell numbers from texts.
    let typed = document.root().map_or(Value::Null, |root| value(&document, root, &typed));
    let mut read = Read::default();
    // The API server's verdict, and what is asked for here.
    read.config.profile = Some("none".to_owned());
    let checks = match root.get("checks") {
        None | Some(Value::Object(_)) => map(&root, "checks"),
        Some(Value::String(nothing)) if nothing.is_empty() => Map::new(),
        Some(_) => return Err("checks: expected a map".to_owned()),
    };
    match checks.values().any(|check| check.as_str().is_some_and(|level| severity(level).is_some())) {
        true => read.polaris(&root, &checks, &map(&typed, "customChecks")),
        false => read.kube_linter(&root, &checks),
    }
    Ok(read)
}

impl Read {
    fn kube_linter(&mut self, root: &Value, checks: &Map<String, Value>) {
        for key in ["addAllBuiltIn", "doNotAutoAddDefaults"] {
            match checks.get(key) {
                None => {}
                Some(Value::String(word)) if matches!(word.as_str(), "true" | "false") => {}
                Some(_) => self.warnings.push(format!("checks.{key}: expected true or false, so it counts as false")),
            }
        }
        let on = |key: &str| checks.get(key).and_then(Value::as_str) == Some("true");
        let mut names: Vec<String> = Vec::new();
        if !on("doNotAutoAddDefaults") {
            names.extend(KUBE_LINTER.split_whitespace().map(str::to_owned));
        }
        if on("addAllBuiltIn") {
            names.extend(KUBE_LINTER_MORE.split_whitespace().map(str::to_owned));
        }
        let custom = list(root.get("customChecks"));
        let is_custom = |name: &String| custom.iter().any(|check| text(check, "name") == Some(name));
        names.extend(texts(checks.get("include")).into_iter().filter(|name| !is_custom(name)));
        let excluded = texts(checks.get("exclude"));
        for name in names.into_iter().filter(|name| !excluded.contains(name)) {
            self.select(&name);
        }
        self.config.ignore = excluded.iter().filter(|name| is_known(name)).cloned().collect();
        let files = texts(checks.get("ignorePaths"));
        if !files.is_empty() {
            self.config.overrides.push(Override { files, ignore: vec!["ALL".to_owned()], ..Override::default() });
        }
        let is_excluded = |check: &&Value| text(check, "name").is_some_and(|name| excluded.iter().any(|no| no == name));
        custom.iter().filter(|check| !is_excluded(check)).for_each(|check| self.custom(check));
    }

    /// A check of one's own: a template of kube-linter with parameters.
    fn custom(&mut self, check: &Value) {
        let (name, template) = (text(check, "name").unwrap_or_default(), text(check, "template").unwrap_or_default());
        let params = check.get("params").cloned().unwrap_or_default();
        let number = || params.get("minReplicas")?.as_str()?.parse().ok().map(Setting::Number);
        let (rule, option, setting) = match template {
            "minimum-replicas" => ("availability/few-replicas", "least", number()),
            "hpa-replicas" | "hpa-minimum-replicas" => ("availability/few-scaled-replicas", "least", number()),
            "required-label" if params.get("value").is_none() && check.get("scope").is_none() => {
                let is_plain = |label: &&str| label.chars().all(|c| c.is_ascii_alphanumeric() || "./-_".contains(c));
                let label = params.get("key").and_then(Value::as_str).filter(is_plain);
                ("metadata/no-owner", "labels", label.map(|label| Setting::Words(vec![label.to_owned()])))
            }
            "forbidden-service-types" => {
                let types = texts(params.get("forbiddenServiceTypes"));
                ("network/exposed-service", "types", Some(Setting::Words(types)))
            }
            // Of a template without parameters there is one check, which has its name.
            _ if params.as_object().is_none_or(Map::is_empty) && is_known(template) => {
                return self.config.extend_select.push(template.to_owned());
            }
            _ => ("", "", None),
        };
        let own = || custom::rule(check).filter(|rule| rule.compile().is_ok());
        match setting {
            Some(setting) => self.set(rule, option, setting),
            None => match own() {
                Some(own) => self.config.rules.push(own),
                None => self.no_rule(name),
            },
        }
    }

    /// Says that a custom check has no place here.
    fn no_rule(&mut self, name: &str) {
        self.warnings.push(format!(
            "the custom check `{name}` has no rule here: write it as a rule of your own, an expression in CEL"
        ));
    }

    fn polaris(&mut self, root: &Value, checks: &Map<String, Value>, custom: &Map<String, Value>) {
        for (name, level) in checks {
            match level.as_str().and_then(severity) {
                Some(Some(level)) if custom.contains_key(name) => {
                    match custom.get(name).and_then(|check| schemas::rule(name, check, level)) {
                        Some(own) => self.config.rules.push(own),
                        None => self.no_rule(name),
                    }
                }
                Some(Some(level)) if is_known(name) => _ = self.config.levels.insert(name.clone(), level),
                Some(None) if is_known(name) => self.config.ignore.push(name.clone()),
                Some(None) => {}
                _ => self.unknown(name),
            }
        }
        for exemption in list(root.get("exemptions")) {
            if exemption.get("namespace").is_some() {
                self.warnings.push("an exemption for a namespace has no place here: it holds for none".to_owned());
                continue;
            }
            let own = self.config.rules.iter().map(|rule| rule.code.clone()).collect::<Vec<_>>();
            let names = texts(exemption.get("rules")).into_iter();
            let names = names.map(|name| if custom.contains_key(&name) { schemas::code(&name) } else { name });
            let ignore: Vec<String> = names.filter(|name| is_known(name) || own.contains(name)).collect();
            let ignore = if exemption.get("rules").is_none() { vec!["ALL".to_owned()] } else { ignore };
            // Names of controllers are beginnings.
            let names = texts(exemption.get("controllerNames")).iter().map(|name| format!("{name}*")).collect();
            self.config.overrides.push(Override { names, ignore, ..Override::default() });
        }
    }

    /// Asks for a rule by its name elsewhere.
    fn select(&mut self, name: &str) {
        match is_known(name) {
            true => self.config.extend_select.push(name.to_owned()),
            false => self.unknown(name),
        }
        match name {
            "minimum-three-replicas" => self.set("availability/few-replicas", "least", Setting::Number(3)),
            "hpa-minimum-three-replicas" => self.set("availability/few-scaled-replicas", "least", Setting::Number(3)),
            _ => {}
        }
    }

    /// Sets an option of a rule; lists grow.
    fn set(&mut self, rule: &str, option: &str, setting: Setting) {
        let options = self.config.options.entry(rule.to_owned()).or_default();
        match (options.get_mut(option), setting) {
            (Some(Setting::Words(words)), Setting::Words(more)) => words.extend(more),
            (_, setting) => _ = options.insert(option.to_owned(), setting),
        }
    }

    fn unknown(&mut self, name: &str) {
        self.warnings.push(format!("the check `{name}` has no rule here"));
    }
}

/// Polaris' levels: none for what is not told.
#[expect(clippy::option_option, reason = "no level, and a level that says nothing, are two things")]
fn severity(level: &str) -> Option<Option<Severity>> {
    match level {
        "danger" => Some(Some(Severity::Error)),
        "warning" => Some(Some(Severity::Warning)),
        "ignore" => Some(None),
        _ => None,
    }
}

fn is_known(name: &str) -> bool {
    codes::select(&Choice { select: vec![name.to_owned()], ..Choice::default() }).is_ok()
}

fn map(value: &Value, key: &str) -> Map<String, Value> {
    value.get(key).and_then(Value::as_object).cloned().unwrap_or_default()
}

fn list(value: Option<&Value>) -> Vec<Value> {
    value.and_then(Value::as_array).cloned().unwrap_or_default()
}

fn texts(value: Option<&Value>) -> Vec<String> {
    list(value).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

/// A node as JSON, with its scalars as `scalar` takes them.
fn value(document: &Document, node: NodeId, scalar: &dyn Fn(&[u8], ScalarStyle) -> Value) -> Value {
    let text = |node| String::from_utf8_lossy(document.scalar(node)).into_owned();
    match document.node(node).kind {
        NodeKind::Mapping { .. } => {
            let entries = document.entries(node).map(|(key, inner)| (text(key), value(document, inner, scalar)));
            Value::Object(entries.collect())
        }
        NodeKind::Sequence { .. } => {
            Value::Array(document.children(node).iter().map(|inner| value(document, *inner, scalar)).collect())
        }
        NodeKind::Scalar { style, .. } => scalar(document.scalar(node), style),
        NodeKind::Alias(_) => Value::Null,
    }
}

/// A scalar as the text that it is.
fn text_of(scalar: &[u8], _style: ScalarStyle) -> Value {
    Value::String(String::from_utf8_lossy(scalar).into_owned())
}

/// A scalar as what YAML takes it for.
fn typed(scalar: &[u8], style: ScalarStyle) -> Value {
    match resolve(scalar) {
        _ if style != ScalarStyle::Plain => text_of(scalar, style),
        Resolved::Null => Value::Null,
        Resolved::Bool(yes) => yes.into(),
        Resolved::Int(number) => number.into(),
        Resolved::Uint(number) => number.into(),
        Resolved::Float(number) => number.into(),
        _ => text_of(scalar, style),
    }
}
