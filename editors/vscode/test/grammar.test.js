// The grammar: what words of actions are coloured as, in templates and injected into YAML.

const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

const read = (name) => fs.readFileSync(path.join(__dirname, "..", name), "utf8");
const YAML = { scopeName: "source.yaml", patterns: [{ name: "string.unquoted.yaml", match: "[a-z]+:" }] };

async function tokens(scope, line) {
  const wasm = fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm).catch(() => undefined);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (name) => {
      const files = { "source.helm": "syntaxes/helm.tmLanguage.json", "text.helm.injection": "syntaxes/helm-injection.tmLanguage.json" };
      return name === "source.yaml" ? YAML : textmate.parseRawGrammar(read(files[name]), files[name]);
    },
    getInjections: (name) => (name === "source.yaml" ? ["text.helm.injection"] : undefined),
  });
  const grammar = await registry.loadGrammar(scope);
  const found = grammar.tokenizeLine(line, textmate.INITIAL).tokens;
  return found.map((token) => [line.slice(token.startIndex, token.endIndex), token.scopes.at(-1)]);
}

for (const scope of ["source.helm", "source.yaml"]) {
  test(`words of actions have their scopes in ${scope}`, async () => {
    const found = new Map(await tokens(scope, 'a: {{- if $x.y | default "z" }} {{/* said */}}'));
    assert.strictEqual(found.get("if"), "keyword.control.helm");
    assert.strictEqual(found.get("$x"), "variable.other.helm");
    assert.strictEqual(found.get(".y"), "variable.other.property.helm");
    assert.strictEqual(found.get("default"), "support.function.helm");
    assert.strictEqual(found.get("{{-"), "punctuation.definition.template.begin.helm");
    assert.ok([...found.values()].includes("string.quoted.double.helm"));
    assert.ok([...found.values()].includes("comment.block.helm"));
  });
}
