//! The `chartlens` command.

use chartlens_cli::Environment;
use pyo3::prelude::*;
use std::io::Write as _;

/// Runs the command with these arguments, without the program's name, and gives its exit code.
///
/// `terminal` is the width of the terminal that standard output is, if it is one.
#[pyfunction]
#[pyo3(signature = (arguments, terminal = None))]
pub fn run(py: Python<'_>, arguments: Vec<String>, terminal: Option<usize>) -> u8 {
    py.detach(move || {
        let mut stdout = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout());
        let mut environment = Environment {
            folder: std::env::current_dir().unwrap_or_default(),
            variable: &|name| std::env::var(name).ok(),
            stdin: &mut std::io::stdin(),
            stdout: &mut stdout,
            stderr: &mut std::io::stderr(),
            terminal,
        };
        let code = chartlens_cli::run(&arguments, &mut environment);
        // A closed pipe is no reason to complain.
        let _ = stdout.flush();
        code
    })
}
