//! Charts in OCI registries: Helm's `pkg/registry`, and what it needs of the distribution protocol.
//!
//! The protocol is a few requests over HTTP. The crates that have it bring an asynchronous runtime and another HTTP client along,
//! which is more to build than all the rest of the command; so it is spoken here.

use crate::Registry;
use crate::address::{parse, same_server};
use crate::challenge::Challenge;
use crate::credentials::{Credential, find};
use crate::http::{Request, Response, reason_phrase};
use crate::lock::sha256;
use crate::model::Metadata;
use crate::reference::{Reference, is_digest};
use chartlens::chart::ArchiveLimits;
use chartlens::semver::{Constraint, Version};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
pub const CHART: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
pub const PROVENANCE: &str = "application/vnd.cncf.helm.chart.provenance.v1.prov";
const LEGACY_CHART: &str = "application/tar+gzip";
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const MANIFESTS: &str = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, application/vnd.oci.artifact.manifest.v1+json";

/// Bytes of a manifest or a page of tags, as oras bounds them.
const METADATA_LIMIT: u64 = 4 << 20;
/// Pages of tags that are asked for.
const MAX_PAGES: usize = 1000;

const UNDERSCORE: &str = "
OCI artifact references (e.g. tags) do not support the plus sign (+). To support
storing semantic versions, Helm adopts the convention of changing plus (+) to
an underscore (_) in chart version tags when pushing to a registry and back to
a plus (+) when pulling from a registry.";

/// Says what was pulled or pushed.
pub fn tell(registry: &Registry, verb: &str, reference: &Reference, digest: &str) {
    registry.say(format!("{verb}: {reference}"));
    registry.say(format!("Digest: {digest}"));
    if reference.to_string().contains('_') {
        registry.say(format!("{reference} contains an underscore."));
        registry.say(UNDERSCORE);
    }
}

/// A part of an artifact.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Descriptor {
    pub media_type: String,
    pub digest: String,
    pub size: u64,
}

impl Descriptor {
    /// What describes these bytes.
    pub fn of(media_type: &str, data: &[u8]) -> Descriptor {
        Descriptor {
            media_type: media_type.to_owned(),
            digest: format!("sha256:{}", sha256(data)),
            size: data.len() as u64,
        }
    }
}

/// The parts of a chart in a registry.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Manifest {
    config: Descriptor,
    layers: Vec<Descriptor>,
}

/// Requests to one repository of a registry, with whom they come from.
pub struct Remote<'r> {
    registry: &'r Registry,
    reference: &'r Reference,
    actions: &'static str,
    authorization: std::cell::RefCell<Option<String>>,
}

/// The host that answers for a registry's name.
fn host(registry: &str) -> &str {
    if registry == "docker.io" { "registry-1.docker.io" } else { registry }
}

fn base(registry: &Registry, host_name: &str) -> String {
    let scheme = if registry.options.plain_http { "http" } else { "https" };
    format!("{scheme}://{}/v2/", host(host_name))
}

impl<'r> Remote<'r> {
    /// The repository of a reference; `actions` are `pull`, or `pull,push`.
    pub fn new(registry: &'r Registry, reference: &'r Reference, actions: &'static str) -> Remote<'r> {
        Remote { registry, reference, actions, authorization: std::cell::RefCell::default() }
    }

    /// The address of something in the repository.
    pub fn url(&self, what: &str) -> String {
        format!("{}{}/{what}", base(self.registry, &self.reference.registry), self.reference.repository)
    }

    /// Sends a request, and again with a name or a token if the registry asks for one.
    pub fn send(&self, request: &Request<'_>) -> Result<Response, String> {
        let (home, target) = (parse(&self.url(""))?, parse(request.url)?);
        if home.scheme == b"https" && target.scheme != b"https" {
            return Err(format!("{} \"{}\": refused to go on from https over plain HTTP", request.method, request.url));
        }
        // Where a registry sends uploads is no business of who asks.
        if !same_server(&home, &target) {
            return self.registry.http.send(request);
        }
        let scope = format!("repository:{}:{}", self.reference.repository, self.actions);
        let mut known = self.authorization.borrow_mut();
        let find = || {
            let options = &self.registry.options;
            match options.username.is_empty() || options.password.is_empty() {
                true => find(&self.registry.settings, &self.reference.registry),
                false => Ok(Credential {
                    username: options.username.clone(),
                    password: options.password.clone(),
                    ..Credential::default()
                }),
            }
        };
        authorized(self.registry, request, &find, &scope, &mut known)
    }

    /// The tags that are versions, the newest first: `Tags`.
    pub fn tags(&self) -> Result<Vec<String>, String> {
        let (mut url, mut versions) = (self.url("tags/list"), Vec::new());
        for _ in 0..MAX_PAGES {
            let response = self.send(&Request::get(&url, METADATA_LIMIT))?;
            if response.status != 200 {
                return Err(complaint("GET", &url, &response));
            }
            let page: Value = serde_json::from_slice(&response.body)
                .map_err(|error| format!("GET \"{url}\": failed to decode response: {error}"))?;
            let tags = page.get("tags").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
            versions.extend(tags.filter_map(|tag| Version::parse_strict(&tag.replace('_', "+")).ok()));
            match response.header("link").and_then(next_page) {
                Some(next) => url = crate::address::resolve(&url, next)?,
                None => break,
            }
        }
        versions.sort_by(|a, b| b.compare(a));
        Ok(versions.iter().map(ToString::to_string).collect())
    }

    /// The manifest of the reference, with its digest.
    fn manifest(&self) -> Result<(Manifest, String), String> {
        let target = self.reference.target();
        let url = self.url(&format!("manifests/{target}"));
        let mut request = Request::get(&url, METADATA_LIMIT);
        request.headers.push(("Accept", MANIFESTS.to_owned()));
        let failed = |why: String| format!("failed to perform \"FetchReference\" on source: {why}");
        let response = self.send(&request).map_err(failed)?;
        let at = || match self.reference.digest.as_str() {
            "" => self.reference.to_string(),
            digest => format!("{}/{}@{digest}", self.reference.registry, self.reference.repository),
        };
        match response.status {
            200 => {}
            404 => return Err(failed(format!("{}: not found", at()))),
            _ => return Err(failed(complaint("GET", &url, &response))),
        }
        let digest = format!("sha256:{}", sha256(&response.body));
        let said = response.header("docker-content-digest").filter(|said| is_digest(said));
        let wanted = if is_digest(target) { Some(target) } else { said };
        if let Some(wanted) = wanted.filter(|wanted| *wanted != digest) {
            return Err(failed(format!(
                "GET \"{url}\": invalid response; digest mismatch: received \"{digest}\" when expecting \"{wanted}\""
            )));
        }
        let manifest = serde_json::from_slice(&response.body)
            .map_err(|error| format!("{}: the manifest cannot be read: {error}", at()))?;
        Ok((manifest, digest))
    }

    /// The bytes of a part, which must be those that the manifest describes.
    fn blob(&self, part: &Descriptor) -> Result<Vec<u8>, String> {
        if !is_digest(&part.digest) {
            return Err(format!("{}: invalid digest: {:?}", self.reference, part.digest));
        }
        let most = ArchiveLimits::default().total;
        if part.size > most {
            let size = part.size;
            return Err(format!(
                "limit reached: {} has {size} bytes, more than {most} (limit `download`)",
                part.digest
            ));
        }
        let url = self.url(&format!("blobs/{}", part.digest));
        let failed = |why: String| format!("failed to perform \"Fetch\" on source: {why}");
        let response = self.send(&Request::get(&url, part.size)).map_err(failed)?;
        match response.status {
            200 => {}
            404 => return Err(failed(format!("{}: not found", part.digest))),
            _ => return Err(failed(complaint("GET", &url, &response))),
        }
        if (response.body.len() as u64) < part.size {
            return Err(failed(format!("GET \"{url}\": unexpected EOF")));
        }
        if format!("sha256:{}", sha256(&response.body)) != part.digest {
            return Err(failed(format!(
                "GET \"{url}\": mismatched digest: the content is not that of {}",
                part.digest
            )));
        }
        Ok(response.body)
    }
}

/// The address in a `Link` header that has the next page.
fn next_page(header: &str) -> Option<&str> {
    let (address, relation) = header.strip_prefix('<')?.split_once('>')?;
    relation.contains("next").then_some(address)
}

/// Sends a request with what is known of who asks, and again with what the registry wants.
fn authorized(
    registry: &Registry,
    request: &Request<'_>,
    credential: &dyn Fn() -> Result<Credential, String>,
    scope: &str,
    known: &mut Option<String>,
) -> Result<Response, String> {
    let with = |authorization: &Option<String>| {
        let mut request = request.clone();
        request.headers.extend(authorization.clone().map(|value| ("Authorization", value)));
        registry.http.send(&request)
    };
    let response = with(known)?;
    let challenge = response.header("www-authenticate").and_then(Challenge::parse);
    let Some(challenge) = challenge.filter(|_| response.status == 401 && known.is_none()) else { return Ok(response) };
    let answer = challenge.answer(registry, &credential()?, scope, request.url);
    *known = Some(answer.map_err(|why| format!("{} \"{}\": {why}", request.method, request.url))?);
    with(known)
}

/// Whether a registry knows who asks.
pub fn ping(registry: &Registry, host: &str, credential: &Credential) -> Result<(), String> {
    let url = base(registry, host);
    let request = Request::get(&url, METADATA_LIMIT);
    let response = authorized(registry, &request, &|| Ok(credential.clone()), "", &mut None)?;
    match response.status {
        200 => Ok(()),
        404 => Err(format!("{host}: not found")),
        _ => Err(complaint("GET", &url, &response)),
    }
}

/// What a registry answered in place of what was asked for: `errcode.ErrorResponse`.
pub fn complaint(method: &str, url: &str, response: &Response) -> String {
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let errors: Vec<String> =
        body.get("errors").and_then(Value::as_array).into_iter().flatten().map(complaint_of).collect();
    let why = if errors.is_empty() { reason_phrase(response.status).to_owned() } else { errors.join("; ") };
    format!("{method} \"{url}\": response status code {}: {why}", response.status)
}

/// `errcode.Error`
fn complaint_of(error: &Value) -> String {
    let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut said = text("code").to_lowercase().replace('_', " ");
    if !text("message").is_empty() {
        said.push_str(&format!(": {}", text("message")));
    }
    if let Some(detail) = error.get("detail").filter(|detail| !detail.is_null()) {
        said.push_str(&format!(": {}", shown(detail)));
    }
    said
}

/// Go's `%v` of what JSON decodes to.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(" ")),
        Value::Object(map) => {
            let mut entries: Vec<String> = map.iter().map(|(key, value)| format!("{key}:{}", shown(value))).collect();
            entries.sort();
            format!("map[{}]", entries.join(" "))
        }
        other => other.to_string(),
    }
}

/// The reference with the tag that fits a version best: `ValidateReference`.
pub fn locate(registry: &Registry, text: &str, version: &str) -> Result<Reference, String> {
    let mut reference = Reference::parse(text)?;
    let tag = version.replace('+', "_");
    let version = match (version.is_empty(), reference.tag.is_empty()) {
        (true, _) => reference.tag.clone(),
        (false, false) if reference.tag != tag && reference.tag != version => {
            return Err(format!("chart reference and version mismatch: {version} is not {}", reference.tag));
        }
        _ => version.to_owned(),
    };
    if !reference.digest.is_empty() {
        if !version.is_empty() {
            check_tag(registry, &reference, &version)?;
        }
        reference.tag.clear();
        return Ok(reference);
    }
    reference.tag = if Version::parse(&version.replace('_', "+")).is_ok() {
        version
    } else {
        reference.tag.clear();
        let tags = Remote::new(registry, &reference, "pull").tags()?;
        if tags.is_empty() {
            return Err(format!("unable to locate any tags in provided repository: {text}"));
        }
        fitting(&tags, &version)?
    };
    reference.tag = reference.tag.replace('+', "_");
    Ok(reference)
}

/// Whether a tag that stands beside a digest has it. It need not be there.
fn check_tag(registry: &Registry, reference: &Reference, version: &str) -> Result<(), String> {
    let tagged = Reference { tag: version.replace('+', "_"), digest: String::new(), ..reference.clone() };
    match Remote::new(registry, &tagged, "pull").manifest() {
        Ok((_, digest)) if digest != reference.digest => {
            Err(format!("chart reference digest mismatch: {digest} is not {}", reference.digest))
        }
        _ => Ok(()),
    }
}

/// `GetTagMatchingVersionOrConstraint`
pub fn fitting(tags: &[String], version: &str) -> Result<String, String> {
    let constraint = Constraint::parse(if version.is_empty() { "*" } else { version }).map_err(|e| e.to_string())?;
    let exact = tags.iter().find(|tag| *tag == version);
    let fits = |tag: &&String| Version::parse(tag).is_ok_and(|found| constraint.check(&found));
    exact
        .or_else(|| tags.iter().find(fits))
        .cloned()
        .ok_or_else(|| format!("could not locate a version matching provided version string {version}"))
}

/// Which of a chart's parts are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The archive.
    Chart,
    /// The provenance file.
    Provenance,
}

/// Fetches a part of a chart: `Pull`.
pub fn pull(registry: &Registry, reference: &Reference, part: Part) -> Result<Vec<u8>, String> {
    let remote = Remote::new(registry, reference, "pull");
    let (manifest, digest) = remote.manifest()?;
    let has_config = manifest.config.media_type == CONFIG;
    let (wanted, legacy) = match part {
        Part::Chart => (CHART, LEGACY_CHART),
        Part::Provenance => (PROVENANCE, PROVENANCE),
    };
    let layer = manifest.layers.iter().find(|layer| layer.media_type == wanted);
    let layer = layer.or_else(|| manifest.layers.iter().find(|layer| layer.media_type == legacy));
    // The manifest itself counts.
    let found = 1 + usize::from(has_config) + usize::from(layer.is_some());
    if found < 2 {
        return Err(format!("manifest does not contain minimum number of descriptors (2), descriptors found: {found}"));
    }
    if !has_config {
        return Err(format!("could not load config with mediatype {CONFIG}"));
    }
    let layer = layer.ok_or_else(|| format!("manifest does not contain a layer with mediatype {wanted}"))?;
    if layer.media_type == LEGACY_CHART {
        registry.say(format!("Warning: chart media type {LEGACY_CHART} is deprecated"));
    }
    let config = remote.blob(&manifest.config)?;
    serde_json::from_slice::<Metadata>(&config)
        .map_err(|error| format!("the chart's config cannot be read: {error}"))?;
    let data = remote.blob(layer)?;
    tell(registry, "Pulled", reference, &digest);
    Ok(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_are_those_of_oras() {
        let response =
            |body: &str| Response { status: 404, headers: Default::default(), body: body.as_bytes().to_vec() };
        assert_eq!(
            complaint("GET", "http://h/", &response("")),
            "GET \"http://h/\": response status code 404: Not Found"
        );
        let body = r#"{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known","detail":{"name":"x","a":[1]}}]}"#;
        assert_eq!(
            complaint("GET", "http://h/", &response(body)),
            "GET \"http://h/\": response status code 404: name unknown: repository name not known: map[a:[1] name:x]"
        );
        assert_eq!(next_page("</v2/a?n=1>; rel=\"next\""), Some("/v2/a?n=1"));
    }

    #[test]
    fn tags_fit_versions() {
        let tags: Vec<String> = ["1.0.0-rc.1", "0.2.0", "0.1.0"].map(str::to_owned).to_vec();
        assert_eq!(fitting(&tags, "").as_deref(), Ok("0.2.0"));
        assert_eq!(fitting(&tags, "1.0.0-rc.1").as_deref(), Ok("1.0.0-rc.1"));
        assert_eq!(fitting(&tags, "<0.2").as_deref(), Ok("0.1.0"));
        assert!(fitting(&tags, ">9").unwrap_err().ends_with("version string >9"));
    }
}
