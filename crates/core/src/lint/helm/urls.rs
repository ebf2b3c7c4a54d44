//! Addresses in Chart.yaml, as Helm's library govalidator takes them.

use crate::gotmpl::funcs::goregex::compile;
use crate::gotmpl::funcs::url::Url;
use crate::text::Str;
use regex::bytes::Regex;
use std::sync::LazyLock;

/// `IsRequestURL`: an absolute URL.
pub(super) fn is_request_url(text: &str) -> bool {
    // `url.ParseRequestURI` knows no fragments.
    Url::parse_plain(text.as_bytes()).is_ok_and(|url| !url.scheme.is_empty())
}

/// `IsURL`: an address with or without a scheme.
pub(super) fn is_url(text: &str) -> bool {
    let characters = text.chars().count();
    if characters >= 2083 || text.len() <= 3 || text.starts_with('.') {
        return false;
    }
    let whole = match text.contains(':') && !text.contains("://") {
        true => format!("http://{text}"),
        false => text.to_owned(),
    };
    let Ok(url) = Url::parse(whole.as_bytes()) else { return false };
    let no_host = url.host.is_empty() && !url.path.is_empty() && !url.path.contains(&b'.');
    !url.host.starts_with(b".") && !no_host && (is_ordinary_url(text) || matches(&URL, text))
}

/// `IsEmail`
pub(super) fn is_email(text: &str) -> bool {
    is_ordinary_email(text) || matches(&EMAIL, text)
}

/// Whether an address is certainly one, as nearly all are: the patterns are long, and only compiled for the others.
fn is_ordinary_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        is_ordinary_host(host) && path.bytes().all(|byte| byte.is_ascii_graphic())
    })
}

/// The same of an email address.
fn is_ordinary_email(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_+".contains(&b));
    text.split_once('@').is_some_and(|(local, host)| local.split('.').all(is_word) && is_ordinary_host(host))
}

/// Whether a text is `example.com` or something below it.
fn is_ordinary_host(text: &str) -> bool {
    let is_label = |label: &str| {
        let inside = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        label.len() > 1 && inside && !label.starts_with('-') && !label.ends_with('-') && !label.contains("--")
    };
    text.rsplit_once('.').is_some_and(|(names, last)| {
        names.split('.').all(is_label) && last.len() > 1 && last.bytes().all(|byte| byte.is_ascii_alphabetic())
    })
}

/// A pattern that is compiled when it is first asked for.
type Pattern = LazyLock<Option<Regex>>;

static EMAIL: Pattern = Pattern::new(|| compiled(&email()));
static URL: Pattern = Pattern::new(|| compiled(&url()));

fn compiled(pattern: &str) -> Option<Regex> {
    Some(compile(&Str::from(pattern)).ok()?.whole().clone())
}

fn matches(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text.as_bytes()))
}

/// Letters beyond ASCII that the patterns let through.
const BEYOND: &str = r"\x{00A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}";

fn email() -> String {
    let atom = format!(r"[a-zA-Z0-9!#$%&'*+\-/=?^_`{{|}}~{BEYOND}]+");
    let space = r"(?:(?:[ \t]*\r\n)?[ \t]+)?";
    let inside = format!(
        r"(?:[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\x21\x23-\x5b\x5d-\x7e{BEYOND}]|\([\x01-\x09\x0b\x0c\x0d-\x7f{BEYOND}])"
    );
    let local = format!(r#"(?:{atom}(?:\.{atom})*|"(?:{space}{inside})*{space}")"#);
    let letter = format!("a-zA-Z{BEYOND}");
    let label = format!(r"(?:[{letter}0-9]|[{letter}0-9][{letter}0-9\-._~]*[{letter}0-9])");
    let last = format!(r"(?:[{letter}]|[{letter}][{letter}0-9\-_~]*[{letter}])");
    format!(r"^{local}@(?:{label}\.)+{last}\.?$")
}

fn url() -> String {
    let octet = r"(?:\d{1,2}|1\d\d|2[0-4]\d|25[0-5])";
    let first = r"(?:[1-9]\d?|1\d\d|2[01]\d|22[0-3]|24\d|25[0-5])";
    let last = r"(?:[0-9]\d?|1\d\d|2[0-4]\d|25[0-5])";
    let ipv4 = format!(r"{first}(?:\.{octet}){{2}}\.{last}");
    // The library's pattern for IPv6 takes groups in any of the usual forms; nothing else is made of these characters.
    let ipv6 = r"\[[0-9a-fA-F:.]+(?:%[0-9a-zA-Z]+)?\]";
    let words = r"[a-zA-Z0-9](?:[a-zA-Z0-9\-_]+)?[a-zA-Z0-9](?:[\-.][a-zA-Z0-9]+)*";
    let below = r"(?:www\.|[a-zA-Z0-9]+(?:[\-_.]?[a-zA-Z0-9])*[a-zA-Z0-9]\.[a-zA-Z0-9]+)?";
    let wide = r"a-zA-Z\x{00a1}-\x{ffff}";
    let name = format!(r"(?:[{wide}0-9]+-?-?)*[{wide}0-9]+(?:\.[{wide}]{{1,}})?");
    let host = format!(r"(?:{ipv4}|{ipv6}|(?:{words}|{below})?{name})");
    let (scheme, user) = (r"(?:(?:ftp|tcp|udp|wss?|https?)://)?", r"(?:\S+(?::\S*)?@)?");
    format!(r"^{scheme}{user}{host}\.?(?::\d{{1,5}})?(?:[/?#]\S*)?$")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_that_helm_takes() {
        assert!(is_request_url("https://example.com/a.png") && is_request_url("file:///a") && !is_request_url("a/b"));
        for good in ["https://example.com", "example.com", "http://1.2.3.4:80/x?y", "www.a-b.org", "http://localhost"] {
            assert!(is_url(good), "{good}");
        }
        for bad in ["", "a b", "http://", ".com", "http://a b.com"] {
            assert!(!is_url(bad), "{bad}");
        }
        for (text, good) in
            [("a@b.de", true), ("a.b+c@x-y.org", true), ("a@b", false), ("@b.de", false), ("a b@c.de", false)]
        {
            assert_eq!(is_email(text), good, "{text}");
        }
    }

    #[test]
    fn what_is_ordinary_the_patterns_take() {
        const PARTS: &[&str] = &[
            "ab", "Ab", "b1", "com", "com", "9", "a", ".", ".", ".", ".", "-", "_", "@", "/", "://", ":", "?",
            "\u{e9}", " ",
        ];
        let (mut random, mut ordinary) = (1_u64, [0, 0]);
        for _ in 0..100_000 {
            let mut drawn = |below: usize| {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (random >> 33) as usize % below
            };
            let text: String = (0..1 + drawn(9)).map(|_| PARTS[drawn(PARTS.len())]).collect();
            let [url, email] = [format!("https://{text}"), format!("a.b@{text}")];
            for (number, is_ordinary, pattern, text) in [
                (0, is_ordinary_url(&url), &URL, &url),
                (1, is_ordinary_email(&text), &EMAIL, &text),
                (1, is_ordinary_email(&email), &EMAIL, &email),
            ] {
                ordinary[number] += usize::from(is_ordinary);
                assert!(!is_ordinary || matches(pattern, text), "{text}");
            }
        }
        assert!(ordinary.iter().all(|count| *count > 100), "{ordinary:?}");
    }
}
