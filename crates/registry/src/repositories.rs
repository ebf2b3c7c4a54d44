//! The chart repositories that the user knows: Helm's `pkg/repo/v1/repo.go` and `chartrepo.go`.

use crate::Registry;
use crate::address::{parse, resolve, text};
use crate::files::{self, write_whole};
use crate::http::{Http, Options};
use crate::index::Index;
use crate::marshal::{json, unmarshal, yaml};
use crate::model::without_nulls;
use crate::settings::Settings;
use chartlens::log::Log;
use chartlens::value::decode::{GoStruct, GoType};
use serde::{Deserialize, Serialize};

/// `repo.File`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Repositories {
    /// `v1`, or nothing.
    pub api_version: String,
    /// When it was made.
    pub generated: String,
    /// The repositories, in the order in which they were added.
    pub repositories: Vec<Repository>,
}

/// `repo.Entry`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the flags of `repo add`")]
pub struct Repository {
    pub name: String,
    pub url: String,
    pub username: String,
    pub password: String,
    #[serde(rename = "certFile")]
    pub cert_file: String,
    #[serde(rename = "keyFile")]
    pub key_file: String,
    #[serde(rename = "caFile")]
    pub ca_file: String,
    pub insecure_skip_tls_verify: bool,
    pub pass_credentials_all: bool,
}

static ENTRY: GoType = GoType::Struct(&GoStruct {
    names: ["repo.Entry", "repo.Entry"],
    short: "Entry",
    fields: &[
        ("name", GoType::String),
        ("url", GoType::String),
        ("username", GoType::String),
        ("password", GoType::String),
        ("certFile", GoType::String),
        ("keyFile", GoType::String),
        ("caFile", GoType::String),
        ("insecure_skip_tls_verify", GoType::Bool),
        ("pass_credentials_all", GoType::Bool),
    ],
});

static FILE: GoType = GoType::Struct(&GoStruct {
    names: ["repo.File", "repo.File"],
    short: "File",
    fields: &[
        ("apiVersion", GoType::String),
        ("generated", GoType::Any),
        ("repositories", GoType::Slice(["[]*repo.Entry", "[]*repo.Entry"], &ENTRY)),
    ],
});

/// Bytes of an index that are read; the largest public ones have 30 MB.
const INDEX_LIMIT: u64 = 256 << 20;

impl Repositories {
    /// Reads the file; nothing where there is none.
    pub fn load(settings: &Settings) -> Result<Option<Repositories>, String> {
        let file = &settings.repository_config;
        let path = settings.path(file);
        if !path.exists() {
            return Ok(None);
        }
        let text = files::read(&path, file).map_err(|e| format!("couldn't load repositories file ({file}): {e}"))?;
        let value = without_nulls(unmarshal(&text, &FILE)?);
        if value.is_null() {
            return Ok(Some(Repositories::default()));
        }
        let decoding = |error: serde_json::Error| format!("error unmarshaling JSON: while decoding JSON: {error}");
        serde_json::from_value(value).map(Some).map_err(decoding)
    }

    /// Writes the file, for its owner alone.
    pub fn write(&mut self, settings: &Settings) -> Result<(), String> {
        if self.generated.is_empty() {
            self.generated = "0001-01-01T00:00:00Z".to_owned();
        }
        write_whole(&settings.path(&settings.repository_config), yaml(self)?.as_bytes(), true)
    }

    /// The repository of a name.
    pub fn get(&self, name: &str) -> Option<&Repository> {
        self.repositories.iter().find(|repository| repository.name == name)
    }

    /// Takes one in, in place of another one of its name.
    pub fn update(&mut self, repository: Repository) {
        match self.repositories.iter_mut().find(|known| known.name == repository.name) {
            Some(known) => *known = repository,
            None => self.repositories.push(repository),
        }
    }

    /// Takes one out; whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.repositories.len();
        self.repositories.retain(|repository| repository.name != name);
        self.repositories.len() < before
    }
}

impl Repository {
    /// A repository that has no name.
    pub fn unnamed(url: &str, options: &Options) -> Repository {
        Repository {
            url: url.to_owned(),
            username: options.username.clone(),
            password: options.password.clone(),
            cert_file: options.cert_file.clone(),
            key_file: options.key_file.clone(),
            ca_file: options.ca_file.clone(),
            insecure_skip_tls_verify: options.insecure,
            pass_credentials_all: options.pass_credentials,
            ..Repository::default()
        }
    }

    /// How its server is reached.
    pub fn options(&self, base: &Options) -> Options {
        Options {
            username: self.username.clone(),
            password: self.password.clone(),
            cert_file: self.cert_file.clone(),
            key_file: self.key_file.clone(),
            ca_file: self.ca_file.clone(),
            insecure: self.insecure_skip_tls_verify,
            pass_credentials: self.pass_credentials_all,
            plain_http: false,
            timeout: base.timeout,
        }
    }

    /// Whether it is spoken to in a way that is known: `NewChartRepository`.
    pub fn check(&self) -> Result<(), String> {
        let url = parse(&self.url).map_err(|_| format!("invalid chart URL format: {}", self.url))?;
        match url.scheme.as_slice() {
            b"http" | b"https" => Ok(()),
            // Helm speaks it, and finds no index there.
            b"oci" => {
                Err(format!("{} is no chart repository but an OCI registry, which needs no `repo add`", self.url))
            }
            scheme => Err(format!("could not find protocol handler for: {}", text(scheme))),
        }
    }

    /// Fetches the index: the first half of `DownloadIndexFile`.
    pub fn fetch_index(&self, registry: &Registry, log: &mut Vec<Log>) -> Result<(Index, Vec<u8>), String> {
        let url = resolve(&self.url, "index.yaml")?;
        let http = Http::new(&registry.settings, &self.options(&registry.options));
        let bytes = http.fetch(&url, &self.url, None, INDEX_LIMIT)?;
        let index = Index::parse(&bytes, &self.url, log)?;
        Ok((index, bytes))
    }

    /// Fetches the index into the cache: `DownloadIndexFile`.
    pub fn download_index(&self, registry: &Registry, log: &mut Vec<Log>) -> Result<(), String> {
        let (index, bytes) = self.fetch_index(registry, log)?;
        let settings = &registry.settings;
        let names: String = index.entries.keys().map(|name| format!("{name}\n")).collect();
        write_whole(&settings.path(&settings.charts_file(&self.name)), names.as_bytes(), false)?;
        write_whole(&settings.path(&settings.index_file(&self.name)), &bytes, false)
    }

    /// Takes the cached index away.
    pub fn remove_cached(name: &str, settings: &Settings) {
        for file in [settings.charts_file(name), settings.index_file(name)] {
            let _ = std::fs::remove_file(settings.path(&file));
        }
    }
}

/// Whether a name starts with a repository that the user knows.
pub fn knows_repository(settings: &Settings, name: &str) -> bool {
    let known = Repositories::load(settings).ok().flatten();
    name.split_once('/').zip(known).is_some_and(|((first, _), known)| known.get(first).is_some())
}

/// Names and addresses alone, as JSON on one line or as YAML: what `helm repo list -o` prints.
pub fn named(repositories: &[Repository], as_json: bool) -> Result<String, String> {
    #[derive(Serialize)]
    struct Named<'n> {
        name: &'n str,
        url: &'n str,
    }
    let all: Vec<Named<'_>> = repositories.iter().map(|one| Named { name: &one.name, url: &one.url }).collect();
    if as_json { Ok(format!("{}\n", json(&all))) } else { yaml(&all) }
}
