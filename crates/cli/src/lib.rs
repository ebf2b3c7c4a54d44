//! The `chartlens` command as a library, so that other packages can ship it and tests can run it in process.

mod baseline;
mod commands;
mod config;
mod crds;
mod environment;
#[cfg(feature = "lsp")]
mod faults;
mod fix;
mod flags;
mod folder;
mod gitops;
mod help;
mod inputs;
mod lookup;
mod objects;
mod output;
mod parallel;
pub mod parameters;
mod parts;
mod peers;
mod plain;
pub mod readme;
mod references;
mod releases;
pub mod scaffold;
pub mod schema;
#[cfg(feature = "terraform")]
mod terraform;
mod watch;

pub use commands::check::{against_path, check_path};
pub use commands::options::random_seed;
pub use commands::run;
pub use commands::template::{Prepared, check_release_name, prepare};
pub use config::{Config, Found as FoundConfig};
pub use crds::read as read_crds;
pub use environment::{Environment, now};
pub use fix::Fixed;
pub use folder::{ChartSource, read_chart};
pub use inputs::{Input, find};
