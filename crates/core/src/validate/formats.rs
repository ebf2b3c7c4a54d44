//! Formats of texts: times as Go reads them, and those of `go-openapi/strfmt` that custom resources may have.

/// Whether Go reads a text as a time of RFC 3339. A time in microseconds has a fraction.
pub(super) fn is_time(text: &str, micro: bool) -> bool {
    let Some((date, rest)) = text.split_once('T') else { return false };
    let zone_at = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
    let Some((clock, zone)) = rest.split_at_checked(zone_at) else { return false };
    let (clock, fraction) = match clock.split_once(['.', ',']) {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (clock, None),
    };
    let fraction_fits = match fraction {
        Some(fraction) => digits(fraction) && (!micro || fraction.len() == 6),
        None => !micro,
    };
    let zone_fits = zone == "Z" || zone.get(1..).is_some_and(|zone| numbers(zone, ':', &[(0, 24), (0, 60)]).is_some());
    is_date(date) && is_clock(clock) && fraction_fits && zone_fits
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Numbers of two digits between separators, within bounds.
fn numbers(text: &str, separator: char, bounds: &[(u32, u32)]) -> Option<Vec<u32>> {
    let parts: Vec<&str> = text.split(separator).collect();
    if parts.len() != bounds.len() {
        return None;
    }
    let one = |(part, (low, high)): (&&str, &(u32, u32))| {
        let number: u32 = part.parse().ok().filter(|_| digits(part) && part.len() == 2)?;
        (*low..=*high).contains(&number).then_some(number)
    };
    parts.iter().zip(bounds).map(one).collect()
}

fn is_clock(text: &str) -> bool {
    numbers(text, ':', &[(0, 23), (0, 59), (0, 59)]).is_some()
}

/// A day that there is: `2006-01-02`.
pub(super) fn is_date(text: &str) -> bool {
    let Some((year, rest)) = text.split_once('-') else { return false };
    let Some(month_day) = numbers(rest, '-', &[(1, 12), (1, 31)]) else { return false };
    let (Some(year), [month, day]) =
        (year.parse::<u32>().ok().filter(|_| year.len() == 4 && digits(year)), month_day.as_slice())
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    *day <= last
}

/// Times of strfmt: several forms with and without zone.
pub(super) fn is_date_time(text: &str) -> bool {
    if text.len() < 4 {
        return text.is_empty();
    }
    let Some((date, rest)) = text.split_once(['T', 't', ' ']) else { return false };
    let zone_at = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let Some((clock, zone)) = rest.split_at_checked(zone_at) else { return false };
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, "0"));
    let clock_fits = is_clock(clock) || numbers(clock, ':', &[(0, 23), (0, 59)]).is_some();
    let offset = zone.get(1..).unwrap_or("");
    let zone_fits = matches!(zone, "" | "Z" | "z")
        || numbers(offset, ':', &[(0, 24), (0, 60)]).is_some()
        || (offset.len() == 4 && digits(offset));
    is_date(date) && clock_fits && digits(fraction) && zone_fits
}

/// Whether a text is of a format, and what the format is in words; none for formats that the server does not know.
pub(super) fn check(format: &str, text: &str, minor: u32) -> Option<(bool, &'static str)> {
    let hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    let count = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    Some(match format.replace('-', "").as_str() {
        "datetime" => (is_date_time(text), "a time such as 2006-01-02T15:04:05Z"),
        "date" => (is_date(text), "a date such as 2006-01-02"),
        "duration" => (is_duration(text), "a duration such as 1h30m"),
        "ipv4" => (text.parse::<std::net::Ipv4Addr>().is_ok(), "an IPv4 address"),
        "ipv6" => (text.parse::<std::net::Ipv6Addr>().is_ok(), "an IPv6 address"),
        "cidr" => (is_cidr(text), "a block of addresses such as 10.0.0.0/8"),
        "mac" => (is_mac(text), "a MAC address"),
        "uuid" => (is_uuid(text, None), "a UUID"),
        "uuid3" => (is_uuid(text, Some(b'3')), "a UUID of version 3"),
        "uuid4" => (is_uuid(text, Some(b'4')), "a UUID of version 4"),
        "uuid5" => (is_uuid(text, Some(b'5')), "a UUID of version 5"),
        "byte" => (crate::text::base64_decode(text.as_bytes()).is_some(), "base64"),
        "email" => (is_email(text), "an e-mail address"),
        "hostname" => (is_hostname(text), "a host name"),
        "uri" => (is_uri(text), "a URI with a scheme, or an absolute path"),
        "hexcolor" => {
            let bare = text.strip_prefix('#').unwrap_or(text);
            (hex(bare) && matches!(bare.len(), 3 | 6), "a colour such as #ffaa00")
        }
        "rgbcolor" => (is_rgb(text), "a colour such as rgb(255,170,0)"),
        "bsonobjectid" => (hex(text) && text.len() == 24, "24 hexadecimal digits"),
        "ssn" => (count(text) == 9 && text.len() <= 11, "a social security number"),
        "isbn" | "isbn10" | "isbn13" => {
            let bare: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
            let ten = bare.len() == 10 && isbn10(&bare);
            let thirteen = bare.len() == 13 && isbn13(&bare);
            let fits = match format {
                "isbn10" => ten,
                "isbn13" => thirteen,
                _ => ten || thirteen,
            };
            (fits, "an ISBN")
        }
        "creditcard" => (luhn(text), "the number of a credit card"),
        "k8sshortname" if minor >= 35 => (is_label(text), "a DNS label"),
        "k8slongname" if minor >= 35 => (text.len() <= 253 && text.split('.').all(is_label_part), "a DNS subdomain"),
        _ => return None,
    })
}

fn is_label(text: &str) -> bool {
    text.len() <= 63 && is_label_part(text)
}

fn is_label_part(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !text.is_empty() && !text.starts_with('-') && !text.ends_with('-') && text.bytes().all(inner)
}

/// strfmt's durations: those of Go, and numbers with words such as `3 days`.
fn is_duration(text: &str) -> bool {
    const UNITS: &[&str] = &[
        "ns",
        "nano",
        "nanosecond",
        "us",
        "µs",
        "μs",
        "micro",
        "microsecond",
        "ms",
        "milli",
        "millisecond",
        "s",
        "sec",
        "second",
        "m",
        "min",
        "minute",
        "h",
        "hr",
        "hour",
        "d",
        "day",
        "w",
        "wk",
        "week",
    ];
    if crate::value::time::parse_duration(text.as_bytes()).is_ok() {
        return true;
    }
    let text = text.trim();
    let at = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-' && c != '+').unwrap_or(text.len());
    let Some((number, unit)) = text.split_at_checked(at) else { return false };
    let unit = unit.trim().to_lowercase();
    number.parse::<f64>().is_ok()
        && (UNITS.contains(&unit.as_str()) || unit.strip_suffix('s').is_some_and(|unit| UNITS.contains(&unit)))
}

fn is_cidr(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    let Ok(address) = address.parse::<std::net::IpAddr>() else { return false };
    let most = if address.is_ipv4() { 32 } else { 128 };
    digits(length) && (length == "0" || !length.starts_with('0')) && length.parse::<u32>().is_ok_and(|n| n <= most)
}

fn is_mac(text: &str) -> bool {
    let pairs = |separator: char| {
        let parts: Vec<&str> = text.split(separator).collect();
        matches!(parts.len(), 6 | 8 | 20)
            && parts.iter().all(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    let quads = || {
        let parts: Vec<&str> = text.split('.').collect();
        matches!(parts.len(), 3 | 4 | 10)
            && parts.iter().all(|part| part.len() == 4 && part.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    pairs(':') || pairs('-') || quads()
}

fn is_uuid(text: &str, version: Option<u8>) -> bool {
    let bare: Vec<u8> = text.bytes().filter(|b| *b != b'-').collect();
    let variant = || matches!(bare.get(16), Some(b'8' | b'9' | b'a' | b'b' | b'A' | b'B'));
    bare.len() == 32
        && bare.iter().all(u8::is_ascii_hexdigit)
        && version.is_none_or(|version| bare.get(12) == Some(&version) && (version == b'3' || variant()))
}

fn is_email(text: &str) -> bool {
    let address = text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')).map_or(text, |(_, address)| address);
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let plain = |c: char| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-.".contains(c);
    let quoted = local.len() > 1 && local.starts_with('"') && local.ends_with('"');
    let dotted = |text: &str| text.split('.').all(|part| !part.is_empty());
    (quoted || (dotted(local) && local.chars().all(plain))) && dotted(domain) && domain.chars().all(plain)
}

fn is_hostname(text: &str) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text);
    let label = |part: &str| {
        let inner = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        (1..=63).contains(&part.len()) && !part.starts_with('-') && !part.ends_with('-') && part.chars().all(inner)
    };
    !text.is_empty() && text.len() <= 255 && text.split('.').all(label)
}

fn is_uri(text: &str) -> bool {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    let fits = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    };
    let host = text.split_once("://").is_none_or(|(_, rest)| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
        !authority.contains([' ', '<', '>', '"'])
    });
    (text.starts_with('/') || scheme.is_some_and(fits)) && host && !text.contains(|c: char| c.is_control())
}

fn is_rgb(text: &str) -> bool {
    let inner = text.strip_prefix("rgb(").and_then(|rest| rest.strip_suffix(')'));
    let parts: Vec<&str> = inner.map_or(Vec::new(), |inner| inner.split(',').map(str::trim).collect());
    parts.len() == 3 && parts.iter().all(|part| digits(part) && part.parse::<u32>().is_ok_and(|n| n <= 255))
}

fn isbn10(text: &str) -> bool {
    let value = |(at, c): (usize, char)| match c {
        'X' if at == 9 => Some(10),
        c => c.to_digit(10),
    };
    let sum = text.chars().enumerate().map(|(at, c)| Some((at as u32 + 1) * value((at, c))?)).sum::<Option<u32>>();
    sum.is_some_and(|sum| sum % 11 == 0)
}

fn isbn13(text: &str) -> bool {
    let sum = text.chars().enumerate().map(|(at, c)| Some(c.to_digit(10)? * if at % 2 == 0 { 1 } else { 3 }));
    sum.sum::<Option<u32>>().is_some_and(|sum| sum % 10 == 0)
}

fn luhn(text: &str) -> bool {
    let bare: Vec<u32> = text.chars().filter(|c| !matches!(c, '-' | ' ')).filter_map(|c| c.to_digit(10)).collect();
    let other = text.chars().any(|c| !c.is_ascii_digit() && !matches!(c, '-' | ' '));
    let sum: u32 = bare
        .iter()
        .rev()
        .enumerate()
        .map(|(at, n)| if at % 2 == 1 { if *n > 4 { n * 2 - 9 } else { n * 2 } } else { *n })
        .sum();
    !other && (12..=19).contains(&bare.len()) && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_go() {
        for (text, plain, micro) in [
            ("2026-01-01T00:00:00Z", true, false),
            ("2026-01-01T00:00:00.123456Z", true, true),
            ("2026-02-30T00:00:00Z", false, false),
            ("2026-01-01T24:00:00Z", false, false),
            ("2026-01-01T00:00:00+01:00", true, false),
            ("yesterday", false, false),
            ("2026-01-01", false, false),
            ("", false, false),
        ] {
            assert_eq!((is_time(text, false), is_time(text, true)), (plain, micro), "{text}");
        }
    }

    #[test]
    fn formats_follow_strfmt() {
        for (format, good, bad) in [
            ("date-time", "2006-01-02T15:04:05Z", "2006-01-02T25:04:05Z"),
            ("date", "2024-02-29", "2023-02-29"),
            ("duration", "1h30m", "x"),
            ("duration", "3 days", "3 moons"),
            ("ipv4", "1.2.3.4", "1.2.3"),
            ("cidr", "10.0.0.1/8", "10.0.0.0/33"),
            ("mac", "01:23:45:67:89:ab", "01:23"),
            ("uuid", "a987fbc9-4bed-3078-cf07-9141ba07c9f3", "a987"),
            ("byte", "aGVsbG8=", "!"),
            ("email", "a@b.c", "a"),
            ("hostname", "a.b", "a..b"),
            ("uri", "https://a.b/c", "a b"),
            ("hexcolor", "#fff", "#ff"),
            ("isbn10", "0306406152", "0306406153"),
            ("creditcard", "4111111111111111", "4111111111111112"),
        ] {
            assert_eq!(check(format, good, 37).map(|c| c.0), Some(true), "{format} {good}");
            assert_eq!(check(format, bad, 37).map(|c| c.0), Some(false), "{format} {bad}");
        }
        assert!(check("int-or-string", "x", 37).is_none());
    }
}
