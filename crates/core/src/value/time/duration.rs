//! `time.Duration`.

/// `Duration.String`
pub fn duration_string(nanoseconds: i64) -> String {
    let n = nanoseconds.unsigned_abs();
    let sign = if nanoseconds < 0 { "-" } else { "" };
    if n < 1_000_000_000 {
        let (unit, scale) = match n {
            0 => return "0s".to_owned(),
            1..1_000 => ("ns", 0),
            1_000..1_000_000 => ("µs", 3),
            _ => ("ms", 6),
        };
        return format!("{sign}{}{unit}", with_fraction(n, scale));
    }
    let seconds = with_fraction(n % 60_000_000_000, 9);
    let minutes = n / 60_000_000_000;
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{sign}{seconds}s"),
        (0, m) => format!("{sign}{m}m{seconds}s"),
        (h, m) => format!("{sign}{h}h{m}m{seconds}s"),
    }
}

/// `n` shifted right by `scale` decimal digits, without trailing zeros.
fn with_fraction(n: u64, scale: u32) -> String {
    let unit = 10u64.pow(scale);
    let fraction = n % unit;
    if fraction == 0 {
        return (n / unit).to_string();
    }
    let digits = format!("{fraction:0width$}", width = scale as usize);
    format!("{}.{}", n / unit, digits.trim_end_matches('0'))
}

/// Package time's own quoting in error texts: bytes beyond ASCII as `\xNN`.
pub(super) fn quote(text: &[u8]) -> String {
    let mut out = String::from('"');
    for &b in text {
        match b {
            b'"' | b'\\' => out.extend(['\\', char::from(b)]),
            b' '..=0x7f => out.push(char::from(b)),
            _ => out.push_str(&format!("\\x{b:02x}")),
        }
    }
    out.push('"');
    out
}

/// `leadingInt`: digits up to 2^63, the rest; `None` for more.
pub(super) fn leading_int(s: &[u8]) -> Option<(u64, &[u8])> {
    let len = s.iter().take_while(|b| b.is_ascii_digit()).count();
    let (digits, rest) = s.split_at_checked(len)?;
    let mut n: u64 = 0;
    for d in digits {
        n = n.checked_mul(10)?.checked_add(u64::from(d - b'0'))?;
        if n > 1 << 63 {
            return None;
        }
    }
    Some((n, rest))
}

/// `leadingFraction`: the digits as a number and their scale, ignoring those beyond 64 bits.
fn leading_fraction(s: &[u8]) -> (u64, f64, &[u8]) {
    let len = s.iter().take_while(|b| b.is_ascii_digit()).count();
    let (digits, rest) = s.split_at_checked(len).unwrap_or((s, &[]));
    let mut n: u64 = 0;
    let mut scale = 1.0;
    for d in digits {
        if n > (i64::MAX as u64) / 10 {
            break;
        }
        let next = n * 10 + u64::from(d - b'0');
        if next > 1 << 63 {
            break;
        }
        n = next;
        scale *= 10.0;
    }
    (n, scale, rest)
}

/// `time.ParseDuration`. The error is Go's text.
pub fn parse_duration(text: &[u8]) -> Result<i64, String> {
    let invalid = |what: String| format!("time: {what} {}", quote(text));
    let bad = || invalid("invalid duration".to_owned());
    let (negative, mut s) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    if s == b"0" {
        return Ok(0);
    }
    if s.is_empty() {
        return Err(bad());
    }
    let mut total: u64 = 0;
    while let Some(first) = s.first() {
        if *first != b'.' && !first.is_ascii_digit() {
            return Err(bad());
        }
        let before = s.len();
        let (whole, rest) = leading_int(s).ok_or_else(bad)?;
        let has_whole = rest.len() != before;
        s = rest;
        let (mut fraction, mut scale, mut has_fraction) = (0, 1.0, false);
        if let Some((b'.', rest)) = s.split_first() {
            let (n, by, left) = leading_fraction(rest);
            has_fraction = left.len() != rest.len();
            (fraction, scale, s) = (n, by, left);
        }
        if !has_whole && !has_fraction {
            return Err(bad());
        }
        let len = s.iter().take_while(|b| **b != b'.' && !b.is_ascii_digit()).count();
        let (unit_name, rest) = s.split_at_checked(len).unwrap_or((s, &[]));
        s = rest;
        let unit: u64 = match unit_name {
            b"" => return Err(invalid("missing unit in duration".to_owned())),
            b"ns" => 1,
            b"us" | b"\xc2\xb5s" | b"\xce\xbcs" => 1_000,
            b"ms" => 1_000_000,
            b"s" => 1_000_000_000,
            b"m" => 60_000_000_000,
            b"h" => 3_600_000_000_000,
            other => return Err(invalid(format!("unknown unit {} in duration", quote(other)))),
        };
        if whole > (1 << 63) / unit {
            return Err(bad());
        }
        let mut part = whole * unit;
        if fraction > 0 {
            part = part.saturating_add((fraction as f64 * (unit as f64 / scale)) as u64);
            if part > 1 << 63 {
                return Err(bad());
            }
        }
        total = total.checked_add(part).filter(|t| *t <= 1 << 63).ok_or_else(bad)?;
    }
    if negative {
        return Ok((total as i64).wrapping_neg());
    }
    i64::try_from(total).map_err(|_| bad())
}

/// `Duration.Round`
pub fn round_duration(d: i64, m: i64) -> i64 {
    if m <= 0 {
        return d;
    }
    let r = d % m;
    let half = |r: u64| r.wrapping_add(r) < m as u64;
    if d < 0 {
        let r = -r;
        if half(r as u64) { d + r } else { d.checked_sub(m - r).unwrap_or(i64::MIN) }
    } else if half(r as u64) {
        d - r
    } else {
        d.checked_add(m - r).unwrap_or(i64::MAX)
    }
}

/// `Duration.Truncate`
pub fn truncate_duration(d: i64, m: i64) -> i64 {
    if m <= 0 { d } else { d - d % m }
}
