//! Terraform files that cannot be read.

use super::Example::None;
use super::{Row, row};

pub(super) const CODES: &[Row] = &[row!(
    "terraform/invalid",
    Error,
    "a Terraform file that cannot be read",
    "A `.tf`, `.tf.json` or `.tfvars` file that is no HCL, that nests deeper than the parser goes, or that is larger than the\n\
     limits allow. What the file asks for is not checked; what stands in the others is.",
    "",
    None("it takes a Terraform file"),
    None("it takes a Terraform file")
)];
