//! Go's `net/netip`: reading addresses, with its errors.

use crate::text::quote;

/// An address that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// Whether it names a zone.
    pub zone: bool,
}

/// `netip.ParseAddr`; the error is Go's text.
pub(crate) fn parse_address(text: &str) -> Result<Address, String> {
    match text.bytes().find(|b| matches!(b, b'.' | b':' | b'%')) {
        Some(b'.') => four(text, text).map(|()| Address { zone: false }),
        Some(b':') => six(text),
        Some(_) => fault(text, "missing IPv6 address", ""),
        None => fault(text, "unable to parse IP", ""),
    }
}

fn fault<T>(whole: &str, message: &str, at: &str) -> Result<T, String> {
    let whole = quote(whole.as_bytes());
    Err(match at {
        "" => format!("ParseAddr({whole}): {message}"),
        _ => format!("ParseAddr({whole}): {message} (at {})", quote(at.as_bytes())),
    })
}

/// `parseIPv4Fields`
fn four(whole: &str, text: &str) -> Result<(), String> {
    let bytes = text.as_bytes();
    let (mut value, mut fields, mut digits) = (0u32, 0, 0);
    for (i, &byte) in bytes.iter().enumerate() {
        let rest = text.get(i..).unwrap_or("");
        match byte {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    return fault(whole, "IPv4 field has octet with leading zero", "");
                }
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return fault(whole, "IPv4 field has value >255", "");
                }
            }
            b'.' => {
                let before = i.checked_sub(1).and_then(|i| bytes.get(i));
                if before.is_none_or(|b| *b == b'.') || i + 1 == bytes.len() {
                    return fault(whole, "IPv4 field must have at least one digit", rest);
                }
                if fields == 3 {
                    return fault(whole, "IPv4 address too long", "");
                }
                (value, digits) = (0, 0);
                fields += 1;
            }
            _ => return fault(whole, "unexpected character", rest),
        }
    }
    if fields < 3 { fault(whole, "IPv4 address too short", "") } else { Ok(()) }
}

/// `parseIPv6`
fn six(whole: &str) -> Result<Address, String> {
    let (mut text, zone) = whole.split_once('%').map_or((whole, None), |(text, zone)| (text, Some(zone)));
    if zone == Some("") {
        return fault(whole, "zone must be a non-empty string", "");
    }
    let address = Address { zone: zone.is_some() };
    let mut ellipsis = None;
    if let Some(rest) = text.strip_prefix("::") {
        (text, ellipsis) = (rest, Some(0));
        if text.is_empty() {
            return Ok(address);
        }
    }
    let mut filled = 0;
    while filled < 16 {
        let digits = group(whole, text)?;
        if text.as_bytes().get(digits) == Some(&b'.') {
            if ellipsis.is_none() && filled != 12 {
                let message = "embedded IPv4 address must replace the final 2 fields of the address";
                return fault(whole, message, text);
            }
            if filled + 4 > 16 {
                let message = "too many hex fields to fit an embedded IPv4 at the end of the address";
                return fault(whole, message, text);
            }
            four(whole, text)?;
            (text, filled) = ("", filled + 4);
            break;
        }
        filled += 2;
        text = text.get(digits..).unwrap_or_default();
        if text.is_empty() {
            break;
        }
        let Some(rest) = text.strip_prefix(':') else {
            return fault(whole, "unexpected character, want colon", text);
        };
        if rest.is_empty() {
            return fault(whole, "colon must be followed by more characters", text);
        }
        text = rest;
        if let Some(rest) = text.strip_prefix(':') {
            if ellipsis.is_some() {
                return fault(whole, "multiple :: in address", text);
            }
            (ellipsis, text) = (Some(filled), rest);
            if text.is_empty() {
                break;
            }
        }
    }
    if !text.is_empty() {
        return fault(whole, "trailing garbage after address", text);
    }
    match ellipsis {
        None if filled < 16 => fault(whole, "address string too short", ""),
        Some(_) if filled >= 16 => fault(whole, "the :: must expand to at least one field of zeros", ""),
        _ => Ok(address),
    }
}

/// The digits of the field at the start of a text.
fn group(whole: &str, text: &str) -> Result<usize, String> {
    let digits = text.bytes().take_while(u8::is_ascii_hexdigit).count();
    match digits {
        0 => fault(whole, "each colon-separated field must have at least one digit", text),
        1..=4 => Ok(digits),
        _ => fault(whole, "each group must have 4 or fewer digits", text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_gos() {
        let fault = |text: &str| parse_address(text).err().unwrap_or_default().replace("ParseAddr", "");
        assert_eq!(fault("::1"), "");
        assert_eq!(fault("1:2:3:4:5:6:1.2.3.4"), "");
        assert_eq!(fault("1.2.3"), "(\"1.2.3\"): IPv4 address too short");
        assert_eq!(fault("::x"), "(\"::x\"): each colon-separated field must have at least one digit (at \"x\")");
        assert_eq!(fault("1:2"), "(\"1:2\"): address string too short");
        assert_eq!(fault("1::2::3"), "(\"1::2::3\"): multiple :: in address (at \":3\")");
        assert!(parse_address("fe80::1%eth0").is_ok_and(|address| address.zone));
    }
}
