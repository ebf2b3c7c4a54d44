//! Chart.lock, and the digest of what was asked for: Helm's `internal/resolver`.

use crate::files;
use crate::marshal::{json, yaml};
use crate::model::Dependency;
use crate::settings::Settings;
use chartlens::host::Timestamp;
use chartlens::text::go_error;
use chartlens::value::time::{GoTime, Zone, parse_in_location};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// How Helm writes times.
const RFC_3339: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";

/// `chart.Lock`
#[derive(Clone, Debug, Serialize)]
pub struct Lock {
    /// When it was made.
    pub generated: String,
    /// The digest of what was asked for and of what was found.
    pub digest: String,
    /// The charts, each with one version.
    pub dependencies: Vec<Dependency>,
}

impl Lock {
    /// What a chart's lock file says.
    pub fn of(lock: &chartlens::chart::Lock) -> Lock {
        Lock {
            generated: generated(lock).map_or_else(|| "0001-01-01T00:00:00Z".to_owned(), |time| time.rfc3339()),
            digest: lock.digest.clone(),
            dependencies: lock.dependencies.iter().flatten().map(Dependency::of).collect(),
        }
    }

    /// Writes it into a chart's folder, unless a link is there: `writeLock`.
    pub fn write(&self, chart: &str, settings: &Settings, legacy: bool) -> Result<(), String> {
        let name = if legacy { "requirements.lock" } else { "Chart.lock" };
        let (shown, text) = (format!("{chart}/{name}"), yaml(self)?);
        let path = settings.path(&shown);
        if std::fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink()) {
            let target = std::fs::read_link(&path)
                .map_err(|e| format!("error reading symlink for {shown:?}: {}", go_error(&e)))?;
            return Err(format!("the {name} file is a symlink to {:?}", target.display().to_string()));
        }
        std::fs::write(&path, text).map_err(|error| format!("open {shown}: {}", go_error(&error)))
    }
}

/// When a lock file says that it was made.
pub fn generated(lock: &chartlens::chart::Lock) -> Option<GoTime> {
    let utc = Zone::local("UTC");
    parse_in_location(RFC_3339, lock.generated.as_bytes(), &utc, &utc).ok()
}

/// A moment as Helm writes it.
pub fn moment(time: Timestamp, zone: &str) -> String {
    GoTime { seconds: time.seconds, nanoseconds: time.nanoseconds, zone: Zone::local(zone) }.rfc3339()
}

/// The SHA-256 of bytes in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `HashReq`: the digest of what was asked for and of what was found.
pub fn digest(asked: &[Dependency], locked: &[Dependency]) -> String {
    format!("sha256:{}", sha256(json(&[asked, locked]).as_bytes()))
}

/// `HashV2Req`: the digest that Helm 2 made.
pub fn digest_of_helm_2(asked: &[Dependency]) -> String {
    #[derive(Serialize)]
    struct Asked<'a> {
        dependencies: &'a [Dependency],
    }
    format!("sha256:{}", sha256(json(&Asked { dependencies: asked }).as_bytes()))
}

/// `GetLocalPath`: the folder that a `file://` address names.
pub fn local_path(repository: &str, chart: &str, settings: &Settings) -> Result<String, String> {
    let path = repository.strip_prefix("file://").unwrap_or(repository);
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{chart}/{path}") };
    let whole = chartlens::text::path::clean(&whole);
    match std::fs::metadata(settings.path(&whole)) {
        Ok(_) => Ok(whole),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(format!("directory {whole} not found")),
        Err(error) => Err(format!("stat {whole}: {}", go_error(&error))),
    }
}

/// The bytes of a file, and their digest.
pub fn file_digest(path: &Path, shown: &str) -> Result<String, String> {
    Ok(sha256(&files::read(path, shown)?))
}
