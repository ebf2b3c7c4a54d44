//! Recorded cases that are not reproduced, each for a reason that COMPATIBILITY.md gives.
//!
//! `known/helm3.txt` and `known/helm4.txt` list them: a line that starts with `#` gives the reason for the
//! cases below it. A listed case that comes out as recorded is a failure: the day something starts to work
//! is not to be missed.

use chartlens::host::HelmVersion;
use std::collections::HashMap;
use std::sync::LazyLock;

static HELM_3: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| read(include_str!("known/helm3.txt")));
static HELM_4: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| read(include_str!("known/helm4.txt")));

/// The cases that come out otherwise than with this version of Helm, and why.
pub fn known(helm: HelmVersion) -> &'static HashMap<&'static str, &'static str> {
    if helm >= HelmVersion::V4 { &HELM_4 } else { &HELM_3 }
}

/// Why the case is not reproduced, if that is known.
pub fn reason(id: &str, helm: HelmVersion) -> Option<&'static str> {
    known(helm).get(id).copied()
}

static PARAMETERS: LazyLock<HashMap<&'static str, &'static str>> =
    LazyLock::new(|| read(include_str!("known/parameters.txt")));

/// Why the table of a chart's parameters differs from the one of the tool that its comments are written for.
pub fn parameters(chart: &str) -> Option<&'static str> {
    PARAMETERS.get(chart).copied()
}

fn read(text: &'static str) -> HashMap<&'static str, &'static str> {
    let mut reason = "";
    let mut cases = HashMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.strip_prefix('#') {
            Some(text) => reason = text.trim(),
            None => {
                cases.insert(line, reason);
            }
        }
    }
    cases
}
