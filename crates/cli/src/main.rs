//! The `chartlens` command.
fn main() {}
