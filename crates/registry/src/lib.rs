//! Where charts come from and go to: chart repositories, OCI registries, their credentials, the cache, lock files and packed
//! charts, all where Helm has them and as Helm writes them.
//!
//! Nothing is fetched that was not asked for: a [`Registry`] connects only for a reference that it is given.
//! Errors are texts, Helm's where Helm has one.

mod address;
mod archive;
mod cache;
mod challenge;
mod credentials;
mod dependencies;
mod fetch;
mod files;
mod helper;
mod http;
mod index;
mod lock;
mod marshal;
mod model;
mod oci;
mod package;
mod provenance;
mod push;
mod reference;
mod repositories;
mod settings;
mod status;
mod tls;

pub use address::is_oci;
pub use archive::expand;
pub use credentials::{login, logout};
pub use dependencies::{Manager, source_date_epoch};
pub use fetch::{Fetched, Verify, Wanted, find_in_repository};
pub use files::write_file;
pub use http::Options;
pub use index::{Entry, Index};
pub use lock::moment;
pub use model::{Dependency, Metadata};
pub use package::{PackageOptions, package};
pub use provenance::{Verification, verify_file};
pub use push::push;
pub use repositories::{Repositories, Repository, knows_repository, named};
pub use settings::Settings;
pub use status::{dependency_rows, undeclared};

/// What a connection is made with: where things are, and how to reach servers.
pub struct Registry {
    /// Where Helm keeps its files.
    pub settings: Settings,
    /// How servers are reached.
    pub options: Options,
    http: http::Http,
    said: std::sync::Mutex<Vec<String>>,
}

impl Registry {
    /// A way to charts with these settings and options. Nothing is connected to yet.
    pub fn new(settings: Settings, options: Options) -> Registry {
        let http = http::Http::new(&settings, &options);
        Registry { settings, options, http, said: std::sync::Mutex::default() }
    }

    /// Whether the certificates that flags name can be used, as Helm asks before it does anything else.
    pub fn check(&self) -> Result<(), String> {
        let Options { cert_file, key_file, ca_file, .. } = &self.options;
        let named = !ca_file.is_empty() || (!cert_file.is_empty() && !key_file.is_empty());
        match named.then(|| self.http.tls()) {
            Some(Err(error)) => Err(format!("missing registry client: {error}")),
            _ => Ok(()),
        }
    }

    /// What there was to say so far, a line each: which artifact was pulled or pushed.
    pub fn take_said(&self) -> Vec<String> {
        self.said.lock().map(|mut said| std::mem::take(&mut *said)).unwrap_or_default()
    }

    fn say(&self, line: impl Into<String>) {
        if let Ok(mut said) = self.said.lock() {
            said.push(line.into());
        }
    }
}
