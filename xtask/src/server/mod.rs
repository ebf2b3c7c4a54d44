//! A real API server, asked: `cargo xtask record`.

mod record;
mod shapes;
mod words;

pub use record::run;

use serde_json::Value;
use std::collections::HashMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// A server that listens somewhere, with what it serves.
struct Server {
    url: String,
    token: String,
    /// The path of a kind's objects, and whether they are in namespaces, by apiVersion and kind.
    kinds: HashMap<(String, String), (String, bool)>,
}

impl Server {
    fn new(url: &str, token: &str) -> Server {
        Server { url: url.to_owned(), token: token.to_owned(), kinds: HashMap::new() }
    }

    /// Asks by way of curl, which speaks TLS.
    fn ask(&self, method: &str, path: &str, content: &str, body: Option<&Value>) -> Value {
        let mut curl = Command::new("curl");
        curl.args(["-sk", "-X", method, "-H", &format!("Authorization: Bearer {}", self.token)]);
        curl.args(["-H", &format!("Content-Type: {content}"), &format!("{}{path}", self.url)]);
        if body.is_some() {
            curl.args(["--data-binary", "@-"]);
        }
        curl.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = curl.spawn().expect("curl");
        if let (Some(body), Some(stdin)) = (body, child.stdin.as_mut()) {
            stdin.write_all(body.to_string().as_bytes()).expect("curl reads");
        }
        drop(child.stdin.take());
        let out = child.wait_with_output().expect("curl ends");
        serde_json::from_slice(&out.stdout).unwrap_or(Value::Null)
    }

    fn get(&self, path: &str) -> Value {
        self.ask("GET", path, "application/json", None)
    }

    /// The version, such as `1.37`.
    fn version(&self) -> String {
        let version = self.get("/version");
        let part = |name: &str| version[name].as_str().unwrap_or_default().to_owned();
        format!("{}.{}", part("major"), part("minor"))
    }

    /// Where the objects of a kind are, and whether it is in a namespace; none where the server has no such kind.
    fn place(&mut self, api_version: &str, kind: &str) -> Option<(String, bool)> {
        let key = (api_version.to_owned(), kind.to_owned());
        if let Some(known) = self.kinds.get(&key) {
            return Some(known.clone());
        }
        let root = if api_version.contains('/') { "apis" } else { "api" };
        let list = self.get(&format!("/{root}/{api_version}"));
        let resources = list["resources"].as_array()?;
        let found = resources.iter().find(|resource| {
            resource["kind"] == *kind && resource["name"].as_str().is_some_and(|name| !name.contains('/'))
        })?;
        let name = found["name"].as_str()?.to_owned();
        let place = (format!("/{root}/{api_version} {name}"), found["namespaced"] == true);
        self.kinds.insert(key, place.clone());
        Some(place)
    }

    /// The path of the objects of a kind in the namespace of one, and that of the object.
    fn paths(&mut self, object: &Value) -> Option<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (place, namespaced) = self.place(&text(&object["apiVersion"]), &text(&object["kind"]))?;
        let (root, resource) = place.split_once(' ')?;
        let metadata = &object["metadata"];
        let namespace = metadata["namespace"].as_str().unwrap_or("default");
        let all = match namespaced {
            true => format!("{root}/namespaces/{namespace}/{resource}"),
            false => format!("{root}/{resource}"),
        };
        let one = format!("{all}/{}", text(&metadata["name"]));
        Some((all, one))
    }
}

/// The beginning and the end of a text: what is between is the value that the server speaks of.
fn shortened(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    match chars.len() {
        ..=300 => text.to_owned(),
        len => chars[..100].iter().chain(&['…']).chain(&chars[len - 200..]).collect(),
    }
}

/// What of an answer is kept: the code, the reason, the causes, the beginning of the message.
fn answer(status: &Value) -> serde_json::Map<String, Value> {
    let mut row = serde_json::Map::new();
    if status["kind"] != "Status" {
        row.insert("code".to_owned(), 201.into());
        return row;
    }
    let short = |value: &Value| shortened(value.as_str().unwrap_or_default());
    row.insert("code".to_owned(), status["code"].clone());
    row.insert("reason".to_owned(), status["reason"].clone());
    let causes = status["details"]["causes"].as_array().into_iter().flatten();
    let cause = |cause: &Value| serde_json::json!({"field": cause["field"], "reason": cause["reason"], "message": short(&cause["message"])});
    row.insert("causes".to_owned(), causes.map(cause).collect());
    row.insert("message".to_owned(), short(&status["message"]).into());
    row
}
