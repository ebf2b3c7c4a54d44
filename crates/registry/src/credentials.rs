//! Names and passwords for registries, where Helm and docker keep them: `oras-go/registry/remote/credentials`.

use crate::Registry;
use crate::files::write_whole;
use crate::helper::Helper;
use crate::oci;
use crate::settings::Settings;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// Who asks a registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credential {
    /// The name.
    pub username: String,
    /// The password.
    pub password: String,
    /// A token to get other tokens with.
    pub refresh_token: String,
}

impl Credential {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self == &Credential::default()
    }
}

/// The address under which the credentials of a host are kept: `ServerAddressFromRegistry`.
fn server(host: &str) -> &str {
    match host {
        "docker.io" | "registry-1.docker.io" | "index.docker.io" => "https://index.docker.io/v1/",
        host => host,
    }
}

/// What is known of a host. Where a file names a program that keeps the credentials, that is asked, as in `DynamicStore`.
pub fn find(settings: &Settings, host: &str) -> Result<Credential, String> {
    for file in [Some(&settings.registry_config), settings.docker_config.as_ref()].into_iter().flatten() {
        let config = read(settings, file)?;
        let found = match helper(settings, file, &config, host)? {
            Some(helper) => helper.get(server(host)).map_err(|error| kept_by(host, file, &error))?,
            None => config.get("auths").and_then(|auths| auths.get(server(host))).map(credential).unwrap_or_default(),
        };
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Credential::default())
}

/// The program that keeps the credentials of a host, if a file names one: `getHelperSuffix`.
fn helper(settings: &Settings, file: &str, config: &Value, host: &str) -> Result<Option<Helper>, String> {
    let own = config.get("credHelpers").and_then(|helpers| helpers.get(server(host)));
    match own.or(config.get("credsStore")).and_then(Value::as_str).filter(|name| !name.is_empty()) {
        Some(name) => Helper::new(name, &settings.programs, &settings.folder)
            .map(Some)
            .map_err(|error| kept_by(host, file, &error)),
        None => Ok(None),
    }
}

fn kept_by(host: &str, file: &str, error: &str) -> String {
    format!("the credentials for {host}, which {file} leaves to another program: {error}")
}

fn credential(auth: &Value) -> Credential {
    let text = |key: &str| auth.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let decoded = STANDARD.decode(text("auth")).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let (username, password) = match decoded.as_deref().and_then(|pair| pair.split_once(':')) {
        Some((name, password)) => (name.to_owned(), password.trim_end_matches('\0').to_owned()),
        None => (text("username"), text("password")),
    };
    Credential { username, password, refresh_token: text("identitytoken") }
}

fn read(settings: &Settings, file: &str) -> Result<Value, String> {
    match std::fs::read(settings.path(file)) {
        Ok(text) if text.trim_ascii().is_empty() => Ok(json!({})),
        Ok(text) => {
            serde_json::from_slice(&text).map_err(|error| format!("failed to decode config file at {file}: {error}"))
        }
        Err(_) => Ok(json!({})),
    }
}

/// Changes the credentials in Helm's file; what else is in it stays.
fn change(settings: &Settings, change: impl FnOnce(&mut Map<String, Value>)) -> Result<(), String> {
    let file = &settings.registry_config;
    let mut config = read(settings, file)?;
    let wrong = || format!("failed to decode config file at {file}: expected a map");
    let auths = config.as_object_mut().ok_or_else(wrong)?.entry("auths").or_insert_with(|| json!({}));
    change(auths.as_object_mut().ok_or_else(wrong)?);
    let mut text = Vec::new();
    let tabs = serde_json::ser::PrettyFormatter::with_indent(b"\t");
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, tabs);
    serde::Serialize::serialize(&config, &mut serializer).map_err(|error| error.to_string())?;
    write_whole(&settings.path(file), &text, true)
}

/// Asks a registry whether it knows name and password, and keeps them: `helm registry login`.
pub fn login(registry: &Registry, host: &str, username: &str, password: &str) -> Result<(), String> {
    let given = Credential { username: username.to_owned(), password: password.to_owned(), ..Credential::default() };
    oci::ping(registry, host, &given).map_err(|error| format!("authenticating to {host:?}: {error}"))?;
    if let Some(helper) = own_helper(&registry.settings, host)? {
        return helper.store(server(host), username, password);
    }
    let pair = STANDARD.encode(format!("{username}:{password}"));
    change(&registry.settings, |auths| {
        auths.insert(server(host).to_owned(), json!({ "auth": pair }));
    })
}

/// The program that Helm's own file leaves the credentials of a host to.
fn own_helper(settings: &Settings, host: &str) -> Result<Option<Helper>, String> {
    let file = &settings.registry_config;
    helper(settings, file, &read(settings, file)?, host)
}

/// Forgets what is known of a host: `helm registry logout`.
pub fn logout(settings: &Settings, host: &str) -> Result<(), String> {
    if let Some(helper) = own_helper(settings, host)? {
        return helper.erase(server(host));
    }
    change(settings, |auths| {
        auths.shift_remove(server(host));
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_and_tokens_are_read() {
        let found = credential(&json!({"auth": STANDARD.encode("bob:a:b")}));
        assert_eq!((found.username.as_str(), found.password.as_str()), ("bob", "a:b"));
        assert_eq!(credential(&json!({"identitytoken": "t"})).refresh_token, "t");
        assert!(credential(&json!({})).is_empty());
        assert_eq!(server("docker.io"), "https://index.docker.io/v1/");
    }
}
