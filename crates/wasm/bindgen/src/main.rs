//! What follows the compiler: `chartlens-wasm-bindgen MODULE FOLDER` writes the JavaScript beside a WebAssembly module,
//! as the command `wasm-bindgen` does in the version that the lock file names, and cuts the module in two.

mod split;

use std::path::Path;
use std::process::ExitCode;
use wasm_bindgen_cli_support::Bindgen;

/// Crates and modules for what few charts need: JSON Schemas of values, templates in Jinja, rules in CEL, keys and
/// certificates.
const DEFERRED: &[&str] = &[
    "aes",
    "antlr4rust",
    "bcrypt",
    "blowfish",
    "cbc",
    "cel",
    "chartlens::values::schema::address",
    "chartlens::values::schema::check",
    "chartlens::values::schema::compile",
    "chartlens::values::schema::decimal",
    "chartlens::values::schema::doc",
    "chartlens::values::schema::draft",
    "chartlens::values::schema::format",
    "chartlens::values::schema::roots",
    "chartlens::values::schema::words",
    "crypto_bigint",
    "curve25519_dalek",
    "der",
    "ecdsa",
    "ed25519_dalek",
    "elliptic_curve",
    "minijinja",
    "p256",
    "pbkdf2",
    "primeorder",
    "scrypt",
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
    without_disposal(&folder.join("chartlens.d.ts"))?;
    Ok(())
}

/// The package has its own `free`, and its types are to compile with the library of ES2022, which knows no
/// `Symbol.dispose`.
fn without_disposal(types: &Path) -> std::io::Result<()> {
    let text = std::fs::read_to_string(types)?;
    let kept = text.lines().filter(|line| !line.contains("[Symbol.dispose]"));
    std::fs::write(types, kept.map(|line| format!("{line}\n")).collect::<String>())
}
