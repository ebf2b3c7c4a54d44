//! Deep recursion on demand.
//!
//! Templates may nest a thousand includes and ten thousand parentheses. Where the platform can, the
//! stack grows with them; where it cannot (WebAssembly), the depth limits are lower, as Go's are.

/// Runs `inner` with at least 128 KiB of stack.
#[inline]
pub fn grow<T>(inner: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, inner)
}
