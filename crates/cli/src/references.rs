//! Charts that are named by a reference: `oci://…`, `repository/chart`, an address, or a name with `--repo`. They are fetched when
//! they are asked for, and nothing else is.

use crate::environment::Environment;
use crate::flags::{Flag, Parsed, Takes};
use chartlens::log::Log;

/// Which chart, and how its server is reached.
pub const REFERENCE: &[Flag] = &[
    Flag::new("repo", Takes::Text, "address of the repository that the chart is in"),
    Flag::new("version", Takes::Text, "version, or range of versions such as ^1.2, of a chart that is fetched"),
    Flag::new("devel", Takes::Switch, "versions under development too: as --version '>0.0.0-0'"),
    Flag::new("verify", Takes::Switch, "verify the chart's provenance file before it is used"),
    Flag::new("keyring", Takes::Text, "keys that are trusted, for --verify (default ~/.gnupg/pubring.gpg)"),
    Flag::new("pass-credentials", Takes::Switch, "send name and password to all hosts"),
];

/// How servers are reached.
pub const SERVER: &[Flag] = &[
    Flag::new("username", Takes::Text, "name to log in with"),
    Flag::new("password", Takes::Text, "password to log in with"),
    Flag::new("ca-file", Takes::Text, "certificates to trust in place of the system's"),
    Flag::new("cert-file", Takes::Text, "certificate of the client"),
    Flag::new("key-file", Takes::Text, "key of the client's certificate"),
    Flag::new("insecure-skip-tls-verify", Takes::Switch, "take any certificate"),
    Flag::new("plain-http", Takes::Switch, "speak plain HTTP with OCI registries"),
];

/// Where Helm keeps its files.
pub const PLACES: &[Flag] = &[
    Flag::new("repository-config", Takes::Text, "file of chart repositories (default $HELM_REPOSITORY_CONFIG)"),
    Flag::new("repository-cache", Takes::Text, "folder of their indexes (default $HELM_REPOSITORY_CACHE)"),
    Flag::new("registry-config", Takes::Text, "file of credentials for registries (default $HELM_REGISTRY_CONFIG)"),
    Flag::new("content-cache", Takes::Text, "folder of charts that were fetched (default $HELM_CONTENT_CACHE)"),
];

/// The path of the chart that a name stands for, where it is not a local one: it is fetched into the cache.
/// With `only_sure` a name that may as well be a misspelt path is none.
pub fn located(
    parsed: &Parsed,
    env: &mut Environment<'_>,
    name: &str,
    only_sure: bool,
    log: &mut Vec<Log>,
) -> Result<Option<String>, String> {
    let name = name.trim();
    let repository = parsed.text("repo").unwrap_or_default();
    if repository.is_empty() && (env.is_there(name) || name.starts_with('.') || name.starts_with('/')) {
        return Ok(None);
    }
    fetch::located(parsed, env, name, only_sure, log)
}

/// The path of a chart that a file names by its reference, its repository and its version: it is fetched into the cache.
pub fn named(parsed: &Parsed, env: &mut Environment<'_>, of: [&str; 3], log: &mut Vec<Log>) -> Result<String, String> {
    fetch::named(parsed, env, of, log)
}

/// Looks at the provenance of a local archive, if that is asked for.
pub fn verify(parsed: &Parsed, env: &Environment<'_>, name: &str) -> Result<(), String> {
    if !parsed.on("verify") {
        return Ok(());
    }
    fetch::verify(parsed, env, name)
}

/// Brings the charts that a chart needs into its folder, as `helm dependency update` does.
pub fn update(
    parsed: &Parsed,
    env: &Environment<'_>,
    chart: &str,
    out: &mut dyn std::io::Write,
    log: &mut Vec<Log>,
) -> Result<(), String> {
    fetch::update(parsed, env, chart, out, log)
}

#[cfg(feature = "registry")]
pub use fetch::{keyring, manage, registry, settings, wanted};

#[cfg(feature = "registry")]
mod fetch {
    use super::*;
    use chartlens::host::HelmVersion;
    use chartlens::log::Level;
    use chartlens_registry::{
        Manager, Options, Registry, Settings, Verify, Wanted, is_oci, knows_repository, verify_file,
    };

    /// Where Helm's files are.
    pub fn settings(parsed: &Parsed, env: &Environment<'_>) -> Settings {
        let mut settings = Settings::new(&env.folder, env.variable);
        let places = [
            ("repository-config", &mut settings.repository_config),
            ("repository-cache", &mut settings.repository_cache),
            ("registry-config", &mut settings.registry_config),
            ("content-cache", &mut settings.content_cache),
        ];
        for (flag, place) in places {
            if let Some(given) = parsed.text(flag).filter(|given| !given.is_empty()) {
                given.clone_into(place);
            }
        }
        settings
    }

    /// A way to servers, as the flags say.
    pub fn registry(parsed: &Parsed, env: &Environment<'_>) -> Registry {
        let text = |flag: &str| parsed.text(flag).unwrap_or_default().to_owned();
        let timeout = parsed.text("timeout").and_then(|text| chartlens::parse_duration(text).ok());
        let timeout = timeout.and_then(|nanoseconds| u64::try_from(nanoseconds).ok());
        let options = Options {
            cert_file: text("cert-file"),
            key_file: text("key-file"),
            ca_file: text("ca-file"),
            insecure: parsed.on("insecure-skip-tls-verify") || parsed.on("insecure"),
            plain_http: parsed.on("plain-http"),
            username: text("username"),
            password: text("password"),
            pass_credentials: parsed.on("pass-credentials"),
            timeout: timeout.map(std::time::Duration::from_nanos),
        };
        Registry::new(settings(parsed, env), options)
    }

    /// The keys that are trusted: Helm's `defaultKeyring`.
    pub fn keyring(parsed: &Parsed, env: &Environment<'_>) -> String {
        if let Some(given) = parsed.text("keyring") {
            return given.to_owned();
        }
        let home = (env.variable)("HOME").unwrap_or_default();
        let folder = (env.variable)("GNUPGHOME").unwrap_or_else(|| format!("{home}/.gnupg"));
        let [legacy, keybox] = ["pubring.gpg", "pubring.kbx"].map(|file| format!("{folder}/{file}"));
        if !env.path(&legacy).exists() && env.path(&keybox).exists() { keybox } else { legacy }
    }

    /// What a reference asks for.
    pub fn wanted<'w>(parsed: &'w Parsed, reference: &'w str, keyring: &'w str) -> Wanted<'w> {
        let version = parsed.text("version").unwrap_or_default().trim();
        let version = if version.is_empty() && parsed.on("devel") { ">0.0.0-0" } else { version };
        let verify = match (parsed.on("verify"), parsed.on("prov")) {
            (true, _) => Verify::Always,
            (false, true) => Verify::Later,
            (false, false) => Verify::Never,
        };
        Wanted { reference, version, repository: parsed.text("repo").unwrap_or_default(), verify, keyring }
    }

    pub fn located(
        parsed: &Parsed,
        env: &mut Environment<'_>,
        name: &str,
        only_sure: bool,
        log: &mut Vec<Log>,
    ) -> Result<Option<String>, String> {
        let registry = registry(parsed, env);
        let sure = parsed.text("repo").is_some_and(|repository| !repository.is_empty())
            || name.contains("://")
            || knows_repository(&registry.settings, name);
        if only_sure && !sure {
            return Ok(None);
        }
        if !is_oci(name) {
            log.push(Log::new(Level::Debug, "set up default downloader cache"));
        }
        let keyring = keyring(parsed, env);
        fetched(&registry, &wanted(parsed, name, &keyring), env, log).map(Some)
    }

    pub fn named(
        parsed: &Parsed,
        env: &mut Environment<'_>,
        [reference, repository, version]: [&str; 3],
        log: &mut Vec<Log>,
    ) -> Result<String, String> {
        let (registry, keyring) = (registry(parsed, env), keyring(parsed, env));
        let wanted = Wanted { reference, version, repository, ..wanted(parsed, reference, &keyring) };
        fetched(&registry, &wanted, env, log)
    }

    fn fetched(
        registry: &Registry,
        wanted: &Wanted<'_>,
        env: &mut Environment<'_>,
        log: &mut Vec<Log>,
    ) -> Result<String, String> {
        registry.check()?;
        let found = registry.locate(wanted, log);
        for line in registry.take_said() {
            let _ = writeln!(env.stderr, "{line}");
        }
        found
    }

    /// Works on the dependencies of a chart.
    pub fn manage(
        parsed: &Parsed,
        env: &Environment<'_>,
        chart: &str,
        verify: Verify,
        out: &mut dyn std::io::Write,
        log: &mut Vec<Log>,
        work: impl FnOnce(&mut Manager<'_>) -> Result<(), String>,
    ) -> Result<(), String> {
        let registry = registry(parsed, env);
        registry.check()?;
        let load = |path: &str| crate::folder::load(env, path, HelmVersion::V4, &mut Vec::new());
        work(&mut Manager {
            registry: &registry,
            chart,
            load: &load,
            verify,
            keyring: &keyring(parsed, env),
            skip_refresh: parsed.on("skip-refresh"),
            debug: parsed.on("debug"),
            times: crate::commands::package_times(env)?,
            out,
            log,
        })
    }

    pub fn update(
        parsed: &Parsed,
        env: &Environment<'_>,
        chart: &str,
        out: &mut dyn std::io::Write,
        log: &mut Vec<Log>,
    ) -> Result<(), String> {
        manage(parsed, env, chart, Verify::Never, out, log, |manager| manager.update())
    }

    pub fn verify(parsed: &Parsed, env: &Environment<'_>, name: &str) -> Result<(), String> {
        verify_file(&settings(parsed, env), name, &keyring(parsed, env)).map(|_| ())
    }
}

#[cfg(not(feature = "registry"))]
mod fetch {
    use super::*;

    const FETCH: &str = "this build of chartlens does not fetch charts (it is without the feature `registry`)";

    pub fn located(
        parsed: &Parsed,
        _: &mut Environment<'_>,
        name: &str,
        _: bool,
        _: &mut Vec<Log>,
    ) -> Result<Option<String>, String> {
        let asked = parsed.text("repo").is_some_and(|repository| !repository.is_empty()) || name.contains("://");
        if asked { Err(format!("{name}: {FETCH}")) } else { Ok(None) }
    }

    pub fn named(
        _: &Parsed,
        _: &mut Environment<'_>,
        [name, ..]: [&str; 3],
        _: &mut Vec<Log>,
    ) -> Result<String, String> {
        Err(format!("{name}: {FETCH}"))
    }

    pub fn update(
        _: &Parsed,
        _: &Environment<'_>,
        chart: &str,
        _: &mut dyn std::io::Write,
        _: &mut Vec<Log>,
    ) -> Result<(), String> {
        Err(format!("--dependency-update {chart}: {FETCH}"))
    }

    pub fn verify(_: &Parsed, _: &Environment<'_>, name: &str) -> Result<(), String> {
        Err(format!("--verify {name}: {FETCH}"))
    }
}
