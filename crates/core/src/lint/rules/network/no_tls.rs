//! `network/no-tls`: an Ingress without TLS.

use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// What is sent over it can be read and changed on the way.
    NO_TLS = "network/no-tls", Warning, "an Ingress without TLS";
    help "name a certificate under `spec.tls`";
    profiles [];
    aliases ["tlsSettingsMissing"];
    Object check;
    bad manifest "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {defaultBackend: {service: {name: web, port: {number: 80}}}}\n";
    good manifest "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {defaultBackend: {service: {name: web, port: {number: 80}}}, tls: [{hosts: [a.example.com], secretName: web}]}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let Some(spec) = object.spec().filter(|_| object.is("networking.k8s.io", "Ingress")) else { return };
    if spec.list("tls").next().is_none() {
        lint.absent(spec, "tls");
    }
}
