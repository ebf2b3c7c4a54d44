//! What is mounted into a container: volumes, files, configs, secrets.

use super::text::{plain, quantity};
use super::{Making, content, key};
use crate::scaffold::{object_name, value_key, yaml};
use serde_json::{Map, Value as Json, json};

/// Files larger than this do not fit into a ConfigMap.
const MAX_FILE: usize = 900_000;

/// What a pod mounts.
#[derive(Default)]
pub struct Mounts {
    pub volumes: Vec<Json>,
    pub mounts: Vec<Json>,
    /// Whether something is mounted that one node has.
    pub keeps: bool,
    /// Text files for the ConfigMap of the service, and others for its Secret: key, file in the chart.
    config: Vec<(String, String)>,
    secret: Vec<(String, String)>,
}

/// The name of a volume by the key of its values.
pub fn claim_of(file: &Map<String, Json>, key: &str) -> String {
    let names = file.get("volumes").and_then(Json::as_object).into_iter().flat_map(Map::keys);
    names.into_iter().find(|name| value_key(name) == key).cloned().unwrap_or_else(|| key.to_owned())
}

/// A volume of a service: what, where, and whether only to read.
struct Wanted {
    kind: String,
    source: String,
    target: String,
    read_only: bool,
}

fn wanted(volume: &Json) -> Option<Wanted> {
    if let Json::Object(map) = volume {
        let text = |name: &str| map.get(name).map(plain).unwrap_or_default();
        return Some(Wanted {
            kind: text("type"),
            source: text("source"),
            target: text("target"),
            read_only: map.get("read_only") == Some(&true.into()),
        });
    }
    let text = plain(volume);
    let parts: Vec<&str> = text.split(':').collect();
    let (source, target, mode) = match parts.as_slice() {
        [target] => ("", *target, ""),
        [source, target] => (*source, *target, ""),
        [source, target, mode, ..] => (*source, *target, *mode),
        [] => return None,
    };
    let kind = if source.starts_with(['.', '/', '~']) { "bind" } else { "volume" };
    let read_only = mode.split(',').any(|word| word == "ro");
    Some(Wanted { kind: kind.to_owned(), source: source.to_owned(), target: target.to_owned(), read_only })
}

impl Making<'_> {
    /// All that a service mounts. Takes the settings that it reads.
    pub fn mounts(&mut self, service: &str, settings: &mut Map<String, Json>) -> Mounts {
        let mut mounts = Mounts::default();
        for volume in list(settings.remove("volumes")) {
            let Some(wanted) = wanted(&volume) else { continue };
            let known = ["type", "source", "target", "read_only"];
            for more in
                volume.as_object().into_iter().flat_map(Map::keys).filter(|more| !known.contains(&more.as_str()))
            {
                self.note(format!("{service}: `{more}` of the volume at {} is not carried over", wanted.target));
            }
            match wanted.kind.as_str() {
                "tmpfs" => mounts.empty(&wanted.target, Some("Memory"), None),
                "volume" | "" if wanted.source.is_empty() => mounts.empty(&wanted.target, None, None),
                "volume" | "" => self.claim(service, &wanted, &mut mounts),
                "bind" => self.bind(service, &wanted, &mut mounts),
                other => {
                    self.note(format!("{service}: a volume of type `{other}` at {} is not carried over", wanted.target))
                }
            }
        }
        for target in list(settings.remove("tmpfs")) {
            mounts.empty(plain(&target).split(':').next().unwrap_or_default(), Some("Memory"), None);
        }
        if let Some(size) = settings.remove("shm_size") {
            mounts.empty("/dev/shm", Some("Memory"), quantity(&plain(&size)));
        }
        for part in ["configs", "secrets"] {
            for wanted in list(settings.remove(part)) {
                self.shared(service, part, &wanted, &mut mounts);
            }
        }
        self.write(service, &mut mounts);
        mounts
    }

    fn claim(&mut self, service: &str, wanted: &Wanted, mounts: &mut Mounts) {
        let entry = self.entry("volumes", &wanted.source).cloned().unwrap_or(Json::Null);
        let external = entry["external"] == true;
        // What is there already has the name that it has.
        let name = entry["name"].as_str().filter(|_| external).unwrap_or(&wanted.source);
        let name = object_name(name);
        if external {
            self.note(format!(
                "{service}: the volume `{}` is external: there must be a PersistentVolumeClaim `{name}`",
                wanted.source
            ));
        } else {
            let volumes = self.values.entry("volumes").or_insert_with(|| json!({}));
            let key = value_key(&wanted.source);
            if volumes.get(&key).is_some() {
                self.note(format!(
                    "several services mount the volume `{}`: with ReadWriteOnce they must run on one node",
                    wanted.source
                ));
            } else {
                volumes[&key] = json!({"size": "1Gi", "storageClass": ""});
                self.comments.insert(format!("volumes.{key}.size"), format!("Size of the claim `{name}`"));
                self.comments.insert(
                    format!("volumes.{key}.storageClass"),
                    "Its storage class; that of the cluster if empty".to_owned(),
                );
                self.note(format!("volumes.{}: Compose names no size; `volumes.{key}.size` is a guess", wanted.source));
            }
        }
        mounts.keeps = true;
        mounts.add(
            &name,
            json!({"persistentVolumeClaim": {"claimName": name}}),
            &wanted.target,
            None,
            wanted.read_only,
        );
    }

    /// A file beside the Compose file becomes a part of the chart; a folder cannot.
    fn bind(&mut self, service: &str, wanted: &Wanted, mounts: &mut Mounts) {
        match (self.source.read)(&wanted.source) {
            Ok(bytes) if bytes.len() <= MAX_FILE => {
                let name = wanted.target.rsplit('/').next().unwrap_or_default().to_owned();
                self.file(service, &name, bytes, false, mounts);
                mounts.add_file(service, "files", &name, &wanted.target);
            }
            Ok(_) => self.note(format!(
                "{service}: {} is too large for a ConfigMap: it is not mounted at {}",
                wanted.source, wanted.target
            )),
            Err(reason) => self.note(format!(
                "{service}: {} is not mounted at {} ({reason}): build it into the image, or give it a volume",
                wanted.source, wanted.target
            )),
        }
    }

    /// A config or a secret of the whole file.
    fn shared(&mut self, service: &str, part: &str, wanted: &Json, mounts: &mut Mounts) {
        let is_secret = part == "secrets";
        let name = wanted.get("source").map_or_else(|| plain(wanted), plain);
        let default = if is_secret { format!("/run/secrets/{name}") } else { format!("/{name}") };
        let target = wanted.get("target").map_or(default, plain);
        let target = if target.starts_with('/') { target } else { format!("/run/secrets/{target}") };
        for more in ["uid", "gid", "mode"].iter().filter(|more| wanted.get(**more).is_some()) {
            self.note(format!("{service}: `{more}` of {part} `{name}` is not carried over"));
        }
        let Some(entry) = self.entry(part, &name).cloned() else {
            return self.note(format!("{service}: there is no `{name}` below `{part}`: it is not mounted at {target}"));
        };
        let bytes = match (&entry["content"], &entry["file"], &entry["environment"]) {
            (Json::String(text), _, _) => Ok(text.clone().into_bytes()),
            (_, Json::String(file), _) => (self.source.read)(file),
            (_, _, Json::String(variable)) => Err(format!("it comes from the variable {variable}")),
            _ => Err("it is external".to_owned()),
        };
        match bytes {
            Ok(bytes) => {
                self.file(service, &name, bytes, is_secret, mounts);
                mounts.add_file(service, if is_secret { "secrets" } else { "files" }, &name, &target);
                if is_secret {
                    self.note(format!("{service}: the secret `{name}` is part of the chart: keep the chart where secrets may be, or make the Secret yourself"));
                }
            }
            Err(reason) => {
                let object = object_name(entry["name"].as_str().unwrap_or(&name));
                let (kind, volume) = match is_secret {
                    true => ("Secret", json!({"secret": {"secretName": object}})),
                    false => ("ConfigMap", json!({"configMap": {"name": object}})),
                };
                self.note(format!(
                    "{service}: {part} `{name}` ({reason}): there must be a {kind} `{object}` with the key `{name}`"
                ));
                mounts.add(&object, volume, &target, Some(&name), true);
            }
        }
    }

    /// Keeps a file in the chart, for the ConfigMap or the Secret of a service.
    fn file(&mut self, service: &str, name: &str, bytes: Vec<u8>, is_secret: bool, mounts: &mut Mounts) {
        let file = content(&format!("{}/{name}", object_name(service)), bytes);
        let of = if is_secret { &mut mounts.secret } else { &mut mounts.config };
        of.push((name.to_owned(), file.0.clone()));
        if !self.made.files.contains(&file) {
            self.made.files.push(file);
        }
    }

    /// The ConfigMap and the Secret with the files of a service.
    fn write(&mut self, service: &str, mounts: &mut Mounts) {
        let name = object_name(service);
        let condition = self.condition(service);
        for (files, kind, suffix) in [(&mounts.config, "ConfigMap", "files"), (&mounts.secret, "Secret", "secrets")] {
            if files.is_empty() {
                continue;
            }
            let (mut data, mut binary) = (Map::new(), Map::new());
            for (name, file) in files {
                let bytes = self.made.files.iter().find(|(known, _)| known == file).map(|(_, bytes)| bytes.as_slice());
                let text = bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).filter(|_| kind == "ConfigMap");
                let get = format!(".Files.Get {}", Json::from(file.as_str()));
                match text {
                    // The number says how far the text is indented, whatever it begins with.
                    Some(text) => {
                        let end = if text.ends_with('\n') { "" } else { "-" };
                        data.insert(name.clone(), yaml::action(format!("|2{end}\n    {{{{- {get} | nindent 4 }}}}")))
                    }
                    None => binary.insert(name.clone(), yaml::action(format!("{{{{ {get} | b64enc }}}}"))),
                };
            }
            let mut object = json!({"apiVersion": "v1", "kind": kind, "metadata": self.metadata(&format!("{name}-{suffix}"), &name)});
            if kind == "Secret" {
                object["type"] = "Opaque".into();
                object["data"] = Json::Object(binary);
            } else {
                for (field, data) in [("data", data), ("binaryData", binary)] {
                    if !data.is_empty() {
                        object[field] = Json::Object(data);
                    }
                }
            }
            self.object(&format!("{name}/{suffix}.yaml"), condition.as_deref(), &object);
        }
    }

    /// The condition under which a service is there; none where it always is.
    pub fn condition(&self, service: &str) -> Option<String> {
        let values = self.values.get(&key(service))?;
        values.get("enabled").map(|_| format!(".Values.{}.enabled", key(service)))
    }
}

impl Mounts {
    fn add(&mut self, name: &str, source: Json, target: &str, sub_path: Option<&str>, read_only: bool) {
        if !self.volumes.iter().any(|volume| volume["name"] == name) {
            let mut volume = Map::new();
            volume.insert("name".to_owned(), name.into());
            volume.extend(source.as_object().cloned().unwrap_or_default());
            self.volumes.push(Json::Object(volume));
        }
        let mut mount = json!({"name": name, "mountPath": target});
        if let Some(sub_path) = sub_path {
            mount["subPath"] = sub_path.into();
        }
        if read_only {
            mount["readOnly"] = true.into();
        }
        self.mounts.push(mount);
    }

    fn add_file(&mut self, service: &str, suffix: &str, name: &str, target: &str) {
        let object = format!("{}-{suffix}", object_name(service));
        let source = match suffix {
            "secrets" => json!({"secret": {"secretName": object}}),
            _ => json!({"configMap": {"name": object}}),
        };
        self.add(suffix, source, target, Some(name), true);
    }

    fn empty(&mut self, target: &str, medium: Option<&str>, size: Option<String>) {
        let mut source = Map::new();
        source.extend(medium.map(|medium| ("medium".to_owned(), Json::from(medium))));
        source.insert("sizeLimit".to_owned(), size.unwrap_or_else(|| "256Mi".to_owned()).into());
        let name = object_name(target);
        let name = if name.is_empty() { "scratch".to_owned() } else { name };
        self.add(&name, json!({"emptyDir": source}), target, None, false);
    }
}

/// The items of a list, or the one item that stands for it.
pub fn list(value: Option<Json>) -> Vec<Json> {
    match value {
        Some(Json::Array(items)) => items,
        Some(Json::Null) | None => Vec::new(),
        Some(one) => vec![one],
    }
}
