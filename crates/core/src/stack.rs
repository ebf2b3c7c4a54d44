//! Deep recursion on demand.
//!
//! Templates may nest a thousand includes and ten thousand parentheses. Where the platform can, the
//! stack grows with them; where it cannot (WebAssembly), the depth limits are lower, as Go's are.

/// Runs `inner` with at least 128 KiB of stack.
#[inline]
pub fn grow<T>(inner: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, inner)
}

/// Runs `inner`, which recurses over `levels` of an expression in code of others, whose frames are large.
#[cfg(feature = "cel")]
pub fn deep<T>(levels: usize, inner: impl FnOnce() -> T) -> T {
    // As measured with cel 0.15, and half as much again: 12 KiB of its parser where it is optimised, else 200.
    const LEVEL: usize = if cfg!(debug_assertions) { 320 * 1024 } else { 20 * 1024 };
    let size = (levels + 4) * LEVEL;
    stacker::maybe_grow(size, size, inner)
}
