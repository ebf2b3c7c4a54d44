//! `time.Location`, with the zone database inside the program.

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use std::sync::{Arc, LazyLock};

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A zone to show moments in.
#[derive(Clone, Debug, PartialEq)]
pub enum Zone {
    /// `time.UTC`
    Utc,
    /// `time.Local`, with the zone's name in the database.
    Local(Arc<str>),
    /// A zone of the database.
    Named(Arc<str>),
    /// `time.FixedZone`: a name and seconds east of UTC.
    Fixed(Arc<str>, i64),
}

fn find(name: &str) -> Option<TimeZone> {
    let zone = DATABASE.get(name).ok()?;
    // Go opens files, which are case-sensitive.
    (zone.iana_name() == Some(name)).then_some(zone)
}

impl Zone {
    /// The host's local zone.
    pub fn local(name: &str) -> Zone {
        Zone::Local(name.into())
    }

    /// `time.LoadLocation`; `None` for a name that the database does not have.
    pub fn load(name: &str, local: &str) -> Option<Zone> {
        match name {
            "" | "UTC" => Some(Zone::Utc),
            "Local" => Some(Zone::local(local)),
            _ => find(name).map(|_| Zone::Named(name.into())),
        }
    }

    /// `Location.String`
    pub fn name(&self) -> &str {
        match self {
            Zone::Utc => "UTC",
            // Go names the local zone as $TZ does.
            Zone::Local(name) | Zone::Named(name) | Zone::Fixed(name, _) => name,
        }
    }

    /// Abbreviation and seconds east of UTC at a moment (`Location.lookup`).
    pub fn at(&self, seconds: i64) -> (String, i64) {
        let name = match self {
            Zone::Utc => return ("UTC".to_owned(), 0),
            Zone::Fixed(name, offset) => return (name.to_string(), *offset),
            Zone::Local(name) | Zone::Named(name) => name,
        };
        let Some(zone) = find(name) else { return ("UTC".to_owned(), 0) };
        let (low, high) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
        let Ok(moment) = Timestamp::from_second(seconds.clamp(low, high)) else { return ("UTC".to_owned(), 0) };
        let info = zone.to_offset_info(moment);
        (info.abbreviation().to_owned(), i64::from(info.offset().seconds()))
    }

    /// The zone as one word, for the hidden field of a time value.
    pub(super) fn to_text(&self) -> String {
        match self {
            Zone::Utc => String::new(),
            Zone::Local(name) => format!("L{name}"),
            Zone::Named(name) => format!("N{name}"),
            Zone::Fixed(name, offset) => format!("F{offset} {name}"),
        }
    }

    /// The reverse of [`to_text`](Self::to_text).
    pub(super) fn from_text(text: &str) -> Zone {
        if let Some(name) = text.strip_prefix('L') {
            return Zone::Local(name.into());
        }
        if let Some(name) = text.strip_prefix('N') {
            return Zone::Named(name.into());
        }
        match text.strip_prefix('F').and_then(|t| t.split_once(' ')) {
            Some((offset, name)) => Zone::Fixed(name.into(), offset.parse().unwrap_or(0)),
            None => Zone::Utc,
        }
    }
}
