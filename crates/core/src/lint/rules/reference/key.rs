//! `reference/key`: a key that the ConfigMap or the Secret has not.

use crate::diag::{Fact, did_you_mean};
use crate::lint::release::{At, Found, Release};
use crate::lint::rule::rule;

rule! {
    /// The container does not start: the kubelet finds no such key.
    KEY = "reference/key", Warning, "a key that the ConfigMap or the Secret has not";
    help "name a key that is there, or add it";
    profiles [Default];
    aliases [];
    Release check;
    bad manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {user: web}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {containers: [{name: b, image: example.com/b:1, env: [{name: A, valueFrom: {configMapKeyRef: {name: a, key: usr}}}]}]}\n";
    good manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {user: web}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {containers: [{name: b, image: example.com/b:1, env: [{name: A, valueFrom: {configMapKeyRef: {name: a, key: user}}}]}]}\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    for (document, object) in release.objects.iter().filter(|(_, object)| object.pods.is_some()) {
        let fits = |kind: &str| matches!(kind, "ConfigMap" | "Secret");
        for reference in object.references.iter().filter(|reference| fits(&reference.kind) && !reference.optional) {
            let Some(of) = release.named(object, &reference.kind, &reference.name) else { continue };
            // A hook may fill in one that is empty.
            let missing = |(key, _): &&(String, At)| !of.keys.is_empty() && !of.keys.contains(key);
            for (key, at) in reference.parts.iter().filter(missing) {
                let near = did_you_mean(key, of.keys.iter().map(String::as_str));
                let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                let says = format!("the {} `{}` has no key `{key}`{near}", of.kind, of.name);
                found.extend(release.found(*document, at, Fact::Remark { says }));
            }
        }
    }
}
