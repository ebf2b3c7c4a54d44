//! Names and URLs.

use super::url::Url;
use super::{Cx, Dict, FuncError, Text, functions, rng};
use crate::value::Value;

/// sprig's `dictGetOrEmpty`
fn text_of(cx: &Cx<'_>, map: Dict, key: &str) -> Result<Vec<u8>, FuncError> {
    let Some(value) = map.id.and_then(|id| cx.heap.get(id, key.as_bytes())) else { return Ok(Vec::new()) };
    match value.as_str() {
        Some(text) => Ok(text.to_vec()),
        None => {
            let kind = cx.kind(value)?;
            Err(FuncError {
                about: value.origin,
                ..FuncError::new(format!("unable to parse {key} key, must be of type string, but {kind} found"))
            })
        }
    }
}

functions! {
    pub static NETWORK;

    /// An address of a host name. Helm resolves names only on request; otherwise it is the empty text.
    ///
    /// `{{ getHostByName "www.google.com" }}`
    "getHostByName" [Outside] => fn get_host_by_name(cx, name: Text) -> Result<String, FuncError> {
        let Some(dns) = cx.host().dns.clone() else { return Ok(String::new()) };
        let addresses = dns.resolve(&name.str.to_lossy());
        if addresses.is_empty() {
            return Err(FuncError::new("invalid argument to Intn"));
        }
        let mut draw = cx.next_draw();
        let i = rng::below(&mut draw, addresses.len() as u64) as usize;
        Ok(addresses.into_iter().nth(i).unwrap_or_default())
    }

    /// The parts of a URL: `scheme`, `userinfo`, `host`, `hostname`, `path`, `query`, `fragment`, `opaque`.
    ///
    /// `{{ (urlParse "http://admin@server.com:8080/api?list=false").host }}` gives `server.com:8080`
    "urlParse" => fn url_parse(cx, text: Text) -> Result<Value, FuncError> {
        cx.budget.check_string(text.len() as u64 * 4)?;
        let url = Url::parse(&text).map_err(|e| FuncError::new(format!("unable to parse url: {e}")))?;
        let hostname = url.hostname();
        let user = url.user.as_ref().map(super::url::User::text).unwrap_or_default();
        let parts = [
            ("scheme", url.scheme),
            ("host", url.host),
            ("hostname", hostname),
            ("path", url.path),
            ("query", url.query),
            ("opaque", url.opaque),
            ("fragment", url.fragment),
            ("userinfo", user),
        ];
        let entries = parts.into_iter().map(|(key, part)| (key.into(), Value::str(part))).collect();
        cx.budget.check_objects(cx.heap.size() as u64)?;
        Ok(cx.heap.new_dict(entries))
    }

    /// A URL out of its parts, the reverse of `urlParse`.
    ///
    /// `{{ urlJoin (dict "scheme" "http" "host" "h:80" "path" "/p") }}` gives `http://h:80/p`
    "urlJoin" => fn url_join(cx, parts: Dict) -> Result<Vec<u8>, FuncError> {
        let mut url = Url {
            raw_path: Vec::new(),
            scheme: text_of(cx, parts, "scheme")?,
            host: text_of(cx, parts, "host")?,
            path: text_of(cx, parts, "path")?,
            query: text_of(cx, parts, "query")?,
            force_query: false,
            opaque: text_of(cx, parts, "opaque")?,
            fragment: text_of(cx, parts, "fragment")?,
            user: None,
        };
        let user = text_of(cx, parts, "userinfo")?;
        if !user.is_empty() {
            let text = [b"proto://", user.as_slice(), b"@host"].concat();
            let parsed = Url::parse(&text)
                .map_err(|e| FuncError::new(format!("unable to parse userinfo in dict: {e}")))?;
            url.user = parsed.user;
        }
        Ok(url.text())
    }
}
