//! What the examples of rules and codes are checked for.

use chartlens::chart::Chart;
use chartlens::host::HelmVersion;
use chartlens::render::KubeVersion;
use chartlens::session::{CheckOptions, ci_values};

/// Asks for two versions of Kubernetes and for the sets of values that a chart brings: some rules compare renders.
pub fn several(chart: &Chart, options: &mut CheckOptions) {
    let version = |text| KubeVersion::parse(text, HelmVersion::V4).expect("a version");
    options.kube_versions = ["1.29", "1.37"].map(version).to_vec();
    options.values_sets = ci_values(chart);
}
