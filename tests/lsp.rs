//! A client of the language server: starts it, talks to it over its streams, knows what it published.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// So long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server and what it said.
#[derive(Debug)]
pub struct Client {
    server: Child,
    messages: Receiver<Value>,
    next: i64,
    /// What was published last, by URI, and how often.
    pub published: BTreeMap<String, (usize, Value)>,
    /// The version of its text that it was published for, by URI.
    versions: BTreeMap<String, Value>,
    /// Notifications and requests of the server, in order.
    pub said: Vec<Value>,
    /// The folder of the workspace.
    pub root: PathBuf,
}

impl Client {
    /// Starts a server for a folder.
    pub fn start(program: &str, root: &Path, options: Value) -> Client {
        Client::start_with(program, &[], root, options)
    }

    /// Starts a server with flags for a folder, which is its working folder too.
    pub fn start_with(program: &str, flags: &[&str], root: &Path, options: Value) -> Client {
        let mut client = Client::bare(program, flags, root);
        let folders = json!([{"uri": client.uri(""), "name": "test"}]);
        let capabilities = json!({
            "window": {"workDoneProgress": true},
            "workspace": {
                "didChangeWatchedFiles": {"dynamicRegistration": true}, "diagnostics": {"refreshSupport": true},
            },
        });
        let params = json!({
            "processId": null, "capabilities": capabilities, "workspaceFolders": folders, "initializationOptions": options,
        });
        let result = client.request("initialize", params);
        assert!(result.get("capabilities").is_some(), "{result}");
        client.notify("initialized", json!({}));
        client
    }

    /// Starts a server and says nothing.
    pub fn bare(program: &str, flags: &[&str], root: &Path) -> Client {
        let mut server = Command::new(program)
            .arg("lsp")
            .args(flags)
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let output = server.stdout.take().expect("its output");
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let root = root.canonicalize().expect("the folder");
        Client {
            server,
            messages,
            next: 0,
            published: BTreeMap::new(),
            versions: BTreeMap::new(),
            said: Vec::new(),
            root,
        }
    }

    /// The URI of a file in the folder.
    pub fn uri(&self, file: &str) -> String {
        format!("file://{}", self.root.join(file).display()).trim_end_matches('/').to_owned()
    }

    /// Writes bytes as they are.
    pub fn write(&mut self, text: &str) {
        let input = self.server.stdin.as_mut().expect("its input");
        input.write_all(text.as_bytes()).expect("the server reads");
        input.flush().expect("the server reads");
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.write(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    }

    /// Tells the server something.
    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Asks without waiting; gives the number of the question.
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.next, "method": method, "params": params}));
        self.next
    }

    /// Asks, and waits for the result.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let answer = self.answer(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Asks, and waits for the whole answer.
    pub fn answer(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        self.wait_for(&json!(id))
    }

    /// Waits for the answer to a question.
    pub fn wait_for(&mut self, id: &Value) -> Value {
        self.wait(|message, _| message.get("method").is_none() && message["id"] == *id)
    }

    /// Waits until something holds of a message, or of what was published.
    pub fn wait(&mut self, done: impl Fn(&Value, &BTreeMap<String, (usize, Value)>) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let message = self.messages.recv_timeout(left).expect("the server answers in time");
            self.note(&message);
            if done(&message, &self.published) {
                return message;
            }
        }
    }

    fn note(&mut self, message: &Value) {
        if message["method"] == "textDocument/publishDiagnostics" {
            let uri = message["params"]["uri"].as_str().unwrap_or_default().to_owned();
            let count = self.published.get(&uri).map_or(0, |(count, _)| *count);
            self.versions.insert(uri.clone(), message["params"]["version"].clone());
            self.published.insert(uri, (count + 1, message["params"]["diagnostics"].clone()));
        } else if message.get("method").is_some() {
            self.said.push(message.clone());
        }
    }

    /// Opens a file with a text.
    pub fn open(&mut self, file: &str, text: &str) {
        let document = json!({"uri": self.uri(file), "languageId": "helm", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Replaces the whole text of an open file.
    pub fn change(&mut self, file: &str, version: i64, text: &str) {
        let document = json!({"uri": self.uri(file), "version": version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [{"text": text}]}));
    }

    /// Waits until what is published for a file holds.
    pub fn until(&mut self, file: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let uri = self.uri(file);
        if let Some((_, found)) = self.published.get(&uri).filter(|(_, found)| holds(found)) {
            return found.clone();
        }
        self.wait(|_, published| published.get(&uri).is_some_and(|(_, found)| holds(found)));
        self.published.get(&uri).map(|(_, found)| found.clone()).unwrap_or_default()
    }

    /// Waits until the findings of a version of an open file are published.
    pub fn until_version(&mut self, file: &str, version: i64) {
        let uri = self.uri(file);
        if self.versions.get(&uri) != Some(&json!(version)) {
            self.wait(|message, _| message["params"]["uri"] == uri && message["params"]["version"] == version);
        }
    }

    /// Parameters about a place in a file.
    pub fn at(&self, file: &str, line: u32, character: u32) -> Value {
        json!({"textDocument": {"uri": self.uri(file)}, "position": {"line": line, "character": character}})
    }

    /// Ends the server as the protocol wants it; gives its exit code.
    pub fn end(mut self) -> Option<i32> {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.server.wait().expect("the server ends").code()
    }

    /// How many kilobytes of memory the server has held at most, where the system tells.
    pub fn peak_memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.split_whitespace().next()?.parse().ok()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // A test that failed leaves no server behind.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn read(output: &mut impl std::io::BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().ok()?,
            _ if line.trim().is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// The codes of findings, sorted.
pub fn codes(found: &Value) -> Vec<String> {
    let mut codes: Vec<String> =
        found.as_array().into_iter().flatten().filter_map(|d| d["code"].as_str().map(str::to_owned)).collect();
    codes.sort();
    codes
}
