//! Formats of texts: `format.go` of santhosh-tekuri/jsonschema.

use crate::gotmpl::funcs::netip::parse_address;
use crate::gotmpl::funcs::url::Url;
use crate::value::time::{Zone, parse_in_location};

/// What is wrong with a text of a format, in the library's words.
type Checked = Result<(), String>;

fn fail(text: impl Into<String>) -> Checked {
    Err(text.into())
}

/// Go's `%q` of a character.
fn rune(c: char) -> String {
    let mut out = String::from("'");
    crate::text::push_escaped(&mut out, c, '\'', false);
    out.push('\'');
    out
}

/// Whether the library knows a format.
pub fn is_known(name: &str) -> bool {
    check(name, "").is_some()
}

/// Checks a text; `None` for a format that the library does not know.
pub fn check(name: &str, text: &str) -> Option<Checked> {
    Some(match name {
        "regex" => crate::gotmpl::funcs::compile_regex(text),
        "json-pointer" => json_pointer(text),
        "relative-json-pointer" => relative_json_pointer(text),
        "uuid" => uuid(text),
        "duration" => duration(text),
        "period" => period(text),
        "ipv4" => ipv4(text),
        "ipv6" => ipv6(text),
        "hostname" => hostname(text),
        "email" => email(text),
        "date" => date(text),
        "time" => time(text),
        "date-time" => date_time(text),
        "uri" | "iri" => uri(text),
        "uri-reference" | "iri-reference" => uri_reference(text),
        "uri-template" => uri_template(text),
        "semver" => semver(text),
        _ => return None,
    })
}

fn json_pointer(text: &str) -> Checked {
    if text.is_empty() {
        return Ok(());
    }
    if !text.starts_with('/') {
        return fail("not starting with /");
    }
    for token in text.split('/').skip(1) {
        let mut chars = token.chars();
        while let Some(c) = chars.next() {
            if c == '~' && !matches!(chars.next(), Some('0' | '1')) {
                return fail("~ must be followed by 0 or 1");
            }
        }
    }
    Ok(())
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn relative_json_pointer(text: &str) -> Checked {
    let count = digits(text);
    if count == 0 {
        return fail("must start with non-negative integer");
    }
    if count > 1 && text.starts_with('0') {
        return fail("starts with zero");
    }
    match text.get(count..).unwrap_or_default() {
        "#" => Ok(()),
        rest => json_pointer(rest),
    }
}

fn uuid(text: &str) -> Checked {
    let sizes = [8, 4, 4, 4, 12];
    let groups: Vec<&str> = text.split('-').collect();
    if groups.len() != sizes.len() {
        return fail("must have 5 elements");
    }
    for (i, (group, size)) in groups.iter().zip(sizes).enumerate() {
        if group.len() != size {
            return fail(format!("element {} must be {size} characters long", i + 1));
        }
        if let Some(c) = group.chars().find(|c| !c.is_ascii_hexdigit()) {
            return fail(format!("non-hex character {}", rune(c)));
        }
    }
    Ok(())
}

fn duration(text: &str) -> Checked {
    let Some(rest) = text.strip_prefix('P') else { return fail("must start with P") };
    if rest.is_empty() {
        return fail("nothing after P");
    }
    if let Some(weeks) = rest.strip_suffix('W') {
        return match weeks {
            "" => fail("no number in week"),
            _ if digits(weeks) < weeks.len() => fail("invalid week"),
            _ => Ok(()),
        };
    }
    let all = ["YMD", "HMS"];
    for (i, part) in rest.split('T').enumerate() {
        if i != 0 && part.is_empty() {
            return fail("no time elements");
        }
        let Some(&known) = all.get(i) else { return fail("more than one T") };
        duration_part(part, known)?;
    }
    Ok(())
}

fn duration_part(part: &str, known: &str) -> Checked {
    let (mut part, mut units) = (part, known);
    while !part.is_empty() {
        let count = digits(part);
        if count == 0 {
            return fail("missing number");
        }
        let rest = part.get(count..).unwrap_or_default();
        let Some(&unit) = rest.as_bytes().first() else { return fail("missing unit") };
        // Go looks at one byte.
        let shown = rune(char::from(unit));
        match units.bytes().position(|known| known == unit) {
            None if known.bytes().any(|known| known == unit) => return fail(format!("unit {shown} out of order")),
            None => return fail(format!("invalid unit {shown}")),
            Some(at) => units = units.get(at + 1..).unwrap_or_default(),
        }
        part = rest.get(1..).unwrap_or_default();
    }
    Ok(())
}

fn ipv4(text: &str) -> Checked {
    let groups: Vec<&str> = text.split('.').collect();
    if groups.len() != 4 {
        return fail("expected four decimals");
    }
    for group in groups {
        if group.len() > 1 && group.starts_with('0') {
            return fail("leading zeros");
        }
        let number = crate::value::number::atoi(group).map_err(|e| e.to_string())?;
        if !(0..=255).contains(&number) {
            return fail("decimal must be between 0 and 255");
        }
    }
    Ok(())
}

fn ipv6(text: &str) -> Checked {
    if !text.contains(':') {
        return fail("missing colon");
    }
    let address = parse_address(text)?;
    if address.zone { fail("zone id is not a part of ipv6 address") } else { Ok(()) }
}

fn hostname(text: &str) -> Checked {
    let text = text.strip_suffix('.').unwrap_or(text);
    if text.len() > 253 {
        return fail("more than 253 characters long");
    }
    for label in text.split('.') {
        if label.is_empty() || label.len() > 63 {
            return fail("label must be 1 to 63 characters long");
        }
        if label.starts_with('-') {
            return fail("label starts with hyphen");
        }
        if label.ends_with('-') {
            return fail("label ends with hyphen");
        }
        if let Some(c) = label.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-') {
            return fail(format!("invalid character {}", rune(c)));
        }
    }
    Ok(())
}

fn email(text: &str) -> Checked {
    if text.len() > 254 {
        return fail("more than 255 characters long");
    }
    let Some((local, domain)) = text.rsplit_once('@') else { return fail("missing @") };
    if local.len() > 64 {
        return fail("local part more than 64 characters long");
    }
    if local.len() > 1 && local.starts_with('"') && local.ends_with('"') {
        let inner = local.get(1..local.len() - 1).unwrap_or_default();
        if inner.contains(['\\', '"']) {
            return fail("backslash and quote are not allowed within quoted local part");
        }
    } else {
        local_part(local)?;
    }
    if let Some(inner) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return match inner.strip_prefix("IPv6:") {
            Some(address) => ipv6(address).map_err(|e| format!("invalid ipv6 address: {e}")),
            None => ipv4(inner).map_err(|e| format!("invalid ipv4 address: {e}")),
        };
    }
    hostname(domain).map_err(|e| format!("invalid domain: {e}"))
}

fn local_part(local: &str) -> Checked {
    if local.starts_with('.') {
        return fail("starts with dot");
    }
    if local.ends_with('.') {
        return fail("ends with dot");
    }
    if local.contains("..") {
        return fail("consecutive dots");
    }
    match local.chars().find(|c| !c.is_ascii_alphanumeric() && !".!#$%&'*+-/=?^_`{|}~".contains(*c)) {
        Some(c) => fail(format!("invalid character {}", rune(c))),
        None => Ok(()),
    }
}

fn date(text: &str) -> Checked {
    let utc = Zone::Utc;
    parse_in_location(b"2006-01-02", text.as_bytes(), &utc, &utc).map(|_| ())
}

/// Two numbers with a colon between, or three.
fn numbers(text: &str, what: &str) -> Result<Vec<i64>, String> {
    let mut found = Vec::new();
    for part in text.split(':') {
        let number = crate::value::number::atoi(part).map_err(|_| format!("invalid {what}"))?;
        if number < 0 {
            return Err(format!("non-positive {what}"));
        }
        found.push(number);
    }
    Ok(found)
}

fn time(text: &str) -> Checked {
    let bytes = text.as_bytes();
    if bytes.len() < 9 {
        return fail("less than 9 characters long");
    }
    if bytes.get(2) != Some(&b':') || bytes.get(5) != Some(&b':') {
        return fail("missing colon in correct place");
    }
    let Some(clock) = text.get(..8) else { return fail("invalid hour/min/sec") };
    // Go splits at two colons only.
    if clock.matches(':').count() > 2 {
        return fail("invalid hour/min/sec");
    }
    let found = numbers(clock, "hour/min/sec")?;
    let [h, m, s] = found.as_slice() else { return fail("missing hour/min/sec") };
    let (mut h, mut m) = (*h, *m);
    if h > 23 || m > 59 || *s > 60 {
        return fail("hour/min/sec out of range");
    }
    let mut rest = text.get(8..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix('.') {
        let count = digits(fraction);
        if count == 0 {
            return fail("no digits in second fraction");
        }
        rest = fraction.get(count..).unwrap_or_default();
    }
    if !matches!(rest, "z" | "Z") {
        let shift = offset(rest)?;
        let minutes = h * 60 + m + shift;
        let minutes = if minutes < 0 { minutes + 24 * 60 } else { minutes };
        (h, m) = (minutes / 60, minutes % 60);
    }
    if *s >= 60 && (h != 23 || m != 59) { fail("invalid leap second") } else { Ok(()) }
}

/// Minutes to add for UTC.
fn offset(text: &str) -> Result<i64, String> {
    if text.len() != 6 {
        return Err("offset must be 6 characters long".to_owned());
    }
    let sign = match text.as_bytes().first() {
        Some(b'+') => -1,
        Some(b'-') => 1,
        _ => return Err("offset must begin with plus/minus".to_owned()),
    };
    let rest = text.get(1..).unwrap_or_default();
    if rest.as_bytes().get(2) != Some(&b':') {
        return Err("missing colon in offset in correct place".to_owned());
    }
    if rest.matches(':').count() > 1 {
        return Err("invalid hour/min in offset".to_owned());
    }
    let found = numbers(rest, "hour/min in offset")?;
    let [h, m] = found.as_slice() else { return Err("invalid hour/min in offset".to_owned()) };
    if *h > 23 || *m > 59 {
        return Err("hour/min in offset out of range".to_owned());
    }
    Ok(sign * (h * 60 + m))
}

fn date_time(text: &str) -> Checked {
    if text.len() < 20 {
        return fail("less than 20 characters long");
    }
    if !matches!(text.as_bytes().get(10), Some(b't' | b'T')) {
        return fail("11th character must be t or T");
    }
    let (day, clock) = (text.get(..10).unwrap_or_default(), text.get(11..).unwrap_or_default());
    date(day).map_err(|e| format!("invalid date element: {e}"))?;
    time(clock).map_err(|e| format!("invalid time element: {e}"))
}

fn parse_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text.as_bytes())?;
    let host = url.hostname();
    if host.contains(&b':') {
        if !url.host.contains(&b'[') || !url.host.contains(&b']') {
            return Err("ipv6 address not enclosed in brackets".to_owned());
        }
        ipv6(&String::from_utf8_lossy(&host)).map_err(|e| format!("invalid ipv6 address: {e}"))?;
    }
    Ok(url)
}

fn uri(text: &str) -> Checked {
    let url = parse_url(text)?;
    if url.scheme.is_empty() { fail("relative url") } else { Ok(()) }
}

fn uri_reference(text: &str) -> Checked {
    if text.contains('\\') {
        return fail("contains \\");
    }
    parse_url(text).map(|_| ())
}

fn uri_template(text: &str) -> Checked {
    let url = parse_url(text)?;
    // Go looks at the raw path, which it keeps only where writing the path anew gives another text.
    let path = String::from_utf8_lossy(&url.raw_path).into_owned();
    for token in path.split('/') {
        let token = crate::gotmpl::funcs::url::path_unescape(token.as_bytes())
            .map_err(|e| format!("percent decode failed: {e}"))?;
        let mut open = false;
        for c in String::from_utf8_lossy(&token).chars().filter(|c| matches!(c, '{' | '}')) {
            if (c == '{') == open {
                return fail("nested curly braces");
            }
            open = !open;
        }
        if open {
            return fail("no matching closing brace");
        }
    }
    Ok(())
}

fn period(text: &str) -> Checked {
    let Some((start, end)) = text.split_once('/') else { return fail("missing slash") };
    if start.starts_with('P') {
        duration(start).map_err(|e| format!("invalid start duration: {e}"))?;
        return date_time(end).map_err(|e| format!("invalid end date-time: {e}"));
    }
    date_time(start).map_err(|e| format!("invalid start date-time: {e}"))?;
    if end.starts_with('P') {
        return duration(end).map_err(|e| format!("invalid end duration: {e}"));
    }
    date_time(end).map_err(|e| format!("invalid end date-time: {e}"))
}

fn identifier(text: &str, what: &str) -> Checked {
    match text.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-') {
        Some(c) => fail(format!("invalid character {} in {what} identifier", rune(c))),
        None => Ok(()),
    }
}

fn semver(text: &str) -> Checked {
    let mut core = text;
    if let Some((rest, build)) = core.split_once('+') {
        if build.is_empty() {
            return fail("build is empty");
        }
        for id in build.split('.') {
            if id.is_empty() {
                return fail("build identifier is empty");
            }
            identifier(id, "build")?;
        }
        core = rest;
    }
    if let Some((rest, pre)) = core.split_once('-') {
        for id in pre.split('.') {
            if id.is_empty() {
                return fail("pre-release identifier is empty");
            }
            identifier(id, "pre-release")?;
            if digits(id) == id.len() && id.len() > 1 && id.starts_with('0') {
                return fail("pre-release numeric identifier starts with zero");
            }
        }
        core = rest;
    }
    let numbers: Vec<&str> = core.split('.').collect();
    if numbers.len() != 3 {
        return fail("versionCore must have 3 numbers separated by dot");
    }
    for (number, name) in numbers.iter().zip(["major", "minor", "patch"]) {
        if number.is_empty() {
            return fail(format!("{name} is empty"));
        }
        if number.len() > 1 && number.starts_with('0') {
            return fail(format!("{name} starts with zero"));
        }
        if digits(number) < number.len() {
            return fail(format!("{name} contains non-digit"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(name: &str, text: &str) -> String {
        check(name, text).unwrap().err().unwrap_or_default()
    }

    #[test]
    fn formats_have_the_words_of_the_library() {
        assert_eq!(fault("uri", "/x"), "relative url");
        assert_eq!(fault("ipv4", "1.2.3"), "expected four decimals");
        assert_eq!(fault("ipv4", "1.2.3.x"), "strconv.Atoi: parsing \"x\": invalid syntax");
        assert_eq!(fault("date", "2024-13-01"), "parsing time \"2024-13-01\": month out of range");
        assert_eq!(fault("duration", "P1D1Y"), "unit 'Y' out of order");
        assert_eq!(fault("hostname", "a_b"), "invalid character '_'");
        assert_eq!(fault("email", "a@b"), "");
        assert_eq!(fault("semver", "1.2"), "versionCore must have 3 numbers separated by dot");
        assert_eq!(fault("time", "12:00:00+01:00"), "");
        assert!(check("nope", "").is_none());
    }
}
