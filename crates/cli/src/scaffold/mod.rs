//! New charts: a small one to start from, one of a Compose file, one of plain manifests. Texts in, files out; nothing here
//! reads or writes files.

mod allow;
pub mod compose;
pub mod manifests;
mod starter;
mod yaml;

pub use starter::starter;

use chartlens::chart::{ArchiveLimits, Chart, load_all};
use chartlens::host::HelmVersion;

/// A file of a chart: its path in it, and its bytes.
pub type File = (String, Vec<u8>);

/// A chart that was made, and what its maker should know.
#[derive(Clone, Debug, Default)]
pub struct Scaffold {
    /// The files.
    pub files: Vec<File>,
    /// What has no equivalent, what was guessed, what is left to do: a line each.
    pub notes: Vec<String>,
}

impl Scaffold {
    fn add(&mut self, name: impl Into<String>, text: impl Into<Vec<u8>>) {
        self.files.push((name.into(), text.into()));
    }

    /// The files as a chart.
    pub fn chart(&self) -> Chart {
        let files = self.files.iter().map(|(name, text)| chartlens::chart::File::new(name.clone(), text)).collect();
        load_all(files, &ArchiveLimits::default(), HelmVersion::V4)
    }
}

/// What is wrong with the name of a chart: it becomes a part of the names of objects.
///
/// # Errors
///
/// A name that is empty, too long, or has other characters than lower-case letters, digits and dashes.
pub fn check_name(name: &str) -> Result<(), String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase());
    if !starts || name.ends_with('-') || !name.chars().all(fits) || name.len() > 40 {
        return Err(format!(
            "invalid name {name:?} for a chart: expected up to 40 lower-case letters, digits and dashes, with a letter in front"
        ));
    }
    Ok(())
}

/// A name as a key of values: `my-web.app` is `myWebApp`.
fn value_key(name: &str) -> String {
    let mut key = String::new();
    let mut upper = false;
    for c in name.chars() {
        match c.is_ascii_alphanumeric() {
            true if upper && !key.is_empty() => key.push(c.to_ascii_uppercase()),
            true => key.push(c),
            false => {}
        }
        upper = !c.is_ascii_alphanumeric();
    }
    // A field of a template begins with a letter.
    if key.starts_with(|c: char| c.is_ascii_digit()) { format!("x{key}") } else { key }
}

/// A name as objects of Kubernetes may have it.
fn object_name(name: &str) -> String {
    let fits = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = name.chars().map(fits).take(60).collect();
    let name = name.trim_matches('-');
    // Older servers want a letter in front of the names of Services.
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("x-{name}") } else { name.to_owned() }
}

/// Repository and tag of an image; a digest stays with the repository.
fn split_image(image: &str) -> (String, String) {
    if image.contains('@') {
        return (image.to_owned(), String::new());
    }
    match image.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository.to_owned(), tag.to_owned()),
        _ => (image.to_owned(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_where_they_go() {
        assert_eq!((value_key("my-web.app").as_str(), value_key("2nd").as_str()), ("myWebApp", "x2nd"));
        assert_eq!((object_name("My_App.").as_str(), object_name("2nd").as_str()), ("my-app", "x-2nd"));
        assert!(check_name("web-2").is_ok() && check_name("2web").is_err() && check_name("Web").is_err());
        assert_eq!(split_image("localhost:5000/a"), ("localhost:5000/a".to_owned(), String::new()));
        assert_eq!(split_image("a/b:1.2"), ("a/b".to_owned(), "1.2".to_owned()));
    }
}
