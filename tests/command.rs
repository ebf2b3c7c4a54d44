//! Running the command in process.

use chartlens_cli::Environment;
use std::path::Path;

/// What a command wrote, and its exit code.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The exit code.
    pub exit: u8,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
}

/// Variables as the recordings had them.
fn variable(name: &str) -> Option<String> {
    (name == "TZ").then(|| "UTC".to_owned())
}

/// Runs `chartlens ARGS` in a folder.
pub fn command(args: &[String], folder: &Path) -> Outcome {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let exit = with_environment(folder, &mut stdout, &mut stderr, |env| chartlens_cli::run(args, env));
    Outcome { exit, stdout, stderr }
}

/// Calls `inner` with an environment like that of the recordings.
pub fn with_environment<T>(
    folder: &Path,
    stdout: &mut Vec<u8>,
    stderr: &mut Vec<u8>,
    inner: impl FnOnce(&mut Environment<'_>) -> T,
) -> T {
    let mut env = Environment {
        folder: folder.to_owned(),
        variable: &variable,
        stdin: &mut std::io::empty(),
        stdout,
        stderr,
        terminal: None,
    };
    inner(&mut env)
}
