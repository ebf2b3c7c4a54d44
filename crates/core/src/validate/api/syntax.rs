//! The forms that names have in Kubernetes: apimachinery's util/validation.

use std::borrow::Cow;
use std::fmt;

/// What is wrong with a text: in our words, and as the server begins to say it, where that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    ours: Cow<'static, str>,
    /// The server's words, without the examples and the regular expression that it adds; empty where they are not known.
    pub server: &'static str,
}

impl Problem {
    /// With the server's words.
    const fn said(ours: &'static str, server: &'static str) -> Problem {
        Problem { ours: Cow::Borrowed(ours), server }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.ours)
    }
}

impl From<&'static str> for Problem {
    fn from(ours: &'static str) -> Problem {
        Problem::said(ours, "")
    }
}

impl From<String> for Problem {
    fn from(ours: String) -> Problem {
        Problem { ours: ours.into(), server: "" }
    }
}

/// Says what is wrong with a name, in words.
pub(super) type Form = fn(&str) -> Result<(), Problem>;

/// What is wrong with a DNS-1123 label, in words.
pub(super) fn dns_label(text: &str) -> Result<(), Problem> {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let ends = !text.starts_with('-') && !text.ends_with('-');
    if text.len() > 63 {
        return Err(too_long(text, 63));
    }
    if !text.is_empty() && ends && text.bytes().all(inner) {
        return Ok(());
    }
    const OURS: &str = "expected lower-case letters, digits and `-`, with a letter or digit at both ends (a DNS label)";
    Err(match text {
        // Some fields must be there, others have the wrong form.
        "" => OURS.into(),
        _ if text.contains('.') => Problem::said(OURS, "must not contain dots"),
        _ => Problem::said(
            OURS,
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
        ),
    })
}

/// What is wrong with a DNS-1035 label, which starts with a letter.
pub(super) fn dns_1035_label(text: &str) -> Result<(), Problem> {
    if dns_label(text).is_ok() && text.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Ok(());
    }
    if text.len() > 63 {
        return Err(too_long(text, 63));
    }
    Err(Problem::said(
        "expected lower-case letters, digits and `-`, with a letter first and no `-` last (a DNS-1035 label)",
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    ))
}

/// What is wrong with a DNS-1123 subdomain: labels with dots between.
pub(super) fn dns_subdomain(text: &str) -> Result<(), Problem> {
    let label = |label: &str| {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.bytes().all(inner)
    };
    if text.len() > 253 {
        return Err(too_long(text, 253));
    }
    if text.split('.').all(label) {
        return Ok(());
    }
    let what =
        "expected lower-case letters, digits, `-` and `.`, with a letter or digit around each `.` and at both ends";
    if text.is_empty() {
        return Err(what.into());
    }
    Err(Problem::said(
        what,
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    ))
}

/// What is wrong with a name that is a part of a path.
pub(super) fn path_segment(text: &str) -> Result<(), Problem> {
    if text == "." || text == ".." || text.contains(['/', '%']) {
        return Err("expected a name that is not `.` or `..` and has no `/` and no `%`".into());
    }
    Ok(())
}

/// What is wrong with a qualified name: the key of a label or an annotation.
pub(super) fn qualified_name(text: &str) -> Result<(), Problem> {
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    if name.contains('/') {
        return Err("expected at most one `/`".into());
    }
    if let Some(prefix) = prefix {
        if prefix.is_empty() {
            return Err("expected a DNS subdomain before the `/`".into());
        }
        dns_subdomain(prefix).map_err(before_slash)?;
    }
    if name.is_empty() {
        return Err("expected a name, found nothing".into());
    }
    if name.len() > 63 {
        return Err(too_long(name, 63));
    }
    if is_dotted_word(name) {
        return Ok(());
    }
    Err(Problem::said(
        "expected letters, digits, `-`, `_` and `.`, with a letter or digit at both ends",
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    ))
}

/// What is wrong with the value of a label.
pub(super) fn label_value(text: &str) -> Result<(), Problem> {
    if text.len() > 63 {
        return Err(too_long(text, 63));
    }
    if text.is_empty() || is_dotted_word(text) {
        return Ok(());
    }
    Err(Problem::said(
        "expected letters, digits, `-`, `_` and `.`, with a letter or digit at both ends",
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    ))
}

fn is_dotted_word(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let end = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    end(bytes.first()) && end(bytes.last()) && text.bytes().all(inner)
}

/// What is wrong with the name of a port: IANA_SVC_NAME.
pub(super) fn port_name(text: &str) -> Result<(), Problem> {
    if text.len() > 15 {
        return Err(too_long(text, 15));
    }
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if text.is_empty() || !text.bytes().all(inner) {
        return Err(Problem::said(
            "expected lower-case letters, digits and `-`",
            "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
        ));
    }
    if !text.bytes().any(|b| b.is_ascii_lowercase()) {
        return Err(Problem::said("expected at least one letter", "must contain at least one letter (a-z)"));
    }
    if text.contains("--") || text.starts_with('-') || text.ends_with('-') {
        return Err("expected no `--` and a letter or digit at both ends".into());
    }
    Ok(())
}

/// What is wrong with a key of a ConfigMap or a Secret.
pub(super) fn config_key(text: &str) -> Result<(), Problem> {
    if text.len() > 253 {
        return Err(too_long(text, 253));
    }
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if text.is_empty() || !text.bytes().all(inner) {
        return Err(Problem::said(
            "expected letters, digits, `-`, `_` and `.`",
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        ));
    }
    if text == "." || text.starts_with("..") {
        return Err("expected a key that is not `.` and does not start with `..`".into());
    }
    Ok(())
}

/// What is wrong with the name of an environment variable.
pub(super) fn env_name(text: &str, relaxed: bool) -> Result<(), Problem> {
    if text.is_empty() {
        return Err("expected a name, found nothing".into());
    }
    if relaxed {
        let fits = text.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'=');
        return if fits {
            Ok(())
        } else {
            Err(Problem::said(
                "expected printable ASCII characters without `=`",
                "a valid environment variable name must consist only of printable ASCII characters other than '='",
            ))
        };
    }
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if !text.bytes().all(inner) || text.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(Problem::said(
            "expected letters, digits, `-`, `_` and `.`, and no digit first",
            "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
        ));
    }
    if text == "." || text.starts_with("..") {
        return Err("expected a name that is not `.` and does not start with `..`".into());
    }
    Ok(())
}

/// What is wrong with a DNS-1123 subdomain whose labels may have `_`.
pub(super) fn dns_subdomain_underscore(text: &str) -> Result<(), Problem> {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    let end = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if text.len() > 253 {
        return Err(too_long(text, 253));
    }
    if text.split('.').all(|label| end(label.bytes().next()) && end(label.bytes().last()) && label.bytes().all(inner)) {
        return Ok(());
    }
    Err("expected lower-case letters, digits, `_`, `-` and `.`, with a letter, digit or `_` around each `.`".into())
}

/// What the server says of them.
const WILDCARD: &str = "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain";

/// What is wrong with a DNS-1123 subdomain that may begin with `*.`: IsWildcardDNS1123Subdomain where there is a `*`.
pub(super) fn host(text: &str) -> Result<(), Problem> {
    match text.strip_prefix("*.") {
        Some(rest) => dns_subdomain(rest).map_err(|problem| Problem { server: WILDCARD, ..problem }),
        None if text.contains('*') => Err("expected a `*` only as the first part, before a `.`".into()),
        None => dns_subdomain(text),
    }
}

/// What is wrong with the name of a driver: a subdomain in any case, at most 63 bytes.
pub(super) fn driver(text: &str) -> Result<(), Problem> {
    if text.len() > 63 {
        return Err(too_long(text, 63));
    }
    dns_subdomain(&text.to_lowercase())
}

/// What is wrong with a qualified name in any case.
pub(super) fn qualified_name_caseless(text: &str) -> Result<(), Problem> {
    qualified_name(&text.to_lowercase())
}

/// What is wrong with a domain and a path behind it: IsDomainPrefixedPath.
pub(super) fn domain_prefixed_path(text: &str) -> Result<(), Problem> {
    let Some((domain, path)) = text.split_once('/').filter(|(domain, path)| !domain.is_empty() && !path.is_empty())
    else {
        return Err(Problem::said(
            "expected a domain and a path such as acme.io/foo",
            "must be a domain-prefixed path (such as \"acme.io/foo\")",
        ));
    };
    dns_subdomain(domain).map_err(before_slash)?;
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"/?#[]@!$&'()*+,;=-._~:".contains(&b);
    // A percent sign starts two digits.
    let bytes = path.as_bytes();
    let escaped = |at: usize| bytes.get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    if bytes.iter().enumerate().all(|(at, b)| legal(*b) || (*b == b'%' && escaped(at))) {
        return Ok(());
    }
    Err("expected a path behind the `/`".into())
}

/// What is wrong with a name that is a part of a path and must not be empty.
pub(super) fn path_name(text: &str) -> Result<(), Problem> {
    if text.is_empty() { Err("expected a name, found nothing".into()) } else { path_segment(text) }
}

/// What is wrong with the name of an HTTP header.
pub(super) fn http_header(text: &str) -> Result<(), Problem> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Ok(());
    }
    Err(Problem::said(
        "expected letters, digits and `-`",
        "a valid HTTP header must consist of alphanumeric characters or '-'",
    ))
}

/// What is wrong with the name of a sysctl.
pub(super) fn sysctl(text: &str) -> Result<(), Problem> {
    let segment = |part: &str| {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
        let end = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        end(part.bytes().next()) && end(part.bytes().last()) && part.bytes().all(inner)
    };
    if text.len() <= 253 && text.split(['.', '/']).all(segment) {
        return Ok(());
    }
    Err("expected lower-case letters and digits with `.`, `/`, `-` or `_` between, at most 253 of them".into())
}

/// What is wrong with a path in a volume or to a profile: validateLocalDescendingPath.
pub(super) fn descending_path(text: &str) -> Result<(), Problem> {
    if text.starts_with('/') {
        return Err("expected a relative path".into());
    }
    no_backsteps(text)
}

/// What is wrong with a path that must not go up.
pub(super) fn no_backsteps(text: &str) -> Result<(), Problem> {
    if text.split('/').any(|part| part == "..") { Err("expected a path without `..`".into()) } else { Ok(()) }
}

/// What is wrong with the path of a file in a volume: ValidateLocalNonReservedPath.
pub(super) fn local_path(text: &str) -> Result<(), Problem> {
    descending_path(text)?;
    if text.starts_with("..") { Err("expected a path that does not start with `..`".into()) } else { Ok(()) }
}

/// What is wrong with an absolute path.
pub(super) fn absolute_path(text: &str) -> Result<(), Problem> {
    if text.starts_with('/') { Ok(()) } else { Err("expected an absolute path".into()) }
}

/// What is wrong with a domain of at least two parts.
pub(super) fn full_domain(text: &str) -> Result<(), Problem> {
    let text = text.strip_suffix('.').unwrap_or(text);
    dns_subdomain(text)?;
    if text.split('.').count() < 2 {
        return Err("expected a domain of at least two parts".into());
    }
    if text.split('.').any(|label| label.len() > 63) {
        return Err("expected parts of at most 63 characters".into());
    }
    Ok(())
}

/// What is wrong with the name of an environment variable where any printable one will do.
pub(super) fn relaxed_env_name(text: &str) -> Result<(), Problem> {
    env_name(text, true)
}

/// What is wrong with the name of a signer: a domain of at least two parts and a path.
pub(super) fn signer(text: &str) -> Result<(), Problem> {
    let Some((domain, path)) = text.split_once('/').filter(|(_, path)| !path.contains('/')) else {
        return Err("expected a domain and a name such as example.com/signer-name".into());
    };
    if text.len() > 571 {
        return Err(too_long(text, 571));
    }
    full_domain(domain)?;
    dns_subdomain(path)
}

/// What is wrong with a C identifier.
pub(super) fn c_identifier(text: &str) -> Result<(), Problem> {
    let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    if text.bytes().all(inner) && text.bytes().next().is_some_and(|b| !b.is_ascii_digit()) {
        return Ok(());
    }
    Err(Problem::said(
        "expected letters, digits and `_`, and no digit first",
        "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
    ))
}

/// The part before the `/` is wrong.
fn before_slash(problem: Problem) -> Problem {
    Problem { ours: format!("before the `/`: {problem}").into(), server: problem.server }
}

fn too_long(text: &str, most: usize) -> Problem {
    format!("expected at most {most} characters, found {}", text.len()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_apimachinery() {
        for (good, bad) in [("a-1", "A"), ("1a", "-a"), ("a", ""), ("a", "a."), ("a", "é")] {
            assert!(dns_label(good).is_ok() && dns_label(bad).is_err(), "{good} {bad}");
        }
        assert!(dns_1035_label("a1").is_ok() && dns_1035_label("1a").is_err());
        assert!(dns_subdomain("a.b-c.1").is_ok() && dns_subdomain("a..b").is_err() && dns_subdomain("a_b").is_err());
        assert!(dns_subdomain(&"a".repeat(253)).is_ok() && dns_subdomain(&"a".repeat(254)).is_err());
        assert!(
            qualified_name("a.b/C_d.e").is_ok() && qualified_name("/a").is_err() && qualified_name("a/b/c").is_err()
        );
        assert!(label_value("").is_ok() && label_value("a-").is_err() && label_value(&"a".repeat(64)).is_err());
        assert!(port_name("http-2").is_ok() && port_name("80").is_err() && port_name("a--b").is_err());
        assert!(port_name("a-very-long-name").is_err() && port_name("fifteen-letters").is_ok());
        assert!(config_key("..a").is_err() && config_key("a/b").is_err() && config_key(".a_B-1").is_ok());
        assert!(env_name("1A", false).is_err() && env_name("1A", true).is_ok() && env_name("A=", true).is_err());
        assert!(path_segment("system:node").is_ok() && path_segment("a/b").is_err());
    }
}
