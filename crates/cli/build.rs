//! Links the command at a fixed address on Linux: an executable that can be anywhere has its tens of thousands of
//! pointers written anew at each start, which takes longer than the render of a small chart.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |name| std::env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
