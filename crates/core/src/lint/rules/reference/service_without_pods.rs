//! `reference/service-without-pods`: a Service that selects no pods.

use crate::lint::release::{Found, Release};
use crate::lint::rule::rule;

rule! {
    /// Nothing answers behind it.
    SERVICE_WITHOUT_PODS = "reference/service-without-pods", Warning, "a Service that selects no pods";
    help "let its selector ask for labels that the pods have";
    profiles [Default];
    aliases ["dangling-service", "service-targets-pod"];
    Release check;
    bad manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: wep}, ports: [{port: 80, targetPort: http}]}\n";
    good manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    for (document, service) in release.objects.iter().filter(|(_, object)| object.is("", "Service")) {
        let Some(selector) = service.selector.as_ref().filter(|selector| !selector.labels.is_empty()) else { continue };
        // A chart that makes no pods at all leaves them to others, and an operator makes those of its resources.
        if release.pods().next().is_none() || release.may_be_made() || release.is_elsewhere(service) {
            continue;
        }
        if release.selected(service, selector).is_empty() {
            let fact = selector.fits_no("Pods");
            found.extend(release.found(*document, &selector.at, fact));
        }
    }
}
