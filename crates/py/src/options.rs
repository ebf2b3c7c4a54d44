//! Arguments that `render` and `check` share.

use crate::errors::Class;
use chartlens::host::{HelmVersion, Host, Timestamp, seed_from_text};
use chartlens::render::{KubeVersion, RenderOptions};
use chartlens_cli::Environment;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyMapping, PyString};

/// A release and the world around it, as Python gives them.
pub struct Release<'a, 'py> {
    pub name: &'a str,
    pub namespace: &'a str,
    pub values: Option<&'a Bound<'py, PyAny>>,
    pub set: Option<&'a Bound<'py, PyMapping>>,
    pub set_string: Option<&'a Bound<'py, PyMapping>>,
    pub api_versions: Vec<String>,
    pub is_upgrade: bool,
    pub skip_schema_validation: bool,
    pub helm_version: Option<&'a Bound<'py, PyAny>>,
    pub seed: Option<&'a Bound<'py, PyAny>>,
    pub now: Option<&'a Bound<'py, PyAny>>,
    pub timezone: Option<String>,
}

impl Release<'_, '_> {
    /// The core's options, but for versions of Kubernetes.
    pub fn options(self, py: Python<'_>) -> PyResult<(RenderOptions, Host)> {
        let helm = self.helm_version.map_or(Ok(HelmVersion::V4), helm_version)?;
        chartlens_cli::check_release_name(self.name, helm, &mut Vec::new())
            .map_err(|message| Class::Usage.error(py, &message))?;
        let render = RenderOptions {
            name: self.name.to_owned(),
            namespace: self.namespace.to_owned(),
            is_upgrade: self.is_upgrade,
            api_versions: self.api_versions,
            values: crate::values::sources(self.values, self.set, self.set_string)?,
            skip_schema_validation: self.skip_schema_validation,
            helm,
            ..RenderOptions::default()
        };
        let zone = self.timezone.or_else(|| std::env::var("TZ").ok()).filter(|zone| !zone.is_empty());
        let host = Host {
            now: self.now.map_or_else(|| Ok(chartlens_cli::now()), time)?,
            zone: zone.unwrap_or_else(|| "UTC".to_owned()),
            seed: match self.seed {
                Some(seed) => seed_from_text(&seed.str()?.to_cow()?),
                None => chartlens_cli::random_seed(),
            },
            ..Host::default()
        };
        Ok((render, host))
    }
}

/// A version of Kubernetes. Numbers are refused, for 1.30 and 1.3 are the same number.
pub fn kube_version(version: &Bound<'_, PyAny>, helm: HelmVersion) -> PyResult<KubeVersion> {
    let Ok(text) = version.cast::<PyString>() else {
        let (kind, shown) = (version.get_type().qualname()?, version.repr()?);
        let why = if kind.to_cow()? == "float" { " (as numbers 1.30 and 1.3 are the same)" } else { "" };
        let message = format!("kube_version: expected a text such as \"1.31\"{why}, found {shown} ({kind})");
        return Err(PyTypeError::new_err(message));
    };
    let text = text.to_cow()?;
    KubeVersion::parse(&text, helm)
        .map_err(|error| Class::Usage.error(version.py(), &format!("invalid kube version '{text}': {error}")))
}

/// Files that values name cannot be read: no argument names any.
pub fn no_files(_: &str) -> Result<Vec<u8>, String> {
    Err("no files".to_owned())
}

/// The command's view of the process: its folder, and streams that lead nowhere.
pub fn with_environment<T>(work: impl FnOnce(&mut Environment<'_>) -> T) -> T {
    Environment::of_folder(std::env::current_dir().unwrap_or_default(), work)
}

fn helm_version(version: &Bound<'_, PyAny>) -> PyResult<HelmVersion> {
    match &*version.str()?.to_cow()? {
        "4" => Ok(HelmVersion::V4),
        "3" => Ok(HelmVersion::V3),
        other => Err(Class::Usage.error(version.py(), &format!("helm_version: expected 3 or 4, found {other}"))),
    }
}

/// Seconds since 1970, RFC 3339 or a `datetime`.
fn time(value: &Bound<'_, PyAny>) -> PyResult<Timestamp> {
    if let Ok(text) = value.cast::<PyString>() {
        return chartlens::parse_time(&text.to_cow()?)
            .map_err(|error| Class::Usage.error(value.py(), &format!("now: {error}")));
    }
    let seconds: f64 = match value.getattr("timestamp") {
        Ok(method) => method.call0()?.extract()?,
        Err(_) => value.extract()?,
    };
    // Years past 9999 have no text in RFC 3339.
    if seconds.is_nan() || seconds.abs() > 2.5e11 {
        return Err(Class::Usage.error(value.py(), &format!("now: expected seconds since 1970, found {seconds}")));
    }
    // Doubles tell microseconds apart, not more.
    let micros = (seconds * 1e6).round() as i64;
    Ok(Timestamp { seconds: micros.div_euclid(1_000_000), nanoseconds: micros.rem_euclid(1_000_000) as u32 * 1000 })
}
