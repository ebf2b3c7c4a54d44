//! chartlens renders Helm charts exactly as Helm does and shows, for every byte of the result, the template line and
//! the values key that caused it.
//!
//! The crate does no I/O of its own: callers hand in files, a clock, a time zone and a random seed.

#![forbid(unsafe_code)]
#![deny(clippy::disallowed_methods)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

pub mod analysis;
pub mod budget;
mod cache;
pub mod cause;
pub mod chart;
pub mod codes;
pub mod diag;
pub mod gotmpl;
pub mod host;
pub mod ide;
pub mod jinja;
pub mod json;
pub mod kube;
pub mod lint;
pub mod log;
pub mod lookup;
pub mod render;
pub mod report;
pub mod semver;
pub mod session;
mod stack;
pub mod text;
mod threads;
pub mod toml;
pub mod validate;
pub mod value;
pub mod values;
pub mod versions;
pub mod yaml;

pub use gotmpl::funcs::url::{Url, User};

use host::Timestamp;

/// A time in UTC, written after Go's layout (`2006-01-02T15:04:05Z07:00`).
pub fn format_time(time: Timestamp, layout: &str) -> String {
    let time = value::time::GoTime::utc(time.seconds, time.nanoseconds);
    text::lossy(&time.format(layout.as_bytes())).into_owned()
}

/// Reads a time as RFC 3339. The error is Go's text.
pub fn parse_time(text: &str) -> Result<Timestamp, String> {
    let zone = value::time::Zone::local("UTC");
    let time = value::time::parse_in_location(b"2006-01-02T15:04:05Z07:00", text.as_bytes(), &zone, &zone)?;
    Ok(Timestamp { seconds: time.seconds, nanoseconds: time.nanoseconds })
}

/// Reads a duration as Go writes it (`1h2m3s`), in nanoseconds. The error is Go's text.
pub fn parse_duration(text: &str) -> Result<i64, String> {
    value::time::parse_duration(text.as_bytes())
}

/// A URL as Go writes it after reading it. The error is Go's text.
pub fn url_text(text: &str) -> Result<String, String> {
    let url = Url::parse_plain(text.as_bytes())?;
    Ok(text::lossy(&url.text()).into_owned())
}

/// The README's examples run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
