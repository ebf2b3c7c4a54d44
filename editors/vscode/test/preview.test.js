// The preview's text, and the way between its lines and those of templates.

const assert = require("node:assert");
const { test } = require("node:test");
const { Rendered } = require("../dist/preview.js");

const uri = "file:///chart/templates/a.yaml";
const at = (line) => ({ uri, range: { start: { line, character: 0 }, end: { line, character: 9 } } });
const range = (line, from, to) => ({ start: { line, character: from }, end: { line, character: to } });

const rendered = new Rendered({
  documents: [
    {
      source: "web/templates/a.yaml",
      number: 1,
      text: "kind: A\nport: 80",
      parts: [
        { range: { start: { line: 0, character: 0 }, end: { line: 1, character: 6 } }, at: { uri, range: { start: { line: 0, character: 0 }, end: { line: 1, character: 6 } } }, values: [] },
        { range: range(1, 6, 8), at: at(1), values: ["port"] },
      ],
      isCut: false,
    },
    { source: "web/templates/a.yaml", number: 2, text: "kind: B\n", parts: [{ range: range(0, 0, 7), at: at(5), values: [] }], isCut: false },
  ],
});

test("documents stand one below the other as Helm writes them", () => {
  assert.strictEqual(rendered.text, "---\n# Source: web/templates/a.yaml\nkind: A\nport: 80\n---\n# Source: web/templates/a.yaml\nkind: B\n");
});

test("a position leads to what wrote it", () => {
  assert.deepStrictEqual(rendered.at({ line: 3, character: 7 })?.values, ["port"]);
  assert.strictEqual(rendered.at({ line: 2, character: 0 })?.document.number, 1);
  assert.strictEqual(rendered.at({ line: 6, character: 3 })?.at?.range.start.line, 5);
  assert.strictEqual(rendered.at({ line: 0, character: 0 }), undefined);
});

test("a line of the template leads to what it wrote", () => {
  const line = (number) => rendered.line({ uri, range: range(number, 0, 0) });
  assert.deepStrictEqual([line(0), line(1), line(5), line(9)], [2, 3, 6, undefined]);
});

test("nothing rendered is said", () => {
  assert.match(new Rendered({ documents: [] }).text, /nothing is rendered/);
});

test("a document of too many parts says so, and the others stand where they are", () => {
  const part = { range: range(0, 0, 7), at: at(5), values: [] };
  const document = { source: "web/templates/a.yaml", number: 1, text: "kind: B\n", parts: [part], isCut: true };
  const cut = new Rendered({ documents: [document, { ...document, isCut: false }] });
  const [first, second] = cut.text.split("kind: B\n");
  assert.match(first, /too long/);
  assert.doesNotMatch(second, /too long/);
  assert.strictEqual(cut.at({ line: 3, character: 0 })?.document, document);
  assert.strictEqual(cut.text.split("\n")[cut.parts[1].firstLine], "kind: B");
});
