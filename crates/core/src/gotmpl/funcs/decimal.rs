//! The part of `github.com/shopspring/decimal` under sprig's float arithmetic.

use super::FuncError;
use num_bigint::{BigInt, Sign};

/// Digits after the point that a division keeps.
const DIVISION_PRECISION: i64 = 16;

/// `value * 10^exp`
#[derive(Clone, Debug)]
pub(super) struct Decimal {
    value: BigInt,
    exp: i64,
}

fn power_of_ten(exp: i64) -> BigInt {
    BigInt::from(10).pow(u32::try_from(exp).unwrap_or(0))
}

impl Decimal {
    /// `decimal.NewFromFloat`: the shortest digits that read back as the same float.
    pub fn from_float(v: f64) -> Result<Decimal, FuncError> {
        if !v.is_finite() {
            let shown = crate::value::number::format_float(v, b'g', None, 64);
            return Err(FuncError::new(format!("Cannot create a Decimal from {shown}")));
        }
        let text = format!("{v:e}");
        let (digits, exp) = text.split_once('e').unwrap_or((&text, "0"));
        let fraction = digits.split_once('.').map_or(0, |(_, f)| f.len() as i64);
        let value = digits.replace('.', "").parse().unwrap_or_default();
        Ok(Decimal { value, exp: exp.parse::<i64>().unwrap_or(0) - fraction })
    }

    fn aligned(self, other: Decimal) -> (BigInt, BigInt, i64) {
        let exp = self.exp.min(other.exp);
        let a = self.value * power_of_ten(self.exp - exp);
        let b = other.value * power_of_ten(other.exp - exp);
        (a, b, exp)
    }

    pub fn add(self, other: Decimal) -> Decimal {
        let (a, b, exp) = self.aligned(other);
        Decimal { value: a + b, exp }
    }

    pub fn sub(self, other: Decimal) -> Decimal {
        let (a, b, exp) = self.aligned(other);
        Decimal { value: a - b, exp }
    }

    pub fn mul(self, other: Decimal) -> Decimal {
        Decimal { value: self.value * other.value, exp: self.exp + other.exp }
    }

    /// `Decimal.Div`: rounds half away from zero.
    pub fn div(self, other: Decimal) -> Result<Decimal, FuncError> {
        if other.value.sign() == Sign::NoSign {
            return Err(FuncError::new("decimal division by 0"));
        }
        let shift = self.exp - other.exp + DIVISION_PRECISION;
        let numerator = self.value * power_of_ten(shift.max(0));
        let denominator = other.value * power_of_ten((-shift).max(0));
        let mut quotient = &numerator / &denominator;
        let remainder = &numerator - &quotient * &denominator;
        if remainder.magnitude() * 2u32 >= *denominator.magnitude() {
            let away = if numerator.sign() == denominator.sign() { 1 } else { -1 };
            quotient += away;
        }
        Ok(Decimal { value: quotient, exp: -DIVISION_PRECISION })
    }

    /// `Decimal.Float64`: the nearest float.
    pub fn to_float(&self) -> f64 {
        format!("{}e{}", self.value, self.exp).parse().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_is_decimal() {
        let d = |v| Decimal::from_float(v).unwrap();
        assert_eq!(d(0.1).add(d(0.2)).to_float(), 0.3);
        assert_eq!(d(1.5).mul(d(-2.0)).to_float(), -3.0);
        assert_eq!(d(10.0).div(d(3.0)).unwrap().to_float(), 3.3333333333333335);
        assert_eq!(d(1e308).sub(d(1e-5)).to_float(), 1e308);
        assert_eq!(d(1.0).div(d(0.0)).unwrap_err().message, "decimal division by 0");
    }
}
