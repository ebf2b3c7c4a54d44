//! Formats: `format_checkers.go` of gojsonschema.

use crate::gotmpl::funcs::netip::parse_address;
use crate::gotmpl::funcs::url::Url;
use crate::gotmpl::funcs::{compile_regex, regex_matches};
use crate::value::time::{Zone, parse_in_location};

/// Whether a text has a format; what is no text has none that is known.
pub fn fits(format: &str, text: Option<&str>) -> bool {
    let Some(check) = checker(format) else { return true };
    text.is_some_and(check)
}

const HOSTNAME: &str = "^([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\\-]{0,61}[a-zA-Z0-9])(\\.([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\\-]{0,61}[a-zA-Z0-9]))*$";

fn checker(format: &str) -> Option<fn(&str) -> bool> {
    Some(match format {
        "date" => |text| time("2006-01-02", text),
        "time" => |text| time("15:04:05Z07:00", text) || time("15:04:05", text),
        "date-time" => |text| {
            ["15:04:05", "15:04:05Z07:00", "2006-01-02", "2006-01-02T15:04:05Z07:00"].iter().any(|l| time(l, text))
        },
        "hostname" => |text| text.len() < 256 && regex_matches(HOSTNAME, text),
        "email" | "idn-email" => email,
        "ipv4" => |text| text.contains('.') && address(text),
        "ipv6" => |text| text.contains(':') && address(text),
        "uri" | "iri" => {
            |text| !text.contains('\\') && Url::parse(text.as_bytes()).is_ok_and(|url| !url.scheme.is_empty())
        }
        "uri-reference" | "iri-reference" => |text| !text.contains('\\') && Url::parse(text.as_bytes()).is_ok(),
        "uri-template" => |text| {
            !text.contains('\\')
                && Url::parse(text.as_bytes())
                    .is_ok_and(|url| regex_matches("^([^{]*({[^}]*})?)*$", &String::from_utf8_lossy(&url.path)))
        },
        "uuid" => |text| regex_matches("^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$", text),
        "regex" => |text| compile_regex(text).is_ok(),
        "json-pointer" => |text| regex_matches("^(?:/(?:[^~/]|~0|~1)*)*$", text),
        "relative-json-pointer" => |text| regex_matches("^(?:0|[1-9][0-9]*)(?:#|(?:/(?:[^~/]|~0|~1)*)*)$", text),
        _ => return None,
    })
}

fn time(layout: &str, text: &str) -> bool {
    let utc = Zone::Utc;
    parse_in_location(layout.as_bytes(), text.as_bytes(), &utc, &utc).is_ok()
}

/// `net.ParseIP`, which knows no zones.
fn address(text: &str) -> bool {
    parse_address(text).is_ok_and(|address| !address.zone)
}

/// `mail.ParseAddress`, as far as plain addresses and names in front of them go.
fn email(text: &str) -> bool {
    let text = text.trim_matches([' ', '\t']);
    let plain = match text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((_, inner)) => inner,
        None => text,
    };
    let Some((local, domain)) = plain.rsplit_once('@') else { return false };
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || !c.is_ascii();
    let dotted =
        |text: &str| !text.is_empty() && text.split('.').all(|part| !part.is_empty() && part.chars().all(atom));
    let quoted = local.len() > 1 && local.starts_with('"') && local.ends_with('"');
    let literal = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    (quoted || dotted(local)) && (literal.is_some_and(address) || dotted(domain))
}
