//! `cargo xtask registries`: Helm and chartlens before the same registries and repositories, all on this machine. Each command is run by both,
//! each in a folder of its own, and must print and exit the same; what one brings to a registry the other must get from it.

use crate::{option, switch};
use chartlens_tests::folder::{Folder, Shown};
use chartlens_tests::web::{Answer, Server};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Runs all of it; whether Helm and chartlens agree. Where programs are missing, it says so.
pub fn run(args: &[String]) -> bool {
    let helm = option(args, "--helm").unwrap_or("helm");
    let registry = option(args, "--docker-registry").unwrap_or("docker-registry");
    let missing: Vec<&str> =
        [(helm, "version"), (registry, "--version"), ("openssl", "version"), ("htpasswd", "-Bbn x y")]
            .into_iter()
            .filter(|(program, about)| quiet(Command::new(program).args(about.split(' '))).is_none())
            .map(|(program, _)| program)
            .collect();
    if !missing.is_empty() {
        println!("not measured: {} not found (--helm PATH, --docker-registry PATH)", missing.join(", "));
        return true;
    }
    let Some(places) = Places::start(registry) else {
        println!("the registries do not start");
        return false;
    };
    let mut bench = Bench::new(helm.to_owned(), switch(args, "--verbose"));
    bench.repositories(&places);
    bench.registries(&places);
    bench.dependencies(&places);
    println!("{} commands: {} the same, {} differ", bench.same + bench.differ, bench.same, bench.differ);
    bench.differ == 0
}

fn quiet(command: &mut Command) -> Option<()> {
    let done = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
    done.success().then_some(())
}

/// A program that ends with its value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The registries, and the repository.
struct Places {
    open: String,
    locked: String,
    secure: String,
    /// The certificate to trust for it.
    ca: PathBuf,
    web: Server,
    site: Folder,
    _running: Vec<Running>,
    _folder: Folder,
}

impl Places {
    fn start(program: &str) -> Option<Places> {
        let folder = Folder::default();
        let root = folder.path().to_owned();
        let openssl = |args: &str| quiet(Command::new("openssl").args(args.split_whitespace()).current_dir(&root));
        openssl(
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=ca -addext basicConstraints=critical,CA:TRUE",
        )?;
        openssl("req -newkey rsa:2048 -nodes -keyout key.pem -out req.pem -subj /CN=127.0.0.1")?;
        let folder = folder.with("names", "subjectAltName=IP:127.0.0.1\n");
        openssl("x509 -req -in req.pem -CA ca.pem -CAkey ca.key -CAcreateserial -out cert.pem -days 2 -extfile names")?;
        // What `htpasswd -B` makes for bob and secret would be another every time; so it is asked.
        let pair = Command::new("htpasswd").args(["-Bbn", "bob", "secret"]).output().ok()?;
        let folder = folder.with("pairs", pair.stdout);
        let mut running = Vec::new();
        let mut one = |name: &str, more: &str| {
            let host = TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?.to_string();
            let yaml = format!(
                "version: 0.1\nstorage: {{filesystem: {{rootdirectory: {root}/{name}}}}}\nhttp:\n  addr: {host}\n{more}log: {{level: error, accesslog: {{disabled: true}}}}\n",
                root = root.display()
            );
            let file = root.join(format!("{name}.yaml"));
            std::fs::write(&file, yaml).ok()?;
            let mut command = Command::new(program);
            command.arg("serve").arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            running.push(Running(command.spawn().ok()?));
            (0..100).find(|_| TcpStream::connect(&host).is_ok() || nap())?;
            Some(host)
        };
        let auth = format!("auth: {{htpasswd: {{realm: x, path: {}/pairs}}}}\n", root.display());
        let tls = format!("  tls: {{certificate: {0}/cert.pem, key: {0}/key.pem}}\n", root.display());
        let (open, locked, secure) = (one("open", "")?, one("locked", &auth)?, one("secure", &tls)?);
        let site = Folder::default();
        let served = site.path().to_owned();
        let web = Server::start(move |asked| match asked.path.as_str() {
            "/broken/index.yaml" => Answer::new(200, "<html>"),
            "/old/index.yaml" => Answer::new(200, "entries: {}\n"),
            "/empty/index.yaml" => Answer::new(200, ""),
            "/secret/index.yaml" => Answer::new(401, ""),
            path => std::fs::read(served.join(path.trim_start_matches('/')))
                .map_or(Answer::new(404, ""), |body| Answer::new(200, body)),
        });
        Some(Places { open, locked, secure, ca: root.join("ca.pem"), web, site, _running: running, _folder: folder })
    }
}

fn nap() -> bool {
    std::thread::sleep(Duration::from_millis(50));
    false
}

/// Who runs a command.
#[derive(Clone, Copy)]
enum Side {
    Helm,
    Chartlens,
}

/// Both sides, each with a folder.
struct Bench {
    helm: String,
    verbose: bool,
    theirs: Folder,
    ours: Folder,
    same: usize,
    differ: usize,
}

const OWN: [(&str, &str); 4] =
    [("HELM_CONFIG_HOME", "config"), ("HELM_CACHE_HOME", "cache"), ("HOME", "home"), ("TZ", "UTC")];

impl Bench {
    fn new(helm: String, verbose: bool) -> Bench {
        let side = || {
            Folder::default()
                .with("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\ndescription: 'A <b> & \"more\"'\nmaintainers: [{name: Bob, email: bob@b.example}, {name: Eve}]\nsources: [https://s.example]\nannotations: {a/b: c}\n")
                .with("web/values.yaml", "port: 80 # kept\n")
                .with("web/templates/a.yaml", "port: {{ .Values.port }}\n")
                .with("near/Chart.yaml", "apiVersion: v2\nname: near\nversion: 1.4.0\n")
                .with("out/here", "")
        };
        Bench { helm, verbose, theirs: side(), ours: side(), same: 0, differ: 0 }
    }

    fn helm(&self, args: &str) -> Shown {
        let mut command = Command::new(&self.helm);
        command.args(args.split_whitespace()).current_dir(self.theirs.path()).stdin(Stdio::null()).envs(OWN);
        command.env_remove("SOURCE_DATE_EPOCH").env_remove("XDG_CONFIG_HOME").env_remove("XDG_CACHE_HOME");
        let done = command.output().expect("Helm runs");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Shown {
            exit: done.status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(255),
            stdout: text(done.stdout),
            stderr: text(done.stderr),
        }
    }

    fn chartlens(&self, args: &str) -> Shown {
        self.ours.run_at(args, "", None, &OWN)
    }

    /// Runs a command on both sides.
    fn both(&mut self, args: &str) {
        let (theirs, ours) = (self.helm(args), self.chartlens(args));
        let (theirs, ours) = (plain(theirs, self.theirs.path()), plain(ours, self.ours.path()));
        self.count(args, theirs == ours, || format!("Helm: {theirs:#?}\nchartlens: {ours:#?}"));
    }

    fn count(&mut self, what: &str, same: bool, how: impl FnOnce() -> String) {
        *(if same { &mut self.same } else { &mut self.differ }) += 1;
        if !same {
            println!("differs: {what}\n{}", how());
        } else if self.verbose {
            println!("same: {what}");
        }
    }

    /// Whether a file is the same on both sides, without the lines that begin so.
    fn file(&mut self, name: &str, without: &[&str]) {
        let read = |folder: &Folder| std::fs::read(folder.join(name)).unwrap_or_default();
        let kept = |folder: &Folder| -> Vec<u8> {
            let data = read(folder);
            let lines = data.split(|byte| *byte == b'\n');
            let dropped =
                |line: &[u8]| without.iter().any(|start| line.trim_ascii_start().starts_with(start.as_bytes()));
            let lines = lines.filter(|line| !dropped(line));
            lines.collect::<Vec<_>>().join(&b'\n')
        };
        let (theirs, ours) = (kept(&self.theirs), kept(&self.ours));
        let same = theirs == ours && !theirs.is_empty();
        self.count(name, same, || {
            format!("{}\n---\n{}", String::from_utf8_lossy(&theirs), String::from_utf8_lossy(&ours))
        });
    }

    /// Whether what one brought to a registry is what the other got.
    fn archive(&mut self, brought: (Side, &str), got: (Side, &str)) {
        let read = |(side, name): (Side, &str)| match side {
            Side::Helm => std::fs::read(self.theirs.join(name)).ok(),
            Side::Chartlens => std::fs::read(self.ours.join(name)).ok(),
        };
        let (first, second) = (read(brought), read(got));
        let same = first.is_some() && first == second;
        self.count(&format!("{} as it was brought", got.1), same, String::new);
    }

    fn repositories(&mut self, places: &Places) {
        for version in ["0.1.0", "0.2.0", "1.0.0-rc.1", "1.0.0+b.1"] {
            self.both(&format!("package web -d pack --version {version}"));
        }
        for name in std::fs::read_dir(self.theirs.join("pack")).into_iter().flatten().flatten() {
            // Both have the same archives from here on.
            let name = name.file_name();
            for folder in [self.ours.join("pack"), places.site.path().to_owned()] {
                let _ = std::fs::copy(self.theirs.join("pack").join(&name), folder.join(&name));
            }
        }
        self.both("repo index pack");
        self.file("pack/index.yaml", &["created:", "generated:"]);
        let _ = std::fs::copy(self.theirs.join("pack/index.yaml"), places.site.join("index.yaml"));
        let url = places.web.url("");
        for args in [
            "repo list".to_owned(),
            "repo update".to_owned(),
            format!("repo add r {url}"),
            format!("repo add r {url}"),
            format!("repo add r {url}/x"),
            format!("repo add q/r {url}"),
            format!("repo add q {url}/none"),
            format!("repo add q {url}/old"),
            format!("repo add q {url}/empty"),
            format!("repo add q {url}/secret"),
            "repo add q ftp://h".to_owned(),
            "repo add q http://127.0.0.1:1".to_owned(),
            "repo add q".to_owned(),
            "repo list".to_owned(),
            "repo list -o json".to_owned(),
            "repo list -o yaml".to_owned(),
            "repo update".to_owned(),
            "repo update z".to_owned(),
            "template x r/web".to_owned(),
            "template x r/web --version ^0.1".to_owned(),
            "template x r/web --version 0.3".to_owned(),
            "template x r/web --version x-y".to_owned(),
            "template x r/web --devel".to_owned(),
            "template x r/none".to_owned(),
            "template x none/web".to_owned(),
            "template x web2".to_owned(),
            "template x r/web --verify".to_owned(),
            format!("template x web --repo {url}"),
            format!("template x web --repo {url} --version 9"),
            format!("template x none --repo {url}"),
            format!("template x {url}/web-0.1.0.tgz"),
            format!("template x {url}/none.tgz"),
            "pull r/web -d out".to_owned(),
            "pull r/web -d out --untar".to_owned(),
            "pull r/web -d out --untar".to_owned(),
            "pull r/web -d out --prov".to_owned(),
            "pull ftp://h/a.tgz".to_owned(),
            "pull".to_owned(),
        ] {
            self.both(&args);
        }
        self.file("config/repositories.yaml", &[]);
        self.file("cache/repository/r-index.yaml", &[]);
        self.file("out/web-1.0.0+b.1.tgz", &[]);
    }

    fn registries(&mut self, places: &Places) {
        let Places { open, locked, secure, ca, .. } = places;
        for version in ["0.1.0", "0.2.0", "1.0.0+b.1"] {
            self.both(&format!("push pack/web-{version}.tgz oci://{open}/a --plain-http"));
        }
        // What one brings the other gets.
        let bring = self.helm(&format!("push pack/web-0.2.0.tgz oci://{open}/theirs --plain-http"));
        let get = self.chartlens(&format!("pull oci://{open}/theirs/web --plain-http -d out"));
        self.count("helm push, chartlens pull", bring.exit == 0 && get.exit == 0, || format!("{bring:?}\n{get:?}"));
        self.archive((Side::Helm, "pack/web-0.2.0.tgz"), (Side::Chartlens, "out/web-0.2.0.tgz"));
        let bring = self.chartlens(&format!("push pack/web-0.1.0.tgz oci://{open}/ours --plain-http"));
        let get = self.helm(&format!("pull oci://{open}/ours/web --plain-http -d out"));
        self.count("chartlens push, helm pull", bring.exit == 0 && get.exit == 0, || format!("{bring:?}\n{get:?}"));
        self.archive((Side::Chartlens, "pack/web-0.1.0.tgz"), (Side::Helm, "out/web-0.1.0.tgz"));
        let (zeros, trust) = ("0".repeat(64), format!("--ca-file {}", ca.display()));
        for args in [
            format!("pull oci://{open}/a/web --plain-http -d out"),
            format!("pull oci://{open}/a/web --plain-http -d out --version ^0.1"),
            format!("pull oci://{open}/a/web --plain-http -d out --version 1.0.0+b.1"),
            format!("pull oci://{open}/a/web:0.1.0 --plain-http -d out"),
            format!("pull oci://{open}/a/web:0.1.0 --plain-http --version 0.2.0"),
            format!("pull oci://{open}/a/web --plain-http --version 9.0.0"),
            format!("pull oci://{open}/a/web --plain-http --version >9"),
            format!("pull oci://{open}/a/web --plain-http -d out --prov"),
            format!("pull oci://{open}/a/web --plain-http --verify"),
            format!("pull oci://{open}/a/none --plain-http"),
            format!("pull oci://{open}/a/none --plain-http --version 1.0.0"),
            format!("pull oci://{open}/a/Web! --plain-http"),
            format!("pull oci://{open}/a/web@sha256:{zeros} --plain-http"),
            format!("pull oci://{open}/a/web"),
            format!("pull oci://{open}/a/web --version 0.1.0"),
            "pull oci://127.0.0.1:1/a/web --version 0.1.0".to_owned(),
            "pull oci://127.0.0.1:1/a/web".to_owned(),
            format!("template x oci://{open}/a/web --plain-http"),
            format!("template x oci://{open}/a/web --plain-http --version ~0.1"),
            format!("pull oci://{locked}/a/web --plain-http"),
            format!("pull oci://{locked}/a/web --plain-http --version 0.1.0"),
            format!("pull oci://{locked}/a/web --plain-http --version 0.1.0 --username bob --password wrong"),
            format!("push pack/web-0.1.0.tgz oci://{locked}/a --plain-http"),
            format!("registry login {locked} -u bob -p wrong --plain-http"),
            format!("registry login {locked} -u bob -p secret --plain-http"),
            format!("push pack/web-0.1.0.tgz oci://{locked}/a --plain-http"),
            format!("pull oci://{locked}/a/web --plain-http -d out"),
        ] {
            self.both(&args);
        }
        self.file("config/registry/config.json", &[]);
        for args in [
            format!("registry logout {locked}"),
            format!("registry logout {locked}"),
            "registry login 127.0.0.1:1 -u a -p b".to_owned(),
            format!("push pack/web-0.1.0.tgz oci://{secure}/a {trust}"),
            format!("pull oci://{secure}/a/web -d out {trust}"),
            format!("pull oci://{secure}/a/web -d out --insecure-skip-tls-verify"),
            format!("pull oci://{secure}/a/web -d out"),
            format!("pull oci://{secure}/a/web --ca-file none.pem"),
            format!("push none.tgz oci://{open}/a"),
            format!("push web oci://{open}/a"),
            "push pack/web-0.1.0.tgz a".to_owned(),
            "push pack/web-0.1.0.tgz http://h/a".to_owned(),
        ] {
            self.both(&args);
        }
        self.file("config/registry/config.json", &[]);
    }

    fn dependencies(&mut self, places: &Places) {
        let (url, open) = (places.web.url(""), &places.open);
        let yaml = "apiVersion: v2\nname: p\nversion: 0.1.0\ndependencies:\n- {name: web, version: \">=0.1.0 <0.3\", repository: \"@r\"}\n- name: near\n  version: 1.x\n  repository: file://../near\n  import-values: [data, {child: x, parent: y, more: 1}]\n  tags: [t]\n  condition: near.on\n";
        for folder in [&self.theirs, &self.ours] {
            let _ = std::fs::create_dir_all(folder.join("p"));
            let _ = std::fs::create_dir_all(folder.join("q"));
            let _ = std::fs::write(folder.join("p/Chart.yaml"), yaml);
            let of_oci = format!(
                "apiVersion: v2\nname: q\nversion: 0.1.0\ndependencies: [{{name: web, version: 0.x, repository: \"oci://{open}/a\"}}, {{name: none, version: 1.0.0, repository: {url}}}]\n"
            );
            let _ = std::fs::write(folder.join("q/Chart.yaml"), of_oci);
        }
        for args in [
            "dependency list p",
            "dependency list none",
            "dependency build p",
            "dependency list p",
            "dependency update p",
            "dependency update p --skip-refresh",
            "dependency build p --skip-refresh",
            "package p -d pack",
            "template x p",
            "dependency update q --plain-http",
            "dependency update web",
            "dependency list web",
        ] {
            self.both(args);
        }
        self.file("p/Chart.lock", &["generated:"]);
        self.file("p/charts/web-0.2.0.tgz", &[]);
    }
}

/// Output without what differs from folder to folder.
fn plain(shown: Shown, folder: &Path) -> Shown {
    let text = |text: String| text.replace(&folder.display().to_string(), "DIR");
    Shown { exit: shown.exit, stdout: text(shown.stdout), stderr: text(shown.stderr) }
}
