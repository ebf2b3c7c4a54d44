//! Writes the JavaScript beside a WebAssembly module: `chartlens-wasm-bindgen MODULE FOLDER`.
//!
//! This is what the command `wasm-bindgen` does, in the version that the lock file names.

use std::process::ExitCode;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, folder] = arguments.as_slice() else {
        eprintln!("usage: chartlens-wasm-bindgen MODULE FOLDER");
        return ExitCode::from(2);
    };
    let mut bindgen = Bindgen::new();
    let made = bindgen
        .input_path(module)
        .out_name("chartlens")
        .web(true)
        .map(|bindgen| bindgen.typescript(true).omit_default_module_path(true).reset_state_function(true))
        .and_then(|bindgen| bindgen.generate(folder));
    match made {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}
