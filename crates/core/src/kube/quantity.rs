//! Quantities: apimachinery's `resource.ParseQuantity`.

/// A quantity as a number of billionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(i128);

/// What a text is as a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// A quantity.
    Known(Quantity),
    /// A quantity too large or too unusual to compute with.
    Huge,
    /// No quantity.
    Wrong,
}

impl Quantity {
    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether it is a whole number.
    pub fn is_whole(self) -> bool {
        self.0 % 1_000_000_000 == 0
    }

    /// Whether it is some number of times another.
    pub fn is_multiple_of(self, other: Quantity) -> bool {
        self.0.checked_rem(other.0) == Some(0)
    }

    /// Both together, as far as that can be computed.
    pub fn plus(self, other: Quantity) -> Quantity {
        Quantity(self.0.saturating_add(other.0))
    }

    /// How often another goes into it; none where the other is zero.
    pub fn over(self, other: Quantity) -> Option<f64> {
        (other.0 != 0).then(|| self.0 as f64 / other.0 as f64)
    }
}

/// Reads a quantity such as `1.5Gi`, `100m` or `2e3`.
pub fn parse(text: &str) -> Parsed {
    let text = text.trim();
    if text.is_empty() {
        return Parsed::Wrong;
    }
    let (negative, rest) = match text.as_bytes() {
        [b'-', ..] => (true, text.get(1..).unwrap_or_default()),
        [b'+', ..] => (false, text.get(1..).unwrap_or_default()),
        _ => (false, text),
    };
    let (whole, rest) = digits(rest);
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => digits(rest),
        None => ("", rest),
    };
    let Some((base, exponent)) = suffix(rest) else { return Parsed::Wrong };
    match nanos(whole, fraction, base, exponent) {
        Some(n) => Parsed::Known(Quantity(if negative { -n } else { n })),
        None => Parsed::Huge,
    }
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Base and exponent of a suffix.
fn suffix(text: &str) -> Option<(u32, i32)> {
    Some(match text {
        "n" => (10, -9),
        "u" => (10, -6),
        "m" => (10, -3),
        "" => (10, 0),
        "k" => (10, 3),
        "M" => (10, 6),
        "G" => (10, 9),
        "T" => (10, 12),
        "P" => (10, 15),
        "E" => (10, 18),
        "Ki" => (2, 10),
        "Mi" => (2, 20),
        "Gi" => (2, 30),
        "Ti" => (2, 40),
        "Pi" => (2, 50),
        "Ei" => (2, 60),
        _ => (10, text.strip_prefix(['e', 'E'])?.parse().ok()?),
    })
}

fn nanos(whole: &str, fraction: &str, base: u32, exponent: i32) -> Option<i128> {
    let mut digits = whole.bytes().chain(fraction.bytes());
    let mantissa = digits.try_fold(0_i128, |all, digit| all.checked_mul(10)?.checked_add(i128::from(digit - b'0')))?;
    let (ten, two) = if base == 2 { (0, exponent) } else { (exponent, 0) };
    let ten = ten.checked_add(9)?.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let scaled = mantissa.checked_mul(1_i128.checked_shl(u32::try_from(two).ok()?)?)?;
    if ten >= 0 {
        return scaled.checked_mul(10_i128.checked_pow(ten.unsigned_abs())?);
    }
    // Quantities round away from zero.
    let divisor = 10_i128.checked_pow(ten.unsigned_abs())?;
    Some(scaled / divisor + i128::from(scaled % divisor != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_compare_across_suffixes() {
        let known = |text: &str| match parse(text) {
            Parsed::Known(quantity) => quantity,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(known("1Gi"), known("1024Mi"));
        assert_eq!(known("0.5"), known("500m"));
        assert_eq!(known("1e3"), known("1k"));
        assert_eq!(known("+1E"), known("1e18"));
        assert!(known("1.5Gi") < known("2G") && known("-1").is_negative() && known(".0").is_zero());
        for wrong in ["", "abc", "1GB", "1gi", "1 Gi", "1Mb", "1,5", "1e", "12h", "0x10"] {
            assert_eq!(parse(wrong), Parsed::Wrong, "{wrong}");
        }
        assert_eq!(parse("1e99"), Parsed::Huge);
    }
}
