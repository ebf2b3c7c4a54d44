//! The language server over its streams: the protocol, diagnostics as one types, what goes wrong.

use chartlens_tests::files::pack;
use chartlens_tests::folder::{CHART_YAML, Folder};
use chartlens_tests::lsp::{Client, codes};
use chartlens_tests::recorded::play;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const SERVER: &str = env!("CARGO_BIN_EXE_chartlens-under-test");

const DEPLOYMENT: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  ports:\n    - port: {{ .Values.port }}\n";

fn chart() -> Folder {
    Folder::chart([
        ("values.yaml", "# The port.\nport: eighty\nname: x\n"),
        ("templates/_helpers.tpl", "{{ define \"t.name\" }}{{ .Values.name }}{{ end }}\n"),
        ("templates/a.yaml", DEPLOYMENT),
    ])
}

fn client(folder: &Folder) -> Client {
    Client::start(SERVER, folder.path(), json!({}))
}

fn open(client: &mut Client, file: &str) {
    let text = std::fs::read_to_string(client.root.join(file)).expect("the file");
    client.open(file, &text);
}

#[test]
fn recorded_sessions_hold() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lsp");
    let entries = std::fs::read_dir(folder).expect("the sessions");
    let failed = entries.filter_map(|entry| play(&entry.expect("an entry").path(), SERVER).err());
    let failed: Vec<String> = failed.collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn findings_show_on_the_template_line_and_on_the_values_key() {
    let folder = chart();
    let mut client = client(&folder);
    open(&mut client, "t/templates/a.yaml");
    let found = client.until("t/templates/a.yaml", |found| codes(found) == ["schema/wrong-type"]);
    let finding = &found[0];
    assert_eq!(finding["range"]["start"], json!({"line": 6, "character": 12}));
    assert_eq!((&finding["source"], &finding["severity"]), (&json!("chartlens"), &json!(1)));
    assert!(finding["codeDescription"]["href"].as_str().is_some_and(|url| url.ends_with("codes.md#schemawrong-type")));
    let related = &finding["relatedInformation"][0];
    assert_eq!(related["location"]["uri"], json!(client.uri("t/values.yaml")));
    assert_eq!(related["location"]["range"]["start"], json!({"line": 1, "character": 6}));
    assert_eq!(client.end(), Some(0));
}

#[test]
fn unsaved_texts_count_and_closing_takes_them_back() {
    let folder = chart();
    let mut client = client(&folder);
    open(&mut client, "t/templates/a.yaml");
    client.until("t/templates/a.yaml", |found| codes(found) == ["schema/wrong-type"]);
    client.open("t/values.yaml", "port: 80\nname: x\n");
    client.until("t/templates/a.yaml", |found| codes(found).is_empty());
    let document = json!({"uri": client.uri("t/values.yaml")});
    client.notify("textDocument/didClose", json!({"textDocument": document}));
    client.until("t/templates/a.yaml", |found| codes(found) == ["schema/wrong-type"]);
    let document = json!({"uri": client.uri("t/templates/a.yaml")});
    client.notify("textDocument/didClose", json!({"textDocument": document}));
    client.until("t/templates/a.yaml", |found| codes(found).is_empty());
}

#[test]
fn edits_are_made_in_utf_16() {
    let folder = chart();
    let mut client = client(&folder);
    client.open("t/values.yaml", "port: 80\nname: \"😀\" # x\n");
    let change =
        json!({"range": {"start": {"line": 1, "character": 10}, "end": {"line": 1, "character": 14}}, "text": ""});
    let document = json!({"uri": client.uri("t/values.yaml"), "version": 2});
    client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [change]}));
    let at = client.at("t/values.yaml", 1, 1);
    let hover = client.request("textDocument/hover", at);
    assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.contains("```yaml\n😀\n```")), "{hover}");
}

#[test]
fn half_typed_text_gives_no_false_yaml_error_and_hides_nothing() {
    let other = DEPLOYMENT.replace("Release.Name }}", "Release.Name }}-b");
    let folder = chart().with("t/templates/b.yaml", other);
    let mut client = client(&folder);
    open(&mut client, "t/templates/b.yaml");
    client.until("t/templates/b.yaml", |found| codes(found) == ["schema/wrong-type"]);
    open(&mut client, "t/templates/a.yaml");
    let typed = [
        "{{",
        "{{ ",
        "{{ .",
        "{{ .Val",
        "{{ .Values.",
        "{{ include \"",
        "{{ if .Values.x",
        "{{ if .Values.x }}",
        "{{- with",
    ];
    for (version, half) in typed.iter().enumerate() {
        client.change("t/templates/a.yaml", version as i64 + 2, &format!("{DEPLOYMENT}  x: {half}\n"));
        let uri = client.uri("t/templates/a.yaml");
        let found = client.wait(|message, _| {
            message["params"]["uri"] == json!(uri) && message["params"]["version"] == json!(version + 2)
        });
        let mut found = codes(&found["params"]["diagnostics"]);
        // What is wrong besides stays, and that nobody knows the field is true.
        found.retain(|code| !matches!(code.as_str(), "schema/wrong-type" | "schema/unknown-field"));
        assert!(!found.is_empty() && found.iter().all(|code| code.starts_with("render/")), "{half}: {found:?}");
        let other = client.until("t/templates/b.yaml", |_| true);
        assert_eq!(codes(&other), ["schema/wrong-type"], "{half}");
    }
}

#[test]
fn editors_may_ask_for_diagnostics() {
    let folder = chart();
    let mut client = Client::start(SERVER, folder.path(), json!({"diagnostics": "pull"}));
    open(&mut client, "t/templates/a.yaml");
    let document = json!({"textDocument": {"uri": client.uri("t/templates/a.yaml")}});
    let report = client.request("textDocument/diagnostic", document);
    assert_eq!((&report["kind"], codes(&report["items"])), (&json!("full"), vec!["schema/wrong-type".to_owned()]));
    assert!(client.published.is_empty());
    // What the editor has already is not sent again.
    let again = |client: &mut Client, id: &Value| {
        let document = json!({"uri": client.uri("t/templates/a.yaml")});
        client.request("textDocument/diagnostic", json!({"textDocument": document, "previousResultId": id}))
    };
    let id = &report["resultId"];
    assert_eq!(again(&mut client, id), json!({"kind": "unchanged", "resultId": id}));
    client.open("t/values.yaml", "port: 80\n");
    let report = again(&mut client, id);
    assert_eq!((&report["kind"], &report["items"]), (&json!("full"), &json!([])));
    assert_ne!(&report["resultId"], id);
}

/// The files of a report on the workspace: name from its folder, kind, codes.
fn reported(client: &Client, report: &Value) -> Vec<(String, String, Vec<String>)> {
    let items = report["items"].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let name = |uri: &Value| text(uri).replace(&format!("{}/", client.uri("")), "");
    items.map(|item| (name(&item["uri"]), text(&item["kind"]), codes(&item["items"]))).collect()
}

/// Waits until the server has the editor ask again.
fn until_refreshed(client: &mut Client) {
    client.wait(|message, _| message["method"] == "workspace/diagnostic/refresh");
}

#[test]
fn editors_may_ask_for_the_diagnostics_of_the_whole_workspace() {
    let folder = chart().with("u/Chart.yaml", CHART_YAML).with("u/templates/b.yaml", "{{ nope }}\n");
    let mut client = Client::start(SERVER, folder.path(), json!({"diagnostics": "pull"}));
    // Charts are looked for first.
    until_refreshed(&mut client);
    client.open("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\nspec: {}\n");
    let ask = |client: &mut Client, known: &Value| {
        let list = known["items"].as_array().into_iter().flatten();
        let known: Vec<Value> = list.map(|item| json!({"uri": item["uri"], "value": item["resultId"]})).collect();
        client.request("workspace/diagnostic", json!({"previousResultIds": known}))
    };
    let file = |name: &str, kind: &str, codes: &[&str]| {
        (name.to_owned(), kind.to_owned(), codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>())
    };
    let first = ask(&mut client, &Value::Null);
    assert_eq!(
        reported(&client, &first),
        [
            file("pod.yaml", "full", &["schema/missing-field"]),
            file("t/templates/a.yaml", "full", &["schema/wrong-type"]),
            file("u/templates/b.yaml", "full", &["render/unknown-function"]),
        ]
    );
    let versions: Vec<&Value> = first["items"].as_array().into_iter().flatten().map(|item| &item["version"]).collect();
    assert_eq!(versions, [&json!(1), &Value::Null, &Value::Null]);
    let kinds = |client: &Client, report: &Value| -> Vec<String> {
        reported(client, report).into_iter().map(|(_, kind, _)| kind).collect()
    };
    let second = ask(&mut client, &first);
    assert_eq!(kinds(&client, &second), ["unchanged", "unchanged", "unchanged"]);
    // A file on disk is mended: the editor is told to ask, and has only that one sent.
    std::fs::write(client.root.join("u/templates/b.yaml"), "").expect("the file");
    let change = json!({"uri": client.uri("u/templates/b.yaml"), "type": 2});
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
    until_refreshed(&mut client);
    let third = ask(&mut client, &second);
    assert_eq!(kinds(&client, &third), ["unchanged", "unchanged", "full"]);
    assert_eq!(reported(&client, &third)[2], file("u/templates/b.yaml", "full", &[]));
    // Other settings are other findings.
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"chartlens": {"kubeVersion": "1.30"}}}));
    until_refreshed(&mut client);
    assert!(client.published.is_empty());
}

#[test]
fn the_diagnostics_of_the_workspace_come_in_parts_where_these_are_wanted() {
    let folder = chart().with("u/Chart.yaml", CHART_YAML).with("u/templates/b.yaml", "{{ nope }}\n");
    let mut client = Client::start(SERVER, folder.path(), json!({"diagnostics": "pull"}));
    until_refreshed(&mut client);
    open(&mut client, "u/templates/b.yaml");
    let result = client.request("workspace/diagnostic", json!({"previousResultIds": [], "partialResultToken": "p"}));
    assert_eq!(result, json!({"items": []}));
    let parts = client.said.iter().filter(|message| message["params"]["token"] == "p");
    let parts: Vec<_> = parts.map(|part| reported(&client, &part["params"]["value"])).collect();
    // The chart of what is open comes first.
    let names: Vec<Vec<&str>> =
        parts.iter().map(|part| part.iter().map(|(name, ..)| name.as_str()).collect()).collect();
    assert_eq!(names, [["u/templates/b.yaml"], ["t/templates/a.yaml"]]);
}

#[test]
fn a_folder_that_is_closed_is_forgotten() {
    let folder = chart().with("u/Chart.yaml", CHART_YAML).with("u/templates/b.yaml", "{{ define \"u.x\" }}{{ end }}\n");
    let mut client = client(&folder);
    client.wait(|message, _| message["params"]["value"]["kind"] == "end");
    assert_ne!(client.request("workspace/symbol", json!({"query": "u.x"})), json!([]));
    let removed = json!([{"uri": client.uri(""), "name": "test"}]);
    let added = json!([{"uri": client.uri("t"), "name": "t"}]);
    client.notify("workspace/didChangeWorkspaceFolders", json!({"event": {"added": added, "removed": removed}}));
    assert_eq!(client.request("workspace/symbol", json!({"query": "u.x"})), json!([]));
    assert_ne!(client.request("workspace/symbol", json!({"query": "t.name"})), json!([]));
}

#[test]
fn sets_and_versions_of_the_configuration_are_one_list() {
    let folder = chart()
        .with("chartlens.toml", "[targets]\nkube-versions = [\"1.30\", \"1.37\"]\nvalues-sets = {good = [\"env/good.yaml\"], bad = [\"env/bad.yaml\"]}\n")
        .with("env/good.yaml", "port: 80\n")
        .with("env/bad.yaml", "port: none\n");
    let mut client = client(&folder);
    open(&mut client, "t/templates/a.yaml");
    let found = client.until("t/templates/a.yaml", |found| codes(found) == ["schema/wrong-type"]);
    let text = found[0]["message"].as_str().unwrap_or_default();
    assert!(text.contains("with the values `bad`") && !text.contains("`good`"), "{text}");
    let uris: Vec<&Value> =
        found[0]["relatedInformation"].as_array().unwrap().iter().map(|r| &r["location"]["uri"]).collect();
    assert!(uris.contains(&&json!(client.uri("env/bad.yaml"))), "{uris:?}");
    // The set's file is edited: the finding goes.
    client.open("env/bad.yaml", "port: 81\n");
    client.until("t/templates/a.yaml", |found| codes(found).is_empty());
}

#[test]
fn files_appear_and_vanish() {
    let folder = chart();
    let mut client = client(&folder);
    open(&mut client, "t/templates/a.yaml");
    client.until("t/templates/a.yaml", |found| codes(found) == ["schema/wrong-type"]);
    let new = client.root.join("t/templates/new.yaml");
    std::fs::write(&new, "{{ nope }}\n").unwrap();
    let changed = |client: &mut Client, kind: u32| {
        let change = json!({"uri": client.uri("t/templates/new.yaml"), "type": kind});
        client.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
    };
    changed(&mut client, 1);
    client.until("t/templates/new.yaml", |found| codes(found) == ["render/unknown-function"]);
    std::fs::remove_file(&new).unwrap();
    changed(&mut client, 3);
    client.until("t/templates/new.yaml", |found| codes(found).is_empty());
}

#[test]
fn several_folders_and_charts_inside_charts() {
    let folder = chart()
        .with("u/Chart.yaml", "apiVersion: v2\nname: u\nversion: 0.1.0\n")
        .with("u/charts/t/Chart.yaml", "apiVersion: v2\nname: t\nversion: 0.1.0\n")
        .with("u/charts/t/values.yaml", "port: 80\n")
        .with("u/charts/t/templates/a.yaml", DEPLOYMENT)
        .with("u/values.yaml", "t:\n  port: many\n");
    let mut client = client(&folder);
    // The chart inside is looked at with the values that its parent gives it.
    open(&mut client, "u/charts/t/templates/a.yaml");
    let found = client.until("u/charts/t/templates/a.yaml", |found| codes(found) == ["schema/wrong-type"]);
    assert_eq!(found[0]["relatedInformation"][0]["location"]["uri"], json!(client.uri("u/values.yaml")));
    let removed = json!([{"uri": client.uri("u"), "name": "u"}]);
    client.notify("workspace/didChangeWorkspaceFolders", json!({"event": {"added": [], "removed": removed}}));
    let named = client.request("workspace/symbol", json!({"query": "t.name"}));
    assert_eq!(named[0]["location"]["uri"], json!(client.uri("t/templates/_helpers.tpl")));
}

#[test]
fn plain_manifests_are_checked_and_other_yaml_is_left_alone() {
    let folder = Folder::default();
    let mut client = client(&folder);
    client.open("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\nspec: {}\n");
    client.until("pod.yaml", |found| codes(found) == ["schema/missing-field"]);
    client.open("compose.yaml", "services:\n  web: {image: nginx}\n");
    client.until("compose.yaml", |found| codes(found).is_empty());
}

#[test]
fn what_is_no_message_ends_nothing() {
    let folder = chart();
    let mut client = client(&folder);
    client.write("Content-Length: 5\r\n\r\n{nope");
    let refusal = client.wait(|message, _| message.get("error").is_some());
    assert_eq!(refusal["error"]["code"], json!(-32700));
    let answer = client.answer("textDocument/nope", json!({}));
    assert_eq!(answer["error"]["code"], json!(-32601));
    open(&mut client, "t/templates/a.yaml");
    let wrong = json!({"textDocument": {"uri": client.uri("t/templates/a.yaml")}, "position": "here"});
    assert_eq!(client.answer("textDocument/hover", wrong)["error"]["code"], json!(-32602));
    let nowhere = json!({"textDocument": {"uri": "untitled:x"}, "position": {"line": 0, "character": 0}});
    assert_eq!(client.request("textDocument/hover", nowhere), Value::Null);
    client.notify("textDocument/didChange", json!({"textDocument": {"uri": 5}}));
    let far = client.at("t/templates/a.yaml", 9999, 9999);
    client.request("textDocument/completion", far);
    assert_eq!(client.end(), Some(0));
}

#[test]
fn the_life_of_a_server_follows_the_protocol() {
    let folder = chart();
    let mut early = Client::bare(SERVER, &[], folder.path());
    let hover = early.at("x", 0, 0);
    assert_eq!(early.answer("textDocument/hover", hover)["error"]["code"], json!(-32002));
    let mut client = client(&folder);
    client.request("shutdown", Value::Null);
    assert_eq!(client.answer("textDocument/hover", json!({}))["error"]["code"], json!(-32600));
    // Work that takes long tells how far it is.
    let mut client = Client::start(SERVER, folder.path(), json!({}));
    client.wait(|message, _| message["params"]["value"]["kind"] == "end");
    let methods: Vec<&str> = client.said.iter().filter_map(|message| message["method"].as_str()).collect();
    assert!(methods.contains(&"client/registerCapability") && methods.contains(&"window/workDoneProgress/create"));
}

#[test]
fn a_request_that_nobody_waits_for_is_cancelled() {
    let endless = "{{ range until 10000 }}{{ range until 10000 }}x{{ end }}{{ end }}\n";
    let folder = Folder::chart([("templates/a.yaml", endless)]);
    let mut client = client(&folder);
    open(&mut client, "t/templates/a.yaml");
    let at = client.at("t/templates/a.yaml", 0, 5);
    let hints = json!({"textDocument": at["textDocument"], "range": {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}});
    let id = client.ask("textDocument/inlayHint", hints);
    client.notify("$/cancelRequest", json!({"id": id}));
    assert_eq!(client.wait_for(&json!(id))["error"]["code"], json!(-32800));
    client.change("t/templates/a.yaml", 2, "a: {{ nope }}\n");
    client.until("t/templates/a.yaml", |found| codes(found) == ["render/unknown-function"]);
}

#[test]
fn a_chart_that_never_ends_is_a_finding() {
    let endless = "{{ define \"x\" }}{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}{{ end }}{{ include \"x\" . }}\n";
    let folder = Folder::chart([("templates/a.yaml", endless)]);
    let mut client = client(&folder);
    open(&mut client, "t/templates/a.yaml");
    client.wait(|_, published| published.values().any(|(_, found)| codes(found) == ["limit/exhausted"]));
}

#[test]
fn what_is_wrong_in_a_configuration_is_told_where_it_stands() {
    let folder = chart().with("t/chartlens.toml", "");
    let mut client = client(&folder);
    client.open("t/chartlens.toml", "profil = \"strict\"\nignore = [\"network/host-prot\"]\n");
    let found = client.until("t/chartlens.toml", |found| found.as_array().is_some_and(|found| found.len() == 2));
    let lines: Vec<&Value> = found.as_array().into_iter().flatten().map(|one| &one["range"]["start"]).collect();
    assert_eq!(lines, [&json!({"line": 0, "character": 0}), &json!({"line": 1, "character": 10})]);
    assert_eq!(found[0]["message"], "unknown key `profil`; did you mean `profile`?");
    client.change("t/chartlens.toml", 2, "profile = \"strict\"\n");
    client.until("t/chartlens.toml", |found| *found == json!([]));
    // Outside of charts, too.
    client.open("chartlens.toml", "ignore = 1\n");
    client.until("chartlens.toml", |found| found[0]["range"]["start"]["character"] == 9);
}

#[test]
fn rules_of_helmignore_are_told_where_they_stand_and_hide_no_chart() {
    let folder = chart().with("t/.helmignore", "**/x\n");
    let mut client = client(&folder);
    client.open("t/.helmignore", "*.bak\n  **/x\n[a\n");
    let found = client.until("t/.helmignore", |found| found.as_array().is_some_and(|found| found.len() == 2));
    assert_eq!(found[0]["range"]["start"], json!({"line": 1, "character": 2}));
    assert_eq!(found[0]["message"], "double-star (**) syntax is not supported");
    open(&mut client, "t/templates/a.yaml");
    client.until("t/templates/a.yaml", |found| codes(found) == ["schema/wrong-type"]);
    client.change("t/.helmignore", 2, "*.bak\n");
    client.until("t/.helmignore", |found| codes(found).is_empty() && *found == json!([]));
}

#[test]
fn charts_in_archives_are_shown_and_cannot_be_changed() {
    let db = [
        ("db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n"),
        ("db/values.yaml", "user: admin\n"),
        (
            "db/templates/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {user: {{ .Values.user }}}\n",
        ),
    ];
    let packed = pack(db.iter().map(|(name, text)| (*name, text.as_bytes())));
    let folder = chart().with("t/charts/db-1.0.0.tgz", packed).with("t/values.yaml", "port: 80\ndb:\n  user: me\n");
    let mut client = client(&folder);
    open(&mut client, "t/values.yaml");
    let at = client.at("t/values.yaml", 2, 4);
    let places = client.request(
        "textDocument/references",
        json!({
            "textDocument": at["textDocument"], "position": at["position"], "context": {"includeDeclaration": true},
        }),
    );
    let uris: Vec<&str> = places.as_array().into_iter().flatten().filter_map(|place| place["uri"].as_str()).collect();
    let inside = |uri: &&&str| uri.contains("/db-1.0.0.tgz/") && uri.ends_with("/values.yaml");
    let inside = uris.iter().find(inside).unwrap_or_else(|| panic!("no file of the archive: {uris:?}"));
    let path = inside.strip_prefix("file://").expect("a file");
    assert_eq!(std::fs::read_to_string(path).expect("it is written out"), "user: admin\n");
    assert!(std::fs::metadata(path).expect("it is there").permissions().readonly());
    let answer = client.answer(
        "textDocument/rename",
        json!({
            "textDocument": at["textDocument"], "position": at["position"], "newName": "name",
        }),
    );
    let reason = answer["error"]["message"].as_str().unwrap_or_default();
    assert!(reason.contains("charts/db-1.0.0.tgz") && reason.ends_with("which cannot be changed"), "{answer}");
}

#[test]
fn fields_are_documented_by_what_the_command_keeps() {
    let docs = r##"{"definitions": {"S": {"properties": {"spec": {"description": "What is wanted of it."}},
        "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Service"}]}}}"##;
    let folder = chart().with("openapi.json", docs);
    folder.run("field-docs openapi.json -o docs.json").ok();
    let mut client = Client::start_with(SERVER, &["--field-docs", "docs.json"], folder.path(), json!({}));
    open(&mut client, "t/templates/a.yaml");
    let hover = client.request("textDocument/hover", client.at("t/templates/a.yaml", 4, 1));
    assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.contains("What is wanted of it.")), "{hover}");
}

#[test]
fn a_text_of_many_megabytes_is_told_and_holds_nobody_up() {
    let mut values = String::from("port: 80\n");
    (0..150_000).for_each(|n| values.push_str(&format!("key{n}: {{a: [1, 2, 3], b: \"text {n}\"}}\n")));
    let folder =
        chart().with("t/values.yaml", &values).with("u/Chart.yaml", CHART_YAML).with("u/templates/a.yaml", DEPLOYMENT);
    let folder = folder.with("u/values.yaml", "port: eighty\n");
    let mut client = client(&folder);
    open(&mut client, "t/values.yaml");
    let found = client.until("t/values.yaml", |found| found.as_array().is_some_and(|found| !found.is_empty()));
    assert!(found[0]["message"].as_str().is_some_and(|text| text.starts_with("this text has ")), "{found}");
    // Another chart is checked meanwhile, and each question has an answer.
    open(&mut client, "u/templates/a.yaml");
    client.until("u/templates/a.yaml", |found| codes(found) == ["schema/wrong-type"]);
    client.answer("textDocument/hover", client.at("t/values.yaml", 0, 2));
    assert_eq!(client.request("textDocument/documentSymbol", client.at("t/values.yaml", 0, 0)), Value::Null);
}

/// So much that it is read when nobody waits.
fn huge_values() -> String {
    let mut values = String::from("port: 80\n");
    let text = "text ".repeat(30);
    (0..50_000).for_each(|n| values.push_str(&format!("key{n}: {{a: [1, 2, 3], b: \"{text}{n}\"}}\n")));
    values
}

#[test]
fn no_other_file_waits_for_a_huge_one_to_be_read() {
    let folder = chart().with("t/values.yaml", huge_values());
    let folder = folder.with("u/Chart.yaml", CHART_YAML).with("u/templates/a.yaml", DEPLOYMENT);
    let folder = folder.with("u/values.yaml", "port: 80\n");
    let log = folder.path().join("lsp.log");
    let flags = ["--log", log.to_str().expect("a path")];
    let mut client = Client::start_with(SERVER, &flags, folder.path(), json!({}));
    let templates = ["t/templates/a.yaml", "u/templates/a.yaml"];
    let ask = |client: &mut Client| {
        for template in templates {
            client.request("textDocument/completion", client.at(template, 6, 23));
        }
    };
    templates.iter().for_each(|template| open(&mut client, template));
    open(&mut client, "t/values.yaml");
    // What it takes to open the text is no matter of its reading.
    ask(&mut client);
    let is_read =
        || std::fs::read_to_string(&log).is_ok_and(|log| log.lines().any(|line| line.ends_with(": read alone")));
    let end = Instant::now() + Duration::from_secs(60);
    let mut answered = 0;
    while !is_read() {
        assert!(Instant::now() < end, "it is not read");
        ask(&mut client);
        answered += 1;
    }
    assert!(answered > 2, "{answered} rounds of answers came while it was read");
}

#[test]
fn what_a_huge_values_file_says_is_read_aside() {
    let folder = chart().with("t/values.yaml", huge_values());
    let mut client = client(&folder);
    open(&mut client, "t/templates/a.yaml");
    let is_left_out = |found: &Value| codes(found) == ["limit/exhausted"];
    let found = client.until("t/values.yaml", is_left_out);
    assert!(found[0]["message"].as_str().is_some_and(|text| text.contains("do not render or check")), "{found}");
    let line_of_port = |client: &mut Client| {
        client.request("textDocument/definition", client.at("t/templates/a.yaml", 6, 25))[0]["range"]["start"]["line"]
            .clone()
    };
    assert_eq!(line_of_port(&mut client), json!(0));
    // Right after an edit what was read last counts, with its places as they are now.
    open(&mut client, "t/values.yaml");
    let start = json!({"line": 0, "character": 0});
    let uri = client.uri("t/values.yaml");
    let changes = json!([{"range": {"start": start, "end": start}, "text": "# one more line\nnew: 1\n"}]);
    let document = json!({"uri": uri, "version": 2});
    client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    assert_eq!(line_of_port(&mut client), json!(2));
    let hover = client.request("textDocument/hover", client.at("t/values.yaml", 2, 1));
    assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.starts_with("**port**")), "{hover}");
    // And when it has been read again, what is new in it is known.
    let about_new = |client: &mut Client| client.request("textDocument/hover", client.at("t/values.yaml", 1, 1));
    let is_known =
        |hover: &Value| hover["contents"]["value"].as_str().is_some_and(|text| text.contains("one more line"));
    let end = Instant::now() + Duration::from_secs(60);
    while !is_known(&about_new(&mut client)) {
        assert!(Instant::now() < end, "it is not read again");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_large_values_file_and_many_charts_are_no_hindrance() {
    let mut values = String::from("port: none\n");
    (0..20_000).for_each(|n| values.push_str(&format!("key{n}:\n  inner: {{a: [1, 2, 3], b: \"text {n}\"}}\n")));
    let mut folder = chart().with("t/values.yaml", &values);
    for n in 0..1000 {
        folder = folder
            .with(&format!("more/c{n}/Chart.yaml"), format!("apiVersion: v2\nname: c{n}\nversion: 0.1.0\n"))
            .with(&format!("more/c{n}/values.yaml"), "port: 80\n")
            .with(&format!("more/c{n}/templates/a.yaml"), DEPLOYMENT);
    }
    let mut client = client(&folder);
    open(&mut client, "more/c7/templates/a.yaml");
    client.until("more/c7/templates/a.yaml", |found| codes(found).is_empty());
    open(&mut client, "t/values.yaml");
    client.until("t/templates/a.yaml", |found| codes(found) == ["schema/wrong-type"]);
    let at = client.at("t/values.yaml", 0, 2);
    let hover = client.request("textDocument/hover", at);
    assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.starts_with("**port**")), "{hover}");
}

#[test]
fn commands_render_and_trace_and_switch() {
    let folder = chart()
        .with("t/chartlens.toml", "[targets]\nvalues-sets = {a = [\"a.yaml\"], b = [\"b.yaml\"]}\n")
        .with("t/a.yaml", "port: 1\n")
        .with("t/b.yaml", "port: 2\n");
    let mut client = client(&folder);
    open(&mut client, "t/templates/a.yaml");
    let uri = client.uri("t/templates/a.yaml");
    let run = |client: &mut Client, command: &str, arguments: Value| {
        client.request("workspace/executeCommand", json!({"command": command, "arguments": arguments}))
    };
    let rendered = run(&mut client, "chartlens.render", json!([uri]));
    assert!(
        rendered
            .as_str()
            .is_some_and(|text| text.contains("# Source: t/templates/a.yaml\n") && text.contains("port: 1\n")),
        "{rendered}"
    );
    run(&mut client, "chartlens.selectValuesSet", json!(["b"]));
    let rendered = run(&mut client, "chartlens.render", json!([uri]));
    assert!(rendered.as_str().is_some_and(|text| text.contains("port: 2\n")), "{rendered}");
    let trace = run(&mut client, "chartlens.trace", json!([uri, {"line": 6, "character": 25}]));
    assert_eq!(trace, json!("t/templates/a.yaml#1:7: - port: 2\n"));
    let targets = client.request("chartlens/targets", json!({"textDocument": {"uri": uri}}));
    assert_eq!((&targets["valuesSets"], &targets["valuesSet"]), (&json!(["b", "a"]), &json!("b")));
    let position = json!({"line": 6, "character": 12});
    let question =
        json!({"textDocument": {"uri": uri}, "source": "t/templates/a.yaml", "number": 1, "position": position});
    let cause = client.request("chartlens/cause", question);
    assert_eq!((&cause["values"][0]["path"], &cause["values"][0]["file"]), (&json!("port"), &json!("b.yaml")));
}
