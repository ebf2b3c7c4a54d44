//! `cargo xtask gen config`: the JSON Schema of chartlens.toml, from the type that reads it.

use super::write_or_check;
use chartlens_cli::Config;
use schemars::generate::SchemaSettings;
use std::path::Path;

/// Makes the schema beside the type, or compares it.
pub fn run(args: &[String]) -> bool {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Config>();
    let mut text = serde_json::to_string_pretty(&schema).expect("schemas are JSON");
    text.push('\n');
    write_or_check(Path::new("crates/cli/src/config.schema.json"), text.as_bytes(), args)
}
