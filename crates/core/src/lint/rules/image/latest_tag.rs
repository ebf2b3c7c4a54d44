//! `image/latest-tag`: an image without a tag of its own, or with `latest`.

use crate::diag::Fact;
use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// What runs then depends on the day a node pulls the image: two pods of one workload can run different versions, and
    /// nobody can go back to the one before.
    LATEST_TAG = "image/latest-tag", Warning, "an image without a tag of its own, or with `latest`";
    help "name a version, or a digest";
    profiles [Strict];
    aliases ["latest-tag", "container-image-tag", "tagNotSpecified", "image-tag-latest"];
    Container check;
    options { "tags" = Words(&["latest"]), "the tags that say no version"; }
    bad bare "image: example.com/web:latest";
    good bare "image: example.com/web:1.2";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    let Some(image) = container.node.get("image") else { return };
    let Some(text) = image.as_str().filter(|text| !text.is_empty() && !text.contains('@')) else { return };
    let name = text.rsplit('/').next().unwrap_or(text);
    match name.split_once(':') {
        None => lint.at(image, Fact::Remark { says: format!("the image `{text}` has no tag") }),
        Some((_, tag)) if lint.set.words("tags").contains(&tag) => {
            lint.at(image, Fact::Remark { says: format!("the image `{text}` has the tag `{tag}`") })
        }
        Some(_) => {}
    }
}
