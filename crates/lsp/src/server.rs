//! The server: what is open, which charts there are, who asks what.

use crate::check::{Checker, LONG_PAUSE, Outcome, PAUSE};
use crate::convert::Files;
use crate::log::Log;
use crate::messages::Outbox;
use crate::pool::{Pool, caught};
use crate::requests::{Context, Open, answer, waits_for_check, waits_for_render};
use crate::transport::{Incoming, failed, read};
use crate::uri::is_below;
use crate::{Settings, World, capabilities, own, uri};
use chartlens::chart::File;
use chartlens::ide::{ChartOptions, ChartState, Snapshot, Workspace};
use chartlens::text::path::clean;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::Diagnostic;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// What happens to the server.
#[derive(Debug)]
pub enum Event {
    /// A message came.
    Incoming(Incoming),
    /// No more messages will come.
    End,
    /// A check is done.
    Checked(Outcome),
    /// A chart was found in a folder.
    Found(String, Vec<File>),
    /// All charts of folders were found.
    Scanned,
}

/// So many threads answer requests that need no render, and as many those that wait for one.
const THREADS: usize = 2;

/// Serves a client until it leaves. Gives the exit code: 0 after `shutdown`, else 1.
pub fn run(mut input: Box<dyn BufRead + Send>, output: Box<dyn Write + Send>, world: Arc<dyn World>, log: Log) -> u8 {
    let (sender, events) = channel();
    let incoming = sender.clone();
    let reader = std::thread::spawn(move || {
        while let Ok(Some(message)) = read(&mut *input) {
            let is_exit = matches!(&message, Incoming::Message(Message::Notification(n)) if n.method == "exit");
            if incoming.send(Event::Incoming(message)).is_err() || is_exit {
                return;
            }
        }
        let _ = incoming.send(Event::End);
    });
    let (outbox, writer) = Outbox::new(output);
    let mut server = Server::new(world, outbox, sender, log);
    let code = server.serve(&events);
    server.end();
    drop(server);
    let _ = writer.join();
    if code == 0 {
        let _ = reader.join();
    }
    code
}

/// A request that is being answered; set once it has an answer.
pub type Running = Arc<AtomicBool>;

pub(crate) struct Server {
    world: Arc<dyn World>,
    outbox: Outbox,
    events: Sender<Event>,
    log: Log,
    pool: Pool,
    /// Answers what waits for a render.
    rendering: Pool,
    /// Answers what waits for a check.
    checking: Pool,
    /// Does what takes long by itself: looks for charts, and at all of them.
    background: Pool,
    /// Takes states down that are no longer current: what was rendered and read is large, and answers do not wait for that.
    past: Pool,
    checker: Checker,
    /// Checks charts with large texts, so that the others do not wait for them.
    patient: Checker,
    workspace: Workspace,
    settings: Settings,
    /// What the client can do.
    client: Value,
    folders: Vec<String>,
    versions: HashMap<String, i32>,
    /// What was sent, by what was checked and by file.
    published: HashMap<String, BTreeMap<String, Vec<Diagnostic>>>,
    running: Arc<Mutex<HashMap<RequestId, Running>>>,
    /// What was wrong with configurations, by file.
    wrong: HashMap<String, String>,
    initialized: bool,
    is_shut_down: bool,
}

impl Server {
    fn new(world: Arc<dyn World>, outbox: Outbox, events: Sender<Event>, log: Log) -> Server {
        Server {
            world,
            outbox,
            checker: Checker::new(events.clone(), log.clone(), PAUSE),
            patient: Checker::new(events.clone(), log.clone(), LONG_PAUSE),
            events,
            log,
            pool: Pool::new(THREADS),
            rendering: Pool::new(THREADS),
            checking: Pool::new(1),
            background: Pool::new(1),
            past: Pool::new(1),
            workspace: Workspace::default(),
            settings: Settings::default(),
            client: Value::Null,
            folders: Vec::new(),
            versions: HashMap::new(),
            published: HashMap::new(),
            running: Arc::default(),
            wrong: HashMap::new(),
            initialized: false,
            is_shut_down: false,
        }
    }

    fn serve(&mut self, events: &Receiver<Event>) -> u8 {
        while let Ok(event) = events.recv() {
            match event {
                Event::End => return 1,
                Event::Incoming(Incoming::Malformed(reason)) => self.outbox.refuse(&reason),
                Event::Incoming(Incoming::Message(Message::Notification(n))) if n.method == "exit" => {
                    return u8::from(!self.is_shut_down);
                }
                Event::Incoming(Incoming::Message(message)) => {
                    // One message that cannot be taken is one that is passed.
                    if let Err(panic) = caught(|| self.message(message)) {
                        self.log.line(format_args!("message: {panic}"));
                    }
                }
                Event::Checked(outcome) => self.publish(outcome),
                Event::Found(root, files) => self.found(&root, files),
                Event::Scanned => self.refresh_diagnostics(),
            }
        }
        1
    }

    /// Ends what runs: nobody waits for checks any more.
    fn end(&mut self) {
        self.workspace.states().for_each(|chart| chart.cancel());
        self.requests().values().for_each(|running| running.store(true, Ordering::Relaxed));
        let pools = [&mut self.pool, &mut self.rendering, &mut self.checking, &mut self.background, &mut self.past];
        pools.into_iter().for_each(Pool::end);
    }

    fn message(&mut self, message: Message) {
        match message {
            Message::Request(request) => self.request(request),
            Message::Notification(notification) => {
                if let Err(reason) = self.notification(&notification) {
                    self.log.line(format_args!("{}: {reason}", notification.method));
                }
            }
            Message::Response(_) => {}
        }
    }

    fn request(&mut self, request: Request) {
        if request.method == "initialize" {
            return self.initialize(request);
        }
        if !self.initialized || self.is_shut_down {
            let (code, text) = match self.is_shut_down {
                true => (ErrorCode::InvalidRequest, "the server is shut down"),
                false => (ErrorCode::ServerNotInitialized, "expected `initialize` first"),
            };
            return self.outbox.respond(failed(request.id, code, text));
        }
        match request.method.as_str() {
            "shutdown" => {
                self.is_shut_down = true;
                self.outbox.respond(Response::new_ok(request.id, Value::Null));
            }
            "workspace/executeCommand"
                if request.params.get("command") == Some(&json!("chartlens.selectValuesSet")) =>
            {
                self.select(&request.params, |settings, name| settings.values_set = name);
                self.outbox.respond(Response::new_ok(request.id, Value::Null));
            }
            "workspace/executeCommand"
                if request.params.get("command") == Some(&json!("chartlens.selectKubeVersion")) =>
            {
                self.select(&request.params, |settings, name| settings.kube_version = name);
                self.outbox.respond(Response::new_ok(request.id, Value::Null));
            }
            _ => self.start(request),
        }
    }

    /// Has a thread answer a request.
    fn start(&mut self, request: Request) {
        let Request { id, method, params, .. } = request;
        let path = document_of(&params).and_then(uri::to_path);
        let snapshot = path.as_ref().and_then(|path| self.snapshot(path));
        let asks = path.as_ref().filter(|_| method == "textDocument/diagnostic");
        let own = asks.map(|path| self.own(path)).unwrap_or_default();
        let of_workspace = method == "workspace/diagnostic";
        let charts = match of_workspace {
            true => self.workspace.states().cloned().collect(),
            false => self.workspace.charts().cloned().collect(),
        };
        let open = if of_workspace { self.open() } else { Vec::new() };
        let (running, outbox) = (Running::default(), self.outbox.clone());
        let (settings, to_watch) = (self.settings.clone(), running.clone());
        let context = Context { snapshot, own, charts, open, outbox: outbox.clone(), running: to_watch, settings };
        self.requests().insert(id.clone(), running.clone());
        let (log, all) = (self.log.clone(), self.running.clone());
        let pool = match () {
            () if of_workspace => &self.background,
            () if waits_for_check(&method) => &self.checking,
            () if waits_for_render(&method) => &self.rendering,
            () => &self.pool,
        };
        pool.run(move || {
            if running.load(Ordering::Relaxed) {
                return;
            }
            let start = Instant::now();
            let answered = caught(|| answer(&method, params, &context));
            log.took(&method, start);
            all.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&id);
            // Who cancelled has an answer already.
            if running.swap(true, Ordering::Relaxed) {
                return;
            }
            outbox.respond(match answered {
                Ok(Ok(value)) => Response::new_ok(id, value),
                Ok(Err((code, reason))) => failed(id, code, reason),
                Err(panic) => {
                    log.line(format_args!("{method}: {panic}"));
                    failed(id, ErrorCode::InternalError, format!("{method} failed: {panic}"))
                }
            });
        });
    }

    fn requests(&self) -> std::sync::MutexGuard<'_, HashMap<RequestId, Running>> {
        self.running.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn cancel(&self, params: &Value) {
        let Some(id) = params.get("id").and_then(|id| serde_json::from_value::<RequestId>(id.clone()).ok()) else {
            return;
        };
        let running = self.requests().remove(&id);
        if running.is_some_and(|running| !running.swap(true, Ordering::Relaxed)) {
            self.outbox.respond(failed(id, ErrorCode::RequestCanceled, "cancelled"));
        }
    }

    fn initialize(&mut self, request: Request) {
        let params = request.params;
        self.client = params.get("capabilities").cloned().unwrap_or_default();
        self.settings = params.get("initializationOptions").map(Settings::read).unwrap_or_default();
        let listed = params.get("workspaceFolders").and_then(Value::as_array).into_iter().flatten();
        let folders: Vec<&Value> = listed.filter_map(|folder| folder.get("uri")).collect();
        let root = params.get("rootUri").filter(|_| folders.is_empty());
        self.folders = folders.into_iter().chain(root).filter_map(path_of).collect();
        self.initialized = true;
        let pulls = self.pulls();
        self.outbox.respond(Response::new_ok(request.id, capabilities::all(pulls)));
    }

    /// Whether the editor asks for diagnostics.
    fn pulls(&self) -> bool {
        self.settings.diagnostics.as_deref() == Some("pull")
    }

    fn can(&self, pointer: &str) -> bool {
        self.client.pointer(pointer).and_then(Value::as_bool) == Some(true)
    }

    fn notification(&mut self, notification: &Notification) -> Result<(), String> {
        let params = &notification.params;
        match notification.method.as_str() {
            "initialized" => {
                if self.can("/workspace/didChangeWatchedFiles/dynamicRegistration") {
                    self.outbox.request("client/registerCapability", capabilities::watchers());
                }
                self.scan(self.folders.clone());
            }
            "$/cancelRequest" => self.cancel(params),
            "textDocument/didOpen" => {
                let path = document(params)?;
                let text = text_at(params, "/textDocument/text")?;
                self.versions.insert(path.clone(), version(params));
                self.load_around(&path);
                self.edited(&path, text.into_bytes());
            }
            "textDocument/didChange" => {
                let path = document(params)?;
                self.versions.insert(path.clone(), version(params));
                let old = self.workspace.edited(&path).cloned().ok_or("the file is not open")?;
                let text = capabilities::changed(&old, params.get("contentChanges").unwrap_or(&Value::Null))?;
                self.edited(&path, text);
            }
            "textDocument/didSave" => self.reload(&[document(params)?]),
            "textDocument/didClose" => self.close(&document(params)?),
            "workspace/didChangeWatchedFiles" => {
                let changes = params.get("changes").and_then(Value::as_array).into_iter().flatten();
                let mut paths: Vec<String> = changes.filter_map(|change| path_of(change.get("uri")?)).collect();
                paths.sort();
                paths.dedup();
                self.reload(&paths);
            }
            "workspace/didChangeWorkspaceFolders" => {
                let list = |name: &str| params.pointer(name).and_then(Value::as_array).cloned().unwrap_or_default();
                let paths =
                    |list: Vec<Value>| list.iter().filter_map(|folder| path_of(folder.get("uri")?)).collect::<Vec<_>>();
                let (added, removed) = (paths(list("/event/added")), paths(list("/event/removed")));
                self.folders.retain(|folder| !removed.contains(folder));
                self.folders.extend(added.clone());
                self.forget(&removed);
                self.scan(added);
            }
            "workspace/didChangeConfiguration" => {
                let settings = params.get("settings").map(|all| all.get("chartlens").unwrap_or(all));
                if let Some(settings) = settings.map(Settings::read) {
                    // Who sends diagnostics is settled once.
                    self.settings = Settings { diagnostics: self.settings.diagnostics.take(), ..settings };
                    self.refresh_options();
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Looks for charts in folders, in the background.
    fn scan(&self, folders: Vec<String>) {
        let (world, events, outbox) = (self.world.clone(), self.events.clone(), self.outbox.clone());
        let shown = self.can("/window/workDoneProgress");
        self.background.run(move || {
            let progress = outbox.progress("looking for charts", shown);
            for folder in folders {
                for root in charts_below(Path::new(&folder)) {
                    let Ok(files) = world.files(&root) else { continue };
                    progress.report(&root.to_string_lossy());
                    if events.send(Event::Found(slashes(&root), files)).is_err() {
                        return;
                    }
                }
            }
            let _ = events.send(Event::Scanned);
        });
    }

    /// Forgets the charts in folders that are closed, but those of which a file is open or another folder is.
    fn forget(&mut self, closed: &[String]) {
        let is_in =
            |root: &str, folders: &[String]| folders.iter().any(|folder| root == folder || is_below(root, folder));
        let roots = self.workspace.charts().map(|chart| chart.root.as_str());
        let gone = roots.filter(|root| is_in(root, closed) && !is_in(root, &self.folders) && !self.is_open(root));
        let gone: Vec<String> = gone.map(str::to_owned).collect();
        for root in gone {
            self.workspace.remove_chart(&root);
            self.withdraw(&root);
        }
    }

    /// Has the editor ask for diagnostics again.
    fn refresh_diagnostics(&self) {
        if self.pulls() && self.can("/workspace/diagnostics/refreshSupport") {
            self.outbox.request("workspace/diagnostic/refresh", Value::Null);
        }
    }

    fn found(&mut self, root: &str, files: Vec<File>) {
        if self.workspace.charts().any(|chart| chart.root == root) {
            return;
        }
        let options = self.options(root);
        self.workspace.set_chart(root, files, options);
    }

    /// Reads the chart around a file, if it is not there yet.
    fn load_around(&mut self, path: &str) {
        let Some(root) = root_of(Path::new(path)).map(|root| slashes(&root)) else { return };
        if !self.workspace.charts().any(|chart| chart.root == root) {
            self.load(&root);
        }
    }

    fn load(&mut self, root: &str) {
        let start = Instant::now();
        match self.world.files(Path::new(root)) {
            Ok(files) => {
                let before = self.workspace.charts().find(|chart| chart.root == root).cloned();
                let options = self.options(root);
                self.workspace.set_chart(root, files, options);
                self.let_go(before);
            }
            Err(reason) => self.log.line(format_args!("{root}: {reason}")),
        }
        self.log.took(format_args!("read {root}"), start);
    }

    fn options(&mut self, root: &str) -> ChartOptions {
        let edited = |path: &Path| self.workspace.edited(&slashes(path)).cloned();
        match self.world.options(Path::new(root), &edited, &self.settings) {
            Ok(options) => {
                self.wrong.remove(root);
                options
            }
            Err(reason) => {
                if self.wrong.get(root) != Some(&reason) {
                    self.outbox.show(&reason);
                    self.wrong.insert(root.to_owned(), reason);
                }
                let none = Settings::default();
                self.world.options(Path::new("/"), &|_| None, &none).unwrap_or_default()
            }
        }
    }

    fn refresh_options(&mut self) {
        let roots: Vec<String> = self.workspace.charts().map(|chart| chart.root.clone()).collect();
        for root in roots {
            let options = self.options(&root);
            self.workspace.set_chart_options(&root, options);
            self.check(&root);
        }
        self.refresh_diagnostics();
    }

    fn select(&mut self, params: &Value, set: impl Fn(&mut Settings, Option<String>)) {
        let name = params.pointer("/arguments/0").and_then(Value::as_str).map(str::to_owned);
        set(&mut self.settings, name);
        self.refresh_options();
        for (what, pointer) in [
            ("workspace/inlayHint/refresh", "/workspace/inlayHint/refreshSupport"),
            ("workspace/codeLens/refresh", "/workspace/codeLens/refreshSupport"),
        ] {
            if self.can(pointer) {
                self.outbox.request(what, Value::Null);
            }
        }
    }

    fn edited(&mut self, path: &str, text: Vec<u8>) {
        let before = self.workspace.chart_of(path).cloned();
        self.workspace.edit(path, text);
        let of_sets: Vec<String> = self.charts_with_set(path).map(|(chart, _)| chart.root.clone()).collect();
        for root in of_sets {
            let options = self.options(&root);
            self.workspace.set_chart_options(&root, options);
            self.check(&root);
        }
        self.check(path);
        self.send_own(path);
        self.let_go(before);
    }

    /// Takes a state down, where nobody else has it.
    fn let_go(&self, chart: Option<Arc<ChartState>>) {
        self.past.run(move || drop(chart));
    }

    /// Sends what is to be said of a text at once, beside what its check found before.
    fn send_own(&self, path: &str) {
        if let Some(uri) = uri::of_path(path).filter(|_| own::has(path, self.workspace.edited(path)) && !self.pulls()) {
            let known = self.published.values().find_map(|files| files.get(uri.as_str()));
            self.send(uri.as_str(), known.map(Vec::as_slice).unwrap_or_default());
        }
    }

    /// The charts that have a file among their sets of values, with its name there.
    fn charts_with_set(&self, path: &str) -> impl Iterator<Item = (&Arc<ChartState>, String)> {
        self.workspace.charts().filter_map(move |chart| {
            let mut names = chart.values_set_files();
            Some((chart, names.find(|name| Files::path(chart, name) == path)?.to_owned()))
        })
    }

    fn snapshot(&self, path: &str) -> Option<Snapshot> {
        let outside = self.workspace.chart_of(path).is_none_or(|chart| !chart.is_chart);
        let of_set = self.charts_with_set(path).next().filter(|_| outside);
        of_set.and_then(|(chart, name)| chart.snapshot(&name)).or_else(|| self.workspace.snapshot(path))
    }

    fn close(&mut self, path: &str) {
        self.workspace.close(path);
        self.versions.remove(path);
        self.send_own(path);
        match self.workspace.chart_of(path).map(|chart| chart.root.clone()) {
            Some(root) if self.is_open(&root) => self.check(path),
            Some(root) => self.withdraw(&root),
            None => self.withdraw(path),
        }
    }

    /// Whether a file of a chart is being edited.
    fn is_open(&self, root: &str) -> bool {
        self.workspace.open().any(|path| is_below(path, root))
    }

    /// Reads again what files on disk are part of, each chart once.
    fn reload(&mut self, paths: &[String]) {
        let mut roots = BTreeSet::new();
        let mut is_configured = false;
        for path in paths {
            let known = self.workspace.chart_of(path).filter(|chart| chart.is_chart).map(|chart| chart.root.clone());
            let root = known.or_else(|| root_of(Path::new(path)).map(|root| slashes(&root)));
            match root {
                _ if own::is_config(path) => is_configured = true,
                Some(root) => _ = roots.insert(root),
                None => is_configured |= self.charts_with_set(path).next().is_some(),
            }
        }
        for root in &roots {
            match Path::new(root).join("Chart.yaml").is_file() {
                true => {
                    self.load(root);
                    self.check(root);
                }
                false => {
                    self.workspace.remove_chart(root);
                    self.withdraw(root);
                }
            }
        }
        match is_configured {
            true => self.refresh_options(),
            false if !roots.is_empty() => self.refresh_diagnostics(),
            false => {}
        }
    }

    /// Has the chart of a path, or the manifest, checked.
    fn check(&self, path: &str) {
        let of_path = self.workspace.chart_of(path);
        let exact = || self.workspace.charts().find(|chart| chart.root == path);
        let Some(chart) = exact().or(of_path) else { return };
        // What editors ask for is checked then; but what nobody waits for is read here.
        if chart.is_chart && !self.is_open(&chart.root) || self.pulls() && !chart.is_huge() {
            return;
        }
        let key = if chart.is_chart { chart.root.as_str() } else { path };
        let checker = if chart.is_large() { &self.patient } else { &self.checker };
        checker.check(key, chart);
    }

    /// Sends what a check found, where that is new.
    fn publish(&mut self, outcome: Outcome) {
        let is_old = outcome.chart.is_cancelled();
        if outcome.chart.is_huge() && !is_old {
            self.workspace.refresh(&outcome.key);
        }
        self.let_go(Some(outcome.chart));
        if is_old || self.pulls() {
            return;
        }
        let found: BTreeMap<String, Vec<Diagnostic>> =
            outcome.found.into_iter().map(|(uri, found)| (uri.as_str().to_owned(), found)).collect();
        let old = self.published.remove(&outcome.key).unwrap_or_default();
        // Open files are told with the version that was checked, the others where something is new.
        let open = self.workspace.open().filter(|path| self.is_of(path, &outcome.key));
        let open: Vec<String> = open.filter_map(|path| Some(uri::of_path(path)?.as_str().to_owned())).collect();
        for uri in &open {
            self.send(uri, found.get(uri).map(Vec::as_slice).unwrap_or_default());
        }
        for (uri, found) in found.iter().filter(|(uri, _)| !open.contains(uri)) {
            if old.get(uri) != Some(found) {
                self.send(uri, found);
            }
        }
        for gone in old.keys().filter(|uri| !found.contains_key(*uri) && !open.contains(uri)) {
            self.send(gone, &[]);
        }
        self.published.insert(outcome.key, found);
    }

    fn is_of(&self, path: &str, key: &str) -> bool {
        path == key || is_below(path, key)
    }

    /// What is to be said of a text that is being edited without a check.
    fn own(&self, path: &str) -> Vec<Diagnostic> {
        self.workspace.edited(path).map(|text| own::of(path, text, &*self.world)).unwrap_or_default()
    }

    /// The texts that are being edited, for whoever asks for all diagnostics.
    fn open(&self) -> Vec<Open> {
        let open = self.workspace.open().filter_map(|path| {
            let version = self.versions.get(path).copied().unwrap_or_default();
            Some(Open { uri: uri::of_path(path)?.as_str().to_owned(), version, own: self.own(path) })
        });
        open.collect()
    }

    fn send(&self, uri: &str, found: &[Diagnostic]) {
        let path = uri::to_path(uri);
        let version = path.as_ref().and_then(|path| self.versions.get(path));
        let own = path.as_ref().map(|path| self.own(path)).unwrap_or_default();
        let found: Vec<&Diagnostic> = found.iter().chain(&own).collect();
        let mut params = json!({"uri": uri, "diagnostics": found});
        if let (Some(version), Some(params)) = (version, params.as_object_mut()) {
            params.insert("version".to_owned(), json!(version));
        }
        self.outbox.notify("textDocument/publishDiagnostics", params);
    }

    fn withdraw(&mut self, key: &str) {
        for uri in self.published.remove(key).unwrap_or_default().keys() {
            self.send(uri, &[]);
        }
    }
}

fn document(params: &Value) -> Result<String, String> {
    params.pointer("/textDocument/uri").and_then(path_of).ok_or("expected the URI of a file".to_owned())
}

fn text_at(params: &Value, pointer: &str) -> Result<String, String> {
    params.pointer(pointer).and_then(Value::as_str).map(str::to_owned).ok_or(format!("expected a text at {pointer}"))
}

fn version(params: &Value) -> i32 {
    params.pointer("/textDocument/version").and_then(Value::as_i64).and_then(|n| i32::try_from(n).ok()).unwrap_or(0)
}

fn path_of(uri: &Value) -> Option<String> {
    uri::to_path(uri.as_str()?).map(|path| path.trim_end_matches('/').to_owned())
}

/// The file that a request is about.
fn document_of(params: &Value) -> Option<&str> {
    let places = ["/textDocument/uri", "/item/uri", "/arguments/0", "/uri"];
    places.iter().find_map(|pointer| params.pointer(pointer)?.as_str())
}

fn slashes(path: &Path) -> String {
    clean(&path.to_string_lossy().replace('\\', "/"))
}

/// The folder of the chart around a path: of charts inside others the outermost.
fn root_of(path: &Path) -> Option<PathBuf> {
    let is_chart = |folder: &Path| folder.join("Chart.yaml").is_file();
    let mut root = path.ancestors().skip(1).find(|folder| is_chart(folder))?;
    while let Some(charts) = root.parent().filter(|folder| folder.ends_with("charts")) {
        match charts.parent().filter(|parent| is_chart(parent)) {
            Some(parent) => root = parent,
            None => break,
        }
    }
    Some(root.to_owned())
}

/// So many charts are looked for, and so deep.
const MOST_CHARTS: usize = 2000;
const MAX_DEPTH: usize = 12;

fn charts_below(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut pending) = (Vec::new(), vec![(folder.to_owned(), 0)]);
    while let Some((folder, depth)) = pending.pop() {
        if folder.join("Chart.yaml").is_file() {
            found.push(folder);
            continue;
        }
        if found.len() >= MOST_CHARTS || depth >= MAX_DEPTH {
            continue;
        }
        for entry in std::fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok) {
            let name = entry.file_name();
            let hidden = name.to_string_lossy().starts_with('.') || name == "node_modules" || name == "target";
            if !hidden && entry.file_type().is_ok_and(|ty| ty.is_dir()) {
                pending.push((entry.path(), depth + 1));
            }
        }
    }
    found
}
