//! `reference/service-account`: a pod that runs as an account that the release has not.

use crate::lint::release::{Found, Release};
use crate::lint::rule::rule;

rule! {
    /// Its pods are refused until somebody makes it.
    SERVICE_ACCOUNT = "reference/service-account", Warning, "a pod that runs as an account that the release has not";
    help "make the ServiceAccount part of the chart, or list it as external in the configuration";
    profiles [Default];
    aliases ["non-existent-service-account"];
    Release check;
    bad pod "serviceAccountName: missing";
    good pod "serviceAccountName: default";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    release.dangling(|object| object.pods.is_some(), &["ServiceAccount"], found);
}
