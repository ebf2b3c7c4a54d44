// The browser edition: the engine behind the editor's features, with an editor that is played.

const assert = require("node:assert");
const fs = require("node:fs");
const Module = require("node:module");
const os = require("node:os");
const path = require("node:path");
const { after, test } = require("node:test");
const { pathToFileURL } = require("node:url");
const { editor } = require("./editor.js");

const bundle = path.join(__dirname, "../dist/browser.js");
const skip = fs.existsSync(path.join(__dirname, "../engine")) ? false : "the engine is not built";
const played = editor();
const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? played.vscode : load(name, ...rest));

const root = fs.mkdtempSync(path.join(os.tmpdir(), "chartlens-"));
after(() => fs.rmSync(root, { recursive: true }));
const write = (name, text) => {
  const file = path.join(root, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return file;
};
const service = [
  "apiVersion: v1",
  "kind: Service",
  "metadata:",
  "  name: {{ .Release.Name }}",
  "spec:",
  "  ports: [{port: {{ .Values.port }}}]",
  "",
].join("\n");
write("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n");
write("web/charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 0.1.0\n");
const values = write("web/values.yaml", "# The port.\nport: eighty\n");
const template = write("web/templates/a.yaml", service);
const other = service.replace(".Values.port", "80").replace("Release.Name }}", "Release.Name }}-db");
const inner = write("web/charts/db/templates/b.yaml", other);
const uri = (file) => pathToFileURL(file).href;

/** Waits until something holds. */
async function until(holds) {
  for (let tries = 0; tries < 200 && !holds(); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.ok(holds());
}

const provider = (name) => played.providers.get(name)[0];
const at = (line, character) => new played.vscode.Position(line, character);

test("findings show on the template line and on the values key", { skip }, async () => {
  const { activate } = require(bundle);
  await activate(played.context);
  played.open(template);
  await until(() => played.diagnostics.get(uri(template))?.length === 1);
  const [found] = played.diagnostics.get(uri(template));
  assert.strictEqual(found.code.value, "schema/wrong-type");
  assert.strictEqual(found.range.start.line, 5);
  assert.strictEqual(found.relatedInformation[0].location.uri.toString(), uri(values));
  played.type(template, service.replace(".Values.port", "80"));
  await until(() => !played.diagnostics.get(uri(template))?.length);
  played.type(template, service);
  await until(() => played.diagnostics.get(uri(template))?.length === 1);
});

test("the engine answers what editors ask", { skip }, async () => {
  const document = played.vscode.workspace.textDocuments[0];
  const items = await provider("completion").provideCompletionItems(document, at(5, 28));
  assert.ok(items.some((item) => item.label === "port"));
  const hover = await provider("hover").provideHover(document, at(5, 30));
  assert.match(hover.contents.value, /The port\./);
  const [definition] = await provider("definition").provideDefinition(document, at(5, 30));
  assert.strictEqual(definition.uri.toString(), uri(values));
  const references = await provider("references").provideReferences(document, at(5, 30));
  assert.strictEqual(references.length, 2);
  const { edits } = await provider("rename").provideRenameEdits(document, at(5, 30), "number");
  assert.deepStrictEqual(edits.map((edit) => [path.basename(edit.uri), edit.text]).sort(), [["a.yaml", "number"], ["values.yaml", "number"]]);
  await assert.rejects(provider("rename").provideRenameEdits(document, at(5, 30), "a b"), /could not be written/);
  const hints = await provider("inlays").provideInlayHints(document, new played.vscode.Range(0, 0, 9, 0));
  assert.deepStrictEqual(hints.map((hint) => hint.label), ["= release-name", "= eighty"]);
  const actions = await provider("actions").provideCodeActions(document, new played.vscode.Range(5, 30, 5, 30));
  assert.ok(actions.some((action) => action.title.includes("allow")));
});

test("a chart inside is looked at with the chart around it", { skip }, async () => {
  const document = played.open(inner);
  const hints = await provider("definition").provideDefinition(document, at(3, 16));
  assert.deepStrictEqual(hints, []);
  await until(() => played.diagnostics.has(uri(template)));
});

test("the preview knows what wrote each part", { skip }, async () => {
  const preview = played.providers.get("preview");
  const name = played.vscode.Uri.from({ scheme: "chartlens-preview", path: "/a", query: uri(template) });
  const text = await preview.provideTextDocumentContent(name);
  assert.match(text, /# Source: web\/templates\/a.yaml\n/);
  const line = text.split("\n").findIndex((line) => line.includes("eighty"));
  const hover = preview.provideHover({ uri: name }, at(line, text.split("\n")[line].indexOf("eighty")));
  assert.match(hover.contents.value, /value `port`/);
});
