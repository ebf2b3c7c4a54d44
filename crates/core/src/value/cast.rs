//! Conversions of `github.com/spf13/cast`, which sprig's arithmetic is built on.

use super::{IntType, Repr, Value, number};

/// `cast.ToInt64`, also `cast.ToInt`: what cannot be converted is 0.
pub fn to_int64(value: &Value) -> i64 {
    match &value.repr {
        // A duration is none of the types that cast knows, though it is an int64 underneath.
        Repr::Int(_, IntType::Duration) => 0,
        Repr::Int(n, _) => *n,
        Repr::Float(v, _) => float_to_int64(*v),
        Repr::Bool(b) => i64::from(*b),
        Repr::Str(s) => number::parse_int(trim_zero_decimal(s), 0, 64).unwrap_or(0),
        _ => 0,
    }
}

/// `cast.ToFloat64`: what cannot be converted is 0.
pub fn to_float64(value: &Value) -> f64 {
    match &value.repr {
        Repr::Int(_, IntType::Duration) => 0.0,
        Repr::Int(n, ty) if ty.is_unsigned() => *n as u64 as f64,
        Repr::Int(n, _) => *n as f64,
        Repr::Float(v, _) => *v,
        Repr::Bool(b) => f64::from(u8::from(*b)),
        Repr::Str(s) => number::parse_float(s).unwrap_or(0.0),
        _ => 0.0,
    }
}

/// Go's `int64(f)` on amd64: what does not fit is the smallest number.
pub fn float_to_int64(v: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&v) { v as i64 } else { i64::MIN }
}

/// `cast.trimZeroDecimal`: drops a fraction of zeros.
fn trim_zero_decimal(s: &[u8]) -> &[u8] {
    let zeros = s.iter().rev().take_while(|b| **b == b'0').count();
    let rest = s.len() - zeros;
    match s.get(..rest).and_then(<[u8]>::split_last) {
        Some((b'.', whole)) if zeros > 0 => whole,
        _ => s,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_convert_as_in_go() {
        let cases = [("017", 15), ("0x10", 16), ("1_000", 1000), ("08", 0), ("1.5", 0), ("10.0", 10), ("", 0)];
        for (text, n) in cases {
            assert_eq!(to_int64(&text.into()), n, "{text}");
        }
        assert_eq!(to_int64(&Value::float(1e19)), i64::MIN);
        assert_eq!(to_float64(&"1.5".into()), 1.5);
    }
}
