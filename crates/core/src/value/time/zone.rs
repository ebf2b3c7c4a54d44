//! `time.Location`, with the zone database inside the program.

use super::{LOCATION, ZONE};
use crate::text::Str;
use crate::value::{Repr, Structure, Value};
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

    /// The pointer that a `time.Time` holds: nil for UTC.
    pub(super) fn to_location(&self) -> Structure {
        match self {
            Zone::Utc => Structure::nil_pointer(&LOCATION),
            _ => self.location(),
        }
    }

    /// `Time.Location`. Of Go's fields the name is known; behind them stands which kind of zone it is.
    pub fn location(&self) -> Structure {
        let kind = match self {
            Zone::Utc => None,
            Zone::Local(_) => Some(Value::str("local")),
            Zone::Named(_) => Some(Value::str("named")),
            Zone::Fixed(_, offset) => Some(Value::int64(*offset)),
        };
        let none = || Value::new(Repr::Bytes(Str::nil()));
        let zone = Value::new(Repr::Struct(Arc::new(Structure::nil_pointer(&ZONE))));
        let (name, zero) = (Value::str(self.name()), || Value::int64(0));
        let fields = [name, none(), none(), Value::str(""), zero(), zero(), zone];
        Structure::new(&LOCATION, true, fields.into_iter().chain(kind).collect())
    }

    /// The reverse of [`to_location`](Self::to_location).
    pub(super) fn of(location: &Structure) -> Zone {
        let name = || location.fields.first().and_then(Value::as_str).map(ToString::to_string).unwrap_or_default();
        match location.fields.last().map(|kind| &kind.repr) {
            None | Some(Repr::Struct(_)) => Zone::Utc,
            Some(Repr::Int(offset, _)) => Zone::Fixed(name().into(), *offset),
            Some(Repr::Str(kind)) if kind.as_bytes() == b"local" => Zone::Local(name().into()),
            Some(_) => Zone::Named(name().into()),
        }
    }
}
