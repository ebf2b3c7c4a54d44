//! Numbers in templates, as the parser reads them.

use super::ast::Number;
use super::token::Kind;
use crate::text::{quote, unquote_char};
use crate::value::number::{parse_float, parse_int, parse_uint};

/// Go's `newNumber`.
pub(super) fn number(text: &[u8], kind: Kind) -> Result<Number, String> {
    if let Some(int) = plain(text) {
        return Ok(Number { int: Some(int), uint: Some(int as u64), float: Some(int as f64), complex: None });
    }
    let shown = crate::text::lossy(text);
    let mut number = Number::default();
    match kind {
        Kind::CharConstant => {
            let (code, tail) = unquote_char(text).ok_or("invalid syntax")?;
            if tail != b"'" {
                return Err(format!("malformed character constant: {shown}"));
            }
            number.int = Some(i64::from(code));
            number.uint = Some(u64::from(code));
            number.float = Some(f64::from(code));
            return Ok(number);
        }
        Kind::Complex => {
            // The sign between the parts is the last one that is not an exponent's.
            let split = text
                .iter()
                .enumerate()
                .rposition(|(i, b)| {
                    i > 0 && matches!(b, b'+' | b'-') && !matches!(text.get(i - 1), Some(b'e' | b'E' | b'p' | b'P'))
                })
                .ok_or("syntax error scanning complex number")?;
            let (re, im) = shown.split_at(split);
            let im = im.strip_suffix('i').unwrap_or(im);
            let part = |text: &str| parse_float(text).map_err(|_| "syntax error scanning complex number".to_owned());
            number.complex = Some((part(re)?, part(im)?));
            return Ok(simplify_complex(number));
        }
        _ => {}
    }
    if let Some(imaginary) = shown.strip_suffix('i')
        && let Ok(im) = parse_float(imaginary)
    {
        number.complex = Some((0.0, im));
        return Ok(simplify_complex(number));
    }
    number.uint = parse_uint(text, 0, 64).ok();
    number.int = parse_int(text, 0, 64).ok();
    if number.int == Some(0) {
        number.uint = Some(0); // -0
    }
    if let Some(n) = number.int {
        number.float = Some(n as f64);
    } else if let Some(n) = number.uint {
        number.float = Some(n as f64);
    } else if let Ok(f) = parse_float(&*shown) {
        if !shown.contains(['.', 'e', 'E', 'p', 'P']) {
            return Err(format!("integer overflow: {}", quote(text)));
        }
        number.float = Some(f);
        // Integers that are written as floats can be used as either.
        if f as i64 as f64 == f {
            number.int = Some(f as i64);
        }
        if f as u64 as f64 == f {
            number.uint = Some(f as u64);
        }
    }
    if number.int.is_none() && number.uint.is_none() && number.float.is_none() {
        return Err(format!("illegal number syntax: {}", quote(text)));
    }
    Ok(number)
}

/// The value of a few digits without a zero before them, which nearly all numbers are.
fn plain(text: &[u8]) -> Option<i64> {
    let is_plain =
        matches!(text, [b'0'] | [b'1'..=b'9', ..]) && text.len() <= 18 && text.iter().all(u8::is_ascii_digit);
    is_plain.then(|| text.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0')))
}

/// Go's `simplifyComplex`: without imaginary part it is any other number too.
fn simplify_complex(mut number: Number) -> Number {
    if let Some((re, im)) = number.complex
        && im == 0.0
    {
        number.float = Some(re);
        if re as i64 as f64 == re {
            number.int = Some(re as i64);
        }
        if re as u64 as f64 == re {
            number.uint = Some(re as u64);
        }
    }
    number
}
