// What package.json promises is there.

const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");

const root = path.join(__dirname, "..");
const manifest = require("../package.json");
const { contributes } = manifest;

test("every file that is named is there", () => {
  const files = [
    manifest.main,
    ...contributes.grammars.map((grammar) => grammar.path),
    ...contributes.snippets.map((snippets) => snippets.path),
    ...contributes.languages.map((language) => language.configuration),
    ...contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps.map((step) => step.media.markdown)),
  ];
  for (const file of files) {
    assert.ok(fs.existsSync(path.join(root, file)), file);
  }
});

test("the edition for browsers has its engine", { skip: !fs.existsSync(path.join(root, "engine")) }, () => {
  for (const file of [manifest.browser, "engine/chartlens_bg.wasm", "engine/deferred.wasm", "engine/schemas.bin"]) {
    assert.ok(fs.existsSync(path.join(root, file)), file);
  }
});

test("every command is registered, every setting described", () => {
  const source = ["extension.ts", "previews.ts"].map((file) => fs.readFileSync(path.join(root, "src", file), "utf8")).join("");
  for (const { command } of contributes.commands) {
    assert.ok(source.includes(`registerCommand("${command}"`), command);
  }
  for (const [name, setting] of Object.entries(contributes.configuration.properties)) {
    assert.ok(setting.description.length > 20, name);
  }
});
