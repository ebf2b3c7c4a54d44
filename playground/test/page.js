// The playground as a person uses it.

import assert from "node:assert/strict";
import { launch, root, serve } from "./browser.js";

const server = await serve(`${root}playground/dist`);
const browser = await launch();

/** Ends the browser and the server. */
export async function close() {
  await browser.close();
  await server.close();
}

/** Runs work with a fresh playground; errors on the page and requests to other places fail it. */
export async function withPage(options, work) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 820 }, ...options });
  const page = await context.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && `${origin}/` !== server.url) wrong.push(`request to ${request.url()}`);
  });
  try {
    await page.goto(server.url + (options.hash ?? ""));
    await page.waitForSelector("#rendered .cm-line:has-text('# Source')", { state: "attached" });
    await work(page, context);
    assert.deepEqual(wrong, []);
  } finally {
    await context.close();
  }
}

/** Opens an example by its number. */
export async function openExample(page, number) {
  await page.selectOption("#example", String(number));
}

/** Opens a file from the tree. */
export async function openFile(page, name) {
  await page.locator(`#tree [data-name="${name}"]`).click();
}

/** Clicks near the start of the editor's line with a text: lines are as wide as the widest, and a click in the middle scrolls. */
export async function clickLine(page, hasText) {
  await page.locator("#editor .cm-line", { hasText }).click({ position: { x: 12, y: 8 } });
}

/** The editor's text, without what stands beside it. */
export const editorText = (page) =>
  page.locator("#editor .cm-line").evaluateAll((lines) => {
    const own = (line) => [...line.childNodes].filter((node) => !node.classList?.contains("cm-hint"));
    return lines.map((line) => own(line).map((node) => node.textContent).join("")).join("\n");
  });

/** The number of the line that the editor's cursor is in. */
export const activeLine = (page, pane) =>
  page.locator(`#${pane} .cm-gutterElement.cm-activeLineGutter`).first().innerText().then((text) => Number(text));

/** Drops a file. */
export async function drop(page, name, bytes) {
  await page.evaluate(
    ([name, encoded]) => {
      const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], name));
      window.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    },
    [name, Buffer.from(bytes).toString("base64")],
  );
}
