//! `cargo xtask playground` and `cargo xtask bench wasm`: the builds that need Node.

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

/// Builds the package and the page, and serves the page on localhost unless `--build` is given.
pub fn playground(args: &[String]) -> bool {
    let is_built = run_in(".", "crates/wasm/build.sh", &[])
        && (root().join("playground/node_modules").exists() || run_in("playground", "npm", &["ci", "--no-progress"]))
        && run_in("playground", "npm", &["run", "build"]);
    if !is_built {
        return false;
    }
    if switch(args, "--build") {
        println!("built playground/dist");
        return true;
    }
    run_in("playground", "npm", &["start"])
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
