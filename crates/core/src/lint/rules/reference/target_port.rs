//! `reference/target-port`: a Service whose target port no pod has by that name.

use crate::diag::{Fact, did_you_mean};
use crate::lint::release::{Found, Release};
use crate::lint::rule::rule;

rule! {
    /// A name that no container declares leads nowhere: the Service has no endpoints.
    TARGET_PORT = "reference/target-port", Warning, "a Service whose target port no pod has by that name";
    help "use the name of a container port, or its number";
    profiles [Default];
    aliases ["invalid-target-ports", "container-ports-check"];
    Release check;
    bad manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: htp}]}\n";
    good manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    for (document, service) in release.objects.iter().filter(|(_, object)| object.is("", "Service")) {
        let Some(selector) = service.selector.as_ref().filter(|selector| !selector.labels.is_empty()) else { continue };
        let pods = release.selected(service, selector);
        for port in service.ports.iter().filter(|port| port.target.parse::<i64>().is_err()) {
            let has = |ports: &[(String, i64)]| ports.iter().any(|(name, _)| *name == port.target);
            if pods.iter().any(|(_, pods)| has(&pods.ports)) {
                continue;
            }
            let Some((owner, first)) = pods.first() else {
                // Nothing is selected: whatever is meant, a name that is nearly that of a port is misspelt.
                let known = || release.pods().flat_map(|pods| pods.ports.iter().map(|(name, _)| name.as_str()));
                let near = did_you_mean(&port.target, known()).filter(|_| !known().any(|name| name == port.target));
                if let Some(near) = near {
                    let says = format!("no container has a port `{}`; did you mean `{near}`?", port.target);
                    found.extend(release.found(*document, &port.at, Fact::Remark { says }));
                }
                continue;
            };
            let known = first.ports.iter().map(|(name, number)| match name.is_empty() {
                true => number.to_string(),
                false => name.clone(),
            });
            let (of, name, port_name) = (owner.kind.clone(), owner.name.clone(), port.target.clone());
            let fact = Fact::NoSuchPort { of, name, port: port_name, known: known.collect() };
            found.extend(release.found(*document, &port.at, fact));
        }
    }
}
