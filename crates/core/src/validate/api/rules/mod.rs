//! The checks, a file per family.

mod names;

use super::Check;

/// All checks, in the order of their documentation.
macro_rules! registry {
    ($($file:ident: $($name:ident),+;)+) => {
        /// All checks, in the order of their documentation.
        pub static CHECKS: &[&Check] = &[$($(&$file::$name),+),+];
    };
}

registry! {
    names: OBJECT_NAME, NAMESPACE_NAME;
}
