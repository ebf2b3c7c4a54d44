//! Packing charts: Helm's `pkg/action/package.go` and `pkg/chart/v2/util/save.go`.

use crate::files::{make_folder, write_whole};
use crate::lock::{Lock, generated};
use crate::marshal::yaml;
use crate::model::Metadata;
use chartlens::chart::{Chart, File};
use chartlens::host::Timestamp;
use chartlens::semver::Version;
use chartlens::text::path::base;
use flate2::{Compression, GzBuilder};
use std::path::Path;

/// What Helm writes into the head of every archive, to know its own.
const EXTRA: &[u8] = b"rr\x28\x00aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo=";

/// What is changed while a chart is packed.
#[derive(Clone, Debug, Default)]
pub struct PackageOptions {
    /// Another version.
    pub version: String,
    /// Another version of what the chart installs.
    pub app_version: String,
    /// The time of all files, for archives that can be made again.
    pub epoch: Option<Timestamp>,
    /// The time of files that have none.
    pub now: Timestamp,
}

/// Writes a chart as `name-version.tgz` into a folder; gives the name of the file. The error is Helm's text.
pub fn package(mut chart: Chart, folder: &Path, options: &PackageOptions) -> Result<String, String> {
    if !options.version.is_empty() {
        chart.metadata.version.clone_from(&options.version);
    }
    Version::parse(&chart.metadata.version).map_err(|error| error.to_string())?;
    if !options.app_version.is_empty() {
        chart.metadata.app_version.clone_from(&options.app_version);
    }
    let present = |name: &str| chart.dependencies.iter().any(|inner| inner.metadata.name == name);
    let declared = chart.metadata.dependencies.iter().flatten().map(|wanted| wanted.name.as_str());
    let missing: Vec<&str> = declared.filter(|name| !present(name)).collect();
    if !missing.is_empty() {
        return Err(format!("found in Chart.yaml, but missing in charts/ directory: {}", missing.join(", ")));
    }
    save(&chart, folder, options).map_err(|error| format!("failed to save: {error}"))
}

/// `Save`: the same without a look at what is needed.
pub fn save(chart: &Chart, folder: &Path, options: &PackageOptions) -> Result<String, String> {
    let file = format!("{}-{}.tgz", chart.metadata.name, chart.metadata.version);
    if folder.exists() && !folder.is_dir() {
        return Err(format!("is not a directory: {}", folder.display()));
    }
    make_folder(folder)?;
    write_whole(&folder.join(&file), &archive(chart, options)?, false)?;
    Ok(file)
}

/// The bytes of a packed chart.
pub fn archive(chart: &Chart, options: &PackageOptions) -> Result<Vec<u8>, String> {
    let gzip = GzBuilder::new().extra(EXTRA).comment("Helm").operating_system(255);
    let mut tar = tar::Builder::new(gzip.write(Vec::new(), Compression::default()));
    contents(&mut tar, chart, "", options)?;
    let finished = tar.into_inner().and_then(flate2::write::GzEncoder::finish);
    finished.map_err(|error| error.to_string())
}

/// An archive that is being written.
type Writer = tar::Builder<flate2::write::GzEncoder<Vec<u8>>>;

/// `writeTarContents`
fn contents(out: &mut Writer, chart: &Chart, prefix: &str, options: &PackageOptions) -> Result<(), String> {
    let name = &chart.metadata.name;
    if base(name) != name {
        return Err(format!("validation: chart.metadata.name {name:?} is invalid"));
    }
    let root = format!("{prefix}{name}");
    let mut add = |name: &str, data: &[u8], modified: Option<Timestamp>| {
        let time = options.epoch.or(modified).unwrap_or(options.now);
        entry(out, &format!("{root}/{name}"), data, time).map_err(|error| error.to_string())
    };
    let mut metadata = Metadata::of(chart);
    if metadata.api_version == "v1" {
        metadata.dependencies.clear();
    }
    add("Chart.yaml", yaml(&metadata)?.as_bytes(), chart.modified)?;
    if let Some(lock) = chart.lock.as_ref().filter(|_| metadata.api_version == "v2") {
        let made = generated(lock).map(|time| Timestamp { seconds: time.seconds, nanoseconds: time.nanoseconds });
        add("Chart.lock", yaml(&Lock::of(lock))?.as_bytes(), made)?;
    }
    if let Some(values) = &chart.values {
        add("values.yaml", &values.text, chart.values_modified)?;
    }
    if let Some(schema) = &chart.schema {
        if serde_json::from_slice::<serde::de::IgnoredAny>(schema).is_err() {
            return Err("invalid JSON in values.schema.json".to_owned());
        }
        add("values.schema.json", schema, chart.schema_modified)?;
    }
    for File { name, data, modified, .. } in chart.templates.iter().chain(&chart.files) {
        add(name, data, *modified)?;
    }
    for inner in &chart.dependencies {
        contents(out, inner, &format!("{root}/charts/"), options)?;
    }
    Ok(())
}

/// `writeToTar`: one file, in the form that Go chooses for it.
fn entry(out: &mut Writer, name: &str, data: &[u8], time: Timestamp) -> std::io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(data.len() as u64);
    // Go rounds to the nearest second.
    let seconds = time.seconds + i64::from(time.nanoseconds >= 500_000_000);
    header.set_mtime(u64::try_from(seconds).unwrap_or_default());
    header.set_device_major(0)?;
    header.set_device_minor(0)?;
    if !name.is_ascii() || header.set_path(name).is_err() {
        out.append_pax_extensions([("path", name.as_bytes())])?;
        let short: String = name.chars().filter(char::is_ascii).take(100).collect();
        header.set_path(short.trim_end_matches('/'))?;
    }
    header.set_cksum();
    // Six digits, as Go writes them.
    if let Ok(sum) = header.cksum()
        && let Some(field) = header.as_mut_bytes().get_mut(148..156)
    {
        field.copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
    out.append(&header, data)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chartlens::chart::{ArchiveLimits, load_archive, load_files, unpack};
    use chartlens::host::HelmVersion;

    fn chart(files: &[(&str, &str)]) -> Chart {
        let files = files.iter().map(|(name, text)| File::new(*name, *text)).collect();
        load_files(files, &ArchiveLimits::default(), HelmVersion::V4).unwrap()
    }

    #[test]
    fn what_is_packed_is_the_same_chart() {
        let long = format!("templates/{}/ö.yaml", "x".repeat(120));
        let chart = chart(&[
            ("Chart.yaml", "apiVersion: v2\nversion: 1.0.0\nname: web\n# gone\n"),
            (&long, "a: 1"),
            ("README.md", "x"),
            ("charts/in/Chart.yaml", "apiVersion: v2\nversion: 1.0.0\nname: in\n"),
            ("values.yaml", "a: 1 # kept\n"),
        ]);
        let bytes = archive(&chart, &PackageOptions::default()).unwrap();
        let names: Vec<String> =
            unpack(&bytes, &ArchiveLimits::default()).unwrap().into_iter().map(|file| file.name).collect();
        assert_eq!(names, ["Chart.yaml", "values.yaml", &long, "README.md", "charts/in/Chart.yaml"]);
        let again = load_archive(&bytes, &ArchiveLimits::default(), HelmVersion::V4).unwrap();
        assert_eq!(archive(&again, &PackageOptions::default()).unwrap(), bytes);
        assert_eq!(&*again.values.unwrap().text, b"a: 1 # kept\n");
    }

    #[test]
    fn what_is_missing_is_told() {
        let chart = chart(&[(
            "Chart.yaml",
            "apiVersion: v2\nversion: 1.0.0\nname: web\ndependencies: [{name: a, version: 1.x, repository: ''}]\n",
        )]);
        let error = package(chart, Path::new("/nowhere"), &PackageOptions::default()).unwrap_err();
        assert_eq!(error, "found in Chart.yaml, but missing in charts/ directory: a");
    }
}
