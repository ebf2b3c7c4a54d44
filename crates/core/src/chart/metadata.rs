//! `Chart.yaml`: Helm's `pkg/chart/v2/metadata.go` and `dependency.go`.

use crate::host::HelmVersion;
use crate::semver::Version;
use crate::text::path::base;
use crate::text::{Str, is_print, quote};
use crate::value::decode::{GoStruct, GoType};
use crate::value::{Heap, Repr, Value};
use std::collections::BTreeMap;

/// What `Chart.yaml` says of a chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// Name of the chart.
    pub name: String,
    /// Home page.
    pub home: String,
    /// Where the sources are.
    pub sources: Vec<String>,
    /// Version of the chart.
    pub version: String,
    /// One sentence.
    pub description: String,
    /// Keywords.
    pub keywords: Vec<String>,
    /// Who keeps the chart.
    pub maintainers: Vec<Maintainer>,
    /// Address of an icon.
    pub icon: String,
    /// `v1` or `v2`.
    pub api_version: String,
    /// Path of the value that switches the chart on.
    pub condition: String,
    /// Tags that switch the chart on.
    pub tags: String,
    /// Version of what the chart installs.
    pub app_version: String,
    /// Whether the chart should no longer be used.
    pub deprecated: bool,
    /// Annotations; `None` where the key is absent.
    pub annotations: Option<BTreeMap<Str, Str>>,
    /// Constraint on the version of Kubernetes.
    pub kube_version: String,
    /// Charts this one needs; `None` where the key is absent.
    pub dependencies: Option<Vec<Dependency>>,
    /// `application` or `library`; empty means the former.
    pub kind: String,
    /// Nulls among its lists.
    holes: Holes,
}

/// Items of lists that are null, which Helm notices when it validates.
#[derive(Clone, Debug, Default, PartialEq)]
struct Holes {
    maintainers: bool,
    /// The first of the dependencies.
    dependency: Option<usize>,
}

/// Somebody who keeps a chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Maintainer {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Address of a page.
    pub url: String,
}

/// A chart that another one needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dependency {
    /// Name of the chart; its alias once dependencies are processed.
    pub name: String,
    /// Constraint on its version.
    pub version: String,
    /// Where it comes from.
    pub repository: String,
    /// Paths of values that switch it on or off.
    pub condition: String,
    /// Tags that switch it on or off.
    pub tags: Vec<String>,
    /// What `enabled` says in the file; set when dependencies are processed.
    pub enabled: bool,
    /// Values to take over from it.
    pub import_values: Option<Vec<Import>>,
    /// Another name for it.
    pub alias: String,
}

/// What `Chart.lock` says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lock {
    /// When it was made, as it is written there.
    pub generated: String,
    /// A hash of what Chart.yaml asks for.
    pub digest: String,
    /// The charts with their exact versions; `None` where the key is absent.
    pub dependencies: Option<Vec<Dependency>>,
}

/// An entry of `import-values`.
#[derive(Clone, Debug, PartialEq)]
pub enum Import {
    /// `{child: …, parent: …}`, printed as Go's `%v` does.
    Map {
        /// Path in the child's values.
        child: String,
        /// Path in the parent's values.
        parent: String,
    },
    /// The name of an entry of the child's `exports`.
    Export(String),
    /// Anything else, which Helm passes over.
    Other,
}

static DEPENDENCY: GoStruct = GoStruct {
    names: ["v2.Dependency", "chart.Dependency"],
    short: "Dependency",
    fields: &[
        ("name", GoType::String),
        ("version", GoType::String),
        ("repository", GoType::String),
        ("condition", GoType::String),
        ("tags", GoType::Slice(["[]string", "[]string"], &GoType::String)),
        ("enabled", GoType::Bool),
        ("import-values", GoType::Slice(["[]interface {}", "[]interface {}"], &GoType::Any)),
        ("alias", GoType::String),
    ],
};

static MAINTAINER: GoStruct = GoStruct {
    names: ["v2.Maintainer", "chart.Maintainer"],
    short: "Maintainer",
    fields: &[("name", GoType::String), ("email", GoType::String), ("url", GoType::String)],
};

static METADATA_STRUCT: GoStruct = GoStruct {
    names: ["v2.Metadata", "chart.Metadata"],
    short: "Metadata",
    fields: &[
        ("name", GoType::String),
        ("home", GoType::String),
        ("sources", GoType::Slice(["[]string", "[]string"], &GoType::String)),
        ("version", GoType::String),
        ("description", GoType::String),
        ("keywords", GoType::Slice(["[]string", "[]string"], &GoType::String)),
        ("maintainers", GoType::Slice(["[]*v2.Maintainer", "[]*chart.Maintainer"], &GoType::Struct(&MAINTAINER))),
        ("icon", GoType::String),
        ("apiVersion", GoType::String),
        ("condition", GoType::String),
        ("tags", GoType::String),
        ("appVersion", GoType::String),
        ("deprecated", GoType::Bool),
        ("annotations", GoType::Map("map[string]string", &GoType::String)),
        ("kubeVersion", GoType::String),
        ("dependencies", GoType::Slice(["[]*v2.Dependency", "[]*chart.Dependency"], &GoType::Struct(&DEPENDENCY))),
        ("type", GoType::String),
    ],
};

static BASE_STRUCT: GoStruct = GoStruct {
    names: ["loader.chartBase", "loader.chartBase"],
    short: "chartBase",
    fields: &[("apiVersion", GoType::String)],
};

/// The Go type that Helm 4 reads `Chart.yaml` into to learn the format of a chart.
pub static BASE: GoType = GoType::Struct(&BASE_STRUCT);

/// The Go type of `Chart.yaml` and of `requirements.yaml`.
pub static METADATA: GoType = GoType::Struct(&METADATA_STRUCT);

static LOCK_STRUCT: GoStruct = GoStruct {
    names: ["v2.Lock", "chart.Lock"],
    short: "Lock",
    fields: &[
        ("generated", GoType::Any),
        ("digest", GoType::String),
        ("dependencies", GoType::Slice(["[]*v2.Dependency", "[]*chart.Dependency"], &GoType::Struct(&DEPENDENCY))),
    ],
};

/// The Go type of `Chart.lock`.
pub static LOCK: GoType = GoType::Struct(&LOCK_STRUCT);

/// Reads decoded entries.
struct Fields<'h> {
    heap: &'h Heap,
    value: &'h Value,
}

impl<'h> Fields<'h> {
    fn get(&self, name: &str) -> Option<&'h Value> {
        self.heap.get(self.value.as_map()?, name.as_bytes())
    }

    fn text(&self, name: &str, into: &mut String) {
        if let Some(text) = self.get(name).and_then(Value::as_str) {
            *into = text.to_lossy().into_owned();
        }
    }

    fn flag(&self, name: &str, into: &mut bool) {
        if let Some(Value { repr: Repr::Bool(b), .. }) = self.get(name) {
            *into = *b;
        }
    }

    fn items(&self, name: &str) -> Option<&'h [Value]> {
        Some(&self.heap.list(self.get(name)?.as_list()?).items)
    }

    fn texts(&self, name: &str, into: &mut Vec<String>) {
        if let Some(items) = self.items(name) {
            let text = |value: &Value| value.as_str().map(|text| text.to_lossy().into_owned()).unwrap_or_default();
            *into = items.iter().map(text).collect();
        }
    }
}

impl Metadata {
    /// Takes over the entries of a decoded `Chart.yaml` or `requirements.yaml`. As in Go, items of lists of structs keep
    /// what an earlier file said and this one does not.
    pub fn read(&mut self, heap: &Heap, value: &Value, show: impl Fn(&Value) -> String) {
        let fields = Fields { heap, value };
        fields.text("name", &mut self.name);
        fields.text("home", &mut self.home);
        fields.texts("sources", &mut self.sources);
        fields.text("version", &mut self.version);
        fields.text("description", &mut self.description);
        fields.texts("keywords", &mut self.keywords);
        fields.text("icon", &mut self.icon);
        fields.text("apiVersion", &mut self.api_version);
        fields.text("condition", &mut self.condition);
        fields.text("tags", &mut self.tags);
        fields.text("appVersion", &mut self.app_version);
        fields.flag("deprecated", &mut self.deprecated);
        fields.text("kubeVersion", &mut self.kube_version);
        fields.text("type", &mut self.kind);
        match fields.get("annotations") {
            Some(Value { repr: Repr::Map(map), .. }) => {
                let entries = heap.map(*map).entries.iter();
                let texts = entries.filter_map(|(k, v)| Some((k.clone(), v.as_str()?.clone())));
                self.annotations.get_or_insert_default().extend(texts);
            }
            Some(_) => self.annotations = None,
            None => {}
        }
        if fields.get("maintainers").is_some() {
            let items = fields.items("maintainers").unwrap_or_default();
            let mut known = std::mem::take(&mut self.maintainers).into_iter();
            self.holes.maintainers = items.iter().any(Value::is_nil);
            for item in items {
                let mut maintainer = known.next().unwrap_or_default();
                let fields = Fields { heap, value: item };
                fields.text("name", &mut maintainer.name);
                fields.text("email", &mut maintainer.email);
                fields.text("url", &mut maintainer.url);
                self.maintainers.push(maintainer);
            }
        }
        if fields.get("dependencies").is_some() {
            let items = fields.items("dependencies");
            let mut known = self.dependencies.take().unwrap_or_default().into_iter();
            self.holes.dependency = items.and_then(|items| items.iter().position(Value::is_nil));
            let read = |item: &Value| {
                let mut dependency = known.next().unwrap_or_default();
                dependency.read(heap, item, &show);
                dependency
            };
            self.dependencies = items.map(|items| items.iter().map(read).collect());
        }
    }

    /// Helm's `Metadata.Validate`; the error is its text.
    pub fn validate(&mut self, helm: HelmVersion) -> Result<(), String> {
        self.sanitize();
        let fail = |text: String| Err(format!("validation: {text}"));
        if self.api_version.is_empty() {
            return fail("chart.metadata.apiVersion is required".to_owned());
        }
        if self.name.is_empty() {
            return fail("chart.metadata.name is required".to_owned());
        }
        if helm >= HelmVersion::V4 && matches!(self.name.as_str(), "." | "..") {
            return fail(format!("chart.metadata.name {} is not allowed", quote(self.name.as_bytes())));
        }
        if self.name != base(&self.name) {
            return fail(format!("chart.metadata.name {} is invalid", quote(self.name.as_bytes())));
        }
        if self.version.is_empty() {
            return fail("chart.metadata.version is required".to_owned());
        }
        if Version::parse(&self.version).is_err() {
            return fail(format!("chart.metadata.version {} is invalid", quote(self.version.as_bytes())));
        }
        if !matches!(self.kind.as_str(), "" | "application" | "library") {
            return fail("chart.metadata.type must be application or library".to_owned());
        }
        if self.holes.maintainers {
            return fail("maintainers must not contain empty or null nodes".to_owned());
        }
        let mut seen = Vec::new();
        for (at, dependency) in self.dependencies.iter().flatten().enumerate() {
            if self.holes.dependency == Some(at) {
                return fail("dependencies must not contain empty or null nodes".to_owned());
            }
            let legal = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if !dependency.alias.chars().all(legal) {
                let name = quote(dependency.name.as_bytes());
                return fail(format!("dependency {name} has disallowed characters in the alias"));
            }
            let key = if dependency.alias.is_empty() { &dependency.name } else { &dependency.alias };
            if seen.contains(&key) {
                return fail(format!("more than one dependency with name or alias {}", quote(key.as_bytes())));
            }
            seen.push(key);
        }
        Ok(())
    }

    fn sanitize(&mut self) {
        let texts = [
            &mut self.name,
            &mut self.description,
            &mut self.home,
            &mut self.icon,
            &mut self.condition,
            &mut self.tags,
            &mut self.app_version,
            &mut self.kube_version,
        ];
        let lists = self.sources.iter_mut().chain(&mut self.keywords);
        let maintainers = self.maintainers.iter_mut().flat_map(|m| [&mut m.name, &mut m.email, &mut m.url]);
        let dependencies = self.dependencies.iter_mut().flatten().flat_map(|d| {
            let own = [&mut d.name, &mut d.version, &mut d.repository, &mut d.condition];
            own.into_iter().chain(&mut d.tags)
        });
        for text in texts.into_iter().chain(lists).chain(maintainers).chain(dependencies) {
            if !text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
                *text = sanitize(text);
            }
        }
    }

    /// Whether it is a library, whose templates only serve others.
    pub fn is_library(&self) -> bool {
        self.kind.eq_ignore_ascii_case("library")
    }
}

/// Helm's `sanitizeString`: blanks become spaces, what cannot be printed goes.
fn sanitize(text: &str) -> String {
    let space = |c: char| if crate::text::is_go_space(c) { ' ' } else { c };
    text.chars().map(space).filter(|c| is_print(*c)).collect()
}

impl Lock {
    /// The entries of a decoded `Chart.lock`.
    pub fn read(heap: &Heap, value: &Value, show: &impl Fn(&Value) -> String) -> Lock {
        let (fields, mut lock) = (Fields { heap, value }, Lock::default());
        fields.text("generated", &mut lock.generated);
        fields.text("digest", &mut lock.digest);
        let read = |item: &Value| {
            let mut dependency = Dependency::default();
            dependency.read(heap, item, show);
            dependency
        };
        lock.dependencies = fields.items("dependencies").map(|items| items.iter().map(read).collect());
        lock
    }
}

impl Dependency {
    fn read(&mut self, heap: &Heap, value: &Value, show: &impl Fn(&Value) -> String) {
        let fields = Fields { heap, value };
        fields.text("name", &mut self.name);
        fields.text("version", &mut self.version);
        fields.text("repository", &mut self.repository);
        fields.text("condition", &mut self.condition);
        fields.texts("tags", &mut self.tags);
        fields.flag("enabled", &mut self.enabled);
        fields.text("alias", &mut self.alias);
        if fields.get("import-values").is_none() {
            return;
        }
        self.import_values = fields.items("import-values").map(|items| {
            let import = |item: &Value| match &item.repr {
                Repr::Str(name) => Import::Export(name.to_string()),
                Repr::Map(_) => {
                    let fields = Fields { heap, value: item };
                    let part = |name| fields.get(name).map_or_else(|| "<nil>".to_owned(), show);
                    Import::Map { child: part("child"), parent: part("parent") }
                }
                _ => Import::Other,
            };
            items.iter().map(import).collect()
        });
    }
}
