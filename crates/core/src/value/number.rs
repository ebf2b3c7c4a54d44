//! Numbers as text, exactly as Go's `strconv` writes and reads them.

use std::fmt;

/// The digits of a number: `0.d1d2d3… × 10^point`, without trailing zeros.
#[derive(Debug, Default)]
struct Digits {
    digits: Vec<u8>,
    point: i32,
}

impl Digits {
    /// Reads what Rust's own formatting and `ryu` write: `12.5`, `1e-7`, `1.25e20`.
    fn read(text: &[u8]) -> Digits {
        let mut all = Digits::default();
        let (mantissa, exponent) = match text.iter().position(|&b| b == b'e') {
            Some(e) => (text.get(..e).unwrap_or_default(), text.get(e + 1..).unwrap_or_default()),
            None => (text, &b""[..]),
        };
        let mut seen_point = false;
        for &b in mantissa {
            match b {
                b'.' => seen_point = true,
                b'0' if all.digits.is_empty() => all.point -= i32::from(seen_point),
                b'0'..=b'9' => {
                    all.digits.push(b);
                    all.point += i32::from(!seen_point);
                }
                _ => {}
            }
        }
        let exponent = std::str::from_utf8(exponent).ok().and_then(|e| e.parse::<i32>().ok()).unwrap_or(0);
        while all.digits.last() == Some(&b'0') {
            all.digits.pop();
        }
        all.point = if all.digits.is_empty() { 0 } else { all.point + exponent };
        all
    }

    /// The fewest digits that read back as the same number; of two candidates the closer one.
    fn shortest(value: f64, bits: u32) -> Digits {
        let mut buffer = ryu::Buffer::new();
        let text = if bits == 32 { buffer.format_finite(value as f32) } else { buffer.format_finite(value) };
        Digits::read(text.as_bytes())
    }

    fn len(&self) -> i32 {
        self.digits.len() as i32
    }

    fn at(&self, index: i32) -> u8 {
        usize::try_from(index).ok().and_then(|i| self.digits.get(i)).copied().unwrap_or(b'0')
    }
}

/// No float has more significant digits than this many, so more need not be asked for.
const MOST_DIGITS: usize = 1100;

/// Go's `strconv.FormatFloat`: `verb` is one of `e E f g G x X b`, no precision means the shortest text that
/// reads back as the same number, `bits` is 32 or 64.
pub fn format_float(value: f64, verb: u8, precision: Option<usize>, bits: u32) -> String {
    let value = if bits == 32 { f64::from(value as f32) } else { value };
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value < 0.0 { "-Inf" } else { "+Inf" }.to_owned();
    }
    if let (b'f' | b'g', None, Some(whole)) = (verb, precision, small_integer(value)) {
        return whole.to_string();
    }
    let mut out = String::with_capacity(24);
    if value.is_sign_negative() {
        out.push('-');
    }
    let abs = value.abs();
    match (verb, precision) {
        (b'b', _) => write_binary(&mut out, abs, bits),
        (b'x' | b'X', _) => write_hex(&mut out, abs, verb, precision, bits),
        (_, None) => write_shortest(&mut out, &Digits::shortest(abs, bits), verb),
        (_, Some(precision)) => write_fixed(&mut out, abs, verb, precision),
    }
    out
}

/// A whole number of so few digits that no form of it has an exponent: most numbers in values are such.
fn small_integer(value: f64) -> Option<i32> {
    let whole = value as i32;
    let is_whole = f64::from(whole) == value && whole.unsigned_abs() < 1_000_000;
    (is_whole && (whole != 0 || value.is_sign_positive())).then_some(whole)
}

fn write_shortest(out: &mut String, digits: &Digits, verb: u8) {
    match verb {
        b'e' | b'E' => write_exponent(out, digits, digits.len() - 1, verb),
        b'f' | b'F' => write_plain(out, digits, digits.len() - digits.point),
        // Go decides about the exponent as if six digits had been asked for.
        b'g' | b'G' => write_general(out, digits, digits.len(), 6, verb),
        other => write_unknown(out, other),
    }
}

fn write_fixed(out: &mut String, abs: f64, verb: u8, precision: usize) {
    let exact = precision.min(MOST_DIGITS);
    let wanted = i32::try_from(precision).unwrap_or(i32::MAX);
    match verb {
        b'e' | b'E' => write_exponent(out, &Digits::read(format!("{abs:.exact$e}").as_bytes()), wanted, verb),
        b'f' | b'F' => write_plain(out, &Digits::read(format!("{abs:.exact$}").as_bytes()), wanted),
        b'g' | b'G' => {
            let wanted = wanted.max(1);
            let exact = exact.saturating_sub(1);
            let digits = Digits::read(format!("{abs:.exact$e}").as_bytes());
            let limit = if wanted > digits.len() && digits.len() >= digits.point { digits.len() } else { wanted };
            write_general(out, &digits, wanted, limit, verb);
        }
        other => write_unknown(out, other),
    }
}

fn write_unknown(out: &mut String, verb: u8) {
    out.push('%');
    out.push(char::from(verb));
}

/// Go's `%g` after rounding: an exponent below -4 or from `limit` on, plain digits in between.
fn write_general(out: &mut String, digits: &Digits, precision: i32, limit: i32, verb: u8) {
    let exponent = digits.point - 1;
    if exponent < -4 || exponent >= limit {
        let precision = precision.min(digits.len());
        write_exponent(out, digits, precision - 1, verb - (b'g' - b'e'));
    } else {
        let precision = if precision > digits.point { digits.len() } else { precision };
        write_plain(out, digits, precision - digits.point);
    }
}

fn write_exponent(out: &mut String, digits: &Digits, precision: i32, verb: u8) {
    out.push(char::from(digits.at(0)));
    if precision > 0 {
        out.push('.');
        out.extend((1..=precision).map(|i| char::from(digits.at(i))));
    }
    let exponent = if digits.digits.is_empty() { 0 } else { digits.point - 1 };
    write_power(out, char::from(verb), exponent);
}

/// An exponent with its sign and at least two digits.
fn write_power(out: &mut String, letter: char, exponent: i32) {
    let sign = if exponent < 0 { '-' } else { '+' };
    out.push_str(&format!("{letter}{sign}{:02}", exponent.unsigned_abs()));
}

fn write_plain(out: &mut String, digits: &Digits, precision: i32) {
    if digits.point > 0 {
        out.extend((0..digits.point).map(|i| char::from(digits.at(i))));
    } else {
        out.push('0');
    }
    if precision > 0 {
        out.push('.');
        out.extend((0..precision).map(|i| char::from(digits.at(digits.point.saturating_add(i)))));
    }
}

/// Mantissa and binary exponent of a finite, non-negative float, so that it is `mantissa × 2^exponent`.
fn parts(abs: f64, bits: u32) -> (u64, i32, u32) {
    let (raw, mantissa_bits, bias) =
        if bits == 32 { (u64::from((abs as f32).to_bits()), 23_u32, 127) } else { (abs.to_bits(), 52, 1023) };
    let fraction = raw & ((1 << mantissa_bits) - 1);
    match (raw >> mantissa_bits) as i32 {
        0 => (fraction, 1 - bias, mantissa_bits),
        exponent => (fraction | 1 << mantissa_bits, exponent - bias, mantissa_bits),
    }
}

fn write_binary(out: &mut String, abs: f64, bits: u32) {
    let (mantissa, exponent, mantissa_bits) = parts(abs, bits);
    out.push_str(&format!("{mantissa}p{:+}", exponent - mantissa_bits as i32));
}

fn write_hex(out: &mut String, abs: f64, verb: u8, precision: Option<usize>, bits: u32) {
    let (mut mantissa, mut exponent, mantissa_bits) = parts(abs, bits);
    if mantissa == 0 {
        exponent = 0;
    }
    mantissa <<= 60 - mantissa_bits;
    while mantissa != 0 && mantissa & (1 << 60) == 0 {
        mantissa <<= 1;
        exponent -= 1;
    }
    if let Some(precision) = precision.filter(|&p| p < 15) {
        let shift = precision as u32 * 4;
        let extra = (mantissa << shift) & ((1 << 60) - 1);
        mantissa >>= 60 - shift;
        mantissa += u64::from(extra | (mantissa & 1) > 1 << 59);
        mantissa <<= 60 - shift;
        if mantissa & (1 << 61) != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    out.push('0');
    out.push(char::from(verb));
    out.push(if (mantissa >> 60) & 1 == 1 { '1' } else { '0' });
    mantissa <<= 4;
    let digit = |mantissa: &mut u64| {
        let d = char::from_digit((*mantissa >> 60) as u32, 16).unwrap_or('0');
        *mantissa <<= 4;
        if verb == b'X' { d.to_ascii_uppercase() } else { d }
    };
    match precision {
        None if mantissa != 0 => {
            out.push('.');
            while mantissa != 0 {
                out.push(digit(&mut mantissa));
            }
        }
        Some(precision) if precision > 0 => {
            out.push('.');
            out.extend((0..precision).map(|_| digit(&mut mantissa)));
        }
        _ => {}
    }
    write_power(out, if verb == b'X' { 'P' } else { 'p' }, exponent);
}

/// What is wrong with a number's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumErrorKind {
    /// Not a number at all.
    Syntax,
    /// A number that the type cannot hold.
    Range,
    /// No such base.
    Base(u32),
}

/// Go's `*strconv.NumError`.
#[derive(Clone, Debug, PartialEq)]
pub struct NumError {
    /// The Go function that failed, without its package.
    pub func: &'static str,
    /// The text it was given.
    pub text: Vec<u8>,
    /// What is wrong.
    pub kind: NumErrorKind,
    /// The nearest value that the type holds, which Go returns beside a range error; otherwise zero.
    pub nearest: Nearest,
}

/// The value that Go returns beside an error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Nearest {
    /// Of an integer.
    Int(i64),
    /// Of an unsigned integer.
    Uint(u64),
    /// Of a float.
    Float(f64),
}

impl fmt::Display for NumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "strconv.{}: parsing {}: ", self.func, crate::text::quote(&self.text))?;
        match self.kind {
            NumErrorKind::Syntax => f.write_str("invalid syntax"),
            NumErrorKind::Range => f.write_str("value out of range"),
            NumErrorKind::Base(base) => write!(f, "invalid base {base}"),
        }
    }
}

impl std::error::Error for NumError {}

/// Go's `strconv.ParseUint`. Base 0 takes the base from the prefix and allows underscores. The error is Go's.
pub fn parse_uint(text: impl AsRef<[u8]>, base: u32, bits: u32) -> Result<u64, NumError> {
    let text = text.as_ref();
    unsigned(text, base, bits).map_err(|(kind, nearest)| NumError {
        func: "ParseUint",
        text: text.to_vec(),
        kind,
        nearest: Nearest::Uint(nearest),
    })
}

/// Go's `strconv.ParseInt`. Base 0 takes the base from the prefix and allows underscores. The error is Go's.
pub fn parse_int(text: impl AsRef<[u8]>, base: u32, bits: u32) -> Result<i64, NumError> {
    let text = text.as_ref();
    signed(text, base, bits).map_err(|(kind, nearest)| NumError {
        func: "ParseInt",
        text: text.to_vec(),
        kind,
        nearest: Nearest::Int(nearest),
    })
}

/// [`parse_int`] for callers that do not want to know what is wrong.
pub(crate) fn try_int(text: &[u8], base: u32) -> Option<i64> {
    signed(text, base, 64).ok()
}

/// [`parse_uint`] for callers that do not want to know what is wrong.
pub(crate) fn try_uint(text: &[u8], base: u32) -> Option<u64> {
    unsigned(text, base, 64).ok()
}

/// [`parse_float`] for callers that do not want to know what is wrong.
pub(crate) fn try_float(text: &[u8]) -> Option<f64> {
    match float(text)? {
        Float::Special(value) => Some(value),
        Float::Number(value) => value.is_finite().then_some(value),
    }
}

fn signed(text: &[u8], base: u32, bits: u32) -> Result<i64, (NumErrorKind, i64)> {
    let (negative, digits) = match text {
        [b'+', rest @ ..] => (false, rest),
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let bits = if bits == 0 { 64 } else { bits.min(64) };
    let most = u64::MAX >> (65 - bits);
    let n = match unsigned(digits, base, bits) {
        Ok(n) => n,
        Err((NumErrorKind::Range, n)) => n,
        Err((kind, _)) => return Err((kind, 0)),
    };
    match negative {
        false if n > most => Err((NumErrorKind::Range, most as i64)),
        true if n > most + 1 => Err((NumErrorKind::Range, (most as i64).wrapping_neg() - 1)),
        true => Ok((n as i64).wrapping_neg()),
        false => Ok(n as i64),
    }
}

/// Go's `strconv.Atoi`. The error is Go's.
pub fn atoi(text: impl AsRef<[u8]>) -> Result<i64, NumError> {
    parse_int(text, 10, 64).map_err(|e| NumError { func: "Atoi", ..e })
}

fn unsigned(text: &[u8], base: u32, bits: u32) -> Result<u64, (NumErrorKind, u64)> {
    const SYNTAX: (NumErrorKind, u64) = (NumErrorKind::Syntax, 0);
    let from_prefix = base == 0;
    let (base, digits) = match (base, text) {
        (_, []) => return Err(SYNTAX),
        (2..=36, _) => (base, text),
        (0, [b'0', b'b' | b'B', rest @ ..]) if !rest.is_empty() => (2, rest),
        (0, [b'0', b'o' | b'O', rest @ ..]) if !rest.is_empty() => (8, rest),
        (0, [b'0', b'x' | b'X', rest @ ..]) if !rest.is_empty() => (16, rest),
        (0, [b'0', rest @ ..]) => (8, rest),
        (0, _) => (10, text),
        _ => return Err((NumErrorKind::Base(base), 0)),
    };
    let bits = if bits == 0 { 64 } else { bits.min(64) };
    let most = u64::MAX >> (64 - bits);
    let mut n = 0_u64;
    let mut underscores = false;
    for &b in digits {
        if b == b'_' && from_prefix {
            underscores = true;
            continue;
        }
        let digit = char::from(b).to_digit(36).filter(|&d| d < base).ok_or(SYNTAX)?;
        n = n
            .checked_mul(u64::from(base))
            .and_then(|n| n.checked_add(u64::from(digit)))
            .filter(|&n| n <= most)
            .ok_or((NumErrorKind::Range, most))?;
    }
    if underscores && !underscores_ok(text) {
        return Err(SYNTAX);
    }
    Ok(n)
}

/// Go's `underscoreOK`: underscores stand between digits, or between a base prefix and a digit.
fn underscores_ok(text: &[u8]) -> bool {
    let text = match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    };
    let (mut seen, hex, rest) = match text {
        [b'0', letter, rest @ ..] if b"bBoOxX".contains(letter) => (b'0', letter.eq_ignore_ascii_case(&b'x'), rest),
        _ => (b'^', false, text),
    };
    for &b in rest {
        seen = match (b, seen) {
            (b'0'..=b'9', _) => b'0',
            (b'a'..=b'f' | b'A'..=b'F', _) if hex => b'0',
            (b'_', b'0') => b'_',
            (b'_', _) | (_, b'_') => return false,
            _ => b'!',
        };
    }
    seen != b'_'
}

/// Go's `strconv.ParseFloat` for 64 bits: decimal and hexadecimal floats, `inf`, `infinity`, `nan`.
/// The error is Go's.
pub fn parse_float(text: impl AsRef<[u8]>) -> Result<f64, NumError> {
    let text = text.as_ref();
    let fail =
        |kind, nearest| NumError { func: "ParseFloat", text: text.to_vec(), kind, nearest: Nearest::Float(nearest) };
    let value = float(text).ok_or_else(|| fail(NumErrorKind::Syntax, 0.0))?;
    match value {
        Float::Special(value) => Ok(value),
        Float::Number(value) if value.is_infinite() => Err(fail(NumErrorKind::Range, value)),
        Float::Number(value) => Ok(value),
    }
}

enum Float {
    /// Spelled `inf` or `nan`.
    Special(f64),
    Number(f64),
}

fn float(text: &[u8]) -> Option<Float> {
    let (sign, rest) = match text {
        [b'+', rest @ ..] => (1.0, rest),
        [b'-', rest @ ..] => (-1.0, rest),
        _ => (1.0, text),
    };
    if rest.eq_ignore_ascii_case(b"inf") || rest.eq_ignore_ascii_case(b"infinity") {
        return Some(Float::Special(sign * f64::INFINITY));
    }
    if text.eq_ignore_ascii_case(b"nan") {
        return Some(Float::Special(f64::NAN));
    }
    if let [b'0', b'x' | b'X', digits @ ..] = rest {
        let value = hex_float(digits)?;
        return (!text.contains(&b'_') || underscores_ok(text)).then_some(Float::Number(sign * value));
    }
    if !rest.iter().all(|b| b.is_ascii_digit() || b".eE+-_".contains(b)) || !rest.iter().any(u8::is_ascii_digit) {
        return None;
    }
    if rest.contains(&b'_') {
        if !underscores_ok(text) {
            return None;
        }
        let plain: String = rest.iter().filter(|&&b| b != b'_').map(|&b| char::from(b)).collect();
        return plain_float(&plain).map(|value| Float::Number(sign * value));
    }
    plain_float(std::str::from_utf8(rest).ok()?).map(|value| Float::Number(sign * value))
}

fn plain_float(text: &str) -> Option<f64> {
    // A second sign would be taken by Rust.
    if text.starts_with(['+', '-']) { None } else { text.parse().ok() }
}

/// Go's `atofHex` for the text after `0x`.
fn hex_float(text: &[u8]) -> Option<f64> {
    let (mut mantissa, mut exponent, mut lost) = (0_u64, 0_i64, false);
    let (mut point, mut any) = (false, false);
    let mut rest = text;
    while let [b, tail @ ..] = rest {
        match b {
            b'_' => {}
            b'.' if !point => point = true,
            b if b.is_ascii_hexdigit() => {
                any = true;
                let digit = char::from(*b).to_digit(16).map_or(0, u64::from);
                if mantissa >> 60 == 0 {
                    mantissa = mantissa << 4 | digit;
                    exponent -= if point { 4 } else { 0 };
                } else {
                    lost |= digit != 0;
                    exponent += if point { 0 } else { 4 };
                }
            }
            _ => break,
        }
        rest = tail;
    }
    let [b'p' | b'P', power @ ..] = rest else { return None };
    let (negative, power) = match power {
        [b'+', digits @ ..] => (false, digits),
        [b'-', digits @ ..] => (true, digits),
        _ => (false, power),
    };
    if !any || !power.first()?.is_ascii_digit() || !power.iter().all(|b| b.is_ascii_digit() || *b == b'_') {
        return None;
    }
    let power = power.iter().filter(|&&b| b != b'_').fold(0_i64, |n, b| (n * 10 + i64::from(b - b'0')).min(100_000));
    exponent += if negative { -power } else { power };
    Some(scale(mantissa, exponent, lost))
}

/// `mantissa × 2^exponent` rounded once, to even; `lost` says that bits were cut off below.
fn scale(mut mantissa: u64, mut exponent: i64, lost: bool) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let shift = mantissa.leading_zeros();
    mantissa <<= shift;
    exponent -= i64::from(shift);
    // The leading bit stands for 2^(exponent+63); normal floats keep 53 bits, tiny ones fewer.
    let top = exponent + 63;
    if top > 1023 {
        return f64::INFINITY;
    }
    let keep = if top >= -1022 { 53 } else { 53 - (-1022 - top) };
    if keep < 0 {
        return 0.0;
    }
    let cut = (64 - keep) as u32;
    let wide = u128::from(mantissa);
    let half = 1_u128 << (cut - 1);
    let below = wide & ((1_u128 << cut) - 1);
    let mut kept = (wide >> cut) as u64;
    if below > half || (below == half && (lost || kept & 1 == 1)) {
        kept += 1;
    }
    // Adding the bits together lets a carry run into the exponent, up to infinity.
    let biased = if top >= -1022 { (top + 1022) as u64 } else { 0 };
    f64::from_bits((biased << 52).wrapping_add(kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_as_go_writes_them() {
        let shortest = |v, verb| format_float(v, verb, None, 64);
        assert_eq!(shortest(1e6, b'g'), "1e+06");
        assert_eq!(shortest(123456.5, b'g'), "123456.5");
        assert_eq!(shortest(1234567.5, b'g'), "1.2345675e+06");
        assert_eq!(shortest(0.00001, b'g'), "1e-05");
        assert_eq!(shortest(100000.0, b'g'), "100000");
        assert_eq!(shortest(-0.0, b'g'), "-0");
        assert_eq!(shortest(0.0, b'e'), "0e+00");
        assert_eq!(shortest(1e21, b'f'), "1000000000000000000000");
        assert_eq!(shortest(5e-324, b'g'), "5e-324");
        assert_eq!(shortest(1.0, b'x'), "0x1p+00");
        assert_eq!(shortest(f64::NEG_INFINITY, b'g'), "-Inf");
        assert_eq!(format_float(0.1234567891, b'g', None, 32), "0.12345679");
        assert_eq!(format_float(3.0, b'g', Some(3), 64), "3");
        assert_eq!(format_float(1234567.0, b'g', Some(3), 64), "1.23e+06");
        assert_eq!(format_float(100.0, b'g', Some(2), 64), "1e+02");
        assert_eq!(format_float(2.5, b'f', Some(0), 64), "2");
        assert_eq!(format_float(0.0, b'f', Some(2), 64), "0.00");
        assert_eq!(format_float(1.005, b'e', Some(3), 64), "1.005e+00");
        assert_eq!(format_float(3.25, b'x', Some(1), 64), "0x1.ap+01");
        assert_eq!(format_float(1.0, b'b', None, 64), "4503599627370496p-52");
    }

    #[test]
    fn integers_are_read_as_go_reads_them() {
        assert_eq!(parse_int("-0x1F", 0, 64), Ok(-31));
        assert_eq!(parse_int("017", 0, 64), Ok(15));
        assert_eq!(parse_int("1_000", 0, 64), Ok(1000));
        assert_eq!(parse_int("-9223372036854775808", 10, 64), Ok(i64::MIN));
        let error = parse_int("9223372036854775808", 10, 64).unwrap_err();
        assert_eq!(error.to_string(), r#"strconv.ParseInt: parsing "9223372036854775808": value out of range"#);
        assert_eq!(error.nearest, Nearest::Int(i64::MAX));
        for bad in ["", "+", "1_000", "08x", "0x", " 1"] {
            assert_eq!(parse_int(bad, 10, 64).map_err(|e| e.kind), Err(NumErrorKind::Syntax), "{bad}");
        }
        assert_eq!(parse_uint("18446744073709551615", 10, 64), Ok(u64::MAX));
        assert_eq!(parse_uint("30", 10, 0), Ok(30));
        assert_eq!(parse_int("300", 10, 8).map_err(|e| e.nearest), Err(Nearest::Int(127)));
    }

    #[test]
    fn floats_are_read_as_go_reads_them() {
        assert_eq!(parse_float("1."), Ok(1.0));
        assert_eq!(parse_float(".5e1"), Ok(5.0));
        assert_eq!(parse_float("0x1.8p1"), Ok(3.0));
        assert_eq!(parse_float("0x1p-1074"), Ok(5e-324));
        assert_eq!(parse_float("0x1p-1075"), Ok(0.0));
        assert_eq!(parse_float("0x1.fffffffffffffp1023"), Ok(f64::MAX));
        assert_eq!(parse_float("-Infinity"), Ok(f64::NEG_INFINITY));
        assert_eq!(parse_float("1e400").map_err(|e| e.kind), Err(NumErrorKind::Range));
        for bad in ["", ".", "1e", "0x1", "--1", "+-1", "1 ", "1__0", "e5"] {
            assert_eq!(parse_float(bad).map_err(|e| e.kind), Err(NumErrorKind::Syntax), "{bad}");
        }
    }
}
