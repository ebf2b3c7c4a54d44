//! Probes.

pub(super) mod identical_probes;
pub(super) mod no_liveness_probe;
pub(super) mod no_readiness_probe;
pub(super) mod undeclared_probe_port;
