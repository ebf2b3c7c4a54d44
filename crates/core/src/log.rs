//! What the pipeline has to say beside its result: the lines that Helm writes to standard error.

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Shown with `--debug`.
    Debug,
    /// Shown.
    Info,
    /// Shown.
    Warn,
    /// Shown.
    Error,
}

impl Level {
    /// The level as Go's log/slog writes it.
    pub fn name(self) -> &'static str {
        match self {
            Level::Debug => "DEBUG",
            Level::Info => "INFO",
            Level::Warn => "WARN",
            Level::Error => "ERROR",
        }
    }
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// How much it matters.
    pub level: Level,
    /// What it says.
    pub message: String,
    /// Details by name.
    pub details: Vec<(&'static str, String)>,
    /// The line as Helm 3 writes it, where it differs from the message.
    pub helm3: Option<String>,
}

impl Log {
    /// A line without details.
    pub fn new(level: Level, message: impl Into<String>) -> Log {
        Log { level, message: message.into(), details: Vec::new(), helm3: None }
    }

    /// The same line with a detail.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Log {
        self.details.push((name, value.into()));
        self
    }

    /// The same line with Helm 3's wording.
    pub fn helm3(mut self, text: impl Into<String>) -> Log {
        self.helm3 = Some(text.into());
        self
    }

    /// The line as log/slog's text handler writes it, without the time.
    pub fn slog(&self) -> String {
        let mut out = format!("level={} msg={}", self.level.name(), slog_value(&self.message));
        for (name, value) in &self.details {
            out.push_str(&format!(" {name}={}", slog_value(value)));
        }
        out
    }
}

/// Quotes what log/slog's text handler quotes.
fn slog_value(text: &str) -> String {
    let plain = |c: char| c > ' ' && c != '"' && c != '=' && c != '\u{FFFD}' && crate::text::is_print(c);
    if !text.is_empty() && text.chars().all(plain) { text.to_owned() } else { crate::text::quote(text.as_bytes()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_read_like_slog() {
        let line = Log::new(Level::Warn, "returned non-bool value").with("path", "c.enabled").with("x", "");
        assert_eq!(line.slog(), "level=WARN msg=\"returned non-bool value\" path=c.enabled x=\"\"");
    }
}
