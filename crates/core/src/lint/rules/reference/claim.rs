//! `reference/claim`: a pod that names a claim that the release has not.

use crate::lint::release::{Found, Release};
use crate::lint::rule::rule;

rule! {
    /// It waits until somebody makes it.
    CLAIM = "reference/claim", Warning, "a pod that names a claim that the release has not";
    help "make it part of the chart, or list it as external in the configuration";
    profiles [Strict];
    aliases [];
    Release check;
    bad pod "volumes: [{name: a, persistentVolumeClaim: {claimName: missing}}]";
    good pod "volumes: [{name: a, emptyDir: {}}]";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    release.dangling(|object| object.pods.is_some(), &["PersistentVolumeClaim"], found);
}
