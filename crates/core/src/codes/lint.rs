//! The linter itself; its rules have their rows in their own files.

use super::Example::Chart;
use super::{Row, row};

pub(super) const CODES: &[Row] = &[
    row!(
        "lint/unused-allow",
        Warning,
        "a comment that allows what is not found",
        "What it allowed has gone, or its name is misspelt. It would hide the next finding of that name.",
        "",
        Chart(&[(
            "templates/a.yaml",
            "# chartlens: allow container-socket\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
        )]),
        Chart(&[("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")])
    ),
    row!(
        "lint/own-rule",
        Warning,
        "a rule of the user's own that does not hold",
        "Rules in chartlens.toml have codes of their own, under which their findings are told.",
        "",
        super::Example::None("its expression is the user's"),
        super::Example::None("its expression is the user's")
    ),
];
