//! `image/other-registry`: an image from a registry that is not among those allowed.

use crate::diag::Fact;
use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// What others publish changes and goes without notice, and nobody here has looked at it.
    OTHER_REGISTRY = "image/other-registry", Warning, "an image from a registry that is not allowed";
    help "copy the image to a registry that is allowed";
    profiles [];
    aliases [];
    Container check;
    options { "allowed" = Words(&["registry.example.com"]), "the registries, or paths in them, that images may come from"; }
    bad bare "image: docker.io/library/nginx:1.27";
    good bare "image: registry.example.com/web:1.2";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    let Some(image) = container.node.get("image") else { return };
    let Some(text) = image.as_str().filter(|text| !text.is_empty()) else { return };
    let name = whole(text);
    let is_below =
        |registry: &&str| name.strip_prefix(registry.trim_end_matches('/')).is_some_and(|r| r.starts_with('/'));
    if !lint.set.words("allowed").iter().any(is_below) {
        let says = format!("the image `{text}` comes from a registry that is not allowed");
        lint.at(image, Fact::Remark { says });
    }
}

/// The name with its registry, as container runtimes complete it.
fn whole(image: &str) -> String {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => image.to_owned(),
        Some(_) => format!("docker.io/{image}"),
        None => format!("docker.io/library/{image}"),
    }
}
