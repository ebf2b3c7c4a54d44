//! What keeps answering.

pub(super) mod blocking_budget;
pub(super) mod budget_above_scale;
pub(super) mod empty_budget;
pub(super) mod few_replicas;
pub(super) mod few_scaled_replicas;
pub(super) mod fixed_scale;
pub(super) mod job_stays;
pub(super) mod no_anti_affinity;
pub(super) mod no_dns_options;
pub(super) mod no_node_affinity;
pub(super) mod no_priority_class;
pub(super) mod no_restart_policy;
pub(super) mod no_start_deadline;
pub(super) mod no_topology_spread;
pub(super) mod recreate;
pub(super) mod scaled_replicas;
pub(super) mod unhealthy_eviction;
