//! chartlens renders Helm charts exactly as Helm does and shows, for every byte of the result, the template line and
//! the values key that caused it.
//!
//! The crate does no I/O of its own: callers hand in files, a clock, a time zone and a random seed.
//!
//! A [`Chart`] is loaded from files, once. A [`Session`] renders and checks it as often as need be, and remembers by
//! content what need not be done again. A [`Report`] has [`Diagnostic`]s, each with its [`Fact`]s, the place in the result
//! and its [`Cause`]: the part of the template that wrote the text, and the values behind it.
//!
//! ```
//! use chartlens::chart::{ArchiveLimits, load_all};
//! use chartlens::{CheckOptions, File, HelmVersion, Host, RenderOptions, Session, ValuesSource};
//!
//! let files = vec![
//!     File::new("Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n"),
//!     File::new("values.yaml", "type: LoadBalancer\nport: 80\n"),
//!     File::new(
//!         "templates/service.yaml",
//!         "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  type: {{ .Values.type }}\n  ports: [{port: {{ .Values.port }}}]\n",
//!     ),
//! ];
//! let chart = load_all(files, &ArchiveLimits::default(), HelmVersion::V4);
//!
//! let session = Session::new();
//! let (host, no_files) = (Host::default(), |_: &str| Err("no files here".to_owned()));
//! let render = RenderOptions { values: vec![ValuesSource::Set("port=http".into())], ..RenderOptions::default() };
//! let options = CheckOptions { render, ..CheckOptions::default() };
//! let report = session.check(&chart, "web", &options, &host, &no_files);
//!
//! let found = report.diagnostics.first().expect("a port is a number");
//! assert_eq!(found.code, "schema/wrong-type");
//! let cause = found.cause.as_ref().expect("a cause");
//! assert_eq!(cause.template.as_ref().map(|place| (place.file(), place.line())), Some(("templates/service.yaml", 6)));
//! assert_eq!(cause.values.first().map(|value| (value.path.as_str(), &*value.layer)), Some(("port", "set")));
//! ```
//!
//! [`render::render`] alone gives the documents, [`render::template_output`] the bytes that `helm template` prints.
//! [`report`] writes reports in ten forms, [`codes`] has a row for everything that can be found, [`analysis`] tells what
//! is known of a chart without rendering it, and [`ide`] answers what editors ask. Whatever takes long is bounded by
//! [`Limits`] and ends early by a [`CancelToken`].

#![forbid(unsafe_code)]
#![deny(clippy::disallowed_methods)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

pub mod analysis;
pub mod budget;
mod cache;
mod cause;
pub mod chart;
pub mod codes;
pub mod diag;
mod gotmpl;
pub mod host;
pub mod ide;
mod jinja;
pub mod json;
pub mod kube;
mod language;
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
mod toml;
pub mod validate;
pub mod value;
pub mod values;
mod versions;
pub mod yaml;

pub use budget::{CancelToken, Limits};
pub use chart::{Chart, ChartError, File};
pub use diag::{Cause, Diagnostic, Fact};
pub use gotmpl::funcs::url::{Url, User};
pub use host::{HelmVersion, Host};
pub use render::{Document, RenderError, RenderOptions, Rendered};
pub use report::Report;
pub use session::{CheckOptions, Session};
pub use values::ValuesSource;

/// The functions of templates, with their names, parameters and documentation.
pub mod functions {
    pub use crate::gotmpl::funcs::{Cx, FuncError, Function, Mark, Ty, all};
}

/// Internals, for tests, fuzzers and tools. None of it is part of what the crate promises.
#[cfg(feature = "machinery")]
#[doc(hidden)]
pub mod machinery {
    pub use crate::gotmpl::{Kind, Parsed, funcs::Callee, items, parse};
}

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
