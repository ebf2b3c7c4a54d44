//! Dates and durations: sprig's, and those that Helm 4 adds.

use super::args::Duration;
use super::{Cx, FuncError, Int64, Text, Time, functions};
use crate::text::quote;
use crate::value::time::{
    GoTime, Zone, duration_string, parse_duration, parse_in_location, round_duration, truncate_duration,
};
use crate::value::{IntType, Repr, Value, number};

const SECOND: i64 = 1_000_000_000;

impl Cx<'_> {
    fn now(&self) -> GoTime {
        GoTime::now(self.host().now, &self.host().zone)
    }

    fn local(&self) -> Zone {
        Zone::local(&self.host().zone)
    }
}

/// The moment sprig's date functions take a value for: a time, or Unix seconds; now for the rest.
fn moment(cx: &Cx<'_>, value: &Value) -> GoTime {
    match &value.repr {
        Repr::Int(n, IntType::Int | IntType::Int64 | IntType::Int32) => {
            GoTime { seconds: *n, nanoseconds: 0, zone: cx.local() }
        }
        _ => GoTime::of_value(value).unwrap_or_else(|| cx.now()),
    }
}

fn format_in(cx: &Cx<'_>, layout: &[u8], value: &Value, zone: &str) -> Result<Vec<u8>, FuncError> {
    cx.budget.check_string(layout.len() as u64 * 4)?;
    let zone = Zone::load(zone, &cx.host().zone).unwrap_or(Zone::Utc);
    Ok(moment(cx, value).in_zone(zone).format(layout))
}

fn parse(cx: &Cx<'_>, layout: &[u8], text: &[u8]) -> Result<GoTime, FuncError> {
    cx.budget.check_string(layout.len() as u64 * 4)?;
    let local = cx.local();
    parse_in_location(layout, text, &local, &local).map_err(FuncError::new)
}

fn overflow(what: &str, v: f64) -> FuncError {
    FuncError::new(format!("{what}: {}", number::format_float(v, b'g', None, 64)))
}

/// Helm 4's `durationFromSecondsFloat`
fn from_float_seconds(v: f64) -> Result<i64, FuncError> {
    const LIMIT: f64 = i64::MAX as f64;
    if !v.is_finite() {
        return Err(overflow("invalid duration seconds", v));
    }
    if v > LIMIT / SECOND as f64 || v < -LIMIT / SECOND as f64 {
        return Err(overflow("duration seconds overflow", v));
    }
    let nanos = v * SECOND as f64;
    if !(-LIMIT..=LIMIT).contains(&nanos) {
        return Err(overflow("duration nanoseconds overflow", nanos));
    }
    Ok(crate::value::cast::float_to_int64(nanos))
}

/// Helm 4's `asDuration`: durations, their texts, and numbers of seconds.
fn as_duration(cx: &Cx<'_>, value: &Value) -> Result<i64, FuncError> {
    match &value.repr {
        Repr::Int(n, IntType::Duration) => Ok(*n),
        Repr::Str(text) => {
            let trimmed = text.to_lossy();
            let trimmed = trimmed.trim();
            if trimmed.is_empty() {
                return Err(FuncError::new("empty duration"));
            }
            if let Ok(d) = parse_duration(trimmed.as_bytes()) {
                return Ok(d);
            }
            match number::parse_float(trimmed) {
                Ok(v) => from_float_seconds(v),
                Err(_) => Err(FuncError::new(format!("could not parse duration {}", quote(text)))),
            }
        }
        Repr::Nil(_) => Err(FuncError { about: value.origin, ..FuncError::new("invalid duration") }),
        Repr::Int(n, ty) => {
            let n = if ty.is_unsigned() { i128::from(*n as u64) } else { i128::from(*n) };
            let nanos = i64::try_from(n).ok().and_then(|n| n.checked_mul(SECOND));
            nanos.ok_or_else(|| FuncError::new(format!("duration seconds overflow: {n}")))
        }
        Repr::Float(v, _) => from_float_seconds(*v),
        _ => {
            let ty = value.type_name(&cx.heap).unwrap_or("<nil>");
            Err(FuncError::new(format!("unsupported duration type {ty}")))
        }
    }
}

/// The duration divided by a unit, as Go's `Duration.Seconds` and its kin add the parts.
fn in_unit(nanos: i64, unit: i64) -> f64 {
    (nanos / unit) as f64 + (nanos % unit) as f64 / unit as f64
}

fn duration_or_zero(cx: &Cx<'_>, value: &Value) -> i64 {
    as_duration(cx, value).unwrap_or(0)
}

fn modified(text: &Text, date: &GoTime) -> Result<GoTime, FuncError> {
    Ok(date.add(parse_duration(text).map_err(FuncError::new)?))
}

functions! {
    pub static DATES;

    /// The time of the render.
    ///
    /// `{{ now | date "2006-01-02" }}`
    "now" [Scalar, Clock] => fn now(cx) -> GoTime {
        cx.now()
    }

    /// A time by a layout that shows how the moment 2006-01-02 15:04:05 would look, in the local zone.
    ///
    /// `{{ now | date "2006-01-02" }}`
    "date" [Scalar] => fn date(cx, layout: Text, value: Value) -> Result<Vec<u8>, FuncError> {
        format_in(cx, &layout, &value, "Local")
    }

    /// A time by a layout, in a zone of the IANA database.
    ///
    /// `{{ dateInZone "2006-01-02" now "Europe/Berlin" }}`
    "dateInZone" | "date_in_zone" => fn date_in_zone(cx, layout: Text, value: Value, zone: Text) -> Result<Vec<u8>, FuncError> {
        format_in(cx, &layout, &value, &zone.str.to_lossy())
    }

    /// A time as `2006-01-02`, for HTML's date pickers.
    ///
    /// `{{ htmlDate now }}`
    "htmlDate" => fn html_date(cx, value: Value) -> Result<Vec<u8>, FuncError> {
        format_in(cx, b"2006-01-02", &value, "Local")
    }

    /// A time as `2006-01-02`, in a zone of the IANA database.
    ///
    /// `{{ htmlDateInZone now "UTC" }}`
    "htmlDateInZone" => fn html_date_in_zone(cx, value: Value, zone: Text) -> Result<Vec<u8>, FuncError> {
        format_in(cx, b"2006-01-02", &value, &zone.str.to_lossy())
    }

    /// A time moved by a duration such as `-1.5h`; the time itself if the duration is wrong.
    ///
    /// `{{ now | dateModify "-24h" }}`
    "dateModify" | "date_modify" => fn date_modify(_cx, duration: Text, date: Time) -> GoTime {
        modified(&duration, &date.0).unwrap_or(date.0)
    }

    /// A time moved by a duration such as `-1.5h`; an error if the duration is wrong.
    ///
    /// `{{ now | mustDateModify "-24h" }}`
    "mustDateModify" | "must_date_modify" => fn must_date_modify(_cx, duration: Text, date: Time) -> Result<GoTime, FuncError> {
        modified(&duration, &date.0)
    }

    /// How long ago a time was, to the second.
    ///
    /// `{{ ago .CreatedAt }}`
    "ago" [Clock] => fn ago(cx, value: Value) -> String {
        let since = cx.now().since(&moment(cx, &value));
        duration_string(round_duration(since, SECOND))
    }

    /// Reads a time by a layout; the zero time if the text does not fit.
    ///
    /// `{{ toDate "2006-01-02" "2017-12-31" }}`
    "toDate" => fn to_date(cx, layout: Text, text: Text) -> GoTime {
        parse(cx, &layout, &text).unwrap_or_else(|_| GoTime::zero())
    }

    /// Reads a time by a layout; an error if the text does not fit.
    ///
    /// `{{ mustToDate "2006-01-02" "2017-12-31" }}`
    "mustToDate" => fn must_to_date(cx, layout: Text, text: Text) -> Result<GoTime, FuncError> {
        parse(cx, &layout, &text)
    }

    /// Seconds since 1970.
    ///
    /// `{{ now | unixEpoch }}`
    "unixEpoch" => fn unix_epoch(_cx, date: Time) -> String {
        date.0.seconds.to_string()
    }

    /// A number of seconds as a duration.
    ///
    /// `{{ duration "95" }}` gives `1m35s`
    "duration" => fn duration(_cx, seconds: Value) -> String {
        let n = match &seconds.repr {
            Repr::Str(text) => match number::parse_int(text, 10, 64) {
                Ok(n) => n,
                Err(error) => match error.nearest {
                    number::Nearest::Int(n) => n,
                    _ => 0,
                },
            },
            Repr::Int(n, IntType::Int64) => *n,
            _ => 0,
        };
        duration_string(n.wrapping_mul(SECOND))
    }

    /// A duration, or the time since a moment, in its largest unit.
    ///
    /// `{{ durationRound "2h10m5s" }}` gives `2h`
    "durationRound" => fn duration_round(cx, value: Value) -> String {
        let nanos = match &value.repr {
            Repr::Str(text) => parse_duration(text).unwrap_or(0),
            Repr::Int(n, IntType::Int64) => *n,
            Repr::Struct(s) if !s.pointer => GoTime::of_value(&value).map_or(0, |t| cx.now().since(&t)),
            _ => 0,
        };
        let n = nanos.unsigned_abs();
        const HOUR: u64 = 3_600_000_000_000;
        let units = [
            (HOUR * 24 * 365, "y"),
            (HOUR * 24 * 30, "mo"),
            (HOUR * 24, "d"),
            (HOUR, "h"),
            (HOUR / 60, "m"),
            (SECOND as u64, "s"),
        ];
        match units.iter().find(|(unit, _)| n > *unit) {
            Some((unit, name)) => format!("{}{name}", n / unit),
            None => "0s".to_owned(),
        }
    }
}

functions! {
    pub static DURATIONS;

    /// Reads a duration: a text such as `1h30m`, or a number of seconds. Helm 4 only.
    ///
    /// `{{ mustToDuration "90s" }}` gives `1m30s`
    "mustToDuration" [Helm4, Engine] => fn must_to_duration(cx, value: Value) -> Result<Duration, FuncError> {
        as_duration(cx, &value).map(Duration)
    }

    /// A duration in seconds. Helm 4 only.
    ///
    /// `{{ durationSeconds "1m30s" }}` gives `90`
    "durationSeconds" [Helm4, Engine] => fn duration_seconds(cx, value: Value) -> f64 {
        in_unit(duration_or_zero(cx, &value), SECOND)
    }

    /// A duration in milliseconds. Helm 4 only.
    ///
    /// `{{ durationMilliseconds "1.5s" }}` gives `1500`
    "durationMilliseconds" [Helm4, Engine] => fn duration_milliseconds(cx, value: Value) -> Int64 {
        Int64(duration_or_zero(cx, &value) / 1_000_000)
    }

    /// A duration in microseconds. Helm 4 only.
    ///
    /// `{{ durationMicroseconds "1ms" }}` gives `1000`
    "durationMicroseconds" [Helm4, Engine] => fn duration_microseconds(cx, value: Value) -> Int64 {
        Int64(duration_or_zero(cx, &value) / 1_000)
    }

    /// A duration in nanoseconds. Helm 4 only.
    ///
    /// `{{ durationNanoseconds "1us" }}` gives `1000`
    "durationNanoseconds" [Helm4, Engine] => fn duration_nanoseconds(cx, value: Value) -> Int64 {
        Int64(duration_or_zero(cx, &value))
    }

    /// A duration in minutes. Helm 4 only.
    ///
    /// `{{ durationMinutes "90s" }}` gives `1.5`
    "durationMinutes" [Helm4, Engine] => fn duration_minutes(cx, value: Value) -> f64 {
        in_unit(duration_or_zero(cx, &value), 60 * SECOND)
    }

    /// A duration in hours. Helm 4 only.
    ///
    /// `{{ durationHours "90m" }}` gives `1.5`
    "durationHours" [Helm4, Engine] => fn duration_hours(cx, value: Value) -> f64 {
        in_unit(duration_or_zero(cx, &value), 3600 * SECOND)
    }

    /// A duration in days of 24 hours. Helm 4 only.
    ///
    /// `{{ durationDays "36h" }}` gives `1.5`
    "durationDays" [Helm4, Engine] => fn duration_days(cx, value: Value) -> f64 {
        in_unit(duration_or_zero(cx, &value), 3600 * SECOND) / 24.0
    }

    /// A duration in weeks. Helm 4 only.
    ///
    /// `{{ durationWeeks "84h" }}` gives `0.5`
    "durationWeeks" [Helm4, Engine] => fn duration_weeks(cx, value: Value) -> f64 {
        in_unit(duration_or_zero(cx, &value), 3600 * SECOND) / 24.0 / 7.0
    }

    /// A duration rounded to a multiple of another. Helm 4 only.
    ///
    /// `{{ durationRoundTo "2h13m" "30m" }}` gives `2h0m0s`
    "durationRoundTo" [Helm4, Engine] => fn duration_round_to(cx, value: Value, unit: Value) -> Duration {
        match (as_duration(cx, &value), as_duration(cx, &unit)) {
            (Ok(d), Ok(m)) => Duration(round_duration(d, m)),
            (Ok(d), Err(_)) => Duration(d),
            (Err(_), _) => Duration(0),
        }
    }

    /// A duration cut down to a multiple of another. Helm 4 only.
    ///
    /// `{{ durationTruncateTo "2h13m" "30m" }}` gives `2h0m0s`
    "durationTruncateTo" [Helm4, Engine] => fn duration_truncate_to(cx, value: Value, unit: Value) -> Duration {
        match (as_duration(cx, &value), as_duration(cx, &unit)) {
            (Ok(d), Ok(m)) => Duration(truncate_duration(d, m)),
            (Ok(d), Err(_)) => Duration(d),
            (Err(_), _) => Duration(0),
        }
    }
}
