// What the package weighs: every file that `check` needs, compressed with brotli 11, and the code of each crate.
//
//   node sizes.js MODULE [PACKAGE]    MODULE is the engine with its names, as the compiler wrote it

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const [module, folder] = [process.argv[2], process.argv[3] ?? new URL("pkg", import.meta.url).pathname];
const kB = (bytes) => `${(bytes / 1000).toFixed(1).padStart(8)} kB`;

function brotli(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params }).length;
}

/** The files of the package; types are for people. */
function files() {
  const names = readdirSync(folder, { recursive: true }).filter((name) => /\.(js|wasm|bin)$/.test(name) && name !== "node.js");
  const rows = names.map((name) => {
    const bytes = readFileSync(join(folder, name));
    return { name, raw: bytes.length, packed: brotli(bytes) };
  });
  const sum = (some) => some.reduce((total, row) => total + row.packed, 0);
  console.log("      raw      brotli 11");
  for (const row of rows.sort((a, b) => b.packed - a.packed)) console.log(`${kB(row.raw)} ${kB(row.packed)}  ${row.name}`);
  const engine = rows.filter((row) => !row.name.endsWith(".bin"));
  const deferred = engine.filter((row) => row.name.endsWith("deferred.wasm"));
  const total = (what, some) => console.log(`${what.padEnd(28)} ${kB(some)}`);
  console.log();
  total("engine, without deferred", sum(engine) - sum(deferred));
  total("engine, with deferred", sum(engine));
  total("all that check needs", sum(rows));
  console.log();
}

/** Reads a module's functions: name and size of each, and the sizes of its sections. */
function functions(bytes) {
  const found = { sizes: [], names: new Map(), imports: 0, data: 0 };
  let at = 8;
  const number = () => {
    let [value, shift, byte] = [0, 0, 0];
    do {
      byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      shift += 7;
    } while (byte > 127);
    return value;
  };
  const text = () => {
    const length = number();
    at += length;
    return bytes.toString("utf8", at - length, at);
  };
  const skip = () => {
    const length = number();
    at += length;
    return length;
  };
  const names = (end) => {
    if (text() !== "name") return;
    while (at < end) {
      const [kind, next] = [bytes[at++], number() + at];
      if (kind === 1) for (let count = number(); count > 0; count -= 1) found.names.set(number(), text());
      at = next;
    }
  };
  const imported = () => {
    for (let count = number(); count > 0; count -= 1) {
      skip();
      skip();
      // All that is imported are functions.
      if (bytes[at++] === 0) found.imports += 1;
      number();
    }
  };
  while (at < bytes.length) {
    const [kind, end] = [bytes[at++], number() + at];
    if (kind === 0) names(end);
    if (kind === 2) imported();
    if (kind === 10) for (let count = number(); count > 0; count -= 1) found.sizes.push(skip());
    if (kind === 11) found.data = end - at;
    at = end;
  }
  return found;
}

/** The crate that a mangled name is of. */
function crate(name = "") {
  const path = name.match(/^_R.*?C(?:s[0-9A-Za-z]*_)?(\d+)_?(\w+)/) ?? name.match(/^_ZN(\d+)(.*)/);
  if (!path) return name.match(/(\w+)\[[0-9a-f]{16}\]/)?.[1] ?? "other";
  const first = path[2].slice(0, Number(path[1]));
  return first.startsWith("_$LT$") ? (first.match(/([a-z_0-9]+)\.\./)?.[1] ?? "core") : first;
}

function crates() {
  const { sizes, names, imports, data } = functions(readFileSync(module));
  const totals = new Map();
  sizes.forEach((size, index) => {
    const name = crate(names.get(index + imports));
    totals.set(name, (totals.get(name) ?? 0) + size);
  });
  console.log("code before wasm-opt, by the crate that defines it:");
  const rows = [...totals].sort((a, b) => b[1] - a[1]);
  for (const [name, size] of rows.slice(0, 24)) console.log(`${kB(size)}  ${name}`);
  console.log(`${kB(rows.slice(24).reduce((total, [, size]) => total + size, 0))}  the others`);
  console.log(`${kB(data)}  data`);
}

files();
if (module) crates();
