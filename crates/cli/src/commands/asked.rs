//! What files ask for beside charts and manifests: releases of Argo CD, of Flux and of Terraform, and objects in Terraform.

use crate::environment::Environment;
use crate::flags::Parsed;
use crate::inputs::{self, Place};
use crate::releases::{ChartOf, Files, Found, Release};
use crate::{gitops, references};
use chartlens::host::HelmVersion;
use chartlens::values::ValuesSource;

/// What the files at the places of the arguments ask for.
pub fn found(parsed: &Parsed, places: &[Place], env: &Environment<'_>) -> Found {
    let mut all = Found::default();
    let is_chart = |path: &str| inputs::is_chart(&env.path(path));
    let files = Files {
        is_chart: &is_chart,
        read: &|path| env.read(path),
        #[cfg(feature = "terraform")]
        list: &|folder| inputs::list(env, folder),
    };
    for place in places {
        let manifests = place.gitops(env);
        let terraform = terraform(parsed, env, place, &files);
        for found in [gitops::releases(&manifests, &files), terraform] {
            all.releases.extend(found.releases);
            all.objects.extend(found.objects);
            all.faults.extend(found.faults);
            all.notes.extend(found.notes);
            all.read.extend(found.read);
        }
    }
    all
}

#[cfg(feature = "terraform")]
fn terraform(parsed: &Parsed, env: &Environment<'_>, place: &Place, files: &Files<'_>) -> Found {
    let (folders, only) = place.terraform(env);
    crate::terraform::found(&folders, only.as_deref(), parsed.all("var-file"), files)
}

#[cfg(not(feature = "terraform"))]
fn terraform(_: &Parsed, env: &Environment<'_>, place: &Place, _: &Files<'_>) -> Found {
    let mut found = Found::default();
    if !place.terraform(env).0.is_empty() {
        let why = "this build of chartlens does not read Terraform (it is without the feature `terraform`)";
        found.notes.push(format!("{}: {why}", place.name));
    }
    found
}

/// The path of a release's chart, which is fetched where `--fetch` asks for that. The error says why there is none.
pub fn located(release: &Release, parsed: &Parsed, env: &mut Environment<'_>) -> Result<String, String> {
    let ChartOf::Elsewhere { chart, repository, version } = &release.chart else { return Ok(release.chart.shown()) };
    let shown = release.chart.shown();
    if !parsed.on("fetch") {
        return Err(format!("the chart {shown} is not fetched, and so not checked: --fetch does that"));
    }
    let mut log = Vec::new();
    let path = references::named(parsed, env, [chart, repository, version], &mut log);
    env.log(&log, HelmVersion::V4, false);
    path.map_err(|error| format!("the chart {shown} cannot be fetched: {error}"))
}

/// The defaults of the chart at a path, where values want them: some are not known.
pub fn defaults(path: &str, values: &[ValuesSource], env: &Environment<'_>) -> serde_json::Value {
    let is_unknown = |source: &ValuesSource| match source {
        ValuesSource::Program(text, _) => !text.is_known(&(0..text.text.len())),
        _ => false,
    };
    let chart = match values.iter().any(is_unknown) {
        true => crate::folder::load(env, path, HelmVersion::V4, &mut Vec::new()).ok(),
        false => None,
    };
    let text = chart.and_then(|chart| Some(chart.values.as_ref()?.text.clone()));
    let document = text.and_then(|text| chartlens::yaml::parse(&text).ok());
    document.and_then(|document| crate::plain::json(&document)).unwrap_or_default()
}
