//! The real Helm: its engine in one process that speaks JSON lines, and the command itself.

use super::{Answer, Case};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Seconds that a chart took.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// Reading and loading it.
    pub load: f64,
    /// Rendering it.
    pub render: f64,
}

/// A process that renders with Helm's engine.
pub struct Oracle {
    program: PathBuf,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Oracle {
    /// Starts the program so that it answers many small charts quickly.
    pub fn start(program: &Path) -> Result<Oracle, String> {
        Oracle::start_with(program, &[("GOGC", "800")])
    }

    /// Starts the program as it comes, to time it.
    pub fn start_to_time(program: &Path) -> Result<Oracle, String> {
        Oracle::start_with(program, &[])
    }

    fn start_with(program: &Path, settings: &[(&str, &str)]) -> Result<Oracle, String> {
        let mut child = Command::new(program)
            .env("TZ", "UTC")
            .envs(settings.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("{}: {e}", program.display()))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("the oracle has no streams".to_owned());
        };
        Ok(Oracle { program: program.to_owned(), child, input, output: BufReader::new(output) })
    }

    /// Sends a request without waiting.
    pub fn send(&mut self, case: &Case) -> Result<(), String> {
        self.write(&request(case))
    }

    /// The next answer.
    pub fn receive(&mut self) -> Result<Answer, String> {
        let answer = self.line()?;
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        let exit = answer["exit"].as_u64().unwrap_or(99) as u8;
        Ok(Answer { exit, stdout: text("stdout"), stderr: text("stderr") }.normalized())
    }

    /// How long the engine takes for a chart, from the quickest of `repeat` rounds; none where it does not render.
    pub fn time(&mut self, case: &Case, repeat: usize) -> Option<Timing> {
        let mut request = request(case);
        request["repeat"] = json!(repeat);
        let answer = self.write(&request).and_then(|()| self.line()).ok()?;
        let seconds = |name: &str| answer[name].as_f64().map(|us| us / 1e6);
        let timing = Timing { load: seconds("load_us")?, render: seconds("render_us")? };
        (answer["exit"] == 0).then_some(timing)
    }

    fn write(&mut self, request: &Value) -> Result<(), String> {
        // In one piece: a pipe is slow in small ones.
        let line = format!("{request}\n");
        self.input.write_all(line.as_bytes()).map_err(|e| format!("the oracle: {e}"))
    }

    fn line(&mut self) -> Result<Value, String> {
        let mut line = String::new();
        let read = self.output.read_line(&mut line).map_err(|e| format!("the oracle: {e}"))?;
        if read == 0 {
            return Err("the oracle ended".to_owned());
        }
        serde_json::from_str(&line).map_err(|e| format!("the oracle's answer: {e}"))
    }

    /// Asks and waits. A process that died is started anew; the chart that killed it has no answer.
    pub fn ask(&mut self, case: &Case) -> Option<Answer> {
        self.ask_while(case, || (), |()| false).0
    }

    /// Asks, does other work meanwhile, and waits, unless what came of the work says that this has no end.
    pub fn ask_while<T>(
        &mut self,
        case: &Case,
        work: impl FnOnce() -> T,
        endless: impl FnOnce(&T) -> bool,
    ) -> (Option<Answer>, T) {
        let sent = self.send(case);
        let done = work();
        if !endless(&done)
            && let Ok(answer) = sent.and_then(|()| self.receive())
        {
            return (Some(answer), done);
        }
        self.restart();
        (None, done)
    }

    /// Asks a process that has seen nothing else: in it, addresses are others.
    pub fn ask_anew(&mut self, case: &Case) -> Option<Answer> {
        self.restart();
        self.ask(case)
    }

    fn restart(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Ok(new) = Oracle::start(&self.program) {
            *self = new;
        }
    }
}

fn request(case: &Case) -> Value {
    let mut request = json!({ "id": "", "values": case.values, "name": "r" });
    match &case.chart {
        Some(path) => request["chart"] = json!(path),
        None => {
            request["files"] =
                Value::Object(case.files.iter().map(|(name, text)| (name.clone(), json!(text))).collect());
        }
    }
    request
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the real command prints for a chart.
pub fn command(program: &Path, case: &Case) -> Option<Answer> {
    let folder = tempfile::tempdir().ok()?;
    let chart = match &case.chart {
        Some(path) => PathBuf::from(path),
        None => {
            for (name, text) in &case.files {
                let path = folder.path().join("chart").join(name);
                std::fs::create_dir_all(path.parent()?).ok()?;
                std::fs::write(path, text).ok()?;
            }
            folder.path().join("chart")
        }
    };
    let values = folder.path().join("v.yaml");
    std::fs::write(&values, &case.values).ok()?;
    let mut helm = self::program(program, folder.path());
    let output = helm.args(["template", "r"]).arg(chart).arg("-f").arg(values).output().ok()?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    let stderr: Vec<&str> = stderr.lines().filter_map(log_line).collect();
    let answer = Answer {
        exit: output.status.code().unwrap_or(99) as u8,
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: stderr.iter().map(|line| format!("{line}\n")).collect(),
    };
    Some(answer.normalized())
}

/// The real command in a folder, where it finds nothing of its own.
pub fn program(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null()).env("TZ", "UTC").env("KUBECONFIG", "/dev/null");
    for name in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"] {
        command.env(name, folder.join(".home"));
    }
    command
}

/// A line of standard error without its time; nothing for lines below a warning.
fn log_line(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix("level=") {
        return (rest.starts_with("WARN") || rest.starts_with("ERROR")).then_some(line);
    }
    Some(line)
}
