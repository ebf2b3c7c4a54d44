//! Bounds on the work.

use super::Example::Chart;
use super::{Row, row};

pub(super) const CODES: &[Row] = &[row!(
    "limit/exhausted",
    Error,
    "the render has reached a limit",
    "Templates may be hostile, so steps, depth and output are bounded. The message names the limit.",
    "",
    Chart(&[(
        "templates/a.yaml",
        "{{ range until 100000 }}{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}{{ end }}\n"
    )]),
    Chart(&[("templates/a.yaml", "# {{ range until 100 }}x{{ end }}\n")])
)];
