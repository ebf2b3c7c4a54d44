//! Recorded results of the real Helm, replayed. One test for each area and version.

use chartlens::host::HelmVersion;
use chartlens_tests::known::known;
use chartlens_tests::recordings::Recordings;

fn replay(area: &str, helm: HelmVersion) {
    let report = Recordings::bundled().replay(area, helm, |_| true);
    let shown: Vec<String> = report.failed.iter().take(20).map(|(id, text)| format!("{id} {text}")).collect();
    assert!(shown.is_empty(), "{} cases of {area} differ\n{}", report.failed.len(), shown.join("\n"));
    assert!(report.passed + report.listed >= 100, "only {} cases of {area} were replayed", report.passed);
}

macro_rules! areas {
    ($($area:ident)*) => {
        const AREAS: &[&str] = &[$(stringify!($area)),*];

        mod helm_4 {
            $(#[test] fn $area() { super::replay(stringify!($area), super::HelmVersion::V4); })*
        }

        mod helm_3 {
            $(#[test] fn $area() { super::replay(stringify!($area), super::HelmVersion::V3); })*
        }
    };
}

areas! {
    charts fromyaml helmfuncs json_toml language lint printf regex semver
    sprig_collections sprig_math sprig_misc sprig_strings toyaml values
}

#[test]
fn every_area_has_its_tests() {
    assert_eq!(Recordings::bundled().areas(), AREAS);
}

#[test]
fn exceptions_name_cases_and_give_reasons() {
    let areas = Recordings::bundled().areas();
    for helm in [HelmVersion::V4, HelmVersion::V3] {
        for (id, reason) in known(helm) {
            let area = id.rsplit_once('-').map(|(area, _)| area).unwrap_or_default();
            assert!(areas.iter().any(|a| a == area), "{id} is of no area");
            assert!(reason.len() > 20, "{id} has no reason");
        }
    }
}
