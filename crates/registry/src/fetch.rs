//! From a reference to a chart: Helm's `pkg/downloader/chart_downloader.go` and `LocateChart`.

use crate::Registry;
use crate::address::{is_absolute, is_oci, parse, resolve, same_server, text};
use crate::archive::expand;
use crate::cache;
use crate::http::{Http, Options};
use crate::index::Index;
use crate::lock::sha256;
use crate::oci::{self, Part};
use crate::provenance::{self, Verification};
use crate::reference::Reference;
use crate::repositories::{Repositories, Repository};
use chartlens::chart::ArchiveLimits;
use chartlens::log::{Level, Log};
use chartlens::text::{go_error, path::base, quote};
use std::path::Path;

/// Whether a chart's provenance is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verify {
    /// It is not.
    #[default]
    Never,
    /// Where there is one, it must hold.
    IfPossible,
    /// It must be there and hold.
    Always,
    /// It is fetched and kept.
    Later,
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'w> {
    /// The reference as the user wrote it.
    pub reference: &'w str,
    /// A version or a range of versions; empty for the newest.
    pub version: &'w str,
    /// The address of the repository that it is in, where it is given beside.
    pub repository: &'w str,
    /// Whether its provenance is looked at.
    pub verify: Verify,
    /// The keys that are trusted.
    pub keyring: &'w str,
}

/// Where a chart is.
enum Place {
    Oci(Reference),
    Web {
        url: String,
        /// The address of the repository that it belongs to, whose name and password these are.
        owner: String,
        options: Options,
        /// The SHA-256 that the index states.
        digest: Option<String>,
    },
}

/// A chart that was fetched.
pub struct Fetched {
    /// The archive.
    pub data: Vec<u8>,
    /// The name of its file.
    pub name: String,
    /// Its provenance file, where it was asked for and is there.
    pub provenance: Option<Vec<u8>>,
    /// Who signed it, where that was asked.
    pub verification: Option<Verification>,
}

/// Finds a chart in a repository that has no name: `FindChartInRepoURL`. Gives its address and the digest stated there.
pub fn find_in_repository(
    registry: &Registry,
    url: &str,
    name: &str,
    version: &str,
    log: &mut Vec<Log>,
) -> Result<(String, String), String> {
    let repository = Repository::unnamed(url, &registry.options);
    repository.check()?;
    let (index, _) = repository.fetch_index(registry, log).map_err(|error| {
        format!("looks like {} is not a valid chart repository or cannot be reached: {error}", quote(url.as_bytes()))
    })?;
    let mut shown = format!("chart {}", quote(name.as_bytes()));
    if !version.is_empty() {
        shown.push_str(&format!(" version {}", quote(version.as_bytes())));
    }
    let found = index.get(name, version, log).map_err(|_| format!("{shown} not found in {url} repository"))?;
    let first = found.urls.first().ok_or_else(|| format!("{shown} has no downloadable URLs"))?;
    let whole = resolve(url, first).map_err(|error| format!("failed to make chart URL absolute: {error}"))?;
    Ok((whole, found.digest.clone()))
}

impl Registry {
    /// Fetches a chart. What there is to say is in `log`.
    pub fn fetch(&self, wanted: &Wanted<'_>, log: &mut Vec<Log>) -> Result<Fetched, String> {
        let place = self.place(wanted, log)?;
        let data = self.data(&place, log)?;
        let name = place.file_name();
        let (provenance, verification) = self.provenance(&place, wanted, &data, &name)?;
        Ok(Fetched { data, name, provenance, verification })
    }

    /// The path of a chart that stands ready in the cache: `LocateChart` for what is no local path.
    pub fn locate(&self, wanted: &Wanted<'_>, log: &mut Vec<Log>) -> Result<String, String> {
        let fetched = self.fetch(wanted, log)?;
        cache::put(&self.settings, &fetched.data)
    }

    /// Fetches a chart into a folder, packed or not: `helm pull`. Gives the lines to print.
    pub fn pull(
        &self,
        wanted: &Wanted<'_>,
        folder: &str,
        untar: Option<&str>,
        log: &mut Vec<Log>,
    ) -> Result<String, String> {
        let fetched = self.fetch(wanted, log)?;
        let lines = fetched.verification.as_ref().map(ToString::to_string).unwrap_or_default();
        let Some(inner) = untar else {
            let file = join(folder, &fetched.name);
            self.write(&file, &fetched.data)?;
            if let Some(provenance) = &fetched.provenance {
                self.write(&format!("{file}.prov"), provenance)?;
            }
            return Ok(lines);
        };
        let target = if inner.starts_with('/') { inner.to_owned() } else { join(folder, inner) };
        let name = wanted.reference.rsplit('/').next().unwrap_or_default();
        let check = if target == "." { name.to_owned() } else { join(&target, name) };
        if self.settings.path(&check).exists() {
            return Err(format!("failed to untar: a file or directory with the name {check} already exists"));
        }
        expand(&fetched.data, &self.settings.path(&target))?;
        Ok(lines)
    }

    fn write(&self, file: &str, data: &[u8]) -> Result<(), String> {
        let path = self.settings.path(file);
        if !path.parent().is_some_and(Path::is_dir) {
            return Err(format!("open {file}: no such file or directory"));
        }
        std::fs::write(&path, data).map_err(|error| format!("open {file}: {}", go_error(&error)))
    }

    /// Where a chart is: `ResolveChartVersion`.
    fn place(&self, wanted: &Wanted<'_>, log: &mut Vec<Log>) -> Result<Place, String> {
        let Wanted { reference, version, repository, .. } = *wanted;
        if !repository.is_empty() {
            let (url, digest) = find_in_repository(self, repository, reference, version, log)?;
            let trusted = match (parse(repository), parse(&url)) {
                (Ok(a), Ok(b)) => self.options.pass_credentials || same_server(&a, &b),
                _ => false,
            };
            let mut options = self.options.clone();
            if !trusted {
                (options.username, options.password) = (String::new(), String::new());
            }
            self.check_scheme(&url)?;
            return Ok(Place::Web { owner: url.clone(), url, options, digest: cache::stated(&digest)? });
        }
        if is_oci(reference) {
            return Ok(Place::Oci(oci::locate(self, reference, version)?));
        }
        let url = parse(reference).map_err(|_| format!("invalid chart URL format: {reference}"))?;
        let known = Repositories::load(&self.settings)?.unwrap_or_default();
        if is_absolute(&url) && !url.host.is_empty() && !url.path.is_empty() {
            self.check_scheme(reference)?;
            let owner = self.owner(reference, &known, log)?;
            let options = owner.map_or_else(|| self.options.clone(), |repository| self.of(repository));
            let owner = owner.map_or(reference, |repository| repository.url.as_str()).to_owned();
            return Ok(Place::Web { url: reference.to_owned(), owner, options, digest: None });
        }
        let path = text(&url.path);
        let Some((name, chart)) = path.split_once('/') else {
            let shown = text(&url.text());
            return Err(format!("non-absolute URLs should be in form of repo_name/path_to_chart, got: {shown}"));
        };
        let repository = known.get(name).ok_or_else(|| format!("repo {name} not found"))?;
        if repository.url.is_empty() {
            return Err(format!("no URL found for repository {name}"));
        }
        repository.check()?;
        let index = self.cached_index(&repository.name, log)?;
        let entry = index.get(chart, version, log).map_err(|error| {
            let chart = quote(chart.as_bytes());
            format!("chart {chart} matching {version} not found in {name} index. (try 'helm repo update'): {error}")
        })?;
        let first = entry.urls.first();
        let first = first.ok_or_else(|| format!("chart {} has no downloadable URLs", quote(reference.as_bytes())))?;
        let url = resolve(&repository.url, first).map_err(|_| format!("invalid chart URL format: {reference}"))?;
        if is_oci(&url) {
            return Ok(Place::Oci(oci::locate(self, &url, &entry.metadata.version)?));
        }
        self.check_scheme(&url)?;
        let digest = cache::stated(&entry.digest)?;
        Ok(Place::Web { url, owner: repository.url.clone(), options: self.of(repository), digest })
    }

    /// An error for what Helm has no way to get.
    fn check_scheme(&self, url: &str) -> Result<(), String> {
        let url = parse(url)?;
        match url.scheme.as_slice() {
            b"http" | b"https" => Ok(()),
            scheme => Err(format!("scheme {} not supported", quote(scheme))),
        }
    }

    /// How the server of a known repository is reached: its own options go over those of flags.
    fn of(&self, repository: &Repository) -> Options {
        let mut options = repository.options(&self.options);
        let own = [&repository.cert_file, &repository.key_file, &repository.ca_file];
        if own.iter().all(|file| file.is_empty()) {
            let Options { cert_file, key_file, ca_file, .. } = self.options.clone();
            (options.cert_file, options.key_file, options.ca_file) = (cert_file, key_file, ca_file);
        }
        options.insecure |= self.options.insecure;
        if repository.username.is_empty() || repository.password.is_empty() {
            let Options { username, password, pass_credentials, .. } = self.options.clone();
            (options.username, options.password, options.pass_credentials) = (username, password, pass_credentials);
        }
        options
    }

    pub(crate) fn cached_index(&self, name: &str, log: &mut Vec<Log>) -> Result<Index, String> {
        Index::load(&self.settings, &self.settings.index_file(name), log)
            .map_err(|error| format!("no cached repo found. (try 'helm repo update'): {error}"))
    }

    /// The known repository whose index has an address: `scanReposForURL`.
    fn owner<'k>(
        &self,
        url: &str,
        known: &'k Repositories,
        log: &mut Vec<Log>,
    ) -> Result<Option<&'k Repository>, String> {
        for repository in &known.repositories {
            let index = self.cached_index(&repository.name, log)?;
            let urls = index.entries.values().flatten().flat_map(|entry| &entry.urls);
            if urls.into_iter().any(|found| crate::address::equal(url, found)) {
                return Ok(Some(repository));
            }
        }
        Ok(None)
    }

    fn data(&self, place: &Place, log: &mut Vec<Log>) -> Result<Vec<u8>, String> {
        let (url, owner, options, digest) = match place {
            Place::Oci(reference) => return oci::pull(self, reference, Part::Chart),
            Place::Web { url, owner, options, digest } => (url, owner, options, digest),
        };
        if let Some((_, data)) = digest.as_ref().and_then(|digest| cache::get(&self.settings, digest)) {
            log.push(Log::new(Level::Debug, "found chart in cache").with("id", digest.as_deref().unwrap_or_default()));
            return Ok(data);
        }
        let http = Http::new(&self.settings, options);
        let accept = "application/gzip,application/octet-stream";
        let data = http.fetch(url, owner, Some(accept), ArchiveLimits::default().total)?;
        let found = sha256(&data);
        match digest {
            Some(digest) if *digest != found => {
                Err(format!("{url} is not what the index of its repository says: its SHA-256 is {found}, not {digest}"))
            }
            _ => Ok(data),
        }
    }

    /// The provenance file, and who signed: none where it is not asked for.
    fn provenance(
        &self,
        place: &Place,
        wanted: &Wanted<'_>,
        data: &[u8],
        name: &str,
    ) -> Result<(Option<Vec<u8>>, Option<Verification>), String> {
        if wanted.verify == Verify::Never {
            return Ok((None, None));
        }
        let (text, shown) = match place {
            Place::Oci(reference) => {
                (oci::pull(self, reference, Part::Provenance), format!("oci://{}.prov", reference.shown_version()))
            }
            Place::Web { url, owner, options, .. } => {
                let shown = format!("{url}.prov");
                let http = Http::new(&self.settings, options);
                (http.fetch(&shown, owner, None, provenance::LIMIT), shown)
            }
        };
        let text = match text {
            Ok(text) => text,
            Err(_) if wanted.verify == Verify::Always => {
                return Err(format!("failed to fetch provenance {}", quote(shown.as_bytes())));
            }
            Err(error) => {
                self.say(format!("WARNING: Verification not found for {}: {error}", wanted.reference));
                return Ok((None, None));
            }
        };
        if wanted.verify == Verify::Later {
            return Ok((Some(text), None));
        }
        let verification = provenance::verify(&self.settings, data, &text, name, wanted.keyring)?;
        Ok((Some(text), Some(verification)))
    }
}

impl Place {
    /// The name under which Helm saves it.
    fn file_name(&self) -> String {
        match self {
            Place::Oci(reference) => {
                let name = base(&reference.repository);
                match reference.digest.as_str() {
                    "" => format!("{name}-{}.tgz", reference.version()),
                    digest => format!("{name}@{}.tgz", digest.replace(':', "-")),
                }
            }
            Place::Web { url, .. } => parse(url).map(|url| base(&text(&url.path)).to_owned()).unwrap_or_default(),
        }
    }
}

/// Go's `filepath.Join` of two.
fn join(folder: &str, name: &str) -> String {
    chartlens::text::path::clean(&format!("{folder}/{name}"))
}
