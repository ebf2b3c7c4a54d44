//! `reference/config`: a pod that names a ConfigMap or a Secret that the release has not.

use crate::lint::release::{Found, Release};
use crate::lint::rule::rule;

rule! {
    /// It does not start until somebody makes it.
    CONFIG = "reference/config", Warning, "a pod that names a ConfigMap or a Secret that the release has not";
    help "make it part of the chart, mark it `optional`, or list it as external in the configuration";
    profiles [Strict];
    aliases ["env-value-from"];
    Release check;
    bad pod "volumes: [{name: a, configMap: {name: missing}}]";
    good pod "volumes: [{name: a, configMap: {name: missing, optional: true}}]";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    release.dangling(|object| object.pods.is_some(), &["ConfigMap", "Secret"], found);
}
