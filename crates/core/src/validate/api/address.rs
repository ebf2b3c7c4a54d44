//! Addresses of the internet as the API server reads them: `netutils.ParseIPSloppy`, `validation.IsValidIP`, `IsValidCIDR`
//! and what `IsValidIPForLegacyField` allows beside them.

use super::syntax::Problem;
use std::net::{IpAddr, Ipv4Addr};

/// From this minor version on old fields take only canonical addresses.
const STRICT: u32 = 36;

/// An address in any form that Go once read, zeros in front of numbers included.
pub(super) fn sloppy_ip(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address);
    }
    let mut octets = [0_u8; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next().filter(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))?;
        let bare = part.trim_start_matches('0');
        *octet = if bare.is_empty() { 0 } else { bare.parse().ok()? };
    }
    parts.next().is_none().then_some(IpAddr::V4(Ipv4Addr::from(octets)))
}

/// A block of addresses in any form that Go once read.
pub(super) fn sloppy_cidr(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = text.split_once('/')?;
    let address = sloppy_ip(address)?;
    let digits = !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit());
    let bare = length.trim_start_matches('0');
    let length: u8 = if bare.is_empty() && digits { 0 } else { bare.parse().ok().filter(|_| digits)? };
    (length <= if address.is_ipv4() { 32 } else { 128 }).then_some((address, length))
}

/// Whether an IPv6 address holds one of IPv4.
fn is_mapped(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(six) if six.to_ipv4_mapped().is_some())
}

/// What is wrong with an address.
pub(super) fn ip(text: &str) -> Result<(), Problem> {
    match (sloppy_ip(text), text.parse::<IpAddr>()) {
        (None, _) => Err("expected an IP address such as 10.9.8.7 or 2001:db8::ffff".into()),
        (Some(_), Err(_)) => Err("expected an address without zeros in front of its numbers".into()),
        (Some(address), Ok(_)) if is_mapped(address) => Err("expected an address that is not IPv4 within IPv6".into()),
        _ => Ok(()),
    }
}

/// What is wrong with an address in a field that once took more forms.
pub(super) fn legacy_ip(text: &str, minor: u32) -> Result<(), Problem> {
    if minor < STRICT && sloppy_ip(text).is_some() { Ok(()) } else { ip(text) }
}

/// What is wrong with a block of addresses.
pub(super) fn cidr(text: &str) -> Result<(), Problem> {
    let Some((address, length)) = sloppy_cidr(text) else {
        return Err("expected a block of addresses such as 10.9.8.0/24 or 2001:db8::/64".into());
    };
    let (written, digits) = text.split_once('/').unwrap_or((text, ""));
    if written.parse::<IpAddr>().is_err() || digits != length.to_string() {
        return Err("expected a block without zeros in front of its numbers".into());
    }
    if is_mapped(address) {
        return Err("expected a block that is not IPv4 within IPv6".into());
    }
    if !is_first(address, length) {
        return Err("expected no bits behind the length of the prefix".into());
    }
    Ok(())
}

/// What is wrong with a block of addresses in a field that once took more forms.
pub(super) fn legacy_cidr(text: &str, minor: u32) -> Result<(), Problem> {
    if minor < STRICT && sloppy_cidr(text).is_some() { Ok(()) } else { cidr(text) }
}

fn is_first(address: IpAddr, length: u8) -> bool {
    match address {
        IpAddr::V4(a) => u32::from(a).checked_shl(u32::from(length)).unwrap_or(0) == 0,
        IpAddr::V6(a) => u128::from(a).checked_shl(u32::from(length)).unwrap_or(0) == 0,
    }
}

/// Whether a block holds an address.
pub(super) fn contains(outer: IpAddr, length: u8, inner: IpAddr) -> bool {
    match (outer, inner) {
        (IpAddr::V4(a), IpAddr::V4(b)) => {
            let shift = 32 - u32::from(length.min(32));
            u32::from(a).checked_shr(shift).unwrap_or(0) == u32::from(b).checked_shr(shift).unwrap_or(0)
        }
        (IpAddr::V6(a), IpAddr::V6(b)) => {
            let shift = 128 - u32::from(length.min(128));
            u128::from(a).checked_shr(shift).unwrap_or(0) == u128::from(b).checked_shr(shift).unwrap_or(0)
        }
        _ => false,
    }
}

/// What is wrong with an address that traffic may go to: `ValidateEndpointIP`.
pub(super) fn endpoint(text: &str) -> Result<(), Problem> {
    let Some(address) = sloppy_ip(text) else {
        return Err("expected an IP address such as 10.9.8.7 or 2001:db8::ffff".into());
    };
    let mapped = match address {
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    };
    let (link, multicast) = match mapped {
        IpAddr::V4(four) => (four.is_link_local(), four.octets().starts_with(&[224, 0, 0])),
        IpAddr::V6(six) => {
            let first = six.segments().first().copied().unwrap_or(0);
            (first & 0xffc0 == 0xfe80, first & 0xff0f == 0xff02)
        }
    };
    let what = if mapped.is_unspecified() {
        "unspecified"
    } else if mapped.is_loopback() {
        "in the loopback range"
    } else if link {
        "in the link-local range"
    } else if multicast {
        "in the link-local multicast range"
    } else {
        return Ok(());
    };
    Err(format!("expected an address that is not {what}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_strict_from_1_36_on() {
        assert!(
            ip("10.0.0.1").is_ok() && ip("::1").is_ok() && ip("010.0.0.1").is_err() && ip("::ffff:1.2.3.4").is_err()
        );
        assert!(legacy_ip("010.0.0.1", 35).is_ok() && legacy_ip("010.0.0.1", 36).is_err());
        assert!(legacy_ip("1.2.3", 31).is_err() && legacy_ip("1.2.3.256", 31).is_err() && legacy_ip("", 31).is_err());
        assert!(cidr("10.0.0.0/8").is_ok() && cidr("10.0.0.1/8").is_err() && cidr("10.0.0.0/08").is_err());
        assert!(
            cidr("::/0").is_ok() && cidr("0.0.0.0/0").is_ok() && cidr("1.2.3.4/32").is_ok() && cidr("1.2.3.4").is_err()
        );
        assert!(legacy_cidr("10.0.0.1/08", 31).is_ok() && legacy_cidr("10.0.0.0/33", 31).is_err());
        assert!(endpoint("10.0.0.1").is_ok() && endpoint("127.0.0.1").is_err() && endpoint("fe80::1").is_err());
        assert!(contains("10.0.0.0".parse().unwrap(), 8, "10.9.0.0".parse().unwrap()));
        assert!(!contains("10.0.0.0".parse().unwrap(), 8, "11.0.0.0".parse().unwrap()));
        assert!(contains("::".parse().unwrap(), 0, "fd00::".parse().unwrap()));
    }
}
