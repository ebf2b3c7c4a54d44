//! ConfigMaps and Secrets.

use crate::kube::tree::{Node, quoted};
use crate::text::base64_decode;
use crate::validate::api::check::{Context, check};
use crate::validate::api::syntax;

const SECRET: &str = "io.k8s.api.core.v1.Secret";
const CONFIG_MAP: &str = "io.k8s.api.core.v1.ConfigMap";

/// What Go decodes into bytes; line breaks do not count.
fn decoded_len(text: &str) -> Option<usize> {
    decoded(text).map(|bytes| bytes.len())
}

check! {
    /// The data of a Secret, and the binary data of a ConfigMap, is base64 with its padding.
    SECRET_DATA = "api/secret-data", secret_data;
    mirrors "encoding/json of []byte";
    on &[SECRET, CONFIG_MAP];
    accepted "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {password: c2VjcmV0}\n";
    rejected "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {password: not base64!}\n";
}

fn secret_data(cx: &mut Context<'_, '_>, object: Node<'_>) {
    let is_secret = object.str("kind") == Some("Secret");
    let key = if is_secret { "data" } else { "binaryData" };
    for (_, value) in object.map(key) {
        let Some(text) = value.as_str() else { continue };
        if decoded_len(text).is_none() {
            // Not the text itself: it may be a secret.
            let message =
                format!("expected base64, found a string of {} characters that is none", text.chars().count());
            let help =
                if is_secret { "encode it, or put it under `stringData` as it is" } else { "put it under `data`" };
            cx.error_help(value, message, help);
        }
    }
}

check! {
    /// The keys of ConfigMaps and Secrets have at most 253 letters, digits, `-`, `_` and `.`.
    CONFIG_KEY = "api/config-key", config_key;
    mirrors "apimachinery validation.IsConfigMapKey";
    on &[SECRET, CONFIG_MAP];
    accepted "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {nginx.conf: x}\n";
    rejected "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {conf/nginx: x}\n";
}

fn config_key(cx: &mut Context<'_, '_>, object: Node<'_>) {
    for map in ["data", "binaryData", "stringData"] {
        for (key, value) in object.map(map) {
            if let Err(problem) = syntax::config_key(key) {
                cx.problem(&problem).key_error(value, format!("no key can be called {}: {problem}", quoted(key)));
            }
        }
    }
}

check! {
    /// A ConfigMap has a key either in `data` or in `binaryData`.
    CONFIG_TWICE = "api/config-key-twice", config_twice;
    mirrors "core validation.ValidateConfigMap";
    on &[CONFIG_MAP];
    accepted "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: x}\nbinaryData: {b: eA==}\n";
    rejected "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: x}\nbinaryData: {a: eA==}\n";
}

fn config_twice(cx: &mut Context<'_, '_>, object: Node<'_>) {
    let Some(binary) = object.get("binaryData") else { return };
    for (key, value) in object.map("data") {
        if binary.get_raw(key).is_some() {
            cx.key_error(value, format!("the key {} is in `binaryData` too", quoted(key)));
        }
    }
}

check! {
    /// All values of a ConfigMap or a Secret together have at most 1 MiB.
    CONFIG_SIZE = "api/config-size", config_size;
    mirrors "core validation.ValidateConfigMap, ValidateSecret";
    on &[SECRET, CONFIG_MAP];
    accepted "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: short}\n";
    rejected "";
}

fn config_size(cx: &mut Context<'_, '_>, object: Node<'_>) {
    const MOST: usize = 1 << 20;
    let is_secret = object.str("kind") == Some("Secret");
    let coded = if is_secret { "data" } else { "binaryData" };
    let plain = if is_secret { "stringData" } else { "data" };
    let text: usize = object.map(plain).map(|(_, value)| value.as_str().map_or(0, str::len)).sum();
    // Base64 grows by a third, so what is short enough need not be decoded.
    let raw: usize = object.map(coded).map(|(_, value)| value.as_str().map_or(0, str::len)).sum();
    if text + raw <= MOST {
        return;
    }
    let overridden = |key: &str| is_secret && object.get(plain).is_some_and(|map| map.get_raw(key).is_some());
    let bytes: usize = object
        .map(coded)
        .filter(|(key, _)| !overridden(key))
        .map(|(_, value)| value.as_str().and_then(decoded_len).unwrap_or(0))
        .sum();
    if text + bytes > MOST {
        let place = object.get("data").or(object.get("binaryData")).or(object.get(plain)).unwrap_or(object);
        cx.error(place, format!("expected at most {MOST} bytes of values, found {}", text + bytes));
    }
}

check! {
    /// A Secret of a known type has the keys of the type, such as `tls.crt` and `tls.key`.
    SECRET_TYPE = "api/secret-type", secret_type;
    mirrors "core validation.ValidateSecret";
    on &[SECRET];
    accepted "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/tls\nstringData: {tls.crt: '', tls.key: ''}\n";
    rejected "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/tls\nstringData: {tls.crt: ''}\n";
}

fn secret_type(cx: &mut Context<'_, '_>, secret: Node<'_>) {
    let Some(kind) = secret.str("type") else { return };
    let value = |key: &str| {
        let plain = secret.get("stringData").and_then(|map| map.get_raw(key)).map(|node| (node, None));
        plain.or_else(|| secret.get("data").and_then(|map| map.get_raw(key)).map(|node| (node, Some(()))))
    };
    let bytes = |(node, coded): (Node<'_>, Option<()>)| match coded {
        None => node.as_str().unwrap_or("").as_bytes().to_vec(),
        Some(()) => node.as_str().and_then(decoded).unwrap_or_default(),
    };
    let wanted: &[&str] = match kind {
        "kubernetes.io/service-account-token" => {
            const NAME: &str = "kubernetes.io/service-account.name";
            let path = ["metadata", "annotations", NAME];
            if secret.path(&path).is_none_or(|name| name.as_str() == Some("")) {
                cx.at(secret, &path, format!("a Secret of type {kind} needs the annotation {NAME}"));
            }
            return;
        }
        "kubernetes.io/tls" => &["tls.crt", "tls.key"],
        "kubernetes.io/dockerconfigjson" => &[".dockerconfigjson"],
        "kubernetes.io/dockercfg" => &[".dockercfg"],
        "kubernetes.io/ssh-auth" => &["ssh-privatekey"],
        "kubernetes.io/basic-auth" if value("username").is_none() && value("password").is_none() => &["username"],
        _ => return,
    };
    for key in wanted {
        let Some(found) = value(key) else {
            let message = format!("a Secret of type {kind} needs the key `{key}`");
            cx.at(secret, &["data", key], message);
            continue;
        };
        let text = bytes(found);
        if kind.contains("docker") && !is_json_map(&text) {
            cx.error(found.0, "expected a map in JSON, found something else");
        } else if kind.ends_with("ssh-auth") && text.is_empty() {
            cx.error(found.0, "the key is empty");
        }
    }
}

/// Whether Go reads a text as a map in JSON.
fn is_json_map(text: &[u8]) -> bool {
    matches!(serde_json::from_slice(text), Ok(serde_json::Value::Object(_) | serde_json::Value::Null))
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let plain: Vec<u8> = text.bytes().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
    base64_decode(&plain)
}
