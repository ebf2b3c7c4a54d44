//! Documentation of values: comments in values.yaml, and the README made of them. `chartlens docs` finds these.

use super::Example::{Chart, None};
use super::{Row, row};

const ELSEWHERE: &str = "`chartlens docs` finds it, and examples are checked with `chartlens check`";

pub(super) const CODES: &[Row] = &[
    row!(
        "docs/undocumented-value",
        Warning,
        "a value that no comment describes",
        "Whoever installs the chart sees the value in the table of its README without a word on what it does. Write a comment\n\
         above it, in the form that the others have: `## @param NAME text`, `# -- text`, or a plain one. `## @skip NAME` and\n\
         `# @ignored` leave a value out of the table.",
        "`checkKeys` of readme-generator-for-helm, and the strict mode of helm-docs",
        None(ELSEWHERE),
        Chart(&[("values.yaml", "# How many pods\nreplicas: 1\n")])
    ),
    row!(
        "docs/unknown-value",
        Warning,
        "a comment on a value that is not there",
        "`## @param NAME`, `## @skip NAME` or `# NAME -- text` names a value that values.yaml does not have: it was renamed or\n\
         taken away, or the name is misspelt. What users may set beside is described with `## @extra NAME text`.",
        "`checkKeys` of readme-generator-for-helm",
        None(ELSEWHERE),
        Chart(&[("values.yaml", "## @section Shop\n## @param replicas How many pods\nreplicas: 1\n")])
    ),
    row!(
        "docs/unknown-annotation",
        Warning,
        "a modifier of `@param` that nobody knows",
        "In brackets behind the name stand `array`, `object`, `string`, `nullable` and `default: VALUE`, separated by commas.",
        "`applyModifiers` of readme-generator-for-helm",
        None(ELSEWHERE),
        Chart(&[("values.yaml", "## @section Shop\n## @param names [array] Their names\nnames: []\n")])
    ),
    row!(
        "docs/outdated",
        Error,
        "a README that is older than values.yaml",
        "`chartlens docs --check` made the tables anew and found others in the file. `chartlens docs` writes them.",
        "",
        None(ELSEWHERE),
        Chart(&[("values.yaml", "# How many pods\nreplicas: 1\n")])
    ),
];
