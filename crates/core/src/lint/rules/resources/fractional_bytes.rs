//! `resources/fractional-bytes`: an amount of memory that is no whole number of bytes.

use crate::diag::Fact;
use crate::kube::quantity::{Parsed, parse};
use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// `m` is a thousandth: `250m` of memory is a quarter of a byte, and a container that may use no more never starts.
    /// The server takes it with a warning.
    FRACTIONAL_BYTES = "resources/fractional-bytes", Warning, "an amount of memory that is no whole number of bytes";
    help "write `Mi` or `M`: `m` is a thousandth of a byte";
    profiles [Default];
    aliases [];
    Container check;
    bad container "resources: {limits: {memory: 250m}}";
    good container "resources: {limits: {memory: 250Mi, cpu: 250m}}";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    for kind in ["requests", "limits"] {
        for name in ["memory", "ephemeral-storage"] {
            let Some(amount) = container.node.path(&["resources", kind, name]) else { continue };
            let Some(text) = amount.as_str() else { continue };
            if matches!(parse(text), Parsed::Known(quantity) if !quantity.is_whole()) {
                let says = format!("`{text}` is no whole number of bytes");
                lint.at(amount, Fact::Remark { says });
            }
        }
    }
}
