//! `reference/ingress-port`: an Ingress or a route to a port that the Service has not.

use crate::diag::Fact;
use crate::lint::release::{Found, Release};
use crate::lint::rule::rule;

rule! {
    /// Requests get the answer 503.
    INGRESS_PORT = "reference/ingress-port", Warning, "an Ingress or a route to a port that the Service has not";
    help "name a port of the Service";
    profiles [Default];
    aliases ["ingress-targets-service-port"];
    Release check;
    bad manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 80}]}\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {defaultBackend: {service: {name: web, port: {number: 8080}}}}\n";
    good manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 80}]}\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {defaultBackend: {service: {name: web, port: {number: 80}}}}\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    for (document, object) in &release.objects {
        for reference in object.references.iter().filter(|reference| reference.kind == "Service") {
            let Some((port, _)) = reference.parts.first() else { continue };
            let Some(service) = release.named(object, "Service", &reference.name) else { continue };
            let has = |known: &crate::lint::release::Port| known.name == *port || known.number.to_string() == *port;
            if service.ports.iter().any(has) || service.ports.is_empty() {
                continue;
            }
            let known = service.ports.iter().map(|port| port.number.to_string()).collect();
            let (of, name) = ("Service".to_owned(), service.name.clone());
            let fact = Fact::NoSuchPort { of, name, port: port.clone(), known };
            found.extend(release.found(*document, &reference.at, fact));
        }
    }
}
