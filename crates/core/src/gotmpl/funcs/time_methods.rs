//! Methods of `time.Time`, `time.Duration`, `time.Month`, `time.Weekday` and `*time.Location`.

use super::args::Duration;
use super::{FuncError, Int64, Text, Time, functions};
use crate::value::time::{Clock, GoTime, Zone, days_in, duration_string, round_duration, truncate_duration};
use crate::value::{IntType, Repr, Value, string_method};
use std::sync::Arc;

fn typed(n: i64, ty: IntType) -> Value {
    Value::new(Repr::Int(n, ty))
}

/// `Time.Truncate` and the remainder: nanoseconds since the zero time, modulo a duration.
fn remainder(time: &GoTime, unit: i64) -> i64 {
    let since =
        i128::from(time.seconds - crate::value::time::ZERO_SECONDS) * 1_000_000_000 + i128::from(time.nanoseconds);
    since.rem_euclid(i128::from(unit)) as i64
}

functions! {
    pub static TIME_METHODS;

    /// The year.
    "Year" => fn year(_cx, t: Time) -> i64 { t.0.civil().0.year }

    /// The month, which prints as its name.
    "Month" => fn month(_cx, t: Time) -> Value { typed(i64::from(t.0.civil().0.month), IntType::Month) }

    /// The day of the month.
    "Day" => fn day(_cx, t: Time) -> i64 { i64::from(t.0.civil().0.day) }

    /// The day of the year.
    "YearDay" => fn year_day(_cx, t: Time) -> i64 { i64::from(t.0.civil().0.year_day) }

    /// The day of the week, which prints as its name.
    "Weekday" => fn weekday(_cx, t: Time) -> Value {
        typed(i64::from(t.0.civil().0.week_day), IntType::Weekday)
    }

    /// The hour.
    "Hour" => fn hour(_cx, t: Time) -> i64 { t.0.civil().1.hour }

    /// The minute.
    "Minute" => fn minute(_cx, t: Time) -> i64 { t.0.civil().1.minute }

    /// The second.
    "Second" => fn second(_cx, t: Time) -> i64 { t.0.civil().1.second }

    /// The nanoseconds within the second.
    "Nanosecond" => fn nanosecond(_cx, t: Time) -> i64 { i64::from(t.0.nanoseconds) }

    /// Seconds since 1970.
    "Unix" => fn unix(_cx, t: Time) -> Int64 { Int64(t.0.seconds) }

    /// Milliseconds since 1970.
    "UnixMilli" => fn unix_milli(_cx, t: Time) -> Int64 {
        Int64(t.0.seconds.wrapping_mul(1000).wrapping_add(i64::from(t.0.nanoseconds) / 1_000_000))
    }

    /// Microseconds since 1970.
    "UnixMicro" => fn unix_micro(_cx, t: Time) -> Int64 {
        Int64(t.0.seconds.wrapping_mul(1_000_000).wrapping_add(i64::from(t.0.nanoseconds) / 1_000))
    }

    /// Nanoseconds since 1970.
    "UnixNano" => fn unix_nano(_cx, t: Time) -> Int64 {
        Int64(t.0.seconds.wrapping_mul(1_000_000_000).wrapping_add(i64::from(t.0.nanoseconds)))
    }

    /// The time by a layout.
    "Format" => fn format(cx, t: Time, layout: Text) -> Result<Vec<u8>, FuncError> {
        cx.budget.check_string(layout.len() as u64 * 4)?;
        Ok(t.0.format(&layout))
    }

    /// The time with its zone.
    "String" => fn string(_cx, t: Time) -> String { t.0.to_string() }

    /// The same moment in UTC.
    "UTC" => fn utc(_cx, t: Time) -> GoTime { t.0.in_zone(Zone::Utc) }

    /// The same moment in the local zone.
    "Local" => fn local(cx, t: Time) -> GoTime { t.0.in_zone(Zone::local(&cx.host().zone)) }

    /// The zone.
    "Location" => fn location(_cx, t: Time) -> Value {
        Value::new(Repr::Struct(Arc::new(t.0.zone.location())))
    }

    /// Whether it is the zero time.
    "IsZero" => fn is_zero(_cx, t: Time) -> bool {
        t.0.seconds == crate::value::time::ZERO_SECONDS && t.0.nanoseconds == 0
    }

    /// Whether the time is after another.
    "After" => fn after(_cx, t: Time, other: Time) -> bool { order(&t, &other).is_gt() }

    /// Whether the time is before another.
    "Before" => fn before(_cx, t: Time, other: Time) -> bool { order(&t, &other).is_lt() }

    /// Whether two times are the same moment.
    "Equal" => fn equal(_cx, t: Time, other: Time) -> bool { order(&t, &other).is_eq() }

    /// -1, 0 or 1 as the time is before, at or after another.
    "Compare" => fn compare(_cx, t: Time, other: Time) -> i64 { order(&t, &other) as i64 }

    /// The time moved by a duration.
    "Add" => fn add(_cx, t: Time, duration: Duration) -> GoTime { t.0.add(duration.0) }

    /// The time moved by years, months and days.
    "AddDate" => fn add_date(_cx, t: Time, years: i64, months: i64, days: i64) -> GoTime {
        let (date, clock) = t.0.civil();
        let months = (i64::from(date.month) - 1).saturating_add(months.clamp(-120_000_000, 120_000_000));
        let year = date.year.saturating_add(years.clamp(-10_000_000, 10_000_000)) + months.div_euclid(12);
        let month = months.rem_euclid(12) as u32 + 1;
        let day = i64::from(date.day).saturating_add(days.clamp(-4_000_000_000, 4_000_000_000));
        let clock = Clock { ..clock };
        // Days beyond the month run on into the next, as in Go.
        debug_assert!(days_in(month, year) >= 28);
        GoTime::from_civil(year, month, day, clock, t.0.nanoseconds, t.0.zone)
    }

    /// The duration from another time to this one.
    "Sub" => fn sub(_cx, t: Time, other: Time) -> Duration { Duration(t.0.since(&other.0)) }

    /// The time cut down to a multiple of a duration.
    "Truncate" => fn truncate(_cx, t: Time, unit: Duration) -> GoTime {
        if unit.0 <= 0 { t.0 } else { t.0.add(-remainder(&t.0, unit.0)) }
    }

    /// The time rounded to a multiple of a duration.
    "Round" => fn round(_cx, t: Time, unit: Duration) -> GoTime {
        if unit.0 <= 0 {
            return t.0;
        }
        let r = remainder(&t.0, unit.0);
        if r < unit.0 - r { t.0.add(-r) } else { t.0.add(unit.0 - r) }
    }
}

fn order(a: &Time, b: &Time) -> std::cmp::Ordering {
    (a.0.seconds, a.0.nanoseconds).cmp(&(b.0.seconds, b.0.nanoseconds))
}

functions! {
    pub static DURATION_METHODS;

    /// The duration in hours.
    "Hours" => fn hours(_cx, d: Duration) -> f64 { parts(d.0, 3_600_000_000_000) }

    /// The duration in minutes.
    "Minutes" => fn minutes(_cx, d: Duration) -> f64 { parts(d.0, 60_000_000_000) }

    /// The duration in seconds.
    "Seconds" => fn seconds(_cx, d: Duration) -> f64 { parts(d.0, 1_000_000_000) }

    /// The duration in milliseconds.
    "Milliseconds" => fn milliseconds(_cx, d: Duration) -> Int64 { Int64(d.0 / 1_000_000) }

    /// The duration in microseconds.
    "Microseconds" => fn microseconds(_cx, d: Duration) -> Int64 { Int64(d.0 / 1_000) }

    /// The duration in nanoseconds.
    "Nanoseconds" => fn nanoseconds(_cx, d: Duration) -> Int64 { Int64(d.0) }

    /// The duration as text.
    "String" => fn duration_text(_cx, d: Duration) -> String { duration_string(d.0) }

    /// The duration without its sign.
    "Abs" => fn abs(_cx, d: Duration) -> Duration { Duration(d.0.checked_abs().unwrap_or(i64::MAX)) }

    /// The duration rounded to a multiple of another.
    "Round" => fn round_to(_cx, d: Duration, unit: Duration) -> Duration { Duration(round_duration(d.0, unit.0)) }

    /// The duration cut down to a multiple of another.
    "Truncate" => fn truncate_to(_cx, d: Duration, unit: Duration) -> Duration {
        Duration(truncate_duration(d.0, unit.0))
    }
}

fn parts(nanos: i64, unit: i64) -> f64 {
    (nanos / unit) as f64 + (nanos % unit) as f64 / unit as f64
}

functions! {
    pub static NAME_METHODS;

    /// The value as text.
    "String" => fn name(_cx, value: Value) -> String { string_method(&value).unwrap_or_default() }
}
