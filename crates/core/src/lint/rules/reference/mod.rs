//! Objects that name others.

pub(super) mod claim;
pub(super) mod config;
pub(super) mod ingress_backend;
pub(super) mod ingress_port;
pub(super) mod key;
pub(super) mod monitor_without_services;
pub(super) mod no_disruption_budget;
pub(super) mod no_network_policy;
pub(super) mod policy_peer;
pub(super) mod policy_without_pods;
pub(super) mod role;
pub(super) mod scale_target;
pub(super) mod service_account;
pub(super) mod service_without_pods;
pub(super) mod stateful_service;
pub(super) mod target_port;
pub(super) mod webhook_service;
