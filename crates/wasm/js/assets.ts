import { AssetError } from "./errors.js";

/** An asset: where it is, an answer to a request for it, or its bytes. */
export type Asset = string | URL | Response | BufferSource;

/** Reads files by URL where `fetch` does not. */
let readFile: ((url: URL) => Promise<Uint8Array>) | undefined;

/** Node reads `file:` URLs with this. */
export function readFilesWith(read: (url: URL) => Promise<Uint8Array>): void {
  readFile = read;
}

async function response(asset: string | URL | Response): Promise<Response> {
  const found = asset instanceof Response ? asset : await fetch(asset);
  if (!found.ok) throw new AssetError(`${found.url}: ${found.status} ${found.statusText}`.trim());
  return found;
}

function isFile(asset: Asset): asset is URL {
  return asset instanceof URL && asset.protocol === "file:";
}

/** The bytes of an asset. */
export async function bytesOf(asset: Asset): Promise<Uint8Array> {
  if (asset instanceof ArrayBuffer) return new Uint8Array(asset);
  if (ArrayBuffer.isView(asset)) return new Uint8Array(asset.buffer, asset.byteOffset, asset.byteLength);
  try {
    if (readFile && isFile(asset)) return await readFile(asset);
    return new Uint8Array(await (await response(asset as string | URL | Response)).arrayBuffer());
  } catch (error) {
    throw error instanceof AssetError ? error : new AssetError(`cannot read ${String(asset)}: ${String(error)}`);
  }
}

/** The module in an asset, compiled while it is read where the server says that it is one. */
export async function moduleOf(asset: Asset | WebAssembly.Module): Promise<WebAssembly.Module> {
  if (asset instanceof WebAssembly.Module) return asset;
  try {
    const plain = asset instanceof ArrayBuffer || ArrayBuffer.isView(asset) || (readFile && isFile(asset));
    if (!plain) {
      const found = await response(asset as string | URL | Response);
      if (found.headers.get("content-type")?.startsWith("application/wasm")) {
        return await WebAssembly.compileStreaming(found);
      }
      return await WebAssembly.compile(await found.arrayBuffer());
    }
    return await WebAssembly.compile((await bytesOf(asset)) as BufferSource);
  } catch (error) {
    throw error instanceof AssetError ? error : new AssetError(`cannot start the engine: ${String(error)}`);
  }
}
