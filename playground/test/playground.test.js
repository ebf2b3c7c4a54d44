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
    const found = problems(page).filter({ hasText: "imagePullPolcy" }).filter({ hasText: "1.37, 1.21" });
    await found.filter({ hasText: "spec.template.spec.containers[0].imagePullPolcy" }).waitFor();
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
    const told = (text) => page.locator("#notice", { hasText: text }).waitFor();
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

test("a damaged link says so, and an example is shown", async () => {
  for (const hash of ["#chart=abc", "#chart=%%%", "#chart="]) {
    await withPage({ hash }, async (page) => {
      await page.locator("#notice", { hasText: "The link is damaged" }).waitFor();
      assert.equal(await page.inputValue("#example"), "0");
      await page.click("#notice-close");
      assert.ok(await page.locator("#notice").isHidden());
    });
  }
});

test("what is said of a link stands by its button, and a long link warns", () =>
  withPage({}, async (page) => {
    const { height } = await page.locator(".bar").boundingBox();
    await page.click("#share");
    const shared = page.locator("#shared");
    await shared.filter({ hasText: /link copied|address bar/ }).waitFor();
    assert.doesNotMatch(await shared.innerText(), /cut links/);
    const [button, said] = [await page.locator("#share").boundingBox(), await shared.boundingBox()];
    assert.ok(Math.abs(said.x - button.x) < 4 && said.y - (button.y + button.height) < 12);
    assert.equal((await page.locator(".bar").boundingBox()).height, height, "the bar stays as it is");
    const noise = Array.from({ length: 9000 }, () => Math.random().toString(36).slice(2)).join(" ").slice(0, 40_000);
    await page.locator("#editor .cm-content").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText(`\n# ${noise}`);
    await page.click("#share");
    await shared.filter({ hasText: /\d+ kB: some programs cut links longer than 8 kB/ }).waitFor();
    await page.locator("#output-title").click();
    assert.ok(await shared.isHidden());
  }));

test("panes are resized with mouse and keyboard, and remembered", () =>
  withPage({}, async (page) => {
    const width = (id) => page.locator(id).boundingBox().then((box) => box.width);
    const before = await width("#edit");
    const edge = await page.locator("#edge-edit").boundingBox();
    await page.mouse.move(edge.x, edge.y + 100);
    await page.mouse.down();
    await page.mouse.move(edge.x - 200, edge.y + 100, { steps: 4 });
    await page.mouse.up();
    const after = await width("#edit");
    assert.ok(Math.abs(before - after - 200) < 12, `${before} ${after}`);
    await page.locator("#edge-files").press("ArrowRight");
    const files = await width("#files");
    assert.ok(files > 216, String(files));
    await page.reload();
    await page.waitForSelector("#rendered .cm-line:has-text('# Source')");
    assert.ok(Math.abs((await width("#files")) - files) < 2);
    await page.locator("#edge-files").dblclick();
    await page.locator("#edge-edit").press("Home");
    assert.equal(await width("#files"), 216);
    assert.ok(Math.abs((await width("#edit")) - before) < 2);
  }));

test("an empty list of problems leaves its room to the editor", () =>
  withPage({}, async (page) => {
    const height = () => page.locator("#problems").boundingBox().then((box) => box.height);
    await page.locator("#problem-list .none").waitFor();
    assert.ok((await height()) < 90, String(await height()));
    await openExample(page, 1);
    await problems(page).first().waitFor();
    assert.ok((await height()) > 120);
  }));

test("the chart is named, and the box of examples is right", () =>
  withPage({}, async (page) => {
    await page.locator("#files-title", { hasText: "Chart web" }).waitFor();
    await drop(page, "dropped.tgz", await archive({ "Chart.yaml": meta, "templates/x.yaml": "kind: A\n" }));
    await page.locator("#files-title", { hasText: "Chart dropped" }).waitFor();
    assert.equal(await page.title(), "dropped · chartlens playground");
    assert.equal(await page.locator("#example option:checked").innerText(), "own chart");
    // The example that was shown before can be chosen again.
    await openExample(page, 0);
    await page.locator("#files-title", { hasText: "Chart web" }).waitFor();
    assert.equal(await page.inputValue("#example"), "0");
  }));

test("cursor and scrolling belong to their file", () =>
  withPage({}, async (page) => {
    await openFile(page, "templates/deployment.yaml");
    const scroller = page.locator("#editor .cm-scroller");
    await page.setViewportSize({ width: 1360, height: 420 });
    await page.locator("#editor .cm-content").click();
    await page.keyboard.press("Control+End");
    const top = () => scroller.evaluate((element) => element.scrollTop);
    await page.waitForFunction(() => document.querySelector("#editor .cm-scroller").scrollTop > 50);
    const [line, scrolled] = [await activeLine(page, "editor"), await top()];
    await openFile(page, "values.yaml");
    assert.equal(await activeLine(page, "editor"), 1);
    await page.waitForFunction(() => document.querySelector("#editor .cm-scroller").scrollTop < 10);
    await openFile(page, "templates/deployment.yaml");
    assert.equal(await activeLine(page, "editor"), line);
    await page.waitForFunction((wanted) => Math.abs(document.querySelector("#editor .cm-scroller").scrollTop - wanted) < 20, scrolled);
  }));

test("the tooltip of the output stands beside what it explains, and says nothing twice", () =>
  withPage({}, async (page) => {
    const line = page.locator("#rendered .cm-line", { hasText: "replicas: 3" });
    await line.scrollIntoViewIfNeeded();
    await line.hover({ position: { x: 90, y: 8 } });
    const tooltip = page.locator(".cm-tooltip .crumbs");
    await tooltip.waitFor();
    const [shown, explained] = [await page.locator(".cm-tooltip").boundingBox(), await line.boundingBox()];
    const middle = explained.y + explained.height / 2;
    assert.ok(shown.y > middle || shown.y + shown.height < middle + 2, JSON.stringify([shown, explained]));
    await line.click();
    await page.locator("#cause .crumbs").waitFor();
    await page.mouse.move(5, 5);
    await tooltip.waitFor({ state: "detached" });
    await line.hover({ position: { x: 90, y: 8 } });
    await page.waitForTimeout(700);
    assert.equal(await tooltip.count(), 0);
  }));

test("a line of the output is linked to the line that wrote it, and to no other", () =>
  withPage({}, async (page) => {
    const linked = (pane) => page.locator(`#${pane} .cm-line.cm-linked`).allInnerTexts().then((lines) => lines.map((line) => line.trim()));
    await page.locator("#rendered .cm-line", { hasText: "app.kubernetes.io/instance: demo" }).first().click();
    await page.locator("#editor .cm-line.cm-linked").first().waitFor();
    // What the action wrote stands behind it.
    assert.deepEqual(await linked("editor"), ["app.kubernetes.io/instance: {{ .Release.Name }}= demo"]);
  }));

test("colours and wrapping are switched, and remembered", () =>
  withPage({ colorScheme: "light" }, async (page) => {
    const paper = () => page.locator("#edit").evaluate((element) => getComputedStyle(element).backgroundColor);
    const light = await paper();
    assert.equal(await page.getAttribute("#theme", "aria-label"), "Colours: system");
    await page.click("#theme");
    assert.equal(await paper(), light);
    await page.click("#theme");
    assert.equal(await page.getAttribute("#theme", "aria-label"), "Colours: dark");
    assert.notEqual(await paper(), light);
    await page.locator("#editor .cm-content").click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.insertText(`# ${"long ".repeat(80)}\n`);
    const scrolls = () => page.locator("#editor .cm-scroller").evaluate((element) => element.scrollWidth > element.clientWidth + 2);
    assert.ok(await scrolls());
    await page.click("#wrap");
    assert.ok(!(await scrolls()));
    await openFile(page, "values.yaml");
    assert.equal(await page.locator("#editor .cm-lineWrapping").count(), 1);
    await page.reload();
    await page.waitForSelector("#rendered .cm-line:has-text('# Source')");
    assert.notEqual(await paper(), light);
    assert.equal(await page.getAttribute("#wrap", "aria-pressed"), "true");
    assert.equal(await page.locator("#rendered .cm-lineWrapping").count(), 1);
  }));

test("the newest version is named", () =>
  withPage({}, async (page) => {
    await page.locator("#versions-shown", { hasText: /^newest \(1\.\d+\)$/ }).waitFor();
    const newest = (await page.locator("#versions-shown").innerText()).match(/1\.\d+/)[0];
    await openFile(page, "templates/service.yaml");
    await page.locator("#editor .cm-content").click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.insertText("# {{ .Capabilities.KubeVersion }}\n");
    await page.locator("#rendered .cm-line", { hasText: `# v${newest}.0` }).waitFor();
    await page.selectOption("#helm", "3");
    await page.locator("#rendered .cm-line", { hasText: `# v${newest}.0` }).waitFor();
  }));

test("the search has the page's own look", () =>
  withPage({}, async (page) => {
    await page.locator("#editor .cm-content").click();
    await page.keyboard.press("Control+f");
    const radius = await page.locator(".cm-search .cm-button").first().evaluate((element) => getComputedStyle(element).borderRadius);
    assert.equal(radius, "6px");
    await page.keyboard.type("name");
    await page.locator("#editor .cm-searchMatch").first().waitFor();
  }));

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
