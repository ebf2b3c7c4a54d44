//! The charts that a chart needs, brought into its `charts/`: Helm's `pkg/downloader/manager.go` and `internal/resolver`.

use crate::Registry;
use crate::address::{equal, is_absolute, is_oci, parse, resolve};
use crate::fetch::{Verify, Wanted, find_in_repository};
use crate::files::make_folder;
use crate::index::{Entry, Index};
use crate::lock::{Lock, digest, digest_of_helm_2, local_path, moment, sha256};
use crate::model::{Dependency, dependencies};
use crate::oci;
use crate::package::PackageOptions;
use crate::reference::Reference;
use crate::repositories::{Repositories, Repository};
use chartlens::chart::{ArchiveLimits, Chart, load_archive};
use chartlens::host::{HelmVersion, Timestamp};
use chartlens::log::Log;
use chartlens::semver::{Constraint, Version};
use chartlens::text::{go_error, path::clean, quote};
use std::collections::{BTreeMap, HashSet};
use std::io::Write;

/// Loads a chart from a folder that the user knows by this name.
pub type Load<'l> = &'l dyn Fn(&str) -> Result<Chart, String>;

/// Brings the dependencies of one chart into its folder.
pub struct Manager<'m> {
    /// How charts are reached.
    pub registry: &'m Registry,
    /// The chart's folder.
    pub chart: &'m str,
    /// Loads a chart from a folder.
    pub load: Load<'m>,
    /// Whether provenance is looked at.
    pub verify: Verify,
    /// The keys that are trusted.
    pub keyring: &'m str,
    /// Whether the indexes of repositories are taken as they are in the cache.
    pub skip_refresh: bool,
    /// Whether more is told.
    pub debug: bool,
    /// Times of packed charts.
    pub times: PackageOptions,
    /// Where Helm writes what it does.
    pub out: &'m mut dyn Write,
    /// What there is to say.
    pub log: &'m mut Vec<Log>,
}

/// Repositories in the order in which their charts were asked for, under names for the cache.
type Names = BTreeMap<String, String>;

impl Manager<'_> {
    fn print(&mut self, line: impl AsRef<str>) {
        let _ = writeln!(self.out, "{}", line.as_ref());
    }

    fn load_chart(&self) -> Result<Chart, String> {
        let shown = self.chart;
        match std::fs::metadata(self.registry.settings.path(shown)) {
            Err(error) => Err(format!("could not find {shown}: stat {shown}: {}", go_error(&error))),
            Ok(found) if !found.is_dir() => Err("only unpacked charts can be updated".to_owned()),
            Ok(_) => (self.load)(shown),
        }
    }

    /// Brings the charts that the lock file names: `Build`.
    pub fn build(&mut self) -> Result<(), String> {
        let chart = self.load_chart()?;
        let Some(lock) = &chart.lock else { return self.update() };
        let mut asked = dependencies(&chart).unwrap_or_default();
        let locked = Lock::of(lock).dependencies;
        let legacy = chart.metadata.api_version == "v1";
        let of_helm_2 = digest_of_helm_2(&asked);
        self.names(&mut asked)?;
        if digest(&asked, &locked) != lock.digest {
            if !legacy {
                return Err("the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies with 'helm dependency update'".to_owned());
            }
            if of_helm_2 != lock.digest {
                return Err("the lock file (requirements.lock) is out of sync with the dependencies file (requirements.yaml). Please update the dependencies".to_owned());
            }
        }
        self.has_all(&locked)?;
        if !self.skip_refresh {
            self.update_repositories()?;
        }
        let mut locked = locked;
        self.download(&mut locked)
    }

    /// Finds versions for what Chart.yaml asks, brings them, and writes the lock file: `Update`.
    pub fn update(&mut self) -> Result<(), String> {
        let chart = self.load_chart()?;
        let Some(mut asked) = dependencies(&chart) else { return Ok(()) };
        let mut names = self.names(&mut asked)?;
        self.ensure_missing(&mut names, &asked)?;
        if !self.skip_refresh {
            self.update_repositories()?;
        }
        let mut lock = self.resolve(&asked, &names)?;
        self.download(&mut lock.dependencies)?;
        lock.digest = digest(&asked, &lock.dependencies);
        if chart.lock.as_ref().is_some_and(|old| old.digest == lock.digest) {
            return Ok(());
        }
        lock.write(self.chart, &self.registry.settings, chart.metadata.api_version == "v1")
    }

    fn known(&self) -> Result<Vec<Repository>, String> {
        Ok(Repositories::load(&self.registry.settings)?.unwrap_or_default().repositories)
    }

    /// The names under which the indexes of repositories are cached; aliases become addresses: `resolveRepoNames`.
    fn names(&mut self, asked: &mut [Dependency]) -> Result<Names, String> {
        let known = self.known()?;
        let (mut names, mut missing) = (Names::new(), Vec::new());
        for dependency in asked {
            let at = dependency.repository.clone();
            if at.is_empty() {
                continue;
            }
            if at.starts_with("file://") {
                local_path(&at, self.chart, &self.registry.settings)?;
                if self.debug {
                    self.print(format!("Repository from local path: {at}"));
                }
            }
            if at.starts_with("file://") || is_oci(&at) {
                names.insert(dependency.name.clone(), at);
                continue;
            }
            let alias = at.strip_prefix('@').or_else(|| at.strip_prefix("alias:"));
            let fits = |repository: &&Repository| alias == Some(&repository.name) || equal(&repository.url, &at);
            match known.iter().find(fits) {
                Some(repository) => {
                    if alias == Some(&repository.name) {
                        dependency.repository.clone_from(&repository.url);
                    }
                    names.insert(dependency.name.clone(), repository.name.clone());
                }
                // As Go's `ParseRequestURI` lets it pass.
                None if parse(&at).is_ok_and(|url| is_absolute(&url) || at.starts_with('/')) => {
                    names.insert(at.clone(), at);
                }
                None => missing.push(at),
            }
        }
        if missing.is_empty() {
            return Ok(names);
        }
        let mut text =
            format!("no repository definition for {}. Please add them via 'helm repo add'", missing.join(", "));
        if missing.iter().any(|at| !at.contains("//") && !at.starts_with('@') && !at.starts_with("alias:")) {
            text.push_str("\nNote that repositories must be URLs or aliases. For example, to refer to the \"example\"\nrepository, use \"https://charts.example.com/\" or \"@example\" instead of\n\"example\". Don't forget to add the repo, too ('helm repo add').");
        }
        Err(text)
    }

    /// Fetches the indexes of repositories that the user has not added: `ensureMissingRepos`.
    fn ensure_missing(&mut self, names: &mut Names, asked: &[Dependency]) -> Result<(), String> {
        let mut fetched = Vec::new();
        for dependency in asked.iter().filter(|dependency| !dependency.repository.is_empty()) {
            if names.contains_key(&dependency.name) {
                continue;
            }
            let name = format!("{UNMANAGED}{}", sha256(dependency.repository.as_bytes()));
            names.insert(dependency.name.clone(), name.clone());
            fetched.push(Repository { name, url: dependency.repository.clone(), ..Repository::default() });
        }
        if self.skip_refresh || fetched.is_empty() {
            return Ok(());
        }
        self.print("Getting updates for unmanaged Helm repositories...");
        self.update_all(&fetched)
    }

    fn update_repositories(&mut self) -> Result<(), String> {
        let known = self.known()?;
        if known.is_empty() {
            return Ok(());
        }
        self.print("Hang tight while we grab the latest from your chart repositories...");
        self.update_all(&known)?;
        self.print("Update Complete. ⎈Happy Helming!⎈");
        Ok(())
    }

    /// `parallelRepoUpdate`
    fn update_all(&mut self, repositories: &[Repository]) -> Result<(), String> {
        let mut seen = HashSet::new();
        let unique: Vec<&Repository> =
            repositories.iter().filter(|one| seen.insert(one.url.trim_end_matches('/').to_owned())).collect();
        for repository in &unique {
            repository.check()?;
        }
        for (repository, result) in unique.iter().zip(self.registry.update_indexes(&unique, self.log)) {
            let shown = if repository.name.starts_with(UNMANAGED) { &repository.url } else { &repository.name };
            let more =
                if repository.name.starts_with(UNMANAGED) { String::new() } else { format!(" ({})", repository.url) };
            self.print(match result {
                Ok(()) => format!("...Successfully got an update from the \"{shown}\" chart repository"),
                Err(error) => {
                    format!("...Unable to get an update from the \"{shown}\" chart repository{more}:\n\t{error}")
                }
            });
        }
        Ok(())
    }

    /// An error where the lock file names a repository that is not known: `hasAllRepos`.
    fn has_all(&self, locked: &[Dependency]) -> Result<(), String> {
        let known = self.known()?;
        let is_known = |at: &str| known.iter().any(|one| equal(&one.url, at.trim_end_matches('/')));
        let missing: Vec<&str> = locked
            .iter()
            .map(|dependency| dependency.repository.as_str())
            .filter(|at| !at.is_empty() && !at.starts_with("file://") && !is_oci(at) && !is_known(at))
            .collect();
        match missing.is_empty() {
            true => Ok(()),
            false => Err(format!(
                "no repository definition for {}. Please add the missing repos via 'helm repo add'",
                missing.join(", ")
            )),
        }
    }

    /// One version for each: `Resolve`.
    fn resolve(&mut self, asked: &[Dependency], names: &Names) -> Result<Lock, String> {
        let (mut locked, mut missing) = (Vec::new(), Vec::new());
        for dependency in asked {
            match self.version(dependency, names)? {
                Some(version) => locked.push(Dependency {
                    name: dependency.name.clone(),
                    repository: dependency.repository.clone(),
                    version,
                    ..Dependency::default()
                }),
                None => missing.push(format!(
                    "{} (repository {}, version {})",
                    quote(dependency.name.as_bytes()),
                    quote(dependency.repository.as_bytes()),
                    quote(dependency.version.as_bytes())
                )),
            }
        }
        if !missing.is_empty() {
            return Err(format!(
                "can't get a valid version for {} subchart(s): {}. Make sure a matching chart version exists in the repo, or change the version constraint in Chart.yaml",
                missing.len(),
                missing.join(", ")
            ));
        }
        let generated = moment(self.times.now, &self.registry.settings.zone);
        Ok(Lock { generated, digest: digest(asked, &locked), dependencies: locked })
    }

    fn version(&mut self, asked: &Dependency, names: &Names) -> Result<Option<String>, String> {
        let Dependency { name, version, repository, .. } = asked;
        let constraint = Constraint::parse(version).map_err(|error| invalid(name, true, &error.to_string()))?;
        let settings = &self.registry.settings;
        if repository.is_empty() {
            local_path(&format!("charts/{name}"), self.chart, settings)?;
            return Ok(Some(version.clone()));
        }
        if repository.starts_with("file://") {
            let chart = (self.load)(&local_path(repository, self.chart, settings)?)?;
            let found = chart.metadata.version;
            return Ok(Version::parse(&found).is_ok_and(|v| constraint.check(&v)).then_some(found));
        }
        let Some(cached) = names.get(name) else { return Ok(Some(version.clone())) };
        if is_oci(repository) {
            if Version::parse(version).is_ok() {
                return Ok(Some(version.clone()));
            }
            let reference = Reference::parse(&format!("{repository}/{name}"))?;
            let tags = oci::Remote::new(self.registry, &reference, "pull").tags();
            let tags = tags.map_err(|e| format!("could not retrieve list of tags for repository {repository}: {e}"))?;
            let found = tags.into_iter().find(|tag| Version::parse(tag).is_ok_and(|found| constraint.check(&found)));
            return Ok(Some(found.unwrap_or_default()));
        }
        let index = Index::load(settings, &settings.index_file(cached), self.log)
            .map_err(|error| format!("no cached repository for {cached} found. (try 'helm repo update'): {error}"))?;
        let entries = index.entries.get(name).ok_or_else(|| format!("{name} chart not found in repo {repository}"))?;
        let fits = |entry: &&Entry| {
            !entry.urls.is_empty()
                && Version::parse(&entry.metadata.version).is_ok_and(|found| constraint.check(&found))
        };
        Ok(entries.iter().find(fits).map(|entry| entry.metadata.version.clone()))
    }

    /// Brings every chart into `charts/`, and takes those away that are no longer asked for: `downloadAll`.
    fn download(&mut self, locked: &mut [Dependency]) -> Result<(), String> {
        let known = self.known()?;
        let target = format!("{}/charts", self.chart);
        let folder = self.registry.settings.path(&target);
        if folder.exists() && !folder.is_dir() {
            return Err(format!("{} is not a directory", quote(clean(&target).as_bytes())));
        }
        make_folder(&folder)?;
        self.print(format!("Saving {} charts", locked.len()));
        let mut saved: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let mut seen = HashSet::new();
        for dependency in locked.iter_mut() {
            match self.bring(dependency, &known, &mut seen) {
                Ok(Some((file, data))) => {
                    saved.insert(file, data);
                }
                Ok(None) => {}
                Err(Failure::At(error)) => return Err(error),
                Err(Failure::Save(error)) => {
                    self.print(format!("Save error occurred:  {error}"));
                    return Err(error);
                }
            }
        }
        self.move_in(locked, &saved, &target)
    }

    /// The archive of one chart; none where it is in `charts/` already.
    fn bring(
        &mut self,
        dependency: &mut Dependency,
        known: &[Repository],
        seen: &mut HashSet<String>,
    ) -> Result<Option<(String, Vec<u8>)>, Failure> {
        let Dependency { name, version, repository, .. } = dependency.clone();
        if repository.is_empty() {
            self.print(format!(
                "Dependency {name} did not declare a repository. Assuming it exists in the charts directory"
            ));
            self.check_local(&dependency.clone())?;
            return Ok(None);
        }
        if repository.starts_with("file://") {
            if self.debug {
                self.print(format!("Archiving {name} from repo {repository}"));
            }
            let (file, data, found) = self.pack(dependency).map_err(Failure::Save)?;
            dependency.version = found;
            return Ok(Some((file, data)));
        }
        let (url, version, owner) = if is_oci(&repository) {
            (format!("{repository}/{name}"), version, None)
        } else {
            let (url, owner) = self.find(&name, &version, &repository, known).map_err(Failure::Save)?;
            (url, String::new(), owner)
        };
        if !seen.insert(format!("{url}:{version}")) {
            self.print(format!("Already downloaded {name} from repo {repository}"));
            return Ok(None);
        }
        self.print(format!("Downloading {name} from repo {repository}"));
        let own;
        let registry = match owner {
            Some(repository) => {
                own = Registry::new(self.registry.settings.clone(), repository.options(&self.registry.options));
                &own
            }
            None => self.registry,
        };
        let wanted =
            Wanted { reference: &url, version: &version, verify: self.verify, keyring: self.keyring, repository: "" };
        let fetched = registry.fetch(&wanted, self.log);
        for line in registry.take_said() {
            self.print(line);
        }
        let fetched = fetched.map_err(|error| Failure::Save(format!("could not download {url}: {error}")))?;
        Ok(Some((fetched.name, fetched.data)))
    }

    /// A chart that is in `charts/` must have a version that fits.
    fn check_local(&self, dependency: &Dependency) -> Result<(), Failure> {
        let (name, wanted) = (&dependency.name, &dependency.version);
        let path = format!("{}/charts/{name}", self.chart);
        let chart = (self.load)(&path)
            .map_err(|error| Failure::At(format!("unable to load chart '{}': {error}", clean(&path))))?;
        let constraint =
            Constraint::parse(wanted).map_err(|error| Failure::At(invalid(name, false, &error.to_string())))?;
        let found = &chart.metadata.version;
        let version = Version::parse(found)
            .map_err(|error| Failure::At(format!("invalid version {wanted} for dependency {name}: {error}")))?;
        match constraint.check(&version) {
            true => Ok(()),
            false => Err(Failure::Save(format!(
                "dependency {name} at version {found} does not satisfy the constraint {wanted}"
            ))),
        }
    }

    /// A chart beside this one, packed: `tarFromLocalDir`.
    fn pack(&self, dependency: &Dependency) -> Result<(String, Vec<u8>, String), String> {
        let folder = local_path(&dependency.repository, self.chart, &self.registry.settings)?;
        let chart = (self.load)(&folder)?;
        let constraint =
            Constraint::parse(&dependency.version).map_err(|e| invalid(&dependency.name, false, &e.to_string()))?;
        let found = chart.metadata.version.clone();
        let version = Version::parse(&found).map_err(|error| error.to_string())?;
        if !constraint.check(&version) {
            return Err(format!("can't get a valid version for dependency {}", dependency.name));
        }
        let file = format!("{}-{found}.tgz", chart.metadata.name);
        Ok((file, crate::package::archive(&chart, &self.times)?, found))
    }

    /// Where a chart of one version is: `findChartURL`.
    fn find<'k>(
        &mut self,
        name: &str,
        version: &str,
        repository: &str,
        known: &'k [Repository],
    ) -> Result<(String, Option<&'k Repository>), String> {
        let nothing = |error: &str| format!("could not find : {error}");
        if let Some(owner) = known.iter().find(|one| equal(repository, &one.url)) {
            let index = self.registry.cached_index(&owner.name, self.log)?;
            let entries = index.entries.get(name).ok_or_else(|| nothing("entry not found"))?;
            let same = |found: &str| match (Version::parse(version), Version::parse(found)) {
                (Ok(a), Ok(b)) => a.compare(&b).is_eq(),
                _ => version == found,
            };
            let fits = |entry: &&Entry| !entry.urls.is_empty() && (version.is_empty() || same(&entry.metadata.version));
            let entry = entries.iter().find(fits).ok_or_else(|| nothing("no matching version"))?;
            let url = entry.urls.first().map_or("", String::as_str);
            return Ok((resolve(repository, url).map_err(|error| nothing(&error))?, Some(owner)));
        }
        find_in_repository(self.registry, repository, name, version, self.log)
            .map(|(url, _)| (url, None))
            .map_err(|error| nothing(&format!("chart {name} not found in {repository}: {error}")))
    }

    /// `safeMoveDeps`
    fn move_in(
        &mut self,
        locked: &[Dependency],
        saved: &BTreeMap<String, Vec<u8>>,
        target: &str,
    ) -> Result<(), String> {
        let folder = self.registry.settings.path(target);
        let entries = std::fs::read_dir(&folder).map_err(|error| format!("open {target}: {}", go_error(&error)))?;
        let mut before: Vec<String> = entries
            .filter_map(Result::ok)
            .filter(|entry| !entry.path().is_dir())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        before.sort();
        let name_of = |data: &[u8]| {
            load_archive(data, &ArchiveLimits::default(), HelmVersion::V4).map(|chart| chart.metadata.name)
        };
        for (file, data) in saved {
            match name_of(data) {
                Ok(_) => crate::files::write_whole(&folder.join(file), data, false)?,
                Err(error) => {
                    let _ = write!(self.out, "Could not verify {file} for moving: {} (Skipping)", error.message);
                }
            }
        }
        self.print("Deleting outdated charts");
        for file in before.iter().filter(|file| !saved.contains_key(*file)) {
            let path = folder.join(file);
            let shown = clean(&format!("{target}/{file}"));
            match std::fs::read(&path)
                .map_err(|error| go_error(&error))
                .and_then(|data| name_of(&data).map_err(|e| e.message))
            {
                Err(error) => self.print(format!("Could not verify {shown} for deletion: {error} (Skipping)")),
                Ok(name) if locked.iter().any(|one| one.repository.is_empty() && one.name == name) => {}
                Ok(_) => {
                    if let Err(error) = std::fs::remove_file(&path) {
                        let _ = write!(self.out, "Could not delete {shown}: {} (Skipping)", go_error(&error));
                    }
                }
            }
        }
        Ok(())
    }
}

/// The start of the names of repositories that nobody has added.
const UNMANAGED: &str = "helm-manager-";

/// Why a chart was not brought, and whether Helm says so on the way.
enum Failure {
    At(String),
    Save(String),
}

fn invalid(name: &str, quoted: bool, error: &str) -> String {
    let name = if quoted { quote(name.as_bytes()) } else { name.to_owned() };
    format!("dependency {name} has an invalid version/constraint format: {error}")
}

impl Registry {
    /// Fetches the indexes of repositories into the cache, all at once; gives how each went.
    pub fn update_indexes(&self, repositories: &[&Repository], log: &mut Vec<Log>) -> Vec<Result<(), String>> {
        let results: Vec<(Result<(), String>, Vec<Log>)> = std::thread::scope(|scope| {
            let one = |repository: &Repository| {
                let mut log = Vec::new();
                (repository.download_index(self, &mut log), log)
            };
            let threads: Vec<_> = repositories.iter().map(|repository| scope.spawn(move || one(repository))).collect();
            let gone = || (Err("the download was given up".to_owned()), Vec::new());
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| gone())).collect()
        });
        let collect = |(result, said): (Result<(), String>, Vec<Log>)| {
            log.extend(said);
            result
        };
        results.into_iter().map(collect).collect()
    }
}

/// The time that reproducible archives have: `SOURCE_DATE_EPOCH`. The error is Helm's text.
pub fn source_date_epoch(text: Option<String>) -> Result<Option<Timestamp>, String> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let syntax =
        || format!("invalid SOURCE_DATE_EPOCH: strconv.ParseInt: parsing {}: invalid syntax", quote(text.as_bytes()));
    match text.parse::<i64>().map_err(|_| syntax())? {
        seconds if seconds < 0 => Err("invalid SOURCE_DATE_EPOCH: must not be negative".to_owned()),
        seconds => Ok(Some(Timestamp { seconds, nanoseconds: 0 })),
    }
}
