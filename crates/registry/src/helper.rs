//! Programs that keep credentials: `docker-credential-…`, as docker, Helm and `oras-go/registry/remote/credentials` call them.
//!
//! One is run only where a file of credentials names it, for the host that is asked; it gets the host on standard input.

use crate::credentials::Credential;
use serde::Deserialize;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// How long a program may take: some ask their user for a password first.
const PATIENCE: Duration = Duration::from_secs(120);

/// How much of an answer is read.
const MOST: u64 = 1 << 20;

/// What these programs say of a host that they do not know.
const NOT_FOUND: &str = "credentials not found in native keychain";

/// A program that keeps credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Helper {
    name: String,
    /// Where programs are looked for: `$PATH`.
    path: String,
    folder: PathBuf,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    #[serde(default)]
    username: String,
    #[serde(default)]
    secret: String,
}

impl Helper {
    /// The program with this name behind `docker-credential-`. The error says why there can be none.
    pub fn new(name: &str, path: &str, folder: &Path) -> Result<Helper, String> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || !name.chars().all(is_plain) {
            return Err(format!("invalid name of a credential helper {name:?}: expected letters, digits, -, _ and ."));
        }
        Ok(Helper { name: name.to_owned(), path: path.to_owned(), folder: folder.to_owned() })
    }

    /// What it knows of a server; nothing where it knows none.
    pub fn get(&self, server: &str) -> Result<Credential, String> {
        let answer = match self.run("get", server) {
            Ok(answer) => answer,
            Err(said) if said.ends_with(NOT_FOUND) => return Ok(Credential::default()),
            Err(said) => return Err(said),
        };
        let Answer { username, secret } = serde_json::from_str(&answer)
            .map_err(|_| format!("docker-credential-{} get {server}: the answer is no JSON", self.name))?;
        // A token has no name.
        Ok(match username.as_str() {
            "<token>" => Credential { refresh_token: secret, ..Credential::default() },
            _ => Credential { username, password: secret, ..Credential::default() },
        })
    }

    /// Has it keep name and password.
    pub fn store(&self, server: &str, username: &str, password: &str) -> Result<(), String> {
        let words = serde_json::json!({ "ServerURL": server, "Username": username, "Secret": password });
        self.run("store", &words.to_string()).map(|_| ())
    }

    /// Has it forget a server.
    pub fn erase(&self, server: &str) -> Result<(), String> {
        self.run("erase", server).map(|_| ())
    }

    /// Runs it. The error is what it said.
    fn run(&self, verb: &str, input: &str) -> Result<String, String> {
        let program = format!("docker-credential-{}", self.name);
        let fail = |why: String| format!("{program} {verb}: {why}");
        let found = self.find(&program).ok_or_else(|| fail("there is no such program in $PATH".to_owned()))?;
        let mut child = Command::new(found)
            .arg(verb)
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| fail(error.to_string()))?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (send, answer) = mpsc::channel();
        let input = input.to_owned();
        std::thread::spawn(move || {
            if let Some(mut stdin) = stdin {
                // One that does not read what it is told answers all the same.
                let _ = stdin.write_all(input.as_bytes());
            }
            let mut text = Vec::new();
            let read = stdout.map(|out| out.take(MOST).read_to_end(&mut text));
            let _ = send.send(read.transpose().map(|_| text));
        });
        let text = match answer.recv_timeout(PATIENCE) {
            Ok(text) => text.map_err(|error| fail(error.to_string()))?,
            Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(fail(format!("no answer within {} seconds", PATIENCE.as_secs())));
            }
        };
        let status = child.wait().map_err(|error| fail(error.to_string()))?;
        let text = String::from_utf8_lossy(&text).trim().to_owned();
        match status.success() {
            true => Ok(text),
            false if text.is_empty() => Err(fail(format!("it ended with {status}"))),
            false => Err(fail(text)),
        }
    }

    /// The program in the folders of `$PATH`.
    fn find(&self, program: &str) -> Option<PathBuf> {
        let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
        let folders = std::env::split_paths(&self.path);
        folders.map(|folder| self.folder.join(folder).join(&file)).find(|whole| whole.is_file())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_no_other_folder() {
        for name in ["", "../x", "a b", "a/b", "$(x)"] {
            assert!(Helper::new(name, "", Path::new(".")).is_err(), "{name}");
        }
        let helper = Helper::new("gone-1.0", "/nowhere", Path::new(".")).unwrap();
        let error = helper.get("registry.example").unwrap_err();
        assert_eq!(error, "docker-credential-gone-1.0 get: there is no such program in $PATH");
    }
}
