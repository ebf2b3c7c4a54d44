//! `availability/recreate`: a Deployment that ends all pods before it starts new ones.

use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// At every rollout nobody answers for a while.
    RECREATE = "availability/recreate", Warning, "a Deployment that ends all pods before it starts new ones";
    help "use the strategy RollingUpdate, unless two versions must not run side by side" cure "RollingUpdate";
    profiles [];
    aliases ["no-rolling-update-strategy", "deployment-strategy"];
    Object check;
    bad manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  strategy: {type: Recreate}\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n";
    good manifest "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: example.com/web:1.2, ports: [{name: http, containerPort: 80}]}]}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let ty = object.node.path(&["spec", "strategy", "type"]).filter(|_| object.is("apps", "Deployment"));
    if let Some(ty) = ty.filter(|ty| ty.as_str() == Some("Recreate")) {
        lint.unwanted(ty);
    }
}
