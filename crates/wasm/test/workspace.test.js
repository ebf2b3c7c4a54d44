// What editors ask: completion, hover, definition, hints and actions over a text as it is typed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Workspace, init } from "../pkg/node.js";

await init();
const meta = "apiVersion: v2\nname: web\nversion: 0.1.0\n";
const template = [
  "apiVersion: v1",
  "kind: ConfigMap",
  "metadata:",
  "  name: {{ .Release.Name }}",
  "data:",
  '  "größe 𝄞": {{ .Values.size }}',
  "",
].join("\n");
const files = { "Chart.yaml": meta, "values.yaml": "# how large\nsize: 5\nimage: {}\n", "templates/a.yaml": template };
const path = "web/templates/a.yaml";
/** Lines of the template begin at 0; columns are code units of UTF-16, so 𝄞 counts twice. */
const at = (character) => ({ line: 5, character });

const opened = () => {
  const workspace = new Workspace();
  workspace.setChart("web", files, { name: "demo" });
  return workspace;
};

test("a check gives findings and what was rendered", () => {
  const workspace = opened();
  workspace.edit(path, template.replace("metadata:", "metadatas:"));
  const { report, chart, rendered } = workspace.inspect(path);
  assert.equal(chart, "web");
  assert.match(String(rendered), /name: demo/);
  assert.ok(report.diagnostics.some((found) => found.help?.includes("metadata")));
});

test("places are counted in UTF-16", () => {
  const workspace = opened();
  const { text, range } = workspace.hover(path, at(28));
  assert.match(text, /\*\*size\*\*[\s\S]*how large/);
  assert.deepEqual([range.start.line, template.split("\n")[5].slice(range.start.character, range.end.character)], [5, "size"]);
  const [found] = workspace.definition(path, at(28));
  assert.deepEqual(found, { file: "values.yaml", range: { start: { line: 1, character: 0 }, end: { line: 1, character: 4 } } });
});

test("a text that is being edited counts until it is closed", () => {
  const workspace = opened();
  workspace.edit(path, template.replace(".Values.size", ".Values."));
  const labels = workspace.completion(path, at(25)).map((item) => item.label);
  assert.deepEqual(labels.sort(), ["image", "size"]);
  workspace.close(path);
  assert.deepEqual(workspace.inlayHints(path).map((hint) => hint.label), ["= demo", "= 5"]);
});

test("a chart that is set again is what its files say now", () => {
  const bytes = new TextEncoder().encode("# not read\n");
  const before = { ...files, "data/a.bin": bytes, ".helmignore": "templates/b.yaml\n", "templates/b.yaml": "{{ fail }}" };
  const workspace = new Workspace();
  const shown = (files, options = { name: "demo" }) => {
    workspace.setChart("web", files, options);
    const fresh = new Workspace();
    fresh.setChart("web", files, options);
    const [again, first] = [workspace, fresh].map((one) => one.inspect(path));
    assert.deepEqual([again.report, String(again.rendered)], [first.report, String(first.rendered)]);
    return String(again.rendered);
  };
  assert.match(shown(before), /"größe 𝄞": 5/);
  assert.match(shown({ ...before, "values.yaml": "size: 6\nimage: {}\n" }), /"größe 𝄞": 6/);
  // A file that does not count may become what it likes.
  assert.match(shown({ ...before, "templates/b.yaml": "{{ fail \"x\" }}" }), /"größe 𝄞": 5/);
  // Bytes may be changed where they are.
  bytes[0] = 65;
  assert.match(shown(before), /"größe 𝄞": 5/);
  const { "data/a.bin": _, ...less } = before;
  assert.match(shown({ ...less, "templates/c.yaml": template.replace("size }}", "size }}0") }), /: 50/);
  assert.match(shown({ ...before, ".helmignore": "templates/a.yaml\ntemplates/b.yaml\n" }), /^\s*$/);
  assert.match(shown(before, { name: "other" }), /name: other/);
});

test("what could be done comes with its edits", () => {
  const workspace = opened();
  workspace.edit(path, template.replace("size }}", "sise }}"));
  const actions = workspace.codeActions(path, { start: at(28), end: at(28) });
  const add = actions.find((action) => action.title.includes("add `sise`"));
  assert.equal(add.kind, "quickfix");
  assert.deepEqual(add.edits.map((edit) => [edit.file, edit.new]), [["values.yaml", 'sise: ""\n']]);
});

test("what is named elsewhere is found and renamed", () => {
  const workspace = opened();
  const found = workspace.references(path, at(28)).map(({ file, range }) => [file, range.start]);
  assert.deepEqual(found, [["values.yaml", { line: 1, character: 0 }], ["templates/a.yaml", { line: 5, character: 25 }]]);
  const edits = workspace.rename(path, at(28), "width").map((edit) => [edit.file, edit.new]);
  assert.deepEqual(edits, [["values.yaml", "width"], ["templates/a.yaml", "width"]]);
  assert.throws(() => workspace.rename(path, at(28), "a b"), { name: "UsageError", message: /could not be written/ });
});

test("findings are told by file, on the template line", () => {
  const workspace = opened();
  workspace.edit(path, template.replace("metadata:", "metadatas:"));
  const found = workspace.findings(path)["templates/a.yaml"].find((one) => one.code === "schema/unknown-field");
  assert.deepEqual([found.range.start, found.severity], [{ line: 2, character: 0 }, "error"]);
  assert.match(found.url, /codes\.md#/);
});

test("a preview knows what wrote each part", () => {
  const [document] = opened().preview(path);
  assert.deepEqual([document.source, document.number], ["web/templates/a.yaml", 1]);
  const part = document.parts.find((one) => one.values.includes("size"));
  assert.deepEqual([part.at.file, part.at.range.start.line], ["templates/a.yaml", 5]);
});

test("files that are not there have no answers", () => {
  const workspace = opened();
  assert.deepEqual(workspace.completion("web/nowhere", at(0)), []);
  assert.equal(workspace.hover("elsewhere/a.yaml", at(0)), null);
  assert.deepEqual([workspace.findings("elsewhere/a.yaml"), workspace.preview("web/nowhere")], [{}, []]);
  assert.throws(() => workspace.inspect("elsewhere/a.yaml"), { name: "UsageError" });
  assert.throws(() => workspace.setChart("web", files, { kubeVersion: "x" }), { name: "UsageError" });
});
