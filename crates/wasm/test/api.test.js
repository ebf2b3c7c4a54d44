import assert from "node:assert/strict";
import { test } from "node:test";
import * as chartlens from "../pkg/node.js";

const { load, check, trace } = chartlens;
const meta = "apiVersion: v2\nname: web\nversion: 0.1.0\nappVersion: 1.2.3\n";
const service = "apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Release.Name }}}\nspec:\n  ports: {{ .Values.ports }}\n";
const files = { "Chart.yaml": meta, "values.yaml": "ports: 80\n", "templates/a.yaml": service };

test("nothing works before init, and says so", () => {
  assert.throws(() => load(files), { name: "UsageError", message: /init/ });
});

test("a missing asset is a typed error", async () => {
  const schemas = new URL("./nowhere.bin", import.meta.url);
  await assert.rejects(chartlens.init({ schemas }), { name: "SchemasError" });
  await assert.rejects(chartlens.init({ wasm: new URL("./nowhere.wasm", import.meta.url) }), { name: "AssetError" });
  await assert.rejects(chartlens.init({ schemas: new Uint8Array(8) }), { name: "SchemasError" });
});

test("charts render without schemas, and checks ask for them", async () => {
  await chartlens.init({ schemas: false });
  assert.match(String(load(files).render({ name: "demo" })), /name: demo/);
  assert.throws(() => check(files), { name: "SchemasError", message: /loadSchemas/ });
  await chartlens.loadSchemas();
  assert.equal(chartlens.kubeVersions().at(-1), "1.37");
  assert.equal(chartlens.version(), "0.1.0");
});

test("documents say what they are and what caused them", () => {
  const rendered = load(files).render({ name: "demo", namespace: "shop", set: { ports: 81 } });
  const [document] = rendered.documents;
  assert.equal(rendered.documents.length, 1);
  assert.deepEqual(
    [document.kind, document.apiVersion, document.name, document.namespace, document.source, document.n, document.hook],
    ["Service", "v1", "demo", null, "web/templates/a.yaml", 1, null],
  );
  assert.deepEqual(document.object.spec, { ports: 81 });
  const cause = document.cause(5, 10);
  assert.deepEqual([cause.template.file, cause.template.line], ["templates/a.yaml", 5]);
  assert.deepEqual([cause.values[0].path, cause.values[0].layer], ["ports", "set"]);
  assert.equal(cause.values[0].overrode[0].file, "values.yaml");
  assert.deepEqual(rendered.cause(7, 10), cause);
  assert.equal(rendered.cause(1, 1).generated, "separator");
  assert.equal(rendered.cause(2, 1).generated, "source-comment");
  assert.throws(() => document.cause(99, 1), { name: "UsageError" });
});

test("questions are answered", () => {
  const chart = load(files);
  assert.equal(chart.trace({ value: "ports" }).reached[0].text, "  ports: 80");
  assert.equal(trace(files, { at: "web/templates/a.yaml:5" }).cause.values[0].path, "ports");
  const [value] = trace(chart, { explainValues: true }).values;
  assert.deepEqual([value.path, value.value, value.read], ["ports", "80", true]);
  assert.throws(() => chart.trace({ value: "nothing" }), { name: "UsageError" });
  assert.throws(() => chart.trace({}), { name: "UsageError", message: /exactly one of `at`, `value`/ });
});

test("checks find faults for every version and set of values", () => {
  const report = check(files, { path: "charts/web", kubeVersion: ["1.30", "1.37"] });
  const [found] = report.diagnostics;
  assert.deepEqual([found.code, found.pointer, found.chart], ["schema/wrong-type", "/spec/ports", "charts/web"]);
  assert.deepEqual(found.targets.map((target) => target.kube_version), ["1.30", "1.37"]);
  const sets = { none: "ports: []", one: { ports: [{ port: 80 }] } };
  const codes = check(files, { valuesSets: sets }).diagnostics.map((d) => [d.code, d.targets[0].values_set]);
  assert.ok(codes.every(([, set]) => set === "one" || set === "none"));
  assert.equal(report.version, 1);
});

test("inspect gives the report and what was rendered in spite of faults", () => {
  const broken = { ...files, "templates/b.yaml": "kind: B\nx: {{ fail \"no\" }}\n" };
  const { report, rendered } = load(broken).inspect();
  assert.equal(report.diagnostics[0].code, "render/fail");
  assert.deepEqual(rendered.documents.map((d) => d.kind), ["Service"]);
  assert.equal(rendered.documents[0].cause(5, 10).values[0].path, "ports");
});

test("what is no chart is a finding of a check and an error of load", () => {
  const report = check({ "Chart.yaml": "name: [" });
  assert.equal(report.diagnostics[0].code, "chart/invalid");
  assert.throws(() => load({}), { name: "ChartError", message: "Chart.yaml file is missing" });
  assert.throws(() => load(new Uint8Array([1, 2, 3])), { name: "ChartError" });
});

test("values come in layers", () => {
  const chart = load({ ...files, "templates/a.yaml": "kind: A\na: {{ .Values.a }}\nb: {{ .Values.b }}\n" });
  const values = ["a: 1\nb: 1\n", { b: 2 }, new chartlens.ValuesFile("prod.yaml", "b: 3\n")];
  const rendered = chart.render({ values, setString: { a: "x,y" } });
  assert.deepEqual(rendered.documents[0].object, { kind: "A", a: "x,y", b: 3 });
  const [cause] = rendered.documents[0].cause(3, 4).values;
  assert.equal(cause.file, "prod.yaml");
  assert.equal(cause.overrode[0].file, "values[1]");
  assert.throws(() => chart.render({ values: "a: [" }), { name: "ValuesError" });
});

test("equal seeds and times give equal bytes", () => {
  const chart = load({ "Chart.yaml": meta, "templates/a.yaml": "a: {{ randAlpha 9 }}\nb: {{ now | unixEpoch }}\n" });
  const render = (seed) => String(chart.render({ seed, now: new Date(5000) }));
  assert.equal(render(1), render(1));
  assert.notEqual(render(1), render(2));
  assert.match(render(1), /b: "?5"?/);
});

test("arguments that make no sense are typed errors", () => {
  const chart = load(files);
  for (const options of [{ helmVersion: 5 }, { kubeVersion: "x" }, { name: "A_B" }, { nonsense: 1 }, { now: "soon" }]) {
    assert.throws(() => chart.render(options), { name: "UsageError" }, JSON.stringify(options));
  }
});

test("arguments of a wrong type are named, with what was found", () => {
  const chart = load(files);
  const wrong = [
    [() => chart.render({ name: 5 }), "name: expected a text, found the number 5"],
    [() => chart.render({ isUpgrade: "yes" }), 'isUpgrade: expected true or false, found the text "yes"'],
    [() => chart.render({ apiVersions: "v1" }), 'apiVersions: expected a list of texts, found the text "v1"'],
    [() => chart.render({ flags: { set: "a=1" } }), 'flags.set: expected a list of texts, found the text "a=1"'],
    [() => chart.render({ set: [] }), "set: expected an object, found an array"],
    [() => chart.render("demo"), 'options: expected an object, found the text "demo"'],
    [() => chart.render({ kubeVersion: 1.31 }), 'kubeVersion: expected a text such as "1.31" (as numbers 1.30 and 1.3 are the same), found the number 1.31'],
    [() => chart.check({ kubeVersion: ["1.31", null] }), 'kubeVersion: expected a text such as "1.31", found null'],
    [() => chart.render({ values: 5 }), "values: expected the text of a values file, a ValuesFile or an object, found the number 5"],
    [() => chart.render({ values: ["a: 1", new Map()] }), "values[1]: expected the text of a values file, a ValuesFile or an object, found a Map"],
    [() => chart.trace("image.tag"), 'question: expected an object such as { value: "image.tag" }, found the text "image.tag"'],
    [() => chart.trace({ value: 5 }), "value: expected a text, found the number 5"],
    [() => load("charts/web"), 'chart: expected files or the bytes of a .tgz, found the text "charts/web": paths are not read'],
    [() => load(null), "chart: expected files or the bytes of a .tgz, found null"],
    [() => load(["Chart.yaml"]), "chart: expected files or the bytes of a .tgz, found an array"],
    [() => load(Promise.resolve(files)), "chart: expected files or the bytes of a .tgz, found a Promise"],
    [() => load({ "Chart.yaml": 5 }), 'file "Chart.yaml": expected text or a Uint8Array, found the number 5'],
  ];
  for (const [call, message] of wrong) assert.throws(call, { name: "UsageError", message });
  assert.throws(() => chart.trace({}), { message: "question: expected exactly one of `at`, `value`, `template` and `explainValues`" });
});

test("freed objects say so", () => {
  const chart = load(files);
  const rendered = chart.render();
  rendered.free();
  assert.throws(() => String(rendered), { name: "UsageError" });
  chart.free();
  chart.free();
  assert.throws(() => chart.render(), { name: "UsageError" });
});
