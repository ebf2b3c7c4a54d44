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

test("every command is registered, every setting described", () => {
  const source = fs.readFileSync(path.join(root, "src/extension.ts"), "utf8");
  for (const { command } of contributes.commands) {
    assert.ok(source.includes(`registerCommand("${command}"`), command);
  }
  for (const [name, setting] of Object.entries(contributes.configuration.properties)) {
    assert.ok(setting.description.length > 20, name);
  }
});
