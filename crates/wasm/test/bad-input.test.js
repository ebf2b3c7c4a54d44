import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import * as chartlens from "../pkg/node.js";

const { load } = chartlens;
const meta = "apiVersion: v2\nname: web\nversion: 0.1.0\n";
const chartOf = (template) => load({ "Chart.yaml": meta, "templates/a.yaml": template });
const deep = `{{ ${"(".repeat(9000)}1${")".repeat(9000)} }}`;

await chartlens.init();

test("the end of the stack is a typed error, and old charts and renders go on", () => {
  const healthy = chartOf("kind: A\na: {{ .Values.a }}\n");
  const rendered = healthy.render({ set: { a: 5 }, trace: true });
  const { rendered: inspected } = healthy.inspect();
  const before = [String(rendered), String(inspected)];
  const orphan = chartOf("kind: C\n");
  const child = orphan.render();
  orphan.free();
  for (let round = 0; round < 3; round += 1) {
    assert.throws(() => chartOf(deep).render(), { name: "CrashError" });
    assert.deepEqual([String(rendered), String(inspected)], before);
    assert.equal(rendered.documents[0].cause(2, 4).values[0].path, "a");
    assert.equal(healthy.check().version, 1);
    assert.match(String(child), /kind: C/);
  }
  rendered.free();
  healthy.free();
});

test("a crash leaves nothing to free", () => {
  const chart = chartOf("kind: A\n");
  assert.throws(() => chartOf(deep).render(), { name: "CrashError" });
  chart.free();
  assert.equal(chartOf("kind: B\n").render().documents[0].kind, "B");
});

test("endless templates end", () => {
  const loops = "{{ range until 100000 }}{{ range until 100000 }}{{ . }}{{ end }}{{ end }}";
  assert.throws(() => chartOf(loops).render({ limits: { fuel: 1_000_000 } }), { message: /limit `fuel`/ });
  assert.throws(() => chartOf(loops).render({ limits: { output: 1_000_000 } }), { message: /limit `output`/ });
  const self = '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}';
  assert.throws(() => chartOf(self).render(), chartlens.ChartlensError);
  const report = chartOf(loops).check({ limits: { fuel: 1_000_000 } });
  assert.equal(report.diagnostics[0].code, "limit/exhausted");
});

test("more memory than there is ends in an error, and the next call works", () => {
  const huge = '{{ $s := "x" }}{{ range until 40 }}{{ $s = printf "%s%s" $s $s }}{{ end }}{{ len $s }}';
  const limits = { string: 2 ** 40, output: 2 ** 40, fuel: 2 ** 50 };
  assert.throws(() => chartOf(huge).render({ limits }), chartlens.ChartlensError);
  assert.equal(chartOf("kind: B\n").render().documents[0].kind, "B");
});

test("50 MB are loaded or refused, not a crash", () => {
  const bytes = new Uint8Array(50 << 20).fill(97);
  assert.throws(() => load(bytes), { name: "ChartError" });
  assert.equal(load({ "Chart.yaml": meta, "files/big.txt": bytes }).render().documents.length, 0);
  assert.throws(() => load(gzipSync(bytes)), { name: "ChartError" });
});

test("broken archives are refused with Helm's words", () => {
  const archive = gzipSync(new Uint8Array(10_000).fill(7));
  for (const bytes of [archive, archive.subarray(0, 40), new Uint8Array(0), new Uint8Array([0x1f, 0x8b])]) {
    assert.throws(() => load(bytes), { name: "ChartError" });
  }
});
