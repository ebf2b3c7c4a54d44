//! A chart of a Compose file: the services become workloads with what belongs to them, all that is meant to change goes
//! into values, and what has no equivalent is told.

mod mounts;
mod probes;
mod service;
mod text;

use super::{File, Scaffold, allow, object_name, value_key, yaml};
use chartlens::kube::tree::Node;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use text::Variables;

/// A Compose file, and where it is.
pub struct Source<'s> {
    /// Its text.
    pub text: &'s str,
    /// The text of `.env` beside it; empty where there is none.
    pub env: &'s str,
    /// Reads a file that it names. The error says why it cannot.
    pub read: &'s dyn Fn(&str) -> Result<Vec<u8>, String>,
    /// Whether its networks become NetworkPolicies.
    pub policies: bool,
}

/// What strict asks for and Compose does not say.
const UNSAID: &[(&str, &str)] = &[
    ("security/run-as-root", "Compose does not say that the image runs without root"),
    ("security/writable-root", "Compose does not say that the image runs with a read-only root file system"),
    ("security/capabilities-kept", "Compose does not say which capabilities the image needs"),
    ("security/net-raw", "Compose does not say which capabilities the image needs"),
    ("security/capability-added", "the Compose file adds it"),
    ("security/privileged-container", "the Compose file asks for it"),
    ("security/privilege-escalation", "the Compose file asks for it"),
    ("security/host-network", "the Compose file asks for it"),
    ("security/host-pid", "the Compose file asks for it"),
    ("security/host-ipc", "the Compose file asks for it"),
    ("security/unsafe-sysctl", "the Compose file asks for it"),
    ("network/privileged-port", "the image listens there"),
    ("network/ssh-port", "the image listens there"),
    ("image/latest-tag", "the Compose file names no version"),
    ("probes/no-liveness-probe", "Compose says neither how to ask for health nor which port answers"),
    ("probes/no-readiness-probe", "Compose says neither how to ask for health nor which port answers"),
    ("availability/recreate", "its volume can be mounted on one node only"),
    ("reference/no-network-policy", "Compose names no network for it, or NetworkPolicies were not asked for"),
    ("reference/claim", "the Compose file says that it is there already"),
    ("reference/config", "the Compose file says that it is there already"),
    ("secrets/secret-from-env", "the image reads it from its environment"),
    ("secrets/secret-in-env", "the image reads it from its environment"),
];

/// What is known while the chart is made.
struct Making<'m> {
    chart: &'m str,
    source: &'m Source<'m>,
    /// The top level of the file.
    file: Map<String, Json>,
    made: Scaffold,
    values: Map<String, Json>,
    comments: BTreeMap<String, String>,
}

/// Makes the chart. `name` is what it is called.
///
/// # Errors
///
/// A text that is no Compose file: what is wrong, and where.
pub fn chart(name: &str, source: &Source<'_>) -> Result<Scaffold, String> {
    let document = chartlens::yaml::parse(source.text.as_bytes()).map_err(|error| error.to_string())?;
    let tree = crate::plain::tree(&document)?;
    let mut file = tree.root().map(Node::to_json).unwrap_or(Json::Null);
    let mut variables = Variables::new(source.env);
    variables.fill(&mut file);
    let Json::Object(mut file) = file else { return Err("expected a map with `services`".to_owned()) };
    let Some(Json::Object(services)) = file.remove("services") else {
        return Err("expected a map at `services`: there is none".to_owned());
    };
    if services.is_empty() {
        return Err("expected a service below `services`: there is none".to_owned());
    }
    let mut making =
        Making { chart: name, source, file, made: Scaffold::default(), values: Map::new(), comments: BTreeMap::new() };
    for missing in &variables.missing {
        making.note(format!("the variable `{missing}` has neither a value in .env nor a default: it is empty"));
    }
    let known: Vec<String> = services.keys().cloned().collect();
    for (service, settings) in services {
        let Json::Object(settings) = settings else {
            return Err(format!("services.{service}: expected a map of settings"));
        };
        making.service(&service, settings, &known)?;
    }
    making.volumes();
    making.rest();
    Ok(making.finish())
}

impl Making<'_> {
    fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.made.notes.contains(&text) {
            self.made.notes.push(text);
        }
    }

    /// A named entry of a part of the file: a volume, a config, a secret.
    fn entry(&self, part: &str, name: &str) -> Option<&Json> {
        self.file.get(part)?.get(name)
    }

    /// The labels of an object of a component.
    fn labels(&self, component: &str) -> Json {
        yaml::lines(&format!("{{{{- include \"{}.labels\" (list . \"{component}\") | nindent 4 }}}}", self.chart))
    }

    /// Labels that select the pods of a component, for a place so deep.
    fn selector(&self, component: &str, indent: usize) -> Json {
        yaml::lines(&format!(
            "{{{{- include \"{}.selector\" (list . \"{component}\") | nindent {indent} }}}}",
            self.chart
        ))
    }

    fn metadata(&self, name: &str, component: &str) -> Json {
        json!({"name": object_name(name), "labels": self.labels(component)})
    }

    /// Adds a template with one object, which is there under a condition.
    fn object(&mut self, file: &str, condition: Option<&str>, object: &Json) {
        let text = yaml::template(object);
        let text = match condition {
            Some(condition) => format!("{{{{- if {condition} }}}}\n{text}{{{{- end }}}}\n"),
            None => text,
        };
        self.made.add(format!("templates/{file}"), text);
    }

    /// The claims of named volumes that services mount.
    fn volumes(&mut self) {
        let Some(Json::Object(volumes)) = self.values.get("volumes").cloned() else { return };
        for key in volumes.keys() {
            let value = format!(".Values.volumes.{key}");
            let name = mounts::claim_of(&self.file, key);
            if let Some(Json::Object(more)) = self.entry("volumes", &name).cloned() {
                for setting in more.keys().filter(|setting| *setting != "name" && *setting != "labels") {
                    self.note(format!(
                        "volumes.{name}: `{setting}` has no equivalent: choose a storage class in `volumes.{key}`"
                    ));
                }
            }
            let spec = json!({
                "accessModes": ["ReadWriteOnce"],
                yaml::when(&format!("with {value}.storageClass"), "storageClassName"): yaml::action("{{ . }}"),
                "resources": {"requests": {"storage": yaml::action(format!("{{{{ {value}.size }}}}"))}},
            });
            let claim = json!({
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": self.metadata(&name, &object_name(&name)),
                "spec": spec,
            });
            self.object(&format!("volumes/{}.yaml", object_name(&name)), None, &claim);
        }
    }

    /// What stands at the top of the file and has no place in a chart.
    fn rest(&mut self) {
        let known = ["version", "name", "volumes", "networks", "configs", "secrets"];
        let names: Vec<String> = self.file.keys().cloned().collect();
        for name in names.iter().filter(|name| !known.contains(&name.as_str()) && !name.starts_with("x-")) {
            self.note(format!("`{name}` is not carried over"));
        }
        let networks = self.file.get("networks").and_then(Json::as_object).cloned().unwrap_or_default();
        for (network, settings) in networks {
            for setting in settings.as_object().into_iter().flat_map(Map::keys).filter(|setting| *setting != "name") {
                self.note(format!("networks.{network}: `{setting}` is not carried over"));
            }
        }
        if self.file.contains_key("networks") && !self.source.policies {
            self.note("`networks`: all pods reach each other; --network-policies makes NetworkPolicies of them");
        }
    }

    fn finish(mut self) -> Scaffold {
        let name = self.chart;
        let head = "apiVersion: v2\n";
        self.made.files.insert(
            0,
            (
                "Chart.yaml".to_owned(),
                format!("{head}name: {name}\ndescription: The services of {name}\ntype: application\nversion: 0.1.0\nappVersion: \"1.0\"\nkubeVersion: \">=1.25.0-0\"\n").into_bytes(),
            ),
        );
        // What all components share comes last.
        if let Some(volumes) = self.values.shift_remove("volumes") {
            self.values.insert("volumes".to_owned(), volumes);
            self.comments.insert("volumes".to_owned(), "Claims for what services keep".to_owned());
        }
        let values = yaml::values(&Json::Object(self.values.clone()), &self.comments);
        self.made.files.insert(1, ("values.yaml".to_owned(), values.into_bytes()));
        self.made.add("templates/_helpers.tpl", HELPERS.replace("NAME", name));
        let off = self.values.iter().filter(|(_, values)| values.get("enabled").is_some());
        let switched_on: Vec<String> = off.map(|(key, _)| format!("{key}.enabled")).collect();
        if !switched_on.is_empty() {
            let all =
                switched_on.iter().map(|value| format!("{}:\n  enabled: true\n", value.trim_end_matches(".enabled")));
            self.made.add("ci/all-profiles-values.yaml", all.collect::<String>());
        }
        allow::allow(&mut self.made, name, &switched_on, UNSAID);
        self.made.notes.sort();
        self.made
    }
}

/// Labels as the starter has them, and the component beside.
const HELPERS: &str = r#"{{/* Labels that select the pods of a component: the context and the component. */}}
{{- define "NAME.selector" -}}
{{- $component := index . 1 }}
{{- with index . 0 -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: {{ $component }}
{{- end }}
{{- end }}

{{/* Labels of every object: the context and the component. */}}
{{- define "NAME.labels" -}}
{{ include "NAME.selector" . }}
{{- with index . 0 }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
"#;

/// A file of the chart with the content of one that the Compose file names.
fn content(name: &str, bytes: Vec<u8>) -> File {
    (format!("files/{name}"), bytes)
}

/// The key of a service's values.
fn key(service: &str) -> String {
    value_key(service)
}
