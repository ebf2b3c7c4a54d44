//! A folder of files for one test, and commands run in it.

use crate::command::{Outcome, with_environment};
use crate::files::write;
use std::path::{Path, PathBuf};

/// Chart.yaml of the charts in the suites.
pub const CHART_YAML: &str = "apiVersion: v2\nname: t\nversion: 0.1.0\n";

/// A folder that is gone after the test.
#[derive(Debug)]
pub struct Folder(tempfile::TempDir);

impl Default for Folder {
    fn default() -> Self {
        Folder(tempfile::tempdir().expect("a folder"))
    }
}

impl Folder {
    /// A folder with the chart `t`, whose files are these.
    pub fn chart<'f, T: AsRef<[u8]> + 'f>(files: impl IntoIterator<Item = (&'f str, T)>) -> Folder {
        let folder = Folder::default().with("t/Chart.yaml", CHART_YAML);
        files.into_iter().fold(folder, |folder, (name, text)| folder.with(&format!("t/{name}"), text))
    }

    /// A folder with a chart of one template.
    pub fn template(text: impl AsRef<[u8]>) -> Folder {
        Folder::chart([("templates/t.yaml", text)])
    }

    /// The same folder with one more file.
    pub fn with(self, name: &str, text: impl AsRef<[u8]>) -> Folder {
        write(self.0.path(), name, text);
        self
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// A file in it.
    pub fn join(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs `chartlens ARGS` here; the words are separated by blanks.
    pub fn run(&self, args: &str) -> Shown {
        self.run_with(args, "")
    }

    /// The same with text on standard input.
    pub fn run_with(&self, args: &str, stdin: &str) -> Shown {
        self.run_at(args, stdin, None, &[])
    }

    /// The same on a terminal so wide, where there is one, with these environment variables.
    pub fn run_at(&self, args: &str, stdin: &str, terminal: Option<usize>, variables: &[(&str, &str)]) -> Shown {
        let args: Vec<String> = args.split_whitespace().map(str::to_owned).collect();
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let exit = with_environment(self.path(), &mut stdout, &mut stderr, |env| {
            let mut stdin = stdin.as_bytes();
            let mut env = chartlens_cli::Environment {
                folder: env.folder.clone(),
                variable: &|name| {
                    let given = variables.iter().find(|(known, _)| *known == name);
                    given.map(|(_, value)| (*value).to_owned()).or_else(|| (env.variable)(name))
                },
                stdin: &mut stdin,
                stdout: &mut *env.stdout,
                stderr: &mut *env.stderr,
                terminal,
            };
            chartlens_cli::run(&args, &mut env)
        });
        Outcome { exit, stdout, stderr }.into()
    }
}

/// What a command wrote, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The exit code.
    pub exit: u8,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl From<Outcome> for Shown {
    fn from(outcome: Outcome) -> Shown {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Shown { exit: outcome.exit, stdout: text(outcome.stdout), stderr: text(outcome.stderr) }
    }
}

impl Shown {
    /// What a command that succeeded printed.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.exit, 0, "{}", self.stderr);
        self.stdout
    }

    /// What a command that failed, as Helm does, said.
    #[track_caller]
    pub fn error(self) -> String {
        assert_eq!(self.exit, 1, "{}{}", self.stdout, self.stderr);
        assert!(self.stderr.contains("Error: "), "no error is named: {}", self.stderr);
        self.stderr
    }
}
