//! HTTP as Helm speaks it: `pkg/getter/httpgetter.go`, with bounds on what servers may send and where they may lead.

use crate::address::{parse, relative, same_server, text};
use crate::settings::Settings;
use crate::tls;
use base64::Engine as _;
use chartlens::Url;
use std::collections::HashMap;
use std::net::ToSocketAddrs as _;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;
use ureq::tls::TlsConfig;

/// How servers are reached: what Helm has flags for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The client's certificate, a PEM file.
    pub cert_file: String,
    /// Its key, a PEM file.
    pub key_file: String,
    /// Certificates to trust in place of the system's, a PEM file.
    pub ca_file: String,
    /// Whether any certificate will do.
    pub insecure: bool,
    /// Whether OCI registries speak plain HTTP.
    pub plain_http: bool,
    /// Who asks.
    pub username: String,
    /// The password.
    pub password: String,
    /// Whether name and password go to all hosts.
    pub pass_credentials: bool,
    /// How long one request may take; Helm's two minutes where it is not said.
    pub timeout: Option<Duration>,
}

/// Helm's `DefaultHTTPTimeout`.
const TIMEOUT: Duration = Duration::from_secs(120);
/// As Go's `DefaultTransport` has it.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// As many redirects as Go follows.
const MAX_REDIRECTS: usize = 10;

/// A request.
#[derive(Clone, Debug)]
pub struct Request<'r> {
    /// `GET`, `HEAD`, `POST` or `PUT`.
    pub method: &'r str,
    /// The whole address.
    pub url: &'r str,
    /// Header lines.
    pub headers: Vec<(&'r str, String)>,
    /// What is sent.
    pub body: Option<&'r [u8]>,
    /// Bytes of the answer; more are refused.
    pub limit: u64,
}

impl<'r> Request<'r> {
    /// A request for what stands at an address.
    pub fn get(url: &'r str, limit: u64) -> Request<'r> {
        Request { method: "GET", url, headers: Vec::new(), body: None, limit }
    }
}

/// What a server said.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Header lines, names in lower case.
    pub headers: HashMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// A header line.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// Name and password as a header line.
pub fn basic(username: &str, password: &str) -> String {
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{username}:{password}")))
}

/// A client.
pub struct Http {
    settings: Settings,
    options: Options,
    tls: OnceLock<Result<TlsConfig, String>>,
    /// Clients, by the proxy that they go through.
    agents: Mutex<HashMap<Option<String>, ureq::Agent>>,
}

impl Http {
    /// A client that has not connected to anything yet.
    pub fn new(settings: &Settings, options: &Options) -> Http {
        Http { settings: settings.clone(), options: options.clone(), tls: OnceLock::new(), agents: Mutex::default() }
    }

    /// Fetches a file: Helm's `HTTPGetter.Get`. `owner` is the address of the repository whose name and password these are.
    pub fn fetch(&self, url: &str, owner: &str, accept: Option<&str>, limit: u64) -> Result<Vec<u8>, String> {
        let owner = parse(owner).map_err(|error| format!("unable to parse getter URL: {error}"))?;
        let target = parse(url).map_err(|error| format!("unable to parse URL getting from: {error}"))?;
        let mut request = Request::get(url, limit);
        request.headers.extend(accept.map(|accept| ("Accept", accept.to_owned())));
        let Options { username, password, pass_credentials, .. } = &self.options;
        let trusted = *pass_credentials || (owner.scheme == target.scheme && owner.host == target.host);
        if trusted && !username.is_empty() && !password.is_empty() {
            request.headers.push(("Authorization", basic(username, password)));
        }
        let response = self.send(&request)?;
        match response.status {
            200 => Ok(response.body),
            status => Err(format!("failed to fetch {url} : {status} {}", reason_phrase(status))),
        }
    }

    /// Sends a request and follows where it leads. The error is Go's text.
    pub fn send(&self, request: &Request<'_>) -> Result<Response, String> {
        let mut url = request.url.to_owned();
        let mut headers = request.headers.clone();
        let verb = format!("{}{}", &request.method[..1], request.method[1..].to_lowercase());
        for _ in 0..=MAX_REDIRECTS {
            let here = parse(&url)?;
            let fail = |reason: String| format!("{verb} {}: {reason}", chartlens::text::quote(url.as_bytes()));
            if !matches!(here.scheme.as_slice(), b"http" | b"https") {
                return Err(fail(format!("unsupported protocol scheme {}", chartlens::text::quote(&here.scheme))));
            }
            let agent = self.agent(&here)?;
            let response = Http::once(&agent, request, &here, &headers, self.timeout()).map_err(fail)?;
            let leads =
                matches!(response.status, 301 | 302 | 303 | 307 | 308) && matches!(request.method, "GET" | "HEAD");
            let Some(location) = response.header("location").filter(|_| leads) else { return Ok(response) };
            let next = redirected(&here, location).map_err(fail)?;
            if !same_server(&here, &next) {
                headers.retain(|(name, _)| *name != "Authorization");
            }
            url = text(&next.text());
        }
        let shown = chartlens::text::quote(url.as_bytes());
        Err(format!("{verb} {shown}: stopped after {MAX_REDIRECTS} redirects"))
    }

    fn once(
        agent: &ureq::Agent,
        request: &Request<'_>,
        url: &Url,
        headers: &[(&str, String)],
        timeout: Duration,
    ) -> Result<Response, String> {
        let mut builder = ureq::http::Request::builder().method(request.method).uri(text(&without_user(url).text()));
        for (name, value) in headers {
            builder = builder.header(*name, value);
        }
        let why = |error: &ureq::Error| reason(error, url, timeout);
        let sent = match request.body {
            Some(body) => builder.body(body).map(|request| agent.run(request)),
            None => builder.body(()).map(|request| agent.run(request)),
        };
        let mut response = sent.map_err(|error| error.to_string())?.map_err(|error| why(&error))?;
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        let headers: HashMap<String, String> = headers.collect();
        let status = response.status().as_u16();
        let too_large =
            || Err(format!("limit reached: the answer is larger than {} bytes (limit `download`)", request.limit));
        let announced = headers.get("content-length").and_then(|length| length.parse::<u64>().ok());
        if request.method != "HEAD" && announced.is_some_and(|length| length > request.limit) {
            return too_large();
        }
        let body = match response.body_mut().with_config().limit(request.limit.saturating_add(1)).read_to_vec() {
            Ok(body) if body.len() as u64 <= request.limit => body,
            Ok(_) | Err(ureq::Error::BodyExceedsLimit(_)) => return too_large(),
            Err(error) => return Err(why(&error)),
        };
        Ok(Response { status, headers, body })
    }

    fn timeout(&self) -> Duration {
        self.options.timeout.filter(|timeout| !timeout.is_zero()).unwrap_or(TIMEOUT)
    }

    /// What certificates are trusted and shown. The error is Helm's text.
    pub fn tls(&self) -> Result<TlsConfig, String> {
        self.tls.get_or_init(|| tls::config(&self.settings, &self.options)).clone()
    }

    /// The client for an address.
    fn agent(&self, url: &Url) -> Result<ureq::Agent, String> {
        let proxy = self.proxy(url);
        let mut agents = self.agents.lock().map_err(|_| "the client is gone".to_owned())?;
        if let Some(agent) = agents.get(&proxy) {
            return Ok(agent.clone());
        }
        let through = match &proxy {
            Some(address) => {
                let shown = || format!("invalid proxy address {}", chartlens::text::quote(address.as_bytes()));
                Some(ureq::Proxy::new(address).map_err(|_| shown())?)
            }
            None => None,
        };
        let tls = self.tls()?;
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("chartlens/", env!("CARGO_PKG_VERSION")))
            .accept("*/*")
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_global(Some(self.timeout()))
            .proxy(through)
            .tls_config(tls)
            .build()
            .new_agent();
        agents.insert(proxy, agent.clone());
        Ok(agent)
    }

    /// The proxy for an address, as Go's `ProxyFromEnvironment` finds it.
    fn proxy(&self, url: &Url) -> Option<String> {
        let [plain, secure] = &self.settings.proxies;
        let proxy = if url.scheme == b"https" { secure } else { plain };
        let host = text(&url.hostname()).to_lowercase();
        let local = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        proxy.clone().filter(|_| !local && !is_exempt(&host, &self.settings.no_proxy))
    }
}

/// Where a redirect leads; never from https to anything else.
fn redirected(from: &Url, location: &str) -> Result<Url, String> {
    let next = relative(from, &parse(location)?);
    if from.scheme == b"https" && next.scheme != b"https" {
        return Err(format!("refused to be redirected from https to {}", text(&next.text())));
    }
    Ok(next)
}

/// Whether `NO_PROXY` names a host.
fn is_exempt(host: &str, list: &str) -> bool {
    list.split(',').map(|entry| entry.trim().to_lowercase()).any(|entry| {
        let entry = entry.trim_start_matches('*');
        let name = entry.split_once(':').map_or(entry, |(name, _)| name);
        match name.strip_prefix('.') {
            None if name.is_empty() => entry.is_empty() && list.contains('*'),
            Some(inner) => host.ends_with(name) && host != inner,
            None => host == name || host.ends_with(&format!(".{name}")),
        }
    })
}

fn without_user(url: &Url) -> Url {
    Url { user: None, fragment: Vec::new(), ..url.clone() }
}

/// Why a request failed, in Go's words.
fn reason(error: &ureq::Error, url: &Url, timeout: Duration) -> String {
    let host = text(&url.hostname());
    let dialed = |what: &str| {
        let default = if url.scheme == b"https" { 443 } else { 80 };
        let whole = text(&url.host);
        let port = whole.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(default);
        let address = (host.as_str(), port).to_socket_addrs().ok().and_then(|mut all| all.next());
        let address = address.map_or_else(|| format!("{host}:{port}"), |address| address.to_string());
        format!("dial tcp {address}: connect: {what}")
    };
    match error {
        ureq::Error::HostNotFound => format!("dial tcp: lookup {host}: no such host"),
        ureq::Error::Timeout(ureq::Timeout::Connect) => dialed("i/o timeout").replace("connect: ", ""),
        ureq::Error::Timeout(_) => {
            format!("context deadline exceeded (Client.Timeout or context cancellation after {}s)", timeout.as_secs())
        }
        ureq::Error::ConnectionFailed => dialed("connection refused"),
        ureq::Error::Rustls(error) => tls::reason(error, &host),
        ureq::Error::Io(error) => match error.kind() {
            std::io::ErrorKind::ConnectionRefused => dialed("connection refused"),
            std::io::ErrorKind::ConnectionReset => "read: connection reset by peer".to_owned(),
            std::io::ErrorKind::UnexpectedEof => "unexpected EOF".to_owned(),
            _ => match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                Some(error) => tls::reason(error, &host),
                None if error.to_string().contains("lookup") => format!("dial tcp: lookup {host}: no such host"),
                None => chartlens::text::go_error(error),
            },
        },
        ureq::Error::Protocol(_) | ureq::Error::BodyStalled => format!("unexpected EOF ({error})"),
        ureq::Error::ConnectProxyFailed(why) => format!("the proxy refuses: {why}"),
        other => other.to_string(),
    }
}

/// Go's `http.StatusText`.
pub fn reason_phrase(status: u16) -> &'static str {
    ureq::http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_stay_secure() {
        let from = parse("https://h.example/a/b").unwrap();
        let to = |location: &str| redirected(&from, location).map(|url| text(&url.text()));
        assert_eq!(to("c").as_deref(), Ok("https://h.example/a/c"));
        assert_eq!(to("//o.example/c").as_deref(), Ok("https://o.example/c"));
        assert_eq!(to("http://h.example/c").unwrap_err(), "refused to be redirected from https to http://h.example/c");
        assert!(to("file:///etc/passwd").is_err());
    }

    #[test]
    fn some_hosts_are_reached_without_a_proxy() {
        assert!(is_exempt("h.example", "other, h.example"));
        assert!(is_exempt("a.h.example", "h.example:80") && is_exempt("a.h.example", ".h.example"));
        assert!(!is_exempt("h.example", ".h.example") && !is_exempt("xh.example", "h.example") && !is_exempt("h", ""));
        assert!(is_exempt("h", "*"));
    }
}
