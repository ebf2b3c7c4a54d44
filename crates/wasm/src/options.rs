//! Options of renders and checks: JSON in, the core's options out.

use crate::failure::Failure;
use chartlens::budget::Limits;
use chartlens::codes;
use chartlens::host::{HelmVersion, Host, Timestamp, seed_from_text};
use chartlens::lint::Choice;
use chartlens::render::{KubeVersion, RenderOptions, check_release_name};
use chartlens::session::{Against, CheckOptions};
use chartlens::values::ValuesSource;
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// What JavaScript can say; the names are those of `RenderOptions` and `CheckOptions` in `js/options.ts`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Options {
    name: Option<String>,
    namespace: Option<String>,
    values: Vec<Layer>,
    values_sets: Vec<(String, Vec<Layer>)>,
    set: Map<String, Json>,
    set_string: Map<String, Json>,
    flags: Flags,
    kube_version: Vec<String>,
    api_versions: Vec<String>,
    is_upgrade: bool,
    skip_schema_validation: bool,
    helm_version: Option<String>,
    seed: String,
    /// Seconds since 1970, or RFC 3339.
    now: Json,
    timezone: Option<String>,
    trace: bool,
    limits: LimitOptions,
    strict_kinds: bool,
    profile: Option<String>,
    select: Vec<String>,
    extend_select: Vec<String>,
    ignore: Vec<String>,
    rule_options: chartlens::lint::Options,
    show_secrets: bool,
    /// Manifests of what is there before an update.
    against: Option<String>,
    /// The values that are in use before it.
    against_values: Option<Vec<Layer>>,
    /// Whether the chart's `ci/*-values.yaml` count too.
    pub ci_values: bool,
    /// What the chart is called in the report.
    pub path: String,
}

/// A values file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Layer {
    name: String,
    text: String,
}

/// Assignments as the command line has them.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Flags {
    set: Vec<String>,
    set_string: Vec<String>,
    set_json: Vec<String>,
    set_literal: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LimitOptions {
    fuel: Option<u64>,
    output: Option<u64>,
    string: Option<u64>,
    objects: Option<u64>,
}

impl Options {
    /// Reads them.
    pub fn read(json: &str) -> Result<Options, Failure> {
        serde_json::from_str(json).map_err(|error| Failure::usage(format!("options: {error}")))
    }

    /// Whose bytes are wanted.
    pub fn helm(&self) -> Result<HelmVersion, Failure> {
        match self.helm_version.as_deref() {
            None | Some("4") => Ok(HelmVersion::V4),
            Some("3") => Ok(HelmVersion::V3),
            Some(other) => Err(Failure::usage(format!("helmVersion: expected 3 or 4, found {other}"))),
        }
    }

    /// The world as templates see it.
    pub fn host(&self) -> Result<Host, Failure> {
        let zone = self.timezone.clone().filter(|zone| !zone.is_empty());
        Ok(Host {
            now: time(&self.now)?,
            zone: zone.unwrap_or_else(|| "UTC".to_owned()),
            seed: seed_from_text(&self.seed),
            ..Host::default()
        })
    }

    /// What to render.
    pub fn render(&self) -> Result<RenderOptions, Failure> {
        let helm = self.helm()?;
        let defaults = RenderOptions::default();
        let name = self.name.clone().unwrap_or(defaults.name);
        check_release_name(&name, helm, &mut Vec::new()).map_err(Failure::usage)?;
        let mut versions = self.kube_versions(helm)?;
        Ok(RenderOptions {
            name,
            namespace: self.namespace.clone().unwrap_or(defaults.namespace),
            is_upgrade: self.is_upgrade,
            kube_version: if versions.len() > 1 { None } else { versions.pop() },
            api_versions: self.api_versions.clone(),
            values: self.sources(),
            skip_schema_validation: self.skip_schema_validation,
            helm,
            trace: self.trace,
            limits: self.limits.limits(),
            ..RenderOptions::default()
        })
    }

    /// What to check.
    pub fn check(&self) -> Result<CheckOptions, Failure> {
        let render = self.render()?;
        let choice = Choice {
            profile: self.profile.clone(),
            select: self.select.clone(),
            extend_select: self.extend_select.clone(),
            ignore: self.ignore.clone(),
            options: self.rule_options.clone(),
            ..Choice::default()
        };
        let selection = codes::select(&choice).map_err(|error| Failure::usage(error.to_string()))?;
        Ok(CheckOptions {
            selection: Arc::new(selection),
            kube_versions: self.kube_versions(render.helm)?,
            values_sets: self.values_sets.iter().map(|(name, layers)| (name.clone(), files(layers))).collect(),
            render,
            strict_kinds: self.strict_kinds,
            show_secrets: self.show_secrets,
            against: self.against(),
            ..CheckOptions::default()
        })
    }

    /// What is there before an update.
    fn against(&self) -> Option<Against> {
        match (&self.against, &self.against_values) {
            (Some(text), _) => Some(Against::Manifests(vec![("against".to_owned(), text.as_bytes().into())])),
            (None, Some(layers)) => Some(Against::Release { chart: None, values: Some(files(layers)) }),
            (None, None) => None,
        }
    }

    fn kube_versions(&self, helm: HelmVersion) -> Result<Vec<KubeVersion>, Failure> {
        let read = |text: &String| {
            KubeVersion::parse(text, helm)
                .map_err(|error| Failure::usage(format!("invalid kube version '{text}': {error}")))
        };
        self.kube_version.iter().map(read).collect()
    }

    /// The layers of values, in the order in which Helm's command takes its flags.
    fn sources(&self) -> Vec<ValuesSource> {
        let mut all = files(&self.values);
        let mut add = |flags: &[String], make: fn(String) -> ValuesSource| all.extend(flags.iter().cloned().map(make));
        add(&self.flags.set_json, ValuesSource::SetJson);
        add(&self.flags.set, ValuesSource::Set);
        add(&self.flags.set_string, ValuesSource::SetString);
        add(&self.flags.set_literal, ValuesSource::SetLiteral);
        all.extend(self.set.iter().map(|(path, value)| ValuesSource::assign(path, value)));
        let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        all.extend(self.set_string.iter().map(|(path, value)| ValuesSource::assign_text(path, &text(value))));
        all
    }
}

fn files(layers: &[Layer]) -> Vec<ValuesSource> {
    let file = |layer: &Layer| ValuesSource::File { name: layer.name.clone(), text: Arc::from(layer.text.as_bytes()) };
    layers.iter().map(file).collect()
}

fn time(value: &Json) -> Result<Timestamp, Failure> {
    if let Some(text) = value.as_str() {
        return chartlens::parse_time(text).map_err(|error| Failure::usage(format!("now: {error}")));
    }
    let seconds = value.as_f64().unwrap_or_default();
    // Years past 9999 have no text in RFC 3339.
    if seconds.abs() >= 2.5e11 {
        return Err(Failure::usage(format!("now: expected seconds since 1970, found {seconds}")));
    }
    let millis = (seconds * 1e3).round() as i64;
    Ok(Timestamp { seconds: millis.div_euclid(1000), nanoseconds: millis.rem_euclid(1000) as u32 * 1_000_000 })
}

impl LimitOptions {
    fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        limits.fuel = self.fuel.unwrap_or(limits.fuel);
        limits.output = self.output.unwrap_or(limits.output);
        limits.string = self.string.unwrap_or(limits.string);
        limits.objects = self.objects.unwrap_or(limits.objects);
        limits
    }
}
