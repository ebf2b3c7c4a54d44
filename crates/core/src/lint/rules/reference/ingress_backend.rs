//! `reference/ingress-backend`: an Ingress or a route to a Service that is not there.

use crate::lint::release::{Found, Release};
use crate::lint::rule::rule;

rule! {
    /// Requests get the answer 503.
    INGRESS_BACKEND = "reference/ingress-backend", Warning, "an Ingress or a route to a Service that is not there";
    help "name a Service of the release, or list it as external in the configuration";
    profiles [Default];
    aliases ["dangling-ingress", "ingress-targets-service"];
    Release check;
    bad manifest "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 80}]}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {defaultBackend: {service: {name: wep, port: {number: 80}}}}\n";
    good manifest "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 80}]}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {defaultBackend: {service: {name: web, port: {number: 80}}}}\n";
}

fn check(release: &Release<'_>, found: &mut Vec<Found>) {
    release.dangling(
        |object| object.is("networking.k8s.io", "Ingress") || object.group == "gateway.networking.k8s.io",
        &["Service"],
        found,
    );
}
