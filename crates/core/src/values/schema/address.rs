//! URLs with fragments, and JSON pointers: `util.go` of santhosh-tekuri/jsonschema.

use super::words::escape;
use crate::gotmpl::funcs::url::{Url, path_escape, path_unescape};
use crate::text::quote;

/// A URL without fragment, and the fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The URL.
    pub url: String,
    /// The fragment, decoded.
    pub fragment: String,
}

/// A place in a document: the URL of the document, and a JSON pointer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The URL.
    pub url: String,
    /// The pointer.
    pub pointer: String,
}

impl Place {
    /// The place as one text.
    pub fn location(&self) -> String {
        format!("{}#{}", self.url, encode(&self.pointer))
    }

    /// The place of a keyword below.
    pub fn below(&self, token: &str) -> String {
        format!("{}#{}/{}", self.url, encode(&self.pointer), encode(&escape(token)))
    }
}

/// Splits at the first hash.
pub fn split(text: &str) -> (&str, &str) {
    text.split_once('#').unwrap_or((text, ""))
}

/// Splits off the fragment and decodes it.
pub fn split_fragment(text: &str) -> Result<(&str, String), String> {
    let (url, fragment) = split(text);
    let fragment = path_unescape(fragment.as_bytes()).map_err(|e| parse_error(text, &e))?;
    Ok((url, String::from_utf8_lossy(&fragment).into_owned()))
}

fn parse_error(url: &str, error: &str) -> String {
    format!("error in parsing {}: {error}", quote(url.as_bytes()))
}

/// A fragment as it stands in a URL; slashes stay.
pub fn encode(fragment: &str) -> String {
    let parts: Vec<String> =
        fragment.split('/').map(|part| String::from_utf8_lossy(&path_escape(part.as_bytes())).into_owned()).collect();
    parts.join("/")
}

/// A reference seen from a URL: `url.join`.
pub fn join(base: &str, reference: &str) -> Result<Address, String> {
    let base_url = Url::parse(base.as_bytes()).map_err(|e| parse_error(base, &e))?;
    let (reference, fragment) = split_fragment(reference)?;
    let wanted = Url::parse(reference.as_bytes()).map_err(|e| parse_error(reference, &e))?;
    let mut resolved = resolve(&base_url, &wanted);
    if wanted.scheme.is_empty() && !base_url.opaque.is_empty() {
        resolved.opaque = base_url.opaque.clone();
    }
    Ok(Address { url: String::from_utf8_lossy(&resolved.text()).into_owned(), fragment })
}

/// `URL.ResolveReference`
fn resolve(base: &Url, reference: &Url) -> Url {
    let mut url = reference.clone();
    if reference.scheme.is_empty() {
        url.scheme = base.scheme.clone();
    }
    if !reference.scheme.is_empty() || !reference.host.is_empty() || reference.user.is_some() {
        // What is escaped already can be read.
        let _ = url.set_path(&resolve_path(&reference.escaped_path(), b""));
        return url;
    }
    if reference.path.is_empty() && !reference.force_query && reference.query.is_empty() {
        url.query = base.query.clone();
        if reference.fragment.is_empty() {
            url.fragment = base.fragment.clone();
        }
    }
    if reference.path.is_empty() && !base.opaque.is_empty() {
        url.opaque = base.opaque.clone();
        return url;
    }
    url.host = base.host.clone();
    url.user = base.user.clone();
    let _ = url.set_path(&resolve_path(&base.escaped_path(), &reference.escaped_path()));
    url
}

/// `resolvePath` of Go's net/url.
fn resolve_path(base: &[u8], reference: &[u8]) -> Vec<u8> {
    let full = match reference.first() {
        None => base.to_vec(),
        Some(b'/') => reference.to_vec(),
        Some(_) => {
            let end = memchr::memrchr(b'/', base).map_or(0, |i| i + 1);
            [base.get(..end).unwrap_or_default(), reference].concat()
        }
    };
    if full.is_empty() {
        return full;
    }
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut last: &[u8] = b"";
    for part in full.split(|b| *b == b'/') {
        last = part;
        match part {
            b"." => {}
            b".." => {
                kept.pop();
            }
            _ => kept.push(part),
        }
    }
    let mut out = vec![b'/'];
    out.extend(kept.join(&b'/'));
    if matches!(last, b"." | b"..") {
        out.push(b'/');
    }
    if out.get(1) == Some(&b'/') {
        out.remove(0);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(base: &str, reference: &str) -> String {
        join(base, reference).map_or_else(|e| e, |a| format!("{}#{}", a.url, a.fragment))
    }

    #[test]
    fn references_are_resolved() {
        let base = "file:///values.schema.json";
        assert_eq!(joined(base, "#/$defs/a%20b"), "file:///values.schema.json#/$defs/a b");
        assert_eq!(joined(base, "other.json"), "file:///other.json#");
        assert_eq!(joined(base, "[a"), "file:///[a#");
        assert_eq!(joined(base, "a%2Fb/../c d%2f"), "file:///a/c%20d/#");
        assert_eq!(joined("https://x.org/a/b/c", "../d"), "https://x.org/a/d#");
        assert_eq!(joined("urn:x:y", "#foo"), "urn:x:y#foo");
        assert_eq!(joined(base, "https://x.org/s"), "https://x.org/s#");
    }
}
