import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, copyFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Compiles what people write in a folder of its own, where the package is installed and nothing else. */
function compile(...settings) {
  const folder = mkdtempSync(join(tmpdir(), "chartlens-"));
  try {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules", "chartlens"));
    copyFileSync(join(root, "test/consumer.ts"), join(folder, "consumer.mts"));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const always = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom", "--preserveSymlinks"];
    execFileSync(process.execPath, [tsc, ...always, ...settings, "consumer.mts"], { cwd: folder, encoding: "utf8" });
    return "";
  } catch (error) {
    return error.stdout || String(error);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the types compile strictly, for bundlers and for Node", () => {
  assert.equal(compile("--module", "es2022", "--moduleResolution", "bundler"), "");
  assert.equal(compile("--module", "nodenext", "--moduleResolution", "nodenext"), "");
  assert.equal(compile("--module", "es2022", "--moduleResolution", "bundler", "--exactOptionalPropertyTypes"), "");
});
