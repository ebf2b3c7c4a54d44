//! A service: its workload, its Service, its variables.

use super::mounts::{Mounts, list};
use super::probes::probes;
use super::text::{cpus, env_file, plain, quantity, seconds, words};
use super::{Making, key};
use crate::scaffold::{object_name, split_image, yaml};
use chartlens::text::is_secret;
use serde_json::{Map, Value as Json, json};

/// Settings that need nothing in a cluster, or that are there anyway.
const WITHOUT_LOSS: &[&str] =
    &["container_name", "init", "expose", "stdin_open", "tty", "attach", "pull_policy", "annotations"];

/// What settings that have no equivalent are, and what to do instead.
const INSTEAD: &[(&str, &str)] = &[
    (
        "depends_on",
        "Kubernetes starts all at once: a container that needs another one must wait for it or fail and be started again",
    ),
    ("links", "services are found by their names"),
    ("extends", "what the other service says is not carried over"),
    ("logging", "the cluster collects what containers print"),
    ("ulimits", "they are settings of the nodes"),
    ("domainname", "the names of pods and Services are those of the cluster"),
    ("devices", "a device plugin of the cluster gives access to devices"),
    ("gpus", "ask for `nvidia.com/gpu` or the like in `resources.limits`"),
    ("develop", "it is for the machine of a developer"),
    ("userns_mode", "set `hostUsers` of the pod"),
    ("cgroup_parent", "it is a setting of the nodes"),
];

/// A port of a container.
#[derive(Clone, Debug, PartialEq)]
struct Port {
    name: String,
    number: u64,
    protocol: &'static str,
}

impl Making<'_> {
    /// Adds all that a service becomes.
    pub fn service(&mut self, service: &str, mut settings: Map<String, Json>, known: &[String]) -> Result<(), String> {
        let name = object_name(service);
        if name.is_empty() {
            return Err(format!("services.{service}: the name has neither a letter nor a digit"));
        }
        if name != service {
            self.note(format!("{service}: its name in the cluster is `{name}`: other services must use that"));
        }
        self.comments.insert(key(service), format!("The service {service}"));
        self.values.insert(key(service), json!({}));
        if let Some(profiles) = settings.remove("profiles") {
            let names: Vec<String> = list(Some(profiles)).iter().map(plain).collect();
            self.value(
                service,
                "enabled",
                false.into(),
                &format!("Whether it runs: Compose starts it with the profile {}", names.join(" or ")),
            );
        }
        let image = self.image(service, &mut settings);
        let ports = self.ports(service, &mut settings);
        let deploy = settings.remove("deploy");
        let deploy = deploy.and_then(|deploy| deploy.as_object().cloned()).unwrap_or_default();
        let is_job = self.is_job(service, &mut settings, &deploy, &ports);
        if !is_job {
            let replicas =
                deploy.get("replicas").or(settings.get("scale")).and_then(|count| plain(count).parse::<u64>().ok());
            self.value(service, "replicas", replicas.unwrap_or(1).into(), "How many pods");
        }
        settings.remove("scale");
        for setting in
            deploy.keys().filter(|setting| !["replicas", "resources", "restart_policy"].contains(&setting.as_str()))
        {
            self.note(format!("{service}: `deploy.{setting}` is not carried over"));
        }
        for (part, limits) in deploy.get("resources").and_then(Json::as_object).into_iter().flatten() {
            for more in limits.as_object().into_iter().flat_map(Map::keys) {
                if more != "cpus" && more != "memory" {
                    self.note(format!("{service}: `deploy.resources.{part}.{more}` is not carried over"));
                }
            }
        }
        let resources = self.resources(service, &mut settings, &deploy);
        let env = self.env(service, &mut settings);
        let mounts = self.mounts(service, &mut settings);
        let check = settings.remove("healthcheck");
        let port = ports.iter().find(|port| port.protocol == "TCP").map(|port| port.name.as_str());
        if is_job && check.is_some() {
            self.note(format!("{service}: `healthcheck` says nothing of a Job: it ends or it fails"));
        }
        let made = if is_job { None } else { Some(probes(check.as_ref(), port)) };
        let mut container = Map::new();
        container.insert("name".to_owned(), name.clone().into());
        container.insert("image".to_owned(), image);
        container.insert("imagePullPolicy".to_owned(), "IfNotPresent".into());
        for (from, to) in [("entrypoint", "command"), ("command", "args")] {
            let words = settings.remove(from).map(|value| words(&value)).unwrap_or_default();
            if !words.is_empty() {
                container.insert(to.to_owned(), json!(words));
            }
        }
        if let Some(folder) = settings.remove("working_dir") {
            container.insert("workingDir".to_owned(), folder);
        }
        container.extend(env);
        if !ports.is_empty() {
            let ports = ports
                .iter()
                .map(|port| json!({"name": port.name, "containerPort": port.number, "protocol": port.protocol}));
            container.insert("ports".to_owned(), ports.collect());
        }
        if let Some(made) = made {
            made.notes.iter().for_each(|note| self.note(format!("{service}: {note}")));
            container.extend(made.probes);
        }
        container.insert("resources".to_owned(), resources);
        let (of_pod, of_container) = self.security(service, &mut settings, &mounts);
        container.insert("securityContext".to_owned(), of_container);
        if !mounts.mounts.is_empty() {
            container.insert("volumeMounts".to_owned(), mounts.mounts.clone().into());
        }
        let mut pod = self.pod(service, &mut settings);
        pod.insert("securityContext".to_owned(), of_pod);
        pod.insert("containers".to_owned(), json!([container]));
        if !mounts.volumes.is_empty() {
            pod.insert("volumes".to_owned(), mounts.volumes.clone().into());
        }
        let networks = self.networks(service, &mut settings);
        // Labels of containers may have any value, as annotations may.
        let annotations = pairs(settings.remove("labels"), &['=']);
        let annotations = annotations.into_iter().map(|(name, value)| (name, value.into())).collect();
        self.workload(service, pod, annotations, &networks, is_job, &mounts, &deploy);
        if !is_job {
            self.cluster_service(service, &ports);
        }
        if self.source.policies {
            self.policy(service, &networks);
        }
        self.left(service, &settings, known);
        Ok(())
    }

    fn value(&mut self, service: &str, name: &str, value: Json, comment: &str) {
        let key = key(service);
        self.comments.insert(format!("{key}.{name}"), comment.to_owned());
        if let Some(values) = self.values.get_mut(&key).and_then(Json::as_object_mut) {
            values.insert(name.to_owned(), value);
        }
    }

    fn image(&mut self, service: &str, settings: &mut Map<String, Json>) -> Json {
        let build = settings.remove("build");
        let image = settings.remove("image").map(|image| plain(&image));
        let (repository, tag) = split_image(&image.clone().unwrap_or_else(|| object_name(service)));
        if let Some(build) = &build {
            let context = build.get("context").map_or_else(|| plain(build), plain);
            self.note(format!(
                "{service}: it is built from {context}: build and push the image, and name it in `{}.image`",
                key(service)
            ));
        }
        let tag = match tag.is_empty() && !repository.contains('@') {
            // What is built here is as old as the chart.
            true if build.is_some() => "0.1.0".to_owned(),
            true => "latest".to_owned(),
            false => tag,
        };
        self.value(service, "image", json!({"repository": repository, "tag": tag}), "Image that it runs");
        let values = format!(".Values.{}.image", key(service));
        let tag = format!("{{{{ with {values}.tag }}}}:{{{{ . }}}}{{{{ end }}}}");
        yaml::action(format!("\"{{{{ {values}.repository }}}}{tag}\""))
    }

    fn ports(&mut self, service: &str, settings: &mut Map<String, Json>) -> Vec<Port> {
        let mut ports: Vec<Port> = Vec::new();
        let (published, exposed) = (list(settings.remove("ports")), list(settings.get("expose").cloned()));
        for port in published.iter().chain(&exposed) {
            let text = match port {
                Json::Object(map) => {
                    let text = |name: &str| map.get(name).map(plain).unwrap_or_default();
                    let protocol =
                        Some(text("protocol")).filter(|text| !text.is_empty()).unwrap_or_else(|| "tcp".to_owned());
                    format!("{}:{}/{protocol}", text("published"), text("target"))
                }
                other => plain(other),
            };
            let known = ["target", "published", "protocol", "host_ip", "mode", "name"];
            for more in port.as_object().into_iter().flat_map(Map::keys).filter(|more| !known.contains(&more.as_str()))
            {
                self.note(format!("{service}: `{more}` of the port {text} is not carried over"));
            }
            let (numbers, protocol) = text.split_once('/').unwrap_or((&text, "tcp"));
            let mut parts = numbers.rsplit(':');
            let target = parts.next().unwrap_or_default();
            let host = parts.next().filter(|host| !host.is_empty());
            let (first, last) = target.split_once('-').unwrap_or((target, target));
            let (Ok(first), Ok(last)) = (first.parse::<u64>(), last.parse::<u64>()) else {
                self.note(format!("{service}: the port {text:?} is none that can be read: it is left out"));
                continue;
            };
            if let Some(host) = host {
                self.note(format!(
                    "{service}: port {target} is published as {host} on the host: make an Ingress or a Service of type LoadBalancer for it"
                ));
            }
            for number in first..=last.min(first + 99) {
                let protocol = if protocol.eq_ignore_ascii_case("udp") { "UDP" } else { "TCP" };
                let name = format!("{}-{number}", protocol.to_ascii_lowercase());
                let port = Port { name, number, protocol };
                if !ports.contains(&port) {
                    ports.push(port);
                }
            }
        }
        ports
    }

    /// Whether a service runs once: it is not to be started again, and nobody talks to it.
    fn is_job(
        &mut self,
        service: &str,
        settings: &mut Map<String, Json>,
        deploy: &Map<String, Json>,
        ports: &[Port],
    ) -> bool {
        let policy = deploy.get("restart_policy").and_then(|policy| policy.get("condition")).map(plain);
        let restart =
            settings.remove("restart").map(|restart| if restart == false { "no".to_owned() } else { plain(&restart) });
        let said = policy.or(restart).unwrap_or_default();
        let once = said == "no" || said == "none" || said.starts_with("on-failure");
        if once && !ports.is_empty() {
            self.note(format!("{service}: `restart: {said}` has no equivalent for a service with ports: it is started again whenever it ends"));
        }
        once && ports.is_empty()
    }

    fn resources(&mut self, service: &str, settings: &mut Map<String, Json>, deploy: &Map<String, Json>) -> Json {
        let mut of = |part: &str, cpu: &str, memory: &str| {
            let part = deploy.get("resources").and_then(|resources| resources.get(part));
            let cpu = part.and_then(|part| part.get("cpus")).cloned().or_else(|| settings.remove(cpu));
            let memory = part.and_then(|part| part.get("memory")).cloned().or_else(|| settings.remove(memory));
            (cpu.as_ref().and_then(cpus), memory.and_then(|memory| quantity(&plain(&memory))))
        };
        let (limit_cpu, limit_memory) = of("limits", "cpus", "mem_limit");
        let (cpu, memory) = of("reservations", "cpu_reservation", "mem_reservation");
        if limit_memory.is_none() || (cpu.is_none() && limit_cpu.is_none()) {
            self.note(format!(
                "{service}: Compose does not say all it needs: measure, and set `{}.resources`",
                key(service)
            ));
        }
        let limit_memory = limit_memory.unwrap_or_else(|| "512Mi".to_owned());
        let memory =
            memory.unwrap_or_else(|| if limit_memory == "512Mi" { "128Mi".to_owned() } else { limit_memory.clone() });
        let cpu = cpu.or_else(|| limit_cpu.clone()).unwrap_or_else(|| "100m".to_owned());
        let mut limits = Map::new();
        limits.extend(limit_cpu.map(|cpu| ("cpu".to_owned(), Json::from(cpu))));
        limits.insert("memory".to_owned(), limit_memory.into());
        let resources = json!({"requests": {"cpu": cpu, "memory": memory}, "limits": limits});
        self.value(service, "resources", resources, "What the container asks for, and may use");
        yaml::dump(&format!(".Values.{}.resources", key(service)))
    }

    /// The variables: those whose names look secret go through a Secret.
    fn env(&mut self, service: &str, settings: &mut Map<String, Json>) -> Map<String, Json> {
        let (mut open, mut secret) = (Map::new(), Map::new());
        let mut set = |name: String, value: String| {
            let (of, other) = if is_secret(&name) { (&mut secret, &mut open) } else { (&mut open, &mut secret) };
            other.shift_remove(&name);
            of.insert(name, value.into());
        };
        let mut notes = Vec::new();
        for file in list(settings.remove("env_file")) {
            let path = file.get("path").map_or_else(|| plain(&file), plain);
            let needed = file.get("required") != Some(&false.into());
            match (self.source.read)(&path) {
                Ok(bytes) => {
                    env_file(&String::from_utf8_lossy(&bytes)).into_iter().for_each(|(name, value)| set(name, value))
                }
                Err(_) if !needed => {}
                Err(reason) => notes.push(format!("{service}: the variables of {path} are missing: {reason}")),
            }
        }
        let own = settings.remove("environment");
        let pairs: Vec<(String, Option<String>)> = match own {
            Some(Json::Object(map)) => {
                map.iter().map(|(name, value)| (name.clone(), (!value.is_null()).then(|| plain(value)))).collect()
            }
            other => list(other)
                .iter()
                .map(|item| {
                    let text = plain(item);
                    let (name, value) = text
                        .split_once('=')
                        .map_or((text.as_str(), None), |(name, value)| (name, Some(value.to_owned())));
                    (name.to_owned(), value)
                })
                .collect(),
        };
        for (name, value) in pairs {
            if value.is_none() {
                notes.push(format!(
                    "{service}: `{name}` comes from the shell of whoever starts it: set it in `{}.env`",
                    key(service)
                ));
            }
            set(name, value.unwrap_or_default());
        }
        notes.into_iter().for_each(|note| self.note(note));
        let values = format!(".Values.{}", key(service));
        let mut lines = String::new();
        if !open.is_empty() {
            self.value(service, "env", open.into(), "Its environment variables");
            lines.push_str(&format!("{{{{- range $name, $value := {values}.env }}}}\n- name: {{{{ $name }}}}\n  value: {{{{ $value | quote }}}}\n{{{{- end }}}}\n"));
        }
        if !secret.is_empty() {
            let names: Vec<String> = secret.keys().cloned().collect();
            self.note(format!(
                "{service}: {} goes through a Secret: take its value out of values.yaml before you share the chart",
                names.join(", ")
            ));
            self.value(service, "secretEnv", secret.into(), "Its environment variables that go through a Secret");
            let object = format!("{}-env", object_name(service));
            lines.push_str(&format!(
                "{{{{- range $name, $value := {values}.secretEnv }}}}\n- name: {{{{ $name }}}}\n  valueFrom:\n    secretKeyRef:\n      name: {object}\n      key: {{{{ $name }}}}\n{{{{- end }}}}\n"
            ));
            let data = format!(
                "{{{{- range $name, $value := {values}.secretEnv }}}}\n{{{{ $name }}}}: {{{{ $value | quote }}}}\n{{{{- end }}}}\n"
            );
            let secret = json!({
                "apiVersion": "v1", "kind": "Secret", "metadata": self.metadata(&object, &object_name(service)),
                "type": "Opaque", "stringData": yaml::lines(&data),
            });
            let condition = self.condition(service);
            self.object(&format!("{}/secret.yaml", object_name(service)), condition.as_deref(), &secret);
        }
        let env = (!lines.is_empty()).then(|| ("env".to_owned(), yaml::lines(&lines)));
        env.into_iter().collect()
    }

    /// The security contexts of the pod and of the container.
    fn security(&mut self, service: &str, settings: &mut Map<String, Json>, mounts: &Mounts) -> (Json, Json) {
        let mut pod = json!({"seccompProfile": {"type": "RuntimeDefault"}});
        let privileged = settings.remove("privileged") == Some(true.into());
        let mut container = json!({"allowPrivilegeEscalation": privileged});
        if let Some(user) = settings.remove("user").map(|user| plain(&user)) {
            let (user, group) = user.split_once(':').map_or((user.as_str(), None), |(user, group)| (user, Some(group)));
            match user.parse::<u64>() {
                Ok(number) => {
                    container["runAsUser"] = number.into();
                    container["runAsNonRoot"] = (number != 0).into();
                }
                Err(_) => self.note(format!(
                    "{service}: the user `{user}` has a name: find its number in the image, and set `runAsUser`"
                )),
            }
            if let Some(group) = group.and_then(|group| group.parse::<u64>().ok()) {
                container["runAsGroup"] = group.into();
                // Volumes belong to the group, as they do to the user in Compose.
                if mounts.keeps {
                    pod["fsGroup"] = group.into();
                }
            }
        }
        if settings.remove("read_only") == Some(true.into()) {
            container["readOnlyRootFilesystem"] = true.into();
        }
        if privileged {
            container["privileged"] = true.into();
        }
        let mut capabilities = Map::new();
        for (from, to) in [("cap_add", "add"), ("cap_drop", "drop")] {
            let names: Vec<String> = list(settings.remove(from))
                .iter()
                .map(|name| plain(name).trim_start_matches("CAP_").to_owned())
                .collect();
            if !names.is_empty() {
                capabilities.insert(to.to_owned(), json!(names));
            }
        }
        if !capabilities.is_empty() {
            container["capabilities"] = capabilities.into();
        }
        for option in list(settings.remove("security_opt")) {
            let text = plain(&option);
            if !text.starts_with("no-new-privileges") {
                self.note(format!("{service}: `security_opt: {text}` is not carried over"));
            }
        }
        let of_host = settings.get("network_mode").is_some_and(|mode| mode == "host");
        let mut sysctls = Vec::new();
        for (name, value) in pairs(settings.remove("sysctls"), &['=']) {
            match of_host && name.starts_with("net.") {
                true => self.note(format!("{service}: the sysctl `{name}` is the host's own where the network is")),
                false => sysctls.push(json!({"name": name, "value": value})),
            }
        }
        if !sysctls.is_empty() {
            pod["sysctls"] = sysctls.into();
        }
        (pod, container)
    }

    /// What of the settings is about the pod.
    fn pod(&mut self, service: &str, settings: &mut Map<String, Json>) -> Map<String, Json> {
        let mut pod = Map::new();
        // Variables for every Service would get into the way of the image's own.
        pod.insert("enableServiceLinks".to_owned(), false.into());
        pod.insert("automountServiceAccountToken".to_owned(), false.into());
        if let Some(name) = settings.remove("hostname").map(|name| plain(&name)) {
            match object_name(&name) == name {
                true => drop(pod.insert("hostname".to_owned(), name.into())),
                false => self.note(format!("{service}: the host name `{name}` has no equivalent: a pod's is one word")),
            }
        }
        if let Some(period) = settings.remove("stop_grace_period").and_then(|period| seconds(&plain(&period))) {
            pod.insert("terminationGracePeriodSeconds".to_owned(), period.into());
        }
        let mut hosts = Vec::new();
        for (name, ip) in pairs(settings.remove("extra_hosts"), &['=', ':']) {
            match ip.trim_matches(['[', ']']).parse::<std::net::IpAddr>() {
                Ok(ip) => hosts.push(json!({"ip": ip.to_string(), "hostnames": [name]})),
                Err(_) => {
                    self.note(format!("{service}: the host `{name}` at `{ip}` is not carried over: that is no address"))
                }
            }
        }
        if !hosts.is_empty() {
            pod.insert("hostAliases".to_owned(), hosts.into());
        }
        let mut dns = Map::new();
        for (from, to) in [("dns", "nameservers"), ("dns_search", "searches")] {
            let values: Vec<String> = list(settings.remove(from)).iter().map(plain).collect();
            if !values.is_empty() {
                dns.insert(to.to_owned(), json!(values));
            }
        }
        if !dns.is_empty() {
            pod.insert("dnsConfig".to_owned(), dns.into());
        }
        for (from, to) in [("network_mode", "hostNetwork"), ("pid", "hostPID"), ("ipc", "hostIPC")] {
            match settings.remove(from).map(|value| plain(&value)) {
                Some(value) if value == "host" => drop(pod.insert(to.to_owned(), true.into())),
                Some(value) if value != "bridge" => {
                    self.note(format!("{service}: `{from}: {value}` has no equivalent"))
                }
                _ => {}
            }
        }
        if let Some(platform) = settings.remove("platform").map(|platform| plain(&platform)) {
            let mut parts = platform.split('/');
            let (os, arch) = (parts.next().unwrap_or_default(), parts.next());
            let mut nodes = json!({"kubernetes.io/os": os});
            if let Some(arch) = arch {
                nodes["kubernetes.io/arch"] = arch.into();
            }
            pod.insert("nodeSelector".to_owned(), nodes);
        }
        pod
    }

    fn networks(&mut self, service: &str, settings: &mut Map<String, Json>) -> Vec<String> {
        let names: Vec<String> = match settings.remove("networks") {
            Some(Json::Object(map)) => {
                for (network, more) in &map {
                    for setting in more.as_object().into_iter().flat_map(Map::keys) {
                        self.note(format!("{service}: `{setting}` in the network `{network}` is not carried over"));
                    }
                }
                map.keys().cloned().collect()
            }
            other => list(other).iter().map(plain).collect(),
        };
        let names = if names.is_empty() { vec!["default".to_owned()] } else { names };
        names.iter().map(|name| format!("network/{}", object_name(name))).collect()
    }

    #[expect(clippy::too_many_arguments, reason = "a workload is made of all that was read before")]
    fn workload(
        &mut self,
        service: &str,
        mut pod: Map<String, Json>,
        annotations: Map<String, Json>,
        networks: &[String],
        is_job: bool,
        mounts: &Mounts,
        deploy: &Map<String, Json>,
    ) {
        let name = object_name(service);
        let mut labels = format!("{{{{- include \"{}.labels\" (list . \"{name}\") | nindent 8 }}}}", self.chart);
        if self.source.policies {
            networks.iter().for_each(|network| labels.push_str(&format!("\n{network}: \"true\"")));
        }
        let mut metadata = json!({"labels": yaml::lines(&labels)});
        if !annotations.is_empty() {
            metadata["annotations"] = annotations.into();
        }
        let condition = self.condition(service);
        if is_job {
            pod.insert("restartPolicy".to_owned(), "Never".into());
            let attempts = deploy.get("restart_policy").and_then(|policy| policy.get("max_attempts")).map(plain);
            let attempts = attempts.and_then(|attempts| attempts.parse::<u64>().ok()).unwrap_or(3);
            let job = json!({
                "apiVersion": "batch/v1", "kind": "Job", "metadata": self.metadata(service, &name),
                "spec": {"backoffLimit": attempts, "ttlSecondsAfterFinished": 86400, "template": {"metadata": metadata, "spec": pod}},
            });
            self.note(format!(
                "{service}: it is not to be started again, so it is a Job: it runs once for each installation"
            ));
            return self.object(&format!("{name}/job.yaml"), condition.as_deref(), &job);
        }
        let mut spec = json!({"replicas": yaml::action(format!("{{{{ .Values.{}.replicas }}}}", key(service)))});
        if mounts.keeps {
            // Two pods at a time could not mount it.
            spec["strategy"] = json!({"type": "Recreate"});
        }
        spec["selector"] = json!({"matchLabels": self.selector(&name, 6)});
        spec["template"] = json!({"metadata": metadata, "spec": pod});
        let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": self.metadata(service, &name), "spec": spec});
        self.object(&format!("{name}/deployment.yaml"), condition.as_deref(), &deployment);
    }

    /// The Service by whose name others find the pods. Without known ports it leads to the pods themselves.
    fn cluster_service(&mut self, service: &str, ports: &[Port]) {
        let name = object_name(service);
        let mut spec = json!({"selector": self.selector(&name, 4)});
        if ports.is_empty() {
            spec["clusterIP"] = "None".into();
        } else {
            let ports = ports.iter().map(|port| json!({"name": port.name, "port": port.number, "targetPort": port.name, "protocol": port.protocol}));
            spec["ports"] = ports.collect();
        }
        let object =
            json!({"apiVersion": "v1", "kind": "Service", "metadata": self.metadata(service, &name), "spec": spec});
        let condition = self.condition(service);
        self.object(&format!("{name}/service.yaml"), condition.as_deref(), &object);
    }

    /// Lets those in that share a network.
    fn policy(&mut self, service: &str, networks: &[String]) {
        let name = object_name(service);
        let from: Vec<Json> =
            networks.iter().map(|network| json!({"podSelector": {"matchLabels": {network: "true"}}})).collect();
        let policy = json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": self.metadata(service, &name),
            "spec": {
                "podSelector": {"matchLabels": self.selector(&name, 6)},
                "policyTypes": ["Ingress"],
                "ingress": [{"from": from}],
            },
        });
        let condition = self.condition(service);
        self.object(&format!("{name}/networkpolicy.yaml"), condition.as_deref(), &policy);
    }

    /// Tells what was not read.
    fn left(&mut self, service: &str, settings: &Map<String, Json>, known: &[String]) {
        for (name, value) in settings {
            if WITHOUT_LOSS.contains(&name.as_str()) || name.starts_with("x-") {
                continue;
            }
            match INSTEAD.iter().find(|(setting, _)| setting == name) {
                Some((_, instead)) => {
                    let others: Vec<&String> =
                        known.iter().filter(|other| value.to_string().contains(&format!("\"{other}\""))).collect();
                    let of = if others.is_empty() {
                        String::new()
                    } else {
                        format!(" ({})", others.iter().map(|other| other.as_str()).collect::<Vec<_>>().join(", "))
                    };
                    self.note(format!("{service}: `{name}`{of} has no equivalent: {instead}"));
                }
                None => self.note(format!("{service}: `{name}` is not carried over")),
            }
        }
    }
}

/// Names with values: a map, or a list of texts with one of these marks between.
fn pairs(value: Option<Json>, marks: &[char]) -> Vec<(String, String)> {
    match value {
        Some(Json::Object(map)) => map.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
        other => {
            let split = |item: &Json| {
                let text = plain(item);
                let (name, value) = text.split_once(marks).unwrap_or((&text, ""));
                (name.to_owned(), value.to_owned())
            };
            list(other).iter().map(split).collect()
        }
    }
}
