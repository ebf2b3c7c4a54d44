//! A small web server on this machine, for tests of what fetches.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// What was asked.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// `GET` and its kin.
    pub method: String,
    /// The path with the query.
    pub path: String,
    /// Header lines, names in lower case.
    pub headers: Vec<(String, String)>,
    /// What was sent.
    pub body: Vec<u8>,
}

impl Asked {
    /// A header line; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// What is answered.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    length: Option<u64>,
}

impl Answer {
    /// A status with a body.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Answer {
        Answer { status, body: body.into(), ..Answer::default() }
    }

    /// The same with a header line.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Answer {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The same that claims to be so long.
    pub fn claiming(mut self, length: u64) -> Answer {
        self.length = Some(length);
        self
    }
}

/// Answers one request.
pub type Handler = dyn Fn(&Asked) -> Answer + Send + Sync;

/// A server that stops when it is dropped.
pub struct Server {
    /// `127.0.0.1` with its port.
    pub host: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    stopped: Arc<AtomicBool>,
}

impl Server {
    /// Starts a server.
    pub fn start(handler: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let host = listener.local_addr().expect("an address").to_string();
        let (asked, stopped) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let handler: Arc<Handler> = Arc::new(handler);
        let (all, ends) = (asked.clone(), stopped.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                let (handler, all) = (handler.clone(), all.clone());
                std::thread::spawn(move || serve(&stream, &*handler, &all));
            }
        });
        Server { host, asked, stopped }
    }

    /// An address on it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    /// All that was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("the list").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // One more visitor, so that it notices.
        let _ = TcpStream::connect(&self.host);
    }
}

fn serve(stream: &TcpStream, handler: &Handler, all: &Mutex<Vec<Asked>>) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    if reader.read_line(&mut line).is_err() {
        return;
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(path)) = (words.next(), words.next()) else { return };
    let mut asked = Asked { method, path, ..Asked::default() };
    loop {
        let mut line = String::new();
        match reader.read_line(&mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) if line.trim().is_empty() => break,
            Ok(_) => asked
                .headers
                .extend(line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))),
        }
    }
    let length: usize = asked.header("content-length").parse().unwrap_or(0);
    asked.body.resize(length, 0);
    if reader.read_exact(&mut asked.body).is_err() {
        return;
    }
    all.lock().expect("the list").push(asked.clone());
    let answer = handler(&asked);
    let length = answer.length.unwrap_or(answer.body.len() as u64);
    // Helm prints what the server says.
    let said = match answer.status {
        200 => "OK",
        401 => "Unauthorized",
        404 => "Not Found",
        _ => "Said",
    };
    let mut head = format!("HTTP/1.1 {} {said}\r\nContent-Length: {length}\r\nConnection: close\r\n", answer.status);
    head.extend(answer.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")));
    head.push_str("\r\n");
    let mut stream = stream;
    let _ = stream.write_all(head.as_bytes());
    if asked.method != "HEAD" {
        let _ = stream.write_all(&answer.body);
    }
}
