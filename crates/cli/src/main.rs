//! The `chartlens` command.

use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned()).collect();
    let mut stdin = std::io::stdin();
    let mut stdout = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout());
    let mut stderr = std::io::stderr();
    let code = chartlens_cli::run(
        &args,
        &mut chartlens_cli::Environment {
            folder: std::env::current_dir().unwrap_or_default(),
            variable: &|name| std::env::var(name).ok(),
            stdin: &mut stdin,
            stdout: &mut stdout,
            stderr: &mut stderr,
            terminal: terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0.into()),
        },
    );
    // A closed pipe is no reason to complain.
    let _ = stdout.flush();
    ExitCode::from(code)
}
