//! Harness for the suites beside this file: recorded cases, the command in process, charts in memory.

pub mod advice;
pub mod blame;
pub mod case;
pub mod cases;
pub mod command;
pub mod corpus;
pub mod examples;
pub mod faults;
pub mod files;
pub mod findings;
pub mod folder;
pub mod ide;
pub mod known;
pub mod lsp;
pub mod oci;
pub mod once;
pub mod parameters;
pub mod parity;
pub mod recorded;
pub mod recordings;
pub mod schemas;
pub mod server;
pub mod tidy;
pub mod updates;
pub mod verdicts;
pub mod web;
