//! The checks, a file per family.

mod admission;
mod autoscaling;
mod batch;
mod cluster;
mod config;
mod containers;
mod defaults;
mod devices;
mod empty;
mod endpoints;
mod env;
mod events;
mod expressions;
mod extensions;
mod ingress;
mod jobs;
mod labels;
mod limits;
mod metadata;
mod names;
mod network;
mod pods;
mod policy;
mod probes;
mod rbac;
mod resources;
mod restarts;
mod scheduling;
mod security;
mod services;
mod storage;
mod structural;
mod volume_sources;
mod volumes;
mod workloads;

pub(super) use resources::value as quantity;

use super::check::Reason;
use super::table::NOT_NEGATIVE;
use super::{Check, Context};
use crate::diag::did_you_mean;
use crate::diag::words::one_of;
use crate::kube::tree::Node;

macro_rules! registry {
    ($($file:ident: $($name:ident),+;)+) => {
        /// All checks, in the order of their documentation.
        pub static CHECKS: &[&Check] = &[$($(&$file::$name),+),+];
    };
}

registry! {
    names: OBJECT_NAME, NAMESPACE_NAME;
    metadata: OWNER, FINALIZER;
    labels: LABEL_KEY, LABEL_VALUE, ANNOTATION_KEY, ANNOTATIONS_SIZE, LABEL_SELECTOR;
    workloads: SELECTOR_EMPTY, SELECTOR_MISMATCH, RESTART_POLICY, STRATEGY, WORKLOAD_ENUM, NEGATIVE_COUNT,
        ACTIVE_DEADLINE;
    empty: NO_CONTAINERS, NO_TEMPLATE;
    pods: POD_ENUM, POD_FIELDS, POD_GATES, DUPLICATE_CONTAINER_NAME, HOST_PORT, DNS_NONE, HOST_ALIAS;
    restarts: CONTAINER_RESTART, EPHEMERAL_CONTAINER, RESIZE_POLICY;
    security: SECURITY_FIELDS, PROFILE, POD_SECURITY, POD_OS, HOST_PROCESS, HOST_NAMESPACES, POD_ANNOTATION;
    containers: CONTAINER_NAME, CONTAINER_IMAGE, CONTAINER_ENUM, CONTAINER_PORT, PORT_NAME, DUPLICATE_PORT_NAME,
        PRIVILEGE_ESCALATION;
    env: ENV_NAME, ENV_SOURCE, ENV_KEY, ENV_FROM, FIELD_PATH, RESOURCE_FIELD, ENV_FILE;
    probes: PROBE_HANDLER, LIFECYCLE_HANDLER, PROBE_NUMBERS, HANDLER_PORT, HANDLER_FIELDS;
    resources: QUANTITY, REQUEST_ABOVE_LIMIT, NEGATIVE_RESOURCE, RESOURCE_NAME, OVERHEAD, POD_RESOURCES, RESOURCE_CLAIM;
    volume_sources: VOLUME_FIELDS, VOLUME_DETAILS, VOLUME_SOURCE, PROJECTED, CERTIFICATE_VOLUME, DOWNWARD_FILE,
        EPHEMERAL_CLAIM;
    volumes: VOLUME_NAME, FILE_MODE, MOUNT_WITHOUT_VOLUME, DUPLICATE_MOUNT_PATH, SUB_PATH, MOUNT_OPTIONS,
        VOLUME_DEVICE;
    scheduling: TOLERATION, NODE_AFFINITY, AFFINITY_TERM, TOPOLOGY_SPREAD, PRIORITY_CLASS;
    services: SERVICE_PORTS, SERVICE_EMPTY, SERVICE_PORT_NAMES, SERVICE_TARGET_PORT, SERVICE_ENUM, SERVICE_TRAFFIC,
        SERVICE_NODE_PORT, SERVICE_CLUSTER_IP, SERVICE_EXTERNAL_IP, SERVICE_BALANCER;
    endpoints: ENDPOINTS, ENDPOINT_SLICE, SERVICE_CIDR, IP_ADDRESS;
    ingress: INGRESS_RULES, INGRESS_PATH, INGRESS_BACKEND, INGRESS_HOST, INGRESS_FIELDS, INGRESS_EMPTY, INGRESS_REFERENCE,
        INGRESS_CLASS;
    network: NETWORK_POLICY_ENUM, NETWORK_POLICY_PEER, NETWORK_POLICY_PORT, CIDR;
    batch: CRON_SCHEDULE, CRON_ENUM, TIME_ZONE;
    jobs: JOB_INDEXES, JOB_FIELDS, POD_FAILURE_POLICY, SUCCESS_POLICY, JOB_SELECTOR;
    limits: LIMIT_RANGE, QUOTA;
    policy: DISRUPTION_BUDGET;
    autoscaling: AUTOSCALER_BOUNDS, SCALE_TARGET, METRIC, AUTOSCALER_FIELDS, SCALING_POLICIES;
    config: SECRET_DATA, CONFIG_KEY, CONFIG_TWICE, CONFIG_SIZE, SECRET_TYPE;
    rbac: ROLE_REF, SUBJECT, POLICY_RULE;
    storage: CLAIM, PERSISTENT_VOLUME, STORAGE_CLASS;
    extensions: CRD_NAME, CRD_VERSIONS, CRD_NAMES, CRD_PATHS, CRD_CONVERSION;
    structural: CRD_SCHEMA;
    expressions: CRD_RULES, EXPRESSION;
    admission: WEBHOOK, ADMISSION_POLICY, POLICY_BINDING;
    cluster: API_SERVICE, NODE, POD_SECURITY_LABEL, RUNTIME_CLASS, LEASE, REVISION, CSI, CERTIFICATE_REQUEST, FLOW,
        DEVICE_REQUEST;
    devices: DEVICE_TAINT, RESOURCE_SLICE, STORAGE_MIGRATION;
    events: EVENT, EVENT_FIELDS;
}

/// A field has one of a few values; an empty one is filled in by the server.
pub(super) fn allowed(cx: &mut Context<'_, '_>, parent: Node<'_>, key: &str, values: &[&str]) {
    let Some(node) = parent.get(key) else { return };
    let Some(text) = node.as_str() else { return };
    if text.is_empty() || values.contains(&text) {
        return;
    }
    let message = format!("expected {}, found {}", one_of(values), node.found());
    let cx = cx.says(Reason::NotSupported, "");
    let near = did_you_mean(text, values.iter().copied());
    cx.not_listed(node, message, near, values);
}

/// A port number that is there lies between 1 and 65535.
fn port_number(cx: &mut Context<'_, '_>, node: Node<'_>) {
    if let Some(number) = node.as_int()
        && !(1..=65535).contains(&number)
    {
        let message = format!("expected a port between 1 and 65535, found {number}");
        // A zero is as good as none to some checks.
        let cx = if number == 0 { cx } else { cx.says(Reason::Invalid, "must be between 1 and 65535, inclusive") };
        cx.error(node, message);
    }
}

/// A number that is there lies between two.
pub(super) fn range(cx: &mut Context<'_, '_>, parent: Node<'_>, key: &str, low: i64, high: i64) {
    let Some(node) = parent.get(key) else { return };
    let Some(number) = node.as_int().filter(|number| !(low..=high).contains(number)) else { return };
    let wanted = match (low, high) {
        (0, i64::MAX) => "a number that is not negative".to_owned(),
        (1, i64::MAX) => "a number above 0".to_owned(),
        (low, i64::MAX) => format!("at least {low}"),
        (low, high) => format!("a number between {low} and {high}"),
    };
    // Of other bounds it speaks in many ways.
    let server = if (low, high) == (0, i64::MAX) { NOT_NEGATIVE } else { "" };
    cx.says(Reason::Invalid, server).error(node, format!("expected {wanted}, found {number}"));
}

/// Whether a node is an object of its own: a document, or an item of a list of objects.
fn is_object(node: Node<'_>) -> bool {
    node.parent().is_none_or(|list| list.is_list() && list.key() == "items")
}

/// The pod of all workloads.
const CORE_POD_SPEC: &str = "io.k8s.api.core.v1.PodSpec";
/// A container of a pod.
const CONTAINER: &str = "io.k8s.api.core.v1.Container";
