//! What a registry wants of who asks: the header `WWW-Authenticate`, and tokens for it (`oras-go/registry/remote/auth`).

use crate::Registry;
use crate::address::parse;
use crate::credentials::Credential;
use crate::http::{Request, basic};
use serde_json::Value;

/// Bytes of an answer that has a token.
const TOKEN_LIMIT: u64 = 1 << 20;

/// A challenge.
#[derive(Debug, PartialEq, Eq)]
pub enum Challenge {
    /// Name and password.
    Basic,
    /// A token from elsewhere.
    Bearer {
        /// Where to ask for it.
        realm: String,
        /// What it is for.
        service: String,
        /// What it allows.
        scope: String,
    },
}

impl Challenge {
    /// Reads the header.
    pub fn parse(header: &str) -> Option<Challenge> {
        let (scheme, rest) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
        if scheme.eq_ignore_ascii_case("basic") {
            return Some(Challenge::Basic);
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let (mut realm, mut service, mut scope) = (String::new(), String::new(), String::new());
        let mut rest = rest.trim();
        while let Some((key, after)) = rest.split_once('=') {
            let (value, more) = match after.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => after.split_once(',').unwrap_or((after, "")),
            };
            match key.trim().to_lowercase().as_str() {
                "realm" => realm = value.to_owned(),
                "service" => service = value.to_owned(),
                "scope" => scope = value.to_owned(),
                _ => {}
            }
            rest = more.trim_start().trim_start_matches(',').trim_start();
        }
        Some(Challenge::Bearer { realm, service, scope })
    }

    /// The header that answers it. `scope` is what is needed where the registry does not say.
    pub fn answer(
        &self,
        registry: &Registry,
        credential: &Credential,
        scope: &str,
        from: &str,
    ) -> Result<String, String> {
        let (realm, service, asked) = match self {
            Challenge::Basic if credential.username.is_empty() && credential.password.is_empty() => {
                return Err("basic credential not found".to_owned());
            }
            Challenge::Basic => return Ok(basic(&credential.username, &credential.password)),
            Challenge::Bearer { realm, service, scope } => (realm, service, scope),
        };
        let secure = |url: &str| parse(url).is_ok_and(|url| url.scheme == b"https");
        if secure(from) && !secure(realm) {
            return Err(format!("refused to ask for a token over plain HTTP at {realm}"));
        }
        let scope = if asked.is_empty() { scope } else { asked };
        let pairs = [("service", service.as_str()), ("scope", scope)];
        let query: Vec<String> =
            pairs.iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| format!("{k}={}", escaped(v))).collect();
        let token = if !credential.refresh_token.is_empty()
            || (credential.username.is_empty() && !credential.password.is_empty())
        {
            let token =
                if credential.refresh_token.is_empty() { &credential.password } else { &credential.refresh_token };
            let form = format!(
                "grant_type=refresh_token&client_id=chartlens&refresh_token={}&{}",
                escaped(token),
                query.join("&")
            );
            let mut request =
                Request { method: "POST", body: Some(form.as_bytes()), ..Request::get(realm, TOKEN_LIMIT) };
            request.headers.push(("Content-Type", "application/x-www-form-urlencoded".to_owned()));
            ask(registry, &request)?
        } else {
            let joint = if realm.contains('?') { '&' } else { '?' };
            let url = format!("{realm}{joint}{}", query.join("&"));
            let mut request = Request::get(&url, TOKEN_LIMIT);
            if !credential.username.is_empty() {
                request.headers.push(("Authorization", basic(&credential.username, &credential.password)));
            }
            ask(registry, &request)?
        };
        Ok(format!("Bearer {token}"))
    }
}

fn ask(registry: &Registry, request: &Request<'_>) -> Result<String, String> {
    let response = registry.http.send(request)?;
    if response.status != 200 {
        return Err(crate::oci::complaint(request.method, request.url, &response));
    }
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let token =
        ["access_token", "token"].iter().find_map(|key| body.get(key)?.as_str().filter(|token| !token.is_empty()));
    token.map(str::to_owned).ok_or_else(|| format!("{} {:?}: empty token returned", request.method, request.url))
}

/// `url.QueryEscape`
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read() {
        assert_eq!(Challenge::parse("Basic realm=\"x\""), Some(Challenge::Basic));
        assert_eq!(Challenge::parse("Digest a=b"), None);
        let header = "Bearer realm=\"https://a.example/token\",service=\"r\", scope=\"repository:x:pull,push\"";
        let Some(Challenge::Bearer { realm, service, scope }) = Challenge::parse(header) else { panic!() };
        assert_eq!(
            (realm.as_str(), service.as_str(), scope.as_str()),
            ("https://a.example/token", "r", "repository:x:pull,push")
        );
        assert_eq!(escaped("repository:a b"), "repository%3Aa+b");
    }
}
