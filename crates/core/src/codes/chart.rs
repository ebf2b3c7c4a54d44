//! Charts as such: their files, dependencies, and the versions they want.

use super::Example::Chart;
use super::{Row, row};

pub(super) const CODES: &[Row] = &[
    row!(
        "chart/invalid",
        Error,
        "files that are no chart as Helm reads them",
        "Chart.yaml is missing or cannot be read, lacks a name or a version, or a chart inside cannot be unpacked. The rest of\n\
         the chart is still checked.",
        "`loader.LoadFiles` and `Metadata.Validate` of Helm",
        Chart(&[("Chart.yaml", "apiVersion: v2\nname: a\n")]),
        Chart(&[("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\n")])
    ),
    row!(
        "chart/dependency",
        Error,
        "a dependency that is missing",
        "Chart.yaml names a chart that is not under `charts/`: run `helm dependency build`.",
        "`action.CheckDependencies` of Helm",
        Chart(&[(
            "Chart.yaml",
            "apiVersion: v2\nname: a\nversion: 0.1.0\ndependencies: [{name: db, version: 1.0.0, repository: \"\"}]\n"
        )]),
        Chart(&[
            (
                "Chart.yaml",
                "apiVersion: v2\nname: a\nversion: 0.1.0\ndependencies: [{name: db, version: 1.0.0, repository: \"\"}]\n"
            ),
            ("charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n"),
        ])
    ),
    row!(
        "chart/kube-version",
        Error,
        "a chart that does not want this version of Kubernetes",
        "`kubeVersion` in Chart.yaml excludes the version that is checked for. Suffixes of vendors (`-eks-1`) count as\n\
         pre-releases: `>= 1.25.0-0` lets them in.",
        "`chartutil.IsCompatibleRange` of Helm",
        Chart(&[("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\nkubeVersion: \"< 1.20.0\"\n")]),
        Chart(&[("Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\nkubeVersion: \">= 1.20.0-0\"\n")])
    ),
];
