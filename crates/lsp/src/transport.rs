//! Messages over streams. What is no message is answered with an error, and reading goes on.

use lsp_server::{ErrorCode, Message, Response};
use serde_json::{Value, json};
use std::io::{self, BufRead, Write};

/// Longer messages are not read into memory.
const LONGEST: usize = 1 << 30;

/// What came in.
#[derive(Debug)]
pub enum Incoming {
    /// A message.
    Message(Message),
    /// Something that is none, and why.
    Malformed(String),
}

/// Reads what comes next; nothing at the end of the stream.
pub fn read(stream: &mut dyn BufRead) -> io::Result<Option<Incoming>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        if line.is_empty() {
            // Blank lines between messages are passed.
            match length {
                Some(length) => return body(stream, length).map(Some),
                None => continue,
            }
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok();
        }
    }
}

fn body(stream: &mut dyn BufRead, length: usize) -> io::Result<Incoming> {
    if length > LONGEST {
        io::copy(&mut io::Read::take(&mut *stream, length as u64), &mut io::sink())?;
        return Ok(Incoming::Malformed(format!("a message of {length} bytes is too long")));
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(match serde_json::from_slice(&body) {
        Ok(message) => Incoming::Message(message),
        Err(error) => Incoming::Malformed(error.to_string()),
    })
}

/// The answer to what is no message.
pub fn refusal(reason: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": null, "error": {"code": ErrorCode::ParseError as i32, "message": reason}})
}

/// Writes a message.
pub fn write(stream: &mut dyn Write, message: &Value) -> io::Result<()> {
    let body = serde_json::to_vec(message)?;
    write!(stream, "Content-Length: {}\r\n\r\n", body.len())?;
    stream.write_all(&body)?;
    stream.flush()
}

/// An error as an answer.
pub fn failed(id: lsp_server::RequestId, code: ErrorCode, message: impl Into<String>) -> Response {
    Response::new_err(id, code as i32, message.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn garbage_is_passed() {
        let text = "\r\nnonsense\r\nContent-Length: 3\r\n\r\n{x}Content-Length: 40\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"initialized\"}";
        let mut stream = io::BufReader::new(text.as_bytes());
        assert!(matches!(read(&mut stream), Ok(Some(Incoming::Malformed(_)))));
        assert!(
            matches!(read(&mut stream), Ok(Some(Incoming::Message(Message::Notification(n)))) if n.method == "initialized")
        );
        assert!(matches!(read(&mut stream), Ok(None)));
    }
}
