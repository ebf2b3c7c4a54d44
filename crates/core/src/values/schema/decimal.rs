//! Exact decimal numbers: Go's `big.Rat` as far as JSON needs it.

use num_bigint::BigUint;
use std::cmp::Ordering;

/// A number as sign, digits and a power of ten; the digits neither begin nor end with a zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

/// `Rat.SetString` refuses exponents beyond this.
const MAX_EXPONENT: i64 = 1_000_000;

impl Decimal {
    /// Reads a number as JSON or Go's `%v` spells it.
    pub fn parse(text: &str) -> Option<Decimal> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (rest, 0),
        };
        if exponent.abs() > MAX_EXPONENT {
            return None;
        }
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let cut = all.trim_end_matches('0');
        let exponent = exponent - fraction.len() as i64 + (all.len() - cut.len()) as i64;
        let digits = cut.trim_start_matches('0').to_owned();
        let zero = digits.is_empty();
        Some(Decimal { negative: negative && !zero, digits, exponent: if zero { 0 } else { exponent } })
    }

    fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// Whether it is a whole number.
    pub fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    /// The whole number as Go's `int` holds it.
    pub fn to_int(&self) -> Option<i64> {
        if !self.is_integer() {
            return None;
        }
        let zeros = usize::try_from(self.exponent).ok().filter(|zeros| *zeros < 20)?;
        let text = format!("{}{}", self.digits, "0".repeat(zeros));
        let number = if text.is_empty() { 0 } else { text.parse::<i128>().ok()? };
        i64::try_from(if self.negative { -number } else { number }).ok()
    }

    /// `Rat.Float64`
    pub fn to_float(&self) -> f64 {
        let sign = if self.negative { "-" } else { "" };
        let digits = if self.is_zero() { "0" } else { &self.digits };
        format!("{sign}{digits}e{}", self.exponent).parse().unwrap_or(0.0)
    }

    fn compare_size(&self, other: &Decimal) -> Ordering {
        let top = |n: &Decimal| n.exponent + n.digits.len() as i64;
        match (self.is_zero(), other.is_zero()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            // Without zeros at the ends, digits of one magnitude compare like texts.
            (false, false) => top(self).cmp(&top(other)).then_with(|| self.digits.cmp(&other.digits)),
        }
    }

    /// Whether it is a whole multiple of another number; `None` for zero, which Go's division panics on.
    pub fn is_multiple_of(&self, of: &Decimal) -> Option<bool> {
        if of.is_zero() {
            return None;
        }
        if self.is_zero() {
            return Some(true);
        }
        let (a, b) = (self.digits.parse::<BigUint>().ok()?, of.digits.parse::<BigUint>().ok()?);
        let shift = self.exponent - of.exponent;
        let size = shift.unsigned_abs();
        Some(if shift >= 0 {
            let power = BigUint::from(10u32).modpow(&BigUint::from(size), &b);
            (a * power) % b == BigUint::ZERO
        } else if size > self.digits.len() as u64 {
            // No number of so few digits ends in so many zeros.
            false
        } else {
            a % (b * BigUint::from(10u32).pow(size as u32)) == BigUint::ZERO
        })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(match (self.negative, other.negative) {
            (false, false) => self.compare_size(other),
            (true, true) => other.compare_size(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn numbers_compare_by_value() {
        assert_eq!(decimal("1.0"), decimal("1e0"));
        assert_eq!(decimal("-0"), decimal("0.00"));
        assert!(decimal("1e30") > decimal("999999999999999999999"));
        assert!(decimal("-2") < decimal("-1.5") && decimal("0.1") > decimal("0.09"));
        assert!(decimal("100").is_integer() && !decimal("1.5").is_integer());
        assert_eq!((decimal("120").to_int(), decimal("-3").to_int()), (Some(120), Some(-3)));
        assert!(Decimal::parse("1e2000000").is_none());
    }

    #[test]
    fn multiples_are_exact() {
        assert_eq!(decimal("0.35").is_multiple_of(&decimal("0.1")), Some(false));
        assert_eq!(decimal("0.3").is_multiple_of(&decimal("0.1")), Some(true));
        assert_eq!(decimal("1e100").is_multiple_of(&decimal("7")), Some(false));
        assert_eq!(decimal("9").is_multiple_of(&decimal("1.5")), Some(true));
        assert_eq!(decimal("9").is_multiple_of(&decimal("0")), None);
    }
}
