// Bundles the extension into one file; `vscode` is the editor's own.
const esbuild = require("esbuild");

esbuild.buildSync({
  entryPoints: ["src/extension.ts", "src/preview.ts", "src/server.ts"],
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
  minify: true,
});
