import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import * as chartlens from "../pkg/node.js";
import { replay } from "./vectors.js";

const folder = new URL("../../../tests/vectors/", import.meta.url);
const known = new URL("../../../tests/known/", import.meta.url);
const standard = readFileSync(new URL("values-std.json", folder), "utf8");

await chartlens.init({ schemas: false });

for (const helmVersion of [4, 3]) {
  // Cases that Rust does not pass either, each with its reason.
  const listed = new Set(
    readFileSync(new URL(`helm${helmVersion}.txt`, known), "utf8").split("\n").map((line) => line.split(" ")[0]),
  );
  // Those of the verb `lint`, which is the command's, are replayed in Rust.
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".jsonl.gz") && !name.startsWith("lint."))) {
    test(`${name} as Helm ${helmVersion}`, () => {
      const lines = gunzipSync(readFileSync(new URL(name, folder))).toString().trim().split("\n");
      const { passed, skipped, failed } = replay(chartlens, lines.map((line) => JSON.parse(line)), standard, helmVersion);
      const differ = failed.filter(({ id }) => !listed.has(id));
      const shown = differ.slice(0, 8).map(({ id, difference }) => `${id}\n${difference}`);
      assert.equal(differ.length, 0, `${differ.length} of ${lines.length} differ\n${shown.join("\n\n")}`);
      assert.ok(passed + failed.length > skipped, `only ${passed} of ${lines.length} were replayed`);
    });
  }
}
