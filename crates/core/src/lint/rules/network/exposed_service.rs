//! `network/exposed-service`: a Service that is open to the outside.

use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// A port of every node, or a load balancer with a public address: mostly an Ingress or a Gateway is meant to be the only
    /// door.
    EXPOSED_SERVICE = "network/exposed-service", Warning, "a Service that is open to the outside";
    help "use `type: ClusterIP`, with an Ingress in front" cure "ClusterIP";
    profiles [];
    aliases ["exposed-services", "service-type"];
    Object check;
    options { "types" = Words(&["NodePort", "LoadBalancer"]), "the types that are too open"; }
    bad manifest "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: NodePort, selector: {app: web}, ports: [{port: 80}]}\n";
    good manifest "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let ty = object.spec().filter(|_| object.is("", "Service")).and_then(|spec| spec.get("type"));
    let open = lint.set.words("types");
    if let Some(ty) = ty.filter(|ty| ty.as_str().is_some_and(|ty| open.contains(&ty))) {
        lint.unwanted(ty);
    }
}
