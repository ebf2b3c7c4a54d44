//! Values: reading them from files and flags, and putting the layers together.

mod coalesce;
mod dependencies;
mod paths;
mod recorder;
pub mod schema;
mod sources;
mod strvals;
mod tree;

pub use coalesce::Coalescer;
pub use dependencies::{Dependencies, is_compatible};
pub use paths::table;
pub use recorder::Recorder;
pub use sources::{ReadFile, ValuesError, ValuesSource, merge};
pub use tree::{ChartId, ChartTree};
