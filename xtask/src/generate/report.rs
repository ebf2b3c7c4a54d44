//! `cargo xtask gen report`: the JSON Schema of reports, from the types that are written.

use super::write_or_check;
use chartlens::report::Report;
use schemars::generate::SchemaSettings;
use std::path::Path;

/// Makes docs/report.schema.json, or compares it.
pub fn run(args: &[String]) -> bool {
    let schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Report>();
    let mut text = serde_json::to_string_pretty(&schema).expect("schemas are JSON");
    text.push('\n');
    write_or_check(Path::new("docs/report.schema.json"), text.as_bytes(), args)
}
