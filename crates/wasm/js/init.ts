import { type Asset, bytesOf, moduleOf } from "./assets.js";
import { hasDeferred, hasSchemas, isStarted, provideDeferred, provideSchemas, raw, run, start } from "./engine.js";
import { AssetError, SchemasError } from "./errors.js";
import type { RuleInfo } from "./report.js";

/** Where the parts of the package are. */
export interface InitOptions {
  /** The engine; by default the file beside this one. */
  wasm?: Asset | WebAssembly.Module;
  /**
   * The part of the engine for JSON Schemas of values, templates in Jinja, keys and certificates, and rules in CEL; by
   * default the file beside the engine. `false` leaves it for `loadDeferred`.
   */
  deferred?: Asset | WebAssembly.Module | false;
  /** The schemas of Kubernetes; by default the file beside this one. `false` leaves them for `loadSchemas`. */
  schemas?: Asset | false;
}

/** Starts the engine. Everything else is synchronous after this. Calling it again does nothing twice. */
export async function init(options: InitOptions = {}): Promise<void> {
  const wasm = options.wasm ?? new URL("./engine/chartlens_bg.wasm", import.meta.url);
  const [module, deferred, schemas] = await Promise.all([
    isStarted() ? undefined : moduleOf(wasm),
    options.deferred === false || hasDeferred() ? undefined : deferredOf(options.deferred),
    options.schemas === false || hasSchemas() ? undefined : schemasOf(options.schemas),
  ]);
  if (module && !isStarted()) start(module);
  if (deferred && !hasDeferred()) provideDeferred(deferred);
  if (schemas && !hasSchemas()) provideSchemas(schemas);
}

/** Loads the part of the engine for JSON Schemas of values, templates in Jinja, keys and certificates, and rules in CEL. */
export async function loadDeferred(asset?: Asset | WebAssembly.Module): Promise<void> {
  if (hasDeferred()) return;
  const module = await deferredOf(asset);
  if (!hasDeferred()) provideDeferred(module);
}

function deferredOf(asset: Asset | WebAssembly.Module | undefined): Promise<WebAssembly.Module> {
  return moduleOf(asset ?? new URL("./engine/deferred.wasm", import.meta.url));
}

/** Loads the schemas of Kubernetes, which checks need and renders do not. */
export async function loadSchemas(asset?: Asset): Promise<void> {
  if (hasSchemas()) return;
  const bytes = await schemasOf(asset);
  if (!hasSchemas()) provideSchemas(bytes);
}

async function schemasOf(asset: Asset | undefined): Promise<Uint8Array> {
  try {
    return await bytesOf(asset ?? new URL("./schemas.bin", import.meta.url));
  } catch (error) {
    throw error instanceof AssetError ? new SchemasError(error.message) : error;
  }
}

/** The versions of Kubernetes that charts can be checked for, oldest first; none before the schemas are there. */
export function kubeVersions(): string[] {
  return run(() => raw.kubeVersions());
}

/** All codes that findings can have, by category and name. */
export function rules(): RuleInfo[] {
  return JSON.parse(run(() => raw.rules())) as RuleInfo[];
}

/** The version of chartlens. */
export function version(): string {
  return run(() => raw.version());
}
