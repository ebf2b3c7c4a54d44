//! What a plain scalar means: Go's resolve.go.

use crate::value::number;

/// The meaning of a scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Resolved {
    /// Nothing, `~` or `null`.
    Null,
    /// YAML 1.1's booleans: `y`, `yes`, `true`, `on` and their opposites.
    Bool(bool),
    /// A whole number that fits 64 bits with sign.
    Int(i64),
    /// A larger whole number.
    Uint(u64),
    /// Any other number.
    Float(f64),
    /// A date or a date with time. It stays the text it is.
    Timestamp,
    /// Text.
    Str,
}

impl Resolved {
    fn tag(self) -> &'static str {
        match self {
            Resolved::Null => "!!null",
            Resolved::Bool(_) => "!!bool",
            Resolved::Int(_) | Resolved::Uint(_) => "!!int",
            Resolved::Float(_) => "!!float",
            Resolved::Timestamp => "!!timestamp",
            Resolved::Str => "!!str",
        }
    }
}

const PREFIX: &[u8] = b"tag:yaml.org,2002:";

/// The meaning of a scalar without quotes and tag.
#[inline]
pub fn resolve(text: &[u8]) -> Resolved {
    resolve_as(text, true)
}

/// The meaning of a scalar with a tag, or what Go says where they do not agree.
pub(super) fn resolve_tagged(tag: &[u8], text: &[u8]) -> Result<Resolved, String> {
    let Some(kind) = tag.strip_prefix(PREFIX) else { return Ok(Resolved::Str) };
    let found = match kind {
        b"str" => return Ok(Resolved::Str),
        b"bool" | b"int" | b"float" | b"null" => resolve_as(text, false),
        b"timestamp" => resolve_as(text, true),
        _ => return Ok(Resolved::Str),
    };
    let wanted = String::from_utf8_lossy(kind);
    match found {
        Resolved::Int(n) if kind == b"float" => Ok(Resolved::Float(n as f64)),
        found if found.tag().strip_prefix("!!") == Some(&*wanted) => Ok(found),
        found => {
            let text = String::from_utf8_lossy(text);
            Err(format!("cannot decode {} `{text}` as a !!{wanted}", found.tag()))
        }
    }
}

#[inline]
fn resolve_as(text: &[u8], timestamps: bool) -> Resolved {
    let Some(&first) = text.first() else { return Resolved::Null };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        b'.' => match text {
            b".nan" | b".NaN" | b".NAN" => Resolved::Float(f64::NAN),
            b".inf" | b".Inf" | b".INF" => Resolved::Float(f64::INFINITY),
            _ => number::try_float(text).map_or(Resolved::Str, Resolved::Float),
        },
        b'+' | b'-' | b'0'..=b'9' => numeric(text, timestamps),
        _ => Resolved::Str,
    }
}

fn word(text: &[u8]) -> Resolved {
    match text {
        b"y" | b"Y" | b"yes" | b"Yes" | b"YES" | b"true" | b"True" | b"TRUE" | b"on" | b"On" | b"ON" => {
            Resolved::Bool(true)
        }
        b"n" | b"N" | b"no" | b"No" | b"NO" | b"false" | b"False" | b"FALSE" | b"off" | b"Off" | b"OFF" => {
            Resolved::Bool(false)
        }
        b"~" | b"null" | b"Null" | b"NULL" => Resolved::Null,
        _ => Resolved::Str,
    }
}

fn numeric(text: &[u8], timestamps: bool) -> Resolved {
    match text {
        b"+.inf" | b"+.Inf" | b"+.INF" => return Resolved::Float(f64::INFINITY),
        b"-.inf" | b"-.Inf" | b"-.INF" => return Resolved::Float(f64::NEG_INFINITY),
        _ => {}
    }
    if timestamps && is_timestamp(text) {
        return Resolved::Timestamp;
    }
    let without: Vec<u8>;
    let plain = if text.contains(&b'_') {
        without = text.iter().copied().filter(|&b| b != b'_').collect();
        without.as_slice()
    } else {
        text
    };
    if let Some(n) = number::try_int(plain, 0) {
        return Resolved::Int(n);
    }
    if let Some(n) = number::try_uint(plain, 0) {
        return Resolved::Uint(n);
    }
    if is_yaml_float(plain)
        && let Some(n) = number::try_float(plain)
    {
        return Resolved::Float(n);
    }
    // Go's second chance for binary numbers lets a sign stand behind the prefix.
    if let Some(digits) = plain.strip_prefix(b"0b") {
        let int = number::try_int(digits, 2).map(Resolved::Int);
        return int.or_else(|| number::try_uint(digits, 2).map(Resolved::Uint)).unwrap_or(Resolved::Str);
    }
    if let Some(digits) = plain.strip_prefix(b"-0b") {
        let signed = [b"-", digits].concat();
        return number::try_int(&signed, 2).map_or(Resolved::Str, Resolved::Int);
    }
    Resolved::Str
}

/// Go's `yamlStyleFloat`: `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`.
fn is_yaml_float(text: &[u8]) -> bool {
    let rest = unsigned(text);
    let (whole, rest) = digits(rest);
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => {
            let (fraction, rest) = digits(rest);
            (Some(fraction), rest)
        }
        _ => (None, rest),
    };
    if whole == 0 && fraction.unwrap_or(0) == 0 {
        return false;
    }
    match rest {
        [] => true,
        [b'e' | b'E', rest @ ..] => matches!(digits(unsigned(rest)), (1.., [])),
        _ => false,
    }
}

fn unsigned(text: &[u8]) -> &[u8] {
    match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    }
}

/// Number of leading digits, and what follows them.
fn digits(text: &[u8]) -> (usize, &[u8]) {
    let count = text.iter().take_while(|b| b.is_ascii_digit()).count();
    (count, text.get(count..).unwrap_or_default())
}

/// Go's `parseTimestamp`: a date, or a date with a time, in one of four formats of Go's `time.Parse`.
fn is_timestamp(text: &[u8]) -> bool {
    let (4, [b'-', _, ..]) = digits(text) else { return false };
    timestamp(text).is_some()
}

fn timestamp(text: &[u8]) -> Option<()> {
    let (year, rest) = text.split_at_checked(4)?;
    let year = year.iter().fold(0, |n, b| n * 10 + u32::from(b - b'0'));
    let (month, rest) = two_digits(rest.strip_prefix(b"-")?)?;
    let (day, rest) = two_digits(rest.strip_prefix(b"-")?)?;
    if !(1..=12).contains(&month) || day < 1 || day > days_in(month, year) {
        return None;
    }
    match rest {
        [] => Some(()),
        [b'T' | b't', rest @ ..] => zone(time(rest)?),
        [b' ', ..] => {
            let spaces = rest.iter().take_while(|b| **b == b' ').count();
            time(rest.get(spaces..)?)?.is_empty().then_some(())
        }
        _ => None,
    }
}

/// Go's `getnum` for fields of one or two digits.
fn two_digits(text: &[u8]) -> Option<(u32, &[u8])> {
    match text {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', rest @ ..] => Some((u32::from(a - b'0') * 10 + u32::from(b - b'0'), rest)),
        [a @ b'0'..=b'9', rest @ ..] => Some((u32::from(a - b'0'), rest)),
        _ => None,
    }
}

fn days_in(month: u32, year: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// `15:4:5` with a fraction; gives what follows.
fn time(text: &[u8]) -> Option<&[u8]> {
    let (hour, rest) = two_digits(text)?;
    let (minute, rest) = two_digits(rest.strip_prefix(b":")?)?;
    let (second, rest) = two_digits(rest.strip_prefix(b":")?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    match rest {
        [b'.' | b',', b'0'..=b'9', ..] => Some(digits(rest.get(1..)?).1),
        _ => Some(rest),
    }
}

/// `Z` or an offset, and nothing after it.
fn zone(text: &[u8]) -> Option<()> {
    match text {
        b"Z" => Some(()),
        [b'+' | b'-', h @ ..] if h.len() == 5 => {
            let (hour, rest) = two_digits(h)?;
            let (minute, rest) = two_digits(rest.strip_prefix(b":")?)?;
            (hour <= 24 && minute <= 60 && rest.is_empty() && h.get(2) == Some(&b':')).then_some(())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_are_those_of_yaml_1_1() {
        let cases: &[(&str, Resolved)] = &[
            ("", Resolved::Null),
            ("~", Resolved::Null),
            ("nULL", Resolved::Str),
            ("y", Resolved::Bool(true)),
            ("Off", Resolved::Bool(false)),
            ("0777", Resolved::Int(511)),
            ("0o14", Resolved::Int(12)),
            ("0o8", Resolved::Str),
            ("08", Resolved::Float(8.0)),
            ("1_000", Resolved::Int(1000)),
            ("1e3", Resolved::Float(1000.0)),
            ("1e400", Resolved::Str),
            (".5", Resolved::Float(0.5)),
            (".1_000", Resolved::Float(0.1)),
            ("0b-1", Resolved::Int(-1)),
            ("18446744073709551615", Resolved::Uint(u64::MAX)),
            ("190:20:30", Resolved::Str),
            ("-", Resolved::Str),
            ("+.INF", Resolved::Float(f64::INFINITY)),
            ("<<", Resolved::Str),
            ("2001-1-2", Resolved::Timestamp),
            ("2001-02-30", Resolved::Str),
            ("2001-12-14t21:59:43.10-05:00", Resolved::Timestamp),
            ("2001-12-14  21:59:43,1", Resolved::Timestamp),
            ("2001-12-14 21:59:43.10 -5", Resolved::Str),
            ("2024-01-01T00:00:00", Resolved::Str),
            ("20011214", Resolved::Int(20_011_214)),
        ];
        for (text, expected) in cases {
            assert_eq!(resolve(text.as_bytes()), *expected, "{text}");
        }
    }

    #[test]
    fn tags_must_agree() {
        let tagged = |kind: &str, text: &str| resolve_tagged(&[PREFIX, kind.as_bytes()].concat(), text.as_bytes());
        assert_eq!(tagged("float", "1"), Ok(Resolved::Float(1.0)));
        assert_eq!(tagged("str", "1"), Ok(Resolved::Str));
        assert_eq!(tagged("int", "x"), Err("cannot decode !!str `x` as a !!int".to_owned()));
        assert_eq!(tagged("else", "1"), Ok(Resolved::Str));
    }
}
