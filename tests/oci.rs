//! A small OCI registry in memory, for tests of `push` and `pull`.

use crate::web::{Answer, Asked, Server};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Content by the path under which it is asked for, below `/v2/`.
pub type Content = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// How a registry wants to know who asks.
#[derive(Clone, Debug)]
pub enum Wants {
    /// It does not.
    Nothing,
    /// Name and password, as the header has them.
    Basic(&'static str),
    /// A token from its own `/token`, which wants name and password.
    Bearer(&'static str),
}

/// Starts a registry.
pub fn start(wants: Wants) -> (Server, Content) {
    let content = Content::default();
    let kept = content.clone();
    let host = Arc::new(Mutex::new(String::new()));
    let own = host.clone();
    let server = Server::start(move |asked| {
        let host = own.lock().expect("the host").clone();
        refused(&wants, asked, &host).unwrap_or_else(|| answer(asked, &kept))
    });
    server.host.clone_into(&mut host.lock().expect("the host"));
    (server, content)
}

/// An answer to who may not ask, and the one that has a token.
fn refused(wants: &Wants, asked: &Asked, host: &str) -> Option<Answer> {
    let given = asked.header("authorization");
    let unauthorized = |challenge: String| {
        let body = r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":null}]}"#;
        Some(Answer::new(401, body).with("WWW-Authenticate", challenge))
    };
    match wants {
        Wants::Nothing => None,
        Wants::Basic(pair) if given == *pair => None,
        Wants::Basic(_) => unauthorized("Basic realm=\"test\"".to_owned()),
        Wants::Bearer(pair) if asked.path.starts_with("/token") => {
            let known = given == *pair && asked.path.contains("scope=repository%3A");
            Some(if known { Answer::new(200, r#"{"token":"t0k3n"}"#) } else { Answer::new(401, "") })
        }
        Wants::Bearer(_) if given == "Bearer t0k3n" => None,
        Wants::Bearer(_) => unauthorized(format!("Bearer realm=\"http://{host}/token\",service=\"test\"")),
    }
}

fn answer(asked: &Asked, content: &Content) -> Answer {
    let mut content = content.lock().expect("the content");
    let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
    let path = path.trim_start_matches("/v2/");
    let not_found = || Answer::new(404, r#"{"errors":[{"code":"NAME_UNKNOWN","message":"no such name"}]}"#);
    match asked.method.as_str() {
        _ if path.is_empty() => Answer::new(200, "{}"),
        "POST" => Answer::new(202, "").with("Location", format!("/v2/{path}1?state=x")),
        "PUT" => {
            let place = match (path.split_once("/blobs/uploads/"), query.split_once("digest=")) {
                (Some((name, _)), Some((_, digest))) => format!("{name}/blobs/{}", digest.replace("%3A", ":")),
                _ => path.to_owned(),
            };
            content.insert(place, asked.body.clone());
            Answer::new(201, "")
        }
        _ => match path.strip_suffix("/tags/list") {
            Some(name) => {
                let prefix = format!("{name}/manifests/");
                let tags: Vec<&str> = content.keys().filter_map(|key| key.strip_prefix(&prefix)).collect();
                let list = serde_json::json!({"name": name, "tags": tags});
                if tags.is_empty() { not_found() } else { Answer::new(200, list.to_string()) }
            }
            None => content.get(path).map_or_else(not_found, |body| Answer::new(200, body.clone())),
        },
    }
}
