//! What goes out: answers, notifications, requests of the server's own, progress.

use crate::transport::{refusal, write};
use lsp_server::Response;
use serde_json::{Value, json};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

/// Where messages go; clones share it.
#[derive(Clone, Debug)]
pub struct Outbox {
    messages: Sender<Value>,
    next: Arc<AtomicI32>,
}

impl Outbox {
    /// An outbox, and the thread that writes what is put into it.
    pub fn new(mut output: Box<dyn Write + Send>) -> (Outbox, JoinHandle<()>) {
        let (messages, waiting) = channel();
        let writer = std::thread::spawn(move || {
            for message in waiting {
                if write(&mut *output, &message).is_err() {
                    return;
                }
            }
        });
        (Outbox { messages, next: Arc::default() }, writer)
    }

    fn send(&self, message: Value) {
        // A client that is gone hears nothing.
        let _ = self.messages.send(message);
    }

    /// Answers a request.
    pub fn respond(&self, response: Response) {
        let (name, said) = match response.response_result {
            Ok(result) => ("result", result),
            Err(error) => ("error", json!(error)),
        };
        let mut message = json!({"jsonrpc": "2.0", "id": response.id});
        if let Some(message) = message.as_object_mut() {
            // Answers are long at times: they are moved and not copied.
            message.insert(name.to_owned(), said);
        }
        self.send(message);
    }

    /// Answers what is no message.
    pub fn refuse(&self, reason: &str) {
        self.send(refusal(reason));
    }

    /// Tells something.
    pub fn notify(&self, method: &str, params: Value) {
        self.send(json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Asks something; nobody waits for the answer.
    pub fn request(&self, method: &str, params: Value) {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.send(json!({"jsonrpc": "2.0", "id": format!("chartlens-{id}"), "method": method, "params": params}));
    }

    /// Shows a warning.
    pub fn show(&self, text: &str) {
        self.notify("window/showMessage", json!({"type": 2, "message": text}));
    }

    /// Begins work that takes long; it ends when what this gives is dropped.
    pub fn progress(&self, title: &str, shown: bool) -> Progress {
        let token = format!("chartlens-{}", self.next.fetch_add(1, Ordering::Relaxed));
        let progress = Progress { outbox: self.clone(), token, shown };
        if shown {
            self.request("window/workDoneProgress/create", json!({"token": progress.token}));
        }
        progress.tell(json!({"kind": "begin", "title": title}));
        progress
    }
}

/// Work that takes long.
#[derive(Debug)]
pub struct Progress {
    outbox: Outbox,
    token: String,
    shown: bool,
}

impl Progress {
    /// Says how far it is.
    pub fn report(&self, message: &str) {
        self.tell(json!({"kind": "report", "message": message}));
    }

    fn tell(&self, value: Value) {
        if self.shown {
            self.outbox.notify("$/progress", json!({"token": self.token, "value": value}));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.tell(json!({"kind": "end"}));
    }
}
