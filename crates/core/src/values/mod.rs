//! Values: reading them from files and flags, and putting the layers together.

mod assign;
mod coalesce;
mod dependencies;
mod recorder;
pub mod schema;
mod sources;
mod strvals;
mod tree;
mod trial;

pub use coalesce::{Coalescer, over_file};
pub use dependencies::{Dependencies, is_compatible};
pub use recorder::{Located, Recorder};
pub use sources::{Program, ReadFile, ValuesError, ValuesSource, check, made_values, merge};
pub use tree::{ChartId, ChartTree, Defaults};
