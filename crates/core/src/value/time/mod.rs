//! Go's `time`: moments, zones, durations.
//!
//! A `time.Time` is a [`Structure`] with Go's three unexported fields: nanoseconds, seconds since the year 1 and the
//! zone, which is nil for UTC; [`GoTime`] is its typed form.

mod duration;
mod layout;
mod parse;
mod zone;

pub use duration::{duration_string, parse_duration, round_duration, truncate_duration};
pub use parse::parse_in_location;
pub use zone::Zone;

use super::{IntType, Repr, StructType, Structure, Value};
use crate::host::Timestamp;
use std::sync::Arc;

/// English names of the months, January first.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// English names of the days, Sunday first.
pub const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Unix seconds of Go's zero time, the start of year 1.
pub const ZERO_SECONDS: i64 = -62_135_596_800;

const DAY: i64 = 86_400;

/// `time.Time`
pub static TIME: StructType = StructType {
    string: Some(|s| GoTime::of(s).to_string()),
    go_string: Some(|s| GoTime::of(s).go_string()),
    marshal_text: Some(|s| GoTime::of(s).marshal()),
    ..StructType::new("time.Time", "*time.Time", &["wall", "ext", "loc"])
};

/// `time.Location`
pub static LOCATION: StructType = StructType {
    string: Some(|s| s.fields.first().and_then(Value::as_str).map(ToString::to_string).unwrap_or_default()),
    string_of_pointer: true,
    ..StructType::new(
        "time.Location",
        "*time.Location",
        &["name", "zone", "tx", "extend", "cacheStart", "cacheEnd", "cacheZone"],
    )
};

/// `time.zone`, what a `time.Location` knows of one of its zones.
static ZONE: StructType = StructType::new("time.zone", "*time.zone", &["name", "offset", "isDST"]);

/// A moment with a zone to show it in.
#[derive(Clone, Debug, PartialEq)]
pub struct GoTime {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Nanoseconds within the second.
    pub nanoseconds: u32,
    /// The zone.
    pub zone: Zone,
}

/// Year, month (1–12), day (1–31) and day of the year (1–366).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// Year; 0 is 1 BC.
    pub year: i64,
    /// Month, from 1.
    pub month: u32,
    /// Day of the month, from 1.
    pub day: u32,
    /// Day of the year, from 1.
    pub year_day: u32,
    /// Day of the week, Sunday is 0.
    pub week_day: u32,
}

impl Date {
    /// The date of a number of days since 1970-01-01.
    pub fn from_days(days: i64) -> Date {
        // Years start in March here, so that leap days come last.
        let z = days.saturating_add(719_468);
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = (doy - (153 * mp + 2) / 5 + 1) as u32;
        let month = if mp < 10 { mp + 3 } else { mp - 9 } as u32;
        let year = yoe + era * 400 + i64::from(month <= 2);
        let year_day = (days - days_from_civil(year, 1, 1) + 1) as u32;
        let week_day = (days + 4).rem_euclid(7) as u32;
        Date { year, month, day, year_day, week_day }
    }

    /// Name of the month.
    pub fn month_name(self) -> &'static str {
        MONTHS.get((self.month as usize).saturating_sub(1)).copied().unwrap_or("%!Month")
    }

    /// Name of the day of the week.
    pub fn week_day_name(self) -> &'static str {
        WEEKDAYS.get(self.week_day as usize).copied().unwrap_or("%!Weekday")
    }
}

/// Days since 1970-01-01 of a date.
pub fn days_from_civil(year: i64, month: u32, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let mp = i64::from((month + 9) % 12);
    let doy = (153 * mp + 2) / 5 + day - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    era * 146_097 + doe - 719_468
}

/// Whether the year has a leap day.
pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month.
pub fn days_in(month: u32, year: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Hours, minutes and seconds of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Hour, 0–23.
    pub hour: i64,
    /// Minute.
    pub minute: i64,
    /// Second.
    pub second: i64,
}

impl GoTime {
    /// A moment in UTC.
    pub fn utc(seconds: i64, nanoseconds: u32) -> GoTime {
        GoTime { seconds, nanoseconds, zone: Zone::Utc }
    }

    /// Go's zero `time.Time`.
    pub fn zero() -> GoTime {
        GoTime::utc(ZERO_SECONDS, 0)
    }

    /// A clock reading in the local zone.
    pub fn now(now: Timestamp, zone: &str) -> GoTime {
        GoTime { seconds: now.seconds, nanoseconds: now.nanoseconds, zone: Zone::local(zone) }
    }

    /// The moment that a structure of type [`TIME`] holds; the zero time for any other.
    pub fn of(structure: &Structure) -> GoTime {
        let int = |i: usize| match structure.fields.get(i).map(|v| &v.repr) {
            Some(Repr::Int(n, _)) => *n,
            _ => 0,
        };
        let zone = match structure.fields.get(2).map(|v| &v.repr) {
            Some(Repr::Struct(location)) => Zone::of(location),
            _ => return GoTime::zero(),
        };
        GoTime { seconds: int(1).wrapping_add(ZERO_SECONDS), nanoseconds: int(0) as u32, zone }
    }

    /// The moment a value holds, if it is a `time.Time` or a pointer to one.
    pub fn of_value(value: &Value) -> Option<GoTime> {
        match &value.repr {
            Repr::Struct(s) if s.ty.name == TIME.name => Some(GoTime::of(s)),
            _ => None,
        }
    }

    /// The moment as a value.
    pub fn to_value(&self) -> Value {
        let fields = vec![
            Value::new(Repr::Int(i64::from(self.nanoseconds), IntType::Uint64)),
            Value::int64(self.seconds.wrapping_sub(ZERO_SECONDS)),
            Value::new(Repr::Struct(Arc::new(self.zone.to_location()))),
        ];
        Value::new(Repr::Struct(Arc::new(Structure::new(&TIME, false, fields))))
    }

    /// The same moment in another zone.
    pub fn in_zone(&self, zone: Zone) -> GoTime {
        GoTime { zone, ..self.clone() }
    }

    /// Abbreviation and offset of the zone at this moment.
    pub fn zone_at(&self) -> (String, i64) {
        self.zone.at(self.seconds)
    }

    /// Date and clock in the zone.
    pub fn civil(&self) -> (Date, Clock) {
        let (_, offset) = self.zone_at();
        self.civil_at(offset)
    }

    fn civil_at(&self, offset: i64) -> (Date, Clock) {
        let local = self.seconds.saturating_add(offset);
        let second = local.rem_euclid(DAY);
        let clock = Clock { hour: second / 3600, minute: second / 60 % 60, second: second % 60 };
        (Date::from_days(local.div_euclid(DAY)), clock)
    }

    /// `Time.Add`
    pub fn add(&self, nanoseconds: i64) -> GoTime {
        let nanos = i64::from(self.nanoseconds) + nanoseconds % 1_000_000_000;
        let seconds = self.seconds.wrapping_add(nanoseconds / 1_000_000_000);
        GoTime {
            seconds: seconds.wrapping_add(nanos.div_euclid(1_000_000_000)),
            nanoseconds: nanos.rem_euclid(1_000_000_000) as u32,
            zone: self.zone.clone(),
        }
    }

    /// `Time.Sub`: nanoseconds from `other` to this moment, at most what a duration holds.
    pub fn since(&self, other: &GoTime) -> i64 {
        let seconds = i128::from(self.seconds) - i128::from(other.seconds);
        let nanos = seconds * 1_000_000_000 + i128::from(self.nanoseconds) - i128::from(other.nanoseconds);
        nanos.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
    }

    /// The moment of a date in a zone (`time.Date`, for values in their usual ranges).
    pub fn from_civil(year: i64, month: u32, day: i64, clock: Clock, nanoseconds: u32, zone: Zone) -> GoTime {
        let days = days_from_civil(year, month, day);
        let local = days * DAY + clock.hour * 3600 + clock.minute * 60 + clock.second;
        // Go looks the offset up at the local time taken as UTC, then once more where that missed.
        let (_, offset) = zone.at(local);
        let mut seconds = local - offset;
        let (_, again) = zone.at(seconds);
        if again != offset {
            let other = local - again;
            seconds = if zone.at(other).1 == again { other } else { local - offset };
        }
        GoTime { seconds, nanoseconds, zone }
    }

    /// `Time.Format`
    pub fn format(&self, layout: &[u8]) -> Vec<u8> {
        layout::format(self, layout)
    }

    fn format_text(&self, layout: &str) -> String {
        String::from_utf8_lossy(&self.format(layout.as_bytes())).into_owned()
    }

    /// `Time.MarshalText`
    pub fn rfc3339(&self) -> String {
        self.format_text("2006-01-02T15:04:05.999999999Z07:00")
    }

    /// `Time.MarshalJSON` and `Time.MarshalText`: the error is Go's.
    pub fn marshal(&self) -> Result<String, String> {
        let (Date { year, .. }, _) = self.civil();
        if (0..=9999).contains(&year) { Ok(self.rfc3339()) } else { Err("year outside of range [0,9999]".to_owned()) }
    }

    /// `Time.GoString`
    fn go_string(&self) -> String {
        let (date, clock) = self.civil();
        let zone = match &self.zone {
            Zone::Utc => "time.UTC".to_owned(),
            Zone::Local(_) => "time.Local".to_owned(),
            other => format!("time.Location({})", duration::quote(other.name().as_bytes())),
        };
        format!(
            "time.Date({}, time.{}, {}, {}, {}, {}, {}, {zone})",
            date.year,
            date.month_name(),
            date.day,
            clock.hour,
            clock.minute,
            clock.second,
            self.nanoseconds
        )
    }
}

impl std::fmt::Display for GoTime {
    /// `Time.String`, without the monotonic reading that Go adds to `time.Now`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.format_text("2006-01-02 15:04:05.999999999 -0700 MST"))
    }
}

#[cfg(test)]
mod tests;
