//! `reference/monitor-without-services`: a ServiceMonitor that selects no Service.

use crate::lint::release::{Found, Release};
use crate::lint::rule::rule;

rule! {
    /// Nothing is scraped.
    MONITOR_WITHOUT_SERVICES = "reference/monitor-without-services", Warning, "a ServiceMonitor that selects no Service";
    help "let its selector ask for labels that a Service has";
    profiles [Strict];
    aliases ["dangling-servicemonitor"];
    Release check;
    bad manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}\n---\napiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: a}\nspec: {selector: {matchLabels: {app: wep}}, endpoints: [{port: http}]}\n";
    good manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    for (document, monitor) in release.objects.iter().filter(|(_, o)| o.is("monitoring.coreos.com", "ServiceMonitor")) {
        let Some(selector) = monitor.selector.as_ref().filter(|selector| !selector.labels.is_empty()) else { continue };
        let mut services = release.objects.iter().filter(|(_, object)| object.is("", "Service")).peekable();
        if services.peek().is_none() || services.any(|(_, service)| selector.matches(&service.labels)) {
            continue;
        }
        let fact = selector.fits_no("Services");
        found.extend(release.found(*document, &selector.at, fact));
    }
}
