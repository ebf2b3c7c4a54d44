//! Addresses of repositories: `internal/urlutil`, and what Go's `net/url` does with two of them.

use chartlens::Url;
use chartlens::text::{lossy, path::clean};

/// Whether a text names something in an OCI registry.
pub fn is_oci(text: &str) -> bool {
    text.starts_with("oci://")
}

/// Reads an address. The error is Go's text, as `url.Parse` gives it.
pub fn parse(text: &str) -> Result<Url, String> {
    Url::parse(text.as_bytes())
}

/// A part of an address as text.
pub fn text(part: &[u8]) -> String {
    lossy(part).into_owned()
}

/// Whether an address is whole: `URL.IsAbs`.
pub fn is_absolute(url: &Url) -> bool {
    !url.scheme.is_empty()
}

/// Helm's `ResolveReferenceURL`: where a repository's index says that something is.
pub fn resolve(base: &str, reference: &str) -> Result<String, String> {
    let wrong = |text: &str, error: String| format!("failed to parse {text} as URL: {error}");
    let found = parse(reference).map_err(|error| wrong(reference, error))?;
    if is_absolute(&found) {
        return Ok(reference.to_owned());
    }
    let mut base = parse(base).map_err(|error| wrong(base, error))?;
    let query = std::mem::take(&mut base.query);
    let folder = format!("{}/", text(&base.path).trim_end_matches('/'));
    (base.path, base.raw_path) = (folder.into_bytes(), Vec::new());
    let mut whole = relative(&base, &found);
    whole.query = query;
    Ok(text(&whole.text()))
}

/// Go's `URL.ResolveReference`.
pub fn relative(base: &Url, reference: &Url) -> Url {
    let mut whole = reference.clone();
    if is_absolute(reference) {
        return whole;
    }
    whole.scheme.clone_from(&base.scheme);
    if !reference.host.is_empty() {
        return whole;
    }
    (whole.host, whole.user) = (base.host.clone(), base.user.clone());
    if reference.path.is_empty() {
        (whole.path, whole.raw_path) = (base.path.clone(), base.raw_path.clone());
        if reference.query.is_empty() {
            whole.query.clone_from(&base.query);
        }
        return whole;
    }
    let (base, reference) = (text(&base.path), text(&reference.path));
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    let joined = if reference.starts_with('/') { reference } else { format!("{folder}/{reference}") };
    whole.path = without_dots(&joined).into_bytes();
    whole.raw_path = Vec::new();
    whole
}

fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let ends = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match part {
            ".." => {
                kept.pop();
            }
            part => kept.push(part),
        }
    }
    let end = if ends && !kept.is_empty() { "/" } else { "" };
    format!("/{}{end}", kept.join("/"))
}

/// Helm's `URLJoin`: an address with more behind its path.
pub fn join(base: &str, more: &str) -> Result<String, String> {
    let mut url = parse(base)?;
    let before = text(&url.path);
    let joined = match (before.is_empty(), more.is_empty()) {
        (true, true) => String::new(),
        (true, false) => clean(more),
        (false, true) => clean(&before),
        (false, false) => clean(&format!("{before}/{more}")),
    };
    (url.path, url.raw_path) = (joined.into_bytes(), Vec::new());
    Ok(text(&url.text()))
}

/// Helm's `urlutil.Equal`: whether two texts are the same address.
pub fn equal(a: &str, b: &str) -> bool {
    let Ok(first) = parse(a) else { return clean(a) == clean(b) };
    let Ok(second) = parse(b) else { return false };
    let normal = |mut url: Url| {
        let path = if url.path.is_empty() { "/".to_owned() } else { clean(&text(&url.path)) };
        (url.path, url.raw_path) = (path.into_bytes(), Vec::new());
        url.text()
    };
    normal(first) == normal(second)
}

/// Whether two addresses are of one server: scheme, host and port.
pub fn same_server(a: &Url, b: &Url) -> bool {
    let port = |url: &Url| {
        let host = text(&url.host);
        match host.rsplit_once(':') {
            Some((_, port)) if port.bytes().all(|b| b.is_ascii_digit()) => port.to_owned(),
            _ if url.scheme == b"https" => "443".to_owned(),
            _ => "80".to_owned(),
        }
    };
    a.scheme == b.scheme && a.hostname().eq_ignore_ascii_case(&b.hostname()) && port(a) == port(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_as_go_does() {
        let at = |reference: &str| resolve("https://h.example/charts?a=b", reference).unwrap();
        assert_eq!(at("web-1.tgz"), "https://h.example/charts/web-1.tgz?a=b");
        assert_eq!(at("/web-1.tgz"), "https://h.example/web-1.tgz?a=b");
        assert_eq!(at("../x/./web-1.tgz"), "https://h.example/x/web-1.tgz?a=b");
        assert_eq!(at("https://o.example/w.tgz"), "https://o.example/w.tgz");
        assert_eq!(at("//o.example/w.tgz"), "https://o.example/w.tgz?a=b");
    }

    #[test]
    fn equal_addresses_may_be_spelt_in_several_ways() {
        assert!(equal("https://h.example", "https://h.example/"));
        assert!(equal("https://h.example/a//b/", "https://h.example/a/b"));
        assert!(!equal("https://h.example/a", "http://h.example/a"));
        let url = |text: &str| parse(text).unwrap();
        assert!(same_server(&url("https://h.example/a"), &url("https://H.example:443/b")));
        assert!(!same_server(&url("https://h.example"), &url("http://h.example")));
        assert_eq!(join("https://h.example/a", "b.tgz").unwrap(), "https://h.example/a/b.tgz");
        assert_eq!(join("", "b.tgz").unwrap(), "b.tgz");
    }
}
