//! chartlens renders Helm charts exactly as Helm does and shows, for every byte of the result, the template line and
//! the values key that caused it.
//!
//! The crate does no I/O of its own: callers hand in files, a clock, a time zone and a random seed.

pub mod text;
pub mod value;

pub mod yaml;

pub mod budget;
pub mod gotmpl;
pub mod host;
pub mod chart;
pub mod json;
pub mod log;
pub mod render;
pub mod semver;
mod stack;
pub mod toml;
pub mod values;
pub mod versions;
