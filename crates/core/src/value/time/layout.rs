//! Go's reference layouts: `Mon Jan 2 15:04:05 MST 2006`.

use super::GoTime;

/// One element of a layout (`std…` in Go's `time/format.go`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Std {
    LongMonth,
    Month,
    NumMonth,
    ZeroMonth,
    LongWeekDay,
    WeekDay,
    Day,
    UnderDay,
    ZeroDay,
    UnderYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    Year,
    UpperPm,
    LowerPm,
    ZoneName,
    /// `Z07:00` (zulu) or `-07:00`, with or without colons, down to hours, minutes or seconds.
    Offset {
        zulu: bool,
        colon: bool,
        unit: OffsetUnit,
    },
    /// `.000`: this many digits after this separator.
    Fraction {
        digits: usize,
        separator: u8,
    },
    /// `.999`: up to this many digits, no trailing zeros.
    ShortFraction {
        digits: usize,
        separator: u8,
    },
}

/// How fine an offset is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OffsetUnit {
    Hours,
    Minutes,
    Seconds,
}

/// A layout cut at its first element: literal text, the element and its text, the rest.
pub(super) struct Chunk<'l> {
    pub prefix: &'l [u8],
    pub std: Option<Std>,
    pub text: &'l [u8],
    pub rest: &'l [u8],
}

/// `nextStdChunk`
pub(super) fn next_chunk(layout: &[u8]) -> Chunk<'_> {
    for i in 0..layout.len() {
        let here = layout.get(i..).unwrap_or_default();
        if let Some((skip, std, len)) = element(here) {
            let at = i + skip;
            return Chunk {
                prefix: layout.get(..at).unwrap_or_default(),
                std: Some(std),
                text: layout.get(at..at + len).unwrap_or_default(),
                rest: layout.get(at + len..).unwrap_or_default(),
            };
        }
    }
    Chunk { prefix: layout, std: None, text: b"", rest: b"" }
}

/// The element that `s` starts with, after some bytes to skip, and its length.
fn element(s: &[u8]) -> Option<(usize, Std, usize)> {
    const OFFSETS: [(&[u8], bool, OffsetUnit); 5] = [
        (b"070000", false, OffsetUnit::Seconds),
        (b"07:00:00", true, OffsetUnit::Seconds),
        (b"0700", false, OffsetUnit::Minutes),
        (b"07:00", true, OffsetUnit::Minutes),
        (b"07", false, OffsetUnit::Hours),
    ];
    let lower_follows = |at: usize| s.get(at).is_some_and(u8::is_ascii_lowercase);
    let at = |std, len| Some((0, std, len));
    let (&first, rest) = s.split_first()?;
    match first {
        b'J' if s.starts_with(b"January") => at(Std::LongMonth, 7),
        b'J' if s.starts_with(b"Jan") && !lower_follows(3) => at(Std::Month, 3),
        b'M' if s.starts_with(b"Monday") => at(Std::LongWeekDay, 6),
        b'M' if s.starts_with(b"Mon") && !lower_follows(3) => at(Std::WeekDay, 3),
        b'M' if s.starts_with(b"MST") => at(Std::ZoneName, 3),
        b'0' => match rest.first()? {
            b'1' => at(Std::ZeroMonth, 2),
            b'2' => at(Std::ZeroDay, 2),
            b'3' => at(Std::ZeroHour12, 2),
            b'4' => at(Std::ZeroMinute, 2),
            b'5' => at(Std::ZeroSecond, 2),
            b'6' => at(Std::Year, 2),
            b'0' if rest.get(1) == Some(&b'2') => at(Std::ZeroYearDay, 3),
            _ => None,
        },
        b'1' if rest.first() == Some(&b'5') => at(Std::Hour, 2),
        b'1' => at(Std::NumMonth, 1),
        b'2' if s.starts_with(b"2006") => at(Std::LongYear, 4),
        b'2' => at(Std::Day, 1),
        // `_2006` is a literal underscore before a year.
        b'_' if s.starts_with(b"_2006") => Some((1, Std::LongYear, 4)),
        b'_' if s.starts_with(b"_2") => at(Std::UnderDay, 2),
        b'_' if s.starts_with(b"__2") => at(Std::UnderYearDay, 3),
        b'3' => at(Std::Hour12, 1),
        b'4' => at(Std::Minute, 1),
        b'5' => at(Std::Second, 1),
        b'P' if rest.first() == Some(&b'M') => at(Std::UpperPm, 2),
        b'p' if rest.first() == Some(&b'm') => at(Std::LowerPm, 2),
        b'-' | b'Z' => {
            let (text, colon, unit) = OFFSETS.iter().find(|(text, ..)| rest.starts_with(text))?;
            at(Std::Offset { zulu: first == b'Z', colon: *colon, unit: *unit }, text.len() + 1)
        }
        b'.' | b',' => {
            let digit = *rest.first().filter(|b| matches!(b, b'0' | b'9'))?;
            let digits = rest.iter().take_while(|b| **b == digit).count();
            // Only a fraction of a second is all digits.
            if rest.get(digits).is_some_and(u8::is_ascii_digit) {
                return None;
            }
            let std = match digit {
                b'0' => Std::Fraction { digits, separator: first },
                _ => Std::ShortFraction { digits, separator: first },
            };
            at(std, digits + 1)
        }
        _ => None,
    }
}

/// `appendInt`: zeros up to `width` digits, the sign not counted.
fn int(out: &mut Vec<u8>, n: i64, width: usize) {
    let sign = if n < 0 { "-" } else { "" };
    out.extend_from_slice(format!("{sign}{:0width$}", n.unsigned_abs()).as_bytes());
}

/// `Time.Format`
pub(super) fn format(time: &GoTime, layout: &[u8]) -> Vec<u8> {
    let (zone_name, offset) = time.zone_at();
    let (date, clock) = time.civil_at(offset);
    let hour12 = if clock.hour % 12 == 0 { 12 } else { clock.hour % 12 };
    let (month, day) = (i64::from(date.month), i64::from(date.day));
    let mut out = Vec::with_capacity(layout.len() + 8);
    let mut layout = layout;
    loop {
        let chunk = next_chunk(layout);
        out.extend_from_slice(chunk.prefix);
        layout = chunk.rest;
        let Some(std) = chunk.std else { return out };
        match std {
            Std::Year => int(&mut out, date.year.abs() % 100, 2),
            Std::LongYear => int(&mut out, date.year, 4),
            Std::Month => out.extend_from_slice(date.month_name().get(..3).unwrap_or_default().as_bytes()),
            Std::LongMonth => out.extend_from_slice(date.month_name().as_bytes()),
            Std::NumMonth => int(&mut out, month, 0),
            Std::ZeroMonth => int(&mut out, month, 2),
            Std::WeekDay => out.extend_from_slice(date.week_day_name().get(..3).unwrap_or_default().as_bytes()),
            Std::LongWeekDay => out.extend_from_slice(date.week_day_name().as_bytes()),
            Std::Day => int(&mut out, day, 0),
            Std::UnderDay => out.extend_from_slice(format!("{day:2}").as_bytes()),
            Std::ZeroDay => int(&mut out, day, 2),
            Std::UnderYearDay => out.extend_from_slice(format!("{:3}", date.year_day).as_bytes()),
            Std::ZeroYearDay => int(&mut out, i64::from(date.year_day), 3),
            Std::Hour => int(&mut out, clock.hour, 2),
            Std::Hour12 => int(&mut out, hour12, 0),
            Std::ZeroHour12 => int(&mut out, hour12, 2),
            Std::Minute => int(&mut out, clock.minute, 0),
            Std::ZeroMinute => int(&mut out, clock.minute, 2),
            Std::Second => int(&mut out, clock.second, 0),
            Std::ZeroSecond => int(&mut out, clock.second, 2),
            Std::UpperPm => out.extend_from_slice(if clock.hour >= 12 { b"PM" } else { b"AM" }),
            Std::LowerPm => out.extend_from_slice(if clock.hour >= 12 { b"pm" } else { b"am" }),
            Std::Offset { zulu: true, .. } if offset == 0 => out.push(b'Z'),
            Std::Offset { colon, unit, .. } => push_offset(&mut out, offset, colon, unit),
            Std::ZoneName if zone_name.is_empty() => push_offset(&mut out, offset, false, OffsetUnit::Minutes),
            Std::ZoneName => out.extend_from_slice(zone_name.as_bytes()),
            Std::Fraction { digits, separator } => {
                push_fraction(&mut out, time.nanoseconds, digits, separator, false);
            }
            Std::ShortFraction { digits, separator } => {
                push_fraction(&mut out, time.nanoseconds, digits, separator, true);
            }
        }
    }
}

fn push_offset(out: &mut Vec<u8>, offset: i64, colon: bool, unit: OffsetUnit) {
    // Go drops the seconds before it looks at the sign.
    let minutes = offset / 60;
    out.push(if minutes < 0 { b'-' } else { b'+' });
    let minutes = minutes.abs();
    let separator: &[u8] = if colon { b":" } else { b"" };
    int(out, minutes / 60, 2);
    if unit != OffsetUnit::Hours {
        out.extend_from_slice(separator);
        int(out, minutes % 60, 2);
    }
    if unit == OffsetUnit::Seconds {
        out.extend_from_slice(separator);
        int(out, offset.abs() % 60, 2);
    }
}

/// `appendNano`
fn push_fraction(out: &mut Vec<u8>, nanoseconds: u32, digits: usize, separator: u8, trim: bool) {
    let all = format!("{nanoseconds:09}");
    let mut text = all.get(..digits.min(9)).unwrap_or(&all);
    if trim {
        text = text.trim_end_matches('0');
        if text.is_empty() {
            return;
        }
    }
    out.push(separator);
    out.extend_from_slice(text.as_bytes());
}
