//! What follows the compiler: `chartlens-wasm-bindgen MODULE FOLDER` writes the JavaScript beside a WebAssembly module,
//! as the command `wasm-bindgen` does in the version that the lock file names, and cuts the module in two.

mod split;

use std::path::Path;
use std::process::ExitCode;
use wasm_bindgen_cli_support::Bindgen;

/// What charts need that bring a JSON Schema, templates in Jinja, or definitions of resources with rules in CEL.
const DEFERRED: &[&str] = &[
    "antlr4rust",
    "cel",
    "fancy_regex",
    "fluent_uri",
    "jsonschema",
    "jsonschema_regex",
    "jsonschema_value",
    "minijinja",
    "referencing",
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, folder] = arguments.as_slice() else {
        eprintln!("usage: chartlens-wasm-bindgen MODULE FOLDER");
        return ExitCode::from(2);
    };
    match write(module, Path::new(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

fn write(module: &str, folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    Bindgen::new()
        .input_path(module)
        .out_name("chartlens")
        .web(true)?
        .typescript(true)
        .omit_default_module_path(true)
        .reset_state_function(true)
        .generate(folder)?;
    let engine = folder.join("chartlens_bg.wasm");
    let parts = split::split(&std::fs::read(&engine)?, DEFERRED)?;
    std::fs::write(engine, parts.engine)?;
    std::fs::write(folder.join("deferred.wasm"), parts.deferred)?;
    Ok(())
}
