//! Go's `net/url`: reading and writing URLs.

use crate::text::quote;
use std::net::Ipv6Addr;

/// Parts of a URL have rules of their own for which bytes are escaped.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Path,
    Segment,
    UserPassword,
    Host,
    Zone,
    Fragment,
}

/// `shouldEscape`
fn should_escape(c: u8, part: Part) -> bool {
    match c {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => false,
        b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'[' | b']' | b'<'
        | b'>' | b'"'
            if matches!(part, Part::Host | Part::Zone) =>
        {
            false
        }
        b'$' | b'&' | b'+' | b',' | b'/' | b':' | b';' | b'=' | b'?' | b'@' => match part {
            Part::Path => c == b'?',
            Part::Segment => matches!(c, b'/' | b';' | b',' | b'?'),
            Part::UserPassword => matches!(c, b'@' | b'/' | b'?' | b':'),
            Part::Fragment => false,
            Part::Host | Part::Zone => true,
        },
        b'!' | b'(' | b')' | b'*' => part != Part::Fragment,
        _ => true,
    }
}

fn escape(text: &[u8], part: Part) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &c in text {
        if should_escape(c, part) {
            out.extend_from_slice(format!("%{c:02X}").as_bytes());
        } else {
            out.push(c);
        }
    }
    out
}

fn shown(text: &[u8]) -> String {
    quote(text)
}

/// `unescape`
fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, String> {
    let digit = |c: Option<&u8>| c.and_then(|c| char::from(*c).to_digit(16)).map(|d| d as u8);
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&c) = text.get(at) {
        if c != b'%' {
            if matches!(part, Part::Host | Part::Zone) && c < 0x80 && should_escape(c, part) {
                return Err(format!("invalid character {} in host name", shown(&[c])));
            }
            out.push(c);
            at += 1;
            continue;
        }
        let code = text.get(at..text.len().min(at + 3)).unwrap_or_default();
        let bad = || format!("invalid URL escape {}", shown(code));
        let (Some(high), Some(low)) = (digit(code.get(1)), digit(code.get(2))) else { return Err(bad()) };
        let value = high << 4 | low;
        let forbidden = match part {
            Part::Host => high < 8 && code != b"%25",
            Part::Zone => code != b"%25" && value != b' ' && should_escape(value, Part::Host),
            _ => false,
        };
        if forbidden {
            return Err(bad());
        }
        out.push(value);
        at += 3;
    }
    Ok(out)
}

/// `url.PathEscape`
pub(crate) fn path_escape(text: &[u8]) -> Vec<u8> {
    escape(text, Part::Segment)
}

/// `url.PathUnescape`; the error is Go's text.
pub(crate) fn path_unescape(text: &[u8]) -> Result<Vec<u8>, String> {
    unescape(text, Part::Segment)
}

/// `url.Userinfo`: who asks, and the password.
#[derive(Clone, Debug, Default)]
pub struct User {
    name: Vec<u8>,
    password: Option<Vec<u8>>,
}

impl User {
    /// `Userinfo.String`
    pub fn text(&self) -> Vec<u8> {
        let mut out = escape(&self.name, Part::UserPassword);
        if let Some(password) = &self.password {
            out.push(b':');
            out.extend(escape(password, Part::UserPassword));
        }
        out
    }
}

/// `url.URL`: an address as Go reads it.
#[derive(Clone, Debug, Default)]
pub struct Url {
    /// What stands before the colon.
    pub scheme: Vec<u8>,
    /// What follows it where that is no path.
    pub opaque: Vec<u8>,
    /// Who asks.
    pub user: Option<User>,
    /// The host, with the port where there is one.
    pub host: Vec<u8>,
    /// The path, without escapes.
    pub path: Vec<u8>,
    /// The path as it was spelled, where `path` would be spelled otherwise.
    pub raw_path: Vec<u8>,
    /// What stands behind the question mark.
    pub query: Vec<u8>,
    /// Whether a `?` stands there though there is no query.
    pub force_query: bool,
    /// What stands behind the hash.
    pub fragment: Vec<u8>,
}

fn cut(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match memchr::memchr(at, text) {
        Some(i) => (text.get(..i).unwrap_or_default(), text.get(i + 1..)),
        None => (text, None),
    }
}

/// `getScheme`
fn scheme(text: &[u8]) -> Result<(&[u8], &[u8]), String> {
    for (i, c) in text.iter().enumerate() {
        match c {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if i > 0 => {}
            b':' if i == 0 => return Err("missing protocol scheme".to_owned()),
            b':' => return Ok((text.get(..i).unwrap_or_default(), text.get(i + 1..).unwrap_or_default())),
            _ => break,
        }
    }
    Ok((b"", text))
}

fn valid_port(port: &[u8]) -> bool {
    match port.split_first() {
        None => true,
        Some((b':', digits)) => digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// `parseHost`
fn host(scheme: &[u8], host: &[u8]) -> Result<Vec<u8>, String> {
    let bad_port = |port: &[u8]| format!("invalid port {} after host", shown(port));
    match memchr::memrchr(b'[', host) {
        Some(0) => {
            let end = memchr::memrchr(b']', host).ok_or("missing ']' in host")?;
            let port = host.get(end + 1..).unwrap_or_default();
            if !valid_port(port) {
                return Err(bad_port(port));
            }
            let name = host.get(1..end).unwrap_or_default();
            let inner = match memchr::memmem::find(name, b"%25") {
                Some(zone) => {
                    let (before, after) = name.split_at_checked(zone).unwrap_or((name, b""));
                    [unescape(before, Part::Host)?, unescape(after, Part::Zone)?].concat()
                }
                None => unescape(name, Part::Host)?,
            };
            let text = String::from_utf8_lossy(&inner).into_owned();
            let address = text.split_once('%').map_or(text.as_str(), |(address, _)| address);
            if address.parse::<Ipv6Addr>().is_err() {
                return Err(match super::netip::parse_address(&text) {
                    Ok(_) => "invalid IP-literal".to_owned(),
                    Err(error) => format!("invalid host: {error}"),
                });
            }
            return Ok([b"[", inner.as_slice(), b"]", port].concat());
        }
        Some(_) => return Err("invalid IP-literal".to_owned()),
        None => {}
    }
    if let Some(first) = memchr::memchr(b':', host) {
        let last = memchr::memrchr(b':', host).unwrap_or(first);
        // Lists of hosts with ports are let through, except for the web.
        let at = if matches!(scheme, b"http" | b"https") { first } else { last };
        let port = host.get(at..).unwrap_or_default();
        if !valid_port(port) {
            return Err(bad_port(port));
        }
    }
    unescape(host, Part::Host)
}

/// `parseAuthority`
fn authority(scheme: &[u8], text: &[u8]) -> Result<(Option<User>, Vec<u8>), String> {
    let Some(at) = memchr::memrchr(b'@', text) else { return Ok((None, host(scheme, text)?)) };
    let host = host(scheme, text.get(at + 1..).unwrap_or_default())?;
    let info = text.get(..at).unwrap_or_default();
    if !info.iter().all(|b| b.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(b)) {
        return Err("net/url: invalid userinfo".to_owned());
    }
    let (name, password) = cut(info, b':');
    let name = unescape(name, Part::UserPassword)?;
    let password = password.map(|p| unescape(p, Part::UserPassword)).transpose()?;
    Ok((Some(User { name, password }), host))
}

impl Url {
    /// `url.Parse`; the error is Go's text.
    pub fn parse(text: &[u8]) -> Result<Url, String> {
        let (plain, fragment) = cut(text, b'#');
        let fail = |text: &[u8], error: String| format!("parse {}: {error}", shown(text));
        let mut url = Url::parse_plain(plain).map_err(|e| fail(plain, e))?;
        if let Some(fragment) = fragment {
            url.fragment = unescape(fragment, Part::Fragment).map_err(|e| fail(text, e))?;
        }
        Ok(url)
    }

    /// `url.ParseRequestURI`, but for addresses without a scheme.
    pub fn parse_plain(text: &[u8]) -> Result<Url, String> {
        if text.iter().any(|b| *b < b' ' || *b == 0x7f) {
            return Err("net/url: invalid control character in URL".to_owned());
        }
        let mut url = Url::default();
        if text == b"*" {
            url.path = text.to_vec();
            return Ok(url);
        }
        let (scheme, rest) = scheme(text)?;
        url.scheme = scheme.to_ascii_lowercase();
        let (mut rest, query) = cut(rest, b'?');
        url.query = query.unwrap_or_default().to_vec();
        url.force_query = query.is_some_and(<[u8]>::is_empty);
        if !rest.starts_with(b"/") {
            if !url.scheme.is_empty() {
                url.opaque = rest.to_vec();
                return Ok(url);
            }
            if cut(rest, b'/').0.contains(&b':') {
                return Err("first path segment in URL cannot contain colon".to_owned());
            }
        }
        if rest.starts_with(b"//") && (!url.scheme.is_empty() || !rest.starts_with(b"///")) {
            let after = rest.get(2..).unwrap_or_default();
            let end = memchr::memchr(b'/', after).unwrap_or(after.len());
            (url.user, url.host) = authority(&url.scheme, after.get(..end).unwrap_or_default())?;
            rest = after.get(end..).unwrap_or_default();
        }
        url.set_path(rest)?;
        Ok(url)
    }

    /// `URL.setPath`: the path as it stands in an address.
    pub fn set_path(&mut self, escaped: &[u8]) -> Result<(), String> {
        self.path = unescape(escaped, Part::Path)?;
        let is_usual = escape(&self.path, Part::Path) == escaped;
        self.raw_path = if is_usual { Vec::new() } else { escaped.to_vec() };
        Ok(())
    }

    /// `URL.EscapedPath`
    pub fn escaped_path(&self) -> Vec<u8> {
        let plain = |b: &u8| b"!$&'()*+,;=:@[]%".contains(b) || !should_escape(*b, Part::Path);
        if !self.raw_path.is_empty()
            && self.raw_path.iter().all(plain)
            && unescape(&self.raw_path, Part::Path).is_ok_and(|path| path == self.path)
        {
            return self.raw_path.clone();
        }
        if self.path == b"*" { self.path.clone() } else { escape(&self.path, Part::Path) }
    }

    /// `URL.Hostname`
    pub fn hostname(&self) -> Vec<u8> {
        let mut host = self.host.as_slice();
        if let Some(colon) = memchr::memrchr(b':', host)
            && valid_port(host.get(colon..).unwrap_or_default())
        {
            host = host.get(..colon).unwrap_or_default();
        }
        let inner = host.strip_prefix(b"[").and_then(|h| h.strip_suffix(b"]"));
        inner.unwrap_or(host).to_vec()
    }

    /// `URL.String`, for a URL put together from its parts.
    pub fn text(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if !self.scheme.is_empty() {
            out.extend_from_slice(&self.scheme);
            out.push(b':');
        }
        if !self.opaque.is_empty() {
            out.extend_from_slice(&self.opaque);
        } else {
            if !self.host.is_empty() || self.user.is_some() || (!self.scheme.is_empty() && !self.path.is_empty()) {
                out.extend_from_slice(b"//");
                if let Some(user) = &self.user {
                    out.extend(user.text());
                    out.push(b'@');
                }
                out.extend(escape(&self.host, Part::Host));
            }
            let path = self.escaped_path();
            if !path.is_empty() && path.first() != Some(&b'/') && !self.host.is_empty() {
                out.push(b'/');
            }
            if out.is_empty() && cut(&path, b'/').0.contains(&b':') {
                out.extend_from_slice(b"./");
            }
            out.extend(path);
        }
        if self.force_query || !self.query.is_empty() {
            out.push(b'?');
            out.extend_from_slice(&self.query);
        }
        if !self.fragment.is_empty() {
            out.push(b'#');
            out.extend(escape(&self.fragment, Part::Fragment));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        let url = Url::parse(b"http://u:p%40@h.org:80/a%20b?q=1#f").unwrap();
        assert_eq!((url.hostname(), url.path.clone()), (b"h.org".to_vec(), b"/a b".to_vec()));
        assert_eq!(url.text(), b"http://u:p%40@h.org:80/a%20b?q=1#f");
        assert_eq!(Url::parse(b"://x").unwrap_err(), "parse \"://x\": missing protocol scheme");
        assert_eq!(Url::parse(b"%zz").unwrap_err(), "parse \"%zz\": invalid URL escape \"%zz\"");
    }
}
