import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import { createTarGzip, parseTarGzip } from "nanotar";
import { activeLine, clickLine, close, drop, editorText, openExample, openFile, withPage } from "./page.js";

after(close);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const problems = (page) => page.locator("#problem-list li:not(.none)");
const meta = "apiVersion: v2\nname: dropped\nversion: 0.1.0\n";
const archive = (files) => createTarGzip(Object.entries(files).map(([name, data]) => ({ name: `dropped/${name}`, data })));

test("typing a mistake shows the problem on the right line", () =>
  withPage({}, async (page) => {
    await openFile(page, "templates/service.yaml");
    const number = (await editorText(page)).split("\n").findIndex((text) => text.includes("ports:")) + 1;
    await clickLine(page, "ports:");
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.type("z");
    await problems(page).filter({ hasText: "unknown field `portsz`" }).waitFor();
    assert.ok((await problems(page).first().innerText()).includes(`templates/service.yaml:${number}`));
    await page.locator("#editor .cm-lint-marker-error").first().waitFor();
    assert.match(await page.locator("#live").innerText(), /problem/);
    await page.locator("#editor .cm-lintRange-error").first().hover();
    await page.locator(".cm-tooltip .explained .help", { hasText: "did you mean ports" }).waitFor();
  }));

test("a click in the output selects the template line and shows the values key", () =>
  withPage({}, async (page) => {
    await openFile(page, "values.yaml");
    await page.locator("#rendered .cm-line", { hasText: "replicas: 3" }).click();
    await page.locator("#edit-title", { hasText: "templates/deployment.yaml" }).waitFor();
    await page.locator("#editor .cm-line.cm-linked", { hasText: "replicas: {{ .Values.replicaCount }}" }).waitFor();
    assert.equal(await activeLine(page, "editor"), 8);
    await page.locator("#cause .value", { hasText: "replicaCount ← prod.yaml:2" }).click();
    await page.locator("#edit-title", { hasText: "Your values: prod.yaml" }).waitFor();
    assert.equal(await activeLine(page, "editor"), 2);
  }));

test("the output follows the cursor in templates and values", () =>
  withPage({}, async (page) => {
    await clickLine(page, "replicas:");
    await page.locator("#rendered .cm-line.cm-linked", { hasText: "replicas: 3" }).waitFor();
    await openFile(page, "values.yaml");
    await clickLine(page, "size: 64Mi");
    await page.locator("#rendered .cm-line.cm-linked", { hasText: "64Mi" }).waitFor();
  }));

test("hovering what is rendered shows its cause", () =>
  withPage({}, async (page) => {
    await page.locator("#rendered .cm-line", { hasText: "kind: Service" }).first().hover({ position: { x: 70, y: 8 } });
    await page.locator(".cm-tooltip .crumbs .template").waitFor();
  }));

test("problems lead to their place, and several versions are checked", () =>
  withPage({}, async (page) => {
    await openExample(page, 1);
    await problems(page).filter({ hasText: "imagePullPolcy" }).locator("button").click();
    await page.locator("#edit-title", { hasText: "_helpers.tpl" }).waitFor();
    assert.equal(await activeLine(page, "editor"), 9);
    await page.locator("#versions summary").click();
    await page.getByLabel("1.21", { exact: true }).check();
    await page.getByLabel("1.37", { exact: true }).check();
    await problems(page).filter({ hasText: "gone since Kubernetes 1.22" }).filter({ hasText: "Kubernetes 1.37" }).waitFor();
    await problems(page).filter({ hasText: "imagePullPolcy" }).filter({ hasText: "1.37, 1.21" }).waitFor();
  }));

test("release, namespace, values and files can be changed", () =>
  withPage({}, async (page) => {
    await page.fill("#release", "shop");
    await page.locator("#rendered .cm-line", { hasText: "name: shop-web" }).first().waitFor();
    await page.click("#layer-add");
    await page.fill("#ask-text", "more.yaml");
    await page.keyboard.press("Enter");
    await page.locator("#edit-title", { hasText: "more.yaml" }).waitFor();
    await page.keyboard.type("replicaCount: 7");
    await page.locator("#rendered .cm-line", { hasText: "replicas: 7" }).waitFor();
    await page.locator('#layers [data-name="more.yaml"]').press("Delete");
    await page.click("#ask-ok");
    await page.locator("#rendered .cm-line", { hasText: "replicas: 3" }).waitFor();
    await page.locator('#tree [data-name="templates/service.yaml"]').press("F2");
    await page.fill("#ask-text", "templates/svc.yaml");
    await page.keyboard.press("Enter");
    await page.locator("#rendered .cm-line", { hasText: "# Source: web/templates/svc.yaml" }).waitFor();
  }));

test("an archive can be dropped, and saved again", () =>
  withPage({}, async (page) => {
    const template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n";
    await drop(page, "dropped.tgz", await archive({ "Chart.yaml": meta, "templates/x.yaml": template }));
    await page.locator("#rendered .cm-line", { hasText: "dropped/templates/x.yaml" }).waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);
    assert.equal(download.suggestedFilename(), "dropped.tgz");
    const saved = await parseTarGzip(readFileSync(await download.path()));
    assert.deepEqual(saved.map((file) => file.name).sort(), ["dropped/Chart.yaml", "dropped/templates/x.yaml"]);
    assert.equal(saved.find((file) => file.name.endsWith("x.yaml")).text, template);
  }));

test("what cannot be opened is told, and the page lives on", () =>
  withPage({}, async (page) => {
    const told = (text) => page.locator("#status.failed", { hasText: text }).waitFor();
    await drop(page, "broken.tgz", new Uint8Array([1, 2, 3]));
    await told("no gzipped archive");
    await drop(page, "empty.tgz", await archive({ "README.md": "x" }));
    await told("no Chart.yaml");
    await drop(page, "large.tgz", new Uint8Array((50 << 20) + 1));
    await told("larger than 50 MB");
    await openExample(page, 1);
    await page.locator("#rendered .cm-line", { hasText: "broken/templates" }).first().waitFor();
  }));

test("an endless template ends, and the page lives on", () =>
  withPage({}, async (page) => {
    await page.locator("#editor .cm-content").click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.insertText("{{ range until 90000 }}{{ range until 90000 }}{{ end }}{{ end }}\n");
    const ended = page.locator("#problem-list li, #status.failed").filter({ hasText: /limit reached|more than 10 seconds/ });
    await ended.first().waitFor({ timeout: 20_000 });
    await page.keyboard.press("Control+z");
    await page.locator("#problem-list .none").waitFor();
  }));

test("a link holds the chart", async () => {
  let hash = "";
  await withPage({}, async (page) => {
    await clickLine(page, "replicas:");
    await page.keyboard.press("End");
    await page.keyboard.insertText(" # größer");
    await page.fill("#namespace", "shared");
    await page.click("#share");
    await page.waitForURL(/#chart=/);
    hash = new URL(page.url()).hash;
  });
  await withPage({ hash }, async (page) => {
    assert.match(await editorText(page), /replicas: .* # größer/);
    assert.equal(await page.inputValue("#namespace"), "shared");
    await page.locator("#layers", { hasText: "prod.yaml" }).waitFor();
  });
});

test("values are completed as one types, with what is said of them", () =>
  withPage({}, async (page) => {
    await openFile(page, "templates/service.yaml");
    await clickLine(page, "ports:");
    await page.keyboard.press("End");
    await page.keyboard.type(" # {{ .Values.repl");
    const items = page.locator(".cm-tooltip-autocomplete li");
    await items.filter({ hasText: "replicaCount" }).waitFor();
    // What is shown cannot be taken at once, so that nothing is taken by chance.
    await page.waitForTimeout(100);
    await page.keyboard.press("Enter");
    assert.match(await editorText(page), /\.Values\.replicaCount/);
  }));

test("fields of Kubernetes are completed on request", () =>
  withPage({}, async (page) => {
    await openFile(page, "templates/service.yaml");
    await clickLine(page, "ports:");
    await page.keyboard.press("Home");
    await page.keyboard.insertText("session\n  ");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("End");
    await page.keyboard.press("Control+Space");
    await page.locator(".cm-tooltip-autocomplete li", { hasText: "sessionAffinity" }).first().waitFor();
    await page.keyboard.press("Escape");
  }));

test("hovering a value shows what it is and who set it", () =>
  withPage({}, async (page) => {
    const line = page.locator("#editor .cm-line", { hasText: "replicas:" });
    await line.getByText("replicaCount").hover();
    await page.locator(".cm-tooltip .markdown strong", { hasText: "replicaCount" }).waitFor();
    await page.locator(".cm-tooltip .markdown", { hasText: "set in prod.yaml:2" }).waitFor();
  }));

test("F12 and a click with Control lead to the definition", () =>
  withPage({}, async (page) => {
    const value = page.locator("#editor .cm-line", { hasText: "replicas:" }).getByText("replicaCount");
    await value.click();
    await page.keyboard.press("F12");
    await page.locator("#edit-title", { hasText: "prod.yaml" }).waitFor();
    await openFile(page, "templates/deployment.yaml");
    await value.click({ modifiers: ["Control"] });
    await page.locator("#edit-title", { hasText: "prod.yaml" }).waitFor();
    assert.equal(await activeLine(page, "editor"), 2);
  }));

test("what actions wrote stands behind them", () =>
  withPage({}, async (page) => {
    const line = page.locator("#editor .cm-line", { hasText: "replicas:" });
    await line.locator(".cm-hint", { hasText: "= 3" }).waitFor();
    await page.locator('#layers [data-name="prod.yaml"]').click();
    await clickLine(page, "replicaCount:");
    await page.keyboard.press("End");
    await page.keyboard.type("1");
    await openFile(page, "templates/deployment.yaml");
    await line.locator(".cm-hint", { hasText: "= 31" }).waitFor();
  }));

test("a fix is applied from the problem, and another from the menu", () =>
  withPage({}, async (page) => {
    await openFile(page, "templates/service.yaml");
    await clickLine(page, "ports:");
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.type("z");
    await problems(page).filter({ hasText: "unknown field `portsz`" }).waitFor();
    await page.locator("#editor .cm-lintRange-error").first().hover();
    await page.locator(".cm-tooltip .fixes button").first().click();
    await page.locator("#problem-list .none").waitFor();
    await page.keyboard.press("Control+Home");
    await page.keyboard.insertText("# {{ .Values.fresh }}\n");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Home");
    for (let step = 0; step < 14; step += 1) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Control+.");
    await page.getByRole("menuitem", { name: "add `fresh` to values.yaml" }).click();
    await openFile(page, "values.yaml");
    assert.match(await editorText(page), /fresh: ""/);
  }));

test("everything can be done with the keyboard alone", () =>
  withPage({}, async (page) => {
    await page.keyboard.press("F6");
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.locator("#edit-title", { hasText: "templates/service.yaml" }).waitFor();
    await page.keyboard.press("F6");
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("x");
    await problems(page).first().waitFor();
    await page.keyboard.press("F6");
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("ArrowDown");
    await page.locator("#cause .crumbs").waitFor();
    await page.keyboard.press("F6");
    await page.keyboard.press("Enter");
    assert.ok(await page.evaluate(() => document.activeElement.closest("#edit") !== null));
    // The editor is no trap: Tab leaves it.
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.closest("#editor") === null));
  }));

for (const [name, options, number] of [
  ["light", { colorScheme: "light" }, 1],
  ["dark", { colorScheme: "dark" }, 1],
  ["narrow", { viewport: { width: 400, height: 780 } }, 1],
]) {
  test(`no accessibility rule is broken: ${name}`, () =>
    withPage(options, async (page) => {
      await openExample(page, number);
      await problems(page).first().waitFor({ state: "attached" });
      const panes = name === "narrow" ? ["files", "edit", "output", "problems"] : [""];
      for (const pane of panes) {
        if (pane) await page.click(`#tab-${pane}`);
        await page.evaluate(axe);
        const found = await page.evaluate(() => globalThis.axe.run());
        const shown = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).slice(0, 3).join(" ")}`);
        assert.deepEqual(shown, [], pane);
        const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.equal(width, 0);
      }
    }));
}

test("the page works without a network after the first load", () =>
  withPage({}, async (page, context) => {
    await page.evaluate(() => navigator.serviceWorker.ready);
    await context.setOffline(true);
    await page.reload();
    await page.waitForSelector("#rendered .cm-line:has-text('# Source')");
    await openExample(page, 2);
    await page.locator("#rendered .cm-line", { hasText: "jinja" }).first().waitFor();
  }));
