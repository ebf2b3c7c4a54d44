import deferredUrl from "chartlens/deferred.wasm?url";
import schemasUrl from "chartlens/schemas.bin?url";
import wasmUrl from "chartlens/chartlens.wasm?url";
import type { Project } from "../project.js";
import { type Answer, type Question, type Request, type Response, type Result, isOfEditor } from "./messages.js";

/** A run that a newer one waits for is ended after so many milliseconds. */
const STALE = 400;
/** Any run is ended after so many. */
const ENDLESS = 10_000;

type Assets = { wasm: WebAssembly.Module; deferred: WebAssembly.Module; schemas: Uint8Array };

async function compiled(url: string): Promise<WebAssembly.Module> {
  const found = await fetch(url);
  return WebAssembly.compile(await found.arrayBuffer());
}

async function assets(): Promise<Assets> {
  const [wasm, deferred, schemas] = await Promise.all([
    compiled(wasmUrl),
    compiled(deferredUrl),
    fetch(schemasUrl).then(async (found) => new Uint8Array(await found.arrayBuffer())),
  ]);
  return { wasm, deferred, schemas };
}

/** What to do with what comes from the engine. */
export interface Listener {
  ready(versions: string[]): void;
  done(result: Result): void;
  failed(message: string): void;
  busy(isBusy: boolean): void;
}

/** The engine in a worker of its own: one run at a time, the newest one next, stale ones ended with their worker. */
export class Client {
  readonly #listener: Listener;
  readonly #assets = assets();
  #worker: Worker | undefined;
  /** What the worker has been given. */
  #sent: Project["files"] = {};
  #number = 0;
  #running: { id: number; since: number } | undefined;
  #next: Project | undefined;
  #timer = 0;
  #asked = new Map<number, (answer: Answer) => void>();
  /** Questions about a text that the worker does not have yet. */
  #waiting: Request[] = [];

  constructor(listener: Listener) {
    this.#listener = listener;
    this.#assets.catch((error: unknown) => listener.failed(`the engine cannot be loaded: ${String(error)}`));
    void this.#start();
  }

  async #start(): Promise<void> {
    this.#worker?.terminate();
    for (const answer of this.#asked.values()) answer({});
    this.#asked.clear();
    this.#waiting = [];
    this.#sent = {};
    this.#running = { id: 0, since: performance.now() };
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    this.#worker = worker;
    worker.onmessage = (event: MessageEvent<Response>) => this.#receive(event.data);
    worker.onerror = (event) => this.#listener.failed(event.message);
    const found = await this.#assets;
    if (worker === this.#worker) this.#send({ type: "start", ...found });
  }

  #send(request: Request): void {
    this.#worker?.postMessage(request);
  }

  #receive(response: Response): void {
    if (response.type === "answer") {
      this.#asked.get(response.id)?.(response.answer);
      this.#asked.delete(response.id);
      return;
    }
    clearTimeout(this.#timer);
    this.#running = undefined;
    if (response.type === "ready") this.#listener.ready(response.versions);
    // What is stale is not shown.
    if (response.type === "done" && !this.#next) this.#listener.done(response.result);
    if (response.type === "failed") this.#listener.failed(response.message);
    this.#proceed();
  }

  /** Renders and checks a project as soon as may be; what waited before is forgotten. */
  run(project: Project): void {
    this.#next = { ...project, files: { ...project.files }, layers: project.layers.map((layer) => ({ ...layer })) };
    this.#proceed();
  }

  #proceed(): void {
    const project = this.#next;
    this.#listener.busy(project !== undefined);
    if (!project) return;
    if (this.#running) {
      // The start of a worker is never stale.
      if (this.#running.id > 0) this.#endAfter(STALE - (performance.now() - this.#running.since));
      return;
    }
    this.#next = undefined;
    this.#number += 1;
    this.#running = { id: this.#number, since: performance.now() };
    const { layers, release, namespace, versions, helm } = project;
    const changed = changes(this.#sent, project.files);
    this.#sent = project.files;
    this.#send({ type: "run", id: this.#number, changed, layers, release, namespace, versions, helm });
    for (const request of this.#waiting.splice(0)) this.#send(request);
    this.#endAfter(ENDLESS);
    this.#listener.busy(true);
  }

  #endAfter(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      const isEndless = this.#next === undefined;
      void this.#start();
      if (isEndless) this.#listener.failed(`the render was ended: it took more than ${ENDLESS / 1000} seconds`);
    }, Math.max(milliseconds, 0));
  }

  /** Asks about the last render, or about a text as it stands now. */
  ask(question: Question): Promise<Answer> {
    if (this.#running && !isOfEditor(question)) return Promise.resolve({});
    this.#number += 1;
    const request: Request = { type: "ask", id: this.#number, question };
    return new Promise((resolve) => {
      this.#asked.set(request.id, resolve);
      if (this.#next) this.#waiting.push(request);
      else this.#send(request);
    });
  }
}

function changes(from: Project["files"], to: Project["files"]): Record<string, string | Uint8Array | null> {
  const changed: Record<string, string | Uint8Array | null> = {};
  for (const name of Object.keys(from)) if (!(name in to)) changed[name] = null;
  for (const [name, content] of Object.entries(to)) if (from[name] !== content) changed[name] = content;
  return changed;
}
