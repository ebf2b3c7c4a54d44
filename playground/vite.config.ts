import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Plugin, defineConfig } from "vite";

/** Writes the service worker, which keeps all files of this build for use without a network. */
function offline(): Plugin {
  return {
    name: "offline",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const names = Object.keys(bundle).sort();
        const hash = createHash("sha256");
        for (const name of names) {
          const part = bundle[name];
          if (part) hash.update(name).update(part.type === "chunk" ? part.code : part.source);
        }
        const template = readFileSync(new URL("src/sw.js", import.meta.url), "utf8");
        const files = ["./", "./icon.svg", ...names.filter((name) => name !== "index.html").map((name) => `./${name}`)];
        const source = template
          .replace('"VERSION"', JSON.stringify(hash.digest("hex").slice(0, 16)))
          .replace('["FILES"]', JSON.stringify(files));
        this.emitFile({ type: "asset", fileName: "sw.js", source });
      },
    },
  };
}

export default defineConfig({
  base: "./",
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  worker: { format: "es" },
  plugins: [offline()],
  server: { fs: { allow: [".."] } },
});
