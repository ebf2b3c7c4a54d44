//! Health checks as probes.

use super::text::{plain, seconds, words};
use serde_json::{Map, Value as Json, json};

/// The probes of a container, and what could not be carried over.
pub struct Probes {
    /// By the field of the container.
    pub probes: Map<String, Json>,
    /// What to tell.
    pub notes: Vec<String>,
}

/// The probes that a health check means; of a container without one that its first port can be reached.
pub fn probes(check: Option<&Json>, port: Option<&str>) -> Probes {
    let mut made = Probes { probes: Map::new(), notes: Vec::new() };
    let disabled = check.is_some_and(|check| check["disable"] == true);
    let test = check.and_then(|check| command(&check["test"])).filter(|_| !disabled);
    let ask = match (&test, port) {
        (Some(command), _) => json!({"exec": {"command": command}}),
        (None, Some(port)) if !disabled => json!({"tcpSocket": {"port": port}}),
        _ => return made,
    };
    let setting = |name: &str| check.map(|check| plain(&check[name])).filter(|text| !text.is_empty() && test.is_some());
    let mut time = |name: &str, default: u64| match setting(name) {
        Some(text) => seconds(&text).unwrap_or_else(|| {
            made.notes.push(format!("`healthcheck.{name}`: {text:?} is no duration; it is {default}s"));
            default
        }),
        None => default,
    };
    let (period, timeout) = (time("interval", 30).max(1), time("timeout", 30).max(1));
    let start = time("start_period", 0);
    if setting("start_interval").is_some() {
        made.notes.push("`healthcheck.start_interval`: the probe at the start asks as often as the others".to_owned());
    }
    let retries = setting("retries").and_then(|text| text.parse::<u64>().ok()).unwrap_or(3).max(1);
    let probe = |failures: u64| {
        let mut probe = ask.as_object().cloned().unwrap_or_default();
        // Without a check of its own a port answers at once.
        let (period, timeout) = if test.is_some() { (period, timeout) } else { (10, 1) };
        probe.insert("periodSeconds".to_owned(), period.into());
        probe.insert("timeoutSeconds".to_owned(), timeout.into());
        probe.insert("failureThreshold".to_owned(), failures.into());
        Json::Object(probe)
    };
    // Compose only marks a container that fails; a restart waits longer than the traffic does.
    made.probes.insert("livenessProbe".to_owned(), probe(retries * 3));
    made.probes.insert("readinessProbe".to_owned(), probe(retries));
    if start > 0 {
        made.probes.insert("startupProbe".to_owned(), probe(start.div_ceil(period) + retries));
    }
    made
}

/// The command of a test.
fn command(test: &Json) -> Option<Vec<String>> {
    let shell = |line: String| vec!["/bin/sh".to_owned(), "-c".to_owned(), line];
    match test {
        Json::String(line) if !line.is_empty() => Some(shell(line.clone())),
        Json::Array(_) => {
            let mut words = words(test);
            match words.first().map(String::as_str) {
                Some("CMD") => Some(words.split_off(1)).filter(|words| !words.is_empty()),
                Some("CMD-SHELL") => words.into_iter().nth(1).map(shell),
                _ => None,
            }
        }
        _ => None,
    }
}
