// The server of the package, and what the extension asks of it.

const assert = require("node:assert");
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const { pathToFileURL } = require("node:url");
const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = require("vscode-jsonrpc/node");
const { Rendered } = require("../dist/preview.js");
const { command } = require("../dist/server.js");

test("the command is that of the settings, of the package, of the PATH", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "chartlens-"));
  assert.strictEqual(command("/x/chartlens", folder), "/x/chartlens");
  assert.strictEqual(command("", folder, "linux"), "chartlens");
  fs.mkdirSync(path.join(folder, "server"));
  fs.writeFileSync(path.join(folder, "server", "chartlens.exe"), "");
  assert.strictEqual(command("", folder, "win32"), path.join(folder, "server", "chartlens.exe"));
});

const built = process.env.CHARTLENS ?? path.join(__dirname, "../../../target/debug/chartlens-under-test");
const skip = fs.existsSync(built) ? false : `${built} is not built`;

test("the preview and the targets of a chart", { skip }, async () => {
  const root = path.join(__dirname, "../../../examples/web");
  const server = spawn(built, ["lsp"]);
  const connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  connection.listen();
  const workspaceFolders = [{ uri: pathToFileURL(root).href, name: "web" }];
  await connection.sendRequest("initialize", { capabilities: {}, processId: null, workspaceFolders });
  await connection.sendNotification("initialized", {});
  const file = path.join(root, "templates/deployment.yaml");
  const uri = pathToFileURL(file).href;
  const text = fs.readFileSync(file, "utf8");
  await connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "helm", version: 1, text } });
  const rendered = new Rendered(await connection.sendRequest("chartlens/preview", { textDocument: { uri } }));
  const line = text.split("\n").findIndex((line) => line.startsWith("kind:"));
  const shown = rendered.line({ uri, range: { start: { line, character: 0 }, end: { line, character: 0 } } });
  assert.match(rendered.text.split("\n")[shown], /^kind: Deployment/);
  assert.strictEqual(rendered.at({ line: shown, character: 2 })?.at?.uri, uri);
  const targets = await connection.sendRequest("chartlens/targets", { textDocument: { uri } });
  assert.ok(targets.kubeVersions.includes(targets.kubeVersion));
  await connection.sendRequest("shutdown");
  await connection.sendNotification("exit");
  await new Promise((resolve) => server.on("exit", resolve));
  connection.dispose();
});
