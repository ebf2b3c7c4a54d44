//! The same chart through chartlens.

use super::{Answer, Case};
use chartlens::budget::Limits;
use chartlens::chart::{ArchiveLimits, Chart, ChartError, File, load_files};
use chartlens::host::{HelmVersion, Host, Timestamp};
use chartlens::log::{Level, Log};
use chartlens::render::{OutputOptions, RenderErrorKind, RenderOptions, template_output};
use chartlens::values::ValuesSource;
use chartlens_tests::command::with_environment;
use std::sync::Arc;

/// Steps that a chart may take.
const MAX_FUEL: u64 = 5_000_000;

const ENDLESS: &str = "endless";

/// Whether Helm is not asked: the chart took too long, or names a schema in the network, which Helm goes for.
pub fn is_beyond(answer: &Answer) -> bool {
    answer.stderr.ends_with(&format!("Error: {ENDLESS}\n"))
        || answer.stderr.contains("chartlens does not fetch schemas")
}

/// What `helm template r CHART -f VALUES` would print.
pub fn render(case: &Case) -> Answer {
    answer(case).normalized()
}

fn answer(case: &Case) -> Answer {
    let mut log = Vec::new();
    // What the command says before the engine begins is not the oracle's.
    let by_engine = |line: &&Log| line.level >= Level::Warn && line.message != "this chart is deprecated";
    let result = load(case, &mut log).and_then(|chart| documents(&chart, case, &mut log));
    let mut stderr: String = log.iter().filter(by_engine).map(|line| format!("{}\n", line.slog())).collect();
    match result {
        Ok(stdout) => Answer { exit: 0, stdout: String::from_utf8_lossy(&stdout).into_owned(), stderr },
        Err(message) => {
            stderr.push_str(&format!("Error: {message}\n"));
            Answer { exit: 1, stdout: String::new(), stderr: String::from_utf8_lossy(stderr.as_bytes()).into_owned() }
        }
    }
}

fn load(case: &Case, log: &mut Vec<Log>) -> Result<Chart, String> {
    if let Some(path) = &case.chart {
        let args = ["r".to_owned(), path.clone()];
        let root = std::path::Path::new(".");
        return with_environment(root, &mut Vec::new(), &mut Vec::new(), |env| {
            match chartlens_cli::prepare(&args, env) {
                Ok(prepared) => {
                    log.extend(prepared.log);
                    Ok(prepared.chart)
                }
                Err(failure) => Err(failure.message),
            }
        });
    }
    let files = case.files.iter().map(|(name, text)| File {
        name: name.clone(),
        data: Arc::from(text.as_bytes()),
        modified: None,
    });
    load_files(files.collect(), &ArchiveLimits::default(), HelmVersion::V4).map_err(|error: ChartError| {
        log.extend(error.log);
        error.message
    })
}

fn documents(chart: &Chart, case: &Case, log: &mut Vec<Log>) -> Result<Vec<u8>, String> {
    let values = ValuesSource::File { name: "values".to_owned(), text: Arc::from(case.values.as_bytes()) };
    // Helm would run on and on.
    let mut limits = Limits::default();
    limits.fuel = MAX_FUEL;
    let options = RenderOptions { limits, name: "r".to_owned(), values: vec![values], ..RenderOptions::default() };
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let now = Timestamp { seconds: elapsed.as_secs() as i64, nanoseconds: elapsed.subsec_nanos() };
    let host = Host { now, zone: "UTC".to_owned(), ..Host::default() };
    match chartlens::render::render(chart, &options, &host, &|_| Err("no files".to_owned())) {
        Ok(rendered) => {
            log.extend(rendered.log.iter().cloned());
            template_output(&rendered, &OutputOptions::default(), HelmVersion::V4)
        }
        Err(failure) if matches!(failure.kind, RenderErrorKind::Limit(_)) => Err(ENDLESS.to_owned()),
        Err(failure) => {
            log.extend(failure.log.iter().cloned());
            let mut message = failure.kind.helm_text(HelmVersion::V4);
            // The engine's oracle reads the user's values by itself, without the command's words around an error.
            for words in ["failed to parse values: ", "cannot unmarshal yaml document: "] {
                message = message.strip_prefix(words).unwrap_or(&message).to_owned();
            }
            if failure.kind.after_release() {
                message.push_str("\n\nUse --debug flag to render out invalid YAML");
            }
            Err(message)
        }
    }
}
