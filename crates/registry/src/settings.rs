//! Where Helm keeps its files: `pkg/helmpath` and `pkg/cli/environment.go`.

use chartlens::text::path::clean;
use std::path::{Path, PathBuf};

/// Looks up an environment variable.
pub type Variable<'v> = &'v dyn Fn(&str) -> Option<String>;

/// Paths of Helm's files, and the variables that say how to reach servers.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The working folder: relative paths start here.
    pub folder: PathBuf,
    /// The file of chart repositories.
    pub repository_config: String,
    /// The folder of their indexes.
    pub repository_cache: String,
    /// The folder of charts that were fetched, by content.
    pub content_cache: String,
    /// The file of credentials for registries.
    pub registry_config: String,
    /// The file of credentials that docker has.
    pub docker_config: Option<String>,
    /// The folders of programs: `$PATH`.
    pub programs: String,
    /// Addresses of proxies: for plain HTTP, and for HTTPS.
    pub proxies: [Option<String>; 2],
    /// Hosts that are reached without a proxy.
    pub no_proxy: String,
    /// The local time zone.
    pub zone: String,
}

impl Settings {
    /// The settings that environment variables make.
    pub fn new(folder: &Path, variable: Variable<'_>) -> Settings {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let either = |name: &str| set(name).or_else(|| set(&name.to_lowercase()));
        let home = set("HOME").or_else(|| set("USERPROFILE")).unwrap_or_default();
        let base = |helm: &str, xdg: &str, other: &str| {
            set(helm)
                .or_else(|| Some(format!("{}/helm", set(xdg)?)))
                .unwrap_or_else(|| format!("{}/helm", other.replacen('~', &home, 1)))
        };
        let (config, cache) = match () {
            () if cfg!(target_os = "macos") => ("~/Library/Preferences".to_owned(), "~/Library/Caches".to_owned()),
            () if cfg!(windows) => (set("APPDATA").unwrap_or_default(), set("TEMP").unwrap_or_default()),
            () => ("~/.config".to_owned(), "~/.cache".to_owned()),
        };
        let config = base("HELM_CONFIG_HOME", "XDG_CONFIG_HOME", &config);
        let cache = base("HELM_CACHE_HOME", "XDG_CACHE_HOME", &cache);
        let docker = set("DOCKER_CONFIG").or_else(|| (!home.is_empty()).then(|| format!("{home}/.docker")));
        Settings {
            folder: folder.to_owned(),
            repository_config: set("HELM_REPOSITORY_CONFIG").unwrap_or_else(|| format!("{config}/repositories.yaml")),
            repository_cache: set("HELM_REPOSITORY_CACHE").unwrap_or_else(|| format!("{cache}/repository")),
            content_cache: set("HELM_CONTENT_CACHE").unwrap_or_else(|| format!("{cache}/content")),
            registry_config: set("HELM_REGISTRY_CONFIG").unwrap_or_else(|| format!("{config}/registry/config.json")),
            docker_config: docker.map(|folder| format!("{folder}/config.json")),
            programs: variable("PATH").unwrap_or_default(),
            proxies: [either("HTTP_PROXY"), either("HTTPS_PROXY")],
            no_proxy: either("NO_PROXY").unwrap_or_default(),
            zone: set("TZ").unwrap_or_else(|| "UTC".to_owned()),
        }
    }

    /// A path from the working folder.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// The index of a repository in the cache: Helm's `CacheIndexFile`.
    pub(crate) fn index_file(&self, name: &str) -> String {
        clean(&format!("{}/{}index.yaml", self.repository_cache, prefix(name)))
    }

    /// The names of its charts: Helm's `CacheChartsFile`.
    pub(crate) fn charts_file(&self, name: &str) -> String {
        clean(&format!("{}/{}charts.txt", self.repository_cache, prefix(name)))
    }
}

fn prefix(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!("{name}-") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn paths_are_helms() {
        let settings = |pairs: &[(&str, &str)]| {
            let pairs: Vec<(String, String)> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            Settings::new(Path::new("/w"), &move |name| {
                pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
            })
        };
        let home = settings(&[("HOME", "/home/a")]);
        assert_eq!(home.repository_config, "/home/a/.config/helm/repositories.yaml");
        assert_eq!(home.content_cache, "/home/a/.cache/helm/content");
        assert_eq!(home.docker_config.as_deref(), Some("/home/a/.docker/config.json"));
        let own = settings(&[("HELM_CONFIG_HOME", "c"), ("XDG_CACHE_HOME", "/x"), ("https_proxy", "http://p:1")]);
        assert_eq!(
            (own.registry_config.as_str(), own.path("c").display().to_string()),
            ("c/registry/config.json", "/w/c".to_owned())
        );
        assert_eq!(own.index_file("r"), "/x/helm/repository/r-index.yaml");
        assert_eq!(own.proxies, [None, Some("http://p:1".to_owned())]);
    }
}
