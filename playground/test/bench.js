// Times in Chromium: the start of the engine, and edits in large charts of the corpus. `node test/bench.js [CHART…]`

import { createTarGzip } from "nanotar";
import { launch, root, serve } from "./browser.js";
import { chartFiles, isThere } from "./corpus.js";
import { close, drop, withPage } from "./page.js";

const EDITS = 25;
const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
const ms = (time) => `${time.toFixed(1)} ms`;

/** Compiling and starting, each in a page of its own. */
async function start() {
  const [server, browser] = [await serve(root), await launch()];
  const times = [];
  for (let round = 0; round < 7; round += 1) {
    const page = await browser.newPage();
    await page.goto(`${server.url}playground/public/icon.svg`);
    times.push(
      await page.evaluate(async () => {
        const chartlens = await import("/crates/wasm/pkg/index.js");
        const bytes = async (name) => (await fetch(`/crates/wasm/pkg/${name}`)).arrayBuffer();
        const [wasm, more] = [await bytes("engine/chartlens_bg.wasm"), await bytes("engine/deferred.wasm")];
        const schemas = await bytes("schemas.bin");
        const begin = performance.now();
        const [module, deferred] = await Promise.all([WebAssembly.compile(wasm), WebAssembly.compile(more)]);
        const compiled = performance.now();
        await chartlens.init({ wasm: module, deferred, schemas });
        return [compiled - begin, performance.now() - compiled];
      }),
    );
    await page.close();
  }
  await browser.close();
  await server.close();
  console.log(`compile ${ms(median(times.map(([compile]) => compile)))}, start ${ms(median(times.map(([, run]) => run)))}`);
}

/** From a key press to the new result on the page. */
async function edits(chart) {
  const files = Object.entries(chartFiles(chart)).map(([name, text]) => ({ name: `c/${name}`, data: Buffer.from(text, "base64") }));
  const archive = await createTarGzip(files);
  await withPage({ serviceWorkers: "block" }, async (page) => {
    await drop(page, "chart.tgz", archive);
    await page.waitForFunction(() => !/^5 documents/.test(document.querySelector("#status").textContent));
    await page.locator('#tree [data-name="values.yaml"]').click();
    await page.locator("#editor .cm-content").focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("\n# ");
    await page.waitForTimeout(3000);
    await page.evaluate(() => {
      globalThis.times = [];
      let pressed = 0;
      document.querySelector("#editor .cm-content").addEventListener("beforeinput", () => (pressed = performance.now()), true);
      new MutationObserver(() => times.push(performance.now() - pressed)).observe(document.querySelector("#status"), { childList: true });
    });
    for (let edit = 1; edit <= EDITS; edit += 1) {
      await page.keyboard.type("x");
      await page.waitForFunction((count) => times.length >= count, edit);
    }
    const times = await page.evaluate(() => times);
    const status = await page.locator("#status").innerText();
    const problems = await page.locator("#problems [data-count]").innerText();
    console.log(`${chart}: median edit ${ms(median(times))}, slowest ${ms(Math.max(...times))}; ${status}, ${problems} problems`);
  });
}

await start();
if (isThere) {
  const charts = process.argv.slice(2);
  for (const chart of charts.length > 0 ? charts : ["argo--argo-cd", "consul--consul"]) await edits(chart);
}
await close();
