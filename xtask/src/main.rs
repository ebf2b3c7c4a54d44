//! The project's own tools: `cargo xtask <command>`.
fn main() {}
