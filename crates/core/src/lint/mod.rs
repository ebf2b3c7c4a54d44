//! Linting: what is wrong with a chart although it renders.
//!
//! [`helm`] has the rules of `helm lint`, in Helm's words.

pub mod helm;
