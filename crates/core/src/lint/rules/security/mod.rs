//! What contains a container.

pub(super) mod capabilities_kept;
pub(super) mod capability_added;
pub(super) mod container_socket;
pub(super) mod host_ipc;
pub(super) mod host_network;
pub(super) mod host_path;
pub(super) mod host_pid;
pub(super) mod host_process;
pub(super) mod net_raw;
pub(super) mod no_seccomp;
pub(super) mod openshift_scc;
pub(super) mod privilege_escalation;
pub(super) mod privileged_container;
pub(super) mod proc_mount;
pub(super) mod pss_baseline;
pub(super) mod pss_restricted;
pub(super) mod run_as_root;
pub(super) mod unsafe_sysctl;
pub(super) mod writable_host_path;
pub(super) mod writable_root;
