import assert from "node:assert/strict";
import { test } from "node:test";
import * as chartlens from "../pkg/node.js";

const { load, check } = chartlens;
const files = {
  "Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
  "values.yaml": "ports: 80\n",
  "templates/a.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Release.Name }}}\nspec: {ports: [{port: {{ .Values.ports }}}]}\n",
};

await chartlens.init({ deferred: false });

test("a plain chart renders, is checked and traced without the deferred part", () => {
  const rendered = load(files).render({ name: "demo" });
  assert.match(String(rendered), /name: demo/);
  assert.equal(rendered.documents[0].cause(4, 23).values[0].path, "ports");
  assert.deepEqual(check(files, { values: "ports: x" }).diagnostics.map(({ code }) => code), ["schema/wrong-type"]);
});

test("a chart that needs the deferred part says so, and works once it is there", async () => {
  const plain = load(files).render({ name: "demo" });
  const needy = {
    schema: { ...files, "values.schema.json": '{"properties": {"ports": {"type": "integer"}}, "propertyNames": {"maxLength": 63}}' },
    keys: { ...files, "templates/b.yaml": "kind: B\nkey: {{ genPrivateKey \"ecdsa\" | quote }}\n" },
    jinja: { ...files, "templates/b.yaml.j2": "kind: B\nname: {{ Release.Name }}\n" },
  };
  for (const [what, files] of Object.entries(needy)) {
    assert.throws(() => load(files).render(), { name: "AssetError", message: /loadDeferred/ }, what);
    assert.match(String(plain), /name: demo/);
  }
  const chart = load(needy.schema);
  assert.throws(() => chart.render(), { name: "AssetError" });
  await assert.rejects(chartlens.loadDeferred(new URL("./nowhere.wasm", import.meta.url)), { name: "AssetError" });
  const foreign = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 120, 1, 121, 0, 0));
  await assert.rejects(chartlens.loadDeferred(foreign), { name: "AssetError", message: /not the deferred part/ });
  await chartlens.loadDeferred();
  assert.match(String(chart.render({ name: "demo" })), /name: demo/);
  assert.throws(() => chart.render({ values: "ports: x" }), { name: "ValuesError", message: /ports/ });
  assert.equal(load(needy.jinja).render({ name: "demo" }).documents[1].object.name, "demo");
});
