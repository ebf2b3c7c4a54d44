//! `cargo xtask bench wasm`: what the npm package weighs.

use crate::switch;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository")
}

/// Runs a program in a folder of the repository; whether it went well.
fn run_in(folder: &str, program: &str, args: &[&str]) -> bool {
    match Command::new(program).args(args).current_dir(root().join(folder)).status() {
        Ok(status) => status.success(),
        Err(error) => {
            eprintln!("{program}: {error}");
            false
        }
    }
}

/// The features of the package that can be left out.
const FEATURES: &[&str] = &["cel", "crypto", "zones"];

/// Prints what the package weighs; with `--features` also what it weighs without each feature.
pub fn bench(args: &[String]) -> bool {
    if switch(args, "--features") {
        for left_out in FEATURES {
            let kept: Vec<&str> = FEATURES.iter().copied().filter(|feature| feature != left_out).collect();
            println!("== without {left_out}");
            if !(build(&["--no-default-features", "--features", &kept.join(",")]) && sizes()) {
                return false;
            }
        }
        println!("== with all features");
    }
    build(&[]) && sizes()
}

fn build(features: &[&str]) -> bool {
    run_in(".", "crates/wasm/build.sh", features)
}

fn sizes() -> bool {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let module = target.join("wasm32-unknown-unknown/wasm/chartlens_wasm.wasm");
    run_in("crates/wasm", "node", &["sizes.js", &module.to_string_lossy()])
}
