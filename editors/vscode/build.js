// Bundles the extension: for the desktop, and where the npm package of the engine is built (crates/wasm/build.sh), for
// browsers. `vscode` is the editor's own.
const esbuild = require("esbuild");
const fs = require("node:fs");
const path = require("node:path");

const common = { outdir: "dist", bundle: true, format: "cjs", external: ["vscode"], minify: true };
fs.rmSync("dist", { recursive: true, force: true });
fs.rmSync("engine", { recursive: true, force: true });
esbuild.buildSync({
  ...common,
  entryPoints: ["src/extension.ts", "src/preview.ts", "src/server.ts"],
  platform: "node",
  target: "node20",
});

const engine = path.join(__dirname, "../../crates/wasm/pkg");
const hasEngine = fs.existsSync(path.join(engine, "index.js"));
esbuild.buildSync({
  ...common,
  entryPoints: { browser: hasEngine ? "src/browser/main.ts" : "src/none.ts" },
  platform: "browser",
  target: "es2022",
  alias: { chartlens: path.join(engine, "index.js") },
  // The engine is handed in, and never looked for beside the script.
  logOverride: { "empty-import-meta": "silent" },
});
if (hasEngine) {
  fs.mkdirSync("engine");
  for (const file of ["engine/chartlens_bg.wasm", "engine/deferred.wasm", "schemas.bin"]) {
    fs.copyFileSync(path.join(engine, file), path.join("engine", path.basename(file)));
  }
} else {
  console.log("crates/wasm/pkg is not built: this package will not run in browsers");
}
