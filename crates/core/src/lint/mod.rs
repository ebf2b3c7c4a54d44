//! Linting: what is wrong with a chart although it renders and the API server takes it.
//!
//! A rule is one file below `rules/`, declared by [`rule!`](rule): documentation, level, profiles, the names that
//! other tools have for it, two examples that tests execute, and a function that sees one scope: objects, pods,
//! containers, the whole release, the files of the chart,
//! the output with its causes, or several renders together. [`Selection`] says which rules run and how much their findings weigh.
//!
//! [`helm`] has the rules of `helm lint`, in Helm's words.

mod chart;
mod functions;
pub mod helm;
mod object;
mod options;
mod overrides;
mod own;
mod release;
mod renders;
mod rule;
mod rules;
mod schemas;
mod select;
mod suppress;

pub(crate) use chart::{Output, lint_chart, lint_output, value_of};
pub(crate) use functions::{CauseOf, lint_around};
pub use functions::{OwnFunction, OwnObject, OwnRelease, Wrong};
pub(crate) use object::lint_document;
pub use options::{Options, Preset, RuleOption, Setting, WrongChoice};
pub use overrides::Override;
pub use own::{Judge, OwnRule};
pub(crate) use release::{Found, Release, summaries};
pub use release::{NAMED, Summary};
pub(crate) use renders::{Render, lint_renders, wants_long_name, wants_other_helm};
pub use rule::{Profile, Rule};
pub use rules::RULES;
pub(crate) use rules::{ERROR_IN_OUTPUT, OTHER_TYPE, TEXT_CONDITION, UNKNOWN_HOOK};
pub use schemas::{ObjectSchema, SchemaTarget};
pub use select::{Choice, OtherCode, Selection, UnknownName};
pub use suppress::{Allow, Allows, Written};
