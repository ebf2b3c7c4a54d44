import * as raw from "./engine/chartlens.js";
import { AssetError, CrashError, UsageError, fromEngine } from "./errors.js";

export { raw };

let module: WebAssembly.Module | undefined;
let deferred: WebAssembly.Module | undefined;
let schemas: Uint8Array | undefined;
let generation = 0;
let broken = false;

/** Whether there is an engine to run. */
export const isStarted = (): boolean => module !== undefined;

/** Whether the deferred part is there. */
export const hasDeferred = (): boolean => deferred !== undefined;

/** Whether the schemas are there. */
export const hasSchemas = (): boolean => schemas !== undefined;

/** Starts the engine. */
export function start(compiled: WebAssembly.Module): void {
  raw.initSync({ module: compiled });
  module = compiled;
}

/** Joins the deferred part to the engine, and keeps it for the next start. */
export function provideDeferred(compiled: WebAssembly.Module): void {
  run((engine) => join(engine, compiled));
  deferred = compiled;
}

/** The deferred part takes memory and functions from the engine, and puts its own functions into the engine's table. */
function join(engine: WebAssembly.Module, compiled: WebAssembly.Module): void {
  // Of an engine that runs, this gives the exports.
  const exports: unknown = raw.initSync({ module: engine });
  try {
    new WebAssembly.Instance(compiled, { engine: exports as WebAssembly.ModuleImports });
  } catch (error) {
    throw new AssetError(`the asset is not the deferred part of this engine: ${String(error)}`);
  }
}

/** Hands the schemas in, and keeps them for the next start. */
export function provideSchemas(bytes: Uint8Array): void {
  run(() => raw.provideSchemas(bytes));
  schemas = bytes;
}

/** Starts the engine anew: what it held is gone. */
function restart(engine: WebAssembly.Module): void {
  raw.__wbg_reset_state();
  generation += 1;
  broken = false;
  if (deferred) join(engine, deferred);
  if (schemas) raw.provideSchemas(schemas);
}

/** Runs work that calls the engine. Its errors become those of this package; a crash is mended by the next call. */
export function run<T>(work: (engine: WebAssembly.Module) => T): T {
  if (!module) throw new UsageError("the engine is not started: await init() first");
  if (broken) restart(module);
  try {
    return work(module);
  } catch (error) {
    throw translated(error);
  }
}

function translated(error: unknown): unknown {
  if (typeof error === "string") return fromEngine(error);
  if (isDeferred(error)) {
    broken = true;
    return new AssetError("JSON Schemas, Jinja, keys and rules in CEL need the deferred part of the engine: await loadDeferred()");
  }
  const what = crash(error);
  if (what === undefined) return error;
  broken = true;
  const mended = new CrashError(what);
  mended.cause = error;
  return mended;
}

/** Whether the engine called what is not there yet (`deferred_is_missing` in Rust). */
function isDeferred(error: unknown): boolean {
  return error instanceof Error && error.message === "deferred";
}

/** What to say of a crash; nothing of other errors. The end of the stack is a RangeError, or Firefox's InternalError. */
function crash(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof WebAssembly.RuntimeError) return error.message;
  const isTooDeep = error instanceof RangeError || error.name === "InternalError";
  return isTooDeep ? "limit reached: nested too deep for this platform's stack" : undefined;
}

/** Something in the engine, which can be made anew after a crash. */
export class Handle<T extends { free(): void }> {
  readonly #make: () => T;
  #raw: T | undefined;
  #generation: number;
  #isFreed = false;

  constructor(make: () => T, made?: T) {
    this.#make = make;
    this.#raw = made;
    this.#generation = generation;
  }

  /** The thing itself; to be called inside `run`. */
  get(): T {
    if (this.#isFreed) throw new UsageError("this object was freed");
    if (this.#raw === undefined || this.#generation !== generation) {
      this.#raw = this.#make();
      this.#generation = generation;
    }
    return this.#raw;
  }

  /** Lets what depends on it work with it, even after it was freed. */
  lend<R>(work: (raw: T) => R): R {
    if (!this.#isFreed) return work(this.get());
    const raw = this.#make();
    try {
      return work(raw);
    } finally {
      raw.free();
    }
  }

  /** Gives its memory back now rather than with the garbage. */
  free(): void {
    if (this.#generation === generation && !broken) this.#raw?.free();
    this.#raw = undefined;
    this.#isFreed = true;
  }
}
