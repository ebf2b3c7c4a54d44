//! `release/duplicate-object`: an object that the release has twice.

use crate::diag::Fact;
use crate::lint::release::{Found, Release};
use crate::lint::rule::rule;

rule! {
    /// Helm sends both, and the second one replaces the first or is refused.
    DUPLICATE_OBJECT = "release/duplicate-object", Warning, "an object that the release has twice";
    help "rename one of them, or remove it";
    profiles [Default];
    aliases [];
    Release check;
    bad manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    good manifest "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    let mut seen = std::collections::HashMap::new();
    for (document, object) in release.objects.iter().filter(|(_, object)| !object.name.is_empty()) {
        // Hooks of different events never meet.
        let key = (&object.group, &object.kind, &object.namespace, &object.name, &object.hook);
        if let Some(first) = seen.get(&key) {
            let fact = Fact::SameObject { of: object.kind.clone(), name: object.name.clone() };
            let twice = release.found(*document, &object.at, fact);
            found.extend(twice.map(|twice| Found { other: Some(*first), ..twice }));
        } else {
            seen.insert(key, *document);
        }
    }
}
