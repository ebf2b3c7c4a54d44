//! What containers ask for.

pub(super) mod cpu_limit;
pub(super) mod cpu_request;
pub(super) mod ephemeral_storage;
pub(super) mod fractional_bytes;
pub(super) mod memory_limit;
pub(super) mod memory_request;
pub(super) mod unequal_cpu;
pub(super) mod unequal_ephemeral_storage;
pub(super) mod unequal_memory;
