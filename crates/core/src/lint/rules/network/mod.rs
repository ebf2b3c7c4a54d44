//! Ports and doors.

pub(super) mod exposed_service;
pub(super) mod host_port;
pub(super) mod no_tls;
pub(super) mod privileged_port;
pub(super) mod ssh_port;
