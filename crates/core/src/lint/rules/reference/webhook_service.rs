//! `reference/webhook-service`: a webhook or an API of a Service that is not there.

use crate::lint::release::{Found, Release};
use crate::lint::rule::rule;

rule! {
    /// Until somebody answers the API server refuses what the webhook is asked about, or has no such API.
    WEBHOOK_SERVICE = "reference/webhook-service", Warning, "a webhook or an API of a Service that is not there";
    help "name a Service of the release, or list it as external in the configuration";
    profiles [Default];
    aliases [];
    Release check;
    bad manifest "apiVersion: v1\nkind: Service\nmetadata: {name: hook, namespace: web}\nspec: {selector: {app: web}, ports: [{port: 443}]}\n---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: a}\nwebhooks:\n  - name: a.example.com\n    admissionReviewVersions: [v1]\n    sideEffects: None\n    clientConfig: {service: {name: hok, namespace: web}}\n";
    good manifest "apiVersion: v1\nkind: Service\nmetadata: {name: hook, namespace: web}\nspec: {selector: {app: web}, ports: [{port: 443}]}\n---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: a}\nwebhooks:\n  - name: a.example.com\n    admissionReviewVersions: [v1]\n    sideEffects: None\n    clientConfig: {service: {name: hook, namespace: web}}\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    // A Service that is in no namespace of the release is somebody else's, and without any the release leaves them to others.
    let has_services = release.objects.iter().any(|(_, object)| object.is("", "Service"));
    let asks =
        ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "APIService", "CustomResourceDefinition"];
    if has_services {
        release.dangling(|object| asks.contains(&object.kind.as_str()), &["Service"], found);
    }
}
