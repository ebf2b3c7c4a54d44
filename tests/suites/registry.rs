//! Charts from repositories and registries, and on the way there: against servers on this machine.

use chartlens_tests::folder::{Folder, Shown};
use chartlens_tests::oci::{self, Wants};
use chartlens_tests::web::{Answer, Server};
use std::collections::BTreeMap;
use std::path::Path;

/// Runs `chartlens ARGS` with Helm's files in this folder.
fn run(folder: &Folder, args: &str) -> Shown {
    run_with(folder, args, &[])
}

fn run_with(folder: &Folder, args: &str, more: &[(&str, &str)]) -> Shown {
    let own = [("HELM_CONFIG_HOME", "config"), ("HELM_CACHE_HOME", "cache"), ("HOME", "home")];
    let variables: Vec<(&str, &str)> = own.iter().chain(more).copied().collect();
    folder.run_at(args, "", None, &variables)
}

/// A folder with the chart `web`, of this version.
fn with_chart(folder: Folder, version: &str) -> Folder {
    folder
        .with("web/Chart.yaml", format!("apiVersion: v2\nname: web\nversion: {version}\ndescription: A <b> & more\n"))
        .with("web/values.yaml", "port: 80 # kept\n")
        .with(
            "web/templates/a.yaml",
            "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports: [{port: {{ .Values.port }}}]\n",
        )
}

fn chart(version: &str) -> Folder {
    with_chart(Folder::default(), version)
}

/// A folder `site` with packed charts and their index.
fn site(versions: &[&str]) -> Folder {
    let folder = versions.iter().fold(Folder::default(), |folder, version| {
        let folder = with_chart(folder, version);
        run(&folder, "package web -d site").ok();
        folder
    });
    run(&folder, "repo index site").ok();
    folder
}

/// A server for the files of a folder.
fn serve(folder: &Path) -> Server {
    let root = folder.to_owned();
    Server::start(move |asked| match std::fs::read(root.join(asked.path.trim_start_matches('/'))) {
        Ok(body) => Answer::new(200, body),
        Err(_) => Answer::new(404, ""),
    })
}

const PAIR: &str = "Basic Ym9iOnNlY3JldA==";

#[test]
fn every_form_of_reference_is_a_chart() {
    let folder = site(&["0.1.0", "0.2.0", "1.0.0-rc.1"]);
    let server = serve(&folder.join("site"));
    let url = server.url("");
    assert_eq!(run(&folder, &format!("repo add r {url}")).ok(), "\"r\" has been added to your repositories\n");
    assert_eq!(run(&folder, "repo list").ok(), format!("NAME\tURL{}\nr   \t{url}\n", " ".repeat(url.len() - 3)));
    let rendered = folder.run("template x web").ok();
    for reference in [
        "r/web".to_owned(),
        "r/web --version ^0.1".to_owned(),
        format!("web --repo {url}"),
        format!("{url}/web-0.1.0.tgz"),
    ] {
        assert_eq!(run(&folder, &format!("template x {reference}")).ok(), rendered, "{reference}");
    }
    let pulled = |version: &str| {
        run(&folder, &format!("pull r/web -d out {version}")).ok();
        let names = std::fs::read_dir(folder.join("out")).expect("a folder");
        let names: Vec<String> = names.map(|e| e.expect("a file").file_name().to_string_lossy().into_owned()).collect();
        names.iter().for_each(|name| std::fs::remove_file(folder.join("out").join(name)).expect("a file"));
        names.join(" ")
    };
    let _ = std::fs::create_dir(folder.join("out"));
    assert_eq!(pulled(""), "web-0.2.0.tgz");
    assert_eq!(pulled("--version ~0.1"), "web-0.1.0.tgz");
    assert_eq!(pulled("--devel"), "web-1.0.0-rc.1.tgz");
    run(&folder, "pull r/web --untar --untardir apart").ok();
    assert_eq!(std::fs::read_to_string(folder.join("apart/web/values.yaml")).expect("a file"), "port: 80 # kept\n");
    let again = run(&folder, "pull r/web --untar --untardir apart").error();
    assert_eq!(again, "Error: failed to untar: a file or directory with the name apart/web already exists\n");
}

#[test]
fn check_lint_and_trace_work_on_references() {
    let folder = site(&["0.1.0"]);
    let server = serve(&folder.join("site"));
    let at = format!("web --repo {}", server.url(""));
    let report = run(&folder, &format!("check {at} --set port=eighty --select schema --format json"));
    let report: serde_json::Value = serde_json::from_str(&report.stdout).expect(&report.stderr);
    let found = &report["diagnostics"][0];
    assert_eq!((&found["chart"], &found["cause"]["values"][0]["path"]), (&"web".into(), &"port".into()), "{report:#}");
    assert!(run(&folder, &format!("lint {at}")).ok().contains("1 chart(s) linted, 0 chart(s) failed"));
    assert!(run(&folder, &format!("trace x {at} --value port")).ok().contains("port"));
    let missing = run(&folder, "check r/web");
    assert_eq!((missing.exit, missing.stderr.contains("r/web: no such file or directory")), (2, true));
}

#[test]
fn what_is_there_is_not_fetched() {
    let folder = site(&["0.1.0"]);
    let server = serve(&folder.join("site"));
    run(&folder, &format!("repo add r {}", server.url(""))).ok();
    let before = server.asked().len();
    run(&folder, "template x ./web").ok();
    run(&folder, "check web").ok();
    run(&folder, "template x r/web").ok();
    run(&folder, "template x r/web").ok();
    let asked: Vec<String> = server.asked().split_off(before).into_iter().map(|asked| asked.path).collect();
    assert_eq!(asked, ["/web-0.1.0.tgz"], "once, and then it is in the cache");
}

#[test]
fn bad_repositories_are_told() {
    let folder = site(&["0.1.0"]);
    let files = serve(&folder.join("site"));
    let root = folder.join("site");
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/broken/index.yaml" => Answer::new(200, "<html>"),
        "/old/index.yaml" => Answer::new(200, "entries: {}\n"),
        "/large/index.yaml" => Answer::new(200, "x").claiming(1 << 40),
        "/cut/index.yaml" => Answer::new(200, "apiVersion: v1\n").claiming(4000),
        "/loop/index.yaml" => Answer::new(302, "").with("Location", "/loop/index.yaml"),
        "/other/index.yaml" => Answer::new(302, "").with("Location", "ftp://127.0.0.1/x"),
        "/secret/index.yaml" => Answer::new(401, ""),
        "/none/index.yaml" => Answer::new(404, ""),
        "/wrong/index.yaml" => {
            let text = std::fs::read_to_string(root.join("index.yaml")).expect("an index");
            let at = text.find("digest: ").expect("a digest") + 8;
            Answer::new(200, format!("{}{}{}", &text[..at], "ab".repeat(32), &text[at + 64..]))
        }
        path => std::fs::read(root.join(path.rsplit('/').next().unwrap_or_default()))
            .map_or(Answer::new(404, ""), |body| Answer::new(200, body)),
    });
    let error = |path: &str| run(&folder, &format!("pull web --repo {}", server.url(path))).error();
    assert!(
        error("/broken").contains("cannot unmarshal string into Go value of type repo.IndexFile"),
        "{}",
        error("/broken")
    );
    assert!(error("/old").contains("no API version specified"));
    assert!(error("/large").contains("limit reached: the answer is larger than"));
    assert!(error("/cut").contains("unexpected EOF"), "{}", error("/cut"));
    assert!(error("/loop").contains("stopped after 10 redirects"));
    assert!(error("/other").contains("unsupported protocol scheme \"ftp\""));
    assert!(error("/secret").contains("/secret/index.yaml : 401 Unauthorized"));
    assert!(error("/wrong").contains("is not what the index of its repository says"), "{}", error("/wrong"));
    assert!(error("/none").contains("/none/index.yaml : 404 Not Found"));
    let closed = run(&folder, "pull web --repo http://127.0.0.1:1").error();
    assert_eq!(
        closed,
        "Error: looks like \"http://127.0.0.1:1\" is not a valid chart repository or cannot be reached: Get \"http://127.0.0.1:1/index.yaml\": dial tcp 127.0.0.1:1: connect: connection refused\n"
    );
    let version = run(&folder, &format!("pull web --version 7 --repo {}", files.url(""))).error();
    assert!(version.contains("chart \"web\" version \"7\" not found in http://"), "{version}");
    assert_eq!(run(&folder, "pull ftp://h/a.tgz").error(), "Error: scheme \"ftp\" not supported\n");
    assert_eq!(run(&folder, "template x nope/web").error(), "Error: repo nope not found\n");
    let slow = Server::start(|_| {
        std::thread::sleep(std::time::Duration::from_secs(5));
        Answer::new(200, "")
    });
    let late = run(&folder, &format!("repo add s {} --timeout 300ms", slow.url(""))).error();
    assert!(late.contains("context deadline exceeded"), "{late}");
}

#[test]
fn names_and_passwords_stay_with_their_host() {
    let folder = site(&["0.1.0"]);
    let stranger = serve(&folder.join("site"));
    let (root, elsewhere) = (folder.join("site"), stranger.url(""));
    let server = Server::start(move |asked| match (asked.path.as_str(), asked.header("authorization")) {
        (_, "") => Answer::new(401, ""),
        ("/index.yaml", PAIR) => {
            let text = std::fs::read_to_string(root.join("index.yaml")).expect("an index");
            Answer::new(200, text.replace("- web-0.1.0.tgz", &format!("- {elsewhere}/web-0.1.0.tgz")))
        }
        _ => Answer::new(302, "").with("Location", format!("{elsewhere}/web-0.1.0.tgz")),
    });
    let flags = format!("--repo {} --username bob --password secret -d .", server.url(""));
    run(&folder, &format!("pull web {flags}")).ok();
    let direct = server.url("/moved.tgz");
    run(&folder, &format!("pull {direct} --username bob --password secret -d .")).ok();
    let asked = stranger.asked();
    assert_eq!(asked.len(), 2);
    assert!(asked.iter().all(|asked| asked.header("authorization").is_empty()), "{asked:?}");
    std::fs::remove_dir_all(folder.join("cache")).unwrap_or_default();
    run(&folder, &format!("pull web --pass-credentials {flags}")).ok();
    assert_eq!(stranger.asked().last().map(|asked| asked.header("authorization").to_owned()).as_deref(), Some(PAIR));
}

#[test]
fn dependencies_are_locked_as_helm_does() {
    let folder = Folder::default()
        .with("a/Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.4.0\n")
        .with("p/Chart.yaml", "apiVersion: v2\nname: p\nversion: 0.1.0\ndependencies:\n  - name: a\n    version: \">=1.0.0 <2\"\n    repository: file://../a\n    import-values: [data, {child: x, parent: y, more: 1}]\n    tags: [t]\n    condition: a.on\n");
    assert_eq!(run(&folder, "dependency update p").ok(), "Saving 1 charts\nDeleting outdated charts\n");
    let lock = std::fs::read_to_string(folder.join("p/Chart.lock")).expect("a lock file");
    // What Helm 4.3.1 writes for this chart.
    let helms = "dependencies:\n- name: a\n  repository: file://../a\n  version: 1.4.0\ndigest: sha256:3e30da427cda8422c990f91441e38ca81c9f7e593da85a4685aef5f0d21418ca\ngenerated: \"";
    assert!(lock.starts_with(helms), "{lock}");
    let row = "NAME\tVERSION   \tREPOSITORY \tSTATUS\na   \t>=1.0.0 <2\tfile://../a\tok    \n\n";
    assert_eq!(run(&folder, "dep ls p").ok(), row);
    let archive = std::fs::read(folder.join("p/charts/a-1.4.0.tgz")).expect("an archive");
    let folder = folder.with("p/charts/old-1.0.0.tgz", archive);
    run(&folder, "dependency build p").ok();
    assert!(!folder.join("p/charts/old-1.0.0.tgz").exists() && folder.join("p/charts/a-1.4.0.tgz").exists());
    let changed = std::fs::read_to_string(folder.join("p/Chart.yaml")).expect("a file").replace("<2", "<3");
    let folder = folder.with("p/Chart.yaml", changed);
    assert!(run(&folder, "dependency build p").error().contains("the lock file (Chart.lock) is out of sync"));
    assert!(run(&folder, "dependency update nope").error().contains("could not find nope"));
    let folder = folder.with("a/Chart.yaml", "apiVersion: v2\nname: a\nversion: 4.0.0\n");
    assert!(run(&folder, "dependency update p").error().contains(
        "can't get a valid version for 1 subchart(s): \"a\" (repository \"file://../a\", version \">=1.0.0 <3\")"
    ));
}

#[test]
fn dependencies_come_from_repositories_and_registries() {
    let folder = site(&["0.1.0", "0.2.0"]);
    let server = serve(&folder.join("site"));
    let (registry, _) = oci::start(Wants::Nothing);
    run(&folder, &format!("push site/web-0.1.0.tgz oci://{}/c --plain-http", registry.host)).ok();
    run(&folder, &format!("repo add r {}", server.url(""))).ok();
    let yaml =
        "apiVersion: v2\nname: p\nversion: 0.1.0\ndependencies:\n  - {name: web, version: ^0.2, repository: \"@r\"}\n";
    let folder = folder.with("p/Chart.yaml", yaml);
    let said = run(&folder, "dependency update p").ok();
    assert!(said.contains("...Successfully got an update from the \"r\" chart repository\n"), "{said}");
    assert!(said.ends_with(&format!(
        "Saving 1 charts\nDownloading web from repo {}\nDeleting outdated charts\n",
        server.url("")
    )));
    let lock = std::fs::read_to_string(folder.join("p/Chart.lock")).expect("a lock file");
    assert!(lock.contains("version: 0.2.0") && lock.contains(&server.url("")), "{lock}");
    assert!(run(&folder, "template x p").ok().contains("# Source: p/charts/web/templates/a.yaml"));
    let yaml = format!(
        "apiVersion: v2\nname: q\nversion: 0.1.0\ndependencies:\n  - {{name: web, version: 0.x, repository: \"oci://{}/c\"}}\n",
        registry.host
    );
    let folder = folder.with("q/Chart.yaml", yaml);
    let said = run(&folder, "dependency update q --plain-http --skip-refresh").ok();
    assert!(said.contains(&format!("Pulled: {}/c/web:0.1.0\n", registry.host)), "{said}");
    run(&folder, "package q -d out").ok();
    assert!(run(&folder, "template x out/q-0.1.0.tgz").ok().contains("q/charts/web/templates/a.yaml"));
}

#[test]
fn packages_are_made_again_byte_by_byte() {
    let pack = |epoch: &str| {
        let folder = chart("1.0.0+b.1");
        let said = run_with(&folder, "package web -d out --app-version 7", &[("SOURCE_DATE_EPOCH", epoch)]);
        assert_eq!(said.ok(), "Successfully packaged chart and saved it to: out/web-1.0.0+b.1.tgz\n");
        std::fs::read(folder.join("out/web-1.0.0+b.1.tgz")).expect("an archive")
    };
    assert_eq!(pack("1000000000"), pack("1000000000"));
    assert_ne!(pack("1000000000"), pack("1000000001"));
    let folder = chart("1.0.0");
    let bad = run_with(&folder, "package web", &[("SOURCE_DATE_EPOCH", "-1")]).error();
    assert_eq!(bad, "Error: invalid SOURCE_DATE_EPOCH: must not be negative\n");
    assert!(run(&folder, "package web --sign --key x").error().contains("chartlens does not sign"));
    assert!(run(&folder, "package web --version x").error().contains("invalid semantic version"));
    assert_eq!(run(&folder, "package").error(), "Error: need at least one argument, the path to the chart\n");
}

#[test]
fn what_is_pushed_is_pulled() {
    for (wants, login) in [(Wants::Nothing, false), (Wants::Basic(PAIR), true), (Wants::Bearer(PAIR), true)] {
        let (server, content) = oci::start(wants.clone());
        let folder = chart("1.0.0+b.1");
        run(&folder, "package web").ok();
        if login {
            let refused = run(&folder, &format!("push web-1.0.0+b.1.tgz oci://{}/c --plain-http", server.host)).error();
            let why = ["basic credential not found", "response status code 401"];
            assert!(why.iter().any(|why| refused.contains(why)), "{refused}");
            let said = folder.run_at(
                &format!(
                    "registry login {} -u bob --password-stdin --plain-http --registry-config c.json",
                    server.host
                ),
                "secret\n",
                None,
                &[],
            );
            if matches!(wants, Wants::Basic(_)) {
                assert_eq!(said.ok(), "Login Succeeded\n");
            } else {
                // Its tokens are for repositories alone.
                std::fs::write(
                    folder.join("c.json"),
                    format!("{{\"auths\":{{\"{}\":{{\"auth\":\"Ym9iOnNlY3JldA==\"}}}}}}", server.host),
                )
                .expect("a file");
            }
        }
        let flags = "--plain-http --registry-config c.json";
        let said = run(&folder, &format!("push web-1.0.0+b.1.tgz oci://{}/c {flags}", server.host)).ok();
        assert!(said.starts_with(&format!("Pushed: {}/c/web:1.0.0_b.1\nDigest: sha256:", server.host)), "{said}");
        std::fs::create_dir(folder.join("out")).expect("a folder");
        let said = run(&folder, &format!("pull oci://{}/c/web {flags} -d out", server.host)).ok();
        assert!(said.starts_with("Pulled: ") && said.contains("contains an underscore."), "{said}");
        let bytes = |file: &str| std::fs::read(folder.join(file)).expect("an archive");
        assert_eq!(bytes("web-1.0.0+b.1.tgz"), bytes("out/web-1.0.0+b.1.tgz"));
        let manifest = content.lock().expect("the content").get("c/web/manifests/1.0.0_b.1").cloned();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest.expect("a manifest")).expect("JSON");
        assert_eq!(manifest["annotations"]["org.opencontainers.image.version"], "1.0.0+b.1");
        let rendered = run(&folder, &format!("template x oci://{}/c/web {flags} --version 1.x", server.host));
        assert_eq!(rendered.stdout, folder.run("template x web").ok(), "{}", rendered.stderr);
        if login {
            run(&folder, &format!("registry logout {} --registry-config c.json", server.host)).ok();
            assert!(!std::fs::read_to_string(folder.join("c.json")).expect("a file").contains("Ym9i"));
        }
    }
}

#[test]
fn bad_registries_are_told() {
    let (server, content) = oci::start(Wants::Nothing);
    let folder = chart("1.0.0");
    run(&folder, "package web").ok();
    run(&folder, &format!("push web-1.0.0.tgz oci://{}/c --plain-http", server.host)).ok();
    let host = &server.host;
    let error = |reference: &str| run(&folder, &format!("pull oci://{host}/{reference} --plain-http")).error();
    let layer: BTreeMap<String, Vec<u8>> = content.lock().expect("the content").clone();
    let change = |name: &dyn Fn(&[u8]) -> bool, change: &dyn Fn(&mut Vec<u8>)| {
        let mut content = content.lock().expect("the content");
        content.clone_from(&layer);
        content.values_mut().filter(|data| name(data)).for_each(change);
    };
    let is_archive = |data: &[u8]| data.starts_with(&[0x1F, 0x8B]);
    let is_manifest = |data: &[u8]| data.starts_with(b"{\"schemaVersion");
    change(&is_archive, &|data| *data.last_mut().expect("a byte") ^= 1);
    assert!(error("c/web").contains("mismatched digest"), "{}", error("c/web"));
    change(&is_archive, &|data| data.truncate(data.len() / 2));
    assert!(error("c/web").contains("unexpected EOF"), "{}", error("c/web"));
    change(&is_archive, &|data| data.extend_from_slice(b"more"));
    assert!(error("c/web").contains("limit reached: the answer is larger than"), "{}", error("c/web"));
    change(&is_manifest, &|data| *data = b"{}".to_vec());
    assert!(error("c/web").contains("minimum number of descriptors"), "{}", error("c/web"));
    change(&is_manifest, &|data| *data = b"[".to_vec());
    assert!(error("c/web").contains("the manifest cannot be read"), "{}", error("c/web"));
    change(&|_| false, &|_| {});
    assert_eq!(
        error("c/web --version 9.0.0"),
        format!("Error: failed to perform \"FetchReference\" on source: {host}/c/web:9.0.0: not found\n")
    );
    assert!(error("c/web --version >9").contains("could not locate a version matching provided version string >9"));
    assert!(error("c/none").contains("response status code 404: name unknown: no such name"));
    assert!(error("c/web:1.0.0 --version 2.0.0").contains("chart reference and version mismatch: 2.0.0 is not 1.0.0"));
    assert!(error("c/Web!").contains("invalid reference: invalid repository \"c/Web!\""));
    let zeros = format!("c/web@sha256:{}", "0".repeat(64));
    assert!(error(&zeros).ends_with(&format!("{zeros}: not found\n")), "{}", error(&zeros));
    let helper = Folder::default().with("home/.docker/config.json", "{\"credsStore\": \"pass\"}");
    let (locked, _) = oci::start(Wants::Basic(PAIR));
    let kept = run(&helper, &format!("pull oci://{}/c/web --plain-http", locked.host)).error();
    let says = "home/.docker/config.json leaves to another program: docker-credential-pass get: there is no such program in $PATH";
    assert!(kept.contains(says), "{kept}");
}

#[test]
#[cfg(unix)]
fn programs_that_keep_credentials_are_asked() {
    use std::os::unix::fs::PermissionsExt;
    let (server, _) = oci::start(Wants::Basic(PAIR));
    let host = &server.host;
    let script = "#!/bin/sh\nread -r told\necho \"$1 $told\" >> told\ncase \"$1 $told\" in\n  \"get HOST\") echo '{\"ServerURL\":\"HOST\",\"Username\":\"bob\",\"Secret\":\"secret\"}' ;;\n  get*) echo 'credentials not found in native keychain'; exit 1 ;;\nesac\n";
    let folder = chart("1.0.0")
        .with("bin/docker-credential-test", script.replace("HOST", host))
        .with("bin/docker-credential-broken", "#!/bin/sh\necho the keys are locked\nexit 1\n");
    for program in ["test", "broken"] {
        let path = folder.join(&format!("bin/docker-credential-{program}"));
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("a program");
    }
    let config = |folder: Folder, text: &str| folder.with("home/.docker/config.json", text.replace("HOST", host));
    let run = |folder: &Folder, args: &str| run_with(folder, args, &[("PATH", "bin")]);
    run(&folder, "package web").ok();
    let push = format!("push web-1.0.0.tgz oci://{host}/c --plain-http");
    let folder = config(folder, "{\"credHelpers\": {\"HOST\": \"test\"}, \"credsStore\": \"broken\"}");
    run(&folder, &push).ok();
    run(&folder, &format!("pull oci://{host}/c/web --plain-http")).ok();
    let folder = config(folder, "{\"credsStore\": \"broken\"}");
    assert!(run(&folder, &push).error().contains("docker-credential-broken get: the keys are locked"));
    let folder = config(folder, "{\"credsStore\": \"../test\"}");
    assert!(run(&folder, &push).error().contains("invalid name of a credential helper \"../test\""));
    let (other, _) = oci::start(Wants::Basic(PAIR));
    let folder = config(folder, "{\"credsStore\": \"test\"}");
    let refused = run(&folder, &format!("pull oci://{}/c/web --plain-http", other.host)).error();
    assert!(
        refused.contains("basic credential not found") && !refused.contains("keychain"),
        "one that knows nothing: {refused}"
    );
    let folder = folder.with("config/registry/config.json", "{\"credsStore\": \"test\"}");
    run(&folder, &format!("registry login {host} -u bob -p secret --plain-http")).ok();
    run(&folder, &format!("registry logout {host}")).ok();
    let told = std::fs::read_to_string(folder.join("told")).expect("what it was told");
    let stored =
        format!("store {{\"ServerURL\":\"{host}\",\"Username\":\"bob\",\"Secret\":\"secret\"}}\nerase {host}\n");
    assert!(told.ends_with(&stored), "{told}");
    let kept = std::fs::read_to_string(folder.join("config/registry/config.json")).expect("the file");
    assert!(!kept.contains("auths"), "{kept}");
}

#[test]
fn archives_that_lead_elsewhere_are_refused() {
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    let text: &[u8] = b"apiVersion: v2\nname: web\nversion: 1.0.0\n";
    for name in ["web/Chart.yaml", "web/../../out.yaml"] {
        let mut header = tar::Header::new_gnu();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(text.len() as u64);
        header.set_cksum();
        tar.append(&header, text).expect("an entry");
    }
    let archive = tar.into_inner().and_then(|gzip| gzip.finish()).expect("an archive");
    let server = Server::start(move |_| Answer::new(200, archive.clone()));
    let folder = Folder::default();
    let error = run(&folder, &format!("pull {} --untar --untardir in", server.url("/web-1.0.0.tgz"))).error();
    assert_eq!(error, "Error: chart illegally references parent directory\n");
    assert!(!folder.join("out.yaml").exists() && !folder.join("in/out.yaml").exists());
    assert!(run(&folder, &format!("template x {}", server.url("/web-1.0.0.tgz"))).exit == 1);
}

#[test]
fn repositories_are_kept_as_helm_does() {
    let folder = site(&["0.1.0"]);
    let server = serve(&folder.join("site"));
    let url = server.url("");
    assert_eq!(run(&folder, "repo list").stderr, "no repositories to show\n");
    assert_eq!(run(&folder, "repo update").error(), "Error: no repositories found. You must add one before updating\n");
    run(&folder, &format!("repo add r {url}")).ok();
    let text = std::fs::read_to_string(folder.join("config/repositories.yaml")).expect("a file");
    let helms = format!(
        "apiVersion: \"\"\ngenerated: \"0001-01-01T00:00:00Z\"\nrepositories:\n- caFile: \"\"\n  certFile: \"\"\n  insecure_skip_tls_verify: false\n  keyFile: \"\"\n  name: r\n  pass_credentials_all: false\n  password: \"\"\n  url: {url}\n  username: \"\"\n"
    );
    assert_eq!(text, helms);
    let again = run(&folder, &format!("repo add r {url}")).ok();
    assert_eq!(again, "\"r\" already exists with the same configuration, skipping\n");
    assert!(run(&folder, &format!("repo add r {url}/x")).error().contains("repository name (r) already exists"));
    assert_eq!(run(&folder, "repo ls -o json").ok(), format!("[{{\"name\":\"r\",\"url\":\"{url}\"}}]\n"));
    assert!(run(&folder, "repo update r").ok().ends_with("Update Complete. ⎈Happy Helming!⎈\n"));
    assert!(run(&folder, "repo update z").error().contains("no repositories found matching 'z'"));
    assert_eq!(run(&folder, "repo rm r").ok(), "\"r\" has been removed from your repositories\n");
    assert!(!folder.join("cache/repository/r-index.yaml").exists());
    assert_eq!(run(&folder, "repo remove r").error(), "Error: no repositories configured\n");
    let usage = run(&folder, "repo add").error();
    assert_eq!(usage, "Error: \"helm repo add\" requires 2 arguments\n\nUsage:  helm repo add [NAME] [URL] [flags]\n");
    assert!(run(&folder, "repo").ok().contains("index"));
    let unknown = run(&folder, "repo nope");
    assert_eq!((unknown.exit, unknown.stderr.contains("unknown command \"nope\" for \"chartlens repo\"")), (2, true));
}

#[test]
fn charts_that_files_name_are_fetched_where_that_is_asked_for() {
    let folder = site(&["0.1.0", "0.2.0"]);
    let server = serve(&folder.join("site"));
    let url = server.url("");
    let terraform = format!(
        "resource \"helm_release\" \"a\" {{\n  name = \"a\"\n  chart = \"web\"\n  repository = \"{url}\"\n  version = \"0.1.0\"\n  values = [yamlencode({{ port = \"eighty\" }})]\n}}\n"
    );
    let argo = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: b}}\nspec:\n  source:\n    repoURL: {url}\n    chart: web\n    targetRevision: 0.2.0\n    helm:\n      valuesObject:\n        port: ninety\n"
    );
    let flux = format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: c, namespace: f}}\nspec:\n  chart:\n    spec:\n      chart: web\n      sourceRef: {{kind: HelmRepository, name: r}}\n  values:\n    port: seventy\n---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {{name: r, namespace: f}}\nspec: {{url: \"{url}\"}}\n"
    );
    let folder = folder.with("infra/main.tf", terraform).with("apps/b.yaml", argo).with("apps/c.yaml", flux);
    let plain = run(&folder, "check infra apps --select schema --ignore schema/unknown-kind");
    assert_eq!((plain.exit, plain.stderr.matches("--fetch does that").count()), (0, 3), "{}", plain.stderr);
    assert!(server.asked().is_empty(), "nothing is fetched unless that is asked for");
    let shown = run(&folder, "check infra apps --select schema --ignore schema/unknown-kind --fetch --format concise");
    for place in ["infra/main.tf:6", "apps/b.yaml:11", "apps/c.yaml:10"] {
        assert!(shown.stdout.contains(&format!("(port from {place})")), "{place}\n{}{}", shown.stdout, shown.stderr);
    }
    let gone =
        folder.with("infra/main.tf", "resource \"helm_release\" \"a\" {\n  chart = \"oci://127.0.0.1:1/x/web\"\n}\n");
    let shown = run(&gone, "check infra --fetch");
    assert_eq!(shown.exit, 2, "{}", shown.stdout);
    assert!(
        shown.stderr.contains("helm_release.a: the chart oci://127.0.0.1:1/x/web cannot be fetched: "),
        "{}",
        shown.stderr
    );
}
