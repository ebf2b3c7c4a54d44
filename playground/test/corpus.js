// Recorded renders of real charts; they lie beside the repository, where they are at all.

import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./browser.js";

const folder = join(root, "../shared/corpus");
export const isThere = existsSync(join(folder, "manifest.json"));

/** All files of a chart, as base64. */
export function chartFiles(chart) {
  const base = join(folder, "charts", chart);
  const names = readdirSync(base, { recursive: true }).filter((name) => statSync(join(base, name)).isFile());
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(base, name)).toString("base64")]));
}

/** Cases that are plain renders without arguments, evenly from the whole. */
export function sample(count) {
  const all = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  const plain = all.filter(({ chart, helm4, args, masked_lines }) => {
    const isPlain = helm4.exit === 0 && args.length === 0 && masked_lines.length === 0;
    return isPlain && statSync(join(folder, "charts", chart)).isDirectory();
  });
  const step = Math.max(1, Math.floor(plain.length / count));
  return plain.filter((_, index) => index % step === 0).slice(0, count).map((test) => ({
    id: test.id,
    release: test.release_name,
    files: chartFiles(test.chart),
    values: test.values_files.map((name) => ({ name, text: readFileSync(join(folder, "..", name), "utf8") })),
    wanted: readFileSync(join(folder, "cases", test.id, "expected.yaml"), "utf8"),
  }));
}
