// The package in Chromium, without a bundler: recorded cases and real charts.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { launch, root, serve } from "./browser.js";
import { isThere, sample } from "./corpus.js";

let server;
let browser;
let page;

before(async () => {
  server = await serve(root);
  browser = await launch();
  page = await browser.newPage();
  await page.goto(`${server.url}playground/public/icon.svg`);
  await page.evaluate(async () => {
    globalThis.chartlens = await import("/crates/wasm/pkg/index.js");
    globalThis.vectors = await import("/crates/wasm/test/vectors.js");
    await globalThis.chartlens.init();
  });
});

after(async () => {
  await browser.close();
  await server.close();
});

const folder = `${root}tests/vectors/`;
for (const name of readdirSync(folder).filter((name) => name.endsWith(".jsonl.gz") && !name.startsWith("lint."))) {
  test(`${name} in Chromium`, async () => {
    const lines = gunzipSync(readFileSync(folder + name)).toString().trim().split("\n");
    const standard = readFileSync(`${folder}values-std.json`, "utf8");
    const { passed, skipped, failed } = await page.evaluate(
      ([lines, standard]) => vectors.replay(chartlens, lines.map((line) => JSON.parse(line)), standard, 4),
      [lines, standard],
    );
    assert.deepEqual(failed, []);
    assert.ok(passed > skipped);
  });
}

test("a crash in Chromium is mended", async () => {
  const answer = await page.evaluate(() => {
    const chartOf = (text) => chartlens.load({ "Chart.yaml": "apiVersion: v2\nname: a\nversion: 1.0.0\n", "templates/a.yaml": text });
    const rendered = chartOf("kind: A\n").render();
    let name = "";
    try {
      chartOf(`{{ ${"(".repeat(9000)}1${")".repeat(9000)} }}`).render();
    } catch (error) {
      name = error.name;
    }
    return [name, rendered.toString(), rendered.documents[0].cause(1, 1).template.file];
  });
  assert.deepEqual(answer, ["CrashError", "---\n# Source: a/templates/a.yaml\nkind: A\n", "templates/a.yaml"]);
});

test("real charts render in Chromium to the recorded bytes", { skip: !isThere }, async () => {
  const cases = sample(50);
  assert.equal(cases.length, 50);
  for (const { id, release, files, values, wanted } of cases) {
    const found = await page.evaluate(
      ([release, files, values]) => {
        const bytes = ([name, text]) => [name, Uint8Array.from(atob(text), (c) => c.charCodeAt(0))];
        const chart = chartlens.loadFolder(Object.fromEntries(Object.entries(files).map(bytes)));
        const layers = values.map(({ name, text }) => new chartlens.ValuesFile(name, text));
        try {
          return String(chart.render({ name: release, values: layers }));
        } finally {
          chart.free();
        }
      },
      [release, files, values],
    );
    assert.ok(found === wanted, `${id} differs: ${found.length} and ${wanted.length} characters`);
  }
});
