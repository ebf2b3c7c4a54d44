//! Numbers: sprig's conversions, integer and float arithmetic.

use super::decimal::Decimal;
use super::{Cx, FuncError, Int64, Rest, Text, functions};
use crate::value::cast::{float_to_int64, to_float64, to_int64};
use crate::value::{ListType, Room, Value, fmt, number};

fn divide_by_zero() -> FuncError {
    FuncError::new("runtime error: integer divide by zero")
}

/// sprig's `untilStep`.
fn until_step(cx: &Cx<'_>, start: i64, stop: i64, step: i64) -> Result<Vec<i64>, FuncError> {
    let mut numbers = Vec::new();
    let down = stop < start;
    if (down && step >= 0) || (!down && step <= 0) {
        return Ok(numbers);
    }
    let mut i = start;
    while if down { i > stop } else { i < stop } {
        cx.tick()?;
        numbers.push(i);
        // Memory is bounded long before the fuel is used up.
        if numbers.len() & 0xFFFF == 0 {
            cx.budget.check_string(numbers.len() as u64 * 32)?;
        }
        i = i.wrapping_add(step);
    }
    Ok(numbers)
}

fn int_list(cx: &mut Cx<'_>, numbers: Vec<i64>) -> Result<Value, FuncError> {
    cx.budget.check_objects(cx.heap.size() as u64)?;
    let list = cx.heap.new_typed_list(ListType::Int, numbers.into_iter().map(Value::int).collect());
    Ok(cx.heap.with_room(list, Room::Grown))
}

/// sprig's `execDecimalOp`.
fn decimal_op(
    cx: &Cx<'_>,
    first: f64,
    rest: &[Value],
    op: impl Fn(Decimal, Decimal) -> Result<Decimal, FuncError>,
) -> Result<f64, FuncError> {
    let mut result = Decimal::from_float(first)?;
    for value in rest {
        cx.budget.spend(64)?;
        result = op(result, Decimal::from_float(to_float64(value))?)?;
    }
    Ok(result.to_float())
}

/// `math.Max`
fn max_float(a: f64, b: f64) -> f64 {
    match () {
        () if a == f64::INFINITY || b == f64::INFINITY => f64::INFINITY,
        () if a.is_nan() || b.is_nan() => f64::NAN,
        () if a == 0.0 && b == 0.0 => {
            if a.is_sign_negative() {
                b
            } else {
                a
            }
        }
        () => {
            if a > b {
                a
            } else {
                b
            }
        }
    }
}

/// `math.Min`
fn min_float(a: f64, b: f64) -> f64 {
    -max_float(-a, -b)
}

/// `math.Pow(10, n)` with Go's roundings, which are its own beyond 10^22.
fn power_of_ten(n: i64) -> f64 {
    if n == 0 {
        return 1.0;
    }
    // 10 is 0.625 * 2^4; mantissas and exponents are multiplied apart.
    let (mut mantissa, mut exponent) = (1.0_f64, 0_i64);
    let (mut square, mut square_exponent) = (0.625_f64, 4_i64);
    let mut i = n.unsigned_abs();
    while i != 0 {
        if square_exponent > 1 << 12 {
            exponent += square_exponent;
            break;
        }
        if i & 1 == 1 {
            mantissa *= square;
            exponent += square_exponent;
        }
        square *= square;
        square_exponent <<= 1;
        if square < 0.5 {
            square += square;
            square_exponent -= 1;
        }
        i >>= 1;
    }
    if n < 0 {
        mantissa = 1.0 / mantissa;
        exponent = -exponent;
    }
    // `Ldexp` in two steps, so that the scale itself stays in range.
    let exponent = exponent.clamp(-2200, 2200) as i32;
    let half = exponent / 2;
    mantissa * 2f64.powi(half) * 2f64.powi(exponent - half)
}

functions! {
    pub static MATH;

    /// The value as a whole number: text is read as in Go (`0x10` is 16, `017` is 15), fractions are cut off,
    /// what is no number is 0.
    ///
    /// `{{ int .Values.replicas }}`
    "int" [Scalar] => fn int(_cx, value: Value) -> i64 {
        to_int64(&value)
    }

    /// The value as a 64-bit whole number, by the rules of `int`.
    ///
    /// `{{ int64 "42" }}`
    "int64" [Scalar] => fn int64(_cx, value: Value) -> Int64 {
        Int64(to_int64(&value))
    }

    /// The value as a float; what is no number is 0.
    ///
    /// `{{ float64 "1.5" }}`
    "float64" [Scalar] => fn float64(_cx, value: Value) -> f64 {
        to_float64(&value)
    }

    /// A text of decimal digits as a number; anything else is 0.
    ///
    /// `{{ atoi "42" }}`
    "atoi" [Scalar] => fn atoi(_cx, text: Text) -> i64 {
        match number::atoi(&text.str) {
            Ok(n) => n,
            Err(error) => match error.nearest {
                number::Nearest::Int(n) => n,
                _ => 0,
            },
        }
    }

    /// Reads a number in octal, such as a file mode.
    ///
    /// `{{ toDecimal "0777" }}` gives `511`
    "toDecimal" [Scalar] => fn to_decimal(cx, value: Value) -> Result<Int64, FuncError> {
        let text = fmt::display(&cx.heap, cx.budget, &value)?;
        Ok(Int64(number::parse_int(&text, 8, 64).unwrap_or(0)))
    }

    /// One more.
    ///
    /// `{{ add1 2 }}` gives `3`
    "add1" => fn add1(_cx, value: Value) -> Int64 {
        Int64(to_int64(&value).wrapping_add(1))
    }

    /// The sum of whole numbers.
    ///
    /// `{{ add 1 2 3 }}` gives `6`
    "add" [Scalar] => fn add(_cx, values: Rest<Value>) -> Int64 {
        Int64(values.0.iter().map(to_int64).fold(0, i64::wrapping_add))
    }

    /// The difference of whole numbers.
    ///
    /// `{{ sub 5 2 }}` gives `3`
    "sub" [Scalar] => fn sub(_cx, a: Value, b: Value) -> Int64 {
        Int64(to_int64(&a).wrapping_sub(to_int64(&b)))
    }

    /// The whole part of a quotient.
    ///
    /// `{{ div 7 2 }}` gives `3`
    "div" [Scalar] => fn div(_cx, a: Value, b: Value) -> Result<Int64, FuncError> {
        match to_int64(&b) {
            0 => Err(divide_by_zero()),
            b => Ok(Int64(to_int64(&a).wrapping_div(b))),
        }
    }

    /// The rest of a division.
    ///
    /// `{{ mod 7 2 }}` gives `1`
    "mod" [Scalar] => fn modulo(_cx, a: Value, b: Value) -> Result<Int64, FuncError> {
        match to_int64(&b) {
            0 => Err(divide_by_zero()),
            b => Ok(Int64(to_int64(&a).wrapping_rem(b))),
        }
    }

    /// The product of whole numbers.
    ///
    /// `{{ mul 2 3 4 }}` gives `24`
    "mul" [Scalar] => fn mul(_cx, first: Value, values: Rest<Value>) -> Int64 {
        Int64(values.0.iter().map(to_int64).fold(to_int64(&first), i64::wrapping_mul))
    }

    /// One more, for floats.
    ///
    /// `{{ add1f 1.5 }}` gives `2.5`
    "add1f" => fn add1f(cx, value: Value) -> Result<f64, FuncError> {
        decimal_op(cx, to_float64(&value), &[Value::int(1)], |a, b| Ok(a.add(b)))
    }

    /// The sum of floats, free of binary rounding.
    ///
    /// `{{ addf 0.1 0.2 }}` gives `0.3`
    "addf" => fn addf(cx, values: Rest<Value>) -> Result<f64, FuncError> {
        decimal_op(cx, 0.0, &values.0, |a, b| Ok(a.add(b)))
    }

    /// The difference of floats.
    ///
    /// `{{ subf 7.5 2 3 }}` gives `2.5`
    "subf" => fn subf(cx, first: Value, values: Rest<Value>) -> Result<f64, FuncError> {
        decimal_op(cx, to_float64(&first), &values.0, |a, b| Ok(a.sub(b)))
    }

    /// The quotient of floats, to 16 digits after the point.
    ///
    /// `{{ divf 10 4 }}` gives `2.5`
    "divf" => fn divf(cx, first: Value, values: Rest<Value>) -> Result<f64, FuncError> {
        decimal_op(cx, to_float64(&first), &values.0, Decimal::div)
    }

    /// The product of floats.
    ///
    /// `{{ mulf 1.5 2 }}` gives `3`
    "mulf" => fn mulf(cx, first: Value, values: Rest<Value>) -> Result<f64, FuncError> {
        decimal_op(cx, to_float64(&first), &values.0, |a, b| Ok(a.mul(b)))
    }

    /// The largest of whole numbers.
    ///
    /// `{{ max 1 5 3 }}` gives `5`
    "max" | "biggest" [Scalar] => fn max(_cx, first: Value, values: Rest<Value>) -> Int64 {
        Int64(values.0.iter().map(to_int64).fold(to_int64(&first), i64::max))
    }

    /// The smallest of whole numbers.
    ///
    /// `{{ min 4 2 3 }}` gives `2`
    "min" [Scalar] => fn min(_cx, first: Value, values: Rest<Value>) -> Int64 {
        Int64(values.0.iter().map(to_int64).fold(to_int64(&first), i64::min))
    }

    /// The largest of floats.
    ///
    /// `{{ maxf 1 2.5 }}` gives `2.5`
    "maxf" => fn maxf(_cx, first: Value, values: Rest<Value>) -> f64 {
        values.0.iter().map(to_float64).fold(to_float64(&first), max_float)
    }

    /// The smallest of floats.
    ///
    /// `{{ minf 1 2.5 }}` gives `1`
    "minf" => fn minf(_cx, first: Value, values: Rest<Value>) -> f64 {
        values.0.iter().map(to_float64).fold(to_float64(&first), min_float)
    }

    /// The next whole number up.
    ///
    /// `{{ ceil 1.2 }}` gives `2`
    "ceil" [Scalar] => fn ceil(_cx, value: Value) -> f64 {
        to_float64(&value).ceil()
    }

    /// The next whole number down.
    ///
    /// `{{ floor 1.8 }}` gives `1`
    "floor" [Scalar] => fn floor(_cx, value: Value) -> f64 {
        to_float64(&value).floor()
    }

    /// The number rounded to some digits after the point; a third argument moves the limit from 0.5.
    ///
    /// `{{ round 123.555555 3 }}` gives `123.556`
    "round" [Scalar] => fn round(_cx, value: Value, places: i64, limit: Rest<f64>) -> f64 {
        let limit = limit.0.first().copied().unwrap_or(0.5);
        let power = power_of_ten(places);
        let shifted = power * to_float64(&value);
        // `math.Modf` takes the fraction of infinity for NaN, which is below any limit.
        let rounded = if shifted.fract() >= limit { shifted.ceil() } else { shifted.floor() };
        rounded / power
    }

    /// The whole numbers from 0 up to a limit, as a list.
    ///
    /// `{{ range until 3 }}{{ . }}{{ end }}` gives `012`
    "until" [Scalar] => fn until(cx, count: i64) -> Result<Value, FuncError> {
        let numbers = until_step(cx, 0, count, if count < 0 { -1 } else { 1 })?;
        int_list(cx, numbers)
    }

    /// Whole numbers from a start up to a stop by a step, as a list.
    ///
    /// `{{ untilStep 3 9 2 }}` gives `[3 5 7]`
    "untilStep" => fn until_step_list(cx, start: i64, stop: i64, step: i64) -> Result<Value, FuncError> {
        let numbers = until_step(cx, start, stop, step)?;
        int_list(cx, numbers)
    }

    /// Numbers as text, as the shell's `seq`: an end, a start and an end, or a start, a step and an end.
    ///
    /// `{{ seq 5 }}` gives `1 2 3 4 5`
    "seq" => fn seq(cx, params: Rest<i64>) -> Result<String, FuncError> {
        let (start, end, step) = match *params.0 {
            [end] => (1, end, None),
            [start, end] => (start, end, None),
            [start, step, end] => (start, end, Some(step)),
            _ => return Ok(String::new()),
        };
        let one = if end < start { -1 } else { 1 };
        if one < 0 && step.is_some_and(|s| s > 0) {
            return Ok(String::new());
        }
        let numbers = until_step(cx, start, end.wrapping_add(one), step.unwrap_or(one))?;
        cx.budget.check_string(numbers.len() as u64 * 21)?;
        let texts: Vec<String> = numbers.iter().map(i64::to_string).collect();
        Ok(texts.join(" "))
    }
}

/// Go's `int(math.Floor(x))`.
pub(super) fn floor_to_int(v: f64) -> i64 {
    float_to_int64(v.floor())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_gos() {
        assert_eq!(power_of_ten(3), 1000.0);
        assert_eq!(power_of_ten(-2), 0.01);
        assert_eq!(power_of_ten(400), f64::INFINITY);
        assert_eq!(power_of_ten(i64::MIN), 0.0);
    }
}
