//! `time.ParseInLocation`.

use super::duration::{leading_int, quote};
use super::layout::{OffsetUnit, Std, next_chunk};
use super::{Clock, GoTime, MONTHS, WEEKDAYS, Zone, days_in, is_leap};

/// Why one element does not fit.
enum Misfit {
    /// The text is something else.
    Bad,
    /// A number is out of range; the name of the element.
    Range(&'static str),
}

type Fit<T> = Result<T, Misfit>;

/// What was read so far.
#[derive(Default)]
struct Parts {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanoseconds: i64,
    am: bool,
    pm: bool,
    utc: bool,
    offset: Option<i64>,
    zone_name: String,
}

/// Reads a time by a layout. Times without a zone are in `location`; zone names and offsets are
/// looked up in `local`. The error is Go's text.
pub fn parse_in_location(layout: &[u8], value: &[u8], location: &Zone, local: &Zone) -> Result<GoTime, String> {
    let as_text = |element: &[u8], rest: &[u8]| {
        format!(
            "parsing time {} as {}: cannot parse {} as {}",
            quote(value),
            quote(layout),
            quote(rest),
            quote(element)
        )
    };
    let with_message = |message: &str| format!("parsing time {}: {message}", quote(value));
    let mut parts = Parts::default();
    let (mut rest_layout, mut rest) = (layout, value);
    loop {
        let chunk = next_chunk(rest_layout);
        rest = match skip(rest, chunk.prefix) {
            Ok(rest) => rest,
            Err(stuck) => return Err(as_text(chunk.prefix, stuck)),
        };
        let Some(std) = chunk.std else {
            if rest.is_empty() {
                break;
            }
            return Err(with_message(&format!("extra text: {}", quote(rest))));
        };
        rest_layout = chunk.rest;
        let hold = rest;
        match parts.element(std, &mut rest, rest_layout) {
            Ok(()) => {}
            Err(Misfit::Bad) => return Err(as_text(chunk.text, hold)),
            Err(Misfit::Range(what)) => return Err(with_message(&format!("{what} out of range"))),
        }
    }
    parts.finish(location, local).map_err(|message| with_message(&message))
}

/// `skip`: the value after the layout's literal text; runs of blanks match runs of blanks.
fn skip<'v>(mut value: &'v [u8], mut prefix: &[u8]) -> Result<&'v [u8], &'v [u8]> {
    while let Some((&p, after)) = prefix.split_first() {
        if p == b' ' {
            if value.first().is_some_and(|b| *b != b' ') {
                return Err(value);
            }
            prefix = trim_blanks(prefix);
            value = trim_blanks(value);
            continue;
        }
        match value.split_first() {
            Some((&v, rest)) if v == p => value = rest,
            _ => return Err(value),
        }
        prefix = after;
    }
    Ok(value)
}

fn trim_blanks(s: &[u8]) -> &[u8] {
    s.get(s.iter().take_while(|b| **b == b' ').count()..).unwrap_or_default()
}

/// The first `n` bytes.
fn take<'v>(rest: &mut &'v [u8], n: usize) -> Fit<&'v [u8]> {
    let (head, tail) = rest.split_at_checked(n).ok_or(Misfit::Bad)?;
    *rest = tail;
    Ok(head)
}

/// `getnum`: one or two digits, exactly two if `fixed`.
fn number(rest: &mut &[u8], fixed: bool) -> Fit<i64> {
    let digits = rest.iter().take(2).take_while(|b| b.is_ascii_digit()).count();
    if digits == 0 || (fixed && digits == 1) {
        return Err(Misfit::Bad);
    }
    Ok(decimal(take(rest, digits)?))
}

fn decimal(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |n, d| n * 10 + i64::from(d.wrapping_sub(b'0')))
}

/// `atoi` on a fixed number of bytes: a sign is allowed.
fn signed(text: &[u8]) -> Fit<i64> {
    let (negative, digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(Misfit::Bad);
    }
    Ok(if negative { -decimal(digits) } else { decimal(digits) })
}

/// `lookup`: which name the text starts with, ignoring ASCII case.
fn name(rest: &mut &[u8], names: &[&str], len: usize) -> Fit<i64> {
    for (i, name) in names.iter().enumerate() {
        let name = name.as_bytes();
        let name = name.get(..len.min(name.len())).unwrap_or_default();
        if rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            take(rest, name.len())?;
            return Ok(i as i64);
        }
    }
    Err(Misfit::Bad)
}

/// `parseNanoseconds` on a separator and digits.
fn nanoseconds(text: &[u8]) -> Fit<i64> {
    let text = text.get(..text.len().min(10)).unwrap_or_default();
    let (separator, digits) = text.split_first().ok_or(Misfit::Bad)?;
    if !matches!(separator, b'.' | b',') {
        return Err(Misfit::Bad);
    }
    let n = signed(digits)?;
    if n < 0 {
        return Err(Misfit::Range("fractional second"));
    }
    Ok(n * 10i64.pow((9usize.saturating_sub(digits.len())) as u32))
}

fn in_range(n: i64, low: i64, high: i64, what: &'static str) -> Fit<i64> {
    if (low..=high).contains(&n) { Ok(n) } else { Err(Misfit::Range(what)) }
}

impl Parts {
    fn element(&mut self, std: Std, rest: &mut &[u8], layout: &[u8]) -> Fit<()> {
        match std {
            Std::Year => {
                let year = signed(take(rest, 2)?)?;
                self.year = if year >= 69 { year + 1900 } else { year + 2000 };
            }
            Std::LongYear => {
                if !rest.first().is_some_and(u8::is_ascii_digit) {
                    return Err(Misfit::Bad);
                }
                self.year = signed(take(rest, 4)?)?;
            }
            Std::Month => self.month = Some(name(rest, &MONTHS, 3)? + 1),
            Std::LongMonth => self.month = Some(name(rest, &MONTHS, usize::MAX)? + 1),
            Std::NumMonth | Std::ZeroMonth => {
                self.month = Some(in_range(number(rest, std == Std::ZeroMonth)?, 1, 12, "month")?);
            }
            Std::WeekDay => drop(name(rest, &WEEKDAYS, 3)?),
            Std::LongWeekDay => drop(name(rest, &WEEKDAYS, usize::MAX)?),
            Std::Day | Std::UnderDay | Std::ZeroDay => {
                if std == Std::UnderDay && rest.first() == Some(&b' ') {
                    take(rest, 1)?;
                }
                self.day = Some(number(rest, std == Std::ZeroDay)?);
            }
            Std::UnderYearDay | Std::ZeroYearDay => {
                for _ in 0..2 {
                    if std == Std::UnderYearDay && rest.first() == Some(&b' ') {
                        take(rest, 1)?;
                    }
                }
                let digits = rest.iter().take(3).take_while(|b| b.is_ascii_digit()).count();
                if digits == 0 || (std == Std::ZeroYearDay && digits != 3) {
                    return Err(Misfit::Bad);
                }
                self.year_day = Some(decimal(take(rest, digits)?));
            }
            Std::Hour => self.hour = in_range(number(rest, false)?, 0, 23, "hour")?,
            Std::Hour12 | Std::ZeroHour12 => {
                self.hour = in_range(number(rest, std == Std::ZeroHour12)?, 0, 12, "hour")?;
            }
            Std::Minute | Std::ZeroMinute => {
                self.minute = in_range(number(rest, std == Std::ZeroMinute)?, 0, 59, "minute")?;
            }
            Std::Second | Std::ZeroSecond => {
                self.second = in_range(number(rest, std == Std::ZeroSecond)?, 0, 59, "second")?;
                let next = next_chunk(layout).std;
                // A fraction may follow even where the layout has none.
                if !matches!(next, Some(Std::Fraction { .. } | Std::ShortFraction { .. })) {
                    self.fraction(rest)?;
                }
            }
            Std::UpperPm | Std::LowerPm => match (std, take(rest, 2)?) {
                (Std::UpperPm, b"PM") | (Std::LowerPm, b"pm") => self.pm = true,
                (Std::UpperPm, b"AM") | (Std::LowerPm, b"am") => self.am = true,
                _ => return Err(Misfit::Bad),
            },
            Std::Offset { zulu: true, .. } if rest.first() == Some(&b'Z') => {
                take(rest, 1)?;
                self.utc = true;
            }
            Std::Offset { colon, unit, .. } => self.offset = Some(offset(rest, colon, unit)?),
            Std::ZoneName if rest.starts_with(b"UTC") => {
                take(rest, 3)?;
                self.utc = true;
            }
            Std::ZoneName => {
                let len = zone_name_len(rest).ok_or(Misfit::Bad)?;
                self.zone_name = String::from_utf8_lossy(take(rest, len)?).into_owned();
            }
            Std::Fraction { digits, .. } => self.nanoseconds = nanoseconds(take(rest, digits + 1)?)?,
            Std::ShortFraction { .. } => self.fraction(rest)?,
        }
        Ok(())
    }

    /// A separator and any number of digits, if they are there.
    fn fraction(&mut self, rest: &mut &[u8]) -> Fit<()> {
        if !matches!(rest.first(), Some(b'.' | b',')) {
            return Ok(());
        }
        let digits = rest.iter().skip(1).take_while(|b| b.is_ascii_digit()).count();
        if digits > 0 {
            self.nanoseconds = nanoseconds(take(rest, digits + 1)?)?;
        }
        Ok(())
    }

    /// Month and day out of the day of the year, checked against those that were read.
    fn resolve_year_day(&mut self, year_day: i64) -> Result<(), String> {
        let last = 365 + i64::from(is_leap(self.year));
        if year_day < 1 || year_day > last {
            return Err("day-of-year out of range".to_owned());
        }
        let (mut month, mut day) = (1, year_day);
        while day > days_in(month, self.year) {
            day -= days_in(month, self.year);
            month += 1;
        }
        if self.month.is_some_and(|m| m != i64::from(month)) {
            return Err("day-of-year does not match month".to_owned());
        }
        if self.day.is_some_and(|d| d != day) {
            return Err("day-of-year does not match day".to_owned());
        }
        self.month = Some(i64::from(month));
        self.day = Some(day);
        Ok(())
    }

    fn finish(mut self, location: &Zone, local: &Zone) -> Result<GoTime, String> {
        if self.pm && self.hour < 12 {
            self.hour += 12;
        } else if self.am && self.hour == 12 {
            self.hour = 0;
        }
        if let Some(year_day) = self.year_day {
            self.resolve_year_day(year_day)?;
        }
        let month = self.month.unwrap_or(1) as u32;
        let day = self.day.unwrap_or(1);
        if day < 1 || day > days_in(month, self.year) {
            return Err("day out of range".to_owned());
        }
        let clock = Clock { hour: self.hour, minute: self.minute, second: self.second };
        let at = |zone: &Zone| GoTime::from_civil(self.year, month, day, clock, self.nanoseconds as u32, zone.clone());
        if self.utc {
            return Ok(at(&Zone::Utc));
        }
        if let Some(offset) = self.offset {
            let mut time = at(&Zone::Utc);
            time.seconds -= offset;
            let (name, local_offset) = local.at(time.seconds);
            let fits = local_offset == offset && (self.zone_name.is_empty() || name == self.zone_name);
            time.zone = if fits { local.clone() } else { Zone::Fixed(self.zone_name.into(), offset) };
            return Ok(time);
        }
        if !self.zone_name.is_empty() {
            let mut time = at(&Zone::Utc);
            let (name, offset) = local.at(time.seconds);
            if name == self.zone_name {
                time.seconds -= offset;
                time.zone = local.clone();
                return Ok(time);
            }
            // A name that is not known here gets the offset zero, or the one in `GMT+3`.
            let hours = self.zone_name.strip_prefix("GMT").and_then(|t| signed(t.as_bytes()).ok()).unwrap_or(0);
            time.zone = Zone::Fixed(self.zone_name.into(), hours * 3600);
            return Ok(time);
        }
        Ok(at(location))
    }
}

/// A numeric offset such as `+02:00`.
fn offset(rest: &mut &[u8], colon: bool, unit: OffsetUnit) -> Fit<i64> {
    let len = match (unit, colon) {
        (OffsetUnit::Hours, _) => 3,
        (OffsetUnit::Minutes, false) => 5,
        (OffsetUnit::Minutes, true) => 6,
        (OffsetUnit::Seconds, false) => 7,
        (OffsetUnit::Seconds, true) => 9,
    };
    let mut text = take(rest, len)?;
    let sign = take(&mut text, 1)?;
    let mut fields = [0; 3];
    let count = match unit {
        OffsetUnit::Hours => 1,
        OffsetUnit::Minutes => 2,
        OffsetUnit::Seconds => 3,
    };
    for (i, field) in fields.iter_mut().take(count).enumerate() {
        if i > 0 && colon && take(&mut text, 1)? != b":" {
            return Err(Misfit::Bad);
        }
        *field = number(&mut text, true)?;
    }
    let [hours, minutes, seconds] = fields;
    in_range(hours, 0, 24, "time zone offset hour")?;
    in_range(minutes, 0, 60, "time zone offset minute")?;
    in_range(seconds, 0, 60, "time zone offset second")?;
    let total = (hours * 60 + minutes) * 60 + seconds;
    match sign {
        b"+" => Ok(total),
        b"-" => Ok(-total),
        _ => Err(Misfit::Bad),
    }
}

/// `parseTimeZone`: length of the zone name the text starts with.
fn zone_name_len(s: &[u8]) -> Option<usize> {
    if s.len() < 3 {
        return None;
    }
    if s.starts_with(b"ChST") || s.starts_with(b"MeST") {
        return Some(4);
    }
    if let Some(rest) = s.strip_prefix(b"GMT") {
        return Some(3 + signed_offset_len(rest).unwrap_or(0));
    }
    if matches!(s.first(), Some(b'+' | b'-')) {
        return signed_offset_len(s);
    }
    let upper = s.iter().take(6).take_while(|b| b.is_ascii_uppercase()).count();
    match upper {
        3 => Some(3),
        4 if s.get(3) == Some(&b'T') || s.starts_with(b"WITA") => Some(4),
        5 if s.get(4) == Some(&b'T') => Some(5),
        _ => None,
    }
}

/// `parseSignedOffset`: length of `+HH`, up to 23.
fn signed_offset_len(s: &[u8]) -> Option<usize> {
    let (sign, digits) = s.split_first()?;
    if !matches!(sign, b'+' | b'-') {
        return None;
    }
    let (n, rest) = leading_int(digits)?;
    (rest.len() < digits.len() && n <= 23).then(|| s.len() - rest.len())
}
