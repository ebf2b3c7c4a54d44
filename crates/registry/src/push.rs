//! Bringing charts to OCI registries: Helm's `pkg/pusher` and `Client.Push`.

use crate::Registry;
use crate::address::{is_absolute, parse, text};
use crate::files::read;
use crate::http::{Request, Response};
use crate::marshal::json;
use crate::model::Metadata;
use crate::oci::{CHART, CONFIG, Descriptor, MANIFEST, PROVENANCE, Remote, complaint, tell};
use crate::reference::Reference;
use chartlens::chart::{ArchiveLimits, load_archive};
use chartlens::host::HelmVersion;
use chartlens::text::{go_error, path::clean};
use chartlens::value::time::{GoTime, Zone};
use serde::Serialize;
use std::collections::BTreeMap;

/// Bytes of an answer to an upload.
const ANSWER_LIMIT: u64 = 4 << 20;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'m> {
    schema_version: u32,
    config: &'m Descriptor,
    layers: Vec<&'m Descriptor>,
    annotations: BTreeMap<String, String>,
}

/// Brings an archive, and the provenance file beside it, to a registry. The error is Helm's text.
pub fn push(registry: &Registry, archive: &str, remote: &str) -> Result<(), String> {
    let address = parse(remote).map_err(|_| format!("invalid chart URL format: {remote}"))?;
    if !is_absolute(&address) {
        return Err("scheme prefix missing from remote (e.g. \"oci://\")".to_owned());
    }
    if address.scheme != b"oci" {
        return Err(format!("scheme {:?} not supported", text(&address.scheme)));
    }
    let path = registry.settings.path(archive);
    let found = match std::fs::metadata(&path) {
        Ok(found) if found.is_dir() => {
            return Err("cannot push directory, must provide chart archive (.tgz)".to_owned());
        }
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(format!("{archive}: no such file")),
        Err(error) => return Err(format!("stat {archive}: {}", go_error(&error))),
    };
    let data = read(&path, archive)?;
    let chart = load_archive(&data, &ArchiveLimits::default(), HelmVersion::V4).map_err(|error| error.message)?;
    let metadata = Metadata::of(&chart);
    let beside = format!("{archive}.prov");
    let provenance = registry.settings.path(&beside).exists().then(|| read(&registry.settings.path(&beside), &beside));
    let folder = clean(remote.trim_start_matches("oci://"));
    let reference = Reference::parse(&format!("{folder}/{}:{}", metadata.name, metadata.version))?;
    let created = found.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    let zone = Zone::local(&registry.settings.zone);
    let created = GoTime { seconds: created.unwrap_or_default().as_secs() as i64, nanoseconds: 0, zone }.rfc3339();
    upload(registry, &reference, &metadata, &data, provenance.transpose()?.as_deref(), created)
}

fn upload(
    registry: &Registry,
    reference: &Reference,
    metadata: &Metadata,
    data: &[u8],
    provenance: Option<&[u8]>,
    created: String,
) -> Result<(), String> {
    let config = json(metadata);
    let config_part = Descriptor::of(CONFIG, config.as_bytes());
    let mut layers = vec![(Descriptor::of(CHART, data), data)];
    layers.extend(provenance.map(|text| (Descriptor::of(PROVENANCE, text), text)));
    layers.sort_by(|(a, _), (b, _)| a.digest.cmp(&b.digest));
    let manifest = json(&Manifest {
        schema_version: 2,
        config: &config_part,
        layers: layers.iter().map(|(part, _)| part).collect(),
        annotations: annotations(metadata, created),
    });
    let remote = Remote::new(registry, reference, "pull,push");
    let whole = Descriptor::of(MANIFEST, manifest.as_bytes());
    if !exists(&remote, &format!("manifests/{}", whole.digest), Some(MANIFEST))? {
        put_blob(&remote, &config_part, config.as_bytes())?;
        for (part, data) in &layers {
            put_blob(&remote, part, data)?;
        }
    }
    let url = remote.url(&format!("manifests/{}", reference.tag));
    let mut request = Request { method: "PUT", body: Some(manifest.as_bytes()), ..Request::get(&url, ANSWER_LIMIT) };
    request.headers.push(("Content-Type", MANIFEST.to_owned()));
    expect(&remote, &request, 201, "PushReference")?;
    tell(registry, "Pushed", reference, &whole.digest);
    Ok(())
}

fn failed(what: &str, why: String) -> String {
    format!("failed to perform {what:?} on destination: {why}")
}

fn expect(remote: &Remote<'_>, request: &Request<'_>, status: u16, what: &str) -> Result<Response, String> {
    let response = remote.send(request).map_err(|why| failed(what, why))?;
    match response.status {
        found if found == status => Ok(response),
        _ => Err(failed(what, complaint(request.method, request.url, &response))),
    }
}

fn exists(remote: &Remote<'_>, what: &str, accept: Option<&str>) -> Result<bool, String> {
    let url = remote.url(what);
    let mut request = Request { method: "HEAD", ..Request::get(&url, 0) };
    request.headers.extend(accept.map(|accept| ("Accept", accept.to_owned())));
    let response = remote.send(&request).map_err(|why| failed("Exists", why))?;
    match response.status {
        200 => Ok(true),
        404 => Ok(false),
        _ => Err(failed("Exists", complaint("HEAD", &url, &response))),
    }
}

fn put_blob(remote: &Remote<'_>, part: &Descriptor, data: &[u8]) -> Result<(), String> {
    if exists(remote, &format!("blobs/{}", part.digest), None)? {
        return Ok(());
    }
    let start = remote.url("blobs/uploads/");
    let request = Request { method: "POST", body: Some(&[]), ..Request::get(&start, ANSWER_LIMIT) };
    let response = expect(remote, &request, 202, "Push")?;
    let location =
        response.header("location").ok_or_else(|| failed("Push", format!("POST \"{start}\": no location given")))?;
    let place = crate::address::relative(&parse(&start)?, &parse(location)?);
    let mut url = text(&place.text());
    url.push_str(&format!(
        "{}digest={}",
        if place.query.is_empty() { '?' } else { '&' },
        part.digest.replace(':', "%3A")
    ));
    let mut request = Request { method: "PUT", body: Some(data), ..Request::get(&url, ANSWER_LIMIT) };
    request.headers.push(("Content-Type", "application/octet-stream".to_owned()));
    expect(remote, &request, 201, "Push").map(|_| ())
}

/// `generateOCIAnnotations`
fn annotations(metadata: &Metadata, created: String) -> BTreeMap<String, String> {
    let last = metadata.maintainers.len().saturating_sub(1);
    let authors: String = metadata
        .maintainers
        .iter()
        .enumerate()
        .map(|(at, maintainer)| {
            let email = if maintainer.email.is_empty() { String::new() } else { format!(" ({})", maintainer.email) };
            format!("{}{email}{}", maintainer.name, if at < last { ", " } else { "" })
        })
        .collect();
    let own = [
        ("description", metadata.description.clone()),
        ("title", metadata.name.clone()),
        ("version", metadata.version.clone()),
        ("url", metadata.home.clone()),
        ("created", created),
        ("source", metadata.sources.first().cloned().unwrap_or_default()),
        ("authors", authors),
    ];
    let mut all: BTreeMap<String, String> = own
        .into_iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(key, value)| (format!("org.opencontainers.image.{key}"), value))
        .collect();
    let fixed = ["org.opencontainers.image.version", "org.opencontainers.image.title"];
    let more = metadata.annotations.iter().filter(|(key, _)| !fixed.contains(&key.as_str()));
    all.extend(more.map(|(key, value)| (key.clone(), value.clone())));
    all
}
