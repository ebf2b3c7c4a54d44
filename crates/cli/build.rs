//! Links the command at a fixed address on Linux: an executable that can be anywhere has its tens of thousands of
//! pointers written anew at each start, which takes longer than the render of a small chart.
//!
//! `CHARTLENS_ORDER` names a file of functions that shall stand side by side: `cargo xtask order` writes it. LLD knows the option,
//! which is Rust's own linker on x86-64.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=CHARTLENS_ORDER");
    let target = |name| std::env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
        if let Ok(order) = std::env::var("CHARTLENS_ORDER") {
            println!("cargo::rerun-if-changed={order}");
            println!("cargo::rustc-link-arg-bins=-Wl,--no-warn-symbol-ordering,--symbol-ordering-file={order}");
        }
    }
}
