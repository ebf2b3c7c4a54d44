//! The rules, a folder for a category and a file for a rule.

mod availability;
mod chart;
mod hooks;
mod image;
mod metadata;
mod network;
mod probes;
mod rbac;
mod reference;
mod release;
mod resources;
mod secrets;
mod security;
mod templates;
mod values;

use super::rule::Rule;

pub(crate) use hooks::unknown_hook::UNKNOWN_HOOK;
pub(super) use rbac::runs_commands;
pub(crate) use templates::error_in_output::ERROR_IN_OUTPUT;
pub(crate) use values::other_type::OTHER_TYPE;
pub(crate) use values::text_condition::TEXT_CONDITION;

macro_rules! registry {
    ($($category:ident: $($file:ident::$name:ident),+;)+) => {
        /// All rules, category by category.
        pub static RULES: &[&Rule] = &[$($(&$category::$file::$name),+),+];
    };
}

registry! {
    values: unread_default::UNREAD_DEFAULT, cut_comment::CUT_COMMENT, accidental_tag::ACCIDENTAL_TAG, accidental_anchor::ACCIDENTAL_ANCHOR, number_form::NUMBER_FORM, text_condition::TEXT_CONDITION, shadowed_global::SHADOWED_GLOBAL, schema_refuses::SCHEMA_REFUSES, schema_default::SCHEMA_DEFAULT, overridden::OVERRIDDEN, unread_rest::UNREAD_REST, other_type::OTHER_TYPE, text_for_number::TEXT_FOR_NUMBER, typographic_quotes::TYPOGRAPHIC_QUOTES;
    templates: go_syntax::GO_SYNTAX, cut_text::CUT_TEXT, folded_text::FOLDED_TEXT, indented_twice::INDENTED_TWICE, default_too_late::DEFAULT_TOO_LATE, to_yaml_of_nothing::TO_YAML_OF_NOTHING, rebound_dot::REBOUND_DOT, changing_checksum::CHANGING_CHECKSUM, error_in_output::ERROR_IN_OUTPUT, broken_file::BROKEN_FILE, unknown_helper::UNKNOWN_HELPER, unused_helper::UNUSED_HELPER, duplicate_helper::DUPLICATE_HELPER, not_reproducible::NOT_REPRODUCIBLE, extension::EXTENSION, separator::SEPARATOR, renders_nothing::RENDERS_NOTHING, version_branch::VERSION_BRANCH, helm_branch::HELM_BRANCH;
    chart: condition_type::CONDITION_TYPE, import_nothing::IMPORT_NOTHING, unlocked_dependency::UNLOCKED_DEPENDENCY, undeclared_dependency::UNDECLARED_DEPENDENCY, unused_library::UNUSED_LIBRARY, no_icon::NO_ICON, no_description::NO_DESCRIPTION, no_app_version::NO_APP_VERSION, no_maintainers::NO_MAINTAINERS, unknown_metadata::UNKNOWN_METADATA, version_number::VERSION_NUMBER, loose_version::LOOSE_VERSION, maintainer::MAINTAINER, source_url::SOURCE_URL, icon_url::ICON_URL, type_of_v1::TYPE_OF_V1, dependencies_of_v1::DEPENDENCIES_OF_V1, no_templates::NO_TEMPLATES, no_values::NO_VALUES, no_definition::NO_DEFINITION, hub_annotation::HUB_ANNOTATION, untidy_yaml::UNTIDY_YAML;
    image: latest_tag::LATEST_TAG, other_registry::OTHER_REGISTRY, pull_policy::PULL_POLICY;
    resources: cpu_request::CPU_REQUEST, cpu_limit::CPU_LIMIT, memory_request::MEMORY_REQUEST, memory_limit::MEMORY_LIMIT, fractional_bytes::FRACTIONAL_BYTES, unequal_cpu::UNEQUAL_CPU, unequal_memory::UNEQUAL_MEMORY, unequal_ephemeral_storage::UNEQUAL_EPHEMERAL_STORAGE, ephemeral_storage::EPHEMERAL_STORAGE;
    probes: no_readiness_probe::NO_READINESS_PROBE, no_liveness_probe::NO_LIVENESS_PROBE, identical_probes::IDENTICAL_PROBES, undeclared_probe_port::UNDECLARED_PROBE_PORT;
    network: ssh_port::SSH_PORT, privileged_port::PRIVILEGED_PORT, host_port::HOST_PORT, exposed_service::EXPOSED_SERVICE, no_tls::NO_TLS;
    security: privileged_container::PRIVILEGED_CONTAINER, privilege_escalation::PRIVILEGE_ESCALATION, run_as_root::RUN_AS_ROOT, writable_root::WRITABLE_ROOT, net_raw::NET_RAW, capability_added::CAPABILITY_ADDED, capabilities_kept::CAPABILITIES_KEPT, no_seccomp::NO_SECCOMP, proc_mount::PROC_MOUNT, unsafe_sysctl::UNSAFE_SYSCTL, host_network::HOST_NETWORK, host_pid::HOST_PID, host_ipc::HOST_IPC, host_process::HOST_PROCESS, container_socket::CONTAINER_SOCKET, host_path::HOST_PATH, writable_host_path::WRITABLE_HOST_PATH, openshift_scc::OPENSHIFT_SCC, pss_baseline::PSS_BASELINE, pss_restricted::PSS_RESTRICTED;
    secrets: secret_in_env::SECRET_IN_ENV, secret_from_env::SECRET_FROM_ENV, duplicate_env::DUPLICATE_ENV, secret_in_configmap::SECRET_IN_CONFIGMAP;
    rbac: exec_binding::EXEC_BINDING, default_service_account::DEFAULT_SERVICE_ACCOUNT, deprecated_service_account::DEPRECATED_SERVICE_ACCOUNT, automounted_token::AUTOMOUNTED_TOKEN, cluster_admin::CLUSTER_ADMIN, wildcard::WILDCARD, secrets_access::SECRETS_ACCESS, create_pods::CREATE_PODS, exec::EXEC;
    availability: budget_above_scale::BUDGET_ABOVE_SCALE, no_restart_policy::NO_RESTART_POLICY, few_replicas::FEW_REPLICAS, few_scaled_replicas::FEW_SCALED_REPLICAS, fixed_scale::FIXED_SCALE, no_anti_affinity::NO_ANTI_AFFINITY, no_node_affinity::NO_NODE_AFFINITY, no_topology_spread::NO_TOPOLOGY_SPREAD, recreate::RECREATE, no_priority_class::NO_PRIORITY_CLASS, empty_budget::EMPTY_BUDGET, blocking_budget::BLOCKING_BUDGET, unhealthy_eviction::UNHEALTHY_EVICTION, no_start_deadline::NO_START_DEADLINE, job_stays::JOB_STAYS, no_dns_options::NO_DNS_OPTIONS, scaled_replicas::SCALED_REPLICAS;
    metadata: no_owner::NO_OWNER, no_email::NO_EMAIL, no_namespace::NO_NAMESPACE, claim_template_annotation::CLAIM_TEMPLATE_ANNOTATION, instance_label::INSTANCE_LABEL, unnamed_list::UNNAMED_LIST, unsorted_keys::UNSORTED_KEYS, long_name::LONG_NAME;
    hooks: unknown_hook::UNKNOWN_HOOK, unknown_delete_policy::UNKNOWN_DELETE_POLICY, hook_stays::HOOK_STAYS, resource_policy_in_list::RESOURCE_POLICY_IN_LIST;
    reference: policy_peer::POLICY_PEER, service_without_pods::SERVICE_WITHOUT_PODS, target_port::TARGET_PORT, key::KEY, role::ROLE, ingress_backend::INGRESS_BACKEND, scale_target::SCALE_TARGET, config::CONFIG, claim::CLAIM, service_account::SERVICE_ACCOUNT, stateful_service::STATEFUL_SERVICE, ingress_port::INGRESS_PORT, policy_without_pods::POLICY_WITHOUT_PODS, monitor_without_services::MONITOR_WITHOUT_SERVICES, no_network_policy::NO_NETWORK_POLICY, no_disruption_budget::NO_DISRUPTION_BUDGET, webhook_service::WEBHOOK_SERVICE;
    release: duplicate_object::DUPLICATE_OBJECT, overlapping_selector::OVERLAPPING_SELECTOR;
}
